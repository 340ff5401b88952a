"""Leases: which process serves a municipality, where several processes share one database.

Revision v0008_leases, after v0007_inbox_authors.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0008_leases"
down_revision: str | None = "v0007_inbox_authors"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), server_default="", nullable=False),
        sa.Column("epoch", ID, server_default="0", nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("municipality", name=op.f("pk_leases")),
    )
    op.create_table(
        "processes",
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_processes")),
    )


def downgrade() -> None:
    op.drop_table("processes")
    op.drop_table("leases")
