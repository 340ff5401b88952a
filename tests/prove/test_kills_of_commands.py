"""`backup`, `restore` and a migration killed (SIGKILL) at a file they touch or a statement they make: what was is whole, and
the same command does its work afterwards.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.backup import is_whole
from storage import migrate
from tests.loaded import parent
from tests.patience import PROCESS
from tests.rules.thoroughness import SEED, TENTH
from tests.shelf import empty_database

pytestmark = [pytest.mark.prove, pytest.mark.process, pytest.mark.timeout(900)]

KILLS = 3 if TENTH else 1000
"""Of each command: so many passages, or every one."""
OLDEST = "v0003_register"
KILLED = -int(signal.SIGKILL)
PROGRAM = """
import os, signal, sys
import sqlalchemy as sa
left = {left}
def passes(event, arguments=()):
    global left
    names = ("open", "os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "sqlite3.connect")
    if event == "statement" or (event in names and {place!r} in str(arguments[0])):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(passes)
sa.event.listen(sa.engine.Engine, "before_cursor_execute", lambda *_: passes("statement"))
{work}
print("passed", {left} - left)
"""
COMMAND = "from bot.__main__ import app\napp({words!r}, standalone_mode=False)"
MIGRATION = "import asyncio\nfrom storage import migrate\nasyncio.run(migrate.upgrade({url!r}))"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "office"
    place.mkdir()
    shutil.copyfile(asyncio.run(empty_database()), place / "dezhurny.db")
    mark(place, "first")
    return place


def mark(place: Path, value: str) -> None:
    with closing(sqlite3.connect(place / "dezhurny.db")) as books, books:
        books.execute("INSERT OR REPLACE INTO marks (municipality, name, value) VALUES ('okrug', 'm', ?)", (value,))


def value(place: Path) -> str:
    """The mark of a database that is whole."""
    with closing(sqlite3.connect(place / "dezhurny.db")) as books:
        assert is_whole(books)
        return str(books.execute("SELECT value FROM marks WHERE name = 'm'").fetchone()[0])


def ended(work: str, left: int, folder: Path) -> tuple[int, str]:
    """The exit code of a process killed at so manieth passage, and what it said."""
    said = folder.parent / "said"
    said.write_text("")
    environment = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
    child = parent().fork((), environment, said, code=PROGRAM.format(left=left, work=work, place=str(folder.parent)))
    return child.ended.result(PROCESS), said.read_text(encoding="utf-8")


def passages(work: str, folder: Path) -> int:
    code, said = ended(work, 10**9, folder)
    assert code == 0, said
    return int(said.rpartition("passed ")[2])


def some_of(many: int, name: str) -> list[int]:
    return sorted(random.Random(f"{SEED} {name}").sample(range(1, many + 1), min(KILLS, many)))


def test_a_killed_backup_leaves_the_books_and_a_whole_copy_or_none(folder: Path, tmp_path: Path) -> None:
    def backup(name: str) -> str:
        return COMMAND.format(words=["backup", str(tmp_path / name), "--config", str(folder)])

    for left in some_of(passages(backup("first.zip"), folder), "backup"):
        assert ended(backup(f"{left}.zip"), left, folder)[0] == KILLED
        assert value(folder) == "first"
        copy = tmp_path / f"{left}.zip"
        if not copy.exists():
            assert ended(backup(f"{left}.zip"), 10**9, folder)[0] == 0
        mark(folder, "second")
        assert ended(COMMAND.format(words=["restore", str(copy), "--config", str(folder)]), 10**9, folder)[0] == 0
        assert value(folder) == "first"


def test_a_killed_restore_leaves_one_of_the_two_books_whole(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    assert ended(COMMAND.format(words=["backup", str(copy), "--config", str(folder)]), 10**9, folder)[0] == 0
    restore = COMMAND.format(words=["restore", str(copy), "--config", str(folder)])
    for left in some_of(passages(restore, folder), "restore"):
        mark(folder, "second")
        assert ended(restore, left, folder)[0] == KILLED
        assert value(folder) in ("first", "second")
        assert ended(restore, 10**9, folder)[0] == 0
        assert value(folder) == "first"


def test_a_killed_migration_leaves_books_that_the_next_one_brings_to_the_newest(folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{folder / 'dezhurny.db'}"
    asyncio.run(migrate.downgrade(url, OLDEST))
    old = shutil.copyfile(folder / "dezhurny.db", tmp_path / "old.db")
    work = MIGRATION.format(url=url)
    for left in some_of(passages(work, folder), "migration"):
        for part in ("", "-wal", "-shm"):
            Path(f"{folder / 'dezhurny.db'}{part}").unlink(missing_ok=True)
        shutil.copyfile(old, folder / "dezhurny.db")
        assert ended(work, left, folder)[0] == KILLED
        assert asyncio.run(migrate.current(url)) in (OLDEST, migrate.head())
        asyncio.run(migrate.upgrade(url))
        assert (value(folder), asyncio.run(migrate.current(url))) == ("first", migrate.head())
