"""The author of each row of the inbox, so that one author's flood of messages does not delay the others.

Revision v0007_inbox_authors, after v0006_quiet_hours.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "v0007_inbox_authors"
down_revision: str | None = "v0006_quiet_hours"
branch_labels = None
depends_on = None

LINES = ["municipality", "state", "source", "id", "author"]


def upgrade() -> None:
    with op.batch_alter_table("inbox", recreate=_recreated()) as batch:
        batch.add_column(sa.Column("author", sa.String(length=64), server_default="", nullable=False))
    op.create_index("ix_inbox_lines", "inbox", LINES)


def downgrade() -> None:
    op.drop_index("ix_inbox_lines", "inbox")
    with op.batch_alter_table("inbox") as batch:
        batch.drop_column("author")


def _recreated() -> Literal["always", "never"]:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
