"""Read long texts in the child process before their transaction, so that they do not block the event loop.

The results are remembered (`config.russian.apart`), so that the transaction or a screen finds the verdict and the words
of the text ready.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from config.russian import apart
from networks.apart import NotWorkedOut, WorkOut

LONG = 1000
"""A text of more letters is long; this many are read on the event loop in some 20 ms, whatever they are."""


async def here(content: bytes, facts: Mapping[str, object]) -> object:
    """Read the text in a thread of this process, if there is no child process."""
    return await asyncio.to_thread(apart.read, content, facts)


@dataclass(frozen=True)
class LongTexts:
    """Reads long texts before the transaction that needs them and remembers the results, so that the transaction finds them
    ready. `work_out`: reads one text off the event loop, in a child process; by default in a thread of this process."""

    work_out: WorkOut = here
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def has_unread(self, text: str) -> bool:
        """Whether the text is long and its results are not remembered (any more), so that `read` must come first."""
        return is_long(text) and not apart.is_remembered(text)

    async def read(self, *texts: str) -> None:
        """Read those of the texts that are long, and remember the results; no transaction may be open. A text that
        cannot be read is judged by its beginning."""
        for text in filter(self.has_unread, dict.fromkeys(texts)):
            async with self._turn:
                if not self.has_unread(text):
                    continue  # read meanwhile for another screen
                answer = await self.work_out(text.encode("utf-8", "surrogatepass"), {})
                if isinstance(answer, NotWorkedOut) or not apart.remember(text, answer):
                    apart.remember_beginning(text, LONG)


def is_long(text: str) -> bool:
    """Whether reading the text on the event loop would block it too long."""
    return len(text) > LONG
