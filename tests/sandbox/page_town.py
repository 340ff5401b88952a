"""Shared by the tests of the page: a small town with a page, a well-behaved bot, and requests to the page over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError, TelegramServerError
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from sandbox.clock import SandboxClock
from sandbox.telegram import Chat, Message, User
from sandbox.town import Town
from sandbox.vk.model import Community, Post, VkUser

TOKEN = "700001:AApageToken"
MORNING = datetime(2026, 1, 12, 6, 20, tzinfo=UTC)
PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
TOASTS = {"accept": ("Принято в 9:20", False), "why": ("Это сообщение у другого отдела", True)}


@dataclass
class Stand:
    """The town at 9:20 Moscow time: a curator, two heads, a citizen; one post on the wall; everybody has met the bot."""

    town: Town
    http: aiohttp.ClientSession
    bot: Bot
    bot_user: User
    group: Chat
    curator: User
    zhkh: User
    community: Community
    citizen: VkUser
    post: Post

    @property
    def url(self) -> str:
        return self.town.page_url

    async def state(self, role: str, other: str | None = None) -> dict[str, Any]:
        """The page's state for the role."""
        query = {"as": role} | ({"with": other} if other else {})
        async with self.http.get(f"{self.url}/api/state", params=query) as response:
            assert response.status == 200, await response.text()
            return dict(await response.json())

    async def act(self, role: str, do: str, **more: Any) -> tuple[int, dict[str, Any]]:
        """Status and answer of an action."""
        async with self.http.post(f"{self.url}/api/act", json={"as": role, "do": do, **more}) as response:
            return response.status, dict(await response.json())

    async def act_with(self, role: str, do: str, files: list[tuple[str, bytes]], **more: Any) -> dict[str, Any]:
        """The answer to an action with files, sent as the page sends it."""
        form = aiohttp.FormData()
        form.add_field("act", aiohttp.JsonPayload({"as": role, "do": do, **more}))
        for name, data in files:
            form.add_field("files", data, filename=name)
        async with self.http.post(f"{self.url}/api/act", data=form, headers={"Origin": self.url}) as response:
            assert response.status == 200, await response.text()
            return dict(await response.json())

    async def card(self, text: str = "№ 1 · вода") -> Message:
        """Post a card with buttons in the group."""
        keyboard = [
            [InlineKeyboardButton(text="Принять", callback_data="accept", style="success")],
            [InlineKeyboardButton(text="Вернуть", callback_data="why")],
        ]
        markup = InlineKeyboardMarkup(inline_keyboard=keyboard)
        sent = await self.bot.send_message(self.group.id, text, reply_markup=markup)
        return next(m for m in self.town.telegram.messages(self.group) if m.id == sent.message_id)


async def answer_presses(bot: Bot) -> None:
    """A bot that answers every press with its toast, and removes the buttons after «Принять»."""
    offset = 0
    while True:
        try:
            updates = await bot.get_updates(offset=offset, timeout=20)
        except (TelegramNetworkError, TelegramServerError):
            return
        for update in updates:
            offset = update.update_id + 1
            if update.callback_query is not None:
                await answer(bot, update.callback_query)


async def answer(bot: Bot, query: CallbackQuery) -> None:
    words, alert = TOASTS[query.data or ""]
    await bot.answer_callback_query(query.id, text=words, show_alert=alert)
    if query.data == "accept" and query.message is not None:
        text = "№ 1 · в работе с 9:20"
        await bot.edit_message_text(text, chat_id=query.message.chat.id, message_id=query.message.message_id)


@asynccontextmanager
async def a_stand() -> AsyncIterator[Stand]:
    """A stand with a frozen clock."""
    async with Town(SandboxClock(frozen_at=MORNING), page_port=0) as town:
        telegram, vk = town.telegram, town.vk
        bot_user = telegram.add_bot(token=TOKEN, name="Дежурный", username="dezhurny_bot")
        curator, zhkh, roads = (telegram.add_person(name) for name in ("Куратор", "Отдел ЖКХ", "Отдел дорог"))
        group = telegram.add_group("Инцидент-менеджмент", owner=curator)
        telegram.add_bot_to_group(bot_user, group, by=curator, admin=True)
        for person in (zhkh, roads):
            telegram.join(person, group)
        for person in (curator, zhkh):
            telegram.start(person, bot_user)
        community = vk.add_community("Администрация округа", group_id=1001, community_token="vk1.a.c")
        citizen = vk.add_person("Житель", "Округа")
        post = vk.post(community, "Ремонт водопровода на Школьной")
        town.add_role("curator", "Куратор", curator, kind="curator")
        town.add_role("zhkh", "Начальник отдела ЖКХ", zhkh, kind="executor")
        town.add_role("roads", "Начальник отдела дорожного хозяйства", roads, kind="executor")
        town.add_role("citizen", "Житель", None, citizen, kind="citizen")
        session = AiohttpSession(api=TelegramAPIServer.from_base(town.telegram_url))
        bot = Bot(TOKEN, session=session)
        async with aiohttp.ClientSession() as http:
            answering = asyncio.create_task(answer_presses(bot))
            try:
                yield Stand(town, http, bot, bot_user, group, curator, zhkh, community, citizen, post)
            finally:
                answering.cancel()
                await asyncio.gather(answering, return_exceptions=True)
                await bot.session.close()
