"""The results of a scenario and the contract's JSON of them. Moments are in UTC in the values and in the
municipality's time zone in the JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.simulation.official.outcome import OfficialOutcome, mapping
from workflow.case import Annulled, Case
from workflow.case import Missed as Row
from workflow.office import Office
from workflow.terms.alarms import terms_of
from workflow.terms.register import late_minutes


@dataclass(frozen=True, slots=True)
class Missed:
    """A violation in the register. `due`: the moment by which people are charged; `text_due`: the one by the
    regulation's text alone; `late_minutes` are counted by the step's own clock, a started minute as a whole one.
    `substitute` stood in for `who` during the whole term."""

    step: str
    who: str
    due: datetime
    text_due: datetime
    done: datetime | None
    late_minutes: int
    substitute: str | None = None
    annulled: Annulled | None = None


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """The result for one case. `due`: for each step the due moment of its last run."""

    state: str
    due: Mapping[str, datetime]
    violations: Sequence[Missed]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that somebody got. `to` is a name of the vocabulary. If its subject is not a case, `about` is its kind,
    `name` its name, and `case` is ""."""

    at: datetime
    case: str
    kind: str
    step: str | None
    to: str
    about: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that a person wanted and was refused. `reason`: a `workflow.outcomes.Reason`, or a reason for pages,
    materials and comments, which comes with the program's own `words`. `about`, `name`: kind and name of the subject
    if it is no case."""

    at: datetime
    case: str
    do: str
    by: str
    reason: str
    about: str = ""
    name: str = ""
    words: str = ""


@dataclass(frozen=True)
class Outcome:
    """The results of a whole scenario: cases by name in order of appearance, notices and refusals in order of time.
    `official`: the results for pages, materials and comments; None if there are none in it."""

    cases: Mapping[str, CaseOutcome]
    notices: Sequence[Notice]
    refused: Sequence[Refusal]
    official: OfficialOutcome | None = None


def outcome_of(case: Case, office: Office, now: datetime) -> CaseOutcome:
    """The result for the case as of `now`; `office`: the office under the edition of the regulation the case was
    opened under."""
    missed = sorted((_missed(row, office, now) for row in case.missed), key=lambda m: (m.due, m.step))
    due = {step.value: run.due_at for step, run in terms_of(case, office).items()}
    return CaseOutcome(case.state.value, due, tuple(missed))


def _missed(row: Row, office: Office, now: datetime) -> Missed:
    late = late_minutes(row, office, now)
    return Missed(row.step.value, row.who, row.until, row.text_due, row.done_at, late, row.stood_in, row.annulled)


def together(halves: Iterable[Outcome], names: Sequence[str]) -> Outcome:
    """Merge the outcomes of independent cases that were played apart; `names`: all cases in order of appearance."""
    every = list(halves)
    cases = {name: case for half in every for name, case in half.cases.items()}
    return in_order(
        Outcome(
            {name: cases[name] for name in names if name in cases},
            [notice for half in every for notice in half.notices],
            [refusal for half in every for refusal in half.refused],
        )
    )


def in_order(outcome: Outcome) -> Outcome:
    """Sort notices and refusals by time, then by the case's place in the scenario, so that the order does not depend
    on which of several simultaneous alarms rang first. A notice to two people under the same name becomes one."""
    place = {name: number for number, name in enumerate(outcome.cases)}
    notices = sorted(
        dict.fromkeys(outcome.notices), key=lambda n: (n.at, place.get(n.case, -1), n.kind, n.step or "", n.to, n.name)
    )
    refused = sorted(outcome.refused, key=lambda r: (r.at, place.get(r.case, -1)))
    return Outcome(outcome.cases, notices, refused, outcome.official)


def as_json(outcome: Outcome, zone: ZoneInfo) -> str:
    """The outcome as the contract's single JSON object (DESIGN, `simulate`); moments are in `zone`."""

    def local(moment: datetime | None) -> str | None:
        return moment.astimezone(zone).isoformat() if moment is not None else None

    cases: dict[str, Any] = {
        name: {
            "state": case.state,
            "due": {step: local(due) for step, due in case.due.items()},
            "violations": [
                {
                    "step": m.step,
                    "who": m.who,
                    "due": local(m.due),
                    "done": local(m.done),
                    "late_minutes": m.late_minutes,
                    **({"text_due": local(m.text_due)} if m.text_due != m.due else {}),
                    **({"substitute": m.substitute} if m.substitute is not None else {}),
                    **({"annulled": _annulled(m.annulled, local)} if m.annulled is not None else {}),
                }
                for m in case.violations
            ],
        }
        for name, case in outcome.cases.items()
    }
    notices = [
        {"at": local(n.at), "case": n.case, "kind": n.kind, "step": n.step, "to": n.to, **_named(n)}
        for n in outcome.notices
    ]
    refused = [
        {"at": local(r.at), "case": r.case, "do": r.do, "by": r.by, "reason": r.reason, **_named(r)}
        for r in outcome.refused
    ]
    further = mapping(outcome.official, zone) if outcome.official is not None else {}
    return json.dumps({"cases": cases, "notices": notices, "refused": refused, **further}, ensure_ascii=False)


def _annulled(one: Annulled, local: Callable[[datetime], str | None]) -> dict[str, str | None]:
    return {"at": local(one.at), "by": one.by, "text": one.reason}


def _named(row: Notice | Refusal) -> dict[str, str | None]:
    """The JSON keys that name the subject of the row if it is not a case; empty for a case. (An absence has no
    subject: its `case` is "".)"""
    return {"case": row.case or None, row.about: row.name or None} if row.about else {}
