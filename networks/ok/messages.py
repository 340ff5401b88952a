"""Read the group's chats: the only source of messages if we have no public address, the fallback of the webhook if we
do.

OK lists chats by their last event, newest first, and a chat's messages since a moment, newest first. A late message is
not lost: the last minute before the newest message is read again, and the messages already delivered from it are
remembered.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from networks.feeds import Fresh, Part
from networks.ok.failures import CLOSED_TO_US, poll_error
from networks.ok.reading import bare, keep_message, message_id, written_ms
from networks.ok.wire import Answered, Graph, Refused
from networks.port import RawEvent, ReadBack, Unread, UnreadableError
from networks.strange import BROKEN

PAGE = 100
CHAT_PAGES = 10
MESSAGE_PAGES = 10
ALL_PAGES = 300
"""The most pages of chats, and of messages in each, that are read when messages are wanted from a gap."""
OVERLAP_MS = 60_000
Json = dict[str, Any]


@dataclass
class Chats:
    """The feed of the group's messages. `pause`: seconds between two readings; `webhook_url`: the address for OK to
    call, if any; each reading renews the subscription if OK has dropped it."""

    graph: Graph
    pause: float
    webhook_url: str | None = None
    name: str = "messages"

    def start_over(self) -> None:
        """Do nothing: every reading of the chats is complete anyway."""

    async def read(self, part: Part | None) -> Fresh:
        """Read the messages that came after the cursor `part`; None starts from now and returns none. Raises
        PollError."""
        if self.webhook_url is not None:
            await self.subscribe(self.webhook_url)
        if part is None:
            newest = [stamp async for _, stamp in self._chats(0, pages=1)][:1]
            part = {"at": newest[0] if newest else 0, "known": {}}
            fresh = await self._after(part)
            return Fresh((), fresh.part)
        return await self._after(part)

    async def since(self, moment: datetime) -> AsyncIterator[ReadBack]:
        """Yield the messages written since `moment`, each chat's oldest first, and after each chat None, or
        `Unread.TOO_MANY` if not all of it could be read. Raises PollError."""
        start = round(moment.timestamp() * 1000)
        async for chat, _ in self._chats(start, ALL_PAGES):
            bodies, whole = await self._messages(chat, start, ALL_PAGES)
            for _, event in sorted(_kept(bodies), key=lambda item: (item[0], item[1].key)):
                yield event
            yield None if whole else Unread.TOO_MANY

    async def subscribe(self, url: str) -> None:
        """Subscribe `url` to the group's messages, unless it is subscribed. Raises PollError."""
        reply = await self.graph.get("me/subscriptions")
        if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
            raise poll_error(reply)
        listed = reply.value.get("subscriptions") or []
        if not any(isinstance(one, dict) and one.get("url") == url for one in listed):
            made = await self.graph.post("me/subscribe", {"url": url})
            if not isinstance(made, Answered):
                raise poll_error(made)

    async def _after(self, part: Part) -> Fresh:
        start = max(0, int(part["at"]) - OVERLAP_MS)
        known: dict[str, int] = dict(part["known"])
        items: list[tuple[int, RawEvent]] = []
        newest, gap = int(part["at"]), False
        async for chat, _ in self._chats(start):
            bodies, whole = await self._messages(chat, start)
            gap = gap or not whole
            for stamp, event in _kept(bodies):
                newest = max(newest, stamp)
                if event.key not in known:
                    items.append((stamp, event))
                known[event.key] = stamp
        remembered = {key: stamp for key, stamp in known.items() if stamp >= newest - OVERLAP_MS}
        return Fresh(items, {"at": newest, "known": remembered}, gap)

    async def _chats(self, start: int, pages: int = CHAT_PAGES) -> AsyncIterator[tuple[str, int]]:
        """Yield the chats with activity since `start` (milliseconds), each with the time of its last event. Raises
        PollError."""
        marker: str | None = None
        for _ in range(pages):
            reply = await self.graph.get("me/chats", count=PAGE, marker=marker)
            if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
                raise poll_error(reply)
            for chat in reply.value.get("chats") or []:
                try:
                    number, stamp = bare(chat["chat_id"]), int(chat.get("lastEventTime") or 0)
                except BROKEN:
                    continue
                if stamp < start:
                    return
                yield number, stamp
            marker = reply.value.get("marker")
            if not marker:
                return

    async def _messages(self, chat: str, start: int, pages: int = MESSAGE_PAGES) -> tuple[list[Json], bool]:
        """A chat's messages since `start` (milliseconds), and whether these are all of them. A chat closed to us gives
        what was read so far. Raises PollError."""
        found: dict[str, Json] = {}
        newest: int | None = None
        for _ in range(pages):
            reply = await self.graph.get(f"chat:{chat}/messages", to=start, count=PAGE, **{"from": newest})
            if isinstance(reply, Refused) and reply.code in CLOSED_TO_US:
                return list(found.values()), True
            if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
                raise poll_error(reply)
            page = [body for body in reply.value.get("messages") or [] if isinstance(body, dict)]
            before = len(found)
            found |= {number: body for body in page if (number := message_id(body)) is not None}
            if len(page) < PAGE or len(found) == before:
                return list(found.values()), len(page) < PAGE
            newest = min((stamp for stamp, _ in _kept(page)), default=None)
        return list(found.values()), False


def _kept(bodies: list[Json]) -> list[tuple[int, RawEvent]]:
    """The messages as pairs of time (milliseconds) and event; a body without an id or a time is no person's message and
    is skipped."""
    kept = []
    for body in bodies:
        try:
            kept.append((written_ms(body), keep_message(body)))
        except (UnreadableError, *BROKEN):
            continue
    return kept
