"""An interim answer, a question to the author, and what follows them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.stories.town import Town
from workflow.case import State
from workflow.regulation import DraftKind, Step

QUESTION = "Третий день нет воды на Школьной, 5"
INTERIM = "Заявку приняли, бригада выезжает. О результате сообщим."
ASKED = "Подскажите, пожалуйста, номер квартиры и телефон для связи."
ANSWER = "Воду подключили сегодня в 11:00, давление проверили во всех квартирах."


async def in_work(town: Town) -> None:
    town.comment = await town.resident_writes(QUESTION)  # type: ignore[attr-defined]
    town.curator.sees("Третий день нет воды")
    await town.curator.presses("Направить в Отдел ЖКХ")
    await town.zhkh.presses("Принять", town.card())


async def approved_and_posted(town: Town) -> None:
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    town.curator.looks_at_everything()
    town.zhkh.looks_at_everything()


async def test_ku_15_after_an_interim_answer_the_final_one_is_due_in_seven_working_days(town: Town) -> None:
    await in_work(town)
    await town.zhkh.replies(town.card(), INTERIM)
    assert await town.zhkh.presses("Промежуточный ответ", town.card()) == "Теперь это проект промежуточного ответа."
    assert "проект промежуточного ответа, версия 1" in town.card().text
    await approved_and_posted(town)
    case = await town.case()
    assert (case.state, [p.kind for p in case.postings]) == (State.INTERIM, [DraftKind.INTERIM])
    assert [a.text for a in town.answers(town.comment)] == [INTERIM]  # type: ignore[attr-defined]
    assert (await town.due(Step.FINAL)).isoformat() == "2026-01-21T15:00:00+00:00"
    assert "Дан промежуточный ответ" in town.card().text
    assert "Ждёт: окончательный ответ ср 21.01 до 18:00" in town.card().text

    await town.zhkh.replies(town.card(), ANSWER)
    await approved_and_posted(town)
    case = await town.case()
    assert (case.state, [p.kind for p in case.postings]) == (State.CLOSED, [DraftKind.INTERIM, DraftKind.FINAL])
    assert [a.text for a in town.answers(town.comment)] == [INTERIM, ANSWER]  # type: ignore[attr-defined]


async def test_ku_11_before_the_answer_is_due_the_curator_has_an_interim_one_at_one_tap(town: Town) -> None:
    await in_work(town)
    await town.to("2026-01-12 17:35")
    town.curator.looks_at_everything()
    town.zhkh.looks_at_everything()
    town.deputy.looks_at_everything()
    await town.to("2026-01-13 08:59")
    await town.to("2026-01-13 09:31")
    reminder = town.curator.sees("срок ответа жителю")
    assert "предложите промежуточный" in reminder.text
    await town.curator.presses("Промежуточный ответ", reminder)
    town.curator.sees("проект промежуточного ответа, версия 1")
    await approved_and_posted(town)
    case = await town.case()
    assert case.state is State.INTERIM
    assert case.drafts[0].department is None
    assert case.lead is not None
    town.deputy.looks_at_everything()


async def test_mo_9_a_question_is_posted_and_his_reply_wakes_the_case(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(regulation="moskalensky")
    await in_work(town)
    due = await town.due(Step.ANSWER)
    await town.zhkh.replies(town.card(), ASKED)
    await town.zhkh.presses("Вопрос жителю", town.card())
    await approved_and_posted(town)
    assert (await town.case()).state is State.WAITING_AUTHOR
    assert await town.due(Step.ANSWER) == due
    assert "Ждёт: ответ жителя" in town.card().text

    town.players.town.vk.comment(
        town.players.resident,
        town.players.post,
        "квартира 7",
        reply_to=town.answers(town.comment)[0],  # type: ignore[attr-defined]
    )
    await town.settles()
    assert (await town.case()).state is State.IN_WORK
    assert await town.cases() == 1
    town.zhkh.sees("квартира 7")
    town.curator.sees("житель ответил")
    assert "Житель добавил: «квартира 7»" in town.card().text


async def test_mo_13_with_high_importance_the_curator_names_the_date_of_the_final_answer(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(regulation="moskalensky")
    town.comment = await town.resident_writes(QUESTION)  # type: ignore[attr-defined]
    town.curator.sees("Третий день нет воды")
    await town.curator.presses("Высокая важность")
    await town.curator.presses("Направить в Отдел ЖКХ")
    await town.zhkh.replies(town.card(), INTERIM)
    await town.zhkh.presses("Промежуточный ответ", town.card())
    town.curator.looks_at_everything()
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    asked = town.curator.sees("Назовите срок")
    await town.curator.presses("Назвать срок…", asked)
    question = town.curator.sees("к какому сроку дадим окончательный ответ")
    await town.curator.replies(question, "позавчера")
    town.curator.sees("Этот момент уже прошёл")
    await town.curator.replies(question, "16 января до 15:00")
    assert (await town.due(Step.FINAL)).isoformat() == "2026-01-16T12:00:00+00:00"
    town.curator.looks_at_everything()
    town.zhkh.looks_at_everything()


async def test_mo_6_3_the_curators_own_term_is_earlier_than_the_texts(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(regulation="moskalensky")
    await in_work(town)
    await town.curator.presses("Ещё…")
    await town.curator.presses("Назвать срок…")
    question = town.curator.sees("к какому сроку ответим")
    await town.curator.replies(question, "через неделю")
    town.curator.sees("Свой срок не может быть позже срока регламента")
    await town.curator.replies(question, "сегодня до 14:00")
    assert (await town.due(Step.ANSWER)).isoformat() == "2026-01-12T11:00:00+00:00"
    assert (await town.due(Step.DRAFT)).isoformat() == "2026-01-12T12:00:00+00:00"
    town.curator.looks_at_everything()
    town.zhkh.sees("№ 1 · передано вам")
