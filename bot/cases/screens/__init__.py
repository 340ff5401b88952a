"""Words and buttons of cases. Pure: no books, no sending."""
