"""What holds for every test of the reports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reports import drawing
from reports.figures import Figures
from reports.pictures import Picture
from reports.wording import Wording


@pytest.fixture(scope="session", autouse=True)
def pictures_drawn_once() -> Iterator[None]:
    """A picture takes a fifth of a second, a letter has four, and most letters here are of the same October: the same figures
    in the same words are drawn once."""
    drawn: dict[tuple[str, Picture, str], tuple[Wording, bytes]] = {}
    draw = drawing.to_png

    def once(figures: Figures, picture: Picture, wording: Wording) -> bytes:
        own = id(wording.texts) if len(wording.texts.folders) > 1 else "ours"
        key = repr(figures), picture, f"{wording.names} {wording.labels} {wording.zone} {own}"
        if key not in drawn:
            drawn[key] = wording, draw(figures, picture, wording)
        return drawn[key][1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drawing, "to_png", once)
        yield
