"""Read comments under the group's topics over REST: each topic with its own position and pace.

A topic with new activity is read at once, the newest topics often, the others rarely. The newest comments' digests are
stored, so that the next reading notices an edit or a deletion; an unlisted comment counts as deleted only after OK
confirms it for that comment. A hidden or slow topic does not delay the others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from networks.feeds import Clock, Fresh, Part
from networks.ok.failures import CLOSED_TO_US, GONE, poll_error, unseen
from networks.ok.published import Publications
from networks.ok.reading import digest, keep_comment, written_ms
from networks.ok.wire import Answered, Refused, Reply, Rest, Unanswered
from networks.port import LookUpImpossible, RawEvent, ReadBack, TryLater, Unread
from networks.strange import BROKEN, strange

KIND = "GROUP_TOPIC"
LISTED = 50
PAGE = 100
PAGES = 10
ALL_PAGES = 300
"""The most pages of a topic that are read when everything written during a gap is wanted: 30,000 comments."""
WATCHED = 1000
OFTEN = 10
SLOW_TOPICS = 3
CONFIRMED_AT_ONCE = 20
Json = dict[str, Any]


@dataclass
class Known:
    """What the position remembers of one topic. `activity`: the list's value for it at the last reading; `floor`:
    comments up to this moment (milliseconds) that are not in `seen` are old; `seen`: by comment id its moment, digest
    and number of edits.
    """

    activity: str = ""
    floor: int = 0
    seen: dict[str, tuple[int, str, int]] = field(default_factory=dict)

    @property
    def newest(self) -> int:
        return max((stamp for stamp, _, _ in self.seen.values()), default=self.floor)


@dataclass(frozen=True)
class Page:
    """Comments of one topic, read from the newest backwards. `whole`: the topic has no older ones; `joined`: the
    reading reached comments already known, so none between was missed.
    """

    comments: list[Json]
    whole: bool
    joined: bool


@dataclass
class Topics:
    """The feed of comments under the group's topics. `pause`: seconds between two readings of the list and of the
    newest topics; `rarely`: seconds between two readings of a topic without activity.
    """

    rest: Rest
    group_id: int
    clock: Clock
    pause: float
    rarely: float
    name: str = "topics"
    _read_at: dict[str, float] = field(default_factory=dict)

    def start_over(self) -> None:
        """Forget when each topic was read, so that the next reading covers all of them."""
        self._read_at.clear()

    async def read(self, part: Part | None) -> Fresh:
        """Read the comments and publications that came after the cursor `part`; None starts from now and returns no
        comments. Raises PollError if the list or too many topics cannot be read."""
        beginning = part is None
        floor, known = _known(part or {})
        listed = await self.listed()
        published = Publications(self.rest, self.group_id)
        items, latest = await published.read([topic for topic, _ in listed], (part or {}).get("published"))
        slow: list[Unanswered] = []
        gap = False
        for rank, (topic, activity) in enumerate(listed):
            before = known.get(topic) or Known(floor=floor)
            if not beginning and not self._is_due(topic, activity, before, rank):
                continue
            page = await self._page(topic, before, beginning)
            if isinstance(page, Unanswered):
                slow.append(page)
                if beginning or len(slow) >= SLOW_TOPICS:
                    break
                continue
            self._read_at[topic] = self.clock.monotonic()
            if page is None:
                continue
            found, after = await self._compare(topic, before, page)
            after.activity = activity
            known[topic] = after
            items += [] if beginning else found
            gap = gap or not (page.joined or page.whole or beginning)
            if len(listed) == LISTED and rank == LISTED - 1:  # unlisted topics may have news too if the last one has
                gap = gap or (not beginning and activity != before.activity)
        if slow and (beginning or (len(slow) >= SLOW_TOPICS and not items)):
            raise poll_error(slow[0])
        after_it = _part(floor, known, [topic for topic, _ in listed], beginning)
        return Fresh(items, {**after_it, **({"published": latest} if latest is not None else {})}, gap)

    async def since(self, moment: datetime) -> AsyncIterator[ReadBack]:
        """Yield the topics published and the comments written since `moment`, each topic's oldest first; None or
        `Unread.TOO_MANY` before a topic's comments. Raises PollError."""
        start, anchor = round(moment.timestamp() * 1000), ""
        for _ in range(ALL_PAGES):
            discussions, following = await self._discussions(anchor)
            active = [str(one["object_id"]) for one in discussions if not _is_quiet(one, start)]
            published, _ = await Publications(self.rest, self.group_id).read(active, {"since": start - 1})
            for _, event in published:
                yield event
            for topic in active:
                async for one in self._under(topic, start):
                    yield one
            if not following or following == anchor or (discussions and _is_quiet(discussions[-1], start)):
                return
            anchor = following
        yield Unread.TOO_MANY

    async def _under(self, topic: str, start: int) -> AsyncIterator[ReadBack]:
        page = await self._page(topic, Known(floor=start - 1), beginning=False, pages=ALL_PAGES)
        if isinstance(page, Unanswered):
            raise poll_error(page)
        yield None if page is None or page.joined or page.whole else Unread.TOO_MANY
        stamped = [(_stamp(comment), comment) for comment in (page.comments if page is not None else ())]
        for stamp, comment in sorted(stamped, key=lambda item: item[0] or start):
            if stamp is None:
                yield strange(comment)
            elif stamp >= start:
                yield keep_comment(topic, comment)

    async def listed(self) -> list[tuple[str, str]]:
        """The group's topics, the most active first, each with a text that changes when there is activity. Raises
        PollError."""
        discussions, _ = await self._discussions()
        return [(str(one["object_id"]), _activity(one)) for one in discussions]

    async def _discussions(self, anchor: str = "") -> tuple[list[Json], str]:
        """A page of the list of topics, and the anchor of the next page ("" after the last one). Raises PollError."""
        after = {"anchor": anchor} if anchor else {}
        reply = await self.rest.call("discussions.getList", category="GROUP", types=KIND, count=LISTED, **after)
        if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
            raise poll_error(reply)
        found = reply.value.get("discussions") or []
        of_the_group = [
            one
            for one in found
            if isinstance(one, dict) and str(one.get("object_id", "")).isdecimal() and self._is_of_the_group(one)
        ]
        return of_the_group, str(reply.value.get("anchor") or "") if len(found) >= LISTED else ""

    async def newest(self, topic: str) -> list[Json] | LookUpImpossible | TryLater:
        """The topic's newest comments; LookUpImpossible or TryLater if they cannot be read."""
        reply = await self._comments(topic, "LAST")
        if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
            return unseen(reply)
        return _listed_comments(reply.value)

    def _is_of_the_group(self, discussion: Json) -> bool:
        if discussion.get("object_type", KIND) != KIND:
            return False
        groups = [str(ref.get("id")) for ref in discussion.get("ref_objects") or [] if ref.get("type") == "GROUP"]
        return not groups or str(self.group_id) in groups

    def _is_due(self, topic: str, activity: str, before: Known, rank: int) -> bool:
        last = self._read_at.get(topic)
        if last is None or rank < OFTEN or activity != before.activity:
            return True
        return self.clock.monotonic() - last >= self.rarely

    async def _comments(self, topic: str, anchor: str) -> Reply:
        return await self.rest.call(
            "discussions.getComments",
            discussionId=topic,
            discussionType=KIND,
            anchor=anchor,
            direction="BACKWARD",
            count=PAGE,
            mark_as_read=False,
        )

    async def _page(
        self, topic: str, before: Known, beginning: bool, pages: int | None = None
    ) -> Page | Unanswered | None:
        """The topic's comments, from the newest back to those already known; None for a topic closed to us,
        `Unanswered` if OK does not answer. Raises PollError for any other error.
        """
        found: dict[str, Json] = {}
        anchor = "LAST"
        for _ in range(pages or PAGES):
            reply = await self._comments(topic, anchor)
            if isinstance(reply, Refused) and reply.code in CLOSED_TO_US:
                return None
            if isinstance(reply, Unanswered):
                return reply
            if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
                raise poll_error(reply)
            comments = _listed_comments(reply.value)
            count = len(found)
            found |= {str(comment["id"]): comment for comment in comments}
            following = reply.value.get("anchor")
            if len(found) == count or len(comments) < PAGE or not following or following == anchor:
                return Page(list(found.values()), whole=True, joined=True)
            if beginning or _reaches(comments, before):
                return Page(list(found.values()), whole=False, joined=True)
            anchor = str(following)
        return Page(list(found.values()), whole=False, joined=False)

    async def _compare(self, topic: str, before: Known, page: Page) -> tuple[list[tuple[int, RawEvent]], Known]:
        items: list[tuple[int, RawEvent]] = []
        after = Known(floor=before.floor, seen=dict(before.seen))
        for comment in page.comments:
            number, stamp, now = str(comment["id"]), _stamp(comment), digest(comment)
            if stamp is None:
                items.append((before.floor, strange(comment)))
                continue
            known = before.seen.get(number)
            if known is None and stamp > before.floor:
                items.append((stamp, keep_comment(topic, comment)))
            elif known is not None and known[1] != now:
                items.append((stamp, keep_comment(topic, comment, "edited", known[2] + 1)))
            edits = 0 if known is None else known[2] + (known[1] != now)
            after.seen[number] = (stamp, now, edits)
        for number in await self._gone(topic, before, page):
            stamp = after.seen.pop(number)[0]
            items.append((stamp, keep_comment(topic, {"id": number, "date_ms": stamp}, "deleted")))
        return items, after

    async def _gone(self, topic: str, before: Known, page: Page) -> list[str]:
        """The ids of known comments that no longer exist; each was confirmed by a request of its own."""
        if not page.comments and not page.whole:
            return []
        listed = {str(comment["id"]) for comment in page.comments}
        stamps = [stamp for comment in page.comments if (stamp := _stamp(comment)) is not None]
        oldest = 0 if page.whole else min(stamps, default=0)
        missing = [one for one, (stamp, _, _) in before.seen.items() if one not in listed and stamp > oldest]
        gone = []
        for number in missing[:CONFIRMED_AT_ONCE]:
            reply = await self.rest.call(
                "discussions.getComment", discussionId=topic, discussionType=KIND, comment_id=number
            )
            if isinstance(reply, Refused) and reply.code in GONE:
                gone.append(number)
        return gone


def _listed_comments(value: Json) -> list[Json]:
    """The comments in OK's answer; OK itself spells the list `commentss` in some answers."""
    listed = value.get("comments") or value.get("commentss") or []
    return [one for one in listed if isinstance(one, dict) and one.get("id")]


def _reaches(comments: Iterable[Json], before: Known) -> bool:
    return any(
        str(comment["id"]) in before.seen or ((stamp := _stamp(comment)) is not None and stamp <= before.floor)
        for comment in comments
    )


def _stamp(comment: Json) -> int | None:
    """When the comment was written, in milliseconds; None if it has no time in a known form."""
    try:
        return written_ms(comment)
    except BROKEN:
        return None


def _is_quiet(discussion: Json, since: int) -> bool:
    """Whether OK says that nothing has happened in the topic since this moment (milliseconds)."""
    last = discussion.get("last_activity_date_ms")
    return isinstance(last, int) and last < since


def _activity(discussion: Json) -> str:
    names = ("total_comments_count", "last_activity_date_ms", "last_activity_date")
    return "/".join(str(discussion[name]) for name in names if name in discussion)


# --- the position


def _known(part: Part) -> tuple[int, dict[str, Known]]:
    topics = part.get("topics") or {}
    return int(part.get("floor") or 0), {
        topic: Known(str(kept[0]), int(kept[1]), {one: (int(s[0]), str(s[1]), int(s[2])) for one, s in kept[2].items()})
        for topic, kept in topics.items()
    }


def _part(floor: int, known: dict[str, Known], listed: list[str], beginning: bool) -> Part:
    """The position to store: only listed topics and their newest `WATCHED` comments. `floor` rises, so that the dropped
    ones do not count as new later.
    """
    for topic in [topic for topic in known if topic not in listed]:
        floor = max(floor, known.pop(topic).newest)
    if beginning:
        floor = max([floor, *(one.newest for one in known.values())])
    stamps = sorted((stamp for one in known.values() for stamp, _, _ in one.seen.values()), reverse=True)
    if len(stamps) > WATCHED:
        for one in known.values():
            dropped = [number for number, (stamp, _, _) in one.seen.items() if stamp < stamps[WATCHED - 1]]
            one.floor = max([one.floor, *(one.seen.pop(number)[0] for number in dropped)])
    topics = {
        topic: [one.activity, one.floor, {n: list(s) for n, s in one.seen.items()}] for topic, one in known.items()
    }
    return {"floor": floor, "topics": topics}
