"""The pace: what it lets through never breaks Telegram's limits, and it lets through nearly all that they allow."""

import heapq
import math

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.limits import BOT_MOST, CHAT_BURST, GROUP_MOST, Pace
from sandbox.telegram.limits import BotLimits

GROUP, PERSON = -1001, 77
QUICKEST = 0.02
"""Seconds a message, and an answer, is on its way at least."""
tries = st.lists(
    st.tuples(st.sampled_from([-3, -2, -1, 1, 2, 3]), st.integers(1, 10), st.floats(0, 20)), min_size=1, max_size=120
)


def send_all(pace: Pace, chat: int, times: int, at: float = 0.0, weight: int = 1) -> list[float]:
    """The moments of messages sent as early as the pace allows."""
    moments = []
    for _ in range(times):
        at += pace.wait_for(chat, chat < 0, at, weight)
        assert pace.wait_for(chat, chat < 0, at, weight) == 0.0
        pace.spent(chat, chat < 0, at, weight)
        moments.append(at)
    return moments


@given(tries)
def test_what_the_pace_lets_through_telegram_takes(steps):
    pace, telegram, now = Pace(), BotLimits(), 0.0
    for chat, weight, gap in steps:
        now += gap
        # On a grid of binary fractions, where sums of floats are exact.
        now = math.ceil((now + pace.wait_for(chat, chat < 0, now, weight)) * 1024) / 1024
        assert telegram.take(chat, chat < 0, now, weight) == 0
        pace.spent(chat, chat < 0, now, weight)


@given(tries)
def test_waiting_is_enough_and_never_forever(steps):
    pace, now = Pace(), 0.0
    for chat, weight, gap in steps:
        now += gap
        wait = pace.wait_for(chat, chat < 0, now, weight)
        assert 0.0 <= wait <= 70.0
        assert pace.wait_for(chat, chat < 0, now + wait, weight) == 0.0
        pace.spent(chat, chat < 0, now + wait, weight)
        now += wait


def arrivals(ways: list[tuple[float, float]]) -> list[float]:
    """When messages into as many chats arrive that are sent as early as the pace allows. `ways`: what each, and its answer,
    loses on the way."""
    pace, now, answers = Pace(), 0.0, []
    found = []
    for chat, (there, back) in enumerate([(0.0, 0.0), *ways], 1):
        while (wait := pace.wait_for(chat, False, now)) > 0:
            now = min([now + wait, *(at for at, _, _ in answers[:1])])
            while answers and answers[0][0] <= now:
                at, _, left = heapq.heappop(answers)
                pace.answered(left, at)
        found.append(now + QUICKEST + there)
        heapq.heappush(answers, (found[-1] + QUICKEST + back, chat, pace.spent(chat, False, now)))
    return sorted(found)


@given(st.lists(st.tuples(st.floats(0, 0.45), st.floats(0, 0.45)), min_size=60, max_size=150))
def test_messages_held_up_on_their_way_never_arrive_too_many_a_second(ways):
    came = arrivals(ways)
    assert [b for a, b in zip(came, came[BOT_MOST:], strict=False) if b - a < 1.0] == []


def test_where_nothing_is_held_up_the_bot_sends_what_telegram_lets_it():
    came = arrivals([(0.0, 0.0)] * (20 * BOT_MOST - 1))
    assert (len(came) - BOT_MOST) / (BOT_MOST * (came[-1] - came[0])) > 0.99


@given(st.integers(1, 200), st.floats(1, 90))
def test_the_seconds_of_a_complaint_are_kept(messages, retry_after):
    pace = Pace()
    now = send_all(pace, PERSON, messages)[-1]
    pace.obey(PERSON, False, retry_after, now)
    assert pace.wait_for(PERSON, False, now) >= retry_after - 1e-6
    assert pace.wait_for(PERSON, False, now + retry_after + 1.0) == 0.0


def test_a_quiet_chat_takes_a_short_burst_and_then_one_a_second():
    moments = send_all(Pace(), PERSON, CHAT_BURST + 4)
    assert [round(moment, 3) for moment in moments] == [0, 0, 0, 1, 2, 3, 4]


def test_a_group_takes_twenty_a_minute():
    moments = send_all(Pace(), GROUP, 61)
    assert [sum(1 for m in moments if start <= m < start + 60) for start in moments[:41]] == [20] * 41
    assert round(moments[20] - moments[0], 1) == 60.5


def test_the_bot_says_thirty_things_a_second_to_whomever():
    pace = Pace()
    for person in range(1, BOT_MOST + 1):
        assert pace.room(5.0) == BOT_MOST - person + 1
        assert pace.wait_for(person, False, 5.0) == 0.0
        pace.spent(person, False, 5.0)
    assert pace.room(5.0) == 0
    assert round(pace.wait_for(1000, False, 5.0), 3) == round(pace.wait_for_room(5.0), 3) == 1.02


def test_an_album_counts_each_of_its_items():
    pace = Pace()
    send_all(pace, GROUP, 2, weight=10)
    assert GROUP_MOST - 20 == 0
    assert round(send_all(pace, GROUP, 1, at=30.0)[0], 1) == 60.5


def test_a_complaint_about_one_chat_holds_no_other():
    pace = Pace()
    pace.obey(GROUP, True, 30, now=0.0)
    assert [round(pace.wait_for(c, c < 0, 10.0), 3) for c in (GROUP, PERSON)] == [20.0, 0.0]


def test_a_second_chat_that_hears_it_too_means_the_whole_bot():
    pace = Pace()
    pace.obey(GROUP, True, 30, now=0.0)
    pace.obey(PERSON, False, 12, now=10.0)
    assert (round(pace.wait_for(5, False, 10.0), 3), pace.room(10.0), pace.room(22.0)) == (12.0, 0, BOT_MOST)


def test_many_quiet_chats_are_forgotten():
    pace = Pace()
    for number in range(1, 2500):
        pace.spent(number, False, float(number))
    assert len(pace._chats) < 1200
