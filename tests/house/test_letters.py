"""Letters: every kind that is ever put into the outbox is known there and shown by one subject; an unknown one is an error."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.delivery.wanted import Makers
from bot.found.long_texts import LongTexts
from bot.official.material.rendering import KIND as MATERIAL
from bot.official.material.rendering import PLAN
from bot.official.moderation.rendering import LIST, ONE, ORDER
from bot.official.pages.rendering import KIND as PAGE
from bot.process.rendering import Rendering
from storage.books import Books
from tests.house.source import calls, dotted, nodes, python_files, shown
from workflow.ports import LETTERS, Letter

MORNING = datetime(2026, 1, 12, 9, tzinfo=UTC)
NAMED = {
    "bot/official/material/rendering.py": {"KIND": MATERIAL, "PLAN": PLAN},
    "bot/official/moderation/rendering.py": {"ONE": ONE, "LIST": LIST},
    "bot/official/moderation/granting.py": {"ORDER": ORDER},
    "bot/official/pages/rendering.py": {"KIND": PAGE},
    "bot/simulation/official/comments.py": {"ORDER": ORDER},
}
"""Kinds that stand in a constant, by the module that puts them."""
GIVEN = {
    "bot/answering/letters.py": {"kind"},  # reply(): its callers name the kind
    "bot/cases/postroom.py": {"kind"},  # _letter(): likewise
}
"""Modules that pass a kind on."""


def kinds_put() -> Iterator[tuple[str, str]]:
    """(module, kind) of every letter that is made anywhere in `bot`."""
    for path in python_files("bot"):
        for node in calls(path):
            if dotted(node.func) in ("Letter", "reply", "self._letter") and node.args:
                yield from ((shown(path), kind) for kind in _kinds(path, node.args[0]))


def _kinds(path: Path, node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    assert isinstance(node, ast.Name), f"{shown(path)}:{node.lineno}: a kind nobody can count"
    if node.id in GIVEN.get(shown(path), set()):
        return []
    return [NAMED[shown(path)][node.id]]


def test_every_kind_ever_put_is_known_and_every_known_one_is_put() -> None:
    assert {kind for _, kind in kinds_put()} == LETTERS


def test_every_module_named_here_is_there() -> None:
    named = {shown(path) for path in python_files("bot") if "Letter" in {node.id for node in nodes(path, ast.Name)}}
    assert {*NAMED, *GIVEN} <= named


async def test_a_letter_of_an_unknown_kind_is_an_error_where_it_is_put(tmp_path: Path) -> None:
    books = Books(f"sqlite:///{tmp_path / 'books.db'}")
    try:
        with pytest.raises(ValueError, match="no such letter: \\['telegraph'\\]"):
            async with books.write("") as tx:
                await tx.outbox.put([Letter("telegraph", "group", 0)], MORNING)
    finally:
        await books.close()


def test_a_letter_nobody_shows_or_two_show_does_not_start() -> None:
    texts, offices, clock = None, None, None
    with pytest.raises(ValueError, match="nobody shows"):
        Rendering(texts, offices, clock, [], LongTexts())  # type: ignore[arg-type]
    twice = Makers(letters={"say": _nothing})
    with pytest.raises(ValueError, match="shown by two subjects: \\['say'\\]"):
        Rendering(texts, offices, clock, [twice], LongTexts())  # type: ignore[arg-type]


async def _nothing(wanted: object) -> None:
    return None
