"""Listening to VK against the sandbox over HTTP: nothing is lost, nothing of ours comes back, trouble is named."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from networks.port import Answer, Batch, Found, PollError, Posted, RawEvent, Unread
from networks.vk import VkAccess, VkNetwork
from sandbox.clock import SandboxClock
from sandbox.vk.model import Community, Post, VkUser
from sandbox.vk.server import VkServer
from sandbox.vk.world import VkWorld
from tests.networks.stands import read_back
from tests.patience import PATIENT, NothingOrdered, Orders, VkPatience

NOON = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
PLACE = "Администрация округа"
TOKEN, SERVICE = "vk1.a.community", "service-token"


@dataclass
class Place:
    """A town with one community, one citizen and one post, and a server in front of it."""

    vk: VkWorld
    server: VkServer
    town: Community
    zhitel: VkUser
    post: Post
    open_networks: list[VkNetwork]

    def network(
        self, wait: int = 0, token: str = TOKEN, service: str | None = SERVICE, orders: Orders | None = None
    ) -> VkNetwork:
        limits = VkPatience(orders or self.vk.faults)
        access = VkAccess(1001, PLACE, token, service_token=service, api_url=self.server.url, wait=wait, limits=limits)
        self.open_networks.append(VkNetwork(access))
        return self.open_networks[-1]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    vk = VkWorld(SandboxClock(frozen_at=NOON))
    town = vk.add_community("Администрация округа", 1001, TOKEN, SERVICE)
    zhitel = vk.add_person("Житель", "Округа")
    post = vk.post(town, "График приёма")
    server = VkServer(vk)
    await server.start()
    here = Place(vk, server, town, zhitel, post, [])
    yield here
    for network in here.open_networks:
        await network.close()
    await server.stop()


def found(network: VkNetwork, batch: Batch) -> list[Found]:
    return [message for message in (network.read(item.raw) for item in batch.items) if message is not None]


async def test_the_first_poll_only_says_where_to_begin(place: Place) -> None:
    network = place.network(wait=25)
    batch = await network.poll(None)
    place.vk.comment(place.zhitel, place.post, "Нет воды")
    later = await network.poll(batch.position)
    assert (batch.items, batch.gap) == ((), False)
    assert [(m.text, m.author_name, m.place, m.written_at) for m in found(network, later)] == [
        ("Нет воды", "Житель Округа", "Администрация округа", NOON)
    ]


async def test_a_waiting_poll_wakes_at_once(place: Place) -> None:
    network = place.network(wait=25)
    start = (await network.poll("")).position
    waiting = asyncio.create_task(network.poll(start))
    await asyncio.wait_for(place.vk.queues[1001].somebody_waits(), PATIENT)
    comment = place.vk.comment(place.zhitel, place.post, "Нет воды")
    batch = await asyncio.wait_for(waiting, PATIENT)
    assert [m.link for m in found(network, batch)] == [comment.url]


async def test_polling_acknowledges_nothing(place: Place) -> None:
    network = place.network()
    start = (await network.poll(None)).position
    place.vk.comment(place.zhitel, place.post, "первый")
    place.vk.message(place.zhitel, place.town, "второй")
    once = await network.poll(start)
    again = await network.poll(start)
    after = await network.poll(once.position)
    assert [m.text for m in found(network, once)] == ["первый", "второй"]
    assert again == once
    assert after == Batch((), once.position)


async def test_a_restart_from_a_kept_position_loses_nothing(place: Place) -> None:
    before = place.network()
    kept = (await before.poll(None)).position
    place.vk.comment(place.zhitel, place.post, "первый")
    kept = (await before.poll(kept)).position
    await before.close()
    place.vk.comment(place.zhitel, place.post, "пока нас не было")
    place.vk.wall_post(place.zhitel, place.town, "запись, пока нас не было")
    after = place.network()
    batch = await after.poll(kept)
    assert [m.text for m in found(after, batch)] == ["пока нас не было", "запись, пока нас не было"]
    assert batch.gap is False


async def test_our_own_words_come_as_ours(place: Place) -> None:
    network = place.network()
    start = (await network.poll(None)).position
    comment = place.vk.comment(place.zhitel, place.post, "Нет воды")
    first = found(network, await network.poll(start))[0]
    outcome = await network.post(Answer(first.ref, "comment", "Подвоз сегодня", (), "attempt-1"))
    place.vk.post(place.town, "Ещё запись")
    place.vk.comment(place.town, place.post, "Рукой редактора")
    batch = await network.poll(start)
    assert isinstance(outcome, Posted)
    assert len(batch.items) == 4
    came = found(network, batch)
    assert [m.text for m in came if not m.ours] == [comment.text]
    assert [(m.text, m.reply_to) for m in came if m.ours] == [
        ("Подвоз сегодня", first.ref), ("Рукой редактора", f"wall-1001_{place.post.id}"),
    ]  # fmt: skip
    assert came[1].ref == outcome.ref


async def test_a_slow_posting_holds_no_poll(place: Place) -> None:
    network = place.network(orders=NothingOrdered())
    start = (await network.poll(None)).position
    place.vk.faults.add("timeout_before", "wall.createComment")
    comment = place.vk.comment(place.zhitel, place.post, "Нет воды")
    posting = asyncio.create_task(
        network.post(Answer(f"wall-1001_{place.post.id}?reply={comment.id}", "comment", "Ответ", (), "attempt-1"))
    )
    await asyncio.sleep(0)
    batch = await network.poll(start)
    assert posting.done() is False
    assert [m.text for m in found(network, batch)] == ["Нет воды"]
    await place.server.stop()
    await posting


@pytest.mark.parametrize(("code", "gap", "texts"), [(1, True, []), (2, False, ["Нет воды"]), (3, True, [])])
async def test_failed_answers_of_the_long_poll(place: Place, code: int, gap: bool, texts: list[str]) -> None:
    network = place.network()
    start = (await network.poll(None)).position
    place.vk.comment(place.zhitel, place.post, "Нет воды")
    place.vk.faults.add("longpoll_failed", code=code)
    batch = await network.poll(start)
    place.vk.comment(place.zhitel, place.post, "после сбоя")
    after = await network.poll(batch.position)
    assert (batch.gap, [m.text for m in found(network, batch)]) == (gap, texts)
    assert ([m.text for m in found(network, after)], after.gap) == (["после сбоя"], False)


async def test_after_a_gap_reading_finds_what_was_missed(place: Place) -> None:
    network = place.network()
    old = place.vk.comment(place.zhitel, place.post, "старый")
    start = (await network.poll(None)).position
    place.vk.clock.advance(timedelta(hours=1))
    missed = place.vk.comment(place.zhitel, place.post, "пропущенный")
    place.vk.comment(place.zhitel, place.post, "в ветке", reply_to=old)
    place.vk.comment(place.town, place.post, "наш ответ", reply_to=missed)
    place.vk.wall_post(place.zhitel, place.town, "запись")
    polled = await network.poll(start)
    place.vk.faults.add("ts_lost")
    lost = await network.poll(start)
    read = await read_back(network, NOON + timedelta(minutes=30))
    assert lost.gap is True
    caught = found(network, Batch(tuple(read), ""))
    assert sorted(caught, key=lambda m: m.ref) == sorted(found(network, polled), key=lambda m: m.ref)
    assert sorted(m.text for m in caught if not m.ours) == ["в ветке", "запись", "пропущенный"]


async def test_after_a_gap_everything_under_a_post_is_read_and_not_the_newest_five_hundred(place: Place) -> None:
    network = place.network()
    head = place.vk.comment(place.zhitel, place.post, "старый")
    place.vk.clock.advance(timedelta(hours=1))
    for number in range(510):
        place.vk.comment(place.zhitel, place.post, f"{number}")
    for number in range(120):
        place.vk.comment(place.zhitel, place.post, f"в ветке {number}", reply_to=head)
    for number in range(205):
        place.vk.message(place.zhitel, place.town, f"лично {number}")
    read = await read_back(network, NOON + timedelta(minutes=30))
    texts = [m.text for m in found(network, Batch(tuple(read), ""))]
    assert (len(texts), len(set(texts))) == (835, 835)


async def test_one_hidden_post_does_not_hide_the_others(place: Place) -> None:
    place.vk.comment(place.zhitel, place.post, "видно")
    place.vk.comment(place.zhitel, place.vk.post(place.town, "Другая запись"), "не видно")
    network = place.network()
    place.vk.faults.add("error", "wall.getComments", code=15)
    hidden = await read_back(network, NOON)
    assert [m.text for m in found(network, Batch(tuple(hidden), ""))] == ["не видно"]


async def test_a_source_that_refuses_us_is_named_and_the_others_are_read(place: Place) -> None:
    place.vk.comment(place.zhitel, place.post, "не видно")
    place.vk.message(place.zhitel, place.town, "лично")
    network = place.network()
    place.vk.faults.add("error", "wall.getComments", code=5)
    events = [one async for one in network.catch_up(NOON, NOON)]
    read = [one for one in events if isinstance(one, RawEvent)]
    assert (Unread.REFUSED in events, [m.text for m in found(network, Batch(tuple(read), ""))]) == (True, ["лично"])


async def test_a_reading_that_breaks_off_is_begun_again_later(place: Place) -> None:
    place.vk.comment(place.zhitel, place.post, "видно")
    network = place.network()
    place.vk.faults.add("error", "wall.getComments", code=10)
    with pytest.raises(PollError):
        await read_back(network, NOON)
    assert [m.text for m in found(network, Batch(tuple(await read_back(network, NOON)), ""))] == ["видно"]


async def test_after_a_gap_more_posts_are_read_than_one_answer_holds_and_old_ones_are_named(place: Place) -> None:
    network, old = place.network(), place.post
    place.vk.clock.advance(timedelta(days=40))
    posts = [place.vk.post(place.town, f"Запись {number}") for number in range(130)]
    place.vk.comment(place.zhitel, posts[-1], "под новой")
    place.vk.comment(place.zhitel, posts[0], "под первой из новых")
    place.vk.comment(place.zhitel, old, "под старой")
    since = place.vk.clock.now() - timedelta(hours=1)
    events = [one async for one in network.catch_up(since, since - timedelta(days=30))]
    texts = [m.text for m in found(network, Batch(tuple(one for one in events if isinstance(one, RawEvent)), ""))]
    assert (Unread.OLD_POSTS in events, sorted(texts)) == (True, ["под новой", "под первой из новых"])


async def test_the_pinned_post_is_read_back_however_old_it_is(place: Place) -> None:
    network, old = place.network(), place.post
    old.pinned = True
    place.vk.clock.advance(timedelta(days=40))
    for number in range(100):
        place.vk.post(place.town, f"Запись {number}")
    place.vk.comment(place.zhitel, old, "под закреплённой")
    since = place.vk.clock.now() - timedelta(hours=1)
    events = [one async for one in network.catch_up(since, since - timedelta(days=30))]
    texts = [m.text for m in found(network, Batch(tuple(one for one in events if isinstance(one, RawEvent)), ""))]
    assert (Unread.OLD_POSTS in events, texts) == (False, ["под закреплённой"])


async def test_without_a_service_token_only_private_messages_are_read_back(place: Place) -> None:
    place.vk.message(place.zhitel, place.town, "лично")
    events = [one async for one in place.network(service=None).catch_up(NOON, NOON)]
    assert (events[0], sum(isinstance(one, RawEvent) for one in events)) == (Unread.NO_KEY, 1)


@pytest.mark.parametrize("kind", ["timeout_before", "reset_before", "reset_after", "server_error", "html"])
@pytest.mark.parametrize("method", ["groups.getLongPollServer", "longpoll"])
async def test_a_broken_connection_moves_nothing(place: Place, kind: str, method: str) -> None:
    network = place.network()
    start = (await network.poll(None)).position
    place.vk.comment(place.zhitel, place.post, "Нет воды")
    if method == "groups.getLongPollServer":
        network = place.network()
    place.vk.faults.add(kind, method)  # type: ignore[arg-type]
    with pytest.raises(PollError) as caught:
        await network.poll(start)
    assert caught.value.operator_needed is False
    assert [m.text for m in found(network, await place.network().poll(start))] == ["Нет воды"]


@pytest.mark.parametrize("code", [5, 14, 15, 27, 100])
async def test_what_waiting_does_not_help_with_is_said(place: Place, code: int) -> None:
    network = place.network()
    place.vk.faults.add("error", "groups.getLongPollServer", code=code)
    with pytest.raises(PollError) as caught:
        await network.poll(None)
    assert caught.value.operator_needed is True


@pytest.mark.parametrize(("code", "times", "seconds"), [(6, 3, 5.0), (9, 1, 60.0), (10, 1, 30.0)])
async def test_what_passes_is_waited_for_and_loses_nothing(place: Place, code: int, times: int, seconds: float) -> None:
    network = place.network()
    start = (await network.poll(None)).position
    place.vk.comment(place.zhitel, place.post, "Нет воды")
    network = place.network()
    place.vk.faults.add("error", "groups.getLongPollServer", times=times, code=code)
    with pytest.raises(PollError) as caught:
        await network.poll(start)
    assert caught.value.seconds == pytest.approx(seconds, abs=1)
    assert caught.value.operator_needed is False
    assert [m.text for m in found(network, await place.network().poll(start))] == ["Нет воды"]


async def test_names_that_do_not_come_do_not_hold_events(place: Place) -> None:
    network = place.network()
    start = (await network.poll(None)).position
    place.vk.faults.add("error", "users.get", code=10)
    place.vk.comment(place.zhitel, place.post, "раз")
    nameless = await network.poll(start)
    place.vk.comment(place.zhitel, place.post, "два")
    named = await network.poll(nameless.position)
    again = await network.poll(nameless.position)
    assert [m.author_name for m in found(network, nameless)] == ["Житель"]
    assert [m.author_name for m in found(network, named)] == ["Житель Округа"]
    assert again == named
    assert [c.method for c in place.vk.calls].count("users.get") == 2


async def test_another_community_has_a_name_too(place: Place) -> None:
    other = place.vk.add_community("Подслушано", 77, "vk1.a.other")
    network = place.network()
    start = (await network.poll(None)).position
    place.vk.comment(other, place.post, "Тоже нет воды")
    assert [(m.author_name, m.author_ref) for m in found(network, await network.poll(start))] == [
        ("Подслушано", "club77")
    ]
