"""The office as it is today, and as it is under each case's regulation: a case keeps the edition it was opened under
(DESIGN rule 4).

Absences that people entered are read from the database at start and after each change, in the same transaction; if
that is rolled back, the former absences return. Absences from the file are always included.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot import kept_settings
from config import regulations, yamlfile
from config.municipality import Municipality, build_office
from storage.transaction import Transaction
from workflow.office import Absence, Office


@dataclass
class Offices:
    """The offices of one municipality by edition. `at` returns the office for the hash of a regulation's text; today's
    office for None or an unknown hash."""

    municipality: Municipality
    _by_hash: dict[str, Office] = field(default_factory=dict)

    def __post_init__(self) -> None:
        today = build_office(self.municipality)
        self._today = today
        self._by_hash[today.regulation.text_hash] = today

    def today(self, municipality: str) -> Office:
        return self._today

    def at(self, municipality: str, regulation: str | None) -> Office:
        return self._by_hash.get(regulation or "", self._today)

    async def open_editions(self, tx: Transaction, now: datetime) -> None:
        """Prepare for serving: store today's regulation and calendar by their hashes and the municipality's settings;
        then read every other edition that open cases need, and the absences."""
        rules = self.municipality.regulation
        text = yamlfile.read(self.municipality.regulation_path)
        await tx.keep_edition(rules.text_hash, rules.key, text, now)
        working = self.municipality.working_time
        await tx.keep_calendar(working.fingerprint, working.text, now)
        await kept_settings.keep(tx, self.municipality, now)
        await self.read_editions(tx)
        await self.read_absences(tx, now)

    async def read_editions(self, tx: Transaction) -> None:
        """Read from the database every other edition of the regulation that an open case was opened under, so that
        `at` knows it. Writes nothing."""
        rules = self.municipality.regulation
        for text_hash in await tx.editions_in_use():
            if text_hash not in self._by_hash and (kept := await tx.edition(text_hash)) is not None:
                edition = regulations.parse(kept, f"{rules.key}, редакция {text_hash[:8]}", kept=True)
                self._by_hash[text_hash] = build_office(self.municipality, edition)

    async def read_absences(self, tx: Transaction, now: datetime) -> None:
        """Give every office the stored absences: those not over at `now` join the file's in `absences`, those over
        become `past_absences`. Absences of people no longer in the file are left out; a substitute no longer in the
        file becomes None. If the transaction is lost, the offices get back what they had."""
        before, past = self._today.absences, self._today.past_absences
        tx.if_lost(lambda: self._know(before, past))
        people = self.municipality.people
        entered = [kept.absence for kept in await tx.absences.lasting(now) if kept.absence.person in people]
        known = [one if one.substitute in people else replace(one, substitute=None) for one in entered]
        gone = [absence for absence in await tx.absences.gone(now) if absence.person in people]
        self._know((*self.municipality.absences, *known), tuple(gone))

    def _know(self, absences: tuple[Absence, ...], past: tuple[Absence, ...] = ()) -> None:
        self._by_hash = {
            key: replace(office, absences=absences, past_absences=past) for key, office in self._by_hash.items()
        }
        self._today = self._by_hash[self._today.regulation.text_hash]
