"""The store of files: photographs and documents of citizens and of draft answers, named by the hash of their content.

Files are stored beside the database. No file is overwritten, and the store serves none over the network. Only an
erasure deletes files (`bot.process.retention`).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path

from config import washing

MAX_NAME = 100
FOLDER = "files"
"""The name of the folder that holds the file stores of all municipalities."""
PRIVATE = 0o700


class FileStore:
    def __init__(self, root: Path) -> None:
        self._root = root
        if root.exists():
            self._make_private()

    async def keep(self, data: bytes) -> str:
        """Store the bytes and return their key, the SHA-256 of the content; they are durably on disk when this
        returns."""
        return await asyncio.to_thread(self._keep, data)

    def _keep(self, data: bytes) -> str:
        key = hashlib.sha256(data).hexdigest()
        path = self.path(key)
        if not path.exists():
            self._make_private()
            path.parent.mkdir(mode=PRIVATE, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}.part")
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        return key

    def delete(self, key: str) -> bool:
        """Delete the bytes with this key; return False if there were none. Raises ValueError for a malformed key,
        OSError from the disk."""
        path = self.path(key)
        was = path.exists()
        path.unlink(missing_ok=True)
        return was

    def _make_private(self) -> None:
        """Create the store's folder and make it accessible to this user only, even if it existed; likewise the folder
        above it, which holds the stores of all municipalities. A folder that belongs to another user keeps its
        permissions."""
        self._root.mkdir(parents=True, exist_ok=True)
        for folder in (self._root.parent, self._root) if self._root.parent.name == FOLDER else (self._root,):
            with suppress(OSError):  # another user owns the folder and allowed us to write
                folder.chmod(PRIVATE)

    def path(self, key: str) -> Path:
        """The path at which the bytes with this key are stored, or would be. Raises ValueError unless the key is 64
        hexadecimal digits."""
        if not re.fullmatch(r"[0-9a-f]{64}", key):
            raise ValueError("not the key of a file")
        return self._root / key[:2] / key


def safe_name(name: str, kind: str) -> str:
    """A file name safe on another machine: no folders, no control characters, at most 100 characters. If nothing is
    left of it, a name by the file's `kind` ("photo", "video" or other)."""
    bare = re.sub(r"[\x00-\x1f\\/:*?\"<>|\u202a-\u202e\u2066-\u2069]", "_", washing.text(name)).strip(". ")
    return bare[-MAX_NAME:] or {"photo": "photo.jpg", "video": "video.mp4"}.get(kind, "file")
