"""The connection itself: another process's lock, whoever is cancelled half way, statements made ready."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.sqlite import SqliteConnection, SqliteEngine
from storage.tables import Moment

NOTES = sa.Table(
    "notes",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("words", sa.Text),
    sa.Column("at", Moment),
)
PUT = NOTES.insert()
OF = sa.select(NOTES).where(NOTES.c.words == sa.bindparam("words"))
AMONG = sa.select(NOTES.c.id).where(NOTES.c.id.in_(sa.bindparam("ids", expanding=True))).order_by(NOTES.c.id)
NUMBERED = NOTES.insert().returning(NOTES.c.id)
AT = datetime(2026, 1, 12, 9, 20, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


@pytest.fixture
async def engine(file: Path) -> AsyncIterator[SqliteEngine]:
    engine = SqliteEngine(str(file), ("journal_mode=WAL", "busy_timeout=50"))
    async with engine.begin() as connection:
        await connection.run_sync(NOTES.create)
    yield engine
    await engine.dispose()


async def written(engine: SqliteEngine) -> list[str]:
    async with engine.begin() as connection:
        return list((await connection.execute(sa.select(NOTES.c.words).order_by(NOTES.c.id))).scalars())


async def write(connection: SqliteConnection, words: str) -> None:
    await connection.execute(PUT, {"words": words, "at": AT})


async def test_a_lock_held_elsewhere_is_said_and_the_next_transaction_goes_on(engine: SqliteEngine, file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sa.exc.OperationalError, match="locked"):
        async with engine.begin():
            raise AssertionError("two writers")
    other.execute("COMMIT")
    async with engine.begin() as connection:
        await write(connection, "first")
    assert await written(engine) == ["first"]


async def test_cancelled_while_it_waits_for_the_lock_a_transaction_leaves_no_lock_behind(file: Path) -> None:
    patient = SqliteEngine(str(file))
    async with patient.begin() as connection:
        await connection.run_sync(NOTES.create)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    begun = asyncio.Event()

    async def waits() -> None:
        begun.set()
        async with patient.begin() as connection:
            await write(connection, "never")

    task = asyncio.create_task(waits())
    await begun.wait()
    task.cancel()
    other.execute("COMMIT")
    with pytest.raises(asyncio.CancelledError):
        await task
    other.execute("BEGIN IMMEDIATE")
    other.execute("COMMIT")
    assert await written(patient) == []
    await patient.dispose()


async def test_cancelled_in_the_middle_it_keeps_nothing(engine: SqliteEngine) -> None:
    half_way = asyncio.Event()

    async def writes() -> None:
        async with engine.begin() as connection:
            await write(connection, "half")
            half_way.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(writes())
    await half_way.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await written(engine) == []


async def _fails_within(connection: SqliteConnection) -> None:
    async with connection.begin_nested():
        await write(connection, "within")
        raise ZeroDivisionError


async def test_a_savepoint_takes_back_its_own_part_alone(engine: SqliteEngine) -> None:
    async with engine.begin() as connection:
        await write(connection, "before")
        with pytest.raises(ZeroDivisionError):
            await _fails_within(connection)
        await write(connection, "after")
    assert await written(engine) == ["before", "after"]


async def test_the_first_use_and_the_later_ones_give_the_same(engine: SqliteEngine) -> None:
    """The first goes SQLAlchemy's way, the others straight to the driver."""
    async with engine.begin() as connection:
        for turn in range(4):
            await write(connection, f"note {turn}")
            rows = (await connection.execute(OF, {"words": f"note {turn}"})).mappings().all()
            assert [dict(row) for row in rows] == [{"id": turn + 1, "words": f"note {turn}", "at": AT}]
        for number in range(5, 8):
            put = await connection.execute(NUMBERED, {"words": "numbered", "at": None})
            assert put.scalar_one() == number
        for ids in ([1, 2], [2, 3, 4], []):
            assert list((await connection.execute(AMONG, {"ids": ids})).scalars()) == ids


async def _writes_one_twice(engine: SqliteEngine) -> None:
    async with engine.begin() as connection:
        for _ in range(2):
            await connection.execute(PUT, {"id": 1, "words": "слова жителя", "at": AT})


async def test_what_the_driver_refuses_is_raised_as_sqlalchemy_would_and_names_no_values(engine: SqliteEngine) -> None:
    for _ in range(3):
        with pytest.raises(sa.exc.IntegrityError) as refused:
            await _writes_one_twice(engine)
        assert "слова" not in str(refused.value)


async def test_closed_it_opens_again(engine: SqliteEngine) -> None:
    async with engine.begin() as connection:
        await write(connection, "kept")
    await engine.dispose()
    assert await written(engine) == ["kept"]
