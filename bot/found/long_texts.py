"""Long texts are read in the kept child before their transaction, so that they hold up nobody on the event loop.

What came of it is remembered (`config.russian.apart`): where the transaction or a screen asks for the verdict or the
words of the text, they are there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from config.russian import apart
from networks.apart import NotWorkedOut, WorkOut

LONG = 1000
"""Letters. So many are read on the event loop in some 20 ms, whatever they are."""


async def here(content: bytes, facts: Mapping[str, object]) -> object:
    """Read the text in a thread of this process, where there is no child."""
    return await asyncio.to_thread(apart.read, content, facts)


@dataclass(frozen=True)
class LongTexts:
    """`work_out`: reads a text apart from this process."""

    work_out: WorkOut = here

    async def read(self, *texts: str) -> None:
        """Read those that are long; no transaction may be open. A text that cannot be read is judged by its beginning."""
        for text in dict.fromkeys(texts):
            if is_long(text) and not apart.is_remembered(text):
                answer = await self.work_out(text.encode("utf-8", "surrogatepass"), {})
                if isinstance(answer, NotWorkedOut) or not apart.remember(text, answer):
                    apart.remember_beginning(text, LONG)


def is_long(text: str) -> bool:
    """Whether reading it on the event loop would hold others up."""
    return len(text) > LONG
