"""Primorsko-Akhtarsky: accounts, publications and no terms for cases; and cases led by another regulation beside it (PA-2.5)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.demo.cast import GROUP_ID
from bot.leadership.reporting import monthly
from bot.simulation.outcome import as_json
from bot.simulation.player import play
from bot.simulation.scenario import read
from config.municipality import load
from config.yamlfile import BrokenConfiguration
from reports.as_json import mapping
from reports.period import Month
from tests.stories.test_simulate import DAY, TOWN
from tests.stories.test_under_every_regulation import ANSWER
from tests.stories.town import CONFIGS, KEY, Town
from workflow.case import State
from workflow.regulation import Step
from workflow.terms.alarms import terms_of

TownWith = Callable[..., Awaitable[Town]]
PA = "primorsko-akhtarsky"


async def months_figures(town: Town, month: Month) -> dict[str, object]:
    report = await monthly(town.books, KEY, month, town.clock.now())
    assert report is not None
    return mapping(report.figures)


async def answered_without_terms(town: Town) -> None:
    """A comment goes all the way; nobody is ever hurried."""
    comment = await town.resident_writes("Третий день нет воды на Школьной, 5")
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    assert terms_of(await town.case(), town.bot.offices.today(KEY)) == {}
    assert "⏰" not in town.card().text
    await town.to("2026-01-14T10:00")
    for person in (town.zhkh, town.deputy):
        assert [m.text for m in person.looks_at_everything() if "срок" in m.text.lower()] == []
    await town.zhkh.replies(town.card(), ANSWER)
    town.curator.looks_at_everything()
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    assert [answer.text for answer in town.answers(comment)] == [ANSWER]
    assert (await town.case()).state is State.CLOSED


async def test_pa_1_3_pa_2_2_pa_2_5_an_installation_lives_by_accounts_alone(town_with: TownWith) -> None:
    town = await town_with(regulation=PA)
    await town.curator.writes("/pages")
    await town.curator.presses("Внести страницу")
    town.curator.looks_at_everything()
    await town.curator.writes(f"vk.com/club{GROUP_ID}")
    await town.curator.presses("Администрация")
    shown = town.curator.looks_at_everything()[-1].text.replace("\u2060", "")
    for clause in ("(пункт 1.3)", "(пункт 1.5)", "(пункт 2.1)"):
        assert clause in shown
    if any("Ввести в действие" in button.text for m in town.curator.private for row in m.buttons for button in row):
        await town.curator.presses("Ввести в действие")
    town.players.town.vk.post(town.players.community, "Открыли новый мост", [b"photo"])
    await town.settles()
    town.looks_around()
    await answered_without_terms(town)
    town.looks_around()
    await town.to("2026-02-02T10:05")
    told = [m.text.replace("\u2060", "") for m in town.curator.looks_at_everything()]
    report = next(text for text in told if "Отчёт за январь готов" in text)
    assert "ВКонтакте" in report
    assert "1 публикация" in report
    figures = await months_figures(town, Month(2026, 1))
    [page] = figures["pages"]  # type: ignore[misc]
    assert (page["publications"], page["per"], page["periods"], page["enough_share"]) == (1, "", 0, None)  # type: ignore[index]
    assert (figures["received"], figures["closed"], figures["violations"]) == (1, 1, [])
    town.looks_around()


async def test_pa_2_2_a_month_of_nothing_is_reported_without_a_division_by_nothing(town_with: TownWith) -> None:
    town = await town_with(regulation=PA)
    figures = await months_figures(town, Month(2026, 1))
    assert (figures["received"], figures["departments"] != []) == (0, True)
    assert {one["on_time_share"] for one in figures["departments"]} == {None}  # type: ignore[attr-defined]


async def test_pa_2_5_cases_run_by_the_regulation_the_file_names_for_them(town_with: TownWith) -> None:
    town = await town_with(
        regulation=f"{PA}\ncases: kursky",
        settings=f"""
pages:
  - {{network: vk, address: vk.com/club{GROUP_ID}, whose: administration, title: Округ}}
""",
    )
    await town.resident_writes("Третий день нет воды на Школьной, 5")
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    assert (await town.due(Step.DRAFT)).astimezone(town.municipality.zone).strftime("%d %H:%M") == "12 13:00"
    rules = town.bot.offices.today(KEY).regulation
    assert (rules.key, rules.publication_norms) == ("kursky", ())
    assert {ask.clause for ask in rules.pages} >= {"1.3", "1.5", "2.1"}
    assert rules.moderation is not None
    assert rules.moderation.clause == "2.3"
    await town.to("2026-01-12T12:00")
    town.looks_around()
    figures = await months_figures(town, Month(2026, 1))
    assert figures["received"] == 1
    assert [page["per"] for page in figures["pages"]] == [""]  # type: ignore[attr-defined]


def test_pa_2_5_a_regulation_for_cases_nobody_knows_is_refused_with_its_line(tmp_path: Path) -> None:
    text = (CONFIGS / "municipality.yaml").read_text(encoding="utf-8")
    path = tmp_path / KEY / "municipality.yaml"
    path.parent.mkdir()
    path.write_text(text.replace("regulation: kursky", f"regulation: {PA}\ncases: kurski"), encoding="utf-8")
    with pytest.raises(BrokenConfiguration) as broken:
        load(path, (path.parent,))
    assert [(one.line, "kurski" in one.words) for one in broken.value.problems] == [(6, True)]


def simulated(folder: Path, regulation: str) -> dict[str, dict[str, dict[str, object]]]:
    file = folder / "day.yaml"
    file.write_text(TOWN.format(regulation=regulation) + DAY, encoding="utf-8")
    scenario = read(file)
    found: dict[str, dict[str, dict[str, object]]] = json.loads(as_json(play(scenario), scenario.municipality.zone))
    return found


def test_pa_2_5_a_day_is_simulated_without_terms_and_with_those_of_another_regulation(tmp_path: Path) -> None:
    own = simulated(tmp_path, PA)
    assert (own["cases"]["c1"]["state"], own["cases"]["c1"]["due"], own["refused"]) == ("closed", {}, [])
    assert [notice["kind"] for notice in own["notices"]] == [
        "work"
    ]  # the text knows no terms; work is told all the same
    led, kursky = (simulated(tmp_path, which) for which in (f"{PA}\n  cases: kursky", "kursky"))
    assert led == kursky
    assert set(led["cases"]["c1"]["due"]) >= {"forward", "draft", "answer"}  # type: ignore[call-overload]
