"""Letters that show several cases at once: the list of new messages, and a wave. No rules and no sending here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from storage.transaction import Transaction
from workflow.effects import (
    Priority,
)
from workflow.office import Office, Role
from workflow.ports import GROUP_LANE, Letter, account_lane
from workflow.regulation import Ear

CROWD_LIVES = timedelta(hours=12)
"""How far back a list of new messages reaches, and how long it keeps being edited."""


def crowd_letter(account: int, now: datetime) -> Letter:
    """The list of new messages that were not offered one by one. Rendered when sent; a recent list is edited instead of
    sent anew."""
    body = {"since": (now - CROWD_LIVES).isoformat()}
    return Letter("crowd", account_lane(account), Priority.OFFER, account=account, fold=f"crowd:{account}", body=body)


GATHERED = timedelta(minutes=5)
"""How long an update of a wave may wait for further updates before it reaches the working group (DESIGN rule 13)."""


def hearing(ear: Ear, department: str | None, office: Office, now: datetime) -> tuple[str, ...]:
    """The people behind `ear` who are present at `now`."""
    match ear:
        case Ear.HEAD:
            return office.holders(Role.HEAD, now)
        case Ear.OVERSEER:
            person = office.overseer(department)
        case Ear.FIRST_DEPUTY | Ear.SUPERVISOR:
            person = office.supervisor
    return office.present(person, now) if person else ()


def wave_letter(wave: int, account: int | None, people: list[str] | None = None) -> Letter:
    """A letter with the wave as it stands when sent; if `account` is None it goes to the working group and mentions
    `people`."""
    lane = account_lane(account) if account is not None else GROUP_LANE
    body = {"wave": wave, "people": people or []}
    return Letter("wave", lane, Priority.OFFER, account=account, fold=f"wave:{wave}:{account or 'group'}", body=body)


async def wave_letters(tx: Transaction, wave: int, accounts: Collection[int], now: datetime) -> list[Letter]:
    """Refresh every message that shows the wave and make sure that each of `accounts` has one. The group gets one only
    if it has one already or nobody else does, and its refreshes wait for `GATHERED`."""
    shown = {known.account for known in await tx.messages.shown("wave", wave)}
    private = sorted({*accounts, *(account for account in shown if account is not None)})
    in_group = None in shown or not (private or shown)
    group = [replace(wave_letter(wave, None), not_before=now + GATHERED if shown else None)] if in_group else []
    return [*(wave_letter(wave, account) for account in private), *group]
