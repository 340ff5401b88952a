"""Erases again, during `restore`, what was erased after the backup was taken and is therefore still in it, before
anybody sees it (decision 0071).

The register of erasures in the database that is being replaced says what was erased. It holds no words, so the people
concerned are found in the copy itself. Then the terms of keeping are applied to the copy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.cli import noting
from bot.cli.books import OUT_OF_REACH
from bot.cli.mistake import Mistake
from bot.cli.retention import listed
from bot.clock import Clock, WallClock
from bot.files import FileStore
from bot.process.retention import Retention, delete_files
from config.keeping import RetentionEntry
from config.municipality import load_all
from config.russian.words import count
from config.yamlfile import BrokenConfiguration
from storage import erasures, migrate, people, scrubbing
from storage.archive import municipalities
from storage.books import Books
from storage.erasing import Eraser
from storage.erasures import Erasures, Register
from storage.people import Trace
from storage.transaction import Transaction
from workflow.erasure import Erasure, is_over
from workflow.office import OPERATOR

NEWER = "копия снята более новой версией программы; обновите программу"
UNKNOWN = (
    "прежней базы нет или она не читается: кого стёрли после копии, бот не знает; "
    "сверьтесь со своими записями и сотрите ещё раз"
)


def erase_again(current: str, copy: Path, files: Path, folder: Path, copied: datetime) -> list[str]:
    """Erase from the copy what was erased since it was taken at `copied`; return Russian sentences for the operator.
    `current`:
    the database being replaced, which is only read; `files`: the copy's files. Raises the errors of the copy's
    database."""
    return asyncio.run(_erased(current, f"sqlite:///{copy}", files, folder, copied, WallClock()))


async def _erased(current: str, url: str, files: Path, folder: Path, copied: datetime, clock: Clock) -> list[str]:
    if await migrate.is_ahead(url):
        raise Mistake(NEWER)
    await migrate.upgrade(url)
    await noting.in_all(url, "restored", at=copied.isoformat(timespec="seconds"))
    registers = await _registers(current, copied)
    said = [UNKNOWN] if registers is None else []
    terms = _terms(folder)
    if not any((registers or {}).values()) and not any(entry.model_dump(exclude_none=True) for entry in terms.values()):
        return said
    books = Books(url)
    try:
        for key in await municipalities(books):
            store = FileStore(files / key)
            for register in (registers or {}).get(key, ()):
                said += await _once_more(books, key, register, store, clock)
            if key in terms:
                done = await Retention(books, key, terms[key], store, clock, OPERATOR).carry_out()
                said += [f"по срокам хранения из копии стёрто: {listed(done)}"] if done else []
    finally:
        await books.close()
    await scrubbing.scrub(url)
    return said


async def _registers(current: str, copied: datetime) -> dict[str, list[Register]] | None:
    """The erasures made on request since the copy was taken, by municipality; None if the database that lists them
    cannot be read."""
    file = migrate.file_of(current)
    if file is not None:
        return erasures.read_beside(file, copied)
    try:
        if await migrate.current(current) != migrate.head():
            return None
        books = Books(current)
        try:
            found = {}
            for key in await municipalities(books):
                async with books.write(key) as tx:
                    found[key] = [one for one in await Erasures(tx).since(copied) if one.why == Erasure.ASKED]
            return found
        finally:
            await books.close()
    except OUT_OF_REACH:
        return None


def _terms(folder: Path) -> dict[str, RetentionEntry]:
    try:
        return {one.key: one.retention for one in load_all(folder)}
    except BrokenConfiguration:
        return {}


async def _once_more(books: Books, key: str, register: Register, store: FileStore, clock: Clock) -> list[str]:
    async with books.write(key) as tx:
        traces = await _whose(tx, register)
        still_open = [case.number for trace in traces for case in trace.cases if not is_over(case)]
        for trace in traces:
            await Eraser(tx, Erasure.ASKED, OPERATOR, clock.now()).person(trace)
    await delete_files(books, key, store)
    cases = sum(len(trace.cases) for trace in traces)
    if not any(traces):
        return []
    moment = register.at.astimezone().strftime("%d.%m.%Y")
    said = [f"стёртое {moment} было в копии и стёрто ещё раз: {count(cases, 'сообщение|сообщения|сообщений')}"]
    if still_open:
        numbers = ", ".join(f"№ {number}" for number in still_open)
        said.append(f"в копии ещё в работе {numbers}: слов в них уже нет, закройте их")
    return said


async def _whose(tx: Transaction, register: Register) -> Sequence[Trace]:
    """The people whose rows the register of erasures names, as they are still stored in the copy."""
    accounts, nameless = set[str](), []
    for number in register.cases:
        case = await tx.case(number)
        if case is None or case.erased_at is not None:
            continue
        account = people.account_of(case.appeal)
        if account is not None:
            accounts.add(account)
        else:
            nameless.append(case)
    accounts |= await people.accounts_of_rows(tx, register.seen, register.comments)
    found = [await people.of_account(tx, account) for account in sorted(accounts)]
    if nameless:
        names = tuple(dict.fromkeys(case.appeal.author for case in nameless))
        found.append(Trace(None, names, tuple(nameless)))
    return [trace for trace in found if trace]
