"""Files on their way into VK: a ticket to upload to, what was uploaded, and a receipt to save it by.

`/upload/<ticket>` takes multipart: the field `photo` for photos, `file` for documents. Its answer carries a
receipt, and a save method gives the file its number. A ticket is good for many files, a receipt for one.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from sandbox.vk.errors import VkError

FORBIDDEN = frozenset(("exe", "bat", "cmd", "com", "js", "apk", "msi", "scr"))
PHOTOS = frozenset(("jpg", "jpeg", "png", "gif", "webp", "bmp"))


@dataclass(frozen=True)
class Arrived:
    """A file that was uploaded and not saved yet."""

    name: str
    data: bytes


class Uploads:
    """Tickets given out and files that wait to be saved."""

    def __init__(self) -> None:
        self._tickets: dict[str, str] = {}
        self._arrived: dict[str, Arrived] = {}

    def ticket(self, kind: str) -> str:
        """A new ticket for `kind`: "photo" or "doc"."""
        name = secrets.token_hex(8)
        self._tickets[name] = kind
        return name

    def arrive(self, ticket: str, field: str, name: str, data: bytes) -> dict[str, Any]:
        """The answer of the upload server to one file."""
        kind = self._tickets.get(ticket)
        if kind is None:
            return {"error": "unknown error", "error_descr": "ticket is wrong"}
        extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
        if kind == "doc":
            if field != "file" or not data or not extension or extension in FORBIDDEN:
                return {"error": "file_type_forbidden" if extension in FORBIDDEN else "no_file"}
            return {"file": self._keep(name, data)}
        if field != "photo" or not data or extension not in PHOTOS:
            return {"server": 1, "photo": "[]", "hash": "0"}
        return {
            "server": 1,
            "photo": json.dumps([{"photo": self._keep(name, data)}]),
            "hash": secrets.token_hex(8),
        }

    def document(self, receipt: str) -> Arrived:
        """The document of a receipt, which is used up; error 105 when there is none."""
        found = self._arrived.pop(receipt, None)
        if found is None:
            raise VkError(105)
        return found

    def photos(self, receipt: str) -> list[Arrived]:
        """The photos of a receipt, which is used up; error 100 when it is not one."""
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
