"""Publications: entered by hand with a link, and a warning in the afternoon of a day that is behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.stories.town import Town

LISTED = """
pages:
  - {network: vk, address: vk.com/okrug, whose: administration, title: Округ}
  - {network: vk, address: vk.com/glava, whose: head, title: Глава}
  - {network: telegram, address: t.me/okrug, whose: administration, title: Канал}
"""


async def test_iz_4_a_page_below_two_a_day_is_told_of_once_in_the_afternoon(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(regulation="izobilnensky", settings=LISTED)
    for number in (1, 2):
        await town.curator.writes(f"/published https://t.me/okrug/{number}")
    town.curator.sees("Записано: Канал, 1 публикация за сегодня (нужно не меньше 2).")
    town.curator.sees("Записано: Канал, 2 публикации за сегодня (нужно не меньше 2).")
    await town.curator.writes("/published https://t.me/okrug/2")
    town.curator.sees("Эта публикация уже записана.")
    await town.curator.writes("/published https://vk.com/wall-77_5")
    await town.curator.presses("Глава", town.curator.sees("На какой это странице?"))
    await town.to("2026-01-12T12:55")
    town.curator.hears_nothing()
    await town.to("2026-01-12T14:00")
    told = town.curator.sees("Публикаций меньше, чем требует регламент:").text.replace("\u2060", "")
    assert told.splitlines() == [
        "⚠️ Публикаций меньше, чем требует регламент:",
        "• ВКонтакте · Округ: за сегодня 0, нужно не меньше 2 (пункт 4)",
        "• ВКонтакте · Глава: за сегодня 1, нужно не меньше 2 (пункт 4)",
        "Отметить вышедшее можно командой /published и ссылкой.",
    ]
    await town.to("2026-01-12T17:30")
    town.curator.hears_nothing()


async def test_pa_2_2_without_a_norm_publications_are_counted_and_nobody_is_warned(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(regulation="primorsko-akhtarsky", settings=LISTED)
    await town.curator.writes("/published https://t.me/okrug/1")
    town.curator.sees("Записано: Канал, 1 публикация за этот месяц.")
    await town.curator.writes("/published")
    town.curator.sees("Напишите команду и после неё ссылку на публикацию")
    await town.curator.writes("/published https://ok.ru/group/5/topic/1")
    town.curator.sees("Этой страницы нет среди действующих.")
    await town.zhkh.writes("/published https://t.me/okrug/2")
    town.zhkh.sees("Заполняет редактор страниц, куратор или ответственный за эту страницу.")
    await town.to("2026-01-12T09:05")
    town.curator.looks_at_everything()
    await town.to("2026-01-16T16:00")
    town.curator.hears_nothing()


UNITS = """
pages:
  - {network: vk, address: vk.com/dorogi, whose: unit, unit: roads, title: Дороги}
"""


async def test_mo_a2_10_a_units_page_behind_its_norm_is_told_to_the_unit_and_the_next_day_to_the_adviser(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(regulation="moskalensky", settings=UNITS)
    await town.to("2026-01-15T15:00")
    told = town.roads.sees("Публикаций меньше, чем рекомендовано:").text.replace("\u2060", "")
    assert told.splitlines()[1] == "• ВКонтакте · Дороги: за эту неделю 0, нужно не меньше 3 (прил. 2, пункт 10)"
    town.curator.hears_nothing()
    await town.to("2026-01-16T15:00")
    town.roads.sees("Публикаций меньше")
    town.curator.sees("Дороги: за эту неделю 0")
    await town.to("2026-01-22T15:00")
    town.roads.sees("Публикаций меньше")
    town.curator.hears_nothing()


async def test_mo_a2_10_where_nobody_of_the_unit_can_be_written_to_the_adviser_hears_at_once(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(regulation="moskalensky", settings=UNITS)
    await town.roads.blocks_the_bot()
    await town.to("2026-01-15T15:00")
    town.curator.sees("Дороги: за эту неделю 0")
