"""Norms of publications: who is behind and when it is said, how a month was (IZ-4, MO-A2.10, PA-2.2)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from config import regulations
from tests.rules.towns import clock
from workflow.official.page import OfficialPage, PageState
from workflow.official.page_items import PageNetwork, Whose
from workflow.official.publications import PageFigures, Publication, behind, figures, norm_of
from workflow.regulation import Regulation

CLOCK = clock("izobilnensky")


def page(whose: Whose = Whose.ADMINISTRATION, state: PageState = PageState.IN_FORCE) -> OfficialPage:
    return OfficialPage(1, "okrug", 1, state, PageNetwork.VK, whose, "https://vk.com/okrug")


def rules(town: str) -> Regulation:
    return regulations.load(regulations.find(town))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CLOCK.zone)


def published(*moments: str, page: int = 1) -> list[Publication]:
    return [Publication(page, at(text), f"https://vk.com/wall-1_{n}") for n, text in enumerate(moments)]


@pytest.mark.parametrize(
    ("now", "moments", "have"),
    [
        ("2026-01-13 12:59", ("2026-01-13 09:30",), None),
        ("2026-01-13 14:00", ("2026-01-13 09:30",), 1),
        ("2026-01-13 14:00", ("2026-01-12 23:59",), 0),
        ("2026-01-13 17:59", ("2026-01-13 00:00", "2026-01-13 17:58"), None),
        ("2026-01-13 23:00", (), 0),
        ("2026-01-17 15:00", (), None),  # a Saturday
        ("2026-01-09 15:00", (), None),  # New Year's holidays
    ],
)
def test_iz_4_a_warning_in_the_afternoon_of_a_day_below_two(
    now: str, moments: tuple[str, ...], have: int | None
) -> None:
    norm = norm_of(page(), rules("izobilnensky"))
    found = behind(page(), published(*moments), norm, at(now), CLOCK)
    assert (found.have if found is not None else None) == have


def test_iz_4_the_norm_is_for_the_pages_of_the_head_and_of_the_administration_each() -> None:
    regulation = rules("izobilnensky")
    found = [norm_of(page(whose), regulation) for whose in Whose]
    assert [(norm.per, norm.at_least, norm.norm) if norm else None for norm in found] == [
        ("day", 2, 3),
        ("day", 2, 3),
        None,
    ]
    others = published("2026-01-13 09:30", "2026-01-13 09:40", page=2)
    warned = behind(page(), others, found[1], at("2026-01-13 15:00"), CLOCK)
    assert warned is not None
    assert (warned.page, warned.have, warned.norm.at_least) == (1, 0, 2)


@pytest.mark.parametrize(
    ("now", "is_warned"),
    [
        ("2026-01-14 17:00", False),  # Wednesday
        ("2026-01-15 12:00", False),
        ("2026-01-15 14:00", True),  # Thursday afternoon
        ("2026-01-16 09:00", True),
        ("2026-01-17 12:00", False),
        ("2026-01-18 12:00", False),
        ("2026-01-19 12:00", False),
    ],
)
def test_mo_a2_10_a_week_that_is_behind_is_warned_of_near_its_end(now: str, is_warned: bool) -> None:
    norm = norm_of(page(), rules("moskalensky"))
    six = published(*(f"2026-01-{day} 10:00" for day in (12, 12, 13, 13, 14, 14)))
    found = behind(page(), six, norm, at(now), CLOCK)
    assert (found is not None) is is_warned
    if found is not None:
        assert (found.since, found.have, found.norm.at_least) == (date(2026, 1, 12), 6, 7)
        seventh = [*six, *published("2026-01-15 10:00")]
        assert behind(page(), seventh, norm, at(now), CLOCK) is None


def test_mo_a2_10_units_have_a_norm_of_their_own() -> None:
    norms = {whose: norm_of(page(whose), rules("moskalensky")) for whose in Whose}
    assert {whose: norm.at_least if norm else None for whose, norm in norms.items()} == {
        Whose.HEAD: 7,
        Whose.ADMINISTRATION: 7,
        Whose.UNIT: 3,
    }


def test_pa_2_2_without_a_norm_there_are_figures_and_no_warning() -> None:
    norm = norm_of(page(), rules("primorsko-akhtarsky"))
    assert norm is None
    assert behind(page(), [], norm, at("2026-01-13 17:00"), CLOCK) is None
    three = published("2026-01-05 10:00", "2026-01-20 10:00", "2026-02-01 00:00")
    assert figures(page(), three, norm, date(2026, 1, 1), date(2026, 1, 31), CLOCK) == PageFigures(1, 2)


def test_a_page_that_is_not_in_force_is_not_warned_of() -> None:
    norm = norm_of(page(), rules("izobilnensky"))
    for state in set(PageState) - {PageState.IN_FORCE}:
        assert behind(page(state=state), [], norm, at("2026-01-13 17:00"), CLOCK) is None


def test_iz_4_the_months_figures_tell_days_with_enough_and_days_with_the_norm() -> None:
    norm = norm_of(page(), rules("izobilnensky"))
    moments = [*["2026-01-12 10:00"] * 3, *["2026-01-13 10:00"] * 2, "2026-01-14 10:00"]
    found = figures(page(), published(*moments), norm, date(2026, 1, 1), date(2026, 1, 31), CLOCK)
    assert found == PageFigures(page=1, publications=6, periods=31, enough=2, norm=1)


def test_mo_a2_10_each_week_counts_in_one_month_only() -> None:
    norm = norm_of(page(), rules("moskalensky"))
    daily = published(*((datetime(2026, 1, 1) + timedelta(days=n)).isoformat() for n in range(59)))
    january = figures(page(), daily, norm, date(2026, 1, 1), date(2026, 1, 31), CLOCK)
    february = figures(page(), daily, norm, date(2026, 2, 1), date(2026, 2, 28), CLOCK)
    assert (january.publications, january.periods, january.enough) == (31, 4, 3)
    assert (february.publications, february.periods, february.enough) == (28, 4, 4)
