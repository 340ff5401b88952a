"""One item of a shape nobody knows costs itself alone: it is kept and parked, what came with it is heard, the position moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.clock import HeldClock
from networks.feeds import Fresh
from networks.ok import wire as ok_wire
from networks.ok.messages import Chats
from networks.ok.reading import read_event as read_ok
from networks.ok.topics import Topics
from networks.port import RawEvent, UnreadableError
from networks.strange import strange
from networks.vk.catching_up import CatchingUp
from networks.vk.comments import Comments
from networks.vk.learning import Learning
from networks.vk.reading import read_event as read_vk
from networks.vk.watching import MentionFeed, WallFeed, Watched
from networks.vk.wire import Answered

GROUP = 1001
NOON = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
SECONDS = int(NOON.timestamp())
BROKEN_ITEMS: tuple[Any, ...] = (
    None,
    5,
    "запись",
    [],
    {},
    {"id": 9},
    {"id": [9], "date": "вчера"},
    {"id": 9, "date": None},
)


@dataclass
class Answers:
    """A connection that has these answers by method; everything else is empty."""

    known: Mapping[str, Any]
    asked: list[str] = field(default_factory=list)

    async def call(self, method: str, seconds: float | None = None, **params: Any) -> Answered:
        self.asked.append(method)
        return Answered(self.known.get(method, {"items": []}))


@dataclass
class OkAnswers:
    known: Mapping[str, Any]

    async def call(self, method: str, **params: Any) -> ok_wire.Answered:
        return ok_wire.Answered(self.known.get(method, {}))

    async def get(self, path: str, **params: Any) -> ok_wire.Answered:
        return ok_wire.Answered(self.known.get(path, {}))


def heard(events: list[RawEvent] | tuple[RawEvent, ...], read: Any = read_vk) -> tuple[list[str], int]:
    """The texts that can be read, and how many events cannot."""
    texts, unreadable = [], 0
    for event in events:
        try:
            found = read(event.raw, GROUP, "Округ")
        except UnreadableError:
            unreadable += 1
            continue
        texts += [found.text] if found is not None else []
    return texts, unreadable


def events_of(fresh: Fresh) -> list[RawEvent]:
    return [event for _, event in fresh.items]


def post(number: int, text: str = "Нет воды") -> dict[str, Any]:
    return {"id": number, "owner_id": -77, "from_id": 5, "date": SECONDS + number, "text": text, "post_type": "post"}


def test_the_same_item_has_the_same_key_and_another_has_another() -> None:
    assert strange({"a": 1}) == strange({"a": 1})
    assert strange({"a": 1}).key != strange({"a": 2}).key
    with pytest.raises(UnreadableError):
        read_vk(strange([1]).raw, GROUP, "Округ")
    with pytest.raises(UnreadableError):
        read_ok(strange([1]).raw, GROUP, "Округ")


@pytest.mark.parametrize("broken", BROKEN_ITEMS, ids=range(len(BROKEN_ITEMS)))
async def test_a_watched_wall(broken: Any) -> None:
    lane = Answers({"wall.get": {"items": [post(3), broken, post(4)]}})
    feed = WallFeed(lane, Watched(-77, "Подслушано"), GROUP, lambda text: True)  # type: ignore[arg-type]
    fresh = await feed.read({"since": SECONDS, "posts": {}})
    assert heard(events_of(fresh)) == (["Нет воды", "Нет воды"], 1)
    assert fresh.part["since"] == SECONDS + 4
    again = await feed.read(fresh.part)
    assert {event.key for event in events_of(again)} <= {event.key for event in events_of(fresh)}


@pytest.mark.parametrize("broken", BROKEN_ITEMS[4:], ids=range(len(BROKEN_ITEMS[4:])))
async def test_comments_under_a_watched_post(broken: Any) -> None:
    comments = [{"id": 8, "from_id": 5, "date": SECONDS + 9, "text": "и у нас"}, broken]
    wall = {"items": [{**post(3), "comments": {"count": 2}}]}
    lane = Answers({"wall.get": wall, "wall.getComments": {"items": comments}})
    feed = WallFeed(lane, Watched(-77, "Подслушано"), GROUP, lambda text: True)  # type: ignore[arg-type]
    texts, _ = heard(events_of(await feed.read({"since": SECONDS, "posts": {}})))
    assert "Нет воды" in texts or "и у нас" in texts


@pytest.mark.parametrize("broken", BROKEN_ITEMS, ids=range(len(BROKEN_ITEMS)))
async def test_mentions(broken: Any) -> None:
    lane = Answers({"newsfeed.getMentions": {"items": [broken, post(3)]}})
    fresh = await MentionFeed(lane, GROUP).read({"since": SECONDS})  # type: ignore[arg-type]
    assert heard(events_of(fresh)) == (["Нет воды"], 1)
    assert fresh.part["since"] == SECONDS + 3


@pytest.mark.parametrize(
    "broken", [*BROKEN_ITEMS, {"type": "message_reply", "object": {"from_id": -GROUP, "peer_id": []}}, {"type": []}]
)
async def test_the_long_poll(broken: Any) -> None:
    good = {"type": "wall_post_new", "event_id": "e1", "group_id": GROUP, "object": post(3)}
    learning = Learning(Answers({"users.get": [{"id": []}]}), GROUP, 1.0)  # type: ignore[arg-type]
    events = await learning.kept([broken, good])
    texts, unreadable = heard(events)
    assert (texts, len(events)) == (["Нет воды"], 2)
    assert unreadable <= 1


@pytest.mark.parametrize("broken", BROKEN_ITEMS, ids=range(len(BROKEN_ITEMS)))
async def test_catching_up(broken: Any) -> None:
    lane: Any = Answers({
        "wall.get": {"items": [broken, post(3)]},
        "messages.getConversations": {
            "items": [{"conversation": {"peer": {"id": 5}}, "last_message": {"date": SECONDS + 1}}]
        },
        "messages.getHistory": {
            "items": [broken, {"id": 4, "peer_id": 5, "from_id": 5, "date": SECONDS, "text": "Лично"}]
        },
    })  # fmt: skip

    async def no_screen() -> None:
        return None

    caught = CatchingUp(Comments(lane, lane), lane, GROUP, no_screen).since(NOON, NOON)
    assert heard([one async for one in caught if isinstance(one, RawEvent)]) == (["Нет воды", "Лично"], 2)


@pytest.mark.parametrize("broken", BROKEN_ITEMS[5:], ids=range(len(BROKEN_ITEMS[5:])))
async def test_comments_of_ok(broken: Any) -> None:
    comments = [broken, {"id": "c2", "date_ms": SECONDS * 1000 + 5, "text": "Нет воды", "author_id": "5"}]
    rest: Any = OkAnswers({
        "discussions.getList": {"discussions": [{"object_id": "70"}]},
        "discussions.getComments": {"comments": comments},
        "mediatopic.getByIds": {"media_topics": [{"id": "70", "created_ms": "никогда"}]},
    })  # fmt: skip
    topics = Topics(rest, GROUP, HeldClock(NOON), 1.0, 1.0)
    part = {"floor": SECONDS * 1000, "topics": {}, "published": {"since": 1, "topics": []}}
    fresh = await topics.read(part)
    texts, unreadable = heard(events_of(fresh), read_ok)
    assert texts == ["Нет воды"]
    assert unreadable == 2
    later = [one async for one in topics.since(NOON) if isinstance(one, RawEvent)]
    assert heard(later, read_ok)[0] == ["Нет воды"]


async def test_chats_of_ok() -> None:
    body = {
        "sender": {"user_id": "user:5", "name": "Житель"},
        "recipient": {"chat_id": "chat:C1"},
        "message": {"mid": "m1", "text": "Нет воды"},
        "timestamp": SECONDS * 1000,
    }
    chats = [
        None,
        {"chat_id": "chat:C0", "lastEventTime": "вчера"},
        {"chat_id": "chat:C1", "lastEventTime": SECONDS * 1000},
    ]
    graph: Any = OkAnswers({
        "me/chats": {"chats": chats},
        "chat:C1/messages": {"messages": [{"message": {"mid": "m0"}}, 5, body]},
    })  # fmt: skip
    fresh = await Chats(graph, 1.0).read({"at": 1, "known": {}})
    assert heard(events_of(fresh), read_ok) == (["Нет воды"], 0)
    assert fresh.part["at"] == SECONDS * 1000
