"""What MAX refuses, in its own words: bodies, keyboards, recipients, edits, answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.max_town import TOKEN, Office, an_office, button, keyboard

PAYLOAD = (400, "proto.payload")
LINK = {"type": "link", "text": "Сайт", "url": "https://example.org"}


def body(text: Any = "Слово", **more: Any) -> dict[str, Any]:
    return {"text": text, **more}


@pytest.mark.parametrize(
    ("given", "query"),
    [
        pytest.param({"Authorization": f"Bearer {TOKEN}"}, {}, id="a word before the token"),
        pytest.param({"Authorization": "900001:another"}, {}, id="a wrong token"),
        pytest.param({}, {}, id="no token"),
        pytest.param({"Authorization": TOKEN}, {"access_token": TOKEN}, id="in the address besides"),
        pytest.param({}, {"access_token": TOKEN}, id="in the address"),
    ],
)
async def test_the_token_stands_in_the_header_alone(given: dict[str, str], query: dict[str, str]) -> None:
    async with (
        an_office() as office,
        office.http.get(f"{office.server.url}/me", headers=given, params=query) as response,
    ):
        assert response.status == 401
        assert await response.json() == {"code": "verify.token", "message": "Invalid access_token"}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(body(""), id="nothing"),
        pytest.param(body(None), id="null"),
        pytest.param(body("я" * 4001), id="long"),
        pytest.param(body("<b>" + "я" * 3994 + "</b>", format="html"), id="long with its tags"),
        pytest.param(body("😀" * 2001), id="long in UTF-16 units"),
        pytest.param(body(5), id="a number"),
        pytest.param(body(format="markdown"), id="Markdown, which the sandbox does not read"),
        pytest.param(body(format="rtf"), id="an unknown format"),
        pytest.param(["Слово"], id="a list"),
        pytest.param(body(notify="no"), id="notify that is no boolean"),
        pytest.param(body(attachments={}), id="attachments that are no list"),
        pytest.param(body(attachments=[{"type": "image", "payload": {"token": "none"}}]), id="an unknown token"),
        pytest.param(body(attachments=[{"type": "image", "payload": {"url": "https://x.org/a"}}]), id="an address"),
        pytest.param(body(attachments=[{"type": "poll", "payload": {}}]), id="an unknown attachment"),
        pytest.param(body(attachments=keyboard([button()] * 8)), id="eight in a row"),
        pytest.param(body(attachments=keyboard(*[[button()]] * 31)), id="31 rows"),
        pytest.param(body(attachments=keyboard([LINK, LINK, LINK, LINK])), id="four links in a row"),
        pytest.param(body(attachments=keyboard([button(), button(), button(), LINK])), id="a link among four"),
        pytest.param(body(attachments=keyboard([button(payload="я" * 1025)])), id="a long payload"),
        pytest.param(body(attachments=keyboard([button("я" * 129)])), id="a long caption"),
        pytest.param(body(attachments=keyboard([button(" ")])), id="an empty caption"),
        pytest.param(body(attachments=keyboard([button(intent="red")])), id="an unknown intent"),
        pytest.param(body(attachments=keyboard([{"type": "pay", "text": "Да"}])), id="an unknown button"),
        pytest.param(body(attachments=keyboard([{**LINK, "url": "javascript:1"}])), id="a link that is none"),
        pytest.param(body(attachments=keyboard([])), id="an empty row"),
        pytest.param(body(attachments=keyboard()), id="no rows"),
        pytest.param(body(attachments=[*keyboard([button()]), *keyboard([button()])]), id="two keyboards"),
        pytest.param(body(link={"type": "reply"}), id="a link without a message"),
        pytest.param(body(link={"type": "quote", "mid": "mid.1"}), id="a link of another type"),
    ],
)
async def test_a_wrong_body_is_refused(wrong: Any) -> None:
    async with an_office() as office:
        assert await office.refused("POST", "/messages", wrong, chat_id=office.group.id) == PAYLOAD
        assert [m for m in office.world.messages(office.group) if not m.service] == []


async def test_what_is_just_allowed_passes() -> None:
    async with an_office() as office:
        rows = [[button(payload="я" * 1024), *[button("я" * 128)] * 6], [LINK] * 3, *[[button()]] * 28]
        sent = await office.send("я" * 4000, *rows)
        assert sent["body"]["text"] == "я" * 4000
        assert [len(row) for row in office.found(sent).buttons] == [7, 3, *[1] * 28]


@pytest.mark.parametrize("kind", ["file", "audio"])
async def test_a_file_stands_alone(kind: str) -> None:
    async with an_office() as office:
        stored = office.world.keep_file("document" if kind == "file" else "voice", b"x", "a.pdf")
        one = {"type": kind, "payload": {"token": stored.file_id}}
        assert (
            await office.refused("POST", "/messages", body(attachments=[one, one]), chat_id=office.group.id) == PAYLOAD
        )
        mixed = body(attachments=[one, *keyboard([button()])])
        assert await office.refused("POST", "/messages", mixed, chat_id=office.group.id) == PAYLOAD
        sent = await office.done("POST", "/messages", body(attachments=[one]), chat_id=office.group.id)
        assert sent["message"]["body"]["attachments"][0]["type"] == kind


async def test_twelve_pictures_and_no_more() -> None:
    async with an_office() as office:
        one = {"type": "image", "payload": {"token": office.world.keep_file("photo", b"x").file_id}}
        twelve = body(attachments=[one] * 11 + keyboard([button()]))
        await office.done("POST", "/messages", twelve, chat_id=office.group.id)
        assert (
            await office.refused("POST", "/messages", body(attachments=[one] * 13), chat_id=office.group.id) == PAYLOAD
        )


async def test_to_whom_it_goes() -> None:
    async with an_office() as office:
        stranger = office.world.add_person("Прохожий")
        assert await office.refused("POST", "/messages", body()) == PAYLOAD
        assert await office.refused("POST", "/messages", body(chat_id=office.group.id)) == PAYLOAD
        assert await office.refused("POST", "/messages", body(), chat_id=office.group.id, user_id=1) == PAYLOAD
        assert await office.refused("POST", "/messages", body(), chat_id="abc") == PAYLOAD
        assert await office.refused("POST", "/messages", body(), chat_id=0) == (403, "chat.denied")
        assert await office.refused("POST", "/messages", body(), chat_id=-5) == (404, "chat.not.found")
        assert await office.refused("POST", "/messages", body(), user_id=stranger.id) == (404, "chat.not.found")
        office.world.start(stranger, office.bot)
        sent = await office.send(user_id=stranger.id)
        assert sent["recipient"] == {
            "chat_id": office.bot.id ^ stranger.id,
            "chat_type": "dialog",
            "user_id": stranger.id,
        }
        office.world.stop(stranger, office.bot)
        assert await office.refused("POST", "/messages", body(), user_id=stranger.id) == (403, "chat.denied")
        office.world.remove_bot(office.bot, office.group, by=office.anna)
        assert await office.refused("POST", "/messages", body(), chat_id=office.group.id) == (403, "chat.denied")


async def test_a_reply_stays_in_its_chat() -> None:
    async with an_office() as office:
        office.world.start(office.boris, office.bot)
        there = office.world.write(office.boris, office.bot, "В личке")
        here = office.world.write(office.boris, office.group, "В группе")
        reply = {"type": "reply", "mid": there.mid}
        assert await office.refused("POST", "/messages", body(link=reply), chat_id=office.group.id) == PAYLOAD
        lost = {"type": "reply", "mid": "mid.00000000000000010000000000000001"}
        assert await office.refused("POST", "/messages", body(link=lost), chat_id=office.group.id) == (404, "not.found")
        sent = await office.done(
            "POST", "/messages", body(link={"type": "reply", "mid": here.mid}), chat_id=office.group.id
        )
        assert sent["message"]["link"]["message"]["mid"] == here.mid


# --- edits and deletions


async def edited(office: Office, mid: str, **what: Any) -> tuple[int, Any]:
    status, answer = await office.call("PUT", "/messages", what, message_id=mid)
    return status, answer.get("code")


async def test_null_leaves_the_keyboard_and_an_empty_list_takes_it() -> None:
    async with an_office() as office:
        sent = await office.send("Раз", [button()])
        mid = sent["body"]["mid"]
        assert await edited(office, mid, text="Два", attachments=None) == (200, None)
        assert (office.found(sent).text, len(office.found(sent).buttons)) == ("Два", 1)
        assert await edited(office, mid, text="Три", attachments=[]) == (200, None)
        assert (office.found(sent).text, office.found(sent).buttons) == ("Три", [])
        assert await edited(office, mid, text="Три") == (200, None)


async def test_a_week_in_a_dialog_without_a_keyboard() -> None:
    async with an_office() as office:
        office.world.start(office.boris, office.bot)
        plain = await office.send("Слова", user_id=office.boris.id)
        keyed = await office.send("Кнопка", [button()], user_id=office.boris.id)
        in_group = await office.send("В группе")
        office.clock.advance(timedelta(days=7))
        assert await edited(office, plain["body"]["mid"], text="ещё можно") == (200, None)
        office.clock.advance(timedelta(seconds=1))
        status, answer = await office.call("PUT", "/messages", body("поздно"), message_id=plain["body"]["mid"])
        assert (status, answer["code"], answer["message"]) == (400, "proto.payload", "error.edit.invalid.message")
        assert await edited(office, keyed["body"]["mid"], text="можно", attachments=[]) == (200, None)
        assert await edited(office, keyed["body"]["mid"], text="уже нет") == (400, "proto.payload")
        assert await edited(office, in_group["body"]["mid"], text="в группе всегда") == (200, None)


async def test_whose_message_is_edited_and_deleted() -> None:
    async with an_office() as office:
        theirs = office.world.write(office.boris, office.group, "Не трогать")
        assert await edited(office, theirs.mid, text="Тронул") == (403, "access.denied")
        assert await edited(office, "mid.ffff", text="Нет такого") == (404, "not.found")
        assert await edited(office, "", text="Нет") == (400, "proto.payload")
        mine = await office.send()
        await office.done("DELETE", "/messages", message_id=mine["body"]["mid"])
        assert await edited(office, mine["body"]["mid"], text="Удалено") == (404, "not.found")
        assert await office.refused("DELETE", "/messages", message_id=mine["body"]["mid"]) == (404, "not.found")
        office.world.revoke(office.bot, office.group, "write", "delete")
        assert await office.refused("DELETE", "/messages", message_id=theirs.mid) == (403, "access.denied")
        office.world.grant(office.bot, office.group, "write")
        await office.done("DELETE", "/messages", message_id=theirs.mid)
        assert theirs.deleted


# --- presses


async def test_an_empty_answer_is_refused() -> None:
    async with an_office() as office:
        sent = await office.send("?", [button()])
        press = office.world.press(office.boris, office.found(sent), "Да")
        for empty in ({}, {"notification": ""}, {"notification": " "}, {"notification": None, "message": None}, []):
            assert await office.refused("POST", "/answers", empty, callback_id=press.id) == PAYLOAD
        assert await office.refused("POST", "/answers", {"notification": 5}, callback_id=press.id) == PAYLOAD
        assert await office.refused("POST", "/answers", {"notification": "Да"}, callback_id=" ") == PAYLOAD
        assert await office.refused("POST", "/answers", {"notification": "Да"}, callback_id="no") == (404, "not.found")
        assert (press.answered, press.toast) == (False, None)


async def test_an_answer_tells_and_edits_at_once() -> None:
    async with an_office() as office:
        sent = await office.send("?", [button()])
        press = office.world.press(office.boris, office.found(sent), "Да")
        answer = {"notification": "Принято", "message": {"text": "Готово", "attachments": []}}
        await office.done("POST", "/answers", answer, callback_id=press.id)
        assert (press.toast, office.found(sent).text, office.found(sent).buttons) == ("Принято", "Готово", [])


async def test_two_presses_with_one_callback_are_answered_one_after_the_other() -> None:
    async with an_office() as office:
        sent = await office.send("?", [button()])
        first = office.world.press(office.boris, office.found(sent), "Да")
        second = office.world.press(office.anna, office.found(sent), "Да", again=first)
        assert second.id == first.id
        assert [u["callback"]["user"]["first_name"] for u in await office.hears()] == ["Борис", "Анна"]
        await office.done("POST", "/answers", {"notification": "Раз"}, callback_id=first.id)
        await office.done("POST", "/answers", {"notification": "Два"}, callback_id=first.id)
        assert (first.toast, second.toast) == ("Раз", "Два")


async def test_unknown_paths_and_methods() -> None:
    async with an_office() as office:
        assert await office.refused("GET", "/nowhere") == (404, "not.found")
        assert await office.refused("GET", "/chats") == (404, "not.found")
        assert await office.refused("PUT", "/me") == (405, "method.not.allowed")
        async with office.http.post(
            f"{office.server.url}/messages?chat_id={office.group.id}", data=b"{", headers={"Authorization": TOKEN}
        ) as response:
            assert (response.status, (await response.json())["code"]) == PAYLOAD


async def test_the_menu_is_one_short_list() -> None:
    async with an_office() as office:
        commands = [{"name": "help", "description": "Что умеет бот"}]
        assert (await office.done("PATCH", "/me", {"commands": commands}))["commands"] == commands
        assert (await office.done("GET", "/me"))["commands"] == commands
        for wrong in (
            [{"name": "a"}] * 33,
            [{"name": ""}],
            [{"name": "a", "description": "я" * 129}],
            [{"name": "я" * 65}],
        ):
            assert await office.refused("PATCH", "/me", {"commands": wrong}) == PAYLOAD
