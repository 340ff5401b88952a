"""Reads lines of JSON and writes lines of JSON, for the commands with `--batch`: an invalid line is answered with a
reason and does not stop the others. The output is valid JSON for any input: NaN and infinities become null, lone
surrogates are escaped."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from bot.cli.mistake import Mistake
from config import washing

_WRITER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
BLANK = "\ufeff \t\r\n"
TOO_DEEP = "строка не JSON: слишком глубоко вложено"


class LineMistake(Exception):  # noqa: N818 - belongs to one line of the input
    """A line of the input cannot be answered. The text is the reason in Russian; it is printed in place of the answer,
    and the other lines are answered."""


def batch(source: str, answers: Callable[[Iterable[str]], Iterable[str]]) -> None:
    """Pass the lines of a file or, for «-», of standard input to `answers` and write each answer to standard output at
    once. Raises Mistake if there is no such file."""
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


def text_of(line: Mapping[str, Any], field: str = "text") -> str:
    """The washed text in a field of the line, which must also have an id. Raises LineMistake if either is missing or
    no text."""
    if "id" not in line:
        raise LineMistake("нет поля id")
    if not isinstance(line.get(field), str):
        raise LineMistake(f"{field}: нужна строка" if field in line else f"нет поля {field}")
    return washing.text(line[field])


def answered(
    lines: Iterable[str], answer: Callable[[Mapping[str, Any]], Mapping[str, Any]], otherwise: str
) -> Iterator[str]:
    """Yield for each non-blank line the JSON line of `answer`'s result. A line that is no JSON object, or for which
    `answer` raises LineMistake, gives `{"id", "error"}` with the mistake's words; ValueError, OverflowError or
    RecursionError gives `otherwise`; OSError says that the regulation cannot be read. Other exceptions pass."""
    for written in lines:
        if written.strip(BLANK):
            yield _written(_answer(written, answer, otherwise))


def _answer(
    written: str, answer: Callable[[Mapping[str, Any]], Mapping[str, Any]], otherwise: str
) -> Mapping[str, Any]:
    try:
        line = _read(written)
    except LineMistake as error:
        return {"id": None, "error": str(error)}
    try:
        return answer(line)
    except (LineMistake, OverflowError, ValueError, RecursionError) as error:
        return {"id": line.get("id"), "error": str(error) if isinstance(error, LineMistake) else otherwise}
    except OSError:
        return {"id": line.get("id"), "error": "регламент не читается"}


def _read(written: str) -> dict[str, Any]:
    try:
        line = json.loads(written.removeprefix("\ufeff"), parse_constant=lambda name: None)
    except json.JSONDecodeError as error:
        raise LineMistake(f"строка не JSON: {error.msg}, знак {error.pos + 1}") from None
    except RecursionError:
        raise LineMistake(TOO_DEEP) from None
    except ValueError:
        raise LineMistake("строка не JSON: число слишком длинное") from None
    if not isinstance(line, dict):
        raise LineMistake("строка не объект JSON")
    return line


def _written(answer: Mapping[str, Any]) -> str:
    try:
        written = _WRITER.encode(answer)
    except (RecursionError, ValueError):
        written = json.dumps(washing.washed(dict(answer)), ensure_ascii=False)
    return written.encode("utf-8", "backslashreplace").decode()
