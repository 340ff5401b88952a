"""The scenarios that come with the documents, played from the command line: the whole JSON, what people see, bad input."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.simulation.official import orders as official_orders
from bot.simulation.outcome import as_json
from bot.simulation.player import play
from bot.simulation.scenario import read
from tests.loaded import ROOT, run

SCENARIOS = ROOT / "docs" / "scenarii"
SAMPLES = ROOT / "tests" / "samples" / "simulate"
NAMES = ("moskalensky", "primorsko-akhtarsky")
pytestmark = pytest.mark.xdist_group("processes")
FURTHER = ["pages", "publications", "materials", "moderation", "plans"]


def test_every_scenario_of_the_documents_is_played_here() -> None:
    assert sorted(path.stem for path in SCENARIOS.glob("*.yaml")) == sorted(NAMES)


def test_every_word_and_field_of_a_scenario_is_in_the_document() -> None:
    text = (ROOT / "docs" / "scenarii.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z_]+)`", text))
    words = set(official_orders.words())
    fields = {key for found in official_orders.VOCABULARY.values() for order in found.values() for key in order.readers}
    assert {*words, *fields} - documented == {"agreement"}, "the agreement is given by its own word only"


@pytest.mark.parametrize("name", NAMES)
def test_mo_a2_10_pa_2_2_the_scenarios_of_the_documents_come_to_what_they_came_to(name: str) -> None:
    """Each under the regulation it is called by; whole, on the command line and in the process."""
    expected = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    done = run("simulate", str(SCENARIOS / f"{name}.yaml"), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == expected
    scenario = read(SCENARIOS / f"{name}.yaml")
    municipality = scenario.municipality
    assert (municipality.pages_path or municipality.regulation_path).stem == name
    assert json.loads(as_json(play(scenario), municipality.zone)) == expected
    assert list(expected) == ["cases", "notices", "refused", *FURTHER]


def test_people_are_shown_the_same_in_russian() -> None:
    done = run("simulate", str(SCENARIOS / "moskalensky.yaml"), COLUMNS="250")
    assert (done.returncode, done.stderr) == (0, "")
    shown = [line.strip() for line in done.stdout.splitlines()]
    titles = [line for line in shown if line[:1].isalpha()]
    assert titles == [
        "Москаленский район: 0 сообщений, до 23.01.2026 18:00",
        "Страницы",
        "Публикации",
        "Материалы",
        "Комментарии",
        "План публикаций",
        "Уведомления",
        "Отказано",
    ]
    rows = ["".join(line.split()) for line in shown]
    assert "│район│10│от7внеделю(прил.2,10)│3│1из2│" in rows
    assert "│реклама│удалён│спам││" in rows
    assert "│12.01.202611:15│дубль│request│editor│Такойадресужеустраницы№1.Откройтееёкомандой/pages.│" in rows
    assert "│15.01.202612:53│район│публикацийменьшенормы││editor│" in rows


def test_bad_input_is_one_line_and_exit_code_two(tmp_path: Path) -> None:
    text = (SCENARIOS / "moskalensky.yaml").read_text(encoding="utf-8")
    file = tmp_path / "day.yaml"
    file.write_text(text.replace("pages: [культура, район]", "pages: [культра]", 1), encoding="utf-8")
    done = run("simulate", str(file), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "day.yaml, строка 36: pages: страницы «культра» ещё нет: сначала request, возможно «культура»?\n"
    )


def test_the_database_is_kept_for_the_months_report(tmp_path: Path) -> None:
    database = tmp_path / "kept.db"
    done = run("simulate", str(SCENARIOS / "moskalensky.yaml"), "--json", "--database", str(database))
    assert (done.returncode, done.stderr) == (0, "")
    url = f"sqlite:///{database}"
    report = run("report", "--month", "2026-01", "--format", "json", "--municipality", "moskalensky", DATABASE_URL=url)
    assert report.stderr == ""
    assert [page["publications"] for page in json.loads(report.stdout)["pages"]] == [10, 3]
