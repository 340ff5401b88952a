"""Ready answers with their journal, and the posted answers that others may be offered.

Revision v0009_ready_answers, after v0008_leases. Answers posted earlier are entered from their cases by a coarse check;
whether one may be offered is checked again when it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "v0009_ready_answers"
down_revision: str | None = "v0008_leases"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
AT_ONCE = 500


def _id() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    answers = op.create_table(
        "answers",
        sa.Column("case_id", _id(), autoincrement=False, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=256), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_answers")),
    )
    op.create_table(
        "ready_answers",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("number", _id(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "number", name=op.f("pk_ready_answers")),
    )
    op.create_index("ix_ready_answers_state", "ready_answers", ["municipality", "state", "number"], unique=False)
    op.create_table(
        "ready_journal",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("number", _id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(length=64), nullable=True),
        sa.Column("on_behalf", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=True),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ready_journal")),
    )
    op.create_index("ix_ready_journal_ready", "ready_journal", ["municipality", "number", "id"], unique=False)
    for rows in _answered():
        op.bulk_insert(answers, rows)
    op.create_index("ix_answers_topic", "answers", ["municipality", "topic", "case_id"], unique=False)
    op.create_index("ix_answers_place", "answers", ["municipality", "place", "case_id"], unique=False)


def downgrade() -> None:
    for table in ("ready_journal", "ready_answers", "answers"):
        op.drop_table(table)


def _answered() -> Iterator[list[dict[str, Any]]]:
    """Yield, in chunks, the rows to insert into `answers` for cases closed by a public answer."""
    after, query = 0, sa.text(
        "SELECT id, municipality, place, body FROM cases WHERE state = 'closed' AND id > :after ORDER BY id LIMIT :most"
    )  # fmt: skip
    while read := op.get_bind().execute(query, {"after": after, "most": AT_ONCE}).all():
        after = read[-1][0]
        if rows := [row for one in read if (row := _row(*one)) is not None]:
            yield rows


def _row(case: int, municipality: str, place: str | None, body: str) -> dict[str, Any] | None:
    kept = json.loads(body)
    posting, appeal = (kept.get("postings") or [None])[-1], kept.get("appeal", {})
    if posting is None or posting.get("kind") != "final" or not posting.get("link") or kept.get("loss"):
        return None
    if appeal.get("kind") == "message" or not (appeal.get("network") or appeal.get("link")):
        return None
    version, drafts, topics = posting.get("version"), kept.get("drafts", ()), kept.get("topics") or [""]
    department = next((draft.get("department") for draft in drafts if draft.get("version") == version), None) or ""
    return {
        "case_id": case, "municipality": municipality, "department": department, "topic": topics[0], "place": place or "",
    }  # fmt: skip
