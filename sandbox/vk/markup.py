"""VK's markup in texts: which parts become mentions, and what a reader sees in their place.

Based on how VK shows texts: `[id1|name]`, `[club1|name]`, `@id1 (name)`, `*id1 (name)`, `@screen_name`, and the two
that notify everybody, `@all` and `@online`. A doubtful part is taken for a mention.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BRACKETS = r"\[(?P<b_name>[A-Za-z][A-Za-z0-9_.]*)(?::[^|\]]*)?\|(?P<b_text>[^\]]+)\]"
_SIGN = r"(?<![A-Za-z0-9_])[@*](?P<s_name>[A-Za-z][A-Za-z0-9_.]*)(?: ?\((?P<s_text>[^)]+)\))?"
_MARKUP = re.compile(f"{_BRACKETS}|{_SIGN}")
_LINK = re.compile(r"\[(?P<url>(?:https?://)?(?:m\.)?vk\.(?:com|ru)/[^|\]]+)\|(?P<text>[^\]]+)\]")


@dataclass(frozen=True)
class Mention:
    """A mention in a text, which makes VK notify its target: `target` as written (id1, club1, a screen name, all),
    `text` as a reader sees it.
    """

    target: str
    text: str


def read_markup(text: str) -> tuple[str, list[Mention]]:
    """Return the text as a reader sees it, and its mentions in the order of the text."""
    mentions: list[Mention] = []

    def show(match: re.Match[str]) -> str:
        target = match["b_name"] or match["s_name"]
        shown = match["b_text"] or match["s_text"] or match[0]
        mentions.append(Mention(target, shown))
        return shown

    return _MARKUP.sub(show, _LINK.sub(lambda link: link["text"], text)), mentions
