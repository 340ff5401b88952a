"""Pin a sent message, if the messenger lets the bot; otherwise the message stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from bot.delivery.ledger import Ledger
from bot.messenger import Address, Messenger, Rejected, Sent, Unreachable
from storage.pins import Pins


@dataclass(frozen=True)
class Pinner:
    ledger: Ledger
    messenger: Messenger

    async def pin(self, address: Address) -> None:
        """Pin the message without a sound, unless it is pinned already or the bot may not. A failed try is repeated at
        the next edit of the message."""
        async with self.ledger.write() as tx:
            if not await Pins(tx).is_wanted(address.chat, address.message):
                return
        match await self.messenger.pin(address):
            case Sent():
                await self.ledger.surely(partial(self._noted, address, pinned=True))
            case Rejected() | Unreachable():
                await self.ledger.surely(partial(self._noted, address, pinned=False))
            case _:
                pass

    async def _noted(self, address: Address, *, pinned: bool) -> None:
        async with self.ledger.write() as tx:
            if pinned:
                await Pins(tx).pinned(address.chat, address.message)
            else:
                await Pins(tx).refused(address.chat)
