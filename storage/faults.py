"""Whose fault a failure is: that of the storage (a full disk, a lock, a lost connection) or that of what was to be written.

What fails with the storage is innocent: nothing is parked or counted for it. No rules here and no waiting.
"""

from __future__ import annotations

import errno
import sqlite3

import sqlalchemy as sa

_SQLITE = frozenset({
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOTADB,
})  # fmt: skip
"""Primary codes of SQLite; the extended ones have more in the higher bytes."""
_POSTGRES = ("08", "25006", "40", "53", "55", "57", "58", "XX")
"""How the state begins: no connection, read only, deadlock, no room, in use, stopped, system, internal."""
_SYSTEM = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES, errno.EPERM,
})  # fmt: skip


def is_of_storage(error: BaseException) -> bool:
    """Whether the database or the disk failed, whatever was being written."""
    seen: BaseException | None = error
    while seen is not None:
        if _is_of_storage(seen):
            return True
        seen = seen.__cause__
    return False


def _is_of_storage(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in _SQLITE
    if isinstance(error, sa.exc.DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        told = error.orig is not None and _is_of_storage(error.orig)
        return error.connection_invalidated or told or state.startswith(_POSTGRES)
    if isinstance(error, ConnectionError | TimeoutError | sa.exc.TimeoutError):
        return True
    return isinstance(error, OSError) and error.errno in _SYSTEM
