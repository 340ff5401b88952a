"""Prepares a month's figures for the template: each a number with the address of the list of exactly its cases. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from bot.board import charts
from bot.board.month import Counted
from config.russian.words import When, excerpt
from reports.figures import DepartmentFigures, Figures
from reports.wording import Wording

TOPICS, TOPIC = 12, 60
"""How many topics are shown at once, and how many characters of their names."""

GOOD_SHARE = 0.9
TILES = (
    "received", "closed", "open", "closed_without_posting", "not_processed", "repeated", "interim", "promised", "kept",
    "significant", "helped", "not_helped", "good", "poor",
)  # fmt: skip
ALWAYS = frozenset({"received", "closed", "open"})
"""The figures shown even if they are 0."""
OF_DEPARTMENTS = {
    "department_received": "received",
    "answered": "answered",
    "late": "late",
    "department_open": "open",
    "open_overdue": "open_overdue",
    "department_returned": "returned",
    "good": "good",
    "poor": "poor",
}
"""The key of a department's figure → the field of `DepartmentFigures` that holds it."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A number of cases with the query of the list that shows them; "" if there are none."""

    count: int
    query: str
    label: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    linked: Linked
    drawn: Markup


def figure_of(figure: str, of: str, wording: Wording) -> str:
    """What the figure is restricted to, in words (the topic, department or day); "" for a figure of the whole month."""
    match figure:
        case "topic":
            return wording.topic(of)
        case "source":
            return wording.source(of)
        case "place":
            return wording.place(of)
        case "day":
            return _day(of)
        case _:
            return wording.who(of) if of else ""


def _day(of: str) -> str:
    try:
        return f"{date.fromisoformat(of):%d.%m.%Y}"
    except ValueError:
        return ""


def month_figures(counted: Counted, wording: Wording, when: When) -> dict[str, Any]:
    now = counted.figures
    topics = [_bar(now, wording.topic(topic), "topic", topic, count, now.topics) for topic, count in now.topics]
    return {
        "figures": now,
        "sent": counted.sent,
        "as_of": when.past(now.as_of),
        "share": percent(now.on_time_share),
        "share_meaning": wording.figure("on_time_share")[1],
        "shares": [
            (*wording.figure(key), percent(one))
            for key, one in now.shares.items()
            if one is not None and key != "on_time_share"
        ],
        "tiles": _tiles(now, wording),
        "days": _days(now),
        "heads": [wording.figure(key) for key in OF_DEPARTMENTS],
        "departments": [_department(now, one, wording) for one in now.departments if one.received],
        "missed": [
            (wording.who(one.who), one.terms, _linked(now, one.cases, "violated", one.who)) for one in now.missed_by
        ],
        "topics": topics[:TOPICS],
        "more_topics": topics[TOPICS:],
        "sources": [_bar(now, wording.source(one), "source", one, n, now.sources) for one, n in now.sources],
    }


def _linked(figures: Figures, count: int, figure: str, of: str = "", label: str = "", meaning: str = "") -> Linked:
    query = {"month": str(figures.month), "figure": figure, **({"of": of} if of or figure == "topic" else {})}
    return Linked(count, urlencode(query) if count else "", label, meaning)


def _tiles(figures: Figures, wording: Wording) -> list[Linked]:
    counts = {
        "interim": figures.quality.interim,
        "significant": figures.quality.significant,
        "promised": figures.promised,
        "kept": figures.kept,
        **{key: getattr(figures, key) for key in ("helped", "not_helped", "good", "poor")},
    }
    found = []
    for key in TILES:
        count = counts.get(key, getattr(figures.totals, key, 0))
        if count or key in ALWAYS:
            found.append(_linked(figures, count, key, "", *wording.figure(key)))
    return found


def _department(figures: Figures, one: DepartmentFigures, wording: Wording) -> dict[str, Any]:
    share = one.on_time_share
    return {
        "name": wording.department(one.key),
        "percent": percent(share),
        "bar": charts.bar(share or 0.0, "bar" if (share or 0) >= GOOD_SHARE else "bar is-low")
        if share is not None
        else "",
        "figures": [
            _linked(figures, getattr(one, name), key, one.key, wording.figure(key)[0])
            for key, name in OF_DEPARTMENTS.items()
        ],
    }


def _days(figures: Figures) -> dict[str, Any]:
    today = figures.as_of.astimezone(figures.zone).date()
    days = [(day, count) for day, count in figures.days if day <= today or count]
    named = [(str(day.day), count, f"{day:%d.%m}: {count}") for day, count in figures.days]
    table = [
        (f"{day:%d.%m}", _linked(figures, count, "day", day.isoformat())) for day, count in reversed(days) if count
    ]
    return {"columns": named, "table": table}


def _bar(figures: Figures, name: str, figure: str, of: str, count: int, beside: Sequence[tuple[str, int]]) -> Bar:
    most = max(times for _, times in beside)
    return Bar(excerpt(name, TOPIC), _linked(figures, count, figure, of), charts.bar(count / most))


def percent(share: float | None) -> str:
    """The share (0 to 1) in words: «87,5 %»; «–» if there is none."""
    return f"{share * 100:.1f}".rstrip("0").rstrip(".").replace(".", ",") + " %" if share is not None else "–"


def side_by_side(months: Sequence[tuple[Counted, Wording]]) -> dict[str, Any]:
    """Several months for comparison, in the given order: shares of the whole, then each department's answers and its
    share in time. A department without cases in any of them is left out."""
    figures = [counted.figures for counted, _ in months]
    say = months[0][1]
    shares = {key: [one.shares[key] for one in figures] for key in figures[0].shares}
    shares = {key: found for key, found in shares.items() if any(one is not None for one in found)}
    names = {d.key: d.name for one in reversed(figures) for d in one.departments if d.received}
    found = []
    for key in names:
        cells = [next((d for d in one.departments if d.key == key), None) for one in figures]
        found.append(
            {
                "name": say.department(key) if names[key] == key else names[key],
                "cells": [
                    {
                        "answered": _linked(one, d.answered if d else 0, "answered", key),
                        "share": percent(d.on_time_share if d is not None else None),
                    }
                    for one, d in zip(figures, cells, strict=True)
                ],
            }
        )
    return {
        "months": [
            (str(one.month), wording.month(one.month)) for one, (_, wording) in zip(figures, months, strict=True)
        ],
        "counts": [
            (say.figure(key)[0], say.figure(key)[1], [_linked(one, getattr(one.totals, key), key) for one in figures])
            for key in ("received", "closed")
        ],
        "shares": [(*say.figure(key), [percent(one) for one in all_of]) for key, all_of in shares.items()],
        "departments": found,
    }
