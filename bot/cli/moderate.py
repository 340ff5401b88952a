"""`moderate`: classifies a comment (clean, obscene, insult, threat, spam), for lines of JSON or for one text typed by
hand.

Its answers are hints; it reads its input and changes nothing; no configuration, database or messenger. `grounds` of an
answer are the words that decided, as they stand in the text; empty for a clean one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.cli import lines
from config.russian.judging import Kind, Verdict, judge

NAMES = {
    Kind.CLEAN: "ничего недопустимого",
    Kind.OBSCENE: "нецензурное",
    Kind.INSULT: "оскорбление",
    Kind.THREAT: "угроза",
    Kind.SPAM: "реклама",
}


def answers(given: Iterable[str]) -> Iterator[str]:
    """Answer each non-blank line of JSON with one line of JSON: the verdict, or the reason why the line is invalid. An
    invalid line does not stop the others."""
    return lines.answered(given, _answer, "строка не читается")


def _answer(line: Mapping[str, Any]) -> dict[str, Any]:
    verdict = judge(lines.text_of(line))
    return {"id": line["id"], "verdict": verdict.kind.value, "grounds": _words(verdict)}


def _words(verdict: Verdict) -> list[str]:
    """The words of the text that decided the verdict, the gravest first, without repeats."""
    return list(dict.fromkeys(ground.words for ground in verdict.grounds))


def one(text: str) -> None:
    """Print what kind of comment the text is, in Russian, and the words that decided it."""
    verdict = judge(text)
    print(NAMES[verdict.kind])
    for kind in dict.fromkeys(ground.kind for ground in verdict.grounds):
        words = ", ".join(f"«{ground.words}»" for ground in verdict.grounds if ground.kind is kind)
        print(f"  {NAMES[kind]}: {words}")
