"""A long text is read in a process of its own; what came of it is remembered here.

`read` is the job of the child process (`bot.process.child`); `remember` makes its answer the result that `judge` and
`words_of` give for the text from then on, after it has been checked once more: kinds, and places within the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.russian.judging import Ground, Kind, Verdict, judge
from config.russian.morphology import READ, Word, plain, words_of


def read(content: bytes, facts: Mapping[str, object]) -> object:
    """The job: the verdict on the text and its words, of the whole and of its beginning where that is read alone."""
    text = content.decode("utf-8", "surrogatepass")
    return [_read(part) for part in parts(text)]


def parts(text: str) -> tuple[str, ...]:
    """The text, and its beginning if only that is read for some purpose."""
    return (text,) if len(text) <= READ else (text, text[:READ])


def is_remembered(text: str) -> bool:
    """Whether nothing of the text has to be read any more."""
    return all(part in judge and part in words_of for part in parts(text))


def remember(text: str, answer: Any) -> bool:
    """Remember what the job said of the text. False, with nothing remembered, if it is no such answer."""
    wanted = parts(text)
    try:
        told = [(_verdict(part, said), _words(part, said)) for part, said in zip(wanted, answer, strict=True)]
    except (KeyError, TypeError, ValueError):
        return False
    for part, (verdict, words) in zip(wanted, told, strict=True):
        judge.tell(part, verdict)
        words_of.tell(part, words)
    return True


def remember_beginning(text: str, letters: int) -> None:
    """Where nobody could read the text: from now on it is judged by so many first letters."""
    for part in parts(text):
        judge.tell(part, judge(part[:letters]))
        words_of.tell(part, words_of(part[:letters]))


def _read(text: str) -> dict[str, object]:
    grounds = [(ground.kind.value, *ground.span) for ground in judge.__wrapped__(text).grounds]
    words = [(word.start, word.end, word.sentence, word.known, sorted(word.lemmas)) for word in words_of(text)]
    return {"grounds": grounds, "words": words}


def _verdict(text: str, said: Any) -> Verdict:
    grounds = []
    for kind, *span in said["grounds"]:
        start, end = _place(text, *span)
        grounds.append(Ground(Kind(kind), text[start:end].strip(), (start, end)))
    return Verdict(grounds[0].kind if grounds else Kind.CLEAN, tuple(grounds))


def _words(text: str, said: Any) -> tuple[Word, ...]:
    found = []
    for first, last, sentence, known, lemmas in said["words"]:
        start, end = _place(text, first, last)
        word = text[start:end]
        found.append(Word(word, frozenset(map(str, lemmas)), int(sentence), start, end, known is True, plain(word)))
    return tuple(found)


def _place(text: str, start: Any, end: Any) -> tuple[int, int]:
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= len(text)):
        raise ValueError("no place in the text")
    return start, end
