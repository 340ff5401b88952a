"""Read the topics that the group itself has published: each new topic of the list is fetched once by its number.

OK tells a topic's time and author only by number. The cursor is the time of the newest topic seen; a topic that leaves
the list and returns is older than that, so it does not count as new again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from config import washing
from networks.ok.addresses import TopicAddress
from networks.ok.reading import author_ref, bare, written_ms
from networks.ok.wire import Answered, Rest
from networks.port import Gone, NotSeen, Published, RawEvent, Standing, Stands, UnreadableError
from networks.strange import BROKEN, strange

KIND = "topic"
AT_ONCE = 50
FORMATS = {
    "text": "text", "photo": "photo", "movie": "video", "movie-reshare": "video", "video": "video", "poll": "polls",
}  # fmt: skip
PASSED_ON = frozenset({"topic", "movie-reshare", "photo-reshare", "reshare"})
Json = Mapping[str, Any]
Part = dict[str, Any]
Timed = tuple[int, RawEvent]


@dataclass(frozen=True)
class Publications:
    """Reads the group's own topics over REST. A failed reading is repeated with the next list."""

    rest: Rest
    group_id: int

    async def read(self, listed: Sequence[str], part: Part | None) -> tuple[list[Timed], Part | None]:
        """Read the group's own topics newer than the cursor `part` as events to store, and return them with the cursor
        after them; None starts from now and returns no events. If OK does not answer, the cursor stays as it is."""
        since, known = int((part or {}).get("since", 0)), set((part or {}).get("topics", ()))
        fresh = [topic for topic in listed if topic not in known][:AT_ONCE]
        topics = await self.by_number(fresh) if fresh else []
        if topics is None:
            return [], part
        found: list[Timed] = []
        latest = since
        for topic in topics:
            try:
                stamp = written_ms(topic)
                found += [(stamp, keep_topic(topic))] if stamp > since and self._is_own(topic) else []
                latest = max(latest, stamp)
            except BROKEN:
                found.append((since, strange(topic)))
        after = {"since": latest, "topics": list(listed)}
        return ([] if part is None else found), after

    async def by_number(self, topics: Sequence[str]) -> list[Json] | None:
        """Fetch these topics; those that do not exist are left out. None if OK does not answer now."""
        reply = await self.rest.call("mediatopic.getByIds", topic_ids=",".join(topics), media_limit=10)
        if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
            return None
        return [one for one in reply.value.get("media_topics") or [] if isinstance(one, dict) and one.get("id")]

    async def look_after(self, refs: Sequence[str]) -> dict[str, Standing]:
        """Check whether the topics still exist; other refs, and all if OK does not answer, are `NotSeen`. The text is
        not read."""
        numbers = {ref: ref.removeprefix("topic/") for ref in refs if ref.removeprefix("topic/").isdecimal()}
        standings: dict[str, Standing] = {ref: NotSeen("not a topic") for ref in refs if ref not in numbers}
        wanted = list(numbers)
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            topics = await self.by_number([numbers[ref] for ref in part])
            there = {str(topic["id"]) for topic in topics or []}
            for ref in part:
                gone: Standing = Gone() if topics is not None else NotSeen("OK does not say now")
                standings[ref] = Stands("") if numbers[ref] in there else gone
        return standings

    def _is_own(self, topic: Json) -> bool:
        return bare(author_ref(topic)) == str(self.group_id)


def keep_topic(topic: Json) -> RawEvent:
    """Wrap a topic of the group as an event to store."""
    address = TopicAddress(str(topic["id"]))
    return RawEvent(f"{address.ref}:published", json.dumps({"kind": KIND, "body": topic}, ensure_ascii=False))


def published_event(raw: str, group_id: int, place: str) -> Published | None:
    """Read a stored event as a publication of the group; None for other events and for reshares without the group's own
    text. Raises UnreadableError."""
    try:
        kept = washing.loads(raw)
        if kept["kind"] != KIND:
            return None
        topic = kept["body"]
        media = [one for one in topic.get("media") or [] if isinstance(one, dict)]
        kinds = [str(one.get("type", "")).lower() for one in media]
        said = any(
            kind == "text" and str(one.get("text") or "").strip() for kind, one in zip(kinds, media, strict=True)
        )
        if not said and set(kinds) & PASSED_ON:
            return None
        formats = dict.fromkeys(FORMATS[kind] for kind in kinds if kind in FORMATS)
        return Published(
            link=TopicAddress(str(topic["id"])).link(group_id),
            pages=(f"https://ok.ru/group/{group_id}",),
            place=place,
            at=datetime.fromtimestamp(written_ms(topic) / 1000, UTC),
            formats=tuple(formats),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError) as error:
        broken = type(error).__name__
    raise UnreadableError(f"an OK event of unknown shape: {broken}")
