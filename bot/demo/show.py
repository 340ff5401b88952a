"""Runs the demo in one of two ways: as a page to take part in, or as a play in the terminal.

The page opens at once and says what happens while the bot's process starts. The demo ends that process whenever it
ends itself.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from io import TextIOWrapper
from pathlib import Path

from bot.cli.mistake import Mistake
from bot.demo.cast import EVERYBODY, Players, gather
from bot.demo.morning import Morning, before_the_morning
from bot.demo.play import Play
from bot.demo.stage import (
    NothingHappened,
    bot_is_up,
    invite_everybody,
    opening_shift,
    start_bot,
    stop_bot,
    take_places,
    write_configuration,
)
from sandbox.clock import SandboxClock
from sandbox.town import Messenger, Town

PAGE_PORT = 8080
BEFORE_OPENING = timedelta(minutes=45)
"""How long before the morning the town is set up, so that the group and the page's posts already exist when it begins.
"""
LAST_WORDS = 15
INTERRUPTED = 130


def demo(headless: bool, port: int = PAGE_PORT, messenger: str = "telegram") -> int:
    """Run the demo in this messenger and return the exit code: 0; 1 if the play failed or the bot stopped by itself (the
    end of its log is printed); 130 if a play in the terminal was interrupted. Raises Mistake if the port cannot be used or
    there is no such messenger."""
    if not 0 <= port <= 65535:
        raise Mistake(f"--port: нужен порт от 1 до 65535, стоит {port}")
    if messenger not in ("telegram", "max"):
        raise Mistake(f"--messenger: telegram или max, стоит {messenger}")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    with tempfile.TemporaryDirectory(prefix="dezhurny-demo-", ignore_cleanup_errors=True) as folder:
        try:
            return asyncio.run(_demo(Path(folder), headless, port, "max" if messenger == "max" else "telegram"))
        except KeyboardInterrupt:
            return INTERRUPTED if headless else 0


async def _demo(folder: Path, headless: bool, port: int, messenger: Messenger) -> int:
    stopped = _stop_signals()
    municipality = write_configuration(folder, messenger)
    clock = SandboxClock()
    clock.advance(opening_shift(clock.now(), municipality) - BEFORE_OPENING)
    async with AsyncExitStack() as stack:
        try:
            town = await stack.enter_async_context(Town(clock, page_port=0 if headless else port, messenger=messenger))
        except OSError as error:
            raise Mistake(error.strerror or str(error)) from None
        town.close_to_visitors("Бот запускается, это несколько секунд.")
        players = gather(town, EVERYBODY)
        reception_day = before_the_morning(players)
        clock.advance(BEFORE_OPENING)
        log = folder / "bot.log"
        process = await start_bot(town, folder, log)
        try:
            if headless:
                return await _until(_played(players, folder), process, stopped, log)
            _say(f"Откройте {town.page_url} и выберите, кто вы. Остановить: Ctrl-C")
            return await _open_house(Morning(players, reception_day), folder, process, stopped, log)
        finally:
            await stop_bot(process)


async def _played(players: Players, folder: Path) -> int:
    _say(f"Местные {players.town.messenger.name} и ВКонтакте запущены, бот запускается отдельным процессом.")
    await _seated(players, folder)
    link = await Play(players, _say).run()
    _say(f"Готово. Ответ стоит здесь: {link}")
    return 0


async def _seated(players: Players, folder: Path) -> None:
    await bot_is_up(players.town)
    codes = await invite_everybody(folder, list(players.people), players.town.clock.now())
    await take_places(players, codes)


async def _open_house(
    morning: Morning, folder: Path, process: asyncio.subprocess.Process, stopped: asyncio.Event, log: Path
) -> int:
    """Serve visitors until Ctrl-C; return the exit code. If the bot stops by itself, the page stays open and says so."""
    code = await _until(_visited(morning, folder), process, stopped, log)
    if code == INTERRUPTED:
        return 0
    if not stopped.is_set():
        morning.players.town.say(
            "Бот остановился сам. Почему, написано в терминале; запустите make demo ещё раз.", trouble=True
        )
        _say("Страница остаётся открытой. Остановить: Ctrl-C")
        await stopped.wait()
    return code


async def _visited(morning: Morning, folder: Path) -> int:
    """Bind everybody, open the page, play the morning; then wait for ever while the visitors play on."""
    town = morning.players.town
    await _seated(morning.players, folder)
    town.open_to_visitors("Идёт утро: приходят первые сообщения. Можно уже пробовать самому.")
    _say("Бот работает. Идёт утро: приходят первые сообщения.")
    await morning.play()
    town.say("")
    _say("Утро сыграно, дальше ваш ход.")
    await asyncio.Event().wait()
    return 0


async def _until(
    work: Coroutine[None, None, int], process: asyncio.subprocess.Process, stopped: asyncio.Event, log: Path
) -> int:
    """Run the work and return its exit code; 1, with the end of the bot's log printed, if it or the bot failed; 130
    after a signal."""
    doing = asyncio.create_task(work)
    ended = asyncio.create_task(process.wait())
    signalled = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait([doing, ended, signalled], return_when=asyncio.FIRST_COMPLETED)
        if stopped.is_set():
            return INTERRUPTED
        if doing.done():
            return doing.result()
        raise NothingHappened("бот остановился сам")
    except NothingHappened as error:
        _say(f"Не дождались: {error}. Последние слова бота:")
        _say(_last_words(log))
        return 1
    finally:
        for task in (doing, ended, signalled):
            task.cancel()
        with suppress(asyncio.CancelledError, NothingHappened):
            await doing


def _last_words(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-LAST_WORDS:])


def _stop_signals() -> asyncio.Event:
    """An event that Ctrl-C, SIGTERM or a closed terminal sets, so that the bot's process is not left behind."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with suppress(NotImplementedError, AttributeError):  # Windows: Ctrl-C raises KeyboardInterrupt
            loop.add_signal_handler(getattr(signal, name), stopped.set)
    return stopped


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
