"""`due = f(history, regulation, calendar)`: every deadline of a case, from what happened to it and
nothing else.

A step may run several times (a draft is sent back, the new one waits for approval again): `runs` gives
every run, `deadlines` the last of each step, which is what the contract's `due` shows. Pure: never reads
the clock; whether a run is late is asked with `now` in hand. All moments that come out are in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from workflow.regulation import (
    ONLY_SEVERAL,
    PER_EXECUTOR,
    ClockKind,
    DraftKind,
    Event,
    Holder,
    Importance,
    Kind,
    Regulation,
    Source,
    Step,
    StepRule,
    Term,
    Unit,
    Within,
)
from workflow.terms.worktime import Clock


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a case at an aware moment.

    `who` is the executor concerned and `lead` whether he answers for the draft (FORWARDED; None: the only one, or the
    whole case at once; RETURNED: False where a co-executor hands back his part alone); `draft` the kind of a draft;
    `importance` and `due` what was set by IMPORTANCE_SET, TERM_SET and FINAL_NAMED.
    """

    event: Event
    at: datetime
    who: str | None = None
    lead: bool | None = None
    draft: DraftKind | None = None
    importance: Importance | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What terms depend on besides the history. What IMPORTANCE_SET, TERM_SET and FINAL_NAMED in the
    history say replaces these from then on, and leaves runs that had ended before as they were.
    """

    importance: Importance = Importance.NORMAL
    source: Source = Source.VK
    several: bool = False
    own_answer_due: datetime | None = None
    named_final_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """One run of one step. Over when met, or when dropped: its reason went away or a newer run took its
    place.

    `holder` is whose duty the step is; `charged_to` and `who` are who held the case while this run's term
    was running out (DESIGN rule 12): the curator, if the case had not reached its executor by then. `who`
    is an executor's key, None where the history names none. `counted_back_from` is the moment a `before`
    term was counted back from, `capped_by` the step whose own due moment cut the term short.
    `provisional`: beyond the known calendar.
    """

    step: Step
    kind: Kind
    holder: Holder
    charged_to: Holder
    who: str | None
    ran_from: Event
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    dropped_at: datetime | None
    term: Term
    clause: str
    reading: str
    provisional: bool
    counted_back_from: datetime | None = None
    capped_by: Step | None = None

    @property
    def name(self) -> str:
        """What tells it from the other steps of the case that run now: `draft`, `contribution@roads`."""
        return f"{self.step}@{self.who}" if self.step in PER_EXECUTOR and self.who else self.step.value

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.dropped_at is None

    @property
    def ended_at(self) -> datetime | None:
        return self.met_at or self.dropped_at

    def clock(self, clock: Clock) -> Clock:
        """The clock this step is counted and its lateness shown in."""
        return clock.working if self.term.clock is ClockKind.WORKING else clock.calendar


@dataclass(frozen=True, slots=True)
class Violation:
    """A duty that was over late, or is open past its due moment. `late` is in the step's own clock.

    `done_at` is None while it is open and where it was never done (a newer run took its place, the case
    ended).
    """

    deadline: Deadline
    done_at: datetime | None
    late: timedelta

    @property
    def late_minutes(self) -> int:
        """`late` in minutes, a begun one counted whole."""
        return -(-self.late // timedelta(minutes=1))


def deadlines(history: Sequence[Happening], facts: Facts, regulation: Regulation, clock: Clock) -> dict[Step, Deadline]:
    """The last run of each step that has begun, in the order of the steps. Over or not: a due moment
    stays.
    """
    found = {run.step: run for run in runs(history, facts, regulation, clock)}
    return {step: found[step] for step in Step if step in found}


def runs(history: Sequence[Happening], facts: Facts, regulation: Regulation, clock: Clock) -> tuple[Deadline, ...]:
    """Every run of every step so far, by step and then in order of time. `history` is in order of time."""
    reckoning = _Reckoning(history, facts, regulation, clock)
    return tuple(run for rule in regulation.steps for run in reckoning.runs_of(rule))


def violations(found: Iterable[Deadline], now: datetime, clock: Clock) -> tuple[Violation, ...]:
    """The duties among the runs that were missed, as things stand at `now`. Rights are never violated."""
    missed: list[Violation] = []
    for run in found:
        until = run.ended_at or _utc(now)
        if run.kind is Kind.DUTY and until > run.due_at:
            missed.append(Violation(run, run.met_at, run.clock(clock).between(run.due_at, until)))
    return tuple(missed)


def has_happened(history: Sequence[Happening], event: Event) -> bool:
    return any(happening.event is event for happening in history)


def contract_due(found: Mapping[Step, Deadline], clock: Clock) -> dict[str, str]:
    """The `due` mapping of the command line's contract: ISO moments with the municipality's offset."""
    return {step.value: clock.local(deadline.due_at).isoformat() for step, deadline in found.items()}


OF_ONE_HANDING = frozenset({Step.CONTRIBUTION_APPROVAL, Step.JOINT_DRAFT, Step.APPROVAL, Step.REWORK, Step.POSTING})
"""Steps about what these executors gave: once the case is somebody else's, nobody is held to them."""

OWED_BY_WHOEVER_HAS_IT = frozenset({Step.DRAFT, Step.FINAL})
"""Steps a former executor has met for himself alone: there is no step without a deadline for the one after him."""

BEGUN_BY_A_RETURN_TOO = frozenset({Step.FORWARD, Step.JOINT_DRAFT})
CHANGING_FACTS = frozenset({Event.IMPORTANCE_SET, Event.TERM_SET, Event.FINAL_NAMED})


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a run begins: the index of its happening in the history. `handed_at`: when it began anew for another executor,
    while what it is counted from stays.
    """

    index: int
    at: datetime
    who: str | None
    event: Event
    handed_at: datetime | None = None


class _Reckoning:
    def __init__(self, history: Sequence[Happening], facts: Facts, regulation: Regulation, clock: Clock) -> None:
        self.whole_history = [_in_utc(happening) for happening in history]
        self.history = _without_what_was_undone(self.whole_history)
        ends = UNDOES.values()
        self.set_aside = [h for h in self.whole_history if h.event in ends and h not in self.history]
        self.facts = facts
        self.several = facts.several or any(happening.lead is False for happening in self.history)
        self.leads_are_named = any(happening.lead is not None for happening in self.history)
        self.regulation = regulation
        self.clock = clock
        self.facts_change = any(happening.event in CHANGING_FACTS for happening in self.history)
        self._rules = {rule.step: rule for rule in regulation.steps}
        self._places: dict[Event, list[int]] = {}
        for index, happening in enumerate(self.history):
            self._places.setdefault(happening.event, []).append(index)
        self._begun: dict[Step, list[_Start]] = {}

    def runs_of(self, rule: StepRule) -> Iterator[Deadline]:
        starts = self._starts(rule)
        for number, start in enumerate(starts):
            end, met = self._end(rule, start, starts[number + 1 :])
            run = self._run(rule, start, end, met)
            if run is not None:
                yield run

    # --- where runs begin -------------------------------------------------------------------------

    def _starts(self, rule: StepRule) -> list[_Start]:
        """Asked of one step by others too, so kept."""
        begun = self._begun.get(rule.step)
        if begun is None:
            begun = self._begun[rule.step] = self._all_starts(rule)
        return begun

    def _all_starts(self, rule: StepRule) -> list[_Start]:
        if rule.step in ONLY_SEVERAL and not self.several:
            return []
        if rule.runs_from is None:
            base = self._rules.get(rule.before) if rule.before is not None else None
            return self._handed_on(rule, self._starts(base)) if base is not None else []
        places = self._places.get(rule.runs_from, [])
        if rule.step in BEGUN_BY_A_RETURN_TOO:
            places = sorted({*places, *self._places.get(Event.RETURNED, [])})
        found = [(index, self.history[index]) for index in places]
        starts = [_Start(index, h.at, h.who, h.event) for index, h in found if self._begins(rule, index, h)]
        return self._handed_on(rule, starts[:1] if rule.runs_from is Event.INTERIM_POSTED else starts)

    def _handed_on(self, rule: StepRule, starts: Sequence[_Start]) -> list[_Start]:
        """The starts, and one more each time the case is handed to an executor after another's draft has met the step: who
        has it now owes a draft of his own, to the same moment.
        """
        if rule.step not in OWED_BY_WHOEVER_HAS_IT or rule.runs_from is Event.FORWARDED:
            return list(starts)
        found: list[_Start] = []
        for number, start in enumerate(starts):
            later = starts[number + 1 :]
            again: _Start | None = start
            while again is not None:
                found.append(again)
                again = self._handed_after(rule, again, later)
        return found

    def _handed_after(self, rule: StepRule, start: _Start, later: Sequence[_Start]) -> _Start | None:
        end, met = self._end(rule, start, later)
        if end is None or not met or self.history[end].event is not Event.DRAFTED:
            return None
        for index in range(end + 1, later[0].index if later else len(self.history)):
            happening = self.history[index]
            if happening.event is Event.FORWARDED and happening.lead is not False:
                return replace(start, index=index, handed_at=happening.at)
            if self._drops(rule, start, happening):
                return None
        return None

    def _begins(self, rule: StepRule, index: int, happening: Happening) -> bool:
        if rule.step is Step.FORWARD and happening.event is Event.RETURNED:
            return not self._is_part_return(happening)
        if rule.step is Step.JOINT_DRAFT:
            return self._completes_contributions(rule, index, happening)
        match rule.step:
            case Step.CONTRIBUTION:
                return happening.lead is False or (happening.lead is None and not self.leads_are_named)
            case Step.DRAFT:
                return happening.lead is not False
            case _:
                return True

    def _completes_contributions(self, rule: StepRule, index: int, happening: Happening) -> bool:
        """Whether the lead has from here on all that the co-executors give, and has not drafted it before. The last of
        those the history names may give his part or hand it back.
        """
        returned_part = happening.event is Event.RETURNED and self._is_part_return(happening)
        if happening.event is not rule.runs_from and not returned_part:
            return False
        owing: set[str | None] = set()
        given = drafted = False
        for one in self.history[: index + 1]:
            match one.event:
                case Event.FORWARDED if one.who is not None and one.lead is not False:
                    owing, given, drafted = set(), False, False
                case Event.FORWARDED if one.who is not None:
                    owing.add(one.who)
                case Event.CONTRIBUTED | Event.RETURNED:
                    owing.discard(one.who)
                case Event.DRAFTED if one.who is not None:
                    drafted = drafted or self._meets(rule, one)
                case _:
                    pass
            given = given or one.event is rule.runs_from
        return given and not owing and not drafted

    def _is_part_return(self, returned: Happening) -> bool:
        """Whether a co-executor handed back his part alone; the case stays where it is."""
        if returned.lead is not None or returned.who is None:
            return returned.lead is False
        handed = [h.lead for h in self.history if h.event is Event.FORWARDED and h.who == returned.who]
        return bool(handed) and all(lead is False for lead in handed)

    # --- where runs end ---------------------------------------------------------------------------

    def _end(self, rule: StepRule, start: _Start, later: Sequence[_Start]) -> tuple[int | None, bool]:
        """The index of the happening the run ends with, and whether that met it."""
        own = rule.step in PER_EXECUTOR
        superseded = {s.index for s in later if not own or s.who == start.who}
        for index in range(start.index + 1, len(self.history)):
            happening = self.history[index]
            concerned = not own or None in (start.who, happening.who) or start.who == happening.who
            if concerned and happening.event in rule.met_by and self._meets(rule, happening):
                return index, True
            if rule.step is Step.FORWARD and happening.event is Event.MERGED:
                return index, True
            if index in superseded or self._drops(rule, start, happening):
                return index, False
        return None, False

    def _meets(self, rule: StepRule, happening: Happening) -> bool:
        """Whether a draft of this kind is what the step asks for. A draft of no named kind always is."""
        if happening.event is not Event.DRAFTED or happening.draft is None:
            return True
        match rule.step:
            case Step.FINAL:
                return happening.draft == DraftKind.FINAL
            case Step.DRAFT | Step.JOINT_DRAFT:
                return happening.draft != DraftKind.REQUEST or self.regulation.request_meets_draft
            case _:
                return True

    def _drops(self, rule: StepRule, start: _Start, happening: Happening) -> bool:
        match happening.event:
            case Event.POSTED | Event.CLOSED:
                return True
            case Event.MERGED:
                return rule.step is not Step.ANSWER
            case Event.SENT_BACK:
                return rule.step is Step.POSTING
            case Event.RETURNED:
                if self._is_part_return(happening):
                    return rule.step in PER_EXECUTOR and start.who == happening.who
                return rule.runs_from is Event.FORWARDED or rule.step in OF_ONE_HANDING
            case Event.FORWARDED:
                if happening.lead is False:
                    return rule.step is Step.JOINT_DRAFT
                return rule.step in PER_EXECUTOR or rule.step in OF_ONE_HANDING
            case Event.INTERIM_POSTED:
                return rule.before is Step.ANSWER or rule.step in (Step.JOINT_DRAFT, Step.REWORK)
            case _:
                return False

    # --- when they are due ------------------------------------------------------------------------

    def _run(self, rule: StepRule, start: _Start, end: int | None, met: bool) -> Deadline | None:
        facts = self._facts_until(end)
        within = rule.within_for(facts.importance, facts.source)
        base_due = self._base_due(rule, start.at, facts)
        text_due = self._due_by_text(rule, start.at, facts, base_due)
        if text_due is None:
            return None
        own_due = self._not_after_own(rule, start, facts, text_due, base_due)
        cap = self._cap(rule, start, facts)
        due = max(min(own_due, cap) if cap is not None else own_due, start.at)
        ended = self._ended(start, end, met)
        charged_to, who = self._charged(rule, start, due, ended)
        return Deadline(
            step=rule.step,
            kind=rule.kind,
            holder=rule.holder,
            charged_to=charged_to,
            who=who,
            ran_from=start.event,
            started_at=start.at,
            due_at=due,
            met_at=ended if met else None,
            dropped_at=None if met else ended,
            term=within.term,
            clause=within.clause,
            reading=rule.reading,
            provisional=self._is_provisional(within, start.at, due),
            counted_back_from=base_due,
            capped_by=rule.not_after if cap is not None and cap < own_due else None,
        )

    def _ended(self, start: _Start, end: int | None, met: bool) -> datetime | None:
        """When the run was over. What ends with the case's coming back to the curator ended when it had been set aside, be it
        before the curator's duty had begun.
        """
        if end is None:
            return None
        ended = self.history[end].at
        if met or self.history[end].event is not Event.RETURNED:
            return ended
        since = start.at if start.event is not Event.DETECTED else datetime.min.replace(tzinfo=UTC)
        return next((h.at for h in self.set_aside if since <= h.at < ended), ended)

    def _facts_until(self, end: int | None) -> Facts:
        """The facts in force when a run ended (now, if it has not)."""
        facts = self.facts
        if not self.facts_change:
            return facts
        for happening in self.history if end is None else self.history[: end + 1]:
            match happening.event:
                case Event.IMPORTANCE_SET if happening.importance is not None:
                    facts = replace(facts, importance=happening.importance)
                case Event.TERM_SET:
                    facts = replace(facts, own_answer_due=happening.due)
                case Event.FINAL_NAMED:
                    facts = replace(facts, named_final_due=happening.due)
                case _:
                    pass
        return facts

    def _text_due(self, rule: StepRule, start: datetime, facts: Facts) -> datetime | None:
        """When the text alone has the step due; None if somebody must still name the moment."""
        return self._due_by_text(rule, start, facts, self._base_due(rule, start, facts))

    def _due_by_text(self, rule: StepRule, start: datetime, facts: Facts, base_due: datetime | None) -> datetime | None:
        """The same; `base_due` is what a `before` term is counted back from."""
        term = rule.within_for(facts.importance, facts.source).term
        if term.unit is Unit.NAMED:
            return _utc(facts.named_final_due) if facts.named_final_due is not None else None
        if term.unit is Unit.WORKING_DAYS:
            return self.clock.end_of_nth_working_day(start, term.amount)
        clock = self._clock_of(term)
        return clock.back(base_due, term.amount) if base_due is not None else clock.add(start, term.amount)

    def _base_due(self, rule: StepRule, start: datetime, facts: Facts) -> datetime | None:
        """What a `before` term is counted back from: the due moment of that step by the text."""
        base = self._rules.get(rule.before) if rule.before is not None else None
        return self._text_due(base, start, facts) if base is not None else None

    def _not_after_own(
        self, rule: StepRule, start: _Start, facts: Facts, due: datetime, base_due: datetime | None
    ) -> datetime:
        """The due moment, not later than what the curator's own term for the answer makes of it."""
        setting = self.regulation.curator_term
        if facts.own_answer_due is None or setting is None:
            return due
        own = _utc(facts.own_answer_due)
        if rule.step is Step.ANSWER:
            return min(due, own)
        if rule.step is Step.DRAFT and rule.before is Step.ANSWER and setting.draft_not_after is not None:
            clock = self._clock_of(rule.within.term)
            answer_due = min(own, base_due or own)
            way = max(clock.between(start.at, answer_due), timedelta(0))
            return min(due, clock.add(start.at, way * setting.draft_not_after / 100))
        return due

    def _cap(self, rule: StepRule, start: _Start, facts: Facts) -> datetime | None:
        """The due moment of the step this one may not outlast, if it caps this run. A message detected anew moves both."""
        other = self._rules.get(rule.not_after) if rule.not_after is not None else None
        if other is None:
            return None
        before = self.history[: start.index + 1]
        if not rule.cap_after_interim and any(h.event is Event.INTERIM_POSTED for h in before):
            return None
        begun = [s for s in self._starts(other) if s.index <= start.index or s.event is Event.DETECTED]
        if not begun:
            return None
        base_due = self._base_due(other, begun[-1].at, facts)
        due = self._due_by_text(other, begun[-1].at, facts, base_due)
        return self._not_after_own(other, begun[-1], facts, due, base_due) if due is not None else None

    def _clock_of(self, term: Term) -> Clock:
        return self.clock.working if term.clock is ClockKind.WORKING else self.clock.calendar

    def _is_provisional(self, within: Within, start: datetime, due: datetime) -> bool:
        if within.term.unit is Unit.NAMED:
            return False
        clock = self._clock_of(within.term)
        return not (clock.covers(start) and clock.covers(due))

    def _charged(
        self, rule: StepRule, start: _Start, due: datetime, ended: datetime | None
    ) -> tuple[Holder, str | None]:
        """Who held the case when the term ran out, or when the run ended if that was earlier.

        DETECTED hands it to nobody, and what is done before the curator's duty begins precedes its moment (DESIGN rule 11).
        """
        if rule.holder is Holder.CURATOR:
            return Holder.CURATOR, start.who if rule.step in PER_EXECUTOR else None
        if rule.step in PER_EXECUTOR:
            return rule.holder, start.who
        nobody: tuple[Holder, str | None] = (Holder.CURATOR, None)
        held, aside = nobody, None
        if start.handed_at is not None and due <= start.handed_at:
            return nobody
        in_time = ended is not None and ended <= due
        for happening in (h for h in self.whole_history if h.event is not Event.DETECTED):
            if (happening.at > ended) if in_time and ended is not None else (happening.at >= due):
                break
            if happening.event is Event.FORWARDED and happening.lead is not False:
                held = (rule.holder, happening.who)
            elif happening.event is Event.RETURNED and (happening.who is None or happening.who == held[1]):
                held = nobody
            elif happening in self.set_aside:
                held, aside = nobody, held
            elif happening.event in UNDOES:
                held, aside = aside or held, None
        return held


NO_OFFSET = timedelta(0)


def _in_utc(happening: Happening) -> Happening:
    is_utc = happening.at.utcoffset() == NO_OFFSET
    return happening if is_utc else replace(happening, at=_utc(happening.at))


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {moment.isoformat()}")
    return moment.astimezone(UTC)


UNDOES = {Event.REOPENED: Event.CLOSED, Event.SPLIT: Event.MERGED}
"""Events that take the last one of another kind back: the terms run on as if neither had been."""


def _without_what_was_undone(history: Sequence[Happening]) -> list[Happening]:
    """The history without what was taken back and what took it back."""
    kept: list[Happening] = []
    for happening in history:
        undone = UNDOES.get(happening.event)
        if undone is not None:
            last = max((i for i, h in enumerate(kept) if h.event is undone), default=None)
            if last is not None:
                del kept[last]
        else:
            kept.append(happening)
    return kept
