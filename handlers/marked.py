"""A message's text as its reader sees it: pieces of it by their place, and the addresses of links behind words. Pure.

Places count UTF-16 units, as messengers do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ADDRESS = re.compile(
    r"https?://[^\s<>\"«»]+|(?<![\w@./-])(?:[\w-]{1,63}\.){1,4}[^\W\d_]{2,10}/[^\s<>\"«»]+", re.IGNORECASE
)
_ENDS = ".,;:!?)]}'…"
"""What stands behind an address in a sentence and is no part of it."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Words of the text that lead to an address."""

    start: int
    length: int
    url: str


def cut(text: str, start: int, length: int) -> str:
    """The words at this place."""
    data = text.encode("utf-16-le")
    return data[start * 2 : (start + length) * 2].decode("utf-16-le", "ignore")


def with_addresses(text: str, links: Sequence[Linked]) -> str:
    """The text with the address of each link behind words put after them: «сюда (https://example.org)»."""
    data = text.encode("utf-16-le")
    for link in sorted(links, key=lambda one: one.start, reverse=True):
        end = (link.start + link.length) * 2
        if not is_shown(cut(text, link.start, link.length), link.url):
            data = data[:end] + f" ({link.url})".encode("utf-16-le") + data[end:]
    return data.decode("utf-16-le", "ignore")


def addresses_in(text: str) -> list[str]:
    """The addresses of pages written in the text as they are, for a messenger that does not mark them."""
    return [found.group().rstrip(_ENDS) for found in _ADDRESS.finditer(text)]


def is_shown(words: str, url: str) -> bool:
    """Whether the words of the link are its address."""
    return _bare(words) == _bare(url)


def _bare(address: str) -> str:
    return address.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
