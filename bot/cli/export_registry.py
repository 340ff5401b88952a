"""`export-registry DIR`: writes the registry of official pages as an HTML page for the official site and as JSON
(MO-A2.7, SL-3, KU-5).

Reads the municipality's file, and the database if there is one; needs no messenger. Data about the pages' protection
is not exported.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from bot.cli.books import OUT_OF_REACH, chosen, reason, transaction_of
from bot.cli.mistake import Mistake
from bot.cli.noting import note
from bot.clock import Clock, WallClock
from config.municipality import Municipality, build_office
from config.russian.words import count
from config.settings import read_settings
from config.texts import Texts
from reports.registry import Registry
from storage import migrate
from storage.official_pages import OfficialPages
from workflow.official.page import OfficialPage
from workflow.official.page_items import Item
from workflow.official.page_rules import joined
from workflow.official.secrecy import looks_secret

HTML, JSON = "index.html", "registry.json"


def export_registry(out: Path, folder: Path, key: str | None, clock: Clock | None = None) -> None:
    """Write index.html and registry.json to the folder, replacing old ones. Raises Mistake if something looks like a
    secret or the path is a file; then both are unchanged."""
    municipality = chosen(folder, key)
    office = build_office(municipality)
    pages = joined(asyncio.run(_kept(municipality, folder)), municipality.pages)
    today = (clock or WallClock()).now().astimezone(office.zone).date()
    texts = Texts(municipality.folders)
    registry = Registry.of(office, pages, today, texts)
    _refuse_secrets(registry.pages, texts)
    made = {HTML: registry.as_html(municipality.folders), JSON: registry.as_json()}
    if out.exists() and not out.is_dir():
        raise Mistake(f"{out}: это файл, а нужна папка; назовите другую")
    out.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        _write(out / name, text)
    print(f"{out / HTML} и {out / JSON}: {count(len(registry.pages), 'страница|страницы|страниц')}")
    if not registry.pages:
        print(
            "Действующих страниц в реестре нет: перечислите их в municipality.yaml (pages) или внесите командой /pages"
        )


def _refuse_secrets(pages: Sequence[OfficialPage], texts: Texts) -> None:
    """Raise Mistake if a page's data look like a password or a key: they are checked once more before publication."""
    for page in pages:
        for item in (Item.TITLE, Item.DESCRIPTION, Item.CONTACTS, Item.DECISION):
            if looks_secret(getattr(page, item.value)):
                what = texts.plain(f"page_items.{item.value}")
                raise Mistake(
                    f"{page.address}: {what}: похоже на пароль или ключ, это не публикуется; исправьте в /pages"
                )


async def _kept(municipality: Municipality, folder: Path) -> Sequence[OfficialPage]:
    """The official pages in the database; none if there is no database, and none is created. Raises Mistake if it
    cannot be read."""
    try:
        if await migrate.current(read_settings().database(folder)) is None:
            return ()
    except OUT_OF_REACH as error:
        raise Mistake(f"база данных недоступна: {reason(error)}") from None
    async with transaction_of(municipality.key, folder) as tx:
        await note(tx, "exported", kind="registry")
        return await OfficialPages(tx).every()


def _write(path: Path, text: str) -> None:
    """Write the file atomically: afterwards it is complete, or the old one is still there."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)
