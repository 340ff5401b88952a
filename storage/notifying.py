"""Notifications between processes on one PostgreSQL database: something waits for a municipality, or leases changed hands. A
lost notification only costs time, because every process also looks for itself."""

CHANNEL = "dezhurny"
LEASES = ""
"""The notification sent when leases changed hands; any other is the key of a municipality for which something waits."""
