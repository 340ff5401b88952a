"""Draws the report's pictures as PNG, off screen. Needs matplotlib (the extra `charts`): import it only if
`reports.pictures.can_draw()`.

The words in the pictures come from `config` and are drawn verbatim, never as formulas.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from io import BytesIO
from threading import Lock
from typing import Any

logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

from matplotlib import rc_context  # noqa: E402 - the line above silences the search for fonts at import
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import MaxNLocator  # noqa: E402

from reports.figures import Figures  # noqa: E402
from reports.pages import PageFigures  # noqa: E402
from reports.pictures import Picture  # noqa: E402
from reports.wording import Wording  # noqa: E402

SIZE = (8.0, 4.2)
DPI = 120
BARS = 12
"""The most bars in a picture of topics; the last one adds up the rest."""

FEW = 4
"""With fewer bars than this, each is drawn as thick as if there were so many."""

LABEL = 34
DAYS_NAMED = 7
"""In a picture of several months, every so many-th day has a label."""

BLUE, GREEN, GREY, ORANGE = "#2f6fab", "#3c8d5a", "#8a8f98", "#c77d2e"
STYLE: Any = {
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "axes.spines.top": False,
    "axes.spines.right": False,
}


_ONE_AT_A_TIME = Lock()
"""Lets one thread draw at a time, because all threads share the library's settings."""


def to_png(figures: Figures, picture: Picture, wording: Wording) -> bytes:
    """The picture of the month's figures as the bytes of a PNG; a picture without data says so."""
    with _ONE_AT_A_TIME, rc_context(STYLE):
        figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
        axes = figure.add_subplot()
        if not _DRAWN[picture](axes, figures, wording):
            axes.clear()
            axes.set_axis_off()
            axes.text(0.5, 0.5, wording.say("pictures", "empty"), ha="center", va="center", color=GREY, size=14)
        title = f"{wording.say('pictures', picture)} · {wording.month(figures.month)}"
        axes.set_title(title, loc="left", size=12)
        out = BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _days(axes: Axes, figures: Figures, wording: Wording) -> bool:
    counts = [count for _, count in figures.days]
    places = list(range(len(counts)))
    one_month = len({(day.year, day.month) for day, _ in figures.days}) == 1
    names = [f"{day.day}" if one_month else f"{day:%d.%m}" for day, _ in figures.days]
    every = 1 if one_month or len(counts) <= DAYS_NAMED else DAYS_NAMED
    axes.bar(places, counts, color=BLUE)
    axes.set_xticks(places[::every], names[::every], size=8)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    return any(counts)


def _on_time(axes: Axes, figures: Figures, wording: Wording) -> bool:
    found = [(d.key, d.on_time_share) for d in figures.departments if d.on_time_share is not None]
    found.sort(key=lambda pair: -pair[1])
    names = [wording.department(key) for key, _ in found]
    _bars(axes, names, [share * 100 for _, share in found], [_percent(share) for _, share in found], GREEN)
    axes.set_xlim(0, 115)
    axes.set_xticks([0, 25, 50, 75, 100], ["0 %", "25 %", "50 %", "75 %", "100 %"], size=8)
    return bool(found)


def _topics(axes: Axes, figures: Figures, wording: Wording) -> bool:
    counted = [(wording.topic(topic), count) for topic, count in figures.topics]
    if len(counted) > BARS:
        rest = sum(count for _, count in counted[BARS - 1 :])
        counted = [*counted[: BARS - 1], (wording.word("other"), rest)]
    _bars(axes, [name for name, _ in counted], [n for _, n in counted], [str(n) for _, n in counted], BLUE)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return bool(counted)


def _steps(axes: Axes, figures: Figures, wording: Wording) -> bool:
    found = [(wording.step(one.step), one.median_minutes) for one in figures.steps if one.median_minutes is not None]
    _bars(axes, [name for name, _ in found], [n for _, n in found], [f"{n}" for _, n in found], GREY)
    return bool(found)


def _pages(axes: Axes, figures: Figures, wording: Wording) -> bool:
    """Draw a bar for each page's publications, with the number of its days or weeks that had enough; return whether
    there are any pages. Grey: a page without a norm, or with no finished day or week; orange: some had too few."""
    pages = figures.pages.pages
    names = [f"{wording.network(page.network)} · {page.name}" for page in pages]
    said = [f"{page.publications}{_enough(page, wording)}" for page in pages]
    colours = [GREY if page.enough_share is None else GREEN if not page.behind else ORANGE for page in pages]
    _bars(axes, names, [page.publications for page in pages], said, colours)
    axes.set_xlim(0, max([1.0, *(page.publications for page in pages)]) * 1.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return bool(pages)


def _enough(page: PageFigures, wording: Wording) -> str:
    """« · дней, когда хватило: 20 из 31»: in how many days or weeks the page published enough; "" without a norm or a
    finished period."""
    said = wording.enough(page.per, page.enough, page.periods)
    return f" · {said}" if said else ""


def _bars(
    axes: Axes, names: Sequence[str], lengths: Sequence[float], said: Sequence[str], colour: str | list[str]
) -> None:
    """Draw horizontal bars, the first on top, each with the words `said` at its end."""
    places = range(len(names))
    bars = axes.barh(places, lengths, color=colour)
    axes.set_yticks(places, [_label(name) for name in names], size=9)
    axes.set_ylim(max(len(names), FEW) - 0.4, -0.6)
    axes.bar_label(bars, said, padding=3, size=9)
    axes.set_xlim(0, max([1.0, *lengths]) * 1.15)


def _label(name: str) -> str:
    """The name cut to fit, without characters that the font lacks (emoji)."""
    shown = "".join(letter for letter in name if ord(letter) < 0x2600)
    return shown if len(shown) <= LABEL else shown[: LABEL - 1].rstrip() + "…"


def _percent(share: float) -> str:
    return f"{share * 100:.2f}".rstrip("0").rstrip(".").replace(".", ",") + " %"


_DRAWN: dict[Picture, Callable[[Axes, Figures, Wording], bool]] = {
    Picture.DAYS: _days,
    Picture.ON_TIME: _on_time,
    Picture.TOPICS: _topics,
    Picture.STEPS: _steps,
    Picture.PAGES: _pages,
}
