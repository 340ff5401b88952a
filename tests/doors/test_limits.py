"""The pace: what it lets through never breaks a messenger's limits, and it lets through nearly all that they allow."""

import heapq
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.limits import Pace
from bot.messenger import Rates, Window
from bot.telegram.manners import RATES
from sandbox.telegram.limits import BotLimits

OTHERS = Rates(burst=2, per_second=2.0, group=None, bot=Window(12, 1.02), answered=1.003)
"""Of a messenger that is quicker in one chat, slower over all, and has no limit of its own for groups."""
NARROW = Rates(burst=1, per_second=0.5, group=Window(4, 10.5), bot=Window(5, 2.02), answered=2.003)
every = pytest.mark.parametrize("rates", [RATES, OTHERS, NARROW], ids=["telegram", "others", "narrow"])
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
    pace, telegram, now = Pace(RATES), BotLimits(), 0.0
    for chat, weight, gap in steps:
        now += gap
        # On a grid of binary fractions, where sums of floats are exact.
        now = math.ceil((now + pace.wait_for(chat, chat < 0, now, weight)) * 1024) / 1024
        assert telegram.take(chat, chat < 0, now, weight) == 0
        pace.spent(chat, chat < 0, now, weight)


@every
@given(steps=tries)
def test_what_the_pace_lets_through_breaks_no_window_and_no_burst(rates, steps):
    """Counted anew from what went out. A message heavier than a limit counts as the limit."""
    pace, now, went = Pace(rates), 0.0, []
    for chat, weight, gap in steps:
        now += gap
        now += pace.wait_for(chat, chat < 0, now, weight)
        pace.spent(chat, chat < 0, now, weight)
        went.append((now, chat, weight))
        assert fits(rates.bot, [(at, w) for at, _, w in went])
        if chat < 0 and rates.group is not None:
            assert fits(rates.group, [(at, w) for at, c, w in went if c == chat])
        assert keeps_the_burst(rates, [(at, w) for at, c, w in went if c == chat])


def fits(window, went):
    """Whether the newest message was let into the window."""
    (now, weight), before = went[-1], went[:-1]
    return sum(w for at, w in before if now - at < window.seconds - 1e-6) + min(weight, window.most) <= window.most


def keeps_the_burst(rates, went):
    """A bucket that holds a burst and fills by `per_second`; only the last message may overdraw it."""
    level, last = float(rates.burst), 0.0
    for at, weight in went:
        level = min(float(rates.burst), level + (at - last) * rates.per_second)
        if level < min(weight, rates.burst) - 1e-4:
            return False
        level, last = level - weight, at
    return True


@every
@given(steps=tries)
def test_waiting_is_enough_and_never_forever(rates, steps):
    pace, now = Pace(rates), 0.0
    for chat, weight, gap in steps:
        now += gap
        wait = pace.wait_for(chat, chat < 0, now, weight)
        assert 0.0 <= wait <= 70.0
        assert pace.wait_for(chat, chat < 0, now + wait, weight) == 0.0
        pace.spent(chat, chat < 0, now + wait, weight)
        now += wait


def arrivals(ways: list[tuple[float, float]], rates: Rates = RATES) -> list[float]:
    """When messages into as many chats arrive that are sent as early as the pace allows. `ways`: what each, and its answer,
    loses on the way."""
    pace, now, answers = Pace(rates), 0.0, []
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


a_second = pytest.mark.parametrize("rates", [RATES, OTHERS], ids=["telegram", "others"])


@a_second
@given(ways=st.lists(st.tuples(st.floats(0, 0.45), st.floats(0, 0.45)), min_size=60, max_size=150))
def test_messages_held_up_on_their_way_never_arrive_too_many_a_second(rates, ways):
    came = arrivals(ways, rates)
    assert [b for a, b in zip(came, came[rates.bot.most :], strict=False) if b - a < 1.0] == []


@a_second
def test_where_nothing_is_held_up_the_bot_sends_what_the_messenger_lets_it(rates):
    most = rates.bot.most
    came = arrivals([(0.0, 0.0)] * (20 * most - 1), rates)
    assert (len(came) - most) / (most * (came[-1] - came[0])) > 0.99


@every
@given(messages=st.integers(1, 200), retry_after=st.floats(1, 90))
def test_the_seconds_of_a_complaint_are_kept(rates, messages, retry_after):
    pace = Pace(rates)
    now = send_all(pace, PERSON, messages)[-1]
    pace.obey(PERSON, False, retry_after, now)
    assert pace.wait_for(PERSON, False, now) >= retry_after - 1e-6
    assert pace.wait_for(PERSON, False, now + retry_after + rates.bot.seconds) == 0.0


def test_a_quiet_chat_takes_a_short_burst_and_then_one_a_second():
    moments = send_all(Pace(RATES), PERSON, RATES.burst + 4)
    assert [round(moment, 3) for moment in moments] == [0, 0, 0, 1, 2, 3, 4]


def test_another_messenger_has_its_own_burst_and_no_limit_for_groups():
    moments = send_all(Pace(OTHERS), GROUP, 100)
    assert [round(moment, 3) for moment in moments] == [0, *(n / 2 for n in range(99))]


def test_a_group_takes_twenty_a_minute():
    moments = send_all(Pace(RATES), GROUP, 61)
    assert [sum(1 for m in moments if start <= m < start + 60) for start in moments[:41]] == [20] * 41
    assert round(moments[20] - moments[0], 1) == 60.5


def test_the_bot_says_thirty_things_a_second_to_whomever():
    pace = Pace(RATES)
    for person in range(1, RATES.bot.most + 1):
        assert pace.room(5.0) == RATES.bot.most - person + 1
        assert pace.wait_for(person, False, 5.0) == 0.0
        pace.spent(person, False, 5.0)
    assert pace.room(5.0) == 0
    assert round(pace.wait_for(1000, False, 5.0), 3) == round(pace.wait_for_room(5.0), 3) == 1.02


def test_an_album_counts_each_of_its_items():
    pace = Pace(RATES)
    send_all(pace, GROUP, 2, weight=10)
    assert RATES.group == Window(20, 60.5)
    assert round(send_all(pace, GROUP, 1, at=30.0)[0], 1) == 60.5


def test_a_complaint_about_one_chat_holds_no_other():
    pace = Pace(RATES)
    pace.obey(GROUP, True, 30, now=0.0)
    assert [round(pace.wait_for(c, c < 0, 10.0), 3) for c in (GROUP, PERSON)] == [20.0, 0.0]


def test_a_second_chat_that_hears_it_too_means_the_whole_bot():
    pace = Pace(RATES)
    pace.obey(GROUP, True, 30, now=0.0)
    pace.obey(PERSON, False, 12, now=10.0)
    assert (round(pace.wait_for(5, False, 10.0), 3), pace.room(10.0), pace.room(22.0)) == (12.0, 0, RATES.bot.most)


def test_many_quiet_chats_are_forgotten():
    pace = Pace(RATES)
    for number in range(1, 2500):
        pace.spent(number, False, float(number))
    assert len(pace._chats) < 1200
