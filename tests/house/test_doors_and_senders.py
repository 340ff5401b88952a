"""One door in, one door out: who may speak to the messenger, who may read the clock, who may know Telegram."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from bot.people.menus import IN_GROUP, menus
from config.texts import Texts
from handlers.door import COMMANDS
from tests.house.source import calls, dotted, functions, imports, nodes, python_files, shown

SENDING = frozenset({"send", "edit", "send_files"})
CLOCKS = {"bot/clock.py", "sandbox/clock.py"}
MOMENTS = frozenset(
    {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "time.monotonic",
        "time.time_ns",
        "datetime.datetime.now",
    }
)


def where(files: Iterable[str]) -> list[str]:
    return sorted(files)


def calls_on(name: str) -> dict[str, list[str]]:
    """The files that call a method on something called `name` (`messenger`, `self.telegram`), with the methods."""
    found: dict[str, list[str]] = {}
    for path in python_files("bot", "handlers", "networks", "storage", "config", "workflow"):
        for call in calls(path):
            owner, _, method = dotted(call.func).rpartition(".")
            if owner.rpartition(".")[2].removeprefix("_") == name:
                found.setdefault(shown(path), []).append(method)
    return found


def test_only_delivery_sends_and_edits() -> None:
    """DESIGN rule 2: nothing is sent that is not in the outbox."""
    senders = {
        path: sorted(SENDING & set(methods))
        for name in ("messenger", "telegram")
        for path, methods in calls_on(name).items()
        if SENDING & set(methods) and not path.startswith("bot/demo/")
    }
    assert senders == {
        "bot/delivery/carrier.py": ["edit", "send", "send_files"],
        # Citizens' Telegram and MAX are networks like the others: only delivery posts to them.
        "bot/max/network.py": ["send", "send_files"],
        "bot/telegram/network.py": ["send", "send_files"],
    }


def test_only_the_networks_own_modules_and_delivery_post() -> None:
    posters = {path: methods for path, methods in calls_on("network").items() if {"post", "look_up"} & set(methods)}
    assert where(posters) == ["bot/delivery/posting.py"]


def test_the_toast_is_one_named_function_called_in_one_place() -> None:
    """The one exception to rule 2, after the transaction."""
    places = [
        shown(path)
        for path in python_files("bot", "handlers")
        for call in calls(path)
        if dotted(call.func).rpartition(".")[2] == "answer_press"
    ]
    assert places == ["bot/reception/batches.py"]


def test_handlers_know_no_messenger_no_network_and_no_clock() -> None:
    forbidden = ("aiogram", "aiohttp", "requests", "vk_api", "bot", "storage", "sqlalchemy", "asyncio", "time")
    met = {
        f"{shown(path)}: {name}"
        for path in python_files("handlers")
        for name in imports(path)
        if name.partition(".")[0] in forbidden
    }
    assert met == set()


def test_handlers_await_nothing_but_what_they_look_at() -> None:
    """A door reads (`view`) and asks its own kind; it can therefore send nothing and change nothing."""
    awaited = {
        dotted(node.value.func)
        for path in python_files("handlers")
        for node in nodes(path, ast.Await)
        if isinstance(node.value, ast.Call)
    }
    own = {node.name for path in python_files("handlers") for node in functions(path)}
    doors = {path.stem for path in python_files("handlers")}
    looked = {name for name in awaited if name.startswith("view.")}
    of_another = {name for name in awaited if name.partition(".")[0] in doors and name.partition(".")[2] in own}
    assert awaited - looked - own - of_another - {"meaning"} == set()


def test_only_the_clocks_read_the_clock() -> None:
    """DESIGN rule 9. The linter bans the same; this holds also where it is told to be quiet."""
    readers = {shown(path) for path in python_files() for call in calls(path) if dotted(call.func) in MOMENTS}
    assert readers == CLOCKS


def test_only_one_file_of_bot_telegram_imports_aiogram() -> None:
    """It keeps aiogram from building its models while it is imported."""
    knowing = {shown(path) for path in python_files() if any(name.startswith("aiogram") for name in imports(path))}
    assert knowing == {"bot/telegram/library.py"}


def test_only_the_choice_of_a_messenger_imports_one() -> None:
    """The folders of messengers are behind `bot.messenger_side`; decision 0029."""
    knowing = {
        shown(path)
        for path in python_files("bot", "config", "handlers", "networks", "reports", "storage", "workflow")
        if any(name.startswith("bot.telegram") for name in imports(path))
    }
    assert {path for path in knowing if not path.startswith("bot/telegram/")} == {"bot/process/messengers.py"}


def test_only_the_demo_imports_the_sandbox() -> None:
    """And the sandbox imports nothing of ours (an import contract keeps that)."""
    importers = {
        shown(path)
        for path in python_files("bot", "config", "handlers", "networks", "storage", "workflow")
        if any(name.partition(".")[0] == "sandbox" for name in imports(path))
    }
    assert {path for path in importers if not path.startswith("bot/demo/")} <= {"bot/__main__.py"}


def test_no_handler_catches_everything_in_silence() -> None:
    """`except: pass` hides what broke; errors go up to reception, which puts the update by."""
    silent = [
        f"{shown(path)}:{node.lineno}"
        for path in python_files("handlers", "workflow", "storage", "config")
        for node in nodes(path, ast.ExceptHandler)
        if (node.type is None or dotted(node.type) in ("Exception", "BaseException"))
        and all(isinstance(line, ast.Pass) for line in node.body)
    ]
    assert silent == []


def test_every_command_offered_has_words_and_a_place_in_the_menu() -> None:
    """`/help`, the menus and the doors are read off one list (DESIGN: every command in /help exists)."""
    menus_of = [name for name, _ in menus(Texts())[0].commands]
    assert set(Texts().section("commands")) == set(COMMANDS) == set(menus_of)
    assert set(COMMANDS) >= IN_GROUP


def test_every_button_verb_the_screens_show_is_met_by_the_doors() -> None:
    shown_verbs = _verbs_in("bot")
    met = _verbs_in("handlers")
    assert shown_verbs - met == set()


def _verbs_in(top: str) -> set[str]:
    return {
        node.attr
        for path in python_files(top)
        if not shown(path).endswith("callbacks.py")
        for node in nodes(path, ast.Attribute)
        if dotted(node.value) == "Verb"
    }
