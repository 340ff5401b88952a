"""Uploads files to MAX: request an address, send the file there, attach the token it returned to a message.

An uploaded file is not at once ready to be attached, and the message is then refused (`attachment.not.ready`). It is
sent later with the same token, so uploads are remembered for a while.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from bot.leaving import NotAnswered
from bot.max.bodies import Body
from bot.max.outcomes import code_of, is_refusal, refused_as
from bot.max.wire import RawAnswer, Wire
from bot.messenger import Later, OutFile, Rejected, Sending

TYPES = {"photo": "image", "video": "video", "gif": "video", "voice": "audio", "audio": "audio", "video_note": "video"}
REMEMBERED = 64
SHORTLY = 1.0


class Uploads:
    """Uploads files and remembers the last uploaded ones."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._ready: dict[str, Body] = {}

    async def attachment(self, file: OutFile, wait: float) -> Body | Sending:
        """Upload the file and return it as an attachment; otherwise the outcome that says why not, and nothing was
        sent. `wait`:
        seconds to send nothing if MAX says «too many requests»."""
        kind = TYPES.get(file.kind, "file")
        data = file.data if file.data is not None else await asyncio.to_thread(file.path.read_bytes)
        key = f"{kind}:{file.name}:{hashlib.sha256(data).hexdigest()}"
        if key not in self._ready:
            made = await self._made(kind, file.name, data, wait)
            if not isinstance(made, dict):
                return made
            self._ready[key] = made
            for old in list(self._ready)[:-REMEMBERED]:
                del self._ready[old]
        return self._ready[key]

    async def _made(self, kind: str, name: str, data: bytes, wait: float) -> Body | Sending:
        try:
            where = await self._wire.call("POST", "/uploads", {"type": kind})
            if is_refusal(where):
                return _certainly_not(where, wait)
            url, token = (where.body or {}).get("url"), (where.body or {}).get("token")
            if not isinstance(url, str):
                return Later(SHORTLY, "no address to upload to")
            there = await self._wire.upload(url, name, data)
        except NotAnswered as error:
            return Later(SHORTLY, f"upload: {error}")
        if there.status >= 400:
            return _certainly_not(there, wait)
        return _attached(kind, token, there.body or {})


def _certainly_not(answer: RawAnswer, wait: float) -> Sending:
    """The outcome of a refused upload: whatever happened to the file, no message was sent."""
    outcome = refused_as(answer, None, wait)
    if isinstance(outcome, Later | Rejected):
        return outcome
    return Later(SHORTLY, code_of(answer.body) or f"upload: status {answer.status}")


def _attached(kind: str, token: Any, body: dict[str, Any]) -> Body | Sending:
    """The attachment made from MAX's answer to the upload. A picture's token is in `photos`; a video's or sound's came
    with the address."""
    photos = body.get("photos")
    if kind == "image" and isinstance(photos, dict) and photos:
        return {"type": kind, "payload": {"photos": photos}}
    found = body.get("token") or token
    if not isinstance(found, str) or not found:
        return Later(SHORTLY, "no token of the upload")
    return {"type": kind, "payload": {"token": found}}
