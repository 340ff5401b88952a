"""Word the list pinned in the working group: what is open, who is awaited for what, what is late. Pure.

Everybody in the group reads it: it names departments and case numbers, no citizen and none of their words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from bot.messenger import Screen
from config.russian.words import When
from config.texts import Texts
from workflow.case import Case, Move, State
from workflow.office import Office
from workflow.regulation import Kind
from workflow.terms.alarms import owed_by, running, watcher_of
from workflow.terms.deadlines import Deadline
from workflow.waiting import waits_on

MOST_ROWS = 8
"""How many departments (or curators) have a row; with the heading, the count of the rest and the last line, at most
twelve lines."""
MOST_LATE = 4
"""How many numbers of overdue cases a row names; the rest are counted."""


@dataclass
class Row:
    """What one department, or the curator, is awaited for: how many cases per move. `terms`: (due moment, number) of
    each case whose term runs; `late`: of those whose term has passed."""

    who: str
    moves: Counter[Move] = field(default_factory=Counter)
    terms: list[tuple[datetime, int]] = field(default_factory=list)
    late: list[tuple[datetime, int]] = field(default_factory=list)

    @property
    def order(self) -> tuple[bool, bool, datetime | None, str]:
        """The sort key: rows with overdue cases first, then by the earliest term; those without a term last."""
        first = min((*self.late, *self.terms), default=None)
        return not self.late, first is None, first[0] if first is not None else None, self.who


def rows_of(cases: Iterable[tuple[Case, Office]], now: datetime) -> list[Row]:
    """Return a row for everybody whom these cases wait for; what a machine has to do counts for the curator, who
    watches over it."""
    rows: dict[str, Row] = {}
    for case, office in cases:
        awaited: dict[str, None] = {}
        for wait in waits_on(case, office):
            who = watcher_of(wait)
            rows.setdefault(who, Row(who)).moves[wait.move] += 1
            awaited[who] = None
        runs = sorted(running(case, office).values(), key=lambda run: run.until)
        for who in awaited:
            _count_term(rows[who], case, [run for run in runs if owed_by(run, case) == who], now)
    return sorted(rows.values(), key=lambda row: row.order)


def _count_term(row: Row, case: Case, runs: Sequence[Deadline], now: datetime) -> None:
    """Enter the earliest term of the case into the row, as running or late; a right that has lapsed is no term any
    more."""
    standing = [run for run in runs if run.kind is Kind.DUTY or run.until >= now]
    if standing:
        kept = row.late if standing[0].until < now else row.terms
        kept.append((standing[0].until, case.number))


def pinned(texts: Texts, states: Mapping[State, int], rows: Sequence[Row], office: Office, now: datetime) -> Screen:
    """Return the pinned list. `states`: how many cases are open, by state."""
    total = sum(states.values())
    if not total:
        return Screen(str(texts.phrase("pinned.nothing")), silent=True)
    new, approved = states.get(State.NEW, 0), states.get(State.ON_APPROVAL, 0)
    heading = texts.phrase("pinned.heading", n=total, new=new, in_work=total - new - approved, on_approval=approved)
    lines = [_line(texts, row, office, now) for row in rows[:MOST_ROWS]]
    more = [texts.phrase("pinned.more", n=len(rows) - MOST_ROWS)] if len(rows) > MOST_ROWS else []
    return Screen("\n".join(map(str, [heading, *lines, *more, texts.phrase("pinned.foot")])), silent=True)


def _line(texts: Texts, row: Row, office: Office, now: datetime) -> Markup:
    when = When(now, office.zone, stays=True)
    department = office.departments.get(row.who)
    first = min(row.terms, default=None)
    late = sorted(row.late)
    return texts.phrase(
        "pinned.line",
        who=department.name if department is not None else texts.plain("pinned.curator"),
        moves=", ".join(f"{texts.plain(f'pinned_moves.{move}')} {n}" for move, n in row.moves.most_common()),
        late=", ".join(f"№ {number}" for _, number in late[:MOST_LATE]),
        more=max(0, len(late) - MOST_LATE),
        number=first[1] if first is not None else 0,
        until=when.until(first[0]) if first is not None else "",
    )


def no_longer(texts: Texts) -> Screen:
    """Return the words that replace the list once it is switched off."""
    return Screen(str(texts.phrase("pinned.no_longer")), silent=True)
