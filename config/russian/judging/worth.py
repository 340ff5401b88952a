"""What a sentence of an answer is worth to the one who asked: a deed, a date, a fact, a reason, or a slogan.

Pure. The sentences are read by `deeds.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from config.russian.judging.answer_signs import (
    AMOUNT,
    AT_A_PLACE,
    BECAUSE,
    DENIES,
    EXPLAINS,
    HAPPENED_NOT,
    LAW,
    LINK,
    MAY,
    MEASURE,
    NO_TERM,
    PHONE,
    PLACE,
    REFUSES,
    STEPS,
)
from config.russian.judging.deeds import QUOTED, Said, lists
from config.russian.morphology import plain, words_of


def says_something(one: Said, kinds: Sequence[str], topic: bool) -> bool:
    """Whether the sentence names a finished deed, a deed with a date or a doer, a date, or a fact. `kinds`: the kinds
    of question asked; `topic`: the answer has a word of the question."""
    if one.done and not one.old:
        return True
    if is_dated(one):
        return True
    if one.going or (((one.promised and one.doers) or len(one.promised) > 1) and not one.soon):
        return True
    if "когда" in kinds and _is_ahead_or_refused(one):
        return True
    return _is_fact(one, kinds) or ("почему" in kinds and explains(one, topic))


def _is_ahead_or_refused(one: Said) -> bool:
    """Whether the sentence says after which stage the deed will come, or that it will not come and something about
    why."""
    low = plain(one.text)
    if one.cannot and HAPPENED_NOT.search(low):
        return True
    if one.paper or one.idle or one.money or one.soon:
        return False
    return bool((one.promised and NO_TERM.search(low)) or (one.cannot and re.search(r"[,:]|\s[-–—]\s", low)))


def is_dated(one: Said) -> bool:
    """Whether the sentence names a deed together with its date: promised, planned, or named without a verb («Уборка
    сегодня»)."""
    if not one.dates:
        return False
    if one.apart and not one.old:
        return True
    if one.promised or one.going or (one.plans and not one.paper and not one.money):
        return True
    return not (one.old or one.paper or one.idle or one.money or (one.denied and not one.done))


def _is_fact(one: Said, kinds: Sequence[str]) -> bool:
    low, vague = plain(one.text), one.paper or one.money
    if one.old and one.done:
        return True
    if PHONE.search(one.text) or LINK.search(one.text):
        return True
    if one.dates and not one.idle and PLACE.search(plain(one.rest)):
        return True
    if AMOUNT.search(plain(one.rest)) and not (one.money or (one.idle and one.soon)):
        return True
    if one.show and any(word.lemmas & lists()["failures"] for word in words_of(one.rest)):
        return True
    if one.cannot and one.cause and not one.paper and (not one.money or set(kinds) & {"почему", "можно ли"}):
        return not one.soon
    if one.now and not (vague or one.idle or one.soon):
        return True
    if one.cannot_do or REFUSES.search(low) or (one.cause and not vague and (not one.idle or BECAUSE.search(low))):
        return True
    if re.match(r"\W*(?:да|нет)\W+(?!возможн|средств|финанс|денег)", low):
        return True
    return is_told_how(one, kinds) or bool(set(kinds) & {"можно ли", "почему"} and one.cannot)


def is_told_how(one: Said, kinds: Sequence[str]) -> bool:
    """Whether the sentence tells where to go, what to bring, or what is allowed, as far as one of `kinds` asks for
    it."""
    low = plain(one.text)
    if set(kinds) & {"где", "кто", "как"} and (PLACE.search(one.text) or one.doers or AT_A_PLACE.match(one.text)):
        return True
    if set(kinds) & {"где", "как"} and STEPS.search(low) and not LAW.search(low):
        return True
    if "можно ли" not in kinds:
        return False
    said_at_once = re.match(r"\W*(?:можно|нельзя|будет|будут|есть)\b|\W*(?:\w+ )?(?:не )?нуж(?:ен|на|но|ны)\b", low)
    return bool(said_at_once or (MAY.search(low) and not (one.idle or one.soon or LAW.search(low))))


def explains(one: Said, topic: bool) -> bool:
    """Whether a plain statement gives an explanation: a measure, a need, a rule or, on the `topic`, a denial. No
    quotation of a law and no slogan does."""
    low = plain(one.text)
    if one.old or one.idle or one.soon or one.money or one.show or LAW.search(low) or is_slogan(one):
        return False
    if one.paper:
        return bool(MEASURE.search(low))
    return bool(EXPLAINS.search(low) or (topic and DENIES.search(low)) or HAPPENED_NOT.search(low))


def is_slogan(one: Said) -> bool:
    return any(word.lemmas & lists()["fine"] for word in words_of(QUOTED.sub("", one.text)))


def is_progress(one: Said) -> bool:
    """Whether the sentence tells what was done or how the matter stands now (MO-15)."""
    return bool((one.done and not one.old) or one.going or (one.promised and one.dates and not one.soon) or one.cause)
