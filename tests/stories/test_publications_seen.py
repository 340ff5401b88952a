"""Publications the bot sees by itself: the community's wall, a channel, and what was entered by hand besides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.demo.cast import GROUP_ID
from sandbox.telegram.model import Chat, User
from sandbox.vk import shapes
from storage.official_pages import OfficialPages
from tests.stories.town import KEY, Town
from workflow.official.page_items import Format

LISTED = f"""
pages:
  - {{network: vk, address: vk.com/club{GROUP_ID}, whose: administration, title: Округ}}
  - {{network: telegram, address: t.me/okrug, whose: administration, title: Канал}}
"""

TownWith = Callable[..., Awaitable[Town]]


async def counted(town: Town) -> list[tuple[int, str, str | None, tuple[Format, ...]]]:
    """Page, link, ref and formats of all that counts, the oldest first."""
    async with town.books.write(KEY) as tx:
        found = await OfficialPages(tx).published_since(town.clock.now() - timedelta(days=60))
    return [(one.page, one.link, one.ref, one.formats) for one in found]


def channel(town: Town, title: str = "Округ в Telegram", username: str = "okrug", **more: Chat) -> tuple[User, Chat]:
    telegram = town.players.town.telegram
    owner = telegram.add_person("Пресс-служба")
    made = telegram.add_channel(title, owner=owner, username=username, **more)
    return owner, made


async def test_iz_4_posts_of_the_own_wall_count_by_themselves_and_the_warning_knows_them(town_with: TownWith) -> None:
    town = await town_with(regulation="izobilnensky", settings=LISTED)
    vk, community = town.players.town.vk, town.players.community
    first = vk.post(community, "Открыли новый мост", [b"photo"])
    vk.wall_post(town.players.resident, community, "Нет воды на Школьной", suggest=True)
    await town.settles()
    wall = f"wall-{GROUP_ID}_{first.id}"
    assert await counted(town) == [(1, f"https://vk.com/{wall}", wall, (Format.TEXT, Format.PHOTO))]
    town.curator.looks_at_everything()
    await town.curator.writes(f"/published https://vk.com/club{GROUP_ID}?w={wall}")
    town.curator.sees("Эта публикация уже записана.")
    await town.to("2026-01-12T14:00")
    told = town.curator.sees("Публикаций меньше").text.replace("\u2060", "").splitlines()
    assert told[1:3] == [
        "• ВКонтакте · Округ: за сегодня 1, нужно не меньше 2 (пункт 4)",
        "• Телеграм · Канал: за сегодня 0, нужно не меньше 2 (пункт 4)",
    ]
    town.looks_around()


@pytest.mark.telegrams_own("a channel of it among the pages")
async def test_iz_4_two_posts_a_day_leave_nothing_to_warn_of_however_they_became_known(town_with: TownWith) -> None:
    town = await town_with(regulation="izobilnensky", settings=LISTED)
    telegram, (owner, posts) = town.players.town.telegram, channel(town)
    telegram.add_bot_to_channel(town.players.bot, posts, by=owner)
    vk, community = town.players.town.vk, town.players.community
    for text in ("Открыли мост", "График приёма"):
        telegram.publish(owner, posts, text)
        vk.post(community, text)
    await town.settles()
    assert sorted(page for page, *_ in await counted(town)) == [1, 1, 2, 2]
    await town.to("2026-01-12T16:00")
    town.curator.hears_nothing()


async def test_a_post_entered_by_hand_and_then_seen_counts_once_on_the_page_the_network_tells(
    town_with: TownWith,
) -> None:
    head = "  - {network: vk, address: vk.com/glava, whose: head, title: Глава}\n"
    town = await town_with(regulation="izobilnensky", settings=LISTED + head)
    community = town.players.community
    events = set(community.events)
    community.events.clear()
    post = town.players.town.vk.post(community, "Открыли новый мост")
    await town.curator.writes(f"/published https://m.vk.com/glava?w=wall-{GROUP_ID}_{post.id}")
    await town.curator.presses("Глава", town.curator.sees("На какой это странице?"))
    assert [page for page, *_ in await counted(town)] == [3]
    community.events.update(events)
    town.players.town.vk.put("wall_post_new", community, shapes.post(post, "http://vk.invalid", 0))
    await town.settles()
    assert [(page, ref) for page, _, ref, _ in await counted(town)] == [(1, f"wall-{GROUP_ID}_{post.id}")]


@pytest.mark.telegrams_own("a discussion group")
async def test_a_channels_post_counts_once_though_it_stands_in_the_discussion_group_too(town_with: TownWith) -> None:
    discussion = -1001234500077
    networks = f"  telegram: {{channel: okrug, discussion: {discussion}}}\n"
    town = await town_with(regulation="izobilnensky", settings=LISTED, networks=networks)
    telegram = town.players.town.telegram
    group = telegram.add_group("Обсуждение", owner=town.players.people["curator"], id=discussion)
    owner, posts = channel(town, discussion=group)
    telegram.add_bot_to_group(town.players.bot, group, by=town.players.people["curator"])
    telegram.publish(owner, posts, "Видно только в обсуждении")
    await town.settles()
    telegram.add_bot_to_channel(town.players.bot, posts, by=owner)
    telegram.publish(owner, posts, "Видно и там и там")
    await town.settles()
    assert [(link, ref) for _, link, ref, _ in await counted(town)] == [
        ("https://t.me/okrug/1", "t.me/okrug/1"),
        ("https://t.me/okrug/2", "t.me/okrug/2"),
    ]
    town.curator.looks_at_everything()


@pytest.mark.telegrams_own("a channel of it among the pages")
async def test_a_channel_nobody_entered_is_told_of_once_and_of_the_registry_of_nobody_never(
    town_with: TownWith,
) -> None:
    town = await town_with(regulation="izobilnensky", settings=LISTED)
    telegram, (owner, posts) = town.players.town.telegram, channel(town, "<b>Дворы</b> @vsem", "dvory_okruga")
    telegram.add_bot_to_channel(town.players.bot, posts, by=owner)
    for number in range(3):
        telegram.publish(owner, posts, f"Новость {number}")
        await town.settles()
    assert await counted(town) == []
    told = town.curator.sees("Вышла публикация, но не считается").text.replace("\u2060", "")
    assert told.splitlines()[1] == "<b>Дворы</b> @vsem · https://t.me/dvory_okruga"
    town.curator.hears_nothing()


async def test_where_there_is_no_registry_nothing_is_said_of_posts(town_with: TownWith) -> None:
    town = await town_with(regulation="izobilnensky")
    town.players.town.vk.post(town.players.community, "Открыли новый мост")
    await town.settles()
    town.curator.hears_nothing()
    assert await counted(town) == []


async def test_iz_4_a_deleted_post_counts_no_more(town_with: TownWith) -> None:
    town = await town_with(regulation="izobilnensky", settings=LISTED)
    vk, community = town.players.town.vk, town.players.community
    posts = [vk.post(community, text) for text in ("Открыли мост", "График приёма")]
    await town.settles()
    vk.delete_post(posts[0])
    await town.to("2026-01-12T13:00")
    assert [ref for _, _, ref, _ in await counted(town)] == [f"wall-{GROUP_ID}_{posts[1].id}"]
    await town.curator.writes(f"/published https://vk.com/wall-{GROUP_ID}_{posts[0].id}")
    town.curator.sees("Эта публикация уже записана.")
    town.looks_around()


async def test_pa_2_2_what_the_bot_sees_is_counted_without_a_norm(town_with: TownWith) -> None:
    town = await town_with(regulation="primorsko-akhtarsky", settings=LISTED)
    town.players.town.vk.post(town.players.community, "Открыли новый мост")
    await town.settles()
    assert [page for page, *_ in await counted(town)] == [1]
    await town.to("2026-01-12T17:00")
    town.curator.looks_at_everything()
    await town.to("2026-01-16T17:00")
    assert [m.text for m in town.curator.looks_at_everything() if "Публикаций" in m.text] == []
