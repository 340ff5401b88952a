"""The same thing said again, and one thing said by many."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sandbox.vk.model import Comment
from tests.stories.town import KEY, Town
from workflow.case import Other, State

FIRST = "Третий день нет воды на Школьной, 5"
AGAIN = "Опять нет воды на Школьной, 5, третий раз за месяц"
NEIGHBOUR = "На Школьной, 5 воды нет уже третий день, сколько можно ждать"
INTERIM = "Заявку приняли, бригада выезжает. О результате сообщим."
ANSWER = "Воду подключили сегодня в 11:00, давление проверили во всех квартирах."


async def answered(town: Town, text: str) -> Comment:
    """Write the text as the resident; return it when its answer stands and everybody has looked."""
    comment = await town.resident_writes(text)
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    await town.zhkh.replies(town.card(), ANSWER)
    town.curator.looks_at_everything()
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    town.curator.looks_at_everything()
    town.zhkh.looks_at_everything()
    return comment


async def test_mo_15_sl_8_ku_17_a_repeat_is_offered_with_the_earlier_answer(town: Town) -> None:
    await answered(town, FIRST)
    await town.resident_writes(AGAIN)
    offer = town.curator.sees("Похоже на повтор № 1, ответ размещён: «Воду подключили сегодня")
    assert await town.curator.presses("Это повтор № 1", offer) == "Отмечено: повтор № 1."
    assert (await town.case(2)).repeat_of == Other(1, 1)
    await town.curator.presses("Направить в Отдел ЖКХ")
    work = town.zhkh.sees("№ 2 · передано вам").text
    assert "Повтор № 1. Отвечали 12 января: «Воду подключили сегодня" in work
    assert "Что сделано с тех пор? Скажите это в ответе." in work
    assert "Повтор № 1: в ответе скажите, что сделано" in town.card().text
    await town.zhkh.replies(town.card(), "Причину нашли, заменили участок трубы 20 метров, вода есть.")
    head = town.curator.sees("проект ответа, версия 1").text
    assert "Повтор № 1. Отвечали 12 января: «Воду подключили сегодня" in head
    assert "Сказано ли теперь, что сделано?" in head
    town.curator.looks_at_everything()


async def test_one_answer_goes_to_each_of_those_put_together_in_its_own_place(town: Town) -> None:
    first = await town.resident_writes(FIRST)
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    second = await town.resident_writes(NEIGHBOUR)
    offer = town.curator.sees("Похоже на № 1")
    toast = await town.curator.presses("Вместе с № 1", offer)
    assert toast == "№ 2 получит тот же ответ, что и № 1."
    assert "Вместе с ним отвечаем на № 2" in town.card().text
    assert (await town.case(2)).state is State.MERGED

    await town.zhkh.replies(town.card(), ANSWER)
    town.curator.looks_at_everything()
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    assert [[a.text for a in town.answers(comment)] for comment in (first, second)] == [[ANSWER], [ANSWER]]
    assert [(await town.case(number)).state for number in (1, 2)] == [State.CLOSED, State.CLOSED]
    town.curator.looks_at_everything()
    town.zhkh.looks_at_everything()


async def released_but_for(town: Town, number: int, until: datetime) -> None:
    """What was approved goes out, but the letter of one case is put off, as where its network says «later»."""
    town.clock.advance(timedelta(seconds=31))
    await town.bot.ticker.tick()
    case = await town.case(number)
    async with town.books.write(KEY) as tx:
        letters = await tx.outbox.waiting(until)
        (held,) = [one for one in letters if one.kind == "post" and one.case_id == case.id]
        await tx.outbox.change(held.id, not_before=until)
    await town.settles()


async def test_ku_15_the_final_answer_follows_an_interim_one_that_is_still_on_its_way(town: Town) -> None:
    first = await town.resident_writes(FIRST)
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    second = await town.resident_writes(NEIGHBOUR)
    offer = town.curator.sees("Похоже на № 1")
    await town.curator.presses("Вместе с № 1", offer)
    await town.zhkh.replies(town.card(), INTERIM)
    await town.zhkh.presses("Промежуточный ответ", town.card())
    town.curator.looks_at_everything()
    await town.curator.presses("Согласовать")
    later = town.clock.now() + timedelta(minutes=20)
    await released_but_for(town, 2, later)
    assert [[a.text for a in town.answers(comment)] for comment in (first, second)] == [[INTERIM], []]

    town.curator.looks_at_everything()
    await town.zhkh.replies(town.card(), ANSWER)
    town.curator.looks_at_everything()
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    assert [[a.text for a in town.answers(comment)] for comment in (first, second)] == [[INTERIM, ANSWER], []]
    assert [(await town.case(number)).state for number in (1, 2)] == [State.CLOSED, State.APPROVED]

    await town.to(later + timedelta(minutes=1))
    assert [a.text for a in town.answers(second)] == [INTERIM, ANSWER]
    assert (await town.case(2)).state is State.CLOSED
    for person in (town.curator, town.zhkh):
        person.looks_at_everything()


async def test_what_was_put_together_can_be_taken_apart(town: Town) -> None:
    await town.resident_writes(FIRST)
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    town.executors_are_called()
    town.card()
    await town.resident_writes(NEIGHBOUR)
    offer = town.curator.sees("Похоже на № 1")
    await town.curator.presses("Вместе с № 1", offer)
    await town.curator.presses("Отделить от № 1", offer)
    assert [(await town.case(number)).state for number in (1, 2)] == [State.FORWARDED, State.NEW]
    assert (await town.case(1)).merged == ()
    town.curator.looks_at_everything()


async def test_mo_18_ku_20_what_was_not_processed_stands_in_a_register_and_can_be_reopened(town: Town) -> None:
    await town.resident_writes("Да чтоб вы все сгорели, изверги")
    town.curator.looks_at_everything()
    await town.curator.presses("Закрыть без ответа…")
    await town.curator.presses("Оскорбительные выражения")
    await town.curator.writes("/unprocessed")
    register = town.curator.sees("Не обрабатываем: 1 сообщение")
    assert "оскорбительные выражения; решил куратор" in register.text
    await town.curator.presses("Вернуть в работу № 1", register)
    assert (await town.case()).state is State.NEW
    town.curator.looks_at_everything()


async def test_where_the_head_has_no_bot_whoever_is_highest_hears_of_a_significant_message(town: Town) -> None:
    await town.resident_writes(FIRST)
    town.curator.looks_at_everything()
    await town.curator.presses("Ещё…")
    await town.curator.presses("Доложить главе")
    await town.curator.presses("Да, доложить")
    await town.can_no_more_be_undone()
    assert (await town.case()).significant
    town.deputy.sees("социально значимое сообщение")
    town.forget_what_was_said()


async def test_mo_21_ku_23_a_significant_message_goes_to_the_head_at_once(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(people="  head: {role: head, name: Глава}\n", newcomers={"head": "Глава"})
    await town.resident_writes(FIRST)
    town.curator.looks_at_everything()
    await town.curator.presses("Ещё…")
    await town.curator.presses("Доложить главе")
    await town.curator.presses("Да, доложить")
    await town.can_no_more_be_undone()
    told = town.person("head").sees("социально значимое сообщение")
    assert FIRST in told.text
    town.person("head").hears_nothing()
    assert [m.text for m in town.deputy.looks_at_everything() if m.text] == [
        "Служебная записка по № 1 готова: проверьте и подпишите."
    ]
    town.forget_what_was_said()
