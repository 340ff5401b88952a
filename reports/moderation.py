"""Moderation in a report: what was proposed and what was decided, by page and by ground (IZ-6.1, MO-A2.15, PA-2.3).

Pure. What happened in the report's days counts, whatever became of the comment before or after; so a comment proposed on the 31st
and deleted on the 1st is in two reports. Nothing a citizen wrote is here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflow.official.moderation import ModerationAction, ModerationEvent, ModerationState


class Fate(StrEnum):
    """What became of a comment. A comment counts once in PROPOSED; who is put on the black list loses his comment too, unless it
    was deleted before, so BANNED may stand beside DELETED."""

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
"""What is done on a ground of the regulation's."""


def fates_of(
    event: ModerationAction | ModerationEvent, was: ModerationState | None, became: ModerationState
) -> tuple[Fate, ...]:
    """What a line of the journal means for the figures; nothing where it only says what a network answered."""
    deleted = (Fate.DELETED,) if isinstance(event, ModerationAction) and became is _GONE and was is not _GONE else ()
    return (*deleted, *((_DECIDED[event],) if event in _DECIDED else ()))


@dataclass(frozen=True, slots=True)
class ModeratedRow:
    """Something that happened to a comment. `page`: 0 where the registry does not know the page; `who`: a name, "" for nobody;
    `ground` and `clause`: "" where nothing was taken away."""

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
    """A page's figures; `grounds` in alphabetical order of their codes."""

    number: int
    name: str
    network: str
    counts: tuple[tuple[Fate, int], ...]
    grounds: tuple[GroundFigures, ...]


@dataclass(frozen=True, slots=True)
class ModerationSection:
    """All about moderation in one report; empty where nothing happened."""

    pages: tuple[ModeratedPage, ...] = ()
    rows: tuple[ModeratedRow, ...] = ()

    def count(self, fate: Fate) -> int:
        return sum(dict(page.counts)[fate] for page in self.pages)

    def grounds(self) -> tuple[GroundFigures, ...]:
        """Over all pages."""
        return _grounds(self.rows)


def moderation_section(rows: Iterable[ModeratedRow]) -> ModerationSection:
    """`rows`: of the report's days, in order of time; a second proposal of a comment in them is left out."""
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
"""What stands on no page of the registry comes last."""


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
