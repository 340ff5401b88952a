"""The hands of VK's citizens: memory, events of the world, markup, and the long poll's queue."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import SandboxClock
from sandbox.vk.longpoll import LongPollQueue
from sandbox.vk.markup import Mention, read_markup
from sandbox.vk.model import WorldEvent
from sandbox.vk.world import VkWorld

NOON = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


def test_what_was_written_is_remembered_and_told() -> None:
    vk = VkWorld(SandboxClock(frozen_at=NOON))
    heard: list[WorldEvent] = []
    town = vk.add_community("Администрация округа", group_id=1001, community_token="t", screen_name="kursky_okrug")
    zhitel = vk.add_person("Житель", "Округа")
    vk.subscribe(heard.append)
    post = vk.post(town, "График")
    vk.clock.advance(timedelta(minutes=5))
    comment = vk.comment(zhitel, post, "Нет воды", photos=[b"jpeg"])
    reply = vk.comment(town, post, "Едем", reply_to=comment)
    vk.delete_comment(comment)
    left = vk.comments(post)
    vk.restore_comment(comment)
    vk.edit_comment(comment, "Нет воды и света")
    message = vk.message(zhitel, town, "Здравствуйте")
    vk.close_comments(post)
    assert left == [reply]
    assert vk.comments(post) == [comment, reply]
    assert vk.messages(zhitel, town) == [message]
    assert (comment.text, comment.date, comment.author.name, reply.reply_to) == (
        "Нет воды и света", NOON + timedelta(minutes=5), "Житель Округа", comment,
    )  # fmt: skip
    assert comment.url == f"https://vk.com/wall-1001_{post.id}?reply={comment.id}"
    assert [(e.seq, e.kind) for e in heard] == list(
        enumerate(
            ["post", "comment", "comment", "comment_deleted", "comment_restored", "comment_edited", "message",
             "comments_closed"], 1,
        )
    )  # fmt: skip
    with pytest.raises(ValueError, match="closed"):
        vk.comment(zhitel, post, "ещё")


def test_a_message_after_a_deleted_one_has_a_number_of_its_own() -> None:
    vk = VkWorld(SandboxClock(frozen_at=NOON))
    town = vk.add_community("Администрация округа", group_id=1001, community_token="t", screen_name="kursky_okrug")
    zhitel = vk.add_person("Житель", "Округа")
    first, second = vk.message(zhitel, town, "раз"), vk.message(zhitel, town, "два")
    vk.delete_message(first)
    assert [first.cmid, second.cmid, vk.message(zhitel, town, "три").cmid] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "shown", "mentions"),
    [
        ("[id1|Житель], вода", "Житель, вода", [Mention("id1", "Житель")]),
        ("@club1 (Мы) и *durov", "Мы и *durov", [Mention("club1", "Мы"), Mention("durov", "*durov")]),
        ("@all", "@all", [Mention("all", "@all")]),
        ("[https://vk.com/wall-1_2|Запись]", "Запись", []),
        ("a@b.ru 2*3 [1] @\u2060id1 [\u2060id1|x]", "a@b.ru 2*3 [1] @\u2060id1 [\u2060id1|x]", []),
    ],
)
def test_markup(text: str, shown: str, mentions: list[Mention]) -> None:
    assert read_markup(text) == (shown, mentions)


async def test_the_queue_wakes_who_waits_and_knows_what_it_forgot() -> None:
    queue = LongPollQueue()
    waiting = asyncio.create_task(queue.check(queue.key, "1", 60))
    await queue.somebody_waits()
    queue.put({"n": 1})
    assert await waiting == {"ts": "2", "updates": [{"n": 1}]}
    queue.put({"n": 2})
    assert await queue.check(queue.key, "1", 0) == {"ts": "3", "updates": [{"n": 1}, {"n": 2}]}
    assert await queue.check(queue.key, "3", 0) == {"ts": "3", "updates": []}
    assert await queue.check("another", "3", 0) == {"failed": 2}
    assert await queue.check(queue.key, "99", 0) == {"failed": 1, "ts": 3}
    queue.forget()
    assert await queue.check(queue.key, "3", 0) == {"failed": 1, "ts": 4}
    stopped = asyncio.create_task(queue.check(queue.key, "4", 60))
    await queue.somebody_waits()
    queue.expire_key()
    assert await stopped == {"failed": 2}
