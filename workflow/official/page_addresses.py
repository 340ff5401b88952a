"""Normalises addresses of official pages: all spellings of one address give the same result. Pure; makes no requests.

`vk.com/x`, `m.vk.com/x?from=search` and `https://vk.ru/x` are one page. A short name and a number of one page stay two
addresses, because only the network knows that they are the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from workflow.official.link_forms import BY_HOST, FORMS, LinkForm, network_of_host
from workflow.official.page_items import PageNetwork

_BEFORE = ("www.", "m.", "new.", "web.")
_NAME = re.compile(r"[a-z0-9_.-]{2,64}")
_AT_NAME = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}")
_BY_AT_NAME = next(network for network, form in FORMS.items() if form.at_name)
_NO_PAGES = frozenset({
    "wall", "feed", "im", "share", "away.php", "joinchat", "addstickers", "login", "search", "video", "dk", "c",
})  # fmt: skip
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class PageAddress:
    """The normalised address of a page. `address` opens the page in a browser and is the same for every spelling of it."""

    network: PageNetwork
    address: str


def page_address(text: str, network: PageNetwork | None = None) -> PageAddress | None:
    """Return the normalised address that the text stands for; None if it is not a page of a known network (of `network`, if
    given). «@name» is accepted for the network that writes so."""
    plain = text.strip()
    if _AT_NAME.fullmatch(plain) and network in (None, _BY_AT_NAME):
        return _found(_BY_AT_NAME, plain[1:].lower())
    parts = split_link(plain)
    if parts is None:
        return None
    if parts.network is None or (network is not None and parts.network is not network):
        return None
    path = _page_path(FORMS[parts.network], list(parts.segments))
    return _found(parts.network, path) if path is not None else None


def network_of(text: str) -> PageNetwork | None:
    """Return the network that the address belongs to, even if it is not a page's address; None if it is no known one."""
    parts = split_link(text)
    return parts.network if parts is not None else None


@dataclass(frozen=True, slots=True)
class LinkParts:
    """An address taken apart. `segments`: the parts of its path in lower case, without a first part that changes nothing; a
    page's name given as a subdomain comes first."""

    network: PageNetwork | None
    segments: tuple[str, ...]
    query: str

    @property
    def tail(self) -> str:
        """«/path?query», the string that the patterns of `link_forms` are matched against."""
        return f"/{'/'.join(self.segments)}?{self.query}"


def split_link(text: str) -> LinkParts | None:
    """Return the parts of a web address; None if the text is not one (spaces, a port, a login, over 300 characters)."""
    parts = _parts(text.strip())
    if parts is None:
        return None
    host = _bare(parts.hostname or "")
    network = network_of_host(host)
    segments = [one for one in parts.path.lower().split("/") if one]
    if network is not None:
        if host not in BY_HOST:
            segments.insert(0, host.partition(".")[0])
        if segments and segments[0] == FORMS[network].skipped:
            del segments[0]
    return LinkParts(network, tuple(segments), parts.query)


def belongs_to(link: str, address: str) -> bool:
    """Whether the publication's link shows by itself, by its path or by the owner's number in it, that the publication is on
    the page with this address."""
    parts = split_link(link)
    if parts is None or parts.network is None or network_of(address) is not parts.network:
        return False
    form = FORMS[parts.network]
    own = address.partition(f"{form.hosts[0]}/")[2]
    if form.owner is not None:
        pattern, path = form.owner
        found = pattern.search(parts.tail)
        if found is not None and found.expand(path) == own:
            return True
    return "/".join(parts.segments[: own.count("/") + 1]) == own


def _found(network: PageNetwork, path: str) -> PageAddress:
    return PageAddress(network, f"https://{FORMS[network].hosts[0]}/{path}")


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
        if host.startswith(before) and host.removeprefix(before) in BY_HOST:
            return host.removeprefix(before)
    return host


def _page_path(form: LinkForm, segments: list[str]) -> str | None:
    if form.page_as is not None and segments and (spelled := form.page_as[0].fullmatch(segments[0])):
        segments[0] = spelled.expand(form.page_as[1])
    length = 2 if segments and segments[0] in form.two_parts else 1
    if len(segments) != length or segments[0] in _NO_PAGES or re.match(r"wall-?\d", segments[0]):
        return None
    return "/".join(segments) if all(_NAME.fullmatch(one) for one in segments) else None
