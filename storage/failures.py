"""Distinguishes failures of the storage (a full disk, a missing file, a server that does not answer) from programming errors
(wrong SQL, a violated constraint). After a failure nothing was stored, and the same transaction may succeed later.
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
"""SQLite's result codes for a wrong statement; all others are about the file, the disk, the memory or a lock."""
HARMLESS = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""SQLite's failures after which the connection is still usable. It must be kept: on a full disk no new one could be opened,
not even for reading."""
POSTGRESQL = ("08", "25006", "40", "53", "55", "57", "58", "XX")
"""How the SQLSTATE of a PostgreSQL storage failure begins: no connection, read only, deadlock, no room, object in use, server
stopped, system error, internal error."""
FAILURES = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
"""SQLAlchemy's exceptions for a storage failure, where the driver gives no code."""

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
"""The operating system's errors when a file of the file store cannot be written."""


DAMAGED = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})


class StorageError(Exception):
    """The storage failed and nothing of the transaction was stored. The text is the reason, without statement or values."""


def is_of_storage(error: BaseException) -> bool:
    """Whether the error, or one that caused it, is a failure of the database or the disk rather than a programming error. What
    was being processed then is not to blame: it is neither parked nor counted as a failed attempt."""
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
    """Whether SQLite's connection is still usable after this error, once the transaction is rolled back."""
    return _code(cause_of(error)) in HARMLESS


def _code(error: BaseException) -> int | None:
    """Return SQLite's primary result code of the error; None if it has none (the driver itself raised it)."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if code is not None else None


def cause_of(error: BaseException) -> BaseException:
    """Return the driver's error that SQLAlchemy wrapped; any other error itself."""
    return getattr(error, "orig", None) or error


def is_damage(error: BaseException) -> bool:
    """Whether the error, or one that caused it, says that the SQLite file is damaged or is not an SQLite database."""
    seen: BaseException | None = error
    while seen is not None:
        if _code(cause_of(seen)) in DAMAGED:
            return True
        seen = seen.__cause__
    return False


def reason_of(error: BaseException) -> str:
    """Return the error's reason in one line, without the statement, its values and the address of the database."""
    cause = cause_of(error)
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause).splitlines()[0] if str(cause) else type(cause).__name__
