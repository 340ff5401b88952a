"""Add data that an event lacks: names and deletion times from VK, threads and previous messages from earlier events.

All of it is optional: if it does not arrive in time, the event is stored without it. Memory is bounded; nothing is on
disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from networks.port import RawEvent
from networks.strange import BROKEN, strange
from networks.vk.comments import person_name
from networks.vk.published import KIND, is_published, screen_name
from networks.vk.reading import author_of, body_of, is_ours, keep, wall_address
from networks.vk.watching import server_time
from networks.vk.wire import Answered, Lane

KEPT = 5000
NAMES_AT_ONCE = 500
MESSAGES_AT_ONCE = 100
K = TypeVar("K", int, str)
V = TypeVar("V", int, str)
Json = dict[str, Any]


@dataclass
class Learning:
    """Adds to events the data they lack. `asking` has the community's token; a request waits `seconds` at most. A
    message that VK shortened for bots is fetched whole."""

    asking: Lane
    group_id: int
    seconds: float
    names: dict[int, str] = field(default_factory=dict)
    threads: dict[str, int] = field(default_factory=dict)
    screen: str | None = None
    _last: dict[int, int] = field(default_factory=dict)

    async def kept(self, events: Sequence[Any]) -> list[RawEvent]:
        """Wrap the events for storing, with the learnt data; an event of an unknown form is wrapped too."""
        heard = None
        with suppress(*BROKEN):
            heard = await self._ask_about([event for event in events if isinstance(event, dict)])
        return [self._kept_whatever(event, heard) for event in events]

    async def _ask_about(self, events: Sequence[Json]) -> int | None:
        """Learn from VK the names and texts that these events lack; return VK's time in seconds if one of them is a
        deletion, else None."""
        await self._learn_names({author for event in events if (author := author_of(event)) is not None})
        if any(_is_own_post(event) for event in events):
            await self.learn_screen()
        await self._fill_cropped([body for event in events if (body := body_of(event)).get("is_cropped")])
        if any(str(event.get("type", "")).endswith("_delete") for event in events):
            return await server_time(self.asking)
        return None

    def _kept_whatever(self, event: Any, heard: int | None) -> RawEvent:
        try:
            return self._kept(event, heard)
        except BROKEN:
            return strange(event)

    def _kept(self, event: Json, heard: int | None) -> RawEvent:
        kind, body = str(event.get("type", "")), body_of(event)
        answers = None
        if kind.startswith("wall_reply_"):
            self._learn_thread(body)
        if kind == "message_new" and isinstance(body.get("id"), int):
            _remember(self._last, {int(body.get("peer_id") or 0): int(body["id"])})
        if kind == "message_reply" and is_ours(body, self.group_id):
            answers = self._last.get(body.get("peer_id", 0))
        screen = self.screen if _is_own_post(event) else None
        heard = heard if kind.endswith("_delete") else None
        return keep(event, self.names, heard=heard, answers=answers, screen=screen)

    async def learn_screen(self) -> str | None:
        """Learn and return the community's short name, by which the registry of pages may know it; None if VK does not
        say."""
        self.screen = self.screen or await screen_name(self.asking, self.group_id, self.seconds)
        return self.screen

    async def _fill_cropped(self, bodies: Sequence[Json]) -> None:
        """Complete the messages that VK shortened, in place; those that VK does not return now stay shortened."""
        for start in range(0, len(bodies), MESSAGES_AT_ONCE):
            chunk = {body["id"]: body for body in bodies[start : start + MESSAGES_AT_ONCE] if "id" in body}
            reply = await self.asking.call("messages.getById", seconds=self.seconds, message_ids=_joined(chunk))
            listed = reply.value.get("items") if isinstance(reply, Answered) and isinstance(reply.value, dict) else None
            for whole in listed or []:
                if isinstance(whole, dict) and whole.get("id") in chunk:
                    chunk[whole["id"]].update(whole, is_cropped=bool(whole.get("is_cropped")))

    def _learn_thread(self, body: Mapping[str, Any]) -> None:
        try:
            address = wall_address(body)
        except (KeyError, TypeError, ValueError):
            return
        if "parents_stack" in body and address.reply is not None:
            _remember(self.threads, {address.ref: address.thread or address.reply})

    async def _learn_names(self, authors: Iterable[int]) -> None:
        unknown = sorted({a for a in authors if a not in self.names and a != -self.group_id})
        people, groups = [a for a in unknown if a > 0], [-a for a in unknown if a < 0]
        for start in range(0, len(people), NAMES_AT_ONCE):
            chunk = people[start : start + NAMES_AT_ONCE]
            reply = await self.asking.call("users.get", seconds=self.seconds, user_ids=_joined(chunk))
            if isinstance(reply, Answered) and isinstance(reply.value, list):
                found = {p["id"]: person_name(p) for p in reply.value if isinstance(p, dict) and "id" in p}
                _remember(self.names, {number: name for number, name in found.items() if name})
        if groups:
            reply = await self.asking.call(
                "groups.getById", seconds=self.seconds, group_ids=_joined(groups[:NAMES_AT_ONCE])
            )
            listed = (
                reply.value.get("groups") if isinstance(reply, Answered) and isinstance(reply.value, dict) else None
            )
            named = [g for g in listed or [] if isinstance(g, dict) and "id" in g and g.get("name")]
            _remember(self.names, {-g["id"]: str(g["name"]) for g in named})


def _is_own_post(event: Json) -> bool:
    return event.get("type") == KIND and is_published(body_of(event))


def _remember(memory: dict[K, V], learnt: Mapping[K, V]) -> None:
    memory |= learnt
    while len(memory) > KEPT:
        del memory[next(iter(memory))]


def _joined(numbers: Iterable[int]) -> str:
    return ",".join(str(number) for number in numbers)
