"""How many statements a press of a button costs: what a transaction has read it does not read again."""

from __future__ import annotations

from pathlib import Path

from bot.process.app import Municipal
from storage.inbox import MESSENGER
from storage.sqlite import SqliteEngine
from tests.bench.office import ACCOUNTS, GROUP, KEY, Silent, closed, comment, opened, tap
from workflow.case import State
from workflow.ports import Known

OF_A_PRESS = 12
"""The case, its messages and its wave are read; the case, its journal line with its link, alarms, deadlines and letters are
written, and the press leaves the inbox."""
CASES = (1, 2, 3)


async def pressed(bot: Municipal, source: str, *updates: tuple[str, str]) -> list[str]:
    """The statements that these updates needed, without those that put them into the inbox."""
    assert isinstance(bot.books.engine, SqliteEngine)
    async with bot.books.write(KEY) as tx:
        await tx.inbox.keep(source, updates, bot.clock.now())
    taken: list[str] = []
    bot.books.engine.tell(lambda text, values, several: taken.append(text))
    await bot.reception.drain()
    return taken


async def test_a_press_needs_few_statements(tmp_path: Path) -> None:
    bot, curator = await opened(tmp_path, Silent()), ACCOUNTS["curator"]
    try:
        await pressed(bot, "vk", *(comment(case) for case in CASES))
        async with bot.books.write(KEY) as tx:
            for case in CASES:
                await tx.messages.remember(Known(curator, case, "offer", case), bot.clock.now())
                await tx.messages.remember(Known(GROUP, 10 + case, "card", case), bot.clock.now())
        await pressed(bot, MESSENGER, *(tap(100 + n, "curator", curator, n, f"fw:{n}:zhkh") for n in CASES))
        taken = await pressed(bot, MESSENGER, *(tap(200 + n, "zhkh_head", GROUP, 10 + n, f"ac:{n}") for n in CASES))
        async with bot.books.write(KEY) as tx:
            found = [await tx.case(n) for n in CASES]
        assert [case.state for case in found if case is not None] == [State.IN_WORK] * 3
        ends = [place for place, text in enumerate(taken) if text.startswith("UPDATE inbox")]
        last = taken[ends[-2] + 1 : ends[-1] + 1]
        assert len(last) <= OF_A_PRESS, last
        assert sorted(last) == sorted(set(last))
    finally:
        await closed(bot)
