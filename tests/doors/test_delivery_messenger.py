"""Delivery to the messenger: order, gathering, limits, and every way a sending can end. Real books, real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog

from bot.messenger import Address
from storage import tables as t
from tests.doors.sorting_room import KEY, Room, a_room
from workflow.ports import GROUP_LANE, Letter, account_lane

LONG = "Прошу помочь с водой 👨‍👩‍👧. " * 400


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path, cases=3) as room:
        yield room


def a_draft(room: Room, to_group: bool = False, bare: str = "Воду дадут завтра.") -> Letter:
    lane = GROUP_LANE if to_group else account_lane(room.anna.id)
    account = None if to_group else room.anna.id
    return Letter("draft", lane, 0, 1, account, body={"text": "Проект ответа", "version": 1, "bare": bare})


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
    assert (room.texts(), await room.letters()) == (["в группе"], [("say", "failed"), ("say", "sent")])
    assert "тайна" not in repr(logs)


async def test_no_working_group_yet_means_waiting(room: Room):
    async with room.books.write(KEY) as page:
        await page.connection.execute(t.chats.delete())
    await room.say("в группу")
    await room.say("лично", to=room.anna)
    assert (await room.sent(), room.texts(room.anna)) == (1, ["лично"])
    async with room.books.write(KEY) as page:
        await page.people.set_working_group(room.group.id, "группа")
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
    async with room.books.write(KEY) as page:
        await page.connection.execute(t.messages.update().values(shown="unknown"))
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
    assert (await room.sent(), room.texts(room.anna)) == (1, ["исправлено: draft", "Воду дадут завтра."])
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
    async with room.books.write(KEY) as page:
        question = await page.questions.ask(room.anna.id, "reason", 1, {}, room.clock.now())
    await room.put(
        Letter("ask", account_lane(room.anna.id), 0, 1, room.anna.id, body={"text": "Почему?", "question": question})
    )
    await room.sent()
    async with room.books.write(KEY) as page:
        asked = await page.questions.open_at(room.anna.id, room.messages(room.anna)[0].id)
    assert asked is not None
    assert asked.id == question


# --- drafts: several parts -------------------------------------------------------------------------------------------------


async def test_a_draft_is_a_head_a_bare_text_and_an_album(room: Room):
    room.words.files = (room.file("a.jpg"), room.file("b.jpg"), room.file("акт.pdf", "document"))
    await room.put(a_draft(room))
    assert await room.sent() == 1
    head, bare, one, two, paper = room.messages(room.anna)
    assert [bool(m.buttons) for m in (head, bare)] == [True, False]
    assert (bare.text, bare.silent, one.reply_to, paper.media_group_id) == ("Воду дадут завтра.", True, head, None)
    assert one.media_group_id == two.media_group_id is not None
    addresses = [[a.message for a in await room.known(1, kind)] for kind in ("draft", "draft_text", "draft_files")]
    assert addresses == [[head.id], [bare.id], [one.id, two.id, paper.id]]


async def test_a_long_draft_is_split_and_loses_nothing(room: Room):
    await room.put(a_draft(room, bare=LONG))
    await room.sent()
    head, *rest = room.texts(room.anna)
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
    assert room.texts(room.anna) == ["Проект ответа", "Воду дадут завтра.", "", ""]
    assert await room.letters() == [("draft", "sent")]


# --- how a sending can end -------------------------------------------------------------------------------------------------


async def test_a_limit_is_obeyed_to_the_second(room: Room):
    room.world.faults.add("too_many", chat=room.group, retry_after=17)
    await room.say("в группу")
    await room.say("лично", to=room.anna)
    assert (await room.sent(patient=False), room.texts(), room.texts(room.anna)) == (1, [], ["лично"])
    room.later(16.9)
    assert (await room.sent(patient=False), room.texts()) == (0, [])
    room.later(0.2)
    assert (await room.sent(patient=False), room.texts()) == (1, ["в группу"])


async def test_telegram_never_has_to_complain(room: Room):
    room.world.limits_on = True
    people = [room.world.add_person(f"Житель {n}") for n in range(40)]
    for person in people:
        room.world.start(person, room.bot)
        await room.say("раз", "два", to=person)
    await room.say(*(str(n) for n in range(45)))
    room.words.files = tuple(room.file(f"{n}.jpg") for n in range(4))
    await room.put(a_draft(room), a_draft(room, to_group=True))
    started = room.clock.monotonic()
    assert await room.sent() == 40 * 2 + 45 + 2
    assert {code for _, code in room.calls()} == {None}
    assert room.texts()[:45] == [str(n) for n in range(45)]
    # 45 + 2 + 4 messages into a group: two full minutes, then eleven at one a second.
    assert 121 <= room.clock.monotonic() - started <= 132


async def test_an_edit_counts_as_a_message_of_the_group(room: Room):
    room.world.limits_on = True
    for round_ in range(25):
        await room.card(1, f"№ 1: {round_}")
        await room.sent()
    assert room.calls() == [("sendMessage", None)] + [("editMessageText", None)] * 24
    assert 60 <= room.clock.monotonic() <= 66


@pytest.mark.parametrize(
    ("fault", "copies"),
    [("timeout_before", 1), ("timeout_after", 2), ("reset_after", 2), ("bad_gateway_html", 1), ("server_error", 1)],
)
async def test_a_doubtful_send_is_made_once_more_and_journalled(room: Room, fault: str, copies: int):
    room.world.faults.add(fault)  # type: ignore[arg-type]
    await room.put(Letter("notice", account_lane(room.anna.id), 0, 1, room.anna.id, body={"text": "Срок"}))
    await room.say("после", to=room.anna)
    await room.sent()
    assert [text for text in room.texts(room.anna) if text == "после"] == []
    room.later(60)
    await room.sent()
    assert room.texts(room.anna) == ["Срок"] * copies + ["после"]
    assert (await room.journal(1))[1:] == [("send_repeated", {"kind": "notice"})]


async def test_a_send_that_stays_doubtful_is_given_up(room: Room):
    room.world.faults.add("timeout_after", times=5)
    await room.put(Letter("notice", account_lane(room.anna.id), 0, 1, room.anna.id, body={"text": "Срок"}))
    for _ in range(4):
        await room.sent()
        room.later(600)
    assert room.texts(room.anna) == ["Срок", "Срок"]
    assert await room.letters() == [("notice", "failed")]
    assert [action for action, _ in (await room.journal(1))[1:]] == ["send_repeated", "send_given_up"]


async def test_a_newer_change_does_not_make_a_third_copy_of_a_doubtful_card(room: Room):
    room.world.faults.add("timeout_after", times=2)
    await room.card(1, "№ 1: раз")
    await room.sent()
    await room.card(1, "№ 1: два")
    for _ in range(3):
        room.later(600)
        await room.sent()
    assert len(room.messages()) == 2


@pytest.mark.parametrize("fault", ["timeout_after", "reset_before", "bad_gateway_html", "server_error"])
async def test_an_edit_is_repeated_until_it_is_there(room: Room, fault: str):
    await room.card(1, "№ 1: раз")
    await room.sent()
    room.world.faults.add(fault, "editMessageText", times=3)  # type: ignore[arg-type]
    await room.card(1, "№ 1: два")
    for _ in range(4):
        await room.sent()
        room.later(600)
    assert (room.texts(), len(await room.journal(1))) == (["№ 1: два"], 1)
    assert (await room.letters())[-1] == ("card", "sent")


async def test_while_telegram_is_away_everything_waits_in_order(room: Room):
    await room.server.stop()
    await room.say("раз", "два")
    for _ in range(3):
        await room.sent()
        room.later(400)
    await room.server.start()
    assert (await room.sent(), room.texts()) == (2, ["раз", "два"])


async def test_who_blocked_the_bot_is_called_in_the_group(room: Room):
    room.world.block(room.anna, room.bot)
    await room.put(Letter("notice", account_lane(room.anna.id), 1, 1, room.anna.id, body={"text": "срок через час"}))
    await room.say("список", to=room.anna)
    await room.sent()
    (message,) = room.messages()
    assert (message.text, message.pings) == ("Куратор, срок через час", [f"tg://user?id={room.anna.id}"])
    assert await room.letters() == [("notice", "failed"), ("say", "failed"), ("notice", "sent")]
    async with room.books.write(KEY) as page:
        assert [b.reachable for b in await page.people.of_account(room.anna.id)] == [False]


async def test_an_offer_given_in_the_group_is_edited_there(room: Room):
    offer = Letter(
        "offer", account_lane(room.boris.id), 2, 1, room.boris.id, f"offer:1:{room.boris.id}", {"text": "Новое"}
    )
    await room.put(offer)
    await room.sent()
    await room.put(Letter(**{**_fields(offer), "body": {"text": "Передано"}}))
    await room.sent()
    assert room.texts() == ["Передано"]


async def test_a_group_that_became_another_gets_its_open_cards_anew(tmp_path: Path):
    async with a_room(tmp_path, cases=2, basic=True) as room:
        await room.card(1, "№ 1: передано")
        await room.card(2, "№ 2: передано")
        await room.sent()
        new = room.world.migrate(room.group)
        await room.say("после переезда")
        await room.sent()
        assert sorted(room.texts(new)) == ["после переезда", "№ 1: передано", "№ 2: передано"]
        await room.card(1, "№ 1: принято")
        await room.sent()
        assert "№ 1: принято" in room.texts(new)
        assert sorted(room.texts(room.group)) == ["№ 1: передано", "№ 2: передано"]
        assert sorted(a.chat for a in await room.known(1, "card")) == sorted([room.group.id, new.id])


async def test_thrown_out_of_the_group_nothing_is_lost(room: Room):
    room.world.leave(room.bot, room.group)
    await room.say("раз")
    await room.sent()
    room.world.add_bot_to_group(room.bot, room.group, by=room.anna)
    room.later(700)
    assert (await room.sent(), room.texts()) == (1, ["раз"])


async def test_a_mistake_of_ours_is_kept_as_failed(room: Room):
    await room.say("<нет>такого", "дальше")
    with structlog.testing.capture_logs() as logs:
        await room.sent()
    assert (room.texts(), await room.letters()) == (["дальше"], [("say", "failed"), ("say", "sent")])
    assert "такого" not in repr(logs)


# --- killed, stopped, woken ------------------------------------------------------------------------------------------------


async def test_killed_while_sending_it_is_made_once_more(room: Room):
    await room.put(Letter("notice", GROUP_LANE, 0, 1, body={"text": "Срок"}))
    await room.mark_sending()
    room.deliver_with()
    await room.sent()
    assert room.texts() == []
    room.later(60)
    assert (await room.sent(), room.texts()) == (1, ["Срок"])
    assert (await room.journal(1))[1:] == [("send_repeated", {"kind": "notice"})]


async def test_killed_twice_while_sending_it_is_given_up(room: Room):
    await room.put(Letter("notice", GROUP_LANE, 0, 1, body={"text": "Срок"}))
    for _ in range(2):
        await room.mark_sending()
        await room.deliver_with().drain()
        room.later(60)
    assert (room.texts(), await room.letters()) == ([], [("notice", "failed")])


async def test_killed_while_editing_it_is_edited(room: Room):
    await room.card(1, "№ 1: раз")
    await room.sent()
    await room.card(1, "№ 1: два")
    await room.mark_sending()
    assert await room.deliver_with().drain() == 1
    assert (room.texts(), len(await room.journal(1))) == (["№ 1: два"], 1)


async def test_the_running_loop_is_woken_and_stops_when_it_has_finished(room: Room):
    running = asyncio.create_task(room.delivery.run())
    await room.say("раз")
    room.delivery.wake()
    async with asyncio.timeout(5):
        await room.hears("раз")
        room.delivery.stop()
        await running
    assert await room.letters() == [("say", "sent")]


async def test_a_more_urgent_change_makes_the_waiting_letter_urgent(room: Room):
    room.words.cards[1] = "№ 1"
    await room.put(Letter("card", GROUP_LANE, 3, 1, fold="card:1"))
    await room.say("раз", priority=1)
    await room.put(Letter("card", GROUP_LANE, 0, 1, fold="card:1"))
    await room.sent()
    assert room.texts() == ["№ 1", "раз"]


async def test_every_letter_counts_once_in_the_books(room: Room):
    await room.say("раз", "два")
    await room.sent()
    async with room.books.write(KEY) as page:
        rows = (
            await page.connection.execute(sa.select(t.outbox.c.state, t.outbox.c.attempts, t.outbox.c.sent_at))
        ).all()
    assert [(r.state, r.attempts, r.sent_at) for r in rows] == [("sent", 0, room.clock.now())] * 2


def _fields(letter: Letter) -> dict[str, object]:
    return {name: getattr(letter, name) for name in Letter.__slots__}
