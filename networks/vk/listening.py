"""Bots Long Poll without loss: one check at a time, from the cursor the caller has stored.

vk-api's VkBotLongPoll advances `ts` before it delivers the events, keeps it only in memory, and raises on an event of
an unknown form. Here the caller passes the cursor in and gets it back with the raw events; only the session is
remembered.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from networks.feeds import Fresh, Part
from networks.port import PollError, RawEvent
from networks.vk.failures import poll_error
from networks.vk.wire import Answered, Lane, Reply, Unanswered


@dataclass(frozen=True)
class Heard:
    """The result of one long poll check: raw events, the cursor after them (`position`), and whether earlier events are
    lost (`gap`)."""

    events: list[Any]
    position: str
    gap: bool = False


@dataclass(frozen=True)
class _Session:
    server: str
    ts: str
    key: str = field(repr=False)


class Listener:
    """One community's long poll. `wait`: how many seconds, 0 to 90, VK waits for an event before it answers without
    one."""

    def __init__(self, lane: Lane, group_id: int, wait: int) -> None:
        self._lane = lane
        self._group_id = group_id
        self._wait = wait
        self._session: _Session | None = None

    async def check(self, position: str | None) -> Heard:
        """Fetch the events after `position`; without a position, return no events and the cursor to start from. Raises
        PollError."""
        if self._session is None:
            await self._open()
        if not position:
            return Heard([], self._known.ts)
        answer = await self._ask(position)
        if answer.get("failed") == 2:
            await self._open()
            answer = await self._ask(position)
        failed = answer.get("failed")
        if failed == 3 or (failed == 1 and not answer.get("ts")):
            await self._open()
            return Heard([], self._known.ts, gap=True)
        if failed == 1:
            return Heard([], str(answer["ts"]), gap=True)
        events, ts = answer.get("updates"), answer.get("ts")
        if failed is not None or not isinstance(events, list) or ts is None:
            self._session = None
            raise PollError("VK's long poll answered something unknown", 15)
        return Heard(events, str(ts))

    @property
    def _known(self) -> _Session:
        if self._session is None:
            raise PollError("VK's long poll has no session", 15)
        return self._session

    async def _open(self) -> None:
        self._session = None
        reply = await self._lane.call("groups.getLongPollServer", group_id=self._group_id)
        if not isinstance(reply, Answered):
            raise poll_error(reply)
        self._session = _session(reply.value)

    async def _ask(self, position: str) -> dict[str, Any]:
        reply = await self._request(self._known, position)
        if isinstance(reply, Answered) and isinstance(reply.value, dict):
            return reply.value
        self._session = None
        raise poll_error(reply if not isinstance(reply, Answered) else Unanswered("not an object", sent=True))

    async def _request(self, session: _Session, position: str) -> Reply:
        """Ask the long poll's server once; apart from `_ask`, to keep the key out of traceback frames."""
        params = {"act": "a_check", "key": session.key, "ts": position, "wait": self._wait}
        return await self._lane.get(session.server, params, self._wait)


@dataclass
class LongPollFeed:
    """The long poll as a feed; its cursor is VK's `ts`. `learnt` adds what the events lack and wraps them."""

    listener: Listener
    learnt: Callable[[Sequence[Any]], Awaitable[Sequence[RawEvent]]]
    name: str = field(default="longpoll", init=False)
    pause: float = field(default=0.0, init=False)

    def start_over(self) -> None:
        """Do nothing: this feed remembers nothing between readings."""

    async def read(self, part: Part | None) -> Fresh:
        """Read the events after the cursor `part`; None starts from now. Raises PollError."""
        heard = await self.listener.check(str(part["ts"]) if part else None)
        events = await self.learnt(heard.events)
        return Fresh([(0, event) for event in events], {"ts": heard.position}, heard.gap)


def _session(got: Any) -> _Session | None:
    try:
        return _Session(str(got["server"]), str(got["ts"]), str(got["key"]))
    except (KeyError, TypeError):
        return None
