"""`/absent`: ask who will be away, on which days and who stands in, one by one, by buttons or in words (IZ-D3).

People enter their own absences; a curator or a deputy enters anyone's. The module checks the current office and returns
wishes; the consequences of an absence are handled elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from config.russian import dates
from handlers.incoming import Incoming
from handlers.view import View
from handlers.wishes import Ask, Close, EndAbsence, EnterAbsence, ListAbsences, Refuse, Say, Wish
from workflow.office import Absence, Office, circle_among, may_enter, may_look_back
from workflow.outcomes import Reason
from workflow.ports import Question

QUESTIONS = frozenset({"absent_who", "absent_days", "absent_sub"})
NOBODY = "-"
"""The argument of the button «Никто», in place of the substitute's key."""
LONGEST = timedelta(days=366)
LOOKED_BACK = timedelta(days=31)
"""How far before now an absence may begin when someone enters it for another person; an earlier beginning is moved to
that moment."""


def asked(incoming: Incoming, view: View) -> list[Wish]:
    """Handle `/absent`, or `/absent с 12 по 25 января` for the sender's own absence: return the wishes that ask for
    what is missing (person, days, substitute). In a group, only say that the command works in private."""
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


def told(question: Question, text: str, view: View) -> list[Wish]:
    """Handle a typed answer to a question about an absence: take the days; where only buttons answer, say so."""
    if question.kind != "absent_days":
        return [Say("absent_choose")]
    return _refused(question, view) or _with_words(str(question.body["person"]), text, view, question)


def chosen(question: Question, argument: str, view: View) -> list[Wish]:
    """Handle a button under a question about an absence: `argument` is a person's key, a shortcut for days or a
    substitute."""
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
    """Handle «Отменить» under an absence; `number` is the absence's. Whether the sender may end it is checked later."""
    if view.actor.standing == "left":
        return [Refuse(Reason.LEFT_THE_GROUP)]
    return [EndAbsence(number)]


def _refused(question: Question, view: View, argument: str = "") -> list[Wish]:
    """Refuse an answer from someone who may no longer enter this person's absence; [] if they still may.

    A question can outlive the right to answer it: a substitute loses the right when the leave ends."""
    if view.actor.standing == "left":
        return [Refuse(Reason.LEFT_THE_GROUP)]
    person = argument if question.kind == "absent_who" else str(question.body["person"])
    if person not in may_enter(view.office, view.actor, view.now):
        return [Close(question.id), Say("absent_not_yours")]
    return []


def _whose(person: str, view: View) -> Mapping[str, Any]:
    return {"person": person, "own": person in view.actor.people}


def _with_words(person: str, words: str, view: View, question: Question | None = None) -> list[Wish]:
    """Parse the days and ask who stands in; if the days are wrong, say why and keep the question open. Dates are read
    in the office's time zone."""
    found = dates.span(words, view.now, view.office.zone)
    if found is None:
        return [Say("absent_not_understood")]
    since, until = found
    if until <= view.now:
        return [Say("absent_past")]
    if since < _midnight(view):
        if not may_look_back(view.office, view.actor, person, view.now):
            return [Say("absent_began_before")]
        since = max(since, view.now - LOOKED_BACK)
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
    """Check the complete absence again and enter it, or say why it can no longer be entered.

    If another substitute could still help, the question stays open; otherwise it is closed."""
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
    """The cycle of substitutes this absence would close, as keys starting with its person; () if there is none, the
    person is not in it, or a cycle exists already."""
    same_time = [a for a in office.absences if a.since < absence.until and absence.since < a.until]
    circle = circle_among([*same_time, absence])
    if absence.person not in circle or circle_among(same_time):
        return ()
    first = circle.index(absence.person)
    return (*circle[first:], *circle[:first])


def facts_of(absence: Absence) -> Mapping[str, Any]:
    """The absence as plain data for templates: keys of the person and the substitute, ISO dates with the time zone."""
    return {
        "person": absence.person,
        "since": absence.since.isoformat(),
        "until": absence.until.isoformat(),
        "substitute": absence.substitute,
    }
