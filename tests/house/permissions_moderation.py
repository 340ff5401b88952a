"""The part of the permission page about comments on the office's own pages: role × action × state, each tried at
`workflow.official.moderation.COMMENTS`, under every regulation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.house.permissions_tried import ACTORS, CULTURE, NOW, OUTSIDERS, REGULATIONS, office
from workflow.office import DETECTOR, NETWORK, Actor, Office, Person, Role
from workflow.official.moderation import (
    COMMENTS,
    Comment,
    CommentCommand,
    Matter,
    Moderate,
    ModerationAction,
    ModerationEvent,
    ModerationState,
    NetworkAnswered,
    Offence,
    Propose,
    Withdraw,
)
from workflow.official.page_items import Whose
from workflow.outcomes import Accepted, Refused

EDITOR = Actor(("adviser",), 8)
PEOPLE: dict[str, Actor] = {
    **{who: actor for who, actor in ACTORS.items() if actor.machine is None},
    "editor": EDITOR,
    "other executor": CULTURE,
}
LETTERS = {"curator": "C", "editor": "E", "lead": "U"}
"""The «lead» leads the unit whose page it is."""
PAGES = {
    "a page of the head or the administration": Comment(1, "vk", "wall-1_2?reply=3", Whose.ADMINISTRATION),
    "a unit's page": Comment(1, "vk", "wall-1_2?reply=3", Whose.UNIT, "zhkh"),
}
WAYS: dict[str, tuple[ModerationState, bool, bool]] = {
    **{str(state): (state, False, False) for state in ModerationState},
    "deleted, its author on the black list": (ModerationState.DELETED, True, False),
    "deleted, by hand": (ModerationState.DELETED, False, True),
    "kept, by hand": (ModerationState.KEPT, False, True),
}


def office_with_editor(regulation: str) -> Office:
    small = office(regulation)
    return replace(small, people={**small.people, "adviser": Person("adviser", "советник главы", (Role.EDITOR,))})


def there(page: Comment, way: str) -> Comment:
    state, listed, by_hand = WAYS[way]
    return replace(page, state=state, listed=listed, by_hand=(Matter.COMMENT,) if by_hand else ())


def asked(
    comment: Comment, action: ModerationAction, by: Actor, regulation: str
) -> Accepted[Comment, Matter] | Refused:
    """Try the action, with a ground that every regulation has."""
    command = Moderate(by, comment.id, action, Offence.UNLAWFUL)
    return COMMENTS.decide(comment, command, office_with_editor(regulation), NOW)


def section() -> list[str]:
    """Lines of the page. Lines identical under all regulations appear once."""
    lines = ["", "==== comments on the office's own pages: who may ====", ""]
    lines += [
        "C curator · E editor · U the leader of the unit whose page it is · d detector · n network; nobody else may anything.",
        "",
    ]
    lines += [f"    {number:>2}  {way}" for number, way in enumerate(WAYS, 1)]
    tables = {name: list(_tables(name)) for name in REGULATIONS}
    for regulation, table in tables.items():
        same = next((name for name, other in tables.items() if other == table), regulation)
        lines += ["", f"---- {regulation} ----"]
        lines += table if same == regulation else [f"  as {same}"]
    return lines


def _tables(regulation: str) -> Iterator[str]:
    for name, page in PAGES.items():
        yield ""
        yield f"  {name:<44}" + "".join(f"{number:>4}" for number in range(1, len(WAYS) + 1))
        for action in ModerationAction:
            cells = [_cell(there(page, way), action, regulation) for way in WAYS]
            yield f"  {action:<44}" + "".join(f"{cell:>4}" for cell in cells)
        for event in ModerationEvent:
            cells = [_by_itself(there(page, way), event, regulation) for way in WAYS]
            yield f"  {event:<44}" + "".join(f"{cell:>4}" for cell in cells)


def happened(
    comment: Comment, event: ModerationEvent, by: Actor, regulation: str
) -> Accepted[Comment, Matter] | Refused:
    """Report an event from the bot or the network about a comment with an order to the network."""
    waits = replace(comment, asked=(Matter.COMMENT,))
    order = waits.order(Matter.COMMENT)
    commands: dict[ModerationEvent, CommentCommand] = {
        ModerationEvent.PROPOSED: Propose(by, comment.id, comment),
        ModerationEvent.WITHDRAWN: Withdraw(by, comment.id),
        ModerationEvent.DONE: NetworkAnswered(by, comment.id, Matter.COMMENT, order),
        ModerationEvent.NOT_DONE: NetworkAnswered(by, comment.id, Matter.COMMENT, order, "no_right"),
    }
    return COMMENTS.decide(waits, commands[event], office_with_editor(regulation), NOW)


def _by_itself(comment: Comment, event: ModerationEvent, regulation: str) -> str:
    everybody = {**PEOPLE, "detector": DETECTOR, "network": NETWORK}
    may = [who for who, by in everybody.items() if isinstance(happened(comment, event, by, regulation), Accepted)]
    return "".join({"detector": "d", "network": "n", **LETTERS}.get(who, f"?{who}") for who in may) or "·"


def _cell(comment: Comment, action: ModerationAction, regulation: str) -> str:
    may = [who for who, by in PEOPLE.items() if isinstance(asked(comment, action, by, regulation), Accepted)]
    return "".join(sorted(LETTERS.get(who, f"?{who}") for who in may)) or "·"


__all__ = ["EDITOR", "OUTSIDERS", "PAGES", "PEOPLE", "WAYS", "asked", "section", "there"]
