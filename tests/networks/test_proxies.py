"""The way to a network through a proxy: it arrives, and behind a proxy that does not carry nothing has left."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from networks.feeds import LoopClock
from networks.ok import wire as ok
from networks.vk import wire as vk
from tests.doors.proxies import GARBAGE, WANTS_A_PASSWORD, Socks, says

BODY = b'{"response": 1}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 15\r\n\r\n" + BODY


@pytest.fixture
async def site() -> AsyncIterator[str]:
    async with says(ANSWER) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def socks() -> AsyncIterator[Socks]:
    proxy = Socks()
    await proxy.start()
    yield proxy
    await proxy.stop()


async def asked(network: str, api_url: str | None, proxy: str) -> object:
    """How one call ends."""
    if network == "vk":
        limits = vk.VkLimits(connect=2.0, read=2.0, call=5.0)
        lane = vk.Lane("secret", limits, api_url, True, vk.Turnstile(0.0, LoopClock()), proxy)
        try:
            return await lane.call("groups.getById")
        finally:
            lane.close()
    line = ok.Wire(ok.OkLimits(connect=2.0, call=5.0), api_url, proxy)
    try:
        return await line.send("GET", "/graph/me")
    finally:
        await line.close()


@pytest.mark.parametrize("network", ["vk", "ok"])
@pytest.mark.parametrize("names", ["socks5", "socks5h"])
async def test_through_a_proxy_that_works_it_arrives(network: str, names: str, site: str, socks: Socks) -> None:
    if names == "socks5h":
        site = site.replace("127.0.0.1", "a-name-only-the-proxy-knows.invalid")
    ended = await asked(network, site, socks.url)
    assert isinstance(ended, vk.Answered | ok.Answered), ended
    assert socks.begun == 1


@pytest.mark.parametrize("network", ["vk", "ok"])
@pytest.mark.parametrize("scheme", ["http", "socks5", "socks4"])
async def test_behind_a_dead_proxy_nothing_has_left(network: str, scheme: str, site: str) -> None:
    ended = await asked(network, site, f"{scheme}://127.0.0.1:9")
    assert isinstance(ended, vk.Unanswered | ok.Unanswered)
    assert not ended.sent
    assert "secret" not in ended.detail


@pytest.mark.parametrize("network", ["vk", "ok"])
@pytest.mark.parametrize(
    ("scheme", "answer", "certain"),
    [
        ("http", WANTS_A_PASSWORD, True),
        ("socks5", WANTS_A_PASSWORD, True),
        ("socks5", GARBAGE, True),
        ("http", GARBAGE, False),  # the libraries do not say who talked nonsense: in doubt, so it is looked up
    ],
)
async def test_a_proxy_that_does_not_open_the_way_lets_nothing_through(
    network: str, scheme: str, answer: bytes, certain: bool
) -> None:
    async with says(answer) as port:
        ended = await asked(network, None, f"{scheme}://127.0.0.1:{port}")
    assert isinstance(ended, vk.Unanswered | ok.Unanswered)
    assert ended.sent is not certain
