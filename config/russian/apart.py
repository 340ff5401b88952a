"""Read a long text in a process of its own, and remember the result here.

`read` is the job of the child process (`bot.process.child`). `remember` checks its answer once more (types, positions
within the text) and stores it as the result that `judge` and `words_of` return for the text from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.russian.judging import Ground, Kind, Verdict, judge
from config.russian.morphology import READ, Word, plain, words_of


def read(content: bytes, facts: Mapping[str, object]) -> object:
    """The job in the child process: for the text, and for its beginning if that is also read alone, return the verdict
    and the words, as JSON values."""
    text = content.decode("utf-8", "surrogatepass")
    return [_read(part) for part in parts(text)]


def parts(text: str) -> tuple[str, ...]:
    """The texts to read: the whole and, if it is too long for some readers, its beginning."""
    return (text,) if len(text) <= READ else (text, text[:READ])


def is_remembered(text: str) -> bool:
    """Whether the results for the text and its beginning are already stored, so that nothing has to be read."""
    return all(part in judge and part in words_of for part in parts(text))


def remember(text: str, answer: Any) -> bool:
    """Store what the child process returned for the text, and return True. False, with nothing stored, if that is no
    valid answer."""
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
    """For a text that the child process could not read: from now on `judge` and `words_of` answer for it by its first
    `letters` characters alone."""
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
