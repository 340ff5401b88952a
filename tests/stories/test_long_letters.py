"""However long a text is, it goes out in parts or is refused in words before anybody approves it; nothing fails at sending."""

from __future__ import annotations

import pytest

from bot.delivery.parts import shown, split
from bot.messenger import Screen
from bot.telegram.manners import SIZE
from config.russian.words import units
from sandbox.telegram.model import Message
from tests.stories.moderators import TownWith
from tests.stories.test_a_day import COMPLAINT
from tests.stories.test_citizens_in_telegram import SQUARE, Square, posted
from tests.stories.test_posting import everybody_sees_it_is_posted
from tests.stories.town import KEY, Town
from workflow.case import State
from workflow.commands import SubmitDraft
from workflow.office import Actor
from workflow.outcomes import Accepted

FAMILY = "👨‍👩‍👧‍👦"
LONG = {
    "sentences": "Воду подключили сегодня. " * 400,
    "no blanks": "ж" * 9000,
    "emoji": FAMILY * 900,
    "signs that are escaped": "<&> " * 2000,
}


def refused(town: Town) -> list[str]:
    """What the messenger would not take."""
    return [call.method for call in town.players.town.telegram.calls if not call.ok]


async def drafted(town: Town, text: str) -> None:
    """A draft of any length, as another messenger might bring it."""
    before, after = await town.case(), town.bot.afterwards
    assert after is not None
    async with town.books.write(KEY) as tx:
        command = SubmitDraft(Actor(("zhkh_head",), town.zhkh.user.id), before.id, text)
        decision = await after.desk.carry_out(tx, command, town.clock.now(), KEY)
    assert isinstance(decision, Accepted)
    town.bot.delivery.wake()
    await town.settles()


def words_of(messages: list[Message]) -> str:
    return "".join("".join(message.text.split()) for message in messages)


@pytest.mark.telegrams_own("as long as one message of it")
@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
async def test_a_long_draft_is_shown_whole_and_posted_where_it_fits(town: Town, text: str) -> None:
    comment = await town.resident_writes(f"{COMPLAINT}. {text}"[:12000])
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    await drafted(town, text)
    preview = town.curator.looks_at_everything()
    assert all(units(message.text) <= 4096 for message in preview)
    assert "".join(text.split()) in words_of(preview).replace("\u2060", "")
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    everybody_sees_it_is_posted(town)
    assert len(town.answers(comment)) == 1
    await town.curator.writes("/case 1")
    await town.curator.writes("/open")
    town.looks_around()
    assert refused(town) == []


@pytest.mark.telegrams_own("a discussion group")
async def test_what_telegram_would_not_take_is_refused_before_it_is_approved(town_with: TownWith) -> None:
    town = await town_with(**SQUARE)
    square = await Square.of(town)
    comment = await square.comments(town.newcomer("zhitel", "Житель"), COMPLAINT)
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    await drafted(town, "😀" * 2049)
    head = town.curator.sees("версия 1")
    assert "⚠️ Телеграм берёт до 4096 знаков, здесь 4098: сократите на 2." in head.text
    town.looks_around()
    assert await town.curator.presses("Согласовать", head) == (
        "Так ответ не уйдёт. Телеграм берёт до 4096 знаков, здесь 4098: сократите на 2. "
        "Пришлите текст короче ответом на проект."
    )
    assert (await town.case()).state is State.ON_APPROVAL
    await drafted(town, "😀" * 2048)
    shorter = town.curator.sees("версия 2")
    town.looks_around()
    await town.curator.presses("Согласовать", shorter)
    await town.waits(seconds=31)
    posted(town)
    assert [units(answer.text) for answer in square.answers(comment)] == [4096]
    assert refused(town) == []


@pytest.mark.telegrams_own("a discussion group")
async def test_a_wording_too_long_for_a_case_put_under_this_one_is_refused_too(town_with: TownWith) -> None:
    town = await town_with(**SQUARE)
    square = await Square.of(town)
    await town.resident_writes(COMPLAINT)
    offer = town.curator.sees("Третий день")
    await square.comments(town.newcomer("zhitel", "Житель"), "У нас на Школьной тоже воды нет")
    await town.curator.presses("ЖКХ", offer)
    town.looks_around()
    second = town.curator.can_see("Новое сообщение № 2")
    await town.curator.presses("Ещё…", second)
    await town.curator.presses("Ответить вместе с…", second)
    await town.curator.replies(town.curator.sees("Пришлите номер"), "1")
    town.looks_around()
    await drafted(town, "ж" * 5000)
    head = town.curator.sees("версия 1")
    assert "№ 2: Телеграм берёт до 4096 знаков, здесь 5000: сократите на 904." in head.text
    town.looks_around()
    assert "№ 2: Телеграм берёт" in await town.curator.presses("Согласовать", head)
    assert (await town.case()).state is State.ON_APPROVAL


def test_addresses_and_tags_count_too() -> None:
    line = '№ {} <a href="https://example.org/' + "й" * 1500 + '">открыть</a>\n'
    text = "".join(line.format(number) for number in range(60)) + "<b>а</b> " * 300
    parts = split(text, SIZE)
    assert "".join(shown(part) for part in parts) == shown(text)
    assert max(len(part.encode()) for part in parts) <= SIZE.source + 10
    assert max(part.count("<") for part in parts) <= 2 * SIZE.tags
    assert Screen(parts[0]).text.count("<a ") == parts[0].count("</a>")
