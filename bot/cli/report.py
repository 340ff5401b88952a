"""`report`: writes a month's figures as JSON, a workbook or a letter, from the database alone. Needs no messenger."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.cli.books import OUT_OF_REACH, reason
from bot.cli.mistake import Mistake
from bot.cli.noting import note
from bot.clock import Clock, WallClock
from bot.leadership.reporting import monthly
from bot.leadership.sent import kept
from config.settings import read_settings
from config.yamlfile import suggestion
from reports.as_json import as_json
from reports.period import Month
from reports.reading import Progress, Report
from storage import migrate
from storage.archive import municipalities
from storage.books import Books
from storage.engine import connect

FORMATS = ("json", "xlsx", "docx")
STANDARD_OUTPUT = "-"
SILENT_SECONDS = 1.0
CACHE_KILOBYTES = 4096


def report(
    month: str,
    form: str,
    out: str | None,
    municipality: str | None,
    folder: Path,
    clock: Clock | None = None,
    *,
    fresh: bool = False,
) -> None:
    """Write the report of the month to the file `out`; without one JSON goes to standard output, the other forms into
    a file in the current folder. Raises Mistake with the reason if that fails.

    A month whose report was sent is written as it was sent, unless `fresh`.
    """
    wanted = _month(month)
    if form not in FORMATS:
        raise Mistake(f"--format: «{form}» не бывает{suggestion(form, FORMATS)}")
    clock = clock or WallClock()
    with _bar(clock) as progress:
        found = asyncio.run(_read(wanted, form, municipality, folder, clock, progress, fresh=fresh))
    made = _made(found, form, folder)
    name = out or (STANDARD_OUTPUT if form == "json" else f"report-{found.figures.municipality}-{wanted}.{form}")
    _write(name, made)


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        raise Mistake(f"--month: «{text}» не месяц; нужно, например, 2026-10") from None


async def _read(
    month: Month, form: str, key: str | None, folder: Path, clock: Clock, progress: Progress, *, fresh: bool
) -> Report:
    url = read_settings().database(folder)
    try:
        await _check(url)
        books = Books(url, connect(url, beside=True))
        try:
            await _modest(books)
            which = _chosen(await municipalities(books), key)
            found = await monthly(books, which, month, clock.now(), progress)
            sent = await kept(books, which, month, found) if found is not None and not fresh else None
            if found is not None and month <= Month.of(clock.now(), found.figures.zone):
                async with books.write(which) as tx:
                    await note(tx, "exported", kind="report", month=str(month))
        finally:
            await books.close()
    except OUT_OF_REACH as error:
        raise Mistake(f"база данных недоступна: {reason(error)}") from None
    if found is None:
        raise Mistake(f"в базе нет настроек муниципалитета «{which}»; запустите run, он их запишет")
    if month > Month.of(clock.now(), found.figures.zone):
        raise Mistake(f"месяц {month} ещё не наступил")
    if sent is not None:
        moment = sent.figures.as_of.astimezone(sent.figures.zone)
        print(f"отчёт, каким он был отправлен {moment:%d.%m.%Y}; посчитать заново: --fresh", file=sys.stderr)
    return sent or found


async def _check(url: str) -> None:
    """Raise Mistake if the database does not exist or has another schema version than this program's."""
    edition = await migrate.current(url)
    if edition is None:
        raise Mistake("базы данных нет; назовите её в DATABASE_URL или папку с ней в --config")
    if await migrate.is_ahead(url):
        raise Mistake("база данных записана более новой версией программы; обновите программу")
    if edition != migrate.head():
        raise Mistake("база данных прежней версии; запустите сначала run, он сделает копию и обновит её")


async def _modest(books: Books) -> None:
    """Limit SQLite's cache to 4 MB, because a report reads each database page only once."""
    if books.url.startswith("sqlite"):
        async with books.engine.begin() as connection:
            await connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KILOBYTES}")


def _chosen(known: Sequence[str], key: str | None) -> str:
    named = [name for name in known if name]
    if not named:
        raise Mistake("в базе нет ни одного муниципалитета; запустите run")
    if key is None and len(named) > 1:
        raise Mistake(f"муниципалитетов несколько, назовите --municipality; можно: {', '.join(named)}")
    if key is not None and key not in named:
        raise Mistake(f"нет муниципалитета «{key}»{suggestion(key, named)}")
    return key or named[0]


def _made(found: Report, form: str, folder: Path) -> bytes:
    if form == "json":
        return (as_json(found.figures) + "\n").encode()
    folders = (folder / found.figures.municipality, folder)
    if form == "xlsx":
        from reports.as_xlsx import as_xlsx

        return as_xlsx(found, folders)
    from reports.as_docx import as_docx

    return as_docx(found, folders)


def _write(name: str, made: bytes) -> None:
    """Write the file completely or not at all, and print its path to stderr; «-» is standard output."""
    if name == STANDARD_OUTPUT:
        sys.stdout.buffer.write(made)
        return
    path = Path(name)
    if path.is_dir():
        raise Mistake(f"--out: {path} папка, нужен файл")
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_bytes(made)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    print(path, file=sys.stderr)


@contextmanager
def _bar(clock: Clock) -> Iterator[Progress]:
    """Show a progress bar on stderr once reading has taken a second, if stderr is a terminal; yield the function that
    reports progress."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    bar = Bar(console=Console(stderr=True), transient=True)
    begun = clock.monotonic()

    def progress(done: int, of: int) -> None:
        if not bar.console.is_terminal or clock.monotonic() - begun < SILENT_SECONDS:
            return
        if not bar.tasks:
            bar.start()
            bar.add_task("Читаю сообщения", total=of)
        bar.update(bar.tasks[0].id, completed=done)

    try:
        yield progress
    finally:
        if bar.tasks:
            bar.stop()
