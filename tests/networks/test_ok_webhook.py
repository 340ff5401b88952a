"""The webhook of Одноклассники: kept before it is answered, a wrong secret is a page that is not there."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from networks import hooks as keeping
from networks.hooks import NotAnEventError, WrongSecretError
from networks.ok import WEBHOOK_PATH, read_webhook, webhook_handler, webhook_url
from networks.port import RawEvent
from sandbox.ok import server as ok_server
from tests.networks.stands import OkStand, found
from tests.patience import PATIENT

SECRET = "0123456789abcdef-secret"


def body(mid: str = "mid:C3ec.15ce") -> bytes:
    message = {"text": "Нет воды", "mid": mid}
    event = {"sender": {"user_id": "user:1"}, "recipient": {"chat_id": "chat:C3ec"}, "message": message, "timestamp": 1}
    return json.dumps(event).encode()


@dataclass
class House:
    """Our side: a port with the handler, and what it kept."""

    stand: OkStand
    url: str = ""
    kept: list[RawEvent] = field(default_factory=list)
    breaks: bool = False
    slow: asyncio.Event | None = None

    async def keep(self, event: RawEvent) -> None:
        if self.breaks:
            raise OSError("тайна диска")
        if self.slow is not None:
            await self.slow.wait()
        self.kept.append(event)

    async def send(self, content: bytes, secret: str = SECRET) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url + WEBHOOK_PATH.format(secret=secret), data=io.BytesIO(content)) as answer,
        ):
            return answer.status, await answer.text()


@pytest.fixture(autouse=True)
def nobody_hurries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "SECONDS_TO_KEEP", PATIENT)
    monkeypatch.setattr(ok_server, "WEBHOOK_SECONDS", PATIENT)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    here = House(OkStand())
    app = web.Application()
    app.router.add_post(WEBHOOK_PATH, webhook_handler(SECRET, here.keep))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    await here.stand.server.start()
    yield here
    await runner.cleanup()
    await here.stand.close()


async def test_a_message_is_kept_and_then_answered(house: House) -> None:
    assert await house.send(body()) == (200, "ok")
    assert [event.key for event in house.kept] == ["message:C3ec.15ce"]


async def test_a_repeat_has_the_same_key(house: House) -> None:
    await house.send(body())
    await house.send(body())
    assert len(set(house.kept)) == 1
    assert len(house.kept) == 2


async def test_what_could_not_be_kept_is_asked_for_again(house: House) -> None:
    house.breaks = True
    assert await house.send(body()) == (503, "not kept, try again")


async def test_keeping_that_takes_too_long_is_answered_in_time_and_not_broken_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SECONDS_TO_KEEP", 0.05)
    house.slow = asyncio.Event()
    status, _ = await house.send(body())
    early = list(house.kept)
    house.slow.set()
    house.slow = None
    monkeypatch.setattr(keeping, "SECONDS_TO_KEEP", PATIENT)
    assert await house.send(body("mid:C3ec.15cf")) == (200, "ok")
    assert (status, early, {event.key for event in house.kept}) == (503, [], {"message:C3ec.15ce", "message:C3ec.15cf"})


@pytest.mark.parametrize("secret", ["x", SECRET + "x", SECRET[:-1], "%20", "тайна"])
async def test_a_wrong_secret_finds_nothing(house: House, secret: str) -> None:
    assert await house.send(body(), secret) == (404, "not found")
    assert house.kept == []


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"a":"' + b"x" * 10_000_000 + b'"}']
)
async def test_a_body_that_is_no_event_is_refused_in_words(house: House, content: bytes) -> None:
    try:
        answer = await house.send(content)
    except aiohttp.ClientError:  # the server stopped reading and closed
        answer = (400, "not an event")
    assert (answer, house.kept) == ((400, "not an event"), [])


@pytest.mark.parametrize("content", [b"{}", b'{"webhookType": "SOMETHING_NEW"}', b'{"chat_control": {"title": "x"}}'])
async def test_events_of_other_kinds_are_answered_and_not_kept(house: House, content: bytes) -> None:
    assert (await house.send(content), house.kept) == ((200, "ok"), [])


def test_reading_a_webhook_needs_the_secret() -> None:
    for given, wanted in (("", ""), ("a", ""), ("", SECRET), ("a", SECRET)):
        with pytest.raises(WrongSecretError):
            read_webhook(body(), given, wanted)
    with pytest.raises(NotAnEventError):
        read_webhook(b"x", SECRET, SECRET)


@pytest.mark.parametrize(
    "secret", ["", "short", "with/slash/and/more", "with space and more", "длинная-тайна-по-русски"]
)
def test_a_secret_that_can_be_guessed_or_broken_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="OK_WEBHOOK_SECRET") as caught:
        webhook_url("https://bot.example.org/", secret)
    assert not secret or secret not in str(caught.value)


async def test_ok_brings_messages_here_and_the_reading_gives_them_no_second_time(house: House) -> None:
    stand, address = house.stand, webhook_url(house.url + "/", SECRET)
    network = stand.network(webhook_url=address)
    levels = [finding.level for finding in await network.check()]
    start = (await network.poll(None)).position
    stand.writes("Нет света")
    house.breaks = True
    refused = await stand.server.deliver()
    house.breaks = False
    delivered = await stand.server.deliver()
    polled = await network.poll(start)
    assert (refused, delivered, levels) == ([503], [200], ["ok", "warning", "ok", "warning"])
    assert [event.key for event in house.kept] == [event.key for event in polled.items]
    assert [(m.text, m.ref) for m in found(network, house.kept)] == [(m.text, m.ref) for m in found(network, polled)]
    assert SECRET not in f"{network!r} {stand.access(webhook_url=address)!r} {polled.position}"


async def test_a_dropped_subscription_is_renewed(house: House) -> None:
    stand, address = house.stand, webhook_url(house.url, SECRET)
    network = stand.network(webhook_url=address)
    start = (await network.poll(None)).position
    once = [call.method for call in stand.ok.calls].count("POST me/subscribe")
    stand.town.subscriptions.clear()
    await network.poll(start)
    again = await network.poll(start)
    assert (once, list(stand.town.subscriptions), again.items) == (1, [address], ())
    assert [call.method for call in stand.ok.calls].count("POST me/subscribe") == 2
