"""VK addresses: refs as we store them, links as people paste them.

A ref is `wall-1001_5` (post), `wall-1001_5?reply=12` (comment), `photo-1001_7?reply=3`, `video-1001_8?reply=3`,
`product-1001_9?reply=3` (comments there; without a reply the thing itself), `topic-1001_6?post=2` (in a discussion),
`msg:555:31` (private message 31 with person 555). A ref does not name the comment's thread, because VK's event of a
deletion does not. Pure functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, urlsplit

Section = Literal["photo", "video", "topic", "product"]

_WALL = re.compile(r"wall(?P<owner>-?\d{1,19})_(?P<post>\d{1,19})(?P<rest>.*)", re.DOTALL)
_PAGE = re.compile(
    r"(?P<section>photo|video|clip|topic|product)(?P<owner>-?\d{1,19})_(?P<number>\d{1,19})(?P<rest>.*)", re.S
)
_MESSAGE = re.compile(r"msg:(\d{1,19}):(\d{1,19})")
_HOSTS = frozenset(
    f"{before}{host}" for before in ("", "m.", "www.", "new.") for host in ("vk.com", "vk.ru", "vkvideo.ru")
)


@dataclass(frozen=True)
class WallAddress:
    """The address of a wall post or of a comment under it (`reply`). `owner`: the wall's, negative for a community;
    `thread`: the first comment of the comment's thread, if known."""

    owner: int
    post: int
    reply: int | None = None
    thread: int | None = field(default=None, compare=False)

    @property
    def ref(self) -> str:
        return f"wall{self.owner}_{self.post}" + (f"?reply={self.reply}" if self.reply is not None else "")

    @property
    def link(self) -> str:
        """The web link to the post or the comment."""
        return f"https://vk.com/{self.ref}"


@dataclass(frozen=True)
class PageAddress:
    """The address of a photo, video, discussion or product, or of a comment there (`reply`)."""

    section: Section
    owner: int
    number: int
    reply: int | None = None

    @property
    def ref(self) -> str:
        ref = f"{self.section}{self.owner}_{self.number}"
        word = "post" if self.section == "topic" else "reply"
        return ref + (f"?{word}={self.reply}" if self.reply is not None else "")

    @property
    def link(self) -> str:
        """The web link to the photo, video, discussion, product or comment."""
        return f"https://vk.com/{self.ref}"


@dataclass(frozen=True)
class MessageAddress:
    """The address of a private message between a person (`peer`) and the community."""

    peer: int
    message: int

    @property
    def ref(self) -> str:
        return f"msg:{self.peer}:{self.message}"

    def link(self, group_id: int) -> str:
        """The link to the conversation, for the community's administrators."""
        return f"https://vk.com/gim{group_id}?sel={self.peer}"


PublicAddress = WallAddress | PageAddress
Address = PublicAddress | MessageAddress


def parse_ref(ref: str) -> Address | None:
    """Parse a stored ref into an address; None if it has none of our forms."""
    message = _MESSAGE.fullmatch(ref)
    if message:
        return MessageAddress(int(message[1]), int(message[2]))
    return _public(ref)


def parse_link(link: str) -> PublicAddress | None:
    """Parse a VK link in any form people copy; None if it cannot lead to a citizen's message."""
    link = link.strip()
    try:
        parts = urlsplit(link if "//" in link else f"https://{link}")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or (parts.hostname or "") not in _HOSTS:
        return None
    direct = _public(f"{parts.path[1:]}?{parts.query}")
    if direct is not None:
        return direct
    query = parse_qs(parts.query)
    shown = query.get("w", query.get("z", [""]))[0] or parts.fragment
    found = _public(shown)
    if isinstance(found, WallAddress) and found.reply is None:
        return WallAddress(found.owner, found.post, _number(query, "reply"), _number(query, "thread"))
    return found


def author_number(author_ref: str) -> int | None:
    """VK's number of an author: 555 for `id555`, -77 for `club77`; None for other text."""
    match = re.fullmatch(r"(id|club)(\d{1,19})", author_ref)
    return (int(match[2]) if match[1] == "id" else -int(match[2])) if match else None


def _public(text: str) -> PublicAddress | None:
    match = _PAGE.fullmatch(text)
    if match is None:
        return _wall(text)
    if not _ends(match["rest"]):
        return None
    query = parse_qs(match["rest"].lstrip("?&"))
    section: Section = "video" if match["section"] == "clip" else match["section"]  # type: ignore[assignment]
    reply = _number(query, "post" if section == "topic" else "reply")
    return PageAddress(section, int(match["owner"]), int(match["number"]), reply)


def _wall(text: str) -> WallAddress | None:
    match = _WALL.fullmatch(text)
    if match is None or not (_ends(match["rest"]) or match["rest"].startswith("_r")):
        return None
    if match["rest"].startswith("_r"):
        digits = re.match(r"_r(\d{1,19})", match["rest"])
        return WallAddress(int(match["owner"]), int(match["post"]), int(digits[1])) if digits else None
    query = parse_qs(match["rest"].lstrip("?&"))
    return WallAddress(int(match["owner"]), int(match["post"]), _number(query, "reply"), _number(query, "thread"))


def _ends(rest: str) -> bool:
    """Whether the number in a link ends before this rest: a query, a path or nothing follows."""
    return not rest or rest[0] in "?&/%"


def _number(query: dict[str, list[str]], name: str) -> int | None:
    value = query.get(name, [""])[0]
    return int(value) if value.isdecimal() and value.isascii() and int(value) > 0 else None
