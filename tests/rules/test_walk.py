"""A walk over the situations a case can be in: in each, somebody is waited for who can act, he hears, and so do those above.

The walk gives every command of a narrow set in every situation it has met, and a tick to just after the next missed
term, until it meets nothing new. Versions, texts and moments are set aside. In each situation nobody acts for ten
working days; what is heard then is read off the alarms alone. The narrow set leaves out what only the curator may do at
any time (closing, importance, sources, merging).
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from tests.rules.offices import CURATOR, NETWORK_LINK, ROADS, SCHOOL, ZHKH, at, new_case, office
from workflow.case import Case, Move, PartState, State, Wait
from workflow.commands import (
    Accept,
    AnyCommand,
    Approve,
    AuthorDeleted,
    AuthorReplied,
    CloseWithoutPosting,
    Contribute,
    Forward,
    PassContribution,
    Posted,
    PostFailed,
    ProposeInterim,
    Recall,
    Release,
    Retry,
    Return,
    SendBack,
    SetTerm,
    SubmitDraft,
    TakeBack,
    Undo,
)
from workflow.decide import decide
from workflow.effects import Audience, Notice, Notify
from workflow.office import CLOCK, NETWORK, Actor, Office, Role
from workflow.outcomes import Accepted
from workflow.regulation import Holder, Importance, Kind
from workflow.terms.alarms import alarms_of, department_of, following, notice_for, running
from workflow.terms.deadlines import Deadline, missed_at
from workflow.waiting import CURATOR as BY_CURATOR
from workflow.waiting import MACHINES, waits_on

SECONDS = timedelta(seconds=5)
DAYS, WEEK = 10, 5
ALONE = 4
NEVER = datetime.max.replace(tzinfo=UTC)
WITH_A_DRAFT = (State.ON_APPROVAL, State.APPROVED, State.NOT_POSTED)
DEPARTMENTS = {"zhkh": ZHKH, "roads": ROADS, "school": SCHOOL}
PEOPLE = {by.people[0]: by for by in (CURATOR, *DEPARTMENTS.values())}
WAYS = [
    (Forward(CURATOR, 1, ("zhkh",)), ("zhkh",)),
    (Forward(CURATOR, 1, ("zhkh", "roads")), ("zhkh", "roads")),
    (Forward(CURATOR, 1, ("zhkh", "roads", "school"), in_turn=True), tuple(DEPARTMENTS)),
]
"""One executor; two together; three in turns."""
TOWNS = [
    ("izobilnensky", Importance.NORMAL),
    ("slavgorod", Importance.NORMAL),
    ("kursky", Importance.NORMAL),
    ("moskalensky", Importance.NORMAL),
    ("moskalensky", Importance.HIGH),
    ("primorsko-akhtarsky", Importance.NORMAL),
]


@dataclass(frozen=True)
class Situation:
    case: Case
    now: datetime


# --- the walk ---------------------------------------------------------------------------------------------------------


def commands(case: Case, of: Office, way: int, now: datetime) -> Iterator[AnyCommand]:
    """The narrow set. What is not permitted now is refused and leads nowhere."""
    forward, concerned = WAYS[way]
    version, text = len(case.drafts), f"Воду подключили, бригада закончила работы, версия {len(case.drafts) + 1}."
    yield forward
    yield Recall(CURATOR, 1)
    for key in concerned:
        by = DEPARTMENTS[key]
        yield Accept(by, 1)
        yield Return(by, 1, "не наше")
        yield Contribute(by, 1, text)
        yield PassContribution(CURATOR, 1, key)
    lead = case.lead
    if lead is not None:
        for kind in of.regulation.draft_kinds:
            for early in ("", "не относится"):
                yield SubmitDraft(DEPARTMENTS[lead.department], 1, text, kind=kind, early=early)
    yield ProposeInterim(CURATOR, 1, text)
    yield Approve(CURATOR, 1, version)
    yield SendBack(CURATOR, 1, version, "уточните срок")
    yield Undo(CURATOR, 1, case.approved or version)
    yield Release(CLOCK, 1, case.approved or version)
    yield Posted(NETWORK, 1, NETWORK_LINK)
    yield Posted(CURATOR, 1, NETWORK_LINK)
    yield PostFailed(NETWORK, 1, "captcha")
    yield Retry(CURATOR, 1)
    yield AuthorReplied(NETWORK, 1, "Дом 5.")
    yield SetTerm(CURATOR, 1, now + timedelta(days=9))
    if case.former is not None:
        yield TakeBack(PEOPLE[case.former.by], 1, case.former.line)


def tick(situation: Situation, of: Office) -> Situation | None:
    """To just after the next missed term."""
    runs = running(situation.case, of).values()
    ahead = [moment for run in runs if (moment := missed_at(run, of.clock)) >= situation.now]
    return Situation(situation.case, min(ahead) + SECONDS) if ahead else None


def key(situation: Situation, of: Office) -> tuple[object, ...]:
    """The situation without versions, texts and moments."""
    case, now = situation.case, situation.now
    draft = case.draft
    runs = running(case, of).values()
    return (
        case.state,
        case.lead.state if case.lead else None,
        tuple(sorted(part.state for part in case.co_executors)),
        len(case.queue),
        (draft.kind, draft.department is None) if draft is not None and case.state in WITH_A_DRAFT else None,
        case.post_at is not None,
        frozenset(posting.kind for posting in case.postings),
        tuple(sorted((run.step.value, missed_at(run, of.clock) <= now) for run in runs)),
        frozenset((wait.who == BY_CURATOR, wait.move) for wait in waits_on(case, of)),
        case.former.action if case.former is not None and now < case.former.until else None,
    )


def after(situation: Situation, of: Office, way: int) -> Iterator[Situation]:
    now = situation.now + SECONDS
    for command in commands(situation.case, of, way, now):
        decision = decide(situation.case, command, of, now)
        if isinstance(decision, Accepted) and not decision.after.is_ended:
            yield Situation(decision.after, now)
    if (ticked := tick(situation, of)) is not None:
        yield ticked


def start(town: str, importance: Importance) -> Situation:
    begun = at("2026-01-12 09:00")
    return Situation(replace(new_case(town), importance=importance, first_importance=importance), begun)


def whole(town: str, importance: Importance, way: int) -> list[Situation]:
    of = here(town)
    first = start(town, importance)
    met, waiting = {key(first, of): first}, deque([first])
    while waiting:
        for reached in after(waiting.popleft(), of, way):
            if (known := key(reached, of)) not in met:
                met[known] = reached
                waiting.append(reached)
    return list(met.values())


def sampled(town: str, importance: Importance, many: int, ways: Sequence[int] = range(len(WAYS))) -> list[Situation]:
    """Different situations met by seeded random walks."""
    of, chance = here(town), random.Random(f"{town} {importance}")
    met: dict[tuple[object, ...], Situation] = {}
    while len(met) < many:
        way, one = chance.choice(ways), start(town, importance)
        for _ in range(chance.randrange(4, 24)):
            following_ones = list(after(one, of, way))
            one = chance.choice(following_ones)
            met.setdefault((way, *key(one, of)), one)
    return list(met.values())[:many]


@cache
def here(town: str, above: bool = True) -> Office:
    """The office, or one with nobody above the departments and the curator."""
    of = office(town)
    if above:
        return of
    people = {name: one for name, one in of.people.items() if not {Role.DEPUTY, Role.HEAD} & set(one.roles)}
    departments = {name: replace(one, overseen_by=None) for name, one in of.departments.items()}
    return replace(of, people=people, departments=departments, supervisor=None)


# --- the oracle -------------------------------------------------------------------------------------------------------


def heard(situation: Situation, of: Office, until: datetime) -> list[tuple[datetime, Notify]]:
    """What is told if nobody acts until then, with what was told already of terms that still run."""
    alarms, told = deque(alarms_of(situation.case, of)), []
    while alarms:
        alarm = alarms.popleft()
        if alarm.at > until:
            continue
        told += [(alarm.at, one) for one in notice_for(situation.case, alarm, of, alarm.at) if isinstance(one, Notify)]
        if (further := following(situation.case, alarm, of, alarm.at)) is not None:
            alarms.append(further)
    return sorted(told, key=lambda one: one[0])


def whose(notify: Notify, case: Case) -> str | None:
    """Whom the notice goes to: the curator's role, a department, or None for somebody above."""
    match notify.to:
        case Audience.CURATORS:
            return BY_CURATOR
        case Audience.LEAD:
            return case.lead.department if case.lead else None
        case Audience.DEPARTMENT:
            return notify.department
        case _:
            return None


def duty_of(who: str, case: Case, of: Office) -> list[Deadline]:
    runs = [run for run in running(case, of).values() if run.kind is Kind.DUTY]
    return [r for r in runs if (BY_CURATOR if r.holder is Holder.CURATOR else department_of(r, case)) == who]


def acts_of(who: str, situation: Situation, of: Office) -> Iterator[Case]:
    """The case after each command he has that the table permits."""
    actors: dict[str, Actor] = {BY_CURATOR: CURATOR, str(CLOCK.machine): CLOCK, str(NETWORK.machine): NETWORK}
    by = actors.get(who) or DEPARTMENTS[who]
    now = situation.now + SECONDS
    further = (AuthorReplied(CURATOR, 1, "Дом 5."), CloseWithoutPosting(CURATOR, 1, "author_deleted"))
    given = commands(situation.case, of, len(WAYS) - 1, now)
    for command in (*given, *(further if situation.case.deleted_at is not None else further[:1])):
        taken_back = isinstance(command, Recall) or (isinstance(command, Forward) and situation.case.lead is not None)
        if command.by != by or taken_back:
            continue
        decision = decide(situation.case, command, of, now)
        if isinstance(decision, Accepted):
            yield decision.after


def moves(case: Case, of: Office) -> set[tuple[str, Move, str]]:
    """Whose moves are waited for; passing contributions on is a move for each of them."""
    to_pass = [part.department for part in case.co_executors if part.state is PartState.CONTRIBUTED]
    return {
        (wait.who, wait.move, department)
        for wait in waits_on(case, of)
        for department in (to_pass if wait.move is Move.PASS_CONTRIBUTION else [""])
    }


def check(situation: Situation, of: Office, alone: Office | None) -> None:
    """The oracle. `alone`: the same office with nobody above, to ask there too."""
    case, now = situation.case, situation.now
    waits = waits_on(case, of)
    assert waits, case.state
    days = of.working_time.end_of_nth_working_day
    last = max((run.until for run in running(case, of).values()), default=now)
    silent_from, until = days(max(now, last), DAYS), days(max(now, last), DAYS + WEEK + 1)
    told = heard(situation, of, until)
    one_day = days(of.working_time.into(now), 1)
    by_the_third = days(of.working_time.into(now), 2)
    acts = cache(lambda who: tuple(acts_of(who, situation, of)))
    before = moves(case, of)
    for wait in waits:
        changed = (moves(done, of) != before or done.approved != case.approved for done in acts(wait.who))
        assert any(changed), ("no command", wait)  # what the network has taken may be followed by a newer answer
        if wait.move is Move.COMMON_DRAFT:
            continue
        if wait.who in MACHINES:  # on its way: it ends by itself, posted or failed, and then somebody is waited for
            continue
        who = wait.who
        duties = duty_of(who, case, of)
        hears = [moment for moment, notify in told if whose(notify, case) == who]
        bound = min(missed_at(run, of.clock) for run in duties) if duties else one_day
        assert min(hears, default=NEVER) <= bound, ("he does not hear", wait, hears[:1], bound)
        assert max(hears) > silent_from, ("he hears no more", wait, hears[-1])
        above = [moment for moment, notify in told if whose(notify, case) is None]
        bound = min(of.working_time.end_of_nth_working_day(r.until, 1) for r in duties) if duties else by_the_third
        within = of.working_time.end_of_nth_working_day(now, DAYS)
        assert bound > within or min(above, default=NEVER) <= bound, ("nobody above hears", wait, bound)
        assert max(above) > silent_from, ("nobody above hears any more", wait, above[-1])
    if alone is not None:
        nobody_above = {whose(notify, case) for _, notify in heard(situation, alone, days(now, DAYS))}
        assert None not in nobody_above
        assert nobody_above or all(wait.move is Move.COMMON_DRAFT or wait.who in MACHINES for wait in waits)
    late = {(n.to, n.step, n.department): n for at, n in told if n.notice is Notice.OVERDUE and at >= now}
    for notify in late.values():
        his = whose(notify, case)
        assert his is None or can_answer(his, case, acts(his), of), ("overdue without a command", notify, waits)


def can_answer(who: str, case: Case, acts: Iterable[Case], of: Office) -> bool:
    """Whether one of his commands changes whose move it is, or ends a step. An answer on its way to the network is the
    exception: it ends by itself, posted or failed, and then he has one."""
    if who == BY_CURATOR and any(wait.who in MACHINES for wait in waits_on(case, of)):
        return True
    open_now, before = set(running(case, of)), moves(case, of)
    return any(moves(done, of) != before or open_now - set(running(done, of)) for done in acts)


# --- tests ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", range(len(WAYS)))
def test_iz_6_2_in_every_situation_somebody_is_waited_for_who_can_act_and_hears(way: int) -> None:
    for situation in whole("izobilnensky", Importance.NORMAL, way):
        check(situation, here("izobilnensky"), here("izobilnensky", above=False))


@pytest.mark.parametrize(("town", "importance"), TOWNS[1:])
def test_in_200_situations_of_the_others_somebody_is_waited_for_who_can_act_and_hears(
    town: str, importance: Importance
) -> None:
    for situation in sampled(town, importance, 200 // len(TOWNS[1:])):
        check(situation, here(town), here(town, above=False))


@pytest.mark.prove
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("way", range(len(WAYS)))
@pytest.mark.parametrize(("town", "importance"), TOWNS)
def test_in_every_situation_there_is(town: str, importance: Importance, way: int) -> None:
    """With nobody above, one in `ALONE` of them. High importance has the same situations with other terms: with several
    executors, some of them."""
    sampled_only = importance is Importance.HIGH and way > 0
    situations = sampled(town, importance, 500, (way,)) if sampled_only else whole(town, importance, way)
    for number, situation in enumerate(situations):
        check(situation, here(town), here(town, above=False) if number % ALONE == 0 else None)


def test_a_deleted_message_waits_for_the_curators_decision_where_it_waits_for_him() -> None:
    deleted = decide(new_case(), AuthorDeleted(NETWORK, 1), office(), at("2026-01-12 09:01"))
    assert isinstance(deleted, Accepted)
    since = at("2026-01-12 09:01")
    assert waits_on(deleted.after, office()) == (Wait(BY_CURATOR, Move.DECIDE_DELETED, since),)
