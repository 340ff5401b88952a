"""A corrected calendar reaches the rows of the register that its days can touch, however old they are; an outage is
nobody's miss."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.cases.postroom import Postroom
from bot.cases.reckoning import Reckoning, undone_rows
from bot.offices import Offices
from config.municipality import build_office
from storage.books import Books
from tests.house.test_cli_report import MUNICIPALITY, municipality
from tests.rules.offices import CURATOR, at, new_case
from workflow.case import Other
from workflow.commands import Action, Detect, Entry, Forward, Merge
from workflow.decide import decide
from workflow.desk import Desk
from workflow.office import DETECTOR
from workflow.outcomes import Accepted
from workflow.terms.register import settle, with_endings

NOW = at("2026-07-01 10:00")
DAYS_OFF = MUNICIPALITY + "days:\n  2026-01-12: off\n"
OTHER_HOURS = MUNICIPALITY.replace("09:00-13:00, 14:00-18:00", "12:00-13:00, 14:00-21:00")


async def undone(books: Books, folder: Path, *, corrected: str) -> list[int]:
    """The cases with rows that the corrected file would not have entered. No. 1 of January and No. 2 of June were forwarded
    half an hour late."""
    town = municipality(folder)
    office = build_office(town)
    async with books.write(town.key) as tx:
        await Offices(town).open_editions(tx, NOW)
        for number, day in enumerate(("2026-01-12", "2026-06-15"), 1):
            found = new_case(moment=f"{day} 09:00")
            found = replace(found, id=number, number=number, appeal=replace(found.appeal, ref=f"wall-1_{number}"))
            late = at(f"{day} 10:30")
            decision = decide(settle(found, office, late), Forward(CURATOR, number, ("zhkh",)), office, late)
            assert isinstance(decision, Accepted)
            case = with_endings(decision.after, office, late)
            await tx.save(None, case, Entry(Action.DETECT, case.arrived, "curator", None, None, case.state))
    offices = Offices(municipality(folder, corrected))
    async with books.write(town.key) as tx:
        await offices.open_editions(tx, NOW)
        rows = await undone_rows(tx, offices, NOW)
    return [kept.case_number for kept, _ in rows]


@pytest.mark.parametrize(("corrected", "numbers"), [(DAYS_OFF, [1]), (OTHER_HOURS, [2]), (MUNICIPALITY, [])])
async def test_ku_10_a_named_day_reaches_rows_of_half_a_year_ago_and_other_hours_those_of_the_quarter(
    books: Books, tmp_path: Path, corrected: str, numbers: list[int]
) -> None:
    assert await undone(books, tmp_path, corrected=corrected) == numbers


async def test_ku_10_an_answer_under_another_that_was_due_while_the_bot_was_off_is_nobodys_miss(
    books: Books, tmp_path: Path
) -> None:
    """No. 1 was put under No. 2, detected half an hour later; the bot was off when its answer was due at 11:30."""
    town = municipality(tmp_path)
    offices = Offices(town)
    desk = Desk(offices.at, Postroom())
    async with books.write(town.key) as tx:
        await offices.open_editions(tx, NOW)
        for number, hour in enumerate(("10:30", "11:00"), 1):
            arrived = at(f"2026-01-12 {hour}")
            appeal = replace(new_case().appeal, ref=f"wall-1_{number}")
            found = Detect(DETECTOR, number, town.key, number, appeal, arrived)
            assert isinstance(await desk.carry_out(tx, found, arrived, town.key), Accepted)
        put_under = Merge(CURATOR, 1, Other(2, 2))
        assert isinstance(await desk.carry_out(tx, put_under, at("2026-01-12 11:05"), town.key), Accepted)
    started = at("2026-01-13 15:00")
    await Reckoning(books, town.key, desk, offices).look(started, at("2026-01-13 11:00"))
    async with books.write(town.key) as tx:
        case, host = await tx.case(1), await tx.case(2)
    assert case is not None
    assert host is not None
    office = offices.at(town.key, None)
    assert settle(case, office, started, (host, office)).missed == ()
    assert case.history[-1].moved == ("answer",)
