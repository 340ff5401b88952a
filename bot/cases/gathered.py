"""Letters that show several cases as one: the list of what is new, a wave. No rules, no sending."""

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
"""A list of new messages goes back so far, and is edited so long."""


def crowd_letter(account: int, now: datetime) -> Letter:
    """The list of what is new and was not offered by itself, as it stands when it is sent; a recent one is edited."""
    body = {"since": (now - CROWD_LIVES).isoformat()}
    return Letter("crowd", account_lane(account), Priority.OFFER, account=account, fold=f"crowd:{account}", body=body)


GATHERED = timedelta(minutes=5)
"""How long news of a wave may wait for more before the working group sees them (DESIGN rule 13)."""


def hearing(ear: Ear, department: str | None, office: Office, now: datetime) -> tuple[str, ...]:
    """Who is meant and there now."""
    match ear:
        case Ear.HEAD:
            return office.holders(Role.HEAD, now)
        case Ear.OVERSEER:
            person = office.overseer(department)
        case Ear.FIRST_DEPUTY | Ear.SUPERVISOR:
            person = office.supervisor
    return office.present(person, now) if person else ()


def wave_letter(wave: int, account: int | None, people: list[str] | None = None) -> Letter:
    """The wave as it stands when it is sent; to the working group where `account` is None, for the people named."""
    lane = account_lane(account) if account is not None else GROUP_LANE
    body = {"wave": wave, "people": people or []}
    return Letter("wave", lane, Priority.OFFER, account=account, fold=f"wave:{wave}:{account or 'group'}", body=body)


async def wave_letters(tx: Transaction, wave: int, accounts: Collection[int], now: datetime) -> list[Letter]:
    """The wave's messages are made true, and these accounts have one; in the working group no oftener than needed."""
    shown = {known.account for known in await tx.messages.shown("wave", wave)}
    private = sorted({*accounts, *(account for account in shown if account is not None)})
    in_group = None in shown or not (private or shown)
    group = [replace(wave_letter(wave, None), not_before=now + GATHERED if shown else None)] if in_group else []
    return [*(wave_letter(wave, account) for account in private), *group]
