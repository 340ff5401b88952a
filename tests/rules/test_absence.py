"""Who acts for whom: rights exactly within an absence, chains, no circles; properties over any absences (IZ-D3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.rules.offices import at, office
from workflow.office import Absence, Actor, Office, Role, circle_among

START = at("2026-01-12 00:00")
PEOPLE = tuple(office().people)
HOURS = st.integers(0, 72).map(lambda n: START + timedelta(hours=n))


@st.composite
def absence(draw: st.DrawFn) -> Absence:
    since, until = sorted((draw(HOURS), draw(HOURS)))
    person = draw(st.sampled_from(PEOPLE))
    substitute = draw(st.sampled_from([None, *(key for key in PEOPLE if key != person)]))
    return Absence(person, since, until + timedelta(hours=1), substitute)


ABSENCES = st.lists(absence(), max_size=6).map(tuple)


def away(*absences: Absence) -> Office:
    return replace(office(), absences=absences)


def lasts(one: Absence, now: datetime) -> bool:
    return one.since <= now < one.until


@given(absence(), HOURS)
def test_iz_d3_the_substitute_has_the_rights_exactly_while_the_absence_lasts(one: Absence, now: datetime) -> None:
    for key in PEOPLE:
        wanted = {key, one.person} if key == one.substitute and lasts(one, now) else {key}
        assert away(one).stands_in(key, now) == wanted


def test_iz_d3_the_first_moment_is_within_and_the_last_is_not() -> None:
    one = Absence("curator", START, START + timedelta(days=1), "zhkh_head")
    second = timedelta(seconds=1)
    moments = (one.since - second, one.since, one.until - second, one.until)
    acting = [away(one).has_role(Actor(("zhkh_head",), 2), Role.CURATOR, moment) for moment in moments]
    assert [person.key if person else None for person in acting] == [None, "curator", "curator", None]
    assert [away(one).holders(Role.CURATOR, moment) for moment in moments] == [
        ("curator",), ("zhkh_head",), ("zhkh_head",), ("curator",),
    ]  # fmt: skip


@given(ABSENCES, HOURS)
def test_iz_d3_rights_pass_along_chains_and_nowhere_else(absences: tuple[Absence, ...], now: datetime) -> None:
    """An independent slow oracle: rights as pairs, joined until nothing is added."""
    rights = {(key, key) for key in PEOPLE}
    steps = {(a.substitute, a.person) for a in absences if lasts(a, now) and a.substitute is not None}
    for _ in PEOPLE:
        rights |= {(a, d) for a, b in rights for c, d in steps if b == c}
    for key in PEOPLE:
        assert away(*absences).stands_in(key, now) == {right for who, right in rights if who == key}


def is_away(here: Office, person: str, now: datetime) -> bool:
    return any(one.person == person and lasts(one, now) for one in here.absences)


@given(ABSENCES, HOURS)
def test_iz_d3_nothing_waits_with_somebody_who_is_away(absences: tuple[Absence, ...], now: datetime) -> None:
    here = away(*absences)
    for key in PEOPLE:
        present = here.present(key, now)
        assert len(set(present)) == len(present)
        assert [one for one in present if is_away(here, one, now)] == []
        assert all(key in here.stands_in(one, now) for one in present)
        assert is_away(here, key, now) or present == (key,)
    for role in Role:
        assert [one for one in here.holders(role, now) if is_away(here, one, now)] == []


@given(ABSENCES, HOURS)
def test_iz_d3_a_person_who_can_act_for_another_is_found(absences: tuple[Absence, ...], now: datetime) -> None:
    """Whoever is there and has the rights of somebody away is among those who act for him."""
    here = away(*absences)
    for key in PEOPLE:
        able = {one for one in PEOPLE if not is_away(here, one, now) and key in here.stands_in(one, now)}
        assert not is_away(here, key, now) or set(here.present(key, now)) == able


@given(ABSENCES)
def test_iz_d3_a_circle_is_found_exactly_where_there_is_one(absences: tuple[Absence, ...]) -> None:
    def stands_for(moment: datetime, key: str) -> set[str]:
        return {a.substitute for a in absences if a.person == key and lasts(a, moment) and a.substitute is not None}

    def reaches_itself(moment: datetime, key: str) -> bool:
        met: set[str] = set()
        border = stands_for(moment, key)
        while border - met:
            met |= border
            border = {far for near in border for far in stands_for(moment, near)}
        return key in met

    there_is = any(reaches_itself(a.since + timedelta(hours=n), a.person) for a in absences for n in range(74)
                   if lasts(a, a.since + timedelta(hours=n)))  # fmt: skip
    circle = circle_among(absences)
    assert bool(circle) == there_is
    closed = [*circle, *circle[:1]]
    moments = [a.since for a in absences]
    assert not circle or any(
        all(after in stands_for(moment, before) for before, after in pairwise(closed)) for moment in moments
    )


def test_iz_d3_one_after_the_other_is_no_circle() -> None:
    day = timedelta(days=1)
    first = Absence("curator", START, START + day, "zhkh_head")
    assert circle_among([first, Absence("zhkh_head", START + day, START + 2 * day, "curator")]) == ()
    overlapping = Absence("zhkh_head", START + day / 2, START + 2 * day, "curator")
    assert set(circle_among([first, overlapping])) == {"curator", "zhkh_head"}


def test_iz_d3_a_second_absence_with_a_substitute_helps_where_the_first_has_none() -> None:
    until = START + timedelta(days=1)
    here = away(Absence("curator", START, until, None), Absence("curator", START, until, "zhkh_head"))
    assert here.present("curator", START) == ("zhkh_head",)
