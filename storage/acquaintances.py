"""What the bot remembers of the accounts that wrote to it, besides their words: marks with the account in their names, and the
numbers of messages. Forgotten once an account has been silent for long. And ways in that lead nowhere any more. No rules here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime

import sqlalchemy as sa

from storage import tables as t
from storage.transaction import Transaction

ABOUT = re.compile(r":(\d{5,})$")
"""How the name of a mark about an account ends."""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


async def forget(tx: Transaction, before: datetime) -> None:
    """Forget the accounts of which nothing is known since the moment, and messages of no case that are older. A mark without a
    day is of a question; it goes with the account's last other mark, or once no question to the account is open."""
    last, names = dict[str, date](), defaultdict[str, list[str]](list)
    for name, value in (await tx.marks_of("")).items():
        if (about := ABOUT.search(name)) is None:
            continue
        names[about[1]].append(name)
        days = [date.fromisoformat(day) for day in DAY.findall(value)]
        last[about[1]] = max([*days, last.get(about[1], date.min)])
    asked = sa.select(t.questions.c.account).where(
        t.questions.c.municipality == tx.municipality, t.questions.c.answered_at.is_(None)
    )
    open_to = {str(account) for account in (await tx.connection.execute(asked)).scalars()}
    old = [account for account, day in last.items() if day < before.date() and account not in open_to]
    m, k = t.marks.c, t.messages.c
    for account in old:
        await tx.connection.execute(
            t.marks.delete().where(m.municipality == tx.municipality, m.name.in_(names[account]))
        )
    nobodys = k.municipality == tx.municipality, k.case_id.is_(None), k.account.is_not(None), k.at < before
    await tx.connection.execute(t.messages.delete().where(*nobodys))


async def forget_entrances(tx: Transaction, now: datetime) -> None:
    """Delete invitations and links to the page that have expired, and sessions that are over. A used invitation is refused until
    it expires, and unknown afterwards."""
    i, s = t.invitations.c, t.sessions.c
    await tx.connection.execute(t.invitations.delete().where(i.municipality == tx.municipality, i.expires_at <= now))
    over = sa.func.coalesce(s.session_until, s.link_until) <= now
    await tx.connection.execute(t.sessions.delete().where(s.municipality == tx.municipality, over))
