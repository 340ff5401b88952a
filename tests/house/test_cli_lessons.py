"""`lessons`: what the office reads about how often the bot was right, and what is said before it has learned anything."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from storage import migrate
from storage.books import Books

BEGAN = datetime(2026, 10, 30, 9, tzinfo=UTC)
TAUGHT = [("roads", ("эстафета", "бордюр")), ("zhkh", ("стояк", "кран"))] * 4
"""Words that no topic knows, each always for the same department."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert run("init", tmp_path, "--regulation", "kursky").exit_code == 0
    asyncio.run(migrate.upgrade(f"sqlite:///{tmp_path}/dezhurny.db"))
    return tmp_path


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


async def _teach(folder: Path) -> None:
    books = Books(f"sqlite:///{folder}/dezhurny.db")
    async with books.write("kursky") as tx:
        for n, (department, words) in enumerate(TAUGHT):
            await tx.lessons.learn(-1 - n, department, "", words, BEGAN + timedelta(days=n))
    await books.close()


def test_each_case_is_judged_by_what_the_earlier_ones_taught(folder: Path) -> None:
    asyncio.run(_teach(folder))
    result = run("lessons", "--config", folder, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    october = {"decided": 2, "said": 0, "right": 0, "in_three": 0, "keywords": 0}
    november = {"decided": 6, "said": 4, "right": 4, "in_three": 6, "keywords": 0}
    assert json.loads(result.stdout) == {"municipality": "kursky", "months": {"2026-10": october, "2026-11": november}}
    table = run("lessons", "--config", folder).stdout.splitlines()
    assert table[0] == "Научили: 8 сообщений. О каждом спрошено то, что бот знал до него."
    assert table[-1].split() == ["2026-11", "6", "67", "%", "67", "%", "100", "%", "0", "%"]


def test_before_anything_was_learned_it_says_who_teaches(folder: Path) -> None:
    result = run("lessons", "--config", folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "бот ещё ничему не научился: учат его сообщения, направленные отделам\n"
