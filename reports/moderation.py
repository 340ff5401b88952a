"""Moderation in a report: proposals to delete comments and decisions on them, by page and by ground (IZ-6.1, MO-A2.15,
PA-2.3).

Pure. An event counts in the report of its own day, whatever happened to the comment before or after; so a comment
proposed on the 31st and deleted on the 1st is in two reports. Nothing that a citizen wrote is here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflow.official.moderation import ModerationAction, ModerationEvent, ModerationState


class Fate(StrEnum):
    """What happened to a comment. Each comment counts once in PROPOSED. Black-listing an author also deletes their
    comment unless it was deleted before, so BANNED may accompany DELETED."""

    PROPOSED = "proposed"
    DELETED = "deleted"
    BANNED = "banned"
    KEPT = "kept"
    CASE = "case"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"


_DECIDED = {
    ModerationEvent.PROPOSED: Fate.PROPOSED,
    ModerationEvent.WITHDRAWN: Fate.WITHDRAWN,
    ModerationAction.KEEP: Fate.KEPT,
    ModerationAction.TO_CASE: Fate.CASE,
    ModerationAction.RESTORE: Fate.RESTORED,
    ModerationAction.BLACK_LIST: Fate.BANNED,
}
_GONE = ModerationState.DELETED

BY_GROUND = (Fate.DELETED, Fate.BANNED)
"""The fates that need a ground from the regulation."""


def fates_of(
    event: ModerationAction | ModerationEvent, was: ModerationState | None, became: ModerationState
) -> tuple[Fate, ...]:
    """The fates that a line of the moderation journal records; empty if it only records a network's answer. `was`,
    `became`: the comment's state before and after."""
    deleted = (Fate.DELETED,) if isinstance(event, ModerationAction) and became is _GONE and was is not _GONE else ()
    return (*deleted, *((_DECIDED[event],) if event in _DECIDED else ()))


@dataclass(frozen=True, slots=True)
class ModeratedRow:
    """An event in a comment's history. `page`: the page's number, 0 if the registry does not know it; `name` and
    `network`: the page's; `who`: the name of the person who decided, "" for nobody; `ground` and `clause`: "" if
    nothing was deleted.
    """

    comment: int
    at: datetime
    fates: tuple[Fate, ...]
    page: int
    name: str
    network: str
    ground: str = ""
    clause: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class GroundFigures:
    ground: str
    clause: str
    deleted: int
    banned: int


@dataclass(frozen=True, slots=True)
class ModeratedPage:
    """One page's figures about moderation; `grounds` are sorted by code."""

    number: int
    name: str
    network: str
    counts: tuple[tuple[Fate, int], ...]
    grounds: tuple[GroundFigures, ...]


@dataclass(frozen=True, slots=True)
class ModerationSection:
    """All figures about moderation in one report; empty if nothing happened."""

    pages: tuple[ModeratedPage, ...] = ()
    rows: tuple[ModeratedRow, ...] = ()

    def count(self, fate: Fate) -> int:
        return sum(dict(page.counts)[fate] for page in self.pages)

    def grounds(self) -> tuple[GroundFigures, ...]:
        """The numbers of deleted comments and banned authors by ground, over all pages."""
        return _grounds(self.rows)


def moderation_section(rows: Iterable[ModeratedRow]) -> ModerationSection:
    """Compute the figures. `rows`: the events of the report's days, in order of time; a second proposal of the same
    comment is left out."""
    proposed: set[int] = set()
    counted: list[ModeratedRow] = []
    for row in rows:
        if Fate.PROPOSED in row.fates:
            if row.comment in proposed:
                continue
            proposed.add(row.comment)
        counted.append(row)
    places = sorted({(row.page or _LAST, row.network, row.name) for row in counted})
    pages = [_page(number, network, name, counted) for number, network, name in places]
    return ModerationSection(tuple(pages), tuple(counted))


_LAST = 10**9
"""Stands for the number of a page unknown to the registry, so that such pages are sorted last."""


def _page(number: int, network: str, name: str, rows: Sequence[ModeratedRow]) -> ModeratedPage:
    own = [row for row in rows if (row.page or _LAST, row.network, row.name) == (number, network, name)]
    fates = Counter(fate for row in own for fate in row.fates)
    counts = tuple((fate, fates[fate]) for fate in Fate)
    return ModeratedPage(0 if number == _LAST else number, name, network, counts, _grounds(own))


def _grounds(rows: Iterable[ModeratedRow]) -> tuple[GroundFigures, ...]:
    found: Counter[tuple[str, str, Fate]] = Counter()
    for row in rows:
        found.update((row.ground, row.clause, fate) for fate in row.fates if fate in BY_GROUND)
    grounds = sorted({(ground, clause) for ground, clause, _ in found})
    return tuple(GroundFigures(*one, found[*one, Fate.DELETED], found[*one, Fate.BANNED]) for one in grounds)
