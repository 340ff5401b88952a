"""`backup` and `restore`: what was, is again; a running bot is copied whole and never overwritten."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.cli.backup import NoRoom, copy_before_migration, put
from bot.cli.copies import of_the_newest
from bot.cli.mistake import Mistake
from bot.cli.sealed import is_sealed
from bot.clock import HeldClock
from bot.process.lock import Lock
from storage import migrate


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def refused(result: Result) -> str:
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
    return result.stderr.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration folder with a database and one kept file."""
    place = tmp_path / "office"
    place.mkdir()
    asyncio.run(migrate.upgrade(f"sqlite:///{place / 'dezhurny.db'}"))
    marked(place, "first")
    kept = place / "files" / "okrug" / "ab"
    kept.mkdir(parents=True)
    (kept / "abcd").write_bytes(b"a photo")
    return place


def marked(place: Path, value: str) -> None:
    books = sqlite3.connect(place / "dezhurny.db")
    with books:
        books.execute("INSERT OR REPLACE INTO marks (municipality, name, value) VALUES ('okrug', 'm', ?)", (value,))
    books.close()


def mark(place: Path) -> str:
    books = sqlite3.connect(place / "dezhurny.db")
    try:
        return str(books.execute("SELECT value FROM marks WHERE name = 'm'").fetchone()[0])
    finally:
        books.close()


def mode(file: Path) -> str:
    return oct(file.stat().st_mode & 0o777)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such modes")
def test_the_books_and_their_copies_are_their_owners_alone(folder: Path, tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        copy, books = tmp_path / "monday.zip", folder / "dezhurny.db"
        assert run("backup", copy, "--config", folder).exit_code == 0
        assert [mode(copy), mode(books)] == ["0o600", "0o600"]
        books.chmod(0o644)
        assert run("restore", copy, "--config", folder).exit_code == 0
        assert [mode(books), mode(folder / "dezhurny.db.before-restore")] == ["0o600", "0o600"]
    finally:
        os.umask(old)


def test_a_copy_goes_into_no_folder_that_is_not_there(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "copies" / "may"
    said = refused(run("backup", place / "monday.zip", "--config", folder))
    assert said == f"нет папки {place}; создайте её или назовите другую"
    assert not (tmp_path / "copies").exists()


def test_what_was_is_again(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "monday.zip"
    assert run("backup", copy, "--config", folder).exit_code == 0
    marked(folder, "second")
    (folder / "files" / "okrug" / "ab" / "abcd").unlink()
    assert run("restore", copy, "--config", folder).exit_code == 0
    assert mark(folder) == "first"
    assert (folder / "files" / "okrug" / "ab" / "abcd").read_bytes() == b"a photo"
    assert (folder / "dezhurny.db.before-restore").exists()


def test_a_running_bot_is_copied_with_what_it_has_just_kept(folder: Path, tmp_path: Path) -> None:
    with Lock(folder / "dezhurny.db.lock"):
        running = sqlite3.connect(folder / "dezhurny.db")
        running.execute("PRAGMA journal_mode=WAL")
        with running:
            running.execute("UPDATE marks SET value = 'just now'")
        assert run("backup", tmp_path / "a.zip", "--config", folder).exit_code == 0
        running.close()
        assert "бот запущен" in refused(run("restore", tmp_path / "a.zip", "--config", folder))
    marked(folder, "later")
    assert run("restore", tmp_path / "a.zip", "--config", folder).exit_code == 0
    assert mark(folder) == "just now"


def test_a_copy_is_never_written_over(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("кто-то уже положил сюда своё")
    assert "уже есть" in refused(run("backup", tmp_path / "a.zip", "--config", folder))
    assert (tmp_path / "a.zip").read_text() == "кто-то уже положил сюда своё"


def test_nothing_to_copy_is_said(tmp_path: Path) -> None:
    assert "копировать нечего" in refused(run("backup", tmp_path / "a.zip", "--config", tmp_path))


@pytest.mark.parametrize("names", [["notes.txt"], ["dezhurny.db", "../outside"], ["dezhurny.db", "files/../../x"]])
def test_a_foreign_archive_changes_nothing(folder: Path, tmp_path: Path, names: list[str]) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    assert "не копия бота" in refused(run("restore", tmp_path / "a.zip", "--config", folder))
    assert mark(folder) == "first"


@pytest.mark.parametrize("content", [b"", b"PK but not really", None])
def test_a_broken_file_changes_nothing(folder: Path, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a.zip").write_bytes(content)
    assert "не читается" in refused(run("restore", tmp_path / "a.zip", "--config", folder))
    assert mark(folder) == "first"


def test_a_broken_database_in_a_whole_archive_changes_nothing(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("dezhurny.db", b"SQLite format 3\x00" + b"\x00" * 4000)
    assert "испорчена" in refused(run("restore", tmp_path / "a.zip", "--config", folder))
    assert mark(folder) == "first"


# --- what fails, fails in one sentence and changes nothing ------------------------------------------------------------


def beside(place: Path) -> list[str]:
    return sorted(file.name for file in place.iterdir() if not file.name.endswith(".lock"))


def big(folder: Path) -> None:
    """The database is larger than a disk that takes 64 KB."""
    books = sqlite3.connect(folder / "dezhurny.db")
    with books:
        books.execute("INSERT INTO marks (municipality, name, value) VALUES ('okrug', 'big', hex(randomblob(200000)))")
    books.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no file's size")
def test_a_full_disk_is_said_in_one_sentence(folder: Path, tmp_path: Path) -> None:
    from tests.faults import nothing_grows

    big(folder)
    before = beside(folder), beside(tmp_path)
    with nothing_grows(65536):
        said = refused(run("backup", tmp_path / "a.zip", "--config", folder))
    assert said.startswith(f"{tmp_path / 'a.zip'}: записать не удалось: на диске нет места")
    assert (beside(folder), beside(tmp_path)) == before
    assert run("backup", tmp_path / "a.zip", "--config", folder).exit_code == 0
    marked(folder, "second")
    with nothing_grows(65536):
        said = refused(run("restore", tmp_path / "a.zip", "--config", folder))
    assert "прежняя база на месте: на диске нет места" in said
    assert (mark(folder), beside(folder)) == ("second", before[0])


@pytest.mark.parametrize(
    "content",
    [b"", "это письмо, а не база".encode(), b"SQLite format 3\x00" + b"\x00" * 4000],
    ids=["empty", "text", "cut"],
)
def test_of_a_damaged_base_no_copy_is_taken_and_one_is_put_in_its_place(
    folder: Path, tmp_path: Path, content: bytes
) -> None:
    copy = tmp_path / "whole.zip"
    assert run("backup", copy, "--config", folder).exit_code == 0
    (folder / "dezhurny.db").write_bytes(content)
    said = refused(run("backup", tmp_path / "a.zip", "--config", folder))
    assert said.endswith("файл повреждён или это не база бота; восстановите его из копии (restore)")
    assert not (tmp_path / "a.zip").exists()
    assert run("restore", copy, "--config", folder).exit_code == 0
    assert (mark(folder), (folder / "dezhurny.db.before-restore").read_bytes()) == ("first", content)


def test_an_earlier_copy_of_before_stays(folder: Path, tmp_path: Path) -> None:
    assert run("backup", tmp_path / "a.zip", "--config", folder).exit_code == 0
    for value in ("second", "third"):
        marked(folder, value)
        assert run("restore", tmp_path / "a.zip", "--config", folder).exit_code == 0
    kept = []
    for name in ("dezhurny.db.before-restore", "dezhurny.db.before-restore-2"):
        books = sqlite3.connect(folder / name)
        kept.append(books.execute("SELECT value FROM marks WHERE name = 'm'").fetchone()[0])
        books.close()
    assert (kept, mark(folder)) == (["second", "third"], "first")


def test_what_waited_in_the_copy_is_doubtful_afterwards(folder: Path, tmp_path: Path) -> None:
    put = (
        "INSERT INTO outbox (municipality, connection, lane, priority, kind, body, state, created_at, attempts, progress)"
        " VALUES ('okrug', 'telegram:1', ?, 0, ?, '{}', 'waiting', '2026-01-12 06:00:00.000000', 0, 0)"
    )
    books = sqlite3.connect(folder / "dezhurny.db")
    with books:
        books.executemany(
            put, [("network:vk", "post"), ("network:vk", "moderate"), ("group", "card"), ("group", "edit")]
        )
    books.close()
    assert run("backup", tmp_path / "a.zip", "--config", folder).exit_code == 0
    said = run("restore", tmp_path / "a.zip", "--config", folder)
    assert "ждало отправки: 3, бот сначала проверит" in said.stdout
    books = sqlite3.connect(folder / "dezhurny.db")
    bodies = [json.loads(body) for (body,) in books.execute("SELECT body FROM outbox ORDER BY id")]
    (copied,) = books.execute("SELECT value FROM marks WHERE name = 'restored_from'").fetchone()
    books.close()
    in_network = {"doubts": 1, "since": "2026-01-12T06:00:00+00:00"}
    assert bodies == [in_network, in_network, {"doubts": 1, "restored": copied}, {}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "! файл базы данных пуст: если база была, восстановите её из копии (restore), иначе её создаст run"),
        (
            b"text" * 100,
            "✗ база данных недоступна: файл повреждён или это не база бота; восстановите его из копии (restore)",
        ),
        ("CREATE TABLE notes (a)", "✗ это база другой программы, бот её не тронет; назовите другую в DATABASE_URL"),
        (
            "CREATE TABLE alembic_version (version_num); CREATE TABLE notes (a)",
            "✗ это база другой программы, бот её не тронет; назовите другую в DATABASE_URL",
        ),
    ],
    ids=["empty", "text", "foreign", "foreign-migrated"],
)
def test_check_and_run_name_a_file_that_is_no_base_of_ours(folder: Path, content: bytes | str, said: str) -> None:
    base = folder / "dezhurny.db"
    if isinstance(content, bytes):
        base.write_bytes(content)
    else:
        base.unlink()
        books = sqlite3.connect(base)
        books.executescript(content)
        books.close()
    (folder / "municipality.yaml").write_text("")
    assert said in run("check", "--config", folder).stdout.splitlines()


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no file's size")
def test_a_copy_before_a_migration_is_whole_or_not_there(folder: Path) -> None:
    from tests.faults import nothing_grows

    big(folder)
    with nothing_grows(65536), pytest.raises(NoRoom, match="перед обновлением снять не удалось: на диске нет места"):
        copy_before_migration(folder / "dezhurny.db")
    assert beside(folder / "backups") == []
    names = [copy_before_migration(folder / "dezhurny.db").name for _ in range(7)]
    assert beside(folder / "backups") == names[2:] == [f"dezhurny-000{number}.db" for number in range(3, 8)]


def test_a_nightly_copy_is_dated_tried_and_the_oldest_go_last(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    into = folder / "copies"
    for day in (1, 2, 3):
        at(monkeypatch, day)
        done = run("backup", "--into", into, "--keep", 2, "--config", folder)
        assert done.exit_code == 0, done.output
    (into / "dezhurny-by-hand.zip").write_bytes(b"mine")
    at(monkeypatch, 4)
    assert run("backup", "--into", into, "--keep", 2, "--config", folder).exit_code == 0
    assert sorted(file.name for file in into.iterdir()) == [
        "dezhurny-2026-01-03-033000.zip",
        "dezhurny-2026-01-04-033000.zip",
        "dezhurny-by-hand.zip",
    ]


def at(monkeypatch: pytest.MonkeyPatch, day: int) -> None:
    moment = datetime(2026, 1, day, 3, 30, tzinfo=UTC)
    monkeypatch.setattr("bot.cli.copies.WallClock", lambda: HeldClock(moment))


def test_when_the_nightly_copy_fails_no_earlier_one_goes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    into = folder / "copies"
    at(monkeypatch, 1)
    assert run("backup", "--into", into, "--keep", 1, "--config", folder).exit_code == 0
    (folder / "dezhurny.db").write_bytes(b"SQLite format 3\0" + b"x" * 4096)
    at(monkeypatch, 2)
    refused(run("backup", "--into", into, "--keep", 1, "--config", folder))
    assert [file.name for file in into.iterdir()] == ["dezhurny-2026-01-01-033000.zip"]


def test_check_reads_the_newest_copy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert list(of_the_newest(folder, now)) == []
    monkeypatch.setattr("bot.cli.backup.WallClock", lambda: HeldClock(datetime(2026, 1, 1, 3, 30, tzinfo=UTC)))
    at(monkeypatch, 1)
    run("backup", "--into", folder / "copies", "--config", folder)
    (fresh,) = of_the_newest(folder, now)
    (old,) = of_the_newest(folder, now + timedelta(days=2))
    (folder / "copies" / "dezhurny-2026-01-01-033000.zip").write_bytes(b"PK")
    (broken,) = of_the_newest(folder, now)
    assert [one.level for one in (fresh, old, broken)] == ["ok", "warning", "error"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "назовите файл копии или --into ПАПКА, что-нибудь одно"),
        (("a.zip", "--into", "b"), "назовите файл копии или --into ПАПКА, что-нибудь одно"),
        (("--into", "b", "--keep", "0"), "--keep: нужно число от 1 до 1000"),
    ],
)
def test_a_copy_needs_one_place(folder: Path, words: tuple[str, ...], why: str) -> None:
    assert refused(run("backup", *words, "--config", folder)) == why


def test_what_a_killed_command_left_behind_is_swept_and_what_one_is_at_work_on_is_not(
    folder: Path, tmp_path: Path
) -> None:
    old, new = tmp_path / ".dezhurny-old", tmp_path / ".dezhurny-new"
    for left in (old, new):
        left.mkdir()
        (left / "whole.zip").write_bytes(b"half of it")
    for path in (old / "whole.zip", old):
        os.utime(path, (path.stat().st_mtime - 7200,) * 2)
    assert run("backup", tmp_path / "copy.zip", "--config", folder).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [".dezhurny-new", "copy.zip", "office"]


def test_an_encrypted_nightly_copy_is_tried_before_it_is_closed_and_the_oldest_go(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This machine has no key to read it afterwards."""
    monkeypatch.setenv("BACKUP_RECIPIENT", str(pyrage.x25519.Identity.generate().to_public()))
    into = folder / "copies"
    for day in (1, 2):
        at(monkeypatch, day)
        done = run("backup", "--into", into, "--keep", 1, "--config", folder)
        assert done.exit_code == 0, done.output
    (kept,) = into.iterdir()
    assert is_sealed(kept)
    (fresh,) = of_the_newest(folder, datetime(2026, 1, 2, 12, tzinfo=UTC))
    (old,) = of_the_newest(folder, datetime(2026, 1, 5, 12, tzinfo=UTC))
    assert (fresh.level, old.level) == ("ok", "warning")


@pytest.mark.parametrize("links", [True, False])
def test_what_appeared_under_the_name_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    made, target = tmp_path / "made", tmp_path / "copy.zip"
    made.write_text("новая")
    target.write_text("чужая")
    with pytest.raises(Mistake, match="уже есть"):
        put(made, target)
    assert target.read_text() == "чужая"
    target.unlink()
    put(made, target)
    assert target.read_text() == "новая"
