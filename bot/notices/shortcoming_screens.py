"""Word a reported shortcoming of a department: the choice of the department, what its superiors read, the confirmation,
the weekly list. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from bot.cases.screens.case_words import CaseWords
from bot.messenger import Button, Buttons, Screen
from config.russian.words import When, as_post, clean, excerpt, minutes_and_hours, one_line, sentence
from config.texts import Texts
from handlers.callbacks import LIMIT, Callback, Verb
from workflow.case import Case
from workflow.office import Office
from workflow.outcomes import Refused
from workflow.shortcomings import Shortcoming

SAYINGS = frozenset({"shortcoming_whose", "shortcoming"})
CAPTION = 60


def say(texts: Texts, key: str, facts: Mapping[str, Any], office: Office, now: datetime) -> Screen:
    """Return the message with the words of one of `SAYINGS`."""
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
    buttons: Buttons = ()
    if number is not None:
        caption = texts.plain("buttons.case_number", number=str(number))
        buttons = ((Button(caption, Callback(Verb.CASE, int(facts["case"])).pack()),),)
    return Screen(str(text), buttons, silent=office.is_quiet(now))


def _whose(texts: Texts, office: Office) -> Screen:
    """Ask which department it is about: a button for each department whose key fits into a button's data."""
    found = [
        (Button(excerpt(texts.plain("buttons.shortcoming_of", department=one.name), CAPTION), data),)
        for one in office.departments.values()
        if len((data := f"{Verb.SHORTCOMING}:0:{one.key}").encode()) <= LIMIT
    ]
    return Screen(str(texts.phrase("say.shortcoming_whose")), tuple(found))


def weekly(
    texts: Texts,
    body: Mapping[str, Any],
    found: Sequence[tuple[Mapping[str, Any], Case, Office]],
    more: int,
    office: Office,
    now: datetime,
) -> Screen:
    """Return the weekly list for a superior of departments: a heading for each department, then a line for each item."""
    when = When(now, office.zone)
    since, until = (when.date(datetime.fromisoformat(str(body[key]))) for key in ("since", "until"))
    lines = [texts.phrase("weekly.heading", since=since, until=until)]
    if body["instead_of"]:
        lines.insert(0, texts.phrase("weekly.instead", whom=_named(office, [str(body["instead_of"])])))
    shown: str | None = None
    for item, case, own in found:
        if item["department"] != shown:
            shown = str(item["department"])
            whose = _department(office, shown) or shown or sentence(texts.plain("roles.curator"))
            lines += [Markup(), texts.phrase("weekly.department", department=whose)]
        case_words = CaseWords(texts, case, own, now)
        lines.append(
            texts.phrase(
                f"weekly.{item['kind']}",
                c=case_words,
                about=excerpt(case_words.about, 70),
                step=texts.plain(f"steps.{item['step']}") if item["step"] else "",
                late=_late(case, item["row"]),
                at=when.at(datetime.fromisoformat(str(item["at"]))),
                text=excerpt(one_line(clean(str(item["text"]))), 120),
            )
        )
    lines += [texts.phrase("digest.more", n=more)] if more else []
    return Screen("\n".join(map(str, lines)), silent=office.is_quiet(now))


def _late(case: Case, row: int | None) -> str:
    """By how much the duty in this row of the register of violations was late: «5 минут»; "" if there is no such row."""
    minutes = next((missed.late_minutes for missed in case.missed if missed.number == row), None)
    return minutes_and_hours(timedelta(minutes=minutes)) if minutes else ""


def done(texts: Texts, reported: Shortcoming, heard: Iterable[str], unknown: Sequence[str], office: Office) -> str:
    """Return the confirmation to the curator, as plain text. `heard`: the people notified; `unknown`: those of them the
    bot cannot write to."""
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
    """Return why the report of a shortcoming is refused and what to do instead."""
    own = f"shortcoming_refusals.{refusal.reason}"
    key = own if texts.has(own) else f"refusals.{refusal.reason}"
    values = {**refusal.facts, "department": _department(office, str(refusal.facts.get("department", "")))}
    return texts.plain(key, **values)


def _department(office: Office, key: str) -> str:
    return office.departments[key].name if key in office.departments else ""


def _named(office: Office, people: Iterable[str]) -> str:
    return ", ".join(as_post(office.people[key].name) if key in office.people else key for key in people)
