"""`retention`: erases what has outlived the terms of keeping that the file sets now, or only counts it. The running
bot does the same every night."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

from bot.cli.books import books_of, chosen, every
from bot.cli.shared_books import still
from bot.clock import Clock, WallClock
from bot.files import FOLDER, FileStore
from bot.process.retention import Retention
from config.municipality import Municipality
from config.settings import read_settings
from storage import scrubbing
from workflow.office import OPERATOR

WORDS = {
    "cases": "слова в сообщениях",
    "files": "файлы",
    "comments": "слова в комментариях",
    "parked": "отложенное во входящих",
    "inbox": "отложенное во входящих",
    "lines": "слова в строках журнала",
    "lemmas": "слова для поиска",
}


def retention(folder: Path, key: str | None, dry_run: bool, clock: Clock | None = None) -> None:
    """Erase, or with `dry_run` only count, and print a line for each municipality. Unless `dry_run` the bot must be
    stopped, because the database's file is rewritten afterwards; raises Mistake if it runs."""
    url = read_settings().database(folder)
    municipalities = [chosen(folder, key)] if key is not None else list(every(folder))
    with nullcontext() if dry_run else still(url):
        for municipality in municipalities:
            print(f"{municipality.name}: {asyncio.run(_done(municipality, folder, dry_run, clock or WallClock()))}")
        if not dry_run:
            asyncio.run(scrubbing.scrub(url))


async def _done(municipality: Municipality, folder: Path, dry_run: bool, clock: Clock) -> str:
    store, terms = FileStore(folder / FOLDER / municipality.key), municipality.retention
    if not terms.model_dump(exclude_none=True):
        return "сроки хранения не назначены (retention), всё хранится"
    async with books_of(folder) as books:
        retained = Retention(books, municipality.key, terms, store, clock, OPERATOR)
        found = await (retained.counted() if dry_run else retained.carry_out())
    return f"{'срок прошёл' if dry_run else 'стёрто'}: {listed(found)}"


def listed(found: Mapping[str, int]) -> str:
    """The counts in Russian words, for the terminal; «ничего» if all are zero."""
    return (
        ", ".join(f"{WORDS[name]}: {number}" for name, number in found.items() if name in WORDS and number) or "ничего"
    )
