"""New work as its executor reads it in private: the citizen's words, the card, the terms, and the buttons that act right
there. Pure.

The message changes with the case, so that it stays true and its buttons stay good (DESIGN rule 18).
"""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from bot.cases.screens.bases import NOTHING, Bases, offered_lines, repeated_line, take_buttons
from bot.cases.screens.buttons import CaseButtons
from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import link
from bot.messenger import Screen
from config.russian.words import sentence
from config.texts import Texts
from workflow.case import Case, Part, PartState, State
from workflow.office import Office
from workflow.regulation import Event, Step
from workflow.terms.alarms import running

OWES_TEXT = frozenset({State.IN_WORK, State.REWORK, State.INTERIM})
"""The lead executor owes a text in these states."""


def handed_at(case: Case, department: str | None) -> int | None:
    """The place in the history of the department's last forwarding: which handing over a message is about."""
    places = [n for n, h in enumerate(case.history) if h.event is Event.FORWARDED and h.who == department]
    return places[-1] if places else None


def part_handed(case: Case, place: int) -> Part | None:
    """The part that was handed over at this place of the history."""
    if place >= len(case.history) or (handed := case.history[place]).event is not Event.FORWARDED:
        return None
    found = [p for p in case.parts if (p.department, p.asked_at) == (handed.who, handed.at)]
    return found[-1] if found else None


def begins(case: Case, part: Part) -> bool:
    """Whether the department still has its first text to write: what it may write from is shown until then."""
    drafted = any(draft.department == part.department and draft.at >= part.asked_at for draft in case.drafts)
    return part.lead and part.is_active and not drafted and case.state in (State.FORWARDED, State.IN_WORK)


def work(
    texts: Texts, case: Case, part: Part, office: Office, now: datetime, card: str = "", bases: Bases = NOTHING
) -> Screen:
    """`card`: the address of the case's card; "" while it is not posted. `bases`: what the draft may be written from."""
    words = CaseWords(texts, case, office, now, shown_since=part.asked_at, stays=True)
    has_it = part.is_active and not case.is_ended
    text = texts.html(
        "work",
        c=words,
        lead=part.lead,
        department=words.department_name(part.department),
        about=sentence(words.about),
        card=link(card, texts.plain("work.card")),
        todo=_todo(words, part),
        terms=words.terms_line(Step.RETURN) if has_it and part.lead else "",
        repeated=repeated_line(words, bases.repeated, "bases.repeated"),
        photo=texts.phrase("work.photo") if begins(case, part) and words.wants_photo else "",
        offered=offered_lines(words, bases),
        offered_head=texts.phrase("bases.heading"),
    )
    buttons = (*CaseButtons(texts, case, office).work(part), *take_buttons(texts, case, bases)) if has_it else ()
    return Screen(str(text), buttons)


def _todo(words: CaseWords, part: Part) -> Markup:
    """What is wanted of the department, or what became of its work."""
    case = words.case
    if case.is_ended or not part.is_active:
        key = "returned" if part.state is PartState.RETURNED else "ended" if case.is_ended else "gone"
        return words.texts.phrase(f"work.{key}", state=words.state_words)
    if not part.lead:
        return _todo_beside(words, part)
    if part.state is PartState.ASKED and case.state is State.FORWARDED:
        return words.texts.phrase("work.asked", until=words.waiting_until(Step.RETURN))
    if case.state in OWES_TEXT:
        return words.texts.phrase("work.draft", since=words.accepted_since)
    return words.texts.phrase("work.now", state=words.state_words)


def _todo_beside(words: CaseWords, part: Part) -> Markup:
    """A co-executor's: his own term, for the answer that somebody else prepares."""
    if part.state not in (PartState.ASKED, PartState.ACCEPTED):
        return words.texts.phrase("work.contributed")
    run = running(words.case, words.office).get(f"{Step.CONTRIBUTION}@{part.department}")
    until = words.until(run) if run is not None and run.until >= words.now else ""
    return words.texts.phrase("work.contribute", lead=words.department, until=until)
