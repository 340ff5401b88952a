"""Each person's own quiet hours, and whether they want to hear of each posted answer at once.

Revision v0006_quiet_hours, after v0005_register_kept.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0006_quiet_hours"
down_revision: str | None = "v0005_register_kept"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bindings") as batch:
        batch.add_column(sa.Column("quiet", sa.String(length=16), server_default="", nullable=False))
        batch.add_column(sa.Column("posted_at_once", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("bindings") as batch:
        batch.drop_column("posted_at_once")
        batch.drop_column("quiet")
