"""Files that hold citizens' words are their owner's alone, where the platform knows modes. What is in them is not looked at."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

ONLY_OWNER = 0o600


def begin(file: Path) -> None:
    """A file that is not there yet is there, empty and private; what cannot be made is left to whoever opens it. SQLite gives
    the files it puts beside a database the database's own mode."""
    with suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, ONLY_OWNER))


def files_of(database: Path) -> tuple[Path, ...]:
    """The file and those SQLite puts beside it, whether or not they are there."""
    return database, *(database.with_name(database.name + tail) for tail in ("-wal", "-shm"))


def close_off(file: Path) -> None:
    """The file is private from now on."""
    file.chmod(ONLY_OWNER)
