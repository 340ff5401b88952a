"""What the service manager hears: a word at the start and the end, signs of life while no loop is stuck."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.beats import Beats
from bot.clock import HeldClock
from bot.process import service
from bot.process.fleet import Fleet
from bot.process.sharing import Sharing
from storage.engine import connect
from storage.notifying import LEASES


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield heard


def words(heard: socket.socket) -> list[bytes]:
    found = []
    try:
        while True:
            found.append(heard.recv(100))
    except BlockingIOError:
        return found


def test_a_word_reaches_the_manager_and_without_one_nothing_happens(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.tell(service.READY)
    monkeypatch.setenv("NOTIFY_SOCKET", os.environ["NOTIFY_SOCKET"] + ".gone")
    service.tell(service.READY)
    monkeypatch.delenv("NOTIFY_SOCKET")
    service.tell(service.READY)
    assert words(manager) == [b"READY=1"]


async def test_signs_of_life_stop_while_a_loop_is_stuck(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "2000")
    clock = HeldClock(datetime(2026, 1, 12, tzinfo=UTC))
    fleet = Fleet([], beats=Beats(clock))
    fleet.beats.expect("clock")
    signs = asyncio.create_task(service.give_signs(fleet.is_stuck))

    async def heard() -> bytes:
        return await asyncio.get_running_loop().sock_recv(manager, 100)

    assert await heard() == b"WATCHDOG=1"
    await clock.sleep(301)
    words(manager)
    for _ in range(50):
        await asyncio.sleep(0.001)
    assert words(manager) == []
    fleet.beats.turned("clock")
    assert await heard() == b"WATCHDOG=1"
    signs.cancel()
    await asyncio.gather(signs, return_exceptions=True)


@pytest.mark.parametrize(
    ("granted", "process", "seconds"),
    [("", "", None), ("0", "", None), ("many", "", None), ("30000000", "", 30.0), ("30000000", "1", None)],
)
def test_who_is_not_asked_for_signs_gives_none(
    monkeypatch: pytest.MonkeyPatch, granted: str, process: str, seconds: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", granted)
    monkeypatch.setenv("WATCHDOG_PID", process)
    assert service.watchdog_seconds() == seconds


@pytest.mark.parametrize("turns", range(5))
async def test_leases_are_looked_at_no_longer_once_told_to_end_whenever_that_is(turns: int) -> None:
    """Also where it meets another process's word that leases changed hands, as at each stop."""
    engine = connect("sqlite:///:memory:")
    sharing = Sharing.of(engine, [], Fleet([]))
    looking = asyncio.create_task(sharing.run())
    for _ in range(3):
        await asyncio.sleep(0)
    sharing._heard(LEASES)
    for _ in range(turns):
        await asyncio.sleep(0)
    looking.cancel()
    await asyncio.wait([looking], timeout=5)
    assert looking.cancelled()
    await engine.dispose()
