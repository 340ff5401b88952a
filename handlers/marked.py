"""Cut pieces out of a message's text by position, and find or write out the addresses of its links. Pure.

Positions count UTF-16 units, as messengers do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ADDRESS = re.compile(
    r"https?://[^\s<>\"«»]+|(?<![\w@./-])(?:[\w-]{1,63}\.){1,4}[^\W\d_]{2,10}/[^\s<>\"«»]+", re.IGNORECASE
)
_ENDS = ".,;:!?)]}'…"
"""Punctuation after an address in a sentence that is not part of the address."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A piece of a message's text that links to `url`; `start` and `length` are in UTF-16 units."""

    start: int
    length: int
    url: str


def cut(text: str, start: int, length: int) -> str:
    """The piece of the text that starts at `start` and has this `length`, both in UTF-16 units."""
    data = text.encode("utf-16-le")
    return data[start * 2 : (start + length) * 2].decode("utf-16-le", "ignore")


def with_addresses(text: str, links: Sequence[Linked]) -> str:
    """The text with each link's address added after the linked words: «сюда (https://example.org)».

    A link whose words are its own address is left as it is."""
    data = text.encode("utf-16-le")
    for link in sorted(links, key=lambda one: one.start, reverse=True):
        end = (link.start + link.length) * 2
        if not is_shown(cut(text, link.start, link.length), link.url):
            data = data[:end] + f" ({link.url})".encode("utf-16-le") + data[end:]
    return data.decode("utf-16-le", "ignore")


def addresses_in(text: str) -> list[str]:
    """The web addresses written out in the text, in order, for a messenger that does not mark links itself."""
    return [found.group().rstrip(_ENDS) for found in _ADDRESS.finditer(text)]


def is_shown(words: str, url: str) -> bool:
    """Whether the words of a link are its address, so that the address need not be added."""
    return _bare(words) == _bare(url)


def _bare(address: str) -> str:
    return address.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
