"""Assemble ВКонтакте's lanes behind the port.

A lane is one connection with its own queue, so a slow call blocks no other lane: listening, posting, asking (names,
checks), reading, each watched wall. Lanes of one token share a rate limiter, because VK limits calls per token.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from config import washing
from networks import feeds
from networks.port import (
    Answer,
    Batch,
    Finding,
    Found,
    Kind,
    LinkProblem,
    LinkTrouble,
    LookUpImpossible,
    Moderation,
    Outcome,
    OutFile,
    Posted,
    PostLimits,
    Published,
    RawEvent,
    ReadBack,
    Standing,
    TryLater,
    WallPost,
)
from networks.vk import checking, outward, publishing
from networks.vk.addresses import parse_link
from networks.vk.aftercare import Aftercare
from networks.vk.catching_up import CatchingUp
from networks.vk.checking_user import check_user
from networks.vk.comments import Comments
from networks.vk.learning import Learning
from networks.vk.listening import Listener, LongPollFeed
from networks.vk.moderating import Moderator
from networks.vk.posting import Poster
from networks.vk.published import published_event
from networks.vk.publishing import Publisher
from networks.vk.reading import NETWORK, read_event
from networks.vk.walls import LinkReader
from networks.vk.watching import MentionFeed, WallFeed, Watched, worded
from networks.vk.wire import Lane, Turnstile, VkLimits


@dataclass(frozen=True)
class VkAccess:
    """One community and our access to it. `place`: the page's name as people use it. `watch`: other open communities'
    walls, read for messages with one of `keywords` (all messages if there are none). `callback`: VK sends events to our
    address instead of polling. `api_url`: replaces VK's address (for the sandbox). `proxy`: the way to VK, if it is not a
    direct one. `wait`: seconds an empty poll lasts, 0 to 90."""

    group_id: int
    place: str
    community_token: str = field(repr=False)
    service_token: str | None = field(default=None, repr=False)
    user_token: str | None = field(default=None, repr=False)
    api_url: str | None = None
    proxy: str | None = field(default=None, repr=False)
    wait: int = 25
    limits: VkLimits = field(default_factory=VkLimits)
    watch: tuple[Watched, ...] = ()
    keywords: tuple[str, ...] = ()
    callback: bool = False
    mentions_pause: float = 300.0


class VkNetwork:
    """One ВКонтакте community as a Network that also LooksAfter, Moderates and Publishes. `clock` is only for
    pacing."""

    def __init__(self, access: VkAccess, clock: feeds.Clock | None = None) -> None:
        self._access = access
        self._clock = clock or feeds.LoopClock()
        limits = access.limits
        paces = {"community": limits.community_pace, "service": limits.other_pace, "user": limits.other_pace}
        self._turnstiles = {kind: Turnstile(pace, self._clock) for kind, pace in paces.items()}
        self._lanes: list[Lane] = []
        group_id = access.group_id
        self._asking = self._lane("community", access.community_token)
        posting = self._lane("community", access.community_token)
        self._service = self._lane("service", access.service_token) if access.service_token else None
        self._user = self._lane("user", access.user_token) if access.user_token else None
        self._comments = Comments(self._service, self._user)
        self._learning = Learning(self._asking, group_id, access.limits.connect)
        self._listener = Listener(self._lane("community", access.community_token), group_id, access.wait)
        self._feeds = feeds.Listener(self._all_feeds(), self._clock, access.wait, limits.together)
        self._poster = Poster(posting, self._user, self._comments, group_id, self._learning.threads)
        self._publisher = Publisher(self._asking, posting, self._user, self._service, group_id)
        self._moderator = Moderator(self._user, group_id)

    def __repr__(self) -> str:
        return f"VkNetwork(group_id={self._access.group_id})"

    @property
    def key(self) -> str:
        return NETWORK

    async def poll(self, position: str | None) -> Batch:
        """See Network. Events carry the authors' names, or «Житель» if VK does not give them in time.

        The position holds all feeds' cursors. A bare `ts` of the long poll, as kept by earlier versions, is accepted."""
        return await self._feeds.poll(_parts(position))

    def read(self, raw: str) -> Found | None:
        """See Network."""
        return read_event(raw, self._access.group_id, self._access.place)

    def published(self, raw: str) -> Published | None:
        """See ShowsPublished."""
        return published_event(raw, self._access.group_id, self._access.place)

    async def learn(self, event: RawEvent) -> RawEvent:
        """Add the author's name to an event of the Callback API."""
        (learnt,) = await self._learning.kept([washing.loads(event.raw)["event"]])
        return learnt

    def catch_up(self, since: datetime, posts: datetime) -> AsyncIterator[ReadBack]:
        """See Network. The wall, discussions and private messages."""
        catching_up = CatchingUp(self._comments, self._asking, self._access.group_id, self._learning.learn_screen)
        return catching_up.since(since, posts)

    def limits(self, text: str, kind: Kind, files: tuple[OutFile, ...] = ()) -> list[str]:
        """See Network."""
        return outward.limits(text, kind, files)

    def too_long(self, text: str, kind: Kind) -> str:
        """See Network."""
        return outward.too_long(text, kind)

    def as_shown(self, text: str) -> str:
        """See Network."""
        return outward.escape(text)

    async def post(self, answer: Answer) -> Outcome:
        """See Network."""
        return await self._poster.post(answer)

    async def look_up(self, answer: Answer) -> Posted | LookUpImpossible | TryLater | None:
        """See Network."""
        return await self._poster.look_up(answer)

    @property
    def may_publish(self) -> bool:
        """See Publishes."""
        return self._user is not None

    @property
    def post_limits(self) -> PostLimits:
        """See Publishes."""
        return publishing.LIMITS

    def post_problems(self, text: str, files: tuple[OutFile, ...]) -> list[str]:
        """See Publishes."""
        return publishing.problems(text, files)

    async def publish(self, post: WallPost) -> Outcome:
        """See Publishes."""
        return await self._publisher.publish(post)

    async def look_up_post(self, post: WallPost) -> Posted | LookUpImpossible | TryLater | None:
        """See Publishes."""
        return await self._publisher.look_up(post)

    async def fetch_link(self, link: str) -> Found | LinkProblem:
        """See Network."""
        if self._service is None and self._user is None:
            return LinkProblem(LinkTrouble.NO_TOKEN if parse_link(link) else LinkTrouble.NOT_A_LINK)
        return await LinkReader(self._comments, self._access.group_id).fetch(link)

    def ref_of(self, link: str) -> str | None:
        """See LooksAfter."""
        address = parse_link(link)
        return address.ref if address is not None else None

    async def look_after(self, refs: Sequence[str]) -> dict[str, Standing]:
        """See LooksAfter."""
        return await Aftercare(self._comments, self._asking).look_after(refs)

    @property
    def may_ask(self) -> bool:
        """See AsksInPrivate."""
        return True

    @property
    def may_moderate(self) -> bool:
        """See Moderates."""
        return self._user is not None

    async def delete(self, ref: str) -> Moderation:
        """See Moderates."""
        return await self._moderator.delete(ref)

    async def restore(self, ref: str) -> Moderation:
        """See Moderates."""
        return await self._moderator.restore(ref)

    async def ban(self, author_ref: str, reason: str = "") -> Moderation:
        """See Moderates."""
        return await self._moderator.ban(author_ref, reason)

    async def unban(self, author_ref: str) -> Moderation:
        """See Moderates."""
        return await self._moderator.unban(author_ref)

    async def check(self) -> list[Finding]:
        """See Network."""
        access = self._access
        findings = await checking.check_community(self._asking, access.group_id, callback=access.callback)
        if self._service is not None:
            findings.append(await checking.check_reader(self._service, access.group_id, "сервисный ключ"))
        if self._user is not None:
            findings.append(await checking.check_reader(self._user, access.group_id, "ключ пользователя"))
            findings += await check_user(self._user, access.group_id)
        if self._service is None and self._user is None:
            findings.append(checking.NO_READER)
        if self._user is None:
            findings.append(checking.NO_USER)
        reader = self._service or self._user
        findings += [await checking.check_wall(reader, wall) for wall in access.watch]
        return findings

    async def close(self) -> None:
        """See Network."""
        await self._feeds.close()
        for lane in self._lanes:
            lane.close()

    # --- lanes and feeds

    def _all_feeds(self) -> list[feeds.Feed]:
        access, found = self._access, list[feeds.Feed]()
        if not access.callback:
            found.append(LongPollFeed(self._listener, self._learning.kept))
        wanted = worded(access.keywords)
        kind = "service" if access.service_token else "user"
        if token := access.service_token or access.user_token:
            for wall in access.watch:
                found.append(WallFeed(self._lane(kind, token), wall, access.group_id, wanted))
        if access.user_token:
            lane = self._lane("user", access.user_token)
            found.append(MentionFeed(lane, access.group_id, access.mentions_pause))
        return found

    def _lane(self, kind: str, token: str) -> Lane:
        access = self._access
        lane = Lane(token, access.limits, access.api_url, kind == "community", self._turnstiles[kind], access.proxy)
        self._lanes.append(lane)
        return lane


def _parts(position: str | None) -> str | None:
    """Convert either form of the position to all feeds' cursors."""
    if not position or position.startswith("{"):
        return position
    return json.dumps({"longpoll": {"ts": position}}, separators=(",", ":"))
