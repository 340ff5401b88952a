"""Whatever stands first in a queue: the loop that takes it goes on, the others are done, and what was given up is not silent."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.cases.afterwards import Afterwards
from bot.found.finding import Finding
from bot.notices.gathering import Gathering
from storage import tables as t
from tests.stories.test_a_day import COMPLAINT
from tests.stories.test_afterwards import answered
from tests.stories.test_import_in_chat import export, imports
from tests.stories.test_replies import forwarded
from tests.stories.town import KEY, Town
from workflow.desk import Desk
from workflow.terms.alarms import Alarm


async def ticks(town: Town, times: int) -> int:
    """So many rounds of the clock, as the process turns them: one that fails comes again."""
    failed = 0
    for _ in range(times):
        with suppress(ValueError, RuntimeError):
            await town.bot.ticker.tick()
            continue
        failed += 1
    return failed


async def put_alarm(town: Town, kind: str) -> None:
    async with town.books.write(KEY) as tx:
        row = {
            "municipality": KEY,
            "at": town.clock.now(),
            "kind": kind,
            "case_id": 1,
            "step": "draft",
            "due": town.clock.now(),
        }
        await tx.connection.execute(t.alarms.insert(), row)


async def test_an_alarm_nobody_can_read_stops_no_other(town: Town) -> None:
    await forwarded(town)
    await put_alarm(town, "another edition")
    town.clock.advance(timedelta(minutes=45))
    assert 0 < await ticks(town, 12) < 8
    await town.settles()
    async with town.books.write(KEY) as tx:
        kinds = (await tx.connection.execute(sa.select(t.alarms.c.kind))).scalars().all()
    assert "another edition" not in kinds
    town.curator.sees("не принято и не возвращено")
    town.looks_around()
    assert await ticks(town, 1) == 0


async def test_an_alarm_that_breaks_is_told_in_its_case_and_the_others_ring(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await forwarded(town)
    await town.resident_writes("На Мира опять нет воды, сколько можно")
    await town.curator.presses("ЖКХ", town.curator.sees("На Мира"))
    ring = Desk.ring

    async def broken(self: Desk, page: Any, alarm: Alarm, *rest: Any) -> Any:
        await ring(self, page, alarm, *rest)
        if alarm.case == 1:
            raise RuntimeError("a fault of ours")

    monkeypatch.setattr(Desk, "ring", broken)
    town.looks_around()
    await town.waits(minutes=45)
    heard = [m.text for m in town.curator.looks_at_everything()]
    assert any("№ 2" in text for text in heard)
    assert not any("№ 1" in text for text in heard)
    assert "alarm_failed" in [action for action, _, _ in await town.journal(1)]
    assert "alarm_failed" not in [action for action, _, _ in await town.journal(2)]
    monkeypatch.undo()
    await town.curator.writes("/case 1")
    town.curator.sees("из-за сбоя в боте не сообщено о сроке")
    town.looks_around()


async def test_what_breaks_where_letters_are_gathered_costs_its_alarm_alone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await forwarded(town)
    await town.resident_writes("На Мира опять нет воды, сколько можно")
    await town.curator.presses("ЖКХ", town.curator.sees("На Мира"))
    close = Gathering.close

    async def broken(self: Gathering, *rest: Any) -> None:
        if any(letter.case_id == 1 for letter, _, _ in self._told):
            self._told.clear()
            raise ValueError("a letter that cannot be kept")
        await close(self, *rest)

    monkeypatch.setattr(Gathering, "close", broken)
    town.looks_around()
    town.clock.advance(timedelta(minutes=45))
    assert 0 < await ticks(town, 40) < 30
    await town.settles()
    heard = [m.text for m in town.curator.looks_at_everything()]
    assert any("№ 2" in text for text in heard)
    town.looks_around()


async def test_a_row_of_a_sheet_that_breaks_costs_itself_alone(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Finding.open

    async def broken(self: Finding, page: Any, appeal: Any, *rest: Any) -> Any:
        decision = await opened(self, page, appeal, *rest)
        if "Дом 2." in appeal.text:
            raise ValueError("a fault of ours")
        return decision

    monkeypatch.setattr(Finding, "open", broken)
    await imports(town.curator, export(*(f"{n};{COMPLAINT} Дом {n}.;;;" for n in range(1, 4))), "export.csv")
    report = town.curator.sees("Заведено сообщений: 2.").text
    assert "строка 3: не взято, бот не смог завести сообщение" in report
    assert await town.cases() == 2
    assert (await town.case(2)).appeal.text.endswith("Дом 3.")
    town.looks_around()


async def test_a_letter_nobody_can_read_stands_in_nobodys_way(town: Town) -> None:
    async with town.books.write(KEY) as tx:
        here = {"municipality": KEY, "connection": tx.messenger}
        row = {**here, "priority": 0, "kind": "say", "created_at": town.clock.now()}
        lanes = ("group", f"account:{town.curator.user.id}", "account:nobody")
        rows = [{**row, "lane": lane, "body": "не JSON"} for lane in lanes]
        await tx.connection.execute(t.outbox.insert(), [*rows, {**rows[0], "state": "sending"}])
    await town.curator.writes("/open")
    town.curator.sees("Открытых сообщений нет")
    async with town.books.write(KEY) as tx:
        query = sa.select(t.outbox.c.state, t.outbox.c.error).where(t.outbox.c.body == "не JSON")
        ends = {(state, error) for state, error in await tx.connection.execute(query)}
    assert ends == {("failed", "broken: JSONDecodeError")}


async def test_an_answer_that_cannot_be_looked_after_holds_up_no_other(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await answered(town)
    note = Afterwards._note
    broken_once: list[int] = []

    async def broken(self: Afterwards, page: Any, one: Any, *rest: Any) -> bool:
        if not broken_once:
            broken_once.append(one.case.id)
            raise ValueError("a fault of ours")
        return await note(self, page, one, *rest)

    monkeypatch.setattr(Afterwards, "_note", broken)
    await town.waits(minutes=61)
    assert broken_once == [1]
    async with town.books.write(KEY) as tx:
        [moment] = (await tx.connection.execute(sa.select(t.afterwards.c.next_at))).scalars().all()
    assert moment > town.clock.now()
    town.looks_around()
