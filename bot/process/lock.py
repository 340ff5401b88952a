"""Prevents a second start on one database: the running process holds the lock file beside it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import IO


class AlreadyRunning(Exception):  # noqa: N818 - a sentence for the operator
    """Another process holds the lock on this database. The text is a Russian sentence for the operator."""


class Lock:
    """A lock on a file, held inside `with`. The operating system releases it when the process ends in any way.
    Entering raises AlreadyRunning if another process holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Lock:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+b")
        try:
            _lock(file)
        except OSError:
            file.close()
            words = (
                f"бот уже запущен на этой базе ({self._path.name} занят); остановите первый или возьмите другую базу"
            )
            raise AlreadyRunning(words) from None
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
