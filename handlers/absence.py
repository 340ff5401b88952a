"""`/absent`: who will be away, on which days, who stands in; asked one after the other, by buttons or in words (IZ-D3).

Everybody enters his own absence, a curator or a deputy anybody's. It decides from the office as it is now and makes wishes;
what follows from an absence is not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from config.russian import dates
from handlers.updates import Incoming
from handlers.view import View
from handlers.wishes import Ask, Close, EndAbsence, EnterAbsence, ListAbsences, Refuse, Say, Wish
from workflow.office import Absence, Actor, Office, Role, circle_among
from workflow.outcomes import Reason
from workflow.ports import Question

QUESTIONS = frozenset({"absent_who", "absent_days", "absent_sub"})
NOBODY = "-"
"""What the button «Никто» carries in place of a person's key."""
LONGEST = timedelta(days=366)
FRESH = timedelta(hours=1)
"""So long words that reply to nothing may be the answer to «Когда?»."""


def asked(incoming: Incoming, view: View) -> list[Wish]:
    """`/absent`, or `/absent с 12 по 25 января` for oneself."""
    if not incoming.private:
        return [Say("absent_in_private")]
    people = may_enter(view.office, view.actor, view.now)
    words = incoming.argument.strip()
    own = [key for key in view.actor.people if key in people]
    if words and len(own) == 1:
        return _with_words(own[0], words, view)
    if len(people) == 1:
        return [ListAbsences(), Ask("absent_days", None, _whose(people[0], view))]
    return [ListAbsences(), Ask("absent_who", None, {"people": list(people), "own": own})]


def may_enter(office: Office, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Whose absences the actor may enter and end, his own first."""
    own = tuple(key for key in actor.people if key in office.people)
    if any(office.has_role(actor, role, now) for role in (Role.CURATOR, Role.DEPUTY)):
        return (*own, *(key for key in office.people if key not in own))
    return own


def may_be_answer(question: Question, incoming: Incoming, view: View) -> bool:
    """Whether words that reply to nothing can answer the question about days; for other questions nothing is said here."""
    if question.kind not in QUESTIONS:
        return True
    is_days = dates.span(incoming.text, view.now, view.office.zone) is not None
    return question.kind == "absent_days" and is_days and view.now - question.asked_at < FRESH


def told(question: Question, text: str, view: View) -> list[Wish]:
    """Words in answer to one of the questions."""
    if question.kind != "absent_days":
        return [Say("absent_choose")]
    return _refused(question, view) or _with_words(str(question.body["person"]), text, view, question)


def chosen(question: Question, argument: str, view: View) -> list[Wish]:
    """A button under one of the questions."""
    if refused := _refused(question, view, argument):
        return refused
    match question.kind:
        case "absent_who":
            return [Close(question.id), Ask("absent_days", None, _whose(argument, view))]
        case "absent_days":
            words = dates.SHORTCUTS.get(argument, "")
            return _with_words(str(question.body["person"]), words, view, question)
        case _:
            return _with_substitute(question, None if argument == NOBODY else argument, view)


def ended(number: int, view: View) -> list[Wish]:
    """«Отменить» under an absence."""
    if view.actor.standing == "left":
        return [Refuse(Reason.LEFT_THE_GROUP)]
    return [EndAbsence(number)]


def _refused(question: Question, view: View, argument: str = "") -> list[Wish]:
    """A question outlives rights: a substitute's are over when the leave is."""
    if view.actor.standing == "left":
        return [Refuse(Reason.LEFT_THE_GROUP)]
    person = argument if question.kind == "absent_who" else str(question.body["person"])
    if person not in may_enter(view.office, view.actor, view.now):
        return [Close(question.id), Say("absent_not_yours")]
    return []


def _whose(person: str, view: View) -> Mapping[str, Any]:
    return {"person": person, "own": person in view.actor.people}


def _with_words(person: str, words: str, view: View, question: Question | None = None) -> list[Wish]:
    """The days are known: who stands in is asked; or what is wrong with them is said, and the question stays open."""
    found = dates.span(words, view.now, view.office.zone)
    if found is None:
        return [Say("absent_not_understood")]
    since, until = max(found[0], _midnight(view)), found[1]
    if until <= view.now:
        return [Say("absent_past")]
    if until - since > LONGEST:
        return [Say("absent_too_long")]
    if (same := _overlapping(person, since, until, view)) is not None:
        return [Say("absent_already", facts_of(same)), ListAbsences()]
    away = [key for key in view.office.people if _overlapping(key, since, until, view) is not None]
    body = {**_whose(person, view), "since": since.isoformat(), "until": until.isoformat(), "away": away}
    closed = [Close(question.id)] if question is not None else []
    return [*closed, Ask("absent_sub", None, body)]


def _midnight(view: View) -> datetime:
    zone = view.office.zone
    return datetime.combine(view.now.astimezone(zone).date(), time(), zone)


def _overlapping(person: str, since: datetime, until: datetime, view: View) -> Absence | None:
    found = (a for a in view.office.absences if a.person == person and a.since < until and since < a.until)
    return next(found, None)


def _with_substitute(question: Question, substitute: str | None, view: View) -> list[Wish]:
    """Everything is known. What became impossible meanwhile is said, and the question stays open for another choice."""
    body = question.body
    since, until = datetime.fromisoformat(str(body["since"])), datetime.fromisoformat(str(body["until"]))
    absence = Absence(str(body["person"]), since, until, substitute)
    if until <= view.now:
        return [Close(question.id), Say("absent_past")]
    if substitute == absence.person or (substitute is not None and substitute not in view.office.people):
        return [Say("absent_choose")]
    if (same := _overlapping(absence.person, since, until, view)) is not None:
        return [Close(question.id), Say("absent_already", facts_of(same)), ListAbsences()]
    if circle := _circle(absence, view.office):
        return [Say("absent_circle", {**facts_of(absence), "circle": list(circle)})]
    return [Close(question.id), EnterAbsence(absence)]


def _circle(absence: Absence, office: Office) -> tuple[str, ...]:
    """The circle the absence would close, beginning with the person; one that stands without it is none of its fault."""
    same_time = [a for a in office.absences if a.since < absence.until and absence.since < a.until]
    circle = circle_among([*same_time, absence])
    if absence.person not in circle or circle_among(same_time):
        return ()
    first = circle.index(absence.person)
    return (*circle[first:], *circle[:first])


def facts_of(absence: Absence) -> Mapping[str, Any]:
    """An absence as plain data, for the words about it."""
    return {
        "person": absence.person,
        "since": absence.since.isoformat(),
        "until": absence.until.isoformat(),
        "substitute": absence.substitute,
    }
