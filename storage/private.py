"""Makes files with citizens' words readable by their owner only, on platforms with file modes. Does not read the files."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

ONLY_OWNER = 0o600


def begin(file: Path) -> None:
    """Create the file with mode 0600 if it does not exist; errors surface at the later open(). SQLite gives the files
    beside a database the database's own mode."""
    with suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, ONLY_OWNER))


def files_of(database: Path) -> tuple[Path, ...]:
    """Return the paths of an SQLite database and of its WAL and shared-memory files, whether or not these exist."""
    return database, *(database.with_name(database.name + tail) for tail in ("-wal", "-shm"))


def close_off(file: Path) -> None:
    """Set the file's mode to 0600."""
    file.chmod(ONLY_OWNER)
