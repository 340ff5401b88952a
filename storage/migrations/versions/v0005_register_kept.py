"""Calendars by their hash, reports as they were sent, times the bot was off, and when a row of the register was entered.

Revision v0005_register_kept, after v0004_waiting.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "v0005_register_kept"
down_revision: str | None = "v0004_waiting"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_calendars")),
    )
    op.create_table(
        "outages",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("municipality", "since", name=op.f("pk_outages")),
    )
    op.create_table(
        "sent_reports",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "month", name=op.f("pk_sent_reports")),
    )
    with op.batch_alter_table("violations", recreate=_recreated()) as batch:
        batch.add_column(sa.Column("entered_at", MOMENT, nullable=True))
    op.execute("UPDATE violations SET entered_at = passed_at")


def downgrade() -> None:
    with op.batch_alter_table("violations", recreate=_recreated()) as batch:
        batch.drop_column("entered_at")
    for table in ("sent_reports", "outages", "calendars"):
        op.drop_table(table)


def _recreated() -> Literal["always", "never"]:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
