"""`hints`: says for lines of JSON what a draft answer lacks: the kind of lack, the words that show it and the clause.

Its answers are hints; it reads its input and changes nothing. The clause is from the regulation named in the line;
null if that asks for nothing of the kind or none is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from bot.cli import lines
from bot.clock import WallClock
from config import draft_hints, regulations
from config.russian.judging.answers import Asked
from config.russian.judging.answers import draft_hints as hints_of
from config.yamlfile import BrokenConfiguration
from workflow.regulation import Regulation


def answers(given: Iterable[str]) -> Iterator[str]:
    """Answer each non-blank line of JSON with one line of JSON: the hints, or the reason why the line is invalid. An
    invalid line does not stop the others."""
    return lines.answered(given, _answer, "строка не читается")


def _answer(line: Mapping[str, Any]) -> dict[str, Any]:
    answer = lines.text_of(line, "answer")
    question = lines.text_of(line, "question") if line.get("question") is not None else ""
    name, at = _text(line, "regulation"), _text(line, "at")
    today = _day(at) if at else WallClock().now().date()
    if name:
        regulation = _regulation(name)
        asked = draft_hints.asked_under(regulation, question, today)
        found = draft_hints.under(regulation, answer, replace(asked, written_today=bool(at)))
    else:
        found = [(hint, "") for hint in hints_of(answer, Asked(question, today=today, written_today=bool(at)))]
    listed = [{"code": hint.lack.value, "words": list(hint.words), "clause": clause or None} for hint, clause in found]
    return {"id": line["id"], "hints": listed}


def _text(line: Mapping[str, Any], field: str) -> str:
    found = line.get(field)
    if found is not None and not isinstance(found, str):
        raise lines.LineMistake(f"{field}: нужна строка")
    return found or ""


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words[:10])
    except ValueError:
        raise lines.LineMistake("at: нужен день, например 2026-11-30") from None


@cache
def _regulation(name: str) -> Regulation:
    try:
        return regulations.load(regulations.find(name))
    except BrokenConfiguration as broken:
        raise lines.LineMistake(broken.problems[0].words) from None
