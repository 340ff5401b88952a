"""The results of a scenario as the contract's JSON. Moments are in UTC here, and in the municipality's time zone in the
JSON."""

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
    """A row of the register. `due` is the moment people are charged by, `text_due` the one of the text alone;
    `late_minutes` are counted in the step's own clock, a started minute as whole. `substitute` stood in for all of
    `who`."""

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
    """`due`: the due moment of each step's last run."""

    state: str
    due: Mapping[str, datetime]
    violations: Sequence[Missed]


@dataclass(frozen=True, slots=True)
class Notice:
    """`about` and `name`: the subject if it is not a case; `case` is then ""."""

    at: datetime
    case: str
    kind: str
    step: str | None
    to: str
    about: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something a person wanted and was refused; `reason` is from `workflow.outcomes.Reason` or from the reasons for
    pages, materials and comments, which come with the program's own `words`. `about`, `name`: as in `Notice`."""

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
    """Cases by name in order of appearance; notices and refusals in order of time. `official`: None if no pages,
    materials or comments take part."""

    cases: Mapping[str, CaseOutcome]
    notices: Sequence[Notice]
    refused: Sequence[Refusal]
    official: OfficialOutcome | None = None


def outcome_of(case: Case, office: Office, now: datetime) -> CaseOutcome:
    """The case as of `now`; `office` is the one of the edition the case lives by."""
    missed = sorted((_missed(row, office, now) for row in case.missed), key=lambda m: (m.due, m.step))
    due = {step.value: run.due_at for step, run in terms_of(case, office).items()}
    return CaseOutcome(case.state.value, due, tuple(missed))


def _missed(row: Row, office: Office, now: datetime) -> Missed:
    late = late_minutes(row, office, now)
    return Missed(row.step.value, row.who, row.until, row.text_due, row.done_at, late, row.stood_in, row.annulled)


def together(halves: Iterable[Outcome], names: Sequence[str]) -> Outcome:
    """Merge the outcomes of independent cases; `names`: all cases in order of appearance."""
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
    """Sort by time, then by the case's place in the scenario, so that the order does not depend on which of several
    simultaneous alarms rang first. A notice to two people under the same name is one."""
    place = {name: number for number, name in enumerate(outcome.cases)}
    notices = sorted(
        dict.fromkeys(outcome.notices), key=lambda n: (n.at, place.get(n.case, -1), n.kind, n.step or "", n.to, n.name)
    )
    refused = sorted(outcome.refused, key=lambda r: (r.at, place.get(r.case, -1)))
    return Outcome(outcome.cases, notices, refused, outcome.official)


def as_json(outcome: Outcome, zone: ZoneInfo) -> str:
    """The contract's single object (DESIGN, `simulate`)."""

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
    """The keys that name the subject of the row if it is not a case. (An absence is about nothing; its `case` is
    "".)"""
    return {"case": row.case or None, row.about: row.name or None} if row.about else {}
