"""Databases of tests, taken from a shelf and put back: the engine that has served one story serves the next.

What an engine has learned (statements of SQLAlchemy's made into text, a quarter of a story's time) stays; the rows do not: who
takes a database gets the rows of the file he names, and nothing else. Nothing here is kept against a loss of power.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from pathlib import Path

from storage.books import Books
from storage.migrate import upgrade
from storage.sqlite import DURABLE, SqliteEngine

FOLDER = Path(tempfile.mkdtemp(prefix="dezhurny-shelf-"))
EMPTY = FOLDER / "empty.db"
WITHOUT_THE_DISK = tuple("synchronous=OFF" if pragma.startswith("synchronous=") else pragma for pragma in DURABLE)
_numbers = itertools.count(1)
_free: list[tuple[Path, SqliteEngine]] = []
_taken: dict[Books, tuple[Path, SqliteEngine]] = {}


async def empty_database() -> Path:
    """A database of the newest edition with nothing in it; made once for all tests of a process."""
    if not EMPTY.exists():
        await upgrade(f"sqlite:///{EMPTY}")
    return EMPTY


def take(copied: Path, folder: Path) -> Books:
    """Books that hold what the file holds; in the folder they lie where the program looks for them."""
    if _free:
        path, engine = _free.pop()
    else:
        path = FOLDER / f"books-{next(_numbers)}.db"
        engine = SqliteEngine(str(path), WITHOUT_THE_DISK)
    shutil.copyfile(copied, path)
    books = Books(f"sqlite:///{path}", engine)
    _taken[books] = path, engine
    (folder / "dezhurny.db").symlink_to(path)
    return books


async def put_back(books: Books) -> None:
    """They are closed, and nothing of them is left."""
    await books.close()
    path, engine = _taken.pop(books)
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()
    _free.append((path, engine))
