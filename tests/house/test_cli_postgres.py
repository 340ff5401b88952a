"""`copy`, `backup` and `restore` with PostgreSQL: one form of archive for both databases, and every refusal in a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import migrate
from storage.engine import connect
from storage.leases import Leases
from tests import postgres
from tests.house.test_cli_backup import folder, mark, marked, refused, run

__all__ = ["folder"]

with_server = pytest.mark.skipif(not postgres.is_wanted(), reason="needs PostgreSQL")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty database, as an office writes it."""
    url = asyncio.run(postgres.bare())
    yield url.replace("+asyncpg", "")
    asyncio.run(postgres.drop(url))


def mark_there(url: str, value: str | None = None) -> str | None:
    """The mark on PostgreSQL, after setting it if a value is given."""

    async def asked() -> str | None:
        engine = connect(url.replace("postgresql:", "postgresql+asyncpg:"))
        async with engine.begin() as connection:
            if value is not None:
                await connection.execute(sa.text("UPDATE marks SET value = :v WHERE name = 'm'"), {"v": value})
            found: str | None = (await connection.execute(sa.text("SELECT value FROM marks WHERE name = 'm'"))).scalar()
        await engine.dispose()
        return found

    return asyncio.run(asked())


@with_server
def test_an_office_moves_to_postgresql_and_back_with_every_row(folder: Path, server: str, tmp_path: Path) -> None:
    there = run("copy", f"sqlite:///{folder / 'dezhurny.db'}", server)
    assert there.exit_code == 0, there.output
    assert "marks: 1" in there.stdout
    assert "суммы совпали" in there.stdout
    assert mark_there(server) == "first"
    back = run("copy", server, f"sqlite:///{tmp_path / 'back.db'}")
    assert back.exit_code == 0, back.output
    [first], [second] = (
        [line for line in one.stdout.splitlines() if line.startswith("marks: ")] for one in (there, back)
    )
    assert first == second
    assert "audit: 1, " in back.stdout, "that it was copied there came along"


@with_server
def test_a_copy_goes_into_an_empty_database_only(folder: Path, server: str) -> None:
    file = f"sqlite:///{folder / 'dezhurny.db'}"
    assert run("copy", file, server).exit_code == 0
    assert "не пуста" in refused(run("copy", file, server))
    assert "одна и та же" in refused(run("copy", file, file))
    assert "нет" in refused(run("copy", f"sqlite:///{folder / 'other.db'}", server))
    assert "mysql" in refused(run("copy", "mysql://x/y", server))


@with_server
def test_what_was_on_postgresql_is_again(
    folder: Path, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("copy", f"sqlite:///{folder / 'dezhurny.db'}", server)
    monkeypatch.setenv("DATABASE_URL", server)
    taken = run("backup", tmp_path / "a.zip", "--config", folder)
    assert taken.exit_code == 0, taken.output
    mark_there(server, "second")
    put = run("restore", tmp_path / "a.zip", "--config", folder)
    assert put.exit_code == 0, put.output
    assert "before-restore" in put.stdout
    assert mark_there(server) == "first"


@with_server
def test_a_copy_of_sqlite_is_restored_to_postgresql(
    folder: Path, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("backup", tmp_path / "a.zip", "--config", folder).exit_code == 0
    monkeypatch.setenv("DATABASE_URL", server)
    put = run("restore", tmp_path / "a.zip", "--config", folder)
    assert put.exit_code == 0, put.output
    assert mark_there(server) == "first"


@with_server
def test_nothing_is_restored_or_copied_under_a_running_bot(
    folder: Path, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("copy", f"sqlite:///{folder / 'dezhurny.db'}", server)
    monkeypatch.setenv("DATABASE_URL", server)
    assert run("backup", tmp_path / "a.zip", "--config", folder).exit_code == 0

    async def runs() -> None:
        engine = connect(server.replace("postgresql:", "postgresql+asyncpg:"))
        await Leases(engine, "other").look(["okrug"])
        await engine.dispose()

    asyncio.run(runs())
    assert "остановите его" in refused(run("restore", tmp_path / "a.zip", "--config", folder))
    assert "остановите его" in refused(run("copy", server, f"sqlite:///{tmp_path / 'b.db'}"))
    assert run("backup", tmp_path / "b.zip", "--config", folder).exit_code == 0


@with_server
def test_a_foreign_newer_or_older_database_is_left_alone(
    folder: Path, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("copy", f"sqlite:///{folder / 'dezhurny.db'}", server)
    url = server.replace("postgresql:", "postgresql+asyncpg:")

    async def told(words: str) -> None:
        engine = connect(url)
        async with engine.begin() as connection:
            await connection.exec_driver_sql(words)
        await engine.dispose()

    monkeypatch.setattr(migrate, "OLDEST", 99)
    assert "нужен 99 или новее" in refused(run("copy", server, f"sqlite:///{tmp_path / 'b.db'}"))
    monkeypatch.undo()
    asyncio.run(told("UPDATE alembic_version SET version_num = 'v9999_later'"))
    assert "более новой" in refused(run("copy", server, f"sqlite:///{tmp_path / 'b.db'}"))
    asyncio.run(told("DROP TABLE cases CASCADE"))
    assert "другой программы" in refused(run("copy", server, f"sqlite:///{tmp_path / 'b.db'}"))


def test_a_server_that_is_not_there_is_said(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/x")
    said = refused(run("backup", tmp_path / "a.zip", "--config", folder))
    assert "база данных недоступна" in said
    assert "secret" not in said
    assert not (tmp_path / "a.zip").exists()
    marked(folder, "still here")
    assert mark(folder) == "still here"
