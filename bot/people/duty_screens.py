"""Word the answer to /people: who holds which duty, since when and by which document (KU-7). Pure; everybody in the
office may read it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.messenger import Screen
from config.russian.words import MONTHS, as_post, one_line
from config.texts import Texts
from workflow.office import Office, Person, Role

APPOINTED = ("supervisor", Role.CURATOR, Role.EXECUTOR)
"""The duties to which the head appoints people: supervising this work, and preparing and posting the answers."""
ORDER = ("supervisor", Role.CURATOR, Role.EXECUTOR, Role.EDITOR, Role.DEPUTY, Role.HEAD)
SHOWN = 200


def people_screen(texts: Texts, office: Office) -> Screen:
    """Return who holds each duty, one line for each person. If the regulation has the head appoint them, a missing date
    of appointment is pointed out."""
    clause = office.regulation.appoints
    lines = [f"<b>{texts.phrase('people_screen.heading', office=office.name)}</b>"]
    if clause:
        lines.append(str(texts.phrase("people_screen.appoints", clause=clause)))
    undated = False
    for duty in ORDER:
        people = list(_having(duty, office))
        if people:
            lines += ["", f"<b>{texts.plain(f'people_duties.{duty}')}</b>"]
        for person in people:
            since = _since(texts, person)
            if not since and clause and duty in APPOINTED:
                undated, since = True, str(texts.phrase("people_screen.unknown"))
            lines.append(" — ".join(part for part in (_line(texts, office, duty, person), since) if part))
    if undated:
        lines += ["", str(texts.phrase("people_screen.how"))]
    return Screen("\n".join(lines))


def _having(duty: str, office: Office) -> Iterator[Person]:
    """Yield the people who hold the duty. A deputy who supervises is listed as the supervisor, not again as a deputy."""
    for person in office.people.values():
        supervises = person.key == office.supervisor
        if (duty == "supervisor" and supervises) or (duty in person.roles and not (duty == Role.DEPUTY and supervises)):
            yield person


def _line(texts: Texts, office: Office, duty: str, person: Person) -> str:
    department = office.departments.get(person.department or "") if duty == Role.EXECUTOR else None
    where = department.name if department is not None else ""
    name = as_post(person.name) if where else person.name
    return str(texts.phrase("people_screen.person", name=name, department=where))


def _since(texts: Texts, person: Person) -> str:
    if person.appointed is None:
        return ""
    on = person.appointed.on
    day = f"{on.day} {MONTHS[on.month - 1]} {on.year} года"
    return str(texts.phrase("people_screen.since", day=day, by=one_line(person.appointed.by, SHOWN)))
