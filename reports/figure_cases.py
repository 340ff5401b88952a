"""Defines which cases make up a figure of the month, so that a list and the figure that leads to it cannot differ.
Pure.

A figure is named as in `report.yaml`. `of` restricts it to a department, topic, source, place or day (ISO), or, for
violations, to the department or curator who missed the term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from zoneinfo import ZoneInfo

from reports.rows import CaseRow, End, Handed, Outcome
from workflow.case import Mark

Belongs = Callable[[CaseRow, str, ZoneInfo], bool]


def _ended(end: End) -> Belongs:
    return lambda row, of, zone: row.end is end


def _at(which: Callable[[Handed], bool]) -> Belongs:
    """Make the test for cases that the department `of` was given and whose state at that department passes `which`."""
    return lambda row, of, zone: any(one.department == of and which(one) for one in row.handed)


FIGURES: Mapping[str, Belongs] = {
    "received": lambda row, of, zone: True,
    "closed": _ended(End.CLOSED),
    "closed_without_posting": _ended(End.CLOSED_WITHOUT_POSTING),
    "not_processed": _ended(End.NOT_PROCESSED),
    "open": _ended(End.OPEN),
    "repeated": lambda row, of, zone: row.repeat,
    "interim": lambda row, of, zone: bool(row.interims),
    "promised": lambda row, of, zone: any(one.promised is not None for one in row.interims),
    "kept": lambda row, of, zone: any(one.is_kept for one in row.interims),
    "significant": lambda row, of, zone: row.significant,
    "violated": lambda row, of, zone: any(one.stands and of in ("", one.who) for one in row.missed),
    "helped": lambda row, of, zone: row.helped is True,
    "not_helped": lambda row, of, zone: row.helped is False,
    "good": lambda row, of, zone: any(one.mark is Mark.GOOD and of in ("", one.department) for one in row.handed),
    "poor": lambda row, of, zone: any(one.mark is Mark.POOR and of in ("", one.department) for one in row.handed),
    "topic": lambda row, of, zone: row.topic == of,
    "source": lambda row, of, zone: row.source == of,
    "place": lambda row, of, zone: row.place == of,
    "day": lambda row, of, zone: row.detected.astimezone(zone).date().isoformat() == of,
    "department_received": _at(lambda one: one.outcome is not Outcome.TAKEN),
    "answered": _at(lambda one: one.outcome is Outcome.ANSWERED),
    "on_time": _at(lambda one: one.outcome is Outcome.ANSWERED and not one.late),
    "late": _at(lambda one: one.outcome is Outcome.ANSWERED and one.late),
    "department_open": _at(lambda one: one.outcome is Outcome.OPEN),
    "open_overdue": _at(lambda one: one.overdue),
    "department_returned": _at(lambda one: one.outcome is Outcome.RETURNED),
}
"""The figure's name → the test whether a case counts in it."""


def cases_of(rows: Iterable[CaseRow], figure: str, of: str, zone: ZoneInfo) -> list[CaseRow]:
    """The cases counted in the figure, in the order of `rows`; empty if there is no such figure."""
    belongs = FIGURES.get(figure)
    return [row for row in rows if belongs(row, of, zone)] if belongs is not None else []
