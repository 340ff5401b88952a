"""A pool of test databases: the engine that served one story serves the next.

The engine keeps its caches (compiled SQLAlchemy statements, a quarter of a story's time) but not its rows: each user
gets the rows of the file it names. Nothing here survives a power loss.
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
    """An empty database with the newest schema; made once for all tests of a process."""
    if not EMPTY.exists():
        await upgrade(f"sqlite:///{EMPTY}")
    return EMPTY


def take(copied: Path, folder: Path) -> Books:
    """Books with the content of the file and its log, located in the folder where the program looks for them."""
    if _free:
        path, engine = _free.pop()
    else:
        path = FOLDER / f"books-{next(_numbers)}.db"
        engine = SqliteEngine(str(path), WITHOUT_THE_DISK)
    for part in ("", "-wal"):
        if Path(f"{copied}{part}").exists():
            shutil.copyfile(f"{copied}{part}", f"{path}{part}")
    books = Books(f"sqlite:///{path}", engine)
    _taken[books] = path, engine
    (folder / "dezhurny.db").unlink(missing_ok=True)
    (folder / "dezhurny.db").symlink_to(path)
    return books


async def put_back(books: Books) -> None:
    """Close the books and delete their content."""
    await books.close()
    path, engine = _taken.pop(books)
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()
    _free.append((path, engine))
