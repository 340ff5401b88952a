"""Migrations: what they make is what `storage/tables.py` says; up, down and up again; one edition at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage import migrate, tables
from storage.books import Books
from storage.codec import dump
from storage.tables import metadata
from tests.reports.cases import answered, detected
from tests.schema import migrated_every_time
from workflow.ports import Known, Letter

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def really_migrated() -> Iterator[None]:
    with migrated_every_time():
        yield


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'books.db'}"


async def on(url: str, work: Any) -> Any:
    books = Books(url)
    try:
        async with books.engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await books.close()


async def test_the_migrated_schema_is_the_tables(url: str) -> None:
    await migrate.upgrade(url)

    def differences(connection: sa.Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    assert await on(url, differences) == []


async def test_indexes_and_constraints_are_the_tables_too(url: str, tmp_path: Path) -> None:
    """Compared as SQLite keeps them: conditions of indexes and server defaults are not in alembic's comparison."""
    await migrate.upgrade(url)
    created = f"sqlite:///{tmp_path / 'created.db'}"
    await on(created, metadata.create_all)

    def schema(connection: sa.Connection) -> dict[tuple[str, str], list[str]]:
        rows = connection.exec_driver_sql(
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
        )
        # A table that was written anew has its name in quotes.
        return {
            (kind, name): sorted(line.strip(" ,\t").replace(f'"{name}"', name) for line in sql.splitlines())
            for kind, name, sql in rows
        }

    assert await on(url, schema) == await on(created, schema)


async def test_up_down_and_up_again_with_rows(url: str) -> None:
    await migrate.upgrade(url)
    books = Books(url)
    async with books.write("kursky") as tx:
        await tx.inbox.keep("vk", [("e1", "{}")], NOW)
        await tx.people.invite("0" * 64, "curator", NOW)
        await tx.people.bind("curator", 1, "Житель", in_group=True, now=NOW)
        await tx.set_mark("bot_username", "dezhurny_bot")
    await books.close()

    await migrate.downgrade(url)
    assert (await migrate.current(url), await on(url, lambda c: sa.inspect(c).get_table_names())) == (
        None,
        ["alembic_version"],
    )
    await migrate.upgrade(url)
    assert await migrate.current(url) == migrate.head()
    assert set(await on(url, lambda c: sa.inspect(c).get_table_names())) == {*metadata.tables, "alembic_version"}


BEFORE = """
INSERT INTO inbox (municipality, source, key, raw, received_at) VALUES ('a', 'messenger', '7', '{}', '2026-01-12');
INSERT INTO inbox (municipality, source, key, raw, received_at) VALUES ('b', 'messenger', '7', '{}', '2026-01-12');
INSERT INTO inbox (municipality, source, key, raw, received_at) VALUES ('a', 'vk', '7', '{}', '2026-01-12');
INSERT INTO alarms (municipality, at, kind, case_id, step, due, account)
    VALUES ('a', '2026-01-12', 'overdue', 1, 'draft', '2026-01-12', 0);
INSERT INTO alarms (municipality, at, kind, case_id, step, due, account)
    VALUES ('a', '2026-01-12', 'snooze', 1, 'draft', '2026-01-12', 11);
INSERT INTO outbox (municipality, lane, priority, kind, fold, body, created_at)
    VALUES ('a', 'account:11', 1, 'say', 'f', '{}', '2026-01-12');
INSERT INTO outbox (municipality, lane, priority, kind, body, created_at)
    VALUES ('a', 'network:vk', 1, 'post', '{}', '2026-01-12');
INSERT INTO messages (chat_id, message_id, municipality, kind, at) VALUES (-5, 1, 'a', 'card', '2026-01-12');
INSERT INTO messages (chat_id, message_id, municipality, kind, at) VALUES (11, 1, 'b', 'card', '2026-01-12');
INSERT INTO bindings (municipality, person, account, shown_name, reachable, in_group, bound_at)
    VALUES ('a', 'curator', 11, 'К', 1, 1, '2026-01-12');
INSERT INTO chats (municipality, purpose, chat_id) VALUES ('a', 'working', -5);
INSERT INTO questions (municipality, account, kind, body, asked_at) VALUES ('a', 11, 'why', '{}', '2026-01-12');
INSERT INTO sessions (link_hash, municipality, account, link_until) VALUES ('h', 'a', 11, '2026-01-12');
INSERT INTO marks (municipality, name, value) VALUES ('a', 'bot_username', 'bot');
"""
BY_CONNECTION = {
    "alarms": ["", "telegram:a"],
    "bindings": ["telegram:a"],
    "chats": ["telegram:a"],
    "inbox": ["a/vk", "telegram:a", "telegram:b"],
    "messages": ["telegram:a", "telegram:b"],
    "outbox": ["a/vk", "telegram:a"],
    "questions": ["telegram:a"],
    "sessions": ["telegram:a"],
}


def rows_of(connection: sa.Connection, table: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")), key=repr)


def rows_before(connection: sa.Connection) -> dict[str, list[tuple[Any, ...]]]:
    return {table: rows_of(connection, table) for table in (*BY_CONNECTION, "marks")}


def keep_rows_of_before(connection: sa.Connection) -> None:
    for statement in BEFORE.strip().removesuffix(";").split(";\n"):
        connection.exec_driver_sql(statement)


def connections(connection: sa.Connection) -> dict[str, list[str]]:
    return {
        table: sorted(connection.exec_driver_sql(f"SELECT connection FROM {table}").scalars())
        for table in BY_CONNECTION
    }


async def test_rows_of_before_get_the_connection_of_their_municipality_and_lose_it_again(url: str) -> None:
    await migrate.upgrade(url, "v0001_books")
    await on(url, keep_rows_of_before)
    before = await on(url, rows_before)
    await migrate.upgrade(url)
    assert await on(url, connections) == BY_CONNECTION
    await migrate.downgrade(url, "v0001_books")
    assert await on(url, rows_before) == before
    await migrate.upgrade(url)
    assert await on(url, connections) == BY_CONNECTION


async def test_what_only_connections_tell_apart_is_one_row_before_them(url: str) -> None:
    """Two messengers of one municipality, and an update of a bot of several that nobody has routed."""
    await migrate.upgrade(url)
    books = Books(url)
    async with books.write("a") as tx:
        for bot in ("telegram:1", "telegram:2"):
            tx.serve_by(bot)
            await tx.people.bind("curator", 11, bot, in_group=True, now=NOW)
            await tx.people.set_working_group(-5, bot)
            await tx.messages.remember(Known(-5, 1, "card"), NOW)
            await tx.inbox.keep("messenger", [("7", "{}")], NOW)
            await tx.outbox.put([Letter("say", "group", 1, fold="f")], NOW)
        unrouted = {"connection": "telegram:1", "source": "messenger", "key": "8", "raw": "", "received_at": NOW}
        await tx.insert_new(tables.inbox, [unrouted])
        await tx.set_mark("connection", "telegram:2")
    await books.close()
    await migrate.downgrade(url, "v0001_books")
    counted = {table: len(rows) for table, rows in (await on(url, rows_before)).items() if rows}
    assert counted == {"bindings": 1, "chats": 1, "inbox": 1, "messages": 1, "outbox": 1}
    assert await on(url, lambda c: [row[3] for row in rows_of(c, "bindings")]) == ["telegram:2"]


async def test_a_second_upgrade_changes_nothing(url: str) -> None:
    await migrate.upgrade(url)
    books = Books(url)
    async with books.write("kursky") as tx:
        await tx.set_mark("bot_username", "dezhurny_bot")
    await books.close()
    await migrate.upgrade(url)
    books = Books(url)
    async with books.write("kursky") as tx:
        assert await tx.mark("bot_username") == "dezhurny_bot"
    await books.close()


async def test_asking_creates_no_database(url: str) -> None:
    assert (await migrate.current(url), await migrate.needed(url), await migrate.is_ahead(url)) == (None, True, False)
    assert migrate.is_missing(url)


async def test_needed_until_upgraded(url: str) -> None:
    assert await migrate.needed(url)
    await migrate.upgrade(url)
    assert not await migrate.needed(url)


async def test_a_newer_programs_database_is_known(url: str) -> None:
    await migrate.upgrade(url)
    await on(url, lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = 'v9999_later'"))
    assert await migrate.is_ahead(url)


async def test_a_migration_that_fails_leaves_nothing_behind(url: str) -> None:
    """A table in the way: the whole upgrade is undone, not half of it."""
    await on(url, lambda c: c.exec_driver_sql("CREATE TABLE outbox (id INTEGER)"))
    with pytest.raises(sa.exc.OperationalError):
        await migrate.upgrade(url)
    assert await on(url, lambda c: sa.inspect(c).get_table_names()) == ["outbox"]


async def test_what_was_parked_before_is_not_told_of_again(url: str) -> None:
    await migrate.upgrade(url, "v0001_books")
    columns = "municipality, source, key, raw, received_at, state"
    row = f"INSERT INTO inbox ({columns}) VALUES ('o', 'vk', 'e1', '', '2026-01-12', 'parked')"
    await on(url, lambda c: c.exec_driver_sql(row))
    await migrate.upgrade(url)
    books = Books(url)
    async with books.write("o") as tx:
        assert (await tx.inbox.untold(), await tx.inbox.count_parked()) == (([], 0), 1)
        await tx.audit.note("inbox_dropped", {"row": "1"}, NOW, "operator")
        assert [(line["who"], line["details"]) for line in await tx.audit.lines()] == [("operator", {"row": "1"})]
    await books.close()


async def test_answers_posted_before_are_entered_if_they_are_public(url: str) -> None:
    await migrate.upgrade(url, "v0007_inbox_authors")
    public = answered(1, "2026-10-05", place="Школьная, 5")
    private = answered(2, "2026-10-06")
    private = replace(private, appeal=replace(private.appeal, kind="message"))

    def put(connection: sa.Connection) -> None:
        for case in (public, private, detected(3, "2026-10-07 09:00")):
            columns = ("id", "municipality", "number", "version", "state", "source", "regulation")
            columns += ("detected_at", "changed_at", "place", "body")
            row = (case.id, "a", case.number, 1, str(case.state), "vk", "r", "2026-10-05", "2026-10-05", "школьная, 5")
            query = f"INSERT INTO cases ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
            connection.exec_driver_sql(query, (*row, dump(case)))

    await on(url, put)
    await migrate.upgrade(url)
    assert await on(url, lambda connection: rows_of(connection, "answers")) == [
        (1, "a", "zhkh", "вода", "школьная, 5"),
    ]
