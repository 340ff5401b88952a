"""Messages that repeat others and messages answered together with others, on every screen they come to."""

from __future__ import annotations

from dataclasses import replace

from bot.cases.screens import cards, drafts, history, sayings
from bot.found.waves import answered_before
from tests.doors.screens_office import (
    ANSWER,
    DRAFT,
    TEXTS,
    accepted,
    after,
    appeal,
    at,
    captions,
    card_of,
    closed,
    detected,
    every_caption,
    forwarded,
    notice,
    out,
    seen,
    town,
    written_as,
)
from tests.doors.test_screens_case import OFFER
from tests.rules.offices import CURATOR, ZHKH
from workflow.case import Case, Other
from workflow.commands import (
    Action,
    AnswerTogether,
    Forward,
    LinkRepeat,
    Merge,
    NotProcess,
    Posted,
    PostFailed,
    Split,
    SubmitDraft,
    TakeIn,
)
from workflow.effects import Notice
from workflow.office import CLOCK, NETWORK
from workflow.outcomes import Reason
from workflow.regulation import DraftKind

KU, MO = town(), town("moskalensky")
TWELVE, THIRTEEN = Other(12, 12), Other(13, 13)


def earlier(case: Case, other: Other, **changes: object) -> Case:
    return replace(case, id=other.id, number=other.number, **changes)  # type: ignore[arg-type]


def like_others(*others: Other) -> Case:
    return detected(alike=others)


def merged() -> Case:
    return after(accepted(), Merge(CURATOR, 147, TWELVE), at(10))


def holding(*others: Other) -> Case:
    case = accepted()
    for other in others:
        case = after(case, TakeIn(CLOCK, 147, other), at(10))
    return case


# --- repeats ---------------------------------------------------------------------------------------------------------


def test_the_offer_shows_what_was_answered_before() -> None:
    case = like_others(TWELVE, THIRTEEN)
    screen = cards.offer(TEXTS, case, KU, at(9, 2), earlier=[earlier(closed(), TWELVE), earlier(accepted(), THIRTEEN)])
    assert seen(screen) == OFFER.replace(
        "⏰",
        "Похоже на повтор № 12, ответ размещён:"
        " «Подача воды восстановится сегодня до 20:00, бригада уже работает.»\n"
        "Похоже на № 13, в работе\n"
        "⏰",
    ) + (
        "[Направить в Отдел ЖКХ]\n"
        "[Другому…] [Нескольким…]\n"
        "[Это повтор № 12]\n"
        "[Вместе с № 13]\n"
        "[Высокая важность] [Тема…]\n"
        "[Ещё…] [Закрыть без ответа…]"
    )
    assert [row[0].data for row in screen.buttons[2:4]] == ["rp:147:12", "mg:147:13"]


def test_only_what_is_still_open_can_be_answered_together_with() -> None:
    case = like_others(TWELVE, THIRTEEN)
    both = [earlier(closed(), TWELVE), earlier(accepted(), THIRTEEN)]
    more = cards.offer(TEXTS, case, KU, at(9, 2), "more", both)
    assert captions(more) == [["Доложить главе", "Место…"], ["Ответить вместе с…", "Это повтор № 13"], ["Назад"]]
    assert [button.data for button in more.buttons[1]] == ["mg:147", "rp:147:13"]
    sent = after(case, Forward(CURATOR, 147, ("zhkh",)), at(9, 20))
    later = captions(cards.offer(TEXTS, sent, KU, at(9, 20), "more", both))
    assert [caption for row in later for caption in row if "№" in caption] == [
        "Вместе с № 13",
        "Это повтор № 12",
        "Это повтор № 13",
    ]


def test_a_message_that_ended_without_an_answer_is_shown_without_one() -> None:
    thrown = after(detected(), NotProcess(CURATOR, 147, "insult"), at(9, 10))
    screen = cards.offer(TEXTS, like_others(TWELVE), KU, at(9, 2), earlier=[earlier(thrown, TWELVE)])
    assert "\nПохоже на повтор № 12, не обрабатывается\n" in seen(screen)


def test_an_earlier_answer_is_cut_and_calls_nobody() -> None:
    long = earlier(
        closed(), TWELVE, drafts=(*closed().drafts[:1], replace(closed().drafts[1], text="@head <b>\n" * 60))
    )
    line = seen(cards.offer(TEXTS, like_others(TWELVE), KU, at(9, 2), earlier=[long])).split("\n")[6]
    assert line.startswith("Похоже на повтор № 12, ответ размещён: «@head <b> @head <b>")
    assert line.endswith("…»")
    assert len(line) < 220


def test_a_repeat_is_named_everywhere_with_what_its_answer_must_say() -> None:
    case = after(like_others(TWELVE), LinkRepeat(CURATOR, 147, TWELVE), at(9, 5))
    offer = cards.offer(TEXTS, case, KU, at(9, 5), earlier=[earlier(closed(), TWELVE)])
    assert seen(offer) == OFFER.replace("⏰", "Повтор № 12\n⏰") + (
        "[Направить в Отдел ЖКХ]\n"
        "[Другому…] [Нескольким…]\n"
        "[Это не повтор]\n"
        "[Высокая важность] [Тема…]\n"
        "[Ещё…] [Закрыть без ответа…]"
    )
    assert offer.buttons[2][0].data == "rp:147:0"
    assert sayings.confirmation(TEXTS, Action.LINK_REPEAT, case, KU, at(9, 5)) == "Отмечено: повтор № 12."
    sent = after(case, Forward(CURATOR, 147, ("zhkh",)), at(9, 20))
    assert seen(cards.card(TEXTS, sent, KU, at(9, 20))).split("\n\n")[0].split("\n")[-1] == (
        "Повтор № 12: в ответе скажите, что сделано или как решается вопрос"
    )
    assert seen(cards.offer(TEXTS, sent, KU, at(9, 20))).split("\n")[2] == "Повтор № 12"
    assert every_caption(cards.offer(TEXTS, sent, KU, at(9, 20), "more"))[-2:] == ["Это не повтор", "Назад"]
    first = after(sent, SubmitDraft(ZHKH, 147, DRAFT), at(11))
    assert seen(drafts.head(TEXTS, first, 1, KU, at(11))).split("\n")[3] == (
        "Это повтор № 12: в ответе должно быть, что сделано или как решается вопрос"
    )


def test_a_repeat_taken_back_is_like_others_again() -> None:
    case = after(like_others(TWELVE), LinkRepeat(CURATOR, 147, TWELVE), at(9, 5))
    case = after(case, LinkRepeat(CURATOR, 147, None), at(9, 6))
    assert sayings.confirmation(TEXTS, Action.LINK_REPEAT, case, KU, at(9, 6)) == "Отмечено: это не повтор."
    assert captions(cards.offer(TEXTS, case, KU, at(9, 6)))[2] == ["Это повтор № 12"]


def test_mo_18_the_same_author_answered_twice_is_pointed_out_and_may_be_left_alone() -> None:
    line = "Тот же автор, ему уже отвечали: № 12, № 13. Если нового нет, регламент позволяет не обрабатывать."
    for there, answered, shown in (
        (MO, (TWELVE, THIRTEEN), True),
        (MO, (TWELVE,), False),
        (KU, (TWELVE, THIRTEEN), False),
    ):
        case = detected(answered_before=answered, there=there)
        assert (line in seen(cards.offer(TEXTS, case, there, at(9, 2))).split("\n")) is shown
        closing = cards.offer(TEXTS, case, there, at(9, 2), "close")
        assert any("неоднократным" in caption for row in captions(closing) for caption in row) is shown


def test_mo_18_answers_are_counted_for_one_author_and_a_like_question_only() -> None:
    mine = appeal(author_ref="77")
    done = replace(closed(), appeal=mine)
    others = (
        replace(closed(), appeal=appeal(author_ref="78")),
        replace(done, appeal=replace(mine, text="Спасибо за новую детскую площадку у школы")),
        replace(accepted(), appeal=mine),
        replace(out(written_as(DraftKind.REQUEST, MO), MO), appeal=mine),
    )
    found = [earlier(done, TWELVE), *(earlier(one, THIRTEEN) for one in others)]
    assert answered_before(mine, found) == (TWELVE,)
    assert answered_before(appeal(author_ref=""), [replace(one, appeal=appeal(author_ref="")) for one in found]) == ()


def test_who_asks_for_a_formal_appeal_is_shown_with_words_to_send() -> None:
    formal = appeal(text="Прошу зарегистрировать обращение по 59-ФЗ: третий день нет воды на Школьной, 5")
    where = replace(KU, formal_appeals="Рощино, ул. Мира, 1")
    said = seen(cards.offer(TEXTS, detected(formal), where, at(9, 2)))
    assert "Автор просит зарегистрировать обращение (59-ФЗ)" in said
    assert "Такое обращение направьте сюда: Рощино, ул. Мира, 1." in said
    assert "через Госуслуги, через раздел обращений на сайте администрации или письмом" in seen(
        cards.offer(TEXTS, detected(formal), KU, at(9, 2))
    )
    for silent in (appeal(), replace(formal, network="telegram", kind="message")):
        assert "Автор просит" not in seen(cards.offer(TEXTS, detected(silent), where, at(9, 2)))


# --- answered together -----------------------------------------------------------------------------------------------


def test_what_was_put_under_another_says_under_which_and_can_leave() -> None:
    assert seen(cards.card(TEXTS, merged(), KU, at(10))) == (
        "№ 147 · вода · Школьная, 5\nОтвечаем вместе с № 12\n[открыть]"
    )
    offer = cards.offer(TEXTS, merged(), KU, at(10))
    assert seen(offer) == ("№ 147 · вода · Школьная, 5\nОтвечаем вместе с № 12 · [открыть]\n[Отделить от № 12]")
    assert offer.buttons[0][0].data == "sp:147"
    assert sayings.confirmation(TEXTS, Action.MERGE, merged(), KU, at(10)) == "№ 147 получит тот же ответ, что и № 12."
    without = replace(merged(), appeal=appeal(link=""))
    assert seen(cards.card(TEXTS, without, KU, at(10))) == "№ 147 · вода · Школьная, 5\nОтвечаем вместе с № 12"


def test_a_draft_of_what_was_put_under_another_is_decided_no_longer() -> None:
    first = after(accepted(), SubmitDraft(ZHKH, 147, DRAFT), at(9, 40))
    case = after(first, Merge(CURATOR, 147, TWELVE), at(10))
    assert seen(drafts.head(TEXTS, case, 1, KU, at(10))) == (
        "№ 147 · проект ответа, версия 1 · Отдел ЖКХ\nОтвечаем вместе с № 12"
    )


def test_what_has_others_under_it_says_so_to_everyone() -> None:
    case = holding(Other(18, 18), Other(19, 19))
    line = "Вместе с ним отвечаем на № 18, № 19"
    assert seen(cards.card(TEXTS, case, KU, at(10))).split("\n\n")[0].split("\n")[-1] == line
    assert seen(cards.offer(TEXTS, case, KU, at(10))).split("\n")[2] == line
    assert every_caption(cards.offer(TEXTS, case, KU, at(10), "more")) == [
        "Промежуточный ответ",
        "Доложить главе",
        "Место…",
        "Недостаток…",
        "Назад",
    ]
    first = after(case, SubmitDraft(ZHKH, 147, DRAFT), at(11))
    assert "\nОтвет уйдёт и на № 18, № 19\n" in seen(drafts.head(TEXTS, first, 1, KU, at(11)))
    assert sayings.confirmation(TEXTS, Action.TAKE_IN, case, KU, at(10)) == "№ 147: ответ уйдёт и на № 18, № 19."


def test_the_same_answer_on_its_way_in_the_other_place() -> None:
    draft = after(accepted(), SubmitDraft(ZHKH, 147, DRAFT), at(11)).drafts[0]
    fresh = after(detected(), Merge(CURATOR, 147, TWELVE), at(10))
    case = after(fresh, AnswerTogether(CLOCK, 147, draft), at(11, 10))
    assert seen(cards.card(TEXTS, case, KU, at(11, 10))).split("\n\n")[0].split("\n")[-1] == "Отвечаем вместе с № 12"
    assert card_of(case, KU, at(11, 10)) == [
        "Согласовано · версия 1 · Отдел ЖКХ",
        "Ждёт: размещение во ВКонтакте пн 12.01 до 11:40",
        "⏰ ответ вт 13.01 до 10:02",
        "[Сроки]",
    ]
    failed = after(case, PostFailed(NETWORK, 147, "no_right"), at(11, 11))
    assert captions(drafts.head(TEXTS, failed, 1, KU, at(11, 11))) == [
        ["Опубликовано"],
        ["Скопировать текст", "Попробовать ещё раз"],
    ]
    done = after(case, Posted(NETWORK, 147, ANSWER), at(11, 12))
    assert seen(cards.card(TEXTS, done, KU, at(11, 12))) == (
        "✅ № 147 · вода · Школьная, 5\n"
        "Отвечено сегодня в 11:12 · [ответ] · [вопрос]\n"
        "2 ч 10 мин · версий: 1 · вместе с № 12"
    )
    assert seen(cards.offer(TEXTS, done, KU, at(11, 12))) == (
        "№ 147 · вода · Школьная, 5\n✅ Отвечено сегодня в 11:12 · [ответ] · вместе с № 12"
    )
    assert seen(notice(Notice.POSTED, done, KU, at(11, 12))) == (
        f"✅ № 147 · ответ размещён во ВКонтакте: [{ANSWER}]\n2 ч 10 мин · вместе с № 12"
    )


def test_a_closed_card_names_those_answered_with_it() -> None:
    case = replace(closed(), merged=(Other(18, 18),))
    assert seen(cards.card(TEXTS, case, KU, at(11, 45))).split("\n")[-1] == (
        "Отдел ЖКХ · 2 ч 43 мин · версий: 2 · вместе с № 18"
    )


def test_what_leaves_another_is_the_curators_to_forward() -> None:
    case = after(merged(), Split(CURATOR, 147), at(10, 10))
    assert sayings.confirmation(TEXTS, Action.SPLIT, case, KU, at(10, 10)) == (
        "№ 147 снова отдельное сообщение. Направьте исполнителю сегодня до 11:10."
    )
    assert captions(cards.offer(TEXTS, case, KU, at(10, 10)))[0] == ["Направить в Отдел ЖКХ"]


def test_refusals_about_other_messages_say_what_to_do() -> None:
    def told(reason: Reason, **facts: object) -> str:
        return sayings.refusal(TEXTS, reason, facts, forwarded(), KU, at(10))

    assert told(Reason.SAME_CASE) == "Это то же самое сообщение. Назовите номер другого."
    assert told(Reason.HAS_OTHERS, numbers=[18, 19]) == (
        "Вместе с этим сообщением уже отвечаем на другие: № 18, № 19."
        " Сначала отделите их кнопкой под предложением каждого."
    )
    assert told(Reason.HAS_OTHERS, numbers=list(range(1, 11))) == (
        "Вместе с этим сообщением уже отвечаем на другие: № 1, № 2, № 3, № 4, № 5, № 6 и ещё 4."
        " Сначала отделите их кнопкой под предложением каждого."
    )


def test_the_journal_of_other_messages_reads_aloud() -> None:
    def line(action: str, who: str = "curator", **details: str) -> str:
        entry = {"action": action, "at": at(11), "who": who, "on_behalf": None, "details": details}
        return seen(history.case_history(TEXTS, forwarded(), [entry], KU, at(12))).split("\n")[-1].split(" — ")[1]

    assert line("link_repeat", number="12") == "куратор отметил повтор № 12"
    assert line("link_repeat", number="") == "куратор отметил, что это не повтор"
    assert line("merge", number="12") == "куратор решил ответить вместе с № 12"
    assert line("take_in", "clock", number="18") == "вместе с ним отвечаем на № 18"
    assert line("split", number="12") == "куратор отделил от № 12"
    assert line("let_go", "clock", number="18") == "№ 18 отделено"
    assert line("answer_together", "clock", version="1") == "отправлен тот же ответ, что и на другое сообщение"
    assert line("set_location", location="Мира, 2") == "куратор указал место: Мира, 2"


# --- the register of what is not processed ---------------------------------------------------------------------------


def test_the_register_keeps_text_ground_and_who_decided() -> None:
    case = after(detected(), NotProcess(CURATOR, 147, "insult"), at(9, 10))
    bare = replace(case, id=148, number=148, appeal=appeal(text="@head <b>", link=""))
    entry = {"action": "not_process", "at": at(9, 10), "who": "curator", "on_behalf": None, "details": {}}
    screen = history.unprocessed(TEXTS, [(case, entry), (bare, None)], 12, KU, at(10))
    assert seen(screen) == (
        "Не обрабатываем: 12 сообщений\n"
        "№ 147 «Третий день нет воды на Школьной, 5…» — оскорбительные выражения; решил куратор в 9:10\n"
        "№ 148 «@head <b>» — оскорбительные выражения\n"
        "и ещё 10\n"
        "[Вернуть в работу № 147]\n"
        "[Вернуть в работу № 148]"
    )
    assert [row[0].data for row in screen.buttons] == ["ro:147", "ro:148"]
    assert seen(history.unprocessed(TEXTS, [], 0, KU, at(10))) == "Таких сообщений нет, обрабатываем все."
