"""The office moves to another messenger: nothing of its work is lost, and nothing is said twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.mistake import Mistake
from bot.cli.move import TOLD, announce
from bot.max.messenger import Max
from bot.messenger_side import Identity
from sandbox.max import MaxServer, MaxWorld
from tests.max_patience import MaxPatience
from tests.max_schema import Checked
from tests.stories.building import BOT_TOKEN, bot_of
from tests.stories.test_a_day import DRAFT, forwarded
from tests.stories.town import KEY, Town
from workflow.case import State

pytestmark = pytest.mark.telegrams_own("it is where the office moves from")


class Elsewhere:
    """A MAX beside the town, with the office's new bot."""

    def __init__(self, town: Town, world: MaxWorld, side: Max) -> None:
        self.world, self.side = world, side
        self.user = world.add_bot(token=BOT_TOKEN, name="Дежурный", username="okrug_bot")
        self.people = {key: world.add_person(user.first_name) for key, user in town.players.people.items()}
        self.group = world.add_group("Рабочая группа", owner=self.people["curator"])
        for key, person in self.people.items():
            if key != "curator":
                world.join(person, self.group)


@pytest.fixture
async def elsewhere(town: Town) -> AsyncIterator[Elsewhere]:
    world, checked = MaxWorld(town.clock), Checked()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(MaxServer(world, inspect=checked))
        side = Max(BOT_TOKEN, server.url, limits=MaxPatience(world.faults))
        stack.push_async_callback(side.close)
        yield Elsewhere(town, world, side)
    assert checked.wrong == []


async def test_cases_move_with_the_office_and_the_old_group_is_told_where_to(
    town: Town, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    await forwarded(town)
    who = await elsewhere.side.identity()
    assert isinstance(who, Identity)
    now = town.clock.now()
    links: dict[str, str] = {}
    for _ in range(2):  # told once, however often it is announced
        async with town.books.write(KEY) as tx:
            until = now + timedelta(days=7)
            announced = await announce(tx, elsewhere.side, who.username, town.municipality, now, until)
        links = dict(announced.links)
    assert announced.told == TOLD
    await town.settles()
    told = town.sees_in_group("Рабочая группа переезжает в MAX.")
    assert told.links == ["https://max.ru/okrug_bot"]
    old = len(town.players.in_group())
    bot = bot_of(town.players.town, town.municipality, town.books, tmp_path, side=elsewhere.side)
    await bot.start()
    world, people = elsewhere.world, elsewhere.people
    for key in ("curator", "zhkh_head"):
        world.start(people[key], elsewhere.user, links[key].partition("?start=")[2])
        await bot.settle()
        world.press(people[key], world.messages((people[key], elsewhere.user))[-1], "Да, это я")
        await bot.settle()
    world.add_bot_to_group(elsewhere.user, elsewhere.group, by=people["curator"], admin=True)
    await bot.settle()
    [question] = [m for m in world.messages(elsewhere.group) if m.buttons]
    world.press(people["curator"], question, "Сделать рабочей группой")
    await bot.settle()
    [card] = [m for m in world.messages(elsewhere.group) if "№ 1" in m.text]
    world.press(people["zhkh_head"], card, "Принять")
    await bot.settle()
    world.write(people["zhkh_head"], elsewhere.group, DRAFT, reply_to=card)
    await bot.settle()
    case = await town.case()
    assert case.state is State.ON_APPROVAL
    assert [line[0] for line in await town.journal()] == ["detect", "forward", "accept", "draft"]
    assert len(town.players.in_group()) == old, "the former group hears no more"
    async with town.books.write(KEY) as tx:
        with pytest.raises(Mistake, match="уже работает"):
            await announce(tx, elsewhere.side, who.username, town.municipality, now, now)
