"""The sandbox's MAX refuses an adapter that is wrong in one thing: what the adapter relies on is really checked there.

Each mutation changes one request on its way out; the same act without it succeeds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.max.messenger import Max
from bot.max.wire import RawAnswer, Wire
from bot.messenger import Address, Button, OutFile, Screen, Sent
from sandbox.max import Chat, Message, User
from tests.max_patience import MaxPatience
from tests.sandbox.max_town import TOKEN, Office, an_office

Request = tuple[str, str, dict[str, Any], dict[str, Any] | None]
Mutation = Callable[[Request], Request]
KEYS = ((Button("Принять", data="accept:1"), Button("Открыть", url="https://vk.com/wall-1_2")),)


class Wrong(Wire):
    """Makes the next calls of the method and path wrong."""

    mutation: Mutation | None = None

    async def call(
        self, method: str, path: str, params: Any = None, body: Any = None, seconds: Any = None
    ) -> RawAnswer:
        request = (method, path, dict(params or {}), body)
        if self.mutation is not None:
            method, path, params, body = self.mutation(request)
        return await super().call(method, path, params, body, seconds)


@dataclass
class Scene:
    office: Office
    max: Max
    wire: Wrong
    group: Chat
    boris: User
    card: Message

    @property
    def address(self) -> Address:
        return Address(self.group.id, self.card.id)

    async def sends(self) -> bool:
        return isinstance(await self.max.send(self.group.id, Screen("№ 1", KEYS), self.address), Sent)

    async def replies(self) -> bool:
        """Words that cannot be a reply go without."""
        return await self.sends() and self.office.world.messages(self.group)[-1].reply_to is self.card

    async def writes_privately(self) -> bool:
        return isinstance(await self.max.send(self.boris.id, Screen("№ 1")), Sent)

    async def edits(self) -> bool:
        done = isinstance(await self.max.edit(self.address, Screen("№ 1 закрыто")), Sent)
        return done and self.card.text == "№ 1 закрыто" and self.card.buttons == []

    async def answers(self) -> bool:
        press = self.office.world.press(self.boris, self.card, "Принять")
        await self.max.answer_press(press.id, "Принято")
        return press.toast == "Принято"

    async def pins(self) -> bool:
        return isinstance(await self.max.pin(self.address), Sent)

    async def sends_two_pictures(self) -> bool:
        files = tuple(OutFile("photo", f"{n}.jpg", Path(), data=bytes([n])) for n in range(2))
        return isinstance(await self.max.send_files(self.group.id, files), Sent)

    async def sets_the_menu(self) -> bool:
        from bot.messenger_side import Menu

        return await self.max.set_menus([Menu((("help", "что умеет бот"),))]) == ()


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with an_office() as office:
        side = Max(TOKEN, office.server.url, limits=MaxPatience(office.world.faults))
        wire = Wrong(TOKEN, office.server.url, None, MaxPatience(office.world.faults))
        side._wire = side._uploads._wire = wire
        await side.identity()
        office.world.start(office.boris, office.bot)
        sent = await side.send(office.group.id, Screen("№ 1", KEYS))
        assert isinstance(sent, Sent)
        card = next(m for m in office.world.messages(office.group) if m.id == sent.addresses[0].message)
        yield Scene(office, side, wire, office.group, office.boris, card)
        await side.close()
        await wire.close()


def in_body(**changes: Any) -> Mutation:
    def mutate(request: Request) -> Request:
        method, path, params, body = request
        return method, path, params, {**(body or {}), **changes}

    return mutate


def in_query(**changes: Any) -> Mutation:
    def mutate(request: Request) -> Request:
        method, path, params, body = request
        return method, path, {key: value for key, value in {**params, **changes}.items() if value is not None}, body

    return mutate


def with_wrong_mid(request: Request) -> Request:
    method, path, params, body = request
    if body and body.get("link"):
        body = {**body, "link": {**body["link"], "mid": "mid." + "0" * 32}}
    if "message_id" in params:
        params = {**params, "message_id": "mid." + "0" * 32}
    if body and "message_id" in body:
        body = {**body, "message_id": "mid." + "0" * 32}
    return method, path, params, body


def with_buttons(*rows: list[dict[str, Any]]) -> Mutation:
    return in_body(attachments=[{"type": "inline_keyboard", "payload": {"buttons": list(rows)}}])


def key(**more: Any) -> dict[str, Any]:
    return {"type": "callback", "text": "Да", "payload": "yes", **more}


def with_every_picture_a_file(request: Request) -> Request:
    method, path, params, body = request
    if path == "/messages" and body:
        body = {**body, "attachments": [{**one, "type": "file"} for one in body["attachments"]]}
    return method, path, params, body


MUTATIONS: dict[str, tuple[Callable[[Scene], Awaitable[bool]], Mutation]] = {
    "an empty answer to a press": (Scene.answers, in_body(notification=None)),
    "an answer to no press": (Scene.answers, in_query(callback_id="")),
    "an edit that says nothing of the buttons": (Scene.edits, in_body(attachments=None)),
    "an edit of a wrong mid": (Scene.edits, with_wrong_mid),
    "a reply to a wrong mid": (Scene.replies, with_wrong_mid),
    "a pin of a wrong mid": (Scene.pins, with_wrong_mid),
    "a text too long": (Scene.sends, in_body(text="я" * 4001)),
    "nothing to say": (Scene.sends, in_body(text=None, attachments=[])),
    "eight buttons in a row": (Scene.sends, with_buttons([key()] * 8)),
    "four buttons in a row with a link": (
        Scene.sends,
        with_buttons([{"type": "link", "text": "Открыть", "url": "https://vk.com"}, *[key()] * 3]),
    ),
    "a payload too long": (Scene.sends, with_buttons([key(payload="x" * 1025)])),
    "a caption too long": (Scene.sends, with_buttons([key(text="x" * 129)])),
    "a format nobody knows": (Scene.sends, in_body(format="latex")),
    "a group addressed as a person": (Scene.sends, lambda r: in_query(user_id=r[2].pop("chat_id", 1))(r)),
    "a dialog addressed as a chat": (Scene.writes_privately, lambda r: in_query(chat_id=r[2].pop("user_id", 1))(r)),
    "two documents in one message": (Scene.sends_two_pictures, with_every_picture_a_file),
    "a command without a name": (Scene.sets_the_menu, in_body(commands=[{"description": "x"}])),
}


@pytest.mark.parametrize("name", MUTATIONS)
async def test_an_adapter_wrong_in_one_thing_is_refused(scene: Scene, name: str) -> None:
    act, mutation = MUTATIONS[name]
    scene.wire.mutation = mutation
    assert not await act(scene)


@pytest.mark.parametrize("act", sorted({act for act, _ in MUTATIONS.values()}, key=str))
async def test_the_same_act_succeeds_as_it_is(scene: Scene, act: Callable[[Scene], Awaitable[bool]]) -> None:
    assert await act(scene)
