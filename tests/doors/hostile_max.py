"""Events of MAX to be corrupted (see `tests.doors.hostile`); «UPDATE_ID» stands for the id of a new message in the group."""

from __future__ import annotations

from typing import Any

from bot.max.mids import dialog_of, mid_of

BOT, CURATOR, HEAD, STRANGER = 700_001, 8_100_001, 8_100_002, 77
GROUP, CHANNEL = -70_801_090_403_050, -70_801_090_500_001
AT = 1_768_208_400_000
DRAFT = "Здравствуйте. Авария на водопроводе, бригада работает. Воду подадут в ближайшее время."


def _user(number: int, name: str) -> dict[str, Any]:
    return {"user_id": number, "first_name": name, "is_bot": number == BOT, "last_activity_time": AT, "name": name}


def _said(sender: int, where: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
    body = {"mid": "UPDATE_ID", "seq": 7, "text": text, **more.pop("body", {})}
    return {"recipient": where, "timestamp": AT, "body": body, "sender": _user(sender, "Начальник"), **more}


IN_GROUP = {"chat_id": GROUP, "chat_type": "chat"}
IN_DIALOG = {"chat_id": dialog_of(BOT, CURATOR), "chat_type": "dialog", "user_id": BOT}
IN_CHANNEL = {"chat_id": CHANNEL, "chat_type": "channel"}
CARD = {"mid": mid_of(GROUP, AT << 16), "seq": AT << 16, "text": "№ 1 · вода"}
KEYS = {
    "type": "inline_keyboard",
    "payload": {"buttons": [[{"type": "callback", "text": "Принять", "payload": "ac:1"}]]},
}
REPLY = {"type": "reply", "message": {**CARD, "attachments": [KEYS]}, "sender": _user(BOT, "Дежурный")}
FORWARD = {
    "type": "forward", "chat_id": CHANNEL, "sender": _user(STRANGER, "Прохожий"),
    "message": {"mid": mid_of(CHANNEL, AT << 16), "seq": AT << 16, "text": "Третий день нет воды на Школьной"},
}  # fmt: skip
PHOTO = {"type": "image", "payload": {"photo_id": 1, "token": "A1", "url": "http://127.0.0.1:1/a.jpg"}}
FILE = {"type": "file", "payload": {"token": "B1", "url": "http://127.0.0.1:1/b"}, "filename": "акт.pdf", "size": 10}
MARKS = [
    {"type": "link", "from": 0, "length": 3, "url": "https://vk.com"},
    {"type": "user_mention", "from": 0, "length": 3, "user_link": "@dezhurny_bot", "user_id": BOT},
]
SHOWN = {**_said(BOT, IN_GROUP, "№ 1 · вода"), "body": {**CARD, "attachments": [KEYS]}}
PRESS = {"timestamp": AT, "callback_id": "f9LHodD0cOJf4", "user": _user(HEAD, "Начальник"), "payload": "ac:1"}
BODIES: tuple[dict[str, Any], ...] = (
    {"update_type": "message_callback", "callback": PRESS, "message": SHOWN, "user_locale": "ru"},
    {"update_type": "message_created", "message": _said(HEAD, IN_GROUP, DRAFT, link=REPLY)},
    {"update_type": "message_created", "message": _said(HEAD, IN_GROUP, DRAFT, link=REPLY, body={"attachments": [PHOTO]})},
    {"update_type": "message_created", "message": _said(HEAD, IN_GROUP, "Принято", link=REPLY, body={"attachments": [FILE]})},
    {"update_type": "message_created", "message": _said(CURATOR, IN_DIALOG, "/case 1")},
    {"update_type": "message_created", "message": _said(CURATOR, IN_DIALOG, "", link=FORWARD)},
    {"update_type": "message_created", "message": _said(CURATOR, IN_DIALOG, "https://vk.com/wall-1_2", body={"markup": MARKS})},
    {"update_type": "message_edited", "message": _said(HEAD, IN_GROUP, DRAFT, link=REPLY)},
    {"update_type": "message_removed", "message_id": CARD["mid"], "chat_id": GROUP, "user_id": HEAD},
    {"update_type": "message_created", "message": _said(CURATOR, IN_CHANNEL, "Запись")},
    {
        "update_type": "comment_created", "post_id": mid_of(CHANNEL, AT << 16),
        "message": _said(STRANGER, {**IN_CHANNEL, "post_id": mid_of(CHANNEL, AT << 16)}, "Третий день нет воды"),
    },
    {"update_type": "bot_added", "chat_id": -5, "user": _user(STRANGER, "Прохожий"), "is_channel": False},
    {"update_type": "bot_started", "chat_id": 9, "user": _user(STRANGER, "Прохожий"), "payload": "abc"},
    {"update_type": "user_removed", "chat_id": GROUP, "user": _user(STRANGER, "Прохожий"), "admin_id": CURATOR},
)  # fmt: skip
BASES = tuple({"timestamp": AT, **body} for body in BODIES)
