"""The register of missed terms in the chat: what has passed stays, and is struck off by those who may, with a reason."""

from __future__ import annotations

from tests.stories.test_absence import absent
from tests.stories.test_leadership import several
from tests.stories.town import Town


async def test_ku_21_the_deputy_strikes_a_violation_off_with_a_reason_and_it_stays_to_be_seen(town: Town) -> None:
    await several(town, 1)
    await town.to("2026-01-12 12:00")
    town.forget_what_was_said()
    await town.curator.writes("/violations")
    assert town.curator.sees("Нарушений сроков: 1").buttons == []
    await town.deputy.writes("/violations")
    await town.deputy.presses("Снять № 1, направление исполнителю…", town.deputy.sees("Нарушений сроков: 1"))
    town.deputy.sees("почему снимаем нарушение?")
    await town.deputy.writes("Не работала связь на всей улице")
    town.deputy.sees("№ 1: снято. В отчёте останется с причиной, в счёт не идёт.")
    await town.deputy.writes("/violations")
    told = town.deputy.sees("Нарушений сроков: 0, январь 2026 года. Снято: 1")
    assert "Куратор: не сделано, просрочено на 2 часа, срок был сегодня в 10:00. Снято: Не работала связь" in told.text
    assert told.buttons == []


async def test_an_absence_of_seconds_leaves_the_curators_own_miss_with_the_curator(town: Town) -> None:
    await several(town, 1)
    await town.to("2026-01-12 12:00")
    await absent(town.curator, "сегодня", "Никто")
    town.forget_what_was_said()
    await town.curator.writes("/absent")
    await town.curator.presses("Отменить")
    town.forget_what_was_said()
    await town.deputy.writes("/violations")
    assert "направление исполнителю, Куратор: не сделано" in town.deputy.sees("Нарушений сроков: 1").text


async def test_days_before_today_are_not_entered_for_oneself(town: Town) -> None:
    await town.to("2026-01-14 12:00")
    await town.zhkh.writes("/absent с 12 по 16 января")
    town.zhkh.sees("Отсутствие считается с того дня, когда его внесли.")
