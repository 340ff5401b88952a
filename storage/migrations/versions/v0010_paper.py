"""The hash chain over the journals, and the register of what was erased.

Revision v0010_paper, after v0009_ready_answers. The chain begins with the first line written afterwards: nothing can vouch
for the lines before it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0010_paper"
down_revision: str | None = "v0009_ready_answers"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "chain",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("number", ID, autoincrement=False, nullable=False),
        sa.Column("book", sa.String(length=24), nullable=False),
        sa.Column("line", ID, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("said", sa.String(length=64), nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "number", name=op.f("pk_chain")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erasures",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("number", ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "number", name=op.f("pk_erasures")),
    )


def downgrade() -> None:
    op.drop_table("erasures")
    op.drop_table("chain")
