"""The figures of a month, by DESIGN's definitions."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from reports.as_json import as_json, mapping
from reports.figures import Place, Quality, Totals, figures, quotient
from reports.period import Month
from tests.reports.cases import NAMES, NOW, OCTOBER, TEXT, Step, after, answered, counted, detected, october, rows
from tests.rules.offices import CURATOR, MOSCOW, ROADS, ZHKH, at
from workflow.case import State
from workflow.commands import (
    AnyCommand,
    Approve,
    CloseWithoutPosting,
    Contribute,
    Forward,
    NotProcess,
    Posted,
    Recall,
    Release,
    Return,
    SubmitDraft,
)
from workflow.office import CLOCK, NETWORK
from workflow.regulation import DraftKind, Source

WEEKS = 8 * 60 * 4 + 7 * 60 - 15
"""Minutes of work from Monday to Friday."""

LATE_ON_5 = (7 * 60 - 15 - 3 * 60 - 60) + 3 * WEEKS
LATE_ANSWER_ON_5 = 3 * WEEKS - 135

TOLD = {
    "municipality": "okrug",
    "month": "2026-10",
    "as_of": "2026-11-02T09:00:00+03:00",
    "received": 7,
    "closed": 4,
    "closed_without_posting": 1,
    "not_processed": 1,
    "open": 1,
    "repeated": 1,
    "topics": [
        {"topic": "вода", "received": 5},
        {"topic": "", "received": 1},
        {"topic": "дороги", "received": 1},
    ],
    "sources": {"vk": 6, "ok": 1},
    "departments": [
        {
            "key": "zhkh",
            "name": "Отдел ЖКХ",
            "received": 4,
            "answered": 3,
            "on_time": 2,
            "late": 1,
            "open": 0,
            "open_overdue": 0,
            "returned": 1,
            "sent_back": 0,
            "on_time_share": 0.6667,
            "median_minutes": 100,
        },
        {
            "key": "roads",
            "name": "Отдел дорожного хозяйства",
            "received": 2,
            "answered": 1,
            "on_time": 1,
            "late": 0,
            "open": 1,
            "open_overdue": 1,
            "returned": 0,
            "sent_back": 1,
            "on_time_share": 0.5,
            "median_minutes": 60,
        },
    ],
    "violations": [
        {
            "case": 2,
            "step": "draft",
            "who": "zhkh",
            "due": "2026-10-06T13:00:00+03:00",
            "done": "2026-10-06T15:20:00+03:00",
            "late_minutes": 80,
        },
        {
            "case": 5,
            "step": "draft",
            "who": "roads",
            "due": "2026-10-09T13:00:00+03:00",
            "done": None,
            "late_minutes": LATE_ON_5,
        },
        {
            "case": 5,
            "step": "answer",
            "who": "roads",
            "due": "2026-10-12T11:15:00+03:00",
            "done": None,
            "late_minutes": LATE_ANSWER_ON_5,
        },
    ],
}


def test_ku_22_the_report_of_a_month_as_the_contract_has_it() -> None:
    assert json.loads(as_json(counted(october()))) == TOLD


@pytest.mark.parametrize("curator_late", [True, False])
def test_mo_19_ku_19_sl_12_iz_d2_the_department_answers_for_its_own_duties_only(under: str, curator_late: bool) -> None:
    """A draft days late is charged to it by name; where it was the curator who was late, it is in time all the same."""
    case = after(
        detected(1, "2026-10-05 09:00", key=under),
        ("2026-10-05 09:20", Forward(CURATOR, 1, ("zhkh",))),
        ("2026-10-05 10:00" if curator_late else "2026-10-08 10:00", SubmitDraft(ZHKH, 1, TEXT)),
        ("2026-10-08 10:05", Approve(CURATOR, 1, 1)),
        ("2026-10-08 10:06", Release(CLOCK, 1, 1)),
        ("2026-10-08 10:07", Posted(NETWORK, 1, "https://vk.com/wall-1_2?reply=4")),
        key=under,
    )
    found = counted([case], key=under)
    charged = {missed.who for missed in found.violations if missed.step == "draft"}
    assert charged == (set() if curator_late else {"zhkh"})
    assert [(d.on_time, d.late) for d in found.departments] == [(1, 0) if curator_late else (0, 1), (0, 0)]
    others = {missed.who for missed in found.violations if missed.step != "draft"}
    whose = {"curator" if curator_late else "zhkh"}  # the answer is charged to whoever held the draft
    assert others == (whose if under in ("kursky", "moskalensky") else others & {"curator"})


def test_mo_20_ku_21_what_is_missed_names_who_which_step_and_by_how_much(under: str) -> None:
    missed = counted([answered(1, "2026-10-05", "15:20", key=under)], key=under).violations
    late = {"kursky": 80, "moskalensky": 20}[under]
    assert [(m.case, m.step, m.who, m.late_minutes) for m in missed] == [(1, "draft", "zhkh", late)]


TAKEN: tuple[AnyCommand, ...] = (
    Recall(CURATOR, 1),
    Forward(CURATOR, 1, ("roads",)),
    CloseWithoutPosting(CURATOR, 1, "thanks"),
    NotProcess(CURATOR, 1, "obscene"),
)


@pytest.mark.parametrize("taking", TAKEN, ids=lambda command: type(command).__name__)
def test_ku_21_ku_22_a_case_the_curator_took_away_is_no_return_of_the_department(taking: AnyCommand) -> None:
    case = after(
        detected(1, "2026-10-05 09:00"),
        ("2026-10-05 09:20", Forward(CURATOR, 1, ("zhkh",))),
        ("2026-10-05 09:40", taking),
    )
    found = counted([case])
    zhkh = found.departments[0]
    assert (zhkh.received, zhkh.answered, zhkh.on_time, zhkh.late, zhkh.returned, zhkh.open) == (0, 0, 0, 0, 0, 0)
    assert zhkh.on_time_share is None
    assert found.quality.returned == 0


def test_ku_21_what_a_department_gave_back_stays_returned_whatever_the_curator_does_then() -> None:
    given = after(
        detected(1, "2026-10-05 09:00"),
        ("2026-10-05 09:20", Forward(CURATOR, 1, ("zhkh",))),
        ("2026-10-05 09:30", Return(ZHKH, 1, "не наше")),
    )
    ends: tuple[tuple[Step, ...], ...] = (
        (("2026-10-05 09:40", CloseWithoutPosting(CURATOR, 1, "thanks")),),
        (("2026-10-05 09:40", Forward(CURATOR, 1, ("zhkh",))), ("2026-10-05 09:50", Recall(CURATOR, 1))),
        (("2026-10-05 09:40", Forward(CURATOR, 1, ("roads",))),),
    )
    for end in ends:
        found = counted([after(given, *end)])
        zhkh = found.departments[0]
        assert (zhkh.received, zhkh.returned, found.quality.returned) == (1, 1, 1)


def test_a_department_that_returned_a_case_and_got_it_again_was_handed_it_once() -> None:
    case = after(
        detected(1, "2026-10-05 09:00"),
        ("2026-10-05 09:20", Forward(CURATOR, 1, ("zhkh",))),
        ("2026-10-05 09:30", Return(ZHKH, 1, "не наше")),
        ("2026-10-05 09:40", Forward(CURATOR, 1, ("zhkh",))),
        ("2026-10-05 10:00", SubmitDraft(ZHKH, 1, TEXT)),
    )
    found = counted([case])
    zhkh = found.departments[0]
    assert (zhkh.received, zhkh.returned, zhkh.open, zhkh.median_minutes) == (1, 0, 1, 20)
    assert found.quality.returned == 0, "the sum of the departments: it has the case"


def test_a_co_executor_is_handed_the_case_too() -> None:
    case = after(
        detected(1, "2026-10-05 09:00"),
        ("2026-10-05 09:20", Forward(CURATOR, 1, ("zhkh", "roads"))),
        ("2026-10-05 09:40", Contribute(ROADS, 1, "Дорога к колодцу перекрыта до вечера, работы идут.")),
    )
    assert [(d.key, d.received, d.open) for d in counted([case]).departments] == [("zhkh", 1, 1), ("roads", 1, 1)]


def test_a_merged_case_counts_as_open() -> None:
    case = replace(detected(1, "2026-10-05 09:00"), state=State.MERGED)
    totals = counted([case]).totals
    assert totals == Totals(1, 0, 0, 0, 1, 0)


def test_a_department_that_is_gone_from_the_file_keeps_its_history() -> None:
    place = Place("okrug", "Округ", MOSCOW, {"roads": NAMES["roads"]})
    again = figures(rows([answered(1, "2026-10-05")]), place, OCTOBER, NOW)
    assert [(d.key, d.name, d.answered) for d in again.departments] == [
        ("roads", NAMES["roads"], 0),
        ("zhkh", "zhkh", 1),
    ]


def test_mo_13_ku_15_interim_answers_with_what_they_promise(under: str) -> None:
    posted = ("2026-10-05 10:32", Posted(NETWORK, 1, "https://vk.com/wall-1_2?reply=4"))
    case = after(
        detected(1, "2026-10-05 09:00", "Когда отремонтируют мост", key=under),
        ("2026-10-05 09:20", Forward(CURATOR, 1, ("zhkh",))),
        ("2026-10-05 10:00", SubmitDraft(ZHKH, 1, TEXT, kind=DraftKind.INTERIM)),
        ("2026-10-05 10:30", Approve(CURATOR, 1, 1)),
        ("2026-10-05 10:31", Release(CLOCK, 1, 1)),
        posted,
        key=under,
    )
    found = counted([case], at("2026-10-06 09:00"), key=under)
    (interim,) = found.interims
    assert (interim.case, interim.department, interim.posted) == (1, "zhkh", at("2026-10-05 10:32"))
    assert (interim.promised, interim.kept_at) == (at("2026-10-14 18:00"), None)
    assert (found.quality.interim, found.quality.interim_share, found.totals.open) == (1, 1.0, 1)


def test_quality_of_a_month() -> None:
    assert counted(october()).quality == Quality(
        returned=1,
        sent_back=1,
        versions_per_answer=1.25,
        interim=0,
        interim_share=0.0,
        repeat_share=0.1429,
        significant=0,
    )


def test_a_month_without_cases_is_a_report_of_zeros() -> None:
    found = counted(())
    assert found.totals == Totals(0, 0, 0, 0, 0, 0)
    assert [(d.key, d.received, d.on_time_share, d.median_minutes) for d in found.departments] == [
        ("zhkh", 0, None, None),
        ("roads", 0, None, None),
    ]
    assert mapping(found)["violations"] == []
    assert len(found.days) == 31


def test_days_are_the_municipalitys_own() -> None:
    late_evening = detected(1, "2026-10-05 23:30")
    days = dict(
        counted([replace(late_evening, history=(replace(late_evening.history[0], at=at("2026-10-05 00:30")),))]).days
    )
    assert [day.day for day, count in days.items() if count] == [5]


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "26-10", "2026-1", "октябрь", "", "2026-10-01", "9999-01"])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        Month.parse(text)


def test_a_month_begins_and_ends_at_midnight_of_the_municipality() -> None:
    since, until = Month(2026, 12).bounds(MOSCOW)
    assert (since, until) == (at("2026-12-01 00:00"), at("2027-01-01 00:00"))
    assert Month(2026, 1).before == Month(2025, 12)


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(7, 9, 0.7778), (1, 32, 0.0313), (0, 3, 0.0), (3, 3, 1.0), (1, 0, None)]
)
def test_a_share_is_rounded_as_tables_round_it(part: int, whole: int, expected: float | None) -> None:
    assert quotient(part, whole, 4) == expected


def test_sources_are_counted_by_the_contracts_words() -> None:
    case = detected(1, "2026-10-05 09:00", source=Source.TELEGRAM_GOVERNOR)
    assert mapping(counted([case]))["sources"] == {"telegram-governor": 1}
