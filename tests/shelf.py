"""A pool of test databases: the engine that served one story serves the next. With TEST_DATABASE=postgresql each story has a
PostgreSQL database instead.

The engine keeps its caches (compiled SQLAlchemy statements, a quarter of a story's time) but not its rows: each user
gets the rows of the file it names. Nothing here survives a power loss, and there is no disk to wait for in a thread.
"""

from __future__ import annotations

import functools
import itertools
import shutil
import tempfile
from pathlib import Path

from storage.books import Books
from storage.migrate import upgrade
from storage.sqlite import DURABLE, SqliteEngine
from tests import postgres

Kept = Path | str
"""The content of books put by: a file of SQLite, or the name of a PostgreSQL database."""

WITHOUT_THE_DISK = tuple("synchronous=OFF" if pragma.startswith("synchronous=") else pragma for pragma in DURABLE)
_numbers = itertools.count(1)
_free: list[tuple[Path, SqliteEngine]] = []
_taken: dict[Books, tuple[Path, SqliteEngine]] = {}


@functools.cache
def folder() -> Path:
    """Where the databases of this process lie until `clear`."""
    return Path(tempfile.mkdtemp(prefix="dezhurny-shelf-"))


def clear() -> None:
    """Delete the databases; at the end of the session."""
    if folder.cache_info().currsize:
        shutil.rmtree(folder())


async def empty_database() -> Path:
    """An empty database with the newest schema; made once for all tests of a process."""
    empty = folder() / "empty.db"
    if not empty.exists():
        await upgrade(f"sqlite:///{empty}")
    return empty


async def empty() -> Kept:
    return postgres.SCHEMA if postgres.is_wanted() else await empty_database()


async def take(kept: Kept, where: Path) -> Books:
    """Books with this content (of a file, with its log), located in the folder where the program looks for them."""
    if isinstance(kept, str):
        return Books(await postgres.make(kept))
    if _free:
        path, engine = _free.pop()
    else:
        path = folder() / f"books-{next(_numbers)}.db"
        engine = SqliteEngine(str(path), WITHOUT_THE_DISK, alone=True)
    _copy(kept, path)
    books = Books(f"sqlite:///{path}", engine)
    _taken[books] = path, engine
    (where / "dezhurny.db").unlink(missing_ok=True)
    (where / "dezhurny.db").symlink_to(path)
    return books


def _copy(kept: Path, path: Path) -> None:
    shutil.copyfile(kept, path)
    if Path(f"{kept}-wal").exists():
        shutil.copyfile(f"{kept}-wal", f"{path}-wal")


async def put_by(books: Books, where: Path) -> Kept:
    """Keep the content of these books, which are closed now, for others to take."""
    await books.close()
    if books not in _taken:
        return await postgres.keep(books.url)
    return shutil.copyfile(where / "dezhurny.db", where / "morning.db")


async def put_back(books: Books) -> None:
    """Close the books and delete their content."""
    await books.close()
    if books not in _taken:
        await postgres.drop(books.url)
        return
    path, engine = _taken.pop(books)
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()
    _free.append((path, engine))
