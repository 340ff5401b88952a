"""The lists of the morning and of the evening, and the promises given to citizens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.stories.test_a_day import DRAFT, forwarded
from tests.stories.town import KEY, Town
from workflow.ports import Letter, account_lane

Make = Callable[..., Awaitable[Town]]


@pytest.fixture
async def day(town_with: Make) -> Town:
    return await town_with(settings="reminders: {repeat: нет, escalate: []}\n", at="2026-01-12 08:50")


async def in_work(town: Town, at: str) -> None:
    await town.to(at)
    await forwarded(town)
    await town.zhkh.presses("Принять")


async def test_nothing_is_said_where_nothing_is_due(day: Town) -> None:
    await day.to("2026-01-12T18:30")
    day.ends()


async def test_the_morning_says_to_each_what_is_due_today_and_the_whole_to_the_group(day: Town) -> None:
    await in_work(day, "2026-01-12T16:00")
    day.looks_around()
    await day.to("2026-01-13T09:00")
    own = day.zhkh.sees("Доброе утро")
    assert own.text.splitlines()[0] == "Доброе утро. На сегодня 1 сообщение."
    assert own.text.splitlines()[1].startswith("№ 1 вода, Школьная, 5: проект ответа сегодня до ")
    whose_move = "№ 1 вода, Школьная, 5: ждём проект от Отдела ЖКХ сегодня до 11:00, жителю сегодня до 17:00"
    assert day.curator.sees("Доброе утро").text.splitlines()[1] == whose_move
    assert day.sees_in_group("Доброе утро").text.splitlines()[1] == whose_move
    day.deputy.hears_nothing()
    day.roads.hears_nothing()


async def test_a_case_that_is_late_with_somebody_else_is_one_line_with_both_terms(day: Town) -> None:
    await in_work(day, "2026-01-12T09:10")
    await day.to("2026-01-12T18:30")
    day.looks_around()
    await day.to("2026-01-13T09:00")
    told = day.curator.sees("Доброе утро").text.splitlines()
    assert told == [
        "Доброе утро. На сегодня 1 сообщение.",
        "№ 1 вода, Школьная, 5: ждём проект от Отдела ЖКХ (⚠️ был вчера до 14:10), жителю сегодня до 10:10",
    ]
    day.looks_around()


async def test_the_morning_tells_the_curator_alone_what_was_given_up(day: Town) -> None:
    async with day.books.write(KEY) as tx:
        lost = Letter("say", account_lane(day.zhkh.user.id), 1, account=day.zhkh.user.id)
        await tx.outbox.put([lost], day.clock.now())
        [kept] = await tx.outbox.waiting(day.clock.now())
        await tx.outbox.change(kept.id, state="given_up")
    await day.to("2026-01-12T09:00")
    assert day.curator.sees("Не дошло").text.splitlines() == [
        "Доброе утро. Сроков на сегодня нет.",
        "⚠️ Не дошло, бот больше не пробует: 1 сообщение",
        "сообщение, Начальник отдела ЖКХ, в 8:50",
    ]
    await day.to("2026-01-13T09:00")
    day.ends()


async def test_the_evening_says_what_stayed_and_not_twice_the_same(day: Town) -> None:
    await in_work(day, "2026-01-12T09:10")
    await day.to("2026-01-12T14:11:00")
    day.looks_around()
    await day.to("2026-01-12T17:29")
    day.zhkh.hears_nothing()
    await day.to("2026-01-12T17:30")
    assert "⚠️ проект ответа, срок был" in day.zhkh.sees("К концу дня осталось 1 сообщение").text
    day.sees_in_group("К концу дня")
    await day.to("2026-01-13T17:30")
    day.looks_around()
    await day.to("2026-01-14T17:30")
    day.zhkh.hears_nothing()
    day.looks_around()


async def test_the_bot_back_within_two_hours_says_it_and_later_keeps_silent(day: Town) -> None:
    await in_work(day, "2026-01-12T16:00")
    day.looks_around()
    await day.to("2026-01-13T10:30")
    day.zhkh.sees("Доброе утро")
    day.looks_around()
    await day.to("2026-01-13T10:40")
    day.zhkh.hears_nothing()


async def test_on_days_off_there_are_no_lists(day: Town) -> None:
    await in_work(day, "2026-01-16T16:00")
    day.looks_around()
    await day.to("2026-01-17T10:00")
    await day.to("2026-01-17T18:00")
    day.zhkh.hears_nothing()
    await day.to("2026-01-19T09:00")
    day.zhkh.sees("Доброе утро")
    day.looks_around()


async def test_ku_15_a_promise_is_listed_until_the_final_answer_stands(day: Town) -> None:
    await day.curator.writes("/promises")
    day.curator.sees("Жителям ничего не обещано")
    await in_work(day, "2026-01-12T09:10")
    await day.zhkh.replies(day.card(), DRAFT)
    await day.curator.presses("Промежуточный ответ")
    await day.curator.presses("Согласовать")
    await day.waits(seconds=31)
    day.looks_around()
    await day.curator.writes("/promises")
    listed = day.curator.sees("Обещано окончательных ответов: 1")
    assert listed.text.splitlines()[1].startswith("№ 1 вода, Школьная, 5: обещали 12 января, ср 21 января до 18:00")
    assert "дан промежуточный ответ" in listed.text
    await day.roads.writes("/promises")
    day.roads.sees("promises")
    await day.to("2026-01-12T17:30")
    told = "✅ Сегодня размещён 1 ответ: № 1 промежуточный, окончательный ждём ср 21 января до 18:00"
    assert told in day.zhkh.sees("✅").text
    day.looks_around()
    await day.to("2026-01-21T18:01:00")
    day.looks_around()
    await day.curator.writes("/promises")
    assert "просрочено: 1" in day.curator.sees("Обещано окончательных ответов: 1").text


async def posted(day: Town) -> None:
    await forwarded(day)
    await day.zhkh.replies(day.card(), DRAFT)
    await day.curator.presses("Согласовать")
    day.looks_around()
    await day.waits(minutes=1)


async def test_a_curator_hears_of_all_posted_answers_in_one_evening_line(day: Town) -> None:
    await day.to("2026-01-12T09:00")
    await posted(day)
    assert "Размещено сегодня в 9:01" in day.curator.can_see("проект ответа, версия 1").text
    day.curator.hears_nothing()
    await day.to("2026-01-12T17:30")
    assert "№ 1" in day.curator.sees("✅").text
    day.looks_around()


async def test_a_curator_may_hear_of_each_posted_answer_at_once(day: Town) -> None:
    await day.to("2026-01-12T09:00")
    await day.curator.writes("/notify")
    await day.curator.presses("✅ сразу", day.curator.sees("Свои часы"))
    await posted(day)
    assert day.curator.sees("ответ размещён").silent
    day.looks_around()
