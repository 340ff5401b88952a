"""`audit FROM TO`: who did what, as CSV without citizens' words; whether anybody touched the journals."""

from __future__ import annotations

import asyncio
import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage import migrate
from storage.transaction import Transaction
from tests.house.test_cli_files import folder, refused, run
from tests.house.test_cli_inbox import within
from tests.storage.test_erasing import NAME, NOW, her_case, keep

__all__ = ["folder"]
DAYS = ("2026-10-01", "2026-12-01")


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def kept(folder: Path) -> Path:
    asyncio.run(migrate.upgrade(f"sqlite:///{folder / 'dezhurny.db'}"))

    async def work(tx: Transaction) -> None:
        await keep(tx, her_case())
        for action, details in (
            ("looked", {"kind": "page", "case": "41"}),
            ("exported", {"kind": "report", "month": "2026-10"}),
            ("signed_in", {}),
            ("configured", {"files": "municipality.yaml"}),
            ("shortcoming", {"text": f"=cmd {NAME}", "department": "=zhkh"}),
        ):
            await tx.audit.note(action, details, NOW, "curator")

    within(folder, work)
    return folder


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def broken(place: Path, statement: str) -> str:
    with closing(sqlite3.connect(place / "dezhurny.db")) as books, books:
        books.execute(statement)
    result = run("audit", *DAYS, "--config", place)
    assert result.exit_code == 1
    check = run("check", "--config", place)
    assert (check.exit_code, "помимо бота" in check.stdout) == (1, True)
    return result.stderr


def test_who_did_what_is_told_without_a_word_of_a_citizens(kept: Path) -> None:
    result = run("audit", *DAYS, "--config", kept)
    found = rows(result.stdout)
    assert [(row["вид"], row["ключ"]) for row in found[-5:]] == [
        ("смотрел", "curator"),
        ("выгрузил", "curator"),
        ("вошёл", "curator"),
        ("изменил настройки", "curator"),
        ("решил", "curator"),
    ]
    assert (found[-5]["когда"], found[-5]["о чём"], found[-4]["подробности"]) == (
        "2026-12-01 12:00:00", "41", "kind=report, month=2026-10",
    )  # fmt: skip
    assert found[-1]["подробности"] == "department==zhkh"
    assert NAME not in result.stdout
    assert (result.exit_code, result.stderr.endswith("; цела\n")) == (0, True)
    assert rows(run("audit", "02.12.2026", "02.12.2026", "--config", kept).stdout) == []


def test_a_file_of_it_opens_in_a_spreadsheet(kept: Path) -> None:
    out = kept / "audit.csv"
    assert run("audit", *DAYS, "--out", out, "--config", kept).exit_code == 0
    assert out.read_bytes().startswith("﻿когда;".encode())


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE journal SET details = '{}' WHERE id = 2", "изменены помимо бота: journal/2"),
        ("UPDATE journal SET who = 'head' WHERE id = 2", "изменены помимо бота: journal/2"),
        ("UPDATE journal SET at = '2026-01-01 00:00:00.000000' WHERE id = 2", "изменены помимо бота: journal/2"),
        (
            "UPDATE audit SET details = '{\"text\": \"x\"}' WHERE action = 'shortcoming'",
            "изменены помимо бота: audit/5",
        ),
        ("DELETE FROM journal WHERE id = 2", "вырезаны помимо бота: journal/2"),
        ("DELETE FROM chain WHERE number = 3", "вырезаны помимо бота: 3–3"),
        (
            "INSERT INTO audit (municipality, at, who, action, details) "
            "VALUES ('kursky', '2026-10-01 09:00:00.000000', 'x', 'looked', '{}')",
            "вставлены помимо бота: audit/6",
        ),
        ("UPDATE chain SET salt = '' WHERE number = 2", "изменены помимо бота: journal/2"),
    ],
)
def test_what_somebody_did_to_the_journals_is_named(kept: Path, statement: str, words: str) -> None:
    assert words in broken(kept, statement)


def test_the_end_of_a_case_cut_with_its_links_is_missed(kept: Path) -> None:
    last = "(SELECT max(id) FROM journal)"
    chained = f"DELETE FROM chain WHERE book = 'journal' AND line = {last}"
    with closing(sqlite3.connect(kept / "dezhurny.db")) as books, books:
        books.execute("DELETE FROM chain WHERE book = 'audit'")
        books.execute("DELETE FROM audit")
        books.execute(chained)
    assert "вырезаны помимо бота: journal: № 41" in broken(kept, f"DELETE FROM journal WHERE id = {last}")


def test_words_quietly_erased_by_hand_are_told_from_those_the_bot_erased(kept: Path) -> None:
    assert run("person", "erase", NAME, "--config", kept).exit_code == 0
    result = run("audit", *DAYS, "--config", kept)
    assert (result.exit_code, "слова стёрты в" in result.stderr, result.stderr.endswith("; цела\n")) == (0, True, True)
    with closing(sqlite3.connect(kept / "dezhurny.db")) as books, books:
        books.execute("DELETE FROM erasures")
        books.execute("UPDATE audit SET details = '{\"cases\": \"1\"}' WHERE action = 'person_erased'")
    result = run("audit", *DAYS, "--config", kept)
    assert (result.exit_code, "без записи о стирании" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("2026-13-01", "2026-12-01", "«2026-13-01» не день; нужно, например, 2026-11-30"),
        ("вчера", "2026-12-01", "«вчера» не день; нужно, например, 2026-11-30"),
        ("2026-12-02", "2026-12-01", "конец 01.12.2026 раньше начала 02.12.2026"),
    ],
)
def test_days_that_are_none_are_refused(kept: Path, since: str, until: str, words: str) -> None:
    assert refused(run("audit", since, until, "--config", kept)) == words
