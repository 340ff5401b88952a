"""The store of files: photographs and documents of drafts and of citizens, by the hash of their content.

Files are stored beside the database; nothing is overwritten, and nothing is served to anybody from here.
Only an erasure deletes one (`bot.process.retention`).
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
"""The folder in which each municipality's store is."""
PRIVATE = 0o700


class FileStore:
    def __init__(self, root: Path) -> None:
        self._root = root
        if root.exists():
            self._make_private()

    async def keep(self, data: bytes) -> str:
        """Store the bytes and return their key; they are durably on disk when this returns."""
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
        """Delete the bytes with this key; False if there are none. Raises OSError."""
        path = self.path(key)
        was = path.exists()
        path.unlink(missing_ok=True)
        return was

    def _make_private(self) -> None:
        """The folder, and the one of all municipalities above it, are the bot's alone, also where they already were."""
        self._root.mkdir(parents=True, exist_ok=True)
        for folder in (self._root.parent, self._root) if self._root.parent.name == FOLDER else (self._root,):
            with suppress(OSError):  # the folder is another user's, who gave us the right to write
                folder.chmod(PRIVATE)

    def path(self, key: str) -> Path:
        """The path of the bytes with this key. ValueError unless the key is 64 hexadecimal digits."""
        if not re.fullmatch(r"[0-9a-f]{64}", key):
            raise ValueError("not the key of a file")
        return self._root / key[:2] / key


def safe_name(name: str, kind: str) -> str:
    """A file name that is safe on another machine: no folders, no control characters, not too long."""
    bare = re.sub(r"[\x00-\x1f\\/:*?\"<>|\u202a-\u202e\u2066-\u2069]", "_", washing.text(name)).strip(". ")
    return bare[-MAX_NAME:] or {"photo": "photo.jpg", "video": "video.mp4"}.get(kind, "file")
