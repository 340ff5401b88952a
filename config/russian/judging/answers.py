"""What a draft of an answer lacks (MO-17, MO-15, SL-9, SL-10, KU-18, PA-2.4): a hint for a person, never a refusal.

Pure. A hint is a code and the words that gave it; the regulation names the clause. What the sentences say is read in
`deeds.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from config.russian.judging.answer_signs import MORE, REASON, TO_HIM, WANTS_WORD, WHAT_IT_IS, WHERE_IT_IS
from config.russian.judging.deeds import LONGEST, Said, said_in, verb_of
from config.russian.judging.lacks import Lack
from config.russian.judging.personal import personal_data
from config.russian.judging.promises import past_promises
from config.russian.judging.questions import (
    ANSWERS,
    REASONS,
    SALUTATION,
    acts,
    content_words,
    is_beside,
    is_on_topic,
    is_repeat,
    is_short_fact,
    questions_of,
)
from config.russian.judging.style import style_hints
from config.russian.judging.worth import is_progress, says_something
from config.russian.morphology import parses, plain, words_of
from config.russian.places import find_place

HEAVY_WORDS = 40
HEAVY_TURNS = 3
"""A text of at least `HEAVY_WORDS` words is officialese as a whole if it has at least `HEAVY_TURNS` phrases of
officialese."""
LONG_SENTENCE, FEW_VERBS = 20, 0.06
"""A text is also officialese as a whole if its sentences have at least this many words on average and at most this
share of its words are verbs."""
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Hint:
    """What the draft lacks, and the words of the draft that show it (for `unanswered`, the kind of question)."""

    lack: Lack
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the draft answers, and how to judge it. `question`: the citizen's text; `repeat`: it repeats an earlier one;
    `today`: the day of judging (None: not known); `written_today`: the draft was written that day; `may_ask`: the
    regulation allows a request to the citizen (None: no regulation); `plain`: it wants no officialese at all."""

    question: str = ""
    repeat: bool = False
    today: date | None = None
    written_today: bool = True
    may_ask: bool | None = None
    plain: bool = False


def draft_hints(answer: str, asked: Asked) -> list[Hint]:
    """The hints for a draft, the weightiest first; empty if nothing is amiss. Never raises. Only the first `LONGEST`
    characters are read."""
    answer = answer[:LONGEST]
    said = said_in(answer)
    found: list[Hint] = []
    if data := personal_data(answer):
        found.append(Hint(Lack.PERSONAL, tuple(data)))
    if past := past_promises(said, asked.today, asked.written_today):
        found.append(Hint(Lack.PAST_DATE, tuple(past)))
    asks = () if acts(said) else _asks(said)
    vain = bool(asks) and _is_known(asked.question, said)
    named = asked.may_ask is False or (asked.may_ask is None and (vain or not _says_why_it_asks(said)))
    if asks and named:
        found.append(Hint(Lack.ASKS, asks))
    is_a_request = asks and asked.may_ask is not False and not (vain and asked.may_ask)
    if not is_a_request or (not named and any(_passes_on(one) for one in said)):
        found += _content(said, asked)
    if heavy := _officialese(answer, asked.plain):
        found.append(Hint(Lack.OFFICIALESE, heavy))
    return found


def _content(said: Sequence[Said], asked: Asked) -> Iterator[Hint]:
    """Yield at most one hint about the content: nothing said, passed on, no deed for a repeat, or a question left
    unanswered."""
    kinds = questions_of(asked.question)
    topic = is_on_topic(asked.question, said)
    if is_short_fact(asked.question, said):
        return
    if not any(says_something(one, kinds, topic) for one in said):
        paper = tuple(dict.fromkeys(word for one in said for word in (*one.paper, *one.idle, *one.show)))
        yield Hint(Lack.PASSED_ON if paper else Lack.NOTHING, paper[:SHOWN])
    elif (asked.repeat or is_repeat(asked.question)) and not any(is_progress(one) for one in said):
        yield Hint(Lack.NO_DEED)
    elif unanswered := next((kind for kind in kinds if not ANSWERS[kind](said, topic)), None):
        yield Hint(Lack.UNANSWERED, (unanswered,))
    elif (beside := next((kind for kind in kinds if kind in REASONS), None)) and is_beside(said, beside, topic):
        yield Hint(Lack.UNANSWERED, (beside,))


def _passes_on(one: Said) -> bool:
    """Whether the sentence only passes the matter on or considers it; «направим мастера» beside a request does not."""
    ahead = any((verb := verb_of(word)) is not None and verb.tag.tense == "futr" for word in one.paper)
    return bool(one.paper) and not (ahead or one.by_us or one.asked or one.conditional)


def _asks(said: Sequence[Said]) -> tuple[str, ...]:
    """The words by which the citizen is asked for information (at most `SHOWN`), except requests for a certain case
    only («если …»)."""
    found: list[str] = []
    for one in said:
        if one.text.endswith("?"):
            found += [one.text] if TO_HIM.search(plain(one.text)) else []
        elif not one.conditional:
            wanted = WANTS_WORD.search(plain(one.text))
            found += [*one.asked, *([wanted[0]] if wanted else [])]
    return tuple(found[:SHOWN])


def _says_why_it_asks(said: Sequence[Said]) -> bool:
    """Whether a request for information says what it is for, or the answer says what will be done."""
    for one in said:
        asking = bool(one.asked) or one.text.endswith("?")
        if asking and (one.doers or REASON.search(plain(one.text))):
            return True
        if not asking and len(words_of(one.text)) > SALUTATION and (one.promised or one.doers or not one.paper):
            return True
    return False


def _is_known(question: str, said: Sequence[Said]) -> bool:
    """Whether the citizen is asked only for what they have written: the place they named, or what it is about."""
    wanted = plain(" ".join(one.text for one in said if one.asked or one.text.endswith("?")))
    if MORE.search(wanted):
        return False
    if not WHERE_IT_IS.search(wanted):
        return bool(WHAT_IT_IS.search(wanted)) and len(content_words(question)) > 1
    return any(char.isdigit() for char in find_place(question[:LONGEST]) or "")


def _officialese(answer: str, plain_style: bool) -> tuple[str, ...]:
    """The phrases of officialese to show: all of them where a plain style is wanted, otherwise only if the text as a
    whole is officialese; () if there are none."""
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
