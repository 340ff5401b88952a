"""The sandbox speaks as the real MAX does: recorded payloads of the official client, and the official schema.

What was recorded with fields the sandbox never writes, or the other way round, stands in `OPTIONAL`, with its reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sandbox.max import MaxWorld, Message
from tests.max_schema import MISSING, PAYLOADS, is_there, official
from tests.sandbox.max_town import Office, an_office, button, kinds

pytestmark = pytest.mark.skipif(not is_there(), reason=MISSING)

Json = dict[str, Any]

#: Keys that may be there or not in an object, by the object's own place.
OPTIONAL = {
    "username": "people without one",
    "last_name": "people without one",
    "description": "where there is one",
    "avatar_url": "people without a picture",
    "full_avatar_url": "people without a picture",
    "attachments": "the recorded press shows its message without the keyboard it came from",
    "user_locale": "said in dialogs; the recorded edit leaves it out",
    "payload": "only with a deep link",
    "permissions": "administrators only",
    "pinned_message": "if something is pinned; only of a single chat",
    "participants": "of a single chat only",
    "link": "replies and forwards",
    "markup": "formatted text",
    "url": "messages of public chats",
    "commands": "a bot with a menu",
}


def shape(value: Any) -> Any:
    """The keys and types of a value; a list is what its first item is, an object of numbers is one of them."""
    if isinstance(value, dict):
        if value and all(key.lstrip("-").isdecimal() for key in value):
            return {"<number>": shape(next(iter(value.values())))}
        return {key: shape(one) for key, one in value.items() if key not in OPTIONAL}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def recorded(name: str) -> Json:
    return dict(json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8")))


ALL = sorted(path.stem for path in PAYLOADS.glob("*.json")) if PAYLOADS.is_dir() else []

COMPONENTS = {
    "botInfo.ok": "BotInfo",
    "chats_chat-path-result": "Chat",
    "chats_dialog-with-user": "Chat",
    "chats_get-admins": "ChatMembersList",
    "chats_get-chat-by-id": "Chat",
    "chats_get-chats": "ChatList",
    "chats_get-members": "ChatMembersList",
    "chats_get-membership": "ChatMember",
    "chats_get-pin-message": "GetPinnedMessageResult",
    "error.attachment.not.ready": "Error",
    "error.invalid-token": "Error",
}


@pytest.mark.parametrize("name", ALL)
def test_every_recorded_payload_fits_the_schema_as_it_is_read_here(name: str) -> None:
    component = COMPONENTS.get(name) or ("UpdateList" if name.startswith("update.") else "Update")
    assert official().faults(component, recorded(name)) == []


def test_all_of_them_are_told_of_here() -> None:
    updates = {name.partition(".")[2] for name in ALL if name.startswith(("update.", "webhook."))}
    assert updates == set(EVENTS)
    assert {name for name in ALL if not name.startswith(("update.", "webhook."))} == set(COMPONENTS)


# --- events, through the hands


def private(office: Office, text: str = "hi bot") -> Message:
    office.world.start(office.boris, office.bot)
    return office.world.write(office.boris, office.bot, text)


def added(office: Office) -> None:
    office.world.add_bot_to_group(office.bot, office.world.add_group("Ещё", owner=office.anna), by=office.anna)


def forwarded(office: Office) -> None:
    neighbours = office.world.add_group("Соседи", owner=office.boris)
    said = office.world.write(office.boris, neighbours, "Нет воды")
    office.world.join(office.anna, neighbours)
    office.world.forward(office.anna, said, to=office.group)


def in_dialog(act: Callable[[MaxWorld, Office], None]) -> Callable[[Office], None]:
    def done(office: Office) -> None:
        office.world.start(office.boris, office.bot)
        act(office.world, office)

    return done


EVENTS: dict[str, Callable[[Office], object]] = {
    "bot_added": added,
    "bot_removed": lambda o: o.world.remove_bot(o.bot, o.group, by=o.anna),
    "bot_started": lambda o: o.world.start(o.boris, o.bot),
    "bot_stopped": in_dialog(lambda world, o: world.stop(o.boris, o.bot)),
    "chat_title_changed": lambda o: o.world.rename_group(o.group, "Look at me", by=o.anna),
    "dialog_cleared": in_dialog(lambda world, o: world.clear_dialog(o.boris, o.bot)),
    "dialog_muted": in_dialog(lambda world, o: world.mute(o.boris, o.bot, world.now() + timedelta(hours=1))),
    "dialog_unmuted": in_dialog(lambda world, o: world.unmute(o.boris, o.bot)),
    "dialog_removed": in_dialog(lambda world, o: world.remove_dialog(o.boris, o.bot)),
    "message_callback": lambda o: None,
    "message_created": forwarded,
    "message_edited": lambda o: o.world.edit(o.boris, private(o), "hi, bot"),
    "message_removed": lambda o: o.world.delete(o.boris, private(o)),
    "user_added": lambda o: o.world.join(o.world.add_person("Новый"), o.group, by=o.anna),
    "user_removed": lambda o: o.world.kick(o.boris, o.group, by=o.anna),
}


@pytest.mark.parametrize("kind", EVENTS)
async def test_an_event_has_the_keys_and_types_of_the_recorded_one(kind: str) -> None:
    async with an_office() as office:
        EVENTS[kind](office)
        if kind == "message_callback":
            office.world.start(office.boris, office.bot)
            sent = await office.send("Hello", [button("Картинка", "picture")], user_id=office.boris.id)
            office.world.press(office.boris, office.found(sent), "Картинка")
        answer = await office.done("GET", "/updates", marker=office.marker)
        told = [one for one in answer["updates"] if one["update_type"] == kind]
        assert told != [], kinds(answer["updates"])
        listed = recorded(f"update.{kind}")
        assert shape(told[-1]) == shape(listed["updates"][0])
        assert shape(told[-1]) == shape(recorded(f"webhook.{kind}"))
        assert (set(answer), type(answer["marker"])) == (set(listed), type(listed["marker"]))


# --- answers


async def test_answers_have_the_keys_and_types_of_the_recorded_ones() -> None:
    async with an_office() as office:
        chat, admins = f"/chats/{office.group.id}", f"/chats/{office.group.id}/members/admins"
        office.world.start(office.boris, office.bot)
        said = office.world.write(office.boris, office.group, "hi")
        await office.done("PUT", f"{chat}/pin", {"message_id": said.mid})
        found = {
            "botInfo.ok": await office.done("GET", "/me"),
            "chats_get-chat-by-id": await office.done("GET", chat),
            "chats_chat-path-result": await office.done("GET", chat),
            "chats_dialog-with-user": await office.done(
                "GET", f"/chats/{office.world.private(office.boris, office.bot).id}"
            ),
            "chats_get-admins": await office.done("GET", admins),
            "chats_get-members": await office.done("GET", f"{chat}/members"),
            "chats_get-membership": await office.done("GET", f"{chat}/members/me"),
            "chats_get-pin-message": await office.done("GET", f"{chat}/pin"),
        }
        assert {name: shape(one) for name, one in found.items()} == {name: shape(recorded(name)) for name in found}
        pinned = shape(recorded("chats_get-pin-message")["message"])
        assert shape(found["chats_get-pin-message"]["message"]) == pinned
        assert shape(found["chats_chat-path-result"]["pinned_message"]) == pinned
        assert shape(recorded("chats_chat-path-result")["pinned_message"]) == pinned


async def test_errors_are_word_for_word() -> None:
    async with an_office() as office:
        status, answer = await office.call("GET", "/me", token=None)
        assert (status, answer) == (401, recorded("error.invalid-token"))
        office.world.uploads_settle_after = 1
        office.world.unsettled[office.world.keep_file("photo", b"x").file_id] = 1
        token = next(iter(office.world.files))
        body = {"text": "", "attachments": [{"type": "image", "payload": {"token": token}}]}
        status, answer = await office.call("POST", "/messages", body, chat_id=office.group.id)
        assert (status, answer) == (400, recorded("error.attachment.not.ready"))


# --- that the check can fail


@pytest.mark.parametrize(
    ("component", "value"),
    [
        ("Update", {"update_type": "message_created", "timestamp": 1}),
        ("Update", {"update_type": "message_read", "timestamp": 1}),
        ("Update", {"update_type": "bot_started", "timestamp": 1, "chat_id": 1, "user": {"user_id": 1}}),
        ("UpdateList", {"updates": []}),
        ("NewMessageBody", {"text": "я" * 4001}),
        ("NewMessageBody", {"attachments": [{"type": "image"}]}),
        ("NewMessageBody", {"attachments": [{"type": "inline_keyboard", "payload": {"buttons": []}}]}),
        (
            "NewMessageBody",
            {
                "attachments": [
                    {"type": "inline_keyboard", "payload": {"buttons": [[{"type": "callback", "text": "a"}]]}}
                ]
            },
        ),
        ("NewCommentBody", {"text": "a", "attachments": []}),
        ("CallbackAnswer", {"notification": 5}),
        ("SubscriptionRequestBody", {"url": "https://a", "secret": "four"}),
        ("Message", {"recipient": {"chat_type": "group"}, "timestamp": 1, "body": {"mid": "m", "seq": 1}}),
        ("Error", {"code": "x"}),
    ],
)
def test_what_does_not_fit_is_found(component: str, value: Any) -> None:
    assert official().faults(component, value) != []
