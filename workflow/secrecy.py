"""Whether words look like a password or a key: such a thing is refused and never kept (MO-A2.5, PA-1.5). Pure.

It is better to refuse a harmless line than to keep a password. What was refused is not repeated in any answer.
"""

from __future__ import annotations

import re

_NAMED = re.compile(
    r"(?:парол[а-яё]*|токен[а-яё]*|пин(?:-?код)?|ключ(?:\s+(?:доступа|api))?|код\s+доступа|password|passwd|pass|pwd|token|secret"
    r"|access_token|api_?key|login\s*/\s*pass)\s*(?:[:=]|[-–—]\s+|\s+[-–—])\s*\S+",
    re.IGNORECASE,
)
"""«пароль: …», `access_token=…`."""
_BESIDE = re.compile(r"(?:парол[а-яё]*|токен[а-яё]*|password|token)\s+(?=\S*\d)(?=\S*[A-Za-z])[!-~]{5,}", re.IGNORECASE)
"""«пароль Qwerty12»: a word of Latin letters and digits right behind."""
_VK = re.compile(r"\bvk[12]\.a\.\S{8,}", re.IGNORECASE)
_BOT = re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{20,}")
_ADDRESS = re.compile(
    r"^(?:https?://)?(?:[a-zа-яё0-9-]+\.)+[a-zа-яё]{2,}(?::\d+)?(?:/[^\s?#]*)?$|^[^\s@]+@[^\s@]+$", re.IGNORECASE
)
_RUN = re.compile(r"[A-Za-z0-9_+/=.!@#$%^&*~-]{16,}")
_HEX = re.compile(r"[0-9a-f]{24,}", re.IGNORECASE)
_WORDLIKE = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[!-~]{8,}")
_MIXED = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[!-~]{8,}")


def looks_secret(text: str, *, strict: bool = False) -> bool:
    """`strict`: also a single Latin word with digits, where people's names or posts are expected."""
    if _NAMED.search(text) or _BESIDE.search(text) or _VK.search(text) or _BOT.search(text):
        return True
    return any(_is_random(word, strict) for word in text.split())


def _is_random(word: str, strict: bool) -> bool:
    bare = word.strip("«»\"'(),;:")
    if _ADDRESS.match(bare):
        return False
    if _HEX.search(bare) and re.search(r"\d", bare) and re.search(r"[a-f]", bare, re.IGNORECASE):
        return True
    if _MIXED.fullmatch(bare) or (strict and _WORDLIKE.fullmatch(bare)):
        return True
    return any(
        re.search(r"\d", run) is not None and re.search(r"[A-Za-z]", run) is not None for run in _RUN.findall(bare)
    )
