"""Moderation of comments on the office's own pages: what is proposed, why, who may do what (IZ-6.1, MO-A2.15, PA-2.3).

Pure. The bot only proposes; a person decides, and each decision is a line of a journal with its ground. Which grounds there are
and whether there is a black list, each regulation says for itself. Criticism is no ground: a text in which nothing was found
is proposed to nobody, and whoever wants it gone must name a ground of the regulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflow.office import Actor, Office, Role
from workflow.page_items import Whose
from workflow.regulation import Regulation


class Offence(StrEnum):
    """Grounds a regulation may name (`moderation.delete` in its file)."""

    UNLAWFUL = "unlawful"
    SPAM = "spam"
    ADVERTISING = "advertising"
    INSULT = "insult"
    OBSCENE = "obscene"


class ModerationAction(StrEnum):
    DELETE = "delete"
    BLACK_LIST = "black_list"
    KEEP = "keep"
    TO_CASE = "to_case"
    RESTORE = "restore"


class ModerationState(StrEnum):
    PROPOSED = "proposed"
    DELETED = "deleted"
    KEPT = "kept"
    CASE = "case"


class ModerationReason(StrEnum):
    """Why not."""

    NOT_OURS = "not_ours"
    NOT_A_MODERATOR = "not_a_moderator"
    NOT_A_GROUND = "not_a_ground"
    NO_BLACK_LIST = "no_black_list"
    NOT_DELETED = "not_deleted"
    ALREADY_DECIDED = "already_decided"


_MEANS: dict[str, tuple[Offence, ...]] = {
    "obscene": (Offence.OBSCENE,),
    "insult": (Offence.INSULT,),
    "threat": (Offence.UNLAWFUL,),
    "spam": (Offence.SPAM, Offence.ADVERTISING),
}
"""What a verdict on a text may be under a regulation; the first it knows counts. A threat is against the law by itself."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Something a reading of the text found: its kind (`obscene`, `insult`, `threat`, `spam`) and the words that decided."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a page of ours, as the moderator is to see it. `whose` and `unit`: of the page it stands on."""

    id: int
    network: str
    ref: str
    whose: Whose
    unit: str = ""
    state: ModerationState = ModerationState.PROPOSED
    listed: bool = False
    grounds: tuple[Offence, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moderate:
    """A decision about a comment; `ground` where something is taken away, None else."""

    by: Actor
    comment: int
    action: ModerationAction
    ground: Offence | None = None


@dataclass(frozen=True, slots=True)
class ModerationEntry:
    """A line of the journal: what was done with the comment, by whom, on which ground by which clause, and the words shown."""

    action: ModerationAction
    at: datetime
    by: str
    on_behalf: str | None
    ground: Offence | None
    clause: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moderated:
    comment: Comment
    entry: ModerationEntry


@dataclass(frozen=True, slots=True)
class NotModerated:
    reason: ModerationReason


def grounds_of(regulation: Regulation) -> tuple[Offence, ...]:
    """Why something may be taken away under the regulation; what is against the law may be under each (its own words or none)."""
    rules = regulation.moderation
    return tuple(Offence(code) for code in rules.delete) if rules is not None else (Offence.UNLAWFUL,)


def propose(comment: Comment, heard: Sequence[Heard], regulation: Regulation) -> Comment | None:
    """The comment with the grounds and words to be shown to a moderator; None: there is nothing to propose.

    What was found but is no ground under this regulation is nothing: an insult is proposed only where the text says so.
    """
    known = grounds_of(regulation)
    found: dict[Offence, list[str]] = {}
    for one in heard:
        ground = next((offence for offence in _MEANS.get(one.kind, ()) if offence in known), None)
        if ground is not None:
            found.setdefault(ground, []).append(one.words)
    if not found:
        return None
    words = tuple(dict.fromkeys(word for group in found.values() for word in group))
    return Comment(
        comment.id, comment.network, comment.ref, comment.whose, comment.unit, grounds=tuple(found), words=words
    )


def moderator(office: Office, comment: Comment, by: Actor, now: datetime) -> str | None:
    """By whose right the actor moderates the page: the editor or the curator all pages, a unit's leader his unit's (MO-A2.15)."""
    for role in (Role.EDITOR, Role.CURATOR):
        if (found := office.has_role(by, role, now)) is not None:
            return found.key
    leader = office.of_department(by, [comment.unit], now) if comment.whose is Whose.UNIT and comment.unit else None
    return leader.key if leader is not None else None


def actions_for(comment: Comment, regulation: Regulation) -> tuple[ModerationAction, ...]:
    """The buttons under the comment as it stands."""
    rules = regulation.moderation
    black_list = [ModerationAction.BLACK_LIST] if rules is not None and rules.black_list and not comment.listed else []
    match comment.state:
        case ModerationState.PROPOSED:
            return (ModerationAction.DELETE, *black_list, ModerationAction.KEEP, ModerationAction.TO_CASE)
        case ModerationState.DELETED:
            return (*black_list, ModerationAction.RESTORE)
        case ModerationState.KEPT:
            return (ModerationAction.DELETE, ModerationAction.TO_CASE)
        case ModerationState.CASE:
            return ()


def moderate(comment: Comment, command: Moderate, office: Office, now: datetime) -> Moderated | NotModerated:
    """Whether the decision holds for this comment now, and what the journal says of it. `now` is aware."""
    if command.by.standing != "ok" or not command.by.people:
        return NotModerated(ModerationReason.NOT_OURS)
    by = moderator(office, comment, command.by, now)
    if by is None:
        return NotModerated(ModerationReason.NOT_A_MODERATOR)
    rules, action = office.regulation.moderation, command.action
    if action is ModerationAction.BLACK_LIST and (rules is None or not rules.black_list):
        return NotModerated(ModerationReason.NO_BLACK_LIST)
    if action not in actions_for(comment, office.regulation):
        restoring = action is ModerationAction.RESTORE
        return NotModerated(ModerationReason.NOT_DELETED if restoring else ModerationReason.ALREADY_DECIDED)
    takes_away = action in (ModerationAction.DELETE, ModerationAction.BLACK_LIST)
    if takes_away and (command.ground is None or command.ground not in grounds_of(office.regulation)):
        return NotModerated(ModerationReason.NOT_A_GROUND)
    own = by if by in command.by.people else command.by.people[0]
    ground = command.ground if takes_away else None
    clause = rules.clause if rules is not None and takes_away else ""
    entry = ModerationEntry(action, now, own, by if by != own else None, ground, clause, comment.words)
    return Moderated(_after(comment, action), entry)


def _after(comment: Comment, action: ModerationAction) -> Comment:
    """A black list takes the comment away too (PA-2.3: whose comment is deleted may be listed)."""
    states = {
        ModerationAction.DELETE: ModerationState.DELETED,
        ModerationAction.BLACK_LIST: ModerationState.DELETED,
        ModerationAction.KEEP: ModerationState.KEPT,
        ModerationAction.TO_CASE: ModerationState.CASE,
        ModerationAction.RESTORE: ModerationState.KEPT,
    }
    listed = action is ModerationAction.BLACK_LIST or (comment.listed and action is not ModerationAction.RESTORE)
    return Comment(
        comment.id, comment.network, comment.ref, comment.whose, comment.unit, states[action], listed,
        comment.grounds, comment.words,
    )  # fmt: skip
