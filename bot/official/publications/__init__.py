"""Publications on official pages: entered by hand, seen in the networks, counted against the norm."""
