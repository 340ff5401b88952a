"""The oracle asked about the books that a process of the bot has left."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from config.municipality import load
from storage.books import Books
from tests.doors.process_house import KEY, House
from tests.prove.oracle import Allowed, findings, witness
from tests.stories.building import bot_of, side_in


def witnessed(house: House) -> None:
    """Before the bot begins."""
    witness(house.folder / "dezhurny.db")


async def asked(house: House, allowed: Allowed) -> list[str]:
    """What the oracle finds, once the process has ended."""
    books, place = Books(house.url), house.folder / KEY
    municipality = load(place / "municipality.yaml", (place, house.folder))
    side = await side_in(house.town, municipality)
    bot = bot_of(house.town, municipality, books, house.folder, side=side)
    async with books.write(KEY) as tx:
        found = await findings(house.folder / "dezhurny.db", bot, tx, house.players, allowed)
    await bot.messenger.close()
    await books.close()
    return found


def left(house: House) -> int:
    """Letters that still wait, in the books as they are on the disk."""
    with closing(sqlite3.connect(f"file:{house.folder / 'dezhurny.db'}?mode=ro", uri=True)) as books:
        return int(books.execute("SELECT COUNT(*) FROM outbox WHERE state IN ('waiting', 'sending')").fetchone()[0])
