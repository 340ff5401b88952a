"""What a citizen's text asks, and whether an answer has what was asked: a day, a reason, a place, a sum. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from config.russian.judging.answer_signs import (
    AMOUNT,
    AT_A_PLACE,
    LINK,
    MAY,
    NO_TERM,
    PHONE,
    PLACE,
    QUESTIONS,
    REPEAT,
    WHETHER,
)
from config.russian.judging.deeds import LONGEST, Said, lists, verb_of
from config.russian.judging.worth import explains, is_dated, is_slogan, is_told_how, says_something
from config.russian.morphology import parses, plain, words_of

REASONS = frozenset(("когда", "почему", "сколько", "кто"))
"""The kinds of question that fine words without substance do not answer."""
_NAMED = re.compile(r"(?<![.!?…] )(?<!^)\b([А-ЯЁ][а-яё]+)")
"""A name: a capital letter that does not begin a sentence."""
TELLING = 9
"""An answer of at least this many words without a word of the question is about something else; a shorter one may
merely leave the words out."""
SALUTATION = 2
"""The most words of a sentence that is only a greeting."""


def questions_of(question: str) -> list[str]:
    """The kinds of question that a text asks, each by its question word (a key of `answer_signs.QUESTIONS`)."""
    low = plain(question[:LONGEST])
    return [kind for kind, sign in QUESTIONS.items() if sign.search(low)]


def is_repeat(question: str) -> bool:
    """Whether the citizen writes of having asked before or of a promise received."""
    return bool(REPEAT.search(plain(question[:LONGEST])))


def _text(said: Sequence[Said]) -> str:
    return plain(" ".join(one.text for one in said))


def content_words(text: str) -> frozenset[str]:
    """The beginnings (five letters) of the words that tell what a text is about; names of streets and villages, which
    only tell where, are left out."""
    named = {match[1] for match in _NAMED.finditer(text)}
    words = (word for word in words_of(text) if len(word.text) > 3 and word.text not in named)
    lemmas = (plain(parses(word.text.lower())[0].normal_form) for word in words if not word.is_number)
    return frozenset(lemma[:5] for lemma in lemmas if lemma not in lists()["everywhere"])


def is_on_topic(question: str, said: Sequence[Said]) -> bool:
    """Whether the answer has at least one word of the question."""
    return bool(content_words(question[:LONGEST]) & content_words(" ".join(one.text for one in said)))


def is_beside(said: Sequence[Said], kind: str, topic: bool) -> bool:
    """Whether the answer praises or speaks of something else than was asked (`kind`).

    It then gives no reason and no future deed, and contains a slogan, or has no word of the question and either begins
    with a sentence that says nothing or is long."""
    plainly = [one for one in said if not is_slogan(one)]
    if any(one.going or _is_ahead(one, kind) for one in plainly) or any(
        _is_reason(one) or PHONE.search(one.text) for one in said
    ):
        return False
    if any(is_slogan(one) for one in said):
        return True
    if kind == "сколько":
        return False
    concrete = any(one.promised or (one.doers and (one.done or one.dates)) or (one.done and one.dates and kind != "когда")
                   or (kind == "почему" and explains(one, topic)) for one in said)  # fmt: skip
    if concrete:
        return False
    if not topic and len(words_of(" ".join(one.text for one in said))) >= TELLING:
        return True
    first = next((one for one in said if len(words_of(one.text)) > SALUTATION), None)
    return first is not None and not topic and not (first.paper or says_something(first, (), topic))


def _is_ahead(one: Said, kind: str) -> bool:
    """Whether the sentence promises a deed with a date or, for the question «когда», names any date but that of a
    finished deed."""
    return bool(one.promised and one.dates and kind != "почему") or (
        kind == "когда" and is_dated(one) and not (one.done or one.show)
    )


def _is_reason(one: Said) -> bool:
    failures = lists()["failures"]
    return one.cause or one.cannot or any(word.lemmas & (failures | lists()["rules"]) for word in words_of(one.text))


def _answers_when(said: Sequence[Said], topic: bool) -> bool:
    return any(is_dated(one) or (one.done and not one.old) or one.cannot for one in said) or bool(
        NO_TERM.search(_text(said))
    )


def _answers_why(said: Sequence[Said], topic: bool) -> bool:
    return any(
        _is_reason(one)
        or (one.done and not one.old)
        or is_dated(one)
        or one.going
        or explains(one, topic)
        or (one.doers and PHONE.search(one.text))
        or (one.money and one.dates and not (one.paper or one.idle or one.soon))
        for one in said
    )


def acts(said: Sequence[Said]) -> bool:
    """Whether the answer tells of a finished deed or of a future one with its date: that answers a complaint in the
    form of a question."""
    return any((one.done and not one.old) or (one.promised and one.dates) for one in said)


def _answers_who(said: Sequence[Said], topic: bool) -> bool:
    return acts(said) or any(one.doers or one.by_us for one in said)


def _answers_where(said: Sequence[Said], topic: bool) -> bool:
    return acts(said) or any(
        one.doers
        or PHONE.search(one.text)
        or LINK.search(one.text)
        or PLACE.search(plain(one.text))
        or PLACE.search(one.text)
        or is_told_how(one, ("где", "как"))
        or (AT_A_PLACE.search(one.text) and not (one.paper or one.idle or one.soon or one.show))
        for one in said
    )


def _answers_how_much(said: Sequence[Said], topic: bool) -> bool:
    return bool(AMOUNT.search(_text(said)))


def _answers_whether(said: Sequence[Said], topic: bool) -> bool:
    text = _text(said)
    return bool(WHETHER.search(text) or MAY.search(text)) or any(
        is_dated(one) or one.promised or (one.done and not one.old) for one in said
    )


ANSWERS = {
    "когда": _answers_when,
    "почему": _answers_why,
    "кто": _answers_who,
    "где": _answers_where,
    "как": _answers_where,
    "сколько": _answers_how_much,
    "можно ли": _answers_whether,
}


def is_short_fact(question: str, said: Sequence[Said]) -> bool:
    """Whether a question is answered in a few words without a verb («Вторая», «В наморднике и на поводке»)."""
    words = words_of(" ".join(one.text for one in said))
    return (
        ("?" in question or bool(questions_of(question)))
        and len(words) <= TELLING
        and not any(one.paper or one.idle or one.soon or one.money for one in said)
        and all(verb_of(word.text) is None for word in words)
        and bool(
            words
            and (
                AT_A_PLACE.match(said[0].text)
                or "Anum" in str(parses(words[0].text.lower())[0].tag)
                or (said[0].doers and "кто" in questions_of(question))
            )
        )
    )
