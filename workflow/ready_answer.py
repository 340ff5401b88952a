"""A ready answer, as it is kept. Nothing else: `workflow.office` holds those of the municipality's file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST = 3000
"""How many characters a ready answer may have; with its blanks filled in it must fit into every network."""


class ReadyState(StrEnum):
    KEPT = "kept"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ReadyAnswer:
    """A ready answer. `department`, `topic`: whose cases it is offered for; "" for all. `case`: the id of
    the one where its words were posted, 0 for none. `by` kept it ("" for one of the municipality's file)."""

    id: int
    municipality: str
    text: str
    department: str = ""
    topic: str = ""
    case: int = 0
    by: str = ""
    state: ReadyState = ReadyState.KEPT
    version: int = 0

    @property
    def of_file(self) -> bool:
        return self.id < 0
