"""What communities, groups and channels publish themselves, as their networks give it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.telegram.manners import LINKS
from bot.telegram.reading import read
from handlers.channels import published as of_channel
from networks.port import Batch, Gone, NotSeen, Published, ShowsPublished, Stands, UnreadableError
from networks.vk import Watched
from networks.vk.published import formats
from tests.networks.stands import OkStand, read_back
from tests.networks.vk_town import NOON, PLACE, Town, a_town
from workflow.official.page_items import Format


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as here:
        yield here


@pytest.fixture
async def stand() -> AsyncIterator[OkStand]:
    here = OkStand()
    await here.server.start()
    yield here
    await here.close()


def published(network: ShowsPublished, batch: Batch) -> list[Published]:
    return [found for found in (network.published(item.raw) for item in batch.items) if found is not None]


# --- ВКонтакте


async def test_iz_4_a_post_of_the_own_wall_is_published_under_both_addresses_of_the_page(town: Town) -> None:
    network = town.network()
    start = (await network.poll("")).position
    post = town.vk.post(town.town, "Открыли мост", [b"photo"])
    town.vk.wall_post(town.zhitel, town.town, "Нет воды")
    town.vk.wall_post(town.zhitel, town.town, "Предложенное", suggest=True)
    batch = await network.poll(start)
    assert published(network, batch) == [
        Published(
            f"https://vk.com/wall-1001_{post.id}",
            ("https://vk.com/club1001", "https://vk.com/kursky_okrug"),
            PLACE,
            NOON,
            ("text", "photo"),
        )
    ]
    assert sorted(network.read(item.raw) is None for item in batch.items) == [False, False, True]


async def test_what_was_published_while_nobody_listened_is_read_back(town: Town) -> None:
    network = town.network()
    town.vk.clock.advance(timedelta(minutes=1))
    post = town.vk.post(town.town, "Открыли мост")
    events = await read_back(network, NOON + timedelta(seconds=30))
    [found] = published(network, Batch(tuple(events), ""))
    assert (found.link, found.pages[1]) == (f"https://vk.com/wall-1001_{post.id}", "https://vk.com/kursky_okrug")


async def test_posts_of_a_watched_page_count_though_none_of_the_words_is_in_them(town: Town) -> None:
    watched = Watched("podslushano", "Глава", pause=120)
    network = town.network(user=None, watch=(watched,), keywords=("вода",))
    position = ""
    for _ in range(3):
        position = (await network.poll(position)).position
    town.vk.clock.advance(timedelta(minutes=5))
    town.clock._monotonic += 120
    post = town.vk.post(town.other, "Открыли мост")
    town.vk.wall_post(town.zhitel, town.other, "Красивый мост")
    found: list[Published] = []
    messages: list[object] = []
    for _ in range(3):
        batch = await network.poll(position)
        found += published(network, batch)
        messages += [network.read(item.raw) for item in batch.items if network.read(item.raw) is not None]
        position = batch.position
    assert [(one.link, one.pages, one.own) for one in found] == [
        (f"https://vk.com/wall-77_{post.id}", ("https://vk.com/club77", "https://vk.com/podslushano"), False)
    ]
    assert messages == []


POST: Mapping[str, Any] = {
    "id": 5, "owner_id": -1001, "from_id": -1001, "date": 1768208400, "text": "Открыли мост", "post_type": "post",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"post_type": "postpone"}, False),
        ({"post_type": "suggest"}, False),
        ({"from_id": 555}, False),
        ({"marked_as_ads": 1}, False),
        ({"copy_history": [{"id": 1}]}, True),
        ({"copy_history": [{"id": 1}], "text": " "}, False),
        ({"is_deleted": True}, False),
    ],
)
async def test_what_of_a_wall_is_a_publication(town: Town, changes: Mapping[str, Any], counts: bool) -> None:
    event = {"type": "wall_post_new", "group_id": 1001, "object": {**POST, **changes}}
    found = town.network().published(json.dumps({"event": event, "names": {}}))
    assert (found is not None) == counts


async def test_an_event_of_unknown_shape_is_said_to_be_one(town: Town) -> None:
    event = {"type": "wall_post_new", "group_id": 1001, "object": {**POST, "date": "вчера"}}
    with pytest.raises(UnreadableError):
        town.network().published(json.dumps({"event": event}))
    assert town.network().published(json.dumps({"event": {**event, "type": "wall_reply_new"}})) is None


def test_formats_of_a_post() -> None:
    items = [
        {"type": "photo", "photo": {}},
        {"type": "photo", "photo": {}},
        {"type": "video", "video": {"live": 1}},
        {"type": "video", "video": {}},
        {"type": "poll", "poll": {}},
        {"type": "doc", "doc": {"ext": "gif"}},
        {"type": "doc", "doc": {"ext": "pdf"}},
        {"type": "unheard_of"},
    ]
    assert formats(" ", items) == ("photo", "live", "video", "polls", "animation")


# --- Одноклассники


async def test_a_groups_own_new_topic_is_published_once_and_a_citizens_is_not(stand: OkStand) -> None:
    network = stand.network()
    start = (await network.poll(None)).position
    stand.clock.advance(timedelta(minutes=1))
    topic = stand.ok.topic(stand.town, "Открыли мост")
    stand.ok.topic(stand.town, "Нет воды", author=stand.zhitel)
    batch = await network.poll(start)
    [found] = published(network, batch)
    assert (found.link, found.pages, found.formats, found.own) == (
        f"https://ok.ru/group/{stand.town.id}/topic/{topic.id}",
        (f"https://ok.ru/group/{stand.town.id}",),
        ("text",),
        True,
    )
    assert found.at == NOON + timedelta(minutes=1)
    stand.ok.comment(stand.zhitel, stand.topic, "Старая тема ожила")
    assert published(network, await network.poll(batch.position)) == []


async def test_a_topic_whose_date_could_not_be_read_is_read_with_the_next_list(stand: OkStand) -> None:
    network = stand.network()
    start = (await network.poll(None)).position
    stand.clock.advance(timedelta(minutes=1))
    topic = stand.ok.topic(stand.town, "Открыли мост")
    stand.ok.faults.add("error", "mediatopic.getByIds", code=2)
    missed = await network.poll(start)
    again = await network.poll(missed.position)
    assert (published(network, missed), [one.link for one in published(network, again)]) == (
        [],
        [f"https://ok.ru/group/{stand.town.id}/topic/{topic.id}"],
    )


async def test_whether_a_topic_is_there_still(stand: OkStand) -> None:
    network, topic = stand.network(), stand.ok.topic(stand.town, "Открыли мост")
    gone = stand.ok.topic(stand.town, "Ошиблись")
    gone.deleted = True
    refs = [f"topic/{topic.id}", f"topic/{gone.id}", "chat/C1/C1.2"]
    assert await network.look_after(refs) == {refs[0]: Stands(""), refs[1]: Gone(), refs[2]: NotSeen("not a topic")}
    stand.ok.faults.add("error", "mediatopic.getByIds", code=2)
    assert await network.look_after(refs[1:2]) == {refs[1]: NotSeen("OK does not say now")}


# --- Telegram

CHANNEL = {"id": -1001500000001, "type": "channel", "title": "Округ", "username": "Okrug"}
IN_CHANNEL: Mapping[str, Any] = {"message_id": 12, "date": 1768208400, "chat": CHANNEL, "sender_chat": CHANNEL}


def links(raw: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...], tuple[Format, ...]]]:
    for wish in of_channel(read(raw), LINKS):
        yield wish.seen.link, wish.seen.addresses, wish.seen.formats


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"text": "Мост"}, (Format.TEXT,)),
        ({"caption": "Мост", "photo": [{"file_id": "a"}]}, (Format.TEXT, Format.PHOTO)),
        ({"poll": {"question": "Куда мост?"}}, (Format.POLLS,)),
        ({"animation": {"file_id": "a"}, "document": {"file_id": "a"}}, (Format.ANIMATION,)),
        ({"new_chat_title": "Другое имя"}, None),
        ({"text": "Мост", "forward_origin": {"type": "channel", "date": 1, "message_id": 3, "chat": CHANNEL}}, None),
    ],
)
def test_what_of_a_channel_is_a_publication(more: Mapping[str, Any], expected: tuple[Format, ...] | None) -> None:
    found = list(links({"channel_post": {**IN_CHANNEL, **more}}))
    one = ("https://t.me/okrug/12", ("https://t.me/okrug",), expected)
    assert found == ([] if expected is None else [one])


def test_a_channel_without_a_name_has_no_address() -> None:
    nameless = {key: value for key, value in CHANNEL.items() if key != "username"}
    raw = {"channel_post": {**IN_CHANNEL, "chat": nameless, "sender_chat": nameless, "text": "Мост"}}
    assert list(links(raw)) == [("https://t.me/c/1500000001/12", (), (Format.TEXT,))]


def test_a_post_the_channel_passed_on_is_none_in_the_discussion_group_either() -> None:
    group = {"id": -100777, "type": "supergroup", "title": "Обсуждение"}
    telegram = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    other = {**CHANNEL, "id": -1001500000009, "username": "other"}
    message = {
        "message_id": 3, "date": 1768208400, "chat": group, "from": telegram, "sender_chat": CHANNEL, "text": "Мост",
        "is_automatic_forward": True,
    }  # fmt: skip
    own = {"type": "channel", "date": 1768208390, "message_id": 12, "chat": CHANNEL}
    assert [link for link, *_ in links({"message": {**message, "forward_origin": own}})] == ["https://t.me/okrug/12"]
    assert list(links({"message": {**message, "forward_origin": {**own, "chat": other}}})) == []
    assert list(links({"message": {**message, "forward_origin": {**own, "message_id": 13, "chat": other}}})) == []
