"""Until when a list of the day is worth sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.notices.overtaken import evening_of
from tests.doors.screens_office import at, town
from workflow.ports import GROUP_LANE, Letter


@pytest.mark.parametrize(
    ("made", "quiet", "until"),
    [
        (at(9), (22 * 60, 7 * 60), at(22)),
        (at(23), (22 * 60, 7 * 60), at(0, day=13)),
        (at(9), (24 * 60, 7 * 60), at(0, day=13)),
        (at(9), (0, 7 * 60), at(0, day=13)),
    ],
)
def test_a_list_of_the_day_is_worth_sending_till_its_evening(made: datetime, quiet: tuple[int, int], until: datetime):
    letter = Letter("digest", GROUP_LANE, 3, created_at=made)
    assert evening_of(letter, replace(town(), quiet_hours=quiet)) == until
