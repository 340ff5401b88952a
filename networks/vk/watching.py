"""Poll sources VK sends no events for: other open communities' walls and mentions of our community.

Each watched wall is a feed with its own cursor, pace and connection, read with the service token or, without one, a
user token; mentions need a user token. An item read twice has the same key. Edits and deletions on other walls are not
detected here; `look_after` checks a case's question again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from networks.feeds import Fresh, Part
from networks.port import PollError, RawEvent
from networks.strange import BROKEN, strange
from networks.vk.addresses import WallAddress
from networks.vk.catching_up import made, shut, told
from networks.vk.comments import ALL_PAGES, PAGES, Comments, ReadError, TooManyError, names_of, read
from networks.vk.failures import poll_error
from networks.vk.published import is_published
from networks.vk.wire import Answered, Lane

POSTS = 20
MENTIONS = 50
MANY = 250
"""If a post has more new comments than this, they are read to the end, not only the newest pages."""
FULL_EVERY = 10
"""Every this many readings, the comments of all newest posts are read even if their number is unchanged, because a new
one and a deleted one cancel out.
"""

Json = dict[str, Any]
Timed = tuple[int, RawEvent]


@dataclass(frozen=True)
class Watched:
    """Another open community's wall that is watched. `wall`: its owner's number with VK's sign, or its short name;
    `name`: as people call it; `pause`: seconds between two readings."""

    wall: int | str
    name: str
    pause: float = 120.0


def worded(keywords: Sequence[str]) -> Callable[[str], bool]:
    """Make the check whether a text contains one of the keywords in any grammatical form (`вод*`: any word that begins
    so). Without keywords every text passes."""
    if not keywords:
        return lambda text: True

    from config.russian.morphology import Text, phrase

    sought = [phrase(word) for word in keywords]

    def holds(text: str) -> bool:
        read_text = Text(text)
        return any(read_text.find(one) for one in sought)

    return holds


async def server_time(lane: Lane) -> int | None:
    """VK's clock in seconds since 1970; None if VK does not answer."""
    reply = await lane.call("utils.getServerTime")
    return reply.value if isinstance(reply, Answered) and isinstance(reply.value, int) else None


@dataclass
class WallFeed:
    """A watched wall as a feed. Its cursor: `since` (VK's seconds) and, for each of the newest posts, the number of its
    comments and the id of the newest one seen."""

    lane: Lane
    watched: Watched
    group_id: int
    wanted: Callable[[str], bool]
    _readings: int = 0
    _owner: int | None = None

    @property
    def name(self) -> str:
        return f"wall:{self.watched.wall}"

    @property
    def pause(self) -> float:
        return self.watched.pause

    def start_over(self) -> None:
        """Make the next reading read the comments of all the newest posts."""
        self._readings = 0

    async def read(self, part: Part | None) -> Fresh:
        """Read the posts and comments that came after the cursor `part`; None starts from now. Raises PollError."""
        try:
            return await self._read(part)
        except ReadError as error:
            raise _told_of(error) from None

    async def _read(self, part: Part | None) -> Fresh:
        if part is None:
            return Fresh((), {"since": await _now(self.lane), "posts": {}})
        owner = await self._number()
        everything = self._readings % FULL_EVERY == 0
        since, known = int(part["since"]), dict(part["posts"])
        items: list[Timed] = []
        posts: dict[str, list[int]] = {}
        latest = since
        async for item, names in self._posts(owner, since):
            try:
                count, newest, fresh = await self._item(item, names, known.get(str(item["id"])), since, everything)
                latest = max(latest, int(item["date"]))
            except BROKEN:
                items.append((since * 1000, strange(item)))
                continue
            posts[str(item["id"])] = [count, newest]
            items += fresh
        self._readings += 1
        latest = max([latest, *(at // 1000 for at, _ in items)])
        return Fresh(items, {"since": latest, "posts": posts})

    async def _posts(self, owner: int, since: int) -> AsyncIterator[tuple[Json, dict[int, str]]]:
        """Iterate over the newest posts, each with the names on its page; after a gap back to `since` (seconds)."""
        for number in range(ALL_PAGES):
            page = await read(
                self.lane, "wall.get", owner_id=owner, count=POSTS, offset=number * POSTS or None, extended=1
            )
            names = names_of(page)
            for item in page["items"]:
                yield item, names
            if len(page["items"]) < POSTS or not _is_newer(page["items"][-1], since):
                return

    async def _item(
        self, item: Json, names: dict[int, str], before: list[int] | None, since: int, everything: bool
    ) -> tuple[int, int, list[Timed]]:
        """Read a post and its comments: return the number of comments, the id of the newest one, and the events to
        store."""
        address, found = WallAddress(self._owner or 0, item["id"]), list[Timed]()
        wanted = self.wanted(str(item.get("text", "")))
        if before is None and item["date"] >= since and (wanted or is_published(item)):
            found.append((item["date"] * 1000, self._post(item, names, address, wanted)))
        count = int((item.get("comments") or {}).get("count") or 0)
        if not count or (before is not None and before[0] == count and not everything):
            return count, before[1] if before else 0, found
        seen_to = before[1] if before else 0
        pages = ALL_PAGES if before is not None and count - before[0] > MANY else PAGES
        newest, fresh = await self._under(address, seen_to, 0 if before == [0, 0] else since, pages)
        return count, newest, [*found, *fresh]

    def _post(self, item: Json, names: dict[int, str], address: WallAddress, wanted: bool) -> RawEvent:
        """Wrap a post as an event to store; one without a keyword is stored only for the count of the page's own
        publications."""
        learnt = {"place": self.watched.name, "unread": None if wanted else True}
        screen = self.watched.wall if isinstance(self.watched.wall, str) else None
        return made("wall_post_new", item, names, address, self.group_id, screen=screen, **learnt)

    async def _under(self, address: WallAddress, seen_to: int, since: int, pages: int) -> tuple[int, list[Timed]]:
        """Return the id of the newest comment, and the events of comments with an id above `seen_to` (ids grow) or, if
        that is 0, of those written since `since` (seconds)."""
        newest, fresh = seen_to, []
        try:
            async for seen in Comments(self.lane, None).all(address, pages):
                item = seen.item
                try:
                    newest = max(newest, item["id"])
                    is_new = item["id"] > seen_to if seen_to else item["date"] >= since
                    if is_new and not item.get("deleted") and self.wanted(str(item.get("text", ""))):
                        event = told(item, seen.names, address, self.group_id, place=self.watched.name)
                        fresh.append((item["date"] * 1000, event))
                except BROKEN:
                    fresh.append((since * 1000, strange(item)))
        except TooManyError:
            return newest, fresh
        except ReadError as error:
            if not shut(error):
                raise
        return newest, fresh

    async def _number(self) -> int:
        if self._owner is None:
            self._owner = await self._resolved()
        return self._owner

    async def _resolved(self) -> int:
        if isinstance(self.watched.wall, int):
            return self.watched.wall
        reply = await self.lane.call("utils.resolveScreenName", screen_name=self.watched.wall)
        if not isinstance(reply, Answered):
            raise ReadError(reply)
        if not isinstance(reply.value, dict) or "object_id" not in reply.value:
            raise PollError(f"VK knows no page «{self.watched.wall}»", 3600.0, operator_needed=True)
        return int(reply.value["object_id"]) * (-1 if reply.value.get("type") in ("group", "page", "event") else 1)


@dataclass
class MentionFeed:
    """Posts and comments on any page that mention our community, as a feed; its cursor is VK's seconds."""

    lane: Lane
    group_id: int
    pause: float = 300.0
    name: str = field(default="mentions", init=False)

    def start_over(self) -> None:
        """Do nothing: every reading of the mentions is complete."""

    async def read(self, part: Part | None) -> Fresh:
        """Read the mentions that came after the cursor `part`; None starts from now. Raises PollError."""
        try:
            if part is None:
                return Fresh((), {"since": await _now(self.lane)})
            since = int(part["since"])
            mentioned = [one async for one in self._mentions(since)]
            items = [event for item, names in mentioned if (event := self._mentioned(item, names, since)) is not None]
            dates = (item["date"] for item, _ in mentioned if isinstance(item, dict) and "date" in item)
            return Fresh(items, {"since": max([since, *(date for date in dates if isinstance(date, int))])})
        except ReadError as error:
            raise _told_of(error) from None

    async def _mentions(self, since: int) -> AsyncIterator[tuple[Json, dict[int, str]]]:
        asked = {"owner_id": -self.group_id, "start_time": since, "count": MENTIONS}
        before: Json = {}
        for number in range(ALL_PAGES):
            page = await read(self.lane, "newsfeed.getMentions", **asked, offset=number * MENTIONS or None)
            if page["items"] and page["items"] == before.get("items"):
                return  # VK ignores the offset and returns the same page again
            before, names = page, names_of(page)
            for item in page["items"]:
                yield item, names
            if len(page["items"]) < MENTIONS:
                return

    def _mentioned(self, item: Json, names: dict[int, str], since: int) -> Timed | None:
        try:
            return self._event(item, names) if self._is_for_us(item) else None
        except BROKEN:
            return since * 1000, strange(item)

    def _is_for_us(self, item: Json) -> bool:
        """Whether the mention concerns us: the community did not write it, and it is not on our own wall, for which VK
        sends an event."""
        return item.get("from_id") != -self.group_id and _owner(item) != -self.group_id

    def _event(self, item: Json, names: dict[int, str]) -> Timed:
        owner = _owner(item)
        if item.get("post_type") == "reply":
            address = WallAddress(owner, item["post_id"], item["id"])
        else:
            address = WallAddress(owner, item["id"])
        place = names.get(owner) or f"https://vk.com/{'club' if owner < 0 else 'id'}{abs(owner)}"
        return item["date"] * 1000, made("mention", item, names, address, self.group_id, place=place)


def _is_newer(item: Any, since: int) -> bool:
    date = item.get("date") if isinstance(item, dict) else None
    return isinstance(date, int) and date >= since


def _owner(item: Json) -> int:
    return int(item.get("owner_id") or item["to_id"])


async def _now(lane: Lane) -> int:
    reply = await lane.call("utils.getServerTime")
    if not isinstance(reply, Answered) or not isinstance(reply.value, int):
        raise ReadError(reply)
    return reply.value


def _told_of(error: ReadError) -> PollError:
    if isinstance(error.reply, Answered):
        return PollError(error.detail, 60.0)
    return poll_error(error.reply)
