"""`simulate`: days played through the real desk and storage, as a municipality would try its regulation (issue 3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.simulation.halves import play_apart
from bot.simulation.outcome import as_json
from bot.simulation.player import play
from bot.simulation.scenario import read
from config.yamlfile import BrokenConfiguration

TOWN = """
municipality:
  name: Курский муниципальный округ
  timezone: Europe/Moscow
  regulation: {regulation}
  work_hours:
    mon-thu: 09:00-13:00, 14:00-18:00
    fri: 09:00-13:00, 14:00-16:45
  departments:
    zhkh: {{name: Отдел ЖКХ, topics: [жкх, вода, отопление], overseen_by: first_deputy}}
    roads: {{name: Отдел дорожного хозяйства, topics: [дороги]}}
  people:
    curator: {{role: curator, name: Куратор, substitute: chief_specialist}}
    zhkh_head: {{role: executor, department: zhkh, name: Начальник отдела ЖКХ}}
    first_deputy: {{role: deputy, name: Первый заместитель главы}}
"""
DAY = """
events:
  - {at: 2026-01-12T09:00, do: detect, case: c1, source: vk, text: Третий день нет воды, importance: normal, topic: вода}
  - {at: 2026-01-12T09:20, do: forward, case: c1, by: curator, to: [zhkh]}
  - {at: 2026-01-12T09:30, do: accept, case: c1, by: zhkh}
  - {at: 2026-01-12T11:00, do: draft, case: c1, by: zhkh, text: "Вода будет завтра", kind: final}
  - {at: 2026-01-12T11:10, do: send_back, case: c1, by: curator, text: уточните срок}
  - {at: 2026-01-12T11:30, do: draft, case: c1, by: zhkh, text: "Вода будет 13 января к 12:00"}
  - {at: 2026-01-12T11:40, do: approve, case: c1, by: curator}
  - {at: 2026-01-12T11:45, do: posted, case: c1, by: curator, link: "https://vk.com/wall-1_2?reply=3"}
until: 2026-01-13T18:00
"""


def written(folder: Path, events: str, regulation: str = "kursky", town: str = TOWN) -> Path:
    file = folder / "day.yaml"
    file.write_text(town.format(regulation=regulation) + events, encoding="utf-8")
    return file


def played(folder: Path, events: str, regulation: str = "kursky", town: str = TOWN) -> dict[str, Any]:
    scenario = read(written(folder, events, regulation, town))
    found: dict[str, Any] = json.loads(as_json(play(scenario), scenario.municipality.zone))
    return found


def event(at: str, do: str, **fields: str) -> str:
    inside = "".join(f", {key}: {value}" for key, value in fields.items())
    return f"  - {{at: {at}, do: {do}, case: c1{inside}}}\n"


DETECTED = "events:\n" + event("2026-01-12T09:00", "detect", source="vk", text="Яма")


def test_the_contracts_own_day(tmp_path: Path) -> None:
    assert played(tmp_path, DAY) == {
        "cases": {
            "c1": {
                "state": "closed",
                "due": {
                    "forward": "2026-01-12T10:00:00+03:00",
                    "return": "2026-01-12T09:50:00+03:00",
                    "draft": "2026-01-12T13:00:00+03:00",
                    "approval": "2026-01-12T12:00:00+03:00",
                    "rework": "2026-01-12T11:40:00+03:00",
                    "posting": "2026-01-12T12:10:00+03:00",
                    "answer": "2026-01-13T10:00:00+03:00",
                },
                "violations": [],
            }
        },
        "notices": [{"at": "2026-01-12T09:20:00+03:00", "case": "c1", "kind": "work", "step": None, "to": "zhkh"}],
        "refused": [],
    }


def test_ku_11_a_late_draft_is_reminded_of_told_to_the_curator_and_shown_by_how_much(tmp_path: Path) -> None:
    late = played(
        tmp_path,
        DETECTED
        + event("2026-01-12T09:20", "forward", by="curator", to="[zhkh]")
        + event("2026-01-12T09:30", "accept", by="zhkh")
        + event("2026-01-12T14:12", "draft", by="zhkh", text="Вода будет завтра"),
    )
    assert late["cases"]["c1"]["violations"] == [
        {
            "step": "draft",
            "who": "zhkh",
            "due": "2026-01-12T13:00:00+03:00",
            "done": "2026-01-12T14:12:00+03:00",
            "late_minutes": 12,
        }
    ]
    assert late["notices"] == [
        {"at": "2026-01-12T09:20:00+03:00", "case": "c1", "kind": "work", "step": None, "to": "zhkh"},
        {"at": "2026-01-12T12:30:00+03:00", "case": "c1", "kind": "reminder", "step": "draft", "to": "zhkh"},
        {"at": "2026-01-12T14:01:00+03:00", "case": "c1", "kind": "overdue", "step": "draft", "to": "curator"},
        {"at": "2026-01-12T14:01:00+03:00", "case": "c1", "kind": "overdue", "step": "draft", "to": "zhkh"},
    ]


def test_ku_21_what_is_made_good_in_a_quarter_of_an_hour_goes_above_on_friday_alone(tmp_path: Path) -> None:
    """Twelve minutes late: the deputy reads of it in the weekly list; sixteen minutes late: he hears at once."""

    def told_above(drafted: str) -> list[tuple[str, str, str]]:
        found = played(
            tmp_path,
            DETECTED
            + event("2026-01-12T09:20", "forward", by="curator", to="[zhkh]")
            + event("2026-01-12T09:30", "accept", by="zhkh")
            + event(f"2026-01-12T{drafted}", "draft", by="zhkh", text="Вода будет завтра")
            + event("2026-01-12T14:30", "approve", by="curator")
            + event("2026-01-12T14:40", "posted", link="https://vk.com/wall-1_2?reply=3")
            + "until: 2026-01-23T18:00\n",
        )
        return [(n["at"][:16], n["kind"], n["step"]) for n in found["notices"] if n["to"] == "deputy"]

    assert told_above("14:12") == [("2026-01-16T15:45", "digest", "draft")]
    assert told_above("14:16") == [("2026-01-12T14:15", "escalation", "draft")]


def test_mo_20_what_goes_to_the_group_says_so(tmp_path: Path) -> None:
    """Nobody of the department is there: the group hears, and the curator in private."""
    events = (
        "events:\n  - {at: 2026-01-12T08:00, do: absent, who: zhkh_head, from: 2026-01-12T08:00, until: 2026-01-14}\n"
        + DETECTED.removeprefix("events:\n")
        + event("2026-01-12T09:20", "forward", by="curator", to="[zhkh]")
    )
    found = played(tmp_path, events, "moskalensky")
    assert [(n["kind"], n["to"]) for n in found["notices"] if n["kind"] == "work"] == [
        ("work", "curator"),
        ("work", "group"),
    ]


def test_a_role_nobody_holds_is_still_addressed_by_its_name(tmp_path: Path) -> None:
    town = TOWN.partition("  people:")[0].replace(", overseen_by: first_deputy", "")
    found = played(tmp_path, DETECTED + "until: 2026-01-12T12:00\n", town=town)
    assert [(n["kind"], n["step"], n["to"]) for n in found["notices"]] == [
        ("reminder", "forward", "curator"),
        ("overdue", "forward", "curator"),
        ("escalation", "forward", "deputy"),
    ]
    assert played(tmp_path, DAY, town=town)["refused"] == []


def test_a_refused_command_is_told_with_its_reason_and_changes_nothing(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        DETECTED
        + event("2026-01-12T09:05", "forward", by="zhkh", to="[zhkh]")
        + event("2026-01-12T09:10", "accept", by="zhkh")
        + event("2026-01-12T09:11", "posted", by="curator", link="https://vk.com/wall-1_2"),
    )
    assert found["cases"]["c1"]["state"] == "new"
    assert [(r["at"], r["do"], r["by"], r["reason"]) for r in found["refused"]] == [
        ("2026-01-12T09:05:00+03:00", "forward", "zhkh", "not_a_curator"),
        ("2026-01-12T09:10:00+03:00", "accept", "zhkh", "not_forwarded"),
        ("2026-01-12T09:11:00+03:00", "posted", "curator", found["refused"][2]["reason"]),
    ]


def test_ku_9_no_reason_no_return(tmp_path: Path) -> None:
    start = DETECTED + event("2026-01-12T09:05", "forward", by="curator", to="[zhkh]")
    without = played(tmp_path, start + event("2026-01-12T09:10", "return", by="zhkh"))
    assert (without["cases"]["c1"]["state"], without["refused"][0]["reason"]) == ("forwarded", "reason_required")
    given = played(tmp_path, start + event("2026-01-12T09:10", "return", by="zhkh", reason="не наше"))
    assert (given["cases"]["c1"]["state"], given["refused"]) == ("new", [])


APPROVED = (
    DETECTED
    + event("2026-01-12T09:05", "forward", by="curator", to="[zhkh]")
    + event("2026-01-12T09:10", "draft", by="zhkh", text="Засыпали")
    + event("2026-01-12T09:20", "approve", by="curator")
)
LINK = "https://vk.com/wall-1_2"


@pytest.mark.parametrize("at", ["2026-01-12T09:20", "2026-01-12T09:20:10", "2026-01-12T09:25"])
@pytest.mark.parametrize("who", [{"by": "curator"}, {}])
def test_an_answer_is_posted_whether_or_not_the_time_to_undo_is_over(
    tmp_path: Path, at: str, who: dict[str, str]
) -> None:
    found = played(tmp_path, APPROVED + event(at, "posted", link=LINK, **who))
    assert (found["cases"]["c1"]["state"], found["refused"]) == ("closed", [])


def test_without_word_from_the_network_the_answer_waits_and_a_failure_is_posted_by_hand(tmp_path: Path) -> None:
    assert played(tmp_path, APPROVED + "until: 2026-01-12T09:30\n")["cases"]["c1"]["state"] == "approved"
    failed = APPROVED + event("2026-01-12T09:25", "post_failed", reason="closed")
    assert played(tmp_path, failed)["cases"]["c1"]["state"] == "not_posted"
    by_hand = played(tmp_path, failed + event("2026-01-12T09:28", "posted", by="curator", link=LINK))
    assert (by_hand["cases"]["c1"]["state"], by_hand["refused"]) == ("closed", [])


def test_iz_d3_the_substitute_has_the_curators_rights_for_exactly_that_time(tmp_path: Path) -> None:
    away = "events:\n  - {at: 2026-01-12T08:00, do: absent, by: curator, from: 2026-01-12T09:00, until: 2026-01-12T10:00}\n"
    found = played(
        tmp_path,
        away
        + DETECTED.removeprefix("events:\n")
        + event("2026-01-12T09:30", "forward", by="chief_specialist", to="[zhkh]")
        + event("2026-01-12T10:00", "forward", by="chief_specialist", to="[roads]"),
        regulation="izobilnensky",
    )
    assert found["cases"]["c1"]["state"] == "forwarded"
    assert [(r["by"], r["reason"]) for r in found["refused"]] == [("chief_specialist", "not_a_curator")]


def test_cases_played_apart_come_to_the_same(tmp_path: Path) -> None:
    lines = []
    for number in range(7):
        lines.append((f"2026-01-12T09:{number:02}", f"detect, case: n{number}, source: vk, text: Яма"))
        lines.append((f"2026-01-12T10:{number * 3:02}", f"forward, case: n{number}, by: curator, to: [zhkh, roads]"))
        lines.append((f"2026-01-12T13:{number * 5:02}", f"draft, case: n{number}, by: zhkh, text: Засыпали"))
    events = "".join(f"  - {{at: {at}, do: {rest}}}\n" for at, rest in sorted(lines))
    scenario = read(written(tmp_path, "events:\n" + events + "until: 2026-01-14T18:00\n"))
    zone = scenario.municipality.zone
    whole = as_json(play(scenario), zone)
    assert json.loads(whole)["notices"]
    assert as_json(play_apart(scenario, 2), zone) == whole


@pytest.mark.parametrize(
    ("regulation", "state"),
    [(name, "closed") for name in ("izobilnensky", "moskalensky", "slavgorod", "kursky")],
)
def test_every_regulation_with_terms_plays_the_same_day(tmp_path: Path, regulation: str, state: str) -> None:
    found = played(tmp_path, DAY, regulation)
    assert (found["cases"]["c1"]["state"], found["refused"]) == (state, [])


# --- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            event("2026-01-12T09:00", "detekt", source="vk", text="Яма"),
            "строка 17: do: неизвестное слово «detekt», возможно",
        ),
        (event("2026-01-12T09:00", "accept", by="zhkh"), "строка 17: case: сообщения «c1» ещё нет"),
        (event("2026-01-12T09:00", "detect", text="Яма"), "строка 17: detect: не хватает ключа «source»"),
        (event("2026-01-12T09:00", "detect", source="fax", text="Яма"), "строка 17: source: неизвестное слово «fax»"),
        (
            event("2026-02-30T09:00", "detect", source="vk", text="Яма"),
            "строка 17: at: момента «2026-02-30T09:00» не бывает",
        ),
        (event("2031-01-12T09:00", "detect", source="vk", text="Яма"), "строка 17: at: на 2031 год нет"),
        ("  - {do: detect, case: c1}\n", "строка 17: не хватает ключа «at»"),
        ("  - 17\n", "строка 17: событие: нужны ключи at, do, case"),
    ],
)
def test_a_bad_event_is_named_with_its_line(tmp_path: Path, lines: str, words: str) -> None:
    with pytest.raises(BrokenConfiguration) as broken:
        read(written(tmp_path, "events:\n" + lines))
    assert words in str(broken.value)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (event("2026-01-12T08:00", "forward", by="curator", to="[zhkh]"), "строка 18: события не по порядку"),
        (
            event("2026-01-12T09:10", "forward", by="curator", to="[zkh]"),
            "строка 18: to: отдела «zkh» нет в departments",
        ),
        (event("2026-01-12T09:10", "forward", by="curator"), "строка 18: forward: не хватает ключа «to»"),
        (event("2026-01-12T09:10", "forward", to="[zhkh]"), "строка 18: не хватает ключа «by»"),
        (event("2026-01-12T09:10", "forward", by="mayor", to="[zhkh]"), "строка 18: by: «mayor» никого не обозначает"),
        (event("2026-01-12T09:10", "accept", by="zhkh", txt="x"), "строка 18: accept: неизвестный ключ «txt»"),
        (event("2026-01-12T09:10", "merge", by="curator", into="c9"), "строка 18: into: сообщения «c9» ещё нет"),
        (event("2026-01-12T09:10", "detect", source="vk", text="Яма"), "строка 18: сообщение «c1» уже есть"),
        ("until: 2026-01-11T09:00\n", "строка 18: until раньше последнего события"),
        ("untill: 2026-01-11T09:00\n", "строка 18: неизвестный ключ «untill», возможно «until»?"),
    ],
)
def test_what_does_not_follow_is_named_with_its_line(tmp_path: Path, lines: str, words: str) -> None:
    with pytest.raises(BrokenConfiguration) as broken:
        read(written(tmp_path, DETECTED + lines))
    assert words in str(broken.value)


@pytest.mark.parametrize("do", ["return", "send_back"])
def test_what_can_still_be_undone_is_told_at_the_time_of_the_act(tmp_path: Path, do: str) -> None:
    """The time for «Отменить» puts letters off; a scenario undoes nothing, and its times do not depend on it."""
    start = DETECTED + event("2026-01-12T09:10", "forward", by="curator", to="[zhkh]")
    act = event("2026-01-12T09:20", "return", by="zhkh", text="не наша территория")
    if do == "send_back":
        act = event("2026-01-12T09:20", "draft", by="zhkh", text="Яму засыплем 13 января к 12:00")
        act += event("2026-01-12T09:30", "send_back", by="curator", text="назовите место")
    days = []
    for seconds in (0, 30):
        (tmp_path / str(seconds)).mkdir()
        town = TOWN.rstrip() + f"\n  approval_delay: {seconds}\n"
        days.append(played(tmp_path / str(seconds), start + act + "until: 2026-01-12T18:00\n", town=town))
    assert days[0] == days[1]
    assert days[0]["notices"] != []
