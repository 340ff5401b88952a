"""Shortcomings in `simulate`: the word, its notices, and returns and rework as the file says (MO-20, KU-21)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.simulation.scenario import read
from config.yamlfile import BrokenConfiguration
from tests.stories.scenarios import OFFICE, notices, played, refusals
from tests.stories.test_simulate import written

CASE = [
    "2026-01-12T09:00, do: detect, case: c1, source: vk, text: Третий день нет воды",
    "2026-01-12T09:20, do: forward, case: c1, by: curator, to: [zhkh]",
]
WORK = [
    *CASE,
    "2026-01-12T09:30, do: return, case: c1, by: zhkh, reason: Не наше",
    "2026-01-12T09:40, do: forward, case: c1, by: curator, to: [zhkh]",
    '2026-01-12T09:50, do: draft, case: c1, by: zhkh, text: "Бригада работает, воду дадут в 14:00."',
    '2026-01-12T10:00, do: send_back, case: c1, by: curator, text: "Где?"',
]


def shortcomings(found: dict[str, Any]) -> list[tuple[str, str | None, str | None, str]]:
    return [
        (row["at"][5:16], row["case"], row["step"], row["to"])
        for row in found["notices"]
        if row["kind"] == "shortcoming"
    ]


@pytest.mark.parametrize(("regulation", "to"), [("kursky", "deputy"), ("moskalensky", "head"), ("slavgorod", "deputy")])
def test_mo_20_ku_21_a_reported_shortcoming_is_a_notice_to_those_the_text_names(
    regulation: str, to: str, tmp_path: Path
) -> None:
    found = played(
        tmp_path,
        [
            *CASE,
            "2026-01-12T09:25, do: shortcoming, by: curator, department: zhkh, text: Отвечают отпиской",
            "2026-01-12T09:26, do: shortcoming, by: curator, case: c1, department: zhkh, text: Отвечают отпиской",
            "2026-01-12T09:27, do: shortcoming, by: zhkh, department: zhkh, text: Отвечают отпиской",
            '2026-01-12T09:28, do: shortcoming, by: curator, department: zhkh, text: "."',
            '2026-01-12T09:29, do: shortcoming, by: curator, department: zhkh, text: ""',
        ],
        regulation,
        OFFICE,
    )
    assert [row for row in notices(found) if row[1] == "shortcoming"] == [
        ("01-12T09:25", "shortcoming", to),
        ("01-12T09:26", "shortcoming", to),
    ]
    assert [(row["case"], row.get("department")) for row in found["notices"] if row["kind"] == "shortcoming"] == [
        (None, "zhkh"),
        ("c1", "zhkh"),
    ]
    assert refusals(found) == [
        ("shortcoming", "zhkh", "not_a_curator"),
        ("shortcoming", "curator", "shortcoming_unexplained"),
        ("shortcoming", "curator", "shortcoming_unexplained"),
    ]


def test_an_unknown_department_is_said_with_its_line(tmp_path: Path) -> None:
    event = "  - {at: 2026-01-12T09:25, do: shortcoming, by: curator, department: zkhh, text: Отписка}\n"
    with pytest.raises(BrokenConfiguration, match="department: отдела «zkhh» нет в departments"):
        read(written(tmp_path, f"events:\n{event}", "kursky", OFFICE))


def test_ku_21_returns_and_rework_are_told_on_friday(tmp_path: Path) -> None:
    found = played(tmp_path, WORK, "kursky", OFFICE, "2026-01-26T09:00")
    assert shortcomings(found) == [
        ("01-16T15:45", "c1", "return", "deputy"),
        ("01-16T15:45", "c1", "rework", "deputy"),
    ]


def test_ku_21_returns_and_rework_are_told_at_once_where_the_file_says_so(tmp_path: Path) -> None:
    found = played(tmp_path, WORK, "kursky", OFFICE + "  shortcomings: at_once\n", "2026-01-26T09:00")
    assert shortcomings(found) == [
        ("01-12T09:30", "c1", "return", "deputy"),
        ("01-12T10:00", "c1", "rework", "deputy"),
    ]
