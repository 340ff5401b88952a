"""`check` of variables and keys; who may work in the service's folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import bot.__main__  # noqa: F401 - `run` becomes a command there
from tests.house.test_cli_files import refused, run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert run("init", tmp_path, "--regulation", "kursky").exit_code == 0
    return tmp_path


def test_check_says_that_the_files_are_in_order_and_the_keys_missing(folder: Path) -> None:
    last = run("check", "--config", folder).stdout.strip().splitlines()[-1]
    assert last == "Файлы в порядке, ключей нет. Впишите: kursky/.env: BOT_TOKEN."


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("BOT_TOKN=1:a", "! kursky/.env: BOT_TOKN: такой переменной нет, возможно «BOT_TOKEN»?"),
        (
            "VK_COMUNITY_TOKEN=a",
            "! kursky/.env: VK_COMUNITY_TOKEN: такой переменной нет, возможно «VK_COMMUNITY_TOKEN»?",
        ),
        ("bot_token=1:a", "! kursky/.env: bot_token: такой переменной нет, возможно «BOT_TOKEN»?"),
        ("DATABASE_URL=x", "! kursky/.env: DATABASE_URL здесь не читается, это переменная всей программы: "),
        ("export ВОТ_TOKEN=1:a", "! kursky/.env: ВОТ_TOKEN: такой переменной нет, возможно «BOT_TOKEN»?"),
    ],
)
def test_check_finds_a_misspelt_variable(folder: Path, written: str, said: str) -> None:
    with (folder / "kursky" / ".env").open("a", encoding="utf-8") as file:
        file.write(f"{written}\n")
    lines = run("check", "--config", folder).stdout.splitlines()
    assert [line for line in lines if line.startswith(said)] != [], lines


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
@pytest.mark.parametrize("words", [("invite", "curator"), ("people",), ("check",), ("run",), ("backup", "x.zip")])
def test_root_leaves_nothing_in_the_services_folder(folder: Path, words: tuple[str, ...]) -> None:
    os.chown(folder, 10001, 10001)
    before = sorted(folder.rglob("*"))
    assert "принадлежит #10001" in refused(run(*words, "--config", folder))
    assert sorted(folder.rglob("*")) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_root_begins_nothing_in_the_services_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, 10001, 10001)
    refused(run("init", tmp_path / "new", "--regulation", "kursky"))
    assert list(tmp_path.iterdir()) == []
