"""Add connections to the tables that depend on one, the time a parked update was reported, and the audit.

No row says which bot a database has served. Until the first start with a token a municipality's connection is therefore
`telegram:<municipality>`, which no other one has; the start gives its rows the bot's own (`storage.connections`).

Revision v0002_connections, after v0001_books.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "v0002_connections"
down_revision: str | None = "v0001_books"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=128)

OF_ACCOUNTS = ("alarms", "bindings", "chats", "inbox", "messages", "outbox", "questions", "sessions")
PRIMARY = {
    "bindings": ("municipality", "person"),
    "chats": ("municipality", "purpose"),
    "messages": ("chat_id", "message_id"),
}
INDICES = {
    "bindings": ("ix_bindings_account", ["municipality"], ["account"]),
    "questions": ("ix_questions_open", ["municipality"], ["account", "answered_at"]),
}
ALARM = ["kind", "case_id", "step", "at"]
WAITING = sa.text("state = 'waiting' AND fold IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "connections",
        sa.Column("key", KEY, nullable=False),
        sa.Column("messenger", sa.String(length=32), nullable=False),
        sa.Column("position", NUMBER, nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_connections")),
    )
    op.create_table(
        "audit",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at", "audit", ["municipality", "at"], unique=False)
    op.add_column("inbox", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE inbox SET told_at = received_at WHERE state = 'parked'")
    for table in OF_ACCOUNTS:
        op.add_column(table, sa.Column("connection", KEY, nullable=True))
        rows = sa.table(table, sa.column("municipality", sa.String()), sa.column("connection"))
        op.execute(rows.update().values(connection=sa.literal_column("'telegram:'", sa.String()) + rows.c.municipality))
    op.execute("UPDATE inbox SET connection = municipality || '/' || source WHERE source <> 'messenger'")
    op.execute("UPDATE outbox SET connection = municipality || '/' || substr(lane, 9) WHERE lane LIKE 'network:%'")
    op.execute("UPDATE alarms SET connection = '' WHERE account = 0")
    _keys(with_connection=True)


def downgrade() -> None:
    """Remove the connections. Of rows that differ only in their connection, the one whose connection sorts last is kept."""
    op.execute("DELETE FROM inbox WHERE municipality IS NULL")
    _only_one("inbox", ["municipality", "source", "key"])
    _only_one("alarms", [*ALARM, "account"])
    _only_one("outbox", ["municipality", "fold"], waiting=True)
    for table, key in PRIMARY.items():
        _only_one(table, key)
    op.execute("DELETE FROM marks WHERE name = 'connection'")
    _keys(with_connection=False)
    op.drop_index("ix_audit_at", table_name="audit")
    op.drop_table("audit")
    op.drop_table("connections")


def _only_one(table: str, same: Sequence[str], *, waiting: bool = False) -> None:
    rows = sa.table(table, *(sa.column(name) for name in (*same, "connection", "state")))
    other = rows.alias("other")
    further = [one.c.state == sa.literal_column("'waiting'") for one in (rows, other) if waiting]
    equal = [other.c[name] == rows.c[name] for name in same]
    op.execute(rows.delete().where(sa.exists().where(other.c.connection > rows.c.connection, *equal, *further)))


def _keys(*, with_connection: bool) -> None:
    """Make the connection part of the tables' keys, or remove the column and those keys. SQLite rewrites each table once, so
    that its schema is the same as in a new database."""
    own = ["connection"] if with_connection else []
    for table, (index, *_) in INDICES.items():
        op.drop_index(index, table_name=table)
    op.drop_index("uq_outbox_fold", table_name="outbox", sqlite_where=WAITING, postgresql_where=WAITING)
    for table in OF_ACCOUNTS:
        with op.batch_alter_table(table, recreate="always" if _is_sqlite() else "never") as batch:
            if table == "inbox":
                before, after = (["municipality", "source", "key"], ["connection", "key"])[
                    :: 1 if with_connection else -1
                ]
                batch.drop_constraint(op.f(f"uq_inbox_{'_'.join(before)}"), type_="unique")
                batch.alter_column("municipality", existing_type=sa.String(length=64), nullable=with_connection)
                batch.create_unique_constraint(op.f(f"uq_inbox_{'_'.join(after)}"), after)
            if table == "alarms":
                before, after = ([*ALARM, "account"], [*ALARM, "connection", "account"])[
                    :: 1 if with_connection else -1
                ]
                batch.drop_constraint(op.f(f"uq_alarms_{'_'.join(before)}"), type_="unique")
                batch.create_unique_constraint(op.f(f"uq_alarms_{'_'.join(after)}"), after)
            if table == "chats":  # Alembic reads SQLite's empty default as an expression
                batch.alter_column("title", existing_type=sa.String(length=256), server_default="")
            if table in PRIMARY:
                batch.drop_constraint(op.f(f"pk_{table}"), type_="primary")
            if with_connection:
                default = "" if table == "alarms" else None
                batch.alter_column("connection", existing_type=KEY, nullable=False, server_default=default)
            else:
                batch.drop_column("connection")
                if table == "inbox":
                    batch.drop_column("told_at")
            if table == "messages":
                batch.create_primary_key(op.f("pk_messages"), [*own, *PRIMARY[table]])
            elif table in PRIMARY:
                batch.create_primary_key(op.f(f"pk_{table}"), [*PRIMARY[table], *own])
    for table, (index, before, after) in INDICES.items():
        op.create_index(index, table, [*before, *own, *after], unique=False)
    op.create_index(
        "uq_outbox_fold",
        "outbox",
        ["municipality", *own, "fold"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
