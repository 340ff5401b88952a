"""The board's list of cases: open ones by their terms; ended ones, all, those of a month or of one of its figures, the
newest first; and cases found by their words. Prepares what the template shows; no HTTP.

A visitor gets only the cases they may see, whatever the address asks for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.board.month import Counted, Months
from bot.board.session import Visitor
from bot.board.shelf import Line, Shelf
from reports.period import Month
from storage import board
from storage.codec import load_case
from workflow.case import ENDED, State

ON_A_PAGE = 50
LONGEST = 100
"""How many characters of the words searched for are used."""

COLUMNS: Mapping[str, tuple[State, ...]] = {
    "new": (State.NEW,),
    "executor": (State.FORWARDED, State.IN_WORK),
    "approval": (State.ON_APPROVAL,),
    "rework": (State.REWORK,),
    "posting": (State.APPROVED, State.NOT_POSTED),
    "waiting": (State.WAITING_AUTHOR, State.INTERIM),
}
"""The board's columns with the states of their cases; the cases answered today form one more column. Captions are in
the templates."""

OPEN, ALL, ENDED_ONES = "open", "all", "ended"
STATES: Mapping[str, frozenset[State]] = {
    OPEN: frozenset(State) - ENDED,
    **{key: frozenset(states) for key, states in COLUMNS.items()},
    ENDED_ONES: ENDED,
    **{state.value: frozenset({state}) for state in (*sorted(ENDED),)},
    ALL: frozenset(State),
}
"""The values of the filter by state → the states of the cases listed."""

CURATOR = "curator"
"""The value of the filter by department that lists the open cases waiting for the curator."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address of the list asks for; invalid values are ignored. `month`: that in which the case was detected;
    `figure` and `of`: as in `reports.figure_cases`; `before`: only cases with a lower number."""

    words: str = ""
    state: str = OPEN
    department: str = ""
    is_late: bool = False
    month: Month | None = None
    figure: str = ""
    of: str = ""
    page: int = 1
    before: int | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Choice:
        month = _month(query.get("month", ""))
        department = query.get("department", "")
        state = query.get("state") or (ALL if month is not None else OPEN)
        if state not in STATES or (department == CURATOR and not STATES[state] <= STATES[OPEN]):
            state = OPEN
        before = query.get("before", "")
        return cls(
            words=query.get("q", "").strip()[:LONGEST],
            state=state,
            department=department,
            is_late=bool(query.get("late")),
            month=month,
            figure=query.get("figure", "") if month is not None else "",
            of=query.get("of", "") if month is not None else "",
            page=_number(query.get("page", "")) or 1,
            before=_number(before),
        )

    @property
    def is_narrowed(self) -> bool:
        return self != Choice(page=self.page)

    @property
    def is_of_open_ones(self) -> bool:
        """Whether only open cases are listed; these are in memory and sorted by their terms."""
        return self.month is None and STATES[self.state] <= STATES[OPEN]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list. `total`: how many cases there are, None if they were not counted; `last`: the number of
    the last page; `older`: the number below which the next page begins, None if there is none; `older_left_out`: as in
    `storage.search.Hits`."""

    lines: Sequence[Line]
    total: int | None = None
    page: int = 1
    last: int = 1
    older: int | None = None
    older_left_out: bool = False
    counted: Counted | None = None


@dataclass(frozen=True)
class Listing:
    shelf: Shelf
    months: Months

    async def find(self, who: Visitor, choice: Choice) -> Found:
        if choice.words:
            return await self._searched(who, choice)
        if choice.month is not None:
            return await self._of_month(who, choice, choice.month)
        if choice.is_of_open_ones:
            return await self._open(who, choice)
        return await self._newest(who, choice)

    async def _open(self, who: Visitor, choice: Choice) -> Found:
        found = [line for line in await self.shelf.open() if who.sees(line.departments) and self._fits(line, choice)]
        last, page = _pages(len(found), choice.page)
        return Found(found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE], len(found), page, last)

    def _fits(self, line: Line, choice: Choice) -> bool:
        if choice.department == CURATOR:
            is_theirs = not line.holder
        else:
            is_theirs = not choice.department or choice.department in line.departments
        is_late = line.is_late(self.shelf.bot.clock.now())
        return is_theirs and line.state in STATES[choice.state] and (is_late or not choice.is_late)

    async def _newest(self, who: Visitor, choice: Choice) -> Found:
        """A page of cases by number, the newest first. They are not counted, because there may be a million ended
        ones."""
        departments = _departments(who, choice)
        async with self.shelf.bot.books.write(self.shelf.bot.key) as tx:
            states = [state.value for state in STATES[choice.state]]
            bodies = await board.newest_before(tx, states, ON_A_PAGE + 1, choice.before, departments)
        lines = self._lines(bodies[:ON_A_PAGE])
        return Found(lines, older=lines[-1].number if len(bodies) > ON_A_PAGE else None)

    async def _of_month(self, who: Visitor, choice: Choice, month: Month) -> Found:
        counted = await self.months.of(month, who.departments)
        if counted is None:
            return Found((), 0)
        numbers = counted.cases_of(choice.figure or "received", choice.of)
        if choice.department == CURATOR:
            theirs = {line.number for line in await self.shelf.open() if not line.holder}
            numbers = [number for number in numbers if number in theirs]
        elif choice.department:
            theirs = {r.number for r in counted.rows if any(h.department == choice.department for h in r.handed)}
            numbers = [number for number in numbers if number in theirs]
        if choice.state != ALL:
            states = [state.value for state in STATES[choice.state]]
            async with self.shelf.bot.books.write(self.shelf.bot.key) as tx:
                now = await board.numbers_detected(tx, *month.bounds(counted.figures.zone), states)
            numbers = [number for number in numbers if number in now]
        if choice.is_late:
            late = {line.number for line in await self.shelf.open() if line.is_late(self.shelf.bot.clock.now())}
            numbers = [number for number in numbers if number in late]
        last, page = _pages(len(numbers), choice.page)
        async with self.shelf.bot.books.write(self.shelf.bot.key) as tx:
            bodies = await board.bodies_of(tx, numbers[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])
        return Found(self._lines(bodies), len(numbers), page, last, counted=counted)

    async def _searched(self, who: Visitor, choice: Choice) -> Found:
        """A page of the cases found by their words, the likeliest first; all cases are searched, as by /find."""
        async with self.shelf.bot.books.write(self.shelf.bot.key) as tx:
            hits = await tx.search.find(choice.words, ON_A_PAGE, (choice.page - 1) * ON_A_PAGE, who.departments)
            last, page = _pages(hits.total, choice.page)
            if page != choice.page:
                hits = await tx.search.find(choice.words, ON_A_PAGE, (page - 1) * ON_A_PAGE, who.departments)
            cases = await tx.lists.by_ids(hits.ids)
        lines = [self.shelf.line(case) for case in cases]
        return Found(lines, hits.total, page, last, older_left_out=hits.older_left_out)

    def _lines(self, bodies: Sequence[str]) -> list[Line]:
        return [self.shelf.line(load_case(body)) for body in bodies]


def _departments(who: Visitor, choice: Choice) -> Collection[str] | None:
    """The departments whose cases are listed, among those the visitor may see; None: all cases."""
    if not choice.department or choice.department == CURATOR:
        return who.departments
    return frozenset({choice.department}) & (who.departments or frozenset({choice.department}))


def _pages(total: int, page: int) -> tuple[int, int]:
    """The number of the last page, and the number of the page to show: the wanted one, or the last."""
    last = max(1, -(-total // ON_A_PAGE))
    return last, min(page, last)


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) > 0 else None


def address(choice: Choice, **changed: Any) -> dict[str, str]:
    """The query of the list's address with some parameters changed; those with the default value are left out."""
    asked = {
        "q": choice.words,
        "state": "" if choice.state == (ALL if choice.month else OPEN) else choice.state,
        "department": choice.department,
        "late": "1" if choice.is_late else "",
        "month": str(choice.month or ""),
        "figure": choice.figure,
        "of": choice.of,
        **{key: str(value) for key, value in changed.items()},
    }
    return {key: value for key, value in asked.items() if value}
