"""First guesses about a citizen's text: topic, department, place, importance, with the words that decided.

The guesses save the curator taps and decide nothing by themselves. `sure` allows a guess to go ahead without the
curator where the municipality asked for that (`triage: auto`). Pure over its arguments; the dictionary is loaded on
first use (`config.russian.morphology`). Texts are neither stored nor logged; recent results stay in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from config.russian.incidents import Idle, Signs, is_noise, talk, to_another_reader
from config.russian.judging import Kind, advertisement, judge
from config.russian.morphology import READ, Phrase, Text, Word, parses, phrase
from config.russian.places import find_place
from config.russian.topics import load_topics
from workflow.office import Department, Office, Topic
from workflow.regulation import Importance

MOST_TOPICS = 3
"""The most topics proposed for a text: further ones are rarely right."""

SURE = 5
"""The least total weight of a department's words for a sure guess: two words, or a phrase."""

_LANDMARK = frozenset(("у", "возле", "около", "напротив", "рядом", "перед", "мимо", "между", "вдоль", "над", "под"))


_OVER = frozenset(("устранить", "ликвидировать", "потушить", "починить", "учение", "учебный", "тренировка"))
"""Words which, in the same sentence, mean that a danger is over or was only an exercise."""
_STILL = frozenset(("больше", "уже", "пока", "тут", "там"))
"""Words that may stand between a thing and «нет» («пожара уже нет»)."""
_LIGHTS = frozenset(("свет", "фонарь", "лампа", "лампочка", "освещение", "окно", "светофор"))
"""Things that burn («горят») without a fire."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A guess about a text. `topics` are codes, the likeliest first. `words` are the deciding words, as the citizen
    wrote them. `departments` holds every department that owns one of the topics found, `department` first. `sure`:
    clear enough to act on without the curator.
    """

    topics: tuple[str, ...] = ()
    department: str | None = None
    location: str | None = None
    importance: Importance = Importance.NORMAL
    words: tuple[str, ...] = ()
    sure: bool = False
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Match:
    code: str
    weight: int
    found: tuple[Word, ...]


def guess(
    text: str,
    topics: Mapping[str, Topic],
    departments: Mapping[str, Department],
    places: Iterable[str] = (),
    danger: Sequence[str] | None = None,
) -> Guess:
    """Guess what the text is about. `places`: names of villages to recognise; `danger`: words of danger, the packaged
    list if None. Only the first `READ` characters are read."""
    text = text[:READ]
    read = Text(text)
    matches = _not_inside_another(_matches(topics.values(), read))
    scores = _scores(matches)
    likeliest = [code for code in scores if 2 * scores[code] > max(scores.values())][:MOST_TOPICS]
    owners, sure = _owners(scores, likeliest, departments)
    dangers = [
        found
        for _, one, found in _found(_sought((("", tuple(_dangers(danger))),)), read)
        if _is_meant(one, found, read.words)
    ]
    deciding = [m.found for code in likeliest for m in matches if m.code == code] + dangers
    return Guess(
        topics=tuple(likeliest),
        department=next(iter(owners), None),
        location=find_place(text, places),
        importance=Importance.HIGH if dangers else Importance.NORMAL,
        words=_shown(deciding),
        sure=sure and not is_noise(text),
        departments=owners,
    )


def _dangers(danger: Sequence[str] | None) -> Sequence[str]:
    return load_topics().danger if danger is None else danger


def _is_meant(sought: Phrase, found: tuple[Word, ...], words: Sequence[Word]) -> bool:
    """Whether the words mean the danger («не горит фонарь у дома» is no house on fire).

    They do not if they are denied (but «чуть не упал» is not), the danger is over («авария устранена»), the phrase ends
    with a landmark, or another thing that the verb may be about comes between («горит свет в доме»)."""
    inside = [words.index(word) for word in found]
    sentence = [word for word in words if word.sentence == found[0].sentence]
    if any(word.lemmas & _OVER and not _denied(words, words.index(word)) for word in sentence):
        return False
    if len(inside) > 1 and any(words[at].lemmas & _LIGHTS for at in range(inside[0], inside[-1] + 1)):
        return False
    for at, word in zip(inside, found, strict=True):
        before = words[at - 1].plain if at else ""
        if "не" not in sought.text.split() and _denied(words, at):
            return False
        if before in _LANDMARK and len(sought.parts) > 1 and word.lemmas & sought.parts[-1]:
            return False
    return True


def _denied(words: Sequence[Word], at: int) -> bool:
    """Whether the word is denied: «не горит» (but «чуть не упал» is not), «не было пожара», «пожара нет»."""
    before, earlier = (words[at - n].plain if at >= n else "" for n in (1, 2))
    if before in ("было", "был", "была", "будет") and earlier == "не":
        return True
    following = [word.plain for word in words[at + 1 : at + 3] if word.plain not in _STILL]
    after = following[0] if following else ""
    if after == "нет" and parses(words[at].plain)[0].tag.case == "gent":
        return True
    return before in ("не", "нет", "без") and earlier != "чуть"


def _matches(topics: Iterable[Topic], read: Text) -> list[_Match]:
    """Every keyword of the topics that occurs in the text, in the order of the topics."""
    sought = _sought(tuple((topic.code, tuple(topic.keywords)) for topic in topics))
    return [_Match(code, _weight(one, found, read.words), found) for code, one, found in _found(sought, read)]


def _found(sought: _Sought, read: Text) -> list[tuple[str, Phrase, tuple[Word, ...]]]:
    """The keywords that occur in the text, in the order of the list: each with its code and the words that match it."""
    near = {place for form in read.forms() for place in sought.by_form.get(form, ())}
    keywords = (sought.keywords[place] for place in sorted(near.union(sought.others)))
    return [(code, one, found) for code, one in keywords if (found := read.find(one))]


@dataclass(frozen=True, slots=True)
class _Sought:
    """Keywords to look for, with their codes ("" for dangers). `by_form`: a form of a keyword's first word → numbers of
    keywords; `others`: numbers of the keywords whose words are given by their beginnings only.
    """

    keywords: tuple[tuple[str, Phrase], ...]
    by_form: Mapping[str, tuple[int, ...]]
    others: tuple[int, ...]


@lru_cache(maxsize=100)
def _sought(topics: tuple[tuple[str, tuple[str, ...]], ...]) -> _Sought:
    keywords = tuple((code, phrase(keyword)) for code, words in topics for keyword in words)
    by_form: dict[str, tuple[int, ...]] = {}
    for place, (_, one) in enumerate(keywords):
        for form in one.whole[0] if one.whole else ():
            by_form[form] = (*by_form.get(form, ()), place)
    return _Sought(keywords, by_form, tuple(place for place, (_, one) in enumerate(keywords) if not one.whole))


def _weight(sought: Phrase, found: tuple[Word, ...], words: Sequence[Word]) -> int:
    """The keyword's weight; 1 if it names a landmark («яма возле школы», «у детского сада»), which is rarely the
    topic."""
    at = words.index(found[0])
    return 1 if at and words[at - 1].plain in _LANDMARK else sought.weight


def _not_inside_another(matches: list[_Match]) -> list[_Match]:
    """The matches without those whose words all belong to a longer match: «горячая вода» is not about «вода»."""
    spans = [(m, {w.start for w in m.found}) for m in matches]
    return [m for m, own in spans if not any(own < other for _, other in spans)]


def _scores(matches: Sequence[_Match]) -> dict[str, int]:
    """Topic codes with the total weight of their distinct words, the heaviest first; on a tie, the one that comes first
    in the text."""
    scores: dict[str, int] = {}
    counted: set[tuple[str, int]] = set()
    first: dict[str, int] = {}
    for match in sorted(matches, key=lambda m: -m.weight):
        own = {(match.code, word.start) for word in match.found}
        first[match.code] = min([first.get(match.code, 1 << 30), *(word.start for word in match.found)])
        if not own <= counted:
            scores[match.code] = scores.get(match.code, 0) + match.weight
        counted |= own
    return dict(sorted(scores.items(), key=lambda item: (-item[1], first[item[0]])))


def _owners(
    scores: Mapping[str, int], likeliest: Sequence[str], departments: Mapping[str, Department]
) -> tuple[tuple[str, ...], bool]:
    """The departments that own the topics, the likeliest topic's first, then by weight; and whether the first one leads
    clearly. ((), False) if none owns a likely topic.
    """
    owner = {code: key for key, one in reversed(list(departments.items())) for code in one.topics}
    best = next((owner[code] for code in likeliest if code in owner), None)
    if best is None:
        return (), False
    weight: dict[str | None, int] = {}
    for code, score in scores.items():
        weight[owner.get(code)] = weight.get(owner.get(code), 0) + score
    rival = max((w for key, w in weight.items() if key != best), default=0)
    own_first = owner.get(likeliest[0]) == best
    ranked = sorted((key for key in weight if key is not None), key=lambda key: (key != best, -weight[key]))
    return tuple(ranked), own_first and weight[best] >= SURE and weight[best] >= 2 * rival


def _shown(found: Iterable[tuple[Word, ...]]) -> tuple[str, ...]:
    """The matched words as written, in lower case, without repeats and without parts of longer ones."""
    texts = list(dict.fromkeys(" ".join(word.text.lower() for word in words) for words in found))
    return tuple(t for t in texts if not any(t != other and t in other for other in texts))


def detector(places: Iterable[str] = (), danger: Sequence[str] | None = None) -> Callable[[str, Office], Guess]:
    """`guess` with one municipality's places and danger words given, for the topics and departments of its office."""
    known = tuple(places)
    return lambda text, office: guess(text, office.topics, office.departments, known, danger)


# --- whether it is one --------------------------------------------------------------------------------


class Taken(StrEnum):
    """Whether to open a case from a text: yes, doubtful (a person decides) or no."""

    INCIDENT = "incident"
    DOUBTFUL = "doubtful"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Sorting:
    """Whether to open a case from a text, the reason if it is no appeal (`config.russian.incidents.Idle`), and the
    deciding words as written.
    """

    taken: Taken
    why: Idle | None = None
    words: tuple[str, ...] = ()


def is_incident(
    text: str, guessed: Guess, *, attached: bool = False, addressed: bool = False, signs: Signs | None = None
) -> Sorting:
    """Decide whether the text is an appeal to the office: a question or complaint about the office's business.

    Thanks, congratulations, chatter, remarks to another reader and advertising are not; thanks about a department's
    business are doubtful, since a complaint often ends in them. A text the rules cannot classify is doubtful, and so is
    a picture without words (`attached`). A comment that asks nothing and names nothing of the office's business is chatter,
    unless it is said to the office (`addressed`): in private, or under a case. A possibly dangerous text is never left aside.
    """
    text = text[:READ]
    heard = talk(text, signs)
    danger = guessed.importance is Importance.HIGH
    about_us = guessed.department is not None
    if danger or (about_us and (heard.asks or guessed.sure)):
        verdict = Sorting(Taken.INCIDENT, words=guessed.words)
        return verdict if danger or not _advertises(text) else Sorting(Taken.DOUBTFUL, Idle.ADVERTISING, guessed.words)
    if heard.idle is Idle.EMPTY and attached:
        return Sorting(Taken.DOUBTFUL, Idle.EMPTY)
    if heard.idle in (Idle.THANKS, Idle.PRAISE, Idle.CONGRATULATIONS) and about_us:
        return Sorting(Taken.DOUBTFUL, heard.idle, guessed.words)
    if heard.idle is not None:
        return Sorting(Taken.NOT, heard.idle, heard.words)
    if not (guessed.topics or guessed.location or attached) and (name := to_another_reader(text, signs)):
        return Sorting(Taken.NOT, Idle.CHATTER, (name,))
    if grounds := _advertises(text):
        return Sorting(Taken.DOUBTFUL if guessed.topics else Taken.NOT, Idle.ADVERTISING, grounds)
    about = guessed.topics or guessed.location or attached or addressed
    if heard.says_nothing and not about and judge(text).kind is not Kind.THREAT:
        return Sorting(Taken.NOT, Idle.CHATTER)
    return Sorting(Taken.DOUBTFUL, words=guessed.words or heard.words)


def _advertises(text: str) -> tuple[str, ...]:
    """The words that make the text advertising or a mailing; () if it is neither, or if it is something graver."""
    return tuple(dict.fromkeys(ground.words for ground in advertisement(text)))
