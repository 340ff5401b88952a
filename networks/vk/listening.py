"""Bots Long Poll without losing anything: one check at a time, from the position the caller has kept.

vk-api's own VkBotLongPoll moves its `ts` before it hands events over, keeps it only in memory, and raises on
an event it does not know the shape of. Here the position comes in and goes out with the raw events, and
nothing is remembered but the key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from networks.port import PollError
from networks.vk.failures import poll_error
from networks.vk.wire import Answered, Lane, Unanswered


@dataclass(frozen=True)
class Heard:
    """Raw events, the position after them, and whether some before them are gone for good."""

    events: list[dict[str, Any]]
    position: str
    gap: bool = False


@dataclass(frozen=True)
class _Session:
    server: str
    ts: str
    key: str = field(repr=False)


class Listener:
    """One community's long poll. `wait`: seconds VK holds an empty check, 0 to 90."""

    def __init__(self, lane: Lane, group_id: int, wait: int) -> None:
        self._lane = lane
        self._group_id = group_id
        self._wait = wait
        self._session: _Session | None = None

    async def check(self, position: str | None) -> Heard:
        """Events after `position`. Without one: no events, and the position to begin from. Raises
        PollError."""
        session = self._session or await self._open()
        if not position:
            return Heard([], session.ts)
        answer = await self._ask(session, position)
        if answer.get("failed") == 2:
            session = await self._open()
            answer = await self._ask(session, position)
        failed = answer.get("failed")
        if failed == 1:
            return Heard([], str(answer.get("ts") or (await self._open()).ts), gap=True)
        if failed == 3:
            return Heard([], (await self._open()).ts, gap=True)
        events, ts = answer.get("updates"), answer.get("ts")
        if failed is not None or not isinstance(events, list) or ts is None:
            self._session = None
            raise PollError("VK's long poll answered something unknown", 15)
        return Heard(events, str(ts))

    async def _open(self) -> _Session:
        self._session = None
        reply = await self._lane.call("groups.getLongPollServer", group_id=self._group_id)
        if not isinstance(reply, Answered):
            raise poll_error(reply)
        try:
            got = reply.value
            self._session = _Session(str(got["server"]), str(got["ts"]), str(got["key"]))
        except (KeyError, TypeError):
            raise PollError("groups.getLongPollServer answered something unknown", 15) from None
        return self._session

    async def _ask(self, session: _Session, position: str) -> dict[str, Any]:
        params = {"act": "a_check", "key": session.key, "ts": position, "wait": self._wait}
        reply = await self._lane.get(session.server, params, self._wait + 10)
        if isinstance(reply, Answered) and isinstance(reply.value, dict):
            return reply.value
        self._session = None
        raise poll_error(reply if not isinstance(reply, Answered) else Unanswered("not an object", sent=True))
