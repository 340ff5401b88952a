"""Word the question whether an answer helped, and what the message becomes once it is answered. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.messenger import Button, Screen
from config.russian.words import When
from config.texts import Texts
from handlers.callbacks import Callback, Verb
from handlers.helped import NO, YES
from networks.port import Choice
from workflow.case import Case
from workflow.office import Office


def asked(texts: Texts, case: Case, office: Office, now: datetime) -> Screen:
    """Return the question with its two buttons; once it is answered, thanks or what happens next, without buttons."""
    if case.helped is not None or case.posting is None:
        return Screen(str(texts.phrase(f"if_helped.{'yes' if case.helped else 'no'}")), silent=True)
    buttons = tuple(Button(choice.words, choice.data) for choice in _choices(texts, case))
    words = texts.phrase("if_helped.asked", when=When(now, office.zone).date(case.posting.at))
    return Screen(str(words), (buttons,), silent=True)


def asked_in_network(texts: Texts, case: Case, office: Office, now: datetime) -> tuple[str, tuple[Choice, ...]]:
    """The same question where nothing can be redrawn: it also says what to write if there are no buttons."""
    assert case.posting is not None
    when = When(now, office.zone).date(case.posting.at)
    return texts.plain("if_helped.asked_in_network", when=when), _choices(texts, case)


def _choices(texts: Texts, case: Case) -> tuple[Choice, ...]:
    data = {key: Callback(Verb.HELPED, case.id, key).pack() for key in (YES, NO)}
    return tuple(Choice(texts.plain(f"if_helped_buttons.{key}"), data[key]) for key in (YES, NO))


def written(texts: Texts, text: str) -> str | None:
    """YES or NO if the text is nothing but the words of that button; otherwise None."""
    bare = _bare(text)
    return next((key for key in (YES, NO) if bare == _bare(texts.plain(f"if_helped_buttons.{key}"))), None)


def _bare(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())
