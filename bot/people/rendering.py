"""Render absences, duties and links into the board at the moment of sending."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cases.screens import sayings
from bot.cases.screens.history import done_line
from bot.delivery.ports import Show
from bot.delivery.wanted import Makers, Wanted
from bot.people import absence_screens
from bot.people.absence_screens import Listed
from bot.people.duty_screens import people_screen
from bot.people.entrance import Entrance
from bot.people.handing_over import done_while_away, in_work_of
from config.texts import Texts
from workflow.case import State


@dataclass(frozen=True)
class PeopleRendering:
    texts: Texts
    entrance: Entrance

    @property
    def makers(self) -> Makers:
        return Makers(
            lists={
                "board": self._board,
                "people": self._people,
                "absences": self._absences,
                "handed_over": self._handed_over,
            }
        )

    async def _board(self, wanted: Wanted) -> Show:
        """Return a message with a new one-time link into the board."""
        url = await self.entrance.link(wanted.tx, wanted.letter.account or 0, wanted.now)
        facts = {"url": url, "as_button": self.entrance.fits_a_button}
        screen = sayings.say(self.texts, "page_link", facts, wanted.office, wanted.now)
        return Show(screen, reply_to=await wanted.reply_to())

    async def _people(self, wanted: Wanted) -> Show:
        return Show(people_screen(self.texts, wanted.office), reply_to=await wanted.reply_to())

    async def _absences(self, wanted: Wanted) -> Show:
        """Return present and future absences, the earliest first, with «Отменить» for those the reader may end."""
        office, now = wanted.office, wanted.now
        entered = await wanted.tx.absences.lasting(now)
        kept_ones = {(kept.absence.person, kept.absence.since, kept.absence.until) for kept in entered}
        of_file = [a for a in office.absences if a.until > now and (a.person, a.since, a.until) not in kept_ones]
        found = [Listed(kept.absence, kept.id, kept.absence.person in wanted.body["people"]) for kept in entered]
        found += [Listed(absence) for absence in of_file]
        by_beginning = sorted(found, key=lambda one: one.absence.since)
        screen = absence_screens.listed(self.texts, by_beginning, office, now)
        return Show(screen, reply_to=await wanted.reply_to())

    async def _handed_over(self, wanted: Wanted) -> Show:
        """Return what waits for the person whom `reader` acts for from now on: cases in work, cases to forward, drafts
        to decide."""
        tx, body, office, now = wanted.tx, wanted.body, wanted.office, wanted.now
        person, reader = str(body["person"]), str(body["reader"])
        cases = [case for number in body["cases"] if (case := await tx.case(int(number))) is not None]
        fresh = sum(case.state is State.NEW for case in cases)
        in_work = await in_work_of(tx, office, person, reader)
        touched = await done_while_away(tx, office, person, body.get("since"), now) if person == reader else []
        done = [done_line(self.texts, case, line, office, now) for case, line in touched]
        waits = absence_screens.Waits(
            sayings.case_lines(self.texts, in_work, office, now), fresh, len(cases) - fresh, done
        )
        screen = absence_screens.handed_over(self.texts, person, reader, waits, office, now)
        return Show(screen, reply_to=await wanted.reply_to())
