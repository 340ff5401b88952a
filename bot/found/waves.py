"""Waves: similar messages of several people within hours, or far more on one topic than usual, are shown to the curator
as one and reported once (MO-21, KU-23).

Finds waves as cases come and decides who is notified; also finds the earlier cases that a message may repeat (MO-15,
SL-8, KU-17; the curator decides whether it does). Renders and sends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.answering.accounts import accounts_of
from bot.cases.gathered import hearing, wave_letter
from config.russian.likeness import ALIKE, is_repeat, likeness, meaning
from config.watching import WaveEntry
from storage.cases import author_key
from storage.search import place_key
from storage.transaction import Transaction
from storage.waves import Recent, apart
from workflow import surge
from workflow.case import Appeal, Case, Other, State
from workflow.commands import Detect
from workflow.office import Office, Role
from workflow.regulation import DraftKind

LOOKED_AT = 200
"""How many of the newest messages a new one is compared with."""
MOST = 3
"""How many earlier cases are suggested as the original of a repeat."""
NEVER = frozenset({State.NOT_PROCESSED})
"""States of earlier cases that a message cannot repeat: one not processed has no answer to refer to."""


@dataclass(frozen=True)
class WaveWatch:
    """Finds waves (similar messages). `settings`: how many people within how many hours make a wave, and how many times
    the usual number of messages."""

    settings: WaveEntry

    async def came(self, tx: Transaction, command: Detect, now: datetime) -> int | None:
        """Record the message for later comparison and join it to a wave; return the wave's number if this message
        begins it, else None."""
        appeal = command.appeal
        own = Recent(command.case, _author(appeal), place_key(command.location), command.topics, meaning(appeal.words))
        lately = await tx.waves.since(now - timedelta(hours=self.settings.hours), LOOKED_AT)
        alike = [other for other in lately if _alike(own, other)]
        await tx.waves.came(own, now)
        wave = next((other.wave for other in alike if other.wave is not None), None)
        begins = wave is None and apart([own, *alike]) >= self.settings.authors
        if wave is None and not begins and (surging := await self._surge(tx, own, lately, now)):
            alike, wave = surging, next((other.wave for other in surging if other.wave is not None), None)
            begins = wave is None
        if begins:
            topic = next(iter(own.topics), "") or next((code for o in alike for code in o.topics), "")
            there = command.location if any(o.place == own.place for o in alike) else ""
            wave = await tx.waves.begin(topic, there, now)
        if wave is not None:
            await tx.waves.join(wave, [own.case, *(o.case for o in alike if o.wave is None)], now)
        return wave if begins else None

    async def _surge(self, tx: Transaction, own: Recent, lately: Sequence[Recent], now: datetime) -> list[Recent]:
        """Return the recent messages on the same main topic if together with this one they are far more than usual;
        else []."""
        same = [other for other in lately if own.topics and other.topics[:1] == own.topics[:1]]
        if len(same) + 1 < surge.LEAST or apart([own, *same]) < self.settings.authors:
            return []
        known = await usual(tx, own.topics[0], now, self.settings.hours)
        return same if surge.is_surge(len(same) + 1, known, self.settings.times) else []

    async def report(self, tx: Transaction, number: int, office: Office, now: datetime) -> None:
        """Notify of the wave, once, everybody who must hear of significant messages, except the curators; later changes
        refresh what was sent."""
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


async def usual(tx: Transaction, topic: str, until: datetime, hours: int) -> int | None:
    """Return how many messages on the topic usually come in the `hours` before `until`; None if that is not known yet."""
    moments = await tx.waves.of_topic(topic, until - (surge.DAYS + 2) * surge.DAY, until)
    return surge.usual(moments, until, timedelta(hours=hours), await tx.waves.first())


def _author(appeal: Appeal) -> str | None:
    """Return a key for the author, as far as known; a bare name (read off a screenshot, say) also counts. None if
    unknown."""
    return author_key(appeal) or (f"name:{appeal.author.casefold()}"[:128] if appeal.author.strip() else None)


def _alike(one: Recent, other: Recent) -> bool:
    """Whether the words of the two messages are similar and their place or a topic is the same."""
    somewhere = one.place is not None and one.place == other.place
    if not somewhere and not set(one.topics) & set(other.topics):
        return False
    return is_repeat(one.words, other.words, same_place=somewhere)


def alike(appeal: Appeal, location: str, near: Sequence[Case]) -> tuple[Other, ...]:
    """Return those of the cases `near` with a similar text and the same author or place, the newest first, at most
    `MOST`. The same author alone makes no repeat: a short text needs the same place."""
    place, words = place_key(location), meaning(appeal.words)
    found = [
        case
        for case in near
        if case.state not in NEVER
        and (_same_author(appeal, case) or (place and place == place_key(case.location)))
        and is_repeat(words, meaning(case.appeal.words), same_place=bool(place) and place == place_key(case.location))
    ]
    return tuple(Other(case.id, case.number) for case in found[:MOST])


def answered_before(appeal: Appeal, near: Sequence[Case]) -> tuple[Other, ...]:
    """Return those of the cases `near` by the same author on a similar question whose final answer was posted, the
    newest first (MO-18)."""
    return tuple(
        Other(case.id, case.number)
        for case in near
        if _same_author(appeal, case)
        and any(posting.kind is DraftKind.FINAL for posting in case.postings)
        and likeness(appeal.words, case.appeal.words) >= ALIKE
    )


def _same_author(appeal: Appeal, case: Case) -> bool:
    author = author_key(appeal)
    return author is not None and author == author_key(case.appeal)
