"""Material for publication."""
