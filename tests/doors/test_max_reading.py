"""MAX's events as the doors read them, and what of them lies in the inbox."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bot.max.messenger import Max
from bot.max.mids import dialog_of, in_link, mid_of, parts_of, sent_at
from bot.max.reading import read, read_text
from bot.max.updates import key_of
from bot.messenger import Fetched, Membership, NotFetched
from bot.messenger_side import Conflict, Menu, NotNow, Polled, Right, Rights, Unauthorised
from handlers.incoming import Attached, Incoming, Kind, Mention, Origin, Sender, UnreadableError
from networks.hooks import NotAnEventError, WrongSecretError
from tests import max_schema
from tests.doors.max_stand import ANNA, GROUP, ME, NOON, Call, Stand, a_stand, message, seq_of
from workflow.case import Beside

JOHN = Sender(123456789, "John Doe")
NEEDS_THE_SCHEMA = pytest.mark.skipif(not max_schema.is_there(), reason=max_schema.MISSING)
DIALOG = dialog_of(ME, ANNA)


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with a_stand() as stand:
        yield stand


def created(raw: dict[str, Any], kind: str = "message_created") -> dict[str, Any]:
    return {"update_type": kind, "timestamp": NOON, "message": raw}


def written(text: str = "", chat: int = GROUP, **more: Any) -> Incoming:
    return read(created(message(chat, 1, text, sender=ANNA, **more)))


def recorded_events() -> Iterator[tuple[str, str, Any]]:
    """The official recorded events: (kind, how it came, event)."""
    for path in sorted(max_schema.PAYLOADS.glob("*.json")):
        way, _, kind = path.stem.partition(".")
        content = json.loads(path.read_text(encoding="utf-8"))
        if way == "update":
            yield from ((kind, way, event) for event in content["updates"])
        elif way == "webhook":
            yield kind, way, content


# --- ids -------------------------------------------------------------------------------------------------------------


def test_a_mid_is_a_chat_and_a_number_in_it() -> None:
    assert parts_of("mid.ffffbdb48e6c3775019d496b34394b84") == (-72891795490955, 116329890167999364)
    assert sent_at(116329890167999364) == 1775053255737, "the timestamp of that message, to the millisecond"
    for chat in (-70801090403050, 182403740, -1, 2**63 - 1, -(2**63)):
        assert parts_of(mid_of(chat, seq_of(1))) == (chat, seq_of(1))
    for strange in ("mid.sha-more", "", None, 7, "mid." + "0" * 31, "mid." + "g" * 32):
        with pytest.raises(ValueError, match="no mid"):
            parts_of(strange)
    assert in_link(116329890167999364) == "AZ1JazQ5S4Q"


# --- the recorded events ---------------------------------------------------------------------------------------------

RECORDED = {
    "bot_added": (Kind.ME, -70801090403050, False, "member"),
    "bot_removed": (Kind.ME, -70801090403050, False, "left"),
    "bot_started": (Kind.MESSAGE, 123456789, True, ""),
    "bot_stopped": (Kind.ME, 123456789, True, "kicked"),
    "dialog_removed": (Kind.ME, 123456789, True, "kicked"),
    "message_callback": (Kind.PRESS, 123456789, True, ""),
    "message_created": (Kind.MESSAGE, -70801090403050, False, ""),
    "message_edited": (Kind.EDIT, 123456789, True, ""),
    "user_added": (Kind.MEMBER, -70801090403050, False, "member"),
    "user_removed": (Kind.MEMBER, -70801090403050, False, "left"),
}


@NEEDS_THE_SCHEMA
def test_every_recorded_event_is_read_and_is_known_when_it_comes_the_other_way() -> None:
    keys: dict[str, dict[str, str]] = {}
    for kind, way, event in recorded_events():
        assert max_schema.official().faults("Update", event) == []
        incoming = read_text(json.dumps(event))
        expected = RECORDED.get(kind, (Kind.OTHER, 0, False, ""))
        assert (incoming.kind, incoming.chat, incoming.private, incoming.status) == expected, kind
        assert incoming.sender == (JOHN if kind in RECORDED else None)
        keys.setdefault(kind, {})[way] = key_of(event)
    assert len(keys) == 15
    for kind, found in keys.items():
        assert found["update"] == found["webhook"], kind
        assert len(found["update"]) <= 128
    assert len({found["update"] for found in keys.values()}) == 15


@NEEDS_THE_SCHEMA
def test_a_recorded_forward_has_its_words_and_its_author() -> None:
    event = next(e for kind, _, e in recorded_events() if kind == "message_created")
    incoming = read(event)
    assert incoming.text == "Лада седан - баклажан\n..."
    assert incoming.origin == Origin("Tod V")
    assert incoming.message == 116329890167999364, "the number in the mid, not the seq beside it"


# --- messages --------------------------------------------------------------------------------------------------------


def test_start_is_a_private_message_with_the_code_of_the_link() -> None:
    user = {"user_id": ANNA, "first_name": "Анна", "last_name": None, "is_bot": False}
    event = {"update_type": "bot_started", "timestamp": NOON, "chat_id": DIALOG, "user": user, "payload": "code"}
    incoming = read(event)
    assert (incoming.chat, incoming.private, incoming.command, incoming.argument) == (ANNA, True, "start", "code")
    assert incoming.sender == Sender(ANNA, "Анна")


def test_a_command_is_a_text_that_begins_with_a_stroke_and_is_never_forwarded() -> None:
    assert (written("/Case@dezhurny_bot 17").command, written("/case 17").argument) == ("case", "17")
    assert [written(text).command for text in ("/", "и /case", "//case", "/case/17", "")] == [""] * 5
    inner = {"mid": mid_of(GROUP, seq_of(0)), "seq": 1, "text": "/case 17"}
    raw = message(GROUP, 1, "", sender=ANNA) | {"link": {"type": "forward", "message": inner, "chat_id": 0}}
    assert (read(created(raw)).command, read(created(raw)).text) == ("", "/case 17")


def test_a_reply_names_the_message_its_buttons_and_the_bot() -> None:
    board = {
        "type": "inline_keyboard",
        "payload": {"buttons": [[{"type": "callback", "text": "✅", "payload": "a:1"}]]},
    }
    bot = {"user_id": ME, "first_name": "Дежурный", "username": "Dezhurny_Bot", "is_bot": True}
    inner = {"mid": mid_of(GROUP, seq_of(0)), "seq": 1, "text": "№ 1", "attachments": [board]}
    raw = message(GROUP, 1, "проект", sender=ANNA) | {"link": {"type": "reply", "sender": bot, "message": inner}}
    incoming = read(created(raw))
    assert (incoming.reply_to, incoming.reply_buttons) == (seq_of(0), ("a:1",))
    assert (incoming.reply_author, incoming.reply_text, incoming.text) == ("dezhurny_bot", "№ 1", "проект")
    inner["mid"] = mid_of(GROUP + 1, seq_of(0))
    assert read(created(raw)).reply_to is None, "a message of another chat"
    inner["mid"] = "mid.sha-more"
    assert read(created(raw)).reply_to is None


def test_mentions_and_links_stand_by_utf16_units() -> None:
    marks = [
        {"type": "link", "from": 3, "length": 4, "url": "https://vk.com/wall-1_2"},
        {"type": "user_mention", "from": 8, "length": 9, "user_link": "@Dezhurny", "user_id": None},
        {"type": "strong", "from": 0, "length": 2},
    ]
    incoming = written("🙂 сюда @Dezhurny", markup=marks)
    assert incoming.text == "🙂 сюда (https://vk.com/wall-1_2) @Dezhurny"
    assert incoming.links == ("https://vk.com/wall-1_2",)
    [mention] = incoming.mentions
    assert mention.name == "dezhurny"
    assert incoming.text[mention.start : mention.end] == "@Dezhurny"
    assert isinstance(mention, Mention)


def test_a_message_holds_many_files_and_names_what_is_no_file() -> None:
    attached = [
        {"type": "image", "payload": {"photo_id": 1, "token": "t", "url": "https://i.oneme.ru/1"}},
        {"type": "file", "payload": {"token": "t", "url": "u"}, "filename": "акт.pdf", "size": 12},
        {"type": "location", "latitude": 51.5, "longitude": 36.25},
        {"type": "contact", "payload": {"vcf_info": "BEGIN:VCARD\r\nFN:Житель\r\nTEL;TYPE=cell:+7 900\r\nEND:VCARD"}},
        {"type": "hologram", "payload": {"depth": 3}},
        {"type": "location", "latitude": "нигде"},
        {"type": "share", "payload": {"url": "https://vk.com/wall-1_2"}, "title": "Запись"},
        {"type": "share", "payload": {"url": "https://ok.ru/1"}, "title": "Другая"},
    ]
    incoming = written("https://vk.com/wall-1_2", attachments=attached)
    mid = mid_of(GROUP, seq_of(1))
    assert incoming.files == (
        Attached("photo", f"{mid}:0", "photo.jpg"),
        Attached("document", f"{mid}:1", "акт.pdf", 12),
    )
    assert incoming.beside == (
        Beside("place", "", "https://yandex.ru/maps/?pt=36.250000,51.500000&z=17"),
        Beside("contact", "Житель +7 900"),
        Beside("other", "hologram"),
        Beside("other", "location"),
        Beside("link", "Другая", "https://ok.ru/1"),
    )


def test_our_own_words_in_a_dialog_belong_to_the_account_too() -> None:
    incoming = read(created(message(DIALOG, 1, "Здравствуйте", sender=ME)))
    assert (incoming.chat, incoming.private) == (ANNA, True)
    assert incoming.sender is not None
    assert incoming.sender.is_bot


def test_a_press_under_a_message_that_is_gone_is_still_a_press() -> None:
    user = {"user_id": ANNA, "first_name": "Анна", "is_bot": False}
    callback = {"callback_id": "c", "timestamp": NOON, "payload": "accept:1", "user": user}
    event = {"update_type": "message_callback", "timestamp": NOON, "callback": callback, "message": None}
    incoming = read(event)
    assert (incoming.kind, incoming.data, incoming.message) == (Kind.PRESS, "accept:1", 0)
    again = {**event, "callback": {**callback, "timestamp": NOON + 1}}
    assert key_of(event) != key_of(again), "callback_id may be the keyboard's"


def test_a_new_kind_is_nothing_and_a_broken_one_is_parked() -> None:
    assert read({"update_type": "message_reacted", "timestamp": 1}).kind is Kind.OTHER
    assert read({}).kind is Kind.OTHER
    broken = message(GROUP, 1, "x", sender=ANNA)
    broken["body"]["mid"] = "mid.sha-more"
    strange: list[Any] = [
        created(broken),
        created({}),
        {"update_type": "bot_started"},
        {**created({}), "message": None},
    ]
    for raw in (*strange, [], "x", None):
        with pytest.raises(UnreadableError):
            read(raw)
    with pytest.raises(UnreadableError):
        read_text("{")


def test_a_channels_post_has_its_name_from_its_address() -> None:
    raw = message(-5, 1, "Завтра субботник", sender=ANNA)
    raw["recipient"] = {"chat_id": -5, "chat_type": "channel"}
    del raw["sender"]
    raw["url"] = f"https://max.ru/Okrug_admin/{in_link(seq_of(1))}"
    incoming = read(created(raw))
    assert (incoming.kind, incoming.post, incoming.channel) == (Kind.POST, seq_of(1), True)
    assert incoming.voice is not None
    assert incoming.voice.username == "okrug_admin"


def test_a_comment_stands_under_its_post() -> None:
    raw = message(-5, 2, "А когда воду дадут?", sender=ANNA)
    raw["recipient"] = {"chat_id": -5, "chat_type": "channel"}
    event = {**created(raw, "comment_created"), "post_id": mid_of(-5, seq_of(1))}
    incoming = read(event)
    assert (incoming.kind, incoming.chat, incoming.under_post) == (Kind.MESSAGE, -5, seq_of(1))
    assert (incoming.message, incoming.reply_to, incoming.channel) == (seq_of(2), seq_of(1), True)


def test_rights_that_changed_are_a_change_of_the_bots_own_membership() -> None:
    event = {"update_type": "bot_admin_permissions_changed", "timestamp": NOON, "chat_id": GROUP, "user_id": ANNA}
    for is_admin, status in ((True, "administrator"), (False, "member")):
        incoming = read({**event, "bot_id": ME, "is_admin": is_admin, "is_channel": False})
        assert (incoming.kind, incoming.status, incoming.sender) == (Kind.ME, status, Sender(ANNA, ""))


# --- polling and the door --------------------------------------------------------------------------------------------


async def test_a_poll_goes_on_from_its_marker_and_never_without_the_one_it_has(stand: Stand) -> None:
    event = created(message(GROUP, 1, "Нет воды", sender=ANNA))
    stand.says["/updates"] = lambda call: {"updates": [event], "marker": 25}
    answer = await stand.max.poll(None, 0)
    assert isinstance(answer, Polled)
    assert ([key for key, _ in answer.items], answer.position) == ([f"m:{mid_of(GROUP, seq_of(1))}"], 25)
    assert stand.max.read(answer.items[0][1]).text == "Нет воды"
    assert "marker" not in stand.calls[0].query
    assert stand.calls[0].query["limit"] == "100"
    stand.says["/updates"] = lambda call: {"updates": [], "marker": None}
    assert await stand.max.poll(25, 90) == Polled((), 25)
    assert (stand.calls[1].query["marker"], stand.calls[1].query["timeout"]) == ("25", "30")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((401, {"code": "verify.token", "message": ""}), Unauthorised()),
        ((405, {"code": "method.not.allowed", "message": ""}), Conflict(pushed=True)),
        ((503, {}), NotNow(3.0, "status 503")),
        ((429, {"code": "too.many.requests", "message": ""}), NotNow(5.0, "too.many.requests")),
        (b"<html>", NotNow(3.0, "status 200")),
        ({"marker": 7}, NotNow(3.0, "not what was asked")),
    ],
)
async def test_a_poll_without_an_answer_says_so(stand: Stand, answer: object, outcome: object) -> None:
    stand.says["/updates"] = lambda call: answer
    assert await stand.max.poll(3, 0) == outcome


async def test_the_door_knows_max_by_its_secret_and_the_event_by_the_same_key(stand: Stand) -> None:
    event = created(message(GROUP, 1, "Нет воды", sender=ANNA))
    body, right = json.dumps(event).encode(), {"X-Max-Bot-Api-Secret": "a-secret-of-the-hook"}
    kept = stand.max.pushed(right, body)
    assert kept is not None
    assert (kept.key, json.loads(kept.raw)) == (key_of(event), event)
    for wrong in ({}, {"X-Max-Bot-Api-Secret": "другой"}, {"X-Max-Bot-Api-Secret": ""}):
        with pytest.raises(WrongSecretError):
            stand.max.pushed(wrong, body)
    with pytest.raises(WrongSecretError):
        Max("0" * 20).pushed({"X-Max-Bot-Api-Secret": ""}, body)
    with pytest.raises(NotAnEventError):
        stand.max.pushed(right, b"")
    strange = stand.max.pushed(right, b"\xff{")
    assert strange is not None
    with pytest.raises(UnreadableError):
        stand.max.read(strange.raw)


async def test_a_subscription_that_stands_is_left_and_others_are_taken_off(stand: Stand) -> None:
    ours, there = "https://okrug.example/hooks/okrug/webhook/max", ["https://old.example"]
    stand.says["GET /subscriptions"] = lambda call: {"subscriptions": [{"url": url, "time": 1} for url in there]}

    def taken_off(call: Call) -> Any:
        there.remove(call.query["url"])
        return {"success": True}

    def put_on(call: Call) -> Any:
        there.append(call.body["url"])
        return {"success": True}

    stand.says |= {"DELETE /subscriptions": taken_off, "POST /subscriptions": put_on}
    assert await stand.max.start_pushing(ours) is None
    assert await stand.max.start_pushing(ours) is None
    assert there == [ours]
    [call] = stand.asked("POST", "/subscriptions")
    assert call.body["secret"] == "a-secret-of-the-hook"
    there.clear()  # eight hours without an answer
    assert await stand.max.start_pushing(ours) is None
    assert there == [ours]
    assert await stand.max.stop_pushing()
    assert there == []


# --- what the bot may ------------------------------------------------------------------------------------------------


def chat(kind: str = "chat", status: str = "active") -> dict[str, Any]:
    return {"chat_id": GROUP, "type": kind, "status": status, "title": "Инцидент-менеджмент"}


def member(account: int, *permissions: str, owner: bool = False) -> dict[str, Any]:
    admin = {"is_admin": bool(permissions), "is_owner": owner, "permissions": list(permissions) or None}
    return {"user_id": account, "first_name": "X", **admin}


async def test_rights_are_told_one_by_one(stand: Stand) -> None:
    stand.says[f"/chats/{GROUP}"] = lambda call: chat()
    stand.says[f"/chats/{GROUP}/members/me"] = lambda call: member(ME, "write", "read_all_messages")
    lacks = frozenset({Right.DELETE, Right.BAN, Right.PIN})
    assert await stand.max.rights(GROUP) == Rights(True, True, "Инцидент-менеджмент", False, lacks)
    stand.says[f"/chats/{GROUP}/members/me"] = lambda call: member(ME)
    assert await stand.max.rights(GROUP) == Rights(True, False, "Инцидент-менеджмент")
    stand.says[f"/chats/{GROUP}/members/me"] = lambda call: (403, {"code": "chat.denied", "message": ""})
    assert await stand.max.rights(GROUP) == Rights(False, title="Инцидент-менеджмент")
    assert await stand.max.rights(-1) == Rights(False)


async def test_membership_is_not_known_where_the_bot_is_no_administrator(stand: Stand) -> None:
    path = f"/chats/{GROUP}/members"
    stand.says[path] = lambda call: {"members": [member(ANNA, "write")]}
    assert await stand.max.membership(GROUP, ANNA) is Membership.ADMIN
    assert stand.calls[0].query == {"user_ids": str(ANNA)}
    stand.says[path] = lambda call: {"members": [member(ANNA)]}
    assert await stand.max.membership(GROUP, ANNA) is Membership.MEMBER
    stand.says[path] = lambda call: {"members": []}
    assert await stand.max.membership(GROUP, ANNA) is Membership.OUTSIDE
    stand.says[path] = lambda call: (403, {"code": "chat.denied", "message": ""})
    assert await stand.max.membership(GROUP, ANNA) is None


async def test_one_list_of_commands_is_set_for_everybody(stand: Stand) -> None:
    stand.says["PATCH /me"] = lambda call: {"user_id": ME}
    private = Menu((("help", "что умеет бот"),), "private")
    assert await stand.max.set_menus([private, Menu((("open", "открытые"),), "groups")]) == ()
    [call] = stand.calls
    assert call.body == {"commands": [{"name": "help", "description": "что умеет бот"}]}


async def test_a_file_is_asked_for_by_its_message_and_the_token_stays_at_home(stand: Stand) -> None:
    image = {"type": "image", "payload": {"photo_id": 1, "token": "t", "url": f"{stand.url}/upload"}}
    video = {"type": "video", "payload": {"token": "v", "url": "https://max.ru/page"}}
    raw = message(GROUP, 1, "", sender=ANNA, attachments=[image, video])
    stand.says["/upload"] = lambda call: b"bytes"
    stand.says[f"/messages/{raw['body']['mid']}"] = lambda call: raw
    stand.says["/videos/v"] = lambda call: {"token": "v", "urls": {"mp4_480": f"{stand.url}/upload"}}
    files = read(created(raw)).files
    assert [await stand.max.fetch(file.remote) for file in files] == [Fetched(b"bytes")] * 2
    gone = NotFetched("the message is gone", for_good=True)
    assert await stand.max.fetch(f"{mid_of(GROUP, seq_of(9))}:0") == gone
    assert await stand.max.fetch(f"{raw['body']['mid']}:7") == NotFetched("no such file", for_good=True)
    assert await stand.max.fetch("AgACAgIAAx") == NotFetched("no file of MAX", for_good=True)
