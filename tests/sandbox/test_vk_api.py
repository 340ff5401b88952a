"""The pretended VK answers the real vk_api client as VK's documentation says: who may call what, and how it refuses."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from jconfig import MemoryConfig  # type: ignore[import-untyped]
from requests.adapters import HTTPAdapter
from vk_api import VkApi
from vk_api.bot_longpoll import VkBotEventType, VkBotLongPoll
from vk_api.exceptions import ApiError, ApiHttpError, Captcha
from vk_api.upload import VkUpload

from sandbox.clock import SandboxClock
from sandbox.vk.model import Call, Community, Post, VkUser
from sandbox.vk.server import VkServer
from sandbox.vk.world import VkWorld

NOON = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
TOKENS = {"group": "vk1.a.community", "service": "service-token", "user": "user-token"}


class ToSandbox(HTTPAdapter):
    """Sends what vk_api sends to api.vk.ru to the sandbox."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url is not None
        request.url = request.url.replace("https://api.vk.ru", self._url)
        return super().send(request, *args, **kwargs)


@dataclass
class Place:
    vk: VkWorld
    server: VkServer
    town: Community
    zhitel: VkUser
    post: Post
    sessions: list[requests.Session]

    def client(self, kind: str = "group", version: str = "5.199") -> Any:
        session = requests.Session()
        session.mount("https://api.vk.ru", ToSandbox(self.server.url))
        self.sessions.append(session)
        client = VkApi(token=TOKENS.get(kind, kind), api_version=version, session=session, config=MemoryConfig)
        client.RPS_DELAY = 0
        return client

    async def call(self, method: str, kind: str = "group", **params: Any) -> Any:
        return await asyncio.to_thread(self.client(kind).method, method, params)

    async def refusal(self, method: str, kind: str = "group", **params: Any) -> int:
        with pytest.raises(ApiError) as caught:
            await self.call(method, kind, **params)
        return int(caught.value.code)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    vk = VkWorld(SandboxClock(frozen_at=NOON))
    town = vk.add_community(
        "Администрация округа", 1001, TOKENS["group"], TOKENS["service"], TOKENS["user"], "kursky_okrug"
    )
    server = VkServer(vk)
    await server.start()
    here = Place(vk, server, town, vk.add_person("Житель", "Округа"), vk.post(town, "График"), [])
    yield here
    for session in here.sessions:
        session.close()
    await server.stop()


async def test_the_library_s_own_long_poll_hears_the_citizens(place: Place) -> None:
    def open_poll() -> Any:
        return VkBotLongPoll(place.client(), 1001, wait=0)

    poll = await asyncio.to_thread(open_poll)
    comment = place.vk.comment(place.zhitel, place.post, "Нет воды", photos=[b"jpeg"])
    place.vk.wall_post(place.zhitel, place.town, "Прошу помочь")
    place.vk.message(place.zhitel, place.town, "Здравствуйте")
    place.vk.edit_comment(comment, "Нет воды и света")
    place.vk.delete_comment(comment)
    place.vk.restore_comment(comment)
    events = await asyncio.to_thread(poll.check)
    poll.session.close()
    assert [e.type for e in events] == [
        VkBotEventType.WALL_REPLY_NEW, VkBotEventType.WALL_POST_NEW, VkBotEventType.MESSAGE_NEW,
        VkBotEventType.WALL_REPLY_EDIT, VkBotEventType.WALL_REPLY_DELETE, VkBotEventType.WALL_REPLY_RESTORE,
    ]  # fmt: skip
    assert [e.raw["v"] for e in events] == ["5.199"] * 6
    assert len({e.raw["event_id"] for e in events}) == 6
    body = dict(events[0].object)
    assert body.pop("attachments")[0]["type"] == "photo"
    assert body.pop("thread")["count"] == 0
    assert body == {
        "id": comment.id, "from_id": place.zhitel.id, "date": 1768208400, "text": "Нет воды", "post_id": place.post.id,
        "owner_id": -1001, "post_owner_id": -1001, "parents_stack": [],
    }  # fmt: skip
    assert (events[2].from_user, events[2].message.text, events[2].message.peer_id) == (
        True, "Здравствуйте", place.zhitel.id,
    )  # fmt: skip


async def test_a_comment_made_through_the_api_comes_back(place: Place) -> None:
    comment = place.vk.comment(place.zhitel, place.post, "Нет воды")
    server = await place.call("groups.getLongPollServer", group_id=1001)
    made = await place.call(
        "wall.createComment", owner_id=-1001, post_id=place.post.id, from_group=1001, message=" Подвоз ",
        reply_to_comment=comment.id,
    )  # fmt: skip
    heard = await place.vk.queues[1001].check(server["key"], server["ts"], 0)
    assert made == {"comment_id": comment.id + 1, "parents_stack": [comment.id]}
    assert [(e["type"], e["object"]["from_id"], e["object"]["text"]) for e in heard["updates"]] == [
        ("wall_reply_new", -1001, "Подвоз")
    ]
    assert place.vk.comments(place.post)[-1].url == f"https://vk.com/wall-1001_{place.post.id}?reply={comment.id + 1}"


@pytest.mark.parametrize(("works", "standing"), [(False, 2), (True, 1)])
async def test_guid_does_not_tell_repeats_apart_unless_told_to(place: Place, works: bool, standing: int) -> None:
    place.vk.guid_works = works
    for _ in range(2):
        await place.call("wall.createComment", owner_id=-1001, post_id=place.post.id, message="Ответ", guid="g1")
    assert len(place.vk.comments(place.post)) == standing


async def test_random_id_does(place: Place) -> None:
    place.vk.message(place.zhitel, place.town, "Здравствуйте")
    sent = [
        await place.call("messages.send", peer_id=place.zhitel.id, message="Ответ", random_id=number)
        for number in (7, 7, 8)
    ]
    assert sent[0] == sent[1] != sent[2]
    history = await place.call("messages.getHistory", peer_id=place.zhitel.id)
    assert [(m["text"], m["out"], m["random_id"]) for m in history["items"]] == [
        ("Ответ", 1, 8), ("Ответ", 1, 7), ("Здравствуйте", 0, 0),
    ]  # fmt: skip


#: which tokens are taken, by VKCOM's schema; the others get 27 (community), 28 (service) or 15 (user)
RIGHTS: list[tuple[str, dict[str, Any], set[str]]] = [
    ("groups.getById", {"group_ids": "1001"}, {"group", "service", "user"}),
    ("groups.getTokenPermissions", {}, {"group"}),
    ("account.getAppPermissions", {}, {"user"}),
    ("groups.getLongPollServer", {"group_id": 1001}, {"group", "user"}),
    ("wall.createComment", {"owner_id": -1001, "post_id": 1, "message": "x"}, {"group", "user"}),
    ("wall.getComments", {"owner_id": -1001, "post_id": 1}, {"service", "user"}),
    ("wall.getById", {"posts": "-1001_1"}, {"service", "user"}),
    ("wall.get", {"domain": "kursky_okrug"}, {"service", "user"}),
    ("users.get", {"user_ids": "1"}, {"group", "service", "user"}),
    ("docs.getWallUploadServer", {"group_id": 1001}, {"group", "user"}),
    ("photos.getWallUploadServer", {"group_id": 1001}, {"user"}),
    ("photos.getMessagesUploadServer", {"peer_id": 1}, {"group", "user"}),
    ("utils.resolveScreenName", {"screen_name": "kursky_okrug"}, {"group", "service", "user"}),
]


@pytest.mark.parametrize(("method", "params", "allowed"), RIGHTS, ids=[row[0] for row in RIGHTS])
async def test_which_token_may_call_what(place: Place, method: str, params: dict[str, Any], allowed: set[str]) -> None:
    refused = {"group": 27, "service": 28, "user": 15}
    for kind in TOKENS:
        if kind in allowed:
            await place.call(method, kind, **params)
        else:
            assert await place.refusal(method, kind, **params) == refused[kind]


async def test_refusals(place: Place) -> None:
    say: Callable[..., Any] = place.refusal
    create = {"method": "wall.createComment", "owner_id": -1001, "post_id": place.post.id}
    assert await say("wall.createComment", "wrong-token") == 5
    assert await say("wall.createComment", owner_id=-1001, message="x") == 100
    assert await say(**create) == 100
    assert await say(**create, message="я" * 16385) == 100
    assert await say(**create, message="x", attachments="doc1_2") == 100
    assert await say(**create | {"post_id": 999}, message="x") == 212
    assert await say("wall.nothing") == 3
    assert await say("messages.send", peer_id=place.zhitel.id, message="x", random_id=1) == 901
    assert await say("messages.send", peer_id=place.zhitel.id, message="x") == 100
    assert await say("groups.getLongPollServer", group_id=1002) == 15
    place.vk.close_comments(place.post)
    assert await say(**create, message="x") == 213
    with pytest.raises(ApiError, match="version"):
        await asyncio.to_thread(place.client(version="").method, "users.get", {})


async def test_the_shape_of_an_error(place: Place) -> None:
    with pytest.raises(ApiError) as caught:
        await place.call("wall.createComment", owner_id=-1001)
    assert caught.value.error == {
        "error_code": 100,
        "error_msg": "One of the parameters specified was missing or invalid: post_id is undefined",
        "request_params": [
            {"key": "method", "value": "wall.createComment"}, {"key": "oauth", "value": "1"},
            {"key": "owner_id", "value": "-1001"}, {"key": "v", "value": "5.199"},
        ],
    }  # fmt: skip
    assert place.vk.calls == [
        Call(0.0, "wall.createComment", "group", 1001, False, 100, {"owner_id": "-1001", "v": "5.199"})
    ]


async def test_faults_by_order(place: Place) -> None:
    params: dict[str, Any] = {"owner_id": -1001, "post_id": place.post.id, "message": "Ответ"}
    place.vk.faults.add("error", code=14)
    with pytest.raises(Captcha):
        await place.call("wall.createComment", **params)
    place.vk.faults.add("server_error", code=503)
    with pytest.raises(ApiHttpError):
        await place.call("wall.createComment", **params)
    place.vk.faults.add("html")
    with pytest.raises(requests.JSONDecodeError):
        await place.call("wall.createComment", **params)
    place.vk.faults.add("reset_before")
    with pytest.raises(requests.ConnectionError):
        await place.call("wall.createComment", **params)
    assert place.vk.comments(place.post) == []
    place.vk.faults.add("reset_after")
    with pytest.raises(requests.ConnectionError):
        await place.call("wall.createComment", **params)
    assert [c.text for c in place.vk.comments(place.post)] == ["Ответ"]


@pytest.mark.parametrize(("kind", "most"), [("group", 20), ("service", 3), ("user", 3)])
async def test_limits_a_second(place: Place, kind: str, most: int) -> None:
    place.vk.limits_on = True
    for _ in range(most):
        await place.call("users.get", kind, user_ids="1")
    client = place.client(kind)
    client.error_handlers.pop(6)
    with pytest.raises(ApiError, match="Too many requests per second"):
        await asyncio.to_thread(client.method, "users.get", {"user_ids": "1"})
    place.vk.clock.advance_monotonic(1)
    assert await place.call("users.get", kind, user_ids="1") == []


async def test_the_library_s_own_uploads(place: Place) -> None:
    def upload(photo: str, paper: str) -> tuple[Any, Any]:
        uploader = VkUpload(place.client())
        with uploader.http:
            return uploader.photo_messages(photo), uploader.document_wall(paper, title="акт")

    place.vk.message(place.zhitel, place.town, "Здравствуйте")
    photos, doc = await asyncio.to_thread(upload, *_files())
    number = await place.call(
        "messages.send", peer_id=place.zhitel.id, random_id=1, attachment=f"photo-1001_{photos[0]['id']}"
    )
    assert doc["doc"]["title"] == "акт.pdf"
    sent = place.vk.messages(place.zhitel, place.town)[-1]
    assert (sent.id, [a.data for a in sent.attachments]) == (number, [b"jpeg"])


def _files() -> tuple[Any, Any]:
    photo, paper = io.BytesIO(b"jpeg"), io.BytesIO(b"pdf")
    photo.name, paper.name = "до.jpg", "акт.pdf"
    return photo, paper


async def test_long_poll_settings_decide_what_comes(place: Place) -> None:
    start = place.vk.queues[1001]
    await place.call("groups.setLongPollSettings", group_id=1001, wall_reply_new=0, message_reply=1)
    settings = await place.call("groups.getLongPollSettings", group_id=1001)
    assert (settings["is_enabled"], settings["events"]["wall_reply_new"], settings["events"]["message_reply"]) == (
        True, 0, 1,
    )  # fmt: skip
    before = start.ts
    place.vk.comment(place.zhitel, place.post, "не придёт")
    place.vk.message(place.zhitel, place.town, "придёт")
    await place.call("messages.send", peer_id=place.zhitel.id, message="Ответ", random_id=1)
    assert [e["type"] for e in start.after(before)] == ["message_new", "message_reply"]


async def test_reading_walls(place: Place) -> None:
    first = place.vk.comment(place.zhitel, place.post, "раз")
    inside = place.vk.comment(place.town, place.post, "ответ", reply_to=first)
    deeper = place.vk.comment(place.zhitel, place.post, "спасибо", reply_to=inside)
    second = place.vk.comment(place.zhitel, place.post, "два")
    where = {"owner_id": -1001, "post_id": place.post.id}
    top = await place.call("wall.getComments", "service", **where, sort="desc", thread_items_count=1, extended=1)
    thread = await place.call("wall.getComments", "service", **where, comment_id=first.id)
    one = await place.call("wall.getComment", "user", owner_id=-1001, comment_id=deeper.id)
    assert [(c["id"], c["thread"]["count"]) for c in top["items"]] == [(second.id, 0), (first.id, 2)]
    assert [c["id"] for c in top["items"][1]["thread"]["items"]] == [inside.id]
    assert [p["id"] for p in top["profiles"]] == [place.zhitel.id]
    assert [(c["id"], c["parents_stack"], c["reply_to_comment"]) for c in thread["items"]] == [
        (inside.id, [first.id], first.id), (deeper.id, [first.id], inside.id),
    ]  # fmt: skip
    assert one["items"][0]["text"] == "спасибо"
    assert await place.refusal("wall.getComment", owner_id=-1001, comment_id=deeper.id) == 27
    place.vk.delete_post(place.post)
    assert await place.refusal("wall.getComment", "user", owner_id=-1001, comment_id=deeper.id) == 15
