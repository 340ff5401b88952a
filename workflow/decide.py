"""`decide(case, command, office, now) -> Accepted | Refused`: the only place where a case changes.

Pure: no clock, no database, no network. An acceptance carries the new case with its version one higher, one journal
entry and the effects; a refusal changes nothing.
"""

from __future__ import annotations

from datetime import datetime

from workflow.case import Case
from workflow.commands import AnyCommand
from workflow.office import Office
from workflow.outcomes import Decision
from workflow.transitions import CASES


def decide(case: Case | None, command: AnyCommand, office: Office, now: datetime) -> Decision:
    """Whether the command holds for this case now, and what follows. `now` is aware."""
    return CASES.decide(case, command, office, now)
