"""The page of the bot: asked for by /board, signed in to by its link, true without reloading. In a real browser too."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, async_playwright, expect

from bot.board import web
from bot.people.entrance import HERE
from tests.browsing import launched, opens
from tests.stories.town import Person, Town

WATER = "Третий день нет воды на Школьной, 5"
ROAD = "На улице Мира яма на всю полосу, машины объезжают по встречной"
DRAFT = "Здравствуйте. Авария на водопроводе, воду дадим сегодня до 20:00."


async def link_from(person: Person, command: str = "/board") -> str:
    """The address under the button of the bot's answer to /board."""
    await person.writes(command)
    button = person.sees("Открытые сообщения по срокам, доска").buttons[0][0]
    assert (button.text, (button.url or "").startswith(f"{HERE}/enter/")) == ("Открыть страницу", True)
    return button.url or ""


async def test_the_link_comes_in_private_and_a_new_one_each_time(town: Town) -> None:
    first, second = await link_from(town.curator), await link_from(town.curator)
    assert first != second
    async with TestServer(web.application([town.bot])) as server, aiohttp.ClientSession() as session:
        for link in (first, second):
            async with session.post(server.make_url(link.removeprefix(HERE)), allow_redirects=False) as answer:
                assert answer.status == 303


async def test_in_the_group_the_link_is_not_given(town: Town) -> None:
    await town.zhkh.writes("/board", in_group=True)
    assert "в личных сообщениях" in town.zhkh.sees("Ссылку на доску").text
    assert [b.url for m in town.players.in_group() for row in m.buttons for b in row if "enter" in (b.url or "")] == []


async def test_the_commands_former_name_is_understood(town: Town) -> None:
    assert (await link_from(town.curator, "/page")).startswith(f"{HERE}/enter/")


async def test_a_stranger_gets_no_link(town: Town) -> None:
    stranger = town.newcomer("stranger", "Житель")
    town.players.town.telegram.start(stranger.user, town.players.bot)
    await stranger.writes("/board")
    assert [b.url for m in stranger.looks_at_everything() for row in m.buttons for b in row] == []


# --- in a browser ----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def browsing(town: Town, *, phone: bool = False, dark: bool = False) -> AsyncIterator[tuple[Page, str]]:
    """A window before the bot's port and the port's address; afterwards nothing must have complained in the console."""
    complaints: list[str] = []
    size = {"width": 375, "height": 812} if phone else {"width": 1440, "height": 900}
    async with (
        TestServer(web.application([town.bot], HERE, every=0.05)) as server,
        async_playwright() as playwright,
        await launched(playwright) as browser,
    ):
        colours = "dark" if dark else "light"
        page = await opens(browser, viewport=size, has_touch=phone, is_mobile=phone, color_scheme=colours)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, str(server.make_url("")).rstrip("/")
    said_on_purpose = ("401 (Unauthorized)", "404 (Not Found)")
    assert [line for line in complaints if not line.endswith(said_on_purpose)] == []


async def signs_in(page: Page, person: Person, address: str) -> None:
    await page.goto(address + (await link_from(person)).removeprefix(HERE))
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Открытые сообщения")


async def a_morning(town: Town) -> None:
    await town.resident_writes(WATER)
    await town.curator.presses("Направить в Отдел ЖКХ")
    await town.resident_writes(ROAD)
    await town.curator.presses("Направить в Отдел дорожного хозяйства")
    await town.roads.presses("Принять")


async def fits(page: Page) -> None:
    """Nothing is wider than the window."""
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(wide) == 0


def everybody_has_looked(town: Town) -> None:
    town.forget_what_was_said()


@pytest.mark.browser
async def test_a_case_moves_on_the_board_without_reloading(town: Town, tmp_path: Path) -> None:
    await a_morning(town)
    async with browsing(town) as (page, address):
        await page.goto(address)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Сначала войдите")
        await signs_in(page, town.curator, address)
        await expect(page.locator("tbody tr")).to_have_count(2)
        await expect(page.locator("tbody tr").first).to_contain_text("Отдел ЖКХ")
        await page.get_by_role("link", name="Доска").click()
        card = page.locator('[data-number="1"]')
        await expect(page.locator('[data-stage="executor"] [data-number="1"]')).to_have_count(1)
        await page.evaluate("window.sameWindow = true")
        await card.get_by_role("link").focus()
        await town.zhkh.replies(town.zhkh.can_see("№ 1 · "), DRAFT)
        await expect(page.locator('[data-stage="approval"] [data-number]')).to_have_count(1)
        assert await page.evaluate("[window.sameWindow, document.activeElement.tagName]") == [True, "A"]
        await expect(page.locator("#pulse")).to_have_text(re.compile(r"^Обновлено в \d+:\d\d$"))
        await page.get_by_role("link", name="Месяц").click()
        await expect(page.locator(".tiles")).to_contain_text("Поступило")
        await town.curator.leaves()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Сначала войдите")
        await town.curator.comes_back()
    everybody_has_looked(town)


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
async def test_on_a_telephone_nothing_is_wider_than_the_window(town: Town, dark: bool) -> None:
    await a_morning(town)
    await town.resident_writes("Очень" + "длинноеслово" * 30 + " на Полевой")
    async with browsing(town, phone=True, dark=dark) as (page, address):
        await signs_in(page, town.curator, address)
        for path in ("/", "/board", "/case/1", "/case/3", "/month", "/case/99"):
            await page.goto(address + path)
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            await fits(page)
        await page.context.clear_cookies()
        await page.goto(address)
        await fits(page)
    everybody_has_looked(town)
