"""A whole town on localhost in one async context manager: a messenger, a VK and, if wanted, the page that shows both.

It only starts and stops them and keeps the roles of the page; the caller fills the town with people and actions.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import TracebackType
from typing import Literal, Protocol, Self

from sandbox.clock import SandboxClock
from sandbox.max.server import MaxServer
from sandbox.max.world import MaxWorld
from sandbox.messenger.model import Chat, User
from sandbox.messenger.world import PeoplesWorld
from sandbox.page.app import PageServer
from sandbox.page.cast import Cast, Kind, Role
from sandbox.page.stage import Stage
from sandbox.telegram.server import TelegramServer
from sandbox.telegram.world import TelegramWorld
from sandbox.vk.model import Community, VkUser
from sandbox.vk.server import VkServer
from sandbox.vk.world import VkWorld

MOSCOW = timedelta(hours=3)
Messenger = Literal["telegram", "max"]
PORT_TROUBLE = {
    errno.EADDRINUSE: "занят другой программой: закройте её или укажите другой порт.",
    errno.EACCES: "система не даёт открыть: укажите порт больше 1023.",
}


class _Server(Protocol):
    port: int

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Town:
    """The simulated `telegram`, `max` and `vk` with their servers. Port 0: any free port; `page_port=None`: no page.

    The officials work in `messenger`: the page shows that one, and MAX is served only if it is that one or with
    `with_max`. `utc_offset` is the municipality's time zone, for display only. The addresses hold inside `async with`.
    """

    def __init__(
        self,
        clock: SandboxClock,
        telegram_port: int = 0,
        vk_port: int = 0,
        page_port: int | None = None,
        utc_offset: timedelta = MOSCOW,
        messenger: Messenger = "telegram",
        with_max: bool = False,
    ) -> None:
        self.clock = clock
        self.telegram = TelegramWorld(clock)
        self.max = MaxWorld(clock)
        self.vk = VkWorld(clock)
        self._in_max = messenger == "max"
        self.cast = Cast()
        self.stage = Stage(self.messenger, self.vk, self.cast)
        self._telegram_server = TelegramServer(self.telegram, port=telegram_port)
        self.max_server = MaxServer(self.max) if with_max or messenger == "max" else None
        self._vk_server = VkServer(self.vk, port=vk_port)
        self.page = PageServer(self.stage, clock, utc_offset, page_port) if page_port is not None else None
        self._running: list[_Server] = []

    @property
    def messenger(self) -> PeoplesWorld:
        """The simulated messenger in which the officials work: `max` or `telegram`."""
        return self.max if self._in_max else self.telegram

    @property
    def telegram_url(self) -> str:
        """The address of the simulated Telegram's Bot API."""
        return self._telegram_server.url

    @property
    def max_url(self) -> str:
        """The address of the simulated MAX's Bot API. LookupError in a town without MAX."""
        if self.max_server is None:
            raise LookupError("this town was started without MAX")
        return self.max_server.url

    @property
    def vk_url(self) -> str:
        """The address of the simulated VK's API."""
        return self._vk_server.url

    @property
    def page_url(self) -> str:
        """The address of the page for visitors. LookupError in a town without a page."""
        if self.page is None:
            raise LookupError("this town was started without a page")
        return self.page.url

    def add_role(
        self, key: str, title: str, person: User | None, vk_user: VkUser | None = None, kind: Kind = "executor"
    ) -> Role:
        """Offer the page's visitors one more role, after the others, and return it. ValueError if the key is taken or
        the role has no account.
        """
        return self.cast.add(Role(key, title, person, vk_user, kind))

    def show(self, *, bot: User | None = None, group: Chat | None = None, community: Community | None = None) -> None:
        """Choose the bot, group and community that the page shows; those not given stay as they were (at first, the
        first of each).
        """
        self.stage.chosen_bot = bot or self.stage.chosen_bot
        self.stage.chosen_group = group or self.stage.chosen_group
        self.stage.chosen_community = community or self.stage.chosen_community

    def close_to_visitors(self, words: str) -> None:
        """Let visitors of the page look but not act until `open_to_visitors`; the page shows `words` above everything."""
        if self.page is not None:
            self.page.open = False
            self.page.say(words)

    def open_to_visitors(self, words: str = "") -> None:
        """Let visitors act: mark all messages so far as read and start the guide anew. The page shows `words`, or
        nothing if empty.
        """
        if self.page is not None:
            self.page.open = True
            self.page.guide.restart()
            self.page.read_everything()
            self.page.say(words)

    def say(self, words: str, *, trouble: bool = False) -> None:
        """Show one line above the page to every visitor; an empty one removes it. `trouble`: show it as an error."""
        if self.page is not None:
            self.page.say(words, trouble=trouble)

    @contextmanager
    def rehearses(self, role: str) -> Iterator[None]:
        """Run the block as the programmed play and not as a visitor: the guide ignores its actions. Afterwards the
        chats of this role count as read.
        """
        if self.page is None:
            yield
            return
        with self.page.guide.looking_away():
            yield
        self.page.has_read(self.cast[role])

    async def __aenter__(self) -> Self:
        try:
            await self._start("Telegram", self._telegram_server)
            if self.max_server is not None:
                await self._start("MAX", self.max_server)
            await self._start("ВКонтакте", self._vk_server)
            if self.page is not None:
                await self._start("страницы", self.page)
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _start(self, what: str, server: _Server) -> None:
        port = server.port
        self._running.append(server)
        try:
            await server.start()
        except OSError as error:
            if error.errno not in PORT_TROUBLE:
                raise
            raise OSError(error.errno, f"Порт {port} (для {what}) {PORT_TROUBLE[error.errno]}") from None

    async def _stop(self) -> None:
        while self._running:
            await self._running.pop().stop()
