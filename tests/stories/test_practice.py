"""A practice message shows a new head of department his work and leaves nothing behind."""

from __future__ import annotations

import sqlalchemy as sa

from storage import tables
from tests.stories.test_replies import at_curator, forwarded
from tests.stories.town import KEY, Town

ANSWER = "Фонарь у остановки починим сегодня до 20:00, бригада уже выехала"
COUNTED = (tables.cases, tables.journal, tables.deadlines, tables.alarms, tables.violations)


async def counted(town: Town) -> list[int]:
    async with town.books.write(KEY) as tx:
        found = [await tx.connection.execute(sa.select(sa.func.count()).select_from(one)) for one in COUNTED]
    return [rows.scalar_one() for rows in found]


async def test_an_executor_practises_and_nothing_counts(town: Town) -> None:
    before, written = await counted(town), town.group_writes()
    await town.zhkh.writes("/practice")
    offered = town.zhkh.sees("Учебное. Такого сообщения нет")
    assert "Ответственный: Отдел ЖКХ" in offered.text
    await town.zhkh.replies(offered, ANSWER)
    town.zhkh.sees("сначала нажмите «Принять» или «Вернуть»")
    await town.zhkh.presses("Принять", offered)
    question = town.zhkh.sees("Учебное: принято")
    await town.zhkh.replies(question, ANSWER)
    assert "ответ был бы размещён там, где спросил житель" in town.zhkh.sees("Учебное: проект принят").text
    assert (await counted(town), town.group_writes()) == (before, written)
    await town.zhkh.replies(question, ANSWER)
    assert await counted(town) == before
    await town.zhkh.writes("/practice")
    await town.zhkh.presses("Вернуть", town.zhkh.sees("Учебное. Такого сообщения нет"))
    town.zhkh.sees("куратор направил бы сообщение другому отделу")
    await town.curator.writes("/practice")
    town.curator.sees("/practice")
    town.looks_around()


async def test_a_real_draft_is_never_taken_for_the_practice(town: Town) -> None:
    card = await forwarded(town)
    await town.zhkh.writes("/practice")
    await town.zhkh.presses("Принять", town.zhkh.sees("Учебное. Такого сообщения нет"))
    town.zhkh.sees("Учебное: принято")
    await town.zhkh.replies(card, ANSWER)
    at_curator(town, 1, ANSWER)
    await town.zhkh.writes("Бригада приедет на Школьную завтра утром, воду дадут к обеду")
    assert [m.text for m in town.zhkh.private if "проект принят" in m.text] == []
    town.looks_around()


async def test_the_first_greeting_offers_it_to_executors_only(town: Town) -> None:
    new = town.newcomer("new_head", "Новый начальник", in_group=True)
    await town.invites("zhkh_head", "code1")
    await new.opens_invitation("code1")
    await new.presses("Да, это я")
    greeting = new.sees("Готово, вы")
    await new.presses("Попробовать на учебном сообщении", greeting)
    offered = new.sees("Учебное. Такого сообщения нет")
    await new.presses("Попробовать на учебном сообщении", greeting)
    again = new.sees("Учебное. Такого сообщения нет")
    assert offered.buttons == []
    await new.presses("Вернуть", again)
    new.sees("Учебное: возвращено")
    await town.invites("first_deputy", "code2")
    other = town.newcomer("other", "Второй", in_group=True)
    await other.opens_invitation("code2")
    await other.presses("Да, это я")
    assert [b.text for row in other.sees("Готово, вы").buttons for b in row] == []
    town.looks_around()
