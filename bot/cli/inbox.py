"""`inbox list`, `retry` and `drop`: show, repeat or discard incoming updates that could not be processed (parked).
Citizens' texts are never shown."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.cli.books import chosen, every, transaction_of
from bot.cli.mistake import Mistake
from bot.cli.noting import note
from bot.clock import WallClock
from config import washing
from config.municipality import Municipality
from storage.inbox import Arrival
from storage.transaction import Transaction
from workflow.office import OPERATOR

LISTED = 50
"""How many parked rows are listed at most, the newest first; the others are only counted."""
DROPPED, RETRIED = "inbox_dropped", "inbox_retried"
_Act = Callable[[Transaction, Municipality, int], Awaitable[bool]]


def list_parked(folder: Path, key: str | None) -> None:
    """Print a line for each of the newest parked rows: number, source, time of arrival, number of tries, case, reason."""
    for municipality in _which(folder, key):
        lines, more = asyncio.run(_parked(municipality, folder))
        if not lines:
            print(f"{municipality.name}: отложенного нет.")
        for line in lines:
            print(line)
        if more:
            print(f"и ещё {more}, они старше")


def retry(folder: Path, key: str | None, row: int | None = None) -> None:
    """Put the parked row, or all of them, back into the queue at its old place; a running bot processes it by itself.
    Raises Mistake if there is no such row."""
    if row is not None:
        municipality = asyncio.run(_one(folder, key, row, _retry_one))
        print(f"{municipality.name}: возвращено в очередь: {row}.")
        return
    for municipality in _which(folder, key):
        print(f"{municipality.name}: возвращено в очередь {asyncio.run(_retry(municipality, folder))}.")


def drop(folder: Path, key: str | None, row: int) -> None:
    """Delete the parked row for good and record that in its case's journal, or in the audit. Raises Mistake if there
    is no such row."""
    asyncio.run(_one(folder, key, row, _drop_one))


def _which(folder: Path, key: str | None) -> list[Municipality]:
    return [chosen(folder, key)] if key is not None else list(every(folder))


async def _one(folder: Path, key: str | None, row: int, act: _Act) -> Municipality:
    """Apply `act` to the parked row in the municipality it belongs to, and return that municipality; numbers are
    unique in the database. Raises Mistake if there is no such row."""
    for municipality in _which(folder, key) if 0 < row <= washing.LARGEST else ():
        async with transaction_of(municipality.key, folder) as tx:
            if await act(tx, municipality, row):
                return municipality
    raise Mistake(f"отложенного с номером {row} нет; что есть, покажет inbox list")


async def _parked(municipality: Municipality, folder: Path) -> tuple[list[str], int]:
    async with transaction_of(municipality.key, folder) as tx:
        rows = await tx.inbox.parked(LISTED)
        total = await tx.inbox.count_parked() if len(rows) == LISTED else len(rows)
        await note(tx, "looked", kind="inbox")
        return [await _line(tx, municipality, row) for row in rows], total - len(rows)


async def _line(tx: Transaction, municipality: Municipality, row: Arrival) -> str:
    local = row.received_at.astimezone(municipality.zone)
    case = await tx.case(row.case_id) if row.case_id is not None else None
    about = f", № {case.number}" if case is not None else ""
    reason = row.error.strip().split("\n", 1)[0][:200] or "причина не записана"
    return f"{row.id}  {row.source}  {local:%d.%m.%Y %H:%M}  попыток: {row.attempts}{about}  {reason}"


async def _retry(municipality: Municipality, folder: Path) -> int:
    async with transaction_of(municipality.key, folder) as tx:
        returned = await tx.inbox.retry_parked()
        if returned:
            await note(tx, RETRIED, rows=str(returned))
        return returned


async def _retry_one(tx: Transaction, municipality: Municipality, row: int) -> bool:
    if not await tx.inbox.retry_parked(row):
        return False
    await note(tx, RETRIED, row=str(row))
    return True


async def _drop_one(tx: Transaction, municipality: Municipality, row: int) -> bool:
    dropped = await tx.inbox.drop(row)
    if dropped is None:
        return False
    details = {"row": str(row), "source": dropped.source}
    case = await tx.case(dropped.case_id) if dropped.case_id is not None else None
    if case is not None:
        await tx.journal_line(case.id, DROPPED, details, WallClock().now(), OPERATOR)
    else:
        await note(tx, DROPPED, **details)
    print(f"{municipality.name}: отброшено. {await _line(tx, municipality, dropped)}")
    return True
