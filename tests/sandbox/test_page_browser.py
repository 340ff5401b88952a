"""The page in a real browser: a citizen writes, an official presses and sees the toast; the console stays silent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browsing import browser, opens
from tests.sandbox.page_town import PICTURE, Stand, a_stand

TOASTS_STAY = "const soon = setTimeout; window.setTimeout = (done, ms) => soon(done, ms > 2000 ? ms * 30 : ms);"
"""What goes away by itself waits until it has been looked at."""

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

__all__ = ["browser"]


@asynccontextmanager
async def looking_at(browser: Browser, stand: Stand, where: str = "", *, phone: bool = False) -> AsyncIterator[Page]:
    """The page in a window of a desk or of a telephone; afterwards nothing must have complained in the console."""
    complaints: list[str] = []
    size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
    page = await opens(browser, viewport=size, has_touch=phone, is_mobile=phone)
    await page.add_init_script(TOASTS_STAY)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        await page.goto(f"{stand.url}/{where}")
        yield page
    finally:
        await page.context.close()
    assert complaints == []


async def test_a_citizen_writes_and_an_official_presses(browser: Browser) -> None:
    async with a_stand() as stand, looking_at(browser, stand, "#as=zhkh") as page:
        await page.fill(f"#comment-{stand.post.id}", "Третий день нет воды <b>")
        await page.press(f"#comment-{stand.post.id}", "Enter")
        await expect(page.locator(".comment .text")).to_have_text(["Третий день нет воды <b>"])
        assert [c.text for c in stand.town.vk.comments(stand.post)] == ["Третий день нет воды <b>"]
        await stand.card("№ 1 · <b>вода</b>")
        card = page.locator(".message", has_text="№ 1 · <b>вода</b>")
        await card.get_by_role("button", name="Принять").click()
        await expect(page.locator(".toast")).to_have_text("Принято в 9:20")
        await expect(page.locator(".message .text").last).to_have_text("№ 1 · в работе с 9:20")
        await expect(page.locator(".press")).to_have_count(0)


async def test_an_address_that_names_somebody_else_shows_the_stand_all_the_same(browser: Browser) -> None:
    async with a_stand() as stand:
        page = await opens(browser)
        await page.goto(f"{stand.url}/#as=nobody&citizen=nobody")
        await expect(page.locator(".chat-as").last).to_have_text("вы: Куратор")
        await expect(page.locator(".role")).to_have_count(len(stand.town.cast))
        await expect(page.locator(".toast")).to_have_count(0)
        await page.context.close()


async def test_an_alert_waits_for_the_person(browser: Browser) -> None:
    async with a_stand() as stand, looking_at(browser, stand, "#as=roads") as page:
        await stand.card()
        await page.get_by_role("button", name="Вернуть").click()
        await expect(page.locator("dialog p")).to_have_text("Это сообщение у другого отдела")
        await page.get_by_role("button", name="Понятно").click()
        await expect(page.locator("dialog")).to_have_count(0)


async def test_a_reply_with_an_album_arrives_and_its_quote_leads_back(browser: Browser) -> None:
    async with a_stand() as stand, looking_at(browser, stand, "#as=zhkh") as page:
        card = await stand.card()
        await page.get_by_role("button", name="Ответить").last.click()
        files = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": PICTURE} for n in (1, 2)]
        await page.set_input_files(".chat input[type=file]", files)  # type: ignore[arg-type]
        await page.fill("#composer-text", "Бригада на месте")
        await page.press("#composer-text", "Enter")
        await expect(page.locator(".is-mine .grid img")).to_have_count(2)
        written = [m for m in stand.town.telegram.messages(stand.group) if m.media]
        assert [(m.text, m.reply_to) for m in written] == [("Бригада на месте", card), ("", card)]
        await page.locator(".quote").click()
        await expect(page.locator(f"#m-{card.chat.id}_{card.id}.is-lit")).to_have_count(1)


async def test_the_same_is_there_after_a_reload_and_the_clock_moves(browser: Browser) -> None:
    async with a_stand() as stand, looking_at(browser, stand, "#as=zhkh") as page:
        await stand.card()
        await page.locator('.role[data-key="curator"]').click()
        await page.locator('.chat-item[data-key="bot"]').click()
        await expect(page.locator(".chat-as").last).to_have_text("вы: Куратор")
        await page.get_by_role("button", name="до 9:00 завтра").click()
        await expect(page.locator("#clock-words")).to_have_text("вт 13 января, 9:00")
        await page.reload()
        await expect(page.locator("#clock-words")).to_have_text("вт 13 января, 9:00")
        await expect(page.locator("#chat .chat-as")).to_have_text("вы: Куратор")
        await expect(page.locator('.chat-item[data-key="bot"]')).to_have_attribute("aria-pressed", "true")


async def test_the_guide_follows_the_visitor(browser: Browser) -> None:
    async with a_stand() as stand, looking_at(browser, stand) as page:
        await expect(page.locator(".guide li.is-done")).to_have_count(0)
        await page.locator("#sample").click()
        await expect(page.locator(".guide li.is-done")).to_have_count(1)
        await expect(page.locator(".comment")).to_have_count(1)


async def test_a_command_in_a_text_is_written_by_a_tap_and_a_link_to_the_wall_stays_on_the_page(
    browser: Browser,
) -> None:
    async with a_stand() as stand, looking_at(browser, stand, "#as=zhkh&chat=bot") as page:
        comment = stand.town.vk.comment(stand.citizen, stand.post, "Нет воды")
        text = f'Ваши: /mine, <a href="{comment.url}">открыть</a>, <a href="javascript:alert(1)">нет</a>'
        await stand.bot.send_message(stand.zhkh.id, text, parse_mode="HTML")
        await page.get_by_role("button", name="/mine", exact=True).click()
        await expect(page.locator(".is-mine .text")).to_have_text(["/start", "/mine"])
        await page.get_by_role("link", name="открыть", exact=True).click()
        await expect(page.locator(f"#comment-{stand.post.id}-{comment.id}.is-lit")).to_have_count(1)
        assert [await link.get_attribute("href") for link in await page.locator(".bubble a").all()] == [comment.url]


async def sideways(page: Page) -> int:
    return int(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


async def test_a_telephone_has_one_column_without_sideways_scroll_and_with_large_targets(browser: Browser) -> None:
    async with a_stand() as stand, looking_at(browser, stand, "#as=zhkh", phone=True) as page:
        await stand.card("Длинное" * 40)
        await expect(page.locator(".press")).to_have_count(2)
        widths = []
        for tab in ("vk", "group", "bot", "guide"):
            await page.locator(f'.tab[data-key="{tab}"]').click()
            await expect(page.locator(f'.tab[data-key="{tab}"]')).to_have_attribute("aria-pressed", "true")
            widths.append(await sideways(page))
        assert widths == [0, 0, 0, 0]
        await page.locator('.tab[data-key="group"]').click()
        boxes = await page.locator(".press, .tab, .role, .composer .round, .clock-now").evaluate_all(
            "all => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.className)"
        )
        assert boxes == []
