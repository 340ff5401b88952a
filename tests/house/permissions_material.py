"""The part of the permission page about material for publication: role × action × state, each tried at the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from tests.rules.offices import office as small_office
from workflow.case import FileRef
from workflow.office import NETWORK, Actor, Office, Person, Role
from workflow.official.material import (
    ApproveMaterial,
    EditMaterial,
    HandOverMaterial,
    Material,
    MaterialAction,
    MaterialCommand,
    MaterialPublished,
    MaterialState,
    MaterialVersion,
    Place,
    PlaceState,
    RecallMaterial,
    ResendMaterial,
    RetryMaterial,
    ReturnMaterial,
    SendMaterial,
    WithdrawMaterial,
)
from workflow.official.material_rules import MATERIALS
from workflow.outcomes import Accepted

Thing = TypeVar("Thing")
Action = TypeVar("Action", bound=StrEnum)
NOW = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)
PICTURE = FileRef("0" * 64, "photo", "photo.jpg", 10)
ACTORS = {
    "editor": Actor(("adviser",), 1),
    "curator": Actor(("curator",), 2),
    "sender": Actor(("zhkh_head",), 3),
    "another department": Actor(("roads_head",), 4),
    "keeper of the page": Actor(("first_deputy",), 5),
    "network": NETWORK,
}
LETTERS = {
    "editor": "E",
    "curator": "C",
    "sender": "S",
    "another department": "o",
    "keeper of the page": "K",
    "network": "n",
}


def office() -> Office:
    """The small office with an adviser."""
    small = small_office("moskalensky")
    return replace(small, people={**small.people, "adviser": Person("adviser", "советник", (Role.EDITOR,))})


def situations() -> dict[str, Material]:
    """A material in every state; `approved` before its time and after."""
    version = MaterialVersion(1, "Чиним мост.", (), "zhkh_head", NOW)
    sent = Material(1, "okrug", 1, MaterialState.SENT, "zhkh_head", "zhkh", (version,))
    approved = replace(
        sent, state=MaterialState.APPROVED, places=(Place(7),), publish_at=LATER, approved_by="adviser", approval=2
    )
    given = replace(
        approved, state=MaterialState.HANDED_OVER, places=(Place(7, PlaceState.HANDED_OVER, reason="no_right"),)
    )
    return {
        "sent": sent,
        "returned": replace(sent, state=MaterialState.RETURNED),
        "approved, waits": approved,
        "being published": replace(approved, publish_at=NOW),
        "handed_over": replace(given, publish_at=NOW),
        "published": replace(given, state=MaterialState.PUBLISHED, places=(Place(7, PlaceState.PUBLISHED),)),
        "withdrawn": replace(sent, state=MaterialState.WITHDRAWN),
    }


def command(action: MaterialAction, by: Actor) -> MaterialCommand:
    """A complete and valid command of this kind."""
    link = "https://vk.com/wall-1_2"
    match action:
        case MaterialAction.SEND:
            return SendMaterial(by, 1, "okrug", "Чиним мост.", (PICTURE,))
        case MaterialAction.RESEND:
            return ResendMaterial(by, 1, "Чиним мост завтра.")
        case MaterialAction.EDIT:
            return EditMaterial(by, 1, 1, "Мост чиним.")
        case MaterialAction.RETURN:
            return ReturnMaterial(by, 1, 1, ("когда?",))
        case MaterialAction.APPROVE:
            return ApproveMaterial(by, 1, 1, (7,), LATER, frozenset({7}))
        case MaterialAction.RECALL:
            return RecallMaterial(by, 1)
        case MaterialAction.WITHDRAW:
            return WithdrawMaterial(by, 1)
        case MaterialAction.PUBLISHED:
            return MaterialPublished(by, 1, 7, link, "wall-1_2", keeper="first_deputy")
        case MaterialAction.HAND_OVER:
            return HandOverMaterial(by, 1, 7, "no_right", keeper="first_deputy")
        case MaterialAction.RETRY:
            return RetryMaterial(by, 1, 7, keeper="first_deputy")


def lines() -> list[str]:
    """The heading and a line for each action: the roles that may do it in each situation."""
    return matrix("material for publication", LETTERS, situations(), MaterialAction, _cell)


def _cell(found: Material | None, action: MaterialAction) -> str:
    return "".join(
        LETTERS[who]
        for who, by in ACTORS.items()
        if isinstance(MATERIALS.decide(found, command(action, by), office(), NOW), Accepted)
    )


def matrix(
    of: str,
    letters: Mapping[str, str],
    states: Mapping[str, Thing],
    actions: Iterable[Action],
    cell: Callable[[Thing | None, Action], str],
) -> list[str]:
    """The page's lines. An action that creates the thing is tried without one; a dot: nobody may."""
    shown = ["", f"==== {of}: who may ====", "", *(f"  {letter} {who}" for who, letter in letters.items())]
    shown += ["", "  " + " · ".join(f"{n} {name}" for n, name in enumerate(states, 1)), ""]
    shown.append(f"  {'':<12}" + "".join(f"{n:>6}" for n in range(1, len(states) + 1)))
    for action in actions:
        cells = [alone] if (alone := cell(None, action)) else [cell(found, action) or "·" for found in states.values()]
        shown.append(f"  {action:<12}" + "".join(f"{one:>6}" for one in cells))
    return shown
