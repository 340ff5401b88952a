"""Promises to kill, maim, burn or break, told from talk of danger, of one's own car and of what others threatened with."""

from __future__ import annotations

from collections.abc import Iterator

from config.language.lexicon import Threats
from config.language.sentences import Place, Sentence

BEFORE, AFTER = 5, 6
"""How many words before and after a verb may name whom or what it is meant for."""
HEARD = 6
"""How far back a «кричал, что» is looked for."""


def threatening(sentences: tuple[Sentence, ...], lists: Threats) -> list[Place]:
    """The places of threats, in no order."""
    return [place for sentence in sentences for place in _in_sentence(sentence, lists)]


def _in_sentence(sentence: Sentence, lists: Threats) -> Iterator[Place]:
    verbs = [i for i, word in enumerate(sentence.words) if word in lists.verbs]
    phrases = list(sentence.found(lists.phrases))
    if not verbs and not phrases:
        return
    spared = sentence.spared(lists.spared)
    for first, last in phrases:
        if spared.isdisjoint(range(first, last + 1)) and not _is_reported(sentence, first, lists):
            yield sentence.place(first, last)
    for i in verbs:
        if i in spared or _is_denied(sentence, i) or _is_reported(sentence, i, lists):
            continue
        if _is_meant(sentence, i, lists):
            yield sentence.place(i, i)


def _is_denied(sentence: Sentence, i: int) -> bool:
    return i > 0 and sentence.words[i - 1] in ("не", "ни", "чуть", "едва")


def _is_reported(sentence: Sentence, i: int, lists: Threats) -> bool:
    return not lists.reporting.isdisjoint(sentence.words[max(0, i - HEARD) : i])


def _meets_a_person(after: tuple[str, ...], thing: str, lists: Threats) -> bool:
    """Whether a person is named between the verb and the thing."""
    return thing in after and any(word in lists.people for word in after[: after.index(thing)])


def _is_meant(sentence: Sentence, i: int, lists: Threats) -> bool:
    words = sentence.words
    needs = lists.verbs[words[i]]
    after = words[i + 1 : i + 1 + AFTER]
    around = (*words[max(0, i - BEFORE) : i], *after)
    person = any(word in lists.people for word in around)
    near = (*words[max(0, i - 2) : i], *after[:4])
    if words[i] in lists.mild or any(word in lists.exempt and not _meets_a_person(after, word, lists) for word in near):
        return False
    thing = any(word in lists.property for word in around)
    owner = any(word in lists.whose for word in around)
    part = any(word in lists.parts for word in around)
    head = any(word in lists.heads for word in around)
    return (
        "kill" in needs
        or ("burn" in needs and (person or thing))
        or ("beat" in needs and (person or head))
        or ("break" in needs and ((part and owner) or head or (thing and owner)))
    )
