"""A link, a file or a spreadsheet that takes long: others go on, and the order of what one person sent is kept."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from bot.found.long_texts import LongTexts, here
from bot.messenger import Fetched, NotFetched
from bot.telegram.messenger import Telegram
from config.russian.judging import judge
from config.russian.morphology import words_of
from networks.apart import NotWorkedOut
from networks.port import Found, LinkProblem, LinkTrouble
from networks.silent import Silent
from sandbox.telegram.model import Press
from storage import tables as t
from tests.stories.moderators import TownWith, town_of
from tests.stories.test_a_day import COMPLAINT, DRAFT
from tests.stories.test_replies import forwarded, versions
from tests.stories.town import KEY, Town
from workflow.case import State

LINK = "https://slow.example/1"


@dataclass
class Slow(Silent):
    """A site that answers only once it is let."""

    key: str = "slow"
    let: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0

    async def fetch_link(self, link: str) -> Found | LinkProblem:
        if link == LINK:
            self.asked += 1
            await self.let.wait()
        return LinkProblem(LinkTrouble.NOT_A_LINK)


async def works(town: Town) -> None:
    """The loops of intake and reception, as long as there is something to do now."""
    came: object = 1
    while came:
        came = await town.bot.intake.once(0)
        await town.bot.reception.work()
        for task in town.bot.reception.under_way:
            await asyncio.wait([task], timeout=0)


async def press_answered(press: Press) -> None:
    while not press.answered:  # noqa: ASYNC110 - a toast is awaited by nobody here
        await asyncio.sleep(0)


async def waiting(town: Town) -> int:
    async with town.books.write(KEY) as tx:
        count = sa.select(sa.func.count()).select_from(t.inbox).where(t.inbox.c.state != "done")
        return int((await tx.connection.execute(count)).scalar_one())


async def test_a_link_that_hangs_holds_up_nobody_but_its_sender(town_with: TownWith) -> None:
    slow = Slow()
    town = await town_of(town_with, "kursky", others={"slow": slow})
    telegram = town.players.town.telegram
    card = await forwarded(town)
    slow_one = f"{LINK} {COMPLAINT}"
    telegram.write(town.curator.user, town.players.bot, slow_one)
    telegram.write(town.curator.user, town.players.bot, "Не горит фонарь на Мира, 3, вечером темно")
    await works(town)
    press = telegram.press(town.zhkh.user, card, "Принять")
    await works(town)
    assert (slow.asked, (await town.case()).state) == (1, State.IN_WORK)
    await press_answered(press)
    assert await waiting(town) == 2
    await town.bot.delivery.drain()
    town.curator.hears_nothing()
    slow.let.set()
    await town.settles()
    assert [(await town.case(number)).appeal.text[:12] for number in (2, 3)] == [slow_one[:12], "Не горит фон"]
    town.looks_around()
    assert await waiting(town) == 0


async def test_a_kill_while_a_link_hangs_loses_nothing(town_with: TownWith) -> None:
    slow = Slow()
    town = await town_of(town_with, "kursky", others={"slow": slow})
    town.players.town.telegram.write(town.curator.user, town.players.bot, f"{LINK} {COMPLAINT}")
    await works(town)
    for task in town.bot.reception.under_way:
        task.cancel()
    await asyncio.sleep(0)
    assert await waiting(town) == 1
    slow.let.set()
    await town.settles()
    town.looks_around()
    assert (slow.asked, await town.cases(), await waiting(town)) == (2, 1, 0)


async def test_where_the_processor_is_slow_a_batch_takes_one_comment(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others stay in the inbox for the next batch, so that a tap comes between."""
    players, seconds = town.players, itertools.count()
    for number in range(4):
        players.town.vk.comment(
            players.town.vk.add_person(f"Житель {number}"), players.post, f"Нет воды на Мира, {number}"
        )
    for network in town.bot.networks:
        await network.once()
    monkeypatch.setattr(type(town.bot.reception.clock), "monotonic", lambda self: float(next(seconds)))
    left = []
    for _ in range(4):
        await town.bot.reception._round()
        left.append(await waiting(town))
    assert left == [3, 2, 1, 0]
    monkeypatch.undo()
    await town.settles()
    town.looks_around()


async def test_long_texts_are_read_apart_and_nobody_waits_for_them(town: Town) -> None:
    """A comment, a message to the bot, and a draft; meanwhile a colleague is answered."""
    card, players, let, read = await forwarded(town), town.players, asyncio.Event(), list[str]()

    async def apart(content: bytes, facts: Mapping[str, object]) -> object:
        await let.wait()
        read.append(content.decode())
        return await here(content, facts)

    town.bot.reception._preparing.texts = LongTexts(apart)
    telegram, comment = players.town.telegram, f"{COMPLAINT}. {'Звоним каждый день. ' * 100}"
    players.town.vk.comment(players.resident, players.post, comment)
    for network in town.bot.networks:
        await network.once()
    telegram.write(town.curator.user, players.bot, f"{comment} Житель с Мира")
    telegram.write(town.zhkh.user, card.chat, f"{DRAFT} {'Работы идут. ' * 100}".strip(), reply_to=card)
    telegram.write(town.roads.user, players.bot, "/open")
    await works(town)
    assert (read, await waiting(town)) == ([], 3)
    let.set()
    await town.settles()
    assert sorted(len(text) for text in read) == sorted(
        [len(comment.strip()), len(f"{comment} Житель с Мира"), len(f"{DRAFT} {'Работы идут. ' * 100}".strip())]
    )
    assert await waiting(town) == 0
    town.looks_around()
    for person in (town.curator, town.zhkh, town.roads):
        person.looks_at_everything()


async def test_a_long_text_forgotten_by_a_restart_is_read_apart_before_its_card_is_drawn(town: Town) -> None:
    comment = f"{COMPLAINT}. {'Звоним каждый день. ' * 100}".strip()
    town.players.town.vk.comment(town.players.resident, town.players.post, comment)
    await town.settles()
    card = town.curator.sees("Новое сообщение № 1")
    read: list[str] = []

    async def apart(content: bytes, facts: Mapping[str, object]) -> object:
        read.append(content.decode())
        return await here(content, facts)

    town.bot.delivery._carrier.render.long = LongTexts(apart)  # type: ignore[attr-defined]
    judge.forget()
    words_of.forget()
    await town.curator.presses("Направить в Отдел ЖКХ", card)
    await town.settles()
    assert read == [comment]
    town.zhkh.sees("передано вам")
    town.looks_around()
    for person in (town.curator, town.zhkh):
        person.looks_at_everything()


async def test_a_long_text_that_nobody_could_read_is_taken_in_all_the_same(town: Town) -> None:
    async def apart(content: bytes, facts: Mapping[str, object]) -> object:
        return NotWorkedOut(False, "died")

    town.bot.reception._preparing.texts = LongTexts(apart)
    players = town.players
    players.town.vk.comment(players.resident, players.post, f"{COMPLAINT}. {'Ждём, ждём, ждём. ' * 100}")
    await town.settles()
    assert COMPLAINT in town.curator.sees("Новое сообщение № 1").text
    town.looks_around()


@pytest.mark.telegrams_own("getFile that stands still")
async def test_what_comes_about_the_case_meanwhile_waits_for_the_file(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, let, fetch = await forwarded(town), asyncio.Event(), Telegram.fetch
    await town.zhkh.presses("Принять", card)

    async def slowly(self: Telegram, remote: str) -> Fetched | NotFetched:
        await let.wait()
        return await fetch(self, remote)

    monkeypatch.setattr(Telegram, "fetch", slowly)
    telegram = town.players.town.telegram
    telegram.write(town.zhkh.user, card.chat, DRAFT, reply_to=card, photo=b"\xff\xd8 picture")
    await works(town)
    press = telegram.press(town.curator.user, card, "Вернуть")
    telegram.write(town.roads.user, town.players.bot, "/open")
    await works(town)
    assert (press.answered, await versions(town), await waiting(town)) == (False, [], 2)
    let.set()
    await town.settles()
    assert (press.answered, await versions(town), await waiting(town)) == (True, [DRAFT], 0)
    town.looks_around()
    for person in (town.curator, town.zhkh, town.roads):
        person.looks_at_everything()
