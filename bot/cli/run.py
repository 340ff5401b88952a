"""`run`: runs the bot. Backs up and migrates the database, starts; refuses a second start on one database; stops
politely on a signal."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import FrameType

import structlog

from bot.beats import Beats
from bot.board import web
from bot.cli.backup import NoRoom, copy_before_migration, sweep
from bot.cli.books import existing, refusal, refuse_foreign
from bot.cli.bots import Configured, Yard, public_url, web_port
from bot.cli.mistake import Mistake
from bot.cli.spares import BOOKS
from bot.clock import Clock, ShiftedClock, WallClock
from bot.process import logs, service
from bot.process.child import Children
from bot.process.fleet import START_AGAIN_SECONDS, Fleet, close
from bot.process.lock import AlreadyRunning, Lock
from bot.process.memory import settle_in
from bot.process.sharing import Sharing
from bot.process.standby import Standbys
from bot.process.stopping import FORCED, LastResort
from bot.process.storage_watch import StorageWatch
from config.settings import Settings, read_settings
from storage import migrate
from storage.books import Books
from storage.engine import connect

log = structlog.get_logger()


def run(folder: Path, town_clock: str | None = None) -> int:
    """Run until a signal; return the exit code.

    Raises Mistake with the reason in one line if the bot cannot start; nothing is left half started. A full disk or an
    unreachable database gives exit code 1 and no Mistake: the service manager should try again.
    """
    logs.set_up()
    configured = Configured(existing(folder))
    settings = read_settings()
    url = settings.database(folder)
    try:
        with ExitStack() as held:
            file = migrate.file_of(url)
            if file is not None:
                try:
                    held.enter_context(Lock(file.with_name(f"{file.name}.lock")))
                except AlreadyRunning as error:
                    raise Mistake(str(error)) from None
            return asyncio.run(_run(configured, settings, url, town_clock))
    except NoRoom as error:
        log.critical("копию базы снять не удалось, бот не работает", reason=str(error))
        return FORCED
    except Exception as error:
        refused = refusal(error)
        if refused is None:
            raise
        log.critical("база данных недоступна, бот не работает", reason=refused)
        return FORCED


async def _run(configured: Configured, settings: Settings, url: str, town_clock: str | None) -> int:
    folder = configured.folder
    clock = ShiftedClock() if town_clock else WallClock()
    sweep(folder)
    await refuse_foreign(url)
    if await migrate.needed(url):
        file = migrate.file_of(url)
        if file is not None and file.exists():
            copy_before_migration(file)
        elif file is None and await migrate.current(url) is not None:
            await asyncio.to_thread(copy_before_migration, folder / BOOKS, url)
        await migrate.upgrade(url)
    books, children = Books(url), Children()
    fleet = Fleet([], beats=Beats(clock), configured=configured.read)
    # Connections of its own: renewing a lease never waits until two hundred municipalities have had theirs.
    leasing = connect(url)
    sharing = Sharing.of(leasing, configured.paths, fleet) if leasing.is_shared else None
    if sharing is None:
        fleet.absent.update(dict.fromkeys(configured.paths, ()))
    else:
        books.leases = sharing.leases
    yard = Yard(configured, settings, books, clock, children, fleet)
    fleet.build, standbys = yard.bot, Standbys(yard.standby)
    fleet.anew = standbys.forget
    try:
        if sharing is None:
            await _first_wired(fleet)
        return await _turn(fleet, books, clock, town_clock, settings, standbys)
    finally:
        if sharing is not None:
            await sharing.leave()
        await leasing.dispose()
        for bot in fleet.bots:
            await close(bot)
        await standbys.forget()
        children.close()
        await books.close()


async def _first_wired(fleet: Fleet) -> None:
    """Wait until at least one municipality's bot can run; one that cannot does not stop the others. Raises Mistake if
    none can before somebody corrects its files."""
    while not fleet.bots:
        if not await fleet.first():
            raise Mistake("; ".join(problem for problems in fleet.absent.values() for problem in problems))
        if not fleet.bots:
            await asyncio.sleep(START_AGAIN_SECONDS)


async def _turn(
    fleet: Fleet, books: Books, clock: Clock, town_clock: str | None, settings: Settings, standbys: Standbys
) -> int:
    """Start the bots and the web port and run until a signal, or until nothing could be written for five minutes;
    return the exit code."""
    followers: list[asyncio.Task[None]] = []
    if town_clock is not None and isinstance(clock, ShiftedClock):
        await _follow_once(clock, town_clock)
        followers.append(asyncio.create_task(_follow(clock, town_clock, fleet.stop)))
    for bot in fleet.bots:
        await bot.start()
    port, token = web_port(), settings.metrics_token
    runner = await web.serve(fleet.bots, books, port, public_url(settings), token, fleet.absent, fleet.beats, standbys)
    last_resort = LastResort(settings.stop_seconds)
    _obey_signals(fleet, last_resort)
    settle_in()
    log.info("started", municipalities=[bot.key for bot in fleet.bots])
    service.tell(service.READY)
    followers.append(asyncio.create_task(service.give_signs(fleet.is_stuck)))
    code = await run_all(fleet, clock, last_resort)
    service.tell(service.STOPPING)
    for follower in followers:
        follower.cancel()
    if runner is not None:
        await runner.cleanup()
    log.info("stopped")
    return code


async def run_all(fleet: Fleet, clock: Clock, last_resort: LastResort) -> int:
    """Run the bots until they are stopped; stop them if nothing could be written to the database for five minutes.
    Return the exit code: 0, or FORCED in that case."""

    def give_up() -> None:
        last_resort.start(asyncio.get_running_loop())
        fleet.stop()

    watch = fleet.watch = StorageWatch(clock, give_up)
    await fleet.run()
    return FORCED if watch.has_given_up else 0


def _obey_signals(fleet: Fleet, last_resort: LastResort) -> None:
    """On SIGINT and SIGTERM stop the bots; on SIGHUP reload the configuration. A stop also starts the last resort, in
    case something blocks the event loop, without which no polite stop is possible. On Windows there is no SIGHUP, and
    Ctrl-C is noticed at the loop's next turn, within a second."""
    loop = asyncio.get_running_loop()

    def heard(number: int, frame: FrameType | None) -> None:
        last_resort.start(loop)
        loop.call_soon_threadsafe(fleet.stop)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, heard)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda number, frame: loop.call_soon_threadsafe(fleet.reload_soon))


# --- the demo's clock ------------------------------------------------------------------------------------------------


async def _follow(clock: ShiftedClock, url: str, stop: Callable[[], None]) -> None:
    """Set the clock to that of the demo's town, whose visitor can move it, four times a second. After half a minute
    without an answer the town counts as ended and `stop` is called."""
    missed = 0
    while missed < 120:
        await asyncio.sleep(0.25)
        missed = 0 if await _follow_once(clock, url) else missed + 1
    log.warning("the town is gone")
    stop()


async def _follow_once(clock: ShiftedClock, url: str) -> bool:
    """Set the clock to the town's time once; return whether the town answered."""
    from datetime import datetime

    import aiohttp

    try:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            town = datetime.fromisoformat((await answer.json())["now"])
    except (aiohttp.ClientError, KeyError, ValueError, TimeoutError):
        return False
    shift = town - WallClock().now()
    if abs(shift - clock.shift) > timedelta(seconds=0.5):
        clock.shift = shift
    return True
