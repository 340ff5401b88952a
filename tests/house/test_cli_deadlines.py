"""`deadlines`: the contract of DESIGN, line for line, and what a bad line costs (itself, and nothing else)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.cli.deadlines import Reckoner, answers
from config.municipality import load
from tests.loaded import run
from tests.patience import PROCESS

DEMO = Path(__file__).parents[2] / "config" / "demo" / "municipality.yaml"
A1: dict[str, Any] = {
    "id": "a1",
    "regulation": "kursky",
    "importance": "normal",
    "source": "vk",
    "several": False,
    "events": [["detected", "2026-01-12T09:00:00+03:00"], ["forwarded", "2026-01-12T09:20:00+03:00"]],
}
DUE = {
    "forward": "2026-01-12T10:00:00+03:00",
    "return": "2026-01-12T09:50:00+03:00",
    "answer": "2026-01-13T10:00:00+03:00",
    "draft": "2026-01-12T13:00:00+03:00",
}


@pytest.fixture(scope="module")
def reckoner() -> Reckoner:
    return Reckoner(load(DEMO, (DEMO.parent,)))


def answer(reckoner: Reckoner, *lines: object) -> list[dict[str, object]]:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return [json.loads(text) for text in answers(reckoner, texts)]


def test_the_contracts_own_example(reckoner: Reckoner) -> None:
    assert answer(reckoner, A1) == [{"id": "a1", "due": DUE}]


@pytest.mark.parametrize("key", ["kursky", "moskalensky"])
def test_ku_11_mo_9_a_draft_counted_back_from_the_answer_is_moved_by_no_new_forwarding(
    reckoner: Reckoner, key: str
) -> None:
    """What runs from the receipt moves, what runs from the detection stays, however often the message goes on."""
    events = [*A1["events"], ["drafted", "2026-01-12T10:00:00+03:00"]]
    again = [*events, ["forwarded", "2026-01-12T10:30:00+03:00"]]
    late = [*again, ["drafted", "2026-01-12T11:00:00+03:00"], ["forwarded", "2026-01-12T17:00:00+03:00"]]
    lines = [{**A1, "regulation": key, "events": story} for story in (A1["events"], events, again, late)]
    found = [line["due"] for line in answer(reckoner, *lines)]
    assert len({due["draft"] for due in found}) == 1  # type: ignore[index]
    assert [due["return"][11:16] for due in found] == ["09:50", "09:50", "11:00", "17:30"]  # type: ignore[index]


def test_the_lines_regulation_wins_over_the_files(reckoner: Reckoner) -> None:
    [found] = answer(reckoner, {**A1, "regulation": "izobilnensky"})
    assert found["due"] == {"forward": "2026-01-12T09:30:00+03:00", "draft": "2026-01-12T12:20:00+03:00"}
    [found] = answer(reckoner, {**A1, "regulation": "primorsko-akhtarsky"})
    assert found["due"] == {}
    [found] = answer(reckoner, {k: v for k, v in A1.items() if k != "regulation"})
    assert found["due"] == DUE


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"events": [["found", "2026-01-12T09:00:00+03:00"]]}, "неизвестное событие «found»"),
        ({"events": [["detected", "2026-01-12T09:00:00"]]}, "без пояса"),
        ({"events": [["detected", "вчера"]]}, "не читается"),
        ({"events": [["detected", 17]]}, "не читается"),
        ({"events": [["detected", "2031-01-13T09:00:00+03:00"]]}, "на 2031 год нет производственного календаря"),
        ({"events": list(reversed(A1["events"]))}, "не по порядку"),
        ({"events": []}, "events: нужен список"),
        ({"events": ["detected"]}, "нужна пара"),
        ({"importance": "urgent"}, "importance: «urgent» неизвестно"),
        ({"source": ["vk"]}, "source: нужна строка"),
        ({"several": "yes"}, "several: нужно true или false"),
        ({"regulation": "kurskii"}, "возможно «kursky»"),
    ],
)
def test_a_bad_line_says_why_and_the_others_are_answered(
    reckoner: Reckoner, change: dict[str, object], words: str
) -> None:
    bad, good = answer(reckoner, {**A1, **change}, A1)
    assert bad["id"] == "a1"
    assert words in str(bad["error"])
    assert good == {"id": "a1", "due": DUE}


@pytest.mark.parametrize("year", [2019, 2021, 2028])
def test_plain_hours_are_answered_in_years_without_a_calendar_and_only_working_time_is_not(
    reckoner: Reckoner, year: int
) -> None:
    detected, forwarded = f"{year}-03-14T09:00:00+03:00", f"{year}-03-14T09:20:00+03:00"
    interim = ["interim_posted", f"{year}-03-15T09:00:00+03:00"]
    story = {"source": "vk", "events": [["detected", detected], ["forwarded", forwarded]]}
    longer = {**story, "events": [*story["events"], interim]}
    lines = [
        {**story, "regulation": "izobilnensky"},
        {**story, "regulation": "slavgorod"},
        {**longer, "regulation": "izobilnensky"},
        {**longer, "regulation": "primorsko-akhtarsky"},
        {**longer, "regulation": "slavgorod"},
        {**story, "regulation": "kursky"},
    ]
    found = [line.get("due") or line.get("error", {}) for line in answer(reckoner, *lines)]
    iz = {"forward": f"{year}-03-14T09:30:00+03:00", "draft": f"{year}-03-14T12:20:00+03:00"}
    none = f"на {year} год нет производственного календаря"
    assert found == [
        iz,
        {"draft": f"{year}-03-15T09:20:00+03:00"},
        iz,
        {},
        f"{none} (interim_posted {interim[1]})",
        f"{none} (detected {detected})",
    ]


def test_mo_13_a_high_interim_answer_in_a_year_without_a_calendar_asks_for_no_calendar(reckoner: Reckoner) -> None:
    line = {"regulation": "moskalensky", "events": [["interim_posted", "2028-03-14T09:00:00+06:00"]]}
    high, normal = answer(reckoner, {**line, "importance": "high"}, line)
    assert (high.get("due"), "на 2028 год" in str(normal.get("error"))) == ({}, True)


def test_a_line_that_is_not_json(reckoner: Reckoner) -> None:
    bad, number, good = answer(reckoner, "{", "17", A1)
    assert (bad["id"], "не JSON" in str(bad["error"])) == (None, True)
    assert number == {"id": None, "error": "строка не объект JSON"}
    assert good["due"] == DUE


@pytest.mark.process
def test_the_command_reads_standard_input_and_imports_no_messenger() -> None:
    command = [sys.executable, "-m", "bot", "deadlines", "--municipality", str(DEMO), "--batch", "-"]
    done = subprocess.run(
        command, input=json.dumps(A1) + "\n\n", capture_output=True, text=True, timeout=PROCESS, check=False
    )
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, {"id": "a1", "due": DUE}, "")


@pytest.mark.xdist_group("processes")
def test_a_table_for_people() -> None:
    done = run("deadlines", "--municipality", str(DEMO), "detected=2026-01-12T09:00", "forwarded=2026-01-12T09:20")
    assert done.returncode == 0
    assert "проект ответа" in done.stdout
    assert "13:00 понедельника 12 января" in done.stdout


@pytest.mark.xdist_group("processes")
@pytest.mark.parametrize("arguments", [(), ("detected",), ("detected=когда-то",)])
def test_bad_usage_is_one_line_and_exit_code_two(arguments: tuple[str, ...]) -> None:
    done = run("deadlines", "--municipality", str(DEMO), *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_only_what_terms_are_counted_by_is_read_of_the_file(tmp_path: Path) -> None:
    """A municipality tries its terms before it has written down who works there."""
    unfinished = tmp_path / "Наш округ.yaml"
    unfinished.write_text(
        "name: Округ\ntimezone: Europe/Moscow\nregulation: kursky\nwork_hours:\n  mon-fri: 09:00-13:00, 14:00-18:00\n"
        "people:\n  curator: {role: curator, name: …, substitute: chief_specialist}\n",
        encoding="utf-8",
    )
    found = Reckoner(load(unfinished, (tmp_path,), terms_only=True)).due(A1)
    assert found == DUE


def test_half_a_character_is_echoed_as_its_escape(reckoner: Reckoner) -> None:
    line = '{"id": "\\ud83d", "importance": "\\ud83d", "events": []}'
    [said] = list(answers(reckoner, [line]))
    assert json.loads(said.encode("utf-8"))["id"] == "\ud83d"


@pytest.mark.parametrize("name", ["a" * 300, "a" * 5000, "kur\x00sky", "../municipality", "kursky\n", "", "КУ"])
def test_a_regulation_no_file_can_be_of_costs_its_line_alone(reckoner: Reckoner, name: str) -> None:
    first, second = answer(reckoner, {**A1, "regulation": name}, A1)
    if name:
        assert str(first["error"]).partition(": ")[2].startswith(f"нет регламента «{name[:64]}")
        assert len(str(first["error"])) < 400
    assert second == {"id": "a1", "due": DUE}


def test_a_byte_order_mark_is_no_part_of_the_first_line(reckoner: Reckoner) -> None:
    assert answer(reckoner, "\ufeff" + json.dumps(A1), "\ufeff\n") == [{"id": "a1", "due": DUE}]


def test_what_is_nested_too_deep_is_said_so(reckoner: Reckoner) -> None:
    deep = '{"id": ' + "[" * 100_000 + "]" * 100_000 + "}"
    assert answer(reckoner, deep, A1) == [
        {"id": None, "error": "строка не JSON: слишком глубоко вложено"},
        {"id": "a1", "due": DUE},
    ]


@pytest.mark.process
def test_bytes_that_are_no_text_cost_their_line_alone() -> None:
    command = [sys.executable, "-m", "bot", "deadlines", "--municipality", str(DEMO), "--batch", "-"]
    given = b'\xef\xbb\xbf{"id": "\xff", "importance": "\\ud83d"}\n' + json.dumps(A1).encode() + b"\n"
    done = subprocess.run(command, input=given, capture_output=True, timeout=100, check=False, cwd=DEMO.parents[2])
    said = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert (done.returncode, done.stderr, len(said), said[1]) == (0, b"", 2, {"id": "a1", "due": DUE})
