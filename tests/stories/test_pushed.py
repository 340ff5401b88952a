"""Telegram pushes what people write to our address: nothing is acknowledged before it is kept, nothing is done twice, and
nobody without the secret is heard."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.board.web import application
from bot.cli.connecting import doors_of, messenger_hook
from bot.telegram.updates import HOOK_HEADER
from config.settings import Secrets, Settings
from networks import hooks
from networks.ok import WEBHOOK_PATH, webhook_handler
from networks.port import RawEvent
from sandbox.telegram.pushing import Pusher
from storage.failures import StorageError
from storage.transaction import Transaction
from tests.patience import PATIENT
from tests.stories.building import a_town, everybody_in
from tests.stories.town import Town

SECRET = "secret_of_the_office-2026"
FRONT = "https://dezhurny.example"
ADDRESS = f"{FRONT}/hooks/okrug/webhook/telegram"


class Pushed:
    """A town whose messenger pushes; between the two a proxy."""

    def __init__(self, town: Town, server: TestServer) -> None:
        self.town = town
        self.url = str(server.make_url("/hooks/okrug/webhook/telegram"))
        self.account = town.players.town.telegram.account(town.players.bot)
        self.pusher = Pusher(town.players.town.telegram, {FRONT: [str(server.make_url("")).rstrip("/")]})

    def bot_hook(self) -> tuple[str, str]:
        return self.account.webhook.get("url", ""), self.account.webhook_secret

    async def settle(self) -> list[int]:
        """Everything that waits in Telegram is pushed once, and the bot comes to rest; the statuses."""
        found = await self.pusher.push()
        await self.town.settles()
        return found

    async def post(self, body: bytes, **headers: str) -> int:
        async with aiohttp.ClientSession() as session, session.post(self.url, data=body, headers=headers) as answer:
            return answer.status


@pytest.fixture
async def pushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pushed]:
    monkeypatch.setattr(hooks, "SECONDS_TO_KEEP", PATIENT)
    async with a_town(tmp_path, "kursky", networks="  messenger_mode: webhook\n", hook_secret=SECRET) as town:
        await everybody_in(town)
        secrets, settings = Secrets(messenger_webhook_secret=SecretStr(SECRET)), Settings(public_url=FRONT)
        bot, municipality = town.bot, town.bot.offices.municipality
        bot.pushed_to = messenger_hook(municipality, secrets, settings)
        bot.doors = doors_of(municipality, secrets, {}, bot.keep, bot.messenger)
        async with TestServer(application([bot])) as server:
            await town.settles()
            yield Pushed(town, server)


async def test_what_is_pushed_is_done_once_though_the_answer_got_lost(pushed: Pushed):
    assert pushed.bot_hook() == (ADDRESS, SECRET)
    telegram, curator = pushed.town.players.town.telegram, pushed.town.players.people["curator"]
    telegram.write(curator, pushed.town.players.bot, "/open")
    waiting = list(pushed.account.queue)
    assert await pushed.settle() == [200]
    pushed.account.queue.extend(waiting)  # the 200 did not arrive
    assert await pushed.settle() == [200]
    assert len(pushed.account.queue) == 0
    assert [m.text for m in pushed.town.curator.private].count("Открытых сообщений нет.") == 1


async def test_nothing_is_acknowledged_that_was_not_kept(pushed: Pushed, monkeypatch: pytest.MonkeyPatch):
    telegram, curator = pushed.town.players.town.telegram, pushed.town.players.people["curator"]
    telegram.write(curator, pushed.town.players.bot, "/open")

    def full(tx: Transaction) -> None:
        raise StorageError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(Transaction, "inbox", property(full))
        assert await pushed.pusher.push() == [503]
    assert len(pushed.account.queue) == 1
    assert await pushed.settle() == [200]
    pushed.town.curator.sees("Открытых сообщений нет")


async def test_nobody_without_the_secret_is_heard(pushed: Pushed):
    before = await pushed.town.everything_kept()
    update = b'{"update_id": 1, "message": {"text": "/open"}}'
    assert [await pushed.post(update), await pushed.post(update, **{HOOK_HEADER: SECRET + "x"})] == [403, 403]
    assert await pushed.town.everything_kept() == before


async def test_what_cannot_be_read_is_put_aside_and_the_rest_goes_on(pushed: Pushed):
    assert await pushed.post(b"no json at all", **{HOOK_HEADER: SECRET}) == 200
    telegram, curator = pushed.town.players.town.telegram, pushed.town.players.people["curator"]
    telegram.write(curator, pushed.town.players.bot, "/open")
    assert await pushed.settle() == [200]
    pushed.town.curator.sees("Открытых сообщений нет")
    async with pushed.town.books.write("okrug") as tx:
        assert [(one.source, one.raw) for one in await tx.inbox.parked()] == [("messenger", '"no json at all"')]


async def test_back_to_reading_the_address_is_taken_off_and_nothing_is_lost(pushed: Pushed):
    telegram, curator = pushed.town.players.town.telegram, pushed.town.players.people["curator"]
    telegram.write(curator, pushed.town.players.bot, "/open")
    pushed.town.bot.pushed_to = None
    await pushed.town.settles()
    assert await pushed.town.bot.messenger.stop_pushing()
    assert pushed.bot_hook() == ("", "")
    await pushed.town.settles()
    pushed.town.curator.sees("Открытых сообщений нет")


async def test_a_door_with_its_secret_in_the_path_is_found_by_whatever_is_said_there(pushed: Pushed):
    kept: list[str] = []

    async def keep(event: RawEvent) -> None:
        kept.append(event.key)

    pushed.town.bot.doors = [("/hooks/okrug" + WEBHOOK_PATH, webhook_handler(SECRET, keep))]
    event = {
        "sender": {"user_id": "user:1"},
        "recipient": {"chat_id": "chat:C1"},
        "message": {"text": "Нет воды", "mid": "mid:1"},
    }
    pushed.url = pushed.url.replace("telegram", "ok/")
    here = pushed.url
    found = []
    for last in (SECRET, "another", f"{SECRET}/more", ""):
        pushed.url = here + last
        found.append(await pushed.post(json.dumps({**event, "timestamp": 1}).encode()))
    assert found == [200, 404, 404, 404]
    assert len(kept) == 1
