"""/people: who controls this work and who prepares and posts the answers, since when and by which paper."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.stories.town import Town

DATED = """\
  second_deputy: {role: deputy, name: Заместитель главы, appointed: {on: 2026-02-03, by: "распоряжение № 7-р <b>"}}
  specialist: {role: [curator, executor], department: roads, name: Главный специалист, appointed: {on: 2025-12-01}}
"""


async def test_ku_7_who_controls_and_who_answers_is_shown_with_day_and_paper_and_what_is_not_dated_is_named(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    people = {"second_deputy": "Заместитель главы", "specialist": "Главный специалист"}
    town = await town_with(people, people=DATED, settings="\nsupervisor: second_deputy\n")
    await town.zhkh.writes("/people")
    assert town.zhkh.sees("кто за что отвечает").text.replace("\u2060", "").splitlines() == [
        "Курский муниципальный округ: кто за что отвечает",
        "Назначает глава (пункт 7).",
        "",
        "Курирует работу с сообщениями",
        "• Заместитель главы — с 3 февраля 2026 года, распоряжение № 7-р <b>",
        "",
        "Разбирают сообщения, согласуют и размещают ответы",
        "• Главный специалист — с 1 декабря 2025 года",
        "• Куратор — день назначения не указан",
        "",
        "Готовят ответы",
        "• Отдел дорожного хозяйства: главный специалист — с 1 декабря 2025 года",
        "• Отдел ЖКХ: начальник отдела ЖКХ — день назначения не указан",
        "• Отдел дорожного хозяйства: начальник отдела дорожного хозяйства — день назначения не указан",
        "• Отдел благоустройства: начальник отдела благоустройства — день назначения не указан",
        "",
        "Заместители главы",
        "• Первый заместитель главы",
        "",
        "День и документ вносит в настройки администратор бота.",
    ]
    town.looks_around()


async def test_where_no_clause_asks_for_it_nothing_is_missing(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with({"specialist": "Специалист"}, regulation="slavgorod", people=DATED)
    await town.curator.writes("/people")
    said = town.curator.sees("кто за что отвечает").text
    assert ("Назначает глава" in said, "не указано" in said, "с 1 декабря 2025 года" in said) == (False, False, True)
    town.looks_around()
