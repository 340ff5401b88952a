"""Word the month of the departments that somebody oversees, a line each (KU-21). Pure."""

from __future__ import annotations

from collections.abc import Collection

from bot.messenger import Screen
from config.texts import Texts
from reports.figures import Figures
from reports.wording import Wording


def own_departments(texts: Texts, figures: Figures, own: Collection[str], wording: Wording, period: str) -> Screen:
    """Return the figures of the departments in `own` only, a line each; one that received nothing is named too."""
    from reports.as_docx import percent

    lines = [texts.phrase("figures.own_departments", period=period)]
    lines += [
        texts.phrase(
            "figures.own_department",
            name=wording.department(one.key),
            received=one.received,
            answered=one.answered,
            share=percent(one.on_time_share),
            late=one.late,
            returned=one.returned,
            sent_back=one.sent_back,
            overdue=one.open_overdue,
        )
        for one in figures.departments
        if one.key in own
    ]
    return Screen("\n".join(map(str, lines)))
