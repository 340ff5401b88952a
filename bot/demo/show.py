"""The two ways to run the demo: a page to take part in, or the play in the terminal."""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from bot.cli.app import Mistake
from bot.demo.cast import Players, gather
from bot.demo.play import Play
from bot.demo.stage import (
    NothingHappened,
    invite_everybody,
    opening_shift,
    start_bot,
    stop_bot,
    take_places,
    write_configuration,
)
from sandbox.clock import SandboxClock
from sandbox.town import Town

PAGE_PORT = 8080


def demo(headless: bool, port: int = PAGE_PORT) -> int:
    """Exit code: 0, or 1 when the play came to a stop (what was waited for and the bot's last words are printed)."""
    with tempfile.TemporaryDirectory(prefix="dezhurny-demo-") as folder:
        try:
            return asyncio.run(_demo(Path(folder), headless, port))
        except KeyboardInterrupt:
            return 0


async def _demo(folder: Path, headless: bool, port: int) -> int:
    municipality = write_configuration(folder)
    clock = SandboxClock()
    clock.advance(opening_shift(clock.now(), municipality))
    try:
        async with Town(clock, page_port=0 if headless else port) as town:
            return await _in_town(town, folder, headless)
    except OSError as error:
        raise Mistake(str(error)) from None


async def _in_town(town: Town, folder: Path, headless: bool) -> int:
    players = gather(town)
    codes = await invite_everybody(folder, list(players.people), town.clock.now())
    log = folder / "bot.log"
    process = await start_bot(town, folder, log)
    try:
        _say("Местные Telegram и ВКонтакте запущены, бот работает отдельным процессом. Рассаживаем участников…")
        await take_places(players, codes)
        if headless:
            link = await Play(players, _say).run()
            _say(f"Готово. Ответ стоит здесь: {link}")
            return 0
        town.open_to_visitors()
        return await _open_house(players, process)
    except NothingHappened as error:
        _say(f"Не дождались: {error}. Последние слова бота:")
        _say("\n".join(log.read_text(errors="replace").splitlines()[-30:]))
        return 1
    finally:
        await stop_bot(process)


async def _open_house(players: Players, process: asyncio.subprocess.Process) -> int:
    """Until Ctrl-C, or until the bot's process ends by itself."""
    _say(f"Откройте {players.town.page_url} и выберите, кто вы. Остановить: Ctrl-C")
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(name, stopped.set)
        except NotImplementedError:  # Windows: Ctrl-C raises KeyboardInterrupt
            break
    ended = asyncio.create_task(process.wait())
    waiting = asyncio.create_task(stopped.wait())
    await asyncio.wait([ended, waiting], return_when=asyncio.FIRST_COMPLETED)
    if not stopped.is_set():
        raise NothingHappened("бот остановился")
    ended.cancel()
    return 0


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
