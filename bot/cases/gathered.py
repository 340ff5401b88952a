"""Letters (queued messages) that show several cases at once: the curators' list of new cases, and a wave (similar
messages from several people). Contains no rules and sends nothing."""

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
"""How far back a list of new cases reaches, and how long the message with it keeps being edited."""


def crowd_letter(account: int, now: datetime) -> Letter:
    """Return a letter (queued message) to the account with the list of new cases that were not offered one by one. It
    is rendered when it is sent; a list sent recently is edited instead of sending a new one."""
    body = {"since": (now - CROWD_LIVES).isoformat()}
    return Letter("crowd", account_lane(account), Priority.OFFER, account=account, fold=f"crowd:{account}", body=body)


GATHERED = timedelta(minutes=5)
"""How long the working group's message about a wave (similar messages from several people) waits for further changes
before it is refreshed (DESIGN rule 13)."""


def hearing(ear: Ear, department: str | None, office: Office, now: datetime) -> tuple[str, ...]:
    """Return the keys of the people to notify for `ear`, present at `now` or substitutes of absent people: the head,
    the overseer of `department`, the first deputy or the supervisor; empty if nobody."""
    match ear:
        case Ear.HEAD:
            return office.holders(Role.HEAD, now)
        case Ear.OVERSEER:
            person = office.overseer(department)
        case Ear.FIRST_DEPUTY:
            person = office.first_deputy
        case Ear.SUPERVISOR:
            person = office.supervisor
    return office.present(person, now) if person else ()


def wave_letter(wave: int, account: int | None, people: list[str] | None = None) -> Letter:
    """Return a letter (queued message) that shows the wave as it is when sent. If `account` is None, it goes to the
    working group and mentions `people` (keys)."""
    lane = account_lane(account) if account is not None else GROUP_LANE
    body = {"wave": wave, "people": people or []}
    return Letter("wave", lane, Priority.OFFER, account=account, fold=f"wave:{wave}:{account or 'group'}", body=body)


async def wave_letters(tx: Transaction, wave: int, accounts: Collection[int], now: datetime) -> list[Letter]:
    """Return letters (queued messages) that refresh every message showing the wave and give each of `accounts` one. The
    group gets one only if it already has one or nobody else does; its refreshes wait for `GATHERED`."""
    shown = {known.account for known in await tx.messages.shown("wave", wave)}
    private = sorted({*accounts, *(account for account in shown if account is not None)})
    in_group = None in shown or not (private or shown)
    group = [replace(wave_letter(wave, None), not_before=now + GATHERED if shown else None)] if in_group else []
    return [*(wave_letter(wave, account) for account in private), *group]
