"""The value of one ready answer. The rules are in `workflow.ready`; `Office.ready` holds those of the municipality's file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST = 3000
"""How many characters a ready answer may have at most: with its blanks filled in it must fit into every network."""


class ReadyState(StrEnum):
    KEPT = "kept"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ReadyAnswer:
    """A stored wording that executors can write answers from. `department`, `topic`: the cases it is offered for ("": all).
    `case`: the id of the case where it was posted as an answer (0: none). `by`: the key of the person who stored it, ""
    for one from the municipality's file; those have a negative `id`."""

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
