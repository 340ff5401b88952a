"""Removes the remains of deleted rows from the database's files, and checks files for given words.

A deleted row leaves its bytes in the file until they are overwritten. Of PostgreSQL only the tables are rewritten: its log,
the disk and earlier copies are out of the program's reach.
"""

from __future__ import annotations

import json
import mmap
import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from storage import migrate
from storage.private import files_of
from storage.tables import metadata

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1251")


async def scrub(url: str) -> None:
    """Rewrite the whole database (VACUUM) without the remains of what was deleted. Nobody may use it meanwhile; it needs as
    much free disk space again. Raises sqlite3.Error, and what SQLAlchemy raises."""
    file = migrate.file_of(url)
    if file is not None:
        with closing(sqlite3.connect(file)) as books:
            books.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            books.execute("VACUUM")
            books.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        async with engine.connect() as connection:
            for table in metadata.sorted_tables:
                await connection.execute(sa.text(f'VACUUM FULL "{table.name}"'))
    finally:
        await engine.dispose()


def holding(files: Iterable[Path], words: Collection[str]) -> list[Path]:
    """Return those of the files that contain one of the words, in any of the encodings and JSON forms a text may have."""
    forms = {form for word in words if word for form in _forms(word)}
    return [file for file in files if file.is_file() and file.stat().st_size and _holds(file, forms)]


def files_of_database(url: str) -> tuple[Path, ...]:
    """Return the paths of an SQLite database's file and of its WAL and shared-memory files; () for other databases."""
    file = migrate.file_of(url)
    return files_of(file) if file is not None else ()


def _forms(word: str) -> Iterable[bytes]:
    for encoding in ENCODINGS:
        try:
            yield word.encode(encoding)
        except UnicodeEncodeError:
            continue
    escaped = json.dumps(word)[1:-1]
    yield escaped.encode()
    yield json.dumps(word, ensure_ascii=False)[1:-1].encode()
    yield _upper(escaped).encode()


def _upper(escaped: str) -> str:
    """Return the JSON text with its escapes in capitals: `\\\\u04ff` as `\\\\u04FF`."""
    parts = escaped.split("\\u")
    return "\\u".join([parts[0], *(part[:4].upper() + part[4:] for part in parts[1:])])


def _holds(file: Path, forms: Collection[bytes]) -> bool:
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(form) >= 0 for form in forms)
