"""All rows from SQLite to PostgreSQL and back: the same rows, proved by counts and digests (PostgreSQL only)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from storage import copying, migrate, tables
from storage.books import Books
from storage.engine import Engine, connect
from tests import postgres
from tests.rules.offices import at
from tests.storage.conftest import HERE

pytestmark = pytest.mark.skipif(not postgres.is_wanted(), reason="needs PostgreSQL")

NOW = at("2026-01-12 09:20")
HOSTILE = ("'; DROP TABLE cases; --", "ы" * 400, "👩‍👩‍👧 и «кавычки»", "\\n\\", "", "0")


@pytest.fixture
async def file(tmp_path: Path) -> str:
    """An SQLite database with rows of several kinds."""
    url = f"sqlite:///{tmp_path / 'books.db'}"
    await migrate.upgrade(url)
    books = Books(url)
    async with books.write(HERE) as tx:
        for number, text in enumerate(HOSTILE):
            await tx.set_mark(f"m{number}", text)
        await tx.inbox.keep("vk", [(str(n), text) for n, text in enumerate(HOSTILE)], NOW + timedelta(microseconds=7))
        await tx.people.bind("curator", 2**60, "Куратор", in_group=True, now=NOW)
    await books.close()
    return url


async def moved(source: str, target: str) -> list[copying.Copied]:
    one, other = connect(source), connect(target)
    try:
        async with one.begin() as read, other.begin() as written:
            await copying.as_of_one_moment(read)
            return await copying.copy(read, written)
    finally:
        await one.dispose()
        await other.dispose()


async def test_there_and_back_every_row_is_the_same(file: str, books_url: str, tmp_path: Path) -> None:
    back = f"sqlite:///{tmp_path / 'back.db'}"
    await migrate.upgrade(back)
    there = await moved(file, books_url)
    assert {one.table: one.rows for one in there if one.rows} == {"bindings": 1, "inbox": 6, "marks": 6}
    assert await moved(books_url, back) == there


def a_row(table: sa.Table) -> dict[str, Any]:
    """A row with a value in every column."""

    def value(column: sa.Column[Any]) -> Any:
        match column.type:
            case tables.Moment():
                return NOW + timedelta(microseconds=7)
            case sa.Boolean():
                return True
            case sa.Integer():
                return 1
            case sa.Float():
                return 0.1
            case _:
                return "ы"

    return {column.name: value(column) for column in table.columns}


async def test_an_archive_holds_every_column_of_every_table_as_it_was(books_url: str, tmp_path: Path) -> None:
    engine = connect(books_url)
    async with engine.begin() as connection:
        for table in copying.TABLES:
            await connection.execute(table.insert(), a_row(table))
        await connection.exec_driver_sql("CREATE TABLE of_another_program (id INTEGER PRIMARY KEY)")
    await engine.dispose()
    file = tmp_path / "archive.db"
    await copying.snapshot(books_url, file)
    kept = connect(f"sqlite:///{file}")
    async with kept.begin() as connection:
        for table in copying.TABLES:
            rows = (await connection.execute(sa.select(table))).mappings().all()
            assert [dict(row) for row in rows] == [a_row(table)], table.name
    await kept.dispose()


async def test_numbers_go_on_after_the_last_that_was_copied(file: str, books_url: str) -> None:
    await moved(file, books_url)
    books = Books(books_url)
    async with books.write(HERE) as tx:
        await tx.inbox.keep("vk", [("next", "текст")], NOW)
        assert [one.id for one in await tx.inbox.waiting(NOW + timedelta(hours=1), 100)] == [1, 2, 3, 4, 5, 6, 7]
    await books.close()


async def test_a_row_that_changed_on_the_way_is_found_and_nothing_is_kept(
    file: str, books_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trigger stands for whatever may change a row."""
    engine = connect(books_url)
    async with engine.begin() as written:
        await written.exec_driver_sql(
            "CREATE FUNCTION other() RETURNS trigger AS 'BEGIN NEW.value = ''x''; RETURN NEW; END' LANGUAGE plpgsql"
        )
        await written.exec_driver_sql(
            "CREATE TRIGGER other BEFORE INSERT ON marks FOR EACH ROW EXECUTE FUNCTION other()"
        )
    with pytest.raises(copying.NotTheSame, match="marks"):
        await moved(file, books_url)
    assert await count(engine, tables.inbox) == 0
    await engine.dispose()


async def count(engine: Engine, table: sa.Table) -> int:
    async with engine.begin() as connection:
        found: int = (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
    return found


async def test_a_copy_of_an_older_schema_has_that_schema(file: str, tmp_path: Path) -> None:
    """As before a migration: what the newer one knows is not there yet."""
    url = await postgres.bare()
    await migrate.upgrade(url, "v0006_quiet_hours")
    engine = connect(url)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("INSERT INTO marks (municipality, name, value) VALUES ('okrug', 'a', 'old')")
    await engine.dispose()
    copy = tmp_path / "copy.db"
    await copying.snapshot(url, copy)
    assert await migrate.current(f"sqlite:///{copy}") == "v0006_quiet_hours"
    await copying.replace(url, copy)
    assert await migrate.current(url) == migrate.head()
    books = Books(url)
    async with books.write(HERE) as tx:
        assert await tx.mark("a") == "old"
    await books.close()
    await postgres.drop(url)


async def test_of_two_that_migrate_at_once_one_waits(tmp_path: Path) -> None:
    import asyncio

    url = await postgres.bare()
    await asyncio.gather(migrate.upgrade(url), migrate.upgrade(url), migrate.upgrade(url))
    assert await migrate.current(url) == migrate.head()
    await postgres.drop(url)
