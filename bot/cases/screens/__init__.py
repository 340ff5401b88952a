"""Words and buttons of cases; pure."""
