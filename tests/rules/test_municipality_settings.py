"""The environment and the secrets: read, turned into what the program needs, never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import read_secrets, read_settings
from config.yamlfile import BrokenConfiguration

NAMES = ("DATABASE_URL", "TELEGRAM_API_URL", "TELEGRAM_PROXY", "VK_API_URL")


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_the_database_lies_in_the_configuration_folder(tmp_path: Path) -> None:
    assert read_settings().database(tmp_path) == f"sqlite:///{tmp_path}/dezhurny.db"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///books.db", "sqlite:///books.db"),
        ("sqlite:////var/books.db", "sqlite:////var/books.db"),
        ("postgresql://u:p%40ss@host/books", "postgresql+asyncpg://u:p%40ss@host/books"),
        ("postgres://host/books", "postgresql+asyncpg://host/books"),
    ],
)
def test_plain_urls_get_their_drivers(given: str, used: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    assert read_settings().database(Path()) == used


def test_bad_values_are_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "word:secret@somewhere")
    with pytest.raises(BrokenConfiguration) as broken:
        read_settings()
    assert [problem.words.split(":")[0] for problem in broken.value.problems] == list(NAMES)
    assert "secret" not in str(broken.value)


def test_secrets_show_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hidden@host/books")
    monkeypatch.setenv("TELEGRAM_PROXY", "socks5://u:hidden@host:1")
    (tmp_path / ".env").write_text("BOT_TOKEN=1:hidden\n", encoding="utf-8")
    secrets = read_secrets(tmp_path, alone=False)
    assert secrets.word("bot_token") == "1:hidden"
    assert [text for text in (repr(secrets), str(secrets), repr(read_settings())) if "hidden" in text] == []


def test_the_environment_serves_a_municipality_that_is_alone(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BOT_TOKEN=1:file\nVK_COMMUNITY_TOKEN='vk1'\nOK_TOKEN=\n", encoding="utf-8")
    environment = {"BOT_TOKEN": "1:environment"}
    alone = read_secrets(tmp_path, alone=True, environment=environment)
    several = read_secrets(tmp_path, alone=False, environment=environment)
    assert (alone.word("bot_token"), several.word("bot_token")) == ("1:environment", "1:file")
    assert (alone.word("vk_community_token"), alone.word("ok_token")) == ("vk1", None)
