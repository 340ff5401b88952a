"""What keeps a municipality's bot from its work until a person mends it: the bot is out of its group, a network refuses its
key. A mark each, so that whoever notices only says so: the clock's round tells people, `/healthz` reads.
"""

from __future__ import annotations

from collections.abc import Mapping

from storage.keepings import Keepings

PREFIX = "trouble:"
UNTOLD, OVER, NONE = "untold", "over", ""
OUT_OF_GROUP, NOT_ADMIN = "group_outside", "group_not_admin"
SILENT = "silent:"
"""Begins the name of the trouble that a loop of the bot is silent; the loop's name follows."""


class Troubles:
    """A trouble's value: untold, the moment people were last told, or over: to be told as that."""

    def __init__(self, tx: Keepings) -> None:
        self._tx = tx

    async def begin(self, name: str) -> None:
        """There is this trouble. One that lasts stays as it is."""
        value = await self._tx.mark(PREFIX + name)
        if value in (None, NONE, OVER):
            await self.set(name, UNTOLD)

    async def over(self, name: str) -> None:
        """There is no such trouble. Nobody is told if nobody was told of it."""
        value = await self._tx.mark(PREFIX + name)
        if value not in (None, NONE, OVER):
            await self.set(name, NONE if value == UNTOLD else OVER)

    async def set(self, name: str, value: str) -> None:
        await self._tx.set_mark(PREFIX + name, value)

    async def every(self) -> Mapping[str, str]:
        """The values of those that last or are over and untold, by name."""
        found = await self._tx.marks_of(PREFIX)
        return {name.removeprefix(PREFIX): value for name, value in found.items() if value != NONE}

    async def lasting(self) -> list[str]:
        """The names of those that last."""
        return sorted(name for name, value in (await self.every()).items() if value != OVER)
