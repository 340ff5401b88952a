"""Copying databases, PostgreSQL ones among them: into an SQLite file, the form of every backup, so that it can be
restored to either kind; and `copy` from one database to another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from bot.cli import noting, spares
from bot.cli.books import OUT_OF_REACH, reason, refuse_foreign
from bot.cli.mistake import Mistake
from bot.process.lock import AlreadyRunning, Lock
from config.settings import database_url
from storage import copying, leases, migrate, private
from storage.engine import connect

T = TypeVar("T")

STOP_FIRST = "бот запущен на этой базе; остановите его и повторите"


def copied(url: str, target: Path) -> None:
    """Write the database as of one moment into a new SQLite file that only its owner can read. Raises Mistake with the
    reason if that fails."""
    private.begin(target)
    _asked(copying.snapshot(url, target))


@contextmanager
def nobody_runs(url: str) -> Iterator[None]:
    """Raise Mistake on entering if a process of the bot uses the database now. One that starts later is not prevented."""
    if _asked(_is_used(url)):
        raise Mistake(STOP_FIRST)
    yield


def put_in_place(file: Path, url: str, before: Path) -> Path | None:
    """Replace everything in the database with the rows of the file, and save what was there into the file `before`,
    encrypted where backups are; return that file, or None if there was nothing. Raises Mistake with the reason; then
    nothing has changed."""
    _asked(refuse_foreign(url))
    kept = None
    if _asked(migrate.current(url)) is not None:
        copied(url, before)
        kept = spares.seal(before)
    _asked(copying.replace(url, file))
    return kept


def copy(source: str, target: str) -> None:
    """`copy FROM TO`: copy every row of one database into another, empty one; compare counts and digests and print
    them. Raises Mistake if that fails or the bot runs."""
    read, written = _url(source), _url(target)
    if read == written:
        raise Mistake("это одна и та же база; назовите другую")
    file = migrate.file_of(read)
    if file is not None and not file.is_file():
        raise Mistake(f"базы {file} нет")
    with still(read):
        found = _asked(_copied(read, written))
        for url in (read, written):
            noting.everywhere(url, "exported", kind="copy")
    for table in found:
        if table.rows:
            print(f"{table.table}: {table.rows}, {table.digest}")
    print(f"всё скопировано: строк {sum(table.rows for table in found)}; числа и суммы совпали")
    print("файлы жителей и проектов лежат в папке files; перенесите её вместе с настройками")


def _url(text: str) -> str:
    try:
        return database_url(text)
    except ValueError as wrong:
        raise Mistake(str(wrong)) from None


async def _copied(read: str, written: str) -> list[copying.Copied]:
    await refuse_foreign(read)
    await refuse_foreign(written)
    if await migrate.needed(read):
        raise Mistake("база, из которой копируем, прежней версии; запустите на ней run, он её обновит")
    await migrate.upgrade(written)
    source, target = connect(read), connect(written)
    try:
        async with source.begin() as one, target.begin() as other:
            await copying.as_of_one_moment(one)
            if not await copying.is_empty(other):
                raise Mistake("база, в которую копируем, не пуста; назовите пустую")
            return await copying.copy(one, other)
    finally:
        await source.dispose()
        await target.dispose()


@contextmanager
def still(url: str) -> Iterator[None]:
    """Keep the bot away from the database inside the `with` block. Raises Mistake if it runs. An SQLite file is
    locked; PostgreSQL is only checked on entering."""
    file = migrate.file_of(url)
    if file is None:
        with nobody_runs(url):
            yield
        return
    try:
        with Lock(file.with_name(f"{file.name}.lock")):
            yield
    except AlreadyRunning:
        raise Mistake(STOP_FIRST) from None


async def _is_used(url: str) -> bool:
    if await migrate.current(url) is None or await migrate.needed(url):
        return False
    engine = connect(url)
    try:
        return await leases.is_used(engine)
    finally:
        await engine.dispose()


def _asked(work: Awaitable[T]) -> T:
    """Run the work on the database and return its result. Raises Mistake in one sentence if the database does not
    answer."""

    async def asked() -> T:
        return await work

    try:
        return asyncio.run(asked())
    except copying.NotTheSame as other:
        raise Mistake(f"таблица {other} скопировалась не полностью; ничего не изменено") from None
    except OUT_OF_REACH as error:
        raise Mistake(f"база данных недоступна: {reason(error)}") from None
