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
