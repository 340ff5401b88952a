"""What the sentences of an answer say: a deed done or promised, a date, the one who does it, a reason, a plain fact.

Reads words by their dictionary forms; the lists are in `answers.yaml`. Pure; decides nothing: `answers.py` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from config import yamlfile
from config.russian.judging.answer_signs import CANNOT, CAUSE, DATE, LAW, NOW, OF_A_LETTER, OF_A_YEAR, OLD, ONLY_IF
from config.russian.morphology import KEPT, Word, parses, plain, words_of

FILE = Path(__file__).parents[2] / "answers.yaml"
LONGEST = 4_000
"""How many characters of an answer are read."""

_SHORT = "".join(
    rf"(?<!\b{cut})"
    for cut in (
        "ул",
        "д",
        "г",
        "кв",
        "пр",
        "пер",
        "им",
        "корп",
        "стр",
        "пос",
        "тел",
        "п",
        "с",
        "т",
        "к",
        "рп",
        "мкр",
        "ст",
        "ч",
        "пп",
    )
)
_BREAK = re.compile(rf"[!?…;\n]+|(?i:{_SHORT})\.(?=\s+[^a-zа-я]|\s*$)|\.(?=\s+(?:и|а|но)\b)")
_CLAUSE = re.compile(r",|:(?!\d)|\s[-–—]\s|\((?=\D)|\)|\bно\b|\bа также\b")
_UNDER = re.compile(
    r"\s*(?:и |а |для того |то,? )?(?:если|чтоб\w*|(?:\w+ )?котор\w+|при условии|в случае|когда|пока не|как только|где\b"
    r"|куда\b|указанн\w+|кто\b)"
)
"""The beginning of a clause that only states a condition, a purpose or a description."""
_IN_A_MODE = re.compile(r"\bв \w+(?:ом|ем) режиме\b")
"""A phrase like «в усиленном режиме», after which «работают» does not say what work is done."""
_BY_LAW = re.compile(r"\b\w+(?:н|т)[аоы]?\s+(?:\w+\s+)?(?:в соответствии|согласно|на основании)\b")
"""A participle with the law it follows («вынесен в соответствии с кодексом»): a formal act, with no deed and no
reason."""
_WAS = re.compile(r"\bбыл[аои]?\b")
QUOTED = re.compile(r"«[^«»]{1,60}»|\"[^\"]{1,60}\"")
FUTURE, PAST, PRESENT = "futr", "past", "pres"


@cache
def lists() -> dict[str, frozenset[str]]:
    """The lists of `answers.yaml`: the name of a list → its words, with «_» for a space."""
    raw: dict[str, Any] = yamlfile.load(FILE).data
    return {name: frozenset(plain(word) for word in words.split()) for name, words in raw.items()}


@dataclass(frozen=True, slots=True)
class Said:
    """What one sentence says, each kind as the words that say it; empty if it says nothing of the kind.

    `done`: a finished deed; `promised`: a future one; `going`: one under way, by somebody named. `paper`: passing on,
    considering, watching; `show`: only looked, talked or drew up a paper. `dates` leave out the dates of letters and of
    a deed for show; `rest` is the sentence without its clauses for show; `apart`: a date stands in a clause without a
    verb («поставка 10 декабря»); `old` marks a narrative about former years.
    """

    text: str
    done: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    going: tuple[str, ...] = ()
    paper: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    doers: tuple[str, ...] = ()
    old: bool = False
    money: bool = False
    cause: bool = False
    cannot: bool = False
    soon: bool = False
    by_us: bool = False
    asked: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    show: tuple[str, ...] = ()
    rest: str = ""
    apart: bool = False
    now: bool = False
    denied: bool = False
    cannot_do: bool = False
    conditional: bool = False


@lru_cache(maxsize=256)
def said_in(answer: str) -> tuple[Said, ...]:
    """What each sentence of the answer says, in order. Never raises. Cached."""
    return tuple(_said(part) for part in sentences(answer))


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text; an abbreviation («ул. Мира», «т.к. идёт») does not end one."""
    at = 0
    for end in _BREAK.finditer(text):
        if text[at : end.start()].strip():
            yield text[at : end.end()].strip()
        at = end.end()
    if text[at:].strip():
        yield text[at:].strip()


_READ = ("done", "promised", "going", "paper", "nouns", "asked", "plans", "idle", "show")
"""The fields of `Said` that are read clause by clause."""


def _said(sentence: str) -> Said:
    low, known = plain(sentence), lists()
    if sentence.endswith("?"):
        return Said(sentence)
    dated = OF_A_LETTER.sub(lambda match: " " * len(match[0]), low)
    dates = tuple(match[0].strip() for match in DATE.finditer(dated))
    words = words_of(sentence)
    forms = [word.lemmas for word in words]
    bare = QUOTED.sub(lambda match: " " * len(match[0]), sentence)
    doers = tuple(word.text for word in words if word.lemmas & known["doers"] and not _is_a_means(word, known))
    doers += tuple(match[0] for match in QUOTED.finditer(sentence))
    found: dict[str, list[str]] = {name: [] for name in _READ}
    by_us, rest, apart = False, bare, False
    around = Around(
        _works(words, known),
        bool(dates),
        bool(doers),
        bool(LAW.search(low)),
        any(form & known["crews"] for form in forms) and not _IN_A_MODE.search(low),
    )
    for clause in _clauses(bare):
        shown, vain = len(found["show"]), len(found["paper"]) + len(found["idle"])
        by_us |= _read_clause(words_of(clause), found, known, around)
        if len(found["show"]) > shown:
            rest = rest.replace(clause, " ")
        elif len(found["paper"]) + len(found["idle"]) == vain:
            apart |= _is_a_date_apart(clause, known)
    if found["show"]:
        dates = tuple(match[0].strip() for match in DATE.finditer(OF_A_LETTER.sub("", plain(rest))))
    found["paper"] = list(dict.fromkeys([*found["paper"], *_runs(words, forms, known["passing"])]))
    return Said(
        sentence,
        **{name: tuple(read) for name, read in found.items()},
        dates=dates,
        doers=doers,
        old=bool(OLD.search(low) or (OF_A_YEAR.search(low) and (found["done"] or _WAS.search(low)))),
        money=any(form & known["money"] for form in forms),
        cause=bool(CAUSE.search(low)),
        cannot=bool(CANNOT.search(low)),
        soon=bool(_runs(words, forms, known["soon"])),
        by_us=by_us,
        rest=rest,
        apart=apart,
        denied=bool(re.search(r"\bне\b", low)),
        now=bool(NOW.search(low)),
        cannot_do=_cannot_do(words, known),
        conditional=bool(ONLY_IF.search(low)),
    )


def _is_a_means(word: Word, known: dict[str, frozenset[str]]) -> bool:
    """Whether the word names what a deed is done with, not who does it: «с привлечением техники»."""
    return bool(word.lemmas & known["means"]) and parses(word.plain)[0].tag.case != "nomn"


def _is_a_date_apart(clause: str, known: dict[str, frozenset[str]]) -> bool:
    """Whether the clause gives a date and a thing that comes then, without a verb, and not only papers or money."""
    if not DATE.search(OF_A_LETTER.sub("", plain(clause))):
        return False
    words = words_of(clause)
    nouns = [noun for word in words if (noun := noun_of(word.text))]
    vain = known["papers"] | known["money"] | known["vague"] | known["registers"]
    return all(verb_of(word.text) is None for word in words) and any(noun not in vain for noun in nouns)


def _clauses(sentence: str) -> Iterator[str]:
    """The clauses that say something themselves: not those of a condition, a purpose or a description."""
    parts = _CLAUSE.split(sentence)
    for part in parts:
        if part and part.strip() and not _UNDER.match(plain(part)):
            yield part


def _runs(words: tuple[Word, ...], forms: list[frozenset[str]], wanted: frozenset[str]) -> list[str]:
    """The runs of words that occur in the list `wanted`, as written, in the order of the text."""
    found = []
    for run in wanted:
        parts = run.split("_")
        for at in range(len(words) - len(parts) + 1):
            if all(part in forms[at + i] for i, part in enumerate(parts)):
                found.append((at, " ".join(word.text for word in words[at : at + len(parts)])))
                break
    return [run for _, run in sorted(found)]


@lru_cache(maxsize=KEPT)
def verb_of(word: str) -> Any | None:
    """The word's reading as a verb or short participle, the perfective one first; None if another part of speech is
    likelier."""
    found = [parse for parse in parses(word.lower()) if parse.tag.POS in ("VERB", "INFN", "PRTS")]
    if word.lower().endswith("ся") and any(parse.tag.tense == "pres" for parse in found):
        found = [parse for parse in found if parse.tag.tense != "futr"]
    now = {parse.normal_form for parse in found if parse.tag.tense == "pres"}
    found = [parse for parse in found if parse.tag.tense != "futr" or parse.normal_form not in now]
    if not found or parses(word.lower())[0].tag.POS not in ("VERB", "INFN", "PRTS"):
        return None
    plain_ones = [parse for parse in found if "impr" not in parse.tag]
    return next((parse for parse in plain_ones if parse.tag.aspect == "perf"), (plain_ones or found)[0])


@lru_cache(maxsize=KEPT)
def noun_of(word: str) -> str:
    """The dictionary form of a noun, ё as е; "" for other words."""
    first = parses(word.lower())[0]
    return plain(first.normal_form) if first.tag.POS == "NOUN" else ""


def _names_a_deed(noun: str, known: dict[str, frozenset[str]]) -> bool:
    return noun in known["deeds"] or (noun.endswith(("ние", "тие")) and noun not in known["vague"])


@dataclass(frozen=True, slots=True)
class Around:
    """What else the sentence of a clause contains. `works`: a deed named by a noun («уборка», «работы по уборке»);
    `dated`: a date; `by`: someone who does it; `law`: a cited law; `crew`: someone who repairs."""

    works: bool
    dated: bool
    by: bool
    law: bool
    crew: bool


def _works(words: tuple[Word, ...], known: dict[str, frozenset[str]]) -> bool:
    nouns = [noun for word in words if (noun := noun_of(word.text))]
    several = any(plain(word.text) in ("работы", "работ", "работам") for word in words)
    return several or any(_names_a_deed(noun, known) for noun in nouns)


def _read_clause(
    words: tuple[Word, ...], found: dict[str, list[str]], known: dict[str, frozenset[str]], around: Around
) -> bool:
    """Add the words of a clause to `found`, by fields of `Said`; return whether a verb's form means «мы»."""
    nouns = [noun for word in words if (noun := noun_of(word.text))]
    deeds = [noun for noun in nouns if _names_a_deed(noun, known)]
    money = any(noun in known["money"] for noun in nouns)
    listed = any(noun in known["registers"] for noun in nouns)
    about = any(noun in known["papers"] for noun in nouns)
    found["nouns"] += deeds
    will = any(plain(word.text) in ("будет", "будут", "будем") for word in words)
    by_us, by_law = False, _BY_LAW.search(" ".join(word.plain for word in words)) is not None
    for place, word in enumerate(words):
        if word.lemmas & known["states"] and "ADJS" in str(parses(word.text.lower())[0].tag):
            found["promised" if will else "done"].append(word.text)
        verb = verb_of(word.text)
        if will and around.dated and not about and plain(word.text) in ("будет", "будут") and _alone(words, place):
            found["promised"].append(word.text)
        if verb is None or (word.lemmas & (known["deeds"] | known["stative"])):
            continue
        by_us |= verb.tag.person == "1per"
        if _is_asking(word, known) and not known["forms"] & set(nouns):
            found["asked"].append(word.text)
            continue
        if place and plain(words[place - 1].text) == "не":
            continue
        lemma = plain(verb.normal_form)
        if lemma in known["plans"]:
            found["plans"].append(word.text)
        elif (
            (around.law and (lemma in known["enacting"] or (verb.tag.POS == "PRTS" and by_law)))
            or lemma in known["paper"]
            or (listed and lemma in known["listing"])
            or (about and lemma in known["giving"])
        ):
            found["paper"].append(word.text)
        elif _is_for_show(lemma, words, known, around.crew) and not (
            around.dated and _when(verb, will, words, place) == FUTURE
        ):
            found["show"].append(word.text)
        else:
            light, when = lemma in known["light"], _when(verb, will, words, place)
            begun = light and place + 1 < len(words) and _is_infinitive(words[place + 1 :], known)
            at_work = lemma == "работать" and all(plain(after.text) != "над" for after in words[place + 1 : place + 2])
            if light and not (
                around.works or begun or (at_work and when == PRESENT) or (around.dated and when == FUTURE)
            ):
                if lemma != "работать" or when != "":
                    found["idle"].append(word.text)
                continue
            kind = _kind(when, light, at_work, around, money, _by_them(verb, words[:place]))
            if kind:
                found[kind].append(word.text)
    return by_us


def _is_for_show(lemma: str, words: tuple[Word, ...], known: dict[str, frozenset[str]], crew: bool) -> bool:
    """Whether the verb only tells of looking, talking or drawing up a paper («осмотрели», «проведена беседа»,
    «составлен акт»)."""
    if crew and lemma in known["leaving"]:
        return False
    nouns = [(noun, word) for word in words if (noun := noun_of(word.text))]
    if lemma in known["looking"] or (lemma in known["handing"] and any(noun in known["handed"] for noun, _ in nouns)):
        return True
    if any(plain(word.text) in ("работы", "работ") for word in words):
        return False
    deeds = [(noun, word) for noun, word in nouns if noun in known["show"] or _names_a_deed(noun, known)]
    done = [noun for noun, word in deeds if parses(word.text.lower())[0].tag.case in ("nomn", "accs")]
    done = done or [noun for noun, _ in deeds[:1]]
    return lemma in known["light"] and bool(done) and all(noun in known["show"] for noun in done)


def _alone(words: tuple[Word, ...], place: int) -> bool:
    """Whether «будет» is the only verb of its clause and not denied («Разметка будет в мае»)."""
    denied = place > 0 and plain(words[place - 1].text) == "не"
    return not denied and all(at == place or verb_of(word.text) is None for at, word in enumerate(words))


def _is_infinitive(words: tuple[Word, ...], known: dict[str, frozenset[str]]) -> bool:
    """Whether a deed in the infinitive follows («начали вывозить»)."""
    verbs = [verb for word in words[:3] if (verb := verb_of(word.text)) is not None and verb.tag.POS == "INFN"]
    return any(plain(verb.normal_form) not in known["paper"] | known["stative"] | known["plans"] for verb in verbs)


def _kind(when: str, light: bool, at_work: bool, around: Around, money: bool, by_them: bool) -> str:
    """The field of `Said` under which a verb is entered; "" for none."""
    if when == PAST:
        return "" if money else "done"
    if when == FUTURE:
        return "promised"
    if when == PRESENT and light and not (at_work and around.crew):
        return "promised" if around.dated else "idle"
    if when == PRESENT and around.dated and not at_work:
        return "promised"
    return "going" if when == PRESENT and (around.crew or (not at_work and (around.by or by_them))) else ""


def _by_them(verb: Any, before: tuple[Word, ...]) -> bool:
    """Whether the verb has an unnamed subject «they» («меняют кабель»): no plural subject stands `before` it."""
    if verb.tag.person != "3per" or verb.tag.number != "plur" or "intr" in verb.tag:
        return False
    readings = (parse.tag for word in before for parse in parses(word.text.lower()))
    return not any(tag.POS in ("NOUN", "NPRO") and tag.case == "nomn" and tag.number == "plur" for tag in readings)


def _when(verb: Any, will: bool, words: tuple[Word, ...], place: int) -> str:
    """The time of the verb's deed: PAST, FUTURE or PRESENT; "" if it is not said."""
    tag = verb.tag
    if tag.POS == "PRTS":
        if any(plain(word.text) == "быть" for word in words[:place]):
            return ""
        return FUTURE if will else (PAST if tag.aspect == "perf" else "")
    if tag.POS == "INFN":
        ahead = any(form in ("планировать", "начать", "должный", "смочь", "обещать", "успеть", "постараться", "мочь")
                    for word in words[:place] for form in word.lemmas)  # fmt: skip
        return FUTURE if will or ahead else ""
    if tag.tense == "past":
        return PAST if tag.aspect == "perf" else ""
    if tag.tense == "futr":
        return FUTURE
    return PRESENT if tag.tense == "pres" else ""


def _is_asking(word: Word, known: dict[str, frozenset[str]]) -> bool:
    """Whether the word is an imperative that asks for information («уточните», «пришлите»)."""
    return plain(word.text).endswith("те") and any(
        "impr" in parse.tag and plain(parse.normal_form) in known["asking"] for parse in parses(word.text.lower())
    )


def _cannot_do(words: tuple[Word, ...], known: dict[str, frozenset[str]]) -> bool:
    """Whether a deed is said to be impossible («засыпать песком невозможно»), not an answer («назвать срок нельзя»)."""
    if not CANNOT.search(" ".join(plain(word.text) for word in words)):
        return False
    verbs = [verb for word in words if (verb := verb_of(word.text)) is not None and verb.tag.POS == "INFN"]
    return any(plain(verb.normal_form) not in known["paper"] | known["plans"] | known["stative"] for verb in verbs)
