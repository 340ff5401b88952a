"""`hints`: what a draft of an answer lacks, for lines of JSON: the words, the kind of fault and the clause.

A hint: it reads its input and answers, nothing else. The clause is the one by which the line's regulation asks for a
plain style; null where it asks for none or no regulation is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from bot.cli import lines
from config import regulations
from config.russian.judging.style import style_hints
from config.yamlfile import BrokenConfiguration

OFFICIALESE = "officialese"


def answers(given: Iterable[str]) -> Iterator[str]:
    """One line of JSON for each non-blank line; an invalid line gets a reason and does not stop the others."""
    return lines.answered(given, _answer, "строка не читается")


def _answer(line: Mapping[str, Any]) -> dict[str, Any]:
    answer = lines.text_of(line, "answer")
    name = line.get("regulation")
    if name is not None and not isinstance(name, str):
        raise lines.LineMistake("regulation: нужна строка")
    clause = _clause(name) if name else None
    found = [{"code": OFFICIALESE, "words": [words], "clause": clause} for words, _ in style_hints(answer)]
    return {"id": line["id"], "hints": found}


@cache
def _clause(name: str) -> str | None:
    try:
        style = regulations.load(regulations.find(name)).style
    except BrokenConfiguration as broken:
        raise lines.LineMistake(broken.problems[0].words) from None
    return style.clause if style is not None else None
