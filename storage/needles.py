"""Finds a person's name, account and texts in any text of the database, and replaces them with `[стёрто]`.

JSON is parsed before it is searched, so that letters written as `\\u0416` are found too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from workflow.erasure import GONE, NOBODY

SHORTEST_NAME, SHORTEST_TEXT, SHORTEST_ACCOUNT = 8, 24, 6
"""Names of one word, texts and account numbers shorter than this are not searched for: in other people's texts a common name
or a short number means something else. A name of two words may be shorter."""
PARTS = re.compile(r"[\w-]+")
KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Needles:
    """What identifies one person in other texts: his `names`, `accounts` (as `vk:id123`), and `texts` he wrote."""

    names: frozenset[str]
    accounts: frozenset[str]
    texts: frozenset[str]
    _pattern: re.Pattern[str] | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        found = sorted({one for one in self._alternatives() if one}, key=len, reverse=True)
        object.__setattr__(self, "_pattern", re.compile("|".join(found), re.IGNORECASE) if found else None)

    @cached_property
    def naming(self) -> Needles:
        """The names and accounts without the texts. Used for rows that citizens wrote: somebody else who wrote the same
        words keeps his own."""
        return Needles(self.names, self.accounts, frozenset())

    @property
    def numbers(self) -> frozenset[int]:
        """The accounts' numbers of at least `SHORTEST_ACCOUNT` digits; shorter ones may be any other number."""
        found = (number_of(account) for account in self.accounts)
        return frozenset(int(number) for number in found if len(number) >= SHORTEST_ACCOUNT)

    def _alternatives(self) -> Iterable[str]:
        for name in self.names:
            yield from _of_name(name)
        for account in self.accounts:
            yield rf"(?<!\w){re.escape(account)}(?!\w)"
        for number in self.numbers:
            yield rf"(?<!\d){number}(?!\d)"
        yield from (_loose(text) for text in self.texts if len(text) >= SHORTEST_TEXT)

    def are_in(self, value: Any) -> bool:
        """Whether the text (None: no) contains a name, an account or a text of the person; JSON is searched string by
        string."""
        return value is not None and self.without(value) != value

    def without(self, text: str) -> str:
        """Return the text with `[стёрто]` in place of each name, account and text of the person. Of JSON every string and key
        is searched, and numbers equal to an account become 0."""
        if self._pattern is None or not text or ("\\" not in text and not self._pattern.search(text)):
            return text
        if text[0] in "[{":
            try:
                kept = json.loads(text)
            except (ValueError, RecursionError):
                return self._pattern.sub(GONE, text)
            changed = self._of_json(kept)
            return json.dumps(changed, ensure_ascii=False) if changed != kept else text
        return self._pattern.sub(GONE, text)

    def _of_json(self, value: Any) -> Any:
        assert self._pattern is not None
        if isinstance(value, str):
            return self.without(value) if value[:1] in ("[", "{") else self._pattern.sub(GONE, value)
        if isinstance(value, dict):
            return {self._pattern.sub(GONE, key): self._of_json(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._of_json(one) for one in value]
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return 0 if is_number and abs(value) in self.numbers else value


def number_of(account: str) -> str:
    """Return the digits at the end of an account, `123` for both `vk:id123` and `vk:123`; "" if there are none."""
    found = re.search(r"(\d+)$", account)
    return found[1] if found is not None else ""


def _of_name(name: str) -> Iterable[str]:
    """Yield patterns that match the name as written and with its words in the other order; none if it is too short or is
    the placeholder «Житель»."""
    words = PARTS.findall(name)
    if name == NOBODY or (len(words) < 2 and len(name) < SHORTEST_NAME):
        return
    orders = {tuple(words), tuple(reversed(words))} if len(words) <= 2 else {tuple(words), (*words[1:], words[0])}
    for order in orders:
        yield r"(?<!\w)" + r"[\s.,]+".join(_letters(word) for word in order) + r"(?!\w)"


def _letters(word: str) -> str:
    return re.sub("[её]", "[её]", re.escape(word.casefold()))


def _loose(text: str) -> str:
    """Return a pattern that matches the text with any white space between its words."""
    return r"\s+".join(re.escape(word) for word in text.split())


def keys_in(text: str) -> Iterable[str]:
    """Return everything in the text that looks like the key of a stored file (64 hex digits)."""
    return KEY.findall(text)
