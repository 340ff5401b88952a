"""Material for publication: a department sends it, the adviser edits, returns or approves it, the bot publishes it (MO-A2.9)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox.telegram.model import Message
from sandbox.vk.model import Post
from storage.materials import Materials
from storage.official_pages import OfficialPages
from tests.stories.building import MESSENGER
from tests.stories.channels_of import IN_MAX, NAME, SITE, in_file, opened, post_in
from tests.stories.town import KEY, Person, Town
from workflow.official.material import Material, MaterialState

EDITOR = "  adviser: {role: editor, name: Советник главы}\n"
PAGES = f"""
pages:
  - {{network: vk, address: vk.com/okrug_admin, whose: administration, title: Округ}}
  - {{network: {MESSENGER}, address: {SITE}/okrug_news, whose: administration, title: Канал}}
  - {{network: ok, address: ok.ru/group/53000000000000, whose: administration, title: Группа, responsible: curator}}
"""
USER_TOKEN = "vk-user-token"
PICTURE = b"\xff\xd8\xff\xe0 picture one"
ANOTHER = b"\xff\xd8\xff\xe0 picture two"
TEXT = "В субботу чиним мост на улице Мира. Объезд по Степной."
MakeTown = Callable[..., Awaitable[Town]]


async def moskalenki(town_with: MakeTown, regulation: str = "moskalensky", **more: Any) -> Town:
    """The adviser, three pages, an administrator's token for VK, the bot an administrator of the channel."""
    more.setdefault("user_token", USER_TOKEN)
    more = {name: value for name, value in more.items() if value} | in_file("okrug_news")
    town = await town_with({"adviser": "Советник"}, regulation=regulation, people=EDITOR, settings=PAGES, **more)
    opened(town, "Канал", "okrug_news")
    await town.settles()
    return town


def channel(town: Town) -> list[Message]:
    chats = town.players.town.telegram.chats.values()
    said = town.players.town.telegram.messages(next(chat for chat in chats if chat.username == "okrug_news"))
    return [one for one in said if one.text or one.media]


def wall(town: Town) -> list[Post]:
    """What the bot has published on the community's wall."""
    return [post for post in town.players.town.vk.posts if post is not town.players.post and not post.deleted]


async def kept(town: Town, number: int = 1) -> Material:
    async with town.books.write(KEY) as tx:
        found = await Materials(tx).get(number)
    assert found is not None
    return found


async def counted(town: Town) -> list[tuple[int, str]]:
    async with town.books.write(KEY) as tx:
        found = await OfficialPages(tx).published_since(town.clock.now().replace(year=2020))
    return sorted((one.page, one.link) for one in found)


async def sends(person: Person, text: str = TEXT, photo: bytes | None = None) -> Message:
    await person.writes("/material")
    await person.replies(person.sees("Пришлите материал одним сообщением"), text, [photo] if photo else ())
    shown = person.sees("принят, он у советника")
    await person.town.can_no_more_be_undone()
    return shown


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
    assert await approves(adviser, head, "ВКонтакте · Округ", f"{NAME} · Канал") == "Одобрено. Выйдет сегодня в 9:01."
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
    assert await counted(town) == [(1, post.url), (2, post_in("okrug_news", there.id))]
    assert (await kept(town)).state == "published"


async def test_mo_a2_9_the_adviser_returns_it_with_a_list_and_gets_a_new_version(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    await sends(town.zhkh)
    head = adviser.looks_at_everything()[-1]
    await adviser.presses("Вернуть с замечаниями", head)
    await adviser.replies(
        adviser.sees("какие замечания? Каждое с новой строки"), "- когда закончат?\n- добавьте фото\n\n"
    )
    adviser.sees("Возвращено с замечаниями.")
    returned = town.zhkh.sees("Ваш материал возвращён с замечаниями.")
    assert "Замечания к версии 1:\n• когда закончат?\n• добавьте фото" in returned.text
    await town.zhkh.replies(returned, TEXT + " Закончим к вечеру.", [PICTURE])
    town.zhkh.sees("Материал № 1, версия 2: принято")
    assert "Изменено с версии 1" in adviser.sees("Новая версия материала.").text
    adviser.looks_at_everything()
    found = await kept(town)
    assert [(v.text, len(v.files), v.remarks) for v in found.versions] == [
        (TEXT, 0, ("когда закончат?", "добавьте фото")),
        (TEXT + " Закончим к вечеру.", 1, ()),
    ]
    async with town.books.write(KEY) as tx:
        lines = [(line["action"], line["who"], line["to_state"]) for line in await Materials(tx).history(1, 9)]
    assert lines == [("send", "zhkh_head", "sent"), ("return", "adviser", "returned"), ("resend", "zhkh_head", "sent")]


async def test_mo_a2_9_the_adviser_edits_and_the_sender_sees_what_changed(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    await sends(town.zhkh, photo=PICTURE)
    head = adviser.looks_at_everything()[-1]
    await adviser.presses("Исправить", head)
    await adviser.replies(adviser.sees("пришлите исправленный текст"), "В субботу чиним мост. Объезд по Степной.")
    adviser.sees("Исправлено, теперь версия 2.")
    assert "Эту версию написал: советник главы" in town.zhkh.sees("Ваш материал исправлен").text
    town.zhkh.sees("В субботу чиним мост. Объезд по Степной.")
    found = await kept(town)
    assert [(v.by, len(v.files)) for v in found.versions] == [("zhkh_head", 1), ("adviser", 1)]


async def test_mo_a2_9_approval_of_a_version_that_has_changed_is_refused_in_words(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    receipt = await sends(town.zhkh)
    head = adviser.looks_at_everything()[-1]
    await adviser.presses("Одобрить…", head)
    await adviser.presses(f"{NAME} · Канал", head)
    telegram = town.players.town.telegram
    telegram.write(town.zhkh.user, receipt.chat, "Мост чиним в воскресенье.", reply_to=receipt)
    press = telegram.press(adviser.user, head, "Сейчас")
    await town.settles()
    assert press.toast == "Материал изменился, теперь версия 2. Посмотрите её и решите ещё раз."
    assert (await kept(town)).state == "sent"
    for person in (adviser, town.zhkh):
        person.looks_at_everything()
    await town.waits(minutes=2)
    assert channel(town) == []


async def test_mo_a2_9_pressed_twice_it_is_approved_and_published_once(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    await sends(town.zhkh)
    head = adviser.looks_at_everything()[-1]
    await adviser.presses("Одобрить…", head)
    await adviser.presses("ВКонтакте · Округ", head)
    toasts = await town.at_once((adviser, "Сейчас", head), (adviser, "Сейчас", head))
    assert toasts == [
        "Одобрено. Выйдет сегодня в 9:01.",
        "Сейчас этого сделать нельзя. Состояние материала: одобрен, ждёт своего времени. Посмотрите его ещё раз командой /plan.",
    ]
    await town.waits(minutes=2)
    assert [post.text for post in wall(town)] == [TEXT]
    for person in (adviser, town.zhkh):
        person.looks_at_everything()


async def test_mo_a2_9_who_has_no_right_is_told_whom_to_ask(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    await sends(town.zhkh)
    head = adviser.looks_at_everything()[-1]
    await adviser.presses("Одобрить…", head)
    await town.roads.writes("/plan")
    plan = town.roads.sees("План публикаций")
    await town.roads.presses("№ 1", plan)
    shown = town.roads.sees("Материал № 1 · версия 1")
    town.roads.sees("В субботу чиним мост")
    assert [b.text for row in shown.buttons for b in row] == []
    await town.roads.replies(shown, "Свои слова вместо чужих")
    town.roads.sees("Это делает советник, а где его нет, куратор. Напишите ему.")
    assert (await kept(town)).newest.number == 1
    await town.deputy.writes("/material")
    town.deputy.looks_at_everything()


@pytest.mark.telegrams_own("with a picture it takes fewer letters; in MAX nobody can write more than it takes")
async def test_mo_a2_9_a_time_in_the_past_and_a_text_too_long_are_one_sentence_each(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    await sends(town.zhkh, "Чиним мост. " * 85, photo=PICTURE)
    head = adviser.looks_at_everything()[-1]
    assert "Телеграм: знаков 1019 из 1024, картинок 1 из 10" in head.text
    await adviser.replies(head, "Чиним мост. " * 90)
    adviser.looks_at_everything()
    head = adviser.can_see("Исправлено, теперь версия 2.")
    assert await approves(adviser, head, "Телеграм · Канал") == (
        "Телеграм · Канал. С картинками Телеграм берёт до 1024 знаков, здесь 1079: сократите на 55."
    )
    await adviser.presses(f"{NAME} · Канал", head)
    await adviser.presses("ВКонтакте · Округ", head)
    await adviser.presses("Другое время…", head)
    question = adviser.sees("когда опубликовать? Например")
    await adviser.replies(question, "вчера 14:00")
    adviser.sees("Это время уже прошло. Выберите «Сейчас» или время впереди.")
    await adviser.replies(question, "завтра 14:00")
    adviser.sees("Одобрено. Выйдет вт 13 января, 14:00.")
    town.zhkh.looks_at_everything()
    await town.to("2026-01-13T13:59")
    assert wall(town) == []
    await town.to("2026-01-13T14:01")
    assert [len(post.text) for post in wall(town)] == [1079]
    for person in (adviser, town.zhkh):
        person.looks_at_everything()


async def test_a_file_the_messenger_will_not_hand_over_loses_nothing_else(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    await town.zhkh.writes("/material")
    question = town.zhkh.sees("Пришлите материал одним сообщением")
    huge = b"\xff" * (21 * 1024 * 1024)
    await town.zhkh.replies(question, "", [huge])
    assert "оно не учтено" in town.zhkh.sees("Фото: больше 20 МБ").text
    await town.zhkh.replies(question, TEXT, [huge])
    town.zhkh.sees("Материал № 1 принят")
    assert "Остальное взял" in town.zhkh.sees("Фото: больше 20 МБ").text
    assert (await kept(town)).newest.text == TEXT
    await town.can_no_more_be_undone()
    town.person("adviser").looks_at_everything()


async def test_mo_a2_13_officialese_is_named_to_sender_and_adviser_and_nothing_is_blocked(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    words = "В рамках нацпроекта осуществляется ремонт моста."
    receipt = await sends(town.zhkh, words)
    head = adviser.looks_at_everything()[-1]
    for shown in (receipt, head):
        assert "Можно сказать проще (прил. 2, пункт 13):\n• «В рамках» — «по», «во время», «для»" in shown.text
    await approves(adviser, head, f"{NAME} · Канал")
    await town.waits(minutes=1)
    assert [m.text for m in channel(town)] == [words]
    for person in (adviser, town.zhkh):
        person.looks_at_everything()


async def test_pa_2_4_a_draft_of_an_answer_gets_the_hint_too(town_with: MakeTown) -> None:
    town = await moskalenki(town_with, "primorsko-akhtarsky")
    await town.resident_writes("Третий день нет воды на Школьной, 5")
    await town.curator.presses("Направить в Отдел ЖКХ")
    town.looks_around()
    await town.zhkh.presses("Принять")
    await town.zhkh.replies(
        town.card(), "В настоящее время осуществляется ремонт водовода, воду дадим завтра к 12 часам."
    )
    await town.zhkh.presses("Отправить как есть")
    draft = town.curator.can_see("Текст выше. Чтобы поправить слова")
    assert "Можно сказать проще (пункт 2.4):" in draft.text
    assert "• «В настоящее время» — «сейчас»\n• «осуществляется» — глагол дела, «делать»" in draft.text
    await town.curator.presses("Согласовать", draft)
    await town.waits(minutes=1)
    town.looks_around()


async def test_mo_a2_10_the_plan_stays_true_and_counts_what_is_published_once(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    await adviser.writes("/plan")
    plan = adviser.sees("План публикаций, 12 января – 18 января")
    assert f"не хватает: {NAME} · Канал, 7 (прил. 2, пункт 10)" in plan.text.replace("\u2060", "")
    await sends(town.zhkh)
    head = adviser.looks_at_everything()[-1]
    assert "Ждёт решения: 1 материал" in plan.text
    await approves(adviser, head, f"{NAME} · Канал", when="Завтра в 10:00")
    assert f"10:00 · № 1 «В субботу чиним мост на улице Мира…» · {NAME} · Канал" in plan.text
    assert f"не хватает: {NAME} · Канал, 6 (прил. 2, пункт 10)" in plan.text.replace("\u2060", "")
    await town.to("2026-01-13T10:01")
    assert "✅ 10:00 · № 1" in plan.text
    assert f"не хватает: {NAME} · Канал, 6 (прил. 2, пункт 10)" in plan.text.replace("\u2060", "")
    (there,) = channel(town)
    await adviser.writes(f"/published {post_in('okrug_news', there.id)}")
    adviser.sees("Эта публикация уже записана.")
    assert len(await counted(town)) == 1
    for person in (adviser, town.zhkh):
        person.looks_at_everything()


async def test_mo_a2_10_a_plan_opened_last_week_shows_this_one_on_monday(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    await adviser.writes("/plan")
    plan = adviser.sees("План публикаций, 12 января – 18 января")
    assert await adviser.presses("Следующая неделя", plan) == ""
    assert "План публикаций, 19 января – 25 января" in plan.text
    await adviser.presses("Эта неделя", plan)
    await town.to("2026-01-19T09:00")
    adviser.looks_at_everything()
    assert "План публикаций, 19 января – 25 января" in plan.text


async def test_an_album_is_one_material_and_an_edit_of_its_words_a_version(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    adviser = town.person("adviser")
    await town.zhkh.writes("/material")
    town.zhkh.sees("Пришлите материал одним сообщением")
    sent = await town.zhkh.sends_album([PICTURE, ANOTHER], TEXT)
    town.zhkh.sees("Материал № 1 принят")
    await town.zhkh.edits(sent[0], TEXT + " Ждём дождя.")
    await town.waits(seconds=4)
    town.zhkh.sees("версия 2: принято")
    await town.can_no_more_be_undone()
    found = await kept(town)
    assert [(v.text, len(v.files)) for v in found.versions] == [(TEXT, 2), (TEXT + " Ждём дождя.", 2)]
    await approves(adviser, adviser.looks_at_everything()[-1], "ВКонтакте · Округ", f"{NAME} · Канал")
    await town.waits(minutes=1)
    (post,) = wall(town)
    assert [file.data for file in post.attachments] == [PICTURE, ANOTHER]
    there: Any = channel(town)
    assert "".join(one.text for one in there) == TEXT + " Ждём дождя."
    if IN_MAX:
        assert [file.file.data for file in there[0].files] == [PICTURE, ANOTHER]
    else:
        assert [one.media.file.data for one in there] == [PICTURE, ANOTHER]
        assert len({one.media_group_id for one in there} | {None}) == 2
    for person in (adviser, town.zhkh):
        person.looks_at_everything()


async def test_material_taken_back_in_time_is_never_seen_by_the_adviser(town_with: MakeTown) -> None:
    town = await moskalenki(town_with)
    await town.zhkh.writes("/material")
    await town.zhkh.replies(town.zhkh.sees("Пришлите материал одним сообщением"), "привет")
    shown = town.zhkh.sees("Материал № 1 принят")
    assert await town.zhkh.presses("Отменить", shown) == "Материал № 1 отозван."
    await town.can_no_more_be_undone()
    assert (await kept(town)).state is MaterialState.WITHDRAWN
    town.ends()
