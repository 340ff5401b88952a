"""Which earlier answers are likely to fit a new question: by topic, place and words. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from config.russian.likeness import ALIKE, meaning
from workflow.basis import served
from workflow.case import Case

OFFERED = 3
"""How many earlier answers are offered: as many as a telephone shows without scrolling."""
SAME_TOPIC, SAME_PLACE = 0.3, 0.2
"""How much a common topic and a common place add to the similarity of the words."""


def likeliest(case: Case, department: str, found: Iterable[Case]) -> tuple[Case, ...]:
    """The cases whose posted answers are offered for this case: the one it repeats first, then the department's own,
    then by similarity, then the newest. Of answers with the same text only the first is offered; at most `OFFERED`."""
    ranked: list[tuple[bool, bool, float, int, Case]] = []
    for other in found:
        draft = served(other)
        if draft is None or other.id == case.id:
            continue
        repeated = case.repeat_of is not None and other.id == case.repeat_of.id
        like = closeness(case, other)
        if repeated or like > 0:
            ranked.append((repeated, draft.department == department, like, other.id, other))
    ranked.sort(key=lambda one: one[:4], reverse=True)
    distinct: dict[str, Case] = {}
    for *_, other in ranked:
        draft = served(other)
        assert draft is not None
        distinct.setdefault(" ".join(draft.text.lower().split()), other)
    return tuple(distinct.values())[:OFFERED]


def closeness(case: Case, other: Case) -> float:
    """How similar the two cases' questions are, from 0 to 1.5; 0 if an answer to one would hardly fit the other. A
    common topic alone is not enough, nor are a few common words of different topics."""
    one, two = meaning(case.appeal.words), meaning(other.appeal.words)
    common = len(one & two)
    topic = bool(set(case.topics) & set(other.topics))
    place = bool(case.location) and case.location.casefold() == other.location.casefold()
    words = common / (len(one) * len(two)) ** 0.5 if common else 0.0
    if not (topic and (common or place)) and not (common >= 2 and words >= ALIKE):
        return 0.0
    return words + SAME_TOPIC * topic + SAME_PLACE * place
