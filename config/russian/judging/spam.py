"""Finds advertising and mailings by the sum of their signs; a complaint with a telephone number or a link is neither."""

from __future__ import annotations

from config.russian.judging.lexicon import Spam
from config.russian.judging.sentences import Place

LOOKED_AT = 3_000
"""Only so many first characters of a text are searched."""
STRONG, PARDON = 2, 2


def advertising(flat: str, lists: Spam) -> list[Place]:
    """The places of the signs if they weigh enough together; otherwise none."""
    text = flat[:LOOKED_AT]
    strong = [match.span() for sign in lists.strong if (match := sign.search(text))]
    weak = [match.span() for sign in lists.weak if (match := sign.search(text))]
    sum_of_signs = STRONG * len(strong) + len(weak)
    if sum_of_signs < lists.enough:
        return []
    against = {match.group() for sign in lists.against for match in sign.finditer(text)}
    if sum_of_signs - min(len(against), PARDON) < lists.enough:
        return []
    return strong or weak
