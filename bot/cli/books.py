"""Shared by the commands: open the configuration folder, choose one municipality in it, open its data in the database.

A missing database is created; one with an older schema is refused, because `run` migrates it after a backup.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa

from bot.cli.mistake import Mistake
from config.municipality import Municipality, configurations, key_of, load, load_all
from config.settings import read_settings
from config.yamlfile import BrokenConfiguration, suggestion
from storage import migrate
from storage.books import Books
from storage.engine import connect
from storage.failures import StorageError, is_damage, is_of_storage, reason_of
from storage.transaction import Transaction

OUT_OF_REACH = (StorageError, sa.exc.SQLAlchemyError, OSError, ModuleNotFoundError)
"""The errors that mean the database cannot be used: its own, the system's, or a missing driver."""
DAMAGED = "файл повреждён или это не база бота; восстановите его из копии (restore)"
FOREIGN = "это база другой программы, бот её не тронет; назовите другую в DATABASE_URL"
AHEAD = "база данных записана более новой версией программы; обновите программу"


def existing(folder: Path) -> Path:
    """Return the folder if it exists and holds a municipality; raise Mistake otherwise."""
    if not folder.is_dir():
        raise Mistake(f"нет папки {folder}")
    try:
        configurations(folder)
    except BrokenConfiguration as broken:
        raise Mistake(str(broken.problems[0])) from None
    return folder


def chosen(folder: Path, key: str | None) -> Municipality:
    """The folder's only municipality, or the one with the key. Raises Mistake if there are several and no key, or the
    key is unknown."""
    paths = {key_of(path): path for path in configurations(existing(folder))}
    if key is None and len(paths) > 1:
        raise Mistake(f"муниципалитетов несколько, назовите --municipality; можно: {', '.join(paths)}")
    if key is not None and key not in paths:
        raise Mistake(f"нет муниципалитета «{key}»{suggestion(key, paths)}")
    path = paths[key or next(iter(paths))]
    return load(path, (path.parent, folder))


def every(folder: Path) -> Sequence[Municipality]:
    """All municipalities of the folder. Raises Mistake if there is no such folder or no municipality in it."""
    return load_all(existing(folder))


@asynccontextmanager
async def transaction_of(municipality: str, folder: Path) -> AsyncIterator[Transaction]:
    """A transaction on the municipality's rows, for one `with` block. Raises Mistake if the database has another
    schema version or cannot be reached."""
    async with books_of(folder) as books, books.write(municipality) as tx:
        yield tx


@asynccontextmanager
async def books_of(folder: Path) -> AsyncIterator[Books]:
    """The database of the configuration folder, for several transactions in one `with` block. Raises Mistake if it has
    another schema version or cannot be reached."""
    url = read_settings().database(folder)
    try:
        await _ready(url)
        books = Books(url, connect(url, beside=True))
        try:
            yield books
        finally:
            await books.close()
    except OUT_OF_REACH as error:
        raise Mistake(f"база данных недоступна: {reason(error)}") from None


async def _ready(url: str) -> None:
    await refuse_foreign(url)
    if await migrate.current(url) is None:
        await migrate.upgrade(url)
    elif await migrate.needed(url):
        raise Mistake("база данных прежней версии; запустите сначала run, он сделает копию и обновит её")


def refusal(error: Exception) -> str | None:
    """Why the database does not answer, in one Russian line; None if the error is not of the database or the
    connection."""
    of_database = isinstance(error, StorageError | sa.exc.SQLAlchemyError) and is_of_storage(error)
    return reason(error) if of_database or isinstance(error, ConnectionError) else None


async def refuse_foreign(url: str) -> None:
    """Raise Mistake if the database belongs to another program or a newer version of this one, or its server is too
    old."""
    if (version := await migrate.too_old(url)) is not None:
        raise Mistake(f"сервер PostgreSQL версии {version}, нужен {migrate.OLDEST} или новее; обновите сервер")
    if await migrate.is_foreign(url):
        raise Mistake(FOREIGN)
    if await migrate.is_ahead(url):
        raise Mistake(AHEAD)


def reason(error: Exception) -> str:
    """The database's error in one Russian line, without the statement, its values and the URL."""
    if is_damage(error):
        return DAMAGED
    if isinstance(error, ModuleNotFoundError):
        needed = " (pip install 'dezhurny[postgres]')" if error.name == "asyncpg" else ""
        return f"не установлен пакет {error.name}{needed}"
    return reason_of(error)
