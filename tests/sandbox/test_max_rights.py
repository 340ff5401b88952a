"""Who hears what and who may do what: bots without rights, with single ones, in dialogs and channels."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.max.model import RIGHTS
from tests.sandbox.max_town import BOT_ID, Office, an_office, button, kinds

DENIED = (403, "access.denied")


async def test_without_rights_a_bot_hears_only_that_it_came_and_went() -> None:
    async with an_office(admin=False) as office:
        asked = await office.send("Кнопка?", [button()])
        said = office.world.write(office.boris, office.group, "@dezhurny_bot /help")
        office.world.edit(office.boris, said, "иначе")
        office.world.press(office.boris, office.found(asked), "Да")
        office.world.leave(office.boris, office.group)
        office.world.rename_group(office.group, "Другое", by=office.anna)
        office.world.delete(office.anna, said)
        assert await office.hears() == []
        office.world.remove_bot(office.bot, office.group, by=office.anna)
        office.world.add_bot_to_group(office.bot, office.group, by=office.anna, admin=False)
        assert kinds(await office.hears()) == ["bot_removed", "bot_added"]


async def test_an_administrator_without_reading_hears_no_messages() -> None:
    async with an_office(admin=False) as office:
        office.world.grant(office.bot, office.group, "write", "pin_message")
        office.world.write(office.boris, office.group, "раз")
        assert await office.hears() == []
        office.world.grant(office.bot, office.group, "read_all_messages")
        said = office.world.write(office.boris, office.group, "два")
        office.world.edit(office.boris, said, "три")
        office.world.delete(office.boris, said)
        office.world.leave(office.boris, office.group)
        heard = await office.hears()
        assert kinds(heard) == ["message_created", "message_edited", "message_removed", "user_removed"]
        assert heard[2]["message_id"] == said.mid
        assert "admin_id" not in heard[3]


async def test_its_own_messages_come_back_only_if_they_are_said_to() -> None:
    async with an_office() as office:
        await office.send("своё")
        assert await office.hears() == []
        office.world.echoes = True
        await office.send("своё")
        assert [u["message"]["sender"]["is_bot"] for u in await office.hears()] == [True]


async def test_a_dialog_from_the_beginning_to_the_end() -> None:
    async with an_office() as office:
        world, boris, bot = office.world, office.boris, office.bot
        world.start(boris, bot, payload="invite_1")
        world.start(boris, bot, payload="я" * 129)
        said = world.write(boris, bot, "Здравствуйте")
        world.edit(boris, said, "Добрый день")
        world.mute(boris, bot, world.now() + timedelta(hours=1))
        world.unmute(boris, bot)
        world.clear_dialog(boris, bot)
        world.stop(boris, bot)
        world.start(boris, bot)
        world.remove_dialog(boris, bot)
        heard = await office.hears()
        assert kinds(heard) == [
            "bot_started",
            "bot_started",
            "message_created",
            "message_edited",
            "dialog_muted",
            "dialog_unmuted",
            "dialog_cleared",
            "bot_stopped",
            "bot_started",
            "dialog_cleared",
            "dialog_removed",
        ]
        assert [one.get("payload") for one in heard[:2]] == ["invite_1", None]
        assert heard[2]["message"]["recipient"] == {
            "chat_id": boris.id ^ BOT_ID,
            "chat_type": "dialog",
            "user_id": BOT_ID,
        }
        with pytest.raises(PermissionError):
            world.write(boris, bot, "после")


async def test_a_forward_has_its_words_in_the_link() -> None:
    async with an_office() as office:
        world = office.world
        world.start(office.anna, office.bot)
        said = world.write(office.boris, office.group, "Третий день нет воды", photo=b"p")
        world.forward(office.anna, said, to=office.bot)
        world.forward_foreign(office.anna, to=office.bot, text="Яма", origin_title="Подслушано", photo=b"q")
        _, _, mine, foreign = await office.hears()
        assert (mine["message"]["body"]["text"], "attachments" in mine["message"]["body"]) == ("", False)
        link = mine["message"]["link"]
        assert (link["type"], link["chat_id"], link["sender"]["name"]) == ("forward", office.group.id, "Борис")
        assert (link["message"]["mid"], link["message"]["text"]) == (said.mid, "Третий день нет воды")
        assert link["message"]["attachments"][0]["type"] == "image"
        other = foreign["message"]["link"]
        assert (other["chat_id"], "sender" in other, other["message"]["text"]) == (0, False, "Яма")


async def test_a_forwarded_message_loses_its_buttons() -> None:
    async with an_office() as office:
        office.world.start(office.anna, office.bot)
        sent = await office.send("Кнопка", [button()])
        copied = office.world.forward(office.anna, office.found(sent), to=office.bot)
        assert copied.buttons == []
        forwarded = {"text": None, "attachments": None, "link": {"type": "forward", "mid": sent["body"]["mid"]}}
        again = await office.done("POST", "/messages", forwarded, user_id=office.anna.id)
        assert office.found(again["message"]).buttons == []
        assert again["message"]["link"]["message"]["text"] == "Кнопка"


async def test_a_press_whose_message_is_gone() -> None:
    async with an_office() as office:
        sent = await office.send("Кнопка", [button(intent="positive")])
        press = office.world.press(office.boris, office.found(sent), "Да")
        office.world.delete(office.anna, office.found(sent))
        office.world.tell_again(press)
        first, removed, again = await office.hears()
        assert first["message"]["body"]["attachments"][0]["payload"]["buttons"][0][0]["intent"] == "positive"
        assert (removed["update_type"], removed["user_id"]) == ("message_removed", office.anna.id)
        assert (again["message"], again["callback"]) == (None, first["callback"])


# --- single rights

Act = tuple[str, str, Any, dict[str, Any]]
NEEDS: dict[str, Act] = {
    "change_chat_info": ("PATCH", "/chats/{group}", {"title": "Новое"}, {}),
    "pin_message": ("PUT", "/chats/{group}/pin", {"message_id": "{said}"}, {}),
    "add_remove_members": ("DELETE", "/chats/{group}/members", None, {"user_id": "{boris}"}),
    "add_admins": ("POST", "/chats/{group}/members/admins", {"admins": []}, {}),
    "read_all_messages": ("GET", "/messages", None, {"chat_id": "{group}"}),
    "write": ("POST", "/messages", {"text": "Слово"}, {"chat_id": "{group}"}),
}


def filled(value: Any, office: Office, said: str) -> Any:
    if isinstance(value, dict):
        return {key: filled(one, office, said) for key, one in value.items()}
    return value.format(group=office.group.id, said=said, boris=office.boris.id) if isinstance(value, str) else value


@pytest.mark.parametrize("right", NEEDS)
async def test_each_right_is_asked_for_its_act(right: str) -> None:
    async with an_office() as office:
        said = office.world.write(office.boris, office.group, "Слово").mid
        verb, path, body, query = (filled(one, office, said) for one in NEEDS[right])
        office.world.revoke(office.bot, office.group, right)
        assert await office.refused(verb, path, body, **query) == DENIED
        office.world.grant(office.bot, office.group, right)
        await office.done(verb, path, body, **query)


@pytest.mark.parametrize("path", ["members", "members/admins"])
async def test_members_are_shown_to_administrators(path: str) -> None:
    async with an_office(admin=False) as office:
        assert await office.refused("GET", f"/chats/{office.group.id}/{path}") == DENIED
        office.world.grant(office.bot, office.group, "write")
        shown = (await office.done("GET", f"/chats/{office.group.id}/{path}"))["members"]
        assert [one["name"] for one in shown] == (
            ["Анна Округова", "Борис", "Дежурный"] if path == "members" else ["Анна Округова", "Дежурный"]
        )


async def test_a_membership_tells_the_rights() -> None:
    async with an_office(admin=False) as office:
        me = f"/chats/{office.group.id}/members/me"
        shown = await office.done("GET", me)
        assert (shown["is_admin"], "permissions" in shown) == (False, False)
        office.world.grant(office.bot, office.group, "write", "read_all_messages")
        assert (await office.done("GET", me))["permissions"] == ["read_all_messages", "write"]
        owner = await office.done("GET", f"/chats/{office.group.id}/members", user_ids=f"{office.anna.id},999")
        assert [(one["is_owner"], len(one["permissions"])) for one in owner["members"]] == [(True, len(RIGHTS))]
        await office.done("DELETE", me)
        assert await office.refused("GET", me) == (403, "chat.denied")
        assert (await office.done("GET", f"/chats/{office.group.id}"))["status"] == "left"


async def test_members_come_page_by_page() -> None:
    async with an_office() as office:
        members = f"/chats/{office.group.id}/members"
        first = await office.done("GET", members, count=2)
        assert ([one["first_name"] for one in first["members"]], first["marker"]) == (["Анна", "Борис"], 2)
        second = await office.done("GET", members, count=2, marker=2)
        assert ([one["first_name"] for one in second["members"]], "marker" in second) == (["Дежурный"], False)


async def test_who_is_shut_out_does_not_come_back() -> None:
    async with an_office() as office:
        members = f"/chats/{office.group.id}/members"
        assert await office.refused("POST", members, {"user_ids": [office.boris.id]}) == DENIED
        assert await office.refused("DELETE", members, user_id=office.anna.id) == DENIED
        await office.done("DELETE", members, user_id=office.boris.id, block="true")
        with pytest.raises(PermissionError):
            office.world.join(office.boris, office.group)
        office.world.join(office.boris, office.group, by=office.anna)


async def test_what_is_pinned() -> None:
    async with an_office() as office:
        pin = f"/chats/{office.group.id}/pin"
        assert await office.done("GET", pin) == {"message": None}
        first, second = await office.send("раз"), await office.send("два")
        for sent in (first, second):
            await office.done("PUT", pin, {"message_id": sent["body"]["mid"], "notify": False})
        assert (await office.done("GET", pin))["message"]["body"]["text"] == "два"
        assert [m.text for m in office.world.messages(office.group) if m.pinned] == ["два"]
        await office.done("DELETE", pin)
        assert await office.refused("DELETE", pin) == (404, "not.found")


async def test_the_history_is_read_back() -> None:
    async with an_office() as office:
        sent = []
        for minute, text in enumerate(("раз", "два", "три")):
            office.clock.advance(timedelta(minutes=minute))
            sent.append(office.world.write(office.boris, office.group, text))

        async def texts(**query: Any) -> list[str]:
            return [m["body"]["text"] for m in (await office.done("GET", "/messages", **query))["messages"]]

        assert await texts(chat_id=office.group.id) == ["три", "два", "раз"]
        assert await texts(chat_id=office.group.id, count=1) == ["три"]
        first = int(sent[0].date.timestamp() * 1000)
        assert await texts(chat_id=office.group.id, after=first) == ["три", "два"]
        assert await texts(chat_id=office.group.id, before=first + 1) == ["раз"]
        office.world.start(office.boris, office.bot)
        private = office.world.write(office.boris, office.bot, "личное")
        elsewhere = office.world.write(office.anna, office.world.add_group("Соседи", owner=office.anna), "чужое")
        ids = ",".join((sent[1].mid, private.mid, elsewhere.mid, "mid.ffff"))
        assert await texts(message_ids=ids) == ["два", "личное"]
        assert (await office.done("GET", f"/messages/{private.mid}"))["body"]["text"] == "личное"
        assert await office.refused("GET", f"/messages/{elsewhere.mid}") == (404, "not.found")


async def test_an_action_is_checked() -> None:
    async with an_office() as office:
        actions = f"/chats/{office.group.id}/actions"
        await office.done("POST", actions, {"action": "typing_on"})
        assert await office.refused("POST", actions, {"action": "dancing"}) == (400, "proto.payload")
        assert await office.refused("POST", "/chats/-1/actions", {"action": "typing_on"}) == (404, "chat.not.found")


# --- formatting


async def test_tags_that_are_known_and_those_that_are_not() -> None:
    async with an_office() as office:
        text = (
            "<b>Жирно</b> <i>косо</i> <code>код</code> <blockquote>цитата</blockquote> <tg-spoiler>тайна</tg-spoiler> "
            '<a href="https://example.org/?a=1&amp;b=2">сюда</a> 2 &lt; 3'
        )
        body = {"text": text, "format": "html", "attachments": None, "link": None}
        sent = (await office.done("POST", "/messages", body, chat_id=office.group.id))["message"]
        assert sent["body"]["text"] == "Жирно косо код цитата тайна сюда 2 < 3"
        assert sent["body"]["markup"] == [
            {"type": "strong", "from": 0, "length": 5},
            {"type": "emphasized", "from": 6, "length": 4},
            {"type": "monospaced", "from": 11, "length": 3},
            {"type": "link", "from": 28, "length": 4, "url": "https://example.org/?a=1&b=2"},
        ]
        office.world.renders_blockquote = True
        again = (await office.done("POST", "/messages", body, chat_id=office.group.id))["message"]
        assert {"type": "quote", "from": 15, "length": 6} in again["body"]["markup"]


async def test_a_mention_needs_the_full_name() -> None:
    async with an_office() as office:
        body = {
            "text": f'<a href="max://user/{office.anna.id}">Анна</a> <a href="max://user/{office.anna.id}">Анна Округова</a>',
            "format": "html",
        }
        sent = office.found((await office.done("POST", "/messages", body, chat_id=office.group.id))["message"])
        assert sent.pings == [f"max://user/{office.anna.id}"]
        office.world.write(office.boris, office.group, "@anna, посмотрите @nobody")
        said = (await office.hears())[0]["message"]["body"]
        assert said["markup"] == [
            {"type": "user_mention", "from": 0, "length": 5, "user_link": "@anna", "user_id": office.anna.id}
        ]
