"""An approved material on its way to its pages: refused, broken, recalled, killed or missed; never twice, never untold."""

from __future__ import annotations

import pytest

from sandbox.telegram.model import Chat
from storage.materials import Materials
from tests.stories.channels_of import IN_MAX, NAME, SITE, appointed, post_in
from tests.stories.test_material import (
    PICTURE,
    TEXT,
    MakeTown,
    approves,
    channel,
    counted,
    kept,
    moskalenki,
    sends,
    wall,
)
from tests.stories.town import KEY, Town


@pytest.mark.parametrize("code", [214, 15])
async def test_mo_a2_9_what_vk_refuses_is_handed_over_and_published_only_with_a_link(
    town_with: MakeTown, code: int
) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    town.players.town.vk.faults.add("error", "wall.post", code=code)
    await sends(town.zhkh, photo=PICTURE)
    await approves(adviser, adviser.looks_at_everything()[-1], "ВКонтакте · Округ")
    town.zhkh.looks_at_everything()
    await town.waits(minutes=1)
    given = adviser.sees("Опубликуйте, пожалуйста, сами: ВКонтакте · Округ.")
    assert "у бота нет права публиковать на этой странице" in given.text
    adviser.sees("В субботу чиним мост на улице Мира.")
    adviser.looks_at_everything()
    assert ((await kept(town)).state, wall(town), await counted(town)) == ("handed_over", [], [])
    await adviser.presses("Опубликовано: ВКонтакте · Округ", given)
    question = adviser.sees("пришлите ссылку на вышедшую запись")
    await adviser.replies(question, f"https://{SITE}/okrug_news/7")
    adviser.sees("Это ссылка не на запись этой страницы.")
    await adviser.replies(question, "https://vk.com/wall-1001_77")
    town.zhkh.sees("✅ Материал опубликован.")
    adviser.looks_at_everything()
    assert ((await kept(town)).state, await counted(town)) == ("published", [(1, "https://vk.com/wall-1001_77")])


async def test_mo_a2_9_other_networks_go_to_the_responsible_person(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    await sends(town.zhkh, photo=PICTURE)
    await approves(adviser, adviser.looks_at_everything()[-1], "Одноклассники · Группа")
    for person in (adviser, town.zhkh):
        person.looks_at_everything()
    await town.waits(minutes=1)
    given = town.curator.sees("Опубликуйте, пожалуйста, сами: Одноклассники · Группа.")
    assert "сюда бот публиковать не умеет" in given.text
    town.curator.sees("В субботу чиним мост на улице Мира.")
    assert [m.media is not None for m in town.curator.looks_at_everything()] == [True]
    await town.curator.presses("Опубликовано: Одноклассники · Группа", given)
    question = town.curator.sees("пришлите ссылку")
    await town.curator.replies(question, "https://ok.ru/group/53000000000000/topic/9")
    town.curator.looks_at_everything()
    assert await counted(town) == [(3, "https://ok.ru/group/53000000000000/topic/9")]
    for person in (adviser, town.zhkh):
        person.sees("✅ Материал опубликован.")


async def approved_without_the_right(town: Town, *places: str) -> Chat:
    """The channel: the bot may not post there, and a material for the places has been approved and its time has come."""
    adviser = town.person("adviser")
    telegram = town.players.town.telegram
    place = next(chat for chat in telegram.chats.values() if chat.username == "okrug_news")
    telegram.demote(town.players.bot, place)
    await town.settles()
    await sends(town.zhkh)
    await approves(adviser, adviser.looks_at_everything()[-1], *places)
    await town.waits(minutes=1)
    return place


async def test_mo_a2_9_a_channel_the_bot_is_no_administrator_of_is_handed_over(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    await approved_without_the_right(town, f"{NAME} · Канал")
    adviser = town.person("adviser")
    assert "у бота нет права публиковать" in adviser.sees(f"Опубликуйте, пожалуйста, сами: {NAME} · Канал.").text
    assert ((await kept(town)).state, channel(town)) == ("handed_over", [])
    for person in (adviser, town.zhkh):
        person.looks_at_everything()


async def test_mo_a2_9_when_the_right_is_given_the_bot_publishes_by_itself_after_all(town_with: MakeTown) -> None:
    """A day later too: whoever has it tried once more has read it, so that it is not late."""
    town = await moskalenki(town_with)
    place = await approved_without_the_right(town, f"{NAME} · Канал")
    adviser = town.person("adviser")
    given = adviser.sees(f"Опубликуйте, пожалуйста, сами: {NAME} · Канал.")
    assert await adviser.presses(f"Повторить: {NAME} · Канал", given) == "Публикую ещё раз."
    await town.waits(minutes=1)
    assert ((await kept(town)).state, channel(town)) == ("handed_over", [])
    again = adviser.sees(f"Опубликуйте, пожалуйста, сами: {NAME} · Канал.")
    appointed(town, place)
    await town.to("2026-01-13T10:00")
    assert await adviser.presses(f"Повторить: {NAME} · Канал", again) == "Публикую ещё раз."
    await town.waits(minutes=1)
    (there,) = channel(town)
    assert (there.text, (await kept(town)).state) == (TEXT, "published")
    assert await counted(town) == [(2, post_in("okrug_news", there.id))]
    assert [b.text for row in again.buttons for b in row] == []
    async with town.books.write(KEY) as tx:
        lines = [line["action"] for line in await Materials(tx).history(1, 9)]
    assert lines == ["send", "approve", "hand_over", "retry", "hand_over", "retry", "published"]
    for person in (adviser, town.zhkh):
        person.looks_at_everything()


async def test_mo_a2_9_a_network_that_answers_again_takes_it_once(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    town.players.town.vk.faults.add("error", "wall.post", code=214)
    await sends(town.zhkh)
    await approves(adviser, adviser.looks_at_everything()[-1], "ВКонтакте · Округ")
    await town.waits(minutes=1)
    given = adviser.sees("Опубликуйте, пожалуйста, сами: ВКонтакте · Округ.")
    for _ in range(2):
        town.players.town.telegram.press(adviser.user, given, "Повторить: ВКонтакте · Округ")
    await town.settles()
    await town.waits(minutes=1)
    assert ([post.text for post in wall(town)], (await kept(town)).state) == ([TEXT], "published")
    for person in (adviser, town.zhkh):
        person.looks_at_everything()


async def test_mo_a2_9_what_is_still_to_be_published_stays_said_first_when_the_message_is_redrawn(
    town_with: MakeTown,
) -> None:
    town = await moskalenki(town_with)
    place = await approved_without_the_right(town, "Одноклассники · Группа", f"{NAME} · Канал")
    adviser = town.person("adviser")
    given = town.curator.sees("Опубликуйте, пожалуйста, сами: Одноклассники · Группа. Текст и файлы выше.")
    appointed(town, place)
    await town.settles()
    await adviser.presses(f"Повторить: {NAME} · Канал", adviser.sees(f"сами: {NAME} · Канал."))
    await town.waits(minutes=1)
    assert f"✅ {NAME} · Канал" in given.text
    assert given.text.splitlines()[0] == (
        "Опубликуйте, пожалуйста, сами: Одноклассники · Группа. Потом нажмите «Опубликовано» и пришлите ссылку."
    )
    assert [b.text for row in given.buttons for b in row] == ["Опубликовано: Одноклассники · Группа"]
    town.curator.looks_at_everything()
    await town.curator.presses("Опубликовано: Одноклассники · Группа", given)
    await town.curator.replies(town.curator.sees("пришлите ссылку"), "https://ok.ru/group/53000000000000/topic/9")
    assert given.text.splitlines()[0] == "Материал № 1 · версия 1"
    for person in (adviser, town.zhkh, town.curator):
        person.looks_at_everything()


async def test_mo_a2_9_a_broken_line_is_looked_up_and_the_post_stands_once(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    town.players.town.vk.faults.add("reset_after", "wall.post")
    await sends(town.zhkh)
    await approves(adviser, adviser.looks_at_everything()[-1], "ВКонтакте · Округ")
    await town.waits(minutes=1)
    assert [post.text for post in wall(town)] == [TEXT]
    assert ((await kept(town)).state, len(await counted(town))) == ("published", 1)
    town.players.town.vk.faults.add("reset_before", "wall.post")
    await sends(town.zhkh, "Мост открыт, езжайте.")
    await approves(adviser, adviser.can_see("Материал № 2 · версия 1"), "ВКонтакте · Округ")
    await town.waits(minutes=1)
    await town.waits(minutes=1)
    assert [post.text for post in wall(town)] == [TEXT, "Мост открыт, езжайте."]
    for person in (adviser, town.zhkh):
        person.looks_at_everything()


async def test_mo_a2_9_recalled_before_its_time_it_is_not_published(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    await sends(town.zhkh)
    head = adviser.looks_at_everything()[-1]
    await approves(adviser, head, "ВКонтакте · Округ", when="Сегодня в 18:00")
    assert await adviser.presses("Отменить публикацию", head) == "Публикация отменена, материал снова ждёт решения."
    await approves(adviser, head, f"{NAME} · Канал", when="Завтра в 10:00")
    await town.to("2026-01-12T18:01")
    assert (wall(town), channel(town)) == ([], [])
    await town.to("2026-01-13T10:01")
    assert (wall(town), [m.text for m in channel(town)]) == ([], [TEXT])
    for person in (adviser, town.zhkh):
        person.looks_at_everything()


async def test_mo_a2_9_killed_between_approval_and_posting_it_is_published_once(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    await sends(town.zhkh)
    await approves(adviser, adviser.looks_at_everything()[-1], "ВКонтакте · Округ", f"{NAME} · Канал")
    async with town.books.write(KEY) as tx:
        letters = [one for one in await tx.outbox.waiting(town.clock.now().replace(year=2027)) if one.kind == "publish"]
        for letter in letters:
            await tx.outbox.change(letter.id, state="sending", not_before=None)
    town.bot.delivery._stranded = True  # as after a start
    await town.waits(minutes=1)
    there = [post.text for post in channel(town)]
    reasons = {place.page: place.reason for place in (await kept(town)).places}
    if IN_MAX:  # it can be seen there that it does not stand yet
        assert ([post.text for post in wall(town)], there, reasons) == ([TEXT], [TEXT], {1: "", 2: ""})
    else:
        assert ([post.text for post in wall(town)], there, reasons) == ([TEXT], [], {1: "", 2: "ambiguous"})
        shown = adviser.sees("Телеграм · Канал: связь оборвалась")
        assert [button.text for button in shown.buttons[0]] == ["Опубликовано: Телеграм · Канал"]
    for person in (adviser, town.zhkh):
        person.looks_at_everything()


async def test_mo_a2_9_what_was_missed_by_hours_is_not_published_by_itself(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    await sends(town.zhkh)
    await approves(adviser, adviser.looks_at_everything()[-1], f"{NAME} · Канал", when="Сегодня в 18:00")
    for person in (adviser, town.zhkh):
        person.looks_at_everything()
    await town.to("2026-01-13T08:00")
    assert "пока бот не работал, время прошло" in adviser.sees("Опубликуйте, пожалуйста, сами").text
    assert channel(town) == []
    adviser.looks_at_everything()


async def test_without_an_administrators_token_vk_is_published_on_by_people(town_with: MakeTown) -> None:
    town = await moskalenki(town_with, user_token=None)
    adviser = town.person("adviser")
    await town.zhkh.writes("/material " + TEXT)
    await town.waits(seconds=31)
    head = adviser.sees("Материал для публикации. Исправьте его")
    assert "ВКонтакте: знаков 54 из 15895, картинок 0 из 10; публикует человек" in head.text
    await approves(adviser, head, "ВКонтакте · Округ")
    await town.waits(minutes=1)
    assert "у бота нет права публиковать" in adviser.sees("Опубликуйте, пожалуйста, сами: ВКонтакте · Округ.").text
    assert wall(town) == []
    for person in (adviser, town.zhkh):
        person.looks_at_everything()
