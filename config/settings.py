"""Settings from outside the YAML files: the environment, and the secrets in each municipality's `.env`.

Secrets are `SecretStr` and never appear in a repr, log or message. BrokenConfiguration names the variable with the
unusable value and never repeats the value. SQLAlchemy is imported where an address is read: commands without a database
start without it.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.yamlfile import BrokenConfiguration, Problem, suggestion

ENV = ".env"
DATABASE = "dezhurny.db"
STOP_SECONDS = 30.0
"""Within how many seconds the process ends after a request to stop."""
ENVIRONMENT = "окружение"
"""The name of the process environment in error messages, in place of a file's name."""

_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


def _http(url: str | None) -> str | None:
    if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
        raise ValueError("нужен адрес вида https://api.telegram.org")
    return url.rstrip("/") if url is not None else None


def _proxy(url: SecretStr | None) -> SecretStr | None:
    if url is not None and not _is_proxy(url.get_secret_value()):
        raise ValueError("нужен адрес вида http://узел:порт или socks5://узел:порт")
    return url


def _is_proxy(url: str) -> bool:
    try:
        parsed = urlsplit(url)
        port = parsed.port
    except ValueError:
        return False
    return parsed.scheme in ("http", "https", "socks4", "socks5") and bool(parsed.hostname and port)


def _database(url: SecretStr | None) -> SecretStr | None:
    if url is None:
        return None
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url.get_secret_value())
    except ArgumentError:
        raise ValueError("адрес базы не читается; нужен вида sqlite:///файл.db или postgresql://…") from None
    driver = _DRIVERS.get(parsed.drivername)
    if driver is None:
        raise ValueError(f"база «{parsed.drivername}» не подходит; можно: sqlite:///файл.db, postgresql://…")
    return SecretStr(parsed.set(drivername=driver).render_as_string(hide_password=False))


def database_url(text: str) -> str:
    """The database's address with the driver that the program uses. ValueError in Russian if it is malformed or of an
    unknown kind of database."""
    url = _database(SecretStr(text))
    assert url is not None
    return url.get_secret_value()


def _seconds(seconds: float) -> float:
    if not 2 <= seconds <= 3600:
        raise ValueError("нужно число секунд от 2 до 3600")
    return seconds


def _long_enough(secret: SecretStr | None) -> SecretStr | None:
    if secret is not None and len(secret.get_secret_value()) < SHORTEST_TOKEN:
        raise ValueError(f"нужна случайная строка от {SHORTEST_TOKEN} знаков")
    return secret


def _recipient(key: str | None) -> str | None:
    if key is not None and re.fullmatch(r"age1[a-z0-9]{58}", key) is None:
        raise ValueError("нужен открытый ключ вида age1…; его печатает команда backup-key")
    return key


def _in_a_header(secret: SecretStr | None) -> SecretStr | None:
    if secret is not None and re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret.get_secret_value()) is None:
        raise ValueError("нужны от 16 до 256 латинских букв, цифр, знаков - и _")
    return secret


def _certificates(path: Path | None) -> Path | None:
    if path is not None:
        try:
            ssl.create_default_context().load_verify_locations(path)
        except (OSError, ssl.SSLError):
            raise ValueError(
                f"«{path}» не читается как сертификат; нужен файл PEM, начинается с BEGIN CERTIFICATE"
            ) from None
    return path


HttpUrl = Annotated[str | None, AfterValidator(_http)]
ProxyUrl = Annotated[SecretStr | None, AfterValidator(_proxy)]
SHORTEST_TOKEN = 16


class Settings(BaseSettings):
    """The process's own settings, from the environment. Without `database_url` the database is a file in the
    configuration folder."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    database_url: Annotated[SecretStr | None, AfterValidator(_database)] = None
    telegram_api_url: HttpUrl = None
    telegram_proxy: ProxyUrl = None
    max_api_url: HttpUrl = None
    max_proxy: ProxyUrl = None
    max_ca_file: Annotated[Path | None, AfterValidator(_certificates)] = None
    max_blockquote: bool = False
    vk_api_url: HttpUrl = None
    vk_proxy: ProxyUrl = None
    ok_api_url: HttpUrl = None
    ok_proxy: ProxyUrl = None
    public_url: HttpUrl = None
    metrics_token: Annotated[SecretStr | None, AfterValidator(_long_enough)] = None
    backup_recipient: Annotated[str | None, AfterValidator(_recipient)] = None
    stop_seconds: Annotated[float, AfterValidator(_seconds)] = STOP_SECONDS

    def proxy(self, service: str) -> str | None:
        """The address of the proxy to a service (telegram, max, vk, ok), with its password; None if none is set."""
        secret: SecretStr | None = getattr(self, f"{service}_proxy")
        return secret.get_secret_value() if secret is not None else None

    def database(self, folder: Path) -> str:
        """The database's URL for SQLAlchemy; it may contain a password. `folder`: the configuration folder."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        from sqlalchemy import URL

        return URL.create("sqlite", database=str(folder.resolve() / DATABASE)).render_as_string()


class Secrets(BaseModel):
    """One municipality's secrets for the messenger and the networks; None for each that is not set."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    bot_token: SecretStr | None = None
    max_token: SecretStr | None = None
    messenger_webhook_secret: Annotated[SecretStr | None, AfterValidator(_in_a_header)] = None
    max_webhook_secret: Annotated[SecretStr | None, AfterValidator(_in_a_header)] = None
    vk_community_token: SecretStr | None = None
    vk_service_token: SecretStr | None = None
    vk_user_token: SecretStr | None = None
    vk_callback_secret: SecretStr | None = None
    ok_token: SecretStr | None = None
    ok_access_token: SecretStr | None = None
    ok_app_key: SecretStr | None = None
    ok_session_secret: SecretStr | None = None
    ok_webhook_secret: SecretStr | None = None

    def word(self, name: str) -> str | None:
        """The secret's plain value, for the client of the service; None if it is not set."""
        secret: SecretStr | None = getattr(self, name)
        return secret.get_secret_value() if secret is not None else None


def read_settings() -> Settings:
    """Read the settings of this process from its environment. BrokenConfiguration names the unusable variable."""
    try:
        return Settings()
    except ValidationError as error:
        raise BrokenConfiguration(
            Problem(ENVIRONMENT, None, f"{str(e['loc'][0]).upper()}: {e.get('ctx', {}).get('error', 'не подходит')}")
            for e in error.errors(include_input=False)
        ) from None


def misspelt(folder: Path) -> list[Problem]:
    """Errors for the names in the municipality's `.env` that nothing reads, each with the name that was probably meant;
    of a name of the process's own settings the error says that it belongs elsewhere. BrokenConfiguration if the file
    cannot be read."""
    known, common = [[name.upper() for name in model.model_fields] for model in (Secrets, Settings)]
    where, found = f"{folder.name}/{ENV}", []
    for name in _kept(folder):
        if name in common:
            words = f"{name} здесь не читается, это переменная всей программы: впишите её в окружение службы (/etc/dezhurny.env)"
            found.append(Problem(where, None, words))
        elif name not in known:
            found.append(Problem(where, None, f"{name}: такой переменной нет{suggestion(_latin(name), known)}"))
    return found


def _latin(name: str) -> str:
    """The name in capitals, with Russian letters that look like Latin ones replaced by those."""
    return name.upper().translate(str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX"))


def _kept(folder: Path) -> Mapping[str, str | None]:
    path = folder / ENV
    try:
        return dotenv_values(path, interpolate=False, encoding="utf-8-sig") if path.is_file() else {}
    except (UnicodeDecodeError, OSError):
        raise BrokenConfiguration([Problem(f"{folder.name}/{ENV}", None, "файл не читается; нужен UTF-8")]) from None


def read_secrets(folder: Path, *, alone: bool, environment: Mapping[str, str] | None = None) -> Secrets:
    """Read the municipality's `.env`; for the only municipality (`alone`) the process environment overrides it.
    BrokenConfiguration names the variable, never its value."""
    kept = _kept(folder)
    given = (os.environ if environment is None else environment) if alone else {}
    found = {
        name: (given.get(name.upper()) or kept.get(name.upper()) or "").strip() or None for name in Secrets.model_fields
    }
    found["messenger_webhook_secret"] = found["messenger_webhook_secret"] or found["max_webhook_secret"]
    try:
        return Secrets.model_validate(found)
    except ValidationError as error:
        raise BrokenConfiguration(
            Problem(f"{folder.name}/{ENV}", None, f"{str(e['loc'][0]).upper()}: {e.get('ctx', {}).get('error', '')}")
            for e in error.errors(include_input=False)
        ) from None
