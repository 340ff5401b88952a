"""The database of each released version, as that version itself wrote it, brought to today's schema and worked on.

`tests/samples/released/VERSION.sql.gz`: what the headless demo of the version left, dumped. A release adds its own.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.cli.backup import copy_before_migration
from bot.cli.books import refuse_foreign
from bot.cli.mistake import Mistake
from storage import migrate
from storage.transaction import Transaction
from tests.house.source import ROOT
from tests.house.test_cli_files import refused, run
from tests.schema import migrated_every_time

RELEASED = ROOT / "tests" / "samples" / "released"
VERSIONS = re.findall(r"^## (\d+\.\d+\.\d+) ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
Rows = dict[str, list[dict[str, Any]]]

pytestmark = pytest.mark.usefixtures("_bare")


@pytest.fixture
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "BACKUP_RECIPIENT"):
        monkeypatch.delenv(name, raising=False)


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'dezhurny.db'}"


@pytest.fixture(params=VERSIONS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A configuration folder with the released version's database."""
    place = tmp_path / "office"
    assert run("init", place, "--regulation", "kursky", "--key", "okrug").exit_code == 0
    dump = gzip.decompress((RELEASED / f"{request.param}.sql.gz").read_bytes()).decode()
    with closing(sqlite3.connect(place / "dezhurny.db")) as books, books:
        books.executescript(dump)
    return place


def rows(database: Path) -> Rows:
    with closing(sqlite3.connect(database)) as books:
        books.row_factory = sqlite3.Row
        names = [name for (name,) in books.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: [dict(row) for row in books.execute(f"SELECT * FROM {name}")] for name in names}


def upgraded(folder: Path) -> Path:
    """As `run` does it; return the copy taken before."""
    with migrated_every_time():
        copy = copy_before_migration(folder / "dezhurny.db")
        asyncio.run(migrate.upgrade(url(folder)))
    return copy


def test_every_released_version_has_its_database_here() -> None:
    assert {file.name.removesuffix(".sql.gz") for file in RELEASED.iterdir()} == set(VERSIONS)
    assert len(VERSIONS) > 1


def test_no_row_and_no_value_is_lost(folder: Path) -> None:
    before = rows(folder / "dezhurny.db")
    assert sum(map(len, before.values())) > 300
    copy = upgraded(folder)
    after = rows(folder / "dezhurny.db")
    for table, old in before.items():
        new = [{name: row[name] for name in row if name in (old[0] if old else row)} for row in after[table]]
        if table == "alembic_version":
            assert new == [{"version_num": migrate.head()}]
            continue
        assert sorted(map(repr, new)) == sorted(map(repr, old)), table
    assert rows(copy) == before
    assert run("restore", copy, "--config", folder).exit_code == 0
    assert rows(folder / "dezhurny.db")["cases"] == after["cases"]


def test_the_cases_can_be_read_and_every_command_works_on(folder: Path, tmp_path: Path) -> None:
    assert refused(run("people", "--config", folder)) == (
        "база данных прежней версии; запустите сначала run, он сделает копию и обновит её"
    )
    upgraded(folder)

    async def read(tx: Transaction) -> list[tuple[int, str, int]]:
        cases = [case for number in (1, 2, 3) if (case := await tx.case_by_number(number)) is not None]
        return [(case.number, case.state.value, len(await tx.history(case.id))) for case in cases]

    assert [(number, state) for number, state, lines in within_okrug(folder, read) if lines] == [
        (1, "closed"),
        (2, "new"),
        (3, "new"),
    ]
    for words in (
        ("people",),
        ("why", "1"),
        ("report", "--month", "2026-12", "--out", tmp_path / "report.json"),
        ("inbox", "list"),
        ("retention", "--dry-run"),
        ("person", "find", "Житель"),
        ("audit", "2026-11-01", "2026-12-31", "--out", tmp_path / "audit.csv"),
        ("backup", tmp_path / "copy.zip"),
        ("restore", tmp_path / "copy.zip"),
    ):
        done = run(*words, "--config", folder)
        assert (done.exit_code, done.exception) == (0, None), (words, done.output)


def within_okrug(folder: Path, work: Any) -> Any:
    from storage.books import Books

    async def inside() -> Any:
        books = Books(url(folder))
        try:
            async with books.write("okrug") as tx:
                return await work(tx)
        finally:
            await books.close()

    return asyncio.run(inside())


def test_step_by_step_through_every_schema_it_becomes_the_same(folder: Path, tmp_path: Path) -> None:
    """An office may have run any state between two releases."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "dezhurny.db").write_bytes((folder / "dezhurny.db").read_bytes())
    with migrated_every_time():
        for edition in sorted(migrate.known()):
            asyncio.run(migrate.upgrade(url(folder), edition))
        asyncio.run(migrate.upgrade(url(tmp_path / "other")))
    assert rows(folder / "dezhurny.db") == rows(tmp_path / "other" / "dezhurny.db")


COMMANDS = (("people",), ("report", "--month", "2026-12"), ("why", "1"), ("person", "find", "Житель"))


def test_a_database_of_a_later_version_is_refused_in_words_and_not_touched(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "dezhurny.db")) as books, books:
        books.execute("UPDATE alembic_version SET version_num = 'v9999_later'")
    before = rows(folder / "dezhurny.db")
    with pytest.raises(Mistake, match="записана более новой версией"):  # the first thing `run` does with a database
        asyncio.run(refuse_foreign(url(folder)))
    for words in COMMANDS:
        said = refused(run(*words, "--config", folder))
        assert said.removeprefix("база данных недоступна: ").startswith("база данных записана более новой версией"), (
            words
        )
    assert "база данных записана более новой версией программы" in run("check", "--config", folder).stdout
    assert rows(folder / "dezhurny.db") == before
