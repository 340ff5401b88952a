"""`setup` with people at a sandbox: from an empty folder to the first card, broken off at every question."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bot.cli.setup import setup
from bot.demo.cast import BOT_TOKEN, VK_SERVICE_TOKEN, VK_TOKEN, Players, gather
from sandbox.clock import SandboxClock
from sandbox.telegram.model import Message
from sandbox.town import Town
from tests.doors.process_house import free_port
from tests.patience import PROCESS

MOST_INPUTS = 25

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("processes"), pytest.mark.timeout(600)]


class BrokenOff(Exception):  # noqa: N818 - Ctrl+C at a question
    pass


class Clerk:
    """Answers what is asked, and does in the messenger what he is told to; `out`: what the screen shows."""

    def __init__(self, players: Players, screen: pytest.CaptureFixture[str], *, breaks_off: bool = False) -> None:
        self.players = players
        self.telegram = players.town.telegram
        self.loop = asyncio.get_running_loop()
        self.asked: list[str] = []
        self.out = ""
        self.secrets: set[str] = set()
        self._screen = screen
        self._breaks_off = breaks_off

    def ask(self, question: str, *, secret: bool = False) -> str:
        self.out += self._screen.readouterr().out
        self.asked.append(question)
        if secret:
            self.secrets.add(question)
        if self._breaks_off and self.asked.count(question) == 1:
            raise BrokenOff
        return asyncio.run_coroutine_threadsafe(self._answer(question), self.loop).result(PROCESS)

    async def _answer(self, question: str) -> str:
        for words, answer in TYPED.items():
            if words in question:
                return answer
        if "откроют" in question:
            await self._open_the_links()
        elif "сделаете" in question:
            await self._make_a_group()
        elif "карточка" in question:
            await self._file_a_message()
        else:
            raise AssertionError(question)
        return ""

    async def _open_the_links(self) -> None:
        for name, person in (("Куратор", "curator"), ("Начальник отдела ЖКХ", "zhkh_head")):
            (*_, code) = re.findall(rf"  {name}: https://t\.me/dezhurny_bot\?start=(\S+)", self.out)
            self.telegram.start(self.players.people[person], self.players.bot, code)
            await self._press(person, "Да, это я", await self._sees(person, "Вы — "))

    async def _make_a_group(self) -> None:
        self.players.bring_the_bot_in()
        await self._press("curator", "Сделать рабочей группой", await self._in_group("Сделать рабочей группой?"))

    async def _file_a_message(self) -> None:
        curator = self.players.people["curator"]
        self.telegram.write(curator, self.telegram.private(curator, self.players.bot), "Не горит фонарь у школы")
        await self._press("curator", "Да, завести", await self._sees("curator", "Не горит фонарь"))
        offer = await self._sees("curator", "Не горит фонарь", "благоустройства")
        caption = next(b.text for row in offer.buttons for b in row if "благоустройства" in b.text)
        await self._press("curator", caption, offer)
        await self._in_group("№ 1")

    async def _press(self, person: str, caption: str, message: Message) -> None:
        press = self.telegram.press(self.players.people[person], message, caption)
        await self._until(f"ответ на «{caption}»", lambda: press.answered or None)

    async def _sees(self, person: str, words: str, caption: str = "") -> Message:
        def look() -> Message | None:
            for message in reversed(self.players.private(person)):
                captions = [button.text for row in message.buttons for button in row]
                if words in message.text and any(caption in one for one in captions):
                    return message
            return None

        return await self._until(words, look)

    async def _in_group(self, words: str) -> Message:
        return await self._until(
            words, lambda: next((m for m in reversed(self.players.in_group()) if words in m.text), None)
        )

    async def _until(self, what, look):  # type: ignore[no-untyped-def]
        end = self.loop.time() + PROCESS
        while (found := look()) is None:
            assert self.loop.time() < end, f"{what}\n{self.out}"
            await asyncio.sleep(0.05)
        return found


TYPED = {
    "По какому регламенту": "kursky",
    "Название муниципалитета": "",
    "Так?": "да",
    "Где работает группа": "1",
    "Ключ бота": BOT_TOKEN,
    "Номер сообщества": "https://vk.com/club1001",
    "Ключ сообщества": VK_TOKEN,
    "Сервисный ключ": VK_SERVICE_TOKEN,
}


@pytest.fixture
async def players(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Players]:
    async with Town(SandboxClock()) as town:
        for name in ("BOT_TOKEN", "VK_COMMUNITY_TOKEN", "VK_SERVICE_TOKEN", "DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("TELEGRAM_API_URL", town.telegram_url)
        monkeypatch.setenv("VK_API_URL", town.vk_url)
        monkeypatch.setenv("WEB_PORT", str(free_port()))
        yield gather(town)


async def test_broken_off_at_every_question_it_goes_on_to_the_first_card(
    tmp_path: Path, players: Players, capsys: pytest.CaptureFixture[str]
) -> None:
    clerk = Clerk(players, capsys, breaks_off=True)
    while True:
        before = len(clerk.asked)
        try:
            await asyncio.to_thread(setup, tmp_path, clerk.ask)
        except BrokenOff:
            assert len(clerk.asked) > before
        else:
            break
    first, *others = dict.fromkeys(clerk.asked)
    assert clerk.asked.count(first) == 3  # it is written down with the name that is asked next
    assert [question for question in others if clerk.asked.count(question) != 2] == []
    assert len(set(clerk.asked)) <= MOST_INPUTS
    shown = clerk.out + capsys.readouterr().out
    assert "✓ Карточка стоит в группе" in shown
    assert (tmp_path / "kursky" / ".env").stat().st_mode & 0o777 == 0o600
    assert len(clerk.secrets) == 3
    assert [secret for secret in (BOT_TOKEN, VK_TOKEN, VK_SERVICE_TOKEN) if secret in shown] == []


async def test_a_key_that_is_refused_is_asked_for_again_and_not_believed(
    tmp_path: Path, players: Players, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing runs yet: the questions about files and keys only."""
    given = ["1", "", "да", "1", "no key at all", "ключ", f"{BOT_TOKEN}x", "ключ", BOT_TOKEN, "what?", "", "end"]

    def ask(question: str, *, secret: bool = False) -> str:
        return given.pop(0)

    def never(folder: Path) -> AbstractContextManager[None]:
        raise BrokenOff

    with pytest.raises(BrokenOff):
        await asyncio.to_thread(setup, tmp_path, ask, never)
    shown = capsys.readouterr().out
    assert given == ["end"]
    assert "✗ BOT_TOKEN не похож на ключ бота" in shown
    assert "✗ Telegram не принимает BOT_TOKEN" in shown
    assert "✓ Telegram: бот @dezhurny_bot, ключ действует" in shown
    assert "✗ Нужен номер или адрес вида vk.com/club123" in shown
