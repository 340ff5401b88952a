"""Which pictures a report has. Drawing them needs the extra `charts` (matplotlib, 150 MB); without it a report says so."""

from __future__ import annotations

from enum import StrEnum
from importlib.util import find_spec

from reports.figures import Figures
from reports.wording import Wording


class Picture(StrEnum):
    DAYS = "days"
    ON_TIME = "on_time"
    TOPICS = "topics"
    STEPS = "steps"
    PAGES = "pages"


def can_draw() -> bool:
    """Whether the extra `charts` is installed."""
    return find_spec("matplotlib") is not None


def pictures_of(figures: Figures) -> tuple[Picture, ...]:
    """The pictures of this report: the one of the official pages only if there are any; none where nothing can draw them."""
    if not can_draw():
        return ()
    return tuple(one for one in Picture if one is not Picture.PAGES or figures.pages.pages)


def to_png(figures: Figures, picture: Picture, wording: Wording) -> bytes:
    """Draw the picture of the month's figures; one without data says so. ImportError where `can_draw` is false."""
    from reports import drawing

    return drawing.to_png(figures, picture, wording)
