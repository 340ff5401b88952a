"""A file one can read in one sitting. What is longer is listed here with the reason, and leaves the list when it shrinks."""

from __future__ import annotations

import ast

from tests.house.source import ROOT, functions, python_files, shown, tree

MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 60

LONG_FILES = {
    "config/regulations.py": "one reading of the regulation's file; splitting it would part a key from its check",
    "tests/rules/test_regulations_files.py": "a table of what stands in five files",
    "tests/rules/test_regulations_refusals.py": "a table of what is refused and why, a few lines each",
    "config/russian/words.py": "Russian counting, dates and declension, a few lines each, used together",
    "workflow/case.py": "one document: every value that a case holds stands beside it",
    "workflow/terms/grants.py": "one reckoning: each grant of time makes sense only beside the others",
    "workflow/commands.py": "the one vocabulary: a frozen value of a few lines for each thing that can be asked",
    "workflow/guards.py": "one list: each guard of the table in a few lines, with the refusal it gives",
    "tests/stories/test_citizens_in_telegram.py": "citizens in one messenger: every way they write, from the menu to the answer",
    "bot/cli/app.py": "every command with its options, a function of a few lines each",
    "handlers/cases.py": "one table: what each button about a case means",
    "handlers/wishes.py": "the one closed list of what a door may want: a frozen value of a few lines for each",
    "workflow/terms/deadlines.py": "one engine: how a run begins, how it ends and when it is due make sense together only",
    "bot/cases/screens/case_words.py": "a case as words: a property of a few lines for each thing the templates say",
    "bot/cases/screens/buttons.py": "every button about a case, read off one table",
    "workflow/terms/alarms.py": "one list of what rings for a case, and what each ringing says",
    "bot/simulation/player.py": "one player: the clock that jumps, the events, and what is seen of them",
    "tests/doors/test_screens_several.py": "screens about several executors and several cases, each shown whole",
    "networks/port.py": "the one interface of every network: each value and protocol in a few lines",
    "storage/cases.py": "one book: the document of a case and the rows that must change with it in the same statement",
    "storage/tables.py": "every table there is, to be seen at once",
    "workflow/terms/worktime.py": "the arithmetic the program exists for, with the reasons beside each step",
}


def length(text: str) -> int:
    return len(text.splitlines())


def test_no_file_is_long_without_a_reason() -> None:
    files = python_files("bot", "config", "handlers", "networks", "reports", "sandbox", "storage", "workflow", "tests")
    read = [path for path in files if "/migrations/versions/" not in shown(path)]
    long = {shown(path) for path in read if length(path.read_text(encoding="utf-8")) > MOST_LINES}
    assert long == set(LONG_FILES)


def test_no_function_is_longer_than_a_screen() -> None:
    """Lists written out (tables of samples, migrations) are no functions to be read."""
    long = [
        f"{shown(path)}:{node.name}"
        for path in python_files()
        if "/migrations/versions/" not in shown(path)
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [shown(path) for path in python_files() if path.stat().st_size and ast.get_docstring(tree(path)) is None]
    assert silent == []


def test_nothing_is_put_off_in_the_code() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "X" + "XX")
    put_off = [
        f"{shown(path)}: {word}"
        for path in python_files(
            "bot", "config", "handlers", "networks", "reports", "sandbox", "storage", "workflow", "tests"
        )
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]
    assert put_off == []


def test_no_path_of_a_machine_and_no_registry_is_written_down() -> None:
    """A clone works anywhere."""
    forbidden = ("/wo" + "rk/", "/ho" + "me/", "/tm" + "p/", "simple/" + "pip", "index-" + "url")
    allowed = {"tests/house/test_packaging.py"}
    suffixes = {".py", ".md", ".toml", ".yaml", ".cfg", ".lock", ".j2", ""}
    tracked = [
        path
        for top in (
            "bot",
            "config",
            "docs",
            "handlers",
            "networks",
            "reports",
            "sandbox",
            "storage",
            "tests",
            "workflow",
            ".ci",
        )
        for path in (ROOT / top).rglob("*")
        if path.is_file() and path.suffix in suffixes and "__pycache__" not in path.parts
    ]
    tracked += [path for path in ROOT.iterdir() if path.is_file() and path.suffix in suffixes and path.name[0] != "."]
    met = {
        f"{shown(path)}: {word}"
        for path in tracked
        for word in forbidden
        if shown(path) not in allowed and word in path.read_text(encoding="utf-8", errors="replace")
    }
    assert met == set()
