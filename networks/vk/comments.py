"""Read comments under posts, photos, videos and products, and in discussions.

Reading is bounded and reports incomplete results, so «not found» is never a guess. Comments under posts and in
discussions need a service or user token, the others a user token.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from networks.vk.addresses import PageAddress, PublicAddress, WallAddress
from networks.vk.wire import Answered, Lane, Refused, Reply

PAGE = 100
PAGES = 5
ALL_PAGES = 300
"""The most pages that are read when everything written during a gap is wanted: 30,000 comments."""
INSIDE = 10
"""How many replies of a thread VK returns together with its first comment."""

SOUGHT_IN_VAIN = frozenset((15, 100, 104))
"""The errors VK may return when asked to begin at a comment that does not exist."""

Json = dict[str, Any]


class ReadError(Exception):
    """VK did not return the list that was asked for; `reply` is its answer. This exception never leaves
    `networks.vk`."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply

    @property
    def detail(self) -> str:
        return "an answer of unknown shape" if isinstance(self.reply, Answered) else self.reply.detail


class TooManyError(Exception):
    """There are more comments than are read; the one sought may be among the rest."""


class NoTokenError(Exception):
    """None of our tokens may read the comments of this page."""


@dataclass(frozen=True)
class Seen:
    """A comment from VK, with the names of authors by number and the first comment of its thread (None for a top-level
    one)."""

    item: Json
    names: Mapping[int, str]
    head: int | None


@dataclass(frozen=True)
class Comments:
    """Reads comments with the service or user token, whichever may read them."""

    service: Lane | None
    user: Lane | None

    def lane(self, address: PublicAddress) -> Lane:
        """The lane (connection) whose token may read this page. Raises NoTokenError if there is none."""
        open_to_services = isinstance(address, WallAddress) or address.section == "topic"
        found = (self.service if open_to_services else None) or self.user
        if found is None:
            raise NoTokenError
        return found

    async def one(self, address: PublicAddress) -> Seen | None:
        """Find this comment; None if it certainly does not exist. Raises ReadError, TooManyError, NoTokenError."""
        heads = (address.thread, None) if isinstance(address, WallAddress) and address.thread else (None,)
        for head in heads:
            try:
                page = await self._page(address, head, start_comment_id=address.reply, count=1)
            except ReadError as error:
                if not (isinstance(error.reply, Refused) and error.reply.code in SOUGHT_IN_VAIN):
                    raise
                continue
            if page["items"] and page["items"][0]["id"] == address.reply:
                return _standing(Seen(page["items"][0], names_of(page), _head(page["items"][0])))
        async for seen in self.all(address):
            if seen.item["id"] == address.reply:
                return _standing(seen)
        return None

    async def all(self, address: PublicAddress, pages: int = PAGES, since: int = 0) -> AsyncIterator[Seen]:
        """Iterate over all comments of the page with their threads, newest top-level first; threads only back to
        `since` (VK's seconds). Raises ReadError or NoTokenError; TooManyError at the end if there are more than `pages`
        pages."""
        for number in range(pages):
            page = await self._page(address, None, offset=number * PAGE, count=PAGE)
            names = names_of(page)
            for item in page["items"]:
                yield Seen(item, names, None)
                thread = item.get("thread") or {}
                replies: list[Json] = thread.get("items") or []
                if int(thread.get("count") or 0) > len(replies):
                    async for seen in self.thread(address, item["id"], pages, since):
                        yield seen
                else:
                    for reply in replies:
                        yield Seen(reply, names, item["id"])
            if len(page["items"]) < PAGE:
                return
        raise TooManyError

    async def thread(
        self, address: PublicAddress, head: int, pages: int = PAGES, since: int = 0
    ) -> AsyncIterator[Seen]:
        """Iterate over the replies in the thread of the comment `head`, newest first, back to `since` (VK's seconds).
        Raises ReadError, NoTokenError; TooManyError at the end if there are more."""
        for number in range(pages):
            page = await self._page(address, head, offset=number * PAGE, count=PAGE)
            for item in page["items"]:
                yield Seen(item, names_of(page), head)
            if len(page["items"]) < PAGE or _ends_before(page["items"], since):
                return
        raise TooManyError

    async def _page(self, address: PublicAddress, head: int | None, **params: Any) -> Json:
        method, where, threads = _source(address)
        if threads:
            params |= {"comment_id": head, "thread_items_count": None if head else INSIDE}
        return await read(self.lane(address), method, **where, sort="desc", extended=1, **params)


def _source(address: PublicAddress) -> tuple[str, Json, bool]:
    """VK's method that reads comments of this page, its parameters, and whether it supports threads."""
    if isinstance(address, WallAddress):
        where = {"owner_id": address.owner, "post_id": address.post, "preview_length": 0}
        return "wall.getComments", where, True
    match address.section:
        case "photo":
            return "photos.getComments", {"owner_id": address.owner, "photo_id": address.number}, False
        case "video":
            return "video.getComments", {"owner_id": address.owner, "video_id": address.number}, True
        case "product":
            return "market.getComments", {"owner_id": address.owner, "item_id": address.number}, False
        case "topic":
            return "board.getComments", {"group_id": -address.owner, "topic_id": address.number}, False


async def read(lane: Lane, method: str, **params: Any) -> Json:
    """Call a method of VK that returns a list, and return its answer. Raises ReadError if VK gives no list."""
    reply = await lane.call(method, **params)
    if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
        raise ReadError(reply)
    if not isinstance(reply.value.get("items"), list):
        raise ReadError(reply)
    return reply.value


async def newest(lane: Lane, method: str, since: float, **params: Any) -> AsyncIterator[Json]:
    """Iterate over a list that VK returns newest first, until it is certain that everything written at `since` (VK's
    seconds) or later was seen. Raises ReadError; TooManyError at the end if `PAGES` pages do not reach that far."""
    for number in range(PAGES):
        page = await read(lane, method, **params, offset=number * PAGE, count=PAGE)
        for item in page["items"]:
            yield item
        total = page.get("count")
        is_last = (number + 1) * PAGE >= total if isinstance(total, int) else len(page["items"]) < PAGE
        if is_last or not page["items"] or _ends_before(page["items"], since):
            return
    raise TooManyError


def names_of(page: Mapping[str, Any]) -> dict[int, str]:
    """The names in an extended answer of VK, by number: positive for people, negative for communities."""
    people = {p["id"]: person_name(p) for p in _numbered(page.get("profiles"))}
    return people | {-g["id"]: str(g.get("name", "")) for g in _numbered(page.get("groups"))}


def _numbered(listed: Any) -> list[Json]:
    return [one for one in listed or [] if isinstance(one, dict) and isinstance(one.get("id"), int)]


def person_name(profile: Mapping[str, Any]) -> str:
    """A person's first and last name; "" for a deleted account."""
    if profile.get("deactivated") == "deleted":
        return ""
    return f"{profile.get('first_name', '')} {profile.get('last_name', '')}".strip()


def placed(item: Json, address: PublicAddress) -> Json:
    """The comment with its page's numbers added, in the form of VK's events; VK omits them in some lists."""
    if isinstance(address, WallAddress):
        return item | {"owner_id": address.owner, "post_id": address.post}
    number = {"photo": "photo_id", "video": "video_id", "product": "item_id", "topic": "topic_id"}[address.section]
    owner = {"product": "market_owner_id"}.get(address.section, f"{address.section}_owner_id")
    return item | {number: address.number, owner: address.owner}


def kind_of_event(address: PublicAddress) -> str:
    """The type of VK's event for a new comment on this page."""
    if isinstance(address, PageAddress):
        return {
            "photo": "photo_comment_new",
            "video": "video_comment_new",
            "product": "market_comment_new",
            "topic": "board_post_new",
        }[address.section]
    return "wall_reply_new"


def _ends_before(items: list[Any], since: float) -> bool:
    """Whether the last (the oldest) of these items was written before the moment `since` (seconds). The first one of a
    wall may be an old post that is pinned."""
    date = items[-1].get("date") if isinstance(items[-1], dict) else None
    return isinstance(date, int) and date < since


def _head(item: Json) -> int | None:
    return next(iter(item.get("parents_stack") or []), None)


def _standing(seen: Seen) -> Seen | None:
    return None if seen.item.get("deleted") else seen
