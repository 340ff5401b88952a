"""Events of MAX, broken in every way: each is kept, and read or said to be unreadable. An exception would make the bot deaf
until the event is a day old.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.max.messenger import Max
from bot.max.mids import mid_of
from bot.max.reading import read_text
from bot.max.wire import RawAnswer, Wire
from bot.messenger_side import Polled
from config import washing
from handlers.incoming import UnreadableError
from tests.doors.hostile import Hostile, hostile_updates, places, written
from tests.doors.hostile_max import BASES, GROUP
from tests.rules.thoroughness import examples

MID = json.dumps(mid_of(GROUP, 1_768_208_400_001 << 16))
SECRET = "a-secret-of-the-hook"


class Bringing(Wire):
    """Brings these events, word for word, to every question."""

    events: tuple[str, ...] = ()

    async def call(self, method: str, path: str, *_: Any, **__: Any) -> RawAnswer:
        return RawAnswer(200, washing.loads('{"updates": [' + ",".join(self.events) + '], "marker": 7}'))


def survives(events: Iterable[str]) -> None:
    side = Max("a-token-of-max-for-nobody", hook_secret=SECRET)
    wire = Bringing("", None, None, side._wire.limits)
    wire.events = tuple(event.replace("UPDATE_ID", MID) for event in events)
    side._wire = wire
    polled = asyncio.run(side.poll(6, 0))
    assert isinstance(polled, Polled)
    assert (len(polled.items), polled.position) == (len(wire.events), 7)
    pushed = [side.pushed({"X-Max-Bot-Api-Secret": SECRET}, event.encode("utf-8", "replace")) for event in wire.events]
    assert None not in pushed
    for _, raw in polled.items:
        with suppress(UnreadableError):
            read_text(raw)


@settings(max_examples=examples(200))
@given(st.lists(hostile_updates(BASES), min_size=1, max_size=30))
def test_whatever_comes_is_kept_and_read_or_said_to_be_unreadable(events: list[str]) -> None:
    survives(events)


@pytest.mark.parametrize("snippet", [None, "true", "5", '"слово"', "[1]", "null"])
def test_every_place_of_every_event_may_be_something_else(snippet: str | None) -> None:
    survives(written(base, (Hostile(where, snippet),)) for base in BASES for where in places(base))
