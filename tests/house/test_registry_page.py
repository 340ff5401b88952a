"""The published registry in a real browser: a telephone, a desk, paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from typer.testing import CliRunner

from bot.cli.app import app
from tests.browsing import browser, opens
from tests.house.test_cli_export_registry import PAGES, lists, run

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

__all__ = ["browser"]

HEADS = ["Страница", "Сеть", "О странице", "Решение о создании"]
SEEN = """() => ({
    heads: [...document.querySelectorAll("thead")].map((head) => head.getBoundingClientRect().height > 5),
    labels: [...document.querySelectorAll("td")].map((cell) => getComputedStyle(cell, "::before").content),
    words: [...document.querySelectorAll("td")].map((cell) => cell.innerText.trim()),
    columns: [...document.querySelectorAll("td")].map((cell) =>
        cell.closest("table").querySelectorAll("thead th")[cell.cellIndex].innerText),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert CliRunner().invoke(app, ["init", str(tmp_path), "--regulation", "kursky"]).exit_code == 0
    lists(tmp_path, PAGES + "  - {network: ok, address: ok.ru/group/" + "5" * 60 + ", whose: unit, unit: roads}\n")
    assert run(tmp_path).exit_code == 0
    return (tmp_path / "site" / "index.html").as_uri()


async def seen(page: Page, site: str) -> dict[str, Any]:
    await page.goto(site)
    return dict(await page.evaluate(SEEN))


async def test_mo_a2_7_on_a_telephone_every_cell_says_what_it_is_of(browser: Browser, site: str) -> None:
    page = await opens(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    found = await seen(page, site)
    await page.context.close()
    assert found["heads"] == [False, False, False]
    assert found["labels"] == [f'"{head}"' for head in found["columns"]]
    assert len(found["labels"]) == 3 + 3 + 4 + 4
    assert (found["wide"], "" in found["words"], "–" in found["words"]) == (0, False, False)
    assert found["words"].count("не указано") == 6


@pytest.mark.parametrize("paper", [False, True], ids=["desk", "paper"])
async def test_mo_a2_7_on_a_desk_and_on_paper_it_is_a_table_with_its_head(
    browser: Browser, site: str, paper: bool
) -> None:
    """Paper: the width of an A4 sheet within its margins."""
    page = await opens(browser, viewport={"width": 718 if paper else 1400, "height": 900})
    await page.emulate_media(media="print" if paper else "screen")
    found = await seen(page, site)
    heads = await page.locator("thead").first.locator("th").all_inner_texts()
    await page.context.close()
    assert (found["heads"], found["wide"], heads) == ([True, True, True], 0, HEADS)
    assert set(found["labels"]) == {"none"}
