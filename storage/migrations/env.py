"""Alembic's entry point: runs the migrations on the connection that `storage.migrate` passes in. No ini file, no URL here."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from storage.tables import Moment, metadata


def _written(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Return how a new migration writes one of our column types (False: as usual): as the plain SQLAlchemy type, so that
    migrations never depend on our code."""
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
