"""MAX behind the port, on the wire: what is sent, and that every answer and every silence is an outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.max.manners import TEXT_UNITS
from bot.max.mids import mid_of
from bot.messenger import (
    Address,
    Button,
    Gone,
    Later,
    NotSeen,
    OutFile,
    Rejected,
    Screen,
    Sent,
    Unknown,
    Unreachable,
    person_link,
)
from tests.doors.max_stand import ANNA, GROUP, ME, NOON, Answer, Stand, a_stand, message, seq_of

HELLO = Screen("Здравствуйте")
CARD = Address(GROUP, seq_of(50))


def saying(answer: Any) -> Answer:
    return lambda call: answer


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with a_stand() as stand:
        yield stand


async def test_a_screen_goes_into_a_group_with_its_buttons_and_no_preview(stand: Stand) -> None:
    buttons = (
        (Button("✅ Принять", data="accept:1", style="success"), Button("Открыть", url="https://vk.com/wall-1_2")),
        (Button("Скопировать", copy="+7 900"), Button("Вернуть", data="return:1", style="danger")),
    )
    outcome = await stand.max.send(GROUP, Screen("<b>№ 1</b> a &lt;3", buttons, silent=True), CARD)
    assert outcome == Sent((Address(GROUP, seq_of(1)),))
    [call] = stand.calls
    assert call.query == {"chat_id": str(GROUP), "disable_link_preview": "true"}
    assert call.body == {
        "text": "<b>№ 1</b> a &lt;3",
        "format": "html",
        "notify": False,
        "link": {"type": "reply", "mid": mid_of(GROUP, seq_of(50))},
        "attachments": [
            {
                "type": "inline_keyboard",
                "payload": {
                    "buttons": [
                        [
                            {"type": "callback", "text": "✅ Принять", "payload": "accept:1", "intent": "positive"},
                            {"type": "link", "text": "Открыть", "url": "https://vk.com/wall-1_2"},
                        ],
                        [
                            {"type": "clipboard", "text": "Скопировать", "payload": "+7 900"},
                            {"type": "callback", "text": "Вернуть", "payload": "return:1", "intent": "negative"},
                        ],
                    ]
                },
            }
        ],
    }


async def test_a_private_message_is_addressed_by_the_account_and_edited_by_the_dialogs_mid(stand: Stand) -> None:
    stand.says["PUT /messages"] = lambda call: {"success": True}
    outcome = await stand.max.send(ANNA, HELLO)
    assert isinstance(outcome, Sent)
    assert outcome.addresses == (Address(ANNA, seq_of(1)),)
    assert stand.calls[0].query["user_id"] == str(ANNA)
    assert await stand.max.edit(outcome.addresses[0], HELLO) == Sent(outcome.addresses)
    dialog = ME ^ ANNA
    assert stand.calls[1].query == {"message_id": f"mid.{dialog:016x}{seq_of(1):016x}"}


async def test_an_edit_takes_the_buttons_off_by_saying_that_there_are_none(stand: Stand) -> None:
    stand.says["PUT /messages"] = lambda call: {"success": True}
    assert await stand.max.edit(CARD, HELLO) == Sent((CARD,))
    assert stand.calls[0].body["attachments"] == []


async def test_what_max_refuses_for_good_is_sent_once_more_plain(stand: Stand) -> None:
    def refuses_what_is_dressed(call: Any) -> Any:
        return {"success": True} if "format" not in call.body else (400, {"code": "proto.payload", "message": "no"})

    stand.says["PUT /messages"] = refuses_what_is_dressed
    screen = Screen("<b>№ 1</b> a &lt;3", ((Button("Да", data="y", style="success"), Button("Копия", copy="7")),))
    assert await stand.max.edit(CARD, screen) == Sent((CARD,))
    plain = stand.calls[1].body
    assert (plain["text"], plain["attachments"][0]["payload"]["buttons"]) == (
        "№ 1 a <3",
        [[{"type": "callback", "text": "Да", "payload": "y", "intent": "default"}]],
    )
    stand.says["PUT /messages"] = saying((400, {"code": "proto.payload", "message": "no"}))
    assert isinstance(await stand.max.edit(CARD, screen), Rejected)
    assert len(stand.calls) == 4


async def test_people_are_mentioned_and_quotes_stand_in_words(stand: Stand) -> None:
    text = f'<a href="{person_link(ANNA)}">Анна</a>, <blockquote>Нет воды\nтретий день</blockquote> и «всё»'
    await stand.max.send(GROUP, Screen(text))
    assert stand.sent[0]["text"] == f'<a href="max://user/{ANNA}">Анна</a>, «Нет воды\nтретий день» и «всё»'


async def test_quotes_stay_where_clients_are_known_to_show_them() -> None:
    async with a_stand(blockquote=True) as stand:
        await stand.max.send(GROUP, Screen("<blockquote>Нет воды</blockquote>"))
        assert stand.sent[0]["text"] == "<blockquote>Нет воды</blockquote>"


async def test_a_row_too_long_is_broken_and_what_does_not_fit_is_left_out(stand: Stand) -> None:
    row = tuple(Button(f"{n}", data=f"d:{n}") for n in range(9))
    links = tuple(Button(f"{n}", url=f"https://vk.com/{n}") for n in range(4))
    bad = (Button("д" * 200, data="x"), Button("нет", data="x" * 1025), Button("нет", url="https://" + "x" * 2048))
    await stand.max.send(GROUP, Screen("№ 1", (row, links, bad)))
    rows = stand.sent[0]["attachments"][0]["payload"]["buttons"]
    assert [len(one) for one in rows] == [7, 2, 3, 1, 1]
    assert rows[-1][0]["text"] == "д" * 127 + "…"


async def test_a_long_text_is_several_messages_with_the_buttons_under_the_last(stand: Stand) -> None:
    await stand.max.send(GROUP, Screen("Воды нет третий день. " * 400, ((Button("Принять", data="a"),),)), CARD)
    assert len(stand.sent) == 3
    assert max(len(body["text"]) for body in stand.sent) <= TEXT_UNITS
    assert [bool(body["attachments"]) for body in stand.sent] == [False, False, True]
    assert [body["link"] is not None for body in stand.sent] == [True, False, False]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((500, {"code": "internal", "message": "x"}), Unknown("internal")),
        ((503, {"code": "service.unavailable", "message": ""}), Unknown("service.unavailable")),
        (b"<html>nginx</html>", Unknown("status 200")),
        ({"message": {"body": {"mid": "mid.sha-more"}}}, Unknown("an answer that is no answer")),
        ({}, Unknown("an answer that is no answer")),
        (None, Unknown("ServerDisconnectedError")),
        ((401, {"code": "verify.token", "message": "Invalid access_token"}), Later(60.0, "unauthorised")),
        ((403, {"code": "chat.denied", "message": "secret words"}), Unreachable("chat.denied")),
        ((404, {"code": "not.found", "message": ""}), Unreachable("not.found")),
        ((400, {"code": "proto.payload", "message": "«Нет воды»"}), Rejected("proto.payload")),
        ({"success": False, "code": "chat.denied", "message": ""}, Unreachable("chat.denied")),
    ],
)
async def test_every_answer_is_an_outcome_and_nothing_is_sent_twice(
    stand: Stand, answer: object, outcome: object
) -> None:
    stand.says["POST /messages"] = lambda call: answer
    assert await stand.max.send(GROUP, HELLO) == outcome
    assert len(stand.calls) == 1


async def test_too_many_requests_name_no_time_so_each_silence_is_longer(stand: Stand) -> None:
    fine = stand.says["POST /messages"]
    stand.says["POST /messages"] = lambda call: (429, {"code": "too.many.requests", "message": ""})
    waits = [await stand.max.send(GROUP, HELLO) for _ in range(6)]
    assert [one.seconds for one in waits if isinstance(one, Later) and one.limited] == [5, 10, 20, 40, 60, 60]
    stand.says["POST /messages"] = fine
    await stand.max.send(GROUP, HELLO)
    stand.says["POST /messages"] = lambda call: (429, {"code": "too.many.requests", "message": ""})
    assert await stand.max.send(GROUP, HELLO) == Later(5.0, "too many requests", limited=True)


async def test_what_cannot_be_edited_any_more_is_gone_and_a_doubtful_edit_is_repeated(stand: Stand) -> None:
    for answer in ((404, {"code": "not.found", "message": ""}), (400, {"code": "message.edit.expired", "message": ""})):
        stand.says["PUT /messages"] = saying(answer)
        assert await stand.max.edit(CARD, HELLO) == Gone()
    stand.says["PUT /messages"] = lambda call: (502, {"code": "bad.gateway", "message": ""})
    assert await stand.max.edit(CARD, HELLO) == Later(1.0, "bad.gateway")


async def test_nobody_there_is_a_message_that_never_left(stand: Stand) -> None:
    stand.max._wire._base = "http://127.0.0.1:9"
    assert await stand.max.send(GROUP, HELLO) == Later(1.0, "never sent: ClientConnectorError", left=False)


async def test_pictures_stand_in_one_message_and_each_document_alone(stand: Stand, tmp_path: Path) -> None:
    stand.says["/uploads"] = lambda call: {"url": f"{stand.url}/upload", "token": "video-token"}
    tokens = iter("abcdefgh")
    stand.says["/upload"] = lambda call: {"photos": {"k": {"token": next(tokens)}}, "token": next(tokens)}
    kinds = ("photo", "document", "photo", "document")
    files = tuple(OutFile(kind, f"{n}", Path(), data=bytes([n])) for n, kind in enumerate(kinds))
    outcome = await stand.max.send_files(GROUP, files, CARD)
    assert isinstance(outcome, Sent)
    assert [[one["type"] for one in body["attachments"]] for body in stand.sent] == [
        ["image", "image"],
        ["file"],
        ["file"],
    ]
    assert [call.query["type"] for call in stand.asked("POST", "/uploads")] == ["image", "image", "file", "file"]
    assert {body["text"] for body in stand.sent} == {None}


async def test_a_file_that_is_not_ready_is_sent_later_and_uploaded_once(stand: Stand) -> None:
    fine = stand.says["POST /messages"]
    stand.says["/uploads"] = lambda call: {"url": f"{stand.url}/upload"}
    stand.says["/upload"] = lambda call: {"photos": {"k": {"token": "t"}}}
    stand.says["POST /messages"] = lambda call: (400, {"code": "attachment.not.ready", "message": ""})
    one = (OutFile("photo", "a.jpg", Path(), data=b"a"),)
    assert await stand.max.send_files(GROUP, one) == Later(2.0, "attachment.not.ready")
    stand.says["POST /messages"] = fine
    assert isinstance(await stand.max.send_files(GROUP, one), Sent)
    assert len(stand.asked("POST", "/uploads")) == 1


async def test_an_upload_that_broke_has_sent_nothing(stand: Stand, tmp_path: Path) -> None:
    one = (OutFile("photo", "a.jpg", Path(), data=b"a"),)
    answers: list[Any] = [None, (500, {}), {}, b"no"]
    for answer in answers:
        stand.says["/uploads"] = saying(answer)
        assert isinstance(await stand.max.send_files(GROUP, one), Later)
    assert stand.sent == []
    lost = (OutFile("photo", "a.jpg", tmp_path / "nowhere.jpg"),)
    assert await stand.max.send_files(GROUP, lost) == Rejected("1 files are not on the disk")


async def test_an_empty_toast_is_not_sent_and_a_refusal_is_written_too(stand: Stand) -> None:
    stand.says["/answers"] = lambda call: {"success": True}
    assert await stand.max.answer_press("press", "")
    assert stand.calls == []
    assert await stand.max.answer_press("press", "Принято")
    assert not await stand.max.answer_press("press", "я" * 300, alert=True)
    assert [len(call.body["notification"]) for call in stand.calls] == [7, 200]
    assert stand.calls[0].query == {"callback_id": "press"}


async def test_what_may_have_been_sent_is_found_in_the_chat(stand: Stand) -> None:
    there = [
        message(GROUP, 9, "№ 1 \n«Нет воды»"),
        message(GROUP, 8, "№ 1 \n«Нет воды»", sender=ANNA),
        message(GROUP, 7, "", attachments=[{"type": "image", "payload": {"photo_id": 1, "token": "t", "url": "u"}}]),
        message(GROUP, -900_000, "№ 1 \n«Нет воды»"),
    ]
    stand.says["GET /messages"] = lambda call: {"messages": there}
    since = datetime.fromtimestamp(NOON / 1000, UTC) - timedelta(seconds=5)
    screen = Screen("<b>№ 1</b>\n<blockquote>Нет воды</blockquote>")
    assert await stand.max.look_up(GROUP, screen, since) == (Address(GROUP, seq_of(9)),)
    assert await stand.max.look_up(GROUP, Screen("№ 2"), since) == ()
    photo = (OutFile("photo", "a.jpg", Path(), data=b"a"),)
    assert await stand.max.look_up(GROUP, photo, since) == (Address(GROUP, seq_of(7)),)
    stand.says["GET /messages"] = lambda call: (403, {"code": "chat.denied", "message": ""})
    assert isinstance(await stand.max.look_up(GROUP, screen, since), NotSeen)


async def test_a_chat_that_is_not_read_back_to_the_sending_leaves_it_open(stand: Stand) -> None:
    newest = [message(GROUP, number, "Другое", sender=ANNA) for number in range(200, 100, -1)]
    stand.says["GET /messages"] = lambda call: {"messages": newest}
    sent = datetime.fromtimestamp(NOON / 1000, UTC) - timedelta(seconds=5)
    assert isinstance(await stand.max.look_up(GROUP, Screen("№ 1"), sent), NotSeen)
    newest[-1] = message(GROUP, -900_000, "Давнее", sender=ANNA)
    assert await stand.max.look_up(GROUP, Screen("№ 1"), sent) == ()


async def test_a_pin_without_the_right_is_refused(stand: Stand) -> None:
    stand.says[f"/chats/{GROUP}/pin"] = lambda call: {"success": True}
    assert await stand.max.pin(CARD) == Sent((CARD,))
    assert stand.calls[0].body["notify"] is False
    stand.says[f"/chats/{GROUP}/pin"] = lambda call: (403, {"code": "chat.denied", "message": ""})
    assert await stand.max.pin(CARD) == Rejected("chat.denied")
