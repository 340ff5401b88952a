"""Encrypted backups, and what was erased after a backup: restored, it is erased again before anybody sees it."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from storage.scrubbing import holding
from storage.transaction import Transaction
from tests.house.test_cli_files import folder, refused, run
from tests.house.test_cli_inbox import within
from tests.house.test_cli_person import MARKS, PHOTO, everything, kept, put
from tests.storage.test_erasing import KEY, NAME, NUMBER, her_case
from workflow.case import State
from workflow.commands import Action, Entry

__all__ = ["folder", "kept"]


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "BACKUP_RECIPIENT"):
        monkeypatch.delenv(name, raising=False)


def recipient(key: Path) -> str:
    result = run("backup-key", key)
    assert (result.exit_code, stat.S_IMODE(key.stat().st_mode)) == (0, 0o600)
    return result.stdout.strip().removeprefix("BACKUP_RECIPIENT=")


def without_leftovers(place: Path) -> list[Path]:
    """Every file but the database as it was before."""
    return [path for path in everything(place) if "before-restore" not in path.name]


def test_what_was_erased_since_the_copy_is_erased_from_it_again(kept: Path, tmp_path: Path) -> None:
    copy = tmp_path / "monday.zip"
    assert run("backup", copy, "--config", kept).exit_code == 0
    assert run("person", "erase", f"vk:{NUMBER}", "--config", kept).exit_code == 0
    result = run("restore", copy, "--config", kept)
    assert (result.exit_code, "было в копии и стёрто ещё раз: 1 сообщение" in result.stdout) == (0, True)
    assert holding(without_leftovers(kept), MARKS) == []
    assert not (kept / "files" / "kursky" / KEY[:2] / KEY).exists()
    assert run("audit", "2026-01-01", "2027-01-01", "--config", kept).exit_code == 0
    again = run("restore", copy, "--config", kept)
    assert "стёрто ещё раз: 1 сообщение" in again.stdout, "the register outlives a restore"
    assert holding(without_leftovers(kept), MARKS) == []


def test_what_nobody_erased_comes_back_whole(kept: Path, tmp_path: Path) -> None:
    copy = tmp_path / "monday.zip"
    assert run("backup", copy, "--config", kept).exit_code == 0
    result = run("restore", copy, "--config", kept)
    assert (result.exit_code, "стёрто" in result.stdout) == (0, False)
    assert "1 сообщение" in run("person", "find", NAME, "--config", kept).stdout
    assert (kept / "files" / "kursky" / KEY[:2] / KEY).read_bytes() == PHOTO


def test_a_case_that_was_open_in_the_copy_is_named(kept: Path, tmp_path: Path) -> None:
    copy = tmp_path / "monday.zip"
    open_one = replace(her_case(43), state=State.IN_WORK, municipality="kursky")
    put(kept, replace(open_one, appeal=replace(open_one.appeal, ref="wall-1_43")))
    assert run("backup", copy, "--config", kept).exit_code == 0

    async def close(tx: Transaction) -> None:
        case = await tx.case(43)
        assert case is not None
        after = replace(case, state=State.CLOSED, version=case.version + 1)
        assert await tx.save(case, after, Entry(Action.POSTED, case.detected, None, None, case.state, after.state))

    within(kept, close)
    assert run("person", "erase", f"vk:{NUMBER}", "--config", kept).exit_code == 0
    result = run("restore", copy, "--config", kept)
    assert "в копии ещё в работе № 43: слов в них уже нет, закройте их" in result.stdout
    assert holding(without_leftovers(kept), MARKS) == []


def test_terms_of_keeping_are_carried_out_on_what_is_restored(kept: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(kept / "dezhurny.db")) as books, books:
        books.execute("UPDATE cases SET changed_at = '2020-01-01 09:00:00.000000'")
    copy = tmp_path / "monday.zip"
    assert run("backup", copy, "--config", kept).exit_code == 0
    file = kept / "kursky" / "municipality.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "retention: {cases: 62}\n", encoding="utf-8")
    result = run("restore", copy, "--config", kept)
    assert "по срокам хранения из копии стёрто: слова в сообщениях: 1, " in result.stdout
    assert refused(run("person", "find", NAME, "--config", kept)).startswith("такого человека бот не знает")


def test_without_the_database_that_knows_it_the_restore_says_so(kept: Path, tmp_path: Path) -> None:
    copy = tmp_path / "monday.zip"
    assert run("backup", copy, "--config", kept).exit_code == 0
    (kept / "dezhurny.db").unlink()
    assert "кого стёрли после копии, бот не знает" in run("restore", copy, "--config", kept).stdout


def test_an_encrypted_copy_holds_nothing_readable_and_opens_with_its_key_alone(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, key, other = tmp_path / "monday.age", tmp_path / "key.txt", tmp_path / "other.txt"
    monkeypatch.setenv("BACKUP_RECIPIENT", recipient(key))
    recipient(other)
    result = run("backup", copy, "--config", kept)
    assert (result.exit_code, "зашифрованная копия снята" in result.stdout) == (0, True)
    assert (stat.S_IMODE(copy.stat().st_mode), holding([copy], MARKS), copy.read_bytes()[:4]) == (0o600, [], b"age-")
    assert list(tmp_path.glob(".dezhurny*")) == []
    restore = ("restore", copy, "--config", kept)
    assert refused(run(*restore)) == f"{copy}: копия зашифрована; назовите файл с ключом: --identity FILE"
    assert refused(run(*restore, "--identity", other)).endswith("этим ключом не открывается, или копия повреждена")
    assert refused(run(*restore, "--identity", tmp_path / "none")).endswith(
        "нужен файл, который записала команда backup-key"
    )
    assert "1 сообщение" in run("person", "find", NAME, "--config", kept).stdout
    assert run(*restore, "--identity", key).exit_code == 0
    torn = tmp_path / "torn.age"
    torn.write_bytes(copy.read_bytes()[:-100])
    assert refused(run("restore", torn, "--config", kept, "--identity", key)).endswith("или копия повреждена")
    assert refused(run("backup-key", key)) == f"{key} уже есть; назовите другой файл"


@pytest.mark.parametrize("key", ["age1", "AGE-SECRET-KEY-1", "ssh-ed25519 AAAA"])
def test_a_recipient_that_is_none_is_refused(kept: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("BACKUP_RECIPIENT", key)
    said = refused(run("backup", kept / "a.zip", "--config", kept))
    assert said == "окружение: BACKUP_RECIPIENT: нужен открытый ключ вида age1…; его печатает команда backup-key"
