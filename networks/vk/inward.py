"""Turn texts from VK into what a reader there sees: `[id1|Имя]` is a link behind a word."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"\[(?P<to>[^|\[\]]{1,1000})\|(?P<words>[^\[\]]{1,1000})\]")
_OWNER = re.compile(r"(?:id|club|public|event)\d{1,19}(?::[\w-]{1,64})?")
_ADDRESS = re.compile(r"(?:https?://|(?:m\.)?vk\.(?:com|ru)/)\S+")


def plain(text: str) -> str:
    """The text with each link's words followed by its address in brackets; brackets that are no link stay.

    The name at the beginning, put there by «Ответить», gets no address: it says whom the comment answers."""
    return _MARKUP.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    to, words = match["to"], match["words"]
    if _OWNER.fullmatch(to):
        owner = to.partition(":")[0]
        return words if match.start() == 0 else f"{words} (vk.com/{owner})"
    if not _ADDRESS.fullmatch(to):
        return match[0]
    return words if words in to else f"{words} ({to})"
