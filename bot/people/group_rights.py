"""What the bot is in the working group, asked now and then of a messenger that does not tell when it changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.messenger_side import MessengerSide, Rights
from storage.books import Books
from storage.pins import Pins
from storage.troubles import NOT_ADMIN, OUT_OF_GROUP, Troubles
from workflow.ports import GROUP_LANE

EVERY = timedelta(minutes=10)


@dataclass
class GroupRights:
    """`look` notes a change as the messenger's own word of it would be noted; the clock's round tells people."""

    books: Books
    municipality: str
    messenger: MessengerSide
    clock: Clock
    _looked: datetime | None = None
    _known: Rights | None = None

    async def look(self) -> int:
        """Ask every ten minutes. Nothing is sent by it, so it is no work."""
        now = self.clock.now()
        if self._looked is not None and now - self._looked < EVERY:
            return 0
        async with self.books.write(self.municipality) as tx:
            group = await tx.people.working_group()
        if group is None:
            return 0
        self._looked = now
        rights = await self.messenger.rights(group[0])
        if not isinstance(rights, Rights) or rights == self._known:
            return 0
        self._known = rights
        async with self.books.write(self.municipality) as tx:
            troubles = Troubles(tx)
            if not rights.here:  # that it may write again is seen when it does
                await troubles.begin(OUT_OF_GROUP)
            await (troubles.over if rights.admin or not rights.here else troubles.begin)(NOT_ADMIN)
            await Pins(tx).try_again()
            if rights.here:
                await tx.outbox.let_repeats_go(GROUP_LANE)
        return 0
