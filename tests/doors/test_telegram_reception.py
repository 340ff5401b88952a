"""Asking Telegram: who we are, what came in (raw), what we may, files; every trouble is a value."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.messenger import Fetched, Membership, NotFetched
from bot.messenger_side import Conflict, Identity, Menu, NotNow, Polled, Right, Rights, Unauthorised
from bot.telegram.messenger import Telegram
from tests.doors.sorting_room import Room, a_room
from tests.telegram_patience import TelegramPatience


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path) as room:
        room.world.account(room.bot).queue.clear()
        yield room


@pytest.fixture
async def stranger(room: Room) -> AsyncIterator[Telegram]:
    telegram = Telegram("1:AAwrong", room.server.url, limits=TelegramPatience(room.world.faults))
    yield telegram
    await telegram.close()


async def test_it_knows_who_it_is(room: Room):
    assert await room.telegram.identity() == Identity(room.bot.id, "dezhurny_bot", "Дежурный")


async def test_updates_come_raw_and_are_acknowledged_by_the_next_position(room: Room):
    for text in ("раз", "два"):
        room.world.write(room.anna, room.group, text)
    first = await room.telegram.poll(None, 0)
    assert isinstance(first, Polled)
    assert [room.telegram.read(raw).text for _, raw in first.items] == ["раз", "два"]
    again = await room.telegram.poll(None, 0)
    assert again == first
    assert await room.telegram.poll(first.position, 0) == Polled((), first.position)
    assert await room.telegram.poll(None, 0) == Polled(())


async def test_an_update_the_library_could_not_read_comes_all_the_same(room: Room):
    account = room.world.account(room.bot)
    account.push("message", {"forward_origin": {"type": "from_the_future"}}, room.clock.now())
    polled = await room.telegram.poll(None, 0)
    assert isinstance(polled, Polled)
    [(_, raw)] = polled.items
    assert json.loads(raw)["message"] == {"forward_origin": {"type": "from_the_future"}}


async def test_a_second_copy_is_told_apart(room: Room):
    room.world.faults.add("conflict")
    assert await room.telegram.poll(None, 0) == Conflict()


@pytest.mark.parametrize("fault", ["reset_before", "server_error", "bad_gateway_html", "too_many"])
async def test_trouble_while_polling_is_for_later(room: Room, fault: str):
    room.world.faults.add(fault, "getUpdates")  # type: ignore[arg-type]
    answer = await room.telegram.poll(None, 0)
    assert isinstance(answer, NotNow)
    assert answer.seconds == (5.0 if fault == "too_many" else 3.0)


async def test_nobody_listening_is_for_later(room: Room):
    await room.server.stop()
    assert await room.telegram.identity() == NotNow(3.0, "ClientConnectorError")
    assert await room.telegram.poll(None, 0) == NotNow(3.0, "ClientConnectorError")
    assert await room.telegram.membership(room.group.id, room.anna.id) is None


async def test_a_wrong_token_is_told_apart(room: Room, stranger: Telegram):
    assert await stranger.identity() == Unauthorised()
    assert await stranger.poll(None, 0) == Unauthorised()
    assert await stranger.rights(room.group.id) == Unauthorised()


async def test_what_it_may_in_a_chat(room: Room):
    title = "Инцидент-менеджмент"
    assert await room.telegram.rights(room.group.id) == Rights(True, True, title)
    room.world.promote(room.bot, room.group, lacks=frozenset({"can_restrict_members"}))
    fewer = Rights(True, True, title, False, frozenset({Right.BAN}))
    assert await room.telegram.rights(room.group.id) == fewer
    room.world.demote(room.bot, room.group)
    assert await room.telegram.rights(room.group.id) == Rights(True, False, title)
    room.world.leave(room.bot, room.group)
    assert await room.telegram.rights(room.group.id) == Rights(here=False)
    assert await room.telegram.rights(-100404) == Rights(here=False)


async def test_who_is_in_the_group(room: Room):
    stranger = room.world.add_person("Кто-то")
    seen = [await room.telegram.membership(room.group.id, p.id) for p in (room.anna, room.boris, stranger)]
    assert seen == [Membership.ADMIN, Membership.MEMBER, Membership.OUTSIDE]
    room.world.leave(room.boris, room.group)
    assert await room.telegram.membership(room.group.id, room.boris.id) is Membership.OUTSIDE


async def test_a_file_is_fetched(room: Room):
    room.world.write(room.anna, room.group, document=("акт.pdf", b"pdf bytes"))
    polled = await room.telegram.poll(None, 0)
    assert isinstance(polled, Polled)
    [file] = room.telegram.read(polled.items[0][1]).files
    assert await room.telegram.fetch(file.remote) == Fetched(b"pdf bytes")


async def test_a_file_too_big_for_bots_is_said(room: Room):
    room.world.write(room.anna, room.group, document=("видео.mov", bytes(20 * 1024 * 1024 + 1)))
    polled = await room.telegram.poll(None, 0)
    assert isinstance(polled, Polled)
    [file] = room.telegram.read(polled.items[0][1]).files
    assert await room.telegram.fetch(file.remote) == NotFetched("too big", too_big=True, for_good=True)


async def test_a_file_that_is_not_there_and_one_that_is_not_there_now(room: Room):
    assert await room.telegram.fetch("нет такого") == NotFetched("refused", for_good=True)
    room.world.faults.add("bad_gateway_html", "getFile")
    assert await room.telegram.fetch("x") == NotFetched("no answer that can be used")


async def test_menus_are_set_by_scope(room: Room):
    menus = [
        Menu((("mine", "Мои обращения"),), "private"),
        Menu((("open", "Открытые"),), "member", room.group.id, room.anna.id),
        Menu((("help", "Помощь"),), "chat", room.group.id),
        Menu((("Плохо", "Не команда"),)),
    ]
    failed = await room.telegram.set_menus(menus)
    assert [line.split(":")[0] for line in failed] == ["default 0"]
    assert sorted(len(commands) for commands in room.world.account(room.bot).commands.values()) == [1, 1, 1]
