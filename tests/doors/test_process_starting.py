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

from bot.cli.bots import Configured
from bot.cli.mistake import Mistake
from bot.cli.run import _run as starting
from bot.demo.cast import BOT_TOKEN
from bot.process.app import SECOND_COPY
from config.settings import read_settings
from config.yamlfile import BrokenConfiguration
from tests.doors.process_house import House, a_house
from tests.patience import PATIENT, PROCESS

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path) as house:
        yield house


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=PATIENT) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


async def health_and_metrics_are_served(house: House) -> None:
    """On this machine."""
    base = f"http://127.0.0.1:{house.web_port}"
    status, body = await asyncio.to_thread(get, f"{base}/healthz")
    assert (status, json.loads(body)) == (200, {"status": "ok", "silent": [], "troubles": {}})
    status, body = await asyncio.to_thread(get, f"{base}/metrics")
    assert status == 200
    assert 'dezhurny_inbox_parked{municipality="okrug"} 0.0' in body.splitlines()


async def does_not_start(house: House, patched: pytest.MonkeyPatch, **changed: str | None) -> str:
    """Why a start does not come about; asked of the command itself, for a process takes seconds to load."""
    for name, value in house.environment(changed).items():
        patched.setenv(name, value)
    for name in (name for name, value in changed.items() if value is None):
        patched.delenv(name, raising=False)
    settings = read_settings()
    with pytest.raises(Mistake) as refused:
        await starting(Configured(house.folder), settings, settings.database(house.folder), None)
    return str(refused.value)


async def test_without_a_token_one_line_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    said = await does_not_start(house, monkeypatch, BOT_TOKEN=None)
    assert said == "okrug/.env: нет BOT_TOKEN; получите его у @BotFather"


async def test_a_refused_token_is_said_in_one_line_without_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    said = await does_not_start(house, monkeypatch, BOT_TOKEN="700002:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert said == "okrug/.env: Telegram не принимает BOT_TOKEN; возьмите новый у @BotFather и впишите в .env"


@pytest.mark.parametrize(
    "address",
    ["gopher://proxy:1", "proxy:1080", "socks5://proxy", "socks5://proxy:99999", "http://[bad:1", "http://:8"],
)
def test_a_proxy_that_is_none_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("TELEGRAM_PROXY", address)
    with pytest.raises(BrokenConfiguration) as broken:
        read_settings()
    assert str(broken.value) == "окружение: TELEGRAM_PROXY: нужен адрес вида http://узел:порт или socks5://узел:порт"


async def test_beside_a_running_bot_a_second_start_is_refused_and_a_second_copy_told_apart(
    house: House, tmp_path: Path
) -> None:
    """On the same database it ends with one line and exit code 2; on another, with the same token, both say what they see.
    Meanwhile the first serves its health and its figures."""
    await house.start()
    process = await house.launch_from_nothing()
    code = await asyncio.wait_for(process.wait(), PROCESS)
    lines = house.said().splitlines()
    assert (code, len(lines)) == (2, 1)
    assert "бот уже запущен на этой базе" in lines[0]
    await health_and_metrics_are_served(house)
    second = await house.launch(DATABASE_URL=f"sqlite:///{tmp_path / 'other.db'}", WEB_PORT="0")
    try:
        await house.until("слова о второй копии", lambda: SECOND_COPY in house.everything_said() or None)
    finally:
        second.terminate()
        await second.wait()
    assert await house.stop() == 0


@pytest.mark.parametrize(
    ("variable", "address", "hint"),
    [
        ("TELEGRAM_API_URL", "http://127.0.0.1:{}", "если он закрыт, задайте TELEGRAM_PROXY"),
        ("TELEGRAM_PROXY", "socks5://127.0.0.1:{}", "проверьте TELEGRAM_PROXY"),
    ],
)
async def test_a_silent_telegram_is_waited_for(house: House, variable: str, address: str, hint: str) -> None:
    nobody = socket.socket()
    nobody.bind(("127.0.0.1", 0))
    process = await house.launch(**{variable: address.format(nobody.getsockname()[1])})
    try:
        await house.until("ожидание", lambda: f"Telegram не отвечает, жду; {hint}" in house.said() or None)
        assert process.returncode is None
        assert (BOT_TOKEN in house.said(), "Traceback" in house.said()) == (False, False)
    finally:
        nobody.close()
        process.terminate()
        await process.wait()
