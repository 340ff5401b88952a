"""What the wide walk tries in a situation, and where it leads: what only the curator, the author or another case may do
at any time, besides what `tests.rules.test_walk` tries. `tests/rules/test_wide_walk.py` asks what must hold there.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from tests.rules.offices import CURATOR, HEAD, ZHKH, new_case
from tests.rules.test_walk import DEPARTMENTS, SECONDS, WAYS, Situation, commands, here, key, start, tick
from tests.rules.thoroughness import SEED
from workflow.case import Case, Draft, Other
from workflow.commands import (
    Annul,
    AnswerTogether,
    AnyCommand,
    AuthorDeleted,
    AuthorRestored,
    Correct,
    Forward,
    LetGo,
    Merge,
    NotProcess,
    Reckon,
    Release,
    Reopen,
    SendBackContribution,
    SetImportance,
    SetKind,
    SetSource,
    SetTerm,
    Split,
    TakeIn,
)
from workflow.decide import decide
from workflow.desk import CLOSED_FOR_GOOD
from workflow.office import CLOCK, NETWORK, Office
from workflow.outcomes import Accepted
from workflow.regulation import DraftKind, Event, Importance, Source
from workflow.terms.alarms import facts_of, running
from workflow.terms.deadlines import UNDOES, facts_after, has_happened, missed_at
from workflow.terms.register import Host, settle, with_endings

TOWNS = ["izobilnensky", "slavgorod", "kursky", "moskalensky", "primorsko-akhtarsky"]
OTHER = Other(2, 148)
ITSELF = Other(1, 147)
DEPTHS = [(town, way, 3 if town in TOWNS[2:4] else 5) for town in TOWNS for way in range(len(WAYS))]
"""How many commands deep each way to forward is walked whole; KU and MO have too many situations beyond."""
CHOSEN, DEEPEST = 40, 12
"""Of the situations deeper than that, so many of each depth are chosen by the seed."""

Commands = Callable[[Case, Office, datetime], Iterator[AnyCommand]]
Stride = tuple[AnyCommand, Situation, Situation]
"""A command, the situation it was given in and the one it led to."""


def wide(case: Case, of: Office, now: datetime) -> Iterator[AnyCommand]:
    """What the narrow set leaves out."""
    version = len(case.drafts)
    yield Forward(CURATOR, 1, ("roads",))
    for importance in Importance:
        yield SetImportance(CURATOR, 1, importance)
    for kind in of.regulation.draft_kinds:
        yield SetKind(CURATOR, 1, version, kind)
    for department in DEPARTMENTS:
        yield SendBackContribution(CURATOR, 1, department, "не хватает срока")
        yield SendBackContribution(ZHKH, 1, department, "не хватает срока")
    yield Correct(CURATOR, 1, version, f"Исправлено, версия {version + 1}.")
    yield SetTerm(CURATOR, 1, now + timedelta(hours=3))
    yield AuthorDeleted(NETWORK, 1)
    yield AuthorRestored(NETWORK, 1)
    yield Merge(CURATOR, 1, OTHER)
    yield Split(CURATOR, 1)
    yield TakeIn(CLOCK, 1, OTHER, Importance.HIGH)
    yield LetGo(CLOCK, 1, OTHER.id)
    yield AnswerTogether(CLOCK, 1, Draft(1, DraftKind.FINAL, "Ответ обоим.", (), "zhkh_head", "zhkh", now))
    yield NotProcess(CURATOR, 1, of.regulation.grounds[0].code)
    yield Reopen(CURATOR, 1)
    for source in (Source.WEB, Source.INCIDENT):
        yield SetSource(CURATOR, 1, source)
    yield Reckon(CLOCK, 1, tuple(running(case, of)))
    yield Annul(HEAD, 1, tuple(row.number for row in case.missed if row.stands), "сбой связи")


def every(case: Case, of: Office, now: datetime) -> Iterator[AnyCommand]:
    """Both sets, and every way to forward."""
    yield from commands(case, of, len(WAYS) - 1, now)
    yield from wide(case, of, now)
    yield from (forward for forward, _ in WAYS[:-1])


def of_way(way: int) -> Commands:
    """Both sets with one way to forward, and redirecting to another department alone."""
    return lambda case, of, now: chain(commands(case, of, way, now), wide(case, of, now))


# --- the walk ---------------------------------------------------------------------------------------------------------


def wide_key(situation: Situation, of: Office) -> tuple[object, ...]:
    """What the futures of a situation depend on: the narrow key, and what the wide commands change. Importance counts only
    where a term depends on it; a row that has ended, nowhere."""
    case = situation.case
    return (
        *(key(situation, of) if not case.is_ended else (case.state,)),
        case.importance if any(rule.high is not None for rule in of.regulation.steps) else None,
        case.appeal.source,
        case.deleted_at is not None,
        case.merged_into is not None,
        frozenset(row.step for row in case.missed if row.ended_at is None),
        has_happened(case.history, Event.TERM_SET),
        any(has_happened(case.history, event) for event in UNDOES),
    )


def host_of(case: Case, of: Office) -> Host | None:
    """The case this one is put under: as old, nobody works on it, and it has the importance this one has brought."""
    if case.merged_into is None:
        return None
    host = replace(new_case(), id=OTHER.id, number=OTHER.number, history=case.history[:1])
    for n, happening in enumerate(case.history):
        if happening.event in (Event.MERGED, Event.SPLIT):
            brought = facts_after(facts_of(case, of), case.history[:n]).importance
            put_under = happening.event is Event.MERGED
            command = TakeIn(CLOCK, 2, ITSELF, brought) if put_under else LetGo(CLOCK, 2, ITSELF.id)
            decision = decide(host, command, of, happening.at)
            assert isinstance(decision, Accepted)
            host = decision.after
    return host, of


def as_settled(case: Case, of: Office, now: datetime) -> Case:
    return settle(case, of, now, host_of(case, of))


def reached(
    situation: Situation, of: Office, now: datetime, given_now: Commands = every
) -> Iterator[tuple[AnyCommand, Situation]]:
    """What each permitted command leads to. An answer whose time to undo is over goes out first."""
    released = situation.case.post_at is not None and now >= situation.case.post_at
    given = (Release(CLOCK, 1, situation.case.approved or 0),) if released else given_now(situation.case, of, now)
    settled = as_settled(situation.case, of, now)
    for command in given:
        decision = decide(settled, command, of, now)
        if isinstance(decision, Accepted):
            yield command, Situation(with_endings(decision.after, of, now), now)


def beginning(town: str, by_hand: bool = False) -> Situation:
    first = start(town, Importance.NORMAL)
    if not by_hand:
        return first
    appeal = replace(first.case.appeal, network=None, ref=None, source=Source.WEB)
    return replace(first, case=replace(first.case, appeal=appeal))


def later(situation: Situation, of: Office, chance: random.Random) -> datetime:
    """The moment of the next command: soon, within the day, after a night or more, just before or after a missed term."""
    moment = _later(situation, of, chance)
    return min(moment, situation.case.post_at) if situation.case.post_at is not None else moment


def _later(situation: Situation, of: Office, chance: random.Random) -> datetime:
    now, share = situation.now, chance.random()
    runs = running(situation.case, of).values()
    ahead = min((moment for run in runs if (moment := missed_at(run, of.clock)) >= now), default=now)
    if share < 0.5:
        return now + SECONDS
    if share < 0.65:
        return now + timedelta(minutes=chance.choice((10, 25, 40, 90, 180)))
    if share < 0.7:
        return now + timedelta(hours=chance.choice((20, 26, 70)))
    return max(now, ahead - timedelta(seconds=70) if share < 0.8 else ahead) + SECONDS


def deep(town: str, way: int, whole: int, further: int) -> Iterator[tuple[Situation, list[Stride]]]:
    """Different situations up to `further` commands deep, each with what every command leads to from it, and from the tick
    to just after its next missed term: all of them down to `whole`, then of each depth as many as `CHOSEN`, by the seed.
    Nothing is asked of the last ones but that they hold."""
    of, begun, chance = here(town), beginning(town), random.Random(f"{SEED} {town} {way}")
    met, level = {wide_key(begun, of)}, [begun]
    for depth in range(further + 1):
        if depth > whole and len(level) > CHOSEN:
            level = chance.sample(level, CHOSEN)
        following: list[Situation] = []
        for one in level:
            steps = list(_onward(one, of, way)) if depth < further else []
            yield one, steps
            for _, _, after in steps:
                if after.case.state not in CLOSED_FOR_GOOD and (known := wide_key(after, of)) not in met:
                    met.add(known)
                    following.append(after)
        level = following


def _onward(one: Situation, of: Office, way: int) -> Iterator[Stride]:
    ticked = tick(one, of)
    for before in (one, ticked) if ticked is not None else (one,):
        for command, after in reached(before, of, before.now + SECONDS, of_way(way)):
            yield command, before, after
