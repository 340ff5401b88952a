"""An office for the pure tests: three departments under one of our regulations."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from config import calendars, regulations
from workflow.case import Appeal, Case
from workflow.commands import AnyCommand, Detect
from workflow.decide import decide
from workflow.office import DETECTOR, Actor, Department, Office, Person, Role
from workflow.outcomes import Accepted, Decision
from workflow.regulation import ClockKind, Source
from workflow.terms.register import settle, with_endings
from workflow.terms.worktime import CalendarTime

MOSCOW = ZoneInfo("Europe/Moscow")
HOURS = {"mon-thu": "09:00-13:00, 14:00-18:00", "fri": "09:00-13:00, 14:00-16:45"}

CURATOR = Actor(("curator",), 1)
ZHKH = Actor(("zhkh_head",), 2)
ROADS = Actor(("roads_head",), 3)
SCHOOL = Actor(("school_head",), 6)
DEPUTY = Actor(("first_deputy",), 4)
HEAD = Actor(("head",), 5)
STRANGER = Actor(standing="stranger", account=9)

NETWORK_LINK = "https://vk.com/wall-1_2?reply=4"


def with_calendar(here: Office, days: dict[str, str]) -> Office:
    """The office as if its file had said so of these days from the beginning."""
    working = calendars.build(MOSCOW, HOURS, days)
    return replace(here, clock=CalendarTime(working) if here.regulation.clock is ClockKind.CALENDAR else working)


@cache
def office(key: str = "kursky") -> Office:
    regulation = regulations.load(regulations.find(key))
    working = calendars.build(MOSCOW, HOURS, {})
    people = {
        "curator": Person("curator", "куратор", (Role.CURATOR,)),
        "zhkh_head": Person("zhkh_head", "начальник отдела ЖКХ", (Role.EXECUTOR,), "zhkh"),
        "roads_head": Person("roads_head", "начальник отдела дорожного хозяйства", (Role.EXECUTOR,), "roads"),
        "school_head": Person("school_head", "начальник отдела образования", (Role.EXECUTOR,), "school"),
        "first_deputy": Person("first_deputy", "первый заместитель главы", (Role.DEPUTY,)),
        "head": Person("head", "глава", (Role.HEAD,)),
    }
    return Office(
        key="okrug",
        name="Курский муниципальный округ",
        zone=MOSCOW,
        regulation=regulation,
        clock=CalendarTime(working) if regulation.clock is ClockKind.CALENDAR else working,
        departments={
            "zhkh": Department("zhkh", "Отдел ЖКХ", ("voda",), "first_deputy"),
            "roads": Department("roads", "Отдел дорожного хозяйства", (), "first_deputy"),
            "school": Department("school", "Отдел образования", (), "first_deputy"),
        },
        people=people,
        approval_delay=timedelta(seconds=30),
        supervisor="first_deputy",
    )


def at(text: str) -> datetime:
    """A moment of the municipality's clock: `at("2026-01-12 09:20")`."""
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW).astimezone(UTC)


def new_case(key: str = "kursky", moment: str = "2026-01-12 09:00", source: Source = Source.VK) -> Case:
    arrived = at(moment)
    appeal = Appeal(
        source, "Третий день нет воды на Школьной, 5", "Житель", arrived, network="vk", ref="wall-1_2?reply=3"
    )
    decision = decide(None, Detect(DETECTOR, 1, "okrug", 147, appeal, arrived), office(key), arrived)
    assert isinstance(decision, Accepted)
    return decision.after


def carried_out(case: Case | None, command: AnyCommand, here: Office, now: datetime) -> Decision:
    """The decision as the desk makes it: the register takes what was missed first, and writes what ended."""
    settled = settle(case, here, now) if case is not None else None
    decision = decide(settled, command, here, now)
    return (
        replace(decision, after=with_endings(decision.after, here, now)) if isinstance(decision, Accepted) else decision
    )
