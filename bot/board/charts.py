"""Draws figures as SVG without inline styles or scripts, which the page's Content-Security-Policy would forbid. Pure.

Horizontal positions are percentages of the width and font sizes are the page's own, so a chart fills its window and
stays readable on a phone. A table beside each chart holds the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

HEIGHT, HEAD, FOOT = 160, 18, 22
GAP = 0.22
"""The part of a column's width that is left free, 0 to 1."""

EVERY = 5
"""How many days apart the labels are, so that they fit on a phone too."""


def columns(days: Sequence[tuple[str, int, str]], label: str) -> Markup:
    """A chart with one column for each day, given as (label below it, count, tooltip). `label` names the chart for
    screen readers."""
    most = max([count for _, count, _ in days] or [0])
    room = HEIGHT - HEAD - FOOT
    width = 100 / max(len(days), 1)
    parts = [
        Markup('<svg class="columns" width="100%" height="{}" role="img" aria-label="{}">').format(HEIGHT, label),
        Markup('<line class="axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(HEIGHT - FOOT + 0.5),
    ]
    for index, (name, count, words) in enumerate(days):
        left, middle = index * width, (index + 0.5) * width
        tall = round(room * count / most, 1) if most else 0.0
        if count:
            parts.append(
                Markup(
                    '<rect class="bar" x="{:.3f}%" width="{:.3f}%" y="{}" height="{}" rx="2"><title>{}</title></rect>'
                ).format(left + width * GAP / 2, width * (1 - GAP), HEIGHT - FOOT - tall, tall, words)
            )
        if count and count == most:
            parts.append(_text("value", middle, HEIGHT - FOOT - tall - 5, str(count)))
        if index == 0 or (index + 1) % EVERY == 0:
            parts.append(_text("day", middle, HEIGHT - 6, name))
    return Markup("").join([*parts, Markup("</svg>")])


def _text(kind: str, across: float, down: float, words: str) -> Markup:
    return Markup('<text class="{}" x="{:.3f}%" y="{}" text-anchor="middle">{}</text>').format(
        kind, across, down, words
    )


def bar(part: float, kind: str = "bar") -> Markup:
    """A horizontal bar that fills `part` (0 to 1) of its width. Hidden from screen readers, because the number is
    printed beside it."""
    whole = min(max(part, 0.0), 1.0) * 100
    return Markup(
        '<svg class="meter" width="100%" height="12" aria-hidden="true">'
        '<rect class="track" width="100%" height="12" rx="3"/>'
        '<rect class="{}" width="{:.2f}%" height="12" rx="3"/></svg>'
    ).format(kind, whole)
