"""`import FILE`: cases from an export of «Инцидент-менеджмент» or another program; with `--dry-run` nothing is stored.

Importing the same file again opens nothing. Citizens' words are never printed.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from bot.answering.sheet import Taking
from bot.cases.postroom import Postroom
from bot.cli.books import books_of, chosen
from bot.cli.mistake import Mistake
from bot.clock import Clock, WallClock
from bot.found import import_screens as imports
from bot.found.finding import Finding
from bot.found.importing import Importing
from bot.found.waves import WaveWatch
from bot.offices import Offices
from config.imports import load_plan
from config.municipality import Municipality
from config.russian import detection, incidents
from config.settings import read_settings
from config.texts import Texts
from networks.incident import Imported, Sheet, Unreadable
from storage import migrate
from workflow.desk import Desk

PAUSE = 0.05
"""Seconds between two lots of rows, so that others waiting for the database get their turn."""


def import_file(file: Path, folder: Path, key: str | None, dry: bool, access: str | None = None) -> None:
    """Import the file and print the report, line by line. Mistake if the file cannot be read at all; then nothing is
    stored.
    """
    municipality = chosen(folder, key)
    clock = WallClock()
    now = clock.now()
    given = _moment(access, municipality, now) if access else None
    if not file.is_file():
        raise Mistake(f"{file}: нет такого файла")
    offices = Offices(municipality)
    importing = _importing(municipality, offices)
    texts = Texts(municipality.folders)
    sheet = importing.read_now(file, now)
    if isinstance(sheet, Unreadable):
        raise Mistake(f"{file.name}: {imports.broken(texts, sheet)}")
    done = asyncio.run(_take(importing, offices, sheet, folder, now, clock, given, dry))
    print("\n".join(imports.report(texts, done, importing.plan.oldest.days, most=None)))


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
    """Import a few rows at a time with a pause in between, so that the running bot can work. A dry run creates no
    database.
    """
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
    return taking.report


def _importing(municipality: Municipality, offices: Offices) -> Importing:
    """The same path as for every other message, without a messenger: the letters wait for the running bot."""
    finding = Finding(
        Desk(offices.at, Postroom(municipality.detection.list_after)),
        offices.today,
        detection.detector(municipality.places, municipality.danger),
        WaveWatch(municipality.detection.wave),
        incidents.load_signs(municipality.folders),
    )
    return Importing(municipality, load_plan(municipality.folders), finding)


def _moment(written: str, municipality: Municipality, now: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise Mistake(f"--access: «{written}» не читается; нужно, например, 2026-01-12T09:00") from None
    moment = found if found.tzinfo else found.replace(tzinfo=municipality.zone)
    if moment > now:
        raise Mistake("--access: этот момент ещё не наступил")
    return moment
