"""How long a letter is tried, how often, marked how, and whom it holds up meanwhile. Real books, real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from bot.delivery.trying import DAY, Breaker, is_worth_trying, pause
from bot.telegram.messenger import Telegram
from tests.doors.proxies import Socks
from tests.doors.sorting_room import AGAIN, KEY, MORNING, TOKEN, Room, a_draft, a_room
from tests.telegram_patience import TelegramPatience
from workflow.ports import GROUP_LANE, Letter, account_lane

WEEK = timedelta(days=7)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path, cases=6) as room:
        yield room


def notice(case_id: int, text: str) -> Letter:
    return Letter("notice", GROUP_LANE, 0, case_id, body={"text": text})


def moments(room: Room) -> list[float]:
    """When each write was tried, by the stopwatch."""
    return [call.at_monotonic for call in room.world.calls if call.method.startswith("send")]


def counted(kind: str, outcome: str) -> float:
    return REGISTRY.get_sample_value("dezhurny_letters_total", {"kind": kind, "outcome": outcome}) or 0.0


async def given_up(room: Room) -> list[tuple[str, int | None]]:
    async with room.books.write(KEY) as tx:
        return [(letter.kind, letter.case_id) for letter in await tx.outbox.given_up(room.clock.now() - WEEK)]


# --- the pauses ----------------------------------------------------------------------------------------------------------


def test_pauses_grow_to_a_quarter_of_an_hour_and_no_further():
    longest = [pause(tries, 0.0).total_seconds() for tries in range(1, 12)]
    assert longest == [3, 9, 27, 81, 243, 729, 900, 900, 900, 900, 900]
    assert [pause(tries, 1.0).total_seconds() for tries in (1, 20)] == [2.25, 675]
    assert pause(1, 0.5, least=60).total_seconds() == 60


@pytest.mark.parametrize(
    ("first_try", "waited_for", "expires", "worth"),
    [
        (None, False, None, True),
        (MORNING - DAY, False, None, False),
        (MORNING - DAY, True, None, True),
        (MORNING - DAY + timedelta(minutes=1), False, None, True),
        (None, True, MORNING, False),
        (MORNING - DAY, False, MORNING + timedelta(minutes=1), True),
    ],
)
def test_a_letter_is_worth_it_while_its_case_waits_else_for_a_day(
    first_try: datetime | None, waited_for: bool, expires: datetime | None, worth: bool
):
    assert is_worth_trying(first_try, waited_for, expires, MORNING) is worth


def probes(breaker: Breaker, until: float, *failing: str) -> int:
    """How many tries it lets go by until then, one a second at most, each of which fails."""
    now, tries = 0.0, 0
    while now < until:
        now += 1
        if breaker.may_try(now, others_on_their_way=False):
            breaker.broke(now, failing[tries % len(failing)])
            tries += 1
    return tries


def test_a_line_that_nothing_leaves_by_is_down_at_once_and_tried_by_one_letter_ever_more_seldom():
    line = Breaker()
    assert line.may_try(0.0, others_on_their_way=True)
    assert [line.broke(0.0, "a", left=False), line.broke(0.5, "b", left=False)] == [True, False]
    assert [line.may_try(1.9, False), line.may_try(2.0, True), line.may_try(2.0, False)] == [False, False, True]
    assert 60 <= probes(line, 3600, "a") <= 65
    assert (line.carried(), line.carried(), line.may_try(3600, others_on_their_way=True)) == (True, False, True)


def test_one_that_fails_alone_takes_no_line_down_and_two_do():
    assert probes(Breaker(), 600, "a") == 600
    assert 10 <= probes(Breaker(), 600, "a", "b") <= 16


# --- as long as the case waits -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["bad_gateway_html", "server_error", "reset_before"])
async def test_ten_minutes_of_a_sick_telegram_lose_nothing(room: Room, fault: str):
    trouble = room.world.faults.add(fault, "*", times=10**6)  # type: ignore[arg-type]
    await room.card(1, "№ 1")
    await room.put(notice(1, "срок"), a_draft(room))
    await room.tries(minutes=10)
    assert (room.texts(), room.texts(room.anna)) == ([], [])
    assert len(moments(room)) <= 12
    room.world.faults.laid.remove(trouble)
    await room.tries(minutes=16)
    assert room.texts() == [f"{AGAIN}\n№ 1", "срок"]
    assert room.texts(room.anna) == [AGAIN, "Воду дадут завтра.", "Проект ответа"]
    assert [action for action, _ in (await room.journal(1))[1:]] == ["send_repeated"] * 2


async def test_two_time_outs_of_a_slowed_telegram_are_two_marked_repeats(room: Room):
    room.world.faults.add("timeout_after", times=2)
    await room.put(notice(1, "срок"))
    await room.tries(minutes=2)
    assert room.texts() == ["срок", f"{AGAIN}\nсрок", f"{AGAIN}\nсрок"]
    assert await room.letters() == [("notice", "sent")]


async def test_while_its_case_waits_it_is_tried_for_days(room: Room):
    room.world.faults.add("bad_gateway_html", times=10**6)
    await room.put(notice(1, "срок"))
    for _ in range(3 * 24 * 4):
        await room.sent()
        room.later(15 * 60)
    gaps = [later - sooner for sooner, later in zip(moments(room), moments(room)[1:], strict=False)]
    assert max(gaps) <= 15 * 60 + 1
    room.world.faults.clear()
    await room.sent()
    assert (room.texts(), await given_up(room)) == ([f"{AGAIN}\nсрок"], [])


async def test_when_its_case_has_ended_it_is_tried_for_a_day_and_given_up_loudly(room: Room):
    before = counted("notice", "given_up")
    room.world.faults.add("bad_gateway_html", times=10**6)
    await room.put(notice(1, "размещено"))
    await room.is_closed(1)
    for _ in range(24 * 4 + 2):
        await room.sent()
        room.later(15 * 60)
    assert (room.texts(), await room.letters()) == ([], [("notice", "given_up")])
    assert counted("notice", "given_up") == before + 1
    assert (await room.journal(1))[-1] == ("send_given_up", {"letter": "notice", "person": ""})


async def test_what_no_case_waits_for_is_given_up_after_a_day_and_counted(room: Room):
    before = counted("say", "given_up")
    room.world.faults.add("bad_gateway_html", times=10**6)
    await room.say("лично", to=room.anna)
    for hour in range(26):
        await room.sent()
        assert (await given_up(room) == []) is (hour < 24), hour
        room.later(3600)
    assert (await given_up(room), counted("say", "given_up")) == ([("say", None)], before + 1)


async def test_a_list_of_the_day_is_given_up_when_its_day_is_over(room: Room):
    evening = room.clock.now() + timedelta(hours=2)
    await room.put(Letter("digest", GROUP_LANE, 3, body={"text": "На сегодня", "expires": evening.isoformat()}))
    room.world.faults.add("bad_gateway_html", times=10**6)
    await room.tries(minutes=5)
    room.later(2 * 3600)
    await room.sent()
    assert (room.texts(), await given_up(room)) == ([], [("digest", None)])


async def test_what_arrives_later_makes_good_what_was_given_up(room: Room):
    room.world.faults.add("refuses", times=2)
    await room.card(1, "№ 1")
    await room.sent()
    assert await given_up(room) == [("card", 1)]
    await room.card(1, "№ 1")
    await room.sent()
    assert await given_up(room) == []


# --- what never left -----------------------------------------------------------------------------------------------------


async def test_behind_a_dead_proxy_nothing_is_tried_and_all_of_it_arrives_once_in_order(room: Room):
    socks = Socks()
    await socks.start()
    await socks.stop()
    limits = TelegramPatience(room.world.faults)
    room.telegram, direct = Telegram(TOKEN, room.server.url, socks.url, limits), room.telegram
    room.deliver_with()
    await room.card(1, "№ 1")
    await room.put(notice(1, "срок"), a_draft(room))
    await room.say("раз", "два")
    await room.say("лично", to=room.anna)
    room.later(3 * 24 * 3600)
    await room.tries(minutes=10)
    async with room.books.write(KEY) as tx:
        waiting = await tx.outbox.waiting(room.clock.now())
        assert (await tx.outbox.queue(room.clock.now()))[1] == MORNING
    assert [(letter.attempts, letter.body.get("doubts")) for letter in waiting] == [(0, None)] * 6
    await socks.start()
    await room.tries(minutes=2)
    assert room.texts() == ["№ 1", "срок", "раз", "два"]
    assert room.texts(room.anna) == ["Воду дадут завтра.", "Проект ответа", "лично"]
    assert (len(await room.journal(1)), await given_up(room)) == (1, [])
    await direct.close()
    await room.telegram.close()
    await socks.stop()


async def test_a_line_that_breaks_between_the_parts_of_a_letter_goes_on_behind_them(room: Room):
    class Breaks:
        """The messenger; its line is cut after the first message."""

        def __getattr__(self, name):
            return getattr(room.telegram, name)

        async def send(self, *args, **named):
            outcome = await room.telegram.send(*args, **named)
            await room.server.stop()
            return outcome

    await room.put(a_draft(room))
    await room.deliver_with(Breaks()).drain()  # type: ignore[arg-type]
    await room.server.start()
    room.deliver_with()
    await room.tries(minutes=1)
    assert room.texts(room.anna) == ["Воду дадут завтра.", "Проект ответа"]


# --- whom a letter that waits holds up -----------------------------------------------------------------------------------


async def test_a_letter_that_never_arrives_holds_what_is_about_its_case_and_nothing_else(room: Room):
    room.words.files = (room.file("a.jpg"), room.file("b.jpg"))
    poison = room.world.faults.add("bad_gateway_html", "sendMediaGroup", times=10**6)
    await room.put(a_draft(room, to_group=True), notice(1, "о № 1"), notice(2, "о № 2"))
    await room.say("раз", "два")
    await room.tries(minutes=2)
    assert [text for text in room.texts() if text != AGAIN] == [
        "Воду дадут завтра.", "Проект ответа", "о № 2", "раз", "два",
    ]  # fmt: skip
    room.world.faults.laid.remove(poison)
    await room.tries(minutes=16)
    assert room.texts()[-3:] == ["", "", "о № 1"]


async def test_a_few_letters_that_never_arrive_do_not_stop_their_lane(room: Room):
    room.words.files = (room.file("a.jpg"), room.file("b.jpg"))
    room.world.faults.add("bad_gateway_html", "sendMediaGroup", times=10**6)
    for case_id in (1, 2, 3):
        body = {"text": f"№ {case_id}", "version": 1, "bare": "текст"}
        await room.put(Letter("draft", GROUP_LANE, 0, case_id, body=body))
    await room.tries(minutes=8)
    await room.say("раз", "два", "три")
    await room.tries(minutes=1)
    assert [text for text in room.texts() if text != AGAIN][-3:] == ["раз", "два", "три"]


async def test_a_lane_that_is_bad_is_tried_seldom_however_much_waits_in_it(room: Room):
    room.world.faults.add("bad_gateway_html", chat=room.group, times=10**6)
    for number in range(1, 7):
        await room.put(notice(number, f"о № {number}"))
    await room.say(*map(str, range(20)))
    await room.say("лично", to=room.anna)
    await room.tries(minutes=10)
    assert room.texts(room.anna) == ["лично"]
    assert len(moments(room)) <= 30
    room.world.faults.clear()
    await room.tries(minutes=16)
    said = [text.removeprefix(f"{AGAIN}\n") for text in room.texts()]
    assert len(said) == len(set(said)) == 26
    assert said[-20:] == list(map(str, range(20)))


async def test_a_messenger_that_answers_nobody_is_tried_by_one_letter_at_a_time(room: Room):
    people = [room.world.add_person(f"Житель {number}") for number in range(30)]
    for person in people:
        room.world.start(person, room.bot)
    sick = room.world.faults.add("bad_gateway_html", times=10**6)
    await room.card(1, "№ 1")
    for person in people:
        await room.say("раз", "два", to=person)
    await room.sent()
    before = len(moments(room))
    await room.tries(minutes=10)
    assert len(moments(room)) - before <= 15, "what was on its way together, then one probe after each pause"
    room.world.faults.laid.remove(sick)
    await room.tries(minutes=2)
    assert [text.removeprefix(f"{AGAIN}\n") for text in room.texts()] == ["№ 1"]
    for person in people:
        assert {text.removeprefix(f"{AGAIN}\n") for text in room.texts(person)} == {"раз", "два"}
        assert len(room.texts(person)) == 2


# --- beside these --------------------------------------------------------------------------------------------------------


async def test_what_was_to_be_posted_anew_is_not_lost_to_a_doubtful_end(room: Room):
    await room.put(a_draft(room))
    await room.sent()
    (head,) = await room.known(1, "draft")
    room.world.faults.add("forget_message")
    await room.card(2, "№ 2")
    await room.sent()
    room.world.faults.add("forget_message")
    room.world.faults.add("bad_gateway_html", "sendMessage", times=2)
    await room.card(2, "№ 2: принято")
    await room.tries(minutes=2)
    assert room.texts()[-1] == f"{AGAIN}\n№ 2: принято"
    assert head.chat == room.anna.id


async def test_a_fault_of_ours_after_many_tries_is_not_the_last_one(room: Room):
    trouble = room.world.faults.add("bad_gateway_html", times=10**6)
    await room.put(notice(1, "срок"))
    await room.tries(minutes=10)
    await room.change_body(text="срок", breaks="однажды")
    room.later(15 * 60)
    await room.sent()
    room.world.faults.laid.remove(trouble)
    assert await room.letters() == [("notice", "waiting")]
    await room.change_body(text="срок")
    await room.tries(minutes=2)
    assert room.texts() == ["срок"]


async def test_a_limit_is_no_try(room: Room):
    room.world.faults.add("too_many", chat=room.group, times=5, retry_after=60)
    await room.put(notice(1, "срок"))
    await room.tries(minutes=6)
    assert (room.texts(), len(await room.journal(1))) == (["срок"], 1)


async def test_who_cannot_be_reached_is_called_in_the_group_without_a_mark(room: Room):
    room.world.faults.add("bad_gateway_html")
    await room.put(Letter("notice", account_lane(room.anna.id), 1, 1, room.anna.id, body={"text": "срок"}))
    await room.sent()
    room.world.block(room.anna, room.bot)
    await room.tries(minutes=1)
    assert room.texts() == ["Куратор, срок"]


async def test_a_group_that_became_another_while_the_end_was_in_doubt_hears_it_there(tmp_path: Path):
    async with a_room(tmp_path, cases=1, basic=True) as room:
        room.world.faults.add("timeout_after")
        await room.put(notice(1, "срок"))
        await room.sent()
        new = room.world.migrate(room.group)
        await room.tries(minutes=1)
        assert (room.texts(room.group), room.texts(new)[-1]) == (["срок"], f"{AGAIN}\nсрок")


async def test_a_message_that_stays_as_it_was_is_not_missed(room: Room):
    await room.put(a_draft(room))
    await room.sent()
    (head,) = await room.known(1, "draft")
    room.world.faults.add("server_error", "editMessageText", times=10**6)
    await room.put(Letter("edit", account_lane(room.anna.id), 0, 1, body={"chat": head.chat, "message": head.message}))
    await room.is_closed(1)
    for _ in range(26):
        await room.sent()
        room.later(3600)
    assert ((await room.letters())[-1], await given_up(room)) == (("edit", "failed"), [])
