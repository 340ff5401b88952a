"""`check`: examines everything before the first message and prints a line for each finding; exit code 0 if the bot can
start, 1 if something must be corrected.

It changes nothing: creates no database, sends nothing. Without tokens it checks only the files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.text import Text

from bot.cases.reckoning import BATCH, CALENDAR, moved_by_calendar, undone_rows
from bot.cases.undelivered import KEPT
from bot.cli.audit import look_through, verdict
from bot.cli.books import AHEAD, FOREIGN, OUT_OF_REACH, existing, reason
from bot.cli.copies import left_open, of_the_newest
from bot.cli.probes import PROBES, Asked, Probe
from bot.cli.region import DECEMBER, of_the_region
from bot.clock import WallClock
from bot.offices import Offices
from bot.process.messengers import bot_of, same_bot, spoken_of
from config.municipality import Municipality, configurations, load
from config.russian.naming import proposed
from config.russian.words import DATIVE, GENITIVE, count, declined, minutes_and_hours
from config.settings import ENV, Secrets, Settings, misspelt, read_secrets, read_settings
from config.yamlfile import BrokenConfiguration
from networks.port import Finding
from reports.pictures import can_draw
from storage import migrate
from storage.books import Books
from storage.chain import Looked
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.official.page import OfficialPage, PageState

LONG_WAIT = timedelta(minutes=5)
LETTERS = "сообщение|сообщения|сообщений"
SIGNS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "red")}


def check(folder: Path) -> int:
    """Print every finding about the configuration folder; return the exit code, 1 if there is an error, otherwise 0."""
    findings = asyncio.run(find_all(existing(folder), WallClock().now()))
    console = Console(soft_wrap=True, highlight=False)
    for finding in findings:
        sign, colour = SIGNS[finding.level]
        console.print(Text.assemble((sign, colour), " ", finding.text))
    wrong = sum(finding.level == "error" for finding in findings)
    console.print(f"Исправить: {wrong}." if wrong else _enough(folder))
    return 1 if wrong else 0


def _enough(folder: Path) -> str:
    """The last line if no error was found: that the bot can start, or which secrets it still needs."""
    paths = configurations(folder)
    read = [(load(path, (path.parent, folder)), read_secrets(path.parent, alone=len(paths) == 1)) for path in paths]
    without = [municipality for municipality, secrets in read if bot_of(municipality, secrets) is None]
    if not without:
        return "Ошибок нет, бота можно запускать."
    needed = ", ".join(f"{one.key}/{ENV}: {spoken_of(one).secret}" for one in without)
    return f"Файлы в порядке, ключей нет. Впишите: {needed}."


async def find_all(folder: Path, now: datetime, probes: Sequence[Probe] = PROBES) -> list[Finding]:
    """The findings about the folder's files, the database, and the services of each municipality."""
    findings: list[Finding] = []
    try:
        settings = read_settings()
    except BrokenConfiguration as broken:
        findings += _broken(broken)
        settings = None
    findings += _charts()
    if settings is not None:
        findings.append(await _schema(settings.database(folder)))
        findings += [*of_the_newest(folder, now), *left_open(folder)]
    paths = configurations(folder)
    bots: dict[str, str] = {}
    for path in paths:
        try:
            municipality = load(path, (path.parent, folder))
            secrets = read_secrets(path.parent, alone=len(paths) == 1)
        except BrokenConfiguration as broken:
            findings += _broken(broken)
            continue
        findings += (Finding("warning", str(problem)) for problem in misspelt(path.parent))
        findings += _files(municipality)
        findings += _years(municipality, now)
        findings += of_the_region(municipality, now)
        findings += _one_bot_each(municipality, secrets, bots)
        if settings is not None:
            kept, pages, waiting = await _kept(municipality, settings, folder, now)
            findings += waiting
            addresses = addresses_of([*municipality.pages, *pages])
            asked = Asked(municipality, secrets, settings, municipality.group or kept, addresses)
            for probe in probes:
                findings += await probe(asked)
    return findings


def _broken(broken: BrokenConfiguration) -> Iterator[Finding]:
    return (Finding("error", str(problem)) for problem in broken.problems)


def _one_bot_each(municipality: Municipality, secrets: Secrets, bots: dict[str, str]) -> Iterator[Finding]:
    """An error if an earlier municipality uses the same bot: they would take each other's updates. `bots` maps each
    bot seen so far to its municipality and is extended."""
    bot = bot_of(municipality, secrets)
    other = bots.setdefault(bot, municipality.key) if bot is not None else municipality.key
    if other != municipality.key:
        words = same_bot(spoken_of(municipality), other)
        yield Finding("error", f"{municipality.key}/.env: {words}")


def _names(municipality: Municipality) -> Iterator[Finding]:
    """A warning for each department whose name the bot cannot decline, with a proposed form."""
    for one in municipality.departments.values():
        for key, written, form in (("name_of", one.name_of, GENITIVE), ("name_to", one.name_to, DATIVE)):
            shown = declined(one.name, form)
            if not written and shown.endswith((f"«{one.name}»", f" {one.name}")):
                found = proposed(one.name, form) or "впишите сами"
                words = f"{municipality.key}: отдел {one.key} в сообщениях назван «{shown}»; лучше вписать ему {key}"
                yield Finding("warning", f"{words}: {found}")


def _files(municipality: Municipality) -> Iterator[Finding]:
    regulation = municipality.regulation
    yield Finding(
        "ok",
        f"{municipality.key}: {municipality.name}, регламент {regulation.key} (№ {regulation.number} "
        f"от {regulation.date:%d.%m.%Y}), отделов: {len(municipality.departments)}, людей: {len(municipality.people)}",
    )
    if municipality.name_of == municipality.name:
        words = f"{municipality.key}: название в родительном падеже не получилось, впишите name_of"
        yield Finding("warning", f"{words}: кого, после слова «Администрация»")
    else:
        yield Finding("ok", f"{municipality.key}: в документах «Администрация {municipality.name_of}»; иначе: name_of")
    yield from _names(municipality)
    for warning in municipality.warnings:
        yield Finding("warning", str(warning))


def _charts() -> Iterator[Finding]:
    """A warning if charts cannot be drawn because the extra `charts` is not installed; otherwise the first monthly
    letter would show it."""
    if not can_draw():
        yield Finding("warning", "диаграмм в отчётах не будет: не установлена часть charts (requirements-charts.lock)")


def _years(municipality: Municipality, now: datetime) -> Iterator[Finding]:
    """A finding about the production calendar: an error if the current year's is unknown, a warning from 1 December if
    the next year's is."""
    today = now.astimezone(municipality.zone)
    covered = municipality.working_time.covered
    if today.year not in covered:
        words = f"{municipality.key}: нет производственного календаря на {today.year} год; обновите программу"
        yield Finding("error", f"{words} или допишите год в calendars.yaml")
    elif today.month == DECEMBER and today.year + 1 not in covered:
        words = f"{municipality.key}: нет производственного календаря на {today.year + 1} год"
        yield Finding("warning", f"{words}; сроки в новом году будут предварительными, обновите программу")
    else:
        yield Finding("ok", f"{municipality.key}: производственный календарь известен до конца {max(covered)} года")


async def _schema(url: str) -> Finding:
    try:
        if migrate.is_empty_file(url):
            words = "файл базы данных пуст: если база была, восстановите её из копии (restore), иначе её создаст run"
            return Finding("warning", words)
        if await migrate.is_foreign(url):
            return Finding("error", FOREIGN)
        edition = await migrate.current(url)
        if edition is None:
            return Finding("ok", "базы данных ещё нет, её создаст run")
        if await migrate.is_ahead(url):
            return Finding("error", AHEAD)
        if edition != migrate.head():
            return Finding("warning", "база данных прежней версии; run сделает копию и обновит её")
    except OUT_OF_REACH as error:
        return Finding("error", f"база данных недоступна: {reason(error)}")
    return Finding("ok", f"база данных: версия {edition}")


def addresses_of(pages: Iterable[OfficialPage]) -> tuple[str, ...]:
    """The addresses of the office's pages that are not closed, without repeats."""
    return tuple(dict.fromkeys(page.address for page in pages if page.address and page.state is not PageState.CLOSED))


async def _kept(
    municipality: Municipality, settings: Settings, folder: Path, now: datetime
) -> tuple[int | None, list[OfficialPage], list[Finding]]:
    """Read from the database: the working group that the administrator agreed to, the registry of pages, and findings
    about the outbox, the terms that a changed calendar would move and the chain of journals. (None, [], []) if it
    cannot be read."""
    url = settings.database(folder)
    try:
        if await migrate.needed(url):
            return None, [], []
        books = Books(url)
        try:
            async with books.write(municipality.key) as tx:
                found = await tx.people.working_group()
                pages = list(await OfficialPages(tx).every())
                waiting = [*await _outbox(tx, now), *await moving_terms(tx, municipality, now)]
            waiting += _chain(municipality, await look_through(books, municipality.key))
        finally:
            await books.close()
    except OUT_OF_REACH:
        return None, [], []
    return (found[0] if found is not None else None), pages, waiting


def _chain(municipality: Municipality, looked: Looked) -> Iterator[Finding]:
    """A finding whether the journals are as the bot wrote them; none as long as they are empty."""
    if looked.lines or not looked.is_whole:
        level: Literal["ok", "error"] = "ok" if looked.is_whole else "error"
        yield Finding(level, f"{municipality.key}: {'; '.join(verdict(looked))}")


async def moving_terms(tx: Transaction, municipality: Municipality, now: datetime) -> Sequence[Finding]:
    """Warnings about a changed calendar: how many open cases get other terms at the next start, and how many
    violations in the register would not have been entered by it. None if the calendar is the same."""
    if await tx.mark(CALENDAR) in (None, municipality.working_time.fingerprint):
        return []
    offices = Offices(municipality)
    await offices.read_editions(tx)
    moved, last = 0, 0
    while cases := await tx.open_after(last, BATCH):
        for case in cases:
            moved += bool(await moved_by_calendar(tx, case, offices.at(municipality.key, case.regulation)))
        last = cases[-1].number
    found = []
    if moved:
        number = count(moved, "открытого сообщения|открытых сообщений|открытых сообщений")
        words = f"{tx.municipality}: календарь изменился, при запуске сдвинутся сроки у {number}"
        found.append(Finding("warning", f"{words}; в истории каждого будет запись"))
    if undone := await undone_rows(tx, offices, now):
        words = f"{tx.municipality}: по новому календарю не были бы нарушениями: {len(undone)}"
        found.append(Finding("warning", f"{words}; сами они не исчезнут, снять их бот предложит ответственному"))
    return found


async def _outbox(tx: Transaction, now: datetime) -> Sequence[Finding]:
    """Warnings about letters that have waited for five minutes or longer, and letters given up in the last week."""
    found = []
    waiting, oldest = await tx.outbox.queue(now)
    if oldest is not None and now - oldest >= LONG_WAIT:
        waits, number = minutes_and_hours(now - oldest), count(waiting, LETTERS)
        found.append(Finding("warning", f"{tx.municipality}: не отправлено {number}, дольше всего ждёт {waits}"))
    if lost := await tx.outbox.given_up(now - KEPT):
        number = count(len(lost), LETTERS)
        found.append(Finding("warning", f"{tx.municipality}: за неделю не дошло {number}, куратор видит их в /mine"))
    return found
