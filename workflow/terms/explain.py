"""Why a step is due when it is: the arithmetic of one deadline as values, for `why` to put into words.

Adds nothing to what `deadlines` decided and decides nothing anew: the due moment is taken as it stands, and the way the
regulation's own term counts to its moment is laid out in pieces of working time. Where the due moment is another one
than the text gives, `cut` says what moved it. Pure: no clock is read, `now` is asked for; all moments are in UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from workflow.regulation import Event, Kind, Regulation, Step, Unit
from workflow.terms.deadlines import Deadline, Facts, Happening, runs
from workflow.terms.worktime import Clock, Piece

MINUTE = timedelta(minutes=1)


class Cut(StrEnum):
    """What made the due moment another than the text's term gives."""

    CAP = "cap"
    OWN = "own"
    START = "start"


class Standing(StrEnum):
    """How a run stands. IDLE: it has no end yet, but nobody is held to it now."""

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
    """A stretch that counts. `minutes` are those of the wall clock's whole minutes: of one way they add up to its term."""

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
    """The moment the curator named for the answer, the clause that lets him, and what it makes of a draft (per cent)."""

    due: datetime
    clause: str
    draft_not_after: int | None
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One run of one step, laid out.

    `counted_from` and `counted_to` are the ends of the way the regulation's term is counted over; `counted` and
    `left_out` fill it without a hole. A term of minutes: the counted minutes are the term. A term of working days: the
    way begins with the date after the start, `days` are the dates counted, as many as the term has. A moment somebody
    named has no way. Counted back (`counted_back_step`), the way ends at the due moment of that step. `text_due`: when
    the text alone has the step due. `capped_by_clause`: the clause of the step that cut it short.
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

    @property
    def step(self) -> Step:
        return self.deadline.step

    @property
    def minutes(self) -> int:
        """All that was counted, in minutes."""
        return sum(stretch.minutes for stretch in self.counted)

    def standing(self, now: datetime, *, held: bool = True) -> Standing:
        """How the run stands at `now`; `held`: somebody is held to it now, if it has no end yet."""
        deadline = self.deadline
        if deadline.is_open and not held:
            return Standing.IDLE
        over = (deadline.ended_at or now) > deadline.due_at
        if over and deadline.kind is Kind.RIGHT:
            return Standing.LAPSED
        if deadline.is_open:
            return Standing.OVERDUE if over else Standing.RUNNING
        if deadline.met_at is not None:
            return Standing.MET_LATE if over else Standing.MET
        return Standing.DROPPED_LATE if over else Standing.DROPPED

    def late(self, now: datetime, clock: Clock) -> timedelta:
        """By how much the run is over its moment, in the step's own clock; nothing where it is not, or is a right."""
        until = self.deadline.ended_at or now
        if self.deadline.kind is Kind.RIGHT or until <= self.deadline.due_at:
            return timedelta(0)
        return self.deadline.clock(clock).between(self.deadline.due_at, until)


def explain(deadline: Deadline, clock: Clock) -> Explanation:
    """The deadline laid out. What its regulation and history alone know (`explanations`) stays empty."""
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
    """Every run of every step so far, by step in the order of the work, then in order of time."""
    found = sorted(runs(history, facts, regulation, clock), key=lambda run: _ORDER[run.step])
    return tuple(_in_context(explain(run, clock), found, history, facts, regulation) for run in found)


_ORDER = {step: place for place, step in enumerate(Step)}


def _in_context(
    explained: Explanation, found: Sequence[Deadline], history: Sequence[Happening], facts: Facts, rules: Regulation
) -> Explanation:
    """With what is known of the other steps and of the curator's own term."""
    run = explained.deadline
    rule = rules.rule(run.step)
    return replace(
        explained,
        own=_own(run, history, facts, rules) if explained.cut is Cut.OWN else None,
        counted_back_step=rule.before if rule is not None and run.counted_back_from is not None else None,
        capped_by_clause=_clause_of(run.capped_by, run, found) if run.capped_by is not None else "",
    )


def _text_due(deadline: Deadline, clock: Clock) -> datetime:
    """When the regulation's term alone has the run due."""
    term, start = deadline.term, deadline.started_at
    match term.unit:
        case Unit.NAMED:
            return deadline.due_at
        case Unit.WORKING_DAYS:
            return clock.end_of_nth_working_day(start, term.amount)
        case Unit.MINUTES:
            own = deadline.clock(clock)
            back = deadline.counted_back_from
            return own.add(start, term.amount) if back is None else own.back(back, term.amount)


def _way(deadline: Deadline, text_due: datetime, clock: Clock) -> tuple[datetime, datetime]:
    """From where to where the term is counted; an empty way where the moment was named."""
    match deadline.term.unit:
        case Unit.NAMED:
            return text_due, text_due
        case Unit.WORKING_DAYS:
            return _next_midnight(deadline.started_at, clock), text_due
        case Unit.MINUTES:
            back = deadline.counted_back_from
            return (deadline.started_at, text_due) if back is None else (text_due, back)


def _next_midnight(moment: datetime, clock: Clock) -> datetime:
    """Where the local date after the moment's begins, in UTC."""
    local = clock.local(moment)
    midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), local.tzinfo)
    return midnight.astimezone(UTC)


def _days(deadline: Deadline, text_due: datetime, clock: Clock) -> tuple[date, ...]:
    """The working dates a term of working days counts: those after the start's own."""
    if deadline.term.unit is not Unit.WORKING_DAYS:
        return ()
    first, last = clock.local(deadline.started_at).date(), clock.local(text_due).date()
    dates = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return tuple(on for on in dates if clock.working.day(on).stretches)


def _cut(deadline: Deadline, text_due: datetime) -> Cut | None:
    """Why the due moment is not the text's. Nothing but the curator's own term moves it earlier without a cap."""
    if deadline.due_at == text_due:
        return None
    if deadline.due_at > text_due:
        return Cut.START
    return Cut.CAP if deadline.capped_by is not None else Cut.OWN


def _own(run: Deadline, history: Sequence[Happening], facts: Facts, rules: Regulation) -> OwnTerm | None:
    """The curator's own term as it was in force when the run ended, or is now."""
    setting, due = rules.curator_term, facts.own_answer_due
    for happening in history:
        if happening.event is Event.TERM_SET and (run.ended_at is None or happening.at <= run.ended_at):
            due = happening.due
    if setting is None or due is None:
        return None
    return OwnTerm(due.astimezone(UTC), setting.clause, setting.draft_not_after, setting.reading)


def _clause_of(step: Step, run: Deadline, found: Sequence[Deadline]) -> str:
    """The clause the other step's term came from, in its last run begun before this one ended."""
    capping = [other for other in found if other.step is step]
    begun = [other for other in capping if other.ran_from is Event.DETECTED or other.started_at <= run.started_at]
    return begun[-1].clause if begun else ""


def _whole(moment: datetime) -> int:
    """Whole minutes since the epoch; of every zone's wall clock alike, since offsets are whole minutes."""
    return (moment - _EPOCH) // MINUTE


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
