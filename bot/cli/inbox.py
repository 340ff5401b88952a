"""`inbox list` and `inbox retry`: what came in and could not be carried out. Citizens' texts are not shown."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa

from bot.cli.books import chosen, every, transaction_of
from config.municipality import Municipality
from storage import tables as t
from storage.inbox import Arrival


def list_parked(folder: Path, key: str | None) -> None:
    """A line for each parked row: number, source, when it came, how often it was tried, why it waits."""
    for municipality in _which(folder, key):
        parked = asyncio.run(_parked(municipality, folder))
        if not parked:
            print(f"{municipality.name}: отложенного нет.")
        for row, error in parked:
            local = row.received_at.astimezone(municipality.zone)
            case = f", сообщение {row.case_id}" if row.case_id is not None else ""
            print(f"{row.id}  {row.source}  {local:%d.%m.%Y %H:%M}  попыток: {row.attempts}{case}  {error}")


def retry(folder: Path, key: str | None) -> None:
    """Every parked row waits again in its old place; a running bot takes them up by itself."""
    for municipality in _which(folder, key):
        print(f"{municipality.name}: возвращено в очередь {asyncio.run(_retry(municipality, folder))}.")


def _which(folder: Path, key: str | None) -> list[Municipality]:
    return [chosen(folder, key)] if key is not None else list(every(folder))


async def _parked(municipality: Municipality, folder: Path) -> list[tuple[Arrival, str]]:
    async with transaction_of(municipality.key, folder) as tx:
        rows = await tx.inbox.parked()
        query = sa.select(t.inbox.c.id, t.inbox.c.error).where(t.inbox.c.id.in_([row.id for row in rows]))
        errors = {row.id: row.error for row in await tx.connection.execute(query)}
        return [(row, _first_line(errors.get(row.id))) for row in rows]


def _first_line(error: str | None) -> str:
    return (error or "").strip().split("\n", 1)[0][:200] or "причина не записана"


async def _retry(municipality: Municipality, folder: Path) -> int:
    async with transaction_of(municipality.key, folder) as tx:
        return await tx.inbox.retry_parked()
