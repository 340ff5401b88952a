"""Where the next poll begins is kept with what the last one brought, and never makes the bot deaf (decision 0029)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.process.app import Municipal
from bot.process.wiring import wire
from tests.stories.town import KEY, Town

pytestmark = pytest.mark.telegrams_own("numbers of updates that begin anew")


async def started_again(town: Town) -> Municipal:
    """Another process with the same books, the first one gone."""
    networks = {one.network.key: one.network for one in town.bot.networks}
    folder = town.municipality.folder
    bot = wire(town.municipality, town.books, town.bot.messenger, networks, town.bot.clock, "dezhurny_bot", folder)
    await bot.start()
    return bot


async def test_a_restart_goes_on_where_the_last_poll_ended(town: Town) -> None:
    await town.curator.writes("/open")
    town.curator.sees("Открытых")
    before = await town.bot.intake.position()
    assert before is not None
    assert await (await started_again(town)).intake.position() == before


@pytest.mark.parametrize("restart", [False, True], ids=["running", "started again"])
async def test_numbers_that_begin_anew_after_a_silent_week_are_heard(town: Town, *, restart: bool) -> None:
    await town.curator.writes("/open")
    town.curator.sees("Открытых")
    town.clock.advance(timedelta(days=8))
    account = town.players.town.telegram.account(town.players.bot)
    account.next_update_id = 17
    if restart:
        town.bot = await started_again(town)
    town.looks_around()
    await town.curator.writes("/open")
    town.curator.sees("Открытых")
    assert await town.bot.intake.position() == 18
    town.looks_around()


async def test_what_could_not_be_kept_does_not_move_the_position(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async with town.books.write(KEY) as tx:
        before = await tx.connections.position(town.bot.messenger.connection)

    async def broken(*rest: object) -> None:
        raise OSError("no room")

    account = town.players.town.telegram.account(town.players.bot)
    account.push("message", {"message_id": 1}, town.clock.now())
    with monkeypatch.context() as patched:
        patched.setattr("storage.inbox.Inbox.keep", broken)
        with pytest.raises(OSError, match="no room"):
            await town.bot.intake.once(0)
    async with town.books.write(KEY) as tx:
        assert await tx.connections.position(town.bot.messenger.connection) == before
