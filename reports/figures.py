"""Turns rows of cases into the figures of a month. Pure; each definition of DESIGN (`report --format json`) is in one
place.

received = closed + closed_without_posting + not_processed + open. For a department, received = answered + returned +
open, without the cases that the curator took away again. The departments' `returned` add up to the one in `Quality`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from zoneinfo import ZoneInfo

from reports.moderation import ModerationSection
from reports.pages import PagesSection
from reports.period import Period
from reports.rows import CaseRow, Changed, End, Handed, Interim, Missed, Outcome
from reports.shares import quotient, share
from workflow.case import Mark
from workflow.regulation import Step

PLACES = 15
"""How many places are listed; the rest share one line."""


@dataclass(frozen=True, slots=True)
class Totals:
    received: int
    closed: int
    closed_without_posting: int
    not_processed: int
    open: int
    repeated: int


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures about the quality of work. `returned`: how often departments gave a case back; `sent_back`: how often a
    draft was; `versions_per_answer` covers closed cases. Shares are between 0 and 1; None if there is nothing to
    divide by."""

    returned: int
    sent_back: int
    versions_per_answer: float | None
    interim: int
    interim_share: float | None
    repeat_share: float | None
    significant: int


@dataclass(frozen=True, slots=True)
class DepartmentFigures:
    """One department's figures, as counts of cases. An open overdue case lowers `on_time_share`, which is None if
    there is nothing to count; `median_minutes`: from the case's handing over to the first draft."""

    key: str
    name: str
    received: int
    answered: int
    on_time: int
    late: int
    open: int
    open_overdue: int
    returned: int
    sent_back: int
    on_time_share: float | None
    median_minutes: int | None
    good: int = 0
    poor: int = 0


@dataclass(frozen=True, slots=True)
class StepFigures:
    """How often a duty was done, its median time in minutes, and how often it was missed (done late or not at all)."""

    step: Step
    done: int
    median_minutes: int | None
    missed: int


@dataclass(frozen=True, slots=True)
class MissedBy:
    """How many standing violations one department, or the curator, has, and in how many cases."""

    who: str
    terms: int
    cases: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A month's figures. Counts by a word are sorted, the most frequent first.

    `measures`: what is measured → its formula in the regulation's words. `changes`: what has changed in months
    whose reports were sent already; `outages`: when the bot was off.
    """

    municipality: str
    name: str
    zone: ZoneInfo
    month: Period
    as_of: datetime
    totals: Totals
    quality: Quality
    topics: tuple[tuple[str, int], ...]
    sources: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    days: tuple[tuple[date, int], ...]
    steps: tuple[StepFigures, ...]
    departments: tuple[DepartmentFigures, ...]
    on_time: int
    charged: int
    violations: tuple[Missed, ...]
    not_processed: tuple[CaseRow, ...]
    interims: tuple[Interim, ...]
    pages: PagesSection = field(default_factory=PagesSection)
    moderation: ModerationSection = field(default_factory=ModerationSection)
    name_of: str = ""
    changes: tuple[Changed, ...] = ()
    outages: tuple[tuple[datetime, datetime], ...] = ()
    helped: int = 0
    not_helped: int = 0
    measures: tuple[tuple[str, str], ...] = ()

    @property
    def helped_share(self) -> float | None:
        """The share of authors who said that the answer helped, among those who said anything when asked; None if
        nobody did."""
        return share(self.helped, self.helped + self.not_helped)

    @property
    def good(self) -> int:
        """The number of answers that the curator marked as good."""
        return sum(one.good for one in self.departments)

    @property
    def poor(self) -> int:
        return sum(one.poor for one in self.departments)

    @property
    def good_share(self) -> float | None:
        """The share of answers marked as good among those that the curator marked; None if none was."""
        return share(self.good, self.good + self.poor)

    @property
    def shares(self) -> dict[str, float | None]:
        """The shares of the month whose formulas a regulation may word (`MEASURED`), by the figure's name."""
        return {
            "on_time_share": self.on_time_share,
            "kept_share": self.kept_share,
            "repeat_share": self.quality.repeat_share,
            "helped_share": self.helped_share,
            "good_share": self.good_share,
        }

    @property
    def standing(self) -> tuple[Missed, ...]:
        """The violations that count: those that were not annulled."""
        return tuple(missed for missed in self.violations if missed.stands)

    @property
    def missed_by(self) -> tuple[MissedBy, ...]:
        """The departments and the curator with their standing violations, those with the most first. The curator and
        their substitutes are one line."""
        cases: dict[str, set[int]] = {}
        for one in self.standing:
            cases.setdefault(one.who, set()).add(one.case)
        terms = Counter(one.who for one in self.standing)
        return tuple(MissedBy(who, count, len(cases[who])) for who, count in terms.most_common())

    @property
    def promised(self) -> int:
        """The number of cases whose interim answer promised a final one (MO-13, KU-15)."""
        return len({one.case for one in self.interims if one.promised is not None})

    @property
    def kept(self) -> int:
        """The number of cases whose final draft came by the deadline that an interim answer had promised."""
        return len({one.case for one in self.interims if one.is_kept})

    @property
    def kept_share(self) -> float | None:
        """The share of promises kept, among those that were kept or whose deadline has passed; None if there are none."""
        due = {one.case for one in self.interims if one.promised is not None and one.promised <= self.as_of}
        kept = {one.case for one in self.interims if one.is_kept}
        return share(len(kept), len(due | kept))

    @property
    def on_time_share(self) -> float | None:
        """The share of answers on time, over all departments: late answers and open overdue cases count as not on
        time. None if there is nothing to count."""
        return share(self.on_time, self.charged)


@dataclass(frozen=True, slots=True)
class Place:
    """The municipality of the report (`name_of`: its name in the genitive) and the names of its departments; removed
    departments keep their names. `measures`: the formulas worded in the regulation's file."""

    municipality: str
    name: str
    zone: ZoneInfo
    departments: Mapping[str, str] = field(default_factory=dict)
    name_of: str = ""
    measures: tuple[tuple[str, str], ...] = ()


def figures(rows: Sequence[CaseRow], place: Place, month: Period, as_of: datetime) -> Figures:
    """Compute the month's figures from its cases, as of `as_of` (aware). Pages, moderation, changes and outages stay
    empty."""
    departments = _departments(rows, place.departments)
    return Figures(
        municipality=place.municipality,
        name=place.name,
        name_of=place.name_of or place.name,
        zone=place.zone,
        month=month,
        as_of=as_of,
        totals=_totals(rows),
        quality=_quality(rows),
        topics=_counted(row.topic for row in rows),
        sources=_counted(row.source for row in rows),
        places=_counted(row.place for row in rows),
        days=_days(rows, place.zone, month),
        steps=_steps(rows),
        departments=departments,
        on_time=sum(d.on_time for d in departments),
        charged=sum(d.answered + d.open_overdue for d in departments),
        violations=tuple(missed for row in rows for missed in row.missed),
        not_processed=tuple(row for row in rows if row.end is End.NOT_PROCESSED),
        interims=tuple(interim for row in rows for interim in row.interims),
        helped=sum(row.helped is True for row in rows),
        not_helped=sum(row.helped is False for row in rows),
        measures=place.measures,
    )


def middle(values: Iterable[int]) -> int | None:
    """The median, with a half rounded up; None if there are no values."""
    found = list(values)
    return int(median(found) + 0.5) if found else None


def _totals(rows: Sequence[CaseRow]) -> Totals:
    ends = Counter(row.end for row in rows)
    return Totals(
        received=len(rows),
        closed=ends[End.CLOSED],
        closed_without_posting=ends[End.CLOSED_WITHOUT_POSTING],
        not_processed=ends[End.NOT_PROCESSED],
        open=ends[End.OPEN],
        repeated=sum(row.repeat for row in rows),
    )


def _quality(rows: Sequence[CaseRow]) -> Quality:
    closed = [row for row in rows if row.end is End.CLOSED]
    interim = sum(bool(row.interims) for row in rows)
    versions = sum(row.versions for row in closed)
    return Quality(
        returned=sum(row.returns for row in rows),
        sent_back=sum(row.sent_back for row in rows),
        versions_per_answer=quotient(versions, len(closed), 2),
        interim=interim,
        interim_share=share(interim, len(rows)),
        repeat_share=share(sum(row.repeat for row in rows), len(rows)),
        significant=sum(row.significant for row in rows),
    )


def _counted(words: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0])))


def _days(rows: Sequence[CaseRow], zone: ZoneInfo, month: Period) -> tuple[tuple[date, int], ...]:
    found = Counter(row.detected.astimezone(zone).date() for row in rows)
    return tuple((day, found[day]) for day in month.days)


def _steps(rows: Sequence[CaseRow]) -> tuple[StepFigures, ...]:
    took: dict[Step, list[int]] = {step: [] for step in Step}
    missed: Counter[Step] = Counter()
    for row in rows:
        missed.update(found.step for found in row.missed if found.stands)
        for step, length in row.took:
            took[step].append(length)
    return tuple(
        StepFigures(step, len(found), middle(found), missed[step])
        for step, found in took.items()
        if found or missed[step]
    )


def _departments(rows: Sequence[CaseRow], names: Mapping[str, str]) -> tuple[DepartmentFigures, ...]:
    """The figures of the file's departments in its order, then of those that only the history has."""
    found: dict[str, list[Handed]] = {key: [] for key in names}
    for row in rows:
        for handed in row.handed:
            found.setdefault(handed.department, []).append(handed)
    return tuple(_department(key, names.get(key, key), handed) for key, handed in found.items())


def _department(key: str, name: str, handed: Sequence[Handed]) -> DepartmentFigures:
    outcomes = Counter(one.outcome for one in handed)
    late = sum(one.late for one in handed if one.outcome is Outcome.ANSWERED)
    on_time = outcomes[Outcome.ANSWERED] - late
    open_overdue = sum(one.overdue for one in handed)
    return DepartmentFigures(
        key=key,
        name=name,
        received=len(handed) - outcomes[Outcome.TAKEN],
        answered=outcomes[Outcome.ANSWERED],
        on_time=on_time,
        late=late,
        open=outcomes[Outcome.OPEN],
        open_overdue=open_overdue,
        returned=outcomes[Outcome.RETURNED],
        sent_back=sum(one.sent_back for one in handed),
        on_time_share=share(on_time, outcomes[Outcome.ANSWERED] + open_overdue),
        median_minutes=middle(one.minutes for one in handed if one.minutes is not None),
        good=sum(one.mark is Mark.GOOD for one in handed),
        poor=sum(one.mark is Mark.POOR for one in handed),
    )
