"""What processes on one PostgreSQL database tell each other at once: that something waits for a municipality, or that leases
changed hands. A word that gets lost only costs time: everybody also looks by himself."""

CHANNEL = "dezhurny"
LEASES = ""
"""What is told when leases changed hands; else the municipality's key."""
