"""The pretended Одноклассники answers as OK's documentation says: signatures, tokens, parameters, pages, refusals."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.clock import SandboxClock
from sandbox.ok.model import OkGroup, OkUser, Topic
from sandbox.ok.server import OkServer
from sandbox.ok.world import OkWorld

NOON = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


@dataclass
class Place:
    ok: OkWorld
    server: OkServer
    town: OkGroup
    zhitel: OkUser
    topic: Topic
    http: aiohttp.ClientSession

    async def rest(self, method: str, sign: bool = True, keys: dict[str, str] | None = None, **params: Any) -> Any:
        given = {"application_key": "app", "format": "json", "method": method, **params}
        joined = "".join(f"{key}={given[key]}" for key in sorted(given))
        given["sig"] = hashlib.md5((joined + "secret").encode()).hexdigest() if sign else "0" * 32
        given = {**given, "access_token": "session", **(keys or {})}
        async with self.http.get(f"{self.server.url}/fb.do", params=given) as answer:
            assert answer.status == 200
            return await answer.json()

    async def graph(self, verb: str, path: str, body: Any = None, token: str = "bot", **query: str) -> Any:
        query["access_token"] = token
        async with self.http.request(verb, f"{self.server.url}/graph/{path}", params=query, json=body) as answer:
            return await answer.json()


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    ok = OkWorld(SandboxClock(frozen_at=NOON))
    town = ok.add_group("Администрация округа", 5501, "bot")
    zhitel = ok.add_person("Житель Округа")
    topic = ok.topic(town, "График приёма")
    server = OkServer(ok)
    await server.start()
    async with aiohttp.ClientSession() as http:
        yield Place(ok, server, town, zhitel, topic, http)
    await server.stop()


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"application_key": "other"}, 101),
        ({"access_token": ""}, 453),
        ({"access_token": "other"}, 103),
        ({"sig": "0" * 32}, 104),
        ({"count": "7"}, 104),
    ],
)
async def test_bad_keys_and_signatures_are_refused(place: Place, keys: dict[str, str], code: int) -> None:
    assert (await place.rest("discussions.getList", keys=keys))["error_code"] == code
    assert [(call.ok, call.error_code) for call in place.ok.calls] == [(False, code)]


async def test_a_refused_signature_repeats_the_signed_string_as_the_real_one_does(place: Place) -> None:
    refused = await place.rest("discussions.getList", sign=False)
    assert "application_key=app" in refused["error_msg"]


async def test_an_expired_session_and_a_missing_right_are_refused(place: Place) -> None:
    place.town.granted.discard("VALUABLE_ACCESS")
    denied = await place.rest("discussions.getList")
    place.town.session_expired = True
    expired = await place.rest("discussions.getList")
    assert (denied["error_code"], expired["error_code"]) == (10, 102)


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("discussions.getComments", {"discussionType": "GROUP_TOPIC"}, 100),
        ("discussions.getComments", {"discussionId": "1"}, 100),
        ("discussions.getComments", {"discussionId": "1", "discussionType": "GROUP_TOPIC"}, 300),
        ("discussions.getComment", {"discussionId": "{topic}", "discussionType": "GROUP_TOPIC"}, 100),
        (
            "discussions.getComment",
            {"discussionId": "{topic}", "discussionType": "GROUP_TOPIC", "comment_id": "1"},
            700,
        ),
        ("discussions.getList", {"count": "1000"}, 100),
        ("discussions.addDiscussionComment", {"entityId": "{topic}", "entityType": "GROUP_TOPIC", "comment": "x"}, 3),
        ("mediatopic.getByIds", {}, 100),
        ("mediatopic.getByIds", {"topic_ids": "1,2"}, 100),
        ("no.such", {}, 3),
    ],
)
async def test_what_is_missing_or_not_there_is_refused(
    place: Place, method: str, params: dict[str, str], code: int
) -> None:
    given: dict[str, Any] = {name: value.format(topic=place.topic.id) for name, value in params.items()}
    assert (await place.rest(method, **given))["error_code"] == code


async def test_comments_come_in_pages_from_both_ends(place: Place) -> None:
    for number in range(5):
        place.ok.comment(place.zhitel, place.topic, f"{number}")
    where: dict[str, Any] = {"discussionId": str(place.topic.id), "discussionType": "GROUP_TOPIC", "count": "2"}
    pages, anchor = [], "LAST"
    for _ in range(3):
        page = await place.rest("discussions.getComments", anchor=anchor, direction="BACKWARD", **where)
        pages.append([one["text"] for one in page["comments"]])
        anchor = page["anchor"]
    first = await place.rest("discussions.getComments", anchor="FIRST", **where)
    assert pages == [["3", "4"], ["1", "2"], ["0"]]
    assert ([one["text"] for one in first["comments"]], first["has_more"]) == (["0", "1"], True)


async def test_a_comment_shows_who_wrote_it_and_what_it_answers(place: Place) -> None:
    asked = place.ok.comment(place.zhitel, place.topic, "Нет воды")
    place.ok.comment(place.town, place.topic, "Дадут в шесть", reply_to=asked)
    where: dict[str, Any] = {"discussionId": str(place.topic.id), "discussionType": "GROUP_TOPIC"}
    comments = (await place.rest("discussions.getComments", anchor="LAST", **where))["comments"]
    shown = [
        (one["author_ref"], one["author_name"], one.get("reply_to_comment_id"), one["date_ms"]) for one in comments
    ]
    assert shown == [
        (place.zhitel.ref, "Житель Округа", None, 1768208400000),
        ("group:5501", "Администрация округа", asked.id, 1768208400000),
    ]


async def test_a_granted_method_comments_as_the_group(place: Place) -> None:
    place.town.granted.add("discussions.addDiscussionComment")
    made = await place.rest(
        "discussions.addDiscussionComment",
        entityId=str(place.topic.id),
        entityType="GROUP_TOPIC",
        comment="Ответ",
        as_admin="true",
    )
    assert [(one.id, one.author) for one in place.ok.comments(place.topic)] == [(made["id"], place.town)]


@pytest.mark.parametrize(
    ("verb", "path", "token", "body", "code"),
    [
        ("GET", "me/info", "", None, 453),
        ("GET", "me/info", "other", None, 103),
        ("GET", "me/nothing", "bot", None, 3),
        ("GET", "chat:C0/messages", "bot", None, 705),
        ("POST", "chat:C0/messages", "bot", {"message": {"text": "x"}}, 705),
        ("POST", "me/subscribe", "bot", None, 2001),
        ("POST", "me/subscribe", "bot", {"url": "file:///x"}, 2001),
    ],
)
async def test_the_bot_api_refuses(place: Place, verb: str, path: str, token: str, body: Any, code: int) -> None:
    assert (await place.graph(verb, path, body, token))["error_code"] == code


async def test_a_message_needs_its_chat_and_a_text(place: Place) -> None:
    chat = place.ok.message(place.zhitel, place.town, "Нет воды").chat
    path, right = f"chat:{chat.id}/messages", {"chat_id": f"chat:{chat.id}"}
    bodies: list[dict[str, Any]] = [
        {"message": {"text": "x"}},
        {"recipient": {"chat_id": "chat:C0"}, "message": {"text": "x"}},
        {"recipient": right, "message": {}},
        {"recipient": right, "message": {"text": "Дадут в шесть"}},
    ]
    answers = [await place.graph("POST", path, body) for body in bodies]
    assert [one.get("error_code") for one in answers] == [2001, 2001, 2001, None]
    assert [m.text for m in place.ok.messages(place.zhitel, place.town)] == ["Нет воды", "Дадут в шесть"]


async def test_chats_and_messages_come_newest_first(place: Place) -> None:
    second = place.ok.add_person("Другой житель")
    for person, text in ((place.zhitel, "раз"), (second, "два"), (place.zhitel, "три")):
        place.ok.clock.advance(timedelta(minutes=1))
        place.ok.message(person, place.town, text)
    first = await place.graph("GET", "me/chats", count="1")
    rest = await place.graph("GET", "me/chats", count="1", marker=first["marker"])
    chat = first["chats"][0]
    read = await place.graph("GET", f"{chat['chat_id']}/messages", to=str(chat["lastEventTime"] - 1))
    whole = await place.graph("GET", f"{chat['chat_id']}/messages")
    assert (len(first["chats"]), len(rest["chats"]), "marker" in rest) == (1, 1, False)
    assert [one["message"]["text"] for one in read["messages"]] == ["три"]
    assert [one["message"]["text"] for one in whole["messages"]] == ["три", "раз"]


async def test_a_webhook_that_does_not_answer_is_tried_again(place: Place) -> None:
    await place.graph("POST", "me/subscribe", {"url": "http://127.0.0.1:9/hook"})
    place.ok.message(place.zhitel, place.town, "Нет воды")
    assert await place.server.deliver() == [0]
    assert await place.server.deliver() == [0]
    assert [delivery.tries for delivery in place.ok.undelivered] == [2]
    assert (await place.graph("POST", "me/unsubscribe", {"url": "http://127.0.0.1:9/hook"})) == {"success": True}


async def test_the_world_tells_what_happens(place: Place) -> None:
    told: list[str] = []
    stop = place.ok.subscribe(lambda event: told.append(event.kind))
    comment = place.ok.comment(place.zhitel, place.topic, "Нет воды")
    place.ok.edit_comment(comment, "Нет воды!")
    place.ok.delete_comment(comment)
    place.ok.message(place.zhitel, place.town, "Нет света")
    stop()
    place.ok.topic(place.town, "Ещё")
    assert told == ["comment", "comment_edited", "comment_deleted", "message"]
