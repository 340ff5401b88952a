"""The engine: what every table is held to when it is loaded, and the one order of checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest

from tests.rules.offices import CURATOR, ZHKH, office
from workflow.commands import Entry
from workflow.engine import Change, Changer, Life, Row, curator, head, row
from workflow.office import NETWORK, Actor, Office
from workflow.outcomes import Accepted, Reason, Refused

NOW = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)


class State(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class Action(StrEnum):
    BEGIN = "begin"
    NOTE = "note"
    SHUT = "shut"


@dataclass(frozen=True)
class Thing:
    state: State = State.OPEN
    version: int = 0
    words: str = ""


@dataclass(frozen=True)
class Command:
    by: Actor
    action: Action
    words: str = "x"


def says_something(office: Office, thing: Thing, command: Command, now: datetime) -> Refused | None:
    return None if command.words else Refused(Reason.EMPTY)


def is_bare(office: Office, thing: Thing, command: Command, now: datetime) -> Refused | None:
    return Refused(Reason.SAME) if thing.words else None


def _begin(thing: None, command: Command, by: str, office: Office, now: datetime) -> Change[Thing, str]:
    return Change(Thing(words=command.words), ("seen",), {"words": command.words})


def _note(thing: Thing, command: Command, by: str, office: Office, now: datetime) -> Change[Thing, str] | Refused:
    return Refused(Reason.UNKNOWN_VALUE) if command.words == "?" else Change(replace(thing, words=command.words))


def _shut(thing: Thing, command: Command, by: str, office: Office, now: datetime) -> Change[Thing, str]:
    return Change(thing)


ROWS = (
    row(Action.BEGIN, (), curator, State.OPEN),
    row(Action.NOTE, State.OPEN, curator, None, says_something, when=is_bare),
    row(Action.SHUT, State.OPEN, (curator, head), State.SHUT),
)
CHANGES: dict[Any, Changer] = {Action.BEGIN: _begin, Action.NOTE: _note, Action.SHUT: _shut}


def life(rows: tuple[Row, ...] = ROWS, changes: dict[Any, Any] | None = None) -> Life[Thing, str]:
    return Life(
        actions=tuple(Action),
        states=State,
        table=rows,
        changes=CHANGES if changes is None else changes,
        no_such=Reason.NO_SUCH_CASE,
        ends=frozenset({State.SHUT}),
        others=dict.fromkeys(Action, Reason.NOT_A_CURATOR),
    )


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: life((*ROWS, row(Action.NOTE, State.OPEN, (), None))), "permits nothing"),
        (lambda: life((*ROWS, row(Action.SHUT, State.OPEN, head, State.SHUT))), "stands twice"),
        (lambda: life((*ROWS[:2], row(Action.SHUT, State.OPEN, curator, None))), "no way out of open"),
        (lambda: life((ROWS[0], ROWS[2])), "no row or no change for"),
        (lambda: life(changes={Action.BEGIN: _begin, Action.SHUT: _shut}), "no row or no change for"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused_when_it_is_loaded(make: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(
    ("thing", "command", "why"),
    [
        (None, Command(Actor(standing="stranger"), Action.SHUT), Reason.STRANGER),
        (None, Command(replace(CURATOR, standing="left"), Action.SHUT), Reason.LEFT_THE_GROUP),
        (None, Command(replace(CURATOR, standing="anonymous"), Action.SHUT), Reason.ANONYMOUS),
        (None, Command(Actor(), Action.SHUT), Reason.STRANGER),
        (None, Command(ZHKH, Action.SHUT), Reason.NO_SUCH_CASE),
        (Thing(), Command(CURATOR, Action.BEGIN), Reason.NO_SUCH_CASE),
        (Thing(State.SHUT), Command(ZHKH, Action.SHUT), Reason.NOT_A_CURATOR),
        (Thing(), Command(NETWORK, Action.SHUT), Reason.NOT_A_CURATOR),
        (Thing(State.SHUT, words="a"), Command(CURATOR, Action.NOTE, ""), Reason.NOT_NOW),
        (Thing(words="a"), Command(CURATOR, Action.NOTE, ""), Reason.SAME),
        (Thing(), Command(CURATOR, Action.NOTE, ""), Reason.EMPTY),
        (Thing(), Command(CURATOR, Action.NOTE, "?"), Reason.UNKNOWN_VALUE),
    ],
)
def test_the_first_thing_that_is_wrong_is_said(thing: Thing | None, command: Command, why: Reason) -> None:
    refused = life().decide(thing, command, office(), NOW)
    assert isinstance(refused, Refused)
    assert refused.reason is why


def test_an_acceptance_carries_the_thing_a_version_higher_and_one_line_of_the_journal() -> None:
    begun = life().decide(None, Command(CURATOR, Action.BEGIN, "a"), office(), NOW)
    line = Entry(Action.BEGIN, NOW, "curator", None, None, State.OPEN, (("words", "a"),))
    assert begun == Accepted(Thing(State.OPEN, 1, "a"), line, ("seen",))
    shut = life().decide(begun.after, Command(CURATOR, Action.SHUT), office(), NOW)
    line = Entry(Action.SHUT, NOW, "curator", None, State.OPEN, State.SHUT)
    assert shut == Accepted(Thing(State.SHUT, 2, "a"), line)


@pytest.mark.parametrize(
    ("thing", "by", "offered"),
    [
        (Thing(), CURATOR, {Action.NOTE, Action.SHUT}),
        (Thing(words="a"), CURATOR, {Action.SHUT}),
        (Thing(words="a"), None, {Action.SHUT}),
        (Thing(), ZHKH, set()),
        (Thing(), replace(CURATOR, standing="left"), set()),
        (Thing(State.SHUT), CURATOR, set()),
    ],
)
def test_a_button_is_offered_where_it_would_do_something(thing: Thing, by: Actor | None, offered: set[Action]) -> None:
    assert {action for action in Action if life().offers(thing, action, office(), NOW, by)} == offered
