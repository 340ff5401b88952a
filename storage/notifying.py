"""What processes on one PostgreSQL database tell each other at once: that something waits for a municipality, or that leases
changed hands. A word that gets lost only costs time: everybody also looks by himself."""

from __future__ import annotations

import sqlalchemy as sa

from storage.engine import Connection

CHANNEL = "dezhurny"
LEASES = ""
"""What is told when leases changed hands; else the municipality's key."""

_TELL = sa.text("SELECT pg_notify(:channel, :word)")


async def tell(connection: Connection, word: str) -> None:
    """Tell the others once the transaction is kept. PostgreSQL only."""
    await connection.execute(_TELL, {"channel": CHANNEL, "word": word})
