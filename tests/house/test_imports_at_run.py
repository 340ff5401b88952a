"""What does not speak to the messenger does not import its library: that takes a second and a half of a processor and 30 MB."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PROCESS
from tests.stories.test_simulate import DAY

ROOT = Path(__file__).parents[2]
OFFICIAL = ROOT / "docs" / "scenarii" / "primorsko-akhtarsky.yaml"
DEMO = ROOT / "config" / "demo" / "municipality.yaml"


def imported(code: str, **environment: str) -> str:
    """The last line a process of its own printed after `code`: whether Telegram's library is among what it imported."""
    asking = f"import sys\n{code}\nprint('aiogram' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", asking],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PROCESS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.process
def test_no_command_but_those_that_ask_the_messenger_imports_its_library(tmp_path: Path) -> None:
    database, day = tmp_path / "books.db", tmp_path / "day.yaml"
    day.write_text(f"municipality: kursky/municipality.yaml\n{DAY}", encoding="utf-8")
    commands = [
        ["deadlines", "--municipality", str(DEMO), "detected=2026-01-12T09:00"],
        ["moderate", "Спасибо"],
        ["sort", "--batch", str(day)],
        ["hints", "--batch", str(day)],
        ["simulate", str(OFFICIAL), "--json"],
        ["init", str(tmp_path), "--regulation", "kursky"],
        ["simulate", str(day), "--json", "--database", str(database)],
        ["report", "--month", "2026-01", "--municipality", "kursky"],
        ["why", "1", "--config", str(tmp_path)],
    ]
    code = f"""
from bot.cli.app import app
for words in {commands!r}:
    try:
        app(words)
    except SystemExit as end:
        assert not end.code, (words, end.code)
"""
    assert imported(code, DATABASE_URL=f"sqlite:///{database}") == "False"


@pytest.mark.process
def test_the_wired_bot_itself_imports_no_messenger() -> None:
    assert imported("import bot.cli.run, bot.cli.probes, bot.process.wiring, bot.process.messengers") == "False"
