"""Every way a sending can end, limits, and what a kill leaves. Real books, real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog

from storage import tables as t
from tests.doors.sorting_room import AGAIN, KEY, Room, a_draft, a_room
from tests.patience import PATIENT
from workflow.ports import GROUP_LANE, Letter, account_lane


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path, cases=3) as room:
        yield room


# --- how a sending can end -------------------------------------------------------------------------------------------------


async def test_a_limit_is_obeyed_to_the_second(room: Room):
    room.world.faults.add("too_many", chat=room.group, retry_after=17)
    await room.say("в группу")
    await room.say("лично", to=room.anna)
    assert (await room.sent(patient=False), room.texts(), room.texts(room.anna)) == (1, [], ["лично"])
    room.later(16.8)
    assert (await room.sent(patient=False), room.texts()) == (0, [])
    room.later(0.3)
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
    assert 121 <= room.clock.monotonic() - started <= 133


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
async def test_a_doubtful_send_is_made_again_with_a_mark_and_journalled(room: Room, fault: str, copies: int):
    room.world.faults.add(fault)  # type: ignore[arg-type]
    await room.put(Letter("notice", account_lane(room.anna.id), 0, 1, room.anna.id, body={"text": "Срок"}))
    await room.say("после", to=room.anna)
    await room.sent()
    assert [text for text in room.texts(room.anna) if text == "после"] == []
    room.later(60)
    await room.sent()
    assert room.texts(room.anna) == ["Срок"] * (copies - 1) + [f"{AGAIN}\nСрок", "после"]
    assert (await room.journal(1))[1:] == [("send_repeated", {"letter": "notice", "person": "curator"})]


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
    async with room.books.write(KEY) as tx:
        assert [b.reachable for b in await tx.people.of_account(room.anna.id)] == [False]


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
    room.world.faults.add("refuses", times=2, description='can\'t parse entities: Unsupported start tag "нет"')
    await room.say("<нет>такого", "дальше")
    with structlog.testing.capture_logs() as logs:
        await room.sent()
    assert (room.texts(), await room.letters()) == (["дальше"], [("say", "given_up"), ("say", "sent")])
    assert "такого" not in repr(logs)


# --- killed, stopped, woken ------------------------------------------------------------------------------------------------


async def test_killed_while_sending_it_is_made_once_more_with_a_mark(room: Room):
    await room.put(Letter("notice", GROUP_LANE, 0, 1, body={"text": "Срок"}))
    await room.mark_sending()
    room.deliver_with()
    await room.sent()
    assert room.texts() == []
    room.later(60)
    assert (await room.sent(), room.texts()) == (1, [f"{AGAIN}\nСрок"])
    assert (await room.journal(1))[1:] == [("send_repeated", {"letter": "notice", "person": ""})]


async def test_killed_twice_while_sending_it_still_comes_once(room: Room):
    await room.put(Letter("notice", GROUP_LANE, 0, 1, body={"text": "Срок"}))
    for _ in range(2):
        await room.mark_sending()
        await room.deliver_with().drain()
        room.later(60)
    await room.sent()
    assert (room.texts(), await room.letters()) == ([f"{AGAIN}\nСрок"], [("notice", "sent")])
    assert [action for action, _ in (await room.journal(1))[1:]] == ["send_repeated"]


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
    async with asyncio.timeout(PATIENT):
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
    async with room.books.write(KEY) as tx:
        rows = (await tx.connection.execute(sa.select(t.outbox.c.state, t.outbox.c.attempts, t.outbox.c.sent_at))).all()
    assert [(r.state, r.attempts, r.sent_at) for r in rows] == [("sent", 0, room.clock.now())] * 2


def _fields(letter: Letter) -> dict[str, object]:
    return {name: getattr(letter, name) for name in Letter.__slots__}
