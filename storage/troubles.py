"""Troubles: what keeps a municipality's bot from its work until a person mends it (the bot was removed from its group, a network
refuses its key). Each is a mark: the part of the bot that notices it only sets it, a periodic task notifies people, and
`/healthz` shows it.
"""

from __future__ import annotations

from collections.abc import Mapping

from storage.keepings import Keepings

PREFIX = "trouble:"
UNTOLD, OVER, NONE = "untold", "over", ""
OUT_OF_GROUP, NOT_ADMIN = "group_outside", "group_not_admin"
SILENT = "silent:"
"""The prefix of the name of the trouble that a loop of the bot has stopped reporting; the loop's name follows."""


class Troubles:
    """Stores the troubles of one municipality. A trouble's value: UNTOLD (people were not notified yet), the moment they last
    were, or OVER (it has ended, and they must still be notified of that)."""

    def __init__(self, tx: Keepings) -> None:
        self._tx = tx

    async def begin(self, name: str) -> None:
        """Record that this trouble exists; does nothing if it was recorded before and has not ended."""
        value = await self._tx.mark(PREFIX + name)
        if value in (None, NONE, OVER):
            await self.set(name, UNTOLD)

    async def over(self, name: str) -> None:
        """Record that this trouble has ended. People are to be notified of that only if they were notified of the trouble."""
        value = await self._tx.mark(PREFIX + name)
        if value not in (None, NONE, OVER):
            await self.set(name, NONE if value == UNTOLD else OVER)

    async def set(self, name: str, value: str) -> None:
        await self._tx.set_mark(PREFIX + name, value)

    async def every(self) -> Mapping[str, str]:
        """Return the values of all troubles, by name, that have not ended or of whose end people were not notified yet."""
        found = await self._tx.marks_of(PREFIX)
        return {name.removeprefix(PREFIX): value for name, value in found.items() if value != NONE}

    async def lasting(self) -> list[str]:
        """Return the names of the troubles that have not ended, sorted."""
        return sorted(name for name, value in (await self.every()).items() if value != OVER)
