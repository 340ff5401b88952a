"""`import FILE`: opens cases from an export of «Инцидент-менеджмент» or another program; with `--dry-run` nothing is
stored.

Importing the same file again opens nothing. A dry run shows the first rows as the cases they would become.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from bot.answering.sheet import Taking
from bot.cases.postroom import Postroom
from bot.cli.books import books_of, chosen
from bot.cli.mistake import Mistake
from bot.cli.noting import note
from bot.clock import Clock, WallClock
from bot.found import import_screens as imports
from bot.found.finding import Finding
from bot.found.importing import Importing
from bot.found.waves import WaveWatch
from bot.offices import Offices
from config.imports import load_plan
from config.municipality import Municipality
from config.russian import detection, incidents, stamps
from config.russian.words import When
from config.settings import read_settings
from config.texts import Texts
from networks.incident import Imported, Sheet, Unreadable
from storage import migrate
from workflow.desk import Desk

PAUSE = 0.05
"""Seconds between two batches of rows, so that others waiting for the database get their turn."""


def import_file(
    file: Path, folder: Path, key: str | None, dry: bool, access: str | None = None, as_json: bool = False
) -> None:
    """Import the file and print the report, in words or with `as_json` in the form of DESIGN's contract. `access`:
    when the office got access to the messages, if the file does not say. Raises Mistake if the file cannot be read,
    or if no row could be taken; then nothing is stored."""
    if as_json and not dry:
        raise Mistake("--json: пока только вместе с --dry-run")
    municipality = chosen(folder, key)
    clock = WallClock()
    now = clock.now()
    given = _moment(access, municipality, now) if access else None
    if not file.is_file():
        raise Mistake(f"{file}: нет такого файла")
    offices = Offices(municipality)
    importing = _importing(municipality, offices)
    texts = Texts(municipality.folders)
    sheet = asyncio.run(importing.read(file, now))
    if isinstance(sheet, Unreadable):
        raise Mistake(f"{file.name}: {imports.broken(texts, sheet)}")
    done = asyncio.run(_take(importing, offices, sheet, folder, now, clock, given, dry))
    days = importing.plan.oldest.days
    said = imports.as_lines(texts, done, days) if as_json else _report(texts, done, days, municipality, now)
    for line in said:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
    if done.is_in_vain:
        raise Mistake(f"{file.name}: {texts.plain('imports.in_vain')}")


def _report(texts: Texts, done: Imported, days: int, municipality: Municipality, now: datetime) -> list[str]:
    first = imports.first_rows(texts, done.sheet, When(now, municipality.zone)) if done.dry else []
    return [*imports.report(texts, done, days, most=None), *first]


async def _take(
    importing: Importing,
    offices: Offices,
    sheet: Sheet,
    folder: Path,
    now: datetime,
    clock: Clock,
    access: datetime | None,
    dry: bool,
) -> Imported:
    """Import the rows in small batches with a pause in between, so that the running bot can work; return the result. A
    dry run creates no database."""
    key, taking = importing.municipality.key, Taking(sheet, dry)
    if dry and migrate.is_missing(read_settings().database(folder)):
        while not taking.is_whole:
            await importing.look_at_some(None, taking)
        return taking.report
    async with books_of(folder) as books:
        if not dry:
            importing.finding.prepare(offices.today(key))
            async with books.write(key) as tx:
                await offices.open_editions(tx, now)
        while not taking.is_whole:
            async with books.write(key) as tx:
                if dry:
                    await importing.look_at_some(tx, taking)
                else:
                    await importing.take_some(tx, taking, offices.today(key), now, access=access)
            await clock.sleep(PAUSE)
        if not dry:
            async with books.write(key) as tx:
                await note(tx, "imported", rows=str(len(taking.report.opened)))
    return taking.report


def _importing(municipality: Municipality, offices: Offices) -> Importing:
    """Make an importer that opens cases in the same way as any message, without a messenger: the running bot sends the
    letters."""
    finding = Finding(
        Desk(offices.at, Postroom(municipality.detection.list_after)),
        offices.today,
        detection.detector(municipality.places, municipality.danger),
        WaveWatch(municipality.detection.wave),
        incidents.load_signs(municipality.folders),
    )
    return Importing(municipality, load_plan(municipality.folders), finding)


def _moment(written: str, municipality: Municipality, now: datetime) -> datetime:
    moment = stamps.moment(written, municipality.zone)
    if moment is None:
        raise Mistake(f"--access: «{written}» не читается; нужно, например, 2026-01-12T09:00")
    if moment > now:
        raise Mistake("--access: этот момент ещё не наступил")
    return moment
