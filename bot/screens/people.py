"""Who has which duty, and since when by which paper (KU-7): the answer to /people. Pure; everybody of the office may read it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.messenger import Screen
from config.texts import Texts
from config.words import MONTHS, as_post, one_line
from workflow.office import Office, Person, Role

APPOINTED = ("supervisor", Role.CURATOR, Role.EXECUTOR)
"""Who controls this work, and who prepares and posts the answers."""
ORDER = ("supervisor", Role.CURATOR, Role.EXECUTOR, Role.EDITOR, Role.DEPUTY, Role.HEAD)
SHOWN = 200


def people_screen(texts: Texts, office: Office) -> Screen:
    """A line for each duty of each person. Where the regulation has the head appoint them, a day nobody entered is named."""
    clause = office.regulation.appoints
    lines = [f"<b>{texts.phrase('people_screen.heading', office=office.name)}</b>"]
    if clause:
        lines.append(str(texts.phrase("people_screen.appoints", clause=clause)))
    lines.append("")
    unknown = False
    for duty, person in _duties(office):
        line = _line(texts, office, duty, person)
        if person.appointed is not None:
            day = _day(person)
            since = texts.phrase("people_screen.since", day=day, by=one_line(person.appointed.by, SHOWN))
            line += f" — {since}"
        elif clause and duty in APPOINTED:
            unknown = True
            line += f" — {texts.phrase('people_screen.unknown')}"
        lines.append(line)
    if unknown:
        lines += ["", str(texts.phrase("people_screen.how"))]
    return Screen("\n".join(lines))


def _duties(office: Office) -> Iterator[tuple[str, Person]]:
    """The deputy who supervises is named as such, not once more as a deputy."""
    for duty in ORDER:
        for person in office.people.values():
            if duty == "supervisor":
                if person.key == office.supervisor:
                    yield duty, person
            elif duty in person.roles and not (duty == Role.DEPUTY and person.key == office.supervisor):
                yield duty, person


def _line(texts: Texts, office: Office, duty: str, person: Person) -> str:
    department = office.departments.get(person.department or "") if duty == Role.EXECUTOR else None
    duty_words, name = texts.plain(f"people_duties.{duty}"), as_post(person.name)
    where = department.name if department is not None else ""
    return str(texts.phrase("people_screen.duty", duty=duty_words, name=name, department=where))


def _day(person: Person) -> str:
    assert person.appointed is not None
    on = person.appointed.on
    return f"{on.day} {MONTHS[on.month - 1]} {on.year} года"
