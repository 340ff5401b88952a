"""`report`: out of the database alone; what cannot be reported is said in one line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import kept_settings
from bot.cli.app import app
from bot.cli.mistake import Mistake
from bot.cli.report import report
from bot.clock import HeldClock
from bot.offices import Offices
from config.municipality import Municipality, build_office, load
from config.russian import topics
from storage.books import Books
from storage.migrate import upgrade
from tests.reports.cases import NAMES, NOW, TEXT, after, detected, october
from tests.rules.offices import CURATOR, ZHKH, at
from workflow.case import Case
from workflow.commands import Action, Entry, Forward, SubmitDraft
from workflow.terms.register import settle

MUNICIPALITY = """\
name: Курский муниципальный округ
timezone: Europe/Moscow
regulation: kursky
work_hours:
  mon-thu: 09:00-13:00, 14:00-18:00
  fri: 09:00-13:00, 14:00-16:45
departments:
  zhkh: {name: Отдел ЖКХ, topics: [вода], overseen_by: first_deputy}
  roads: {name: Отдел дорожного хозяйства, topics: [дороги]}
people:
  curator: {role: curator, name: Куратор}
  zhkh_head: {role: executor, department: zhkh, name: Начальник отдела ЖКХ}
  roads_head: {role: executor, department: roads, name: Начальник отдела дорожного хозяйства}
  first_deputy: {role: deputy, name: Первый заместитель главы}
"""
WITHOUT_ZHKH = "\n".join(line for line in MUNICIPALITY.splitlines() if "zhkh" not in line) + "\n"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database, named by DATABASE_URL; the folder the command runs in holds nothing."""
    found = f"sqlite:///{tmp_path / 'books.db'}"
    monkeypatch.setenv("DATABASE_URL", found)
    asyncio.run(upgrade(found))
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    return found


def municipality(folder: Path, text: str = MUNICIPALITY, key: str = "okrug") -> Municipality:
    path = folder / key / "municipality.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load(path, (path.parent,))


def kept(url: str, town: Municipality, cases: Sequence[Case] = ()) -> None:
    """The bot started with this file and worked on these cases."""

    async def keep() -> None:
        books = Books(url)
        async with books.write(town.key) as tx:
            await Offices(town).open_editions(tx, NOW)
            for case in cases:
                action = Action.NOT_PROCESS if case.state == "not_processed" else Action.DETECT
                settled = settle(case, build_office(town), NOW)
                await tx.save(None, settled, Entry(action, case.arrived, "curator", None, None, case.state))
        await books.close()

    asyncio.run(keep())


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["report", *(str(word) for word in words)])


def refused(result: Result) -> str:
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
    return result.stderr.strip()


def told(*words: object) -> dict[str, object]:
    result = run("--month", "2026-10", "--format", "json", *words)
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_ku_22_a_report_needs_the_database_alone(url: str, tmp_path: Path) -> None:
    kept(url, municipality(tmp_path), october())
    (tmp_path / "okrug" / "municipality.yaml").unlink()
    found = told()
    assert {key: found[key] for key in ("municipality", "month", "received", "closed", "open", "repeated")} == {
        "municipality": "okrug",
        "month": "2026-10",
        "received": 7,
        "closed": 4,
        "open": 1,
        "repeated": 1,
    }
    departments = found["departments"]
    assert isinstance(departments, list)
    assert [(d["key"], d["name"], d["on_time_share"]) for d in departments] == [
        ("zhkh", NAMES["zhkh"], 0.6667),
        ("roads", NAMES["roads"], 0.5),
    ]


def test_history_never_disappears_with_a_department(url: str, tmp_path: Path) -> None:
    kept(url, municipality(tmp_path), october())
    kept(url, municipality(tmp_path, WITHOUT_ZHKH))
    departments = told()["departments"]
    assert isinstance(departments, list)
    assert [(d["key"], d["name"], d["answered"]) for d in departments] == [
        ("roads", NAMES["roads"], 1),
        ("zhkh", NAMES["zhkh"], 3),
    ]


def test_a_case_belongs_to_the_month_it_was_detected_in_by_the_municipalitys_clock(url: str, tmp_path: Path) -> None:
    last = detected(1, "2026-10-30 15:00")
    first = detected(2, "2026-10-31 23:30")
    kept(url, municipality(tmp_path), (last, first))
    assert first.detected == at("2026-11-02 09:00"), "moved into the curator's hours"
    assert told()["received"] == 1


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_a_file_is_written_where_it_was_asked_for(form: str, url: str, tmp_path: Path) -> None:
    kept(url, municipality(tmp_path), october())
    target = tmp_path / f"out.{form}"
    result = run("--month", "2026-10", "--format", form, "--out", target)
    assert (result.exit_code, result.stdout) == (0, "")
    assert target.read_bytes()[:2] == b"PK"
    assert sorted(path.name for path in tmp_path.glob(".out*")) == []
    assert run("--month", "2026-10", "--format", form).exit_code == 0
    assert [path.name for path in Path().iterdir()] == [f"report-okrug-2026-10.{form}"]


def test_a_month_without_cases_is_no_mistake(url: str, tmp_path: Path) -> None:
    kept(url, municipality(tmp_path))
    assert (told()["received"], told()["violations"]) == (0, [])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--month", "2026-13"), "--month: «2026-13» не месяц; нужно, например, 2026-10"),
        (("--month", "октябрь"), "--month: «октябрь» не месяц; нужно, например, 2026-10"),
        (("--month", "9000-01"), "месяц 9000-01 ещё не наступил"),
        (("--month", "2026-10", "--format", "pdf"), "--format: «pdf» не бывает; можно: json, xlsx, docx"),
        (("--month", "2026-10", "--municipality", "okruk"), "нет муниципалитета «okruk», возможно «okrug»?"),
    ],
)
def test_what_cannot_be_reported(words: tuple[str, ...], expected: str, url: str, tmp_path: Path) -> None:
    kept(url, municipality(tmp_path))
    said = refused(run(*words))
    assert said.startswith(expected)
    assert said.count("можно:") <= 1


def test_the_month_that_has_not_come_is_judged_by_the_municipalitys_clock(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(url, municipality(tmp_path))
    evening = HeldClock(at("2026-10-31 23:30"))
    with pytest.raises(Mistake, match="месяц 2026-11 ещё не наступил"):
        report("2026-11", "json", "out.json", None, tmp_path, evening)
    evening.set(at("2026-11-01 00:30"))
    report("2026-11", "json", "out.json", None, tmp_path, evening)
    assert json.loads(Path("out.json").read_text(encoding="utf-8"))["as_of"] == "2026-11-01T00:30:00+03:00"


def test_two_municipalities_in_one_database_must_be_told_apart(url: str, tmp_path: Path) -> None:
    kept(url, municipality(tmp_path), october())
    kept(url, municipality(tmp_path, key="drugoy"))
    words = "муниципалитетов несколько, назовите --municipality; можно: drugoy, okrug"
    assert refused(run("--month", "2026-10")) == words
    assert (told("--municipality", "drugoy")["received"], told("--municipality", "okrug")["received"]) == (0, 7)


def test_no_database_and_an_empty_one(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(run("--month", "2026-10")) == "в базе нет ни одного муниципалитета; запустите run"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    assert refused(run("--month", "2026-10")).startswith("базы данных нет")
    assert not (tmp_path / "other.db").exists()


def test_a_template_with_an_unknown_field_is_said_in_one_line(url: str, tmp_path: Path) -> None:
    from docx import Document

    kept(url, municipality(tmp_path), october())
    folder = tmp_path / "okrug" / "templates"
    folder.mkdir()
    letter = Document()
    letter.add_paragraph("{{ now.recieved }}")
    letter.save(str(folder / "report.docx"))
    found = refused(run("--month", "2026-10", "--format", "docx", "--config", tmp_path))
    assert found.startswith("templates/report.docx: неизвестное поле «recieved»")
    assert [path.name for path in Path().iterdir()] == []


def test_settings_are_read_back_as_they_were(url: str, tmp_path: Path) -> None:
    """A regulation and a list of topics of the installation's own come along."""
    folder = tmp_path / "okrug"
    folder.mkdir()
    packaged = topics.PACKAGED
    (folder / "topics.yaml").write_text(
        packaged.read_text(encoding="utf-8").replace("label: вода", "label: водица"), "utf-8"
    )
    town = municipality(tmp_path, MUNICIPALITY + "days: {2026-10-07: off}\n")
    kept(url, town)

    async def restored() -> kept_settings.Kept | None:
        books = Books(url)
        async with books.write("okrug") as tx:
            found = await kept_settings.restore(tx)
        await books.close()
        return found

    found = asyncio.run(restored())
    assert found is not None
    again = found.municipality
    assert (again.key, again.name, again.zone, again.text) == (town.key, town.name, town.zone, town.text)
    assert (again.departments, again.people, again.topics) == (town.departments, town.people, town.topics)
    assert again.regulation == town.regulation
    assert not again.working_time.is_working(at("2026-10-07 10:00"))
    assert found.people["curator"] == "Куратор"


@pytest.mark.process
def test_many_cases_are_counted_beside_the_process_and_come_to_the_same(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(url, municipality(tmp_path), october())
    clock = HeldClock(NOW)
    report("2026-10", "json", "here.json", None, tmp_path, clock)
    monkeypatch.setattr("bot.leadership.counting.FEW", 0)
    report("2026-10", "json", "beside.json", None, tmp_path, clock)
    assert Path("beside.json").read_bytes() == Path("here.json").read_bytes()


def test_the_edition_a_case_was_opened_under_counts_its_terms(url: str, tmp_path: Path) -> None:
    """The office moved to longer terms since: what was late under the old text stays late, the same under the new is not."""
    old = after(
        detected(1, "2026-10-05 09:00"),
        ("2026-10-05 09:20", Forward(CURATOR, 1, ("zhkh",))),
        ("2026-10-05 15:00", SubmitDraft(ZHKH, 1, TEXT)),
    )
    town = municipality(tmp_path)
    kept(url, town, (old,))
    longer = town.regulation_path.read_text(encoding="utf-8").replace("within: 9 часов", "within: 13 часов")
    (tmp_path / "okrug" / "kursky.yaml").write_text(longer, encoding="utf-8")
    today = municipality(tmp_path)
    appeal = replace(old.appeal, ref="wall-1_9")
    new = replace(old, id=2, number=2, regulation=today.regulation.text_hash, appeal=appeal, missed=())
    kept(url, today, (new,))
    violations = told()["violations"]
    assert isinstance(violations, list)
    assert [(v["case"], v["who"]) for v in violations if v["step"] == "draft"] == [(1, "zhkh")]
