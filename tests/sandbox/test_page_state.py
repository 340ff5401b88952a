"""What the page shows: the right chats to the right role, unread counts that survive a reload, files, events, the clock."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import aiohttp

from sandbox.page.stage import address
from tests.patience import PATIENT
from tests.sandbox.page_town import MORNING, PICTURE, Stand, a_stand


def chat(state: dict[str, Any], key: str) -> dict[str, Any]:
    return dict(next(one for one in state["messenger"]["chats"] if one["key"] == key))


async def test_each_role_sees_its_own_private_chat_and_the_one_group() -> None:
    async with a_stand() as stand:
        await stand.bot.send_message(stand.curator.id, "Куратору")
        await stand.bot.send_message(stand.zhkh.id, "Начальнику")
        await stand.card("№ 1")
        seen = {
            role: [[m["text"] for m in chat(await stand.state(role), key)["messages"] if not m["service"]]
                   for key in ("group", "bot")]
            for role in ("curator", "zhkh", "roads")
        }  # fmt: skip
        assert seen == {
            "curator": [["№ 1"], ["/start", "Куратору"]],
            "zhkh": [["№ 1"], ["/start", "Начальнику"]],
            "roads": [["№ 1"], []],
        }


async def test_a_citizen_alone_sees_no_messenger_and_with_an_official_sees_both_worlds() -> None:
    async with a_stand() as stand:
        alone = await stand.state("citizen")
        assert (alone["messenger"], alone["vk"]["me"]["name"], alone["official"]) == (None, "Житель Округа", None)
        both = await stand.state("zhkh", "citizen")
        assert (both["official"], both["citizen"], len(both["messenger"]["chats"])) == ("zhkh", "citizen", 2)


async def test_buttons_entities_and_marks_come_through() -> None:
    async with a_stand() as stand:
        card = await stand.card()
        stand.town.telegram.write(stand.zhkh, stand.group, "Смотрим: example.org", reply_to=card)
        await stand.bot.send_message(stand.group.id, "<b>Тихо</b>", parse_mode="HTML", disable_notification=True)
        shown, answer, silent = chat(await stand.state("zhkh"), "group")["messages"][-3:]
        assert [[(b["text"], b["kind"], b["style"]) for b in row] for row in shown["buttons"]] == [
            [("Принять", "callback", "success")],
            [("Вернуть", "callback", None)],
        ]
        assert (answer["mine"], answer["reply"]["id"], answer["reply"]["text"]) == (True, address(card), "№ 1 · вода")
        assert [(e["type"], e["offset"], e["length"]) for e in answer["entities"]] == [("url", 9, 11)]
        assert (silent["silent"], silent["entities"][0]["type"], silent["from"]["kind"]) == (True, "bold", "bot")


async def test_unread_counts_live_on_the_server() -> None:
    async with a_stand() as stand:
        stand.town.open_to_visitors()
        await stand.bot.send_message(stand.zhkh.id, "Раз")
        second = await stand.bot.send_message(stand.zhkh.id, "Два")
        await stand.card()
        before = await stand.state("zhkh")
        assert [(one["key"], one["unread"]) for one in before["messenger"]["chats"]] == [("group", 1), ("bot", 2)]
        assert {one["key"]: one["unread"] for one in before["cast"]} == {
            "curator": 0, "zhkh": 2, "roads": 0, "citizen": 0,
        }  # fmt: skip
        await stand.act("zhkh", "read", chat="bot", upto=f"{second.chat.id}_{second.message_id}")
        after = await stand.state("zhkh")
        assert [(one["key"], one["unread"]) for one in after["messenger"]["chats"]] == [("group", 1), ("bot", 0)]
        assert chat(await stand.state("curator"), "group")["unread"] == 1


async def test_the_history_outlives_a_migration_to_a_supergroup() -> None:
    async with a_stand() as stand:
        telegram = stand.town.telegram
        basic = telegram.add_group("Малая группа", owner=stand.curator, basic=True)
        stand.town.show(group=basic)
        telegram.write(stand.curator, basic, "До")
        new = telegram.migrate(basic)
        telegram.write(stand.curator, new, "После")
        shown = chat(await stand.state("curator"), "group")
        assert shown["id"] == new.id
        assert [m["text"] for m in shown["messages"] if not m["service"]] == ["До", "После"]
        ids = [m["id"] for m in shown["messages"]]
        assert len(set(ids)) == len(ids)


async def test_pictures_are_shown_and_everything_else_is_only_downloaded() -> None:
    async with a_stand() as stand:
        page = b"<!doctype html><script>alert(1)</script>"
        await stand.act_with("zhkh", "write", [("a.png", PICTURE), ("страница.html", page)], chat="group", text="")
        found = [m["media"][0] for m in chat(await stand.state("zhkh"), "group")["messages"] if m["media"]]
        got = []
        for item in found:
            async with stand.http.get(f"{stand.url}/api/files/{item['file']}") as response:
                kind, place = response.headers["Content-Type"], response.headers["Content-Disposition"].split(";")[0]
                got.append((kind, place, await response.read(), response.headers["X-Content-Type-Options"]))
        assert got == [
            ("image/png", "inline", PICTURE, "nosniff"),
            ("application/octet-stream", "attachment", page, "nosniff"),
        ]
        async with stand.http.get(f"{stand.url}/api/files/none") as response:
            assert (response.status, await response.json()) == (404, {"error": "Этого файла здесь нет."})


async def next_change(stream: aiohttp.StreamReader) -> int:
    while True:
        line = (await asyncio.wait_for(stream.readline(), PATIENT)).decode().strip()
        if line.startswith("id: "):
            return int(line.removeprefix("id: "))


async def test_every_kind_of_change_is_told_at_once() -> None:
    async with a_stand() as stand, stand.http.get(f"{stand.url}/api/events") as events:
        assert events.headers["Content-Type"] == "text/event-stream"
        last = await next_change(events.content)
        for change in (
            lambda: stand.town.telegram.write(stand.curator, stand.group, "Слово"),
            lambda: stand.town.vk.comment(stand.citizen, stand.post, "Слово"),
        ):
            change()
            new = await next_change(events.content)
            assert new > last
            last = new
        async with stand.http.post(f"{stand.url}/api/clock", json={"advance_minutes": 10}):
            assert await next_change(events.content) > last


async def test_the_clock_moves_forward_only() -> None:
    async with a_stand() as stand:
        async with stand.http.post(f"{stand.url}/api/clock", json={"advance_minutes": 30}) as response:
            moved = {"now": "2026-01-12T06:50:00+00:00", "offset_minutes": 180, "running": False}
            assert (response.status, await response.json()) == (200, moved)
        async with stand.http.post(f"{stand.url}/api/clock", json={"to": "2026-01-13T09:00:00+03:00"}) as response:
            assert (await response.json())["now"] == "2026-01-13T06:00:00+00:00"
        async with stand.http.get(f"{stand.url}/api/clock") as response:
            assert (await response.json())["now"] == "2026-01-13T06:00:00+00:00"


BAD_MOVES: list[dict[str, Any]] = [
    {},
    {"advance_minutes": 0},
    {"advance_minutes": -5},
    {"advance_minutes": "10"},
    {"advance_minutes": True},
    {"advance_minutes": 1e300},
    {"advance_minutes": 60 * 24 * 63},
    {"to": "2026-01-12T09:00:00+03:00"},
    {"to": "2026-01-13T09:00:00"},
    {"to": "завтра"},
    {"to": 5},
    {"to": "2026-01-13T09:00:00+03:00", "advance_minutes": 5},
]


async def test_bad_moves_of_the_clock_are_refused_and_move_nothing() -> None:
    async with a_stand() as stand:
        answers = []
        for body in BAD_MOVES:
            async with stand.http.post(f"{stand.url}/api/clock", json=body) as response:
                answers.append((body, response.status, list(await response.json())))
        assert answers == [(body, 400, ["error"]) for body in BAD_MOVES]
        assert stand.town.clock.now() - MORNING == timedelta(0)


FOREIGN: list[tuple[dict[str, str], int]] = [
    ({"Host": "evil.example"}, 421),
    ({"Host": "127.0.0.1.evil.example:8080"}, 421),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "http://localhost:1"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Content-Type": "text/plain"}, 403),
    ({"Content-Type": "multipart/form-data; boundary=x"}, 403),
    ({}, 200),
    ({"Sec-Fetch-Site": "same-origin"}, 200),
]


async def test_a_foreign_page_cannot_act() -> None:
    async with a_stand() as stand:
        answers = []
        for number, (headers, _) in enumerate(FOREIGN):
            body = json.dumps({"as": "citizen", "do": "message", "text": str(number)})
            sent = {"Content-Type": "application/json"} | headers
            async with stand.http.post(f"{stand.url}/api/act", data=body, headers=sent) as response:
                answers.append((headers, response.status))
        assert answers == FOREIGN
        letters = stand.town.vk.messages(stand.citizen, stand.community)
        assert [letter.text for letter in letters] == [str(n) for n, (_, status) in enumerate(FOREIGN) if status == 200]


async def static(stand: Stand, path: str) -> tuple[int, str, str]:
    async with stand.http.get(f"{stand.url}{path}") as response:
        policy = response.headers["Content-Security-Policy"].split(";")[0]
        return response.status, response.content_type, policy


async def test_the_pages_own_files_and_nothing_else_are_served() -> None:
    async with a_stand() as stand:
        own = "default-src 'self'"
        assert await static(stand, "/") == (200, "text/html", own)
        assert await static(stand, "/static/app.js") == (200, "text/javascript", own)
        assert await static(stand, "/static/style.css") == (200, "text/css", own)
        assert await static(stand, "/static/..%2Fapp.py") == (404, "application/json", own)
        assert await static(stand, "/static/index.html") == (404, "application/json", own)
        assert await static(stand, "/elsewhere") == (404, "application/json", own)
