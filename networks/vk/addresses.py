"""Addresses in VK: refs as we keep them, links as people give them.

A ref is `wall-1001_5` (post), `wall-1001_5?reply=12` (comment), `wall-1001_5?reply=13&thread=12` (comment
inside a thread), `msg:555:31` (private message 31 with person 555). Pure functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

_WALL = re.compile(r"wall(?P<owner>-?\d{1,19})_(?P<post>\d{1,19})(?P<rest>.*)", re.DOTALL)
_MESSAGE = re.compile(r"msg:(\d{1,19}):(\d{1,19})")
_HOSTS = frozenset(("vk.com", "vk.ru", "m.vk.com", "m.vk.ru", "www.vk.com", "www.vk.ru", "new.vk.com"))


@dataclass(frozen=True)
class WallAddress:
    """A post, or a comment under it; `thread`: the head of the thread the comment is in, None at the first
    level."""

    owner: int
    post: int
    reply: int | None = None
    thread: int | None = None

    @property
    def ref(self) -> str:
        ref = f"wall{self.owner}_{self.post}"
        if self.reply is not None:
            ref += f"?reply={self.reply}"
            if self.thread is not None and self.thread != self.reply:
                ref += f"&thread={self.thread}"
        return ref

    @property
    def link(self) -> str:
        """Opens in a browser at the post or the comment."""
        return f"https://vk.com/wall{self.owner}_{self.post}" + (f"?reply={self.reply}" if self.reply else "")


@dataclass(frozen=True)
class MessageAddress:
    """A private message between a person and the community."""

    peer: int
    message: int

    @property
    def ref(self) -> str:
        return f"msg:{self.peer}:{self.message}"

    def link(self, group_id: int) -> str:
        """Opens the conversation for those who answer in the community's name."""
        return f"https://vk.com/gim{group_id}?sel={self.peer}"


def parse_ref(ref: str) -> WallAddress | MessageAddress | None:
    """The address a ref stands for; None when it is not one of ours."""
    message = _MESSAGE.fullmatch(ref)
    if message:
        return MessageAddress(int(message[1]), int(message[2]))
    return _wall(ref)


def parse_link(link: str) -> WallAddress | None:
    """The post or comment a link shows, in any form people copy; None when it shows neither."""
    link = link.strip()
    try:
        parts = urlsplit(link if "//" in link else f"https://{link}")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or (parts.hostname or "") not in _HOSTS:
        return None
    if parts.path.startswith("/wall"):
        return _wall(f"{parts.path[1:]}?{parts.query}")
    query = parse_qs(parts.query)
    shown = query.get("w", query.get("z", [""]))[0] or (parts.fragment if parts.fragment.startswith("wall") else "")
    found = _wall(shown)
    if found is not None and found.reply is None:
        return WallAddress(found.owner, found.post, _number(query, "reply"), _number(query, "thread"))
    return found


def _wall(text: str) -> WallAddress | None:
    match = _WALL.fullmatch(text)
    if match is None or (match["rest"] and match["rest"][0] not in "?&_/%"):
        return None
    if match["rest"].startswith("_r"):
        digits = re.match(r"_r(\d{1,19})", match["rest"])
        return WallAddress(int(match["owner"]), int(match["post"]), int(digits[1])) if digits else None
    query = parse_qs(match["rest"].lstrip("?&"))
    reply, thread = _number(query, "reply"), _number(query, "thread")
    return WallAddress(int(match["owner"]), int(match["post"]), reply, thread if thread != reply else None)


def _number(query: dict[str, list[str]], name: str) -> int | None:
    value = query.get(name, [""])[0]
    return int(value) if value.isdecimal() and value.isascii() and int(value) > 0 else None
