"""Moderation of comments on the office's own pages: what is proposed, why, who may do what (IZ-6.1, MO-A2.15, PA-2.3).

Pure. The bot only proposes; a person decides, and each decision is a line of a journal with its ground. Which grounds there are
and whether there is a black list, each regulation says for itself. Criticism is no ground: a text in which nothing was found
is proposed to nobody, and whoever wants it gone must name a ground of the regulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from workflow.office import Actor, Office, Role
from workflow.official.page_items import Whose
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
    DONE_BY_HAND = "done_by_hand"


class ModerationEvent(StrEnum):
    """What is journalled besides decisions of people: by the bot and by the network."""

    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    DONE = "done"
    NOT_DONE = "not_done"


class ModerationState(StrEnum):
    """WITHDRAWN: its author took it away, or out of it what was proposed for, before anybody decided."""

    PROPOSED = "proposed"
    DELETED = "deleted"
    KEPT = "kept"
    CASE = "case"
    WITHDRAWN = "withdrawn"


class Matter(StrEnum):
    """What in the network is to be as decided: the comment (there or not), its author (on the black list or not)."""

    COMMENT = "comment"
    AUTHOR = "author"


class Order(StrEnum):
    """What a network is told to do."""

    DELETE = "delete"
    RESTORE = "restore"
    BAN = "ban"
    UNBAN = "unban"


class ModerationReason(StrEnum):
    """Why not."""

    NOT_OURS = "not_ours"
    NOT_A_MODERATOR = "not_a_moderator"
    NOT_A_GROUND = "not_a_ground"
    NO_BLACK_LIST = "no_black_list"
    NOT_DELETED = "not_deleted"
    ALREADY_DECIDED = "already_decided"
    AUTHOR_WITHDREW = "author_withdrew"
    NO_SUCH_COMMENT = "no_such_comment"
    NOTHING_BY_HAND = "nothing_by_hand"


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
    """A comment on a page of ours, as the moderator is to see it. `whose` and `unit`: of the page it stands on; `page`: its
    number in the registry, None where the registry does not know it.

    `case`: the number people see of the case it is as well. `asked`: what the network was asked for and has not answered;
    `by_hand`: what it did not do, so that a person must.
    """

    id: int
    network: str
    ref: str
    whose: Whose
    unit: str = ""
    state: ModerationState = ModerationState.PROPOSED
    listed: bool = False
    grounds: tuple[Offence, ...] = ()
    words: tuple[str, ...] = ()
    case: int | None = None
    asked: tuple[Matter, ...] = ()
    by_hand: tuple[Matter, ...] = ()
    page: int | None = None

    def order(self, matter: Matter) -> Order:
        """What makes the network agree with what is decided now."""
        if matter is Matter.AUTHOR:
            return Order.BAN if self.listed else Order.UNBAN
        return Order.DELETE if self.state is ModerationState.DELETED else Order.RESTORE


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

    action: ModerationAction | ModerationEvent
    at: datetime
    by: str | None
    on_behalf: str | None
    ground: Offence | None
    clause: str
    words: tuple[str, ...]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Moderated:
    """`matters`: what the network is to be asked for now."""

    comment: Comment
    entry: ModerationEntry
    matters: tuple[Matter, ...] = ()


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
    return replace(comment, state=ModerationState.PROPOSED, grounds=tuple(found), words=words)


def moderator(office: Office, comment: Comment, by: Actor, now: datetime) -> str | None:
    """By whose right the actor moderates the page: the editor or the curator all pages, a unit's leader his unit's (MO-A2.15)."""
    for role in (Role.EDITOR, Role.CURATOR):
        if (found := office.has_role(by, role, now)) is not None:
            return found.key
    leader = office.of_department(by, [comment.unit], now) if comment.whose is Whose.UNIT and comment.unit else None
    return leader.key if leader is not None else None


def named_moderators(office: Office, comment: Comment, now: datetime) -> tuple[str, ...]:
    """Whom the regulation makes answer for the page, as far as the office has named them: the curator (IZ-6.1), else the
    editor, for a unit's page its leader too (MO-A2.15). A regulation that says nothing of it leaves it to the editor, or to
    the curator where there is none. Who is away is replaced by his substitute."""
    rules = office.regulation.moderation
    if rules is not None and rules.by_curator:
        return office.holders(Role.CURATOR, now)
    unit = office.holders(Role.EXECUTOR, now, comment.unit) if comment.whose is Whose.UNIT and comment.unit else ()
    named = tuple(dict.fromkeys((*office.holders(Role.EDITOR, now), *unit)))
    return named or office.holders(Role.CURATOR, now) if rules is None else named


def actions_for(comment: Comment, regulation: Regulation) -> tuple[ModerationAction, ...]:
    """The buttons under the comment as it stands. That it is a case does not keep it on the page: that is another question."""
    a, rules = ModerationAction, regulation.moderation
    black_list = (a.BLACK_LIST,) if rules is not None and rules.black_list and not comment.listed else ()
    to_case = (a.TO_CASE,) if comment.case is None else ()
    by_hand = (a.DONE_BY_HAND,) if comment.by_hand else ()
    match comment.state:
        case ModerationState.PROPOSED:
            return (*by_hand, a.DELETE, *black_list, a.KEEP, *to_case)
        case ModerationState.DELETED:
            return (*by_hand, *black_list, a.RESTORE)
        case ModerationState.KEPT:
            return (*by_hand, a.DELETE, *to_case)
        case ModerationState.CASE:
            return (*by_hand, a.DELETE)
        case ModerationState.WITHDRAWN:
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
        return NotModerated(_why_not(comment, action))
    takes_away = action in (ModerationAction.DELETE, ModerationAction.BLACK_LIST)
    if takes_away and (command.ground is None or command.ground not in grounds_of(office.regulation)):
        return NotModerated(ModerationReason.NOT_A_GROUND)
    own = by if by in command.by.people else command.by.people[0]
    ground = command.ground if takes_away else None
    clause = rules.clause if rules is not None and takes_away else ""
    entry = ModerationEntry(action, now, own, by if by != own else None, ground, clause, comment.words)
    after = _after(comment, action)
    matters = _matters(comment, after)
    asked = tuple(dict.fromkeys((*comment.asked, *matters)))
    by_hand = () if action is ModerationAction.DONE_BY_HAND else comment.by_hand
    by_hand = tuple(matter for matter in by_hand if matter not in matters)
    return Moderated(replace(after, asked=asked, by_hand=by_hand), entry, matters)


def _why_not(comment: Comment, action: ModerationAction) -> ModerationReason:
    if action is ModerationAction.RESTORE:
        return ModerationReason.NOT_DELETED
    if action is ModerationAction.DONE_BY_HAND:
        return ModerationReason.NOTHING_BY_HAND
    withdrawn = comment.state is ModerationState.WITHDRAWN
    return ModerationReason.AUTHOR_WITHDREW if withdrawn else ModerationReason.ALREADY_DECIDED


def _after(comment: Comment, action: ModerationAction) -> Comment:
    """A black list takes the comment away too (PA-2.3: whose comment is deleted may be listed); a comment that comes back
    takes its author off it."""
    states = {
        ModerationAction.DELETE: ModerationState.DELETED,
        ModerationAction.BLACK_LIST: ModerationState.DELETED,
        ModerationAction.KEEP: ModerationState.KEPT,
        ModerationAction.TO_CASE: ModerationState.CASE,
        ModerationAction.RESTORE: ModerationState.KEPT,
        ModerationAction.DONE_BY_HAND: comment.state,
    }
    listed = action is ModerationAction.BLACK_LIST or (comment.listed and action is not ModerationAction.RESTORE)
    return replace(comment, state=states[action], listed=listed)


def _matters(before: Comment, after: Comment) -> tuple[Matter, ...]:
    deleted = ModerationState.DELETED
    comment = (Matter.COMMENT,) if (before.state is deleted) != (after.state is deleted) else ()
    author = (Matter.AUTHOR,) if before.listed != after.listed else ()
    return (*comment, *author)


# --- what happens by itself ---------------------------------------------------------------------------------------------


def begun(comment: Comment, now: datetime) -> Moderated:
    """The line that says it was proposed, with the words that decided."""
    return Moderated(comment, ModerationEntry(ModerationEvent.PROPOSED, now, None, None, None, "", comment.words))


def withdrawn(comment: Comment, now: datetime) -> Moderated:
    """Its author took it away, or what it was proposed for, before anybody had decided."""
    after = replace(comment, state=ModerationState.WITHDRAWN)
    return Moderated(after, ModerationEntry(ModerationEvent.WITHDRAWN, now, None, None, None, "", comment.words))


def answered(comment: Comment, matter: Matter, order: Order, why_not: str, now: datetime) -> Moderated | None:
    """What the network's answer means: it is done, or (`why_not`) a person must do it. None where it answers what is not
    wanted any more: what is wanted now it is asked for already."""
    if matter not in comment.asked or comment.order(matter) is not order:
        return None
    asked = tuple(one for one in comment.asked if one is not matter)
    by_hand = (*comment.by_hand, matter) if why_not and matter not in comment.by_hand else comment.by_hand
    event = ModerationEvent.NOT_DONE if why_not else ModerationEvent.DONE
    details = f"{order}: {why_not}" if why_not else str(order)
    entry = ModerationEntry(event, now, None, None, None, "", (), details)
    return Moderated(replace(comment, asked=asked, by_hand=by_hand), entry)
