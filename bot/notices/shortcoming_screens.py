"""Words about a reported shortcoming: the choice of a department, what those above read, the confirmation. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.messenger import Button, Screen
from config.russian.words import as_post, clean, excerpt
from config.texts import Texts
from handlers.callbacks import LIMIT, Callback, Verb
from workflow.office import Office
from workflow.outcomes import Refused
from workflow.shortcomings import Shortcoming

SAYINGS = frozenset({"shortcoming_whose", "shortcoming"})
CAPTION = 60


def say(texts: Texts, key: str, facts: Mapping[str, Any], office: Office, now: datetime) -> Screen:
    """The words of one of `SAYINGS`."""
    if key == "shortcoming_whose":
        return _whose(texts, office)
    number = facts.get("number")
    text = texts.phrase(
        "say.shortcoming",
        department=_department(office, str(facts["department"])),
        text=clean(str(facts["text"])),
        number=number or "",
        by=_named(office, [str(facts["by"])]),
    )
    buttons = ()
    if number is not None:
        caption = texts.plain("buttons.case_number", number=str(number))
        buttons = ((Button(caption, Callback(Verb.CASE, int(facts["case"])).pack()),),)
    return Screen(str(text), buttons, silent=office.is_quiet(now))


def _whose(texts: Texts, office: Office) -> Screen:
    """A button for each department whose key fits into one."""
    found = [
        (Button(excerpt(texts.plain("buttons.shortcoming_of", department=one.name), CAPTION), data),)
        for one in office.departments.values()
        if len((data := f"{Verb.SHORTCOMING}:0:{one.key}").encode()) <= LIMIT
    ]
    return Screen(str(texts.phrase("say.shortcoming_whose")), tuple(found))


def done(texts: Texts, reported: Shortcoming, heard: Iterable[str], unknown: Sequence[str], office: Office) -> str:
    """The confirmation to the curator; plain text. `unknown`: those of `heard` the bot cannot write to."""
    reached = [person for person in heard if person not in unknown]
    return texts.plain(
        "shortcoming_done.shortcoming",
        department=_department(office, reported.department),
        text=excerpt(clean(reported.text), 500, 10),
        number=reported.about.number if reported.about is not None else "",
        heard=_named(office, reached),
        several=len(reached) > 1,
        unknown=_named(office, unknown),
    )


def refused(texts: Texts, refusal: Refused, office: Office) -> str:
    """Why not, and what to do instead; the common words where there are none of its own."""
    own = f"shortcoming_refusals.{refusal.reason}"
    key = own if texts.has(own) else f"refusals.{refusal.reason}"
    values = {**refusal.facts, "department": _department(office, str(refusal.facts.get("department", "")))}
    return texts.plain(key, **values)


def _department(office: Office, key: str) -> str:
    return office.departments[key].name if key in office.departments else ""


def _named(office: Office, people: Iterable[str]) -> str:
    return ", ".join(as_post(office.people[key].name) if key in office.people else key for key in people)
