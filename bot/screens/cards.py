"""The card in the working group and the curator's offer. Pure: a case in, a screen out."""

from __future__ import annotations

from datetime import datetime

from bot.messenger import Screen
from bot.screens.buttons import CaseButtons
from bot.screens.case_words import CaseWords, department_into
from config.texts import Texts
from config.words import clean, excerpt
from workflow.case import Case, State
from workflow.office import Office
from workflow.regulation import Step

WAITED_FOR = {
    State.NEW: Step.FORWARD,
    State.FORWARDED: Step.RETURN,
    State.ON_APPROVAL: Step.APPROVAL,
    State.REWORK: Step.REWORK,
    State.APPROVED: Step.POSTING,
    State.NOT_POSTED: Step.POSTING,
}
"""The step whose moment stands in the line «Ждёт», and so not once more in the line of terms."""


def card(texts: Texts, case: Case, office: Office, now: datetime) -> Screen:
    """The case as the working group sees it. Moments are dated once the day it was first posted on is over."""
    words = CaseWords(texts, case, office, now, shown_since=case.parts[0].asked_at if case.parts else None)
    if case.is_ended:
        text = texts.html("closed_card", c=words, state=case.state, question=words.open_as("offer.question"))
        return Screen(text, silent=True)
    text = texts.html(
        "card",
        c=words,
        state=case.state,
        reason=return_reason(words),
        why=why_not_posted(texts, case),
        waiting=WAITED_FOR.get(case.state),
    )
    return Screen(text, CaseButtons(texts, case, office).card())


def offer(texts: Texts, case: Case, office: Office, now: datetime, menu: str | None) -> Screen:
    """The case as a curator sees it in private: to be forwarded, or what has become of it."""
    words = CaseWords(texts, case, office, now, shown_since=case.arrived)
    buttons = CaseButtons(texts, case, office).offer(menu)
    if case.state is not State.NEW:
        text = texts.html("settled_offer", c=words, state=case.state, about_state=progress(words))
        return Screen(text, buttons, silent=True)
    heading = "offer.again" if case.parts or len(case.history) > 1 and not _only_importance(case) else "offer.fresh"
    text = texts.html(
        "offer",
        c=words,
        heading=texts.phrase(heading, c=words, mark="🔴 " if words.is_high else ""),
        guess=_guess(words),
        words=[excerpt(clean(word), 40) for word in case.suggested_by[:5]] if _guess(words) else [],
        reason=return_reason(words),
        forward_by=forward_by(words),
    )
    return Screen(text, buttons)
