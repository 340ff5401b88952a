"""Hostile text: whatever anybody writes is shown as it was written, calls nobody, leads nowhere and breaks nothing."""

from __future__ import annotations

import unicodedata

import pytest

from networks.vk.inward import plain
from sandbox.telegram.model import Message
from tests.stories.town import Town
from workflow.case import State

NASTY = {
    "a heart": "Спасибо <3 мы вас любим",
    "markup": "<b>x</b> <a href='https://evil.example'>сюда</a> </blockquote>",
    "an ampersand": "ЖКХ & Ко &lt;b&gt; &amp;",
    "a mention": "@head почините воду @dezhurny_bot",
    "a command": "/absent /start /new почините воду",
    "bare domains": "смотрите evil.example/путь и курск.рф и vk.com/id1",
    "an address": "https://evil.example/?a=1&b=2 пишите на head@evil.example",
    "markup of VK": "[id1|x] *id1 (Павел) @id1 [club1|группа] #хэштег",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈 нет воды 😡😡😡",
    "right to left": "\u202eдов тен\u202c \u2067вода\u2069 нет",
    "zalgo": "в" + "\u0301\u0327\u0338" * 40 + "ода",
    "null bytes": "нет\x00 воды\x07\x1b[31m",
    "a template": "{{7*7}} {% for x in y %} {{ c.number }} ${7*7}",
    "a spoiler": "||тайна|| **жирно** `код` [текст](https://evil.example)",
}
OURS = ("https://vk.com/", "https://t.me/", "https://max.ru/c/")


def visible(text: str) -> str:
    """What a reader sees, without spaces, heaped accents, and marks that have no look of their own."""
    invisible = {"Cc", "Cf", "Mn", "Zs"}
    return "".join(letter for letter in text if unicodedata.category(letter) not in invisible)


def is_harmless(town: Town, message: Message, allowed: tuple[str, ...] = OURS) -> None:
    """It calls nobody but the bound, and leads to our own links only."""
    bound = {message.account_link.format(user.id) for user in town.players.people.values()}
    assert set(message.pings) <= bound, message.text
    assert [link for link in message.links if not link.startswith(allowed)] == [], message.text
    assert [e.type for e in message.entities if e.type in ("bot_command", "hashtag", "cashtag", "email")] == []


def all_said(town: Town) -> list[Message]:
    """In this story; what was said before it began is left out."""
    places = [town.players.in_group(), *(town.players.private(key) for key in town.players.people)]
    found = [m for place in places for m in place if m.sender.id == town.players.bot.id]
    return [m for m in found if (m.chat.id, m.id) not in town.before]


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
async def test_nasty_words_in_every_place(town: Town, text: str) -> None:
    comment = await town.resident_writes(f"{text}\nКогда дадут воду?")
    offer = town.curator.sees("Новое сообщение № 1")
    assert _start(plain(text)) in visible(offer.text)
    await town.curator.presses("Отдел ЖКХ", offer)
    card, called = town.card(), town.zhkh.sees("передано вам")
    assert _start(plain(text)) in visible(card.text)
    assert _start(plain(text)) in visible(called.text)

    draft = f"Здравствуйте. Воду подадут сегодня. {text}"
    await town.zhkh.replies(card, draft)
    await _confirmed(town)
    head = town.curator.sees("версия 1")
    bare = town.curator.sees("Здравствуйте. Воду подадут")
    assert _start(text) in visible(bare.text)
    await town.curator.presses("На доработку", head)
    await town.curator.replies(town.curator.sees("что исправить"), f"Замечание: {text}")
    town.curator.sees("на доработку, замечание")
    await town.can_no_more_be_undone()
    remark = town.zhkh.sees("на доработку")
    assert _start(text) in visible(remark.text)

    await town.zhkh.replies(remark, f"Вторая версия: воду подадут сегодня. {text}")
    await _confirmed(town)
    town.zhkh.looks_at_everything()
    await town.curator.presses("Согласовать", town.curator.sees("версия 2"))
    town.curator.sees("Вторая версия")
    await town.waits(seconds=31)
    town.curator.can_see("азмещено")
    [answer] = town.answers(comment)
    assert answer.mentions == []
    assert _start(text) in visible(answer.shown)
    for message in all_said(town):
        is_harmless(town, message)
    assert (await town.case()).state is State.CLOSED


def _start(text: str) -> str:
    return visible(text)[:30]


async def _confirmed(town: Town) -> None:
    """The words are long enough; what the draft lacks may be asked, and then it is sent as it is."""
    unseen = [message.text for message in town.zhkh.private if town.is_unseen(message)]
    if any("Это подсказка" in words for words in unseen):
        is_harmless(town, town.zhkh.sees("Это подсказка"))
        await town.zhkh.presses("Отправить как есть")


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
async def test_nasty_reasons_of_a_return(town: Town, text: str) -> None:
    await town.resident_writes("Третий день нет воды на Школьной")
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    await town.zhkh.presses("Вернуть", town.card())
    await town.zhkh.replies(town.zhkh.sees("Почему"), f"Причина: {text}")
    town.zhkh.sees("возвращено, причина")
    await town.can_no_more_be_undone()
    town.zhkh.sees("передано вам")
    returned = town.curator.sees("возвращено")
    assert _start(text) in visible(returned.text)
    await town.curator.writes("/case 1")
    history = town.curator.sees("вернул")
    for message in (returned, history, town.card()):
        is_harmless(town, message)


@pytest.mark.parametrize("name", [*NASTY.values(), "", " \u200b ", "А" * 300], ids=[*NASTY, "none", "blank", "long"])
async def test_nasty_names(town: Town, name: str) -> None:
    town.players.resident.first_name, town.players.resident.last_name = name, ""
    await town.resident_writes("Третий день нет воды на Школьной")
    offer = town.curator.sees("Третий день")
    await town.curator.presses("ЖКХ", offer)
    for message in (offer, town.card(), town.zhkh.sees("№ 1 · передано вам")):
        is_harmless(town, message)
        assert len(message.text) < 700


@pytest.mark.telegrams_own("MAX calls by the exact name of the profile, which is nasty here and shown clean")
async def test_a_nasty_name_of_an_official_calls_only_him(town: Town) -> None:
    head = town.newcomer("evil", "<b>@head</b> evil.example", in_group=True)
    await town.invites("zhkh_head", "evil")
    await head.opens_invitation("evil")
    await head.presses("Да, это я", head.sees("Вы — начальник отдела ЖКХ?"))
    head.looks_at_everything()
    await town.resident_writes("Третий день нет воды на Школьной")
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    is_harmless(town, head.sees("передано вам"))
    town.card()
    await head.blocks_the_bot()
    await town.to("2026-01-12T12:31")
    town.curator.sees("не принято и не возвращено")
    reminder = town.sees_in_group("срок проекта ответа")
    assert reminder.pings == [reminder.account_link.format(head.user.id)]
    town.curator.sees("не получили напоминаний")
    is_harmless(town, reminder)


async def test_ten_thousand_letters_are_cut_where_they_are_shown_and_kept_whole(town: Town) -> None:
    text = "Третий день нет воды. " + "Очень длинно. " * 700
    await town.resident_writes(text)
    offer = town.curator.sees("Третий день нет воды")
    await town.curator.presses("ЖКХ", offer)
    assert len(town.card().text) < 1000
    assert (await town.case()).appeal.text.strip() == text.strip()
    town.zhkh.sees("№ 1 · передано вам")


@pytest.mark.telegrams_own("4096 letters: in MAX nobody can send so many")
async def test_a_draft_as_long_as_a_message_may_be_is_shown_whole(town: Town) -> None:
    await town.resident_writes("Третий день нет воды на Школьной")
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    draft = ("Здравствуйте. <3 & <b>" + " Воду подадут сегодня до 20:00." * 200)[:4096].strip()
    await town.zhkh.replies(town.card(), draft)
    town.curator.sees("версия 1")
    shown = "".join(visible(m.text) for m in town.curator.looks_at_everything())
    assert shown == visible(draft)
    town.zhkh.sees("№ 1 · передано вам")


@pytest.mark.parametrize(
    "data", ["ac:²", "ac:99999999999999999999999", "ap:1:²", "xx:1", "", "ac:--1", "rr:1:-5", "fw:1:"]
)
async def test_made_up_button_data_are_answered_in_words(town: Town, data: str) -> None:
    await town.resident_writes("Третий день нет воды на Школьной")
    offer = town.curator.sees("Третий день")
    button = offer.buttons[0][0]
    offer.buttons = [[type(button)("Подделка", data=data)]]
    assert await town.curator.presses("Подделка", offer) != ""
    assert (await town.case()).state is State.NEW
    async with town.books.write("okrug") as tx:
        assert await tx.inbox.parked() == []


async def test_a_handed_in_message_with_nasty_words(town: Town) -> None:
    for text in NASTY.values():
        await town.curator.forwards(text, of="<b>@head</b> evil.example")
    for message in town.curator.looks_at_everything():
        is_harmless(town, message)
    assert await town.cases() == len(NASTY)
