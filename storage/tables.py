"""The tables, for SQLite and PostgreSQL alike. No rules and no queries here.

Moments are stored in UTC; every row names its municipality (DESIGN rule 10), except a connection, which several may share,
and a process, which serves several. A frozen value (a case, a letter's body) is stored as one JSON document, with further
columns only for what is searched by.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """The column type of a moment: read and written as an aware datetime in UTC. ValueError for a moment without a zone.

    SQLite stores it as SQLAlchemy would, as text to the microsecond, but it is converted in one step instead of three, because
    one change of a case writes some twenty moments.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: sa.Dialect) -> Any:
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: sa.Dialect, coltype: Any) -> Any:
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return _in_utc(value) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a naive moment cannot be kept")
    return moment.astimezone(UTC)


@lru_cache(maxsize=1024)
def _to_text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo is UTC else _in_utc(moment)).isoformat(" ", "microseconds")[: -len("+00:00")]


def _from_text(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text + "+00:00") if text is not None else None


LARGEST_NUMBER = 2**31 - 1
"""The largest value of an INTEGER column in PostgreSQL; a query with a larger one fails."""

# SQLite numbers rows by itself only in a column that is INTEGER to the letter.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Text = sa.Text()


def _municipality() -> sa.Column[str]:
    return sa.Column("municipality", sa.String(64), nullable=False)


def _connection(*, primary_key: bool = False) -> sa.Column[str]:
    """Return the column that names the connection (messenger and bot, 0028) to which the row's accounts and addresses
    belong."""
    return sa.Column("connection", sa.String(128), primary_key=primary_key, nullable=False)


connections = sa.Table(
    "connections",
    metadata,
    sa.Column("key", sa.String(128), primary_key=True),
    sa.Column("messenger", sa.String(32), nullable=False),
    sa.Column("position", Id),
    sa.Column("heard_at", Moment),
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(64), nullable=False, server_default=""),
    sa.Column("epoch", Id, nullable=False, server_default="0"),
    sa.Column("until", Moment),
)

processes = sa.Table(
    "processes",
    metadata,
    sa.Column("owner", sa.String(64), primary_key=True),
    sa.Column("until", Moment, nullable=False),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    sa.Column("municipality", sa.String(64)),
    _connection(),
    sa.Column("source", sa.String(32), nullable=False),
    sa.Column("key", sa.String(128), nullable=False),
    sa.Column("raw", Text, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, server_default="waiting"),
    sa.Column("not_before", Moment),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("case_id", Id),
    sa.Column("album", sa.String(64)),
    sa.Column("error", Text),
    sa.Column("told_at", Moment),
    sa.Column("author", sa.String(64), nullable=False, server_default=""),
    sa.UniqueConstraint("connection", "key"),
    sa.Index("ix_inbox_waiting", "state", "id"),
    sa.Index("ix_inbox_lines", "municipality", "state", "source", "id", "author"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    _municipality(),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.String(64), nullable=False),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("details", Text, nullable=False),
    sa.Index("ix_audit_at", "municipality", "at"),
)

chain = sa.Table(
    "chain",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("number", Id, primary_key=True, autoincrement=False),
    sa.Column("book", sa.String(24), nullable=False),
    sa.Column("line", Id, nullable=False),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("said", sa.String(64), nullable=False),
    sa.Column("link", sa.String(64), nullable=False),
    sqlite_with_rowid=False,
)

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("number", Id, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("why", sa.String(16), nullable=False),
    sa.Column("who", sa.String(64), nullable=False),
    sa.Column("body", Text, nullable=False),
)

marks = sa.Table(
    "marks",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", Text, nullable=False),
)

editions = sa.Table(
    "editions",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("text", Text, nullable=False),
    sa.Column("first_seen", Moment, nullable=False),
)

calendars = sa.Table(
    "calendars",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("text", Text, nullable=False),
    sa.Column("first_seen", Moment, nullable=False),
)

outages = sa.Table(
    "outages",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("since", Moment, primary_key=True),
    sa.Column("until", Moment, nullable=False),
)

sent_reports = sa.Table(
    "sent_reports",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("month", sa.String(7), primary_key=True),
    sa.Column("as_of", Moment, nullable=False),
    sa.Column("body", Text, nullable=False),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    _municipality(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(32), nullable=False),
    sa.Column("department", sa.String(64)),
    sa.Column("source", sa.String(32), nullable=False),
    sa.Column("network", sa.String(32)),
    sa.Column("ref", sa.String(256)),
    sa.Column("answer_network", sa.String(32)),
    sa.Column("answer_ref", sa.String(256)),
    sa.Column("author", sa.String(128)),
    sa.Column("place", sa.String(256)),
    sa.Column("regulation", sa.String(64), nullable=False),
    sa.Column("detected_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("body", Text, nullable=False),
    sa.UniqueConstraint("municipality", "number"),
    sa.UniqueConstraint("municipality", "network", "ref"),
    sa.Index("ix_cases_state", "municipality", "state", "number"),
    sa.Index("ix_cases_answer", "municipality", "answer_network", "answer_ref"),
    sa.Index("ix_cases_author", "municipality", "author", "number"),
    sa.Index("ix_cases_place", "municipality", "place", "number"),
    sa.Index("ix_cases_detected", "municipality", "detected_at", "number"),
    sa.Index("ix_cases_regulation", "municipality", "regulation"),
    sa.Index(
        "ix_cases_due",
        "municipality",
        "due_at",
        "number",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
    sa.Index("ix_cases_changed", "municipality", "state", "changed_at"),
)

shares = sa.Table(
    "shares",
    metadata,
    sa.Column("case_id", Id, primary_key=True, autoincrement=False),
    sa.Column("department", sa.String(64), primary_key=True),
    _municipality(),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Index("ix_shares_active", "municipality", "department", "active", "case_id"),
)

waits = sa.Table(
    "waits",
    metadata,
    sa.Column("case_id", Id, primary_key=True, autoincrement=False),
    sa.Column("who", sa.String(64), primary_key=True),
    _municipality(),
    sa.Index("ix_waits_who", "municipality", "who", "case_id"),
)

case_words = sa.Table(
    "case_words",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("lemma", sa.String(64), primary_key=True),
    sa.Column("case_id", Id, primary_key=True, autoincrement=False),
    sa.Column("weight", sa.SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("case_id", Id, primary_key=True, autoincrement=False),
    _municipality(),
    sa.Column("department", sa.String(64), nullable=False),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("place", sa.String(256), nullable=False),
    sa.Index("ix_answers_topic", "municipality", "topic", "case_id"),
    sa.Index("ix_answers_place", "municipality", "place", "case_id"),
)

ready_answers = sa.Table(
    "ready_answers",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("number", Id, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("body", Text, nullable=False),
    sa.Index("ix_ready_answers_state", "municipality", "state", "number"),
)

ready_journal = sa.Table(
    "ready_journal",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    _municipality(),
    sa.Column("number", Id, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.String(64)),
    sa.Column("on_behalf", sa.String(64)),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("from_state", sa.String(16)),
    sa.Column("to_state", sa.String(16), nullable=False),
    sa.Column("details", Text, nullable=False),
    sa.Index("ix_ready_journal_ready", "municipality", "number", "id"),
)

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    _municipality(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.String(64)),
    sa.Column("on_behalf", sa.String(64)),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("from_state", sa.String(32)),
    sa.Column("to_state", sa.String(32), nullable=False),
    sa.Column("details", Text, nullable=False),
    sa.Index("ix_journal_case", "case_id", "id"),
)

deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("step", sa.String(96), primary_key=True),
    _municipality(),
    sa.Column("holder", sa.String(32), nullable=False),
    sa.Column("department", sa.String(64)),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("met_at", Moment),
    sa.Column("provisional", sa.Boolean, nullable=False),
    sa.Column("clause", sa.String(64), nullable=False),
    sa.Index("ix_deadlines_due", "municipality", "met_at", "due_at"),
)

violations = sa.Table(
    "violations",
    metadata,
    sa.Column("case_id", Id, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    _municipality(),
    sa.Column("case_number", sa.Integer, nullable=False),
    sa.Column("step", sa.String(32), nullable=False),
    sa.Column("executor", sa.String(64), nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("who", sa.String(64), nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("passed_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("annulled_at", Moment),
    sa.Column("body", Text, nullable=False),
    sa.Column("entered_at", Moment),
    sa.UniqueConstraint("case_id", "step", "executor", "line"),
    sa.Index("ix_violations_passed_at", "municipality", "passed_at"),
)

alarms = sa.Table(
    "alarms",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    _municipality(),
    sa.Column("at", Moment, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("case_id", Id, nullable=False),
    sa.Column("step", sa.String(96), nullable=False),
    sa.Column("due", Moment, nullable=False),
    sa.Column("connection", sa.String(128), nullable=False, server_default=""),
    sa.Column("account", Id, nullable=False, server_default="0"),
    sa.UniqueConstraint("kind", "case_id", "step", "at", "connection", "account"),
    sa.Index("ix_alarms_at", "at"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    _municipality(),
    _connection(),
    sa.Column("lane", sa.String(64), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("case_id", Id),
    sa.Column("account", Id),
    sa.Column("fold", sa.String(128)),
    sa.Column("body", Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("not_before", Moment),
    sa.Column("state", sa.String(16), nullable=False, server_default="waiting"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("progress", sa.Integer, nullable=False, server_default="0"),
    sa.Column("error", Text),
    sa.Column("sent_at", Moment),
    sa.Index("ix_outbox_waiting", "state", "priority", "id"),
    sa.Index(
        "uq_outbox_fold",
        "municipality",
        "connection",
        "fold",
        unique=True,
        sqlite_where=sa.text("state = 'waiting' AND fold IS NOT NULL"),
        postgresql_where=sa.text("state = 'waiting' AND fold IS NOT NULL"),
    ),
)

messages = sa.Table(
    "messages",
    metadata,
    _connection(primary_key=True),
    sa.Column("chat_id", Id, primary_key=True, autoincrement=False),
    sa.Column("message_id", Id, primary_key=True, autoincrement=False),
    _municipality(),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("case_id", Id),
    sa.Column("version", sa.Integer),
    sa.Column("account", Id),
    sa.Column("shown", sa.String(64)),
    sa.Column("menu", sa.String(255)),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_messages_case", "case_id", "kind"),
    sa.Index("ix_messages_kind", "municipality", "kind", "case_id", "at"),
)

bindings = sa.Table(
    "bindings",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("person", sa.String(64), primary_key=True),
    _connection(primary_key=True),
    sa.Column("account", Id, nullable=False),
    sa.Column("shown_name", sa.String(128), nullable=False),
    sa.Column("reachable", sa.Boolean, nullable=False),
    sa.Column("in_group", sa.Boolean, nullable=False),
    sa.Column("hears", sa.String(16), nullable=False, server_default="private"),
    sa.Column("bound_at", Moment, nullable=False),
    sa.Column("quiet", sa.String(16), nullable=False, server_default=""),
    sa.Column("posted_at_once", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_bindings_account", "municipality", "connection", "account"),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("code_hash", sa.String(64), primary_key=True),
    _municipality(),
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("link_hash", sa.String(64), primary_key=True),
    _municipality(),
    _connection(),
    sa.Column("account", Id, nullable=False),
    sa.Column("link_until", Moment, nullable=False),
    sa.Column("session_hash", sa.String(64), unique=True),
    sa.Column("session_until", Moment),
)

chats = sa.Table(
    "chats",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("purpose", sa.String(16), primary_key=True),
    _connection(primary_key=True),
    sa.Column("chat_id", Id, nullable=False),
    sa.Column("title", sa.String(256), nullable=False, server_default=""),
)

questions = sa.Table(
    "questions",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    _municipality(),
    _connection(),
    sa.Column("account", Id, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("case_id", Id),
    sa.Column("chat_id", Id),
    sa.Column("message_id", Id),
    sa.Column("body", Text, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("answered_at", Moment),
    sa.Index("ix_questions_open", "municipality", "connection", "account", "answered_at"),
)

absences = sa.Table(
    "absences",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    _municipality(),
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("substitute", sa.String(64)),
    sa.Column("entered_by", sa.String(64), nullable=False),
    sa.Column("entered_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Index("ix_absences_until", "municipality", "until"),
)

files = sa.Table(
    "files",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("remote", sa.String(128), primary_key=True),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.String(256), nullable=False),
    sa.Column("size", Id, nullable=False),
    sa.Column("kept_at", Moment, nullable=False),
)

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", Id, nullable=False),
)

seen = sa.Table(
    "seen",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    _municipality(),
    sa.Column("network", sa.String(32), nullable=False),
    sa.Column("ref", sa.String(256), nullable=False),
    sa.Column("author", sa.String(128)),
    sa.Column("text", Text, nullable=False),
    sa.Column("place", sa.String(256), nullable=False),
    sa.Column("link", Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("why", sa.String(32), nullable=False),
    sa.Column("words", Text, nullable=False),
    sa.Column("body", Text, nullable=False),
    sa.Column("case_id", Id),
    sa.UniqueConstraint("municipality", "network", "ref"),
    sa.Index("ix_seen_left", "municipality", "case_id", "id"),
)

ahead = sa.Table(
    "ahead",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("network", sa.String(32), primary_key=True),
    sa.Column("ref", sa.String(256), primary_key=True),
    sa.Column("edited", sa.Boolean, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

afterwards = sa.Table(
    "afterwards",
    metadata,
    sa.Column("case_id", Id, primary_key=True, autoincrement=False),
    _municipality(),
    sa.Column("ref", sa.String(256), nullable=False),
    sa.Column("posted_at", Moment, nullable=False),
    sa.Column("looked_at", Moment),
    sa.Column("next_at", Moment),
    sa.Column("question_gone", sa.Boolean, nullable=False),
    sa.Column("answer_gone", sa.Boolean, nullable=False),
    sa.Index("ix_afterwards_next", "municipality", "next_at"),
)

lessons = sa.Table(
    "lessons",
    metadata,
    sa.Column("case_id", Id, primary_key=True, autoincrement=False),
    sa.Column("word", sa.String(64), primary_key=True),
    _municipality(),
    sa.Column("department", sa.String(64), nullable=False),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_lessons_word", "municipality", "word"),
)

waves = sa.Table(
    "waves",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    _municipality(),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("place", sa.String(256), nullable=False),
    sa.Column("begun_at", Moment, nullable=False),
    sa.Column("last_at", Moment, nullable=False),
)

lately = sa.Table(
    "lately",
    metadata,
    sa.Column("case_id", Id, primary_key=True, autoincrement=False),
    _municipality(),
    sa.Column("at", Moment, nullable=False),
    sa.Column("author", sa.String(128)),
    sa.Column("place", sa.String(256)),
    sa.Column("topics", Text, nullable=False),
    sa.Column("words", Text, nullable=False),
    sa.Column("wave", Id),
    sa.Index("ix_lately_at", "municipality", "at"),
    sa.Index("ix_lately_wave", "wave"),
)

official_pages = sa.Table(
    "official_pages",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("number", Id, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("address", sa.String(320)),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("body", Text, nullable=False),
    sa.Index(
        "uq_official_pages_address",
        "municipality",
        "address",
        unique=True,
        sqlite_where=sa.text("state != 'closed' AND address IS NOT NULL"),
        postgresql_where=sa.text("state != 'closed' AND address IS NOT NULL"),
    ),
)

page_journal = sa.Table(
    "page_journal",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    _municipality(),
    sa.Column("number", Id, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.String(64)),
    sa.Column("on_behalf", sa.String(64)),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("from_state", sa.String(16)),
    sa.Column("to_state", sa.String(16), nullable=False),
    sa.Column("details", Text, nullable=False),
    sa.Index("ix_page_journal_page", "municipality", "number", "id"),
)

moderation = sa.Table(
    "moderation",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("number", Id, primary_key=True, autoincrement=False),
    sa.Column("network", sa.String(32), nullable=False),
    sa.Column("ref", sa.String(256), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("proposed_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("body", Text, nullable=False),
    sa.UniqueConstraint("municipality", "network", "ref"),
    sa.Index("ix_moderation_state", "municipality", "state", "number"),
    sa.Index("ix_moderation_proposed", "municipality", "proposed_at"),
)

moderation_journal = sa.Table(
    "moderation_journal",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    _municipality(),
    sa.Column("number", Id, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.String(64)),
    sa.Column("on_behalf", sa.String(64)),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("from_state", sa.String(16)),
    sa.Column("to_state", sa.String(16), nullable=False),
    sa.Column("ground", sa.String(16)),
    sa.Column("clause", sa.String(64), nullable=False),
    sa.Column("words", Text, nullable=False),
    sa.Column("detail", sa.String(64), nullable=False),
    sa.Index("ix_moderation_journal_number", "municipality", "number", "id"),
    sa.Index("ix_moderation_journal_at", "municipality", "at"),
)

publications = sa.Table(
    "publications",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("page", Id, primary_key=True, autoincrement=False),
    sa.Column("link", sa.String(320), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("entered_by", sa.String(64)),
    sa.Column("ref", sa.String(320)),
    sa.Column("formats", sa.String(255), nullable=False, server_default=""),
    sa.Column("seen_at", Moment),
    sa.Column("gone_at", Moment),
    sa.Index("ix_publications_at", "municipality", "at"),
    sa.Index("uq_publications_ref", "municipality", "ref", unique=True),
)

materials = sa.Table(
    "materials",
    metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("number", Id, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("publish_at", Moment),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("body", Text, nullable=False),
    sa.Index("ix_materials_state", "municipality", "state"),
    sa.Index("ix_materials_publish_at", "municipality", "publish_at"),
)

material_journal = sa.Table(
    "material_journal",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    _municipality(),
    sa.Column("number", Id, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.String(64)),
    sa.Column("on_behalf", sa.String(64)),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("from_state", sa.String(16)),
    sa.Column("to_state", sa.String(16), nullable=False),
    sa.Column("details", Text, nullable=False),
    sa.Index("ix_material_journal_material", "municipality", "number", "id"),
)
