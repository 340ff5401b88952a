"""Read what was written during a gap: posts and their comments, discussions, private messages.

Everything written since the gap began is read, but comments only under posts that are not too old, and under the
pinned one: VK does not say which old posts have new comments. Comments under photos are read with a person's key
(`photos.getAllComments`, the newest first). Those under videos and products are not: VK has no list of them over all
videos or products.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from networks.port import RawEvent, ReadBack, Unread
from networks.strange import BROKEN, strange
from networks.vk.addresses import MessageAddress, PageAddress, PublicAddress, WallAddress
from networks.vk.comments import ALL_PAGES, Comments, ReadError, TooManyError, kind_of_event, names_of, placed, read
from networks.vk.failures import CLOSED, PASSING, poll_error
from networks.vk.published import is_published
from networks.vk.reading import FIRST_CHAT, keep
from networks.vk.wire import Answered, Lane, Refused

log = structlog.get_logger()

POSTS = 100
TOPICS = 100
PHOTO_COMMENTS = 100
CONVERSATIONS = 200
HISTORY = 200
BY_UPDATE = 1
Json = dict[str, Any]


@dataclass(frozen=True)
class CatchingUp:
    """Reads what was written during a gap for the community `group_id`. `asking` has the community's token; comments
    need another one. `screen` returns the community's short name."""

    comments: Comments
    asking: Lane
    group_id: int
    screen: Callable[[], Awaitable[str | None]]

    async def since(self, moment: datetime, posts: datetime) -> AsyncIterator[ReadBack]:
        """Yield the messages written since `moment`, as events to store; under posts, only the pinned one and those
        published since `posts`. `Unread` says what cannot be read; a source that refuses us does not stop the others.
        Raises PollError if it must be repeated later."""
        since, oldest = int(moment.timestamp()), int(posts.timestamp())
        sources = [self._messages(since)]
        if self.comments.service is None and self.comments.user is None:
            yield Unread.NO_KEY
        else:
            sources = [self._wall(since, oldest), self._topics(since), self._photos(since), *sources]
        for source in sources:
            try:
                async for event in source:
                    yield event
            except ReadError as error:
                reply = error.reply
                if not isinstance(reply, Answered) and (not isinstance(reply, Refused) or reply.code in PASSING):
                    raise poll_error(reply) from None
                log.warning("refused after a gap", detail=error.detail)
                yield Unread.REFUSED
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                log.warning("an answer of unknown shape after a gap", kind=type(error).__name__)
                yield Unread.REFUSED

    async def _wall(self, since: int, oldest: int) -> AsyncIterator[ReadBack]:
        """Yield new posts, and new comments under posts published since `oldest` (seconds); OLD_POSTS for an older
        one."""
        lane = self.comments.lane(WallAddress(-self.group_id, 0))
        for number in range(ALL_PAGES):
            asked = {"count": POSTS, "offset": number * POSTS, "extended": 1, "filter": "all"}
            page = await read(lane, "wall.get", owner_id=-self.group_id, **asked)
            for item in reversed(page["items"]):
                try:
                    address = WallAddress(item["owner_id"], item["id"])
                    is_old = item["date"] < oldest and not item.get("is_pinned")
                    if item["date"] >= since:
                        screen = await self.screen() if is_published(item) else None
                        yield made("wall_post_new", item, names_of(page), address, self.group_id, screen=screen)
                    has_comments = bool((item.get("comments") or {}).get("count"))
                except BROKEN:
                    yield strange(item)
                    continue
                if has_comments and is_old:
                    yield Unread.OLD_POSTS
                elif has_comments:
                    async for event in self._under(address, since):
                        yield event
            if _is_last(page, number, POSTS) or _is_older(page["items"][-1], oldest):
                return
        yield Unread.TOO_MANY

    async def _topics(self, since: int) -> AsyncIterator[ReadBack]:
        address = PageAddress("topic", -self.group_id, 0)
        for number in range(ALL_PAGES):
            asked = {"order": BY_UPDATE, "count": TOPICS, "offset": number * TOPICS}
            try:
                page = await read(self.comments.lane(address), "board.getTopics", group_id=self.group_id, **asked)
            except ReadError as error:
                if not shut(error):
                    raise
                return
            for item in page["items"]:
                if item["updated"] >= since:
                    async for event in self._under(PageAddress("topic", -self.group_id, item["id"]), since):
                        yield event
            if len(page["items"]) < TOPICS or page["items"][-1]["updated"] < since:
                return

    async def _photos(self, since: int) -> AsyncIterator[ReadBack]:
        """Yield new comments under photos of all albums; `Unread.PHOTOS` if no person's key can read them."""
        yield Unread.MEDIA
        key = self.comments.user
        for number in range(ALL_PAGES if key is not None else 0):
            assert key is not None
            asked = {"count": PHOTO_COMMENTS, "offset": number * PHOTO_COMMENTS}
            try:
                page = await read(key, "photos.getAllComments", owner_id=-self.group_id, **asked)
            except ReadError as error:
                if not isinstance(error.reply, Refused) or error.reply.code in PASSING:
                    raise
                break
            for item in page["items"]:
                try:
                    address = PageAddress("photo", -self.group_id, item["pid"])
                    yield told(item, {}, address, self.group_id) if item["date"] >= since else None
                except BROKEN:
                    yield strange(item)
            if len(page["items"]) < PHOTO_COMMENTS or _is_older(page["items"][-1], since):
                return
        yield Unread.PHOTOS

    async def _under(self, address: PublicAddress, since: int) -> AsyncIterator[ReadBack]:
        """Yield new comments under this post or page, and new replies to old ones (a thread's first comment may be
        older than its last reply)."""
        yield None
        try:
            async for seen in self.comments.all(address, ALL_PAGES, since):
                try:
                    is_new = seen.item["date"] >= since and not seen.item.get("deleted")
                    yield told(seen.item, seen.names, address, self.group_id) if is_new else None
                except BROKEN:
                    yield strange(seen.item)
        except TooManyError:
            yield Unread.TOO_MANY
        except ReadError as error:
            if not shut(error):
                raise

    async def _messages(self, since: int) -> AsyncIterator[ReadBack]:
        for number in range(ALL_PAGES):
            asked = {"count": CONVERSATIONS, "offset": number * CONVERSATIONS, "extended": 1}
            try:
                page = await read(self.asking, "messages.getConversations", **asked)
            except ReadError as error:
                if not shut(error):
                    raise
                return
            items, names = page["items"], names_of(page)
            lasts = [(item.get("last_message") or {}).get("date", 0) for item in items]
            for item, last in zip(items, lasts, strict=True):
                peer = item["conversation"]["peer"]["id"]
                if peer < FIRST_CHAT and last >= since:
                    for message in reversed(await self._history(peer, since)):
                        yield self._message(message, peer, names)
            if len(items) < CONVERSATIONS or lasts[-1] < since:
                return

    async def _history(self, peer: int, since: int) -> list[Any]:
        """The messages written in a conversation since the moment `since` (seconds), newest first, including unreadable
        ones."""
        found: list[Any] = []
        for number in range(ALL_PAGES):
            asked = {"peer_id": peer, "count": HISTORY, "offset": number * HISTORY}
            items = (await read(self.asking, "messages.getHistory", **asked))["items"]
            found += [item for item in items if not _is_older(item, since)]
            if len(items) < HISTORY or _is_older(items[-1], since):
                break
        return found

    def _message(self, message: Any, peer: int, names: Mapping[int, str]) -> RawEvent:
        try:
            kind = "message_reply" if message.get("out") else "message_new"
            return made(kind, {"message": message}, names, MessageAddress(peer, message["id"]), self.group_id)
        except BROKEN:
            return strange(message)


def _is_last(page: Json, number: int, size: int) -> bool:
    """Whether no page follows this one. VK leaves out what it hides: a page may hold less than was asked for."""
    total = page.get("count")
    return not page["items"] or (
        len(page["items"]) < size if not isinstance(total, int) else (number + 1) * size >= total
    )


def _is_older(message: Any, since: int) -> bool:
    date = message.get("date") if isinstance(message, dict) else None
    return isinstance(date, int) and date < since


def told(item: Json, names: Mapping[int, str], address: PublicAddress, group_id: int, **learnt: Any) -> RawEvent:
    """Wrap a comment that was read as the event VK would have sent for it. `learnt`: further facts to store with it."""
    body = placed(item, address)
    if isinstance(address, WallAddress):
        its: PublicAddress = WallAddress(address.owner, address.post, item["id"])
    else:
        its = PageAddress(address.section, address.owner, address.number, item["id"])
    return made(kind_of_event(address), body, names, its, group_id, **learnt)


def made(
    kind: str,
    body: Json,
    names: Mapping[int, str],
    address: PublicAddress | MessageAddress,
    group_id: int,
    **learnt: Any,
) -> RawEvent:
    """Wrap an object that was read as an event of this `kind`; its key is the same at every reading."""
    event = {"type": kind, "event_id": f"read:{address.ref}", "group_id": group_id, "object": body}
    return keep(event, names, **learnt)


def shut(error: ReadError) -> bool:
    """Whether VK refused only this page; other pages may be readable."""
    return isinstance(error.reply, Refused) and error.reply.code in CLOSED
