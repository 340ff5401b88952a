"""The morning every story begins with: it is the one played by hand, and nothing of a story is in the next."""

from __future__ import annotations

import re
from pathlib import Path
from pprint import pformat

import pytest

from tests.stories.building import a_town, everybody_in
from tests.stories.morning import a_morning
from tests.stories.test_a_day import drafted
from tests.stories.town import KEY, Town


async def everything(town: Town) -> tuple[str, list[str]]:
    """What stands in the books, and all that anybody could see or the bot could have asked. VK's secret words differ."""
    sandbox = town.players.town
    telegram, vk = sandbox.telegram, sandbox.vk
    chats = [*telegram.chats.values(), *telegram.privates.values()]
    seen = [f"{m.id} {m.sender.id} {m.date} {m.text} {m.buttons}" for chat in chats for m in telegram.messages(chat)]
    rest = (
        *(telegram.users, telegram.files, telegram.presses, telegram.calls, telegram.faults.laid),
        *(account.queue for account in telegram.accounts.values()),
        *(vk.people, vk.posts, vk.all_comments, vk.all_messages, vk.files, vars(vk.faults)),
        *(queue.ts for queue in vk.queues.values()),
        *(sandbox.clock.now(), sandbox.clock.monotonic()),
    )
    told = [re.sub(r"0x[0-9a-f]+", "", pformat(part)) for part in rest]
    return re.sub(r"[0-9a-f]{40}", "", await town.everything_kept()), seen + told


async def lived_in(town: Town) -> None:
    """Whatever a story may touch is touched."""
    await drafted(town)
    town.newcomer("stranger", "Прохожий", in_group=True)
    await town.invites("zhkh_head", "code")
    await town.curator.writes("/open", photo=b"jpeg")
    sandbox = town.players.town
    sandbox.telegram.faults.add("too_many", times=9)
    sandbox.vk.faults.add("html", "longpoll", times=9)
    sandbox.vk.delete_post(town.players.post)
    town.players.resident.first_name = "Другой"
    town.players.people.pop("first_deputy")
    town.players.group.title = "Другая"
    town.players.community.events.clear()
    sandbox.telegram.demote(town.players.bot, town.players.group)
    town.clock.advance_monotonic(77)
    async with town.books.write(KEY) as tx:
        await tx.set_mark("bot_username", "another")


@pytest.mark.parametrize("regulation", ["kursky", "izobilnensky"])
async def test_nothing_of_a_story_is_in_the_next(tmp_path: Path, regulation: str) -> None:
    found = []
    for name in ("first", "second", "third"):
        async with a_morning(tmp_path / name, regulation) as town:
            found.append(await everything(town))
            people, group = set(town.players.people), town.players.group.title
            assert ("first_deputy" in people, group) == (True, "Инцидент-менеджмент")
            await lived_in(town)
            assert await everything(town) != found[-1]
    assert found[0] == found[1] == found[2]


async def test_two_stories_at_a_time_do_not_meet(tmp_path: Path) -> None:
    async with a_morning(tmp_path / "one", "kursky") as one, a_morning(tmp_path / "other", "kursky") as other:
        before = await everything(other)
        await lived_in(one)
        assert await everything(other) == before


@pytest.mark.sqlite
@pytest.mark.parametrize("regulation", ["kursky", "primorsko-akhtarsky"])
async def test_the_morning_is_the_one_played_by_hand(tmp_path: Path, regulation: str) -> None:
    async with a_town(tmp_path / "by hand", regulation) as town:
        await everybody_in(town)
        by_hand = await everything(town)
    async with a_morning(tmp_path / "begun", regulation) as town:
        assert await everything(town) == by_hand
