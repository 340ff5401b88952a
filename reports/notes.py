"""What a report says besides its figures: changes in months whose reports were already sent, and when the bot was off.
Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.figures import Figures
from reports.rows import Changed, Missed
from reports.wording import Wording

NAMED = 10
"""How many violations a note names; the rest are counted."""


def notes(figures: Figures, wording: Wording) -> tuple[str, ...]:
    """The report's notes as Russian lines: one for each earlier month with changes, then one for each time the bot was
    off."""
    changes = (_changed(one, wording) for one in figures.changes)
    return (*changes, *_outages(figures, wording))


def _changed(one: Changed, wording: Wording) -> str:
    """The note on one earlier month: «Изменения к прошлым, сентябрь 2026 года: снято 1 (№ 8, проект ответа, Отдел
    ЖКХ), добавилось …»."""
    parts = [(key, rows) for key, rows in (("struck", one.annulled), ("added", one.added)) if rows]
    what = ", ".join(wording.word(key).format(count=len(rows), rows=_named(rows, wording)) for key, rows in parts)
    return wording.word("changes").format(month=wording.month(one.month), what=what)


def _named(rows: Sequence[Missed], wording: Wording) -> str:
    said = [
        wording.word("changed_row").format(case=row.case, step=wording.step(row.step), who=wording.blamed(row))
        for row in rows[:NAMED]
    ]
    rest = len(rows) - NAMED
    return "; ".join([*said, *([wording.word("and_more").format(count=rest)] if rest > 0 else [])])


def _outages(figures: Figures, wording: Wording) -> Iterator[str]:
    for since, until in figures.outages:
        yield wording.word("outage").format(since=wording.moment(since), until=wording.moment(until))
