"""Comments on the office's own pages: proposed with the words that decided, deleted, listed, kept, restored by people's hands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.demo.cast import VK_USER_TOKEN
from sandbox.telegram.model import Message
from sandbox.vk.model import Comment
from storage.moderation import ModerationBook, Proposal
from tests.stories.town import KEY, Person, Town
from workflow.case import State
from workflow.moderation import Matter, ModerationState

TownWith = Callable[..., Awaitable[Town]]
OBSCENE = "Да пошли вы на х*й со своими отписками"
INSULT = "Ваш начальник дебил и урод"
BOTH = "Начальник дебил, идите на х*й"
OBSCENE_CASE = "Третий день нет воды на Школьной, 5, вы там ох*ели"
THREAT = "Я вас всех убью, приду с топором"
CRITICISM = "Администрация ничего не делает, позор, снимите главу с должности"
EDITOR = "  adviser: {role: editor, name: Советник главы}\n"
ADVISER = {"adviser": "Советник"}


@pytest.fixture
async def akhtarsk(town_with: TownWith) -> Town:
    """Primorsko-Akhtarsky: the press service keeps the pages, VK lets the bot delete and ban."""
    return await town_with(ADVISER, regulation="primorsko-akhtarsky", people=EDITOR, user_token=VK_USER_TOKEN)


@pytest.fixture
async def moskalenki(town_with: TownWith) -> Town:
    return await town_with(ADVISER, regulation="moskalensky", people=EDITOR, user_token=VK_USER_TOKEN)


@pytest.fixture
async def izobilny_page(town_with: TownWith) -> Town:
    return await town_with(ADVISER, regulation="izobilnensky", people=EDITOR, user_token=VK_USER_TOKEN)


async def kept(town: Town, number: int = 1) -> Proposal:
    async with town.books.write(KEY) as page:
        found = await ModerationBook(page).get(number)
    assert found is not None, town.conversation()
    return found


async def history(town: Town, number: int = 1) -> list[tuple[str, str | None, str | None, str]]:
    """(action, by whom, ground, clause) of each line."""
    async with town.books.write(KEY) as page:
        lines = await ModerationBook(page).history(number, 50)
    return [(line["action"], line["who"], line["ground"], line["clause"]) for line in lines]


def captions(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


def asked_of_vk(town: Town) -> list[str]:
    """Methods that change something on the page."""
    changing = ("wall.deleteComment", "wall.restoreComment", "groups.ban", "groups.unban")
    return [call.method for call in town.players.town.vk.calls if call.method in changing]


async def proposed(town: Town, text: str, *people: Person) -> tuple[Comment, list[Message]]:
    comment = await town.resident_writes(text)
    return comment, [person.sees("Комментарий № ") for person in people]


async def test_pa_2_3_an_obscene_comment_is_proposed_deleted_in_vk_and_journalled(akhtarsk: Town) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    comment, (shown,) = await proposed(town, OBSCENE, adviser)
    assert "Похоже на: нецензурные слова (пункт 2.3). Слова: «х*й»" in shown.text
    assert "Критика — не основание для удаления." in shown.text
    assert captions(shown) == ["Удалить", "В чёрный список", "Оставить", "История"]
    assert "Это и обращение № 1." in shown.text
    await adviser.presses("Удалить", shown)
    assert comment.deleted is False
    shown = adviser.can_see("Удалить комментарий? Назовите основание:")
    assert captions(shown) == ["Да, удалить: нецензурные слова", "Другое основание…", "Назад"]
    toast = await adviser.presses("Да, удалить: нецензурные слова", shown)
    assert toast == "Решено удалить: нецензурные слова. Сделает бот; если сеть не даст, напишу."
    assert comment.deleted is True
    assert asked_of_vk(town) == ["wall.deleteComment"]
    shown = adviser.can_see("Удалён: нецензурные слова. Решил советник главы, 9:00.")
    assert captions(shown) == ["В чёрный список", "Вернуть", "История"]
    assert (await history(town)) == [
        ("proposed", None, None, ""),
        ("delete", "adviser", "obscene", "2.3"),
        ("done", None, None, ""),
    ]
    town.curator.looks_at_everything()
