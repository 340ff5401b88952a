"""The five municipalities' regulations and clocks, for the tests of terms: `due(town, events)` as the contract asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from config import regulations
from config.calendars import build
from workflow.regulation import DraftKind, Event, Importance, Kind, Regulation, Source, Step
from workflow.terms.deadlines import Deadline, Facts, Happening, contract_due, deadlines, missed_at
from workflow.terms.grants import runs
from workflow.terms.worktime import Clock, WorkingTime

HOURS = {"mon-thu": "09:00-13:00, 14:00-18:00", "fri": "09:00-13:00, 14:00-16:45"}
ZONES = {
    "izobilnensky": "Europe/Moscow",
    "moskalensky": "Asia/Omsk",
    "slavgorod": "Asia/Barnaul",
    "kursky": "Europe/Moscow",
    "primorsko-akhtarsky": "Europe/Moscow",
}


@cache
def regulation(town: str) -> Regulation:
    return regulations.load(regulations.find(town))


@cache
def clock(town: str) -> WorkingTime:
    return build(ZoneInfo(ZONES[town]), HOURS)


def at(town: str, text: str) -> datetime:
    """«12 15:00» is a moment of January 2026, in the town's zone; or the whole date is given."""
    full = f"2026-01-{text}" if len(text) <= 11 else text
    return datetime.fromisoformat(full).replace(tzinfo=clock(town).zone)


def happening(town: str, words: str) -> Happening:
    """«drafted 12 15:00», with «who=zhkh», «lead», «co», or a kind of draft after it."""
    event, day, hour, *rest = words.split()
    who = next((word.removeprefix("who=") for word in rest if word.startswith("who=")), None)
    lead = True if "lead" in rest else False if "co" in rest else None
    draft = next((DraftKind(word) for word in rest if word in set(DraftKind)), None)
    importance = next((Importance(word) for word in rest if word in set(Importance)), None)
    until = next(
        (at(town, word.removeprefix("due=").replace("T", " ")) for word in rest if word.startswith("due=")), None
    )
    source = next((Source(word.removeprefix("from=")) for word in rest if word.startswith("from=")), None)
    moved = tuple(word.removeprefix("moved=") for word in rest if word.startswith("moved="))
    queued = next((int(word.removeprefix("queued=")) for word in rest if word.startswith("queued=")), 0)
    moment = at(town, f"{day} {hour}")
    return Happening(Event(event), moment, who, lead, draft, importance, until, source, moved=moved, queued=queued)


def history(town: str, events: Sequence[str]) -> list[Happening]:
    return [happening(town, words) for words in events]


def found(town: str, events: Sequence[str], facts: Facts | None = None) -> dict[Step, Deadline]:
    return deadlines(history(town, events), facts or Facts(), regulation(town), clock(town))


def due(town: str, events: Sequence[str], facts: Facts | None = None) -> dict[str, str]:
    """The contract's `due` with «day hour:minute» of January 2026 (the whole date in other months)."""
    return {step: short(moment) for step, moment in contract_due(found(town, events, facts), clock(town)).items()}


def short(moment: str) -> str:
    text = datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")
    return text.removeprefix("2026-01-")


def asked(town: str, events: Sequence[str], facts: Facts | None = None) -> dict[str, str]:
    """The moment from which somebody is charged with the last run of each open step, by its name; «day hour:minute»."""
    every = runs(history(town, events), facts or Facts(), regulation(town), clock(town))
    return {run.name: short(clock(town).local(run.until).isoformat()) for run in every if run.is_open}


@dataclass(frozen=True, slots=True)
class Violation:
    """The tests' own reckoning, beside the register: a duty that ended a full minute after `until` or later, or is still
    open then. `late` is measured on the step's clock.

    `done_at` is None while the duty is open, or if it was never done (a newer run replaced it, the case ended).
    """

    deadline: Deadline
    done_at: datetime | None
    late: timedelta

    @property
    def late_minutes(self) -> int:
        """`late` in minutes of the step's own clock, rounded up."""
        return -(-self.late // timedelta(minutes=1))


def violations(found: Iterable[Deadline], now: datetime, clock: Clock) -> tuple[Violation, ...]:
    """The duties among the runs that are missed as of `now`. A right is never violated; a posting that only the answer's
    term cut short is charged as the answer alone."""
    assert now.tzinfo is not None
    missed: list[Violation] = []
    for run in found:
        ended = run.ended_at or now
        own = run.kind is Kind.DUTY and not (run.step is Step.POSTING and run.capped_by is Step.ANSWER)
        if own and ended > run.until and ended >= missed_at(run, clock):
            missed.append(Violation(run, run.met_at, run.clock(clock).between(run.until, ended)))
    return tuple(missed)


def missed(
    town: str, events: Sequence[str], now: str, facts: Facts | None = None
) -> list[tuple[str, str, str | None, timedelta]]:
    """Violations as (step, kind of holder, executor, by how much)."""
    time: Clock = clock(town)
    every = runs(history(town, events), facts or Facts(), regulation(town), time)
    return [
        (v.deadline.step.value, v.deadline.charged_to.value, v.deadline.who, v.late)
        for v in violations(every, at(town, now), time)
    ]
