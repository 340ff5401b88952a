"""What is found and what becomes of it: left alone and taken up after all, changed by its author, answered by somebody else."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest

from tests.stories.test_hostile import NASTY, all_said, is_harmless
from tests.stories.town import KEY, Town
from workflow.case import State

COMPLAINT = "Третий день нет воды на Школьной, 5"
ANSWER = "Воду подключили сегодня в 11:00, давление проверили во всех квартирах."
THANKS = "Спасибо большое, стало чисто"


# --- left alone ------------------------------------------------------------------------------------------------------


async def test_sl_1_iz_1_thanks_are_no_incident_and_are_not_lost(town: Town) -> None:
    await town.resident_writes(THANKS)
    town.curator.hears_nothing()
    assert await town.cases() == 0
    await town.curator.writes("/seen")
    listed = town.curator.sees("Бот увидел и не завёл 1 сообщение")
    assert "1. Спасибо большое, стало чисто · Житель, 9:00 — благодарность: «спасибо»" in listed.text
    assert await town.curator.presses("Завести 1", listed) == "Заведено как № 1, предложение ниже."
    assert town.curator.sees("Новое сообщение № 1")
    assert (await town.case()).appeal.text == THANKS
    assert "Список пуст" in town.curator.can_see("Список пуст").text


async def test_what_the_curator_took_up_teaches_what_to_take_up(town: Town) -> None:
    await town.resident_writes("Поздравляем детский сад Ромашка с юбилеем, желаем новую крышу над верандой")
    await town.curator.writes("/seen")
    await town.curator.presses("Завести 1", town.curator.sees("Бот увидел и не завёл"))
    town.curator.looks_at_everything()
    await town.resident_writes("И мы поздравляем детский сад Ромашка, желаем крышу над верандой")
    assert town.curator.sees("Новое сообщение № 2")
    await town.resident_writes("Поздравляю всех земляков с праздником, желаю счастья")
    town.curator.hears_nothing()


async def test_a_button_never_takes_up_another_message_that_got_the_number(town: Town) -> None:
    thanks = await town.resident_writes(THANKS)
    await town.curator.writes("/seen")
    listed = town.curator.sees("Бот увидел и не завёл 1 сообщение")
    town.players.town.vk.delete_comment(thanks)
    await town.settles()
    await town.resident_writes("Спасибо, дом 3 очень доволен")
    assert (
        await town.curator.presses("Завести 1", listed)
        == "Этого сообщения в списке уже нет. Посмотрите открытые командой /open."
    )
    assert await town.cases() == 0
    assert "1. Спасибо, дом 3" in town.curator.can_see("Бот увидел и не завёл 1 сообщение").text


async def test_the_list_has_pages_and_is_the_curators_alone(town: Town) -> None:
    for number in range(9):
        await town.resident_writes(f"Спасибо, дом {number} очень доволен")
    await town.curator.writes("/seen")
    listed = town.curator.sees("Бот увидел и не завёл 9 сообщений")
    assert [b.text for row in listed.buttons for b in row][-3:] == ["Завести 7", "Завести 8", "Дальше"]
    await town.curator.presses("Дальше", listed)
    turned = town.curator.can_see("9. Спасибо, дом 0")
    assert [b.text for row in turned.buttons for b in row] == ["Завести 9", "Раньше"]
    await town.zhkh.writes("/seen")
    town.zhkh.sees("не для вашей роли")
    await town.curator.writes("/seen", in_group=True)
    town.sees_in_group("покажу вам лично")


async def test_a_message_comes_once_however_often_the_network_tells_of_it(town: Town) -> None:
    comment = await town.resident_writes(THANKS)
    town.players.town.vk.edit_comment(comment, THANKS + ", молодцы")
    await town.settles()
    async with town.books.write(KEY) as tx:
        assert [one.text for one in await tx.seen.left(10)] == [THANKS + ", молодцы"]
    town.players.town.vk.edit_comment(comment, COMPLAINT)
    await town.settles()
    assert town.curator.sees("Новое сообщение № 1")
    async with town.books.write(KEY) as tx:
        assert await tx.seen.count_left() == 0


async def test_what_its_author_took_away_leaves_the_list(town: Town) -> None:
    comment = await town.resident_writes(THANKS)
    town.players.town.vk.delete_comment(comment)
    await town.settles()
    async with town.books.write(KEY) as tx:
        assert await tx.seen.count_left() == 0


async def test_the_list_forgets_after_its_days(town_with: Callable[..., Awaitable[Town]]) -> None:
    town = await town_with(settings="detection: {seen_days: 2}\n")
    await town.resident_writes(THANKS)
    await town.waits(minutes=60 * 24 * 3)
    await town.bot.ticker.tidy()
    async with town.books.write(KEY) as tx:
        assert await tx.seen.count_left() == 0


async def test_mo_6_2_a_departments_earlier_cases_speak_for_it(town: Town) -> None:
    for number, text in enumerate(
        ("Волонтёрская эстафета перекрыла проход", "Эстафета волонтёрская, проход закрыли"), 1
    ):
        await town.resident_writes(text)
        offer = town.curator.sees(f"Новое сообщение № {number}")
        assert "Похоже на:" not in offer.text
        await town.curator.presses("Отдел благоустройства", offer)
        town.person("improvement_head").sees(f"№ {number} · передано вам")
        town.curator.looks_at_everything()
        town.card()
    await town.resident_writes("Эта волонтёрская эстафета мешает людям")
    offer = town.curator.sees("Новое сообщение № 3")
    assert "Похоже на: Отдел благоустройства. Слова: «волонтёрская», «эстафета»" in offer.text


# --- changed and deleted ---------------------------------------------------------------------------------------------


async def test_an_edited_comment_is_shown_with_both_its_texts(town: Town) -> None:
    comment = await town.resident_writes(COMPLAINT)
    offer = town.curator.sees("Новое сообщение № 1")
    await town.curator.presses("Направить в Отдел ЖКХ", offer)
    town.players.town.vk.edit_comment(comment, "Воды нет уже на всей улице Школьной")
    await town.settles()
    town.curator.sees("житель изменил текст")
    assert "Житель изменил текст: «Воды нет уже на всей улице Школьной»" in town.card().text
    assert "Третий день нет воды" in town.card().text
    assert "Житель изменил текст: «Воды нет" in town.curator.can_see("Ждём, примет").text
    case = await town.case()
    assert (case.appeal.text, [one.text for one in case.rewritten]) == (
        COMPLAINT,
        ["Воды нет уже на всей улице Школьной"],
    )
    town.zhkh.looks_at_everything()


async def test_an_edit_that_moves_the_place_moves_it_on_the_card_unless_a_person_chose_it(town: Town) -> None:
    comment = await town.resident_writes(COMPLAINT)
    offer = town.curator.sees("Новое сообщение № 1")
    await town.curator.presses("Направить в Отдел ЖКХ", offer)
    moved = "Третий день нет воды на Мира, 7. Ошиблась улицей"
    town.players.town.vk.edit_comment(comment, moved)
    await town.settles()
    assert (await town.case()).location == "Мира, 7"
    assert "№ 1 · вода · Мира, 7" in town.card().text
    await town.curator.presses("Ещё…", offer)
    await town.curator.presses("Место…", offer)
    await town.curator.replies(town.curator.sees("о каком месте речь"), "Мира, 7, двор")
    town.players.town.vk.edit_comment(comment, COMPLAINT)
    await town.settles()
    assert (await town.case()).location == "Мира, 7, двор"
    town.looks_around()


async def test_a_deleted_comment_is_proposed_to_be_closed(town: Town) -> None:
    comment = await town.resident_writes(COMPLAINT)
    town.curator.looks_at_everything()
    town.players.town.vk.delete_comment(comment)
    await town.settles()
    asked = town.curator.sees("житель удалил сообщение")
    assert asked.buttons[0][0].text == "Закрыть без ответа"
    assert [b.text for row in asked.buttons for b in row if b.text.startswith("Закрыть")] == ["Закрыть без ответа"]
    assert await town.curator.presses("Закрыть без ответа", asked) == "№ 1 закрыто без ответа: автор удалил сообщение."
    assert (await town.case()).state is State.CLOSED_WITHOUT_POSTING
    town.curator.looks_at_everything()


async def test_an_approved_answer_to_a_deleted_comment_is_held(town: Town) -> None:
    comment = await town.resident_writes(COMPLAINT)
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    await town.zhkh.replies(town.card(), ANSWER)
    town.curator.looks_at_everything()
    await town.curator.presses("Согласовать")
    town.players.town.vk.delete_comment(comment)
    await town.settles()
    asked = town.curator.sees("Ответ не размещаем, пока вы не решите")
    await town.waits(seconds=60)
    assert town.answers(comment) == []
    assert (await town.case()).state is State.ON_APPROVAL
    assert asked.buttons[0][0].text == "Закрыть без ответа"
    town.curator.looks_at_everything()
    town.zhkh.looks_at_everything()


# --- the office's own answers ----------------------------------------------------------------------------------------


async def test_an_answer_the_office_wrote_by_itself_is_asked_about(town: Town) -> None:
    comment = await town.resident_writes(COMPLAINT)
    town.curator.looks_at_everything()
    own = town.players.town.vk.comment(town.players.community, town.players.post, "Воду дадут к обеду.", comment)
    await town.settles()
    asked = town.curator.sees("вижу в сети ответ «Воду дадут к обеду")
    await town.curator.presses("Да, это ответ", asked)
    case = await town.case()
    assert (case.state, case.ended_because) == (State.CLOSED_WITHOUT_POSTING, "answered_elsewhere")
    assert town.answers(comment) == [own]
    town.curator.looks_at_everything()


async def test_mo_17_where_an_answer_waits_to_be_posted_the_offices_own_is_its_posting(town: Town) -> None:
    comment = await town.resident_writes(COMPLAINT)
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    await town.zhkh.replies(town.card(), ANSWER)
    town.curator.looks_at_everything()
    town.players.town.vk.faults.add("error", code=213)
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    assert (await town.case()).state is State.NOT_POSTED
    town.curator.looks_at_everything()
    own = town.players.town.vk.comment(town.players.community, town.players.post, ANSWER, comment)
    await town.settles()
    await town.curator.presses("Да, это ответ", town.curator.sees("вижу в сети ответ"))
    case = await town.case()
    assert (case.state, case.posting.link if case.posting else "") == (State.CLOSED, own.url)
    town.curator.looks_at_everything()
    town.zhkh.looks_at_everything()


async def test_our_own_posting_is_nobodys_question(town: Town) -> None:
    comment = await town.resident_writes(COMPLAINT)
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    await town.zhkh.replies(town.card(), ANSWER)
    town.curator.looks_at_everything()
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    await town.waits(minutes=1)
    assert [answer.text for answer in town.answers(comment)] == [ANSWER]
    town.curator.can_see("азмещено")
    town.curator.hears_nothing()
    town.zhkh.looks_at_everything()


# --- how it is written -----------------------------------------------------------------------------------------------


async def test_mo_18_ku_20_an_insult_is_hinted_at_in_private_and_its_ground_stands_first(town: Town) -> None:
    await town.resident_writes("Третий день нет воды на Школьной, 5, начальник ЖКХ дебил <b>и</b> урод")
    offer = town.curator.sees("⚠️ Похоже на оскорбление: «")
    await town.curator.presses("Закрыть без ответа…", offer)
    offer = town.curator.can_see("⚠️ Похоже на оскорбление")
    assert offer.buttons[0][0].text == "Оскорбительные выражения"
    await town.curator.presses("Назад", offer)
    await town.curator.presses("Направить в Отдел ЖКХ", offer)
    assert "Похоже на" not in town.card().text
    town.looks_around()


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
async def test_nasty_words_in_the_list_in_a_wave_and_in_the_offices_own_answer(town: Town, text: str) -> None:
    vk, post = town.players.town.vk, town.players.post
    idle = re.sub("нет|почините|вод[аыу]|ЖКХ", "да", text)
    await town.resident_writes(f"Спасибо большое {idle}")
    await town.curator.writes("/seen")
    for number in range(3):
        said = f"Третий день нет воды на Школьной, 5 {text}"
        comment = vk.comment(vk.add_person(text[:40] or "Житель", str(number)), post, said)
        await town.settles()
    vk.comment(town.players.community, post, f"Ответ {text}", comment)
    await town.settles()
    vk.edit_comment(comment, f"Нет воды {text}")
    await town.settles()
    said = " ".join(message.text for message in town.curator.looks_at_everything())
    assert "Бот увидел и не завёл" in said
    assert "Волна: 3 сообщения" in said
    assert "вижу в сети ответ" in said
    town.sees_in_group("Волна")
    await town.waits(minutes=6)
    for message in all_said(town):
        is_harmless(town, message)
