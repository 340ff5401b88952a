"""What never left the machine is told apart from what may have arrived, whatever stands between it and Telegram."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.messenger import Address, Later, Screen, Sent, Unknown
from bot.messenger_side import NotNow
from bot.telegram.messenger import Telegram
from bot.telegram.wire import Limits
from tests.doors.proxies import GARBAGE, WANTS_A_PASSWORD, Socks, says
from tests.doors.sorting_room import TOKEN, Room, a_room
from tests.patience import PATIENT

HELLO = Screen("Здравствуйте")


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path) as room:
        yield room


def nobody_listens_at() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def ends(room: Room, proxy: str | None, api_url: str | None = None) -> tuple[object, object, object]:
    """How a send, an edit and a question end behind the proxy."""
    telegram = Telegram(TOKEN, api_url or room.server.url, proxy, Limits(connect=PATIENT, call=PATIENT))
    try:
        sent = await telegram.send(room.group.id, HELLO)
        edited = await telegram.edit(Address(room.group.id, 1), HELLO)
        return sent, edited, await telegram.identity()
    finally:
        await telegram.close()


def never_left(outcomes: tuple[object, object, object]) -> bool:
    sent, edited, asked = outcomes
    return (
        isinstance(sent, Later)
        and isinstance(edited, Later)
        and (sent.left, edited.left, type(asked)) == (False, False, NotNow)
        and TOKEN not in repr(outcomes)
    )


@pytest.mark.parametrize("scheme", ["socks5", "socks4", "http"])
async def test_behind_a_dead_proxy_nothing_has_left(room: Room, scheme: str) -> None:
    assert never_left(await ends(room, f"{scheme}://127.0.0.1:{nobody_listens_at()}"))


@pytest.mark.parametrize("answer", [b"", GARBAGE, WANTS_A_PASSWORD])
@pytest.mark.parametrize(("scheme", "target"), [("socks5", "http"), ("socks4", "http"), ("http", "https")])
async def test_behind_a_proxy_that_talks_nonsense_nothing_has_left(
    room: Room, scheme: str, target: str, answer: bytes
) -> None:
    async with says(answer) as port:
        api_url = f"{target}://127.0.0.1:{room.server.port}"
        assert never_left(await ends(room, f"{scheme}://127.0.0.1:{port}", api_url))


async def test_a_proxy_that_wants_a_password_lets_nothing_through_to_a_plain_address_either(room: Room) -> None:
    async with says(WANTS_A_PASSWORD) as port:
        assert never_left(await ends(room, f"http://127.0.0.1:{port}"))


@pytest.mark.parametrize("address", ["http://nobody.invalid", "https://127.0.0.1:{}", "http://127.0.0.1:{}"])
async def test_without_a_connection_nothing_has_left(room: Room, address: str) -> None:
    """No such name; no TLS there (a plain server answers); nobody listens."""
    port = room.server.port if address.startswith("https") else nobody_listens_at()
    assert never_left(await ends(room, None, address.format(port)))


async def test_what_broke_off_after_the_request_had_left_may_have_arrived(room: Room) -> None:
    """The same exceptions' kinds as before a connection, an ocean apart in meaning."""
    async with says(b"") as port:
        sent, edited, _ = await ends(room, None, f"http://127.0.0.1:{port}")
    assert isinstance(sent, Unknown)
    assert isinstance(edited, Later)
    assert edited.left


async def test_through_a_proxy_that_works_it_arrives(room: Room) -> None:
    socks = Socks()
    await socks.start()
    telegram = Telegram(TOKEN, room.server.url, socks.url)
    assert isinstance(await telegram.send(room.group.id, HELLO), Sent)
    assert room.texts() == ["Здравствуйте"]
    await telegram.close()
    await socks.stop()
