"""Real disk faults, for tests of recovery: a file that cannot grow, a full disk of one megabyte.

No part of the program is replaced: the system itself refuses.
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
    """Forbid this process to write files beyond `longest` bytes: SQLite gets a disk error (SQLITE_IOERR)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class Disk:
    """A separate disk in memory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._ballast = root / "ballast"

    def fill(self) -> None:
        """Fill the disk to the last byte."""
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
        """Remount read-only, as the system does by itself after a disk error. Files open for writing would prevent
        that, so they are closed first.
        """
        _run("mount", "-o", "remount,ro", str(self.root))

    def allow_writing(self) -> None:
        _run("mount", "-o", "remount,rw", str(self.root))


@contextmanager
def a_disk(root: Path, size: str = "1m") -> Iterator[Disk]:
    """A disk for the test; skips the test for users other than root."""
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
