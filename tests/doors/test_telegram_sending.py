"""Telegram behind the port, against the local one: what is shown, and that every refusal is an outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.parts import albums, shown, split, units
from bot.messenger import (
    Address,
    Albums,
    Button,
    Gone,
    Later,
    Moved,
    OutFile,
    Rejected,
    Screen,
    Sent,
    Size,
    Unknown,
    Unreachable,
)
from bot.telegram.manners import ALBUMS, SIZE
from bot.telegram.messenger import Telegram
from bot.telegram.wire import _seconds_of
from tests.doors.sorting_room import TOKEN, Room, a_room
from tests.telegram_patience import TelegramPatience

HELLO = Screen("Здравствуйте")


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path) as room:
        yield room


async def test_a_screen_is_shown_with_its_buttons_and_no_preview(room: Room):
    buttons = (
        (Button("✅ Принять", data="accept:1", style="success"), Button("Открыть", url="https://vk.com/wall-1_2")),
        (Button("Скопировать", copy="+7 900"),),
    )
    outcome = await room.telegram.send(room.group.id, Screen("<b>№ 1</b> vk.com/a &lt;3", buttons, silent=True))
    (message,) = room.messages()
    assert outcome == Sent((Address(room.group.id, message.id),))
    assert (message.text, message.silent, message.link_preview) == ("№ 1 vk.com/a <3", True, False)
    assert [[(b.text, b.data, b.url, b.copy_text, b.style) for b in row] for row in message.buttons] == [
        [("✅ Принять", "accept:1", None, None, "success"), ("Открыть", None, "https://vk.com/wall-1_2", None, None)],
        [("Скопировать", None, None, "+7 900", None)],
    ]


async def test_a_question_opens_an_answer(room: Room):
    asked = room.world.write(room.anna, room.group, "Верну")
    address = Address(room.group.id, asked.id)
    await room.telegram.send(room.group.id, Screen("Почему?", asks=True), reply_to=address)
    await room.telegram.send(room.anna.id, Screen("Почему?", asks=True))
    (here,), (there,) = room.messages(), room.messages(room.anna)
    assert (here.reply_to, here.reply_keyboard) == (asked, {"force_reply": True, "selective": True})
    assert there.reply_keyboard == {"force_reply": True}


async def test_a_reply_to_what_is_no_more_is_sent_without(room: Room):
    outcome = await room.telegram.send(room.group.id, HELLO, reply_to=Address(room.group.id, 4040))
    assert (type(outcome), [m.reply_to for m in room.messages()]) == (Sent, [None])


async def test_a_reply_into_another_chat_is_a_plain_message(room: Room):
    elsewhere = room.world.write(room.anna, room.bot, "Привет")
    await room.telegram.send(room.group.id, HELLO, reply_to=Address(room.anna.id, elsewhere.id))
    assert [m.reply_to for m in room.messages()] == [None]


async def test_a_long_text_is_split_and_keeps_every_letter(room: Room):
    text = "<b>" + "Прошу помочь 👨‍👩‍👧 с водой &amp; теплом. " * 300 + "</b>"
    buttons = ((Button("Принять", data="a"),),)
    outcome = await room.telegram.send(room.group.id, Screen(text, buttons))
    messages = room.messages()
    assert outcome == Sent(tuple(Address(room.group.id, m.id) for m in messages))
    assert " ".join(m.text for m in messages).split() == shown(text).split()
    assert [len(m.buttons) for m in messages] == [0] * (len(messages) - 1) + [1]
    assert len(messages) == 3
    assert [{e.type for e in m.entities} for m in messages] == [{"bold"}] * 3


async def test_a_text_goes_on_where_it_broke_off(room: Room):
    text = "слово " * 2000
    room.world.faults.add("server_error", after=1)
    broken = await room.telegram.send(room.group.id, Screen(text))
    assert isinstance(broken, Unknown)
    assert len(broken.sent) == len(room.messages()) == 1
    await room.telegram.send(room.group.id, Screen(text), start=1)
    assert " ".join(room.texts()).split() == text.split()


async def test_an_edit_changes_the_message_and_the_same_again_is_a_success(room: Room):
    await room.telegram.send(room.group.id, Screen("Было", ((Button("Принять", data="a"),),)))
    address = Address(room.group.id, room.messages()[0].id)
    outcomes = [await room.telegram.edit(address, Screen("Стало")) for _ in range(2)]
    assert outcomes == [Sent((address,))] * 2
    assert [(m.text, m.buttons) for m in room.messages()] == [("Стало", [])]


async def test_what_cannot_be_edited_is_gone(room: Room):
    await room.telegram.send(room.group.id, HELLO)
    await room.telegram.send(room.group.id, Screen("Почему?", asks=True))
    foreign = room.world.write(room.anna, room.group, "моё")
    plain, question = (Address(room.group.id, m.id) for m in room.messages())
    room.world.faults.add("forget_message")
    outcomes = [
        await room.telegram.edit(plain, Screen("иначе")),
        await room.telegram.edit(question, Screen("иначе")),
        await room.telegram.edit(Address(room.group.id, foreign.id), Screen("иначе")),
        await room.telegram.edit(Address(room.group.id, 4040), Screen("иначе")),
        await room.telegram.edit(plain, Screen("слово " * 2000)),
    ]
    assert outcomes == [Gone()] * 5


async def test_who_cannot_be_reached_is_said(room: Room):
    stranger = room.world.add_person("Кто-то")
    room.world.block(room.anna, room.bot)
    outcomes = [await room.telegram.send(p.id, HELLO) for p in (room.anna, room.boris, stranger)]
    assert outcomes == [
        Unreachable("Forbidden: bot was blocked by the user"),
        Unreachable("Forbidden: bot can't initiate conversation with a user"),
        Unreachable("Bad Request: chat not found"),
    ]
    room.world.leave(room.bot, room.group)
    assert isinstance(await room.telegram.send(room.group.id, HELLO), Unreachable)


async def test_a_group_that_became_another(tmp_path: Path):
    async with a_room(tmp_path, basic=True) as room:
        new = room.world.migrate(room.group)
        assert await room.telegram.send(room.group.id, HELLO) == Moved(new.id)


async def test_a_limit_says_how_long(room: Room):
    room.world.faults.add("too_many", retry_after=17)
    assert await room.telegram.send(room.group.id, HELLO) == Later(17.0, "too many requests", limited=True)


@pytest.mark.parametrize("seconds", [None, 0])
async def test_a_limit_that_does_not_say_how_long_is_no_refusal(room: Room, seconds: int | None):
    room.world.faults.add("too_many", times=2, retry_after=seconds)
    for _ in range(2):
        answer = await room.telegram.send(room.group.id, HELLO)
        assert isinstance(answer, Later)
        assert answer.limited


@pytest.mark.parametrize(
    ("refusal", "seconds"),
    [
        ('{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35"}', 35),
        ('{"ok":false,"parameters":{"retry_after": 7}}', 7),
        ("<html><h1>429 Too Many Requests</h1></html>", 5),
        ("", 5),
    ],
)
def test_how_long_a_limit_asks_to_wait_is_found_wherever_it_is_said(refusal: str, seconds: int):
    assert _seconds_of(refusal) == seconds


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "reset_before", "reset_after", "server_error"])
async def test_an_end_nobody_knows_is_unknown_for_a_send_and_later_for_an_edit(room: Room, fault: str):
    await room.telegram.send(room.group.id, HELLO)
    room.world.faults.add(fault, "*", times=2)  # type: ignore[arg-type]
    sent = await room.telegram.send(room.group.id, HELLO)
    edited = await room.telegram.edit(Address(room.group.id, room.messages()[0].id), Screen("иначе"))
    assert (type(sent), type(edited)) == (Unknown, Later)


async def test_html_instead_of_json_is_unknown(room: Room):
    room.world.faults.add("bad_gateway_html", "*", times=2)
    assert await room.telegram.send(room.group.id, HELLO) == Unknown("an answer that is no answer")
    assert await room.telegram.edit(Address(room.group.id, 1), HELLO) == Later(1.0, "an answer that is no answer")


async def test_where_nobody_listens_nothing_was_sent(room: Room):
    await room.server.stop()
    outcome = await room.telegram.send(room.group.id, HELLO)
    assert outcome == Later(1.0, "never sent: ClientConnectorError", left=False)


async def test_a_mistake_of_ours_is_rejected_and_quotes_nothing(room: Room):
    quoted = 'can\'t parse entities: Unsupported start tag "секрет"'
    room.world.faults.add("refuses", times=2, description=quoted)
    outcomes = [
        await room.telegram.send(room.group.id, Screen("<секрет>тайна")),
        await room.telegram.send(room.group.id, Screen("ok", ((Button("x", data="я" * 40),),))),
        await room.telegram.send_files(room.group.id, (OutFile("photo", "нет.jpg", Path("/nowhere/нет.jpg")),)),
    ]
    assert [type(outcome) for outcome in outcomes] == [Rejected] * 3
    assert "секрет" not in repr(outcomes)
    assert room.messages() == []


async def test_the_token_is_in_no_outcome(room: Room):
    for fault in ("reset_before", "bad_gateway_html", "server_error", "timeout_before"):
        room.world.faults.add(fault)
        assert TOKEN not in repr(await room.telegram.send(room.group.id, HELLO))
    stranger = Telegram("1:AAwrong", room.server.url, limits=TelegramPatience(room.world.faults))
    outcome = await stranger.send(room.group.id, HELLO)
    await stranger.close()
    assert outcome == Later(60.0, "unauthorised")


async def test_albums_go_as_albums(room: Room):
    files = tuple(
        [room.file(f"{n}.jpg") for n in range(11)]
        + [room.file("доклад.pdf", "document"), room.file("акт.pdf", "document"), room.file("v.mp4", "video")]
    )
    outcome = await room.telegram.send_files(room.group.id, files)
    messages = room.messages()
    albums_seen = [m.media_group_id for m in messages]
    sizes = [albums_seen.count(group) for group in dict.fromkeys(albums_seen)]
    assert outcome == Sent(tuple(Address(room.group.id, m.id) for m in messages))
    assert sizes == [10, 2, 2]
    assert [m.media.kind for m in messages if m.media] == ["photo"] * 11 + ["video"] + ["document"] * 2
    assert messages[-1].media is not None
    assert (messages[-1].media.name, messages[-1].media.data) == ("акт.pdf", b"\xff\xd8" + "акт.pdf".encode())


async def test_a_single_file_goes_by_itself_as_a_reply(room: Room):
    about = room.world.write(room.anna, room.group, "К этому")
    address = Address(room.group.id, about.id)
    for kind in ("photo", "video", "document"):
        await room.telegram.send_files(room.group.id, (room.file(f"a.{kind}", kind),), reply_to=address)
    seen = [(m.media.kind, m.media_group_id, m.reply_to) for m in room.messages() if m.media]
    assert seen == [(kind, None, about) for kind in ("photo", "video", "document")]


async def test_a_picture_telegram_does_not_take_goes_as_a_document(room: Room):
    big = room.file("большая.jpg")
    big.path.write_bytes(b"\xff\xd8" + bytes(10 * 1024 * 1024))
    outcome = await room.telegram.send_files(room.group.id, (big,))
    assert (type(outcome), [m.media.kind for m in room.messages() if m.media]) == (Sent, ["document"])


async def test_the_toast_of_a_press_is_cut_and_a_late_one_dropped(room: Room):
    await room.telegram.send(room.group.id, Screen("?", ((Button("Принять", data="a"),),)))
    press = room.world.press(room.boris, room.messages()[0], "Принять")
    await room.telegram.answer_press(press.id, "я" * 300, alert=True)
    assert (len(press.toast or ""), press.alert) == (200, True)
    await room.telegram.answer_press("4040", "поздно")


tagged = st.lists(
    st.sampled_from(["<b>", "</b>", "слово ", "&lt;3 ", "👩‍👧", "🏳️‍🌈", "é", "конец. ", "\n\n", "<i>x</i>", "ш" * 30])
)


def of(units: int) -> Size:
    """The size of a message with so many units of text."""
    return replace(SIZE, units=units)


@given(tagged, st.integers(8, 60))
def test_split_loses_nothing_and_stays_within_the_limit(pieces: list[str], limit: int):
    text = "".join(pieces)
    parts = split(text, of(limit))
    if shown(text).strip():
        assert "".join(shown("".join(parts)).split()) == "".join(shown(text).split())
        assert max(units(shown(part)) for part in parts) <= limit


def test_split_breaks_where_people_would():
    assert split("Первое предложение. Второе, длиннее.", of(30)) == ["Первое предложение. ", "Второе, длиннее."]
    assert split("<b>один два три</b>", of(9)) == ["<b>один два </b>", "<b>три</b>"]
    assert split("абзац один\n\nабзац два", of(14)) == ["абзац один\n\n", "абзац два"]
    assert split("👨‍👩‍👧👨‍👩‍👧", of(10)) == ["👨‍👩‍👧", "👨‍👩‍👧"]
    assert split("короткий", of(100)) == ["короткий"]


def test_documents_and_pictures_are_never_one_album():
    files = tuple(OutFile(kind, kind, Path(kind)) for kind in ("document", "photo", "video", "document"))
    assert [[file.kind for file in album] for album in albums(files, ALBUMS)] == [
        ["photo", "video"],
        ["document", "document"],
    ]


def test_a_messenger_that_takes_one_document_a_message_gets_them_one_by_one():
    files = tuple(OutFile(kind, kind, Path(kind)) for kind in ("document", "photo", "video", "photo", "document"))
    one_by_one = Albums(most=2, documents=False, each_counts=False)
    assert [[file.kind for file in album] for album in albums(files, one_by_one)] == [
        ["photo", "video"],
        ["photo"],
        ["document"],
        ["document"],
    ]


# --- refused for good -------------------------------------------------------------------------------------------------

STYLED = Screen("<b>Вы — куратор?</b>", ((Button("Да", data="y:1", style="success"), Button("Код", copy="1")),))


@pytest.mark.parametrize(
    ("having", "description", "screen"),
    [
        ("style", "can't parse inline keyboard button: unknown field style", STYLED),
        ("copy_text", "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard", STYLED),
        ("link_preview_options", "unknown parameter", Screen("vk.com/a")),
        ("force_reply", "BUTTON_TYPE_INVALID", Screen("Почему?", asks=True)),
    ],
)
async def test_what_a_server_does_not_know_is_left_out_once(room: Room, having: str, description: str, screen: Screen):
    room.world.faults.add("refuses", times=100, having=having, description=description)
    assert isinstance(await room.telegram.send(room.group.id, screen), Sent)
    assert room.texts() == [shown(screen.text)]
    assert [[b.data for b in row] for row in room.messages()[0].buttons] == [["y:1"]] * bool(screen.buttons)
    assert [code for _, code in room.calls()] == [400, None]


async def test_formatting_that_is_refused_is_left_out_and_every_word_stays(room: Room):
    outcome = await room.telegram.send(room.group.id, Screen("<b>№ 1 &lt;3</b> <нет>такого"))
    assert (type(outcome), room.texts()) == (Sent, ["№ 1 <3 <нет>такого"])
    address = Address(room.group.id, room.messages()[0].id)
    assert isinstance(await room.telegram.edit(address, Screen("<b>№ 2")), Sent)
    assert room.texts() == ["№ 2"]


async def test_what_is_refused_bare_too_is_refused(room: Room):
    room.world.faults.add("refuses", times=100, description="MESSAGE_TOO_STRANGE")
    assert await room.telegram.send(room.group.id, STYLED) == Rejected("Bad Request: MESSAGE_TOO_STRANGE")
    assert len(room.calls()) == 2
    assert isinstance(await room.telegram.send(room.group.id, Screen("как есть")), Rejected)
