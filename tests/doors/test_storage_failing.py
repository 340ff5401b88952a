"""The bot over a storage that fails: nothing is dropped, counted or sent twice for it, and a bot that cannot write ends.

The storage fails for real: no file of the process may grow, or SQLite ends a transaction by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog

from bot.beats import Beats
from bot.board.changes import Changes
from bot.cli.run import run_all
from bot.clock import HeldClock
from bot.official.publications.watch import AGAIN
from bot.process.fleet import Fleet
from bot.process.stopping import FORCED, LastResort
from bot.process.storage_watch import GIVEN_UP, PATIENCE, StorageWatch
from bot.reception.batches import TRIES
from storage import tables as t
from storage.books import Books
from storage.failures import StorageError
from storage.migrate import upgrade
from tests.doors.sorting_room import HandClock, Room, a_room
from tests.faults import nothing_grows
from tests.patience import PATIENT, PROCESS
from tests.rules.offices import at
from tests.stories.building import everybody_in
from tests.stories.conftest import a_town
from tests.stories.town import KEY, Town
from workflow.case import State
from workflow.ports import Letter, account_lane
from workflow.regulation import Step

COMPLAINT = "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут"


@pytest.fixture
def forced() -> LastResort:
    """Ends nothing."""
    return LastResort(PROCESS, lambda code: None)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path, cases=1) as room:
        yield room


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path, "kursky") as town:
        await everybody_in(town)
        yield town


Gone = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def gone(tmp_path: Path) -> Gone:
    """The database's file is away, and back afterwards."""

    @contextmanager
    def gone() -> Iterator[None]:
        file = (tmp_path / "dezhurny.db").resolve()  # it lies on the shelf of the tests
        away = file.rename(file.with_name(f"{file.name}-away"))
        try:
            yield
        finally:
            away.rename(file)

    return gone


# --- the watch -----------------------------------------------------------------------------------------------------------


class Hand:
    """Writes or fails to, at moments of a clock that stands."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.clock = HeldClock(at("2026-01-12 09:00"))
        self.given_up: list[float] = []
        self.watch = books.watch = StorageWatch(self.clock, lambda: self.given_up.append(self.clock.monotonic()))

    async def reads(self) -> None:
        async with self.books.write(KEY) as tx:
            await tx.mark("mark")

    async def writes(self) -> None:
        async with self.books.write(KEY) as tx:
            await tx.set_mark("mark", str(self.clock.monotonic()))

    async def fails_for(self, seconds: float) -> None:
        """Tries every ten seconds."""
        end = self.clock.monotonic() + seconds
        with nothing_grows():
            while True:
                with pytest.raises(StorageError):
                    await self.writes()
                if self.clock.monotonic() >= end:
                    return
                await self.clock.sleep(10)


@pytest.fixture
async def hand(tmp_path: Path) -> AsyncIterator[Hand]:
    url = f"sqlite:///{tmp_path / 'books.db'}"
    await upgrade(url)
    books = Books(url)
    yield Hand(books)
    await books.close()


async def test_who_could_not_write_for_five_minutes_gives_up_once_and_says_why(hand: Hand) -> None:
    with structlog.testing.capture_logs() as said:
        await hand.fails_for(PATIENCE - 10)
        assert hand.given_up == []
        await hand.clock.sleep(10)
        await hand.fails_for(60)
    assert hand.given_up == [PATIENCE]
    assert [line["event"] for line in said] == ["storage failed, nothing is kept", GIVEN_UP]
    assert {line["reason"] for line in said} == {"disk I/O error"}


async def test_a_write_in_between_begins_the_five_minutes_anew_and_reading_does_not(hand: Hand) -> None:
    with structlog.testing.capture_logs() as said:
        await hand.fails_for(PATIENCE - 10)
        await hand.writes()
        await hand.clock.sleep(10)
        await hand.fails_for(PATIENCE - 10)
        assert hand.given_up == []
        await hand.reads()
        await hand.clock.sleep(10)
        await hand.fails_for(0)
    assert hand.given_up == [2 * PATIENCE]
    assert [line.get("after") for line in said if line["event"] == "storage works again"] == [PATIENCE - 10]


async def test_silence_is_no_failure(hand: Hand) -> None:
    await hand.fails_for(0)
    await hand.writes()
    await hand.clock.sleep(10 * PATIENCE)
    await hand.fails_for(0)
    assert hand.given_up == []


async def test_a_bot_whose_storage_is_gone_for_five_minutes_stops_by_itself_and_its_exit_code_says_so(
    town: Town, forced: LastResort, gone: Gone
) -> None:
    """Nobody writes to it: its own loops are enough."""
    begun = town.clock.monotonic()
    with structlog.testing.capture_logs() as said, gone():
        code = await asyncio.wait_for(run_all(Fleet([town.bot]), town.bot.clock, forced), PATIENT)
    assert code == FORCED == 1
    assert [line["log_level"] for line in said if line["event"] == GIVEN_UP] == ["critical"]
    assert town.clock.monotonic() - begun >= PATIENCE


async def test_a_bot_that_is_stopped_while_its_storage_fails_ends_as_asked(
    town: Town, forced: LastResort, gone: Gone
) -> None:
    running = asyncio.create_task(run_all(Fleet([town.bot]), town.bot.clock, forced))
    await asyncio.sleep(0)
    with gone():
        town.bot.stop()
        assert await asyncio.wait_for(running, PATIENT) == 0


# --- what comes in ---------------------------------------------------------------------------------------------------


async def arrivals(town: Town) -> list[tuple[str, int]]:
    """State and tries of everything that is not done."""
    async with town.books.write(KEY) as tx:
        rows = await tx.connection.execute(sa.select(t.inbox.c.state, t.inbox.c.attempts))
        return [(state, attempts) for state, attempts in rows if state != "done"]


@asynccontextmanager
async def no_room_in(town: Town, table: str) -> AsyncIterator[None]:
    """SQLite ends each transaction that writes into the table, in the middle of it; other tables take what is small."""
    async with town.books.write(KEY) as tx:
        ends = f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ROLLBACK, 'full'); END"
        await tx.connection.exec_driver_sql(ends)
    yield
    async with town.books.write(KEY) as tx:
        await tx.connection.exec_driver_sql("DROP TRIGGER full")


async def test_an_update_the_storage_could_not_take_has_used_up_none_of_its_tries(town: Town) -> None:
    town.players.town.vk.comment(town.players.resident, town.players.post, COMPLAINT)
    for network in town.bot.networks:
        await network.once()
    async with no_room_in(town, "cases"):
        for _ in range(TRIES + 1):
            with pytest.raises(StorageError):
                await town.bot.reception.work()
            town.clock.advance(timedelta(minutes=1))
    assert await arrivals(town) == [("waiting", 0)]
    await town.settles()
    assert (await town.case()).state is State.NEW
    town.looks_around()


async def test_an_update_whose_file_found_no_room_has_used_up_none_of_its_tries(town: Town) -> None:
    telegram, curator = town.players.town.telegram, town.curator.user
    telegram.write(curator, town.players.bot, "вот", document=("снимок.bin", b"x" * 3_000_000))
    await town.bot.intake.once(0)
    with nothing_grows(longest=2_000_000):
        for _ in range(TRIES + 1):
            await town.bot.reception.drain()
            town.clock.advance(timedelta(seconds=20))
    assert await arrivals(town) == [("waiting", 0)]
    await town.settles()
    assert await arrivals(town) == []
    town.looks_around()


async def test_an_update_the_storage_cannot_take_holds_up_no_other(town: Town) -> None:
    """A press that was carried out has its toast, too."""
    await town.resident_writes(COMPLAINT)
    telegram, offer = town.players.town.telegram, town.curator.sees("Третий день")
    caption = next(b.text for row in offer.buttons for b in row if "ЖКХ" in b.text)
    async with no_room_in(town, "cases"):
        town.players.town.vk.comment(town.players.resident, town.players.post, f"И ещё: {COMPLAINT.lower()} совсем")
        for network in town.bot.networks:
            await network.once()
        press = telegram.press(town.curator.user, offer, caption)
        await town.bot.intake.once(0)
        with pytest.raises(StorageError):
            await town.bot.reception.drain()
        if toasts := town.bot.reception.under_way:
            await asyncio.wait(toasts)
        assert (press.answered, (await town.case()).state) == (True, State.FORWARDED)
    await town.settles()
    assert await town.cases() == 2
    town.looks_around()


async def test_what_could_not_be_kept_is_asked_for_again(town: Town) -> None:
    """Neither the messenger nor a network has heard that it was taken."""
    town.players.town.vk.comment(town.players.resident, town.players.post, COMPLAINT)
    town.players.town.telegram.write(town.players.people["curator"], town.players.bot, "/open")
    with nothing_grows():
        with pytest.raises(StorageError):
            await town.bot.intake.once(0)
        for network in town.bot.networks:
            with pytest.raises(StorageError):
                await network.once()
    assert await arrivals(town) == []
    await town.settles()
    assert (await town.case()).number == 1
    town.curator.sees("№ 1")
    town.looks_around()


# --- what falls due ----------------------------------------------------------------------------------------------------


async def test_an_alarm_the_storage_could_not_ring_is_not_dropped(town: Town) -> None:
    """SQLite ends the transaction in the middle, as it may when the disk is full: what follows is not kept by itself."""
    await town.resident_writes(COMPLAINT)
    town.looks_around()
    due = await town.due(Step.FORWARD)
    before = await alarms(town)
    town.clock.advance(due - town.clock.now() + timedelta(minutes=2))
    async with no_room_in(town, "journal"):
        for _ in range(2):
            with pytest.raises(StorageError):
                await town.bot.ticker.tick()
        assert await alarms(town) == before
    await town.settles()
    town.curator.sees("№ 1")
    town.looks_around()


async def alarms(town: Town) -> list[datetime]:
    async with town.books.write(KEY) as tx:
        return list((await tx.connection.execute(sa.select(t.alarms.c.at).order_by(t.alarms.c.at))).scalars())


async def test_a_round_that_failed_is_made_again_soon_and_not_when_the_next_is_due(town: Town, gone: Gone) -> None:
    """The next look comes to the storage again, instead of thinking that the last one was made."""
    care, afterwards = town.bot.care, town.bot.afterwards
    assert afterwards is not None
    town.clock.advance(AGAIN)
    with gone():
        for _ in range(3):
            with pytest.raises(StorageError):
                await care.look()
            with pytest.raises(StorageError):
                await afterwards.look()
            town.clock.advance(timedelta(minutes=1))


class Failed:
    """Is there to be told that the storage failed."""

    def __init__(self) -> None:
        self.heard = asyncio.Event()

    def wrote(self) -> None: ...

    def failed(self, error: StorageError) -> None:
        self.heard.set()


async def test_open_pages_hear_of_changes_also_after_the_storage_failed(town: Town, gone: Gone) -> None:
    changes = Changes(town.books, Beats(town.clock), every=0.0)
    await changes.start()
    told = changes.join()
    assert told is not None
    town.books.watch = failed = Failed()
    with gone():
        await asyncio.wait_for(failed.heard.wait(), PATIENT)
    await town.resident_writes(COMPLAINT)
    await asyncio.wait_for(told.wait(), PATIENT)
    await changes.stop()
    town.looks_around()


# --- what goes out -----------------------------------------------------------------------------------------------------


class Meanwhile(HandClock):
    """Somebody makes room while delivery waits."""

    def __init__(self, clock: HandClock, happens: Callable[[], None]) -> None:
        super().__init__(clock.sandbox)
        self._happens = happens

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if self.slept >= 3:
            self._happens()


async def test_a_letter_that_went_out_while_nothing_could_be_kept_goes_out_once(room: Room) -> None:
    fault = ExitStack()
    room.world.subscribe(lambda event: fault.enter_context(nothing_grows()) if not room.clock.slept else None)
    room.clock = Meanwhile(room.clock, fault.close)
    room.deliver_with()
    await room.put(Letter("say", account_lane(room.anna.id), 0, account=room.anna.id, body={"text": "раз"}))
    assert await room.sent() == 1
    assert (room.texts(room.anna), await room.letters()) == (["раз"], [("say", "sent")])
    assert room.clock.slept == 3
