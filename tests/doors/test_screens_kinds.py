"""Interim answers, questions to the author and what he says to them: the card, the offer, the draft and the news, whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cases.screens import cards, drafts, history, sayings
from tests.doors.screens_office import (
    ANSWER,
    TEXTS,
    after,
    at,
    captions,
    card_of,
    detected,
    every_caption,
    forwarded,
    notice,
    out,
    seen,
    town,
    written_as,
)
from tests.rules.offices import CURATOR, ZHKH
from workflow.case import Case
from workflow.commands import (
    Approve,
    AuthorReplied,
    Forward,
    MarkSignificant,
    ProposeInterim,
    SendBack,
    SetImportance,
    SetKind,
    SetTerm,
    SubmitDraft,
)
from workflow.effects import Notice
from workflow.office import NETWORK, Office
from workflow.outcomes import Reason
from workflow.regulation import DraftKind, Importance, Step

FINAL, INTERIM, REQUEST = DraftKind.FINAL, DraftKind.INTERIM, DraftKind.REQUEST
KU, MO, IZ = town(), town("moskalensky"), town("izobilnensky")
SOON = "Здравствуйте. Бригада выезжает, о результате сообщим."


def proposed(there: Office) -> Case:
    """The curator's own interim answer, while the executor works."""
    case = after(detected(there=there), Forward(CURATOR, 147, ("zhkh",)), at(9, 20), there)
    return after(case, ProposeInterim(CURATOR, 147, SOON), at(11), there)


def important(case: Case, there: Office) -> Case:
    return after(case, SetImportance(CURATOR, 147, Importance.HIGH), at(11, 20), there)


# --- a draft before it is decided ------------------------------------------------------------------------------------


def test_mo_9_the_card_says_what_the_draft_is_and_lets_it_be_another_kind() -> None:
    assert card_of(written_as(FINAL, MO), MO, at(11)) == [
        "На согласовании · проект ответа, версия 1 · Отдел ЖКХ",
        "Ждёт: решение куратора пн 12.01 до 11:30",
        "⏰ ответ вт 13.01 до 10:02",
        "[Сроки]",
        "[Промежуточный ответ] [Вопрос жителю]",
    ]
    assert card_of(written_as(REQUEST, MO), MO, at(11))[0] == (
        "На согласовании · проект вопроса жителю, версия 1 · Отдел ЖКХ"
    )
    assert captions(cards.card(TEXTS, written_as(REQUEST, MO), MO, at(11)))[1] == [
        "Окончательный ответ",
        "Промежуточный ответ",
    ]


def test_ku_11_only_the_kinds_of_the_regulation_are_offered() -> None:
    assert captions(cards.card(TEXTS, written_as(INTERIM, KU), KU, at(11))) == [["Сроки"], ["Окончательный ответ"]]
    assert captions(cards.card(TEXTS, written_as(FINAL, IZ), IZ, at(11))) == [["Сроки"]]


def test_the_buttons_of_a_kind_name_the_version() -> None:
    case = written_as(FINAL, MO)
    head = drafts.head(TEXTS, case, 1, MO, at(11))
    assert [b.data for b in head.buttons[1]] == ["kd:147:1.interim", "kd:147:1.request"]
    assert head.buttons[1] == cards.card(TEXTS, case, MO, at(11)).buttons[1]
    corrected = after(case, SetKind(CURATOR, 147, 1, INTERIM), at(11, 2), MO)
    assert seen(drafts.head(TEXTS, corrected, 1, MO, at(11, 2))).split("\n")[0] == (
        "№ 147 · проект промежуточного ответа, версия 1 · Отдел ЖКХ"
    )


def test_the_curators_own_interim_answer_is_his_and_can_be_nothing_else() -> None:
    case = proposed(KU)
    assert card_of(case, KU, at(11)) == [
        "На согласовании · проект промежуточного ответа, версия 1 · куратор",
        "Ждёт: решение куратора",
        "⏰ проект ответа пн 12.01 до 14:02 · ответ вт 13.01 до 10:02",
        "[Принять] [Сроки]",
    ]
    assert seen(drafts.head(TEXTS, case, 1, KU, at(11))) == (
        "№ 147 · проект промежуточного ответа, версия 1 · куратор\n"
        "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут\n"
        "Текст выше. Чтобы поправить слова, ответьте на него своим вариантом.\n"
        "[Согласовать] [На доработку]"
    )


def test_an_approved_interim_answer_says_what_goes_out() -> None:
    case = after(written_as(INTERIM, KU), Approve(CURATOR, 147, 1), at(11, 5), KU)
    assert card_of(case, KU, at(11, 5))[0] == "Согласовано · проект промежуточного ответа, версия 1 · Отдел ЖКХ"


def test_why_the_lead_did_not_wait_stands_over_his_draft() -> None:
    case = after(detected(), Forward(CURATOR, 147, ("zhkh", "roads")), at(9, 20))
    case = after(case, SubmitDraft(ZHKH, 147, SOON, early="дорога <b>не нужна</b>"), at(11))
    assert "\nБез сведений соисполнителей: «дорога <b>не нужна</b>»\n" in seen(drafts.head(TEXTS, case, 1, KU, at(11)))


# --- once it stands in the network -----------------------------------------------------------------------------------


def test_ku_15_after_an_interim_answer_the_card_waits_for_the_final_one() -> None:
    case = out(written_as(INTERIM, KU), KU)
    assert card_of(case, KU, at(11, 7)) == [
        "Дан промежуточный ответ · [ответ] · готовит Отдел ЖКХ",
        "Ждёт: окончательный ответ ср 21.01 до 18:00",
        "[Черновик] [Сроки]",
    ]
    assert seen(cards.offer(TEXTS, case, KU, at(11, 7))) == (
        "№ 147 · вода · Школьная, 5 → Отдел ЖКХ, 9:20\n"
        "Дан промежуточный ответ, ждём окончательный ср 21.01 до 18:00 · [открыть]\n"
        "[Другому…] [Нескольким…]\n"
        "[Отозвать] [Высокая важность]\n"
        "[Закрыть без ответа…] [Ещё…]"
    )
    assert seen(drafts.head(TEXTS, case, 1, KU, at(11, 7))) == (
        f"№ 147 · проект промежуточного ответа, версия 1 · Отдел ЖКХ\n✅ Размещено сегодня в 11:07: [{ANSWER}]"
    )
    assert seen(notice(Notice.POSTED, case, KU, at(11, 7))) == (
        f"✅ № 147 · промежуточный ответ размещён во ВКонтакте: [{ANSWER}]\nОтдел ЖКХ · 2 ч 5 мин"
    )


def test_ku_15_the_final_answer_after_an_interim_one_is_compared_with_nothing() -> None:
    case = after(out(written_as(INTERIM, KU), KU), SubmitDraft(ZHKH, 147, "Воду дали."), at(12), KU)
    head = seen(drafts.head(TEXTS, case, 2, KU, at(12))).split("\n")
    assert head[0] == "№ 147 · проект ответа, версия 2 · Отдел ЖКХ"
    assert [line for line in head if line.startswith(("Изменено", "Было"))] == []
    assert seen(drafts.head(TEXTS, case, 1, KU, at(12))).split("\n")[1].startswith("✅ Размещено сегодня в 11:07")


def test_mo_9_a_posted_question_waits_for_the_author() -> None:
    case = out(written_as(REQUEST, MO), MO)
    assert card_of(case, MO, at(11, 7)) == [
        "Спросили жителя · [вопрос] · готовит Отдел ЖКХ",
        "Ждёт: ответ жителя, следит куратор",
        "⏰ ответ вт 13.01 до 10:02",
        "[Черновик] [Сроки]",
    ]
    assert (
        seen(cards.offer(TEXTS, case, MO, at(11, 7))).split("\n")[1] == "Спросили жителя, ждём его ответа · [открыть]"
    )
    assert captions(cards.offer(TEXTS, case, MO, at(11, 7), "more")) == [
        ["Промежуточный ответ"],
        ["Житель ответил…", "Назвать срок…"],
        ["Доложить главе", "Место…"],
        ["Недостаток…", "Ответить вместе с…"],
        ["Назад"],
    ]
    assert seen(notice(Notice.POSTED, case, MO, at(11, 7))).split("\n")[0] == (
        f"✅ № 147 · вопрос жителю размещён во ВКонтакте: [{ANSWER}]"
    )


def test_mo_9_what_the_author_said_stands_on_the_card() -> None:
    case = after(
        out(written_as(REQUEST, MO), MO), AuthorReplied(NETWORK, 147, "Квартира 7,\nподъезд 2"), at(11, 20), MO
    )
    assert seen(cards.card(TEXTS, case, MO, at(11, 20))) == (
        "№ 147 · вода · Школьная, 5\n"
        "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут\n"
        "ВКонтакте · Житель · 9:02 · [открыть]\n"
        "Житель добавил: «Квартира 7, подъезд 2»\n"
        "\n"
        "В работе с 11:00 · готовит Отдел ЖКХ\n"
        "⏰ проект ответа пн 12.01 до 15:02 · ответ вт 13.01 до 10:02\n"
        "[Черновик] [Сроки] [Вернуть]"
    )


def test_mo_9_the_authors_reply_is_told_to_whoever_answers_him() -> None:
    case = after(out(written_as(REQUEST, MO), MO), AuthorReplied(NETWORK, 147, "Квартира 7"), at(11, 20), MO)
    private = "№ 147 · житель ответил\nКвартира 7\nВода, Школьная, 5. Ответ жителю завтра до 10:02"
    news = notice(Notice.AUTHOR_REPLIED, case, MO, at(11, 20), text="Квартира 7")
    assert seen(news) == private
    group = notice(Notice.AUTHOR_REPLIED, case, MO, at(11, 20), text="Квартира 7", in_group=True)
    assert seen(group) == private + "\nОтдел ЖКХ, учтите в ответе."


# --- terms of the curator's own --------------------------------------------------------------------------------------


def test_mo_13_of_an_important_case_the_curator_is_asked_for_the_date_of_the_final_answer() -> None:
    case = important(out(written_as(INTERIM, MO), MO), MO)
    words = (
        "🔴 № 147 · вода · Школьная, 5\n"
        "Промежуточный ответ размещён. При высокой важности срок окончательного ответа согласуют с вами.\n"
        "{} срок: пока его нет, буду напоминать вам о нём.\n"
        "[Назвать срок…]"
    )
    assert seen(notice(Notice.NAME_FINAL, case, MO, at(11, 20))) == words.format("Назовите")
    assert seen(notice(Notice.NAME_FINAL, case, MO, at(11, 20), in_group=True)) == words.format("Куратор, назовите")
    assert card_of(case, MO, at(11, 20))[1] == "Ждёт: куратор, назвать срок окончательного ответа"
    assert seen(cards.offer(TEXTS, case, MO, at(11, 20))).split("\n")[1] == "Дан промежуточный ответ · [открыть]"
    proposed = notice(Notice.NAME_FINAL, case, MO, at(11, 25), text=at(15, day=16).isoformat())
    assert seen(proposed).split("\n")[1:] == [
        "Отдел ЖКХ предлагает дать окончательный ответ пт 16 января до 15:00. Назначьте этот срок или другой.",
        "[Назначить пт 16 января до 15:00]",
        "[Назвать срок…]",
    ]
    assert "Предложить срок…" in every_caption(cards.card(TEXTS, case, MO, at(11, 25)))
    named = after(case, SetTerm(CURATOR, 147, at(15, day=16)), at(11, 30), MO)
    assert "Предложить срок…" not in every_caption(cards.card(TEXTS, named, MO, at(11, 30)))
    assert card_of(named, MO, at(11, 30))[1] == "Ждёт: окончательный ответ пт 16.01 до 15:00"
    assert sayings.confirmation(TEXTS, SetTerm.action, named, MO, at(11, 30)) == "Срок записан: пт 16 января до 15:00."


def test_mo_6_3_only_where_the_text_lets_him_the_curator_names_a_term() -> None:
    def named_in(there: Office, case: Case) -> bool:
        return "Назвать срок…" in every_caption(cards.offer(TEXTS, case, there, at(9, 2), "more"))

    assert named_in(MO, detected(there=MO)) is True
    assert named_in(KU, detected()) is False
    assert named_in(IZ, detected(there=IZ)) is False
    assert named_in(MO, out(written_as(INTERIM, MO), MO)) is False
    assert named_in(MO, important(out(written_as(INTERIM, MO), MO), MO)) is True


@pytest.mark.parametrize(
    ("there", "reason", "facts", "words"),
    [
        (
            MO,
            Reason.TERM_TOO_LATE,
            {"due": at(18)},
            "Свой срок не может быть позже срока регламента: сегодня до 18:00. Назовите более ранний.",
        ),
        (
            KU,
            Reason.NO_TERM_OF_HIS_OWN,
            {},
            "Здесь срок даёт регламент, свой назначить нельзя. Если не успеваете, дайте промежуточный ответ.",
        ),
        (
            IZ,
            Reason.NO_TERM_OF_HIS_OWN,
            {},
            "Здесь срок даёт регламент, свой назначить нельзя. Все сроки видны по кнопке «Сроки».",
        ),
        (MO, Reason.UNKNOWN_KIND, {}, "Здесь такой вид ответа не подходит. Выберите вид на кнопках под проектом."),
        (
            IZ,
            Reason.UNKNOWN_KIND,
            {},
            "Здесь такой вид ответа не подходит. Регламент знает только окончательный ответ.",
        ),
        (
            MO,
            Reason.ALREADY_MARKED,
            {"action": "mark_significant"},
            "Доложить главе: это уже сделано, второй раз не нужно.",
        ),
    ],
)
def test_refusals_about_kinds_and_terms(there: Office, reason: Reason, facts: dict[str, object], words: str) -> None:
    assert sayings.refusal(TEXTS, reason, facts, forwarded(), there, at(9, 30)) == words


# --- an interim answer while the term runs out -----------------------------------------------------------------------


def test_ku_11_an_interim_answer_is_one_tap_away_while_the_answer_is_due() -> None:
    reminder = notice(Notice.REMINDER, forwarded(), KU, at(9, 32, day=13), None, Step.ANSWER)
    assert seen(reminder) == (
        "⏰ № 147 · через 30 минут срок ответа жителю (10:02). Вода, Школьная, 5.\n"
        "Проверьте, что мешает ответить жителю.\n"
        "Если ответ ещё не готов, предложите промежуточный: кнопка ниже.\n"
        "[Промежуточный ответ]\n"
        "[Напомнить позже…]"
    )
    assert reminder.buttons[0][0].data == "in:147"


def test_where_the_regulation_knows_no_interim_answer_none_is_offered() -> None:
    case = after(detected(there=IZ), Forward(CURATOR, 147, ("zhkh",)), at(9, 20), IZ)
    assert "Промежуточный ответ" not in every_caption(cards.offer(TEXTS, case, IZ, at(9, 20), "more"))
    overdue = notice(Notice.OVERDUE, case, IZ, at(14), "zhkh", Step.DRAFT)
    assert seen(overdue).split("\n")[1] == "Пришлите текст ответом на это сообщение."


def test_an_interim_answer_is_offered_once() -> None:
    case = out(written_as(INTERIM, KU), KU)
    again = after(case, SubmitDraft(ZHKH, 147, "Воду дали."), at(12), KU)
    rework = after(again, SendBack(CURATOR, 147, 2, "Когда?"), at(12, 5), KU)
    late = notice(Notice.OVERDUE, rework, KU, at(12, 10), None, Step.ANSWER)
    assert every_caption(late) == ["№ 147"]  # opens the case; nothing else can be done by a tap


# --- significant -----------------------------------------------------------------------------------------------------


def test_the_head_sees_a_significant_message_whole() -> None:
    case = after(forwarded(), MarkSignificant(CURATOR, 147), at(9, 25))
    news = notice(Notice.SIGNIFICANT, case, KU, at(9, 25))
    assert seen(news) == (
        "№ 147 · социально значимое сообщение\n"
        "Вода, Школьная, 5\n"
        "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут\n"
        "ВКонтакте · Житель · 9:02 · [открыть]\n"
        "Занимается: Отдел ЖКХ\n"
        "⏰ ответ жителю завтра до 10:02\n"
        "[Открыть] [Вижу]"
    )
    bare = replace(detected(topics=(), location=""), significant=True)
    assert seen(notice(Notice.SIGNIFICANT, bare, KU, at(9, 25), in_group=True)).split("\n") == [
        "№ 147 · социально значимое сообщение",
        "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут",
        "ВКонтакте · Житель · 9:02 · [открыть]",
        "⏰ ответ жителю завтра до 10:02",
        "Глава",
        "[Открыть] [Вижу]",
    ]
    high = replace(case, importance=Importance.HIGH)
    assert seen(notice(Notice.SIGNIFICANT, high, KU, at(9, 25))).startswith("🔴 № 147 · ")
    assert "Доложить главе" not in every_caption(cards.offer(TEXTS, case, KU, at(9, 25), "more"))
    assert sayings.confirmation(TEXTS, MarkSignificant.action, case, KU, at(9, 25)) == "№ 147: докладываем главе."


# --- words over buttons, the journal ---------------------------------------------------------------------------------


def test_confirmations_say_what_the_answer_is_now() -> None:
    case = after(written_as(FINAL, MO), SetKind(CURATOR, 147, 1, REQUEST), at(11, 2), MO)
    assert sayings.confirmation(TEXTS, SetKind.action, case, MO, at(11, 2)) == "Теперь это проект вопроса жителю."
    assert sayings.confirmation(TEXTS, ProposeInterim.action, proposed(MO), MO, at(11)) == (
        "Промежуточный ответ готов, версия 1. Согласуйте его или поправьте ответом на текст."
    )
    replied = after(out(written_as(REQUEST, MO), MO), AuthorReplied(CURATOR, 147, "да"), at(12), MO)
    assert sayings.confirmation(TEXTS, AuthorReplied.action, replied, MO, at(12)) == (
        "Записано: житель ответил по № 147. Исполнитель это увидит."
    )


def test_the_journal_of_kinds_and_contributions_reads_aloud() -> None:
    def line(action: str, who: str, **details: str) -> str:
        entry = {"action": action, "at": at(11), "who": who, "on_behalf": None, "details": details}
        return seen(history.case_history(TEXTS, written_as(FINAL, MO), [entry], MO, at(12))).split("\n")[-1]

    assert line("set_kind", "curator", version="1", kind="interim") == (
        "12 января, 11:00 — куратор указал вид версии 1: промежуточный ответ"
    )
    assert line("draft", "zhkh_head", version="1", kind="request") == (
        "12 января, 11:00 — исполнитель (начальник отдела ЖКХ) прислал проект вопроса жителю, версия 1"
    )
    assert line("draft", "zhkh_head", version="1", kind="final", early="не нужно").endswith(
        "прислал проект ответа, версия 1; без сведений соисполнителей: «не нужно»"
    )
    assert line("contribute", "roads_head", department="roads") == (
        "12 января, 11:00 — исполнитель (начальник отдела дорожного хозяйства) прислал сведения"
    )
    assert line("pass_contribution", "curator", department="roads") == (
        "12 января, 11:00 — куратор передал ответственному сведения Отдела дорожного хозяйства"
    )
    assert line("posted", "network", kind="interim") == "12 января, 11:00 — промежуточный ответ размещён"
    assert line("set_term", "curator", due="2026-01-16T15:00:00+03:00") == (
        "12 января, 11:00 — куратор назвал срок: пт 16 января до 15:00"
    )
