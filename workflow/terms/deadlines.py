"""Computes every deadline of a case from its history, its facts, the regulation and the calendar, and nothing else.

A step may run several times: a draft is sent back, and the new one waits for approval again. `text_runs` returns every
run, `deadlines` the last run of each step, which the contract's `due` shows. Pure: never reads the clock; to ask whether
a run is late, pass `now`. All returned moments are in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

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
    """An event of a case at a timezone-aware moment.

    Which fields hold something depends on the event:

    * `who`: the executor concerned.
    * `lead`: FORWARDED: whether he is the lead executor (None: the only one, or the whole case at once); RETURNED: False if
      a co-executor returned only his own part.
    * `draft`: the kind of a draft; KIND_SET: the kind it was given instead of a final one.
    * `importance`, `source`, `due`: what IMPORTANCE_SET, SOURCE_SET, TERM_SET and FINAL_NAMED set.
    * `due` also: TAKEN_BACK: when the action now taken back was done; AWAITED_AGAIN: since when no contribution could be
      given; any other event, if people were notified of it more than a minute after it: the moment they were notified.
    * `line`: the version of the case that the command made, which is the number of its journal line (0 for events stored
      before journal lines were numbered).
    * `moved`: RECKONED: the steps whose terms a changed calendar moved; TAKEN_BACK: the steps whose terms did not run while
      the action stood.
    * `queued`: TURNS_SET: how many co-executors wait for their turn.
    """

    event: Event
    at: datetime
    who: str | None = None
    lead: bool | None = None
    draft: DraftKind | None = None
    importance: Importance | None = None
    due: datetime | None = None
    source: Source | None = None
    line: int = 0
    moved: tuple[str, ...] = ()
    queued: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts, besides the history, that terms depend on.

    IMPORTANCE_SET, SOURCE_SET, TERM_SET and FINAL_NAMED in the history replace these values from then on. Runs that
    ended earlier keep the old values. `queued`: how many co-executors wait for their turn, if no TURNS_SET says it;
    `duty_always`: duty hours are the whole day.
    """

    importance: Importance = Importance.NORMAL
    source: Source = Source.VK
    several: bool = False
    own_answer_due: datetime | None = None
    named_final_due: datetime | None = None
    queued: int = 0
    duty_always: bool = False


class Grant(StrEnum):
    """Why a missed term is charged to people only from a later moment than the regulation's text makes it due (CLOCK §1)."""

    SHELTER = "shelter"
    HANDED = "handed"
    MOVED = "moved"
    SENT_BACK = "sent_back"
    REPLIED = "replied"
    CONTRIBUTIONS = "contributions"
    RESUMED = "resumed"
    RECKONED = "reckoned"
    HELD_BACK = "held_back"
    TAKEN_BACK = "taken_back"
    TOLD_LATE = "told_late"
    AWAITED_AGAIN = "awaited_again"
    KIND_SET = "kind_set"


class Deadline(NamedTuple):
    """One run of one step of the regulation: from when it ran, when it is due, how it ended. It ends when it is met, or
    dropped because its reason is gone or a newer run replaces it.

    `holder` owes the step. A `before` term is counted back from `counted_back_from`. `capped_by` is the step whose due
    moment cut this term short. `provisional`: the term goes beyond the known calendar. `begun` and `ended` are the
    happenings that began and ended it; `handed` is the forwarding after which the step is owed by another executor.

    `workflow.terms.grants` fills in the rest. `until` is the moment from which somebody is charged (at least `due_at`);
    `grant` says why it is later, and `granted_at` when. `charged_to` and `who` held the case when `until` passed, for
    at least the grace (DESIGN rule 12); `who` is an executor's key, None if the history names none. `got_at`: when the
    present holder got the case, if that was too late to charge him.

    A named tuple: every command makes a dozen of them, and a frozen dataclass takes four times as long to make (0041).
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
    until: datetime
    begun: Happening
    ended: Happening | None = None
    handed: Happening | None = None
    counted_back_from: datetime | None = None
    capped_by: Step | None = None
    grant: Grant | None = None
    granted_at: datetime | None = None
    got_at: datetime | None = None

    @property
    def line(self) -> int:
        """The journal line that began the run; if the step was owed again by another executor, the line of the forwarding
        to him."""
        return (self.handed or self.begun).line

    @property
    def name(self) -> str:
        """The run's name, unique among the running steps of the case: the step, and the executor if it runs for each
        executor (`draft`, `contribution@roads`)."""
        return f"{self.step}@{self.who}" if self.who and self.step in PER_EXECUTOR else str(self.step)

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.dropped_at is None

    @property
    def ended_at(self) -> datetime | None:
        return self.met_at or self.dropped_at

    def clock(self, clock: Clock) -> Clock:
        """Return the clock (working or plain time) that counts this step's term and its lateness."""
        return clock.working if self.term.clock is ClockKind.WORKING else clock.calendar


def deadlines(history: Sequence[Happening], facts: Facts, regulation: Regulation, clock: Clock) -> dict[Step, Deadline]:
    """Return the last run of each step that has begun, ended or not, in the order of the steps, by the regulation's text
    alone."""
    found = {run.step: run for run in text_runs(history, facts, regulation, clock)}
    return {step: found[step] for step in STEPS if step in found}


def text_runs(history: Sequence[Happening], facts: Facts, regulation: Regulation, clock: Clock) -> tuple[Deadline, ...]:
    """Return every run of every step so far by the regulation's text alone, by step, then by time; () if the regulation has
    no steps. `history` must be in the order of time.

    Cached, because the same first parts of a history are computed repeatedly to see what one happening changed.
    """
    return _text_runs(tuple(history), facts, regulation, clock) if regulation.steps else ()


@lru_cache(maxsize=256)
def _text_runs(
    history: tuple[Happening, ...], facts: Facts, regulation: Regulation, clock: Clock
) -> tuple[Deadline, ...]:
    reckoning = _Reckoning(history, facts, regulation, clock)
    return tuple(run for rule in regulation.steps for run in reckoning.runs_of(rule))


def missed_at(run: Deadline, clock: Clock) -> datetime:
    """Return the moment at which the run counts as missed: a full minute after `until`, on the step's own clock; on the wall
    clock for terms in working days and for moments set by a person."""
    if run.term.unit is Unit.MINUTES:
        return run.clock(clock).add(run.until, 1)
    return run.until + MINUTE


def facts_after(facts: Facts, history: Iterable[Happening]) -> Facts:
    """Return the facts as they are after these happenings have changed importance, source and the terms set by people."""
    for happening in history:
        match happening.event:
            case Event.IMPORTANCE_SET if happening.importance is not None:
                facts = replace(facts, importance=happening.importance)
            case Event.SOURCE_SET if happening.source is not None:
                facts = replace(facts, source=happening.source)
            case Event.TERM_SET:
                facts = replace(facts, own_answer_due=happening.due)
            case Event.FINAL_NAMED:
                facts = replace(facts, named_final_due=happening.due)
            case _:
                pass
    return facts


def has_happened(history: Sequence[Happening], event: Event) -> bool:
    return any(happening.event is event for happening in history)


def contract_due(found: Mapping[Step, Deadline], clock: Clock) -> dict[str, str]:
    """Return each step's due moment, by the step's name, for the command line's output: ISO, in the municipality's zone."""
    return {str(step): clock.local(deadline.due_at).isoformat() for step, deadline in found.items()}


OF_ONE_HANDING = frozenset({Step.CONTRIBUTION_APPROVAL, Step.JOINT_DRAFT, Step.APPROVAL, Step.REWORK, Step.POSTING})
"""Steps whose runs are dropped when the case goes to other executors, because they concern the work of the present ones."""

OWED_BY_WHOEVER_HAS_IT = frozenset({Step.DRAFT, Step.FINAL})
"""Steps that an executor's draft meets only for himself: if the case goes to another executor, that one owes them again."""

BEGUN_TOO_BY = {
    Step.FORWARD: Event.RETURNED,
    Step.JOINT_DRAFT: Event.RETURNED,
    Step.CONTRIBUTION: Event.CONTRIBUTION_SENT_BACK,
}
"""For some steps, a second event that begins a run, besides the one in the regulation's file."""

CHANGING_FACTS = frozenset({Event.IMPORTANCE_SET, Event.SOURCE_SET, Event.TERM_SET, Event.FINAL_NAMED})
MINUTE = timedelta(minutes=1)
STEPS = tuple(Step)


@dataclass(frozen=True, slots=True)
class _Start:
    """The start of a run: the index of its happening in the history, and the moment its term is counted from.

    `handed`: the case went to another executor, who owes the step again; the term still counts from `at`.
    """

    index: int
    at: datetime
    who: str | None
    begun: Happening
    handed: Happening | None = None

    @property
    def event(self) -> Event:
        return self.begun.event


class _Reckoning:
    def __init__(self, history: Sequence[Happening], facts: Facts, regulation: Regulation, clock: Clock) -> None:
        whole = [in_utc(happening) for happening in history]
        self.set_aside = [left for left, _ in pauses(whole)]
        self.history = [h for h in whole if h.event not in UNDOES and h not in self.set_aside]
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
        """Return the starts of all runs of a step. Cached, because other steps depend on them too."""
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
        if rule.step in BEGUN_TOO_BY:
            places = sorted({*places, *self._places.get(BEGUN_TOO_BY[rule.step], [])})
        found = [(index, self.history[index]) for index in places]
        starts = [_Start(index, h.at, h.who, h) for index, h in found if self._begins(rule, index, h)]
        return self._handed_on(rule, starts[:1] if rule.runs_from is Event.INTERIM_POSTED else starts)

    def _handed_on(self, rule: StepRule, starts: Sequence[_Start]) -> list[_Start]:
        """Return the starts, with one added each time the case goes to an executor after another one's draft met the step.

        The new executor owes his own draft by the same moment, unless he sent one in time and gets the case back.
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
        if end is None or not (self.history[end].event is Event.DRAFTED if met else self._gets_back(rule, start, end)):
            return None
        for index in range(end + 1, later[0].index if later else len(self.history)):
            happening = self.history[index]
            if happening.event is Event.FORWARDED and happening.lead is not False:
                if not self._keeps_a_draft(rule, start, index):
                    return replace(start, index=index, handed=happening)
            elif self._drops(rule, start, happening):
                return None
        return None

    def _gets_back(self, rule: StepRule, start: _Start, index: int) -> bool:
        """Whether the happening at `index` gives the case back to an executor who had submitted a draft in time, so that
        nobody owes the step then."""
        happening = self.history[index]
        handed = happening.event is Event.FORWARDED and happening.lead is not False and start.handed is not None
        return handed and rule.step in OWED_BY_WHOEVER_HAS_IT and self._keeps_a_draft(rule, start, index)

    def _keeps_a_draft(self, rule: StepRule, start: _Start, index: int) -> bool:
        """Whether the executor who gets the case at `index` had already met the step in time with a draft of his own that
        was not sent back."""
        who = self.history[index].who
        own = [h for h in self.history[:index] if h.event is Event.DRAFTED and h.who == who and h.at >= start.at]
        if who is None or not own:
            return False
        due, last = self._text_due(rule, start.at, self._facts_until(index)), own[-1]
        after = self.history[self.history.index(last) + 1 : index]
        judged = next((h.event for h in after if h.event in (Event.SENT_BACK, Event.DRAFTED, Event.FORWARDED)), None)
        return due is not None and last.at <= due and self._meets(rule, last) and judged is not Event.SENT_BACK

    def _begins(self, rule: StepRule, index: int, happening: Happening) -> bool:
        if rule.step is Step.FORWARD and happening.event is Event.RETURNED:
            return not self._is_part_return(happening)
        if rule.step is Step.JOINT_DRAFT:
            return self._completes_contributions(rule, index, happening)
        match rule.step:
            case Step.CONTRIBUTION if happening.event is not Event.CONTRIBUTION_SENT_BACK:
                return happening.lead is False or (happening.lead is None and not self.leads_are_named)
            case Step.DRAFT:
                return happening.lead is not False
            case _:
                return True

    def _completes_contributions(self, rule: StepRule, index: int, happening: Happening) -> bool:
        """Whether the happening at `index` gives the lead executor the last contribution he waits for, and he has not
        submitted a draft yet.

        The last co-executor may have contributed or returned his part.
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
                case Event.CONTRIBUTION_SENT_BACK:
                    owing.add(one.who)
                case Event.DRAFTED if one.who is not None:
                    drafted = drafted or self._meets(rule, one)
                case _:
                    pass
            given = given or one.event is rule.runs_from
        return given and not owing and not drafted

    def _is_part_return(self, returned: Happening) -> bool:
        """Whether this return is a co-executor's return of his own part, after which the case stays with the others."""
        if returned.lead is not None or returned.who is None:
            return returned.lead is False
        handed = [h.lead for h in self.history if h.event is Event.FORWARDED and h.who == returned.who]
        return bool(handed) and all(lead is False for lead in handed)

    # --- where runs end ---------------------------------------------------------------------------

    def _end(self, rule: StepRule, start: _Start, later: Sequence[_Start]) -> tuple[int | None, bool]:
        """Return the index of the happening that ends the run (None: still open), and whether it met the step (else the run
        was dropped)."""
        own = rule.step in PER_EXECUTOR
        if self._has_drafted_before(rule, start):
            return start.index, True
        superseded = {s.index for s in later if not own or s.who == start.who}
        for index in range(start.index + 1, len(self.history)):
            happening = self.history[index]
            concerned = not own or None in (start.who, happening.who) or start.who == happening.who
            if concerned and happening.event in rule.met_by and self._meets(rule, happening):
                if not self._is_unmet(rule, index):
                    return index, True
                continue
            if rule.step is Step.FORWARD and happening.event is Event.MERGED:
                return index, True
            if index in superseded or self._drops(rule, start, happening) or self._gets_back(rule, start, index):
                return index, False
        return None, False

    def _has_drafted_before(self, rule: StepRule, start: _Start) -> bool:
        """Whether an executor, whose draft term runs from receipt, gets the case back after he had submitted a draft in
        time. That draft still meets the step, unless his next one is sent back."""
        if rule.step is not Step.DRAFT or rule.runs_from is not Event.FORWARDED:
            return False
        after = (h.event for h in self.history[start.index + 1 :] if h.lead is not False)
        judged = next((event for event in after if event in (Event.SENT_BACK, Event.FORWARDED)), None)
        earlier = (s for s in self._starts(rule) if s.index < start.index and s.who == start.who)
        return judged is not Event.SENT_BACK and any(self._keeps_a_draft(rule, s, start.index) for s in earlier)

    def _meets(self, rule: StepRule, happening: Happening) -> bool:
        """Whether the happening meets the step as far as the draft's kind is concerned. A draft without a kind, and any
        other event, does."""
        if happening.event is not Event.DRAFTED or happening.draft is None:
            return True
        match rule.step:
            case Step.FINAL:
                return happening.draft == DraftKind.FINAL
            case Step.DRAFT | Step.JOINT_DRAFT:
                return happening.draft != DraftKind.REQUEST or self.regulation.request_meets_draft
            case _:
                return True

    def _is_unmet(self, rule: StepRule, index: int) -> bool:
        """Whether the draft at `index` no longer meets the executor's step: it was sent back under a regulation without a
        rework step, or it was a question to the author and he has replied."""
        if rule.step is not Step.DRAFT and rule.step is not Step.JOINT_DRAFT:
            return False
        for later in self.history[index + 1 :]:
            if later.event is Event.SENT_BACK:
                return Step.REWORK not in self._rules
            if later.event is Event.AUTHOR_REPLIED:
                return self.history[index].draft is DraftKind.REQUEST
            if later.event in (Event.DRAFTED, Event.FORWARDED, Event.INTERIM_POSTED, Event.POSTED, Event.CLOSED):
                return False
        return False

    def _drops(self, rule: StepRule, start: _Start, happening: Happening) -> bool:
        match happening.event:
            case Event.POSTED | Event.CLOSED:
                return True
            case Event.MERGED:
                return rule.step is not Step.ANSWER
            case Event.SENT_BACK:
                return rule.step is Step.POSTING
            case Event.CONTRIBUTION_SENT_BACK:
                of_it = rule.step is Step.CONTRIBUTION_APPROVAL and start.who == happening.who
                return of_it or rule.step is Step.JOINT_DRAFT
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
        rule = self._as_begun(rule, start.event)
        within = rule.within_for(facts.importance, facts.source)
        base_due = self._base_due(rule, start.at, facts)
        text_due = self._due_by_text(rule, start.at, facts, base_due)
        if text_due is None:
            return None
        own_due = self._not_after_own(rule, facts, text_due)
        cap = self._cap(rule, start, facts)
        due = max(min(own_due, cap) if cap is not None else own_due, start.at)
        ended = self._ended(start, end, met)
        return Deadline(
            step=rule.step,
            kind=rule.kind,
            holder=rule.holder,
            charged_to=rule.holder,
            who=start.who if rule.step in PER_EXECUTOR else None,
            ran_from=start.event,
            started_at=start.at,
            due_at=due,
            until=due,
            begun=start.begun,
            ended=self.history[end] if end is not None else None,
            handed=start.handed,
            met_at=ended if met else None,
            dropped_at=None if met else ended,
            term=within.term,
            clause=within.clause,
            reading=rule.reading,
            provisional=self._is_provisional(within, start.at, due),
            counted_back_from=base_due,
            capped_by=rule.not_after if cap is not None and cap < own_due else None,
        )

    def _as_begun(self, rule: StepRule, by: Event) -> StepRule:
        """Return the step's rule with the term it has when this event begins it: a contribution sent back is owed anew
        within the term of a rework and by its clause (**reading**: the texts give it no term)."""
        rework = self._rules.get(Step.REWORK)
        if by is not Event.CONTRIBUTION_SENT_BACK or rework is None:
            return rule
        return replace(rule, within=rework.within, high=rework.high, by_source=rework.by_source)

    def _ended(self, start: _Start, end: int | None, met: bool) -> datetime | None:
        """Return the moment the run ended; None if it is open. If a return of the case ended it, and the case had been closed
        or merged before (which was undone later), the run ended at that closing or merging, even if the curator's duty
        had not begun then.
        """
        if end is None:
            return None
        ended = self.history[end].at
        if met or self.history[end].event is not Event.RETURNED:
            return ended
        since = start.at if start.event is not Event.DETECTED else datetime.min.replace(tzinfo=UTC)
        return next((h.at for h in self.set_aside if since <= h.at < ended), ended)

    def _facts_until(self, end: int | None) -> Facts:
        """Return the facts after the happening at index `end`, which ended a run, or after the whole history (None)."""
        if not self.facts_change:
            return self.facts
        return facts_after(self.facts, self.history if end is None else self.history[: end + 1])

    def _text_due(self, rule: StepRule, start: datetime, facts: Facts) -> datetime | None:
        """Return the due moment by the regulation's text alone; None if the curator must still set the moment."""
        return self._due_by_text(rule, start, facts, self._base_due(rule, start, facts))

    def _due_by_text(self, rule: StepRule, start: datetime, facts: Facts, base_due: datetime | None) -> datetime | None:
        """Return the due moment by the regulation's text alone, counted from `start`, or back from `base_due` if given; None
        if the curator must still set the moment."""
        term = rule.within_for(facts.importance, facts.source).term
        if term.unit is Unit.NAMED:
            return _utc(facts.named_final_due) if facts.named_final_due is not None else None
        if term.unit is Unit.WORKING_DAYS:
            return self.clock.end_of_nth_working_day(start, term.amount)
        clock = self._clock_of(term)
        return clock.back(base_due, term.amount) if base_due is not None else clock.add(start, term.amount)

    def _base_due(self, rule: StepRule, start: datetime, facts: Facts) -> datetime | None:
        """Return the moment from which a `before` term is counted back: the other step's due moment by the text alone; None
        for any other term."""
        base = self._rules.get(rule.before) if rule.before is not None else None
        return self._text_due(base, start, facts) if base is not None else None

    def _not_after_own(self, rule: StepRule, facts: Facts, due: datetime) -> datetime:
        """Return the due moment, for the answer not later than the deadline the curator set himself (MO-6.3)."""
        setting = self.regulation.curator_term
        if facts.own_answer_due is None or setting is None:
            return due
        return min(due, _utc(facts.own_answer_due)) if rule.step is Step.ANSWER else due

    def _cap(self, rule: StepRule, start: _Start, facts: Facts) -> datetime | None:
        """Return the due moment of the step that limits this run (`not_after`), or None if nothing limits it. A message
        detected again moves both steps."""
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
        return self._not_after_own(other, facts, due) if due is not None else None

    def _clock_of(self, term: Term) -> Clock:
        return self.clock.working if term.clock is ClockKind.WORKING else self.clock.calendar

    def _is_provisional(self, within: Within, start: datetime, due: datetime) -> bool:
        if within.term.unit is Unit.NAMED:
            return False
        clock = self._clock_of(within.term)
        return not (clock.covers(start) and clock.covers(due))


NO_OFFSET = timedelta(0)


def in_utc(happening: Happening) -> Happening:
    is_utc = happening.at.utcoffset() == NO_OFFSET
    return happening if is_utc else replace(happening, at=_utc(happening.at))


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {moment.isoformat()}")
    return moment.astimezone(UTC)


UNDOES = {Event.REOPENED: Event.CLOSED, Event.SPLIT: Event.MERGED}
"""Events that undo the last event of another kind: then the terms are computed as if neither had happened."""


def pauses(history: Iterable[Happening]) -> Iterator[tuple[Happening, Happening]]:
    """Yield each closing or merging of the case that was undone later, with the happening that undid it."""
    aside: dict[Event, Happening] = {}
    for happening in history:
        aside[happening.event] = happening
        undone = UNDOES.get(happening.event)
        if undone in aside:
            yield aside.pop(undone), happening
