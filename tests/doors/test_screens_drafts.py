"""A draft before the curator, through all that can become of it, as people see it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cases.screens import drafts
from config.russian.words import JOINER
from sandbox.messenger.detect import find_entities
from tests.doors.screens_office import (
    ANSWER,
    BETTER,
    TEXTS,
    accepted,
    after,
    approved,
    at,
    closed,
    drafted,
    not_posted,
    released,
    second,
    seen,
    sent_back,
    town,
)
from tests.rules.offices import CURATOR, ZHKH
from workflow.commands import Correct, SubmitDraft

QUESTION = "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут\n"


def test_the_first_draft() -> None:
    assert seen(drafts.head(TEXTS, drafted(), 1, town(), at(11), problems=["Ответ слишком длинный."])) == (
        "№ 147 · проект ответа, версия 1 · Отдел ЖКХ\n"
        "Согласовать сегодня до 11:30\n"
        f"{QUESTION}"
        "Приложено: 2 фото\n"
        "⚠️ Ответ слишком длинный.\n"
        "Текст выше. Чтобы поправить слова, ответьте на него своим вариантом.\n"
        "[Согласовать] [На доработку]\n"
        "[Промежуточный ответ]\n"
        "[Без файлов]"
    )


def test_the_second_draft_shows_what_changed_and_why() -> None:
    assert seen(drafts.head(TEXTS, second(), 2, town(), at(11, 28))) == (
        "№ 147 · проект ответа, версия 2 · Отдел ЖКХ\n"
        "Согласовать сегодня до 11:58\n"
        f"{QUESTION}"
        "Было замечание: «Уточните срок»\n"
        "Изменено с версии 1: «в ближайшее время» → «сегодня до 20:00»\n"
        "Приложено: 2 фото\n"
        "Текст выше. Чтобы поправить слова, ответьте на него своим вариантом.\n"
        "[Согласовать] [На доработку]\n"
        "[Промежуточный ответ]\n"
        "[Без файлов]"
    )


def test_a_version_that_is_not_the_newest_says_so_and_has_no_buttons() -> None:
    assert seen(drafts.head(TEXTS, sent_back(), 1, town(), at(11, 10))) == (
        "№ 147 · проект ответа, версия 1 · Отдел ЖКХ\nНа доработке до 11:40: «Уточните срок»"
    )
    assert seen(drafts.head(TEXTS, second(), 1, town(), at(11, 28))) == (
        "№ 147 · проект ответа, версия 1 · Отдел ЖКХ\nУже не последняя, есть версия 2. Замечание было: «Уточните срок»"
    )


def test_a_correction_is_shown_beside_what_it_corrects() -> None:
    case = after(second(), Correct(CURATOR, 147, 2, BETTER.replace("20:00", "21:00")), at(11, 30))
    lines = seen(drafts.head(TEXTS, case, 3, town(), at(11, 30))).split("\n")
    assert lines[0] == "№ 147 · проект ответа, версия 3 · Отдел ЖКХ"
    assert lines[3] == "Ваша правка версии 2: «20:00» → «21:00»"


def test_an_approved_draft_can_be_stopped_until_it_goes() -> None:
    head = "№ 147 · проект ответа, версия 2 · Отдел ЖКХ\n"
    assert seen(drafts.head(TEXTS, approved(), 2, town(), at(11, 40))) == (
        head + "Согласовано. Отправлю во ВКонтакте через 30 секунд.\n[Отменить]"
    )
    assert seen(drafts.head(TEXTS, released(), 2, town(), at(11, 41))) == head + "Согласовано. Размещаю во ВКонтакте."
    assert seen(drafts.head(TEXTS, closed(), 2, town(), at(11, 45))) == (
        head
        + f"✅ Размещено сегодня в 11:45: [{ANSWER}]\n[👍 Хороший ответ] [👎 Отписка]\n[Сохранить как готовый ответ]"
    )


def test_an_answer_that_was_not_posted_says_why_and_what_to_do() -> None:
    screen = drafts.head(TEXTS, not_posted(), 2, town(), at(11, 42))
    assert seen(screen) == (
        "№ 147 · проект ответа, версия 2 · Отдел ЖКХ\n"
        "⚠️ Не удалось разместить ответ на № 147: во ВКонтакте сообществу не разрешено писать под этой записью."
        " Разместите, пожалуйста, сами, нажмите «Опубликовано» и пришлите ссылку.\n"
        "[Опубликовано]\n"
        "[Скопировать текст] [Попробовать ещё раз]\n"
        "[На доработку]"
    )
    assert screen.buttons[1][0].copy == BETTER


def test_a_text_too_long_for_the_clipboard_has_no_button_and_one_without_a_network_no_retry() -> None:
    case = not_posted()
    longer = replace(case, drafts=(*case.drafts[:1], replace(case.drafts[1], text="я" * 257)))
    by_hand = replace(longer, appeal=replace(case.appeal, network=None, ref=None), not_posted_because="by_hand")
    assert seen(drafts.head(TEXTS, by_hand, 2, town(), at(11, 42))) == (
        "№ 147 · проект ответа, версия 2 · Отдел ЖКХ\n"
        "⚠️ Ответ на № 147 согласован, но сюда бот писать не умеет."
        " Разместите его, пожалуйста, во ВКонтакте сами, нажмите «Опубликовано» и пришлите ссылку.\n"
        "[Опубликовано]\n"
        "[На доработку]"
    )


def test_the_bare_text_is_the_draft_and_nothing_else() -> None:
    case = after(accepted(), SubmitDraft(ZHKH, 147, "  Цена <b>5</b> & 6\n@head vk.com\x00 "), at(11))
    assert drafts.bare(case, 1) == "Цена <b>5</b> & 6\n@head vk.com"
    assert drafts.whole(case, 1).text == "Цена &lt;b&gt;5&lt;/b&gt; &amp; 6\n@head vk.com"
    with pytest.raises(LookupError):
        drafts.bare(case, 2)


def test_in_the_group_the_bare_text_calls_nobody() -> None:
    case = after(accepted(), SubmitDraft(ZHKH, 147, "Спросите @head на vk.com"), at(11))
    private = drafts.whole(case, 1).text
    group = drafts.whole(case, 1, in_group=True).text
    assert [e.type for e in find_entities(private)] == ["mention", "url"]
    assert find_entities(group) == []
    assert group.replace(JOINER, "") == private
