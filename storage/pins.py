"""The state of the pinned list, in two marks: which message is pinned, and which group refused the pin.

A refusal is reported once, and pinning is not retried until the bot's rights change.
"""

from __future__ import annotations

from storage.keepings import Keepings

PINNED, REFUSED = "pinned", "pin_refused"
UNTOLD, TOLD, AGAIN = "untold", "told", "again"


class Pins:
    """`pinned` holds the pinned message as `chat:message`; `pin_refused` the chat, after one of the three words."""

    def __init__(self, tx: Keepings) -> None:
        self._tx = tx

    async def is_wanted(self, chat: int, message: int) -> bool:
        """Whether the message is still to be pinned."""
        if await self._tx.mark(PINNED) == f"{chat}:{message}":
            return False
        return await self._tx.mark(REFUSED) not in (f"{UNTOLD}:{chat}", f"{TOLD}:{chat}")

    async def pinned(self, chat: int, message: int) -> None:
        await self._tx.set_marks({PINNED: f"{chat}:{message}", REFUSED: ""})

    async def refused(self, chat: int) -> None:
        """The bot has no right to pin there. A chat this was told of is not told again."""
        again = await self._tx.mark(REFUSED) == f"{AGAIN}:{chat}"
        await self._tx.set_mark(REFUSED, f"{TOLD if again else UNTOLD}:{chat}")

    async def is_untold(self) -> bool:
        return (await self._tx.mark(REFUSED) or "").startswith(UNTOLD)

    async def told(self) -> None:
        chat = (await self._tx.mark(REFUSED) or "").partition(":")[2]
        await self._tx.set_mark(REFUSED, f"{TOLD}:{chat}")

    async def try_again(self) -> None:
        """The bot's rights may be others now."""
        word, _, chat = (await self._tx.mark(REFUSED) or "").partition(":")
        if word in (UNTOLD, TOLD):
            await self._tx.set_mark(REFUSED, f"{AGAIN}:{chat}" if word == TOLD else "")
