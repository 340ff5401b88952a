"""Computes who holds a case at each moment of its history: the executor who owes the draft, or the curator. Pure.

A duty is charged to whoever held the case when its `until` passed, if they had held it for the grace; else to the
holder before them (DESIGN rule 12).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import repeat

from workflow.regulation import Event
from workflow.terms.deadlines import Happening

EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds the case from `since` on: the executor `who` (a department's key), or the curator (`by_executor` False)."""

    since: datetime
    by_executor: bool
    who: str | None = None


BY_CURATOR = Holding(EVER, False)
ToPass = frozenset[str | None]
"""The departments whose contributions wait for the curator to pass them on."""


def contributions_to_pass(history: Iterable[Happening]) -> Iterator[ToPass]:
    """Yield, after each happening, the departments whose contributions wait for the curator to pass them on to the lead
    executor, who has not submitted a draft without them (KU-16)."""
    waiting = ToPass()
    for happening in history:
        match happening.event:
            case Event.CONTRIBUTED:
                waiting |= {happening.who}
            case Event.CONTRIBUTION_PASSED | Event.CONTRIBUTION_SENT_BACK:
                waiting -= {happening.who}
            case Event.FORWARDED | Event.RETURNED | Event.DRAFTED | Event.CLOSED | Event.MERGED if (
                happening.lead is not False
            ):
                waiting = ToPass()
            case Event.RETURNED:
                waiting -= {happening.who}
            case _:
                pass
        yield waiting


def holdings(history: Sequence[Happening], to_pass: Iterable[ToPass] = repeat(ToPass())) -> tuple[Holding, ...]:
    """Return who held the case since when, in the order of time. The curator holds it until it is first forwarded, and while
    the lead executor, who has not submitted a draft yet, waits for him to pass a contribution on (`to_pass`: the result of
    `contributions_to_pass`).

    DETECTED changes no holder: its moment may be later than actions done before duty hours (DESIGN rule 11).
    """
    found = [BY_CURATOR]
    lead: Holding | None = None
    is_drafted, waited = False, False
    for happening, waiting in zip(history, to_pass, strict=False):
        match happening.event:
            case Event.FORWARDED if happening.lead is not False:
                lead = Holding(happening.at, True, happening.who)
                held: Holding | None = lead
                is_drafted = False
            case Event.RETURNED if (
                lead is not None and happening.who in (None, lead.who) and happening.lead is not False
            ):
                lead, held = None, Holding(happening.at, False)
            case Event.SENT_BACK | Event.GIVEN_BACK | Event.AUTHOR_REPLIED | Event.INTERIM_POSTED if lead is not None:
                held = Holding(happening.at, True, lead.who)
            case Event.DRAFTED | Event.TAKEN | Event.REQUEST_POSTED | Event.CLOSED | Event.MERGED:
                held, is_drafted = Holding(happening.at, False), True
            case _ if lead is not None and not is_drafted and bool(waiting) != waited:
                held = Holding(happening.at, False) if waiting else replace(lead, since=happening.at)
            case _:
                held = None
        waited = bool(waiting)
        if held is not None and (held.by_executor, held.who) != (found[-1].by_executor, found[-1].who):
            found.append(held)
    return tuple(found)


def held_at(found: Sequence[Holding], moment: datetime, *, met: bool = False) -> int:
    """Return the index in `found` of the holder at `moment`. A case received at exactly that moment is not held yet, unless
    `met` (the duty was met then)."""
    held = [n for n, one in enumerate(found) if one.since < moment or (met and one.since == moment)]
    return held[-1] if held else 0


def charged(
    found: Sequence[Holding],
    since: datetime,
    until: datetime,
    grace: timedelta,
    on_duty: Callable[[datetime, datetime], timedelta],
) -> int:
    """Return the index in `found` of the last holder who had held the case for the grace (in duty hours) when `until` passed;
    0 (the curator) if nobody had. `since`: when the run began or its term was last moved; somebody who held the case only
    before that is never charged."""
    for place in range(held_at(found, until), max(held_at(found, since, met=True), 1) - 1, -1):
        if on_duty(found[place].since, until) >= grace:
            return place
    return 0
