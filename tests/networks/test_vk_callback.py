"""The Callback API: nothing is answered «ok» before it is kept, and nobody but VK is listened to."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from networks import hooks as module
from networks.hooks import NotAnEventError, WrongSecretError
from networks.port import RawEvent
from networks.vk import CallbackAccess, callback_handler, callback_path
from networks.vk.callback import Confirmation, read_callback
from networks.vk.reading import read_event
from tests.patience import PATIENT

SAMPLES = Path(__file__).parents[1] / "samples" / "vk"
SECRET = "SecretWord2026"
ACCESS = CallbackAccess(1001, "a1b2c3d4", SECRET)


def body(name: str, **changes: object) -> bytes:
    return json.dumps(json.loads((SAMPLES / f"callback_{name}.json").read_text()) | changes).encode()


def test_an_event_is_kept_without_the_secret() -> None:
    event = read_callback(body("wall_reply_new"), SECRET, 1001)
    assert isinstance(event, RawEvent)
    assert event.key == json.loads(body("wall_reply_new"))["event_id"]
    assert SECRET not in event.raw
    found = read_event(event.raw, 1001, "Администрация")
    assert found is not None
    assert (found.ref, found.text) == ("wall-1001_5?reply=12", "Нет воды")


def test_confirmation_and_types_nobody_reads() -> None:
    assert read_callback(body("confirmation"), SECRET, 1001) == Confirmation()
    assert read_callback(body("confirmation", secret=SECRET), SECRET, 1001) == Confirmation()
    assert read_callback(body("group_join"), SECRET, 1001) is None
    assert read_callback(body("group_join", type="a_type_of_tomorrow"), SECRET, 1001) is None


@pytest.mark.parametrize("given", ["", "SecretWord2025", "\ud800", None, 7, [SECRET]])
def test_a_wrong_secret_is_refused(given: object) -> None:
    with pytest.raises(WrongSecretError):
        read_callback(body("wall_reply_new", secret=given), SECRET, 1001)


def test_a_confirmation_with_a_wrong_secret_is_refused() -> None:
    with pytest.raises(WrongSecretError):
        read_callback(body("confirmation", secret="SecretWord2025"), SECRET, 1001)


@pytest.mark.parametrize("secret", ["", "short"])
def test_without_a_secret_nobody_is_believed(secret: str) -> None:
    with pytest.raises(WrongSecretError):
        read_callback(body("wall_reply_new", secret=secret), secret, 1001)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"7", b"{}", b'{"type": 1}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_event_is_refused(text: bytes) -> None:
    with pytest.raises(NotAnEventError):
        read_callback(text, SECRET, 1001)


def test_another_community_s_event_is_refused() -> None:
    with pytest.raises(NotAnEventError):
        read_callback(body("wall_reply_new", group_id=77), SECRET, 1001)
    with pytest.raises(NotAnEventError):
        read_callback(body("confirmation", group_id=77), SECRET, 1001)


# --- over HTTP


@dataclass
class Door:
    """The handler behind a server; `keep` and `learn` do what the test says."""

    kept: list[RawEvent] = field(default_factory=list)
    how: Callable[[], Awaitable[None]] | None = None
    learn: Callable[[RawEvent], Awaitable[RawEvent]] | None = None
    server: TestServer | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep(self, event: RawEvent) -> None:
        if self.how is not None:
            await self.how()
        self.kept.append(event)
        self.done.set()

    async def post(self, what: bytes) -> tuple[int, str]:
        if self.server is None:
            app = web.Application()
            app.router.add_post(callback_path(1001), callback_handler(ACCESS, self.keep, self.learn))
            self.server = TestServer(app)
            await self.server.start_server()
        async with aiohttp.ClientSession() as client:
            answer = await client.post(self.server.make_url("/webhook/vk/1001"), data=io.BytesIO(what))
            return answer.status, await answer.text()


@pytest.fixture(autouse=True)
def nobody_hurries(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("SECONDS_TO_KEEP", "SECONDS_TO_LEARN"):
        monkeypatch.setattr(module, limit, PATIENT)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    here = Door()
    yield here
    if here.server is not None:
        await here.server.close()


async def test_ok_comes_after_keeping(door: Door) -> None:
    assert await door.post(body("wall_reply_new")) == (200, "ok")
    assert await door.post(body("wall_reply_new")) == (200, "ok")
    assert len(door.kept) == 2
    assert len({event.key for event in door.kept}) == 1


async def test_the_confirmation_word_is_said(door: Door) -> None:
    assert await door.post(body("confirmation")) == (200, "a1b2c3d4")
    assert door.kept == []


async def test_what_could_not_be_kept_is_to_come_again(door: Door) -> None:
    async def fails() -> None:
        raise OSError("disk full")

    door.how = fails
    assert await door.post(body("wall_reply_new")) == (503, "not kept, try again")
    door.how = None
    assert await door.post(body("wall_reply_new")) == (200, "ok")
    assert len(door.kept) == 1


async def test_slow_keeping_is_not_broken_off(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS_TO_KEEP", 0.05)
    may_go_on = asyncio.Event()

    async def slow() -> None:
        await may_go_on.wait()

    door.how = slow
    assert (await door.post(body("wall_reply_new")))[0] == 503
    may_go_on.set()
    await asyncio.wait_for(door.done.wait(), PATIENT)
    assert len(door.kept) == 1


async def test_strangers_and_nonsense_leave_nothing(door: Door) -> None:
    assert (await door.post(body("wall_reply_new", secret="guess")))[0] == 403
    assert (await door.post(b"not json"))[0] == 400
    assert (await door.post(body("wall_reply_new", junk="x" * 10_000_000)))[0] == 400
    assert await door.post(body("group_join")) == (200, "ok")
    assert door.kept == []


async def test_a_name_is_learnt_where_it_can_be(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    async def named(event: RawEvent) -> RawEvent:
        return RawEvent(event.key, event.raw.replace('"names": {}', '"names": {"555": "Житель Округа"}'))

    async def never(event: RawEvent) -> RawEvent:
        await asyncio.Event().wait()
        return event

    door.learn = named
    await door.post(body("wall_reply_new"))
    monkeypatch.setattr(module, "SECONDS_TO_LEARN", 0.05)
    other = Door(learn=never)
    assert (await other.post(body("wall_reply_new")))[0] == 200
    assert other.server is not None
    await other.server.close()
    names = [found.author_name for event in (*door.kept, *other.kept) if (found := read_event(event.raw, 1001, "м"))]
    assert names == ["Житель Округа", "Житель"]
