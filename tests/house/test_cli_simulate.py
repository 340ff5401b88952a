"""`simulate` on the command line: what it prints, what it keeps, and what bad input costs (DESIGN, Contract: command line)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.simulation.scenario import read
from config.yamlfile import BrokenConfiguration
from tests.loaded import run
from tests.patience import PROCESS
from tests.stories.test_simulate import DAY, TOWN

ROOT = Path(__file__).parents[2]


pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """The scenario with its municipality in a file beside it."""
    municipality = TOWN.format(regulation="kursky").replace("municipality:", "").replace("\n  ", "\n")
    (tmp_path / "kursky.yaml").write_text(municipality, encoding="utf-8")
    file = tmp_path / "Пробный день.yaml"
    file.write_text("municipality: kursky.yaml\n" + DAY, encoding="utf-8")
    return file


def test_json_is_one_object_on_standard_output_and_nothing_else(day: Path) -> None:
    command = [sys.executable, "-m", "bot", "simulate", str(day), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=PROCESS, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert sorted(found) == ["cases", "notices", "refused"]
    assert found["cases"]["c1"]["state"] == "closed"
    assert [path.name for path in sorted(day.parent.iterdir())] == ["kursky.yaml", "Пробный день.yaml"]


@pytest.mark.parametrize("kept", [[], ["--database", "kept.db"]], ids=["passing", "kept"])
def test_a_disk_without_room_is_said_in_one_line(day: Path, kept: list[str]) -> None:
    """Sixty kilobytes are less than an empty database takes."""
    if os.name != "posix":
        pytest.skip("this system limits no file's size")
    command = [sys.executable, "-m", "bot", "simulate", str(day), "--json", *kept]
    limited = ["sh", "-c", 'ulimit -f 60; exec "$0" "$@"', *command]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        limited, cwd=day.parent, env=env, capture_output=True, encoding="utf-8", timeout=PROCESS, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "база данных недоступна: disk I/O error\n")
    assert [path.name for path in sorted(day.parent.iterdir())] == ["kursky.yaml", "Пробный день.yaml"]


def test_people_get_tables(day: Path) -> None:
    done = run("simulate", str(day), COLUMNS="200")
    assert (done.returncode, done.stderr) == (0, "")
    assert "ответ размещён" in done.stdout


def test_the_database_is_kept_for_a_report_and_never_written_over(day: Path, tmp_path: Path) -> None:
    database = tmp_path / "kept.db"
    assert run("simulate", str(day), "--json", "--database", str(database)).returncode == 0
    url = f"sqlite:///{database}"
    report = run("report", "--month", "2026-01", "--format", "json", "--municipality", "kursky", DATABASE_URL=url)
    assert (report.returncode, json.loads(report.stdout)["closed"]) == (0, 1)
    kept = database.read_bytes()
    again = run("simulate", str(day), "--database", str(database))
    assert (again.returncode, again.stdout, again.stderr.count("\n")) == (2, "", 1)
    assert database.read_bytes() == kept


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("events: [", "строка 1: скобка или кавычка не закрыта"),
        ("17", "строка 1: ожидались строки вида «ключ: значение»"),
        (
            "municipality: nowhere.yaml\nevents:\n  - {at: 2026-01-12T09:00}\n",
            "строка 1: municipality: нет файла nowhere.yaml",
        ),
        ("municipality: kursky.yaml\nevents: []\n", "строка 2: events: нужен список событий"),
        (
            "municipality: kursky.yaml\nevents:\n  - {at: 2026-01-12T09:00, do: fly, case: c1}\n",
            "строка 3: do: неизвестное",
        ),
        ("municipality: kursky.yaml\nevents:\n  - {at: 1, at: 2}\n", "строка 3: ключ «at» стоит дважды"),
    ],
)
def test_bad_input_is_named_with_file_and_line(day: Path, text: str, words: str) -> None:
    day.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenConfiguration) as broken:
        read(day)
    assert str(broken.value).startswith(f"{day.name}, {words}")
    assert "\n" not in str(broken.value)


def test_bad_input_is_one_line_and_exit_code_two(day: Path) -> None:
    day.write_text("17", encoding="utf-8")
    done = run("simulate", str(day), "--json")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"{day.name}, строка 1: ожидались строки вида «ключ: значение»")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run("simulate", str(tmp_path / "none.yaml"))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"нет файла {tmp_path / 'none.yaml'}\n")


WRITTEN_BY_JSON = """
events:
  - {at: 2026-01-12T09:00, do: detect, case: "c\\ud83d\\ude00", source: vk, text: "\\ud83d\\udea8 Нет воды",
     topic: "\\ud83d\\ude00", location: "Школьная \\ud83c\\udfe0", author: "\\ud83d\\udc64", link: "https://vk.com/\\ud83d\\ude00"}
"""


def test_characters_are_read_as_json_writes_them(tmp_path: Path) -> None:
    file = tmp_path / "day.yaml"
    file.write_text(TOWN.format(regulation="kursky") + WRITTEN_BY_JSON, encoding="utf-8")
    done = run("simulate", str(file), "--json")
    assert (done.returncode, done.stderr, list(json.loads(done.stdout)["cases"])) == (0, "", ["c😀"])
    [event] = read(file).events
    assert {key: event.fields[key] for key in ("text", "location", "author", "link")} == {
        "text": "🚨 Нет воды",
        "location": "Школьная 🏠",
        "author": "👤",
        "link": "https://vk.com/😀",
    }


@pytest.mark.parametrize("field", ["text", "author", "location", "link", "topic", "case"])
@pytest.mark.parametrize("half", ["\\ud83d", "\\ude00\\ud83d", "\\U0000d83d"])
def test_half_a_character_is_refused_in_one_line(tmp_path: Path, field: str, half: str) -> None:
    fields = {"case": "c1", "text": "Нет воды", field: f'"{half}"'}
    inside = "".join(f", {key}: {value}" for key, value in fields.items())
    events = f"\nevents:\n  - {{at: 2026-01-12T09:00, do: detect, source: vk{inside}}}\n"
    file = tmp_path / "day.yaml"
    file.write_text(TOWN.format(regulation="kursky") + events, encoding="utf-8")
    line = file.read_text(encoding="utf-8").splitlines().index(events.splitlines()[2]) + 1
    with pytest.raises(BrokenConfiguration) as broken:
        read(file)
    assert str(broken.value) == f"day.yaml, строка {line}: половина знака: у \\ud800–\\udfff нет пары"


def test_a_backslash_before_a_letter_stays_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "day.yaml"
    events = '\nevents:\n  - {at: 2026-01-12T09:00, do: detect, case: c1, source: vk, text: "a\\\\ud83d\\\\ude00"}\n'
    file.write_text(TOWN.format(regulation="kursky") + events, encoding="utf-8")
    assert [event.fields["text"] for event in read(file).events] == ["a\\ud83d\\ude00"]
