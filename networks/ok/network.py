"""Assemble Одноклассники behind the port.

Messages and comments need different keys and are independent: with only one set of keys the other half is idle. OK
documents long polling of messages too, but we have never seen its answers; reading the chats needs no public address
either, and its answers are fully documented.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from networks.feeds import Clock, Feed, Listener
from networks.ok import checking, posting
from networks.ok.addresses import parse_link
from networks.ok.aftercare import Aftercare, is_comment
from networks.ok.links import fetch_topic
from networks.ok.messages import Chats
from networks.ok.posting import Poster
from networks.ok.published import Publications, published_event
from networks.ok.reading import NETWORK, read_event
from networks.ok.topics import Topics
from networks.ok.wire import Graph, OkLimits, Rest, Session, Wire
from networks.port import (
    Answer,
    Batch,
    Finding,
    Found,
    Kind,
    LinkProblem,
    LinkTrouble,
    LookUpImpossible,
    NotSeen,
    Outcome,
    OutFile,
    PollError,
    Posted,
    Published,
    ReadBack,
    Standing,
    TryLater,
    Unread,
)

log = structlog.get_logger()


@dataclass(frozen=True)
class Pace:
    """Intervals in seconds. `chats`, `chats_under_webhook`: between two readings of the chats, without and with a
    webhook; `topics`: between two readings of the list of topics; `quiet_topics`: between two readings of a quiet
    topic; `wait`: how long a poll without news lasts.
    """

    chats: float = 20.0
    chats_under_webhook: float = 600.0
    topics: float = 60.0
    quiet_topics: float = 900.0
    wait: float = 25.0


@dataclass(frozen=True)
class OkAccess:
    """One group and its keys. `place`: the page's name. `group_token`: for the group's messages. `session`: an
    administrator's REST session, for comments. `webhook_url`: the address for OK to call (it contains the secret);
    None: messages are polled. `post_comments`: the method OK granted for answering comments, if any. `api_url`: an
    address to call instead of OK's (the sandbox).
    """

    group_id: int
    place: str
    group_token: str | None = field(default=None, repr=False)
    session: Session | None = field(default=None, repr=False)
    webhook_url: str | None = field(default=None, repr=False)
    post_comments: str | None = None
    api_url: str | None = None
    proxy: str | None = field(default=None, repr=False)
    pace: Pace = field(default_factory=Pace)
    limits: OkLimits = field(default_factory=OkLimits)


class OkNetwork:
    """One Одноклассники group as a Network. `clock` serves only for pacing."""

    def __init__(self, access: OkAccess, clock: Clock) -> None:
        self._access = access
        self._wire = Wire(access.limits, access.api_url, access.proxy)
        pace = access.pace
        self._graph = Graph(self._wire, access.group_token) if access.group_token else None
        self._rest = Rest(self._wire, access.session) if access.session else None
        chats_pause = pace.chats_under_webhook if access.webhook_url else pace.chats
        self._chats = Chats(self._graph, chats_pause, access.webhook_url) if self._graph else None
        self._topics = None
        if self._rest is not None:
            self._topics = Topics(self._rest, access.group_id, clock, pace.topics, pace.quiet_topics)
        feeds: list[Feed] = [feed for feed in (self._chats, self._topics) if feed is not None]
        self._listener = Listener(feeds, clock, pace.wait, access.limits.together)
        self._poster = Poster(access.group_id, self._graph, self._rest, self._topics, access.post_comments)

    def __repr__(self) -> str:
        return f"OkNetwork(group_id={self._access.group_id})"

    @property
    def key(self) -> str:
        return NETWORK

    async def poll(self, position: str | None) -> Batch:
        """Return the events since `position`, of messages and comments as each reading finishes (see `Network.poll`).
        Raises PollError."""
        if not self._listener.feeds:
            raise PollError("no keys: neither messages nor comments can be read", 3600.0, operator_needed=True)
        return await self._listener.poll(position)

    def read(self, raw: str) -> Found | None:
        """Read a stored event as a message; None if it is not for us. The group's own comment is `ours` if it answers
        another comment. Raises UnreadableError."""
        return read_event(raw, self._access.group_id, self._access.place)

    def published(self, raw: str) -> Published | None:
        """Read a stored event as a publication of the group; None for other events. Raises UnreadableError."""
        return published_event(raw, self._access.group_id, self._access.place)

    def ref_of(self, link: str) -> str | None:
        """The ref of the topic behind a link, None for other links; a link to a comment leads to its topic, as OK has
        no others."""
        address = parse_link(link)
        return address.ref if address is not None else None

    async def look_after(self, refs: Sequence[str]) -> dict[str, Standing]:
        """Check whether these topics of the group and comments under them still exist; all `NotSeen` without a
        session."""
        if self._rest is None:
            return {ref: NotSeen("no session to read topics with") for ref in refs}
        comments = [ref for ref in refs if is_comment(ref)]
        topics = [ref for ref in refs if ref not in comments]
        standings = await Publications(self._rest, self._access.group_id).look_after(topics)
        return standings | await Aftercare(self._rest).look_after(comments)

    async def catch_up(self, since: datetime, posts: datetime) -> AsyncIterator[ReadBack]:
        """Yield messages and comments written since `since`, as far as the given keys allow, under topics of any age:
        OK says which have new comments. `Unread.REFUSED` for a half that OK refuses. Raises PollError if it should be
        tried again later."""
        for source in (source for source in (self._chats, self._topics) if source is not None):
            try:
                async for event in source.since(since):
                    yield event
            except PollError as error:
                if not error.operator_needed:
                    raise
                log.warning("refused after a gap", detail=error.detail)
                yield Unread.REFUSED
            except (ValueError, TypeError, KeyError) as error:
                log.warning("an answer of unknown shape after a gap", kind=type(error).__name__)
                yield Unread.REFUSED

    def limits(self, text: str, kind: Kind, files: tuple[OutFile, ...] = ()) -> list[str]:
        """The reasons, worded for the curator, why OK would reject this answer; empty if it is fine."""
        return posting.limits(text, kind, files)

    def too_long(self, text: str, kind: Kind) -> str:
        """By how much the text exceeds OK's limit, in words; "" if it fits."""
        return posting.too_long(text, kind)

    def as_shown(self, text: str) -> str:
        """The text exactly as it will be sent to OK."""
        return posting.shown(text)

    async def post(self, answer: Answer) -> Outcome:
        """Post the answer once. An answer to a comment gives `NotPosted(NO_RIGHT)`, to be published by hand, until OK
        grants a method."""
        return await self._poster.post(answer)

    async def look_up(self, answer: Answer) -> Posted | LookUpImpossible | TryLater | None:
        """Check whether the answer was posted after all; None: certainly not; TryLater: OK cannot say at the moment."""
        return await self._poster.look_up(answer)

    async def fetch_link(self, link: str) -> Found | LinkProblem:
        """Read the topic behind a pasted link; a `LinkProblem` for other links, without a session, or if it cannot be
        read."""
        address = parse_link(link)
        if address is None:
            return LinkProblem(LinkTrouble.NOT_A_LINK)
        if self._rest is None:
            return LinkProblem(LinkTrouble.NO_TOKEN)
        return await fetch_topic(self._rest, address, self._access.group_id, self._access.place)

    @property
    def may_ask(self) -> bool:
        """See AsksInPrivate."""
        return self._graph is not None

    async def check(self) -> list[Finding]:
        """Check what the keys and settings allow; return findings for the operator."""
        findings = []
        if self._graph is None:
            findings.append(checking.NO_MESSAGES)
        else:
            findings.append(await checking.check_messages(self._graph, self._access.group_id))
            if self._access.webhook_url is not None:
                findings.append(await checking.check_subscription(self._graph, self._access.webhook_url))
        if self._rest is None:
            findings.append(checking.NO_COMMENTS)
        else:
            findings.append(await checking.check_comments(self._rest))
            if self._access.post_comments is None:
                findings.append(checking.BY_HAND)
        return findings

    async def close(self) -> None:
        """Stop reading and close the connections."""
        await self._listener.close()
        await self._wire.close()
