"""The report as JSON (DESIGN, `report --format json`): figures, and nothing that a citizen wrote."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reports.figures import DepartmentFigures, Figures
from reports.moderation import Fate, ModerationSection
from reports.pages import PageFigures
from reports.rows import Changed, Missed


def as_json(figures: Figures) -> str:
    """The report as one JSON object on one line; moments are ISO with the municipality's offset."""
    return json.dumps(mapping(figures), ensure_ascii=False)


def mapping(figures: Figures) -> dict[str, Any]:
    """The report as a dict to serialise. `pages` is present if the registry has pages, `moderation` if a comment was
    proposed or decided on, `changes` if registers of months reported earlier have changed, `outages` if the bot was
    off."""
    return {
        **_contract(figures),
        **({"pages": [_page(page) for page in figures.pages.pages]} if figures.pages.pages else {}),
        **({"moderation": _moderation(figures.moderation)} if figures.moderation.rows else {}),
        **({"changes": [_changed(one, figures.zone) for one in figures.changes]} if figures.changes else {}),
        **({"outages": [_outage(*one, figures.zone) for one in figures.outages]} if figures.outages else {}),
    }


def _changed(one: Changed, zone: ZoneInfo) -> dict[str, Any]:
    annulled, added = ([_violation(row, zone) for row in rows] for rows in (one.annulled, one.added))
    return {"month": str(one.month), "annulled": annulled, "added": added}


def _outage(since: datetime, until: datetime, zone: ZoneInfo) -> dict[str, Any]:
    return {"since": _local(since, zone), "until": _local(until, zone)}


def _page(page: PageFigures) -> dict[str, Any]:
    return {**asdict(page), "formats": {str(one): count for one, count in page.formats}}


def _moderation(section: ModerationSection) -> dict[str, Any]:
    """The sums of moderation and the pages they come from; a page unknown to the registry has neither number nor name."""
    pages = [
        {
            "number": page.number or None,
            "name": page.name or None,
            "network": page.network,
            **{str(fate): count for fate, count in page.counts},
            "grounds": [asdict(one) for one in page.grounds],
        }
        for page in section.pages
    ]
    sums = {str(fate): section.count(fate) for fate in Fate}
    return {**sums, "grounds": [asdict(one) for one in section.grounds()], "pages": pages}


def _contract(figures: Figures) -> dict[str, Any]:
    return {
        "municipality": figures.municipality,
        "month": str(figures.month),
        "as_of": _local(figures.as_of.replace(microsecond=0), figures.zone),
        **asdict(figures.totals),
        "topics": [{"topic": topic, "received": received} for topic, received in figures.topics],
        "sources": dict(figures.sources),
        "departments": [_department(department) for department in figures.departments],
        "violations": [_violation(missed, figures.zone) for missed in figures.violations],
    }


def _department(department: DepartmentFigures) -> dict[str, Any]:
    """A department's figures without the curator's marks, which are not in the contract but in the workbook, the
    letter and on the board."""
    return {key: value for key, value in asdict(department).items() if key not in ("good", "poor")}


def _violation(missed: Missed, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "case": missed.case,
        "step": missed.step.value,
        "who": missed.who,
        "due": _local(missed.due, zone),
        "done": _local(missed.done, zone),
        "late_minutes": missed.late_minutes,
        **_further(missed, zone),
    }


def _further(missed: Missed, zone: ZoneInfo) -> dict[str, Any]:
    """The optional keys of a violation: `text_due`, `substitute`, `annulled`, each only if it has a value of its own."""
    found: dict[str, Any] = {}
    if missed.text_due != missed.due:
        found["text_due"] = _local(missed.text_due, zone)
    if missed.substitute is not None:
        found["substitute"] = missed.substitute
    if missed.annulled is not None:
        one = missed.annulled
        found["annulled"] = {"at": _local(one.at, zone), "by": one.by, "text": one.reason}
    return found


def _local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat() if moment is not None else None
