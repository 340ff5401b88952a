"""Converts links of publications to refs: every spelling of a link gives the same ref. Pure; makes no requests.

A ref is `wall-1001_5`, `t.me/okrug/12`, `t.me/c/1500000001/12` (a channel without a name), `topic/155`. A publication
entered by hand, seen in a network or posted by the bot gets the same ref, so it counts once.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from workflow.official.page_addresses import network_of
from workflow.official.page_items import PageNetwork

_WALL = re.compile(r"wall(-?\d{1,19}_\d{1,19})(?!\d)")
_TOPIC = re.compile(r"(?:^|/)(?:topic|statuses)/(\d{1,20})(?:/|$)")
_REPLY = re.compile(r"(?<=[?&])(?:reply|thread|comment)=\d*&?")
_NAME = re.compile(r"[a-z][a-z0-9_]{3,31}")


def ref_of(link: str) -> str | None:
    """The ref, or None if the link does not identify a publication of its network."""
    network, parts = network_of(link), _split(link)
    if network is None or parts is None:
        return None
    path, query = parts
    match network:
        case PageNetwork.VK:
            wall = _WALL.search(f"{path}?{query}")
            return f"wall{wall[1]}" if wall is not None and "reply=" not in query else None
        case PageNetwork.OK:
            topic = _TOPIC.search(path)
            return f"topic/{topic[1]}" if topic is not None else None
        case PageNetwork.TELEGRAM:
            return _telegram([one for one in path.lower().split("/") if one])
        case _:
            return None


def post_of(link: str) -> str | None:
    """The ref of the publication that the link, or the comment it leads to, belongs to."""
    return ref_of(_REPLY.sub("", link))


def _split(link: str) -> tuple[str, str] | None:
    """The path and the query, or None if the text is not an address."""
    plain = link.strip()
    try:
        parts = urlsplit(plain if "://" in plain else f"https://{plain}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if host.endswith(".t.me"):
        return f"/{host.removesuffix('.t.me')}{parts.path}", parts.query
    return parts.path, parts.query


def _telegram(segments: list[str]) -> str | None:
    if segments[:1] == ["s"]:
        segments = segments[1:]
    if segments[:1] == ["c"] and len(segments) == 3 and segments[1].isdecimal() and segments[2].isdecimal():
        return f"t.me/c/{segments[1]}/{int(segments[2])}"
    if len(segments) != 2 or not _NAME.fullmatch(segments[0]) or not segments[1].isdecimal():
        return None
    return f"t.me/{segments[0]}/{int(segments[1])}"
