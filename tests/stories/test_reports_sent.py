"""A report that was sent stays as it was sent; the next one says what has changed since, and when the bot was off."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from bot.cli.report import report
from bot.clock import HeldClock
from tests.stories.test_editions import restarts
from tests.stories.test_leadership import documents, several, text_of
from tests.stories.town import KEY, Town
from workflow.commands import Annul
from workflow.office import Actor

pytestmark = pytest.mark.usefixtures("pictures_drawn_once")


async def written(town: Town, month: str, folder: Path, *, fresh: bool = False) -> dict[str, Any]:
    """What the command line says at this moment."""
    out = folder / "report.json"
    clock = HeldClock(town.clock.now())
    await asyncio.to_thread(report, month, "json", str(out), KEY, folder, clock, fresh=fresh)
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


async def strikes_off(town: Town, number: int) -> None:
    case = await town.case(number)
    strike = Annul(Actor(("first_deputy",)), case.id, (1,), "Не работала связь")
    async with town.books.write(KEY) as tx:
        await town.bot.ticker.desk.carry_out(tx, strike, town.clock.now(), KEY)


@pytest.fixture
def folder(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATABASE_URL", town.books.url)
    return tmp_path


async def test_ku_22_a_report_that_was_sent_stays_and_the_next_one_names_what_has_changed(
    town: Town, folder: Path
) -> None:
    await several(town, 2)
    await town.to("2026-02-10 10:01")
    town.deputy.sees("Отчёт за январь готов")
    before = await written(town, "2026-01", folder)
    town.forget_what_was_said()
    await town.to("2026-02-11 12:00")
    await strikes_off(town, 1)
    assert await written(town, "2026-01", folder) == before
    assert (await written(town, "2026-01", folder, fresh=True))["violations"][0]["annulled"]["by"] == "first_deputy"
    town.forget_what_was_said()
    documents(town, town.curator, "document")
    await town.curator.writes("/report январь")
    shown = town.curator.sees("Отчёт за январь, каким он был отправлен: на 10.02.2026 10:0").text
    assert f"Нарушений сроков: {len(before['violations'])}" in shown
    town.forget_what_was_said()

    await town.to("2026-03-10 10:01")
    told = town.deputy.sees("Отчёт за февраль готов").text
    line = "Изменения к прошлым, январь 2026 года: снято 1 (№ 1, направление исполнителю, Куратор)"
    assert line in told
    now = await written(town, "2026-02", folder)
    (changed,) = now["changes"]
    assert (changed["month"], changed["added"]) == ("2026-01", [])
    assert [(one["case"], one["step"], one["annulled"]["text"]) for one in changed["annulled"]] == [
        (1, "forward", "Не работала связь")
    ]
    (_, book), (_, letter) = documents(town, town.deputy, "document")[-2:]
    assert line in text_of(letter)
    sheet = openpyxl.load_workbook(io.BytesIO(book), data_only=True).worksheets[0]
    assert line in [row[0] for row in sheet.iter_rows(values_only=True)]
    town.forget_what_was_said()

    await town.to("2026-04-10 10:01")
    town.deputy.sees("Сообщений за март не было.")
    town.forget_what_was_said()


async def test_ku_22_a_row_that_came_after_the_report_is_added_to_the_next(town: Town, folder: Path) -> None:
    await town.to("2026-01-30 16:00")
    await several(town, 1)
    await town.to("2026-02-10 10:01")
    before = {(one["case"], one["step"], one["due"]) for one in (await written(town, "2026-01", folder))["violations"]}
    town.forget_what_was_said()
    await town.curator.presses("Направить в Отдел дорожного хозяйства")
    await town.to("2026-03-10 10:01")
    told = town.deputy.sees("Отчёт за февраль готов").text
    assert "Изменения к прошлым, январь 2026 года: добавилось" in told
    added = (await written(town, "2026-02", folder))["changes"][0]["added"]
    assert added
    assert not before & {(one["case"], one["step"], one["due"]) for one in added}
    town.forget_what_was_said()


async def test_ku_22_the_report_says_when_the_bot_was_off(town: Town, folder: Path) -> None:
    await town.to("2026-01-20 12:00")
    await town.bot.ticker.note_presence()
    town.clock.advance(timedelta(hours=3, minutes=30))
    await restarts(town)
    await town.bot.ticker.note_presence()
    town.forget_what_was_said()
    found = await written(town, "2026-01", folder)
    assert found["outages"] == [{"since": "2026-01-20T12:00:00+03:00", "until": "2026-01-20T15:30:00+03:00"}]
    assert "outages" not in await written(town, "2025-12", folder)
    await town.to("2026-02-02 09:30")
    await town.curator.writes("/report январь")
    assert "Бот не работал с 20.01.2026 12:00 по 20.01.2026 15:30" in town.curator.sees("Отчёт за январь готов").text
    (_, letter) = documents(town, town.curator, "document")[-1]
    assert "Бот не работал с 20.01.2026 12:00 по 20.01.2026 15:30." in [
        paragraph.text for paragraph in docx.Document(io.BytesIO(letter)).paragraphs
    ]
    town.forget_what_was_said()
