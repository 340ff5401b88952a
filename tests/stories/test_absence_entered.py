"""How an absence is entered, refused and ended: by buttons and in people's words (IZ-D3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.stories.test_absence import DARK, IMPROVEMENT, ROADS, absent, away, chief, everybody_looks
from tests.stories.town import Town


async def test_iz_d3_a_curator_enters_anybodys_by_buttons_and_words_and_those_concerned_are_told(town: Town) -> None:
    await town.curator.writes("/absent")
    assert town.curator.sees("Никто не отсутствует").buttons == []
    await town.curator.presses("Начальник отдела ЖКХ", town.curator.sees("Кого не будет?"))
    days = town.curator.sees("Начальник отдела ЖКХ: в какие дни отсутствует?")
    assert [[b.text for b in row] for row in days.buttons] == [["Сегодня", "Завтра", "Эта неделя"], ["Не нужно"]]
    await town.curator.replies(days, "с 19 по 25 января")
    question = town.curator.sees("Начальник отдела ЖКХ, с 19 по 25 января. Кто замещает?")
    assert [b.text for row in question.buttons for b in row] == [
        "Куратор", ROADS, IMPROVEMENT, "Первый заместитель главы", "Никто", "Не нужно",
    ]  # fmt: skip
    await town.curator.presses(ROADS, question)
    entered = town.curator.sees("Записал: начальник отдела ЖКХ, нет с 19 по 25 января.")
    assert "Замещает начальник отдела дорожного хозяйства." in entered.text
    assert [[b.text for b in row] for row in entered.buttons] == [["Отменить"]]
    assert town.zhkh.sees("вас нет с 19 по 25 января").text.startswith("Куратор записал")
    town.roads.sees("Вы замещаете: начальник отдела ЖКХ, с 19 по 25 января.")
    assert await away(town) == [("zhkh_head", "roads_head")]


async def test_iz_d3_everybody_enters_his_own_and_a_curator_hears_of_it(town: Town) -> None:
    await town.zhkh.writes("/absent")
    town.zhkh.sees("Никто не отсутствует")
    await town.zhkh.presses("Завтра", town.zhkh.sees("Когда вас не будет?"))
    await town.zhkh.presses("Никто", town.zhkh.sees("Начальник отдела ЖКХ, 13 января. Кто замещает?"))
    assert "уведомления пойдут в рабочую группу" in town.zhkh.sees("Записал").text
    assert town.curator.sees("нет 13 января").text == "Начальник отдела ЖКХ: нет 13 января. Никто не замещает."
    assert await away(town) == [("zhkh_head", None)]


async def test_the_usual_substitute_stands_first_and_one_who_is_away_last(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    person = "  specialist: {role: executor, department: zhkh, name: Специалист ЖКХ, substitute: roads_head}\n"
    town = await town_with({"specialist": "Специалист"}, people=person)
    await absent(town.zhkh, "завтра", IMPROVEMENT)
    await town.person("specialist").writes("/absent завтра")
    question = town.person("specialist").sees("Кто замещает?")
    assert [b.text for row in question.buttons for b in row] == [
        ROADS, "Куратор", IMPROVEMENT, "Первый заместитель главы", "Начальник отдела ЖКХ (тоже нет)", "Никто", "Не нужно",
    ]  # fmt: skip
    await town.person("specialist").presses("Не нужно", question)
    everybody_looks(town)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ("с 1 по 11 января", "Эти дни уже прошли"),
        ("вчера", "Эти дни уже прошли"),
        ("когда-нибудь", "Не понял, какие это дни"),
        ("с 15.01.2026 по 16.02.2027", "Это дольше года"),
    ],
)
async def test_days_that_will_not_do_are_refused_in_words_and_asked_again(town: Town, days: str, told: str) -> None:
    await town.zhkh.writes("/absent")
    town.zhkh.sees("Никто не отсутствует")
    question = town.zhkh.sees("Когда вас не будет?")
    await town.zhkh.replies(question, days)
    town.zhkh.sees(told)
    await town.zhkh.replies(question, "завтра")
    town.zhkh.sees("Кто замещает?")
    assert await away(town) == []


async def test_iz_d3_a_circle_is_refused_in_words_and_another_may_be_chosen(town: Town) -> None:
    await absent(town.curator, "с 19 по 25 января", IMPROVEMENT)
    await absent(chief(town), "с 19 по 20 января", ROADS)
    everybody_looks(town)
    await town.roads.writes("/absent с 20 по 22 января")
    question = town.roads.sees("Кто замещает?")
    await town.roads.presses("Куратор (тоже нет)", question)
    assert town.roads.sees("по кругу").text == (
        "Так замещение пошло бы по кругу: начальник отдела дорожного хозяйства → куратор → "
        "начальник отдела благоустройства → начальник отдела дорожного хозяйства. "
        "В эти дни никто из них не смог бы отвечать за другого. Выберите другого человека или «Никто»."
    )
    assert ("roads_head", "curator") not in await away(town)
    await town.roads.presses("Начальник отдела ЖКХ", question)
    everybody_looks(town)
    assert ("roads_head", "zhkh_head") in await away(town)


async def test_what_overlaps_is_refused_until_the_first_is_ended(town: Town) -> None:
    await absent(town.zhkh, "с 19 по 25 января", ROADS)
    everybody_looks(town)
    await town.zhkh.writes("/absent с 25 по 30 января")
    assert "с 19 по 25 января, замещает начальник отдела дорожного хозяйства." in town.zhkh.sees("уже записано").text
    listed = town.zhkh.sees("Кого нет")
    await town.zhkh.presses("Отменить: начальник отдела ЖКХ, с 19 по 25 января", listed)
    everybody_looks(town)
    await absent(town.zhkh, "с 25 по 30 января", ROADS)
    everybody_looks(town)
    assert await away(town) == [("zhkh_head", "roads_head")]


async def test_words_that_reply_to_nothing_are_days_only_if_they_are(town: Town) -> None:
    await town.curator.writes("/absent")
    town.curator.sees("Никто не отсутствует")
    await town.curator.presses("Меня: Куратор", town.curator.sees("Кого не будет?"))
    town.curator.sees("Когда вас не будет?")
    await town.curator.writes(DARK + ". Пишу вам уже второй раз, сделайте что-нибудь")
    asked = town.curator.sees("Это дни отсутствия или новое сообщение жителя?")
    await town.curator.presses("Новое сообщение жителя", asked)
    town.curator.sees("№ 1")
    await town.curator.replies(town.curator.can_see("Когда вас не будет?"), "завтра")
    town.curator.sees("Куратор, 13 января. Кто замещает?")
    everybody_looks(town)


async def test_an_executor_neither_enters_nor_ends_anothers(town: Town) -> None:
    await absent(town.roads, "завтра", "Никто")
    button = town.roads.sees("Записал")
    everybody_looks(town)
    await town.zhkh.writes("/absent")
    assert town.zhkh.sees("Начальник отдела дорожного хозяйства: 13 января").buttons == []
    town.zhkh.sees("Когда вас не будет?")
    copied = await town.roads.presses("Отменить", button)
    assert copied == "Отменено."
    everybody_looks(town)
    assert await town.roads.presses("Отменить", button) == "Это отсутствие уже закончилось или отменено."


async def test_iz_d3_a_substitute_enters_and_ends_anothers_only_while_he_stands_in(town: Town) -> None:
    await absent(town.curator, "сегодня", IMPROVEMENT)
    everybody_looks(town)
    for who in ("Начальник отдела ЖКХ", ROADS):
        await chief(town).writes("/absent")
        await chief(town).presses(who, chief(town).sees("Кого не будет?"))
        await chief(town).presses("Завтра", chief(town).sees("в какие дни отсутствует?"))
        question = chief(town).sees(f"{who}, 13 января. Кто замещает?")
        if who != ROADS:
            await chief(town).presses("Никто", question)
    button = chief(town).sees("Записал: начальник отдела ЖКХ")
    await town.to("2026-01-13T00:00:00")
    everybody_looks(town)
    refused = "Отменить может сам отсутствующий, куратор или заместитель главы."
    assert await chief(town).presses("Отменить", button) == refused
    await chief(town).presses("Никто", question)
    chief(town).sees("Чужое отсутствие вносит куратор или заместитель главы")
    assert await away(town) == [("zhkh_head", None)]


async def test_in_the_group_it_is_sent_to_private(town: Town) -> None:
    await town.zhkh.writes("/absent завтра", in_group=True)
    town.sees_in_group("Об отсутствии напишите мне в личные сообщения")
    assert await away(town) == []
