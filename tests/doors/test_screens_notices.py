"""Notices, gathered notices and questions, whole, as people see them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.process import questions
from handlers.callbacks import Callback, Verb
from tests.doors.screens_office import (
    ANSWER,
    BETTER,
    LINK,
    TEXTS,
    accepted,
    after,
    at,
    closed,
    detected,
    drafted,
    forwarded,
    not_posted,
    notice,
    seen,
    sent_back,
    together,
    town,
)
from tests.rules.offices import CURATOR, ZHKH
from workflow.commands import CloseWithoutPosting, Forward, NotProcess, ProposeInterim, Recall, Reopen, Return
from workflow.effects import Notice
from workflow.ports import Question
from workflow.regulation import Step

LONGER = " Если нужно больше времени, предложите промежуточный ответ: пришлите его текст и отметьте на карточке."


def asked(kind: str, **body: object) -> Question:
    return Question(31, 5, kind, 147, None, None, body, at(9))


# --- terms -----------------------------------------------------------------------------------------------------------


def test_a_reminder() -> None:
    reminder = notice(Notice.REMINDER, accepted(), town(), at(13, 32), "zhkh", Step.DRAFT)
    assert seen(reminder) == (
        "⏰ № 147 · через 30 минут срок проекта ответа (14:02). Вода, Школьная, 5.\n"
        "Пришлите текст ответом на это сообщение.\n"
        "[Черновик] [Вернуть]\n"
        "[Напомнить позже…]"
    )


def test_a_reminder_of_a_term_that_is_over_tomorrow_names_the_day() -> None:
    reminder = notice(Notice.REMINDER, accepted(), town(), at(17, 0), "zhkh", Step.ANSWER)
    assert seen(reminder) == (
        "⏰ № 147 · срок ответа жителю завтра до 10:02. Вода, Школьная, 5.\n"
        "Проверьте, что мешает ответить жителю.\n"
        "Если ответ ещё не готов, предложите промежуточный: кнопка ниже.\n"
        "[Промежуточный ответ]\n"
        "[Напомнить позже…]"
    )


def test_an_overdue_notice_counts_the_delay_in_the_steps_own_clock() -> None:
    """Nobody works at night: from 14:02 to 9:10 of the next day are 4 h 8 min."""
    late = notice(Notice.OVERDUE, accepted(), town(), at(14, 17), "zhkh", Step.DRAFT)
    assert seen(late) == (
        "⚠️ № 147 · проект ответа просрочен на 15 минут (срок был в 14:02). Вода, Школьная, 5.\n"
        "Пришлите текст ответом на это сообщение." + LONGER + "\n[Черновик] [Вернуть]\n[Напомнить позже…]"
    )
    next_day = notice(Notice.OVERDUE, accepted(), town(), at(9, 10, day=13), "zhkh", Step.DRAFT)
    assert seen(next_day).split("\n")[0] == (
        "⚠️ № 147 · проект ответа просрочен на 4 часа 8 минут (срок был вчера в 14:02). Вода, Школьная, 5."
    )


def test_in_the_group_the_person_is_called_by_a_mention_and_else_the_department() -> None:
    late = notice(
        Notice.OVERDUE, accepted(), town(), at(14, 17), "zhkh", Step.DRAFT, in_group=True, people=((77, "Анна <3"),)
    )
    assert late.text.split("\n")[1] == ('<a href="person:77">Анна &lt;3</a>, ответьте на карточку.' + LONGER)
    nobody = notice(Notice.OVERDUE, accepted(), town(), at(14, 17), "zhkh", Step.DRAFT, in_group=True)
    assert nobody.text.split("\n")[1] == "Отдел ЖКХ, ответьте на карточку." + LONGER


def test_an_escalation() -> None:
    above = notice(Notice.ESCALATION, accepted(), town(), at(15, 2), "zhkh", Step.DRAFT)
    assert seen(above) == (
        "⚠️ Отдел ЖКХ: просрочен проект ответа по № 147 (вода, Школьная, 5) на 1 час."
        " Ответ жителю должен выйти завтра до 10:02.\n"
        "[№ 147] [Открыть] [Вижу]"
    )
    assert [(b.url, b.data) for b in above.buttons[0]] == [(None, "ch:147"), (LINK, None), (None, "sn:147:draft")]


def test_ku_21_the_curator_hears_whose_step_was_missed_and_opens_it_at_one_tap() -> None:
    missed = notice(Notice.MISSED, accepted(), town(), at(14, 3), "zhkh", Step.DRAFT)
    assert seen(missed) == (
        "⚠️ Отдел ЖКХ: просрочен проект ответа по № 147 (вода, Школьная, 5), срок был в 14:02."
        " Ответ жителю должен выйти завтра до 10:02.\n"
        "[№ 147]"
    )


def test_the_curators_own_delay_is_the_curators() -> None:
    above = notice(Notice.ESCALATION, detected(), town(), at(10, 5), None, Step.FORWARD)
    assert seen(above).split("\n")[0] == (
        "⚠️ Куратор: просрочено направление исполнителю по № 147 (вода, Школьная, 5) на 3 минуты."
        " Ответ жителю должен выйти завтра до 10:02."
    )


def test_a_reminder_can_be_acted_on_at_one_tap() -> None:
    forward = notice(Notice.REMINDER, detected(), town(), at(9, 42), None, Step.FORWARD)
    assert seen(forward) == (
        "⏰ № 147 · через 20 минут срок направления исполнителю (10:02). Вода, Школьная, 5.\n"
        "Выберите исполнителя.\n"
        "[Отдел ЖКХ]\n"
        "[Отдел дорожного хозяйства]\n"
        "[Отдел образования]\n"
        "[Напомнить позже…]"
    )
    approval = notice(Notice.REMINDER, drafted(), town(), at(11, 20), "zhkh", Step.APPROVAL)
    assert [b.data for b in approval.buttons[0]] == ["ap:147:1.final", "sb:147:1"]


def test_a_reminder_whose_step_is_gone_is_still_a_sentence() -> None:
    reminder = notice(Notice.REMINDER, detected(), town(), at(9, 42), None, Step.POSTING)
    assert seen(reminder) == (
        "⏰ № 147 · срок размещения ответа. Вода, Школьная, 5.\nПроверьте, размещён ли ответ.\n[№ 147]"
    )


def test_several_at_once_are_one_message() -> None:
    other = replace(accepted(), id=148, number=148, topics=(), location="")
    screen = together(
        Notice.OVERDUE,
        [
            (accepted(), Step.DRAFT, "zhkh"),
            (other, Step.DRAFT, "zhkh"),
            (replace(other, id=149, number=149), Step.DRAFT, "zhkh"),
        ],
        town(),
        at(14, 5),
    )
    assert seen(screen) == (
        "⚠️ Отдел ЖКХ: просрочено 3 проекта ответа\n"
        "№ 147 вода, Школьная, 5: срок был в 14:02\n"
        "№ 148 «Третий день нет воды на Школьной, 5…»: срок был в 14:02\n"
        "№ 149 «Третий день нет воды на Школьной, 5…»: срок был в 14:02\n"
        "[№ 147] [№ 148] [№ 149]"
    )


def test_one_case_is_one_line_with_all_that_is_late_in_it() -> None:
    other, day = replace(accepted(), id=148, number=148, topics=(), location=""), at(10, 4, day=13)
    items = [(accepted(), Step.DRAFT, "zhkh"), (accepted(), Step.ANSWER, None), (other, Step.DRAFT, "zhkh")]
    assert seen(together(Notice.OVERDUE, items, town(), day)) == (
        "⚠️ Просрочено: 2 сообщения\n"
        "№ 147 вода, Школьная, 5: проект ответа, срок был вчера в 14:02; ответ, срок был в 10:02\n"
        "№ 148 «Третий день нет воды на Школьной, 5…»: проект ответа, срок был вчера в 14:02\n"
        "[№ 147] [№ 148]"
    )
    above = seen(together(Notice.ESCALATION, items[:2], town(), day)).split("\n")
    assert above == [
        "⚠️ Просрочено: 1 сообщение",
        "№ 147 вода, Школьная, 5: проект ответа, срок был вчера в 14:02 (Отдел ЖКХ); ответ, срок был в 10:02 (Отдел ЖКХ)",
        "[№ 147]",
        "[Вижу всё]",
    ]


def test_one_alone_is_what_it_is_alone() -> None:
    alone = together(Notice.OVERDUE, [(accepted(), Step.DRAFT, "zhkh")], town(), at(14, 5))
    assert alone == notice(Notice.OVERDUE, accepted(), town(), at(14, 5), "zhkh", Step.DRAFT)


def test_a_long_list_of_news_is_counted_to_its_end() -> None:
    items = [(replace(accepted(), id=n, number=n), Step.DRAFT, "zhkh") for n in range(1, 26)]
    lines = seen(together(Notice.ESCALATION, items, town(), at(14, 5))).split("\n")
    assert (lines[0], len(lines)) == ("⚠️ Отдел ЖКХ: просрочено 25 проектов ответа", 28)
    assert lines[21:] == [
        "и ещё 5",
        *(f"[№ {n}] [№ {n + 1}] [№ {n + 2}] [№ {n + 3}]" for n in range(1, 21, 4)),
        "[Вижу всё]",
    ]


# --- what happened ---------------------------------------------------------------------------------------------------


def test_a_return_comes_with_the_ways_on() -> None:
    case = after(forwarded(), Return(ZHKH, 147, "Не наша территория"), at(9, 40))
    screen = notice(Notice.RETURNED, case, town(), at(9, 40), "zhkh", None, "Не наша территория")
    assert seen(screen) == (
        "№ 147 · вода · Школьная, 5 · возвращено\n"
        "Отдел ЖКХ: «Не наша территория»\n"
        "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут\n"
        "⏰ Направить до 10:40\n"
        "[Отдел дорожного хозяйства]\n"
        "[Отдел образования] [Отдел ЖКХ]\n"
        "[Нескольким…]\n"
        "[Высокая важность] [Тема…]\n"
        "[Ещё…] [Закрыть без ответа…]"
    )


def test_a_remark_comes_with_the_term() -> None:
    screen = notice(Notice.SENT_BACK, sent_back(), town(), at(11, 10), None, None, "Уточните срок")
    assert seen(screen) == (
        "№ 147 · проект ответа на доработку, версия 1\n"
        "Замечание: «Уточните срок»\n"
        "Пришлите новый текст ответом на это сообщение до 11:40"
    )


def test_who_gets_a_case_and_who_loses_it() -> None:
    case = after(accepted(), Forward(CURATOR, 147, ("roads",)), at(10, 5))
    assert seen(notice(Notice.WORK, case, town(), at(10, 5), "roads", in_group=True)) == (
        "№ 147 · передано вам: Отдел дорожного хозяйства\n"
        "Вода, Школьная, 5\n"
        "Отдел дорожного хозяйства, примите или верните на карточке до 10:35"
    )
    lost = "№ 147 · больше не у вас (Отдел ЖКХ)\n{}\nПроект ответа готовить не нужно."
    assert seen(notice(Notice.RECALLED, case, town(), at(10, 5), "zhkh")) == lost.format(
        "Передано: Отдел дорожного хозяйства."
    )
    recalled = after(accepted(), Recall(CURATOR, 147), at(10, 5))
    assert seen(notice(Notice.RECALLED, recalled, town(), at(10, 5), "zhkh")) == lost.format(
        "Куратор забрал сообщение к себе."
    )
    ended = after(accepted(), CloseWithoutPosting(CURATOR, 147, "thanks"), at(10, 5))
    assert seen(notice(Notice.RECALLED, ended, town(), at(10, 5), "zhkh")) == lost.format(
        "Куратор закрыл сообщение: благодарность, ответ не нужен."
    )


def test_the_answer_stands_or_does_not() -> None:
    assert seen(notice(Notice.POSTED, closed(), town(), at(11, 45))) == (
        f"✅ № 147 · ответ размещён во ВКонтакте: [{ANSWER}]\nОтдел ЖКХ · 2 ч 43 мин"
    )
    screen = notice(Notice.NOT_POSTED, not_posted(), town(), at(11, 42), text="no_right")
    assert seen(screen) == (
        "⚠️ Не удалось разместить ответ на № 147: во ВКонтакте сообществу не разрешено писать под этой записью."
        " Разместите, пожалуйста, сами, нажмите «Опубликовано» и пришлите ссылку.\n"
        "[Опубликовано]\n"
        "[Скопировать текст] [Попробовать ещё раз]\n"
        "[На доработку]"
    )
    assert screen.buttons[1][0].copy == BETTER


def test_a_case_taken_up_again() -> None:
    case = after(after(detected(), NotProcess(CURATOR, 147, "insult"), at(9, 10)), Reopen(CURATOR, 147), at(9, 15))
    lines = seen(notice(Notice.REOPENED, case, town(), at(9, 15))).split("\n")
    assert lines[0] == "№ 147 · вода · Школьная, 5 · снова в работе"
    assert lines[3] == "[Направить в Отдел ЖКХ]"


# --- questions -------------------------------------------------------------------------------------------------------


def test_a_reason_is_chosen_or_typed_and_may_be_left_out_only_where_the_regulation_lets_it() -> None:
    screen = questions.question(TEXTS, asked("return_reason"), forwarded(), town(), at(9, 40))
    assert seen(screen) == (
        "Почему возвращаете № 147? Выберите или напишите ответом на это сообщение.\n"
        "[Не наша территория]\n[Не наши полномочия]\n[Уже решено]\n[Не возвращать]"
    )
    assert screen.asks
    assert [Callback.parse(row[0].data or "") for row in screen.buttons] == [
        Callback(Verb.RETURN_REASON, 31, "0"),
        Callback(Verb.RETURN_REASON, 31, "1"),
        Callback(Verb.RETURN_REASON, 31, "2"),
        Callback(Verb.NO, 31),
    ]
    there = town("izobilnensky")
    captions = [
        row[0].text for row in questions.question(TEXTS, asked("return_reason"), forwarded(), there, at(9, 40)).buttons
    ]
    assert captions[-2:] == ["Без причины", "Не возвращать"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (asked("remark", version=2), "№ 147, версия 2: что исправить? Напишите ответом на это сообщение."),
        (asked("link"), "№ 147: пришлите ссылку на размещённый ответ. Можно просто ответом на это сообщение."),
        (
            asked("text_for_files"),
            "№ 147: файлы получил, теперь нужен текст ответа жителю. Пришлите его ответом на это сообщение.",
        ),
        (
            asked("confirm_draft", text="Принято, выясняем."),
            "«Принято, выясняем». Это проект ответа жителю по № 147?\n"
            "Если да, посмотрите, прежде чем отправить:\n"
            "• сказано только «Принято», а не что сделано и к какому сроку (пункт 18)\n"
            "[Да, это ответ]\n[Нет, просто сообщение]",
        ),
        (
            asked("new_case", text="нет света"),
            "«нет света». Это сообщение жителя? Заведу его и предложу исполнителя.\n[Да, завести] [Нет]",
        ),
        (
            asked("bind", person="zhkh_head"),
            "Курский муниципальный округ. Вы — начальник отдела ЖКХ?\n[Да, это я] [Нет, не я]",
        ),
        (
            asked("which_case", text="Бригада выехала", cases=[{"id": 9, "number": 17, "about": "Нет воды <b>"}]),
            "«Бригада выехала». Если это проект ответа, то по какому сообщению?\n"
            "[К № 17 · Нет воды <b>]\n[Это не проект]",
        ),
        (
            asked("working_group", chat=-1, admin=True),
            "Сделать рабочей группой? Карточки сообщений жителей будут приходить сюда."
            " Нажать может администратор группы.\n[Сделать рабочей группой]",
        ),
        (
            asked("working_group", chat=-1, admin=False),
            "Сделать рабочей группой? Карточки сообщений жителей будут приходить сюда."
            " Нажать может администратор группы."
            " Ещё назначьте бота администратором: иначе он не увидит ответов на карточки.\n[Сделать рабочей группой]",
        ),
    ],
)
def test_questions(question: Question, words: str) -> None:
    screen = questions.question(TEXTS, question, forwarded(), town(), at(9, 40))
    assert seen(screen) == words
    assert screen.asks == (question.kind in ("remark", "link", "text_for_files"))


def test_a_button_of_which_case_names_the_case_it_would_be_about() -> None:
    question = asked("which_case", text="x", cases=[{"id": 9, "number": 17, "about": ""}])
    buttons = questions.question(TEXTS, question, None, town(), at(9)).buttons
    assert [(row[0].text, row[0].data) for row in buttons] == [("К № 17", "ys:31:9"), ("Это не проект", "no:31")]


def test_in_private_the_curator_is_spoken_to_and_those_above_read_who_is_late() -> None:
    two = [(replace(drafted(), id=number, number=number), Step.APPROVAL, None) for number in (1, 2)]
    heads = {
        kind: seen(together(kind, two, town(), at(15))).split("\n")[0]
        for kind in (Notice.OVERDUE, Notice.REMINDER, Notice.ESCALATION)
    }
    assert heads == {
        Notice.OVERDUE: "⚠️ У вас просрочено 2 согласования",
        Notice.REMINDER: "⏰ У вас подходит срок согласования, 2 сообщения",
        Notice.ESCALATION: "⚠️ Куратор: просрочено 2 согласования",
    }
    assert seen(together(Notice.OVERDUE, two, town(), at(15), in_group=True)).startswith("⚠️ Куратор: просрочено 2")


@pytest.mark.parametrize("kind", [Notice.OVERDUE, Notice.REMINDER, Notice.MISSED, Notice.ESCALATION, Notice.LAPSED])
def test_the_number_stands_out(kind: Notice) -> None:
    assert "<b>№ 147</b>" in notice(kind, accepted(), town(), at(15), "zhkh", Step.DRAFT).text


def test_of_an_executors_work_that_the_curator_has_the_curator_reads_what_he_can_do_himself() -> None:
    """A draft passes while nobody has the message, or while the curator's own interim text waits for him."""
    late = notice(Notice.OVERDUE, detected(), town(), at(14, 3), None, Step.DRAFT)
    assert seen(late) == (
        "⚠️ № 147 · проект ответа просрочен на 1 минуту (срок был в 14:02). Вода, Школьная, 5.\n"
        "Выберите исполнителя.\n"
        "[Отдел ЖКХ]\n"
        "[Отдел дорожного хозяйства]\n"
        "[Отдел образования]"
    )
    case = after(forwarded(), ProposeInterim(CURATOR, 147, ANSWER), at(9, 40))
    own = notice(Notice.OVERDUE, case, town(), at(14, 3), "zhkh", Step.DRAFT)
    assert seen(own) == (
        "⚠️ № 147 · проект ответа просрочен на 1 минуту (срок был в 14:02). Вода, Школьная, 5.\n"
        "Согласуйте или отправьте на доработку.\n"
        "[Согласовать] [На доработку]\n"
        "[Напомнить позже…]"
    )
