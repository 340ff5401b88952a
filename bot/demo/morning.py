"""The page's opening: a small morning of one municipality, played by the same means people use, while visitors look
on.

At its end every role has something to do: the curator has a new message, a draft to approve and a returned message,
two department heads have a draft to write, the head of the district has a page to consent to, the adviser has a
comment and a material to decide on. Visitors may interfere; a message a visitor has taken over is left to them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta

from bot.demo.cast import Players
from bot.demo.hands import Hands, saying, with_button
from bot.demo.own_pages import IMPROVEMENT, NEWS, OBSCENE, ROADS, WAITING, OwnPages
from bot.demo.picture import photo
from bot.demo.stage import NothingHappened, wait_for
from sandbox.messenger.model import Message
from sandbox.vk.model import Comment, Post, VkUser

FOLLOWS_SECONDS = 0.35
"""Seconds the bot needs to notice that the town's clock was moved: it reads that clock four times a second."""

PATIENCE_SECONDS = 120.0
OVERTAKEN = (NothingHappened, LookupError, ValueError, PermissionError)
"""The errors of an action when a visitor has taken over: a button or message is no longer there, or nothing happens."""


@dataclass(frozen=True)
class Complaint:
    """A resident's complaint and the department that answers it. `known_by`: words that identify it wherever the bot
    quotes it."""

    text: str
    known_by: str
    department: str
    head: str


WATER = Complaint(
    "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут.", "на Школьной, 5", "ЖКХ", "zhkh_head"
)
ROAD = Complaint(
    "На улице Мира возле школы яма на всю полосу, машины объезжают её по встречной. Когда заделают?",
    "яма на всю полосу",
    "дорож",
    "roads_head",
)
DOGS = Complaint(
    "Возле детского сада на Садовой стая собак, штук семь. Утром страшно вести ребёнка.",
    "стая собак",
    "благоустройств",
    "improvement_head",
)
LIGHT = Complaint(
    "Второй вечер подряд отключают свет на Набережной, 12. Ни объявления, ни сроков.",
    "на Набережной",
    "ЖКХ",
    "zhkh_head",
)
WASTE = "На Заречной мусор не вывозят с пятницы, контейнеры полные, ветер разносит пакеты по дворам."
THANKS = "Спасибо, воду дали. Оперативно!"

WATER_ANSWER = (
    "Здравствуйте. На улице Школьной устранили порыв водопровода, сейчас промываем сеть. "
    "Вода в доме 5 будет сегодня до 12:00. Если к этому времени её нет, позвоните в диспетчерскую водоканала."
)
DOGS_ANSWER = (
    "Здравствуйте. Заявку на отлов собак возле детского сада передали подрядчику, бригада приедет сегодня "
    "до 16:00. О результате напишем здесь."
)


def before_the_morning(players: Players) -> Post:
    """Add one more post of the community, made before the day begins, and return it."""
    return players.town.vk.post(
        players.community,
        "Сегодня с 14:00 до 16:00 специалисты отдела ЖКХ принимают жителей в здании администрации, кабинет 12. "
        "Написать можно и здесь, в комментариях: ответим каждому.",
    )


class Morning(Hands):
    """Plays the morning. Each message has its own journey; one that fails does not stop the others."""

    def __init__(self, players: Players, reception_day: Post) -> None:
        super().__init__(players)
        self.reception_day = reception_day
        self.pages = OwnPages(players, _silently)

    async def play(self) -> None:
        """Play the whole morning. Raises NothingHappened if the last message does not reach the curator."""
        resident, neighbour = self.players.resident, self.players.neighbour
        await self._together(self._plan_opened())
        water = self._comments(resident, self.players.post, WATER.text)
        await self._minutes_pass(3)
        self._comments(neighbour, self.players.post, ROAD.text)
        self._comments(resident, self.reception_day, DOGS.text)
        await self._together(
            self._in_work(WATER), self._in_work(ROAD), self._in_work(DOGS), self.pages.page_in_force(IMPROVEMENT)
        )
        await self._minutes_pass(14)
        self._comments(neighbour, self.reception_day, LIGHT.text)
        post = self.pages.publishes(NEWS)
        await self._together(self._answered(WATER), self._returned(LIGHT), self.pages.moderated(post))
        await self._minutes_pass(5)
        await self._together(
            self._thanked(water), self._drafted(DOGS, DOGS_ANSWER), self._published(), self._page_waits()
        )
        await self._minutes_pass(4)
        self.pages.comments(self.players.passer_by, post, OBSCENE)
        self._comments(neighbour, self.reception_day, WASTE)
        await wait_for("новое сообщение", lambda: saying(self.players.private("curator"), WASTE), PATIENCE_SECONDS)

    async def _together(self, *journeys: Coroutine[None, None, None]) -> None:
        """Run the journeys at the same time. One ends early if a visitor interferes or the bot is late; the others go
        on."""
        for outcome in await asyncio.gather(*journeys, return_exceptions=True):
            if isinstance(outcome, BaseException) and not isinstance(outcome, OVERTAKEN):
                raise outcome

    # --- journeys

    async def _forwarded(self, complaint: Complaint) -> Message:
        """Let the curator forward the complaint to its department; return its card in the group."""
        offer = await self._sees("curator", complaint, complaint.department)
        caption = next(b.text for row in offer.buttons for b in row if complaint.department in b.text)
        await self.press("curator", offer, caption)
        return await self._card(complaint, "Принять")

    async def _in_work(self, complaint: Complaint) -> None:
        await self.press(complaint.head, await self._forwarded(complaint), "Принять")

    async def _drafted(self, complaint: Complaint, text: str) -> None:
        self.answers_the_card(complaint.head, await self._card(complaint, "Вернуть"), text)
        await self._sees("curator", complaint, "Согласовать")

    async def _returned(self, complaint: Complaint) -> None:
        await self.press(complaint.head, await self._forwarded(complaint), "Вернуть")
        question = await self._sees(complaint.head, complaint, "Не наши полномочия", "№")
        await self.press(complaint.head, question, "Не наши полномочия")

    async def _answered(self, complaint: Complaint) -> None:
        """Let the department answer a complaint in work and the curator approve, so that the bot posts the answer in
        VK."""
        self.answers_the_card(complaint.head, await self._card(complaint, "Вернуть"), WATER_ANSWER, (photo(120),))
        draft = await self._sees("curator", complaint, "Согласовать")
        await self.press("curator", draft, "Согласовать")
        await self._minutes_pass(1)

    async def _thanked(self, water: Comment) -> None:
        answer = await wait_for("ответ жителю", lambda: self._answer_to(water), PATIENCE_SECONDS)
        with self.players.town.rehearses("resident"):
            self.vk.comment(self.players.resident, self.players.post, THANKS, reply_to=answer)

    async def _plan_opened(self) -> None:
        await self.pages.plan_opened()

    async def _page_waits(self) -> None:
        await self.pages.page_asked_for(ROADS)

    async def _published(self) -> None:
        """Play one material up to its publication; send another one that then waits for the adviser."""
        await self.pages.material_published()
        await self.pages.material_sent("roads_head", WAITING)

    # --- what they see and do

    def _comments(self, author: VkUser, post: Post, text: str) -> Comment:
        with self.players.town.rehearses("resident"):
            return self.vk.comment(author, post, text)

    def _answer_to(self, comment: Comment) -> Comment | None:
        return next((c for c in self.vk.comments(comment.post) if c.reply_to is comment), None)

    async def _sees(self, person: str, complaint: Complaint, caption: str, words: str | None = None) -> Message:
        """Wait for and return the person's newest private message that is about the complaint (or has `words`) and has
        this button."""
        about = complaint.known_by if words is None else words
        return await wait_for(
            f"{person}: {caption}",
            lambda: with_button(self.players.private(person), caption, about),
            PATIENCE_SECONDS,
        )

    async def _card(self, complaint: Complaint, caption: str) -> Message:
        return await wait_for(
            "карточка", lambda: with_button(self.players.in_group(), caption, complaint.known_by), PATIENCE_SECONDS
        )

    async def _minutes_pass(self, minutes: int) -> None:
        self.players.town.clock.advance(timedelta(minutes=minutes))
        await asyncio.sleep(FOLLOWS_SECONDS)


def _silently(words: str) -> None:
    """Print nothing: on the page people see what happens."""
