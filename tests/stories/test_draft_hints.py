"""What a draft lacks is said to the executor before it goes, and to the curator beside «Согласовать»; nothing is blocked."""

from __future__ import annotations

from tests.stories.town import Town
from workflow.case import State

EMPTY = "Здравствуйте! Ваше обращение передано в соответствующий отдел, вопрос на контроле."
BETTER = "Воду подключили сегодня в 11:00, давление проверили во всех квартирах."
LACK = "сказано только «передано», «на контроле», а не что сделано и к какому сроку (пункт 18)"


async def test_ku_18_an_empty_draft_is_hinted_sent_as_it_is_and_hinted_to_the_curator(town: Town) -> None:
    await town.resident_writes("Третий день нет воды на Школьной, 5")
    town.curator.sees("Третий день нет воды")
    await town.curator.presses("Направить в Отдел ЖКХ")
    await town.zhkh.presses("Принять", town.card())

    await town.zhkh.replies(town.card(), EMPTY)
    asked = town.zhkh.sees("проект получил")
    assert LACK in asked.text
    assert (await town.case()).state is State.IN_WORK

    assert await town.zhkh.presses("Исправить") == "Жду новый текст ответом на карточку. Прежний куратору не отправил."
    await town.zhkh.replies(town.card(), EMPTY)
    town.zhkh.sees("проект получил")
    await town.zhkh.presses("Отправить как есть")
    assert [draft.text for draft in (await town.case()).drafts] == [EMPTY]
    assert f"Подсказка: {LACK}" in town.curator.sees("Согласовать").text

    await town.zhkh.replies(town.card(), BETTER)
    assert "Подсказка" not in town.curator.sees("версия 2").text
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    assert (await town.case()).state is State.CLOSED
    town.curator.looks_at_everything()
    town.zhkh.looks_at_everything()
