"""The base of networks that nothing is polled from: their messages come in elsewhere or are handed in by a person.

Subclasses implement the rest of `networks.port.Network`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from networks.port import Batch, Found, PollError, ReadBack, Unread, UnreadableError


class Silent:
    """The receiving half of a Network for networks that are not polled: `poll` and `read` raise, `catch_up` yields
    NO_KEY."""

    async def poll(self, position: str | None) -> Batch:
        raise PollError("nothing is polled here", 3600.0)

    def read(self, raw: str) -> Found | None:
        raise UnreadableError("nothing comes in by this network")

    async def catch_up(self, since: datetime, posts: datetime) -> AsyncIterator[ReadBack]:
        yield Unread.NO_KEY

    async def close(self) -> None:
        return None
