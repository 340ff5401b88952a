"""Every door there is, and what the audit has of it: a line, the journal of what was decided, or a reason why nothing. A new
command, list, wish or page that nobody has put into the tables below fails here."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from aiohttp import web as http

from bot import __main__ as entry
from bot.answering.audited import LISTS
from bot.board import web
from bot.cli.audit import ACTIONS
from handlers import wishes
from handlers.door import COMMANDS as TYPED
from storage import migrate
from storage.books import Books
from storage.transaction import Transaction
from tests.house.source import python_files
from tests.house.test_cli_files import folder, run
from tests.house.test_cli_inbox import within
from tests.storage.test_erasing import NAME, NOW, her_case, keep

__all__ = ["folder"]

# --- the command line ------------------------------------------------------------------------------------------------

NOTED: dict[str, tuple[Sequence[str], tuple[str, dict[str, str]]]] = {
    "invite": (("zhkh_head",), ("invited", {"person": "zhkh_head"})),
    "unbind": (("curator",), ("unbound", {"person": "curator"})),
    "people": ((), ("looked", {"kind": "people"})),
    "report": (("--month", "2026-10"), ("exported", {"kind": "report", "month": "2026-10"})),
    "why": (("41",), ("looked", {"kind": "why", "case": "41"})),
    "import": (("{sheet}",), ("imported", {"rows": "1"})),
    "export-registry": (("{out}",), ("exported", {"kind": "registry"})),
    "inbox list": ((), ("looked", {"kind": "inbox"})),
    "inbox retry": (("1",), ("inbox_retried", {"row": "1"})),
    "inbox drop": (("1",), ("inbox_dropped", {"row": "1", "source": "vk"})),
    "audit": (
        ("2026-10-01", "2026-10-31"),
        ("exported", {"kind": "audit", "from": "2026-10-01", "until": "2026-10-31"}),
    ),
    "person find": ((NAME,), ("person_found", {"cases": "1"})),
    "person export": ((NAME, "{out}"), ("person_exported", {"cases": "1"})),
    "backup": (("{out}",), ("exported", {"kind": "backup"})),
}
"""Command → what is typed behind it, and the newest line of the audit afterwards."""
ELSEWHERE = {
    "person erase": "person_erased: tests/house/test_cli_audit.py",
    "retention": "retention, when it erases: tests/storage/test_retention.py; a dry run only counts",
    "restore": "restored: test_a_restored_base_says_so_itself",
    "copy": "exported, in both databases: test_a_base_copied_elsewhere_is_noted_in_both",
    "move": "moved, invited: tests/stories/test_moving.py",
    "run": "configured, where files have changed since: tests/stories/test_audited.py",
}
NOT_NOTED = {
    "init": "there is no database yet; the next start notes the files as configured",
    "setup": "writes files, noted as configured; its invitations are noted as such",
    "check": "looks at files, keys and rights, at no citizen's words",
    "demo": "a database of its own, with people who do not exist",
    "deadlines": "reads no database",
    "simulate": "a database of its own",
    "moderate": "reads no database",
    "sort": "shows lemmas and departments of the text it is given, nobody's data",
    "hints": "reads no database",
    "lessons": "shows figures",
    "backup-key": "reads no database; makes a key",
}


def commands() -> set[str]:
    def of(group: Any, before: str = "") -> set[str]:
        found: set[str] = set()
        for name, command in group.commands.items():
            inner = hasattr(command, "commands")
            found |= of(command, f"{name} ") if inner else {before + name}
        return found

    return of(typer.main.get_command(entry.app))


def test_every_command_stands_in_one_table() -> None:
    tables = (NOTED.keys(), ELSEWHERE.keys(), NOT_NOTED.keys())
    assert commands() == set().union(*tables)
    assert sum(map(len, tables)) == len(commands())
    assert commands() - {"person find"} != set().union(*tables), "a command that nobody has put here would fail"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "BACKUP_RECIPIENT", "SUDO_USER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def kept(folder: Path) -> Path:
    """An office with a citizen's case, a parked row, somebody bound, and its settings in the database."""
    from bot import kept_settings
    from bot.cli.books import chosen

    asyncio.run(migrate.upgrade(f"sqlite:///{folder / 'dezhurny.db'}"))

    async def work(tx: Transaction) -> None:
        await kept_settings.keep(tx, chosen(folder, None), NOW)
        await keep(tx, replace(her_case(), municipality="kursky"))
        await tx.inbox.keep("vk", [("e1", "{}")], NOW)
        await tx.inbox.park(1, "KeyError", None)
        await tx.people.bind("curator", 11, "Житель", in_group=True, now=NOW)

    within(folder, work)
    return folder


def lines(place: Path) -> list[tuple[str, str, dict[str, str]]]:
    async def work(tx: Transaction) -> list[tuple[str, str, dict[str, str]]]:
        return [(one["who"], one["action"], one["details"]) for one in await tx.audit.lines()]

    found: list[tuple[str, str, dict[str, str]]] = within(place, work)
    return found


def typed(name: str, place: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("Текст;Дата\nНет воды на Школьной третий день;29.11.2026 10:00\n", encoding="utf-8")
    named = {"{out}": str(tmp_path / "out"), "{sheet}": str(sheet)}
    words = [named.get(word, word) for word in NOTED[name][0]]
    done = run(*name.split(), *words, "--config", place)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("name", NOTED)
def test_a_command_leaves_its_line(name: str, kept: Path, tmp_path: Path) -> None:
    before = len(lines(kept))
    typed(name, kept, tmp_path)
    action, details = NOTED[name][1]
    assert lines(kept)[before:] == [("operator", action, details)]


def test_the_login_stands_there_where_sudo_names_it(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "ivanova")
    run("person", "find", NAME, "--config", kept)
    assert lines(kept)[-1] == ("operator", "person_found", {"cases": "1", "login": "ivanova"})
    assert "login=ivanova" in run("audit", "2026-01-01", "2099-01-01", "--config", kept).stdout


def test_a_restored_base_says_so_itself(kept: Path, tmp_path: Path) -> None:
    run("backup", tmp_path / "a.zip", "--config", kept)
    assert run("restore", tmp_path / "a.zip", "--config", kept).exit_code == 0
    who, action, details = lines(kept)[-1]
    assert (who, action, set(details)) == ("operator", "restored", {"at"})
    assert run("audit", "2026-01-01", "2099-01-01", "--config", kept).exit_code == 0


def test_a_base_copied_elsewhere_is_noted_in_both(kept: Path, tmp_path: Path) -> None:
    target = tmp_path / "other"
    target.mkdir()
    assert run("copy", f"sqlite:///{kept / 'dezhurny.db'}", f"sqlite:///{target / 'dezhurny.db'}").exit_code == 0
    for one in (kept, target):
        assert lines(one)[-1] == ("operator", "exported", {"kind": "copy"})


def test_a_copy_is_had_of_a_base_of_an_earlier_schema_and_that_there_is_no_line_is_said(
    kept: Path, tmp_path: Path
) -> None:
    asyncio.run(migrate.downgrade(f"sqlite:///{kept / 'dezhurny.db'}", "v0009_ready_answers"))
    done = run("backup", tmp_path / "a.zip", "--config", kept)
    assert (done.exit_code, done.stderr) == (0, "в журнал для проверок (audit) это не записано: база прежней версии\n")


# --- the messenger ---------------------------------------------------------------------------------------------------

JOURNAL = "the journal of what was decided, with who did it"
WISHES = {
    "Carry": JOURNAL,
    "HandIn": JOURNAL,
    "TakeUp": JOURNAL,
    "ForwardWave": JOURNAL,
    "GatherWave": JOURNAL,
    "ForwardGuessed": JOURNAL,
    "Strike": JOURNAL,
    "Receipt": JOURNAL,
    "ImportSheet": JOURNAL,
    "PutUp": JOURNAL,
    "RewordMaterial": JOURNAL,
    "AuthorSays": JOURNAL,
    "Bind": "bound",
    "WorkingGroup": "working_group",
    "EnterAbsence": "absent",
    "EndAbsence": "absent_ended",
    "Lists": "looked, exported: LISTS",
    "ListModeration": "looked",
    "ShowComment": "looked",
    "ShowOne": "looked",
    "AskForwardGuessed": "looked",
    "Refuse": "nothing happens",
    "Say": "nothing happens",
    "Toast": "nothing happens",
    "Ask": "a question; its answer is what counts",
    "AskToBind": "a question; its answer is what counts",
    "AskAboutPage": "a question; its answer is what counts",
    "AskAboutMaterial": "a question; its answer is what counts",
    "AskWhyStrike": "a question; its answer is what counts",
    "Close": "a question put away",
    "PassBy": "a question put away",
    "Turn": "another leaf or menu of what was shown and noted",
    "Membership": "the messenger's fact, of nobody's doing here",
    "InGroup": "the messenger's fact, of nobody's doing here",
    "CitizenWrote": "a citizen's act, not the office's",
    "ChannelPost": "a post of the office's own channel",
    "PublicationSeen": "a post of the office's own channel",
    "EnterPublication": "publications.entered_by says who",
    "ListAbsences": "who is away, by office; nobody's private data",
    "ListPages": "the office's own pages",
    "ShowPage": "the office's own pages",
    "ShowMaterial": "the office's own material",
    "ShowPlan": "the office's own material",
    "ShowReady": "the office's own words",
    "Snooze": "a reminder for oneself",
    "HearBy": "a setting of one's own notices",
    "Hush": "a setting of one's own notices",
}
"""Every wish of the messenger's doors: the action in the audit, the journal, or why nothing stands there."""


def test_every_wish_stands_in_the_table() -> None:
    assert {one.__name__ for one in get_args(wishes.Wish)} == WISHES.keys()


OTHERWISE = frozenset({
    "absent", "help", "material", "moderation", "new", "notify", "pages", "plan", "practice", "published", "shortcoming",
})  # fmt: skip
"""Typed commands that become another wish than a list."""
BUTTONS = {"case_at_hand", "file"}


def test_every_list_says_whether_it_is_noted() -> None:
    assert (TYPED.keys() - OTHERWISE) | BUTTONS == LISTS.keys()
    sources = [path.read_text("utf-8") for path in python_files("handlers", "bot")]
    assert {which for text in sources for which in re.findall(r'\bLists\("([a-z_]+)"', text)} <= LISTS.keys()


# --- the page --------------------------------------------------------------------------------------------------------

PAGES = {
    "/": "looked: cases",
    "/board": "looked: board",
    r"/case/{number}": "looked: page",
    r"/enter/{code}": "signed_in, when it is used",
    "/leave": "a session of one's own ends",
    "/month": "figures; the cases behind them are a list of their own",
    "/months": "figures",
    "/changes": "only says that something has changed",
    "/healthz": "says nothing about people",
    "/metrics": "says nothing about people",
    r"/hooks/{rest}": "what networks push; no person of the office",
}


async def test_every_page_stands_in_the_table(tmp_path: Path) -> None:
    books = Books(f"sqlite:///{tmp_path / 'a.db'}")
    app: http.Application = web.application([], books=books)
    routes = {route.resource.canonical for route in app.router.routes() if route.resource is not None}
    assert {one for one in routes if not one.startswith("/static/")} == PAGES.keys()
    await books.close()


def test_every_action_has_words_in_the_table_of_the_auditor() -> None:
    written = {
        action
        for path in python_files("bot", "storage")
        for action in re.findall(
            r'(?:audit\.note\(|\bnote\(tx, |in_all\(\w+, |everywhere\(\w+, )"(\w+)"', path.read_text("utf-8")
        )
    }
    assert len(written) > 10
    assert written - ACTIONS.keys() == set()
