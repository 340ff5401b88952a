"""Tells failures of the storage (a full disk, a missing file, a server that does not answer) from mistakes of ours (wrong SQL, a
broken rule of a table). After a failure nothing was kept, and the same transaction may succeed later.
"""

from __future__ import annotations

import errno
import sqlite3

import sqlalchemy as sa

MISTAKES = frozenset(
    {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_RANGE,
    }
)
"""SQLite's codes for a bad statement; its other codes are about the file, the disk, the memory or a lock."""
HARMLESS = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""Failures that leave the connection as it was. On a full disk another one could not be opened, not even for reading."""
POSTGRESQL = ("08", "25006", "40", "53", "55", "57", "58", "XX")
"""How the state begins: no connection, read only, deadlock, no room, in use, stopped, system, internal."""
FAILURES = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
"""The same for other databases."""

OF_THE_DISK = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EIO,
        errno.EROFS,
        errno.EFBIG,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
        errno.EACCES,
        errno.EPERM,
    }
)
"""What the system answers where a kept file cannot be written."""


DAMAGED = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})


class StorageError(Exception):
    """The storage failed and nothing of the transaction was kept. The text is the reason, without statement or values."""


def is_of_storage(error: BaseException) -> bool:
    """Whether the database or the disk failed, and not the program, whatever was being written: nothing is parked or counted
    for it."""
    seen: BaseException | None = error
    while seen is not None:
        of_database = isinstance(seen, StorageError | sqlite3.Error | sa.exc.SQLAlchemyError) and _has_failed(seen)
        if of_database or (isinstance(seen, OSError) and seen.errno in OF_THE_DISK):
            return True
        seen = seen.__cause__
    return False


def _has_failed(error: BaseException) -> bool:
    if isinstance(error, StorageError) or getattr(error, "connection_invalidated", False):
        return True
    cause = cause_of(error)
    if isinstance(cause, sqlite3.Error):
        code = _code(cause)
        return code is not None and code not in MISTAKES
    state = str(getattr(cause, "sqlstate", None) or "")
    return state.startswith(POSTGRESQL) if state else isinstance(error, FAILURES)


def is_harmless(error: BaseException) -> bool:
    """Whether SQLite's connection can be used again after this failure, once the transaction is rolled back."""
    return _code(cause_of(error)) in HARMLESS


def _code(error: BaseException) -> int | None:
    """SQLite's primary code; None where the driver itself refused."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if code is not None else None


def cause_of(error: BaseException) -> BaseException:
    """The driver's own error behind SQLAlchemy's."""
    return getattr(error, "orig", None) or error


def is_damage(error: BaseException) -> bool:
    """Whether SQLite found that the file is damaged, or no database of its at all."""
    seen: BaseException | None = error
    while seen is not None:
        if _code(cause_of(seen)) in DAMAGED:
            return True
        seen = seen.__cause__
    return False


def reason_of(error: BaseException) -> str:
    """In one line, without the statement, its values and the address of the database."""
    cause = cause_of(error)
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause).splitlines()[0] if str(cause) else type(cause).__name__
