"""How the house is laid: no file imports itself by way of others, and few modules lie loose in `bot`."""

from __future__ import annotations

from tests.house.rooms import circles, files
from tests.house.source import ROOT

MOST_LOOSE = 12


def test_no_circle_of_files() -> None:
    assert circles(files()) == []


def test_few_modules_lie_loose_in_bot() -> None:
    loose = sorted(path.name for path in (ROOT / "bot").glob("*.py"))
    assert len(loose) <= MOST_LOOSE, loose
