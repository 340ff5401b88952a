"""`retention`: erase what has outlived the terms of the file now, or only count it. The running bot does it every night."""

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
    """Print a line for each municipality. Mistake if the bot runs, unless `dry_run`: the file is written anew afterwards."""
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
    """The counts in words, or that there is nothing."""
    return (
        ", ".join(f"{WORDS[name]}: {number}" for name, number in found.items() if name in WORDS and number) or "ничего"
    )
