"""Files being uploaded to VK: a ticket in the upload address, the uploaded files, and a receipt for saving them.

`/upload/<ticket>` takes multipart: fields `photo` (or `file0`, …) for photos, `file` for a document. Its answer
contains a receipt, and a save method gives the file its number. A ticket is valid for many files, a receipt for one
use.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.vk.errors import VkError

FORBIDDEN = frozenset(("exe", "bat", "cmd", "com", "js", "apk", "msi", "scr"))
PHOTOS = frozenset(("jpg", "jpeg", "png", "gif", "webp", "bmp"))


@dataclass(frozen=True)
class Arrived:
    """An uploaded file that no save method was called for yet."""

    name: str
    data: bytes


class Uploads:
    """The issued tickets and the uploaded files that wait to be saved."""

    def __init__(self) -> None:
        self._tickets: dict[str, str] = {}
        self._arrived: dict[str, Arrived] = {}

    def ticket(self, kind: str) -> str:
        """Issue a ticket for uploads of this kind ("photo" or "doc") and return it."""
        name = secrets.token_hex(8)
        self._tickets[name] = kind
        return name

    def arrive(self, ticket: str, files: Sequence[tuple[str, str, bytes]]) -> dict[str, Any]:
        """Take the files, given as (field, name, data), and return the upload server's answer: a receipt, or an error."""
        kind = self._tickets.get(ticket)
        if kind is None:
            return {"error": "unknown error", "error_descr": "ticket is wrong"}
        if kind == "doc":
            for field, name, data in files[:1]:
                extension = _extension(name)
                if extension in FORBIDDEN:
                    return {"error": "file_type_forbidden"}
                if field == "file" and data and extension:
                    return {"file": self._keep(name, data)}
            return {"error": "no_file"}
        taken = [
            self._keep(name, data)
            for field, name, data in files
            if field.startswith(("photo", "file")) and data and _extension(name) in PHOTOS
        ]
        if not taken:
            return {"server": 1, "photo": "[]", "hash": "0"}
        return {"server": 1, "photo": json.dumps([{"photo": key} for key in taken]), "hash": secrets.token_hex(8)}

    def document(self, receipt: str) -> Arrived:
        """Return the document of this receipt and use the receipt up; VkError 105 if there is none."""
        found = self._arrived.pop(receipt, None)
        if found is None:
            raise VkError(105)
        return found

    def photos(self, receipt: str) -> list[Arrived]:
        """Return the photos of this receipt and use the receipt up; VkError 100 if it is invalid."""
        try:
            keys = [str(item["photo"]) for item in json.loads(receipt)]
        except (ValueError, TypeError, KeyError):
            keys = []
        if not keys or any(key not in self._arrived for key in keys):
            raise VkError(100, "photos_list is invalid")
        return [self._arrived.pop(key) for key in keys]

    def _keep(self, name: str, data: bytes) -> str:
        receipt = secrets.token_hex(16)
        self._arrived[receipt] = Arrived(name, data)
        return receipt


def _extension(name: str) -> str:
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""
