"""What a draft of an answer lacks (MO-17, MO-15, SL-9, SL-10, KU-18, PA-2.4): a hint for a person, never a refusal.

Pure. A hint is a code and the words that gave it; the clause is the regulation's. What the sentences say is read in
`deeds.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from config.russian.judging.answer_signs import (
    AMOUNT,
    AT_A_PLACE,
    BECAUSE,
    DENIES,
    EXPLAINS,
    LAW,
    LINK,
    MAY,
    MEASURE,
    NO_TERM,
    PHONE,
    PLACE,
    QUESTIONS,
    REASON,
    REFUSES,
    REPEAT,
    STEPS,
    TO_HIM,
    WANTS_WORD,
    WHAT_IT_IS,
    WHERE_IT_IS,
    WHETHER,
)  # fmt: skip
from config.russian.judging.deeds import LONGEST, QUOTED, Said, lists, said_in, verb_of
from config.russian.judging.personal import personal_data
from config.russian.judging.promises import past_promises
from config.russian.judging.style import style_hints
from config.russian.morphology import parses, plain, words_of
from config.russian.places import find_place

HEAVY_WORDS = 40
HEAVY_TURNS = 3
"""Officialese as a whole: so many words with so many turns of it."""
LONG_SENTENCE, FEW_VERBS = 20, 0.06
"""Or so many words a sentence and so few of them verbs."""
SHOWN = 3
TELLING = 9
"""So many words without one of the question speak of something else; fewer may only leave its words out."""
SALUTATION = 3
"""The most words of a sentence that only greets."""


class Lack(StrEnum):
    NOTHING = "nothing"
    PASSED_ON = "passed_on"
    UNANSWERED = "unanswered"
    ASKS = "asks"
    OFFICIALESE = "officialese"
    PERSONAL = "personal"
    PAST_DATE = "past_date"
    NO_DEED = "no_deed"


@dataclass(frozen=True, slots=True)
class Hint:
    """What the draft lacks, and the words of the draft by which it shows (of the question, for `unanswered`)."""

    lack: Lack
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the draft answers: the citizen's text, whether it is a repeat, the day it is judged on (None: not known) and
    whether it was written then, whether the regulation knows a request to the citizen (None: no regulation) and wants
    no officialese at all."""

    question: str = ""
    repeat: bool = False
    today: date | None = None
    written_today: bool = True
    may_ask: bool | None = None
    plain: bool = False


def draft_hints(answer: str, asked: Asked) -> list[Hint]:
    """The hints for a draft, the weightiest first; empty if nothing is amiss. Never raises."""
    answer = answer[:LONGEST]
    said = said_in(answer)
    found: list[Hint] = []
    if data := personal_data(answer):
        found.append(Hint(Lack.PERSONAL, tuple(data)))
    if past := past_promises(said, asked.today, asked.written_today):
        found.append(Hint(Lack.PAST_DATE, tuple(past)))
    asks = () if _acts(said) else _asks(said)
    vain = bool(asks) and _is_known(asked.question, said)
    bare = vain or asked.may_ask is False or (asked.may_ask is None and not _says_why_it_asks(said))
    if asks and bare:
        found.append(Hint(Lack.ASKS, asks))
    if not asks or asked.may_ask is False or (not bare and any(_passes_on(one) for one in said)):
        found += _content(said, asked)
    if heavy := _officialese(answer, asked.plain):
        found.append(Hint(Lack.OFFICIALESE, heavy))
    return found


def _content(said: Sequence[Said], asked: Asked) -> Iterator[Hint]:
    """At most one hint about what the answer says."""
    kinds = questions_of(asked.question)
    topic = _is_on_topic(asked.question, said)
    if _is_short_fact(asked.question, said):
        return
    if not any(_says_something(one, kinds, topic) for one in said):
        paper = tuple(dict.fromkeys(word for one in said for word in (*one.paper, *one.idle, *one.show)))
        yield Hint(Lack.PASSED_ON if paper else Lack.NOTHING, paper[:SHOWN])
    elif (asked.repeat or is_repeat(asked.question)) and not any(_is_progress(one) for one in said):
        yield Hint(Lack.NO_DEED)
    elif unanswered := next((kind for kind in kinds if not ANSWERS[kind](said, topic)), None):
        yield Hint(Lack.UNANSWERED, (unanswered,))
    elif (beside := next((kind for kind in kinds if kind in REASONS), None)) and _is_beside(said, beside, topic):
        yield Hint(Lack.UNANSWERED, (beside,))


def _is_short_fact(question: str, said: Sequence[Said]) -> bool:
    """Whether a question has its answer in a few words without a verb («Вторая», «В наморднике и на поводке»)."""
    words = words_of(" ".join(one.text for one in said))
    return (
        "?" in question
        and len(words) <= TELLING
        and not any(one.paper or one.idle or one.soon or one.money for one in said)
        and all(verb_of(word.text) is None for word in words)
        and bool(words and (AT_A_PLACE.match(said[0].text) or "Anum" in str(parses(words[0].text.lower())[0].tag)))
    )


def _passes_on(one: Said) -> bool:
    """Whether the sentence passes on or considers; «направим мастера» beside a request does not."""
    return bool(one.paper) and not (one.by_us or one.asked or one.conditional)


# --- what a sentence is worth ----------------------------------------------------------------------------------------


def _says_something(one: Said, kinds: Sequence[str], topic: bool) -> bool:
    """Whether the sentence names a deed done, a deed with a date or a doer, a date, or a fact."""
    if one.done and not one.old:
        return True
    if _is_dated(one):
        return True
    if one.going or (((one.promised and one.doers) or len(one.promised) > 1) and not one.soon):
        return True
    return _is_fact(one, kinds) or ("почему" in kinds and _explains(one, topic))


def _is_dated(one: Said) -> bool:
    """Whether a deed has its date: promised, planned, or named without a verb («Уборка сегодня»)."""
    if not one.dates:
        return False
    if one.promised or one.going or (one.plans and not one.paper and not one.money):
        return True
    return not (one.old or one.paper or one.idle or one.money or (one.denied and not one.done))


def _is_fact(one: Said, kinds: Sequence[str]) -> bool:
    if one.old and one.done:
        return True
    if PHONE.search(one.text) or LINK.search(one.text):
        return True
    if AMOUNT.search(one.rest) and not (one.money or (one.idle and one.soon)):
        return True
    if one.show and any(word.lemmas & lists()["failures"] for word in words_of(one.rest)):
        return True
    if one.cannot and one.cause and not one.paper and (not one.money or set(kinds) & {"почему", "можно ли"}):
        return not one.soon
    if one.now and not (one.paper or one.idle or one.soon or one.money):
        return True
    if (
        one.cannot_do
        or REFUSES.search(plain(one.text))
        or (one.cause and not one.money and not one.paper and (not one.idle or BECAUSE.search(plain(one.text))))
    ):
        return True
    if "можно ли" in kinds and re.match(r"\W*(?:можно|нельзя|будет|будут|есть)\b", one.text, re.IGNORECASE):
        return True
    if re.match(r"\W*(?:да|нет)\W+(?!возможн|средств|финанс|денег)", one.text, re.IGNORECASE):
        return True
    return _is_told_how(one, kinds) or bool(set(kinds) & {"можно ли", "почему"} and one.cannot)


def _is_told_how(one: Said, kinds: Sequence[str]) -> bool:
    """Whether the sentence tells where to go, what to bring, or what one may."""
    low = plain(one.text)
    if set(kinds) & {"где", "кто", "как"} and (PLACE.search(one.text) or one.doers or AT_A_PLACE.match(one.text)):
        return True
    if set(kinds) & {"где", "как"} and STEPS.search(low) and not LAW.search(low):
        return True
    return "можно ли" in kinds and not (one.idle or one.soon or LAW.search(low)) and bool(MAY.search(low))


def _explains(one: Said, topic: bool) -> bool:
    """Whether a plain statement names a measure, a want or a rule, and is no quotation of a law and no slogan."""
    low = plain(one.text)
    if one.old or one.idle or one.soon or one.money or one.show or LAW.search(low) or _is_slogan(one):
        return False
    if one.paper:
        return bool(MEASURE.search(low))
    return bool(EXPLAINS.search(low) or (topic and DENIES.search(low)))


def _is_slogan(one: Said) -> bool:
    return any(word.lemmas & lists()["fine"] for word in words_of(QUOTED.sub("", one.text)))


def _is_progress(one: Said) -> bool:
    """What was done or how it stands (MO-15)."""
    return bool((one.done and not one.old) or one.going or (one.promised and one.dates and not one.soon) or one.cause)


# --- the question ----------------------------------------------------------------------------------------------------


def questions_of(question: str) -> list[str]:
    """The kinds of question a text asks, each by its word (`answer_signs.QUESTIONS`)."""
    low = plain(question[:LONGEST])
    return [kind for kind, sign in QUESTIONS.items() if sign.search(low)]


def is_repeat(question: str) -> bool:
    """Whether the citizen says that he has asked before or was promised."""
    return bool(REPEAT.search(plain(question[:LONGEST])))


def _text(said: Sequence[Said]) -> str:
    return plain(" ".join(one.text for one in said))


def _content_words(text: str) -> frozenset[str]:
    """The beginnings of the words that tell what a text is about."""
    lemmas = (min(word.lemmas, default="") for word in words_of(text) if len(word.text) > 3)
    return frozenset(lemma[:5] for lemma in lemmas if lemma not in lists()["everywhere"])


def _is_on_topic(question: str, said: Sequence[Said]) -> bool:
    """Whether the answer has one word of the question."""
    return bool(_content_words(question[:LONGEST]) & _content_words(" ".join(one.text for one in said)))


REASONS = frozenset(("когда", "почему", "сколько", "кто"))
"""The questions that a fine word does not answer."""


def _is_beside(said: Sequence[Said], kind: str, topic: bool) -> bool:
    """Whether the answer praises or speaks of something else: no reason, no deed to come, and a slogan in it, or it
    begins with a sentence that says nothing and has no word of the question."""
    if any(_is_reason(one) or one.going or PHONE.search(one.text) or _is_ahead(one, kind) for one in said):
        return False
    if any(_is_slogan(one) for one in said):
        return True
    concrete = any(one.promised or (one.doers and (one.done or one.dates)) or (one.done and one.dates and kind != "когда")
                   or (kind == "почему" and _explains(one, topic)) for one in said)  # fmt: skip
    if concrete:
        return False
    if not topic and len(words_of(" ".join(one.text for one in said))) >= TELLING:
        return True
    first = next((one for one in said if len(words_of(one.text)) > SALUTATION), None)
    return first is not None and not topic and not (first.paper or _says_something(first, (), topic))


def _is_ahead(one: Said, kind: str) -> bool:
    """Whether a deed has a day to come, or for «когда» any day but that of a deed done."""
    return bool(one.promised and one.dates and kind != "почему") or (
        kind == "когда" and _is_dated(one) and not (one.done or one.show)
    )


def _is_reason(one: Said) -> bool:
    failures = lists()["failures"]
    return one.cause or one.cannot or any(word.lemmas & (failures | lists()["rules"]) for word in words_of(one.text))


def _answers_when(said: Sequence[Said], topic: bool) -> bool:
    return any(_is_dated(one) or (one.done and not one.old) or one.cannot for one in said) or bool(
        NO_TERM.search(_text(said))
    )


def _answers_why(said: Sequence[Said], topic: bool) -> bool:
    return any(
        _is_reason(one) or (one.done and not one.old) or _is_dated(one) or one.going or _explains(one, topic)
        for one in said
    )


def _acts(said: Sequence[Said]) -> bool:
    """Whether a deed is done or has its date: that answers a complaint in the form of a question."""
    return any((one.done and not one.old) or (one.promised and one.dates) for one in said)


def _answers_who(said: Sequence[Said], topic: bool) -> bool:
    return _acts(said) or any(one.doers or one.by_us for one in said)


def _answers_where(said: Sequence[Said], topic: bool) -> bool:
    return _acts(said) or any(
        one.doers
        or PHONE.search(one.text)
        or LINK.search(one.text)
        or PLACE.search(plain(one.text))
        or PLACE.search(one.text)
        or _is_told_how(one, ("где", "как"))
        for one in said
    )


def _answers_how_much(said: Sequence[Said], topic: bool) -> bool:
    return bool(AMOUNT.search(_text(said)))


def _answers_whether(said: Sequence[Said], topic: bool) -> bool:
    text = _text(said)
    return bool(WHETHER.search(text) or MAY.search(text)) or any(
        _is_dated(one) or one.promised or (one.done and not one.old) for one in said
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


# --- the rest --------------------------------------------------------------------------------------------------------


def _asks(said: Sequence[Said]) -> tuple[str, ...]:
    """What the citizen is asked to tell, unless only in case something happens."""
    found: list[str] = []
    for one in said:
        if one.text.endswith("?"):
            found += [one.text] if TO_HIM.search(plain(one.text)) else []
        elif not one.conditional:
            wanted = WANTS_WORD.search(plain(one.text))
            found += [*one.asked, *([wanted[0]] if wanted else [])]
    return tuple(found[:SHOWN])


def _says_why_it_asks(said: Sequence[Said]) -> bool:
    """Whether a request says what for, or what will be done."""
    for one in said:
        asking = bool(one.asked) or one.text.endswith("?")
        if asking and (one.doers or REASON.search(plain(one.text))):
            return True
        if not asking and len(words_of(one.text)) > SALUTATION and (one.promised or one.doers or not one.paper):
            return True
    return False


def _is_known(question: str, said: Sequence[Said]) -> bool:
    """Whether the citizen is asked only for what he has written: the place that he named, or what it is about."""
    wanted = plain(" ".join(one.text for one in said if one.asked or one.text.endswith("?")))
    if not WHERE_IT_IS.search(wanted):
        return bool(WHAT_IT_IS.search(wanted)) and len(_content_words(question)) > 1
    return any(char.isdigit() for char in find_place(question[:LONGEST]) or "")


def _officialese(answer: str, plain_style: bool) -> tuple[str, ...]:
    """The turns of officialese: of any text where a plain style is wanted, else of one that is nothing but that."""
    turns = tuple(turn for turn, _ in style_hints(answer))
    words = words_of(answer)
    if plain_style and turns:
        return turns
    if len(words) < HEAVY_WORDS:
        return ()
    verbs = sum(parses(word.text.lower())[0].tag.POS == "VERB" for word in words)
    long = len(words) >= LONG_SENTENCE * len(said_in(answer)) and verbs <= FEW_VERBS * len(words)
    if len(turns) < HEAVY_TURNS and not long:
        return ()
    return turns[:SHOWN] or (" ".join(word.text for word in words[:6]),)
