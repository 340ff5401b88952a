"""Nothing outside a messenger's own folder knows its JSON, its links, its ids or its numbers."""

from __future__ import annotations

import re

from tests.house.source import PACKAGES, ROOT, calls, dotted, python_files, shown

OWN = ("bot/telegram/", "bot/max/", "sandbox/")
SUFFIXES = frozenset({".py", ".yaml", ".j2", ".html", ".js", ".tsv"})

WORDS = re.compile(
    r"\bt\.me\b(?!ssage|mbers?\b)|\btg://|\btelegram\.(?:org|me|dog)\b(?!\()"
    r"|update_id|callback_query|chat_member|\b777000\b|\b1087968824\b|[\"']-100[\"']"
    r"|\bmax\.ru\b|\bmax://|message_callback|bot_started|\bmid\.[0-9a-f]"
)
"""The messengers' links, the fields of its updates, the ids of its own accounts and the beginning of its groups' ids."""

KNOWN = {
    "config/demo/municipality.yaml": "an address in the registry of the demo's official pages",
    "config/demo/stepnoy.yaml": "an address in the registry of the demo's official pages",
    "config/imports.yaml": "words of the column «Источник» in an export",
    "config/settings.py": "the example in the words about a wrong TELEGRAM_API_URL",
    "config/texts/phrases.yaml": "examples of pages' addresses, read by people",
    "workflow/official/link_forms.py": "the table of networks in which pages stand and citizens write",
}
"""Files outside the messenger's folder that may hold such words, with the reason."""

VALUES = frozenset({"Rates", "Window", "Size", "Albums", "Manners"})
"""The numbers a messenger has, as `bot.messenger` names them."""

SIGN_OF_AN_ID = re.compile(r"\bchat(?:_id)?\s*[<>]=?\s*0\b")


def test_links_fields_and_ids_of_a_messenger_stand_in_its_folder_only() -> None:
    files = [path for top in PACKAGES for path in (ROOT / top).rglob("*") if path.suffix in SUFFIXES]
    met = {
        shown(path)
        for path in files
        if not shown(path).startswith(OWN) and WORDS.search(path.read_text(encoding="utf-8"))
    }
    assert met == set(KNOWN)


def test_the_pattern_finds_what_it_is_for() -> None:
    leaks = (
        "https://max.ru/okrug",
        '"message_callback"',
        "https://t.me/okrug",
        '"t.me"',
        "tg://user?id=1",
        "api.telegram.org",
        'raw["update_id"]',
        "my_chat_member",
    )
    fine = ("t.messages.c.kind", "chat.messages", "t.members", "self.town.telegram.messages(chat)", "Telegram")
    assert [word for word in (*leaks, *fine) if WORDS.search(word)] == list(leaks)


def test_only_a_messengers_folder_says_how_much_it_takes() -> None:
    saying = {
        shown(path) for path in python_files() for call in calls(path) if dotted(call.func).rpartition(".")[2] in VALUES
    }
    assert saying == {"bot/max/manners.py", "bot/telegram/manners.py"}


def test_only_a_messengers_folder_tells_a_group_by_the_sign_of_its_id() -> None:
    telling = {shown(path) for path in python_files() if SIGN_OF_AN_ID.search(path.read_text(encoding="utf-8"))}
    assert {path for path in telling if not path.startswith(OWN)} == set()
    assert {"bot/max/manners.py", "bot/telegram/manners.py"} <= telling
