"""The whole life of a message under each regulation that has case terms, in its own terms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.stories.town import Town
from workflow.case import State
from workflow.regulation import Importance, Step

ANSWER = "Воду подключили сегодня в 11:00, давление проверили во всех квартирах."
TownWith = Callable[..., Awaitable[Town]]


async def due(town: Town, step: Step) -> str:
    return (await town.due(step)).astimezone(town.municipality.zone).strftime("%d %H:%M")


async def forwarded(town: Town, *, high: bool = False) -> None:
    await town.resident_writes("Третий день нет воды на Школьной, 5")
    town.curator.looks_at_everything()
    if high:
        await town.curator.presses("Высокая важность")
    await town.waits(minutes=5)
    await town.curator.presses("Направить в Отдел ЖКХ")


async def answered(town: Town) -> None:
    await town.zhkh.replies(town.card(), ANSWER)
    town.curator.looks_at_everything()
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    assert (await town.case()).state is State.CLOSED
    for person in (town.curator, town.zhkh, town.deputy):
        person.looks_at_everything()


@pytest.mark.parametrize(
    ("high", "answer", "draft", "rework"),
    [(False, "13 10:00", "12 15:00", 60), (True, "12 13:00", "12 11:00", 30)],
    ids=["normal", "high"],
)
async def test_mo_6_4_mo_7_mo_8_mo_9_mo_10_mo_11_mo_12_a_message_in_moskalensky(
    town_with: TownWith, high: bool, answer: str, draft: str, rework: int
) -> None:
    town = await town_with(regulation="moskalensky")
    await forwarded(town, high=high)
    assert [await due(town, s) for s in (Step.FORWARD, Step.RETURN, Step.ANSWER, Step.DRAFT)] == [
        "12 09:30",
        "12 09:35",
        answer,
        draft,
    ]
    await town.zhkh.replies(town.card(), ANSWER)
    assert await due(town, Step.APPROVAL) == "12 09:35"
    town.curator.looks_at_everything()
    await town.curator.presses("На доработку")
    await town.curator.replies(town.curator.sees("что исправить"), "назовите причину")
    town.curator.looks_at_everything()
    sent_back = f"12 {9 + (5 + rework) // 60:02}:{(5 + rework) % 60:02}"
    assert await due(town, Step.REWORK) == sent_back
    await town.zhkh.replies(town.card(), ANSWER + " Причина: износ трубы.")
    town.curator.looks_at_everything()
    await town.curator.presses("Согласовать")
    assert await due(town, Step.POSTING) == "12 09:35"
    await town.waits(seconds=31)
    assert (await town.case()).state is State.CLOSED
    for person in (town.curator, town.zhkh, town.deputy):
        person.looks_at_everything()


async def test_sl_4_sl_5_sl_6_a_message_in_slavgorod_day_and_night(town_with: TownWith) -> None:
    town = await town_with(regulation="slavgorod")
    await forwarded(town)
    assert await due(town, Step.DRAFT) == "13 09:05"
    await answered(town)


async def test_mo_6_2_ku_8_1_topics_place_and_importance_are_recorded(town: Town) -> None:
    await town.resident_writes("Третий день нет воды на Школьной, 5")
    offer = town.curator.sees("Третий день нет воды")
    await town.curator.presses("Тема…", offer)
    assert await town.curator.presses("✓ вода", offer) == "Тема: не указана."
    await town.curator.presses("вода", offer)
    await town.curator.presses("Назад", offer)
    await town.curator.presses("Высокая важность", offer)
    await town.curator.presses("Ещё…", offer)
    await town.curator.presses("Место…", offer)
    question = town.curator.sees("о каком месте речь")
    await town.curator.replies(question, "село Полтавское, Школьная 5")
    case = await town.case()
    assert (case.importance, case.location) == (Importance.HIGH, "село Полтавское, Школьная 5")
    assert len(case.topics) == 1
    await town.curator.presses("Назад", offer)
    await town.curator.presses("Направить в Отдел ЖКХ", offer)
    town.looks_around()
    await town.curator.writes("/case 1")
    assert (
        "куратор направил Отделу ЖКХ (вода, село Полтавское, Школьная 5, важность высокая)"
        in town.curator.sees("№ 1").text
    )
    town.looks_around()


async def test_mo_20_the_head_hears_of_a_departments_missed_term(town_with: TownWith) -> None:
    town = await town_with(
        regulation="moskalensky", people="  head: {role: head, name: Глава}\n", newcomers={"head": "Глава"}
    )
    await forwarded(town)
    town.card()
    await town.to("2026-01-12 09:36")
    town.curator.sees("не принято и не возвращено")
    await town.to("2026-01-12 15:01")
    town.curator.sees("Отдел ЖКХ: просрочен проект ответа")
    town.person("head").hears_nothing()
    await town.to("2026-01-12 15:15")
    town.person("head").sees("Отдел ЖКХ: просрочен проект ответа")
    for person in (town.curator, town.zhkh):
        person.looks_at_everything()
    town.deputy.hears_nothing()


async def test_sl_11_an_executor_too_may_name_the_ground(town_with: TownWith) -> None:
    town = await town_with(regulation="slavgorod")
    await forwarded(town)
    await town.zhkh.presses("Вернуть", town.card())
    await town.zhkh.presses("Нецензурные выражения")
    await town.can_no_more_be_undone()
    town.curator.sees("Отдел ЖКХ: «Нецензурные выражения»")
    assert (await town.case()).state is State.NEW
    for person in (town.curator, town.zhkh):
        person.looks_at_everything()
