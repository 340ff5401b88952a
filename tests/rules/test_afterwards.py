"""After an answer: when it is looked at, and what is news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workflow.afterwards import PLAN, Aftermath, Lookout, Sight, after_look, next_look

POSTED = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("looked", "now", "at"),
    [
        (None, POSTED, HOUR),
        (None, POSTED + 3 * DAY, HOUR),
        (HOUR, POSTED + HOUR, DAY),
        (3 * DAY, POSTED + 3 * DAY, 7 * DAY),
        (7 * DAY, POSTED + 7 * DAY, None),
        (10 * DAY, POSTED + 10 * DAY, None),
        (None, POSTED + 14 * DAY, HOUR),
        (None, POSTED + 14 * DAY + HOUR, None),
    ],
)
def test_when_an_answer_is_looked_at_next(looked: timedelta | None, now: datetime, at: timedelta | None) -> None:
    expected = POSTED + at if at is not None else None
    assert next_look(POSTED, POSTED + looked if looked is not None else None, now, PLAN) == expected


def test_looks_missed_while_the_bot_was_off_are_one() -> None:
    now, looks, looked = POSTED + 2 * DAY, 0, None
    while (at := next_look(POSTED, looked, now, PLAN)) is not None and at <= now:
        looks, looked = looks + 1, now
    assert (looks, at) == (1, POSTED + 7 * DAY)


def test_an_office_without_a_plan_looks_at_nothing() -> None:
    assert next_look(POSTED, None, POSTED, ()) is None


S, A = Sight, Aftermath


@pytest.mark.parametrize(
    ("known", "answer", "question", "news"),
    [
        ({}, S.STANDS, S.STANDS, ()),
        ({}, S.NOT_SEEN, S.NOT_SEEN, ()),
        ({}, S.GONE, S.NOT_SEEN, (A.ANSWER_GONE,)),
        ({}, S.GONE, None, (A.ANSWER_GONE,)),
        ({}, S.STANDS, S.GONE, (A.QUESTION_GONE,)),
        ({}, S.GONE, S.GONE, (A.QUESTION_GONE, A.ANSWER_GONE)),
        ({"question_gone": True}, S.GONE, S.GONE, (A.ANSWER_GONE,)),
        ({"answer_gone": True}, S.GONE, S.STANDS, ()),
        ({"answer_gone": True, "question_gone": True}, S.GONE, S.GONE, ()),
    ],
)
def test_what_is_news(
    known: dict[str, bool], answer: Sight, question: Sight | None, news: tuple[Aftermath, ...]
) -> None:
    assert after_look(Lookout(1, POSTED, **known), answer, question) == news  # type: ignore[arg-type]
