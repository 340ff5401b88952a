"""`import FILE`: an export of «Инцидент-менеджмент» or another program becomes cases; with `--dry-run` nothing does.

A second time the same file opens nothing. No word of a citizen's is printed.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from bot.cli.app import Mistake
from bot.cli.books import chosen, page_of
from bot.clock import WallClock
from bot.finding import Finding
from bot.importing import Importing
from bot.offices import Offices
from bot.postroom import Postroom
from bot.screens import imports
from bot.waves import WaveWatch
from config import detection, incidents
from config.imports import load_plan
from config.municipality import Municipality
from config.texts import Texts
from networks.incident import Imported, Sheet, Unreadable
from workflow.desk import Desk


def import_file(file: Path, folder: Path, key: str | None, dry: bool, access: str | None = None) -> None:
    """Prints the report, line by line. Mistake where the file cannot be read at all; nothing is taken then."""
    municipality = chosen(folder, key)
    now = WallClock().now()
    given = _moment(access, municipality, now) if access else None
    if not file.is_file():
        raise Mistake(f"{file}: нет такого файла")
    offices = Offices(municipality)
    importing = _importing(municipality, offices)
    texts = Texts(municipality.folders)
    sheet = importing.read_now(file, now)
    if isinstance(sheet, Unreadable):
        raise Mistake(f"{file.name}: {imports.broken(texts, sheet)}")
    done = asyncio.run(_take(importing, offices, sheet, folder, now, given, dry))
    print("\n".join(imports.report(texts, done, importing.plan.oldest.days, most=None)))


async def _take(
    importing: Importing,
    offices: Offices,
    sheet: Sheet,
    folder: Path,
    now: datetime,
    access: datetime | None,
    dry: bool,
) -> Imported:
    key = importing.municipality.key
    async with page_of(key, folder) as page:
        await offices.open_editions(page, now)
        return await importing.take(page, sheet, offices.today(key), now, access=access, dry=dry)


def _importing(municipality: Municipality, offices: Offices) -> Importing:
    """The corridor every message goes through, without a messenger: its letters wait for the running bot."""
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
