"""Connections; what was parked is told of once; the audit.

Revision v0002_connections, after v0001_books.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0002_connections"
down_revision: str | None = "v0001_books"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "connections",
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("messenger", sa.String(length=32), nullable=False),
        sa.Column("position", NUMBER, nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_connections")),
    )
    op.create_table(
        "audit",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at", "audit", ["municipality", "at"], unique=False)
    # SQLite writes the whole table anew, so that it stands there as in a new database.
    with op.batch_alter_table(
        "inbox", recreate="auto" if op.get_bind().dialect.name != "sqlite" else "always"
    ) as inbox:
        inbox.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE inbox SET told_at = received_at WHERE state = 'parked'")


def downgrade() -> None:
    with op.batch_alter_table("inbox") as inbox:
        inbox.drop_column("told_at")
    op.drop_index("ix_audit_at", table_name="audit")
    op.drop_table("audit")
    op.drop_table("connections")
