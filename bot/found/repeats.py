"""Which earlier cases a new message may repeat (MO-15, SL-8, KU-17). Pure; the curator says whether it does."""

from __future__ import annotations

from collections.abc import Sequence

from config.russian.likeness import ALIKE, likeness
from storage.cases import author_key, place_key
from workflow.case import Appeal, Case, Other, State

MOST = 3
NEVER = frozenset({State.NOT_PROCESSED})
"""What was not processed has no answer to refer to."""


def alike(appeal: Appeal, location: str, near: Sequence[Case]) -> tuple[Other, ...]:
    """Of the cases near it, those with like words: of the same author, or about the same place; the newest first."""
    author, place = author_key(appeal), place_key(location)
    found = [
        case
        for case in near
        if case.state not in NEVER
        and ((author and author == author_key(case.appeal)) or (place and place == place_key(case.location)))
        and likeness(appeal.text, case.appeal.text) >= ALIKE
    ]
    return tuple(Other(case.id, case.number) for case in found[:MOST])
