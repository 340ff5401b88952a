"""Alembic's way in: runs the migrations on the connection `storage.migrate` hands over. No ini file, no URL here."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from storage.tables import Moment, metadata


def _written(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """How new migrations write our types: as what they are in the database, so that old ones never need our code."""
    if kind != "type":
        return False
    if isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, sa.BigInteger):
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=context.config.attributes.get("batch", True),
    compare_type=True,
    render_item=_written,
)
with context.begin_transaction():
    context.run_migrations()
