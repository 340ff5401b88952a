"""Import rows of another program's export as cases; the same row is taken only once, ever (KU-4, IZ-1, MO-6.4).

A few rows at a time are taken, each batch in its own transaction, so that the database is not held for long; an
interrupted import of the same file resumes where it stopped. `networks.incident` reads the file,
`bot.found.import_screens` words the report.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from bot.answering.sheet import ROWS_AT_ONCE, Taking
from bot.found.finding import Finding
from bot.found.teaching import Teaching
from config.imports import ImportPlan
from config.municipality import Municipality
from networks.apart import NotWorkedOut, WorkOut
from networks.incident import Broken, Row, Sheet, Unreadable
from networks.incident.apart import facts_of, read, sheet_of
from networks.incident.tables import MOST_BYTES
from storage.failures import is_of_storage
from storage.transaction import Transaction
from workflow.case import Appeal
from workflow.office import DETECTOR, Actor, Office
from workflow.official.page_addresses import belongs_to
from workflow.outcomes import Accepted
from workflow.regulation import Source

log = structlog.get_logger()

PAST_AT_ONCE = 100
"""How many messages answered long ago are learned from in one transaction: about a tenth of a second."""

FILES = (".xlsx", ".xlsm", ".csv", ".tsv", ".xls", ".ods")
"""The extensions by which a file counts as an export, including formats that are then refused in words."""


async def here(content: bytes, facts: Mapping[str, Any]) -> object:
    """Read the file in a thread of this process: at the command line nothing else waits meanwhile."""
    return await asyncio.to_thread(read, content, facts)


@dataclass(frozen=True)
class Importing:
    """Imports an export's rows as cases. `work_out`: reads a file outside this process, so that nothing waits
    meanwhile."""

    municipality: Municipality
    plan: ImportPlan
    finding: Finding
    work_out: WorkOut = here

    async def read(self, path: Path, now: datetime) -> Sheet | Unreadable:
        """Read the file into rows, or say why it cannot be read. No transaction may be open."""
        if (await asyncio.to_thread(path.stat)).st_size > MOST_BYTES:
            return Unreadable(Broken.TOO_BIG)
        ours = self.municipality
        region = ours.region.name if ours.region is not None else None
        facts = facts_of(ours.folders, ours.name, region, ours.places, ours.zone, now)
        try:
            answer = await self.work_out(await asyncio.to_thread(path.read_bytes), facts)
        except Exception as error:
            if is_of_storage(error):
                raise
            log.error("sheet could not be read", kind=type(error).__name__)
            return Unreadable(Broken.NOT_A_TABLE)
        return Unreadable(Broken.TOO_LONG) if isinstance(answer, NotWorkedOut) else sheet_of(answer)

    async def take_some(
        self,
        tx: Transaction,
        taking: Taking,
        office: Office,
        now: datetime,
        *,
        by: Actor = DETECTOR,
        access: datetime | None = None,
    ) -> None:
        """Open a case for each of the next rows of the file that has none yet; a row that fails is named and does not
        stop the others. Rows of messages answered long ago open no case: before the others, a few at a time, their
        words are counted for the department that answered. `by`: who brought the file; `access`: when the office got
        access to rows that do not say it themselves, from which their terms run (MO-8)."""
        tx.if_lost(taking.mark())
        teaching = Teaching(office, self.finding.guess, now)
        if taking.looked_back < len(taking.past):
            past = taking.past[taking.looked_back : taking.looked_back + PAST_AT_ONCE]
            taking.taught += teaching.look_back(tx.municipality, past)
            taking.looked_back += len(past)
            await teaching.learn(tx)
            return
        # Concurrent imports, wherever they were started, wait for each other here.
        await tx.next_number("import")
        for row in taking.sheet.rows[taking.done : taking.done + ROWS_AT_ONCE]:
            before = taking.mark()
            try:
                async with tx.savepoint():
                    await self._take(tx, row, office, now, by, access, taking, teaching)
            except Exception as error:
                if is_of_storage(error):
                    raise
                before()
                log.error("row of a sheet failed", line=row.line, kind=type(error).__name__)
                taking.refused.append(row.line)
            taking.done += 1
        await teaching.learn(tx)

    async def _take(
        self,
        tx: Transaction,
        row: Row,
        office: Office,
        now: datetime,
        by: Actor,
        access: datetime | None,
        taking: Taking,
        teaching: Teaching,
    ) -> None:
        if not await self._is_known(tx, row, taking):
            await self._open(tx, row, office, now, by, access, taking, teaching)

    async def look_at_some(self, tx: Transaction | None, taking: Taking) -> None:
        """Go through the next rows like `take_some`, but write nothing. `tx`: None if there is no database yet."""
        for row in taking.sheet.rows[taking.done : taking.done + ROWS_AT_ONCE]:
            if tx is None or not await self._is_known(tx, row, taking):
                taking.opened.append((row.line, 0))
            taking.done += 1

    async def _is_known(self, tx: Transaction, row: Row, taking: Taking) -> bool:
        """Whether the row is a case already, imported before or found in its network; the case is noted. A case
        imported under the same id with another text is noted as a conflict."""
        marks = await tx.marks([_mark(key) for key in row.keys])
        for key in row.keys:
            number, digest, of = [*marks.get(_mark(key), "").split(" "), "", ""][:3]
            if not number or (key != row.key and of):
                continue
            same = not row.number or not digest or digest == row.digest
            (taking.known if same else taking.conflicting).append((row.line, int(number)))
            return True
        address = self._address(row)
        case_id = await tx.case_by_ref(*address) if address is not None else None
        case = await tx.case(case_id) if case_id is not None else None
        if case is not None:
            taking.known.append((row.line, case.number))
        return case is not None

    async def _open(
        self,
        tx: Transaction,
        row: Row,
        office: Office,
        now: datetime,
        by: Actor,
        access: datetime | None,
        taking: Taking,
        teaching: Teaching,
    ) -> None:
        given = row.access_at or access
        by_access = given is not None and self.plan.detected_under(office.regulation.key) == "access"
        appeal = self._appeal(row)
        if by.people and not by_access:
            appeal = replace(appeal, handed_in_by=by.people[0])
        department = teaching.decided(row)
        guess = await self.finding.guessed(tx, f"{row.text}\n{row.topic}" if row.topic else row.text, office)
        if department is not None:
            likeliest = tuple(dict.fromkeys((department, *guess.departments)))
            guess = replace(guess, department=department, departments=likeliest)
        who = DETECTOR if by_access else by
        arrived = min(given, now) if by_access and given is not None else now
        decision = await self.finding.open(tx, appeal, who, arrived, now, office, guess)
        if isinstance(decision, Accepted):
            said = f"{decision.after.number} {row.digest}" + (" id" if row.number else "")
            await tx.set_marks({_mark(key): said for key in row.keys})
            if department is not None:
                teaching.add(row, decision.after.id, department)
                taking.taught += 1
            taking.opened.append((row.line, decision.after.number))
        else:
            taking.refused.append(row.line)

    def _appeal(self, row: Row) -> Appeal:
        address = self._address(row)
        is_governors = any(belongs_to(row.link, channel) for channel in self.municipality.governor_channels)
        return Appeal(
            source=Source.TELEGRAM_GOVERNOR if is_governors else Source(row.source),
            text=row.text,
            author=row.author,
            written_at=row.written_at.astimezone(UTC),
            place=row.place,
            link=row.link,
            network=address[0] if address is not None else None,
            ref=address[1] if address is not None else None,
            kind="comment" if address is not None else "manual",
        )

    def _address(self, row: Row) -> tuple[str, str] | None:
        """Return the network and the message's id there, if the bot can post the answer; only a comment on our own VK
        page has them, else None."""
        if row.source != "vk" or self.municipality.networks.vk is None:
            return None
        from networks.vk.addresses import parse_link

        found = parse_link(row.link)
        if found is None or found.reply is None or found.owner != -self.municipality.networks.vk.group:
            return None
        return "vk", found.ref


def is_export(name: str) -> bool:
    """Whether the file's name ends like an export's."""
    return name.lower().endswith(FILES)


def _mark(key: str) -> str:
    """Return the key under which the row's case number is stored, with a digest of the row's text, and «id» if the row
    had an id: another id then means another message, whatever the words."""
    return f"imported:{key}"
