"""«Сроки» on the card and `/why`: anybody of the office asks where a term comes from and is told so, without a citizen's word."""

from __future__ import annotations

import pytest

from config.russian.words import units
from tests.stories.test_a_day import COMPLAINT, forwarded
from tests.stories.town import Town

DRAFT = (
    "⏰ Проект ответа: сегодня до 13:00\n"
    "За 5 рабочих часов до ответа жителю (завтра в 10:00), пункт 11.\n"
    "Считается: сегодня 14:00–18:00 (4 ч), завтра 9:00–10:00 (1 ч), всего 5 ч.\n"
    "Не считается: сегодня 13:00–14:00, обед; сегодня 18:00 – завтра 9:00, ночь.\n"
    "Отвечает Отдел ЖКХ."
)
ANSWER = (
    "⏰ Ответ: завтра до 10:00\n"
    "9 часов рабочего времени с выявления, сегодня в 9:00 (пункт 10).\n"
    "Считается: сегодня 9:00–13:00 (4 ч), 14:00–18:00 (4 ч), завтра 9:00–10:00 (1 ч), всего 9 ч.\n"
    "Не считается: сегодня 13:00–14:00, обед; сегодня 18:00 – завтра 9:00, ночь.\n"
    "Отвечает куратор.\n"
    "Как прочитан пункт: «С момента получения сообщения» значит получения отделом, то есть выявления."
)


async def in_work(town: Town) -> None:
    """Case 1 was detected and forwarded at nine and accepted ten minutes later."""
    await forwarded(town)
    await town.to("2026-01-12T09:10")
    await town.zhkh.presses("Принять")


async def test_ku_11_the_button_explains_the_terms_in_private_and_writes_nothing_into_the_group(town: Town) -> None:
    await in_work(town)
    before = town.group_writes()
    assert await town.deputy.presses("Сроки") == "Откуда взялись сроки по № 1, написано вам лично."
    told = town.deputy.sees("Проект ответа")
    assert told.text.split("\n\n") == [
        "№ 1 · вода · Школьная, 5 · в работе",
        "✅ Направление исполнителю: сегодня до 10:00, сделано в 9:00 (пункт 8, подпункт 2)\n"
        "Возврат, Отдел ЖКХ: можно было сегодня до 9:30, решено в 9:10 (пункт 9)",
        DRAFT,
        ANSWER,
        "Подробно о любом шаге: /why 1 и его название, например «проект».",
    ]
    assert town.group_writes() == before


async def test_pressed_many_times_before_the_bot_has_looked_it_is_told_once(town: Town) -> None:
    await in_work(town)
    card = town.card()
    await town.at_once(*[(town.roads, "Сроки", card)] * 3)
    town.roads.sees("Проект ответа")
    town.roads.hears_nothing()


async def test_ku_12_who_cannot_be_written_to_has_the_running_terms_over_the_button(town: Town) -> None:
    await in_work(town)
    await town.roads.blocks_the_bot()
    toast = await town.roads.presses("Сроки")
    assert toast == "№ 1: проект ответа сегодня до 13:00 · ответ завтра до 10:00"
    await town.to("2026-01-12T14:10")
    for person in (town.zhkh, town.curator):
        person.looks_at_everything()
    toast = await town.roads.presses("Сроки")
    assert toast == "№ 1: проект ответа просрочен, срок был в 13:00 · ответ завтра до 10:00"
    assert units(toast) <= 200


async def test_somebody_in_the_group_the_bot_does_not_know_sees_what_the_card_shows(town: Town) -> None:
    await in_work(town)
    guest = town.newcomer("guest", "Гость", in_group=True)
    assert await guest.presses("Сроки") == "№ 1: проект ответа сегодня до 13:00 · ответ завтра до 10:00"


async def test_a_closed_card_has_no_such_button_and_the_command_still_explains(town: Town) -> None:
    await in_work(town)
    await town.curator.presses("Закрыть без ответа…")
    await town.curator.presses("Закрыть: заведено по ошибке")
    assert town.card().buttons == []
    town.zhkh.looks_at_everything()
    await town.zhkh.writes("/why 1 направление")
    assert town.zhkh.sees("Направление исполнителю").text == (
        "№ 1 · вода · Школьная, 5 · закрыто без ответа\n"
        "\n"
        "✅ Направление исполнителю: сегодня до 10:00, сделано в 9:00\n"
        "1 час рабочего времени с выявления, сегодня в 9:00 (пункт 8, подпункт 2).\n"
        "Считается: сегодня 9:00–10:00 (1 ч).\n"
        "Отвечает куратор."
    )


@pytest.mark.parametrize("words", ["/why 1 проект", "/why № 1 Проект  ответа", "/why 1 draft", "/why 1 проекта"])
async def test_one_step_by_its_name_in_either_language(town: Town, words: str) -> None:
    await in_work(town)
    await town.deputy.writes(words)
    assert town.deputy.sees("Проект ответа").text == f"№ 1 · вода · Школьная, 5 · в работе\n\n{DRAFT}"


async def test_asked_in_the_group_it_answers_in_the_group(town: Town) -> None:
    await in_work(town)
    await town.zhkh.writes("/why 1 ответ", in_group=True)
    told = town.sees_in_group("Ответ: завтра")
    assert told.text == f"№ 1 · вода · Школьная, 5 · в работе\n\n{ANSWER}"
    assert not any(words in told.text for words in COMPLAINT.split(". "))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("/why", "Укажите номер, например /why 17. Об одном шаге: /why 17 проект. Номера открытых перечислит /open."),
        ("/why ²", "Укажите номер, например /why 17. Об одном шаге: /why 17 проект. Номера открытых перечислит /open."),
        ("/case ²", "Укажите номер, например /case 17. Номера открытых перечислит /open."),
        ("/case 2147483648", "Такого номера нет: № 2147483648. Открытые перечислит /open."),
        ("/case № 99999999999999999999", "Такого номера нет: № 9999999999999999999. Открытые перечислит /open."),
        ("/why 9223372036854775808 проект", "Такого номера нет: № 9223372036854775808. Открытые перечислит /open."),
        (f"/case {'9' * 3990}", "Такого номера нет: № 9999999999999999999. Открытые перечислит /open."),
        ("/why 99", "Такого номера нет: № 99. Открытые перечислит /open."),
        (
            "/why 1 обед",
            "Такого шага по № 1 нет. Можно спросить так: направление исполнителю, возврат, сведения соисполнителя, "
            "проверка сведений, проект ответа, согласование, доработка, размещение, ответ, окончательный ответ.",
        ),
        (
            "/why 1 доработка",
            "№ 1 · вода · Школьная, 5 · в работе\n\nШаг «доработка» по этому сообщению ещё не начинался.",
        ),
    ],
)
async def test_what_cannot_be_explained_is_said_so(town: Town, words: str, said: str) -> None:
    await in_work(town)
    await town.deputy.writes(words)
    assert town.deputy.sees(said).text == said
