"""First promised, then not kept: an interim answer's promise is reminded of, told overdue, and stands in the report."""

from __future__ import annotations

import asyncio
from pathlib import Path

import openpyxl
import pytest

from bot.cli.report import report
from bot.clock import HeldClock
from tests.stories.test_kinds_of_answer import INTERIM, approved_and_posted, in_work
from tests.stories.town import KEY, Town


@pytest.mark.sqlite
async def test_mo_13_ku_15_a_promise_not_kept_is_reminded_of_told_and_reported(town: Town, tmp_path: Path) -> None:
    await in_work(town)
    await town.zhkh.replies(town.card(), INTERIM)
    await town.zhkh.presses("Промежуточный ответ", town.card())
    await approved_and_posted(town)
    town.forget_what_was_said()
    await town.to("2026-01-21T17:45")
    town.zhkh.sees("срок окончательного ответа")
    await town.to("2026-01-21T18:01:00")
    town.zhkh.sees("окончательный ответ просрочен")
    town.curator.sees("просрочен окончательный ответ")
    await town.to("2026-01-22T09:15:00")  # a quarter of an hour of working time
    town.deputy.sees("просрочен окончательный ответ")
    town.forget_what_was_said()

    out = tmp_path / "report.xlsx"
    clock = HeldClock(town.clock.now())
    await asyncio.to_thread(report, "2026-01", "xlsx", str(out), KEY, tmp_path, clock)
    book = openpyxl.load_workbook(out)
    (line,) = book["Промежуточные ответы"].iter_rows(min_row=2, values_only=True)
    number, department, posted, promised, kept = line
    assert (number, department, f"{promised:%d.%m.%Y %H:%M}", kept) == (1, "Отдел ЖКХ", "21.01.2026 18:00", None)
    assert posted < promised
    missed = [(row[1], row[2]) for row in book["Нарушения сроков"].iter_rows(min_row=2, values_only=True)]
    assert missed == [("окончательный ответ", "Отдел ЖКХ")]
