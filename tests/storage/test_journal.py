"""The journal is the history: over any sequence of commands through the desk the books hold the case as it is decided
purely, one line a version, its terms, and the alarms that have not rung.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases.postroom import Postroom
from storage import tables as t
from storage.books import Books
from storage.migrate import upgrade
from storage.transaction import Transaction
from tests.rules.offices import CURATOR, ZHKH, at, new_case, office
from tests.rules.test_any_sequence import COMMANDS, about_the_newest
from tests.storage.conftest import HERE
from workflow.case import Case
from workflow.commands import (
    Action,
    AnswerTogether,
    AnyCommand,
    Approve,
    AuthorReplied,
    Detect,
    Forward,
    LetGo,
    Merge,
    Reckon,
    Split,
    SubmitDraft,
    TakeIn,
)
from workflow.decide import decide
from workflow.desk import Desk
from workflow.office import DETECTOR, NETWORK
from workflow.outcomes import Accepted, Refused
from workflow.terms.alarms import Alarm, AlarmKind, alarms_of, newest_runs
from workflow.terms.register import settle, with_endings

ABOUT_ONE_CASE = COMMANDS.filter(
    lambda command: not isinstance(command, Merge | TakeIn | Split | LetGo | AnswerTogether)
)
"""What ties two cases together is decided by the desk for both; `tests/rules/test_cases_together.py` has it."""

ACTIONS = {*(action.value for action in Action), "lapse"}


async def rows(tx: Transaction, table: sa.Table) -> list[Any]:
    return list((await tx.connection.execute(sa.select(table))).mappings())


async def alarms_in(tx: Transaction) -> set[Alarm]:
    return {alarm for _, alarm in await tx.due_alarms(datetime.max.replace(tzinfo=at("2026-01-12 09:00").tzinfo), 1000)}


async def ring_what_is_due(tx: Transaction, desk: Desk, now: datetime, rung: set[Alarm]) -> None:
    """As the clock does; what a rung alarm changes, the pure case has to follow."""
    due = await tx.due_alarms(now, 1000)
    for _, alarm in due:
        rung.add(alarm)
        await desk.ring(tx, alarm, now, HERE)
    await tx.drop_alarms(due)


async def hold_true(tx: Transaction, case: Case, key: str, rung: set[Alarm]) -> None:
    assert await tx.case(case.id) == case
    lines = [line for line in await tx.history(case.id) if line["action"] in ACTIONS]
    assert [line["version"] for line in lines] == list(range(1, case.version + 1))
    assert lines[-1]["to_state"] == case.state
    terms = {
        row["step"]: (row["due_at"], row["met_at"], row["started_at"], row["holder"], row["clause"])
        for row in await rows(tx, t.deadlines)
    }
    expected = {
        name: (d.due_at, d.met_at, d.started_at, d.holder.value, d.clause)
        for name, d in newest_runs(case, office(key)).items()
    }
    assert {step: terms[step] for step in expected} == expected
    own, there = set(alarms_of(case, office(key))), await alarms_in(tx)
    chained = {a for a in there - own if a.kind is not AlarmKind.REMINDER and a.at > a.due}
    assert there - chained == own - rung


async def live(folder: Path, key: str, sequence: list[tuple[AnyCommand, int]]) -> None:
    url = f"sqlite:///{folder / 'books.db'}"
    await upgrade(url)
    books = Books(url)
    desk = Desk(lambda municipality, regulation: office(key), Postroom())
    case, now, rung = new_case(key), at("2026-01-12 09:00"), set[Alarm]()
    async with books.write(HERE) as tx:
        detect = Detect(DETECTOR, 1, HERE, case.number, case.appeal, case.arrived)
        assert isinstance(await desk.carry_out(tx, detect, now, HERE), Accepted)
        await hold_true(tx, case, key, rung)
    for command, pause in sequence:
        now += timedelta(minutes=pause)
        async with books.write(HERE) as tx:
            await ring_what_is_due(tx, desk, now, rung)
            after_clock = await tx.case(1)
            assert after_clock is not None
            case = after_clock
            command = about_the_newest(command, case)
            if not isinstance(command, Reckon):
                case = settle(case, office(key), now)
            pure = decide(case, command, office(key), now)
            kept = await desk.carry_out(tx, command, now, HERE)
            if isinstance(pure, Refused):
                assert kept == pure
                continue
            pure = replace(pure, after=with_endings(pure.after, office(key), now))
            assert kept == pure
            case = pure.after
            rung &= set(alarms_of(case, office(key)))
        async with books.write(HERE) as tx:
            await hold_true(tx, case, key, rung)
    await books.close()


@pytest.mark.long
@settings(max_examples=25)
@given(
    key=st.sampled_from(["kursky", "izobilnensky"]),
    sequence=st.lists(st.tuples(ABOUT_ONE_CASE, st.integers(0, 300)), max_size=20),
)
def test_the_books_hold_what_was_decided(key: str, sequence: list[tuple[AnyCommand, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder), key, sequence))


async def test_what_an_alarm_sets_when_it_rings_stays(tmp_path: Path) -> None:
    """The answer goes out: that the network is slow is told tomorrow. SQLite gives that alarm the number of the one that
    has just rung."""
    text = "Воду подключили, бригада закончила работы."
    sequence: list[tuple[AnyCommand, int]] = [
        (Forward(CURATOR, 1, ("zhkh",)), 0),
        (SubmitDraft(ZHKH, 1, text), 1),
        (Approve(CURATOR, 1, 1), 1),
        (AuthorReplied(NETWORK, 1, "Спасибо."), 5),
    ]
    await live(tmp_path, "slavgorod", sequence)
