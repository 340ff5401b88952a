"""Normalises addresses of official pages: all spellings of one address give the same result. Pure; makes no requests.

`vk.com/x`, `m.vk.com/x?from=search` and `https://vk.ru/x` are one page. A short name and a number of one page stay two
addresses, because only the network knows that they are the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from workflow.official.page_items import PageNetwork

_HOSTS: dict[str, PageNetwork] = {
    "vk.com": PageNetwork.VK,
    "vk.ru": PageNetwork.VK,
    "vkontakte.ru": PageNetwork.VK,
    "ok.ru": PageNetwork.OK,
    "odnoklassniki.ru": PageNetwork.OK,
    "t.me": PageNetwork.TELEGRAM,
    "telegram.me": PageNetwork.TELEGRAM,
    "telegram.dog": PageNetwork.TELEGRAM,
    "max.ru": PageNetwork.MAX,
    "rutube.ru": PageNetwork.RUTUBE,
    "dzen.ru": PageNetwork.DZEN,
    "zen.yandex.ru": PageNetwork.DZEN,
}
_MAIN = {
    PageNetwork.VK: "vk.com",
    PageNetwork.OK: "ok.ru",
    PageNetwork.TELEGRAM: "t.me",
    PageNetwork.MAX: "max.ru",
    PageNetwork.RUTUBE: "rutube.ru",
    PageNetwork.DZEN: "dzen.ru",
}
_BEFORE = ("www.", "m.", "new.", "web.")
_NAME = re.compile(r"[a-z0-9_.-]{2,64}")
_COMMUNITY = re.compile(r"(?:club|public|event)(\d{1,19})")
_TWO_PARTS = {
    PageNetwork.OK: frozenset({"group", "profile"}),
    PageNetwork.RUTUBE: frozenset({"channel", "u"}),
    PageNetwork.DZEN: frozenset({"id", "channel"}),
}
"""Where the first part of the path only says what kind of page it is."""
_NO_PAGES = frozenset({
    "wall", "feed", "im", "share", "away.php", "joinchat", "addstickers", "login", "search", "video", "dk", "c",
})  # fmt: skip
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class PageAddress:
    """`address` opens the page in a browser and is the same for every spelling of it."""

    network: PageNetwork
    address: str


def page_address(text: str, network: PageNetwork | None = None) -> PageAddress | None:
    """The page of an address, or None if it is not a page of a known network. `@name` is Telegram's."""
    plain = text.strip()
    if re.fullmatch(r"@[A-Za-z][A-Za-z0-9_]{3,31}", plain) and network in (None, PageNetwork.TELEGRAM):
        return PageAddress(PageNetwork.TELEGRAM, f"https://t.me/{plain[1:].lower()}")
    parts = _parts(plain)
    if parts is None:
        return None
    host = _bare(parts.hostname or "")
    segments = [one for one in parts.path.lower().split("/") if one]
    if host.endswith(".t.me") and not segments:
        host, segments = "t.me", [host.removesuffix(".t.me")]
    found = _HOSTS.get(host)
    if found is None or (network is not None and found is not network):
        return None
    path = _path(found, segments)
    return PageAddress(found, f"https://{_MAIN[found]}/{path}") if path is not None else None


def network_of(text: str) -> PageNetwork | None:
    """The network of an address, even if the address is not a page."""
    parts = _parts(text.strip())
    host = _bare(parts.hostname or "") if parts is not None else ""
    return PageNetwork.TELEGRAM if host.endswith(".t.me") else _HOSTS.get(host)


def _parts(plain: str) -> SplitResult | None:
    if not plain.isprintable() or " " in plain or len(plain) > _LONGEST:
        return None
    try:
        parts = urlsplit(plain if "://" in plain else f"https://{plain}")
        fine = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc and parts.port is None
    except ValueError:
        return None
    return parts if fine else None


def _bare(host: str) -> str:
    for before in _BEFORE:
        if host.startswith(before) and host.removeprefix(before) in _HOSTS:
            return host.removeprefix(before)
    return host


def _path(network: PageNetwork, segments: list[str]) -> str | None:
    if network is PageNetwork.TELEGRAM and segments[:1] == ["s"]:
        segments = segments[1:]
    if network is PageNetwork.VK and segments and (community := _COMMUNITY.fullmatch(segments[0])):
        segments = [f"club{community[1]}"]
    length = 2 if segments and segments[0] in _TWO_PARTS.get(network, ()) else 1
    if len(segments) != length or segments[0] in _NO_PAGES or re.match(r"wall-?\d", segments[0]):
        return None
    return "/".join(segments) if all(_NAME.fullmatch(one) for one in segments) else None


def belongs_to(link: str, address: str) -> bool:
    """Whether a publication's link tells by itself that it stands on the page: `t.me/okrug/12` is of `t.me/okrug`,
    `vk.com/wall-1001_5` of `vk.com/club1001`."""
    parts = _parts(link.strip())
    network = network_of(link)
    if parts is None or network is None or network_of(address) is not network:
        return False
    own = address.partition(f"{_MAIN[network]}/")[2]
    segments = [one for one in parts.path.lower().split("/") if one]
    if network is PageNetwork.VK:
        wall = re.search(r"wall-(\d{1,19})_\d", f"{parts.path}?{parts.query}")
        return segments[:1] == [own] or (wall is not None and own == f"club{wall[1]}")
    if network is PageNetwork.TELEGRAM and segments[:1] == ["s"]:
        segments = segments[1:]
    return "/".join(segments[: own.count("/") + 1]) == own
