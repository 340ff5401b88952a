"""Explains a due moment: the arithmetic of one deadline as values, which the command `why` puts into words.

Takes the due moment from `deadlines` unchanged, and lists the pieces of time that the regulation's term counts and
leaves out. If the due moment differs from the one the regulation's text gives, `cut` says what moved it. Pure: never
reads the clock, takes `now` as an argument. All moments are in UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from workflow.regulation import Event, Kind, Regulation, Step, Unit
from workflow.terms.deadlines import Deadline, Facts, Happening, missed_at
from workflow.terms.grants import runs
from workflow.terms.worktime import Clock, Piece

MINUTE = timedelta(minutes=1)


class Cut(StrEnum):
    """Why the due moment differs from the one the regulation's text gives. CAP: another step limits it. OWN: the curator set
    an earlier one. START: by the text it would lie before the run's start."""

    CAP = "cap"
    OWN = "own"
    START = "start"


class Standing(StrEnum):
    """Where a run of a step stands: running, overdue, met or dropped (in time or late), lapsed. IDLE: the run is open, but
    nobody is responsible for it now."""

    RUNNING = "running"
    OVERDUE = "overdue"
    IDLE = "idle"
    MET = "met"
    MET_LATE = "met_late"
    DROPPED = "dropped"
    DROPPED_LATE = "dropped_late"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Counted:
    """A stretch of time that counts towards a term. `minutes` are whole minutes of the wall clock, so the stretches of one
    term add up to the term."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        return _whole(self.end) - _whole(self.start)

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class OwnTerm:
    """The deadline the curator set for the answer, the clause that allows it, and the share of that time (per cent) after
    which he would like the draft."""

    due: datetime
    clause: str
    draft_hint: int | None
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """The moment by which the curator would like the draft, and the clause that lets him set a deadline of his own. It is
    not a duty (MO-6.3)."""

    at: datetime
    clause: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the due moment of one run of one step was computed.

    The regulation's term is counted from `counted_from` to `counted_to`; `counted` and `left_out` cover this span
    without gaps. For a term of minutes, the counted minutes add up to the term. For a term of working days, the span
    begins with the date after the start, and `days` lists the counted dates, as many as the term has. For a moment that
    somebody named, the span is empty. If the term is counted back (`counted_back_step`), the span ends at the due
    moment of that step. `text_due` is the due moment by the text alone. `capped_by_clause` is the clause of the step
    that cut the term short.
    """

    deadline: Deadline
    text_due: datetime
    counted_from: datetime
    counted_to: datetime
    counted: tuple[Counted, ...] = ()
    left_out: tuple[Piece, ...] = ()
    days: tuple[date, ...] = ()
    cut: Cut | None = None
    own: OwnTerm | None = None
    counted_back_step: Step | None = None
    capped_by_clause: str = ""
    hint: Hint | None = None

    @property
    def step(self) -> Step:
        return self.deadline.step

    @property
    def minutes(self) -> int:
        """How many minutes the term counted: the sum of the counted stretches."""
        return sum(stretch.minutes for stretch in self.counted)

    def standing(self, now: datetime, clock: Clock, *, held: bool = True) -> Standing:
        """Return where the run stands at `now`. `held`: whether somebody is responsible for it now, if it is open."""
        deadline = self.deadline
        if deadline.is_open and not held:
            return Standing.IDLE
        over = self._is_over(now, clock)
        if over and deadline.kind is Kind.RIGHT:
            return Standing.LAPSED
        if deadline.is_open:
            return Standing.OVERDUE if over else Standing.RUNNING
        if deadline.met_at is not None:
            return Standing.MET_LATE if over else Standing.MET
        return Standing.DROPPED_LATE if over else Standing.DROPPED

    def late(self, now: datetime, clock: Clock) -> timedelta:
        """Return how late the run was when it ended, or is at `now`, on the step's own clock; zero if it is in time or is a
        right."""
        if self.deadline.kind is Kind.RIGHT or not self._is_over(now, clock):
            return timedelta(0)
        return self.deadline.clock(clock).between(self.deadline.until, self.deadline.ended_at or now)

    def _is_over(self, now: datetime, clock: Clock) -> bool:
        return (self.deadline.ended_at or now) >= missed_at(self.deadline, clock)


def explain(deadline: Deadline, clock: Clock) -> Explanation:
    """Return the explanation of one deadline, without the fields that need the regulation and the history; `explanations`
    fills them."""
    text_due = _text_due(deadline, clock)
    start, end = _way(deadline, text_due, clock)
    measured = clock.working if deadline.term.unit is Unit.WORKING_DAYS else deadline.clock(clock)
    pieces = measured.account(start, end)
    return Explanation(
        deadline=deadline,
        text_due=text_due,
        counted_from=start,
        counted_to=end,
        counted=tuple(Counted(piece.start, piece.end) for piece in pieces if piece.why is None),
        left_out=tuple(piece for piece in pieces if piece.why is not None),
        days=_days(deadline, text_due, clock),
        cut=_cut(deadline, text_due),
    )


def explanations(
    history: Sequence[Happening], facts: Facts, regulation: Regulation, clock: Clock
) -> tuple[Explanation, ...]:
    """Return the explanation of every run of every step so far, by step in the order of the work, then by time."""
    found = sorted(runs(history, facts, regulation, clock), key=lambda run: _ORDER[run.step])
    return tuple(
        replace(
            _in_context(explain(run, clock), found, history, facts, regulation),
            hint=hint_of(run, history, regulation, clock),
        )
        for run in found
    )


def hint_of(run: Deadline, history: Sequence[Happening], rules: Regulation, clock: Clock) -> Hint | None:
    """Return when the curator, who set his own deadline for the answer, would like the open draft; None if he set none, if
    the regulation has no such hint, or if the draft is due no later anyway."""
    setting = rules.curator_term
    if run.step is not Step.DRAFT or not run.is_open or setting is None or setting.draft_hint is None:
        return None
    named = next((h for h in reversed(history) if h.event is Event.TERM_SET and h.due is not None), None)
    if named is None or named.due is None:
        return None
    own = run.clock(clock)
    at = own.add(named.at, max(own.between(named.at, named.due), timedelta(0)) * setting.draft_hint / 100)
    return Hint(at, setting.clause) if at < run.due_at else None


_ORDER = {step: place for place, step in enumerate(Step)}


def _in_context(
    explained: Explanation, found: Sequence[Deadline], history: Sequence[Happening], facts: Facts, rules: Regulation
) -> Explanation:
    """Return the explanation with the fields filled in that depend on other steps and on the curator's own deadline."""
    run = explained.deadline
    rule = rules.rule(run.step)
    return replace(
        explained,
        own=_own(run, history, facts, rules) if explained.cut is Cut.OWN else None,
        counted_back_step=rule.before if rule is not None and run.counted_back_from is not None else None,
        capped_by_clause=_clause_of(run.capped_by, run, found) if run.capped_by is not None else "",
    )


def _text_due(deadline: Deadline, clock: Clock) -> datetime:
    """Return the due moment by the regulation's term alone; for a moment set by a person, that moment."""
    term, start = deadline.term, deadline.started_at
    match term.unit:
        case Unit.NAMED:
            return deadline.due_at
        case Unit.WORKING_DAYS:
            return clock.end_of_nth_working_day(start, term.amount)
        case _:
            own = deadline.clock(clock)
            back = deadline.counted_back_from
            return own.add(start, term.amount) if back is None else own.back(back, term.amount)


def _way(deadline: Deadline, text_due: datetime, clock: Clock) -> tuple[datetime, datetime]:
    """Return the start and end of the time over which the term is counted; both the same if a person set the moment."""
    match deadline.term.unit:
        case Unit.NAMED:
            return text_due, text_due
        case Unit.WORKING_DAYS:
            return _next_midnight(deadline.started_at, clock), text_due
        case _:
            back = deadline.counted_back_from
            return (deadline.started_at, text_due) if back is None else (text_due, back)


def _next_midnight(moment: datetime, clock: Clock) -> datetime:
    """Return the start, in UTC, of the local date that follows the moment's date."""
    local = clock.local(moment)
    midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), local.tzinfo)
    return midnight.astimezone(UTC)


def _days(deadline: Deadline, text_due: datetime, clock: Clock) -> tuple[date, ...]:
    """Return the dates that a term of working days counts, from the day after its start; () for any other term."""
    if deadline.term.unit is not Unit.WORKING_DAYS:
        return ()
    first, last = clock.local(deadline.started_at).date(), clock.local(text_due).date()
    dates = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return tuple(on for on in dates if clock.working.day(on).stretches)


def _cut(deadline: Deadline, text_due: datetime) -> Cut | None:
    """Return why the due moment differs from the one by the regulation's text, or None if it does not. If no other step
    limits it, only the curator's own deadline can make it earlier."""
    if deadline.due_at == text_due:
        return None
    if deadline.due_at > text_due:
        return Cut.START
    return Cut.CAP if deadline.capped_by is not None else Cut.OWN


def _own(run: Deadline, history: Sequence[Happening], facts: Facts, rules: Regulation) -> OwnTerm:
    """Return the curator's own deadline that was in force when the run ended, or is now if the run is open."""
    setting, due = rules.curator_term, facts.own_answer_due
    for happening in history:
        if happening.event is Event.TERM_SET and (run.ended_at is None or happening.at <= run.ended_at):
            due = happening.due
    assert setting is not None, "only the curator's own term cuts without a cap"
    assert due is not None, "and it cuts by the moment he named"
    return OwnTerm(due.astimezone(UTC), setting.clause, setting.draft_hint, setting.reading)


def _clause_of(step: Step, run: Deadline, found: Sequence[Deadline]) -> str:
    """Return the clause of the step that limits this run, from that step's last run that began no later than this one or at
    detection; "" if there is none."""
    capping = [other for other in found if other.step is step]
    begun = [other for other in capping if other.ran_from is Event.DETECTED or other.started_at <= run.started_at]
    return begun[-1].clause if begun else ""


def _whole(moment: datetime) -> int:
    """Return the whole minutes since the epoch. They match the wall clock of every zone, since offsets are whole minutes."""
    return (moment - _EPOCH) // MINUTE


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
