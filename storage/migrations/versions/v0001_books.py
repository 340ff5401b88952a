"""All tables of the first release.

Revision v0001_books, after nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0001_books"
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("substitute", sa.String(length=64), nullable=True),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_until", "absences", ["municipality", "until"], unique=False)
    op.create_table(
        "afterwards",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=256), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("question_gone", sa.Boolean(), nullable=False),
        sa.Column("answer_gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_afterwards")),
    )
    op.create_index("ix_afterwards_next", "afterwards", ["municipality", "next_at"], unique=False)
    op.create_table(
        "ahead",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=256), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "network", "ref", name=op.f("pk_ahead")),
    )
    op.create_table(
        "alarms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(length=96), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
        sa.UniqueConstraint(
            "kind", "case_id", "step", "at", "account", name=op.f("uq_alarms_kind_case_id_step_at_account")
        ),
    )
    op.create_index("ix_alarms_at", "alarms", ["at"], unique=False)
    op.create_table(
        "bindings",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shown_name", sa.String(length=128), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("in_group", sa.Boolean(), nullable=False),
        sa.Column("hears", sa.String(length=16), server_default="private", nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "person", name=op.f("pk_bindings")),
    )
    op.create_index("ix_bindings_account", "bindings", ["municipality", "account"], unique=False)
    op.create_table(
        "case_words",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("lemma", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "lemma", "case_id", name=op.f("pk_case_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=True),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("network", sa.String(length=32), nullable=True),
        sa.Column("ref", sa.String(length=256), nullable=True),
        sa.Column("answer_network", sa.String(length=32), nullable=True),
        sa.Column("answer_ref", sa.String(length=256), nullable=True),
        sa.Column("author", sa.String(length=128), nullable=True),
        sa.Column("place", sa.String(length=256), nullable=True),
        sa.Column("regulation", sa.String(length=64), nullable=False),
        sa.Column("detected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("municipality", "network", "ref", name=op.f("uq_cases_municipality_network_ref")),
        sa.UniqueConstraint("municipality", "number", name=op.f("uq_cases_municipality_number")),
    )
    op.create_index("ix_cases_answer", "cases", ["municipality", "answer_network", "answer_ref"], unique=False)
    op.create_index("ix_cases_author", "cases", ["municipality", "author", "number"], unique=False)
    op.create_index("ix_cases_changed", "cases", ["municipality", "state", "changed_at"], unique=False)
    op.create_index("ix_cases_detected", "cases", ["municipality", "detected_at", "number"], unique=False)
    op.create_index(
        "ix_cases_due",
        "cases",
        ["municipality", "due_at", "number"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_cases_place", "cases", ["municipality", "place", "number"], unique=False)
    op.create_index("ix_cases_regulation", "cases", ["municipality", "regulation"], unique=False)
    op.create_index("ix_cases_state", "cases", ["municipality", "state", "number"], unique=False)
    op.create_table(
        "chats",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=256), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("municipality", "purpose", name=op.f("pk_chats")),
    )
    op.create_table(
        "counters",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "name", name=op.f("pk_counters")),
    )
    op.create_table(
        "editions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_editions")),
    )
    op.create_table(
        "files",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("remote", sa.String(length=128), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "remote", name=op.f("pk_files")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="waiting", nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("album", sa.String(length=64), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("municipality", "source", "key", name=op.f("uq_inbox_municipality_source_key")),
    )
    op.create_index("ix_inbox_waiting", "inbox", ["state", "id"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_invitations")),
    )
    op.create_table(
        "lately",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=128), nullable=True),
        sa.Column("place", sa.String(length=256), nullable=True),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("wave", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_lately")),
    )
    op.create_index("ix_lately_at", "lately", ["municipality", "at"], unique=False)
    op.create_index("ix_lately_wave", "lately", ["wave"], unique=False)
    op.create_table(
        "lessons",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "word", name=op.f("pk_lessons")),
    )
    op.create_index("ix_lessons_word", "lessons", ["municipality", "word"], unique=False)
    op.create_table(
        "marks",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "name", name=op.f("pk_marks")),
    )
    op.create_table(
        "material_journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=True),
        sa.Column("on_behalf", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=True),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_journal")),
    )
    op.create_index("ix_material_journal_material", "material_journal", ["municipality", "number", "id"], unique=False)
    op.create_table(
        "materials",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "number", name=op.f("pk_materials")),
    )
    op.create_index("ix_materials_publish_at", "materials", ["municipality", "publish_at"], unique=False)
    op.create_index("ix_materials_state", "materials", ["municipality", "state"], unique=False)
    op.create_table(
        "messages",
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shown", sa.String(length=64), nullable=True),
        sa.Column("menu", sa.String(length=255), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_case", "messages", ["case_id", "kind"], unique=False)
    op.create_index("ix_messages_kind", "messages", ["municipality", "kind", "case_id", "at"], unique=False)
    op.create_table(
        "moderation",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("network", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=256), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "number", name=op.f("pk_moderation")),
        sa.UniqueConstraint("municipality", "network", "ref", name=op.f("uq_moderation_municipality_network_ref")),
    )
    op.create_index("ix_moderation_proposed", "moderation", ["municipality", "proposed_at"], unique=False)
    op.create_index("ix_moderation_state", "moderation", ["municipality", "state", "number"], unique=False)
    op.create_table(
        "moderation_journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=True),
        sa.Column("on_behalf", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=True),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=True),
        sa.Column("clause", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("detail", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_journal")),
    )
    op.create_index("ix_moderation_journal_at", "moderation_journal", ["municipality", "at"], unique=False)
    op.create_index(
        "ix_moderation_journal_number", "moderation_journal", ["municipality", "number", "id"], unique=False
    )
    op.create_table(
        "official_pages",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "number", name=op.f("pk_official_pages")),
    )
    op.create_index(
        "uq_official_pages_address",
        "official_pages",
        ["municipality", "address"],
        unique=True,
        sqlite_where=sa.text("state != 'closed' AND address IS NOT NULL"),
        postgresql_where=sa.text("state != 'closed' AND address IS NOT NULL"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fold", sa.String(length=128), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("progress", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_waiting", "outbox", ["state", "priority", "id"], unique=False)
    op.create_index(
        "uq_outbox_fold",
        "outbox",
        ["municipality", "fold"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting' AND fold IS NOT NULL"),
        postgresql_where=sa.text("state = 'waiting' AND fold IS NOT NULL"),
    )
    op.create_table(
        "page_journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=True),
        sa.Column("on_behalf", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=True),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_journal")),
    )
    op.create_index("ix_page_journal_page", "page_journal", ["municipality", "number", "id"], unique=False)
    op.create_table(
        "publications",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("page", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("link", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=True),
        sa.Column("ref", sa.String(length=320), nullable=True),
        sa.Column("formats", sa.String(length=255), server_default="", nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("municipality", "page", "link", name=op.f("pk_publications")),
    )
    op.create_index("ix_publications_at", "publications", ["municipality", "at"], unique=False)
    op.create_index("uq_publications_ref", "publications", ["municipality", "ref"], unique=True)
    op.create_table(
        "questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_open", "questions", ["municipality", "account", "answered_at"], unique=False)
    op.create_table(
        "seen",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=256), nullable=False),
        sa.Column("author", sa.String(length=128), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=256), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seen")),
        sa.UniqueConstraint("municipality", "network", "ref", name=op.f("uq_seen_municipality_network_ref")),
    )
    op.create_index("ix_seen_left", "seen", ["municipality", "case_id", "id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("link_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_hash", sa.String(length=64), nullable=True),
        sa.Column("session_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("link_hash", name=op.f("pk_sessions")),
        sa.UniqueConstraint("session_hash", name=op.f("uq_sessions_session_hash")),
    )
    op.create_table(
        "shares",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "department", name=op.f("pk_shares")),
    )
    op.create_index("ix_shares_active", "shares", ["municipality", "department", "active", "case_id"], unique=False)
    op.create_table(
        "waves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=256), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waves")),
    )
    op.create_table(
        "deadlines",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(length=96), nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("clause", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deadlines_case_id")),
        sa.PrimaryKeyConstraint("case_id", "step", name=op.f("pk_deadlines")),
    )
    op.create_index("ix_deadlines_due", "deadlines", ["municipality", "met_at", "due_at"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=True),
        sa.Column("on_behalf", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("from_state", sa.String(length=32), nullable=True),
        sa.Column("to_state", sa.String(length=32), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_journal_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_case", "journal", ["case_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_journal_case", table_name="journal")
    op.drop_table("journal")
    op.drop_index("ix_deadlines_due", table_name="deadlines")
    op.drop_table("deadlines")
    op.drop_table("waves")
    op.drop_index("ix_shares_active", table_name="shares")
    op.drop_table("shares")
    op.drop_table("sessions")
    op.drop_index("ix_seen_left", table_name="seen")
    op.drop_table("seen")
    op.drop_index("ix_questions_open", table_name="questions")
    op.drop_table("questions")
    op.drop_index("uq_publications_ref", table_name="publications")
    op.drop_index("ix_publications_at", table_name="publications")
    op.drop_table("publications")
    op.drop_index("ix_page_journal_page", table_name="page_journal")
    op.drop_table("page_journal")
    op.drop_index(
        "uq_outbox_fold",
        table_name="outbox",
        sqlite_where=sa.text("state = 'waiting' AND fold IS NOT NULL"),
        postgresql_where=sa.text("state = 'waiting' AND fold IS NOT NULL"),
    )
    op.drop_index("ix_outbox_waiting", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(
        "uq_official_pages_address",
        table_name="official_pages",
        sqlite_where=sa.text("state != 'closed' AND address IS NOT NULL"),
        postgresql_where=sa.text("state != 'closed' AND address IS NOT NULL"),
    )
    op.drop_table("official_pages")
    op.drop_index("ix_moderation_journal_number", table_name="moderation_journal")
    op.drop_index("ix_moderation_journal_at", table_name="moderation_journal")
    op.drop_table("moderation_journal")
    op.drop_index("ix_moderation_state", table_name="moderation")
    op.drop_index("ix_moderation_proposed", table_name="moderation")
    op.drop_table("moderation")
    op.drop_index("ix_messages_kind", table_name="messages")
    op.drop_index("ix_messages_case", table_name="messages")
    op.drop_table("messages")
    op.drop_index("ix_materials_state", table_name="materials")
    op.drop_index("ix_materials_publish_at", table_name="materials")
    op.drop_table("materials")
    op.drop_index("ix_material_journal_material", table_name="material_journal")
    op.drop_table("material_journal")
    op.drop_table("marks")
    op.drop_index("ix_lessons_word", table_name="lessons")
    op.drop_table("lessons")
    op.drop_index("ix_lately_wave", table_name="lately")
    op.drop_index("ix_lately_at", table_name="lately")
    op.drop_table("lately")
    op.drop_table("invitations")
    op.drop_index("ix_inbox_waiting", table_name="inbox")
    op.drop_table("inbox")
    op.drop_table("files")
    op.drop_table("editions")
    op.drop_table("counters")
    op.drop_table("chats")
    op.drop_index("ix_cases_state", table_name="cases")
    op.drop_index("ix_cases_regulation", table_name="cases")
    op.drop_index("ix_cases_place", table_name="cases")
    op.drop_index(
        "ix_cases_due",
        table_name="cases",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.drop_index("ix_cases_detected", table_name="cases")
    op.drop_index("ix_cases_changed", table_name="cases")
    op.drop_index("ix_cases_author", table_name="cases")
    op.drop_index("ix_cases_answer", table_name="cases")
    op.drop_table("cases")
    op.drop_table("case_words")
    op.drop_index("ix_bindings_account", table_name="bindings")
    op.drop_table("bindings")
    op.drop_index("ix_alarms_at", table_name="alarms")
    op.drop_table("alarms")
    op.drop_table("ahead")
    op.drop_index("ix_afterwards_next", table_name="afterwards")
    op.drop_table("afterwards")
    op.drop_index("ix_absences_until", table_name="absences")
    op.drop_table("absences")
