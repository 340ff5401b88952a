"""The report as an official letter: fills in the installation's `templates/report.docx`, or the packaged one.

The office may word the template as it likes; an unknown field is refused by name before anything is written. Citizens'
text is cleaned and escaped. `fields` lists what a template can use.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

from config import templates
from reports.figures import DepartmentFigures, Figures
from reports.filling import filled
from reports.moderation import Fate, GroundFigures, ModerationSection
from reports.notes import notes
from reports.pages import PageFigures
from reports.pictures import Picture, can_draw, pictures_of
from reports.reading import Report
from reports.wording import Wording

LINES = 100
"""The most lines of a register that the letter contains; the workbook has all of them."""

WIDTH = Mm(135)


def as_docx(report: Report, folders: Sequence[Path] = ()) -> bytes:
    """The letter as the bytes of a DOCX file. Raises BrokenConfiguration with the reason if the template cannot be
    filled in."""
    wording = Wording.of(
        {d.key: d.name for d in report.figures.departments}, report.figures.zone, folders, report.figures.measures
    )
    path = templates.find(templates.LETTER, folders)

    def values(letter: DocxTemplate) -> dict[str, Any]:
        return {**fields(report, wording), "pictures": _pictures(letter, report.figures, wording)}

    return filled(path, values)


def _pictures(letter: DocxTemplate, figures: Figures, wording: Wording) -> dict[str, InlineImage | str]:
    """The pictures of the report by name. If the library for drawing is missing, a sentence says so in place of the
    first and the others are ""."""
    if not can_draw():
        return {picture.value: "" for picture in Picture} | {Picture.DAYS.value: wording.word("no_pictures")}
    from reports.drawing import to_png

    return {
        picture.value: InlineImage(letter, BytesIO(to_png(figures, picture, wording)), width=WIDTH)
        for picture in pictures_of(figures)
    }


def fields(report: Report, wording: Wording) -> dict[str, Any]:
    """The values of all fields of a template except `pictures`, as words and numbers."""
    now = report.figures
    return {
        "municipality": now.name,
        "municipality_of": now.name_of,
        "month": wording.month(now.month),
        "in_month": wording.month(now.month, 1),
        "month_before": wording.month(now.month.before),
        "as_of": wording.moment(now.as_of),
        "now": _numbers(now),
        "before": _numbers(report.before),
        "topics": [{"name": wording.topic(topic), "received": received} for topic, received in now.topics],
        "sources": [{"name": wording.source(source), "received": received} for source, received in now.sources],
        "places": [{"name": wording.place(place), "received": received} for place, received in now.places[:LINES]],
        "steps": [
            {
                "name": wording.step(s.step),
                "done": s.done,
                "median_minutes": _or_dash(s.median_minutes),
                "missed": s.missed,
            }
            for s in now.steps
        ],
        "departments": [_department(department, wording) for department in now.departments],
        "pages": [_page(page, wording) for page in now.pages.pages],
        "moderation": moderation_words(now.moderation, wording) if now.moderation.rows else {},
        "missed_by": [{"name": wording.who(one.who), "terms": one.terms, "cases": one.cases} for one in now.missed_by],
        "has_shares": any(one.on_time_share is not None for one in now.departments),
        "notes": list(notes(now, wording)),
        "measures": [": ".join(wording.figure(key)) for key, one in now.shares.items() if one is not None],
        "annexes": _annexes(now, wording),
        **_registers(report, wording),
    }


def _annexes(figures: Figures, wording: Wording) -> dict[str, str]:
    """The heading of each annex: «Приложение 2», or «Приложение» if it is the only one; "" for an annex that would be
    empty."""
    has = {
        "figures": bool(figures.topics or figures.pages.pages or figures.moderation.rows),
        "violations": bool(figures.standing),
        "not_processed": bool(figures.not_processed),
        "interims": bool(figures.interims),
    }
    named = [key for key, is_there in has.items() if is_there]
    numbers = {key: f" {number}" if len(named) > 1 else "" for number, key in enumerate(named, 1)}
    return {key: wording.word("annex") + numbers[key] if key in numbers else "" for key in has}


def _page(page: PageFigures, wording: Wording) -> dict[str, Any]:
    return {
        "number": page.number,
        "name": page.name,
        "network": wording.network(page.network),
        "publications": page.publications,
        "norm": wording.norm(page.per, page.at_least, page.norm),
        "periods": page.periods,
        "enough": page.enough,
        "norm_met": page.norm_met,
        "behind": page.behind,
        "enough_share": percent(page.enough_share),
        "formats": ", ".join(f"{wording.format(one)} {count}" for one, count in page.formats) or "–",
    }


def moderation_words(section: ModerationSection, wording: Wording) -> dict[str, Any]:
    """The values of the template's fields about moderation: the sums by name, `grounds` in words, and a line for each
    page."""
    return {
        **{str(fate): section.count(fate) for fate in Fate},
        "grounds": _grounds(section.grounds(), wording),
        "pages": [
            {
                "name": wording.page(page.name),
                "network": wording.network(page.network),
                "grounds": _grounds(page.grounds, wording) or "–",
                **{str(fate): count for fate, count in page.counts},
            }
            for page in section.pages
        ],
    }


def _grounds(grounds: Sequence[GroundFigures], wording: Wording) -> str:
    """How many comments were deleted on each ground, in words: «спам 3, оскорбление 2»."""
    return ", ".join(f"{wording.offence(one.ground)} {one.deleted}" for one in grounds if one.deleted)


def _numbers(figures: Figures) -> dict[str, Any]:
    totals, quality = figures.totals, figures.quality
    return {
        "received": totals.received,
        "closed": totals.closed,
        "closed_without_posting": totals.closed_without_posting,
        "not_processed": totals.not_processed,
        "open": totals.open,
        "repeated": totals.repeated,
        "returned": quality.returned,
        "sent_back": quality.sent_back,
        "versions_per_answer": _or_dash(quality.versions_per_answer),
        "interim": quality.interim,
        "interim_share": percent(quality.interim_share),
        "repeat_share": percent(quality.repeat_share),
        "significant": quality.significant,
        "promised": figures.promised,
        "kept": figures.kept,
        "kept_share": percent(figures.kept_share),
        "helped": figures.helped,
        "not_helped": figures.not_helped,
        "good": figures.good,
        "poor": figures.poor,
        "violations": len(figures.standing),
        "on_time_share": percent(figures.on_time_share),
    }


def _department(department: DepartmentFigures, wording: Wording) -> dict[str, Any]:
    return {
        "name": wording.department(department.key),
        "received": department.received,
        "answered": department.answered,
        "on_time": department.on_time,
        "late": department.late,
        "open": department.open,
        "open_overdue": department.open_overdue,
        "returned": department.returned,
        "sent_back": department.sent_back,
        "on_time_share": percent(department.on_time_share),
        "good": department.good,
        "poor": department.poor,
        "median_minutes": _or_dash(department.median_minutes),
    }


def _registers(report: Report, wording: Wording) -> dict[str, Any]:
    now, say = report.figures, wording
    violations = [
        {
            "case": one.case,
            "step": say.step(one.step),
            "who": say.blamed(one),
            "due": say.moment(one.due),
            "done": say.moment(one.done) or say.word("never"),
            "late_minutes": one.late_minutes,
        }
        for one in now.standing[:LINES]
    ]
    not_processed = [
        {
            "case": row.number,
            "text": say.text(row.text),
            "ground": say.ground(row.ground),
            "decided_by": report.deciders.get(row.id) or say.word("nobody"),
        }
        for row in now.not_processed[:LINES]
    ]
    interims = [
        {
            "case": one.case,
            "department": say.department(one.department) if one.department else "",
            "posted": say.moment(one.posted),
            "promised": say.moment(one.promised) or say.word("no_promise"),
            "kept_at": say.moment(one.kept_at) or say.word("never"),
        }
        for one in now.interims[:LINES]
    ]
    return {
        "violations": violations,
        "violations_more": _more(now.standing, wording),
        "not_processed": not_processed,
        "not_processed_more": _more(now.not_processed, wording),
        "interims": interims,
        "interims_more": _more(now.interims, wording),
    }


def _more(lines: Sequence[object], wording: Wording) -> str:
    rest = len(lines) - LINES
    return wording.word("more").format(count=rest) if rest > 0 else ""


def percent(share: float | None) -> str:
    """The share (0 to 1) in words: «77,78 %»; a dash for None."""
    if share is None:
        return "–"
    return f"{share * 100:.2f}".rstrip("0").rstrip(".").replace(".", ",") + " %"


def _or_dash(number: float | None) -> str:
    return "–" if number is None else str(number).replace(".", ",")
