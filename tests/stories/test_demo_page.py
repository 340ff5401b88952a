"""The demo as a visitor meets it: `python -m bot demo` in a process, the real bot behind it, a browser before it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.browsing import launched, opens
from tests.patience import PROCESS

ROOT = Path(__file__).resolve().parents[2]
COMPLAINT = "На Полевой вторую неделю не горят фонари, дети идут в школу в темноте."
ANSWER = "Здравствуйте. Фонари на улице Полевой проверили, неисправный кабель заменим до пятницы."

pytestmark = [pytest.mark.browser, pytest.mark.timeout(4 * PROCESS)]


@dataclass
class Demo:
    """`ends_with`: the exit code it is to have once it has been asked to stop."""

    url: str
    process: subprocess.Popen[bytes]
    ends_with: int = 0

    def kill_the_bot(self) -> None:
        """The bot's own process is gone from one moment to the next, as when memory runs out."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        self.ends_with = 1


@contextmanager
def demo() -> Iterator[Demo]:
    """Afterwards the demo was asked to stop and has, without complaint."""
    command = [sys.executable, "-m", "bot", "demo", "--port", "0"]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=complaints)
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline().decode())
            assert found is not None
            playing = Demo(found[0], process)
            yield playing
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=PROCESS)
        complaints.seek(0)
        assert (process.returncode, complaints.read().decode()) == (playing.ends_with, "")


@asynccontextmanager
async def visiting(url: str, *, phone: bool = False) -> AsyncIterator[Page]:
    complaints: list[str] = []
    size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
    async with async_playwright() as playwright, await launched(playwright) as browser:
        page = await opens(browser, viewport=size, has_touch=phone, is_mobile=phone)
        expect.set_options(timeout=PROCESS * 1000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(url)
        yield page
    assert complaints == []


def saying(page: Page, words: str, button: str) -> Locator:
    """The button of the newest message with these words that has it."""
    message = page.locator(".chat .message", has_text=words).filter(has=page.locator(".press", has_text=button))
    return message.last.locator(".press", has_text=button).first


async def becomes(page: Page, role: str, chat: str) -> None:
    await page.locator(f'.role[data-key="{role}"]').click()
    await page.locator(f'.chat-item[data-key="{chat}"]').click()


async def test_a_visitor_leads_a_case_from_the_complaint_to_the_posted_answer() -> None:
    with demo() as playing:
        async with visiting(playing.url) as page:
            await expect(page.locator("#note")).to_contain_text("Идёт утро")
            await expect(page.locator("#note")).to_be_hidden()
            field = page.get_by_role("textbox", name="Написать комментарий").first
            await field.fill(COMPLAINT)
            await field.press("Enter")
            await becomes(page, "curator", "bot")
            await saying(page, "вторую неделю не горят фонари", "Направить").click()
            await expect(page.locator(".toast").last).to_contain_text("Направлено: ")
            department = (await page.locator(".toast").last.inner_text()).removeprefix("Направлено: ").split(".")[0]
            head = {"Отдел ЖКХ": "zhkh_head", "Отдел благоустройства": "improvement_head"}[department]
            await becomes(page, head, "group")
            await saying(page, "вторую неделю не горят фонари", "Принять").click()
            card = page.locator(".chat .message", has_text="вторую неделю не горят фонари").last
            await expect(card).to_contain_text(f"готовит {department}")
            await card.locator(".foot-reply").click()
            await page.fill("#composer-text", ANSWER)
            await page.press("#composer-text", "Enter")
            await becomes(page, "curator", "bot")
            await saying(page, "вторую неделю не горят фонари", "Согласовать").click()
            await expect(page.locator(".chat .press", has_text="Отменить")).to_have_count(1)
            await page.get_by_role("button", name="+10 мин").click()
            answer = page.locator(".comment.is-official", has_text=ANSWER)
            await expect(answer).to_have_count(1)
            await expect(page.locator(".guide li.is-done strong")).to_have_text(
                [
                    re.compile("^Житель пишет жалобу"),
                    re.compile("^Куратор направляет"),
                    re.compile("^Начальник отдела принимает"),
                    re.compile("^Отдел готовит проект ответа"),
                    re.compile("^Куратор согласовывает"),
                    re.compile("^Ответ размещён"),
                ]
            )


@pytest.mark.prove
async def test_the_morning_leaves_work_for_every_role_and_a_dead_bot_is_said() -> None:
    with demo() as playing:
        async with visiting(playing.url, phone=True) as page:
            await expect(page.locator("#note")).to_contain_text("Идёт утро")
            await expect(page.locator("#note")).to_be_hidden()
            await page.locator('.tab[data-key="bot"]').click()
            curators = {"возвращено": "Отдел ЖКХ", "стая собак": "Согласовать", "мусор не вывозят": "Направить"}
            for words, button in curators.items():
                await expect(saying(page, words, button)).to_have_count(1)
            await page.locator('.tab[data-key="group"]').click()
            for words, state in {"Школьная, 5": "Отвечено", "яма на всю полосу": "В работе"}.items():
                await expect(page.locator(".chat .message", has_text=words).first).to_contain_text(state)
            assert await page.locator(".guide li.is-done").count() == 0
            await page.locator('.tab[data-key="bot"]').click()
            await page.locator('.role[data-key="head"]').click()
            await expect(saying(page, "Нужно ваше согласие", "Согласовать")).to_have_count(1)
            await page.locator('.role[data-key="adviser"]').click()
            for words, button in {"себе горка": "Удалить", "латаем ямы": "Одобрить…"}.items():
                await expect(saying(page, words, button)).to_have_count(1)
            await expect(page.locator(".chat .message", has_text="Удалён: спам")).to_have_count(1)
            await expect(page.locator(".chat .message", has_text="Заведён как обращение")).to_have_count(1)
            await page.locator('.tab[data-key="vk"]').click()
            await page.get_by_role("button", name="Канал").click()
            await expect(page.locator(".post", has_text="промываем трубы на Школьной").last).to_be_visible()
            playing.kill_the_bot()
            await expect(page.locator("#note.is-trouble")).to_contain_text("Бот остановился сам")
