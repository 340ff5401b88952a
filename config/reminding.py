"""Reads `reminders:`, `idle:` and `shortcomings:` of a regulation's file and of a municipality's file into the reminder
policy.

The municipality overrides the regulation key by key; `reminders: false` drops only the reminders before a deadline.
`workflow.terms.policy` decides when each moment is due.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.yamlfile import Where
from workflow.regulation import ClockKind, Ear, Idle, Policy, Regulation, Rung, Shortcomings, Step, Telling, Term, Unit

TermOf = Callable[[str], Term]
"""A function that parses a term; ValueError in Russian if it is not one."""
Wrong = Callable[[Where, str], None]

AT_ONCE = frozenset({"сразу", "0 минут"})
NEVER = "нет"
EVERY = re.compile(r"кажд\w+\s+")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AT_MOST = 5
"""How many times a reminder of an overdue step is repeated if the file gives the interval but no number."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class RungEntry(_Part):
    who: Ear
    after: str = "сразу"


class StepEntry(_Part):
    before: str | None = None
    before_long: str | None = None
    at: str | None = None
    escalate: list[RungEntry] | None = None
    repeat: str | None = None
    at_most: Annotated[int, Field(ge=0, le=50)] | None = None
    after: str | None = None


class RemindersEntry(StepEntry):
    """The section `reminders:` of a file. `remind: false`, or just `reminders: false`: no reminders before a
    deadline."""

    remind: bool = True
    digests: bool | None = None
    steps: dict[Step, StepEntry] = {}

    @model_validator(mode="before")
    @classmethod
    def _on_or_off(cls, written: Any) -> Any:
        return written if isinstance(written, dict) else {"remind": written}


class IdleEntry(_Part):
    """The section `idle:` of a file. `idle: false`: nobody is reminded of a case that waits without a term."""

    tell: bool = True
    remind: str | None = None
    escalate: str | None = None
    repeat: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _on_or_off(cls, written: Any) -> Any:
        return written if isinstance(written, dict) else {"tell": written}


class ShortcomingsEntry(_Part):
    """The section `shortcomings:` of a file; `shortcomings: at_once` is short for `shortcomings: {tell: at_once}`."""

    tell: Telling | None = None
    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_word_alone(cls, written: Any) -> Any:
        return written if isinstance(written, dict) else {"tell": written}


def policy_of(
    entry: RemindersEntry | None,
    idle: IdleEntry | None,
    shortcomings: ShortcomingsEntry | None,
    base: Policy,
    term_of: TermOf,
    wrong: Wrong,
) -> Policy:
    """The policy `base`, changed by the sections of a file that are given; errors are reported to `wrong` with their
    place."""
    if shortcomings is not None:
        base = replace(base, shortcomings=_shortcomings(shortcomings, base.shortcomings))
    if idle is not None:
        base = replace(base, idle=_idle(idle, base.idle, term_of, wrong))
    if entry is None:
        return base
    policy = replace(base, **_values(entry, ("reminders",), term_of, wrong))
    if entry.digests is not None:
        policy = replace(policy, digests=entry.digests)
    of_steps = [
        (step, tuple(_values(own, ("reminders", "steps", step.value), term_of, wrong).items()))
        for step, own in entry.steps.items()
    ]
    return replace(policy, steps=(*policy.steps, *of_steps))


def _shortcomings(entry: ShortcomingsEntry, base: Shortcomings) -> Shortcomings:
    day = DAYS.index(entry.day) if entry.day is not None else base.day
    return Shortcomings(entry.tell or base.tell, day)


def _idle(entry: IdleEntry, base: Idle, term_of: TermOf, wrong: Wrong) -> Idle:
    if not entry.tell:
        return Idle(0, 0, 0)

    def days(key: str, words: str | None, otherwise: int) -> int:
        try:
            return otherwise if words is None else _working_days(key, " ".join(words.split()), term_of)
        except ValueError as error:
            wrong(("idle", key), str(error))
            return otherwise

    return Idle(
        days("remind", entry.remind, base.remind),
        days("escalate", entry.escalate, base.above),
        days("repeat", entry.repeat, base.every),
    )


def _working_days(key: str, words: str, term_of: TermOf) -> int:
    term = _repeat(words, term_of)
    if term is not None and term.unit is not Unit.WORKING_DAYS:
        raise ValueError(f"{key}: «{words}»; нужны рабочие дни, например 2 рабочих дня")
    return term.amount if term is not None else 0


def own(
    entry: RemindersEntry | None,
    idle: IdleEntry | None,
    shortcomings: ShortcomingsEntry | None,
    regulation: Regulation | None,
    read: Callable[[str, ClockKind, ClockKind], Term],
    wrong: Wrong,
) -> Policy | None:
    """A municipality's reminder policy: its regulation's, changed by the sections of its own file; None if it has no
    such section or the regulation is unknown."""
    if (entry is None and idle is None and shortcomings is None) or regulation is None:
        return None

    def term_of(words: str) -> Term:
        return read(words, regulation.clock, regulation.clock)

    return policy_of(entry, idle, shortcomings, regulation.policy, term_of, wrong)


def _values(entry: StepEntry, where: Where, term_of: TermOf, wrong: Wrong) -> dict[str, Any]:
    """The fields of `Policy` that the entry sets, by name; errors are reported to `wrong`."""
    found: dict[str, Any] = {}

    def read(key: str, words: str, make: Callable[[str], Any]) -> Any:
        try:
            return make(" ".join(words.split()))
        except ValueError as error:
            wrong((*where, *key.split(".")), str(error))
            return None

    if entry.at is not None and (entry.before is not None or entry.before_long is not None):
        wrong((*where, "at"), "at и before: нужно одно из двух, доля срока или время до него")
    if entry.at is not None:
        found["at"] = read("at", entry.at, _share)
    if entry.before is not None:
        minutes = read("before", entry.before, lambda words: _minutes(words, term_of))
        found |= {"before": minutes or 0, "before_long": minutes or 0, "at": None}
    if entry.before_long is not None:
        found["before_long"] = read("before_long", entry.before_long, lambda words: _minutes(words, term_of)) or 0
    if entry.escalate is not None:
        after = [read("escalate", rung.after, lambda words: _after(words, term_of)) for rung in entry.escalate]
        found["ladder"] = tuple(Rung(rung.who, term) for rung, term in zip(entry.escalate, after, strict=True))
    if entry.repeat is not None:
        found["repeat"] = read("repeat", entry.repeat, lambda words: _repeat(words, term_of))
        found["at_most"] = AT_MOST
    if entry.at_most is not None:
        found["at_most"] = entry.at_most
    if entry.after is not None:
        found["after"] = read("after", entry.after, lambda words: _first(words, term_of)) or 0
    return found


def _share(words: str) -> Fraction:
    try:
        share = Fraction(words.replace(",", "."))
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not 0 < share < 1:
        raise ValueError(f"at: «{words}» не доля срока; нужно, например, 2/3")
    return share


def _minutes(words: str, term_of: TermOf) -> int:
    if words == NEVER:
        return 0
    term = term_of(words)
    if term.unit is not Unit.MINUTES:
        raise ValueError(f"before: «{words}»; нужны минуты или часы, например 30 минут")
    return term.amount


def _after(words: str, term_of: TermOf) -> Term | None:
    return None if words in AT_ONCE else _lasting(words, term_of)


def _first(words: str, term_of: TermOf) -> int:
    if words in AT_ONCE:
        return 0
    term = term_of(words)
    if term.unit is not Unit.MINUTES:
        raise ValueError(f"after: «{words}»; нужны минуты или часы, например 15 минут")
    return term.amount


def _repeat(words: str, term_of: TermOf) -> Term | None:
    if words == NEVER:
        return None
    rest = EVERY.sub("", words, count=1)
    return _lasting(rest if rest[:1].isdigit() else f"1 {rest}", term_of)


def _lasting(words: str, term_of: TermOf) -> Term:
    term = term_of(words)
    if term.unit is Unit.NAMED:
        raise ValueError(f"«{words}»: нужно время, например 1 час или 1 рабочий день")
    return term
