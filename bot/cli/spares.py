"""Spare copies of the database that the program itself takes and leaves beside it: before a migration, and of what a restore
replaces. They hold citizens' words like any backup, so they are encrypted where backups are, and go after a term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bot.cli import sealed
from config.settings import read_settings
from storage import migrate, private

BOOKS = "dezhurny.db"
BACKUPS = "backups"
BEFORE_RESTORE = ".before-restore"
KEPT = timedelta(days=30)
"""A spare copy that is older goes once a nightly copy was taken and tried."""
SEALED = ".age"
_NUMBER = re.compile(r"-(\d+)\.db(?:\.age)?$")


def seal(file: Path) -> Path:
    """Encrypt the file if backups are to be encrypted, and delete the plain one; return what is there afterwards."""
    recipient = read_settings().backup_recipient
    if recipient is None:
        return file
    closed = sealed.seal(file, recipient)
    private.close_off(closed)
    file.unlink()
    return closed


def numbered(folder: Path, stem: str) -> list[tuple[int, Path]]:
    """The copies before migrations in the folder, the oldest first."""
    found = ((_NUMBER.search(file.name), file) for file in folder.glob(f"{stem}-*.db*"))
    return sorted((int(number[1]), file) for number, file in found if number is not None)


def free(name: Path) -> Path:
    """The name, or the first of its like with a number behind it under which nothing lies, plain or encrypted."""
    number, found = 1, name
    while found.exists() or found.with_name(f"{found.name}{SEALED}").exists():
        number += 1
        found = name.with_name(f"{name.name}-{number}")
    return found


def lying(folder: Path) -> Iterator[Path]:
    """Every spare copy beside the folder's database and in the folder, where those of PostgreSQL lie."""
    database = migrate.file_of(read_settings().database(folder))
    for place in dict.fromkeys((folder, *((database.parent,) if database is not None else ()))):
        yield from sorted((place / BACKUPS).glob("*.db*"))
        yield from sorted(place.glob(f"*{BEFORE_RESTORE}*"))


def drop_old(folder: Path, now: datetime) -> list[Path]:
    """Delete the spare copies whose term is over; return them."""
    before = (now - KEPT).timestamp()
    old = [file for file in lying(folder) if file.is_file() and file.stat().st_mtime < before]
    for file in old:
        file.unlink()
    return old
