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
    address, so they are not polled. `api_url`: an address to call instead of VK's (for the sandbox). `proxy`: the proxy
    through which VK is reached, if any. `wait`: seconds an empty poll lasts, 0 to 90. `mentions_pause`: seconds between
    two readings of mentions."""

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
    """One ВКонтакте community as a Network that also LooksAfter, Moderates and Publishes. `clock` serves only for
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
        """Return the events since `position` (see `Network.poll`), with the authors' names, or «Житель» if VK does not
        give a name in time.

        The position holds all feeds' cursors. A bare `ts` of the long poll, as stored by earlier versions, is
        accepted."""
        return await self._feeds.poll(_parts(position))

    def read(self, raw: str) -> Found | None:
        """Read a stored event as a message; None if it is not for us. Raises UnreadableError."""
        return read_event(raw, self._access.group_id, self._access.place)

    def published(self, raw: str) -> Published | None:
        """Read a stored event as a publication; None for other events. Raises UnreadableError."""
        return published_event(raw, self._access.group_id, self._access.place)

    async def learn(self, event: RawEvent) -> RawEvent:
        """Add the data that an event of the Callback API lacks, above all the author's name, and wrap it again."""
        (learnt,) = await self._learning.kept([washing.loads(event.raw)["event"]])
        return learnt

    def catch_up(self, since: datetime, posts: datetime) -> AsyncIterator[ReadBack]:
        """Yield what was written on the wall, in discussions, under photos and in private messages since `since` (see
        `Network`)."""
        catching_up = CatchingUp(self._comments, self._asking, self._access.group_id, self._learning.learn_screen)
        return catching_up.since(since, posts)

    def limits(self, text: str, kind: Kind, files: tuple[OutFile, ...] = ()) -> list[str]:
        """The reasons, worded for the curator, why VK would or may reject this answer; empty if it is fine."""
        return outward.limits(text, kind, files)

    def too_long(self, text: str, kind: Kind) -> str:
        """By how much the text exceeds VK's limit, in words; "" if it fits."""
        return outward.too_long(text, kind)

    def as_shown(self, text: str) -> str:
        """The text exactly as it will be sent to VK, with mentions disabled."""
        return outward.escape(text)

    async def post(self, answer: Answer) -> Outcome:
        """Post the answer once and return the outcome."""
        return await self._poster.post(answer)

    async def look_up(self, answer: Answer) -> Posted | LookUpImpossible | TryLater | None:
        """Check whether the answer was posted after all; None: certainly not; TryLater: VK cannot say at the moment."""
        return await self._poster.look_up(answer)

    @property
    def may_publish(self) -> bool:
        """Whether we have a user token; without it a post cannot be published."""
        return self._user is not None

    @property
    def post_limits(self) -> PostLimits:
        """The limits of one post on the wall."""
        return publishing.LIMITS

    def post_problems(self, text: str, files: tuple[OutFile, ...]) -> list[str]:
        """The reasons, worded for the editor, why VK would reject this post or we cannot upload it; empty if it is
        fine."""
        return publishing.problems(text, files)

    async def publish(self, post: WallPost) -> Outcome:
        """Publish the post on the community's wall once and return the outcome."""
        return await self._publisher.publish(post)

    async def look_up_post(self, post: WallPost) -> Posted | LookUpImpossible | TryLater | None:
        """Check whether the post was published after all; None: it is not on the wall; TryLater: VK cannot say at the
        moment."""
        return await self._publisher.look_up(post)

    async def fetch_link(self, link: str) -> Found | LinkProblem:
        """Read the message behind a pasted link; a `LinkProblem` without a service or user token, or if it cannot be
        read."""
        if self._service is None and self._user is None:
            return LinkProblem(LinkTrouble.NO_TOKEN if parse_link(link) else LinkTrouble.NOT_A_LINK)
        return await LinkReader(self._comments, self._access.group_id).fetch(link)

    def ref_of(self, link: str) -> str | None:
        """The ref of the post, comment or other thing to which the link leads; None for other links."""
        address = parse_link(link)
        return address.ref if address is not None else None

    async def look_after(self, refs: Sequence[str]) -> dict[str, Standing]:
        """Check whether the message of each ref still exists and what its text is now; `NotSeen` if VK does not say."""
        return await Aftercare(self._comments, self._asking).look_after(refs)

    @property
    def may_ask(self) -> bool:
        """See AsksInPrivate."""
        return True

    @property
    def may_moderate(self) -> bool:
        """Whether we have a user token; without it nothing can be deleted and nobody banned."""
        return self._user is not None

    async def delete(self, ref: str) -> Moderation:
        """Delete the post or comment with this ref on our page."""
        return await self._moderator.delete(ref)

    async def restore(self, ref: str) -> Moderation:
        """Restore the deleted post or comment with this ref on our page."""
        return await self._moderator.restore(ref)

    async def ban(self, author_ref: str, reason: str = "") -> Moderation:
        """Ban the author from the community permanently; VK shows them the reason."""
        return await self._moderator.ban(author_ref, reason)

    async def unban(self, author_ref: str) -> Moderation:
        """Lift the author's ban."""
        return await self._moderator.unban(author_ref)

    async def check(self) -> list[Finding]:
        """Check the tokens, their rights, the event settings and the watched walls; return findings for the
        operator."""
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
        """Stop reading and close the connections."""
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
    """The position as all feeds' cursors in JSON, converted from a bare `ts` if it is one; unchanged if it is empty."""
    if not position or position.startswith("{"):
        return position
    return json.dumps({"longpoll": {"ts": position}}, separators=(",", ":"))
