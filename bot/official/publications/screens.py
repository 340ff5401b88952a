"""Word messages about publications: one was counted, some pages publish less than their norm. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messenger import Screen
from bot.official.pages.screens import name_of
from config.texts import Texts
from workflow.office import Office
from workflow.official.page import OfficialPage
from workflow.official.publications import Behind


def counted(texts: Texts, page: OfficialPage, have: int, per: str, least: int | None, office: Office) -> str:
    """Say how many publications the page has in the period (`day`, `week`, `month`) and how many are required; plain
    text."""
    when = {"day": "page_screen.this_day", "week": "page_screen.this_week", "month": "page_screen.this_month"}[per]
    name = name_of(texts, office, page)
    least_words = str(least) if least is not None else ""
    return texts.plain("page_screen.counted", name=name, n=have, when=texts.plain(when), least=least_words)


def counted_already(texts: Texts) -> str:
    return texts.plain("page_screen.counted_already")


def counted_nowhere(texts: Texts) -> str:
    return texts.plain("page_screen.counted_nowhere")


def behind(texts: Texts, found: Sequence[tuple[OfficialPage, Behind]], office: Office) -> Screen:
    """Return a list of pages that publish less than their norm: each with its publications so far, the least number the
    norm asks for, and the clause."""
    recommended = all(one.norm.recommended for _, one in found)
    lines = [str(texts.phrase("page_screen.behind", recommended=recommended))]
    for page, one in found:
        when = texts.plain("page_screen.this_day" if one.norm.per == "day" else "page_screen.this_week")
        lines.append(str(texts.phrase(
            "page_screen.behind_line", network=texts.plain(f"page_networks.{page.network}"),
            name=name_of(texts, office, page), when=when, have=str(one.have), least=str(one.norm.at_least),
            clause=one.norm.clause,
        )))  # fmt: skip
    return Screen("\n".join([*lines, str(texts.phrase("page_screen.behind_hint"))]))
