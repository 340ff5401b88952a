"""The list pinned in the working group, whole: what is open, who is awaited for what, what is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.notices.pinned_screens import no_longer, pinned, rows_of
from tests.doors.screens_office import (
    TEXTS,
    accepted,
    approved,
    at,
    detected,
    drafted,
    forwarded,
    many_departments,
    seen,
    shared,
    town,
)
from workflow.case import Case, State
from workflow.office import Office


def shown(cases: Sequence[Case], now: datetime, there: Office | None = None) -> list[str]:
    """The list of these cases, each with a number of its own."""
    office = there or town()
    numbered = [(replace(case, number=number), office) for number, case in enumerate(cases, 1)]
    states = {state: sum(case.state is state for case in cases) for state in State}
    screen = pinned(TEXTS, states, rows_of(numbered, now), office, now)
    assert screen.silent
    return seen(screen).split("\n")


def test_everybody_awaited_has_a_line_with_the_earliest_term() -> None:
    assert shown([detected(), forwarded(), forwarded(), accepted(), drafted()], at(9, 40)) == [
        "Открыто 5 сообщений: новых 1, в работе 3, на согласовании 1",
        "Отдел ЖКХ: принять 2, проект ответа 1 · раньше всех № 2, пн 12.01 до 9:50",
        "Куратор: направить 1, согласовать 1 · раньше всех № 1, пн 12.01 до 10:02",
        "Список обновляется сам. Подробно: /open",
    ]


def test_what_is_late_comes_first_and_is_named() -> None:
    assert shown([drafted(), detected(), *[accepted()] * 6], at(15)) == [
        "Открыто 8 сообщений: новых 1, в работе 6, на согласовании 1",
        "⚠️ Куратор: согласовать 1, направить 1 · просрочено № 2, № 1",
        "⚠️ Отдел ЖКХ: проект ответа 6 · просрочено № 3, № 4, № 5, № 6 и ещё 2",
        "Список обновляется сам. Подробно: /open",
    ]


def test_co_executors_are_awaited_for_what_they_owe_and_the_network_under_the_curator() -> None:
    lines = shown([shared(town()), approved()], at(9, 41))
    assert [line.partition(" · ")[0] for line in lines[1:-1]] == [
        "Отдел дорожного хозяйства: сведения 1",
        "Отдел образования: сведения 1",
        "Куратор: ответ уходит 1",
        "Отдел ЖКХ: общий проект 1",
    ]


def test_however_many_departments_there_are_at_most_twelve_lines() -> None:
    there = many_departments(20)
    cases = [replace(forwarded(), parts=(replace(forwarded().parts[0], department=f"d{n}"),)) for n in range(1, 21)]
    lines = shown(cases, at(9, 25), there)
    assert (len(lines), lines[-2]) == (11, "и ещё 12 отделов")


def test_no_citizen_and_nothing_they_wrote_stands_there() -> None:
    text = "\n".join(shown([detected(), forwarded(), drafted()], at(9, 40)))
    assert {word for word in ("Житель", "Школьная", "вод") if word.lower() in text.lower()} == set()


def test_nothing_open_and_a_list_that_is_kept_no_more() -> None:
    assert shown([], at(9)) == ["Открытых сообщений нет."]
    assert seen(no_longer(TEXTS)) == "Этот список больше не обновляется. Что открыто, покажет /open."
