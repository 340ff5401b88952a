"""Material for publication: a department sends it, the adviser edits, returns or approves it, the bot publishes it (MO-A2.9)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox.telegram.model import Message
from sandbox.vk.model import Post
from storage.materials import Materials
from storage.pages import OfficialPages
from tests.stories.town import KEY, MOSCOW, Person, Town
from workflow.material import Material

EDITOR = "  adviser: {role: editor, name: Советник главы}\n"
PAGES = """
pages:
  - {network: vk, address: vk.com/okrug_admin, whose: administration, title: Округ}
  - {network: telegram, address: t.me/okrug_news, whose: administration, title: Канал}
  - {network: ok, address: ok.ru/group/53000000000000, whose: administration, title: Группа, responsible: curator}
"""
USER_TOKEN = "vk-user-token"
PICTURE = b"\xff\xd8\xff\xe0 picture one"
ANOTHER = b"\xff\xd8\xff\xe0 picture two"
TEXT = "В субботу чиним мост на улице Мира. Объезд по Степной."
MakeTown = Callable[..., Awaitable[Town]]


async def moskalenki(town_with: MakeTown, regulation: str = "moskalensky", **more: Any) -> Town:
    """The adviser, three pages, an administrator's token for VK, the bot an administrator of the channel."""
    more.setdefault("user_token", USER_TOKEN)
    more = {name: value for name, value in more.items() if value}
    town = await town_with({"adviser": "Советник"}, regulation=regulation, people=EDITOR, settings=PAGES, **more)
    sandbox = town.players.town
    owner = sandbox.telegram.add_person("Владелец")
    channel = sandbox.telegram.add_channel("Канал", owner=owner, username="okrug_news")
    sandbox.telegram.appoint(town.players.bot, channel)
    await town.settles()
    return town


def channel(town: Town) -> list[Message]:
    chats = town.players.town.telegram.chats.values()
    return town.players.town.telegram.messages(next(chat for chat in chats if chat.username == "okrug_news"))


def wall(town: Town) -> list[Post]:
    """What the bot has published on the community's wall."""
    return [post for post in town.players.town.vk.posts if post is not town.players.post and not post.deleted]


async def kept(town: Town, number: int = 1) -> Material:
    async with town.books.write(KEY) as page:
        found = await Materials(page).get(number)
    assert found is not None
    return found


async def counted(town: Town) -> list[tuple[int, str]]:
    async with town.books.write(KEY) as page:
        found = await OfficialPages(page).published_since(town.clock.now().replace(year=2020))
    return sorted((one.page, one.link) for one in found)


async def sends(person: Person, text: str = TEXT, photo: bytes | None = None) -> Message:
    await person.writes("/material")
    await person.replies(person.sees("Пришлите материал одним сообщением"), text, [photo] if photo else ())
    return person.sees("принят, он у советника")


async def approves(adviser: Person, head: Message, *pages: str, when: str = "Сейчас") -> str:
    await adviser.presses("Одобрить…", head)
    for page in pages:
        await adviser.presses(page, head)
    return await adviser.presses(when, head)


async def test_mo_a2_9_a_department_sends_and_the_adviser_approves_and_it_is_published(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    await sends(town.zhkh, photo=PICTURE)
    head = adviser.sees("Материал для публикации. Исправьте его")
    assert "Прислал: Отдел ЖКХ" in head.text
    adviser.sees("В субботу чиним мост на улице Мира.")
    adviser.looks_at_everything()
    assert await approves(adviser, head, "ВКонтакте · Округ", "Телеграм · Канал") == "Одобрено. Выйдет сегодня в 9:00."
    town.zhkh.sees("Ваш материал одобрен.")
    assert (wall(town), channel(town)) == ([], [])
    await town.waits(seconds=31)
    (post,) = wall(town)
    assert (post.text, [file.data for file in post.attachments], post.author) == (
        TEXT,
        [PICTURE],
        town.players.community,
    )
    (there,) = channel(town)
    assert (there.text, there.media.file.data) == (TEXT, PICTURE)  # type: ignore[union-attr]
    for person in (town.zhkh, adviser):
        assert person.sees("✅ Материал опубликован.")
    assert await counted(town) == [(1, post.url), (2, f"https://t.me/okrug_news/{there.id}")]
    assert (await kept(town)).state == "published"
