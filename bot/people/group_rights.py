"""Ask from time to time what rights the bot has in the working group, in a messenger that does not report changes of
them."""

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
    """Watches the bot's rights in the working group. A change is noted as if the messenger had reported it; people are
    then notified as of any trouble."""

    books: Books
    municipality: str
    messenger: MessengerSide
    clock: Clock
    _looked: datetime | None = None
    _known: Rights | None = None

    async def look(self) -> int:
        """Ask the messenger, at most every ten minutes, and note a change. Return 0 always: nothing is sent by this."""
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
            if not rights.here:  # that the bot may write again shows when it writes
                await troubles.begin(OUT_OF_GROUP)
            await (troubles.over if rights.admin or not rights.here else troubles.begin)(NOT_ADMIN)
            await Pins(tx).try_again()
            if rights.here:
                await tx.outbox.let_repeats_go(GROUP_LANE)
        return 0
