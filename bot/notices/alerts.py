"""Notify the curators about the bot itself: updates it had to park (set aside), mistakes in its files, gaps of a
network. Of troubles that keep the bot from its work until a person mends them, the supervisor is notified too. A
citizen's words are never quoted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.answering.accounts import accounts_of
from storage.inbox import Arrival
from storage.pins import Pins
from storage.transaction import Transaction
from storage.troubles import NONE, OVER, UNTOLD, Troubles
from workflow.effects import Priority
from workflow.office import Office, Role
from workflow.ports import Letter, account_lane

PARKED_MARK = "parked_reported"
EVERY = timedelta(hours=1)
"""Parked updates (set aside because handling them failed) are reported at most once in this time, so that several share
a message."""
DAY = timedelta(days=1)
MOST_PROBLEMS = 3
"""How many mistakes in the files a message names; the rest are counted."""


@dataclass(frozen=True)
class ParkedReport:
    office_today: Callable[[str], Office]

    async def look(self, tx: Transaction, now: datetime) -> bool:
        """Notify the curators of newly parked updates (set aside because handling them failed), at most once an hour,
        and mark them as reported. Return whether that was done; False also if no curator can be reached."""
        newest, total = await tx.inbox.untold()
        if not total or not await _is_time(tx, PARKED_MARK, EVERY, now):
            return False
        facts = {"total": total, "rows": [await _told(tx, row) for row in newest]}
        if not await _tell(tx, self.office_today(tx.municipality), "parked", facts, now):
            return False
        await tx.inbox.told(now)
        await tx.set_mark(PARKED_MARK, now.isoformat())
        return True


@dataclass
class TroubleReport:
    """Reports troubles that only people can mend (`storage.troubles`). `lasting`: the names of the troubles found by
    the last `look`, for readers who must not wait for the database."""

    office_today: Callable[[str], Office]
    lasting: tuple[str, ...] = ()

    async def look(self, tx: Transaction, now: datetime) -> bool:
        """Notify the curators and the supervisor of each trouble at once, again each day, and when it is over. Return
        whether a notice was put into the outbox."""
        troubles, told = Troubles(tx), False
        office = self.office_today(tx.municipality)
        for name, value in (await troubles.every()).items():
            if value not in (UNTOLD, OVER) and now - datetime.fromisoformat(value) < DAY:
                continue
            above = () if office.supervisor is None else office.present(office.supervisor, now)
            if await _tell(tx, office, "trouble", {"name": name, "over": value == OVER}, now, above):
                await troubles.set(name, NONE if value == OVER else now.isoformat())
                told = True
        self.lasting = tuple(await troubles.lasting())
        return told


@dataclass(frozen=True)
class PinReport:
    """Reports that the bot may not pin its list in the working group."""

    office_today: Callable[[str], Office]

    async def look(self, tx: Transaction, now: datetime) -> bool:
        """Notify the curators once that the list cannot be pinned; return whether a notice was queued now."""
        pins = Pins(tx)
        if not await pins.is_untold() or not await _tell(tx, self.office_today(tx.municipality), "not_pinned", {}, now):
            return False
        await pins.told()
        return True


@dataclass(frozen=True)
class Missed:
    """What a network did not deliver while the bot was not listening, from `since` to `until`. `found`: how many
    messages were read back since then; `unread`: the kinds that could not be; `read_back`: how far back is read at
    most."""

    since: datetime
    until: datetime
    found: int
    unread: tuple[str, ...]
    read_back: timedelta


@dataclass(frozen=True)
class GapReport:
    """Reports what was read back from a network after a gap, and what was not (DESIGN rule 14)."""

    office_today: Callable[[str], Office]

    async def tell(self, tx: Transaction, network: str, missed: Missed, now: datetime) -> None:
        """Notify the curators of what `network` did not deliver while the bot was not listening (`missed`): how much
        was read afterwards, and which kinds of content could not be. Nothing is sent if nothing was found and the
        unread kinds are only those that VK cannot list: nothing shows that there was anything."""
        if missed.found == 0 and set(missed.unread) <= {"old_posts", "photos", "media"}:
            return
        facts = {
            "network": network,
            "since": missed.since.isoformat(),
            "until": missed.until.isoformat(),
            "found": missed.found,
            "unread": list(missed.unread),
            "days": missed.read_back.days,
        }
        await _tell(tx, self.office_today(tx.municipality), "read_back", facts, now)


async def tell_broken_files(tx: Transaction, office: Office, problems: Sequence[str], now: datetime) -> bool:
    """Notify the curators that changed configuration files were not loaded, and why. Return whether a curator can be
    reached."""
    facts = {"problems": list(problems[:MOST_PROBLEMS]), "more": max(0, len(problems) - MOST_PROBLEMS)}
    return await _tell(tx, office, "files_broken", facts, now)


async def _tell(
    tx: Transaction, office: Office, key: str, facts: Mapping[str, Any], now: datetime, others: Iterable[str] = ()
) -> bool:
    """Queue a message for each curator and each of the others whom the bot can write to; return whether there is
    anybody."""
    people = {*office.holders(Role.CURATOR, now), *others}
    accounts = sorted(accounts_of(people, await tx.people.all()))
    body = {"key": key, "facts": dict(facts), "roles": [Role.CURATOR.value]}
    letters = [Letter("say", account_lane(a), Priority.DEADLINE, account=a, body=body) for a in accounts]
    await tx.outbox.put(letters, now)
    return bool(letters)


async def _is_time(tx: Transaction, mark: str, every: timedelta, now: datetime) -> bool:
    last = await tx.mark(mark)
    try:
        return last is None or now - datetime.fromisoformat(last) >= every
    except (ValueError, TypeError):
        return True  # an earlier version stored only the day


async def _told(tx: Transaction, row: Arrival) -> dict[str, object]:
    case = await tx.case(row.case_id) if row.case_id is not None else None
    return {
        "source": row.source,
        "at": row.received_at.isoformat(),
        "number": case.number if case is not None else None,
    }
