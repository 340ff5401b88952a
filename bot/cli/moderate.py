"""`moderate`: classify a comment (clean, obscene, insult, threat, spam), for lines of JSON or for one text typed by
hand.

A hint: it reads its input and answers, nothing else; no configuration, database or messenger. `grounds` of an answer
are the deciding words, as they stand in the text; empty for a clean one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from bot.cli.lines import LineMistake, answered
from bot.cli.mistake import Mistake
from config import washing
from config.russian.judging import Kind, Verdict, judge

NAMES = {
    Kind.CLEAN: "ничего недопустимого",
    Kind.OBSCENE: "нецензурное",
    Kind.INSULT: "оскорбление",
    Kind.THREAT: "угроза",
    Kind.SPAM: "реклама",
}


def answers(lines: Iterable[str]) -> Iterator[str]:
    """One line of JSON for each non-blank line; an invalid line gets a reason and does not stop the others."""
    return answered(lines, _answer, "строка не читается")


def _answer(line: Mapping[str, Any]) -> dict[str, Any]:
    if "id" not in line:
        raise LineMistake("нет поля id")
    if not isinstance(line.get("text"), str):
        raise LineMistake("text: нужна строка" if "text" in line else "нет поля text")
    verdict = judge(washing.text(line["text"]))
    return {"id": line["id"], "verdict": verdict.kind.value, "grounds": _words(verdict)}


def _words(verdict: Verdict) -> list[str]:
    """The deciding words, the gravest first, without repeats."""
    return list(dict.fromkeys(ground.words for ground in verdict.grounds))


def batch(source: str) -> None:
    """Read lines from a file or, for «-», from standard input; write each answer to standard output at once."""
    if source != "-" and not Path(source).is_file():
        raise Mistake(f"нет файла {source}")
    if source == "-" and isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    with nullcontext(sys.stdin) if source == "-" else Path(source).open(encoding="utf-8", errors="replace") as stream:
        for answer in answers(stream):
            sys.stdout.write(answer + "\n")
            sys.stdout.flush()


def one(text: str) -> None:
    """Print the kind of the text, in words for people, and the deciding words."""
    verdict = judge(text)
    print(NAMES[verdict.kind])
    for kind in dict.fromkeys(ground.kind for ground in verdict.grounds):
        words = ", ".join(f"«{ground.words}»" for ground in verdict.grounds if ground.kind is kind)
        print(f"  {NAMES[kind]}: {words}")
