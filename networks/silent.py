"""A network that brings nothing by itself: what is written there comes in by another door, or is handed in by a person.

It has no stream to poll, so none is opened for it; everything else of `networks.port.Network` its heirs say themselves.
"""

from __future__ import annotations

from datetime import datetime

from networks.port import Batch, Found, LookUpImpossible, PollError, RawEvent, UnreadableError


class Silent:
    """The listening half of a Network that does not listen."""

    async def poll(self, position: str | None) -> Batch:
        raise PollError("nothing is polled here", 3600.0)

    def read(self, raw: str) -> Found | None:
        raise UnreadableError("nothing comes in by this network")

    async def catch_up(self, since: datetime) -> tuple[RawEvent, ...] | LookUpImpossible:
        return LookUpImpossible("nothing is read here")

    async def close(self) -> None:
        return None
