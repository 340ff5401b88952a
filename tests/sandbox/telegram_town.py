"""Shared by the tests of the local Telegram: a small group with a bot, served on a free port, and aiogram's client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Update

from sandbox.clock import SandboxClock
from sandbox.telegram import Chat, TelegramServer, TelegramWorld, User

TOKEN = "700001:AAsandboxToken"
MORNING = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


@dataclass
class Office:
    """A working group: the owner Anna, the member Boris, and the bot, an administrator."""

    clock: SandboxClock
    world: TelegramWorld
    server: TelegramServer
    bot_user: User
    bot: Bot
    anna: User
    boris: User
    group: Chat
    offset: int = 0

    async def hears(self, **how: Any) -> list[Update]:
        """Fetch and acknowledge the waiting updates."""
        updates = await self.bot.get_updates(offset=self.offset, **how)
        if updates:
            self.offset = updates[-1].update_id + 1
        return updates

    def client(self, token: str = TOKEN, timeout: float = 30.0) -> Bot:
        """Another aiogram client of this Telegram; the caller closes its session."""
        session = AiohttpSession(api=TelegramAPIServer.from_base(self.server.url), timeout=timeout)
        return Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))


@asynccontextmanager
async def an_office(*, admin: bool = True, basic: bool = False) -> AsyncIterator[Office]:
    """An office with a frozen clock; the updates of its set-up are no longer in the queue."""
    clock = SandboxClock(frozen_at=MORNING)
    world = TelegramWorld(clock)
    bot_user = world.add_bot(token=TOKEN, name="Дежурный", username="dezhurny_bot")
    anna = world.add_person("Анна", username="anna")
    boris = world.add_person("Борис")
    group = world.add_group("Инцидент-менеджмент", owner=anna, basic=basic)
    world.join(boris, group)
    world.add_bot_to_group(bot_user, group, by=anna, admin=admin)
    async with TelegramServer(world) as server:
        office = Office(clock, world, server, bot_user, None, anna, boris, group)  # type: ignore[arg-type]
        office.bot = office.client()
        account = world.account(bot_user)
        account.queue.clear()
        office.offset = account.next_update_id
        try:
            yield office
        finally:
            await office.bot.session.close()
