"""Computes `until`, the moment from which somebody is charged with a run of a step, and who that is (CLOCK §1). Pure.

`workflow.terms.deadlines` says what is due by the regulation. People are not charged by that moment alone: nobody is late in
the past, for somebody else's action, or while they could not act (DESIGN rule 16). Each grant of time moves `until` to a
later moment, never to an earlier one. The grace is the shortest rework term, counted in duty hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import repeat

from workflow.regulation import PER_EXECUTOR, ClockKind, Event, Holder, Regulation, Step, StepRule, Unit
from workflow.terms.deadlines import (
    CHANGING_FACTS,
    OWED_BY_WHOEVER_HAS_IT,
    Deadline,
    Facts,
    Grant,
    Happening,
    facts_after,
    in_utc,
    missed_at,
    pauses,
    text_runs,
)
from workflow.terms.holding import ToPass, charged, contributions_to_pass, held_at, holdings
from workflow.terms.worktime import Clock

MINUTE = timedelta(minutes=1)
USUAL_GRACE = 30
"""Minutes of grace under a regulation without a rework term."""
LAST_HOUR = timedelta(hours=1)

DRAFTS = (Step.DRAFT, Step.JOINT_DRAFT)
OF_CONTRIBUTIONS = (Step.CONTRIBUTION, Step.CONTRIBUTION_APPROVAL)
AT_WORK = (*DRAFTS, Step.REWORK, Step.FINAL)
TEAM_CHANGED = (Event.FORWARDED, Event.RETURNED, Event.TURNS_SET)
TOLD_LATER = (Event.FORWARDED, Event.RETURNED, Event.SENT_BACK, Event.CONTRIBUTION_SENT_BACK)
"""Happenings of which people may be notified only later, because the action can be taken back first."""
ASKED_LAST = (Step.ANSWER, Step.POSTING)
"""Steps whose `until` depends on that of other steps and is therefore computed after them."""

Key = tuple[str, Happening, Happening | None]


def runs(history: Sequence[Happening], facts: Facts, regulation: Regulation, clock: Clock) -> tuple[Deadline, ...]:
    """Return every run of every step so far with its `until` and whom it is charged to, by step, then by time; () if the
    regulation has no steps.

    `history` must be in the order of time. Cached, because each change of a case needs it several times in a row.
    """
    return _runs(tuple(history), facts, regulation, clock) if regulation.steps else ()


@lru_cache(maxsize=256)
def _runs(history: tuple[Happening, ...], facts: Facts, regulation: Regulation, clock: Clock) -> tuple[Deadline, ...]:
    found = text_runs(history, facts, regulation, clock)
    return _Fairness(tuple(map(in_utc, history)), facts, regulation, clock).of(found) if found else ()


class _Fairness:
    def __init__(
        self,
        history: tuple[Happening, ...],
        facts: Facts,
        regulation: Regulation,
        clock: Clock,
        whole: _Fairness | None = None,
    ) -> None:
        """Prepares the computation of grants for this history. `whole`: the computation for a longer history that begins
        with this one; what it has computed already is reused."""
        self.history = history
        self.facts = facts
        self.regulation = regulation
        self.clock = clock
        self.duty: Clock = clock.calendar if facts.duty_always else clock.working
        self.rules = {rule.step: rule for rule in regulation.steps}
        passes = Step.CONTRIBUTION_APPROVAL in self.rules and any(h.event is Event.CONTRIBUTED for h in history)
        to_pass = tuple(contributions_to_pass(history)) if passes else ()
        self.passed = {h for h, before, after in zip(history[1:], to_pass, to_pass[1:], strict=False) if before > after}
        self.held = holdings(history, to_pass or repeat(ToPass()))
        self.events = {happening.event for happening in history}
        self.moves: Mapping[Key, dict[Happening, datetime]] = {}
        if self.events & {*CHANGING_FACTS, Event.RECKONED}:
            self.moves = whole.moves if whole is not None else self._moves()
        self.pauses = tuple(pauses(history))
        self.earlier: dict[int, Sequence[Deadline]] = whole.earlier if whole is not None else {}

    def of(self, found: Sequence[Deadline]) -> tuple[Deadline, ...]:
        owed = [run for run in found if not self._is_after_an_interim(self.rules[run.step], run)]
        at_work = iter(self._at_work(owed))
        granted = [
            self._granted(self.rules[run.step], run) if run.step in ASKED_LAST else next(at_work) for run in owed
        ]
        return tuple(
            self._charged(self.rules[run.step], one)
            for run in granted
            for one in (run, *self._handed_late(self.rules[run.step], run))
        )

    def _at_work(self, owed: Sequence[Deadline]) -> list[Deadline]:
        """Return the runs of all steps except `ASKED_LAST`, with their grants of time."""
        granted = [self._granted(self.rules[run.step], run) for run in owed if run.step not in ASKED_LAST]
        if any(happening.lead is False for happening in self.history):
            return [self._after_contributions(run, granted) for run in granted]
        return granted

    def _as_of(self, length: int) -> Sequence[Deadline]:
        """Return the runs of all steps except `ASKED_LAST` with their grants, as they were after the first `length`
        happenings: time granted by a command then is not lost later. Cached."""
        if length not in self.earlier:
            then = _Fairness(self.history[:length], self.facts, self.regulation, self.clock, self)
            found = text_runs(then.history, self.facts, self.regulation, self.clock)
            self.earlier[length] = then._at_work(
                [r for r in found if not then._is_after_an_interim(then.rules[r.step], r)]
            )
        return self.earlier[length]

    def _is_after_an_interim(self, rule: StepRule, run: Deadline) -> bool:
        """Whether this run of the draft was begun by a forwarding after an interim answer; such a run is left out, because
        only the final answer is owed (SL-5, SL-7)."""
        return (
            rule.step is Step.DRAFT
            and rule.runs_from is Event.FORWARDED
            and Event.INTERIM_POSTED in self.events
            and self.regulation.rule(Step.FINAL) is not None
            and any(h.event is Event.INTERIM_POSTED and h.at <= run.started_at for h in self.history)
        )

    # --- grants ---------------------------------------------------------------------------------------------------------

    def _granted(self, rule: StepRule, run: Deadline) -> Deadline:
        if rule.sheltered and run.term.unit is Unit.MINUTES and not self.facts.duty_always:
            run = _later(run, self.clock.working.add(run.started_at, run.term.amount), Grant.SHELTER, run.started_at)
        if run.handed is not None:
            run = self._with_grace(run, run.handed, Grant.HANDED)
        if run.begun.event in TOLD_LATER and run.begun.due is not None:
            told = run.begun.due
            run = _later(run, self._as_long_from(run, run.started_at, told), Grant.TOLD_LATE, told)
        for place, happening in enumerate(self.history):
            if happening.at < run.started_at or (run.ended_at is not None and happening.at > run.ended_at):
                continue
            run = self._given_by(happening, rule, run)
            if rule.step is Step.ANSWER:
                run = self._with_the_way(run, place)
        return run

    def _given_by(self, happening: Happening, rule: StepRule, run: Deadline) -> Deadline:
        """Return the run with the grant of time that this happening gives, or unchanged if it gives none."""
        moved_to = self._moved_to(run, happening)
        if moved_to is not None:
            of_others = rule.holder is not Holder.CURATOR
            reckoned = happening.event is Event.RECKONED
            if of_others or reckoned or moved_to <= happening.at:
                return self._with_grace(run, happening, Grant.RECKONED if reckoned else Grant.MOVED)
        if rule.step in AT_WORK and self.passed and happening in self.passed:
            run = self._with_grace(run, happening, Grant.CONTRIBUTIONS)
        match happening.event:
            case Event.SENT_BACK if rule.step in DRAFTS and self._is_drafted(run, happening):
                return self._with_grace(run, happening, Grant.SENT_BACK)
            case Event.AUTHOR_REPLIED if rule.step in DRAFTS and self._is_drafted(run, happening):
                if rule.runs_from is Event.FORWARDED and run.term.unit is Unit.MINUTES:
                    clock = self.duty if rule.sheltered else run.clock(self.clock)
                    return _later(run, clock.add(happening.at, run.term.amount), Grant.REPLIED, happening.at)
                return self._with_grace(run, happening, Grant.REPLIED)
            case Event.KIND_SET if rule.step in AT_WORK and self._is_drafted(run, happening):
                return self._with_grace(run, happening, Grant.KIND_SET)
            case Event.HELD_BACK if rule.holder is Holder.CURATOR or Event.POSTED in rule.met_by:
                return self._with_grace(run, happening, Grant.HELD_BACK)
            case Event.REOPENED | Event.SPLIT:
                return self._resumed(run, happening)
            case Event.TAKEN_BACK:
                return self._held_up(run, happening)
            case Event.AWAITED_AGAIN if rule.step in OF_CONTRIBUTIONS:
                return self._awaited_again(run, happening)
            case _:
                return run

    def _is_drafted(self, run: Deadline, before: Happening) -> bool:
        """Whether a draft was submitted in this run before the happening, which therefore undid it."""
        return any(h.event is Event.DRAFTED and run.started_at <= h.at <= before.at for h in self.history)

    def _as_long_from(self, run: Deadline, before: datetime, now: datetime) -> datetime:
        """Return the moment that gives the run, from `now`, as much time on its clock as it had left at `before`."""
        clock = run.clock(self.clock)
        return clock.add(now, max(clock.between(before, run.until), timedelta(0)))

    def _held_up(self, run: Deadline, back: Happening) -> Deadline:
        """Return a run held up by an action that was taken back (`back`) with the time it had left before; only if less than
        a minute is left or the action stood for over a minute, and not if the term was missed before."""
        since = back.due
        if since is None or run.name not in back.moved or run.started_at > since:
            return run
        then = next((one for one in self._as_of(self.history.index(back)) if _key(one) == _key(run)), run)
        is_needed = back.at - since > MINUTE or then.until <= back.at + MINUTE
        if missed_at(then, self.clock) <= since or not is_needed:
            return run
        return _later(run, self._as_long_from(then, since, back.at), Grant.TAKEN_BACK, back.at)

    def _awaited_again(self, run: Deadline, again: Happening) -> Deadline:
        """Return the run with the time from `again` on that it had left when contributions could no longer be given, at
        least the grace; unchanged if it was missed before that."""
        since = again.due
        if since is None or run.started_at > since or missed_at(run, self.clock) <= since:
            return run
        left = self._as_long_from(run, since, again.at)
        return _later(self._with_grace(run, again, Grant.AWAITED_AGAIN), left, Grant.AWAITED_AGAIN, again.at)

    def _with_grace(self, run: Deadline, given: Happening, grant: Grant) -> Deadline:
        return _later(run, self.duty.add(given.at, self._grace(given.at)), grant, given.at)

    def _grace(self, moment: datetime) -> int:
        """Return the grace in minutes (duty hours), for the importance and source that the case has at that moment."""
        rule = self.regulation.rule(Step.REWORK)
        if rule is None:
            return USUAL_GRACE
        facts = facts_after(self.facts, [h for h in self.history if h.at <= moment]) if self.moves else self.facts
        return rule.within_for(facts.importance, facts.source).term.amount

    def _moves(self) -> Mapping[Key, dict[Happening, datetime]]:
        """Return, for each run by its key, the happenings that moved its due moment while it was open, and to which moment."""
        found: dict[Key, dict[Happening, datetime]] = {}
        for n, happening in enumerate(self.history):
            if happening.event is Event.RECKONED:
                for run in self._open_after(n + 1):
                    if run.name in happening.moved:
                        found.setdefault(_key(run), {})[happening] = run.due_at
            elif happening.event in CHANGING_FACTS:
                before = {_key(run): run.due_at for run in self._open_after(n)}
                for run in self._open_after(n + 1):
                    if before.get(_key(run), None if run.step is Step.FINAL else run.due_at) != run.due_at:
                        found.setdefault(_key(run), {})[happening] = run.due_at
        return found

    def _moved_to(self, run: Deadline, happening: Happening) -> datetime | None:
        return self.moves.get(_key(run), {}).get(happening) if self.moves else None

    def _open_after(self, length: int) -> list[Deadline]:
        found = text_runs(self.history[:length], self.facts, self.regulation, self.clock)
        return [run for run in found if run.is_open]

    def _resumed(self, run: Deadline, resumed: Happening) -> Deadline:
        """Return the run with the time from `resumed` on that it had left when the case was closed or merged, at least the
        grace. Unchanged if it began later; if it was missed before, the grace alone, and only where that miss was charged on
        the case it was merged into."""
        aside = next((left for left, back in self.pauses if back is resumed), None)
        since = run.handed.at if run.handed is not None else run.started_at
        if aside is None or since > aside.at:
            return run
        then = self._as_of(self.history.index(aside) + 1)
        left_of = next((one for one in then if _key(one) == _key(run)), run)
        if missed_at(left_of, self.clock) <= aside.at:
            return self._with_grace(run, resumed, Grant.RESUMED) if self._was_under_another(aside) else run
        clock = run.clock(self.clock)
        left = clock.add(resumed.at, max(clock.between(aside.at, left_of.until), timedelta(0)))
        return _later(self._with_grace(run, resumed, Grant.RESUMED), left, Grant.RESUMED, resumed.at)

    def _was_under_another(self, aside: Happening) -> bool:
        """Whether the case was merged into another one when it was closed (`aside`), so that missed terms were charged on
        that one."""
        apart = (Event.MERGED, Event.SPLIT, Event.REOPENED)
        last = next((h for h in reversed(self.history) if h.at < aside.at and h.event in apart), None)
        return last is not None and last.event is Event.MERGED

    # --- grants that depend on other steps ----------------------------------------------------------------------------

    def _after_contributions(self, run: Deadline, found: Sequence[Deadline]) -> Deadline:
        """Return the lead executor's draft with time for the common draft after the last contribution has reached him, or
        after it should have at the latest. Other runs are returned unchanged."""
        if run.step is not Step.DRAFT or self.regulation.rule(Step.CONTRIBUTION) is None:
            return run
        ready = self._ready_at(run, found)
        if ready is not None:
            joint = self.regulation.rule(Step.JOINT_DRAFT)
            facts = facts_after(self.facts, self.history)
            amount = (
                joint.within_for(facts.importance, facts.source).term.amount
                if joint
                else self._grace(self.history[-1].at)
            )
            run = _later(run, self._working(joint).add(ready, amount), Grant.CONTRIBUTIONS, ready)
        return self._after_pauses(self._not_taken_off(run))

    def _after_pauses(self, run: Deadline) -> Deadline:
        for _, resumed in self.pauses:
            run = self._resumed(run, resumed)
        for back in self.history:
            if back.event is Event.TAKEN_BACK and (run.ended_at is None or back.at <= run.ended_at):
                run = self._held_up(run, back)
        return run

    def _not_taken_off(self, run: Deadline) -> Deadline:
        """Return the run so that a command which left fewer co-executors does not take too much time off the lead's term: at
        least the grace from that command remains, and a term missed before stays where it was."""
        places = [n for n, h in enumerate(self.history) if h.event in TEAM_CHANGED and run.started_at < h.at]
        changed = next((n for n in reversed(places) if run.ended_at is None or self.history[n].at < run.ended_at), None)
        if changed is None:
            return run
        happening = self.history[changed]
        first = next(n for n, h in enumerate(self.history) if h.line == happening.line and h.at == happening.at)
        before = next((one for one in self._as_of(first) if _key(one) == _key(run)), None)
        if before is None or before.until <= run.until:
            return run
        graced = self.duty.add(happening.at, self._grace(happening.at))
        is_missed = missed_at(before, self.clock) <= happening.at
        return _later(
            run, before.until if is_missed else min(before.until, graced), before.grant or Grant.MOVED, happening.at
        )

    def _ready_at(self, run: Deadline, found: Sequence[Deadline]) -> datetime | None:
        """Return when the lead executor had all contributions, or should have them at the latest; None if he waits for
        nobody."""
        asked = self._asked_beside(run).items()
        moments = [ready for who, since in asked if (ready := self._ready_from(who, since, found)) is not None]
        rule, queued = self.regulation.rule(Step.CONTRIBUTION), self._queued(run)
        if queued and rule is not None:
            facts = facts_after(self.facts, self.history)
            each = rule.within_for(facts.importance, facts.source).term.amount + self._passing()
            since = max(moments, default=self.history[-1].at)
            moments.append(self._working(rule).add(since, each * queued))
        return max(moments, default=None)

    def _queued(self, run: Deadline) -> int:
        """Return how many co-executors waited for their turn when the run ended, or wait now if it is open."""
        if Event.TURNS_SET not in self.events:
            return self.facts.queued if run.is_open else 0
        told = [h for h in self.history if h.event is Event.TURNS_SET and (run.ended_at is None or h.at < run.ended_at)]
        return told[-1].queued if told else 0

    def _asked_beside(self, run: Deadline) -> dict[str | None, datetime]:
        """Return the co-executors who had the case together with the lead executor of this run, each with the moment he
        received it."""
        asked: dict[str | None, datetime] = {}
        for happening in self.history:
            if run.ended_at is not None and happening.at > run.ended_at:
                break
            if happening.event is Event.FORWARDED and happening.lead is not False:
                asked = {}
            elif happening.event is Event.FORWARDED:
                asked[happening.who] = happening.at
        return asked

    def _ready_from(self, who: str | None, since: datetime, found: Sequence[Deadline]) -> datetime | None:
        """Return when the co-executor's contribution reached the lead executor (or he returned his part), or, while it has
        not, when it should at the latest. None if he owes none.

        Only the first sending back of a contribution gives the lead more time.
        """
        through_curator = self.regulation.rule(Step.CONTRIBUTION_APPROVAL) is not None
        sent_back = 0
        given: datetime | None = None
        for happening in self.history:
            if happening.who != who or happening.at < since:
                continue
            match happening.event:
                case Event.RETURNED | Event.CONTRIBUTION_PASSED:
                    return happening.at
                case Event.CONTRIBUTED if not through_curator:
                    given = happening.at
                case Event.CONTRIBUTION_SENT_BACK:
                    sent_back, given = sent_back + 1, None
                    if sent_back > 1:
                        return happening.at
                case _:
                    pass
        if given is not None:
            return given
        approvals = [r for r in found if r.step is Step.CONTRIBUTION_APPROVAL and r.who == who and r.is_open]
        if approvals:
            return approvals[-1].until
        own = [r for r in found if r.step is Step.CONTRIBUTION and r.who == who and r.started_at >= since]
        return own[-1].clock(self.clock).add(own[-1].until, self._passing()) if own else None

    def _passing(self) -> int:
        """Return how many minutes the curator has to pass a contribution on; 0 if it goes to the lead executor directly."""
        rule = self.regulation.rule(Step.CONTRIBUTION_APPROVAL)
        return rule.within.term.amount if rule is not None else 0

    def _working(self, rule: StepRule | None) -> Clock:
        calendar = rule is not None and rule.within.term.clock is ClockKind.CALENDAR
        return self.clock.calendar if calendar else self.clock.working

    def _with_the_way(self, run: Deadline, place: int) -> Deadline:
        """Return the run of the answer with the time that the draft, its approval and its posting still take, if the
        happening at `place` moved its due moment into the past or to before that draft is due, or is a reply of the author
        in its last hour. Otherwise unchanged."""
        happening, moved_to = self.history[place], self._moved_to(run, self.history[place])
        replied = happening.event is Event.AUTHOR_REPLIED and (
            happening.at <= run.due_at and run.clock(self.clock).between(happening.at, run.due_at) <= LAST_HOUR
        )
        latest = [happening.at] if moved_to is None else [happening.at, *self._until(place, AT_WORK)]
        if not replied and (moved_to is None or moved_to > max(latest)):
            return run
        return _later(run, self._way_from(place), Grant.REPLIED if replied else Grant.MOVED, happening.at)

    def _way_from(self, place: int) -> datetime:
        """Return when the answer would be posted if everybody used all the time they have after the happening at `place`."""
        given, at_work = self.history[place], self._until(place, AT_WORK)
        approval = next(iter(self._until(place, (Step.APPROVAL,))), None)
        moment = max(at_work, default=self.duty.add(given.at, self._grace(given.at)))
        for rule in self.regulation.steps:
            if rule.step is Step.APPROVAL and approval is not None and not at_work:
                moment = max(given.at, approval)
            elif rule.step in (Step.APPROVAL, Step.POSTING):
                moment = self._working(rule).add(moment, rule.within.term.amount)
        return moment

    def _until(self, place: int, steps: Sequence[Step]) -> list[datetime]:
        """Return the `until` of each run of these steps that was open after the happening at `place`."""
        return [run.until for run in self._as_of(place + 1) if run.step in steps and run.is_open]

    def _handed_late(self, rule: StepRule, run: Deadline) -> Iterator[Deadline]:
        """Yield a run of its own, due within the grace, for each executor who got the case only after the step was missed.

        The missed run itself remains, charged to the one who missed it.
        """
        if rule.step not in OWED_BY_WHOEVER_HAS_IT or rule.runs_from is Event.FORWARDED or run.ended_at == run.due_at:
            return
        missed = missed_at(run, self.clock)
        late = [
            h
            for h in self.history
            if h.event is Event.FORWARDED
            and h.lead is not False
            and missed <= h.at
            and (run.ended_at is None or h.at < run.ended_at)
        ]
        for n, handed in enumerate(late):
            following = late[n + 1] if n + 1 < len(late) else None
            own = run._replace(handed=handed, until=run.due_at)
            if following is not None:
                own = own._replace(met_at=None, dropped_at=following.at, ended=following)
            yield self._after_pauses(self._with_grace(own, handed, Grant.HANDED))

    # --- who is charged -----------------------------------------------------------------------------------------------

    def _charged(self, rule: StepRule, run: Deadline) -> Deadline:
        if rule.step in PER_EXECUTOR or (rule.holder is Holder.CURATOR and rule.step is not Step.ANSWER):
            return run
        in_time = run.ended_at is not None and run.ended_at < missed_at(run, self.clock)
        if in_time and run.ended_at is not None:
            place = at = held_at(self.held, run.ended_at)
        else:
            given = run.handed or run.begun
            at = held_at(self.held, run.until)
            since = max((given.at, *(h.at for h in self.moves.get(_key(run), ()) if h.at <= run.until)))
            place = charged(self.held, since, run.until, MINUTE * self._grace(run.until), self.duty.between)
        holding = self.held[place]
        executor = Holder.EXECUTOR if rule.holder is Holder.CURATOR else rule.holder
        return run._replace(
            charged_to=executor if holding.by_executor else Holder.CURATOR,
            who=holding.who if holding.by_executor else None,
            got_at=self.held[at].since if at != place else None,
        )


def _key(run: Deadline) -> Key:
    return run.name, run.begun, run.handed


def _later(run: Deadline, until: datetime, grant: Grant, at: datetime) -> Deadline:
    return run._replace(until=until, grant=grant, granted_at=at) if until > run.until else run
