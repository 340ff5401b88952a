"""One thing said by many: a wave is one message and is reported at once; two hundred comments are one list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.cases.gathered import hearing
from sandbox.telegram.model import Message
from sandbox.vk.model import Comment
from tests.rules.offices import at, office
from tests.stories.town import Town
from workflow.case import Other, State
from workflow.regulation import Ear

SAID = (
    "Третий день нет воды на Школьной, 5",
    "На Школьной, 5 нет воды третий день, сколько можно",
    "Воды нет на Школьной, 5 уже третий день!",
    "Школьная, 5: воды нет третий день, примите меры",
)
HEAD = "  head: {role: head, name: Глава округа}\n"


async def neighbours_write(town: Town, texts: tuple[str, ...] = SAID) -> list[Comment]:
    """Each of them is somebody else."""
    vk = town.players.town.vk
    written = []
    for number, text in enumerate(texts):
        written.append(vk.comment(vk.add_person(f"Сосед {number}"), town.players.post, text))
        await town.settles()
    return written


def captions(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


async def test_mo_21_ku_23_like_messages_of_three_people_are_one_wave_reported_once(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(newcomers={"head": "Глава округа"}, people=HEAD)
    await neighbours_write(town, SAID[:2])
    town.curator.sees("Новое сообщение № 1")
    town.curator.sees("Новое сообщение № 2")
    town.person("head").hears_nothing()

    await neighbours_write(town, SAID[2:3])
    wave = town.curator.sees("Волна: 3 сообщения, вода, Школьная, 5 · пишут 3 человека")
    told = town.person("head").sees("Волна: 3 сообщения")
    assert captions(wave) == [
        "Направить все в Отдел ЖКХ", "Другому…", "Собрать под № 1", "Доложить главе", "По одному…",
    ]  # fmt: skip
    assert captions(told) == []

    await neighbours_write(town, SAID[3:])
    assert town.curator.can_see("Волна: 4 сообщения").id == wave.id
    assert town.person("head").can_see("Волна: 4 сообщения").id == told.id
    town.curator.hears_nothing()


async def test_where_the_head_cannot_be_reached_the_group_hears_of_the_wave(town: Town) -> None:
    await neighbours_write(town, SAID[:3])
    town.curator.looks_at_everything()
    town.sees_in_group("Волна: 3 сообщения")
    await neighbours_write(town, SAID[3:])
    await town.waits(minutes=6)
    assert "Волна: 4 сообщения" in town.players.in_group()[-1].text


async def test_one_person_and_other_matters_make_no_wave(izobilny: Town) -> None:
    for text in SAID:
        await izobilny.resident_writes(text)
    await neighbours_write(izobilny, ("Яма на Мира, 3", "Не горит фонарь на Степной, 8"))
    said = [message.text for message in izobilny.curator.looks_at_everything()]
    assert len(said) == 6
    assert not any("Волна" in text for text in said)


async def test_what_is_spread_over_the_day_is_no_wave(izobilny: Town) -> None:
    for text in SAID[:3]:
        await neighbours_write(izobilny, (text,))
        await izobilny.waits(minutes=100)
    assert not any("Волна" in message.text for message in izobilny.curator.looks_at_everything())
    izobilny.deputy.looks_at_everything()


async def test_a_wave_goes_to_one_department_at_one_tap(izobilny: Town) -> None:
    await neighbours_write(izobilny, SAID[:3])
    izobilny.curator.looks_at_everything()
    toast = await izobilny.curator.presses("Направить все в Отдел ЖКХ")
    assert toast == "Направлено: 3 сообщения, Отдел ЖКХ."
    assert [(await izobilny.case(n)).state for n in (1, 2, 3)] == [State.FORWARDED] * 3
    wave = izobilny.curator.can_see("Волна: 3 сообщения")
    assert captions(wave) == ["Доложить главе", "По одному…"]
    assert wave.text.count("направлено исполнителю") == 3
    for _ in range(3):
        izobilny.sees_in_group("№ ")
    izobilny.zhkh.looks_at_everything()


@pytest.mark.parametrize(
    ("ear", "people"),
    [
        (Ear.HEAD, ("head",)),
        (Ear.FIRST_DEPUTY, ("first_deputy",)),
        (Ear.SUPERVISOR, ("zhkh_head",)),
        (Ear.OVERSEER, ("roads_head",)),
    ],
)
def test_a_wave_is_heard_by_those_the_regulation_names(ear: Ear, people: tuple[str, ...]) -> None:
    here = office()
    roads = replace(here.departments["roads"], overseen_by="roads_head")
    here = replace(here, supervisor="zhkh_head", departments={**here.departments, "roads": roads})
    assert hearing(ear, "roads", here, at("2026-01-12 10:00")) == people


async def test_a_wave_is_gathered_under_its_first_message_and_answered_once(izobilny: Town) -> None:
    comments = await neighbours_write(izobilny, SAID[:3])
    izobilny.curator.looks_at_everything()
    toast = await izobilny.curator.presses("Собрать под № 1")
    assert toast == "Собрано под № 1: 2 сообщения. Теперь направьте № 1, ответ получат все."
    assert (await izobilny.case(1)).merged == (Other(2, 2), Other(3, 3))
    await izobilny.curator.presses("Направить все в Отдел ЖКХ")
    await izobilny.zhkh.replies(izobilny.card(), "Воду подключили сегодня в 11:00, давление проверили.")
    izobilny.curator.looks_at_everything()
    await izobilny.curator.presses("Согласовать")
    await izobilny.waits(seconds=31)
    assert [len(izobilny.answers(comment)) for comment in comments] == [1, 1, 1]
    izobilny.curator.looks_at_everything()
    izobilny.zhkh.looks_at_everything()


async def test_a_message_of_a_wave_can_be_looked_at_by_itself(izobilny: Town) -> None:
    await neighbours_write(izobilny, SAID[:3])
    izobilny.curator.looks_at_everything()
    wave = izobilny.curator.can_see("Волна")
    await izobilny.curator.presses("По одному…", wave)
    assert await izobilny.curator.presses("Показать № 3", wave) == "№ 3 показал ниже."
    assert "Направить в Отдел ЖКХ" in captions(izobilny.curator.sees("Новое сообщение № 3"))


# --- many at once ----------------------------------------------------------------------------------------------------

STREETS = (
    "Мира", "Степная", "Садовая", "Южная", "Речная", "Лесная", "Новая", "Полевая", "Зелёная", "Горная", "Северная", "Луговая",
    "Озёрная", "Парковая", "Вокзальная", "Заречная", "Весенняя", "Цветочная", "Тихая", "Дружбы",
)  # fmt: skip


async def test_a_storm_of_comments_is_one_list_and_not_a_message_each(izobilny: Town) -> None:
    town = izobilny
    for number, street in enumerate(STREETS):
        await neighbours_write(
            town, (f"Улица {street}: что с {['забором', 'аркой', 'фонтаном', 'лавкой'][number % 4]} {number}?",)
        )
    said = town.curator.looks_at_everything()
    offers = [message for message in said if "Новое сообщение №" in message.text]
    lists = [message for message in said if "Новых сообщений" in message.text]
    assert (await town.cases(), len(offers), len(lists)) == (20, 10, 1)
    assert "Новых сообщений: 10." in lists[0].text
    assert captions(lists[0])[-2:] == ["Показать № 18", "Дальше"]

    await town.curator.presses("Дальше", lists[0])
    turned = town.curator.can_see("Новых сообщений: 10.")
    assert captions(turned) == ["Показать № 19", "Показать № 20", "Раньше"]
    await town.curator.presses("Показать № 20", turned)
    town.curator.sees("Новое сообщение № 20")
    assert "Новых сообщений: 9." in town.curator.can_see("Новых сообщений").text


async def test_what_is_dangerous_or_handed_in_never_hides_in_a_list(izobilny: Town) -> None:
    town = izobilny
    for number, street in enumerate(STREETS[:12]):
        await neighbours_write(town, (f"Улица {street}: что с забором {number}?",))
    town.curator.looks_at_everything()
    await neighbours_write(town, ("Пахнет газом в подъезде на Мира, 40",))
    town.curator.sees("Новое сообщение № 13")
    await town.curator.writes("/new Упал забор у школы на Тихой, 90")
    town.curator.sees("Новое сообщение № 14")


async def test_the_demo_has_three_residents_whose_like_complaints_are_a_wave(town: Town) -> None:
    vk, post = town.players.town.vk, town.players.post
    residents = [role.vk_user for role in town.players.town.cast if role.kind == "citizen"]
    assert len(residents) == 3
    for resident, text in zip(residents, SAID[:3], strict=True):
        assert resident is not None
        vk.comment(resident, post, text)
        await town.settles()
    town.curator.sees("🌊 Волна: 3 сообщения")
    town.looks_around()


async def test_mo_21_ku_23_far_more_on_a_topic_than_usual_is_told_the_head_once(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    """Everybody writes of another street in other words: no two messages are alike."""
    town = await town_with(newcomers={"head": "Глава округа"}, people=HEAD)
    await neighbours_write(town, ("Нет воды на Заречной, 7",))
    await town.to("2026-01-20 11:00")
    town.forget_what_was_said()
    streets = ("Мира, 1", "Полевой, 2", "Садовой, 3", "Новой, 4", "Речной, 5", "Лесной, 6", "Степной, 7")
    how = ("Нет воды на {}", "Кран сухой, {}, вода ушла", "Сколько сидеть без воды: {}", "Водопровод прорвало, {}")
    await neighbours_write(town, tuple(how[n % 4].format(street) for n, street in enumerate(streets[:5])))
    town.person("head").hears_nothing()
    await neighbours_write(town, tuple(how[(n + 1) % 4].format(street) for n, street in enumerate(streets[5:])))
    told = town.person("head").sees("Волна: 7 сообщений, вода").text
    assert "Обычно на эту тему за 3 часа: 0" in told
    town.person("head").hears_nothing()
    town.forget_what_was_said()
