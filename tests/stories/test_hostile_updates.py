"""Whatever comes where an update is expected: nothing is unhandled, the offset moves on, later updates are served."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.messenger_side import Polled
from bot.reception.intake import put_into_inbox
from networks.port import RawEvent
from networks.vk.callback import NotAnEventError, read_callback
from storage import tables as t
from storage.transaction import Transaction
from tests.doors.hostile import BASES, HUGE, SNIPPETS, Hostile, hostile_updates, written
from tests.stories.building import everybody_in
from tests.stories.conftest import a_town
from tests.stories.test_a_day import COMPLAINT
from tests.stories.town import KEY, Town

pytestmark = pytest.mark.telegrams_own(
    "its updates, broken in every way; those of MAX: test_max_hostile, `updates_max`"
)


async def survives(town: Town, updates: list[str]) -> None:
    """The town gets the updates and then somebody's question: it is answered, and nothing is left undone but what is parked."""
    account = town.players.town.telegram.account(town.players.bot)
    for update in updates:
        account.push_verbatim(update, town.clock.now())
    await town.settles()
    for _ in range(7):
        await town.waits(seconds=61)
    await town.waits(minutes=11)
    town.looks_around()
    await town.deputy.writes("/open")
    assert [m for m in town.deputy.private if town.is_unseen(m)], f"nobody is served any more after {updates}"
    assert isinstance(polled := await town.bot.messenger.poll(await town.bot.intake.position(), 0), Polled)
    assert polled.items == (), "the offset has not moved"
    async with town.books.write(KEY) as tx:
        query = sa.select(t.inbox.c.raw).where(t.inbox.c.state.not_in(["done", "parked", "dropped"]))
        assert list((await tx.connection.execute(query)).scalars()) == []


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(hostile_updates(), min_size=10, max_size=40))
def test_no_update_is_unhandled_the_offset_moves_and_later_ones_are_served(updates: list[str]) -> None:
    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with a_town(Path(folder), "kursky") as town:
                await everybody_in(town)
                await town.resident_writes(COMPLAINT)
                await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
                await survives(town, updates)

    asyncio.run(play())


NAMED = {
    "a message of 2**63": written(BASES[0], (Hostile(("message", "message_id"), "9223372036854775808"),)),
    "a chat of 2**63": written(BASES[0], (Hostile(("message", "chat", "id"), "9223372036854775808"),)),
    "a reply to 2**63": written(BASES[0], (Hostile(("message", "reply_to_message", "message_id"), "9223372036854775808"),)),
    "half a character": written(BASES[0], (Hostile(("message", "text"), r'"Вода\ud800 будет завтра, ждите и не звоните"'),)),
    "half a character in a key": written(BASES[0], (Hostile(("message", "chat"), r'{"\ud800": 1}'),)),
    "NUL": written(BASES[0], (Hostile(("message", "text"), r'"Вода\u0000 будет завтра, ждите и не звоните"'),)),
    "a text of 5": written(BASES[0], (Hostile(("message", "text"), "5"),)),
    "no chat": written(BASES[0], (Hostile(("message", "chat"), "null"),)),
    "no moment of a calendar": written(BASES[0], (Hostile(("message", "date"), "9223372036854775807"),)),
    "a number of 5000 digits": written(BASES[0], (Hostile(("message", "message_id"), HUGE),)),
    "NaN": written(BASES[0], (Hostile(("message", "date"), "NaN"),)),
    "nested": written(BASES[0], (Hostile(("message", "text"), "[" * 100_000 + "]" * 100_000),)),
    "no number": written(BASES[0], (Hostile(("update_id",), None),)),
    "a number of 2**63": written(BASES[0], (Hostile(("update_id",), "9223372036854775808"),)),
    "a number beyond Telegram's": written(BASES[0], (Hostile(("update_id",), "4000000000000"),)),
    "a number in words": written(BASES[0], (Hostile(("update_id",), '"17"'),)),
    "no object": "[1, 2]",
    "a word": '"update"',
    "nothing": "null",
}  # fmt: skip


@pytest.mark.parametrize("update", NAMED.values(), ids=NAMED)
async def test_one_of_each_kind_stops_nobody(town: Town, update: str) -> None:
    await town.resident_writes(COMPLAINT)
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    good = written(BASES[3], ())
    await survives(town, [update, good, update, update, good])
    town.looks_around()


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(len(SNIPPETS)))
async def test_a_network_that_sends_it_stops_nobody(town: Town, snippet: str) -> None:
    """The same pieces as an event of VK's Callback API, and as what was kept by an earlier edition."""
    body = '{"type": "wall_reply_new", "group_id": 1001, "secret": "secret-word", "object": %s, "event_id": %s}'
    kept = [RawEvent(f"old{number}", raw) for number, raw in enumerate([snippet, body % (snippet, snippet)])]
    try:
        event = read_callback((body % (snippet, snippet)).encode(), "secret-word", 1001)
        kept += [event] if isinstance(event, RawEvent) else []
    except NotAnEventError:
        pass
    for one in kept:
        await town.bot.keep("vk", one)
    await town.settles()
    await town.waits(minutes=11)
    town.looks_around()
    await town.resident_writes("На Мира опять нет воды, сколько можно")
    town.curator.sees("На Мира опять")
    async with town.books.write(KEY) as tx:
        assert await tx.inbox.waiting(town.clock.now(), 10) == []


async def test_what_cannot_be_kept_is_parked_and_takes_nothing_with_it(town: Town) -> None:
    now = town.clock.now()
    items = [("good1", "{}"), ("bad", "half \ud800 a character"), ("good2", "{}"), ("worse \udfff", "x")]

    async def move(tx: Transaction) -> None:
        await tx.set_mark("position:vk", "17")

    await put_into_inbox(town.books, KEY, "vk", items, now, move)
    async with town.books.write(KEY) as tx:
        rows = [(row.key.partition(":")[0], row.raw) for row in await tx.inbox.parked()]
        kept = [row.key for row in await tx.inbox.waiting(now, 10)]
        position = await tx.mark("position:vk")
    assert (rows, kept, position) == ([("strange", "x"), ("strange", "half � a character")], ["good1", "good2"], "17")
    await put_into_inbox(town.books, KEY, "vk", items, now)
    async with town.books.write(KEY) as tx:
        assert await tx.inbox.count_parked() == 2
    town.looks_around()
