"""The curator's list of new messages is forwarded by the bot's guess in one confirmation, each by a command of its own."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import sqlalchemy as sa

from storage import tables
from tests.rules.offices import CURATOR
from tests.stories.town import KEY, Town
from workflow.case import State
from workflow.commands import Entry, SetLocation
from workflow.office import CLOCK
from workflow.terms.alarms import AlarmKind

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
    number = next(b.text for row in listed.buttons for b in row if "3" in b.text)
    await town.curator.presses(number, listed)
    async with town.books.write(KEY) as tx:
        lines = [(one["who"], one["details"]) for one in await tx.audit.lines() if one["action"] == "looked"]
    assert lines == [("curator", {"kind": "new"}), ("curator", {"kind": "offer", "case": "3"})]
    town.looks_around()


async def _is_guessed(town: Town, number: int, department: str) -> None:
    """The bot's guess for this message is another one, as it was read from an earlier file."""
    case, now = await town.case(number), town.clock.now()
    guessed = replace(case, suggested=department, version=case.version + 1)
    async with town.books.write(KEY) as tx:
        entry = Entry(AlarmKind.LAPSE, now, CLOCK.machine, None, case.state, case.state, ())
        assert await tx.save(case, guessed, entry)


async def test_what_has_no_guess_and_whose_department_is_gone_from_the_file_stays_and_is_named(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(settings="detection: {list_after: 1}\n")
    for words in WRITTEN:
        await town.resident_writes(words)
    listed = [message for message in town.curator.looks_at_everything() if "Новых сообщений" in message.text][-1]
    await _is_guessed(town, 4, "abolished")
    caption = next(b.text for row in listed.buttons for b in row if "по подсказке" in b.text)
    await town.curator.presses(caption, listed)
    question = town.curator.sees("Направить 2 сообщения по подсказке?")
    assert question.text.splitlines()[-1] == "Без подсказки, остаются в списке: № 4"
    asked = tables.questions.c
    async with town.books.write(KEY) as tx:
        rows = await tx.connection.execute(sa.select(asked.id, asked.body).where(asked.kind == "forward_guessed"))
        number, body = rows.one()
        first, second = json.loads(body)["rows"]
        gone = {**json.loads(body), "rows": [first, {**second, "department": "abolished"}]}
        await tx.connection.execute(sa.update(tables.questions).where(asked.id == number).values(body=json.dumps(gone)))
    assert await town.curator.presses("Направить", question) == "Направлено по подсказке: 1 сообщение."
    assert "Не направил: № 3." in town.curator.sees("отдела больше нет").text
    states = [(await town.case(number)).state for number in (2, 3, 4)]
    assert states == [State.FORWARDED, State.NEW, State.NEW]
    town.looks_around()
