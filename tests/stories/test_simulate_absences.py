"""An absence moves no term from anybody: the row names the department and who stood in; what the absent one would have heard
is not lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.simulation.player import play
from bot.simulation.scenario import read
from tests.loaded import run
from tests.stories.scenarios import OFFICE, notices, played
from tests.stories.test_simulate import written

FOUND = "2026-01-12T09:00, do: detect, case: c1, source: vk, text: Яма"
FORWARDED = "2026-01-12T09:20, do: forward, case: c1, by: curator, to: [zhkh]"
ACCEPTED = "2026-01-12T09:25, do: accept, case: c1, by: {who}"
LATE = "2026-01-12T15:20, do: draft, case: c1, by: {who}, text: Засыпали"
AWAY = "2026-01-12T08:00, do: absent, who: zhkh_head, from: {since}, until: {until}"
TOWN = OFFICE + "    roads_head: {{role: executor, department: roads, name: Начальник дорог}}\n"


def away(since: str = "2026-01-12T08:00", until: str = "2026-01-14", substitute: str = "") -> str:
    return AWAY.format(since=since, until=until) + (f", substitute: {substitute}" if substitute else "")


def late_by(found: dict[str, Any]) -> list[tuple[str, str | None, str | None, int]]:
    missed = found["cases"]["c1"]["violations"]
    return [(v["step"], v["who"], v.get("substitute"), v["late_minutes"]) for v in missed]


def test_ku_19_a_term_that_ran_out_while_all_were_away_stays_with_the_department(tmp_path: Path) -> None:
    found = played(tmp_path, [away(), FOUND, FORWARDED], "kursky", TOWN, "2026-01-12T18:00")
    assert late_by(found) == [("draft", "zhkh", None, 240)]


def test_ku_19_back_too_late_to_do_it_in_time_changes_nothing_either(tmp_path: Path) -> None:
    back = away(until="2026-01-12T14:30")
    found = played(tmp_path, [back, FOUND, FORWARDED, LATE.format(who="zhkh_head")], "kursky", TOWN)
    assert late_by(found) == [("draft", "zhkh", None, 80)]


@pytest.mark.parametrize(
    ("since", "until"), [("2026-01-12T10:00", "2026-01-14"), ("2026-01-12T08:00", "2026-01-12T12:59")]
)
def test_ku_19_who_was_there_for_a_part_of_the_term_answers_for_it(tmp_path: Path, since: str, until: str) -> None:
    found = played(tmp_path, [away(since, until), FOUND, FORWARDED], "kursky", TOWN, "2026-01-12T14:30")
    assert late_by(found) == [("draft", "zhkh", None, 30)]


def test_ku_19_on_leave_from_midnight_the_evening_before_is_no_working_time(tmp_path: Path) -> None:
    events = [
        "2026-01-12T18:30, do: detect, case: c1, source: vk, text: Яма",
        "2026-01-12T18:40, do: forward, case: c1, by: curator, to: [zhkh]",
        away("2026-01-13T00:00", "2026-01-15").replace("12T08:00, do", "12T19:00, do"),
    ]
    found = played(tmp_path, events, "kursky", TOWN, "2026-01-13T14:30")
    assert late_by(found) == [("draft", "zhkh", None, 30)]
    night = played(tmp_path, events, "izobilnensky", TOWN, "2026-01-12T22:00")
    assert late_by(night) == []  # sheltered: by the text the draft was due at 21:40


def test_ku_19_a_colleague_of_the_department_is_somebody(tmp_path: Path) -> None:
    town = TOWN + "    zhkh_clerk: {{role: executor, department: zhkh, name: Специалист ЖКХ}}\n"
    found = played(tmp_path, [away(), FOUND, FORWARDED], "kursky", town, "2026-01-12T14:30")
    assert late_by(found) == [("draft", "zhkh", None, 30)]


def test_ku_19_the_substitute_is_named_beside_the_department(tmp_path: Path) -> None:
    events = [away(substitute="roads_head"), FOUND, FORWARDED, LATE.format(who="roads_head")]
    assert late_by(played(tmp_path, events, "kursky", TOWN)) == [("draft", "zhkh", "roads_head", 80)]


def test_iz_d3_the_curators_own_term_stays_his_and_the_substitute_is_named(tmp_path: Path) -> None:
    alone = TOWN.replace(", substitute: chief_specialist", "")
    gone = "2026-01-12T08:00, do: absent, who: curator, from: 2026-01-12T08:00, until: 2026-01-14"
    until = "2026-01-12T10:00"
    with_one = played(tmp_path, [gone, FOUND], "izobilnensky", TOWN, until)
    assert late_by(with_one) == [("forward", "curator", "chief_specialist", 30)]
    with_none = played(tmp_path, [gone, FOUND], "izobilnensky", alone, until)
    assert late_by(with_none) == [("forward", "curator", None, 30)]


def test_ku_21_a_reminder_and_a_delay_nobody_is_there_to_hear_of_go_to_the_curator(tmp_path: Path) -> None:
    found = played(
        tmp_path, [FOUND, FORWARDED, ACCEPTED.format(who="zhkh"), away().replace("T08:00, do", "T09:26, do")],
        "kursky", TOWN, "2026-01-12T14:30",
    )  # fmt: skip
    assert notices(found) == [
        ("01-12T09:20", "work", "zhkh"),
        ("01-12T12:30", "reminder", "curator"),
        ("01-12T12:30", "reminder", "group"),
        ("01-12T14:01", "overdue", "curator"),
        ("01-12T14:01", "overdue", "group"),
        ("01-12T14:15", "escalation", "deputy"),
    ]


def test_ku_21_with_a_substitute_he_hears_what_the_department_would_have_heard(tmp_path: Path) -> None:
    events = [away(substitute="roads_head"), FOUND, FORWARDED, ACCEPTED.format(who="roads_head")]
    found = played(tmp_path, events, "kursky", TOWN, "2026-01-12T14:30")
    assert [(kind, to) for _, kind, to in notices(found)] == [
        ("digest", "curator"),
        ("work", "roads_head"),
        ("reminder", "roads_head"),
        ("overdue", "curator"),
        ("overdue", "roads_head"),
        ("escalation", "deputy"),
    ]


@pytest.mark.xdist_group("processes")
def test_ku_22_the_report_names_the_department_and_the_substitute_long_after_the_absence(tmp_path: Path) -> None:
    """The register says who stood in."""
    events = [
        away(until="2026-01-12T14:30"), FOUND, FORWARDED, LATE.format(who="zhkh_head"),
        "2026-01-13T08:00, do: absent, who: zhkh_head, from: 2026-01-13T08:00, until: 2026-01-14, substitute: roads_head",
        "2026-01-13T09:00, do: detect, case: c2, source: vk, text: Лужа",
        "2026-01-13T09:20, do: forward, case: c2, by: curator, to: [zhkh]",
        "2026-01-13T15:20, do: draft, case: c2, by: roads_head, text: Откачали",
    ]  # fmt: skip
    lines = "events:\n" + "".join(f"  - {{at: {line}}}\n" for line in events) + "until: 2026-01-16T18:00\n"
    database = tmp_path / "kept.db"
    play(read(written(tmp_path, lines, "kursky", TOWN)), database)
    done = run("report", "--month", "2026-01", DATABASE_URL=f"sqlite:///{database}")
    assert (done.returncode, done.stderr) == (0, "")
    missed = [(v["case"], v["step"], v["who"], v.get("substitute")) for v in json.loads(done.stdout)["violations"]]
    assert [one for one in missed if one[1] == "draft"] == [
        (1, "draft", "zhkh", None),
        (2, "draft", "zhkh", "roads_head"),
    ]
