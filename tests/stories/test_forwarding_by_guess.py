"""The curator's list of new messages is forwarded by the bot's guess in one confirmation, each by a command of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.rules.offices import CURATOR
from tests.stories.town import KEY, Town
from workflow.case import State
from workflow.commands import SetLocation

WRITTEN = (
    "Нет воды на Мира, 1",
    "На Садовой яма на дороге, машины не проедут",
    "Не вывозят мусор с улицы Лесной",
    "В доме по Речной, 4 нет отопления",
)


async def test_a_list_is_forwarded_by_guess_and_what_changed_meanwhile_is_left_and_named(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(settings="detection: {list_after: 1}\n")
    for words in WRITTEN:
        await town.resident_writes(words)
    listed = [message for message in town.curator.looks_at_everything() if "Новых сообщений" in message.text][-1]
    caption = next(b.text for row in listed.buttons for b in row if "по подсказке" in b.text)
    assert caption == "Направить 3 сообщения по подсказке…"
    await town.curator.presses(caption, listed)
    question = town.curator.sees("по подсказке?")
    assert [line.rpartition(" → ")[2] for line in question.text.splitlines() if "→" in line] != []
    async with town.books.write(KEY) as tx:
        await town.bot.ticker.desk.carry_out(tx, SetLocation(CURATOR, 3, "Лесная, 7"), town.clock.now(), KEY)
    pressed = await town.at_once((town.curator, "Направить", question), (town.curator, "Направить", question))
    assert pressed[1] == "На этот вопрос уже ответили."
    assert pressed[0] == "Направлено по подсказке: 2 сообщения."
    assert "Не направил: № 3." in town.curator.sees("Не направил").text
    states = [(await town.case(number)).state for number in (1, 2, 3, 4)]
    assert states == [State.NEW, State.FORWARDED, State.NEW, State.FORWARDED]
    assert [line[:2] for line in await town.journal(2)][-1] == ("forward", "curator")
    town.looks_around()
