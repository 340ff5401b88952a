"""Spare copies that the program leaves beside the database: encrypted where backups are, restored by the same command, gone
after a term, named when a person is erased."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.backup import copy_before_migration
from bot.cli.sealed import is_sealed
from bot.clock import WallClock
from storage.scrubbing import holding
from tests.house.test_cli_again import recipient
from tests.house.test_cli_files import folder, refused, run
from tests.house.test_cli_person import kept
from tests.storage.test_erasing import NAME, NUMBER

__all__ = ["folder", "kept"]
DATABASE = "dezhurny.db"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "BACKUP_RECIPIENT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The office's backups are encrypted from now on; the file that opens them."""
    file = tmp_path / "key.txt"
    monkeypatch.setenv("BACKUP_RECIPIENT", recipient(file))
    return file


def test_check_names_copies_that_lie_open_although_others_are_encrypted(kept: Path, tmp_path: Path) -> None:
    for _ in range(4):
        copy_before_migration(kept / DATABASE)
    assert "лежат открыто" not in run("check", "--config", kept).stdout
    with pytest.MonkeyPatch.context() as later:
        later.setenv("BACKUP_RECIPIENT", recipient(tmp_path / "key.txt"))
        copy_before_migration(kept / DATABASE)
        said = run("check", "--config", kept).stdout
    names = ", ".join(f"dezhurny-000{number}.db" for number in (1, 2, 3))
    assert f"! копии шифруются, а эти сняты раньше и лежат открыто: {names} и ещё 1; удалите их" in said


def test_spare_copies_are_encrypted_where_backups_are(kept: Path, key: Path, tmp_path: Path) -> None:
    first, second = (copy_before_migration(kept / DATABASE) for _ in range(2))
    assert [file.name for file in (first, second)] == ["dezhurny-0001.db.age", "dezhurny-0002.db.age"]
    assert run("backup", tmp_path / "whole.zip", "--config", kept).exit_code == 0
    for _ in range(2):
        assert run("restore", tmp_path / "whole.zip", "--identity", key, "--config", kept).exit_code == 0
    before = sorted(kept.glob("*before-restore*"))
    assert [file.name for file in before] == [f"{DATABASE}.before-restore-2.age", f"{DATABASE}.before-restore.age"]
    assert all(is_sealed(file) for file in (first, second, *before))
    assert holding([first, second, *before], [NAME, NUMBER]) == []


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_a_spare_copy_is_restored_by_the_same_command_and_what_was_erased_is_erased_again(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encrypted: bool
) -> None:
    if encrypted:
        monkeypatch.setenv("BACKUP_RECIPIENT", recipient(tmp_path / "key.txt"))
    copy = copy_before_migration(kept / DATABASE)
    assert holding([copy], [NAME]) == ([] if encrypted else [copy])
    erased = run("person", "erase", NAME, "--config", kept)
    assert f"Прежняя копия осталась: {copy}." in erased.stdout
    more = ("--identity", tmp_path / "key.txt") if encrypted else ()
    back = run("restore", copy, *more, "--config", kept)
    assert (back.exit_code, back.stderr) == (0, "")
    assert "было в копии и стёрто ещё раз: 1 сообщение" in back.stdout
    assert refused(run("person", "find", NAME, "--config", kept)).startswith("такого человека бот не знает")


def test_a_damaged_spare_copy_is_refused_in_a_sentence(kept: Path) -> None:
    copy = copy_before_migration(kept / DATABASE)
    copy.write_bytes(copy.read_bytes()[:5000])
    assert refused(run("restore", copy, "--config", kept)) == f"{copy}: база в копии испорчена"
    assert run("person", "find", NAME, "--config", kept).exit_code == 0


def test_spare_copies_go_thirty_days_later_once_a_nightly_copy_was_tried(kept: Path, tmp_path: Path) -> None:
    old, young = copy_before_migration(kept / DATABASE), copy_before_migration(kept / DATABASE)
    before = kept / f"{DATABASE}.before-restore"
    before.write_bytes(old.read_bytes())
    then = (WallClock().now() - timedelta(days=31)).timestamp()
    for file in (old, before):
        os.utime(file, (then, then))
    assert run("backup", tmp_path / "by-hand.zip", "--config", kept).exit_code == 0
    assert all(file.exists() for file in (old, before))
    said = run("backup", "--into", kept / "copies", "--config", kept).stdout
    assert f"старше 30 дней, удалено: {old.name}, {before.name}" in said
    assert [file.exists() for file in (old, before, young)] == [False, False, True]
    [nightly] = (kept / "copies").iterdir()
    assert f"Прежняя копия осталась: {nightly}." in run("person", "erase", NAME, "--config", kept).stdout
