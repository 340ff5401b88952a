"""Wires the bots of one process from the configuration folder: a municipality's files, its secrets, its messenger and
networks. Problems are reported in words (`NotWired`) and stop no other municipality."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from bot.cli.connecting import doors_of, messenger_hook, networks_of
from bot.cli.mistake import Mistake
from bot.clock import Clock
from bot.messenger_side import Identity, MessengerSide, NotOpened, Unauthorised
from bot.offices import Offices
from bot.people.entrance import WEB_PORT
from bot.people.menus import menus
from bot.process.app import Municipal
from bot.process.child import Children
from bot.process.fleet import Fleet, NotWired, NotYet
from bot.process.messengers import open_messenger, same_bot
from bot.process.standby import Standby
from bot.process.stopping import patience
from bot.process.wiring import Apart, wire
from config.municipality import Municipality, configurations, key_of, load
from config.settings import Secrets, Settings, read_secrets
from config.texts import Texts
from config.yamlfile import BrokenConfiguration
from storage.books import Books
from storage.connections import provisional
from storage.leases import others

log = structlog.get_logger()

HANDS_OVER_SECONDS = 3.0
"""The longest wait, in seconds, for work in progress when another process can take over the municipality."""
STOP_ALL = "остановите все процессы и запустите снова"


@dataclass
class Configured:
    """The municipalities of the configuration folder, by key, as of the last reading: `paths` are their files."""

    folder: Path
    paths: dict[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.read()

    def read(self) -> Collection[str]:
        """Search the folder for municipalities again and return their keys. Raises BrokenConfiguration if that fails;
        then nothing changes."""
        found = {key_of(path): path for path in configurations(self.folder)}
        self.paths.clear()
        self.paths.update(found)
        return self.paths.keys()

    @property
    def is_alone(self) -> bool:
        return len(self.paths) == 1

    def load(self, key: str) -> Municipality:
        """Load the municipality with the key. Raises NotWired with the problems if its files are wrong or there is no
        such municipality."""
        try:
            return load(self.paths[key], (self.paths[key].parent, self.folder))
        except BrokenConfiguration as broken:
            raise NotWired([str(problem) for problem in broken.problems]) from None
        except KeyError:
            raise NotWired([f"нет муниципалитета {key}"]) from None


def web_port() -> int:
    return int(os.environ.get("WEB_PORT") or WEB_PORT)


def public_url(settings: Settings) -> str:
    """The public address of the web page; this machine's own address unless the office has set another."""
    return settings.public_url or f"http://127.0.0.1:{web_port()}"


@dataclass
class Yard:
    """Wires the bots of this process; holds what all of them share: settings, database, clock, child processes, fleet."""

    configured: Configured
    settings: Settings
    books: Books
    clock: Clock
    children: Children
    fleet: Fleet
    _claims: dict[str, str] = field(default_factory=dict)

    async def bot(self, key: str) -> Municipal:
        """Wire one municipality's bot with its messenger and networks. Raises NotWired if something in its files is
        missing or wrong, or its bot already runs for another municipality; raises NotYet if the messenger does not
        answer and the others should not wait."""
        municipality, secrets, pushed_to, messenger = self._opened(key)
        settings, books = self.settings, self.books
        alone = self.configured.is_alone and not books.engine.is_shared
        try:
            name = await _name(messenger, f"{key}/.env", waits=alone)  # in MAX only a request tells whose the secret is
            self._claim(key, messenger)
            await self._is_ours(key, messenger)
            networks = networks_of(municipality, secrets, settings, self.clock, self.children)
            async with books.write(key) as tx:
                former = await tx.connections.may_settle(messenger.connection)
                if former is None:
                    await tx.set_mark("bot_username", name)
            if former is not None:
                words = f"администрация работает в {former}, а в файле networks.messenger: {messenger.key}"
                raise Mistake(f"{key}/.env: {words}; чтобы переехать: python -m bot move --to {messenger.key}")
        except Mistake as mistake:
            await messenger.close()
            raise NotWired([str(mistake)]) from None
        except BaseException:
            await messenger.close()
            raise
        files, public = self.configured.folder / "files" / key, public_url(settings)
        apart = Apart(*(self.children.window(job) for job in ("sheet", "paper", "text", "picture")))
        bot = wire(municipality, books, messenger, networks, self.clock, name, files, public, apart)
        if bot.menus is None:
            await messenger.set_menus(menus(Texts(municipality.folders)))
        bot.patience = patience(settings.stop_seconds)
        if books.engine.is_shared:
            bot.patience = min(bot.patience, HANDS_OVER_SECONDS)
        bot.doors, bot.pushed_to = doors_of(municipality, secrets, networks, bot.keep, messenger), pushed_to
        return bot

    async def standby(self, key: str) -> Standby:
        """Make the standby of a municipality that another process serves or whose bot cannot run. Raises NotWired if
        its files are wrong."""
        municipality, secrets, _, messenger = self._opened(key)
        networks = networks_of(municipality, secrets, self.settings, self.clock)
        made = Standby(key, self.books.beside(), Offices(municipality), self.clock, messenger, networks)
        made.doors = doors_of(municipality, secrets, networks, made.keep, messenger)
        return made

    def _opened(self, key: str) -> tuple[Municipality, Secrets, str | None, MessengerSide]:
        municipality = self.configured.load(key)
        try:
            secrets = read_secrets(municipality.folder, alone=self.configured.is_alone)
            pushed_to = messenger_hook(municipality, secrets, self.settings)
            return municipality, secrets, pushed_to, _opened(municipality, secrets, self.settings)
        except BrokenConfiguration as broken:
            raise NotWired([str(problem) for problem in broken.problems]) from None
        except Mistake as mistake:
            raise NotWired([str(mistake)]) from None

    def _claim(self, key: str, messenger: MessengerSide) -> None:
        """Record that this municipality uses the bot. Raises Mistake if another municipality of this process uses the
        same one."""
        other = self._claims.get(messenger.connection, key)
        runs = any(bot.key == other and bot.messenger.connection == messenger.connection for bot in self.fleet.bots)
        if other != key and (runs or self.fleet.is_taking(other)):
            raise Mistake(f"{key}/.env: {same_bot(messenger.spoken, other)}")
        self._claims[messenger.connection] = key

    async def _is_ours(self, key: str, messenger: MessengerSide) -> None:
        """Raise Mistake if other processes run and the database has another bot for this municipality's key: two
        configurations may have come to use one key."""
        if not self.books.engine.is_shared or self.books.leases is None:
            return
        async with self.books.write(key) as tx:
            kept = tx.messenger
        if kept in (messenger.connection, provisional(key)):
            return
        if await others(self.books.engine, self.books.leases.owner):
            words = f"{key}: в базе муниципалитет с таким ключом ведёт другой бот ({kept}), и работает ещё один процесс"
            raise Mistake(f"{words}. Если это два муниципалитета, дайте одному другой ключ; если бот новый, {STOP_ALL}")


def _opened(municipality: Municipality, secrets: Secrets, settings: Settings) -> MessengerSide:
    try:
        return open_messenger(municipality, secrets, settings)
    except NotOpened as missing:
        of, where = missing.spoken, f"{municipality.key}/.env"
        if missing.looks:
            words = f"{of.secret} не похож на ключ бота; возьмите его у {of.issuer}, {missing.looks}"
            raise Mistake(f"{where}: {words}") from None
        raise Mistake(f"{where}: нет {of.secret}; получите его у {of.issuer}") from None


async def _name(messenger: MessengerSide, where: str, *, waits: bool) -> str:
    """Ask the messenger for the bot's username. While the messenger cannot be reached, retry for ever if `waits` is
    set (a bot may start before its network), logging each new reason once; otherwise raise NotYet. Raises Mistake
    if the secret is refused."""
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
