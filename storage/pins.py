"""The state of the pinned list of open cases, in two marks: which message is pinned, and which group refused the pin.

A refusal is reported once, and pinning is not retried until the bot's rights change.
"""

from __future__ import annotations

from storage.keepings import Keepings

PINNED, REFUSED = "pinned", "pin_refused"
UNTOLD, TOLD, AGAIN = "untold", "told", "again"


class Pins:
    """Stores which message is pinned in the group, and whether pinning was refused there. The mark `pinned` holds
    `chat:message`; `pin_refused` holds UNTOLD (not reported yet), TOLD or AGAIN (may be tried again), then the chat."""

    def __init__(self, tx: Keepings) -> None:
        self._tx = tx

    async def is_wanted(self, chat: int, message: int) -> bool:
        """Whether the message has to be pinned: it is not pinned yet, and pinning was not refused in this chat."""
        if await self._tx.mark(PINNED) == f"{chat}:{message}":
            return False
        return await self._tx.mark(REFUSED) not in (f"{UNTOLD}:{chat}", f"{TOLD}:{chat}")

    async def pinned(self, chat: int, message: int) -> None:
        await self._tx.set_marks({PINNED: f"{chat}:{message}", REFUSED: ""})

    async def refused(self, chat: int) -> None:
        """Record that the bot may not pin in this chat. It is to be reported, unless it was for this chat before."""
        again = await self._tx.mark(REFUSED) == f"{AGAIN}:{chat}"
        await self._tx.set_mark(REFUSED, f"{TOLD if again else UNTOLD}:{chat}")

    async def is_untold(self) -> bool:
        return (await self._tx.mark(REFUSED) or "").startswith(UNTOLD)

    async def told(self) -> None:
        chat = (await self._tx.mark(REFUSED) or "").partition(":")[2]
        await self._tx.set_mark(REFUSED, f"{TOLD}:{chat}")

    async def try_again(self) -> None:
        """Allow pinning to be tried again after a refusal, because the bot's rights may have changed."""
        word, _, chat = (await self._tx.mark(REFUSED) or "").partition(":")
        if word in (UNTOLD, TOLD):
            await self._tx.set_mark(REFUSED, f"{AGAIN}:{chat}" if word == TOLD else "")
