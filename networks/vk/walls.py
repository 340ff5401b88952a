"""Reading walls: the message behind a link, and what was written while nobody listened. Needs a service or
user token.

Reading is bounded: the newest posts, the newest comments of each; what is older is not looked for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from networks.port import Found, LinkProblem, LinkTrouble, LookUpImpossible, RawEvent
from networks.vk.addresses import WallAddress, parse_link
from networks.vk.failures import PASSING
from networks.vk.reading import comment, keep, post
from networks.vk.wire import Answered, Lane, Refused, Reply

POSTS = 50
PAGE = 100
PAGES = 5
#: Errors of one post that say nothing of the others: denied, missing, its comments hidden.
CLOSED = frozenset((15, 100, 212))
Json = dict[str, Any]


class _ReadError(Exception):
    """VK did not let us read; caught in this module."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


@dataclass(frozen=True)
class WallReader:
    """Reads walls with `lane`, whose token is a service or a user one; for the community `group_id`."""

    lane: Lane
    group_id: int

    async def fetch(self, link: str) -> Found | LinkProblem:
        """The post or the comment a link shows, on any wall that can be read."""
        address = parse_link(link)
        if address is None:
            return LinkProblem(LinkTrouble.NOT_A_LINK)
        try:
            if address.reply is None:
                return await self._post(address)
            return await self._comment(address, address.reply)
        except _ReadError as error:
            return _problem(error.reply)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            broken = type(error).__name__
        return LinkProblem(LinkTrouble.NOT_FOUND, f"an answer of unknown shape: {broken}")

    async def catch_up(self, since: datetime) -> tuple[RawEvent, ...] | LookUpImpossible:
        """Posts and comments on our own wall written at or after `since`, as events to be kept; oldest post
        first."""
        try:
            events = [event async for event in self._missed(int(since.timestamp()))]
        except _ReadError as error:
            reply = error.reply
            return LookUpImpossible("an answer of unknown shape" if isinstance(reply, Answered) else reply.detail)
        return tuple(events)

    async def _missed(self, since: int) -> AsyncIterator[RawEvent]:
        page = await self._read("wall.get", owner_id=-self.group_id, count=POSTS, extended=1)
        for item in reversed(page["items"]):
            if item["date"] >= since:
                yield self._event("wall_post_new", item, _names(page), WallAddress(item["owner_id"], item["id"]))
            comments = item.get("comments") or {}
            if not comments.get("count"):
                continue
            try:
                async for event in self._missed_comments(item["id"], since):
                    yield event
            except _ReadError as error:
                if not (isinstance(error.reply, Refused) and error.reply.code in CLOSED):
                    raise

    async def _missed_comments(self, post_id: int, since: int) -> AsyncIterator[RawEvent]:
        """New comments, and new replies to old ones: a thread's head may be older than its last reply."""
        owner = -self.group_id
        for number in range(PAGES):
            page = await self._read(
                "wall.getComments",
                owner_id=owner,
                post_id=post_id,
                sort="desc",
                count=PAGE,
                offset=number * PAGE,
                thread_items_count=10,
                extended=1,
                preview_length=0,
            )
            names = _names(page)
            for head in page["items"]:
                thread = head.get("thread") or {}
                replies: list[Json] = thread.get("items") or []
                known: Mapping[int, str] = names
                if thread.get("count", 0) > len(replies):
                    replies, known = await self._thread(post_id, head["id"])
                for item, named in [(head, names), *((reply, known) for reply in replies)]:
                    if item["date"] >= since and not item.get("deleted"):
                        body = item | {"owner_id": owner, "post_id": post_id}
                        stack = item.get("parents_stack") or [None]
                        address = WallAddress(owner, post_id, item["id"], stack[0])
                        yield self._event("wall_reply_new", body, named, address)
            if len(page["items"]) < PAGE:
                return

    async def _thread(self, post_id: int, head: int) -> tuple[list[Json], Mapping[int, str]]:
        page = await self._read(
            "wall.getComments",
            owner_id=-self.group_id,
            post_id=post_id,
            comment_id=head,
            sort="desc",
            count=PAGE,
            extended=1,
            preview_length=0,
        )
        return page["items"], _names(page)

    def _event(self, kind: str, body: Json, names: Mapping[int, str], address: WallAddress) -> RawEvent:
        event = {"type": kind, "event_id": f"read:{address.ref}", "group_id": self.group_id, "object": body}
        return keep(event, names)

    async def _post(self, address: WallAddress) -> Found | LinkProblem:
        page = await self._read("wall.getById", posts=f"{address.owner}_{address.post}", extended=1)
        if not page["items"]:
            return LinkProblem(LinkTrouble.NOT_FOUND)
        found = post(page["items"][0], self.group_id, self._place(page, address.owner), _named(page))
        return found or LinkProblem(LinkTrouble.OWN)

    async def _comment(self, address: WallAddress, reply: int) -> Found | LinkProblem:
        """A comment of the first level, or in the thread the link names, or in one of the newest threads."""
        for head in (address.thread, None):
            page = await self._read(
                "wall.getComments",
                owner_id=address.owner,
                post_id=address.post,
                comment_id=head,
                start_comment_id=reply,
                count=1,
                extended=1,
                preview_length=0,
            )
            if page["items"] and page["items"][0]["id"] == reply:
                return await self._commented(page["items"][0], page, address)
        page = await self._read(
            "wall.getComments",
            owner_id=address.owner,
            post_id=address.post,
            sort="desc",
            count=PAGE,
            thread_items_count=10,
            extended=1,
            preview_length=0,
        )
        for head_comment in page["items"]:
            for item in (head_comment.get("thread") or {}).get("items") or []:
                if item["id"] == reply:
                    return await self._commented(item, page, address)
        return LinkProblem(LinkTrouble.NOT_FOUND)

    async def _commented(self, item: Json, page: Json, address: WallAddress) -> Found | LinkProblem:
        if item.get("deleted"):
            return LinkProblem(LinkTrouble.NOT_FOUND)
        body = item | {"owner_id": address.owner, "post_id": address.post}
        walls = await self._read("wall.getById", posts=f"{address.owner}_{address.post}", extended=1)
        place = self._place(walls, address.owner)
        return comment(body, self.group_id, place, _named(page)) or LinkProblem(LinkTrouble.OWN)

    def _place(self, page: Json, owner: int) -> str:
        return _names(page).get(owner, f"https://vk.com/{'club' if owner < 0 else 'id'}{abs(owner)}")

    async def _read(self, method: str, **params: Any) -> Json:
        reply = await self.lane.call(method, **params)
        if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
            raise _ReadError(reply)
        if not isinstance(reply.value.get("items"), list):
            raise _ReadError(reply)
        return reply.value


def _names(page: Json) -> dict[int, str]:
    """The names an extended answer brings, by owner's number."""
    people = {p["id"]: person_name(p) for p in page.get("profiles") or []}
    return people | {-g["id"]: str(g.get("name", "")) for g in page.get("groups") or []}


def _named(page: Json) -> dict[str, str]:
    return {str(number): name for number, name in _names(page).items()}


def person_name(profile: Mapping[str, Any]) -> str:
    """First and last name; empty for a deleted account."""
    if profile.get("deactivated") == "deleted":
        return ""
    return f"{profile.get('first_name', '')} {profile.get('last_name', '')}".strip()


def _problem(reply: Reply) -> LinkProblem:
    if isinstance(reply, Refused):
        passing = reply.code in PASSING
        return LinkProblem(LinkTrouble.TRY_LATER if passing else LinkTrouble.NOT_FOUND, reply.detail)
    detail = "an answer of unknown shape" if isinstance(reply, Answered) else reply.detail
    return LinkProblem(LinkTrouble.TRY_LATER, detail)
