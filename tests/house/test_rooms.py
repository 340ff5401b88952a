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


def test_the_russian_language_holds_no_file_of_the_office() -> None:
    """What the office may change is data elsewhere in `config`."""
    other = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "config/russian").rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    assert other == []
