"""Waves: like messages of several people within hours are one thing to the curator, reported at once (MO-21, KU-23).

Finds them as cases come, and says who hears of one; nothing is rendered and nothing sent here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.answering.view import accounts_of
from config.russian.likeness import ALIKE, meaning
from config.watching import WaveEntry
from storage.cases import author_key, place_key
from storage.transaction import Transaction
from storage.waves import Recent, Wave, apart
from workflow.case import Appeal
from workflow.commands import Detect
from workflow.effects import Priority
from workflow.office import Office, Role
from workflow.ports import GROUP_LANE, Letter, account_lane
from workflow.regulation import Ear

LOOKED_AT = 200
"""So many of the newest messages are compared."""
GATHERED = timedelta(minutes=5)
"""How long news of a wave may wait for more before the working group sees them (DESIGN rule 13)."""


@dataclass(frozen=True)
class WaveWatch:
    """`settings`: how many people within how many hours."""

    settings: WaveEntry

    async def came(self, tx: Transaction, command: Detect, now: datetime) -> int | None:
        """The message is compared with those before it from now on; the wave that begins with it, if one does."""
        appeal = command.appeal
        own = Recent(command.case, _author(appeal), place_key(command.location), command.topics, meaning(appeal.text))
        lately = await tx.waves.since(now - timedelta(hours=self.settings.hours), LOOKED_AT)
        alike = [other for other in lately if _alike(own, other)]
        await tx.waves.came(own, now)
        wave = next((other.wave for other in alike if other.wave is not None), None)
        begins = wave is None and apart([own, *alike]) >= self.settings.authors
        if begins:
            topic = next(iter(own.topics), "") or next((code for o in alike for code in o.topics), "")
            there = command.location if any(o.place == own.place for o in alike) else ""
            wave = await tx.waves.begin(topic, there, now)
        if wave is not None:
            await tx.waves.join(wave, [own.case, *(o.case for o in alike if o.wave is None)], now)
        return wave if begins else None

    async def report(self, tx: Transaction, number: int, office: Office, now: datetime) -> None:
        """Whoever is to hear of significant messages hears of the wave, once; what he was sent is kept true afterwards."""
        wave = await tx.waves.get(number)
        first = await tx.case(wave.cases[0]) if wave is not None and wave.cases else None
        curators = set(office.holders(Role.CURATOR, now))
        people = {
            person
            for ear in office.regulation.hears_of_significant.who
            for person in hearing(ear, first.suggested if first is not None else None, office, now)
        } - curators
        if not office.regulation.hears_of_significant.who:
            return
        bindings = await tx.people.all()
        told = {b.account for b in bindings if b.person in curators}
        accounts = accounts_of(people, bindings) - told
        if not accounts and not (people and people <= {b.person for b in bindings if b.account in told}):
            await tx.outbox.put([wave_letter(number, None, sorted(people))], now)
        await tx.outbox.put([wave_letter(number, account) for account in sorted(accounts)], now)


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


async def letters(tx: Transaction, wave: int, accounts: Collection[int], now: datetime) -> list[Letter]:
    """The wave's messages are made true, and these accounts have one; in the working group no oftener than needed."""
    shown = {known.account for known in await tx.messages.shown("wave", wave)}
    private = sorted({*accounts, *(account for account in shown if account is not None)})
    in_group = None in shown or not (private or shown)
    group = [replace(wave_letter(wave, None), not_before=now + GATHERED if shown else None)] if in_group else []
    return [*(wave_letter(wave, account) for account in private), *group]


def _author(appeal: Appeal) -> str | None:
    """Who wrote it, as far as it is known; a name somebody read off a picture will do."""
    return author_key(appeal) or (f"name:{appeal.author.casefold()}"[:128] if appeal.author.strip() else None)


def _alike(one: Recent, other: Recent) -> bool:
    """Like words about the same place or on the same topic."""
    somewhere = one.place is not None and one.place == other.place
    if not somewhere and not set(one.topics) & set(other.topics):
        return False
    least = min(len(one.words), len(other.words))
    return least >= 2 and len(one.words & other.words) >= ALIKE * least


__all__ = ["Wave", "WaveWatch", "hearing", "wave_letter"]
