"""The town starts its servers, says in words when it cannot, and keeps the cast in order."""

import errno

import aiohttp
import pytest

from sandbox.clock import SandboxClock
from sandbox.town import Town
from tests.sandbox.page_town import MORNING


def a_town(**ports: int | None) -> Town:
    return Town(SandboxClock(frozen_at=MORNING), **ports)  # type: ignore[arg-type]


async def status(url: str) -> int:
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return response.status


async def test_three_servers_answer_while_the_town_lives() -> None:
    async with a_town(page_port=0) as town:
        urls = [f"{town.telegram_url}/bot1:A/getMe", f"{town.vk_url}/method/wall.get", f"{town.page_url}/"]
        assert [await status(url) for url in urls] == [401, 200, 200]
    for url in urls:
        with pytest.raises(aiohttp.ClientConnectorError):
            await status(url)


async def test_a_town_without_a_page_has_no_page_address() -> None:
    async with a_town() as town:
        with pytest.raises(LookupError):
            _ = town.page_url


async def test_a_taken_port_is_said_in_one_sentence_and_nothing_stays_running() -> None:
    async with a_town(page_port=0) as first:
        port = first.page.port if first.page is not None else 0
        second = a_town(page_port=port)
        with pytest.raises(OSError, match="Порт") as caught:
            await second.__aenter__()
        assert caught.value.errno == errno.EADDRINUSE
        assert caught.value.strerror == (
            f"Порт {port} (для страницы) занят другой программой: закройте её или укажите другой порт."
        )
        with pytest.raises(aiohttp.ClientConnectorError):
            await status(f"{second.vk_url}/method/wall.get")
        assert await status(f"{first.page_url}/") == 200


async def test_the_cast_keeps_its_order_and_its_keys() -> None:
    town = a_town()
    anna = town.telegram.add_person("Анна")
    zhitel = town.vk.add_person("Житель")
    town.add_role("zhkh", "Начальник отдела", anna, kind="executor")
    town.add_role("citizen", "Житель", None, zhitel, kind="citizen")
    assert [(role.key, role.kind) for role in town.cast] == [("zhkh", "executor"), ("citizen", "citizen")]
    with pytest.raises(ValueError, match="already"):
        town.add_role("zhkh", "Другой", anna)
    with pytest.raises(ValueError, match="neither"):
        town.add_role("nobody", "Никто", None)
