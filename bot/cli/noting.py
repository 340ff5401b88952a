"""What a command of the command line leaves in the audit: who had which words shown, took what away, changed what."""

from __future__ import annotations

import asyncio
import os
import sys

from bot.cli.books import OUT_OF_REACH, reason
from bot.cli.mistake import Mistake
from bot.clock import WallClock
from storage import migrate
from storage.archive import municipalities
from storage.books import Books
from storage.engine import connect
from storage.transaction import Transaction
from workflow.office import OPERATOR

LONGEST = 32
OLDER = "база прежней версии"


async def note(tx: Transaction, action: str, **details: str) -> None:
    """One line of the operator's; with his login, where `sudo` names it. `details` hold no word of a citizen's."""
    login = "".join(letter for letter in os.environ.get("SUDO_USER", "") if letter.isprintable())[:LONGEST]
    by = {"login": login} if login else {}
    await tx.audit.note(action, {**details, **by}, WallClock().now(), OPERATOR)


def everywhere(url: str, action: str, **details: str) -> None:
    """The same in every municipality of the database. A copy must be had of a database that takes no line: then say on stderr
    that there is none."""
    try:
        why = "" if asyncio.run(in_all(url, action, **details)) else OLDER
    except Mistake as mistake:
        why = str(mistake)
    except OUT_OF_REACH as error:
        why = reason(error)
    if why:
        print(f"в журнал для проверок (audit) это не записано: {why}", file=sys.stderr)


async def in_all(url: str, action: str, **details: str) -> bool:
    """The same, for who is in a loop already. False if the database has another schema, so that no line could be written."""
    if await migrate.current(url) != migrate.head():
        return False
    books = Books(url, connect(url, beside=True))
    try:
        for key in filter(None, await municipalities(books)):
            async with books.write(key) as tx:
                await note(tx, action, **details)
    finally:
        await books.close()
    return True
