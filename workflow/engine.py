"""The engine: checks and carries out commands on everything that has a state, a table of permissions and a journal.

A case, an official page, a material for publication and a comment under moderation each have a `Life`. The life's table
lists each action, who may take it and from which state; its changes say what the action does. The module is pure and
knows none of the four by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

from workflow.commands import Entry
from workflow.office import CLOCK, DETECTOR, NETWORK, Actor, Office, Role
from workflow.outcomes import Accepted, Reason, Refused
from workflow.replacing import replace

Thing = TypeVar("Thing", bound=Any)
Shown = TypeVar("Shown")


class Asked(Protocol):
    """What every command has: the actor who gives it, and the action he wants."""

    @property
    def by(self) -> Actor: ...
    @property
    def action(self) -> StrEnum: ...


Who = Callable[[Office, Any, Any, datetime], str | None]
"""(office, thing, command, now) -> the key of the person (or the machine's name) with the right to the command, or None."""
Guard = Callable[[Office, Any, Any, datetime], Refused | None]
"""(office, thing, command, now) -> a refusal, or None if the guard lets the command pass."""


def curator(office: Office, thing: object, command: Asked, now: datetime) -> str | None:
    return _with_role(office, command, Role.CURATOR, now)


def head(office: Office, thing: object, command: Asked, now: datetime) -> str | None:
    return _with_role(office, command, Role.HEAD, now)


def deputy(office: Office, thing: object, command: Asked, now: datetime) -> str | None:
    return _with_role(office, command, Role.DEPUTY, now)


def editor(office: Office, thing: object, command: Asked, now: datetime) -> str | None:
    """Return the key of the editor (the adviser) whose rights the actor has, or of the curator if the municipality's file
    names no editor; None if the actor has neither."""
    return _with_role(office, command, editing(office), now)


def clock(office: Office, thing: object, command: Asked, now: datetime) -> str | None:
    return CLOCK.machine if command.by.machine == CLOCK.machine else None


def network(office: Office, thing: object, command: Asked, now: datetime) -> str | None:
    return NETWORK.machine if command.by.machine == NETWORK.machine else None


def detector(office: Office, thing: object, command: Asked, now: datetime) -> str | None:
    return DETECTOR.machine if command.by.machine == DETECTOR.machine else None


def _with_role(office: Office, command: Asked, role: Role, now: datetime) -> str | None:
    person = office.has_role(command.by, role, now)
    return person.key if person is not None else None


def editing(office: Office) -> Role:
    """Return the role that manages official pages: EDITOR if the municipality's file names an editor, else CURATOR."""
    named = any(Role.EDITOR in person.roles for person in office.people.values())
    return Role.EDITOR if named else Role.CURATOR


@dataclass(frozen=True, slots=True)
class Row:
    """One permission: who may take the action, and from which states.

    If `states` is empty, the action creates the thing. `to` is empty if the action keeps the state; it lists several
    states if the change chooses one of them. `when` holds the guards that look only at the thing: if one of them
    refuses, no button is shown. `needs` holds the guards that look at the command.
    """

    action: StrEnum
    states: frozenset[StrEnum]
    who: tuple[Who, ...]
    to: tuple[StrEnum, ...]
    needs: tuple[Guard, ...] = ()
    when: tuple[Guard, ...] = ()


def row(
    action: StrEnum,
    states: StrEnum | Iterable[StrEnum],
    who: Who | tuple[Who, ...],
    to: StrEnum | tuple[StrEnum, ...] | None,
    *needs: Guard,
    when: Guard | tuple[Guard, ...] = (),
) -> Row:
    return Row(
        action,
        frozenset((states,) if isinstance(states, StrEnum) else states),
        who if isinstance(who, tuple) else (who,),
        to if isinstance(to, tuple) else () if to is None else (to,),
        needs,
        when if isinstance(when, tuple) else (when,),
    )


@dataclass(frozen=True, slots=True)
class Change(Generic[Thing, Shown]):
    """What an action makes of a value (a case, a page…): the value afterwards, the effects, and details for the journal.

    If the change itself sets a state, that state wins over the `to` of the table's row. `stays` keeps the old state.
    """

    after: Thing
    effects: tuple[Shown, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    stays: bool = False


Changer = Callable[[Any, Any, str, Office, datetime], "Change[Any, Any] | Refused"]
"""(thing, command, key of the person with the right to it, office, now) -> the change, or a refusal of a command that
cannot be understood."""
Told = Callable[[Any, Any, Office, datetime], Refused]
"""(thing, command, office, now) -> the refusal to give, where the table does not permit the command."""


@dataclass(frozen=True)
class Life(Generic[Thing, Shown]):
    """The table of permissions and the changes of one kind of thing: cases, pages, material or comments.

    `ends` holds the states that no action leaves. `no_such` is the reason when the thing does not exist, `others` the
    refusal for people who have no right to the action, `not_now` that for people who have the right, but not in this
    state. Raises ValueError when built if the rows contradict each other, if a state that is not an end has no way out, or
    if an action has no row or no change.
    """

    actions: tuple[StrEnum, ...]
    states: type[StrEnum]
    table: tuple[Row, ...]
    changes: Mapping[Any, Changer]
    no_such: Reason
    ends: frozenset[StrEnum]
    others: Told | Mapping[Any, Reason]
    not_now: Told | None = None

    def __post_init__(self) -> None:
        assert self._by_pair is not None

    # --- what the table says --------------------------------------------------------------------------------------------

    def rows_of(self, action: StrEnum) -> tuple[Row, ...]:
        return self._by_action[action]

    def rows_for(self, action: StrEnum, state: StrEnum | None) -> tuple[Row, ...]:
        """Return the rows for an action from a state (None: the thing does not exist yet), in the order of the table. The
        first row that permits a person applies to them."""
        return self._by_pair.get((action, state), ())

    def may(self, action: StrEnum, state: StrEnum) -> bool:
        """Whether the table permits the action to anybody in this state."""
        return (action, state) in self._by_pair

    def offers(self, thing: Thing, action: StrEnum, office: Office, now: datetime, by: Actor | None = None) -> bool:
        """Whether to show the button of this action: the thing's state permits it, the `when` guards pass, and `by` (None:
        anybody) has the right to it."""
        trial = _Trial(by or Actor(), action)
        if by is not None and standing(by) is not None:
            return False
        return any(
            (by is None or _right(row, office, thing, trial, now)) and not _missing(row.when, office, thing, trial, now)
            for row in self.rows_for(action, thing.state)
        )

    @cached_property
    def _by_action(self) -> dict[StrEnum, tuple[Row, ...]]:
        return {action: tuple(r for r in self.table if r.action is action) for action in self.actions}

    @cached_property
    def _by_pair(self) -> dict[tuple[StrEnum, StrEnum | None], tuple[Row, ...]]:
        """The rows by (action, state); state None: the action creates the thing. Raises ValueError if the table is wrong."""
        by_pair: dict[tuple[StrEnum, StrEnum | None], tuple[Row, ...]] = {}
        for r in self.table:
            if not r.who:
                raise ValueError(f"{r.action}: a row that permits nothing")
            for state in r.states or (None,):
                known = by_pair.get((r.action, state), ())
                if any(who in other.who for other in known for who in r.who):
                    raise ValueError(f"{r.action} from {state} stands twice")
                by_pair[r.action, state] = (*known, r)
        for state in set(self.states) - self.ends:
            if not any(
                to is not state for (_, there), rows in by_pair.items() if there is state for r in rows for to in r.to
            ):
                raise ValueError(f"no way out of {state}")
        if lacking := sorted(set(self.actions) - ({r.action for r in self.table} & set(self.changes))):
            raise ValueError(f"no row or no change for {lacking}")
        return by_pair

    # --- the decision ---------------------------------------------------------------------------------------------------

    def decide(
        self, thing: Thing | None, command: Asked, office: Office, now: datetime
    ) -> Accepted[Thing, Shown] | Refused:
        """Accepts the command and returns what changes, or refuses it with a reason. `now` must be timezone-aware."""
        permitted = self._permitted(thing, command, office, now)
        if isinstance(permitted, Refused):
            return permitted
        row, by = permitted
        if refusal := _missing((*row.when, *row.needs), office, thing, command, now):
            return refusal
        change = self.changes[command.action](thing, command, by, office, now)
        if isinstance(change, Refused):
            return change
        before = thing.state if thing is not None else None
        set_by_itself = change.stays or len(row.to) != 1 or (thing is not None and change.after.state is not before)
        to = change.after.state if set_by_itself else row.to[0]
        after = replace(change.after, state=to, version=(thing.version if thing is not None else 0) + 1)
        own = _own(command.by, by)
        details = tuple(sorted(change.details.items()))
        entry = Entry(command.action, now, own, by if by != own else None, before, to, details)
        return Accepted(after, entry, change.effects)

    def _permitted(
        self, thing: Thing | None, command: Asked, office: Office, now: datetime
    ) -> tuple[Row, str] | Refused:
        """Return the row that permits the command and the key of the person with the right to it, or a refusal.

        Checks in this order: is the actor known, does the thing exist, has he the right, has he it in this state.
        """
        if refusal := standing(command.by):
            return refusal
        rows = self.rows_of(command.action)
        if not any(bool(row.states) is (thing is not None) for row in rows):
            return Refused(self.no_such)
        if not any(_right(row, office, thing, command, now) for row in rows):
            if isinstance(self.others, Mapping):
                return Refused(self.others[command.action], {"action": command.action})
            return self.others(thing, command, office, now)
        state = thing.state if thing is not None else None
        for row in self.rows_for(command.action, state):
            if by := _right(row, office, thing, command, now):
                return row, by
        if self.not_now is not None:
            return self.not_now(thing, command, office, now)
        return Refused(Reason.NOT_NOW, {"state": state, "action": command.action})


@dataclass(frozen=True, slots=True)
class _Trial:
    """Stands in for a command when only the permission is tested, to decide whether to show a button."""

    by: Actor
    action: StrEnum


def standing(actor: Actor) -> Refused | None:
    """Refuse an account that has no rights here at all: anonymous, left the group, or a stranger. None for a machine or a
    person of the municipality's file."""
    if actor.machine is not None:
        return None
    match actor.standing:
        case "anonymous":
            return Refused(Reason.ANONYMOUS)
        case "left":
            return Refused(Reason.LEFT_THE_GROUP)
        case "ok" if actor.people:
            return None
        case _:
            return Refused(Reason.STRANGER)


def _right(row: Row, office: Office, thing: Any, command: Asked, now: datetime) -> str | None:
    return next((by for who in row.who if (by := who(office, thing, command, now))), None)


def _missing(guards: Iterable[Guard], office: Office, thing: Any, command: Asked, now: datetime) -> Refused | None:
    return next((refusal for guard in guards if (refusal := guard(office, thing, command, now))), None)


def _own(actor: Actor, by: str) -> str | None:
    """Return the key of the person who gave the command, for the journal: `by` (whose right it was) if that is the actor
    himself or a machine, else the actor's first key; None if he has none."""
    if actor.machine is not None or by in actor.people:
        return by
    return actor.people[0] if actor.people else None
