"""Deleting stored files whose cases were erased, once the transaction that erased them is kept.

The register of erasures lists the files until they are deleted, so that a crash in between leaves none behind. A file is stored
once, whoever sends it, so one that something else names stays.
"""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from bot.files import FileStore
from storage import tables as t
from storage.books import Books
from storage.copying import after, chunks
from storage.erasing import NAMING, keys_of
from storage.erasures import Erasures

SOME = 100


async def delete_files(books: Books, municipality: str, store: FileStore) -> int:
    """Delete every file that an erasure left to be deleted and nothing names; return how many there were. Looks through the
    books some rows at a time, so that nobody waits long. Raises OSError if the disk refuses; the rest is deleted the next
    time."""
    async with books.write(municipality) as tx:
        waiting = await Erasures(tx).with_files()
    keys = {key for some in waiting.values() for key in some}
    deleted = 0
    for key in sorted(keys - await _named(books, municipality) if keys else ()):
        deleted += await asyncio.to_thread(store.delete, key)
    for number in waiting:
        async with books.write(municipality) as tx:
            await Erasures(tx).files_deleted(number)
    return deleted


async def _named(books: Books, municipality: str) -> set[str]:
    """The keys of all files that the municipality's rows name; the list of files names what came again since."""
    found: set[str] = set()
    for table in (*NAMING, t.files):
        beyond = sa.true()
        while True:
            async with books.write(municipality) as tx:
                here = table.c.municipality == municipality, beyond
                rows = await anext(chunks(tx.connection, table, *here, most=SOME), [])
            if not rows:
                break
            found |= keys_of(table, rows)
            beyond = after(table, rows[-1])
            await asyncio.sleep(0)
    return found
