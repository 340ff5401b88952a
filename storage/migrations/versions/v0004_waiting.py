"""Whom each open case waits for.

Revision v0004_waiting, after v0003_register. For cases already open it is guessed from their state; their next command stores
it exactly.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0004_waiting"
down_revision: str | None = "v0003_register"
branch_labels = None
depends_on = None

BY_CURATOR = "('new', 'on_approval', 'not_posted', 'waiting_author')"
BY_LEAD = "('forwarded', 'in_work', 'rework', 'interim')"


def upgrade() -> None:
    op.create_table(
        "waits",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "who", name=op.f("pk_waits")),
    )
    op.create_index("ix_waits_who", "waits", ["municipality", "who", "case_id"], unique=False)
    rows = "INSERT INTO waits (case_id, who, municipality) SELECT id, {who}, municipality FROM cases WHERE state IN {states}"
    op.execute(rows.format(who="'curator'", states=BY_CURATOR))
    op.execute(rows.format(who="department", states=BY_LEAD) + " AND department IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_waits_who", table_name="waits")
    op.drop_table("waits")
