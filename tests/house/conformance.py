"""`docs/conformance.md`: each clause, its status, and the tests that prove it. `python -m tests.house.conformance`
fills in the names of the tests; people write the status by hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.house.source import ROOT, names_of_tests

PAGE = ROOT / "docs" / "conformance.md"
DONE = "done"
ROW = re.compile(r"^\| (?P<id>(?:IZ|MO|SL|KU|PA)-[\w.]+) \| (?P<what>.*?) \| (?P<status>[a-z ]+) \| (?P<tests>.*?) \|$")
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Clause:
    id: str
    what: str
    status: str
    tests: tuple[str, ...]


def clauses() -> list[Clause]:
    """The rows of the page, in its order."""
    found = [ROW.match(line) for line in PAGE.read_text(encoding="utf-8").splitlines()]
    return [
        Clause(row["id"], row["what"], row["status"], tuple(re.findall(r"`(test_\w+)`", row["tests"])))
        for row in found
        if row is not None
    ]


def proofs_of(clause: str) -> list[str]:
    """The tests whose name contains the clause's id: `KU-8.2` is `ku_8_2`, and `ku_8` alone does not count."""
    slug = re.sub(r"[-.]", "_", clause).lower()
    pattern = re.compile(rf"_{slug}(?!_?\d)(?=_|$)")
    return sorted(name for name in names_of_tests() if pattern.search(name))


def rewrite() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    PAGE.write_text("\n".join(_filled(line) for line in lines) + "\n", encoding="utf-8")


def _filled(line: str) -> str:
    row = ROW.match(line)
    if row is None:
        return line
    return f"| {row['id']} | {row['what']} | {row['status']} | {_named(proofs_of(row['id']))} |"


def _named(tests: Sequence[str]) -> str:
    """The first few by name, with the number of the others."""
    if not tests:
        return "–"
    more = f" and {len(tests) - MOST_NAMED} more" if len(tests) > MOST_NAMED else ""
    return ", ".join(f"`{name}`" for name in tests[:MOST_NAMED]) + more


if __name__ == "__main__":
    rewrite()
