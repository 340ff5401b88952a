"""What the storage outlives: after any failure of it the next transaction works, as soon as the fault is gone.

The faults are real ones: a full disk, a file that cannot grow, a lock, a file that is gone, a connection that was closed.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.failures import is_of_storage
from storage.sqlite import DURABLE, PASSING, WHOLE, SqliteConnection, SqliteEngine
from tests.faults import Disk, a_disk, nothing_grows

NOTES = sa.Table(
    "notes", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("words", sa.Text, nullable=False)
)
PUT = NOTES.insert()
WORDS = sa.select(NOTES.c.words).order_by(NOTES.c.id)
LONG = "слово " * 2000
QUICK = "busy_timeout=20"


class Notes:
    """A table of notes in a database that outlives what is done to it."""

    def __init__(self, engine: SqliteEngine) -> None:
        self.engine = engine

    async def made(self) -> Notes:
        async with self.engine.begin() as connection:
            await connection.run_sync(NOTES.create)
        return self

    async def put(self, words: str) -> None:
        async with self.engine.begin() as connection:
            await put(connection, words)

    async def all(self) -> list[str]:
        async with self.engine.begin() as connection:
            return list((await connection.execute(WORDS)).scalars())

    async def fails(self, words: str = LONG) -> str:
        """The name of SQLite's error; each further try gives the same one."""
        names = set()
        for _ in range(3):
            with pytest.raises(sa.exc.OperationalError) as refused:
                await self.put(words)
            assert is_of_storage(refused.value)
            assert isinstance(refused.value.orig, sqlite3.Error)
            names.add(refused.value.orig.sqlite_errorname)
        return " ".join(sorted(names))

    async def works(self) -> None:
        """What was kept is there, nothing else is, and both ways of a statement write again."""
        before = await self.all()
        for words in ("again", "and again", "and once more"):
            await self.put(words)
        assert await self.all() == [*before, "again", "and again", "and once more"]
        assert LONG not in before


async def put(connection: SqliteConnection, words: str) -> None:
    await connection.execute(PUT, {"words": words})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


@pytest.fixture(params=[DURABLE, WHOLE, PASSING], ids=["durable", "whole", "passing"])
async def notes(file: Path, request: pytest.FixtureRequest) -> AsyncIterator[Notes]:
    """Each kind of engine; the statements are made ready already."""
    engine = SqliteEngine(str(file), (*request.param, QUICK), alone=request.param is not DURABLE)
    notes = await Notes(engine).made()
    for words in ("one", "two", "three"):
        await notes.put(words)
    yield notes
    await engine.dispose()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with a_disk(tmp_path / "disk") as disk:
        yield disk


# --- the disk --------------------------------------------------------------------------------------------------------


@pytest.mark.process
async def test_after_a_full_disk_the_first_write_works_as_soon_as_there_is_room(disk: Disk) -> None:
    notes = await Notes(SqliteEngine(str(disk.root / "books.db"))).made()
    await notes.put("one")
    disk.fill()
    assert await notes.fails() == "SQLITE_FULL"
    assert await notes.all() == ["one"], "what is kept can be read meanwhile"
    disk.free()
    await notes.works()
    await notes.engine.dispose()


@pytest.mark.process
async def test_a_log_that_grew_until_the_disk_was_full_is_written_on_afterwards(disk: Disk) -> None:
    """The write-ahead log itself takes the last of the room, in the middle of a COMMIT."""
    notes = await Notes(SqliteEngine(str(disk.root / "books.db"))).made()
    kept = 0
    while True:
        try:
            await notes.put(f"note {kept} {LONG}")
            kept += 1
        except sa.exc.OperationalError:
            break
    assert await notes.fails() == "SQLITE_FULL"
    assert len(await notes.all()) == kept > 10
    disk.fill()
    disk.free()
    assert len(await notes.all()) == kept
    await notes.engine.dispose()


@pytest.mark.process
async def test_a_disk_that_may_not_be_written_is_written_again_when_it_may(disk: Disk) -> None:
    notes = await Notes(SqliteEngine(str(disk.root / "books.db"), WHOLE)).made()
    await notes.put("one")
    await notes.engine.dispose()
    disk.forbid_writing()
    assert await notes.fails() == "SQLITE_READONLY"
    disk.allow_writing()
    await notes.works()
    await notes.engine.dispose()


async def test_after_an_error_of_the_disk_in_commit_the_next_transaction_works(notes: Notes) -> None:
    with nothing_grows():
        assert "SQLITE_IOERR" in await notes.fails()
    await notes.works()


async def test_a_database_that_may_not_grow_fails_in_the_statement_and_goes_on(file: Path) -> None:
    """SQLITE_FULL without a full disk; the connection stays, and so does what is in it."""
    notes = await Notes(SqliteEngine(str(file), (*DURABLE, "max_page_count=8"))).made()
    await notes.put("one")
    assert await notes.fails("слово " * 20_000) == "SQLITE_FULL"
    await notes.works()
    await notes.engine.dispose()


# --- the lock, the file, the connection ---------------------------------------------------------------------------------


async def test_after_a_begin_that_was_locked_out_the_next_transaction_works(notes: Notes, file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert await notes.fails() == "SQLITE_BUSY"
    other.execute("ROLLBACK")
    other.close()
    await notes.works()


async def test_after_a_commit_that_readers_held_up_the_next_transaction_works(file: Path) -> None:
    notes = await Notes(SqliteEngine(str(file), (*WHOLE, QUICK))).made()
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM notes").fetchone()
    assert await notes.fails() == "SQLITE_BUSY"
    reader.execute("ROLLBACK")
    reader.close()
    await notes.works()
    await notes.engine.dispose()


async def test_a_file_that_is_gone_is_not_made_anew_and_used_again_when_it_is_back(notes: Notes, file: Path) -> None:
    """SQLite alone would write on into a file that nobody will ever find again."""
    kept = {path: path.with_name(f"away-{path.name}") for path in file.parent.glob("books.db*")}
    for path, away in kept.items():
        path.rename(away)
    for _ in range(3):
        with pytest.raises(FileNotFoundError):
            await notes.put(LONG)
    assert [path.name for path in file.parent.glob("books*")] == []
    for path, away in kept.items():
        away.rename(path)
    await notes.works()


async def test_a_file_another_one_stands_in_the_place_of_is_left_for_it(notes: Notes, file: Path) -> None:
    copy = file.with_name("copy.db")
    source, target = sqlite3.connect(file), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()
    await notes.put("written after the copy")
    for path in list(file.parent.glob("books.db*")):
        path.unlink()
    shutil.move(copy, file)
    assert await notes.all() == ["one", "two", "three"]
    await notes.works()


async def test_a_connection_that_was_closed_is_opened_again(notes: Notes) -> None:
    async with notes.engine.begin() as connection:
        driver = connection.driver
    driver.close()
    with pytest.raises(sa.exc.ProgrammingError) as refused:
        await notes.put(LONG)
    assert is_of_storage(refused.value)
    await notes.works()


async def test_a_connection_closed_within_a_transaction_fails_it_and_is_opened_again(notes: Notes) -> None:
    async def closed_half_way() -> None:
        async with notes.engine.begin() as connection:
            await put(connection, LONG)
            connection.driver.close()
            await put(connection, LONG)

    with pytest.raises(sa.exc.ProgrammingError) as refused:
        await closed_half_way()
    assert is_of_storage(refused.value)
    await notes.works()


async def test_closing_after_a_failure_closes_and_raises_nothing(notes: Notes, file: Path) -> None:
    with nothing_grows():
        await notes.fails()
        await notes.engine.dispose()
    await notes.works()


# --- what is no failure of the storage -----------------------------------------------------------------------------------


async def driver_of(engine: SqliteEngine) -> sqlite3.Connection:
    async with engine.begin() as connection:
        return connection.driver


@pytest.mark.parametrize("mistake", ["a rule of the table", "wrong words", "an error of ours"])
async def test_a_mistake_takes_its_transaction_back_and_the_connection_stays(notes: Notes, mistake: str) -> None:
    async def mistaken() -> None:
        async with notes.engine.begin() as connection:
            await put(connection, LONG)
            if mistake == "a rule of the table":
                await connection.execute(PUT, {"words": None})
            elif mistake == "wrong words":
                await connection.exec_driver_sql("SELECT nothing FROM nowhere")
            raise KeyError(mistake)

    before = await driver_of(notes.engine)
    with pytest.raises((sa.exc.IntegrityError, sa.exc.OperationalError, KeyError)) as refused:
        await mistaken()
    assert not is_of_storage(refused.value)
    assert await driver_of(notes.engine) is before
    await notes.works()


async def test_a_database_in_memory_outlives_its_failures_and_is_never_thrown_away() -> None:
    notes = await Notes(SqliteEngine(":memory:", ("max_page_count=8",))).made()
    await notes.put("one")
    before = await driver_of(notes.engine)
    assert await notes.fails("слово " * 20_000) == "SQLITE_FULL"
    with pytest.raises(sa.exc.IntegrityError):
        async with notes.engine.begin() as connection:
            await connection.execute(PUT, {"words": None})
    assert await driver_of(notes.engine) is before
    await notes.works()
    await notes.engine.dispose()


# --- whoever is cancelled -------------------------------------------------------------------------------------------------


async def test_cancelled_while_commit_runs_the_transaction_is_kept_and_the_next_one_works(file: Path) -> None:
    notes = await Notes(SqliteEngine(str(file))).made()
    committing = asyncio.Event()

    async def writes() -> None:
        async with notes.engine.begin() as connection:
            await put(connection, "kept")
            asyncio.get_running_loop().call_soon(committing.set)

    task = asyncio.create_task(writes())
    await committing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await notes.all() == ["kept"]
    await notes.works()
    await notes.engine.dispose()


async def test_cancelled_while_a_commit_fails_the_failure_is_what_is_heard(file: Path) -> None:
    """Else what was remembered beside the transaction would be taken for kept."""
    notes = await Notes(SqliteEngine(str(file))).made()
    committing = asyncio.Event()

    async def writes() -> None:
        async with notes.engine.begin() as connection:
            await put(connection, LONG)
            asyncio.get_running_loop().call_soon(committing.set)

    with nothing_grows():
        task = asyncio.create_task(writes())
        await committing.wait()
        task.cancel()
        with pytest.raises(sa.exc.OperationalError):
            await task
    await notes.works()
    await notes.engine.dispose()


# --- within a transaction -------------------------------------------------------------------------------------------------


async def ends_by_itself(connection: SqliteConnection) -> None:
    """SQLite ends the whole transaction with the error, as it may do when the disk is full."""
    await connection.exec_driver_sql("INSERT OR ROLLBACK INTO notes (id, words) VALUES (1, 'once more')")


async def test_what_follows_a_transaction_sqlite_ended_is_not_kept_line_by_line(notes: Notes) -> None:
    async def goes_on_all_the_same() -> None:
        async with notes.engine.begin() as connection:
            await put(connection, LONG)
            with pytest.raises(sa.exc.IntegrityError):
                await ends_by_itself(connection)
            for _ in range(3):
                with pytest.raises(sa.exc.IntegrityError):
                    await put(connection, LONG)

    with pytest.raises(sa.exc.IntegrityError):
        await goes_on_all_the_same()
    await notes.works()


async def test_a_commit_of_a_transaction_that_is_over_does_not_pass_for_kept(notes: Notes) -> None:
    async def over_before_its_end() -> None:
        async with notes.engine.begin() as connection:
            await connection.exec_driver_sql("ROLLBACK")

    with pytest.raises(sa.exc.OperationalError, match="ended by a statement"):
        await over_before_its_end()
    await notes.works()


async def _within(connection: SqliteConnection, error: Exception | None = None) -> None:
    async with connection.begin_nested():
        await put(connection, LONG)
        await connection.exec_driver_sql("ROLLBACK")
        if error is not None:
            raise error


@pytest.mark.parametrize("error", [KeyError("the first"), None], ids=["ROLLBACK TO fails", "RELEASE fails"])
async def test_a_savepoint_that_cannot_end_fails_the_transaction_and_hides_no_error(
    notes: Notes, error: Exception | None
) -> None:
    async def lost_within() -> None:
        async with notes.engine.begin() as connection:
            expected = KeyError if error is not None else sa.exc.OperationalError
            with pytest.raises(expected):
                await _within(connection, error)
            with pytest.raises(sa.exc.OperationalError):
                await put(connection, LONG)

    with pytest.raises(sa.exc.OperationalError, match="no such savepoint"):
        await lost_within()
    await notes.works()


async def test_a_failure_within_a_savepoint_takes_the_whole_transaction(file: Path) -> None:
    """Whoever goes on after it would keep half: the alarm dropped, and nobody told."""
    notes = await Notes(SqliteEngine(str(file), (*DURABLE, "max_page_count=8"))).made()

    async def goes_on_all_the_same() -> None:
        async with notes.engine.begin() as connection:
            await put(connection, "before")
            with pytest.raises(sa.exc.OperationalError, match="full"):
                async with connection.begin_nested():
                    await put(connection, "слово " * 20_000)
            with pytest.raises(sa.exc.OperationalError, match="full"):
                await put(connection, "after")

    with pytest.raises(sa.exc.OperationalError, match="full"):
        await goes_on_all_the_same()
    assert await notes.all() == []
    await notes.works()
    await notes.engine.dispose()
