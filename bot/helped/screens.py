"""Word the question whether an answer helped, and what the message becomes once it is answered. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.messenger import Button, Screen
from config.russian.words import When
from config.texts import Texts
from handlers.callbacks import Callback, Verb
from handlers.helped import NO, YES
from workflow.case import Case
from workflow.office import Office


def asked(texts: Texts, case: Case, office: Office, now: datetime) -> Screen:
    """Return the question with its two buttons; once it is answered, thanks or what happens next, without buttons."""
    if case.helped is not None or case.posting is None:
        return Screen(str(texts.phrase(f"if_helped.{'yes' if case.helped else 'no'}")), silent=True)
    buttons = tuple(
        Button(texts.plain(f"if_helped_buttons.{key}"), Callback(Verb.HELPED, case.id, key).pack()) for key in (YES, NO)
    )
    words = texts.phrase("if_helped.asked", when=When(now, office.zone).date(case.posting.at))
    return Screen(str(words), (buttons,), silent=True)
