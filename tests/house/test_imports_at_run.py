"""What does not speak to the messenger does not import its library: that takes a second and a half of a processor and 30 MB."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.loaded import parent
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


@pytest.mark.xdist_group("processes")
def test_the_models_of_the_messengers_library_are_built_when_they_are_used(tmp_path: Path) -> None:
    """Building all of them takes four seconds and 100 MB. The forked process has imported the library and used nothing."""
    code = """
from bot.telegram.library import Response, methods, types
built = [name for name, model in vars(types).items() if getattr(model, "__pydantic_complete__", False)]
answer = {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}}
message = Response[types.Message].model_validate(answer).result
sent = methods.SendMessage(chat_id=message.chat.id, text="Есть").model_dump(include={"chat_id", "text"})
print(len(built) < 20, type(message.chat).__name__, sent)
"""
    said = tmp_path / "said"
    child = parent().fork((), os.environ, said, code=code)
    assert (child.ended.result(PROCESS), said.read_text()) == (0, "True Chat {'chat_id': 5, 'text': 'Есть'}\n")
