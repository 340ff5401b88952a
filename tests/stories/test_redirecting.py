"""A message goes to another department after the first has drafted, or a department joins: who is asked, until when."""

from __future__ import annotations

from sandbox.telegram.model import Message
from tests.stories.test_kinds_of_answer import ANSWER, in_work
from tests.stories.town import Town
from workflow.case import PartState, State
from workflow.regulation import DraftKind, Step

OURS = "Дорогу восстановим после ремонта водопровода, до 20 января."


def offer(town: Town) -> Message:
    """The curator's own message of the case, where he disposes of it."""
    return next(m for m in town.curator.private if any(b.text == "Другому…" for row in m.buttons for b in row))


async def drafted(town: Town) -> None:
    await in_work(town)
    await town.zhkh.replies(town.card(), ANSWER)
    town.curator.looks_at_everything()


async def test_ku_11_who_gets_the_message_after_anothers_draft_has_a_term_and_hears_of_it(town: Town) -> None:
    await drafted(town)
    head = offer(town)
    await town.curator.presses("Другому…", head)
    await town.curator.presses("Отдел дорожного хозяйства", head)
    case = await town.case()
    assert (case.state, case.lead.department if case.lead else "") == (State.FORWARDED, "roads")
    assert (await town.due(Step.DRAFT)).isoformat() == "2026-01-12T10:00:00+00:00"
    assert "проект ответа пн 12.01 до 13:00" in town.card().text
    town.zhkh.looks_at_everything()
    town.roads.looks_at_everything()
    await town.roads.presses("Принять", town.card())
    await town.to("2026-01-12 12:31")
    assert "срок проекта ответа (13:00)" in town.roads.sees("⏰ № 1").text
    await town.to("2026-01-12 14:01")
    town.roads.sees("проект ответа просрочен")
    assert "Отдел дорожного хозяйства" in town.curator.sees("просрочен проект ответа по № 1").text
    await town.to("2026-01-12 14:15")
    assert "Отдел дорожного хозяйства" in town.deputy.sees("просрочен проект ответа по № 1").text
    await town.roads.replies(town.card(), OURS)
    assert (await town.case()).state is State.ON_APPROVAL
    for person in (town.curator, town.roads, town.zhkh, town.deputy):
        person.looks_at_everything()


async def test_ku_16_who_joins_is_asked_alone(town: Town) -> None:
    await in_work(town)
    head = offer(town)
    town.curator.looks_at_everything()
    town.executors_are_called()
    await town.curator.presses("Нескольким…", head)
    await town.curator.presses("Отдел дорожного хозяйства", head)
    await town.curator.presses("Направить: 2 отделам", head)
    case = await town.case()
    assert (case.state, [(p.department, p.state) for p in case.active_parts]) == (
        State.IN_WORK,
        [("zhkh", PartState.ACCEPTED), ("roads", PartState.ASKED)],
    )
    assert "В работе с 9:00 · готовит Отдел ЖКХ" in town.card().text
    town.zhkh.hears_nothing()
    town.roads.sees("№ 1")
    assert (await town.zhkh.presses("Принять", town.card())).startswith("Уже принято в 9:00")
    await town.roads.presses("Принять", town.card())
    await town.roads.replies(town.card(), OURS)
    assert [c.department for c in (await town.case()).contributions] == ["roads"]
    for person in (town.curator, town.roads):
        person.looks_at_everything()


async def test_ku_12_an_approval_is_of_the_kind_that_was_seen(town: Town) -> None:
    await drafted(town)
    head = next(m for m in town.curator.private if "проект ответа, версия 1" in m.text)
    _, toast = await town.at_once((town.zhkh, "Промежуточный ответ", town.card()), (town.curator, "Согласовать", head))
    assert toast == "Вид ответа изменили, теперь это проект промежуточного ответа. Посмотрите проект ещё раз и решите."
    assert (await town.case()).state is State.ON_APPROVAL
    assert "проект промежуточного ответа, версия 1" in head.text
    await town.curator.presses("Согласовать", head)
    await town.waits(seconds=31)
    case = await town.case()
    assert (case.state, [p.kind for p in case.postings]) == (State.INTERIM, [DraftKind.INTERIM])
    for person in (town.curator, town.zhkh):
        person.looks_at_everything()
