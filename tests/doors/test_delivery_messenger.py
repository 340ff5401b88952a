"""Delivery to the messenger: order, gathering, cards, drafts in parts. Real books, real HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog

from bot.messenger import Address, Rejected
from storage import tables as t
from tests.doors.sorting_room import AGAIN, KEY, Room, a_draft, a_room
from workflow.ports import GROUP_LANE, Letter, account_lane

LONG = "Прошу помочь с водой 👨‍👩‍👧. " * 400


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path, cases=3) as room:
        yield room


# --- order ---------------------------------------------------------------------------------------------------------------


async def test_a_lane_is_sent_in_order_and_the_urgent_first(room: Room):
    await room.say("сводка", priority=3)
    await room.say("раз", "два", "три")
    assert await room.sent() == 4
    assert room.texts() == ["раз", "два", "три", "сводка"]


async def test_without_patience_the_rest_waits(room: Room):
    await room.say(*"абвгде")
    assert (await room.sent(patient=False), room.texts(), room.clock.slept) == (3, list("абв"), 0.0)
    room.later(10)
    assert (await room.sent(patient=False), room.texts()) == (3, list("абвгде"))


async def test_a_letter_for_later_waits_and_holds_nobody(room: Room):
    moment = room.clock.now().replace(hour=10)
    await room.put(Letter("say", GROUP_LANE, 0, body={"text": "в десять"}, not_before=moment))
    await room.say("сейчас")
    assert (await room.sent(), room.texts()) == (1, ["сейчас"])
    room.later(3600)
    assert (await room.sent(), room.texts()) == (1, ["сейчас", "в десять"])


async def test_a_letter_whose_reason_is_gone_is_dropped(room: Room):
    await room.put(Letter("say", GROUP_LANE, 0, body={"gone": True}))
    assert (await room.sent(), room.texts(), await room.letters()) == (1, [], [("say", "sent")])


async def test_one_that_breaks_stops_nobody_and_is_given_up_at_last(room: Room):
    await room.put(Letter("say", account_lane(room.anna.id), 0, body={"breaks": "тайна жителя"}))
    await room.say("в группе")
    with structlog.testing.capture_logs() as logs:
        for _ in range(6):
            await room.sent()
            room.later(600)
    assert (room.texts(), await room.letters()) == (["в группе"], [("say", "given_up"), ("say", "sent")])
    assert "тайна" not in repr(logs)


async def test_one_that_breaks_does_not_hold_back_its_lane(room: Room):
    await room.put(Letter("say", GROUP_LANE, 0, body={"breaks": "тайна жителя"}))
    await room.say("следом", "и ещё")
    assert (await room.sent(), room.texts()) == (2, ["следом", "и ещё"])


async def test_who_asked_for_what_cannot_be_shown_is_told_so(room: Room):
    lane = account_lane(room.anna.id)
    await room.put(Letter("list", lane, 0, account=room.anna.id, body={"breaks": "тайна жителя", "reply_to": 5}))
    for _ in range(6):
        await room.sent(patient=False)
        room.later(600)
    async with room.books.write(KEY) as tx:
        rows = (await tx.connection.execute(sa.select(t.outbox).order_by(t.outbox.c.id))).mappings().all()
    assert [(row["kind"], row["lane"]) for row in rows] == [("list", lane), ("say", lane)]
    assert rows[0]["state"] == "given_up"
    assert json.loads(rows[1]["body"]) == {"key": "answer_broke", "facts": {}, "roles": [], "reply_to": 5}


async def test_no_working_group_yet_means_waiting(room: Room):
    async with room.books.write(KEY) as tx:
        await tx.connection.execute(t.chats.delete())
    await room.say("в группу")
    await room.say("лично", to=room.anna)
    assert (await room.sent(), room.texts(room.anna)) == (1, ["лично"])
    async with room.books.write(KEY) as tx:
        await tx.people.set_working_group(room.group.id, "группа")
    assert (await room.sent(), room.texts()) == (1, ["в группу"])


# --- cards ---------------------------------------------------------------------------------------------------------------


async def test_ten_changes_of_a_card_are_one_edit(room: Room):
    await room.card(1, "№ 1: передано")
    await room.sent()
    for number in range(10):
        await room.card(1, f"№ 1: шаг {number}")
    assert await room.sent() == 1
    assert room.texts() == ["№ 1: шаг 9"]
    assert room.calls() == [("sendMessage", None), ("editMessageText", None)]


async def test_a_card_that_shows_it_already_is_not_sent(room: Room):
    for _ in range(3):
        await room.card(1, "№ 1: передано")
        await room.sent()
    assert room.calls() == [("sendMessage", None)]
    assert await room.known(1, "card") == [Address(room.group.id, room.messages()[0].id)]


async def test_a_change_during_a_sending_is_shown_by_another_edit(room: Room):
    await room.card(1, "№ 1: первое")
    await room.sent()
    await room.card(1, "№ 1: второе")

    class Meanwhile:
        """The messenger, and a tap that comes while it edits."""

        def __getattr__(self, name):
            return getattr(room.telegram, name)

        async def edit(self, address, screen):
            outcome = await room.telegram.edit(address, screen)
            if room.words.cards[1] == "№ 1: второе":
                await room.card(1, "№ 1: третье")
            return outcome

    await room.deliver_with(Meanwhile()).drain(patient=True)  # type: ignore[arg-type]
    assert room.texts() == ["№ 1: третье"]


async def test_telegram_says_not_modified_and_all_is_well(room: Room):
    await room.card(1, "№ 1: передано")
    await room.sent()
    async with room.books.write(KEY) as tx:
        await tx.connection.execute(t.messages.update().values(shown="unknown"))
    await room.card(1, "№ 1: передано")
    assert await room.sent() == 1
    assert room.calls() == [("sendMessage", None), ("editMessageText", 400)]
    assert (await room.letters())[-1] == ("card", "sent")


async def test_a_card_telegram_forgot_is_posted_anew(room: Room):
    await room.card(1, "№ 1: передано")
    await room.sent()
    room.world.faults.add("forget_message")
    await room.card(1, "№ 1: принято")
    await room.sent()
    await room.card(1, "№ 1: готово")
    await room.sent()
    assert room.texts() == ["№ 1: передано", "№ 1: готово"]
    assert len(await room.known(1, "card")) == 2


async def test_a_card_with_pictures_and_then_only_the_card_is_edited(room: Room):
    room.words.files = (room.file("a.jpg"), room.file("b.jpg"))
    await room.card(1, "№ 1: передано")
    await room.sent()
    await room.card(1, "№ 1: принято")
    await room.sent()
    card, *pictures = room.messages()
    assert (card.text, [p.reply_to for p in pictures]) == ("№ 1: принято", [card, card])
    assert len({p.media_group_id for p in pictures}) == 1
    assert room.calls() == [("sendMessage", None), ("sendMediaGroup", None), ("editMessageText", None)]


async def test_an_edit_letter_makes_a_known_message_true_and_keeps_a_menu_turned_meanwhile(room: Room):
    await room.put(a_draft(room))
    await room.sent()
    (head,) = await room.known(1, "draft")
    fold, body = f"edit:{head.chat}:{head.message}", {"chat": head.chat, "message": head.message}
    await room.put(Letter("edit", account_lane(room.anna.id), 0, 1, fold=fold, body=body))
    assert (await room.sent(), room.texts(room.anna)) == (1, ["Воду дадут завтра.", "исправлено: draft"])
    await room.put(Letter("edit", account_lane(room.anna.id), 0, 1, fold=fold, body=body))
    assert (await room.sent(), room.calls("editMessageText")) == (1, [("editMessageText", None)])


async def test_a_notice_in_the_group_replies_to_the_card(room: Room):
    await room.card(1, "№ 1")
    await room.put(Letter("notice", GROUP_LANE, 1, 1, body={"text": "через час срок"}))
    await room.sent()
    card, notice = room.messages()
    assert (notice.text, notice.reply_to) == ("через час срок", card)
    assert await room.known(1, "notice") == [Address(room.group.id, notice.id)]


async def test_a_question_knows_its_place(room: Room):
    async with room.books.write(KEY) as tx:
        question = await tx.questions.ask(room.anna.id, "reason", 1, {}, room.clock.now())
    await room.put(
        Letter("ask", account_lane(room.anna.id), 0, 1, room.anna.id, body={"text": "Почему?", "question": question})
    )
    await room.sent()
    async with room.books.write(KEY) as tx:
        asked = await tx.questions.open_at(room.anna.id, room.messages(room.anna)[0].id)
    assert asked is not None
    assert asked.id == question


# --- drafts: several parts -------------------------------------------------------------------------------------------------


async def test_the_buttons_of_a_draft_stand_under_its_text_and_pictures(room: Room):
    room.words.files = (room.file("a.jpg"), room.file("b.jpg"), room.file("акт.pdf", "document"))
    await room.put(a_draft(room))
    assert await room.sent() == 1
    bare, one, two, paper, head = room.messages(room.anna)
    assert [bool(m.buttons) for m in (bare, head)] == [False, True]
    assert (bare.text, bare.silent, one.reply_to, paper.media_group_id) == ("Воду дадут завтра.", True, bare, None)
    assert one.media_group_id == two.media_group_id is not None
    addresses = [[a.message for a in await room.known(1, kind)] for kind in ("draft", "draft_text", "draft_files")]
    assert addresses == [[head.id], [bare.id], [one.id, two.id, paper.id]]


async def test_a_long_draft_is_split_and_loses_nothing(room: Room):
    await room.put(a_draft(room, bare=LONG))
    await room.sent()
    *rest, head = room.texts(room.anna)
    assert (head, " ".join(rest).split()) == ("Проект ответа", LONG.split())
    assert len(await room.known(1, "draft_text")) == len(rest) == 4


@pytest.mark.parametrize("broken", [0, 1, 2])
async def test_a_retry_repeats_only_the_part_that_did_not_go(room: Room, broken: int):
    room.words.files = (room.file("a.jpg"), room.file("b.jpg"))
    room.world.faults.add("reset_before", "send*", after=broken)
    await room.put(a_draft(room))
    await room.sent()
    room.later(60)
    await room.sent()
    whole = ["Воду дадут завтра.", "", "", "Проект ответа"]
    with_mark = [*whole[:3], f"{AGAIN}\nПроект ответа"] if broken == 2 else [*whole[:broken], AGAIN, *whole[broken:]]
    assert room.texts(room.anna) == with_mark
    assert await room.letters() == [("draft", "sent")]


async def test_pictures_that_are_refused_do_not_keep_the_buttons_back_and_are_no_secret(room: Room):
    class Refuses:
        """The messenger, which takes no pictures."""

        def __getattr__(self, name):
            return getattr(room.telegram, name)

        async def send_files(self, *args, **named):
            return Rejected("no pictures today")

    room.words.files = (room.file("a.jpg"), room.file("b.jpg"))
    await room.put(a_draft(room))
    await room.deliver_with(Refuses()).drain(patient=True)  # type: ignore[arg-type]
    assert room.texts(room.anna) == ["Воду дадут завтра.", "Проект ответа"]
    assert await room.letters() == [("draft", "given_up")]
