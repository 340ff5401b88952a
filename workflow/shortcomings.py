"""Shortcomings of departments: the curator reports one in words, and superiors hear of returns and rework (MO-20, KU-21).

A report may be about a case or about none: the table `SHORTCOMINGS` says who may make one and what it needs. Of returns
and rework superiors are notified at once (`at_once`) or in a weekly list, as the policy says. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar

from workflow import effects as fx
from workflow.case import Other
from workflow.effects import Audience, Notice
from workflow.engine import Asked, Change, Life, Row, curator, row
from workflow.office import Actor, Office
from workflow.outcomes import Reason, Refused
from workflow.reasons import explains
from workflow.regulation import Ear, Step, Telling
from workflow.terms.alarms import people_there, those_there

MOST = 1000
"""How many characters a report may have at most: it is read on a telephone."""
BEFORE_THE_END = 60
"""How many minutes before the end of work the weekly list is sent."""
WEEKS = 5
"""How many weeks are searched for one with a working day; no holidays last longer."""


class ShortcomingAction(StrEnum):
    SHORTCOMING = "shortcoming"


class ShortcomingState(StrEnum):
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class ReportShortcoming:
    """Reports a department's shortcoming, in the curator's words, to the people the regulation names (MO-20, KU-21).
    `about`: the case in which it was seen; None if the curator names none."""

    action: ClassVar[ShortcomingAction] = ShortcomingAction.SHORTCOMING
    by: Actor
    department: str
    text: str
    about: Other | None = None


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """A reported shortcoming. The bot does nothing more about it: the people notified decide for themselves."""

    department: str
    text: str
    about: Other | None = None
    state: ShortcomingState = ShortcomingState.REPORTED
    version: int = 0


# --- who hears ---------------------------------------------------------------------------------------------------------


def told_in_words(department: str, office: Office) -> tuple[str, ...]:
    """Return the keys of the people who are sent a reported shortcoming of the department: those the regulation names for
    missed terms (MO-20: the head; KU-21: the first deputy and the overseer), else the department's overseer, else the
    head."""
    return _people(office.regulation.hears_of_missed.who or (Ear.OVERSEER,), department, office)


def told_of_work(department: str, office: Office) -> tuple[str, ...]:
    """Return the keys of the people who are informed of the department's returns and rework: its overseer and the others
    the regulation names with him (KU-21: the first deputy, for all departments); without them, the head."""
    return tuple(people_there(department, office)[audience] for audience in _of_work(department, office))


def _of_work(department: str, office: Office) -> tuple[Audience, ...]:
    named = office.regulation.hears_of_missed.who
    ears = named if Ear.OVERSEER in named else (Ear.OVERSEER,)
    return those_there(ears, department, office) or those_there((Ear.HEAD,), department, office)


def _people(ears: Iterable[Ear], department: str, office: Office) -> tuple[str, ...]:
    heard = those_there(ears, department, office) or those_there((Ear.OVERSEER,), department, office)
    return tuple(people_there(department, office)[a] for a in heard or those_there((Ear.HEAD,), department, office))


def at_once(department: str | None, step: Step, text: str, office: Office) -> tuple[fx.Notify, ...]:
    """Return the notices to superiors of a return (`Step.RETURN`) or rework (`Step.REWORK`); () if the policy has them
    listed weekly, or if `department` is None."""
    if department is None or office.policy.shortcomings.tell is not Telling.AT_ONCE:
        return ()
    above = _of_work(department, office)
    return tuple(fx.Notify(Notice.SHORTCOMING, a, department=department, step=step, text=text) for a in above)


# --- the weekly list ---------------------------------------------------------------------------------------------------


def weekly_at(office: Office, on: date) -> datetime | None:
    """Return when the weekly list of the week with this date is sent: an hour before the end of work on the policy's day,
    or on the last working day before it; None if the week has none. Later events are in the next list."""
    monday = on - timedelta(days=on.weekday())
    days = [monday + timedelta(days=ahead) for ahead in range(office.policy.shortcomings.day, -1, -1)]
    for day in days:
        if stretches := office.working_time.day(day).stretches:
            minute = max(stretches[-1][1] - BEFORE_THE_END, 0)
            return datetime.combine(day, time(minute // 60, minute % 60), office.zone)
    return None


def last_weekly(office: Office, now: datetime) -> datetime | None:
    """Return the moment of the newest weekly list due at or before `now`; None if none was due in the last `WEEKS` weeks."""
    today = now.astimezone(office.zone).date()
    moments = (weekly_at(office, today - timedelta(weeks=ago)) for ago in range(WEEKS))
    return next((moment for moment in moments if moment is not None and moment <= now), None)


def next_weekly(office: Office, after: datetime) -> datetime | None:
    """Return the moment of the first weekly list later than `after`; None if none is due in the next `WEEKS` weeks."""
    day = after.astimezone(office.zone).date()
    moments = (weekly_at(office, day + timedelta(weeks=ahead)) for ahead in range(WEEKS))
    return next((moment for moment in moments if moment is not None and moment > after), None)


# --- the report --------------------------------------------------------------------------------------------------------


def department_is_known(office: Office, thing: None, command: Asked, now: datetime) -> Refused | None:
    assert isinstance(command, ReportShortcoming)
    if command.department in office.departments:
        return None
    return Refused(Reason.NO_SUCH_DEPARTMENT, {"department": command.department})


def says_what(office: Office, thing: None, command: Asked, now: datetime) -> Refused | None:
    """Refuse a report that explains nothing or is longer than `MOST` characters."""
    assert isinstance(command, ReportShortcoming)
    if not explains(command.text):
        return Refused(Reason.SHORTCOMING_UNEXPLAINED)
    return Refused(Reason.SHORTCOMING_TOO_LONG, {"most": MOST}) if len(command.text.strip()) > MOST else None


def somebody_hears(office: Office, thing: None, command: Asked, now: datetime) -> Refused | None:
    """Refuse a report that would reach nobody: no superior of the department other than the actor is present, himself or
    through a substitute."""
    assert isinstance(command, ReportShortcoming)
    if _hearers(command, office, now):
        return None
    return Refused(Reason.NOBODY_ABOVE, {"department": command.department})


def _hearers(command: ReportShortcoming, office: Office, now: datetime) -> tuple[str, ...]:
    present = [key for person in told_in_words(command.department, office) for key in office.present(person, now)]
    return tuple(key for key in dict.fromkeys(present) if key not in command.by.people)


def _reported(
    thing: None, command: ReportShortcoming, by: str, office: Office, now: datetime
) -> Change[Shortcoming, fx.Told]:
    reported = Shortcoming(command.department, command.text.strip(), command.about)
    details = {"department": command.department, "text": reported.text}
    if command.about is not None:
        details["case"] = str(command.about.number)
    return Change(reported, fx.told(Notice.SHORTCOMING, _hearers(command, office, now), command.by), details)


A, S = ShortcomingAction, ShortcomingState

TABLE: tuple[Row, ...] = (
    #   action         from   who       to           needs
    row(A.SHORTCOMING, (),    curator,  S.REPORTED,  department_is_known, says_what, somebody_hears),
)  # fmt: skip

SHORTCOMINGS: Life[Shortcoming, fx.Told] = Life(
    actions=tuple(A),
    states=S,
    table=TABLE,
    changes={A.SHORTCOMING: _reported},
    no_such=Reason.NOT_NOW,
    ends=frozenset({S.REPORTED}),
    others={A.SHORTCOMING: Reason.NOT_A_CURATOR},
)
