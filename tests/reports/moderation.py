"""Moderation of one October for the report's tests: two pages of the registry, and one outside it."""

from __future__ import annotations

from dataclasses import replace

from reports.moderation import Fate, ModeratedRow, ModerationSection, moderation_section
from reports.reading import Report
from tests.reports.pages import with_pages
from tests.rules.offices import at

F = Fate
PAGES = {0: ("", "vk"), 1: ("Округ", "vk"), 2: ("=ЖКХ", "telegram"), -1: ("", "ok")}


def row(comment: int, when: str, *fates: Fate, page: int = 1, ground: str = "", clause: str = "") -> ModeratedRow:
    """`page` 0: a VK page unknown to the registry; -1: one of OK."""
    name, network = PAGES[page]
    who = "" if fates == (F.PROPOSED,) or fates == (F.WITHDRAWN,) else "Советник"
    return ModeratedRow(comment, at(when), fates, max(page, 0), name, network, ground, clause, who)


ROWS = (
    row(1, "2026-10-01 09:00", F.PROPOSED),
    row(1, "2026-10-01 09:05", F.DELETED, ground="spam", clause="прил. 2, 15"),
    row(2, "2026-10-02 09:00", F.PROPOSED),
    row(2, "2026-10-02 09:10", F.DELETED, F.BANNED, ground="insult", clause="прил. 2, 15"),
    row(2, "2026-10-02 09:30", F.RESTORED),
    row(3, "2026-10-03 09:00", F.PROPOSED),
    row(3, "2026-10-03 09:01", F.KEPT),
    row(3, "2026-10-04 09:00", F.PROPOSED),
    row(3, "2026-10-04 09:01", F.DELETED, ground="spam", clause="прил. 2, 15"),
    row(3, "2026-10-04 09:02", F.BANNED, ground="spam", clause="прил. 2, 15"),
    row(4, "2026-10-05 09:00", F.PROPOSED, page=2),
    row(4, "2026-10-05 09:01", F.CASE, page=2),
    row(5, "2026-10-06 09:00", F.PROPOSED, page=2),
    row(5, "2026-10-06 09:01", F.WITHDRAWN, page=2),
    row(6, "2026-10-07 09:00", F.PROPOSED, page=0),
    row(6, "2026-10-07 09:01", F.DELETED, page=0, ground="unlawful"),
    row(7, "2026-10-08 09:00", F.PROPOSED, page=-1),
    row(7, "2026-10-08 09:01", F.DELETED, page=-1, ground="unlawful"),
)
BEFORE = (row(90, "2026-09-30 10:00", F.PROPOSED), row(90, "2026-09-30 10:01", F.KEPT))


def moderated() -> ModerationSection:
    return moderation_section(ROWS)


def with_moderation() -> Report:
    found = with_pages()
    before = replace(found.before, moderation=moderation_section(BEFORE))
    return replace(found, figures=replace(found.figures, moderation=moderated()), before=before)
