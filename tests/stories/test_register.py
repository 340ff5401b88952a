"""The register of missed terms in the chat: what has passed stays, and is struck off by those who may, with a reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sandbox.telegram.model import Message
from tests.stories.test_absence import absent
from tests.stories.test_leadership import several
from tests.stories.town import KEY, Town
from workflow.commands import Annul, AnyCommand, Forward, SetImportance
from workflow.office import Actor
from workflow.regulation import Importance

CURATOR = Actor(("curator",))


async def does(town: Town, command: AnyCommand) -> None:
    async with town.books.write(KEY) as tx:
        await town.bot.ticker.desk.carry_out(tx, command, town.clock.now(), KEY)


async def test_ku_21_the_deputy_strikes_a_violation_off_with_a_reason_and_it_stays_to_be_seen(town: Town) -> None:
    await several(town, 1)
    await town.to("2026-01-12 12:00")
    town.forget_what_was_said()
    await town.curator.writes("/violations")
    assert town.curator.sees("Нарушений сроков: 1").buttons == []
    await town.deputy.writes("/violations")
    await town.deputy.presses("Снять № 1, направление исполнителю…", town.deputy.sees("Нарушений сроков: 1"))
    question = town.deputy.sees("Почему снимаем нарушение (№ 1, направление исполнителю)?")
    assert [button.text for row in question.buttons for button in row] == [
        "Не работала связь или бот",
        "Исполнитель получил сообщение слишком поздно",
        "Задержка не по вине исполнителя",
        "Не снимать",
    ]
    await town.deputy.writes("Не работала связь на всей улице")
    town.deputy.sees("Снято: 1 нарушение. В отчёте останется с причиной, в счёт не идёт.")
    await town.deputy.writes("/violations")
    told = town.deputy.sees("Нарушений сроков: 0, январь 2026 года. Снято: 1")
    assert "Куратор: не сделано, просрочено на 2 часа, срок был сегодня в 10:00. Снято: Не работала связь" in told.text
    assert told.buttons == []


async def test_mo_8_the_list_says_why_a_term_was_moved_and_notes_what_is_no_violation(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(regulation="moskalensky")
    await several(town, 2)
    for number in (1, 2):
        await does(town, Forward(CURATOR, number, ("zhkh",)))
    await town.to("2026-01-12 12:00")
    await does(town, SetImportance(CURATOR, 1, Importance.HIGH))
    await town.to("2026-01-12 14:50")
    await does(town, SetImportance(CURATOR, 2, Importance.HIGH))
    town.forget_what_was_said()
    await town.curator.writes("/violations")
    told = town.curator.sees("Нарушений сроков: 2, январь 2026 года").text
    assert "срок был сегодня в 12:30 (по регламенту сегодня в 11:00; важность изменили сегодня в 12:00)" in told
    assert told.splitlines()[-1] == (
        "Без нарушения: № 2, ответ жителю: важность изменили сегодня в 14:50; по регламенту срок прошёл сегодня в 13:00, "
        "ждём сегодня до 16:20."
    )
    town.looks_around()


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


async def test_ku_21_several_rows_are_struck_off_with_one_reason_from_the_list(town: Town) -> None:
    await several(town, 3)
    await town.to("2026-01-12 12:00")
    town.forget_what_was_said()
    await town.deputy.writes("/violations")
    listed = town.deputy.sees("Нарушений сроков: 3")
    await town.deputy.presses("☐ № 1, направление исполнителю", listed)
    await town.deputy.presses("☐ № 3, направление исполнителю", listed)
    assert "☑ № 3, направление исполнителю" in captions(listed)
    await town.deputy.presses("Снять отмеченные: 2…", listed)
    asked = town.deputy.sees("Почему снимаем 2 нарушения (№ 1, направление исполнителю; № 3, направление исполнителю)?")
    assert await town.deputy.presses("Не работала связь или бот", asked) == (
        "Снято: 2 нарушения. В отчёте останутся с причиной, в счёт не идут."
    )
    assert captions(listed) == ["Снять № 2, направление исполнителю…"]
    assert "Нарушений сроков: 1, январь 2026 года. Снято: 2" in listed.text
    assert [(await town.case(n)).missed[0].annulled is not None for n in (1, 2, 3)] == [True, False, True]
    assert ("annul", "first_deputy", "new") in await town.journal(3)


async def test_ku_21_what_is_struck_off_meanwhile_is_said_in_words_and_the_others_are_not_lost(town: Town) -> None:
    await several(town, 2)
    await town.to("2026-01-12 12:00")
    town.forget_what_was_said()
    await town.deputy.writes("/violations")
    listed = town.deputy.sees("Нарушений сроков: 2")
    await town.deputy.presses("Снять все…", listed)
    asked = town.deputy.sees("Почему снимаем 2 нарушения")
    first = (await town.case(1)).id
    await does(town, Annul(Actor(("first_deputy",)), first, (1,), "Пожар на подстанции"))
    await town.deputy.replies(asked, "Не было связи")
    told = town.deputy.sees("Снято: 1 нарушение")
    assert "Не снято (№ 1): Это нарушение уже снято" in told.text
    await town.deputy.writes("/violations")
    told = town.deputy.sees("Нарушений сроков: 0, январь 2026 года. Снято: 2")
    assert "Снято: Пожар на подстанции" in told.text
    assert "Снято: Не было связи" in told.text


async def test_a_button_of_the_register_pressed_after_all_is_struck_off_is_answered_in_words(town: Town) -> None:
    await several(town, 1)
    await town.to("2026-01-12 12:00")
    town.forget_what_was_said()
    await town.deputy.writes("/violations")
    await town.deputy.writes("/violations")
    first, second = town.deputy.sees("Нарушений сроков: 1"), town.deputy.sees("Нарушений сроков: 1")
    await town.deputy.presses("Снять № 1, направление исполнителю…", first)
    await town.deputy.writes("Не было связи")
    town.deputy.sees("Почему снимаем нарушение")
    town.deputy.sees("Снято: 1 нарушение")
    toast = await town.deputy.presses("Снять № 1, направление исполнителю…", second)
    assert toast == "Это нарушение уже снято в 12:00, второй раз не нужно."
    assert captions(second) == []


def captions(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]
