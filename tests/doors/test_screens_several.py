"""Several departments on one case, as each of them sees it: the card, the choosing of them, what they tell one another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.toasts import TOAST_LIMIT
from bot.cases.screens import cards, sayings
from config.russian.words import units
from tests.doors.screens_office import (
    DRAFT,
    TEXTS,
    after,
    at,
    captions,
    card_of,
    detected,
    forwarded,
    notice,
    out,
    seen,
    shared,
    together,
    town,
)
from tests.doors.test_screens_case import CARD_TOP, OFFER
from tests.house.reasons import STANDING, reasons
from tests.rules.offices import CURATOR, ROADS, SCHOOL, ZHKH
from workflow import transitions
from workflow.case import Case
from workflow.commands import (
    Action,
    Contribute,
    Forward,
    PassContribution,
    Return,
    SendBack,
    SendBackContribution,
    SetImportance,
    SetKind,
    SubmitDraft,
)
from workflow.effects import Notice
from workflow.office import Department, Office
from workflow.outcomes import Reason
from workflow.regulation import DraftKind, Importance, Step

KU, MO = town(), town("moskalensky")
SPRAVKA = "Дорогу восстановим после ремонта водопровода, до 20 января."
BOTH = "Соисполнители: Отдел дорожного хозяйства ({}), Отдел образования ({})"


def contributed(there: Office) -> Case:
    return after(shared(there), Contribute(ROADS, 147, SPRAVKA), at(10), there)


def passed() -> Case:
    return after(contributed(KU), PassContribution(CURATOR, 147, "roads"), at(10, 5), KU)


# --- the card --------------------------------------------------------------------------------------------------------


def test_mo_14_the_card_names_the_lead_first_and_everyone_who_is_on_the_case() -> None:
    case = after(detected(there=MO), Forward(CURATOR, 147, ("zhkh", "roads", "school")), at(9, 20), MO)
    assert seen(cards.card(TEXTS, case, MO, at(9, 20))) == CARD_TOP + (
        "Ответственный: Отдел ЖКХ\n"
        "Соисполнители: Отдел дорожного хозяйства (ждём пн 12.01 до 11:20), Отдел образования (ждём пн 12.01 до 11:20)\n"
        "Ждёт: принять или вернуть пн 12.01 до 9:50\n"
        "⏰ сведения соисполнителя пн 12.01 до 11:20 · проект ответа пн 12.01 до 15:02 · ответ вт 13.01 до 10:02\n"
        "[Принять] [Вернуть] [Сроки]"
    )


def test_mo_14_a_contribution_that_is_in_starts_no_common_draft_while_another_is_owed() -> None:
    assert card_of(contributed(MO), MO, at(10)) == [
        "В работе с 9:30 · готовит Отдел ЖКХ",
        BOTH.format("сведения есть", "ждём пн 12.01 до 11:20"),
        "Ждёт: Отдел образования, сведения для общего ответа",
        "⏰ сведения соисполнителя пн 12.01 до 11:20 · проект ответа пн 12.01 до 15:02 · ответ вт 13.01 до 10:02",
        "[Принять] [Вернуть] [Сроки]",
    ]
    both = after(contributed(MO), Contribute(SCHOOL, 147, "Школу не затронет."), at(10, 30), MO)
    assert card_of(both, MO, at(10, 30))[1:3] == [
        BOTH.format("сведения есть", "сведения есть"),
        "⏰ общий проект ответа пн 12.01 до 12:30 · проект ответа пн 12.01 до 15:02 · ответ вт 13.01 до 10:02",
    ]


def test_ku_16_a_contribution_is_with_the_curator_until_he_passes_it() -> None:
    assert card_of(contributed(KU), KU, at(10))[1:4] == [
        BOTH.format("сведения у куратора", "ждём пн 12.01 до 11:20"),
        "Ждёт: Отдел образования, сведения для общего ответа",
        "⏰ сведения соисполнителя пн 12.01 до 11:20 · проверка сведений пн 12.01 до 10:30"
        " · проект ответа пн 12.01 до 14:02 · ответ вт 13.01 до 10:02",
    ]
    assert card_of(passed(), KU, at(10, 5))[1] == BOTH.format("сведения есть", "ждём пн 12.01 до 11:20")


def test_what_a_co_executor_owes_is_late_by_his_name_and_among_the_terms() -> None:
    assert card_of(passed(), KU, at(11, 21)) == [
        "В работе с 9:30 · готовит Отдел ЖКХ",
        BOTH.format("сведения есть", "ждём, срок был пн 12.01 в 11:20"),
        "Ждёт: Отдел образования, сведения для общего ответа",
        "⚠️ сведения соисполнителя просрочены, срок был пн 12.01 в 11:20",
        "⏰ проект ответа пн 12.01 до 14:02 · ответ вт 13.01 до 10:02",
        "[Принять] [Вернуть] [Сроки]",
    ]


def test_mo_14_who_waits_for_his_turn_is_named_too() -> None:
    case = after(detected(there=MO), Forward(CURATOR, 147, ("zhkh", "roads", "school"), in_turn=True), at(9, 20), MO)
    assert card_of(case, MO, at(9, 20))[1] == BOTH.format("ждём пн 12.01 до 11:20", "следующий")
    case = after(case, Contribute(ROADS, 147, SPRAVKA), at(10), MO)
    assert card_of(case, MO, at(10))[1] == BOTH.format("сведения есть", "ждём пн 12.01 до 12:00")


def test_mo_14_turns_longer_than_the_drafts_term_are_warned_about_before_forwarding() -> None:
    """High importance, two in turn: 45 + 45 + 45 minutes where the draft has two hours."""
    high = after(detected(there=MO), SetImportance(CURATOR, 147, Importance.HIGH), at(9, 5), MO)
    warning = "⚠️ По очереди общий проект будет пн 12.01 до 11:35, а его срок пн 12.01 до 11:02. Всем сразу быстрее."

    def lines(case: Case, menu: str, there: Office = MO) -> list[str]:
        return seen(cards.offer(TEXTS, case, there, at(9, 20), menu)).split("\n")

    assert warning in lines(high, "several.~zhkh,roads,school")
    for menu in ("several.zhkh,roads,school", "several.~zhkh,roads", "departments"):
        assert "По очереди общий" not in "\n".join(lines(high, menu))
    iz = town("izobilnensky")
    assert "По очереди общий" not in "\n".join(lines(detected(there=iz), "several.~zhkh,roads,school", iz))
    joined = after(high, Forward(CURATOR, 147, ("zhkh",)), at(9, 20), MO)
    assert warning in lines(joined, "several.~zhkh,roads,school")


def test_everyone_stays_named_until_the_answer_is_out() -> None:
    line = BOTH.format("сведения есть", "ждём пн 12.01 до 11:20")
    first = after(passed(), SubmitDraft(ZHKH, 147, DRAFT, early="школа ни при чём"), at(10, 30), KU)
    assert card_of(first, KU, at(10, 30))[:3] == [
        "На согласовании · проект ответа, версия 1 · Отдел ЖКХ",
        line,
        "Ждёт: решение куратора пн 12.01 до 11:00",
    ]
    back = after(first, SendBack(CURATOR, 147, 1, "Когда?"), at(10, 40), KU)
    assert card_of(back, KU, at(10, 40))[:3] == [
        "На доработке · готовит Отдел ЖКХ",
        line,
        "Замечание: «Когда?»",
    ]
    interim = out(after(first, SetKind(CURATOR, 147, 1, DraftKind.INTERIM), at(10, 40), KU), KU)
    assert card_of(interim, KU, at(11, 7))[:2] == [
        "Дан промежуточный ответ · [ответ] · готовит Отдел ЖКХ",
        BOTH.format("сведения есть", "ждём пн 12.01 до 11:37 (пункт 16: было пн 12.01 до 11:20)"),
    ]  # while the answer was on its way no contribution was taken
    assert seen(cards.card(TEXTS, out(first, KU), KU, at(11, 7))).split("\n")[-1] == "Отдел ЖКХ · 2 ч 5 мин · версий: 1"


def test_who_gave_his_part_back_is_on_the_case_no_longer() -> None:
    case = after(shared(KU), Return(SCHOOL, 147, "не наше"), at(9, 40), KU)
    assert card_of(case, KU, at(9, 40))[1] == "Соисполнители: Отдел дорожного хозяйства (ждём пн 12.01 до 11:20)"


# --- what they tell one another --------------------------------------------------------------------------------------


def test_ku_16_a_contribution_is_put_before_the_curator_with_its_buttons() -> None:
    news = notice(Notice.CONTRIBUTED, contributed(KU), KU, at(10), "roads", None, SPRAVKA)
    words = (
        "№ 147 · сведения от соисполнителя: Отдел дорожного хозяйства\n"
        f"{SPRAVKA}\n"
        "{} и передайте ответственному до 10:30\n"
        "[Передать ответственному]\n"
        "[На доработку]"
    )
    assert seen(news) == words.format("Проверьте")
    assert news.buttons[0][0].data == "ps:147:roads"
    group = notice(Notice.CONTRIBUTED, contributed(KU), KU, at(10), "roads", None, SPRAVKA, in_group=True)
    assert seen(group) == words.format("Куратор, проверьте")
    reminder = notice(Notice.REMINDER, contributed(KU), KU, at(10, 20), "roads", Step.CONTRIBUTION_APPROVAL)
    assert reminder.buttons[:-1] == news.buttons
    assert reminder.buttons[-1][0].text == "Напомнить позже…"


def test_ku_16_a_contribution_passed_on_cannot_be_passed_twice() -> None:
    again = notice(Notice.CONTRIBUTED, passed(), KU, at(10, 6), "roads", None, SPRAVKA)
    assert again.buttons == ()
    news = notice(Notice.CONTRIBUTION_PASSED, passed(), KU, at(10, 5), "roads", None, SPRAVKA)
    words = (
        "№ 147 · сведения от соисполнителя: Отдел дорожного хозяйства\n"
        f"{SPRAVKA}\n"
        "{} в проекте ответа, он нужен сегодня до 14:02"
    )
    assert seen(news) == words.format("Учтите")
    group = notice(Notice.CONTRIBUTION_PASSED, passed(), KU, at(10, 5), "roads", text=SPRAVKA, in_group=True)
    assert seen(group) == words.format("Отдел ЖКХ, учтите")


def test_mo_14_a_contribution_goes_to_the_lead_with_the_term_of_the_common_draft() -> None:
    case = after(contributed(MO), Contribute(SCHOOL, 147, "Школу не затронет."), at(10, 30), MO)
    news = notice(Notice.CONTRIBUTED, case, MO, at(10, 30), "school", None, "Школу не затронет.")
    assert seen(news) == (
        "№ 147 · сведения от соисполнителя: Отдел образования\n"
        "Школу не затронет.\n"
        "Учтите в общем проекте, он нужен сегодня до 12:30\n"
        "[На доработку]"
    )
    group = notice(Notice.CONTRIBUTED, case, MO, at(10, 30), "school", None, "Школу", in_group=True)
    assert seen(group).split("\n")[-2] == "Отдел ЖКХ, учтите в общем проекте, он нужен сегодня до 12:30"
    drafted = after(case, SubmitDraft(ZHKH, 147, DRAFT), at(10, 40), MO)
    assert notice(Notice.CONTRIBUTED, drafted, MO, at(10, 40), "school", None, "Школу").buttons == ()


def test_ku_16_a_contribution_sent_back_names_the_remark_and_until_when_it_is_waited_for() -> None:
    case = after(contributed(KU), SendBackContribution(CURATOR, 147, "roads", "До какого числа?"), at(10, 20), KU)
    assert card_of(case, KU, at(10, 20))[1] == BOTH.format("ждём пн 12.01 до 10:50", "ждём пн 12.01 до 11:20")
    words = "№ 147 · сведения на доработку\nЗамечание: «До какого числа?»\n"
    news = notice(Notice.CONTRIBUTION_SENT_BACK, case, KU, at(10, 20), "roads", None, "До какого числа?")
    assert seen(news) == words + "Пришлите новые сведения ответом на это сообщение до 10:50"
    group = notice(Notice.CONTRIBUTION_SENT_BACK, case, KU, at(10, 20), "roads", text="До какого числа?", in_group=True)
    assert seen(group) == words + "Отдел дорожного хозяйства, пришлите новые сведения ответом на карточку до 10:50"
    old = notice(Notice.CONTRIBUTED, case, KU, at(10, 21), "roads", None, SPRAVKA)
    assert old.buttons == ()


def test_a_part_given_back_says_how_to_ask_somebody_else() -> None:
    case = after(shared(KU), Return(SCHOOL, 147, "не наше"), at(9, 40), KU)
    news = notice(Notice.PART_RETURNED, case, KU, at(9, 40), "school", None, "не наше")
    assert seen(news) == (
        "№ 147 · Отдел образования возвращает свою часть: «не наше»\n"
        "Вода, Школьная, 5\n"
        "Если сведения нужны, направьте сообщение другому соисполнителю."
    )
    silent = notice(Notice.PART_RETURNED, case, KU, at(9, 40), "school", in_group=True)
    assert seen(silent) == (
        "№ 147 · Отдел образования возвращает свою часть, без причины\n"
        "Вода, Школьная, 5\n"
        "Куратор, если сведения нужны, направьте сообщение другому соисполнителю."
    )
    assert captions(cards.offer(TEXTS, case, KU, at(9, 40)))[0] == ["Другому…", "Нескольким…"]


def test_ku_9_the_curator_hears_who_said_nothing_by_its_name() -> None:
    news = notice(Notice.LAPSED, forwarded(), KU, at(9, 51), "zhkh", Step.RETURN)
    assert seen(news) == (
        "Отдел ЖКХ: № 147 (вода, Школьная, 5) не принято и не возвращено, можно было до 9:50."
        " Проект ответа ждём сегодня до 14:02.\n"
        "[№ 147]"
    )
    other = replace(forwarded(), id=148, number=148)
    several = together(Notice.LAPSED, [(c, Step.RETURN, "zhkh") for c in (forwarded(), other)], KU, at(9, 51))
    assert seen(several).split("\n")[0] == "Отдел ЖКХ: не принято и не возвращено: 2 сообщения"
    assert captions(several) == [["№ 147", "№ 148"]]
    offer = seen(cards.offer(TEXTS, forwarded(), KU, at(9, 51)))
    assert "⚠️ Не принято и не возвращено, можно было пн 12.01 до 9:50" in offer


def test_ku_9_a_reminder_that_a_case_can_still_be_returned_acts_at_one_tap() -> None:
    news = notice(Notice.REMINDER, forwarded(), KU, at(9, 40), "zhkh", Step.RETURN)
    assert seen(news) == (
        "⏰ № 147 · через 10 минут срок возврата (9:50). Вода, Школьная, 5.\n"
        "Примите или верните, кнопки ниже.\n"
        "[Принять] [Вернуть]\n"
        "[Напомнить позже…]"
    )


def test_news_of_several_cases_are_counted_by_kind() -> None:
    def heading(notice: Notice, department: str | None, n: int) -> str:
        items = [(replace(contributed(KU), number=number), None, department) for number in range(1, n + 1)]
        return seen(together(notice, items, KU, at(10))).split("\n")[0]

    assert heading(Notice.CONTRIBUTED, "roads", 2) == "Отдел дорожного хозяйства: пришли сведения, 2 сообщения"
    assert heading(Notice.CONTRIBUTION_PASSED, "roads", 5) == (
        "Отдел дорожного хозяйства: сведения проверены, 5 сообщений"
    )
    assert heading(Notice.CONTRIBUTION_SENT_BACK, "roads", 2) == (
        "Отдел дорожного хозяйства: сведения на доработку, 2 сообщения"
    )
    assert heading(Notice.PART_RETURNED, "school", 2) == "Отдел образования: возвращает свою часть, 2 сообщения"
    assert heading(Notice.AUTHOR_REPLIED, None, 2) == "Ответили жители: 2 сообщения"
    assert heading(Notice.NAME_FINAL, None, 21) == "Нужен срок окончательного ответа, 21 сообщение"
    assert heading(Notice.SIGNIFICANT, None, 3) == "Социально значимые сообщения: 3"
    assert heading(Notice.POSTED, None, 2) == "✅ Размещены 2 ответа"


@pytest.mark.parametrize(("n", "words"), [(2, "по 2 сообщениям"), (21, "по 21 сообщению")])
def test_late_contributions_are_counted_by_message(n: int, words: str) -> None:
    items = [(replace(shared(KU), number=number), Step.CONTRIBUTION, "roads") for number in range(1, n + 1)]
    news = together(Notice.ESCALATION, items, KU, at(11, 30))
    assert seen(news).split("\n")[0] == (f"⚠️ Отдел дорожного хозяйства: просрочены сведения соисполнителя {words}")


# --- the choosing ----------------------------------------------------------------------------------------------------


def test_departments_are_chosen_one_by_one_the_lead_first() -> None:
    case = detected()
    none = cards.offer(TEXTS, case, KU, at(9, 2), "several")
    assert seen(none) == OFFER + "[Отдел ЖКХ]\n[Отдел дорожного хозяйства]\n[Отдел образования]\n[Назад]"
    assert [row[0].data for row in none.buttons] == ["pk:147:zhkh", "pk:147:roads", "pk:147:school", "mn:147"]
    two = cards.offer(TEXTS, case, KU, at(9, 2), "several.roads,zhkh")
    assert seen(two) == OFFER + (
        "[2. Отдел ЖКХ]\n[1. Отдел дорожного хозяйства]\n[Отдел образования]\n[Направить: 2 отделам]\n[Назад]"
    )
    assert [(row[0].data, row[0].style) for row in two.buttons] == [
        ("pk:147:zhkh", "primary"),
        ("pk:147:roads", "primary"),
        ("pk:147:school", None),
        ("fp:147", "success"),
        ("mn:147", None),
    ]
    one = captions(cards.offer(TEXTS, case, KU, at(9, 2), "several.school"))
    assert one[2:] == [["1. Отдел образования"], ["Направить: 1 отделу"], ["Назад"]]


def test_from_three_on_they_can_be_asked_in_turns() -> None:
    three = captions(cards.offer(TEXTS, detected(), KU, at(9, 2), "several.zhkh,roads,school"))
    assert three[3:] == [["По очереди"], ["Направить: 3 отделам"], ["Назад"]]
    turns = cards.offer(TEXTS, detected(), KU, at(9, 2), "several.~zhkh,roads,school")
    assert captions(turns)[3:] == [["Всем сразу"], ["Направить: 3 отделам"], ["Назад"]]
    assert turns.buttons[3][0].data == "pk:147:~"


def test_of_a_case_at_work_those_who_have_it_are_chosen_already() -> None:
    assert captions(cards.offer(TEXTS, shared(KU), KU, at(9, 30), "several")) == [
        ["1. Отдел ЖКХ"],
        ["2. Отдел дорожного хозяйства"],
        ["3. Отдел образования"],
        ["По очереди"],
        ["Направить: 3 отделам"],
        ["Назад"],
    ]
    assert captions(cards.offer(TEXTS, shared(KU), KU, at(9, 30), "several."))[0] == ["Отдел ЖКХ"]


def test_a_department_that_is_no_more_is_not_counted() -> None:
    shown = captions(cards.offer(TEXTS, detected(), KU, at(9, 2), "several.zags,roads"))
    assert shown[1] == ["1. Отдел дорожного хозяйства"]
    assert shown[-2] == ["Направить: 1 отделу"]


def test_an_office_of_one_department_is_offered_no_choice() -> None:
    alone = replace(KU, departments={"zhkh": KU.departments["zhkh"]})
    assert captions(cards.offer(TEXTS, detected(), alone, at(9, 2)))[:2] == [
        ["Направить в Отдел ЖКХ"],
        ["Высокая важность", "Тема…"],
    ]


# --- refusals --------------------------------------------------------------------------------------------------------

LONG = "Территориальное управление по делам посёлков и станиц северного куста Курского муниципального округа края"


def long_office() -> Office:
    return replace(KU, departments={key: Department(key, LONG) for key in KU.departments})


@pytest.mark.parametrize(
    ("reason", "facts", "words"),
    [
        (
            Reason.CONTRIBUTIONS_OWED,
            {"departments": ("roads", "school")},
            "Ещё нет сведений: Отдел дорожного хозяйства, Отдел образования."
            " Дождитесь их или объясните одной фразой, почему ответ готов без них.",
        ),
        (
            Reason.ALREADY_CONTRIBUTED,
            {"at": at(10)},
            "Ваши сведения уже приняты в 10:00. Чтобы заменить их, пришлите новый текст ответом на карточку.",
        ),
        (
            Reason.NO_SUCH_CONTRIBUTION,
            {"department": "roads"},
            "Сведений от Отдела дорожного хозяйства, которые ждут передачи, нет. Когда они придут, напишу.",
        ),
    ],
)
def test_refusals_about_contributions(reason: Reason, facts: dict[str, object], words: str) -> None:
    assert sayings.refusal(TEXTS, reason, facts, shared(KU), KU, at(10, 30)) == words


def test_long_names_leave_room_for_what_to_do() -> None:
    owed = sayings.refusal(
        TEXTS, Reason.CONTRIBUTIONS_OWED, {"departments": ["zhkh", "roads"]}, shared(KU), long_office(), at(10)
    )
    assert owed == ("Ещё нет сведений: 2 отдела. Дождитесь их или объясните одной фразой, почему ответ готов без них.")
    for reason in reasons(transitions.CASES) | STANDING:
        told = sayings.refusal(
            TEXTS,
            reason,
            {"department": "zhkh", "departments": ["zhkh"], "numbers": list(range(1200, 1230)), "at": at(9, 30)},
            shared(KU),
            long_office(),
            at(10),
        )
        assert (units(told) <= TOAST_LIMIT, told[-1]) == (True, "."), told


@pytest.mark.parametrize(
    ("action", "there", "words"),
    [
        (Action.CONTRIBUTE, KU, "Сведения приняты. Куратор проверит их и передаст ответственному."),
        (Action.CONTRIBUTE, MO, "Сведения приняты. Ответственный их увидит."),
        (Action.PASS_CONTRIBUTION, KU, "Передано: Отдел ЖКХ."),
    ],
)
def test_confirmations_say_where_a_contribution_went(action: Action, there: Office, words: str) -> None:
    assert sayings.confirmation(TEXTS, action, contributed(there), there, at(10)) == words
