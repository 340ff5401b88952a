"""The content of a page, from the parser's answer.

The parser handled a stranger's page, so every value in its answer is limited and cleaned once more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from config.russian import stamps

MOST_LETTERS = 4000
MOST_TITLE = 200

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that no text needs and no database accepts; they are removed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The content of a page. `site`: the page's own name for its site; `written_at`: None if the page does not say;
    `cut`: the page has more text.
    """

    title: str
    text: str
    site: str = ""
    author: str = ""
    written_at: datetime | None = None
    cut: bool = False


def reading_of(answer: object) -> Reading:
    """Validate the answer of `page.read_page` and return it as a `Reading`; an answer of another form gives an empty
    one."""
    said: Mapping[object, object] = answer if isinstance(answer, dict) else {}
    return Reading(
        title=_words(said.get("title"), MOST_TITLE),
        text=_words(said.get("text"), MOST_LETTERS),
        site=_words(said.get("site"), MOST_TITLE),
        author=_words(said.get("author"), MOST_TITLE),
        written_at=_moment(_words(said.get("written_at"), MOST_TITLE)),
        cut=said.get("cut") is True,
    )


def _words(said: object, most: int) -> str:
    return CONTROLS.sub("", said[:most]) if isinstance(said, str) else ""


def _moment(words: str) -> datetime | None:
    try:
        found = stamps.read(words)
        return found.moment(UTC).astimezone(UTC) if found is not None and found.zone is not None else None
    except (ValueError, OverflowError):
        return None
