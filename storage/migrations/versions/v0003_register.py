"""The register of violations (missed duties) as a table of its own, beside the cases' documents.

Revision v0003_register, after v0002_connections.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0003_register"
down_revision: str | None = "v0002_connections"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "violations",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("executor", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("annulled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_violations")),
        sa.UniqueConstraint(
            "case_id", "step", "executor", "line", name=op.f("uq_violations_case_id_step_executor_line")
        ),
    )
    op.create_index("ix_violations_passed_at", "violations", ["municipality", "passed_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_violations_passed_at", table_name="violations")
    op.drop_table("violations")
