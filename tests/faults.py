"""Real faults of a disk, for tests of what outlives them: a file that cannot grow, a disk of one megabyte that is full.

Nothing of the program is replaced: the system itself refuses.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows limits no file's size", allow_module_level=True)

import resource


@contextmanager
def nothing_grows(longest: int = 4096) -> Iterator[None]:
    """No file of this process is written beyond so many bytes: SQLite sees an error of the disk (SQLITE_IOERR)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class Disk:
    """A disk of its own in memory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._ballast = root / "ballast"

    def fill(self) -> None:
        """Not a byte is left."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (4096, 512, 1):
                try:
                    while file.write(b"x" * size) == size:
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        self._ballast.unlink()

    def forbid_writing(self) -> None:
        """As the system does by itself after an error of the disk. Files that are open for writing stand in the way: they are
        closed first."""
        _run("mount", "-o", "remount,ro", str(self.root))

    def allow_writing(self) -> None:
        _run("mount", "-o", "remount,rw", str(self.root))


@contextmanager
def a_disk(root: Path, size: str = "1m") -> Iterator[Disk]:
    """Only root may have one; for others the test is skipped."""
    if os.geteuid() != 0:
        pytest.skip("a disk of its own is for root")
    root.mkdir()
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(root))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine mounts nothing")
    try:
        yield Disk(root)
    finally:
        _run("umount", "--lazy", str(root))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
