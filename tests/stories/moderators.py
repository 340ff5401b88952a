"""Shared by the stories of moderation: citizens' texts, the deciding people, the stored result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.demo.cast import VK_USER_TOKEN
from sandbox.telegram.model import Message
from sandbox.vk.model import Comment
from storage.moderation import ModerationBook, Proposal
from tests.stories.town import KEY, Person, Town

TownWith = Callable[..., Awaitable[Town]]
OBSCENE = "Да пошли вы на х*й со своими отписками"
SPAM = "Продам гараж, звоните 89001234567, скидки всем"
INSULT = "Ваш начальник дебил и урод"
BOTH = "Начальник дебил, идите на х*й"
OBSCENE_CASE = "Третий день нет воды на Школьной, 5, вы там ох*ели"
THREAT = "Я вас всех убью, приду с топором"
CRITICISM = "Администрация ничего не делает, позор, снимите главу с должности"
EDITOR = "  adviser: {role: editor, name: Советник главы}\n"
ADVISER = {"adviser": "Советник"}


async def town_of(town_with: TownWith, regulation: str, **more: object) -> Town:
    """A town where an adviser is the editor, and VK lets the bot delete and ban."""
    return await town_with(ADVISER, regulation=regulation, people=EDITOR, **{"user_token": VK_USER_TOKEN, **more})


async def kept(town: Town, number: int = 1) -> Proposal:
    async with town.books.write(KEY) as tx:
        found = await ModerationBook(tx).get(number)
    assert found is not None, town.conversation()
    return found


async def history(town: Town, number: int = 1) -> list[tuple[str, str | None, str | None, str]]:
    """(action, by whom, ground, clause) of each line of the journal."""
    async with town.books.write(KEY) as tx:
        lines = await ModerationBook(tx).history(number, 50)
    return [(line["action"], line["who"], line["ground"], line["clause"]) for line in lines]


def captions(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


def asked_of_vk(town: Town) -> list[str]:
    """The called methods that change something on the page."""
    changing = ("wall.deleteComment", "wall.restoreComment", "groups.ban", "groups.unban")
    return [call.method for call in town.players.town.vk.calls if call.method in changing]


async def proposed(town: Town, text: str, *people: Person) -> tuple[Comment, list[Message]]:
    comment = await town.resident_writes(text)
    return comment, [person.sees("Комментарий № ") for person in people]
