"""Name a clause in words: «пункт 8, подпункт 2», «пункты 12, 13», «прил. 2, пункт 10». Pure.

The regulations' files hold the bare number; every text that shows a clause names it with this module.
"""

from __future__ import annotations

import re

_SEVERAL = re.compile(r"\d[\d.]*(, *\d[\d.]*)+")
_ELSEWHERE = re.compile(r"(\D.*?[ ,]) *(\d.*)")
"""A clause outside the regulation's own text: «прил. 2, 10»."""
_APPENDIX = re.compile(r"(прил\. \d+,) *(\d.*)")


def clause_words(clause: str) -> str:
    """The clause in words: its number with «пункт» or «пункты» before it, after the name of an appendix if there is
    one."""
    found = _APPENDIX.fullmatch(clause) or _ELSEWHERE.fullmatch(clause)
    before, number = found.groups() if found is not None else ("", clause)
    word = "пункты" if _SEVERAL.fullmatch(number) else "пункт"
    return " ".join(part for part in (before.strip(), word, number) if part)
