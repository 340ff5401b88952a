"""A real browser, waited for patiently."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Playwright, expect

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


async def opens(playwright: Playwright, **window: Any) -> Page:
    """A page in a window of a browser of its own, closed with its context's browser; nothing about it is impatient."""
    browser = await playwright.chromium.launch(executable_path=browser_path(playwright), args=ARGS)
    page = await browser.new_page(**window)
    page.set_default_timeout(PATIENT * 1000)
    page.set_default_navigation_timeout(PATIENT * 1000)
    expect.set_options(timeout=PATIENT * 1000)
    return page


async def closes(page: Page) -> None:
    """The browser of the page is gone."""
    assert page.context.browser is not None
    await page.context.browser.close()
