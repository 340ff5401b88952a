"""Migrations: what they make is what `storage/tables.py` says; up, down and up again; one edition at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage import migrate
from storage.books import Books
from storage.tables import metadata

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


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
