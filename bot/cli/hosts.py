"""`check --hosts`: lists the hosts that the program contacts, so that a firewall can be opened for them alone.

Fixed hosts are read from the constants that the program itself uses (`…HOST`); a test finds one that is missing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from config.municipality import FILE, load
from config.settings import Settings, read_settings

ANY = "любой узел интернета"


@dataclass(frozen=True, slots=True)
class Service:
    """An outside service that the program contacts. `constant`: module and name of the constant with its address;
    `others`:
    further hosts that the service names in its answers."""

    key: str
    purpose: str
    constant: tuple[str, str]
    others: tuple[str, ...] = ()


SERVICES = (
    Service("telegram", "Telegram: сообщения и файлы", ("bot.telegram.manners", "API_HOST")),
    Service(
        "max",
        "MAX: сообщения; файлы лежат на узлах, которые он назовёт",
        ("bot.max.wire", "API_HOST"),
    ),
    Service(
        "vk",
        "ВКонтакте: запросы; события (Long Poll) и загрузка файлов идут на узлы, которые он назовёт",
        ("networks.vk.wire", "API_HOST"),
        ("*.vk.com", "*.vk.ru", "*.userapi.com"),
    ),
    Service("ok", "Одноклассники: запросы", ("networks.ok.wire", "API_HOST")),
)
PAGES = "страницы по ссылкам из сообщений, порты 80 и 443; без прокси; закрыто — бот такие ссылки не прочтёт"


def hosts(folder: Path) -> None:
    """Print a line for each host: what it is contacted for, and the environment variable of its proxy."""
    settings = read_settings()
    used = _used(folder)
    for service in SERVICES:
        if used is None or service.key in used:
            for host in of(service, settings):
                print(f"{host}\t{service.purpose}\tпрокси: {service.key.upper()}_PROXY")
    print(f"{ANY}\t{PAGES}")


def of(service: Service, settings: Settings) -> Iterator[str]:
    """The hosts of the service as `name:port`: the one set in the settings (`…_API_URL`) if there is one; otherwise
    the fixed one and those that the service names itself."""
    module, name = service.constant
    own: str | None = getattr(settings, f"{service.key}_api_url")
    address = urlsplit(own or getattr(import_module(module), name))
    standard = {"https": 443, "http": 80}[address.scheme]
    yield f"{address.hostname}:{address.port or standard}"
    if own is None:
        yield from (f"{other}:443" for other in service.others)


def _used(folder: Path) -> frozenset[str] | None:
    """The keys of the services that the folder's municipalities use; None (meaning all) if there is no municipality
    yet. Raises BrokenConfiguration if a file is invalid."""
    found: set[str] = set()
    for path in (*folder.glob(FILE), *sorted(folder.glob(f"*/{FILE}"))):
        networks = load(path, (path.parent, folder)).networks
        found.add(networks.messenger)
        found.update(service.key for service in SERVICES if getattr(networks, service.key, None) is not None)
    return frozenset(found) or None
