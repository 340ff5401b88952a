"""`lessons`: what the office reads about how often the bot was right, and what is said before it has learned anything."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from config.russian.executors import department_named
from storage import migrate
from storage.books import Books
from storage.lessons import Learned
from workflow.office import Department

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
            await tx.lessons.learn([Learned(-1 - n, department, "", words, BEGAN + timedelta(days=n))])
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


SHEET = """Текст;Дата;Тема;Исполнитель;Статус
У эстафеты порвался гамак;12.08.2026;;дорожное хозяйство;Решено
Гамак эстафеты опять расшатан;13.08.2026;;Отдел дорожного хозяйства;Решено
Треснул стояк за эстафетой;14.08.2026;Водоснабжение;;Решено
Стояк в тамбуре треснул;15.08.2026;Водоснабжение;;Решено
Расписание кружка изменили;16.08.2026;;Иванов И. И.;Решено
"""


def test_an_export_teaches_who_was_in_charge_and_sort_knows_it(folder: Path, tmp_path: Path) -> None:
    text = {"id": 1, "text": "Гамак у эстафеты порвался, сколько можно"}
    (tmp_path / "asked.jsonl").write_text(json.dumps(text), encoding="utf-8")
    (tmp_path / "export.csv").write_text(SHEET, encoding="utf-8")

    def sorted_by(*options: object) -> object:
        result = run("sort", "--batch", tmp_path / "asked.jsonl", *options)
        assert (result.exit_code, result.stderr) == (0, "")
        return json.loads(result.stdout)["departments"]

    assert sorted_by("--config", folder) == []
    for _ in range(2):
        result = run("import", tmp_path / "export.csv", "--config", folder)
        assert (result.exit_code, result.stderr) == (0, "")
        assert "Бот научился на 4 строках файла: там назван отдел или тема." in result.stdout.splitlines()
    months = json.loads(run("lessons", "--config", folder, "--json").stdout)["months"]
    assert {month: of["decided"] for month, of in months.items()} == {"2026-08": 4}
    assert sorted_by("--config", folder) == ["roads", "zhkh"], "the first is proposed"
    assert sorted_by() == []


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("zhkh", "zhkh"),
        ("ЖКХ", "zhkh"),
        ("начальник отдела ЖКХ", "zhkh"),
        ("дорожное хозяйство", "roads"),
        ("Отдел", None),
        ("Иванов И. И.", None),
        ("ЖКХ и дорожное хозяйство", None),
    ],
)
def test_a_department_in_a_cell_of_an_export(written: str, key: str | None) -> None:
    names = {"zhkh": "Отдел ЖКХ", "roads": "Отдел дорожного хозяйства", "culture": "Отдел культуры"}
    departments = {one: Department(one, name) for one, name in names.items()}
    assert department_named(written, departments) == key
