"""`why` in words: what was counted and left out over holidays, what moved a moment, whose it was; whole, as people read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.cases.screens import cards, why
from bot.cases.screens import why as terms
from config.calendars import build, production
from config.regions import table, with_region
from config.russian.words import units
from tests.doors.screens_office import MOSCOW, TEXTS, detected, town
from workflow.case import Case, Part, PartState, State
from workflow.office import Office
from workflow.regulation import DraftKind, Event, Importance, Step
from workflow.terms.alarms import newest_runs
from workflow.terms.deadlines import Happening


def at(text: str) -> datetime:
    """«2026-06-11 12:00» of the municipality's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def happened(event: Event, moment: str, **more: object) -> Happening:
    return Happening(event, at(moment), **more)  # type: ignore[arg-type]


def with_history(*history: Happening, state: State = State.IN_WORK, **changes: object) -> Case:
    """A case of the ЖКХ department to which this happened."""
    part = Part("zhkh", True, PartState.ACCEPTED, history[0].at)
    return replace(detected(), history=history, parts=(part,), state=state, **changes)  # type: ignore[arg-type]


def lines(case: Case, now: str, step: str, there: Office | None = None) -> list[str]:
    """One step as the chat shows it, without the title."""
    return terms.why(TEXTS, case, there or town(), at(now), step).text.split("\n")[2:]


def test_ku_10_new_year_is_left_out_day_by_day() -> None:
    case = with_history(happened(Event.DETECTED, "2025-12-30 16:30"))
    assert lines(case, "2025-12-30 16:40", "ответ") == [
        "⏰ Ответ: пн 12 января 2026 года до 17:30",
        "9 часов рабочего времени с выявления, сегодня в 16:30 (пункт 10).",
        "Считается: сегодня 16:30–18:00 (1 ч 30 мин), пн 12 января 2026 года 9:00–13:00 (4 ч), 14:00–17:30"
        " (3 ч 30 мин), всего 9 ч.",
        "Не считается: сегодня 18:00 – пн 12 января 2026 года 9:00, ночь, 31 декабря Выходной (перенесено с 05.01.2025),"
        " 1–6 января Новогодние каникулы, 7 января Рождество Христово, 8 января Новогодние каникулы,"
        " 9 января Выходной (перенесено с 03.01.2026), 10–11 января выходные;"
        " пн 12 января 2026 года 13:00–14:00, обед.",
        "Отвечает куратор.",
        "Как прочитан пункт: «С момента получения сообщения» значит получения отделом, то есть выявления.",
    ]


def test_a_short_day_and_a_holiday_are_named() -> None:
    case = with_history(happened(Event.DETECTED, "2026-06-11 16:00"))
    assert lines(case, "2026-06-11 16:10", "ответ")[2:4] == [
        "Считается: сегодня 16:00–17:00 (1 ч), пн 15 июня 9:00–13:00 (4 ч), 14:00–18:00 (4 ч), всего 9 ч.",
        "Не считается: сегодня 17:00 – пн 15 июня 9:00, 11 июня короткий день перед праздником «День России», ночь,"
        " 12 июня День России, 13–14 июня выходные; пн 15 июня 13:00–14:00, обед.",
    ]


def test_a_regions_day_off_and_the_short_day_before_it_are_named() -> None:
    stavropol = with_region(production(), table()["stavropol"])
    working = build(MOSCOW, {"mon-fri": "09:00-13:00, 14:00-18:00"}, calendar=stavropol)
    case = with_history(happened(Event.DETECTED, "2026-04-20 15:00"))
    assert lines(case, "2026-04-20 15:10", "ответ", replace(town(), clock=working))[:4] == [
        "⏰ Ответ: ср 22 апреля до 17:00",
        "9 часов рабочего времени с выявления, сегодня в 15:00 (пункт 10).",
        "Считается: сегодня 15:00–17:00 (2 ч), ср 22 апреля 9:00–13:00 (4 ч), 14:00–17:00 (3 ч), всего 9 ч.",
        "Не считается: сегодня 17:00 – ср 22 апреля 9:00, 20 апреля короткий день перед праздником «Радоница», ночь,"
        " 21 апреля Радоница; ср 22 апреля 13:00–14:00, обед.",
    ]


def test_ku_15_working_days_are_named_by_their_dates() -> None:
    case = with_history(
        happened(Event.DETECTED, "2026-04-27 09:00"),
        happened(Event.FORWARDED, "2026-04-27 09:20", who="zhkh"),
        happened(Event.INTERIM_POSTED, "2026-04-27 12:00"),
    )
    assert lines(case, "2026-04-27 12:10", "final") == [
        "⏰ Окончательный ответ: чт 7 мая до 18:00",
        "7 рабочих дней с размещения промежуточного ответа, сегодня в 12:00 (пункт 15); сам этот день не в счёт.",
        "Считаются дни: 28–30 апреля, 4–7 мая.",
        "Не считается: 1 мая Праздник Весны и Труда; 2–3 мая выходные.",
        "Отвечает Отдел ЖКХ.",
    ]


def test_ku_12_what_cut_the_term_short_is_named_with_its_clause() -> None:
    case = with_history(
        happened(Event.DETECTED, "2026-01-12 09:00"),
        happened(Event.FORWARDED, "2026-01-12 09:20", who="zhkh"),
        happened(Event.DRAFTED, "2026-01-13 09:30", who="zhkh", draft=DraftKind.FINAL),
        happened(Event.APPROVED, "2026-01-13 09:50"),
        state=State.NOT_POSTED,
    )
    assert lines(case, "2026-01-13 09:55", "размещение") == [
        "⏰ Размещение: сегодня до 10:00",
        "30 минут рабочего времени с согласования, сегодня в 9:50 (пункт 12).",
        "Считается: сегодня 9:50–10:20 (30 мин).",
        "По этому пункту было бы сегодня до 10:20, но не позже срока ответа жителю (пункт 10).",
        "Отвечает куратор.",
        "Как прочитан пункт: Срок пункта 10 ограничивает первый ответ; окончательный ответ после промежуточного он не"
        " ограничивает.",
    ]


def test_mo_6_3_the_curators_own_term_is_named_as_such() -> None:
    case = with_history(
        happened(Event.DETECTED, "2026-01-12 09:00"),
        happened(Event.TERM_SET, "2026-01-12 09:05", due=at("2026-01-12 12:00")),
        happened(Event.FORWARDED, "2026-01-12 09:20", who="zhkh"),
    )
    there = town("moskalensky")
    assert lines(case, "2026-01-12 09:30", "ответ", there)[:1] == ["⏰ Ответ: сегодня до 12:00"]
    assert lines(case, "2026-01-12 09:30", "ответ", there)[4] == (
        "По тексту было бы завтра до 10:00, но куратор назвал свой срок ответа (пункт 6, подпункт 3)."
    )
    assert lines(case, "2026-01-12 09:30", "проект", there)[4] == (
        "Куратор назвал свой срок ответа (пункт 6, подпункт 3) и просит прислать проект сегодня до 10:32."
        " Это просьба, не обязанность."
    )


def test_mo_13_a_moment_the_curator_named() -> None:
    case = with_history(
        happened(Event.DETECTED, "2026-01-12 09:00"),
        happened(Event.FORWARDED, "2026-01-12 09:20", who="zhkh"),
        happened(Event.INTERIM_POSTED, "2026-01-12 11:00"),
        happened(Event.FINAL_NAMED, "2026-01-12 11:00", due=at("2026-01-16 12:00")),
        first_importance=Importance.HIGH,
    )
    assert lines(case, "2026-01-12 11:10", "окончательный", town("moskalensky"))[:2] == [
        "⏰ Окончательный ответ: пт 16 января до 12:00",
        "По тексту срок «назначает куратор» (пункт 13); он его и назвал.",
    ]


def test_iz_6_2_a_calendar_term_runs_day_and_night() -> None:
    case = with_history(
        happened(Event.DETECTED, "2026-01-16 20:00"), happened(Event.FORWARDED, "2026-01-16 23:00", who="zhkh")
    )
    assert lines(case, "2026-01-16 23:10", "проект", town("izobilnensky"))[:3] == [
        "⏰ Проект ответа: завтра до 2:00",
        "3 часа подряд, днём и ночью, с направления исполнителю, сегодня в 23:00 (пункт 6.2).",
        "Ночью срок идёт, но спросим пн 19 января до 12:00: за те же минуты рабочего времени.",
    ]


def test_a_draft_that_ran_out_before_it_was_handed_over_is_charged_to_the_curator() -> None:
    case = with_history(
        happened(Event.DETECTED, "2026-01-12 09:00"), happened(Event.FORWARDED, "2026-01-12 14:30", who="zhkh")
    )
    told = lines(case, "2026-01-12 14:40", "проект")
    assert [line for line in told if "роект ответа (" in line or "Отвечает" in line or "Спросим" in line] == [
        "⚠️ Проект ответа (1 из 2): срок был в 13:00, просрочено на 40 минут",
        "Отвечает исполнитель. Срок вышел, когда сообщение было у куратора.",
        "⏰ Проект ответа (2 из 2): сегодня до 13:00",
        "Спросим сегодня до 15:00: сообщение получено сегодня в 14:30, времени на проект даём как на доработку.",
        "Отвечает Отдел ЖКХ.",
    ]


def test_every_run_of_a_step_is_told_and_numbered() -> None:
    case = with_history(
        happened(Event.DETECTED, "2026-01-12 09:00"),
        happened(Event.FORWARDED, "2026-01-12 09:20", who="zhkh"),
        happened(Event.DRAFTED, "2026-01-12 09:30", who="zhkh"),
        happened(Event.SENT_BACK, "2026-01-12 10:12"),
        happened(Event.DRAFTED, "2026-01-12 10:20", who="zhkh"),
        state=State.ON_APPROVAL,
    )
    told = lines(case, "2026-01-12 10:30", "согласование")
    assert [line for line in told if "Согласование" in line] == [
        "⚠️ Согласование (1 из 2): срок был в 10:00, сделано в 10:12, позже на 12 минут",
        "⏰ Согласование (2 из 2): сегодня до 10:50",
    ]


def test_beyond_the_known_calendar_the_term_is_called_provisional() -> None:
    case = with_history(happened(Event.DETECTED, "2027-12-31 16:00"))
    assert lines(case, "2027-12-31 16:10", "ответ")[-1] == (
        "Срок предварительный: производственного календаря на эту дату ещё нет."
    )


def test_a_step_that_nobody_holds_yet_is_not_called_running() -> None:
    case = replace(detected(), history=(happened(Event.DETECTED, "2026-01-12 09:00"),))
    assert lines(case, "2026-01-12 09:10", "проект")[0] == (
        "Проект ответа: сегодня до 13:00, сейчас этого ни от кого не ждут"
    )


def test_the_last_run_told_is_the_deadline_the_alarms_go_by() -> None:
    case = with_history(
        happened(Event.DETECTED, "2026-01-12 09:00"),
        happened(Event.FORWARDED, "2026-01-12 09:20", who="zhkh"),
        queue=("roads",),
    )
    for there in map(town, ("kursky", "moskalensky", "slavgorod", "izobilnensky")):
        assert {one.deadline.name: one.deadline for one in why.explained(case, there)} == newest_runs(case, there)


def test_a_regulation_without_terms_says_so() -> None:
    there = replace(town(), regulation=replace(town().regulation, steps=()))
    assert terms.why(TEXTS, detected(), there, at("2026-01-12 09:10")).text == (
        "№ 147 · вода · Школьная, 5 · ждёт направления\n\nСроков по этому сообщению нет."
    )
    assert terms.terms_toast(TEXTS, detected(), there, at("2026-01-12 09:10")) == "№ 147: сейчас никакой срок не идёт."
    assert [b.text for row in cards.card(TEXTS, detected(), there, at("2026-01-12 09:10")).buttons for b in row] == []


def test_the_toast_fits_over_a_button_whatever_runs() -> None:
    case = with_history(
        happened(Event.DETECTED, "2026-01-12 09:00"),
        happened(Event.FORWARDED, "2026-01-12 09:20", who="zhkh"),
        happened(Event.INTERIM_POSTED, "2026-01-12 10:00"),
        happened(Event.DRAFTED, "2026-01-12 10:00", who="zhkh"),
        happened(Event.SENT_BACK, "2026-01-12 10:10"),
        happened(Event.APPROVED, "2026-01-12 10:10"),
        state=State.REWORK,
    )
    for now in ("2026-01-12 10:15", "2026-03-12 10:15"):
        assert 40 < units(terms.terms_toast(TEXTS, case, town(), at(now))) <= 200


# --- small words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "step"),
    [
        ("draft", Step.DRAFT),
        ("DRAFT", Step.DRAFT),
        ("проект", Step.DRAFT),
        ("  Проект   ответа ", Step.DRAFT),
        ("проекта ответа", Step.DRAFT),
        ("общий", Step.JOINT_DRAFT),
        ("ответ", Step.ANSWER),
        ("ответ жителю", None),
        ("ответа жителю", Step.ANSWER),
        ("сведения", Step.CONTRIBUTION),
        ("contribution", Step.CONTRIBUTION),
        ("contribution_a", Step.CONTRIBUTION_APPROVAL),
        ("пр", None),
        ("", None),
        ("обед", None),
    ],
)
def test_a_step_is_known_by_its_names(words: str, step: Step | None) -> None:
    assert why.step_named(TEXTS, words) is step


def test_every_step_is_known_by_each_of_its_names() -> None:
    for step in Step:
        names = (step.value, TEXTS.plain(f"steps.{step}"), TEXTS.plain(f"steps_of.{step}"))
        assert [why.step_named(TEXTS, name) for name in names] == [step] * 3


def test_dates_are_gathered_into_ranges() -> None:
    days = [date(2026, 1, 29), date(2026, 1, 30), date(2026, 2, 2), date(2026, 2, 3), date(2026, 2, 6)]
    assert why.dates_words(days) == "29–30 января, 2–3 февраля, 6 февраля"
    assert why.dates_words([date(2026, 1, 31), date(2026, 2, 1)]) == "31 января – 1 февраля"


def test_a_day_of_work_is_never_called_a_day() -> None:
    assert why.brief(30 * 60 + 5) == "30 ч 5 мин"
    assert [why.brief(0), why.brief(60), why.brief(1)] == ["0 мин", "1 ч", "1 мин"]


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("11", "(пункт 11)"),
        ("6.2", "(пункт 6.2)"),
        ("8, подпункт 2", "(пункт 8, подпункт 2)"),
        ("12, 13", "(пункты 12, 13)"),
        ("прил. 2, 10", "(прил. 2, пункт 10)"),
        ("постановление, 3", "(постановление, пункт 3)"),
    ],
)
def test_a_clause_is_named_as_one_does(clause: str, words: str) -> None:
    rules = town().regulation
    steps = tuple(
        replace(r, within=replace(r.within, clause=clause)) if r.step is Step.FORWARD else r for r in rules.steps
    )
    there = replace(town(), regulation=replace(rules, steps=steps))
    case = with_history(happened(Event.DETECTED, "2026-01-12 09:00"))
    assert lines(case, "2026-01-12 09:10", "forward", there)[1] == (
        f"1 час рабочего времени с выявления, сегодня в 9:00 {words}."
    )
