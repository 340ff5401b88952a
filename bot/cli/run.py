"""`run`: the real bot. Backs up, migrates, starts; refuses a second start on one database; stops politely on a signal."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import FrameType

import structlog

from bot.beats import Beats
from bot.board import web
from bot.cli.backup import BOOKS, NoRoom, copy_before_migration
from bot.cli.books import every, refusal, refuse_foreign
from bot.cli.connecting import doors_of, messenger_hook, networks_of
from bot.cli.mistake import Mistake
from bot.clock import Clock, ShiftedClock, WallClock
from bot.messenger_side import Identity, MessengerSide, NotOpened, Unauthorised
from bot.people.entrance import WEB_PORT
from bot.people.menus import menus
from bot.process import logs, service
from bot.process.app import Municipal
from bot.process.child import LONG_PATIENCE, Child
from bot.process.fleet import START_AGAIN_SECONDS, Fleet, NotWired, NotYet, close
from bot.process.lock import AlreadyRunning, Lock
from bot.process.memory import settle_in
from bot.process.messengers import open_messenger, same_bot
from bot.process.sharing import Sharing
from bot.process.stopping import FORCED, LastResort, patience
from bot.process.storage_watch import StorageWatch
from bot.process.wiring import wire
from config.municipality import Municipality, load
from config.settings import Secrets, Settings, read_secrets, read_settings
from config.texts import Texts
from config.yamlfile import BrokenConfiguration
from storage import migrate
from storage.books import Books

log = structlog.get_logger()


def run(folder: Path, town_clock: str | None = None) -> int:
    """Run until a signal; return the exit code.

    Mistake with the reason, in one line, if it cannot start; nothing is left half started. A full disk is exit code 1
    and no Mistake: the service manager should try again.
    """
    logs.set_up()
    municipalities = every(folder)
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
            return asyncio.run(_run(folder, municipalities, settings, url, town_clock))
    except NoRoom as error:
        log.critical("копию базы снять не удалось, бот не работает", reason=str(error))
        return FORCED
    except Exception as error:
        refused = refusal(error)
        if refused is None:
            raise
        log.critical("база данных недоступна, бот не работает", reason=refused)
        return FORCED


async def _run(
    folder: Path, municipalities: Sequence[Municipality], settings: Settings, url: str, town_clock: str | None
) -> int:
    clock = ShiftedClock() if town_clock else WallClock()
    await refuse_foreign(url)
    if await migrate.needed(url):
        file = migrate.file_of(url)
        if file is not None and file.exists():
            copy_before_migration(file)
        elif file is None and await migrate.current(url) is not None:
            await asyncio.to_thread(copy_before_migration, folder / BOOKS, url)
        await migrate.upgrade(url)
    books, child, slow = Books(url), Child(), Child(patience=LONG_PATIENCE)
    papers = Child(patience=LONG_PATIENCE)  # our own figures: no stranger's bytes come here
    alone = len(municipalities) == 1
    paths = {municipality.key: municipality.path for municipality in municipalities}
    fleet = Fleet([], beats=Beats(clock))
    sharing = Sharing.of(books.engine, sorted(paths), fleet) if books.engine.is_shared else None
    if sharing is None:
        fleet.absent.update(dict.fromkeys(paths, ()))
    else:
        books.epochs, fleet.share = sharing.leases.epochs, sharing.run
        fleet.serves = sharing.leases.epochs.__contains__
    wired = partial(
        _bot,
        folder,
        settings=settings,
        books=books,
        clock=clock,
        child=child,
        slow=slow,
        papers=papers,
        alone=alone,
        beside=fleet.bots,
    )

    async def build(key: str) -> Municipal:
        try:
            return await wired(load(paths[key], (paths[key].parent, folder)))
        except BrokenConfiguration as broken:
            raise NotWired([str(problem) for problem in broken.problems]) from None
        except Mistake as mistake:
            raise NotWired([str(mistake)]) from None

    fleet.build = build
    try:
        if sharing is None:
            await _first_wired(fleet)
        return await _turn(fleet, books, clock, town_clock, settings)
    finally:
        if sharing is not None:
            await sharing.leave()
        for bot in fleet.bots:
            await close(bot)
        child.close()
        slow.close()
        papers.close()
        await books.close()


async def _first_wired(fleet: Fleet) -> None:
    """Wait until at least one bot can run; one that cannot stops no other. Mistake if none can before its files are
    mended."""
    while True:
        for bot in await fleet.wire_absent():
            fleet.bots.append(bot)
        if fleet.is_hopeless:
            raise Mistake("; ".join(problem for problems in fleet.absent.values() for problem in problems))
        if fleet.bots:
            return
        await asyncio.sleep(START_AGAIN_SECONDS)


def _web_port() -> int:
    return int(os.environ.get("WEB_PORT") or WEB_PORT)


def _public_url(settings: Settings) -> str:
    """The address of the page from outside; on this machine unless the office sets another."""
    return settings.public_url or f"http://127.0.0.1:{_web_port()}"


async def _turn(fleet: Fleet, books: Books, clock: Clock, town_clock: str | None, settings: Settings) -> int:
    """Run all bots side by side until a signal, or until nothing can be written; return the exit code."""
    followers: list[asyncio.Task[None]] = []
    if town_clock is not None and isinstance(clock, ShiftedClock):
        await _follow_once(clock, town_clock)
        followers.append(asyncio.create_task(_follow(clock, town_clock, fleet.stop)))
    for bot in fleet.bots:
        await bot.start()
    port, token = _web_port(), settings.metrics_token
    runner = await web.serve(fleet.bots, books, port, _public_url(settings), token, fleet.absent, fleet.beats)
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
    """Run until somebody stops the bots, or stop them when nothing could be written for five minutes; return the exit code."""

    def give_up() -> None:
        last_resort.start(asyncio.get_running_loop())
        fleet.stop()

    watch = fleet.watch = StorageWatch(clock, give_up)
    await fleet.run()
    return FORCED if watch.has_given_up else 0


def _obey_signals(fleet: Fleet, last_resort: LastResort) -> None:
    """Stop on SIGINT and SIGTERM, read the configuration anew on SIGHUP. A stop also starts the last resort, in case
    something blocks the event loop, which alone can stop politely. On Windows there is no SIGHUP, and Ctrl-C is noticed
    at the loop's next turn, within a second.
    """
    loop = asyncio.get_running_loop()

    def heard(number: int, frame: FrameType | None) -> None:
        last_resort.start(loop)
        loop.call_soon_threadsafe(fleet.stop)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, heard)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda number, frame: loop.call_soon_threadsafe(fleet.reload_soon))


async def _bot(
    folder: Path,
    municipality: Municipality,
    *,
    settings: Settings,
    books: Books,
    clock: Clock,
    child: Child,
    slow: Child,
    papers: Child,
    alone: bool,
    beside: Sequence[Municipal],
) -> Municipal:
    """One municipality's bot with its messenger and networks. Mistake if the token is missing, rejected or that of a bot
    that runs for another municipality; NotYet if the messenger does not answer and others should not wait for it."""
    secrets = read_secrets(municipality.folder, alone=alone)
    pushed_to = messenger_hook(municipality, secrets, settings)
    messenger = _opened(municipality, secrets, settings)
    try:
        waits = alone and not books.engine.is_shared
        name = await _name(messenger, f"{municipality.key}/.env", waits=waits)
        _is_nobody_elses(municipality.key, messenger, beside)
    except Exception:
        await messenger.close()
        raise
    networks = networks_of(municipality, secrets, settings, clock, child)
    async with books.write(municipality.key) as tx:
        former = await tx.connections.may_settle(messenger.connection)
        if former is None:
            await tx.set_mark("bot_username", name)
    if former is not None:
        await messenger.close()
        words = f"администрация работает в {former}, а в файле networks.messenger: {messenger.key}"
        raise Mistake(f"{municipality.key}: {words}; чтобы переехать: python -m bot move --to {messenger.key}")
    files, public = folder / "files" / municipality.key, _public_url(settings)
    apart = slow.window("sheet"), papers.window("paper")
    bot = wire(municipality, books, messenger, networks, clock, name, files, public, *apart)
    if bot.menus is None:
        await messenger.set_menus(menus(Texts(municipality.folders)))
    bot.patience = patience(settings.stop_seconds)
    bot.doors, bot.pushed_to = doors_of(municipality, secrets, networks, bot.keep, messenger), pushed_to
    return bot


def _opened(municipality: Municipality, secrets: Secrets, settings: Settings) -> MessengerSide:
    try:
        return open_messenger(municipality, secrets, settings)
    except NotOpened as missing:
        of, where = missing.spoken, f"{municipality.key}/.env"
        if missing.looks:
            words = f"{of.secret} не похож на ключ бота; возьмите его у {of.issuer}, {missing.looks}"
            raise Mistake(f"{where}: {words}") from None
        raise Mistake(f"{where}: нет {of.secret}; получите его у {of.issuer}") from None


def _is_nobody_elses(key: str, messenger: MessengerSide, beside: Sequence[Municipal]) -> None:
    for bot in beside:
        if bot.key != key and bot.messenger.connection == messenger.connection:
            raise Mistake(f"{key}/.env: {same_bot(messenger.spoken, bot.key)}")


async def _name(messenger: MessengerSide, where: str, *, waits: bool) -> str:
    """The bot's @name. If the messenger cannot be reached, keep trying where `waits` is set: a bot may start before its
    network. Each new reason is logged once, with its place.
    """
    pause, said, of = 1.0, "", messenger.spoken
    while True:
        who = await messenger.identity()
        if isinstance(who, Identity):
            return who.username
        if isinstance(who, Unauthorised):
            raise Mistake(f"{where}: {of.name} не принимает {of.secret}; возьмите новый у {of.issuer} и впишите в .env")
        if not waits:
            raise NotYet([f"{where}: {of.name} не отвечает ({who.detail}); {of.hint}"])
        if who.detail != said:
            log.warning(f"{of.name} не отвечает, жду; {of.hint}", detail=who.detail, place=where)
            said = who.detail
        await asyncio.sleep(pause)
        pause = min(pause * 2, 60.0)


# --- the demo's clock ------------------------------------------------------------------------------------------------


async def _follow(clock: ShiftedClock, url: str, stop: Callable[[], None]) -> None:
    """Follow the town's clock, which the demo's visitor can move, within a quarter of a second. A town silent for half
    a minute is gone, and the bot stops.
    """
    missed = 0
    while missed < 120:
        await asyncio.sleep(0.25)
        missed = 0 if await _follow_once(clock, url) else missed + 1
    log.warning("the town is gone")
    stop()


async def _follow_once(clock: ShiftedClock, url: str) -> bool:
    """Whether the town answered."""
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
