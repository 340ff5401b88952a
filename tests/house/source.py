"""The project's own files as syntax trees, for the house tests. No rules and no assertions here."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "config", "handlers", "networks", "reports", "sandbox", "storage", "workflow")
"""The top folders of what is shipped; tests are beside them."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

Node = TypeVar("Node", bound=ast.AST)


@cache
def python_files(*tops: str) -> tuple[Path, ...]:
    """Every module under the folders, sorted by path."""
    return tuple(sorted(path for top in tops or PACKAGES for path in (ROOT / top).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def shown(path: Path) -> str:
    """The path relative to the project's folder."""
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> str:
    """`bot/cli/__init__.py` is `bot.cli`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _by_kind(path: Path) -> Mapping[type[ast.AST], Sequence[ast.AST]]:
    found: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    for node in ast.walk(tree(path)):
        found[type(node)].append(node)
    return found


def nodes(path: Path, *kinds: type[Node]) -> Iterator[Node]:
    """All nodes of exactly these kinds in a module. Each module is walked once, whatever is asked of it."""
    for kind in kinds:
        yield from _by_kind(path).get(kind, ())  # type: ignore[misc]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from nodes(path, ast.FunctionDef)
    yield from nodes(path, ast.AsyncFunctionDef)


def calls(path: Path) -> Iterator[ast.Call]:
    return nodes(path, ast.Call)


def dotted(node: ast.expr) -> str:
    """`self.messenger.send` for an attribute or a name; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


@cache
def attributes(path: Path) -> Mapping[str, Set[str]]:
    """The attributes used on each name in the module: `State.NEW` is NEW of State."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for node in nodes(path, ast.Attribute):
        found[dotted(node.value)].add(node.attr)
    return found


def imports(path: Path) -> Iterator[str]:
    """Full names of all imports of a module, also inside functions."""
    for plain in nodes(path, ast.Import):
        yield from (alias.name for alias in plain.names)
    for node in nodes(path, ast.ImportFrom):
        if node.module is not None:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def names_of_tests() -> frozenset[str]:
    """The names of all test functions; each stands at the top of its module."""
    return frozenset(
        node.name
        for path in python_files("tests")
        for node in tree(path).body
        if isinstance(node, FUNCTIONS) and node.name.startswith("test_")
    )
