"""Deleting stored files whose cases were erased, once the transaction that erased them is kept.

The register of erasures lists the files until they are deleted, so that a crash in between leaves none behind.
"""

from __future__ import annotations

import asyncio

from bot.files import FileStore
from storage.books import Books
from storage.erasures import Erasures


async def delete_files(books: Books, municipality: str, store: FileStore) -> int:
    """Delete every file that an erasure left to be deleted; return how many there were. Raises OSError if the disk refuses; the
    rest is deleted the next time."""
    async with books.write(municipality) as tx:
        waiting = await Erasures(tx).with_files()
    deleted = 0
    for number, keys in waiting.items():
        for key in keys:
            deleted += await asyncio.to_thread(store.delete, key)
        async with books.write(municipality) as tx:
            await Erasures(tx).files_deleted(number)
    return deleted
