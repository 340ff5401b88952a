"""Finds words that humiliate a person, and spares hard words about work, about oneself and about animals."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from config.russian.judging.lexicon import Insults, lexicon
from config.russian.judging.misspelt import SHORTEST
from config.russian.judging.sentences import Place, Sentence
from config.russian.morphology import KEPT, is_known

NEAR = 2
"""How many words may stand between a person and the insult."""


def insulting(sentences: tuple[Sentence, ...], lists: Insults) -> list[Place]:
    """The places of insults in the sentences, in no particular order."""
    return [place for sentence in sentences for place in _in_sentence(sentence, lists)]


def _in_sentence(sentence: Sentence, lists: Insults) -> Iterator[Place]:
    meant = tuple(_meant(word) for word in sentence.words)
    suspects = [i for i, word in enumerate(meant) if word in lists.persons or word in lists.aimed]
    phrases = list(sentence.found(lists.phrases))
    if not suspects and not phrases:
        return
    spared = sentence.spared(lists.spared)
    literal = not lists.literal.isdisjoint(sentence.words)
    for first, last in phrases:
        if spared.isdisjoint(range(first, last + 1)):
            yield sentence.place(first, last)
    for i in suspects:
        word = meant[i]
        if i in spared:
            continue
        if (word in lists.persons and word not in lists.weak) or (not literal and _is_aimed(sentence, i, lists)):
            yield sentence.place(i, i)


@lru_cache(maxsize=KEPT)
def _meant(word: str) -> str:
    """The word itself, or the insult that it is a misspelling of if the dictionary does not know it."""
    lists = lexicon().insults
    if len(word) < SHORTEST or word in lists.persons or word in lists.aimed or is_known(word):
        return word
    return lists.misspelt.heard_in(word) or word


def _is_aimed(sentence: Sentence, i: int, lists: Insults) -> bool:
    """Whether the word is aimed at somebody: it stands alone; after «эти» or «тупые», in a short sentence or one that
    names people; after «вы»; or first in a short sentence, before «вы» or «он»."""
    words = sentence.words
    if (len(words) <= 2 and words[i] in lists.alone) or (len(words) == 1 and words[i] in lists.quite_alone):
        return True
    before = words[max(0, i - 1 - NEAR) : i]
    after = words[i + 1 : i + 2]
    if any(
        word in ("не", "как", "словно", "будто", "про", "о", "об", "от", "для", "у", "на", "в", "с", "к", "за")
        for word in before[-1:]
    ):
        return False
    if before and before[-1] in lists.intensifiers:
        return len(words) <= 4 or any(word in lists.aims or word in lists.people for word in words)
    if any(word in ("вы", "ты") for word in before[-2:]):
        return words[i] in lists.weak
    return bool(after) and after[0] in lists.aims and len(words) <= 4 and i == 0
