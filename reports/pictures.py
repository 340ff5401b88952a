"""Which pictures a report has. Drawing them (`reports.drawing`) needs the extra `charts` (matplotlib, 150 MB); without
it the report says that they are missing."""

from __future__ import annotations

from enum import StrEnum
from importlib.util import find_spec

from reports.figures import Figures


class Picture(StrEnum):
    DAYS = "days"
    ON_TIME = "on_time"
    TOPICS = "topics"
    STEPS = "steps"
    PAGES = "pages"


def can_draw() -> bool:
    """Whether pictures can be drawn: the extra `charts` is installed."""
    return find_spec("matplotlib") is not None


def pictures_of(figures: Figures) -> tuple[Picture, ...]:
    """The pictures of this report; the one of official pages only if the report has any."""
    return tuple(one for one in Picture if one is not Picture.PAGES or figures.pages.pages)
