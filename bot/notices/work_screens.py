"""Word new work as its executor reads it in private: the citizen's words, the case's terms, and buttons to act right
there. Pure.

The message is refreshed when the case changes, so that its words and buttons stay right (DESIGN rule 18).
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
"""The states in which the lead executor owes a text (a draft, or the final answer after an interim one)."""


def handed_at(case: Case, department: str | None) -> int | None:
    """Return the place, in the case's history, of the last forwarding to this department; None if there is none."""
    places = [n for n, h in enumerate(case.history) if h.event is Event.FORWARDED and h.who == department]
    return places[-1] if places else None


def part_handed(case: Case, place: int) -> Part | None:
    """Return the department's part that was forwarded at this place of the history; None if there is no such part."""
    if place >= len(case.history) or (handed := case.history[place]).event is not Event.FORWARDED:
        return None
    found = [p for p in case.parts if (p.department, p.asked_at) == (handed.who, handed.at)]
    return found[-1] if found else None


def begins(case: Case, part: Part) -> bool:
    """Whether the part is a lead executor's who has not written a text yet; until then answers to write from are
    offered."""
    drafted = any(draft.department == part.department and draft.at >= part.asked_at for draft in case.drafts)
    return part.lead and part.is_active and not drafted and case.state in (State.FORWARDED, State.IN_WORK)


def work(
    texts: Texts, case: Case, part: Part, office: Office, now: datetime, card: str = "", bases: Bases = NOTHING
) -> Screen:
    """Return the message about the department's work on the case. `card`: the address of the case's card, "" while it
    is not posted. `bases`: the answers that the draft may be written from."""
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
    """The line that says what the department has to do now, or how its part of the case ended."""
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
    """The line that says what a co-executor has to do: contribute, by its own term, to the answer that the lead
    prepares; or that it has contributed."""
    if part.state not in (PartState.ASKED, PartState.ACCEPTED):
        return words.texts.phrase("work.contributed")
    run = running(words.case, words.office).get(f"{Step.CONTRIBUTION}@{part.department}")
    until = words.until(run) if run is not None and run.until >= words.now else ""
    return words.texts.phrase("work.contribute", lead=words.department, until=until)
