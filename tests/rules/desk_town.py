"""A desk over books in memory, for pure tests with several cases; a refusal leaves the books unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.rules.offices import at, new_case, office
from workflow.case import Case, State
from workflow.commands import AnyCommand, Entry
from workflow.desk import ChangedMeanwhileError, Desk, Transaction
from workflow.effects import Effect, Notify, PostAnswer
from workflow.office import Actor, Office
from workflow.outcomes import Accepted, Decision, Refused
from workflow.terms.alarms import Alarm, alarms_of
from workflow.terms.deadlines import Deadline


@dataclass
class Books:
    """Cases, journal and alarms in memory. `beaten`: cases that somebody else saves just before us."""

    cases: dict[int, Case]
    journal: list[tuple[int, Entry]] = field(default_factory=list)
    alarms: set[Alarm] = field(default_factory=set)
    beaten: frozenset[int] = frozenset()
    notes: list[tuple[int, Alarm]] = field(default_factory=list)

    async def case(self, case_id: int) -> Case | None:
        return self.cases.get(case_id)

    async def save(self, before: Case | None, after: Case, entry: Entry) -> bool:
        if after.id in self.beaten or self.cases.get(after.id) != before:
            return False
        self.cases[after.id] = after
        self.journal.append((after.id, entry))
        return True

    async def put_terms(
        self, case: Case, gone: Sequence[Alarm], new: Sequence[Alarm], deadlines: Sequence[Deadline]
    ) -> None:
        self.alarms -= set(gone)
        self.alarms |= set(new)

    async def drop_alarms_of(self, case: Case, steps: Sequence[str]) -> None:
        self.alarms = {alarm for alarm in self.alarms if alarm.case != case.id or alarm.step not in steps}

    async def put_due(self, case: Case, due: datetime | None) -> None:
        return None

    async def note(self, case: Case, alarm: Alarm, now: datetime) -> None:
        self.notes.append((case.id, alarm))


@dataclass
class Post:
    taken: list[tuple[int, Effect]] = field(default_factory=list)

    async def take(
        self, tx: Transaction, case: Case, effects: Sequence[Effect], actor: Actor, office: Office, now: datetime
    ) -> None:
        self.taken += [(case.id, effect) for effect in effects]


class Town:
    """A desk, its books and its post; `does` carries out commands, one every five minutes, and all must be accepted."""

    def __init__(self, key: str = "kursky", cases: int = 2) -> None:
        self.key = key
        first = new_case(key)
        every = [replace(first, id=number, number=146 + number) for number in range(1, cases + 1)]
        alarms = {alarm for case in every for alarm in alarms_of(case, office(key))}
        self.books = Books({case.id: case for case in every}, alarms=alarms)
        self.post = Post()
        self.desk = Desk(lambda municipality, regulation: office(key), self.post)
        self.now = at("2026-01-12 09:20")

    async def tries(self, command: AnyCommand, moment: str | None = None) -> Decision:
        """The decision on the command; a refusal has stored nothing, and an aborted command is rolled back like its
        transaction.
        """
        self.now = at(moment) if moment is not None else self.now
        kept = Books(
            dict(self.books.cases),
            list(self.books.journal),
            set(self.books.alarms),
            self.books.beaten,
            list(self.books.notes),
        )
        taken = list(self.post.taken)
        try:
            decision = await self.desk.carry_out(self.books, command, self.now, "okrug")
        except ChangedMeanwhileError:
            self.books, self.post.taken = kept, taken
            raise
        if isinstance(decision, Refused):
            assert (self.books, self.post.taken) == (kept, taken), "a refusal that kept something"
        return decision

    async def does(self, *commands: AnyCommand, start: str | None = None) -> None:
        self.now = at(start) if start is not None else self.now
        for command in commands:
            decision = await self.tries(command)
            assert isinstance(decision, Accepted), (command, decision)
            self.now += timedelta(minutes=5)

    def __getitem__(self, case_id: int) -> Case:
        return self.books.cases[case_id]

    @property
    def states(self) -> list[State]:
        return [case.state for case in self.books.cases.values()]

    def told(self, case_id: int) -> list[Notify]:
        return [e for to, e in self.post.taken if to == case_id and isinstance(e, Notify)]

    def posted(self) -> list[tuple[int, int]]:
        """(case, version) of every answer sent to a network."""
        return [(to, e.version) for to, e in self.post.taken if isinstance(e, PostAnswer)]
