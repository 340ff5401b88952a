"""ВКонтакте behind the port: puts the lanes together and does nothing else.

Three lanes, so that a slow call holds nothing else: listening, posting, and asking (names, checks). Reading
walls has a fourth, with a service or user token.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from networks.port import (
    Answer,
    Batch,
    Finding,
    Found,
    Kind,
    LinkProblem,
    LinkTrouble,
    LookUpImpossible,
    Outcome,
    OutFile,
    Posted,
    RawEvent,
)
from networks.vk import checking, outward
from networks.vk.addresses import parse_link
from networks.vk.listening import Listener
from networks.vk.posting import Poster
from networks.vk.reading import NETWORK, author_of, keep, read_event
from networks.vk.walls import WallReader, person_name
from networks.vk.wire import Answered, Lane, Limits

NAMES_KEPT = 5000
NAMES_AT_ONCE = 500


@dataclass(frozen=True)
class VkAccess:
    """One community and what we were given for it. `place`: whose page it is, as people call it. `api_url`:
    another address instead of VK's (the sandbox's). `wait`: seconds an empty poll lasts, 0 to 90."""

    group_id: int
    place: str
    community_token: str = field(repr=False)
    service_token: str | None = field(default=None, repr=False)
    user_token: str | None = field(default=None, repr=False)
    api_url: str | None = None
    wait: int = 25
    limits: Limits = field(default_factory=Limits)


class VkNetwork:
    """One community of ВКонтакте as a Network."""

    def __init__(self, access: VkAccess) -> None:
        self._access = access
        self._listening = self._lane(access.community_token)
        self._posting = self._lane(access.community_token)
        self._asking = self._lane(access.community_token)
        self._service = self._lane(access.service_token, community=False) if access.service_token else None
        self._user = self._lane(access.user_token, community=False) if access.user_token else None
        reading = self._service or self._user
        self._walls = WallReader(reading, access.group_id) if reading else None
        self._listener = Listener(self._listening, access.group_id, access.wait)
        self._poster = Poster(self._posting, reading, access.group_id)
        self._names: dict[int, str] = {}

    def __repr__(self) -> str:
        return f"VkNetwork(group_id={self._access.group_id})"

    @property
    def key(self) -> str:
        return NETWORK

    async def poll(self, position: str | None) -> Batch:
        """See Network. The names of the authors come with the events; where VK gives none in time,
        «Житель»."""
        heard = await self._listener.check(position)
        await self._learn_names(author_of(event) for event in heard.events)
        return Batch(tuple(keep(event, self._names) for event in heard.events), heard.position, heard.gap)

    def read(self, raw: str) -> Found | None:
        """See Network."""
        return read_event(raw, self._access.group_id, self._access.place)

    async def catch_up(self, since: datetime) -> tuple[RawEvent, ...] | LookUpImpossible:
        """See Network. The wall only: private messages are not read back."""
        if self._walls is None:
            return LookUpImpossible("a service or user token is needed to read the wall")
        return await self._walls.catch_up(since)

    def limits(self, text: str, kind: Kind, files: tuple[OutFile, ...] = ()) -> list[str]:
        """See Network."""
        return outward.limits(text, kind, files)

    def as_shown(self, text: str) -> str:
        """See Network."""
        return outward.escape(text)

    async def post(self, answer: Answer) -> Outcome:
        """See Network."""
        return await self._poster.post(answer)

    async def look_up(self, answer: Answer) -> Posted | LookUpImpossible | None:
        """See Network."""
        return await self._poster.look_up(answer)

    async def fetch_link(self, link: str) -> Found | LinkProblem:
        """See Network."""
        if self._walls is None:
            trouble = LinkTrouble.NO_TOKEN if parse_link(link) else LinkTrouble.NOT_A_LINK
            return LinkProblem(trouble)
        return await self._walls.fetch(link)

    async def check(self) -> list[Finding]:
        """See Network."""
        group_id = self._access.group_id
        findings = await checking.check_community(self._asking, group_id)
        if self._service is not None:
            findings.append(await checking.check_reader(self._service, group_id, "сервисный ключ"))
        if self._user is not None:
            findings.append(await checking.check_reader(self._user, group_id, "ключ пользователя"))
        if self._service is None and self._user is None:
            findings.append(checking.NO_READER)
        return findings

    async def close(self) -> None:
        """See Network."""
        for lane in (self._listening, self._posting, self._asking, self._service, self._user):
            if lane is not None:
                lane.close()

    def _lane(self, token: str, community: bool = True) -> Lane:
        return Lane(token, self._access.limits, self._access.api_url, community)

    async def _learn_names(self, authors: Iterable[int | None]) -> None:
        unknown = sorted({a for a in authors if a is not None and a not in self._names and a != -self._access.group_id})
        people, groups = [a for a in unknown if a > 0], [-a for a in unknown if a < 0]
        for start in range(0, len(people), NAMES_AT_ONCE):
            chunk = people[start : start + NAMES_AT_ONCE]
            reply = await self._asking.call("users.get", seconds=self._access.limits.connect, user_ids=_joined(chunk))
            if isinstance(reply, Answered) and isinstance(reply.value, list):
                self._remember({p["id"]: person_name(p) for p in reply.value if isinstance(p, dict) and "id" in p})
        if groups:
            reply = await self._asking.call(
                "groups.getById", seconds=self._access.limits.connect, group_ids=_joined(groups[:NAMES_AT_ONCE])
            )
            found = reply.value.get("groups") if isinstance(reply, Answered) and isinstance(reply.value, dict) else None
            self._remember({-g["id"]: str(g.get("name", "")) for g in found or [] if isinstance(g, dict) and "id" in g})

    def _remember(self, names: dict[int, str]) -> None:
        self._names |= {number: name for number, name in names.items() if name}
        while len(self._names) > NAMES_KEPT:
            del self._names[next(iter(self._names))]


def _joined(numbers: Iterable[int]) -> str:
    return ",".join(str(number) for number in numbers)
