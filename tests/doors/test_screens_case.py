"""The card, the offer and the draft through the life of one case, whole, as people see them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.cases.screens import cards, sayings
from bot.cases.screens.case_words import CaseWords
from bot.process.questions import question
from tests.doors.screens_office import (
    TEXTS,
    accepted,
    after,
    appeal,
    approved,
    at,
    closed,
    detected,
    drafted,
    forwarded,
    many_departments,
    not_posted,
    seen,
    sent_back,
    town,
)
from tests.rules.offices import CURATOR, ZHKH
from workflow.commands import (
    AuthorDeleted,
    CloseWithoutPosting,
    Forward,
    NotProcess,
    Reopen,
    Return,
    SetImportance,
    SetLocation,
    SetTopic,
)
from workflow.office import NETWORK
from workflow.ports import Question
from workflow.regulation import Importance, Source

CARD_TOP = """\
№ 147 · вода · Школьная, 5
Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут
ВКонтакте · Житель · 9:02 · [открыть]

"""


# --- the card --------------------------------------------------------------------------------------------------------


def test_the_card_of_a_forwarded_case() -> None:
    assert seen(cards.card(TEXTS, forwarded(), town(), at(9, 20))) == CARD_TOP + (
        "Ответственный: Отдел ЖКХ\n"
        "Ждёт: принять или вернуть пн 12.01 до 9:50\n"
        "⏰ проект ответа пн 12.01 до 14:02 · ответ вт 13.01 до 10:02\n"
        "[Принять] [Вернуть] [Сроки]"
    )


def test_the_card_of_a_case_in_work() -> None:
    assert seen(cards.card(TEXTS, accepted(), town(), at(9, 30))) == CARD_TOP + (
        "В работе с 9:30 · готовит Отдел ЖКХ\n⏰ проект ответа пн 12.01 до 14:02 · ответ вт 13.01 до 10:02\n"
        "[Черновик] [Сроки] [Вернуть]"
    )


def test_the_card_after_a_return() -> None:
    case = after(forwarded(), Return(ZHKH, 147, "Не наша территория"), at(9, 40))
    assert seen(cards.card(TEXTS, case, town(), at(9, 40))) == CARD_TOP + (
        "Возвращено: Отдел ЖКХ, 9:40. Причина: «Не наша территория»\n"
        "Ждёт: куратор направит другому исполнителю пн 12.01 до 10:40\n"
        "⏰ ответ вт 13.01 до 10:02\n"
        "[Сроки]"
    )


def test_the_card_on_approval_and_in_rework() -> None:
    assert seen(cards.card(TEXTS, drafted(), town(), at(11))) == CARD_TOP + (
        "На согласовании · проект ответа, версия 1 · Отдел ЖКХ\n"
        "Ждёт: решение куратора пн 12.01 до 11:30\n"
        "⏰ ответ вт 13.01 до 10:02\n"
        "[Сроки]\n"
        "[Промежуточный ответ]"
    )
    assert seen(cards.card(TEXTS, sent_back(), town(), at(11, 10))) == CARD_TOP + (
        "На доработке · готовит Отдел ЖКХ\n"
        "Замечание: «Уточните срок»\n"
        "Ждёт: новый текст ответом на карточку пн 12.01 до 11:40\n"
        "⏰ ответ вт 13.01 до 10:02\n"
        "[Черновик] [Сроки]"
    )


def test_the_card_while_the_answer_goes_out() -> None:
    assert seen(cards.card(TEXTS, approved(), town(), at(11, 40))) == CARD_TOP + (
        "Согласовано · версия 2 · Отдел ЖКХ\nЖдёт: размещение во ВКонтакте пн 12.01 до 12:10\n⏰ ответ вт 13.01 до 10:02\n[Сроки]"
    )
    assert seen(cards.card(TEXTS, not_posted(), town(), at(11, 42))) == CARD_TOP + (
        "⚠️ Ответ согласован, но не размещён: во ВКонтакте сообществу не разрешено писать под этой записью\n"
        "Ждёт: куратор разместит сам пн 12.01 до 12:10\n"
        "⏰ ответ вт 13.01 до 10:02\n"
        "[Сроки]"
    )


def test_a_closed_card_is_three_lines_without_buttons() -> None:
    assert seen(cards.card(TEXTS, closed(), town(), at(11, 45))) == (
        "✅ № 147 · вода · Школьная, 5\n"
        "Отвечено сегодня в 11:45 · [ответ] · [вопрос]\n"
        "Отдел ЖКХ · 2 ч 43 мин · версий: 2"
    )


def test_a_card_redrawn_on_a_later_day_says_no_today_and_no_tomorrow() -> None:
    assert seen(cards.card(TEXTS, accepted(), town(), at(9, 0, day=13))) == (
        "№ 147 · вода · Школьная, 5\n"
        "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут\n"
        "ВКонтакте · Житель · пн 12 января, 9:02 · [открыть]\n"
        "\n"
        "В работе с 9:30 (пн 12 января) · готовит Отдел ЖКХ\n"
        "⚠️ проект ответа просрочен, срок был пн 12.01 в 14:02\n"
        "⏰ ответ вт 13.01 до 10:02\n"
        "[Черновик] [Сроки] [Вернуть]"
    )


def test_cards_that_ended_without_an_answer() -> None:
    thrown = after(forwarded(), CloseWithoutPosting(CURATOR, 147, "author_deleted"), at(9, 50))
    assert seen(cards.card(TEXTS, thrown, town(), at(9, 50))) == (
        "№ 147 · вода · Школьная, 5\nЗакрыто без ответа сегодня в 9:50: автор удалил сообщение\nОтдел ЖКХ · [открыть]"
    )
    refused = after(forwarded(), NotProcess(CURATOR, 147, "obscene"), at(9, 50))
    assert seen(cards.card(TEXTS, refused, town(), at(9, 50))) == (
        "№ 147 · вода · Школьная, 5\nРешили не обрабатывать сегодня в 9:50: нецензурные выражения\nОтдел ЖКХ · [открыть]"
    )


def test_an_important_case_is_marked_and_files_are_counted() -> None:
    found = appeal(
        attached=(("photo", "https://a.example/1"), ("photo", "https://a.example/2"), ("doc", "https://a.example/3"))
    )
    case = after(detected(found), Forward(CURATOR, 147, ("zhkh",)), at(9, 20))
    case = after(case, SetImportance(CURATOR, 147, Importance.HIGH), at(9, 25))
    lines = seen(cards.card(TEXTS, case, town(), at(9, 25))).split("\n")
    assert lines[0] == "🔴 № 147 · вода · Школьная, 5"
    assert lines[2] == "ВКонтакте · Житель · 9:02 · + 2 фото, 1 документ · [открыть]"


def test_what_was_handed_in_says_so_and_needs_no_link() -> None:
    found = appeal(link="", network=None, ref=None, author="", source=Source.WEB, handed_in_by="curator")
    case = after(detected(found), Forward(CURATOR, 147, ("zhkh",)), at(9, 20))
    assert seen(cards.card(TEXTS, case, town(), at(9, 20))).split("\n")[2] == "Сайт · 9:02 · внесено вручную: куратор"
    entered = after(detected(replace(found, source=Source.BY_HAND)), Forward(CURATOR, 147, ("zhkh",)), at(9, 20))
    assert seen(cards.card(TEXTS, entered, town(), at(9, 20))).split("\n")[2] == "Внесено куратором · 9:02"


def test_under_a_regulation_without_a_term_of_return_the_card_names_none() -> None:
    there = town("izobilnensky")
    case = after(detected(there=there), Forward(CURATOR, 147, ("zhkh",)), at(9, 20), there)
    assert seen(cards.card(TEXTS, case, there, at(9, 20))) == CARD_TOP + (
        "Ответственный: Отдел ЖКХ\nЖдёт: принять или вернуть\n⏰ проект ответа пн 12.01 до 12:20\n"
        "[Принять] [Вернуть] [Сроки]"
    )


# --- the offer -------------------------------------------------------------------------------------------------------

OFFER = """\
Новое сообщение № 147 · ВКонтакте · «Подслушано Курская»
Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут
Житель · 9:02 · [открыть]

Похоже на: вода → Отдел ЖКХ. Слова: «нет воды», «водоканал»
Место: Школьная, 5
⏰ Направить пн 12.01 до 10:02
"""


def test_the_offer_with_a_guess_is_one_tap_from_forwarding() -> None:
    screen = cards.offer(TEXTS, detected(), town(), at(9, 2))
    assert seen(screen) == OFFER + (
        "[Направить в Отдел ЖКХ]\n[Другому…] [Нескольким…]\n[Высокая важность] [Тема…]\n[Ещё…] [Закрыть без ответа…]"
    )
    assert screen.buttons[0][0].data == "fw:147:zhkh"


def test_the_menus_of_the_offer() -> None:
    case = detected()
    assert seen(cards.offer(TEXTS, case, town(), at(9, 2), "departments")) == OFFER + (
        "[Отдел ЖКХ]\n[Отдел дорожного хозяйства]\n[Отдел образования]\n[Назад]"
    )
    assert seen(cards.offer(TEXTS, case, town(), at(9, 2), "topics")) == OFFER + "[✓ вода] [дорога]\n[Назад]"
    assert seen(cards.offer(TEXTS, case, town(), at(9, 2), "close")) == OFFER + (
        "[Нецензурные выражения]\n"
        "[Оскорбительные выражения]\n"
        "[Угроза жизни, здоровью или имуществу других лиц или их семей]\n"
        "[Закрыть: автор удалил сообщение]\n"
        "[Закрыть: заведено по ошибке]\n"
        "[Закрыть: ответили иначе]\n"
        "[Закрыть: благодарность, ответ не нужен]\n"
        "[Назад]"
    )


@pytest.mark.parametrize("n", [2, 8])
def test_without_a_guess_a_few_departments_stand_at_once(n: int) -> None:
    screen = cards.offer(TEXTS, detected(suggested=None), many_departments(n), at(9, 2))
    forwards = [button.data for row in screen.buttons for button in row if (button.data or "").startswith("fw")]
    assert forwards == [f"fw:147:d{i}" for i in range(1, n + 1)]


@pytest.mark.parametrize("suggested", ["d5", None])
def test_the_three_likeliest_departments_stand_first(suggested: str | None) -> None:
    """Also where the bot is silent, because none of them leads."""
    case = detected(suggested=suggested, likeliest=("d5", "d8", "d3", "gone"))
    rows = cards.offer(TEXTS, case, many_departments(12), at(9, 2)).buttons
    forwards = [button.data for row in rows for button in row if (button.data or "").startswith("fw")]
    assert forwards == ["fw:147:d5", "fw:147:d8", "fw:147:d3"]


def test_many_departments_come_by_pages_of_ten() -> None:
    office = many_departments(23)
    case = detected(suggested=None)
    assert [b.data for b in cards.offer(TEXTS, case, office, at(9, 2)).buttons[0]] == [
        "mn:147:departments",
        "mn:147:several",
    ]
    pages = [
        cards.offer(TEXTS, case, office, at(9, 2), menu).buttons
        for menu in ("departments", "departments.2", "departments.3")
    ]
    forwards = [b.data for page in pages for row in page for b in row if (b.data or "").startswith("fw")]
    assert forwards == [f"fw:147:d{i}" for i in range(1, 24)]
    assert [[b.data for b in page[-2]] for page in pages] == [
        ["mn:147:departments.2"],
        ["mn:147:departments", "mn:147:departments.3"],
        ["mn:147:departments.2"],
    ]
    assert pages[0][-1][0].data == "mn:147"


def test_the_offer_after_a_return_asks_again() -> None:
    case = after(forwarded(), Return(ZHKH, 147, "Не наша территория"), at(9, 40))
    assert seen(cards.offer(TEXTS, case, town(), at(9, 40))) == (
        "№ 147 снова у вас · ВКонтакте · «Подслушано Курская»\n"
        "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут\n"
        "Житель · 9:02 · [открыть]\n"
        "\n"
        "Возвращено: Отдел ЖКХ, 9:40. Причина: «Не наша территория»\n"
        "Похоже на: вода\n"
        "Место: Школьная, 5\n"
        "⏰ Направить пн 12.01 до 10:40\n"
        "[Отдел дорожного хозяйства]\n"
        "[Отдел образования] [Отдел ЖКХ]\n"
        "[Нескольким…]\n"
        "[Высокая важность] [Тема…]\n"
        "[Ещё…] [Закрыть без ответа…]"
    )


SETTLED = "[Другому…] [Нескольким…]\n[Отозвать] [Высокая важность]\n[Закрыть без ответа…] [Ещё…]"


def test_a_settled_offer_says_in_two_lines_what_became_of_it() -> None:
    top = "№ 147 · вода · Школьная, 5 → Отдел ЖКХ, 9:20\n"
    assert seen(cards.offer(TEXTS, forwarded(), town(), at(9, 20))) == (
        top + "Ждём, примет или вернёт пн 12.01 до 9:50 · [открыть]\n" + SETTLED
    )
    assert seen(cards.offer(TEXTS, accepted(), town(), at(9, 30))) == (
        top + "В работе с 9:30, проект ответа пн 12.01 до 14:02 · [открыть]\n" + SETTLED
    )
    assert seen(cards.offer(TEXTS, drafted(), town(), at(11))) == (
        top + "Версия 1 ждёт вашего решения пн 12.01 до 11:30 · [открыть]\n" + SETTLED
    )
    assert seen(cards.offer(TEXTS, closed(), town(), at(11, 45))) == (
        "№ 147 · вода · Школьная, 5\n✅ Отвечено сегодня в 11:45 · [ответ] · Отдел ЖКХ"
    )


def test_what_is_not_processed_can_be_taken_up_again() -> None:
    case = after(detected(), NotProcess(CURATOR, 147, "insult"), at(9, 10))
    assert seen(cards.offer(TEXTS, case, town(), at(9, 10))) == (
        "№ 147 · вода · Школьная, 5\nРешили не обрабатывать сегодня в 9:10: оскорбительные выражения\n[Вернуть в работу]"
    )
    again = after(case, Reopen(CURATOR, 147), at(9, 15))
    assert seen(cards.offer(TEXTS, again, town(), at(9, 15))).split("\n")[0] == (
        "№ 147 снова у вас · ВКонтакте · «Подслушано Курская»"
    )


def test_an_important_offer_is_marked_in_its_first_line() -> None:
    case = detected(importance=Importance.HIGH)
    screen = cards.offer(TEXTS, case, town(), at(9, 2))
    assert seen(screen).split("\n")[0] == "🔴 Новое сообщение № 147 · ВКонтакте · «Подслушано Курская»"
    assert [button.text for button in screen.buttons[-2]] == ["Обычная важность", "Тема…"]


def test_only_of_a_handed_in_message_the_source_can_be_named() -> None:
    by_hand = detected(appeal(link="", network=None, ref=None, source=Source.WEB, handed_in_by="curator"))
    captions = [button.text for row in cards.offer(TEXTS, by_hand, town(), at(9, 2)).buttons for button in row]
    assert captions == [
        "Направить в Отдел ЖКХ",
        "Другому…",
        "Нескольким…",
        "Высокая важность",
        "Тема…",
        "Ещё…",
        "Закрыть без ответа…",
    ]
    more = [button.text for row in cards.offer(TEXTS, by_hand, town(), at(9, 2), "more").buttons for button in row]
    assert more == ["Доложить главе", "Место…", "Откуда сообщение…", "Ответить вместе с…", "Назад"]
    menu = cards.offer(TEXTS, by_hand, town(), at(9, 2), "sources").buttons
    assert [button.data for row in menu for button in row] == [
        *(f"so:147:{source.value}" for source in Source),
        "mn:147",
    ]
    assert cards.offer(TEXTS, detected(), town(), at(9, 2), "sources") == cards.offer(
        TEXTS, detected(), town(), at(9, 2)
    )


# --- what the eye finds first ----------------------------------------------------------------------------------------


def test_number_who_is_awaited_and_the_term_stand_out() -> None:
    shown = cards.card(TEXTS, forwarded(), town(), at(9, 20)).text
    assert re.findall(r"<b>(.*?)</b>", shown) == [
        "№ 147", "Отдел ЖКХ", "пн 12.01 до 9:50", "пн 12.01 до 14:02", "вт 13.01 до 10:02"
    ]  # fmt: skip
    offered = cards.offer(TEXTS, detected(), town(), at(9, 2)).text
    assert re.findall(r"<b>(.*?)</b>", offered) == ["№ 147", "пн 12.01 до 10:02"]


@pytest.mark.parametrize(
    ("text", "topics", "name"),
    [
        ("Хуйня, а не уборка", ("voda",), "без названия (жалоба на воду)"),
        ("Дебилы вы там все", (), "без названия (жалоба)"),
        ("Когда уберут снег?", (), "«Когда уберут снег?»"),
    ],
)
def test_a_rude_text_names_no_case_in_a_list(text: str, topics: tuple[str, ...], name: str) -> None:
    case = detected(appeal(text=text), topics=topics, location="")
    words = CaseWords(TEXTS, case, town(), at(9, 5))
    assert words.first_words == name
    [line] = sayings.case_lines(TEXTS, [case], town(), at(9, 5))
    assert (text in str(line)) is (name.startswith("«"))
    body = {"text": "…", "cases": [{"id": 147, "number": 147, "about": text}]}
    asked = Question(31, 5, "which_case", None, 5, 6, body, at(9, 5))
    [[first], _] = question(TEXTS, asked, None, town(), at(9, 5)).buttons
    assert first.text == ("К № 147 · Когда уберут снег?" if name.startswith("«") else "К № 147")


def test_ku_8_1_what_nobody_guessed_is_asked_after_forwarding_and_keeps_nothing_back() -> None:
    case = replace(forwarded(), topics=(), location="")
    screen = cards.offer(TEXTS, case, town(), at(9, 30))
    assert "Укажите тему и место (пункт 8, подпункт 1)" in screen.text
    assert [[b.text for b in row] for row in screen.buttons[:2]] == [["вода", "Тема…"], ["Без места", "Место…"]]
    placeless = after(
        after(case, SetTopic(CURATOR, 147, ("voda",)), at(9, 31)), SetLocation(CURATOR, 147, ""), at(9, 32)
    )
    settled = cards.offer(TEXTS, placeless, town(), at(9, 33))
    assert "Укажите" not in settled.text
    assert seen(settled).endswith(SETTLED)
    known = cards.offer(TEXTS, replace(case, topics=("voda",)), town(), at(9, 30))
    assert "Укажите место (пункт 8, подпункт 1)" in known.text


def test_only_one_button_closes_a_deleted_message_without_an_answer() -> None:
    for case in (detected(), forwarded()):
        gone = after(case, AuthorDeleted(NETWORK, 147), at(9, 40))
        captions = [b.text for row in cards.offer(TEXTS, gone, town(), at(9, 41)).buttons for b in row]
        assert [caption for caption in captions if caption.startswith("Закрыть")] == ["Закрыть без ответа"]
        assert "Другая причина…" in captions
