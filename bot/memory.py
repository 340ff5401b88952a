"""What stays for the life of the process is looked through by the collector of garbage no more.

The morphology's dictionary, the tables and the offices are hundreds of thousands of objects; a full collection over them
holds the event loop, and with it every tap, for a quarter of a second. Nothing else is done here.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from typing import TYPE_CHECKING

from config.morphology import lemmas

if TYPE_CHECKING:
    from bot.app import Municipal


async def settle_in(bots: Sequence[Municipal]) -> None:
    """What the first message would load is loaded, and all there is by now is taken as being there for good. Once, at start."""
    for bot in bots:
        office = bot.offices.today(bot.key)
        await asyncio.to_thread(bot.reception.granting.finding.guess, "нет воды", office)
    await asyncio.to_thread(lemmas, "вода")
    gc.collect()
    gc.freeze()
