"""Upload files to VK as documents or photos.

With a community's token a wall accepts documents only (photos: error 27), so without a user token pictures under
comments become documents; in private messages they are photos. A file uploaded twice is shown to nobody.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from networks.port import NotPosted, Outcome, OutFile, PostFailure, TryLater
from networks.vk.addresses import Address, MessageAddress
from networks.vk.failures import failed
from networks.vk.wire import Answered, Lane, Refused, Reply, Unanswered

PHOTO_TYPES = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp"))


@dataclass(frozen=True)
class Uploader:
    """Uploads files to attach to a comment, post or message. `lane` has the community's token, `user` an
    administrator's, if any."""

    lane: Lane
    user: Lane | None
    group_id: int

    async def attach(self, file: OutFile, address: Address) -> str | Outcome:
        """Upload the file for a message at this address; return its attachment string, or an outcome if it could not be
        uploaded."""
        try:
            data = await asyncio.to_thread(_bytes, file.content)
        except OSError as error:
            return NotPosted(PostFailure.FILE_REFUSED, f"the file cannot be read: {type(error).__name__}")
        if file.mime in PHOTO_TYPES:
            if isinstance(address, MessageAddress):
                server = await self.lane.call("photos.getMessagesUploadServer", peer_id=address.peer)
                return await self._photo(self.lane, server, "photos.saveMessagesPhoto", file, data)
            if self.user is not None:
                server = await self.user.call("photos.getWallUploadServer", group_id=self.group_id)
                if not isinstance(server, Refused):
                    return await self._photo(self.user, server, "photos.saveWallPhoto", file, data, self.group_id)
        return await self._document(file, data, address)

    async def _document(self, file: OutFile, data: bytes, address: Address) -> str | Outcome:
        if isinstance(address, MessageAddress):
            server = await self.lane.call("docs.getMessagesUploadServer", type="doc", peer_id=address.peer)
        else:
            server = await self.lane.call("docs.getWallUploadServer", group_id=self.group_id)
        uploaded = await self._upload(server, "file", file, data)
        if not isinstance(uploaded, Answered):
            return failed(uploaded, writes=False)
        receipt = uploaded.value.get("file")
        if not receipt:
            return NotPosted(PostFailure.FILE_REFUSED, f"upload: {str(uploaded.value.get('error'))[:80]}")
        saved = await self.lane.call("docs.save", file=receipt, title=file.name)
        if not isinstance(saved, Answered):
            return failed(saved, writes=False)
        return _attachment("doc", saved.value.get("doc") if isinstance(saved.value, dict) else None)

    async def _photo(
        self, lane: Lane, server: Reply, save: str, file: OutFile, data: bytes, group_id: int | None = None
    ) -> str | Outcome:
        uploaded = await self._upload(server, "photo", file, data)
        if not isinstance(uploaded, Answered):
            return failed(uploaded, writes=False)
        got = uploaded.value
        if got.get("photo") in (None, "", "[]"):
            return NotPosted(PostFailure.FILE_REFUSED, "upload: the picture was not taken")
        saved = await lane.call(
            save, group_id=group_id, photo=got["photo"], server=got.get("server"), hash=got.get("hash")
        )
        if not isinstance(saved, Answered):
            return failed(saved, writes=False)
        return _attachment("photo", saved.value[0] if isinstance(saved.value, list) and saved.value else None)

    async def _upload(self, server: Reply, field: str, file: OutFile, data: bytes) -> Reply:
        if not isinstance(server, Answered):
            return server
        url = server.value.get("upload_url") if isinstance(server.value, dict) else None
        if not isinstance(url, str):
            return Unanswered("no upload_url in the answer", sent=False)
        reply = await self.lane.upload(url, field, file.name, file.mime, data)
        if isinstance(reply, Answered) and not isinstance(reply.value, dict):
            return Unanswered("upload: not an object", sent=True)
        return reply


def _bytes(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


def number_in(value: Any, name: str) -> int | None:
    """The integer under this name in VK's answer; None if there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, int) else None


def _attachment(kind: str, saved: Any) -> str | Outcome:
    owner, number = number_in(saved, "owner_id"), number_in(saved, "id")
    if owner is None or number is None:
        return TryLater(60, f"VK saved the {kind} under no number")
    key = saved.get("access_key")
    return f"{kind}{owner}_{number}" + (f"_{key}" if key else "")
