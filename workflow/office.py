"""The office: who works here, under which regulation, by which clock. Frozen; decisions read it and nothing else.

What changes while the bot runs (which account is bound to whom, who left the group) is not here: the handlers turn an
account into an `Actor`, and the office says what rights that actor has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from workflow.ready_answer import ReadyAnswer
from workflow.regulation import Policy, Regulation
from workflow.terms.worktime import Clock, WorkingTime


class Role(StrEnum):
    CURATOR = "curator"
    EXECUTOR = "executor"
    DEPUTY = "deputy"
    HEAD = "head"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Department:
    """A department of the municipality. `name_of`, `name_to`: its name in the genitive and in the dative, as the
    municipality's file gives them; "" if the bot has to decline the name itself."""

    key: str
    name: str
    topics: tuple[str, ...] = ()
    overseen_by: str | None = None
    name_of: str = ""
    name_to: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """The day a person's duties began, and the document that appoints them ("" if the municipality's file names none)."""

    on: date
    by: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the municipality's file. `name`: a post, or a name if the file gives one. `substitute`: the key of the
    person who acts for them when absent. `appointed`: None if the file does not say when (KU-7)."""

    key: str
    name: str
    roles: tuple[Role, ...]
    department: str | None = None
    substitute: str | None = None
    appointed: Appointment | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of citizens' messages: `label` is its name, `keywords` (dictionary forms) recognise it, `code` is its key in
    reports."""

    code: str
    label: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """The giver of a command: an account, with the keys of the people it belongs to (one account may belong to several), or
    a part of the bot, named by `machine`.

    `standing` says why an account has no rights: stranger, left (the group), anonymous; or ok.
    """

    people: tuple[str, ...] = ()
    account: int | None = None
    standing: str = "ok"
    machine: str | None = None


CLOCK = Actor(machine="clock")
NETWORK = Actor(machine="network")
DETECTOR = Actor(machine="detector")


@dataclass(frozen=True, slots=True)
class Absence:
    """A person is away from `since` until just before `until`; exactly for that time `substitute` has their rights.

    `entered_at`: when somebody told the bot; None for an absence of the municipality's file.
    """

    person: str
    since: datetime
    until: datetime
    substitute: str | None
    entered_at: datetime | None = field(default=None, compare=False)

    @property
    def counts_from(self) -> datetime:
        """The moment from which the absence is taken into account when a missed term is charged: not before it was
        entered, because nobody could know of it earlier (CLOCK §1)."""
        return max(self.since, self.entered_at) if self.entered_at is not None else self.since


@dataclass(frozen=True)
class Office:
    """One municipality as its file describes it: people, departments, regulation, calendar, settings. `quiet_hours`: from
    and until, in minutes of the local day. `name_of`: the name in the genitive, as after «Администрация». `formal_appeals`:
    where the office takes formal appeals (59-ФЗ), in its own words; may be empty. `ready`: the file's ready answers.

    `past_absences`: absences that have ended; they only say who was present while a missed term ran."""

    key: str
    name: str
    zone: ZoneInfo
    regulation: Regulation
    clock: Clock
    departments: Mapping[str, Department]
    people: Mapping[str, Person]
    topics: Mapping[str, Topic] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()
    past_absences: tuple[Absence, ...] = ()
    duty_always: bool = False
    quiet_hours: tuple[int, int] = (22 * 60, 7 * 60)
    triage_auto: bool = False
    reminders: bool = True
    approval_delay: timedelta = timedelta(seconds=30)
    supervisor: str | None = None
    own_policy: Policy | None = None
    name_of: str = ""
    formal_appeals: str = ""
    ready: tuple[ReadyAnswer, ...] = ()

    @property
    def policy(self) -> Policy:
        """The policy of reminders and escalations that applies: the municipality's own, else the regulation's."""
        return self.own_policy if self.own_policy is not None else self.regulation.policy

    @property
    def working_time(self) -> WorkingTime:
        return self.clock.working

    def is_quiet(self, now: datetime) -> bool:
        """Whether `now` is in the municipality's quiet hours (its local time), when all that is not urgent is sent
        silently."""
        local = now.astimezone(self.zone)
        minute, (since, until) = local.hour * 60 + local.minute, self.quiet_hours
        return since <= minute < until if since <= until else minute >= since or minute < until

    def stands_in(self, person: str, now: datetime) -> frozenset[str]:
        """Return the keys of everybody whose rights the person has at `now`: themselves, and the absent people they
        substitute, directly or through a chain (IZ-D3)."""
        holders = {person}
        grew = True
        while grew:
            grew = False
            for absence in self.absences:
                if (
                    absence.substitute in holders
                    and absence.person not in holders
                    and absence.since <= now < absence.until
                ):
                    holders.add(absence.person)
                    grew = True
        return frozenset(holders)

    def acting(self, actor: Actor, now: datetime) -> tuple[Person, ...]:
        """Return the people of the municipality's file whose rights the actor has at `now`: the actor's own people first,
        then those they substitute."""
        own = [key for key in actor.people if key in self.people]
        others = sorted({k for key in own for k in self.stands_in(key, now)} - set(own))
        return tuple(self.people[key] for key in [*own, *others] if key in self.people)

    def has_role(self, actor: Actor, role: Role, now: datetime) -> Person | None:
        return next((p for p in self.acting(actor, now) if role in p.roles), None)

    def of_department(self, actor: Actor, departments: Iterable[str], now: datetime) -> Person | None:
        """Return the executor of one of these departments whose rights the actor has at `now`, or None."""
        wanted = set(departments)
        return next((p for p in self.acting(actor, now) if Role.EXECUTOR in p.roles and p.department in wanted), None)

    def holders(self, role: Role, now: datetime, department: str | None = None) -> tuple[str, ...]:
        """Return the keys of the people with this role (of this department, if given) at `now`, with substitutes in place
        of absent ones; empty if nobody is present."""
        found: list[str] = []
        for person in self.people.values():
            if role not in person.roles or (department is not None and person.department != department):
                continue
            for key in self.present(person.key, now):
                if key not in found:
                    found.append(key)
        return tuple(found)

    @cached_property
    def first_deputy(self) -> str | None:
        """The key of the deputy listed first in the municipality's file, who is notified of every department's delays
        (KU-21); None if there is no deputy."""
        return next((person.key for person in self.people.values() if Role.DEPUTY in person.roles), None)

    @cached_property
    def head(self) -> str | None:
        return next((person.key for person in self.people.values() if Role.HEAD in person.roles), None)

    def overseer(self, department: str | None) -> str | None:
        """Return the key of the person who is notified first of the department's delays: its overseeing deputy, else the
        supervisor (KU-21, IZ-D5); None if there is neither."""
        if department is not None and department in self.departments:
            overseer = self.departments[department].overseen_by
            if overseer is not None:
                return overseer
        return self.supervisor

    def present(self, person: str, now: datetime) -> tuple[str, ...]:
        """Return the keys of the people who act for `person` at `now`: themselves, or their transitive substitutes; empty if
        all are absent."""
        return those_there(self.absences, person, now)


def those_there(absences: Iterable[Absence], person: str, now: datetime) -> tuple[str, ...]:
    """Return the people who act for `person` at `now`, given these absences: themselves, or their transitive substitutes;
    empty if all are absent."""
    lasting = [a for a in absences if a.since <= now < a.until]
    if not lasting:
        return (person,)
    found: list[str] = []
    seen = {person}
    waiting = [person]
    while waiting:
        key = waiting.pop(0)
        away = [a for a in lasting if a.person == key]
        if not away:
            found.append(key)
        further = [a.substitute for a in away if a.substitute is not None and a.substitute not in seen]
        seen.update(further)
        waiting += dict.fromkeys(further)
    return tuple(found)


def may_enter(office: Office, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Return the keys of the people whose absences the actor may enter and end: himself, and for a curator or deputy
    everybody in the office, the actor first."""
    own = tuple(key for key in actor.people if key in office.people)
    if any(office.has_role(actor, role, now) for role in (Role.CURATOR, Role.DEPUTY)):
        return (*own, *(key for key in office.people if key not in own))
    return own


def may_look_back(office: Office, actor: Actor, person: str, now: datetime) -> bool:
    """Whether the actor may enter an absence that began before today: only a curator or the supervisor, and only somebody
    else's (CLOCK §1).

    Such an absence does not excuse terms missed before it was entered: it counts from its entry.
    """
    over_others = office.has_role(actor, Role.CURATOR, now) is not None or office.supervisor in actor.people
    return over_others and person not in actor.people


def circle_among(absences: Iterable[Absence]) -> tuple[str, ...]:
    """Find people who would, at some moment, substitute each other in a circle, so that nobody would act. Return their
    keys, each followed by their substitute; () if there is no circle."""
    every = tuple(absences)
    for moment in sorted({absence.since for absence in every}):
        stands_for: dict[str, list[str]] = {}
        for absence in every:
            if absence.since <= moment < absence.until and absence.substitute is not None:
                stands_for.setdefault(absence.person, []).append(absence.substitute)
        for person in stands_for:
            if (circle := _way_back(person, stands_for)) is not None:
                return circle
    return ()


def _way_back(person: str, stands_for: Mapping[str, list[str]]) -> tuple[str, ...] | None:
    """Return the shortest chain of substitutes that leads from the person back to them, the person first; None if there is
    none."""
    ways: list[tuple[str, ...]] = [(person,)]
    seen = {person}
    while ways:
        way = ways.pop(0)
        for substitute in stands_for.get(way[-1], ()):
            if substitute == person:
                return way
            if substitute not in seen:
                seen.add(substitute)
                ways.append((*way, substitute))
    return None
