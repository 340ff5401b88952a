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
    LINK,
    PHONE,
    PLACE,
    QUESTIONS,
    REPEAT,
    TO_HIM,
    WANTS_WORD,
    WHETHER,
)  # fmt: skip
from config.russian.judging.deeds import LONGEST, Said, lists, said_in
from config.russian.judging.personal import personal_data
from config.russian.judging.promises import past_promises
from config.russian.judging.style import style_hints
from config.russian.morphology import parses, plain, words_of

HEAVY_WORDS = 40
HEAVY_TURNS = 3
"""Officialese as a whole: so many words with so many turns of it."""
LONG_SENTENCE, FEW_VERBS = 20, 0.06
"""Or so many words a sentence and so few of them verbs."""
SHOWN = 3


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
    whether it was written then, whether the regulation knows a request to the citizen and wants no officialese at all."""

    question: str = ""
    repeat: bool = False
    today: date | None = None
    written_today: bool = True
    may_ask: bool = False
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
    if asks and not asked.may_ask:
        found.append(Hint(Lack.ASKS, asks))
    is_a_request = asks and asked.may_ask and not any(one.paper for one in said)
    if not is_a_request:
        found += _content(said, asked)
    if heavy := _officialese(answer, asked.plain):
        found.append(Hint(Lack.OFFICIALESE, heavy))
    return found


def _content(said: Sequence[Said], asked: Asked) -> Iterator[Hint]:
    """At most one hint about what the answer says."""
    kinds = questions_of(asked.question)
    if not any(_says_something(one, kinds) for one in said):
        paper = tuple(dict.fromkeys(word for one in said for word in (*one.paper, *one.idle, *one.show)))
        yield Hint(Lack.PASSED_ON if paper else Lack.NOTHING, paper[:SHOWN])
    elif (asked.repeat or is_repeat(asked.question)) and not any(_is_progress(one) for one in said):
        yield Hint(Lack.NO_DEED)
    elif unanswered := next((kind for kind in kinds if not ANSWERS[kind](said)), None):
        yield Hint(Lack.UNANSWERED, (unanswered,))


# --- what a sentence is worth ----------------------------------------------------------------------------------------


def _says_something(one: Said, kinds: Sequence[str]) -> bool:
    """Whether the sentence names a deed done, a deed with a date or a doer, a date, or a fact."""
    if one.done and not one.old:
        return True
    if _is_dated(one):
        return True
    if one.going or (one.promised and one.doers) or len(one.promised) > 1:
        return True
    return _is_fact(one, kinds)


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
    if AMOUNT.search(one.rest) and not one.money:
        return True
    if one.show and any(word.lemmas & lists()["failures"] for word in words_of(one.rest)):
        return True
    if one.cannot and one.cause and not one.paper and (not one.money or set(kinds) & {"почему", "можно ли"}):
        return not one.soon
    if one.now and not (one.paper or one.idle or one.soon or one.money):
        return True
    if one.cannot_do or (one.cause and not one.money and not one.paper and not one.idle):
        return True
    if "можно ли" in kinds and re.match(r"\W*(?:можно|нельзя|будет|будут|есть)\b", one.text, re.IGNORECASE):
        return True
    if re.match(r"\W*(?:да|нет)\W+(?!возможн|средств|финанс|денег)", one.text, re.IGNORECASE):
        return True
    if set(kinds) & {"где", "кто", "как"} and (PLACE.search(one.text) or one.doers):
        return True
    return bool(set(kinds) & {"можно ли", "почему"} and one.cannot)


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


def _answers_when(said: Sequence[Said]) -> bool:
    return any(_is_dated(one) or (one.done and not one.old) or one.cannot for one in said)


def _answers_why(said: Sequence[Said]) -> bool:
    failures = lists()["failures"]
    return any(
        one.cause or one.cannot or (one.done and not one.old) or _is_dated(one)
        or any(word.lemmas & failures for word in words_of(one.text))
        for one in said
    )  # fmt: skip


def _acts(said: Sequence[Said]) -> bool:
    """Whether a deed is done or has its date: that answers a complaint in the form of a question."""
    return any((one.done and not one.old) or (one.promised and one.dates) for one in said)


def _answers_who(said: Sequence[Said]) -> bool:
    return _acts(said) or any(one.doers or one.by_us for one in said)


def _answers_where(said: Sequence[Said]) -> bool:
    return _acts(said) or any(
        one.doers
        or PHONE.search(one.text)
        or LINK.search(one.text)
        or PLACE.search(plain(one.text))
        or PLACE.search(one.text)
        for one in said
    )


def _answers_how_much(said: Sequence[Said]) -> bool:
    return bool(AMOUNT.search(_text(said)))


def _answers_whether(said: Sequence[Said]) -> bool:
    return bool(WHETHER.search(_text(said))) or any(one.promised or (one.done and not one.old) for one in said)


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
