"""A real browser, waited for patiently."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Playwright, async_playwright, expect

from tests.patience import PATIENT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def browser_path(playwright: Playwright) -> str:
    """Chromium of this machine or playwright's own; without one the test is skipped."""
    own = playwright.chromium.executable_path
    found = next((path for path in map(shutil.which, NAMES) if path), own if Path(own).exists() else None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for the tests of a file, which run in one event loop; each opens a window of its own."""
    async with async_playwright() as playwright, await launched(playwright) as browser:
        yield browser


async def launched(playwright: Playwright) -> Browser:
    return await playwright.chromium.launch(executable_path=browser_path(playwright), args=ARGS)


async def opens(browser: Browser, **window: Any) -> Page:
    """A page in a window that shares nothing with others; nothing about it is impatient."""
    page = await browser.new_page(**window)
    page.set_default_timeout(PATIENT * 1000)
    page.set_default_navigation_timeout(PATIENT * 1000)
    expect.set_options(timeout=PATIENT * 1000)
    return page
