"""Several departments answer one message: the lead, those who give him what he needs, in the words of the people in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.stories.town import Town
from workflow.case import PartState, State

COMPLAINT = "Третий день нет воды на Школьной, 5, и дорогу перекопали"
SPRAVKA = "Дорогу восстановим после ремонта водопровода, до 20 января."
ANSWER = "Воду подключим сегодня до 20:00, дорогу восстановим до 20 января."


async def handed_to_two(town: Town) -> None:
    """The curator chooses two departments by taps: the first is the lead."""
    await town.resident_writes(COMPLAINT)
    town.curator.sees("Третий день нет воды")
    await town.curator.presses("Нескольким…")
    await town.curator.presses("Отдел ЖКХ")
    await town.curator.presses("Отдел дорожного хозяйства")
    toast = await town.curator.presses("Направить: 2 отделам")
    assert toast.startswith("Направлено: Отдел ЖКХ.")
    town.zhkh.sees("передано вам: Отдел ЖКХ")
    town.roads.sees("нужны ваши сведения: Отдел дорожного хозяйства")


async def test_ku_16_a_contribution_goes_to_the_curator_who_passes_it_to_the_lead(town: Town) -> None:
    await handed_to_two(town)
    card = town.card()
    assert "Ответственный: Отдел ЖКХ" in card.text
    assert "Соисполнители: Отдел дорожного хозяйства (ждём пн 12.01 до 11:00)" in card.text
    await town.zhkh.presses("Принять", card)
    assert await town.roads.presses("Принять", town.card()) != ""
    assert (await town.case()).state is State.IN_WORK

    await town.roads.replies(town.card(), SPRAVKA)
    told = town.curator.sees("сведения от соисполнителя: Отдел дорожного хозяйства")
    assert SPRAVKA in told.text
    assert "передайте ответственному до 9:30" in told.text
    town.zhkh.hears_nothing()
    assert "сведения у куратора" in town.card().text

    await town.curator.presses("Передать ответственному", told)
    assert SPRAVKA in town.zhkh.sees("сведения от соисполнителя").text
    assert "сведения есть" in town.card().text
    await town.zhkh.replies(town.card(), ANSWER)
    assert (await town.case()).state is State.ON_APPROVAL
    town.curator.looks_at_everything()


async def test_ku_16_a_contribution_goes_back_with_a_remark_and_comes_again(town: Town) -> None:
    await handed_to_two(town)
    await town.roads.replies(town.card(), SPRAVKA)
    told = town.curator.sees("сведения от соисполнителя: Отдел дорожного хозяйства")
    await town.curator.presses("На доработку", told)
    await town.curator.replies(
        town.curator.sees("сведения (Отдел дорожного хозяйства): что исправить?"), "Какого января?"
    )
    town.curator.sees("сведения: на доработку, замечание «Какого января?»")
    await town.can_no_more_be_undone()
    sent_back = town.roads.sees("Замечание: «Какого января?»")
    assert "сведения на доработку" in sent_back.text
    assert "Отдел дорожного хозяйства (ждём пн 12.01 до 9:30)" in town.card().text
    assert await town.curator.presses("Передать ответственному", told) != ""
    town.zhkh.hears_nothing()

    await town.roads.replies(sent_back, "Дорогу восстановим до 20 января 2026 года.")
    town.roads.looks_at_everything()
    again = town.curator.sees("20 января 2026 года")
    assert await town.curator.presses("Передать ответственному", again) == "Передано: Отдел ЖКХ."
    town.zhkh.sees("20 января 2026 года")
    town.curator.looks_at_everything()


async def test_mo_14_the_lead_sends_a_contribution_back(town_with: Callable[..., Awaitable[Town]]) -> None:
    town = await town_with(regulation="moskalensky")
    await handed_to_two(town)
    await town.roads.replies(town.card(), SPRAVKA)
    await town.zhkh.presses("На доработку", town.zhkh.sees("сведения от соисполнителя"))
    await town.zhkh.replies(town.zhkh.sees("что исправить?"), "Какого января?")
    town.zhkh.sees("сведения: на доработку, замечание «Какого января?»")
    await town.can_no_more_be_undone()
    town.roads.sees("Замечание: «Какого января?»")
    assert (await town.case()).owing == ("roads",)
    town.curator.looks_at_everything()


async def test_ku_16_the_lead_does_not_wait_only_if_he_says_why(town: Town) -> None:
    await handed_to_two(town)
    await town.zhkh.replies(town.card(), ANSWER)
    assert (await town.case()).state is State.FORWARDED
    question = town.zhkh.sees("ещё нет сведений от соисполнителей (Отдел дорожного хозяйства)")
    await town.zhkh.replies(question, "дорога к делу не относится")
    assert (await town.case()).state is State.ON_APPROVAL
    town.zhkh.sees("Версия 1 у куратора")
    town.curator.sees("Без сведений соисполнителей: «дорога к делу не относится»")
    town.curator.looks_at_everything()


async def test_iz_where_the_text_knows_no_contributions_the_lead_is_asked_nothing(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(regulation="izobilnensky")
    await handed_to_two(town)
    assert "Соисполнители: Отдел дорожного хозяйства" in town.card().text
    await town.zhkh.replies(town.card(), ANSWER)
    assert (await town.case()).state is State.ON_APPROVAL
    assert "Соисполнители: Отдел дорожного хозяйства" in town.card().text
    town.zhkh.hears_nothing()
    town.roads.hears_nothing()
    assert "Без сведений соисполнителей" not in town.curator.sees("проект ответа, версия 1").text
    town.curator.looks_at_everything()


async def test_a_co_executor_hands_back_his_part_alone(town: Town) -> None:
    await handed_to_two(town)
    await town.roads.presses("Вернуть", town.card())
    await town.roads.replies(town.roads.sees("Почему возвращаете"), "дорога областная")
    town.roads.looks_at_everything()
    await town.can_no_more_be_undone()
    town.curator.sees("Отдел дорожного хозяйства возвращает свою часть: «дорога областная»")
    case = await town.case()
    assert case.state is State.FORWARDED
    assert [(p.department, p.state) for p in case.parts] == [("zhkh", PartState.ASKED), ("roads", PartState.RETURNED)]
    await town.zhkh.replies(town.card(), ANSWER)
    assert (await town.case()).state is State.ON_APPROVAL
    town.curator.looks_at_everything()


async def test_mo_14_contributions_go_to_the_lead_and_start_the_joint_draft(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(regulation="moskalensky")
    await handed_to_two(town)
    await town.roads.replies(town.card(), SPRAVKA)
    told = town.zhkh.sees("сведения от соисполнителя: Отдел дорожного хозяйства")
    assert "Учтите в общем проекте, он нужен сегодня до 11:00" in told.text
    town.curator.looks_at_everything()


async def test_a_co_executors_overdue_contribution_is_told_to_him_and_his_overseer(town: Town) -> None:
    await handed_to_two(town)
    await town.zhkh.presses("Принять", town.card())
    await town.roads.presses("Принять", town.card())
    await town.to("2026-01-12 10:35")
    town.roads.sees("срок сведений соисполнителя")
    await town.to("2026-01-12 11:01")
    town.roads.sees("сведения соисполнителя просрочены")
    town.curator.sees("Отдел дорожного хозяйства: просрочены сведения соисполнителя")
    town.deputy.hears_nothing()
    await town.to("2026-01-12 11:15")
    town.deputy.sees("Отдел дорожного хозяйства: просрочены сведения соисполнителя")
    town.curator.looks_at_everything()


async def test_ku_9_a_department_that_says_nothing_is_told_of_to_the_curator(town: Town) -> None:
    await town.resident_writes("Третий день нет воды на Школьной, 5")
    town.curator.sees("Третий день нет воды")
    await town.curator.presses("Направить в Отдел ЖКХ")
    town.executors_are_called()
    town.card()
    await town.to("2026-01-12 09:31")
    town.deputy.hears_nothing()
    town.curator.sees("не принято и не возвращено")
    assert await town.zhkh.presses("Принять", town.card()) != ""


async def test_ku_16_a_draft_kept_back_is_offered_again_once_the_contributions_are_in(town: Town) -> None:
    await handed_to_two(town)
    await town.zhkh.replies(town.card(), ANSWER)
    question = town.zhkh.sees("ещё нет сведений от соисполнителей")
    assert await town.zhkh.presses("Дождусь сведений", question) == (
        "Проект сохранил. Предложу отправить, когда сведения придут."
    )
    await town.roads.replies(town.card(), SPRAVKA)
    town.zhkh.hears_nothing()
    await town.curator.presses("Передать ответственному", town.curator.sees("сведения от соисполнителя"))
    town.zhkh.sees("сведения от соисполнителя")
    offered = town.zhkh.sees(f"сведений больше не ждём. Отправить ваш проект «{ANSWER.rstrip('.')}»?")
    await town.zhkh.presses("Отправить куратору", offered)
    case = await town.case()
    assert (case.state, case.drafts[-1].text, case.drafts[-1].early) == (State.ON_APPROVAL, ANSWER, "")
    town.curator.looks_at_everything()


async def test_ku_16_without_contributions_is_said_only_until_they_are_in(town: Town) -> None:
    await handed_to_two(town)
    await town.zhkh.replies(town.card(), ANSWER)
    await town.zhkh.replies(town.zhkh.sees("ещё нет сведений"), "дорога к делу не относится")
    town.zhkh.sees("Версия 1 у куратора")
    town.curator.sees("Без сведений соисполнителей: «дорога к делу не относится»")
    await town.roads.replies(town.card(), SPRAVKA)
    await town.curator.presses("Передать ответственному", town.curator.sees("сведения от соисполнителя"))
    assert "Без сведений" not in town.curator.can_see("проект ответа, версия 1").text
    town.curator.looks_at_everything()
    town.zhkh.looks_at_everything()
