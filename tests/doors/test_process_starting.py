"""`python -m bot run` as a process: when it does not start, one line says why; when it has to wait, it says what for."""

from __future__ import annotations

import asyncio
import json
import socket
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import SECOND_COPY
from bot.demo.cast import BOT_TOKEN
from tests.doors.process_house import House, a_house
from tests.patience import PATIENT, PROCESS


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path) as house:
        yield house


async def refused(house: House, **changed: str | None) -> tuple[int, list[str]]:
    """The exit code and every line of a start that does not come about."""
    process = await house.launch(**changed)
    code = await asyncio.wait_for(process.wait(), PROCESS)
    return code, house.said().splitlines()


async def test_without_a_token_one_line_says_so(house: House) -> None:
    code, lines = await refused(house, BOT_TOKEN=None)
    assert (code, lines) == (2, ["okrug/.env: нет BOT_TOKEN; получите его у @BotFather"])


async def test_a_refused_token_is_said_in_one_line_without_it(house: House) -> None:
    code, lines = await refused(house, BOT_TOKEN="700002:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert (code, lines) == (2, ["Telegram не принимает BOT_TOKEN; возьмите новый у @BotFather и впишите в .env"])


async def test_a_second_start_on_one_database_is_refused(house: House) -> None:
    await house.start()
    code, lines = await refused(house)
    assert (code, len(lines)) == (2, 1)
    assert "бот уже запущен на этой базе" in lines[0]
    assert await house.stop() == 0


async def test_a_second_copy_with_the_same_token_is_told_apart(house: House, tmp_path: Path) -> None:
    await house.start()
    other = f"sqlite:///{tmp_path / 'other.db'}"
    second = await house.launch(DATABASE_URL=other, WEB_PORT="0")
    try:
        await house.until("слова о второй копии", lambda: SECOND_COPY in house.everything_said() or None)
    finally:
        second.terminate()
        await second.wait()


async def test_a_silent_telegram_is_waited_for(house: House) -> None:
    nobody = socket.socket()
    nobody.bind(("127.0.0.1", 0))
    process = await house.launch(TELEGRAM_API_URL=f"http://127.0.0.1:{nobody.getsockname()[1]}")
    try:
        await house.until("ожидание", lambda: "Telegram не отвечает, жду" in house.said() or None)
        assert process.returncode is None
        assert BOT_TOKEN not in house.said()
    finally:
        nobody.close()
        process.terminate()
        await process.wait()


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=PATIENT) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


async def test_health_and_metrics_are_served_on_this_machine(house: House) -> None:
    await house.start()
    base = f"http://127.0.0.1:{house.web_port}"
    status, body = await asyncio.to_thread(get, f"{base}/healthz")
    assert (status, json.loads(body)) == (200, {"status": "ok", "silent": []})
    status, body = await asyncio.to_thread(get, f"{base}/metrics")
    assert status == 200
    assert 'dezhurny_inbox_parked{municipality="okrug"} 0.0' in body.splitlines()
    assert await house.stop() == 0
