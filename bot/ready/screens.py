"""Word the list of ready answers, and one of them with what can be done about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.answering.toasts import short
from bot.cases.screens.common import in_twos, refusal_key
from bot.messenger import Button, Screen
from config.russian.words import clean, excerpt, neutralise, one_line
from config.texts import Texts
from handlers.callbacks import Callback, Verb
from handlers.ready import ALL, PAGE
from workflow.office import Office
from workflow.outcomes import Refused
from workflow.ready import ReadyAction
from workflow.ready_answer import ReadyAnswer, ReadyState

PER_PAGE = 10
SHOWN = 90
"""How much of a ready answer the list shows, in UTF-16 units."""


def whose(texts: Texts, ready: ReadyAnswer, office: Office) -> str:
    """The department and topic for whose cases the answer is offered: «Отдел ЖКХ · вода»."""
    department = office.departments.get(ready.department)
    topic = office.topics.get(ready.topic)
    parts = [
        department.name if department is not None else texts.plain("ready_screen.all_departments"),
        topic.label if topic is not None else texts.plain("ready_screen.all_topics"),
    ]
    return " · ".join(parts)


def one(texts: Texts, ready: ReadyAnswer, office: Office) -> Screen:
    """Return the message below a ready answer's text: for whom it is, how to change it, and the buttons."""
    key = "file" if ready.of_file else "one" if ready.state is ReadyState.KEPT else "removed"
    text = texts.phrase(f"ready_screen.{key}", number=ready.id, whose=whose(texts, ready, office))
    if key != "one":
        return Screen(str(text), silent=True)
    row = [_button(texts, "remove", ready, ReadyAction.REMOVE)]
    if ready.department:
        row.append(_button(texts, "for_all", ready, ALL))
    return Screen(str(text), tuple(in_twos(row)), silent=True)


def _button(texts: Texts, key: str, ready: ReadyAnswer, argument: str) -> Button:
    return Button(texts.plain(f"ready_buttons.{key}"), Callback(Verb.READY, ready.id, argument).pack())


def listed(texts: Texts, kept: Sequence[ReadyAnswer], page: int, office: Office) -> Screen:
    """Return one page of the list of ready answers, with a line and a button for each."""
    if not kept:
        return Screen(str(texts.phrase("ready_screen.none")), silent=True)
    last = -(-len(kept) // PER_PAGE)
    page = min(max(page, 1), last)
    shown = list(enumerate(kept, start=1))[(page - 1) * PER_PAGE : page * PER_PAGE]
    lines = [texts.phrase("ready_screen.heading", pages=f"{page} из {last}" if last > 1 else "")]
    lines += [
        texts.phrase(
            "ready_screen.line",
            number=place,
            whose=whose(texts, ready, office),
            words=neutralise(excerpt(one_line(clean(ready.text)), SHOWN)),
        )
        for place, ready in shown
    ]
    buttons = [Button(str(place), Callback(Verb.READY, ready.id).pack()) for place, ready in shown]
    rows = [tuple(buttons[at : at + 5]) for at in range(0, len(buttons), 5)]
    turning = [
        Button(texts.plain(f"buttons.{key}"), Callback(Verb.READY, 0, f"{PAGE}{number}").pack())
        for key, number in (("earlier", page - 1), ("further", page + 1))
        if 1 <= number <= last
    ]
    return Screen("\n".join(map(str, lines)), (*rows, *((tuple(turning),) if turning else ())), silent=True)


def refused(texts: Texts, refusal: Refused) -> str:
    """Return why a command about a ready answer is refused and what to do instead, cut to the length of a toast."""
    facts: Mapping[str, object] = refusal.facts
    key = refusal_key(texts, "ready_refusals", refusal.reason)
    values = {"c": None, "what": texts.plain("may.any"), "is_lead": False}
    return short(texts.plain(key, number=facts.get("number", ""), most=facts.get("most", ""), **values))


def done(texts: Texts, ready: ReadyAnswer, action: ReadyAction, office: Office) -> str:
    """Return the confirmation of what was done with the ready answer, cut to the length of a toast."""
    return short(texts.plain(f"ready_done.{action}", number=ready.id, whose=whose(texts, ready, office)))
