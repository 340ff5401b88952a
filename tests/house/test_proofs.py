"""`make prove` runs every slow proof, each in a part that can be started alone, and the documents name the parts."""

from __future__ import annotations

import re

from tests.house.source import ROOT, python_files, shown
from tests.prove.parts import PARTS

SLOW = re.compile(r"pytest\.mark\.prove\b")


def test_every_slow_proof_is_in_a_part() -> None:
    here = ("tests/house/test_proofs.py",)
    marked = {shown(path) for path in python_files("tests") if SLOW.search(path.read_text(encoding="utf-8"))}
    files = {test.partition("::")[0] for part in PARTS.values() if part.marked for test in part.tests}
    assert files == marked - set(here)


def test_what_a_part_names_is_there() -> None:
    for part in PARTS.values():
        for test in part.tests:
            path, _, name = test.partition("::")
            assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8") or not name


def test_a_tenth_has_parts() -> None:
    assert [name for name, part in PARTS.items() if part.tenth] != []


def test_the_page_has_a_line_for_each_part() -> None:
    page = (ROOT / "docs" / "proof.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(PARTS)
