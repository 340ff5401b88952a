"""Moderation of comments on the office's own pages: proposals, grounds, permissions (IZ-6.1, MO-A2.15, PA-2.3).

Pure. The bot only proposes comments for a decision; a person decides, and the journal keeps each decision with its ground.
Each regulation defines its grounds for deletion and whether it has a black list. Criticism is not a ground: the bot never
proposes a text in which it found nothing, and a moderator who deletes such a text must name a ground of the regulation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from workflow import engine
from workflow.engine import Asked, Life, Row, detector, network, row
from workflow.office import Actor, Office, Person, Role
from workflow.official.page_items import Whose
from workflow.outcomes import Reason, Refused
from workflow.regulation import Regulation


class Offence(StrEnum):
    """The grounds for deleting a comment that a regulation may list (`moderation.delete` in its file)."""

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
    """Actions on a comment by the bot or the network, as the journal names them. (NOT_)DONE: an order was (not) carried out."""

    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    DONE = "done"
    NOT_DONE = "not_done"


class ModerationState(StrEnum):
    """What was decided about a comment. WITHDRAWN: before a decision its author deleted it or its offending words."""

    PROPOSED = "proposed"
    DELETED = "deleted"
    KEPT = "kept"
    CASE = "case"
    WITHDRAWN = "withdrawn"


class Matter(StrEnum):
    """What an order to the network is about: the comment (visible or not) or its author (on the black list or not)."""

    COMMENT = "comment"
    AUTHOR = "author"


class Order(StrEnum):
    """What the network is asked to do: delete or restore the comment, put its author on the black list or take him off."""

    DELETE = "delete"
    RESTORE = "restore"
    BAN = "ban"
    UNBAN = "unban"


_MEANS: dict[str, tuple[Offence, ...]] = {
    "obscene": (Offence.OBSCENE,),
    "insult": (Offence.INSULT,),
    "threat": (Offence.UNLAWFUL,),
    "spam": (Offence.SPAM, Offence.ADVERTISING),
}
"""The grounds that each kind of finding may have; the first one in the regulation applies. A threat is unlawful by itself."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A finding in a comment's text: its kind (`obscene`, `insult`, `threat`, `spam`) and the words that led to it."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on one of the office's pages, as a moderator sees it.

    `whose` and `unit` describe its page; `page` is the page's number in the registry, None if it is not there. `listed`:
    its author is on the network's black list. `case` is the visible number of the case the comment belongs to. `asked`
    lists the matters of orders the network has not answered yet; `by_hand` those the network did not carry out, so that a
    person must. `stands_in`: a curator decides, because nobody whom the regulation names could be written to.
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
    stands_in: bool = False
    version: int = 0

    def order(self, matter: Matter) -> Order:
        """Return the order about this matter that makes the network match the current decision."""
        if matter is Matter.AUTHOR:
            return Order.BAN if self.listed else Order.UNBAN
        return Order.DELETE if self.state is ModerationState.DELETED else Order.RESTORE


@dataclass(frozen=True, slots=True)
class Moderate:
    """A moderator's decision about a comment. `ground` is set if the decision deletes the comment or puts its author on the
    black list."""

    by: Actor
    comment: int
    action: ModerationAction
    ground: Offence | None = None


@dataclass(frozen=True, slots=True)
class Propose:
    """Proposes a comment to the moderators for a decision, for the first time or again: `found` was returned by `propose`,
    or has no ground, because a moderator himself proposes its deletion (IZ-6.1, MO-A2.15)."""

    action: ClassVar[ModerationEvent] = ModerationEvent.PROPOSED
    by: Actor
    comment: int
    found: Comment


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Records that the author deleted the comment, or its offending words, before a decision. The network reports
    it."""

    action: ClassVar[ModerationEvent] = ModerationEvent.WITHDRAWN
    by: Actor
    comment: int


@dataclass(frozen=True, slots=True)
class NetworkAnswered:
    """Records the network's answer to an order: done (`why_not` is ""), or not done for this reason, so that a person must
    do it."""

    by: Actor
    comment: int
    matter: Matter
    order: Order
    why_not: str = ""

    @property
    def action(self) -> ModerationEvent:
        return ModerationEvent.NOT_DONE if self.why_not else ModerationEvent.DONE


CommentCommand = Propose | Withdraw | NetworkAnswered | Moderate
S, A, E, R = ModerationState, ModerationAction, ModerationEvent, Reason


def grounds_of(regulation: Regulation) -> tuple[Offence, ...]:
    """Return the grounds for deletion that the regulation lists; only UNLAWFUL for one without rules of moderation."""
    rules = regulation.moderation
    return tuple(Offence(code) for code in rules.delete) if rules is not None else (Offence.UNLAWFUL,)


def propose(comment: Comment, heard: Sequence[Heard], regulation: Regulation) -> Comment | None:
    """Return the comment as PROPOSED, with the grounds and words to show to a moderator; None if there is nothing to propose.

    Findings that are not a ground under this regulation are ignored: an insult only counts if the regulation lists insults.
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


def moderates(office: Office, comment: Comment, by: Actor, now: datetime) -> str | None:
    """Return the key of the person whose right to moderate this comment the actor has, or None. Editors and curators
    moderate all pages, a unit's executors the unit's own (MO-A2.15)."""
    for role in (Role.EDITOR, Role.CURATOR):
        if (found := office.has_role(by, role, now)) is not None:
            return found.key
    leader = _leader(office, comment, by, now)
    return leader.key if leader is not None else None


def _leader(office: Office, comment: Comment, by: Actor, now: datetime) -> Person | None:
    return office.of_department(by, [comment.unit], now) if comment.whose is Whose.UNIT and comment.unit else None


def takes_away(office: Office, comment: Comment, by: Actor, now: datetime) -> str | None:
    """Return the key of the person whose right to delete and black-list the actor has, or None: those the regulation names
    (IZ-6.1: the curator; MO-A2.15, PA-2.3: the editor, on a unit's page its leader too). A curator takes their place if
    there is nobody, if nobody could be written to, or if the regulation has no rules of moderation."""
    curator, rules = office.has_role(by, Role.CURATOR, now), office.regulation.moderation
    if rules is not None and rules.by_curator:
        return curator.key if curator is not None else None
    named = office.has_role(by, Role.EDITOR, now) or _leader(office, comment, by, now)
    if named is not None:
        return named.key
    alone = comment.stands_in or not named_moderators(office, comment, now) or rules is None
    return curator.key if curator is not None and alone else None


def named_moderators(office: Office, comment: Comment, now: datetime) -> tuple[str, ...]:
    """Return the keys of the people responsible for moderating the comment's page: the curators if the regulation says so
    (IZ-6.1), else the editors and, for a unit's page, its leader (MO-A2.15); empty if the office has none.

    If the regulation has no rules of moderation and there are no such people, it is the curators. Substitutes replace
    absent people.
    """
    rules = office.regulation.moderation
    if rules is not None and rules.by_curator:
        return office.holders(Role.CURATOR, now)
    unit = office.holders(Role.EXECUTOR, now, comment.unit) if comment.whose is Whose.UNIT and comment.unit else ()
    named = tuple(dict.fromkeys((*office.holders(Role.EDITOR, now), *unit)))
    return named or office.holders(Role.CURATOR, now) if rules is None else named


# --- who may, and what must hold ---------------------------------------------------------------------------------------


def moderator(office: Office, comment: Comment, command: Asked, now: datetime) -> str | None:
    return moderates(office, comment, command.by, now)


def named(office: Office, comment: Comment, command: Asked, now: datetime) -> str | None:
    return takes_away(office, comment, command.by, now)


def putting_up(office: Office, comment: Comment | None, command: Asked, now: datetime) -> str | None:
    """Return the key of the person who moderates the comment's page, if the actor has that person's rights; else None. Such
    a person may propose a comment for deletion that the bot did not propose."""
    assert isinstance(command, Propose)
    return moderates(office, command.found, command.by, now)


def regulation_knows_a_black_list(office: Office, comment: Comment, command: Asked, now: datetime) -> Refused | None:
    rules = office.regulation.moderation
    return None if rules is not None and rules.black_list else Refused(R.NO_BLACK_LIST)


def author_is_not_listed(office: Office, comment: Comment, command: Asked, now: datetime) -> Refused | None:
    return Refused(R.ALREADY_DECIDED) if comment.listed else None


def is_no_case_yet(office: Office, comment: Comment, command: Asked, now: datetime) -> Refused | None:
    """Refuse to open a second case from the comment. (That there is a case does not prevent its deletion.)"""
    return Refused(R.ALREADY_DECIDED) if comment.case is not None else None


def something_is_owed(office: Office, comment: Comment, command: Asked, now: datetime) -> Refused | None:
    return None if comment.by_hand else Refused(R.NOTHING_BY_HAND)


def ground_is_named(office: Office, comment: Comment, command: Moderate, now: datetime) -> Refused | None:
    return None if command.ground in grounds_of(office.regulation) else Refused(R.NOT_A_GROUND)


def it_is_still_wanted(office: Office, comment: Comment, command: NetworkAnswered, now: datetime) -> Refused | None:
    """Refuse the network's answer to an outdated order: it has already been given the current one."""
    wanted = command.matter in comment.asked and comment.order(command.matter) is command.order
    return None if wanted else Refused(R.NOT_NOW, {"state": comment.state})


# --- what changes ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change(engine.Change[Comment, Matter]):
    """What an action makes of a comment. Its effects are the matters on which the network must be given an order now."""


def _proposed(comment: Comment | None, command: Propose, by: str, office: Office, now: datetime) -> Change:
    return Change(replace(command.found, version=comment.version if comment is not None else 0))


def _withdrawn(comment: Comment, command: Withdraw, by: str, office: Office, now: datetime) -> Change:
    return Change(comment)


def _answered(comment: Comment, command: NetworkAnswered, by: str, office: Office, now: datetime) -> Change:
    asked = tuple(one for one in comment.asked if one is not command.matter)
    owed = dict.fromkeys((*comment.by_hand, command.matter)) if command.why_not else comment.by_hand
    detail = f"{command.order}: {command.why_not}" if command.why_not else str(command.order)
    return Change(replace(comment, asked=asked, by_hand=tuple(owed)), (), {"detail": detail})


def _taken_away(comment: Comment, command: Moderate, by: str, office: Office, now: datetime) -> Change:
    """Deletes the comment. BLACK_LIST also puts its author on the black list (PA-2.3: allowed for a deleted comment)."""
    assert command.ground is not None, "the guard has seen it"
    listed = comment.listed or command.action is A.BLACK_LIST
    rules = office.regulation.moderation
    details = {"ground": str(command.ground), "clause": rules.clause if rules is not None else ""}
    return _ordered(comment, replace(comment, state=S.DELETED, listed=listed), details)


def _left(comment: Comment, command: Moderate, by: str, office: Office, now: datetime) -> Change:
    return Change(comment)


def _restored(comment: Comment, command: Moderate, by: str, office: Office, now: datetime) -> Change:
    """Restores the comment and takes its author off the black list."""
    return _ordered(comment, replace(comment, state=S.KEPT, listed=False), {})


def _done_by_hand(comment: Comment, command: Moderate, by: str, office: Office, now: datetime) -> Change:
    return Change(replace(comment, by_hand=()))


def _ordered(before: Comment, after: Comment, details: Mapping[str, str]) -> Change:
    """Return the change that orders the network to carry out each matter in which `after` differs from `before`, and no
    longer lists those matters as to be done by hand."""
    gone = (before.state is S.DELETED) != (after.state is S.DELETED)
    differs = {Matter.COMMENT: gone, Matter.AUTHOR: before.listed != after.listed}
    matters = tuple(matter for matter, is_so in differs.items() if is_so)
    asked = tuple(dict.fromkeys((*before.asked, *matters)))
    by_hand = tuple(matter for matter in before.by_hand if matter not in matters)
    return Change(replace(after, asked=asked, by_hand=by_hand), matters, details)


# --- the table ---------------------------------------------------------------------------------------------------------

STANDING = (S.PROPOSED, S.KEPT, S.CASE)
CAN_BE_LISTED = (regulation_knows_a_black_list, author_is_not_listed)
TABLE: tuple[Row, ...] = (
    #   action          from                      who        to           needs
    row(E.PROPOSED,     (),                       (detector, putting_up), S.PROPOSED),
    row(E.PROPOSED,     (*STANDING, S.WITHDRAWN), detector,  S.PROPOSED),
    row(E.WITHDRAWN,    S.PROPOSED,               network,   S.WITHDRAWN),
    row(E.DONE,         tuple(S),                 network,   None,        it_is_still_wanted),
    row(E.NOT_DONE,     tuple(S),                 network,   None,        it_is_still_wanted),
    row(A.DELETE,       STANDING,                 named,     S.DELETED,   ground_is_named),
    row(A.BLACK_LIST,   (S.PROPOSED, S.DELETED),  named,     S.DELETED,   ground_is_named, when=CAN_BE_LISTED),
    row(A.KEEP,         S.PROPOSED,               moderator, S.KEPT),
    row(A.TO_CASE,      (S.PROPOSED, S.KEPT),     moderator, S.CASE,      when=is_no_case_yet),
    row(A.RESTORE,      S.DELETED,                named,     S.KEPT),
    row(A.DONE_BY_HAND, (*STANDING, S.DELETED),   named,     None,        when=something_is_owed),
)  # fmt: skip


def _not_now(comment: Comment, command: CommentCommand, office: Office, now: datetime) -> Refused:
    if command.action is A.BLACK_LIST and (refusal := regulation_knows_a_black_list(office, comment, command, now)):
        return refusal
    if command.action is A.RESTORE:
        return Refused(R.NOT_DELETED)
    if command.action is A.DONE_BY_HAND:
        return Refused(R.NOTHING_BY_HAND)
    return Refused(R.AUTHOR_WITHDREW if comment.state is S.WITHDRAWN else R.ALREADY_DECIDED)


COMMENTS: Life[Comment, Matter] = Life(
    actions=(*A, *E),
    states=S,
    table=TABLE,
    changes={
        E.PROPOSED: _proposed,
        E.WITHDRAWN: _withdrawn,
        E.DONE: _answered,
        E.NOT_DONE: _answered,
        A.DELETE: _taken_away,
        A.BLACK_LIST: _taken_away,
        A.KEEP: _left,
        A.TO_CASE: _left,
        A.RESTORE: _restored,
        A.DONE_BY_HAND: _done_by_hand,
    },
    no_such=R.NO_SUCH_COMMENT,
    ends=frozenset(),
    others=dict.fromkeys((*A, *E), R.NOT_A_MODERATOR),
    not_now=_not_now,
)
