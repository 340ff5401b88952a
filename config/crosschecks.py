"""Checks that the parts of a municipality's file agree: people, departments, substitutes, topics, hours, moments.

Each check records an error with its line and goes on, so that one reading shows everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from config import calendars
from config.complain import Complain
from config.municipality_file import MunicipalityFile
from config.russian import stamps
from config.russian.topics import LABEL, TopicList, plain
from config.yamlfile import Where, suggestion
from workflow.office import Absence, Role, Topic, circle_among

KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")
ZONES_OF_RUSSIA = (
    "Europe/Moscow", "Europe/Kaliningrad", "Europe/Samara", "Europe/Saratov", "Europe/Ulyanovsk",
    "Europe/Volgograd", "Europe/Astrakhan", "Europe/Kirov", "Europe/Simferopol", "Asia/Yekaterinburg",
    "Asia/Omsk", "Asia/Novosibirsk", "Asia/Barnaul", "Asia/Tomsk", "Asia/Novokuznetsk", "Asia/Krasnoyarsk",
    "Asia/Irkutsk", "Asia/Chita", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Sakhalin",
    "Asia/Kamchatka", "Asia/Anadyr", "Asia/Srednekolymsk",
)  # fmt: skip


# --- time ---------------------------------------------------------------------------------------------


def read_zone(name: str, complain: Complain) -> ZoneInfo | None:
    if name in _zones():
        return ZoneInfo(name)
    close = get_close_matches(name, ZONES_OF_RUSSIA, n=1, cutoff=0.8)
    example = f", возможно «{close[0]}»?" if close else ". Нужен, например, Europe/Moscow"
    complain.wrong(("timezone",), f"часовой пояс «{name}» не существует{example}")
    return None


@cache
def _zones() -> set[str]:
    """The names of all time zones, cached: listing their folder takes some twenty milliseconds."""
    return available_timezones()


def read_hours(hours: Mapping[str, object], days: Mapping[str, object], complain: Complain) -> bool:
    """Whether the working hours can be read; an error is recorded for every line that cannot."""
    before = len(complain.problems)
    for key, text in hours.items():
        _note(complain, ("work_hours", key), lambda key=key, text=text: _one_week_line(key, text))
    for key, text in days.items():
        _note(complain, ("days", key), lambda key=key, text=text: calendars.parse_days({key: text}))
    if len(complain.problems) == before:
        _note(complain, ("work_hours",), lambda: calendars.parse_week(hours))
    return len(complain.problems) == before


def _one_week_line(key: str, text: object) -> None:
    calendars.parse_week({key: "09:00-18:00"})
    try:
        calendars.parse_hours(text)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


def _note(complain: Complain, where: Where, read: object) -> None:
    assert callable(read)
    try:
        read()
    except ValueError as error:
        complain.wrong(where, str(error))


def read_moment(
    text: str, zone: ZoneInfo, where: Where, complain: Complain, *, end_of_day: bool = False
) -> datetime | None:
    """The moment of a date (its beginning, or with `end_of_day` its end) or of a date with a time, in the
    municipality's zone. None, with an error recorded, if the text is neither.
    """
    found = stamps.read(text)
    if found is None:
        complain.wrong(where, f"дата «{text}» не читается; нужна вида 2026-07-08 или 2026-07-08T09:00")
        return None
    if found.at is None:
        found = replace(found, on=found.on + timedelta(days=end_of_day))
    return found.moment(zone)


# --- people and departments ---------------------------------------------------------------------------


def check_people(file: MunicipalityFile, complain: Complain) -> None:
    """Check that keys, roles, departments, substitutes, overseers, absences and the working group agree; record each
    error."""
    for kind, keys in (("departments", file.departments), ("people", file.people)):
        for key in keys:
            if KEY.fullmatch(key) is None:
                words = f"ключ «{key}»: нужны строчные латинские буквы, цифры и _, до 32 знаков"
                complain.wrong((kind, key), words)
    if not any(Role.CURATOR in person.roles for person in file.people.values()):
        complain.wrong(("people",), "нет куратора; кому-то нужно role: curator")
    _check_each_person(file, complain)
    _check_each_department(file, complain)
    _check_substitutes(file, complain)
    for index, absence in enumerate(file.absent):
        _is_person(absence.person, file, ("absent", index, "person"), complain)
        _is_person(absence.substitute, file, ("absent", index, "substitute"), complain)
        if absence.substitute == absence.person:
            complain.wrong(("absent", index, "substitute"), f"«{absence.person}» замещает сам себя")
    _is_person(file.supervisor, file, ("supervisor",), complain)
    if file.groups.working is not None and file.groups.working >= 0:
        words = f"working: у группы отрицательный номер, например -1001234567890, стоит «{file.groups.working}»"
        complain.wrong(("groups", "working"), words)


def _check_each_person(file: MunicipalityFile, complain: Complain) -> None:
    for key, person in file.people.items():
        if not person.roles:
            complain.wrong(("people", key, "role"), f"{key}: роль не названа; можно: {', '.join(Role)}")
        if person.department is not None and person.department not in file.departments:
            words = f"{key}: отдела «{person.department}» нет в departments{suggestion(person.department, file.departments)}"
            complain.wrong(("people", key, "department"), words)
        if Role.EXECUTOR in person.roles and person.department is None:
            hint = f"; можно: {', '.join(file.departments)}" if file.departments else ""
            complain.wrong(("people", key), f"{key}: исполнителю нужен отдел (department){hint}")
        _is_person(person.substitute, file, ("people", key, "substitute"), complain)


def _check_each_department(file: MunicipalityFile, complain: Complain) -> None:
    if not file.departments:
        complain.wrong(("departments",), "нет ни одного отдела; направлять сообщения некому")
    for key, department in file.departments.items():
        _is_person(department.overseen_by, file, ("departments", key, "overseen_by"), complain)
        staff = (p for p in file.people.values() if Role.EXECUTOR in p.roles and p.department == key)
        if next(staff, None) is None:
            complain.warn(("departments", key), f"{key}: в отделе нет исполнителя; добавьте его в people")


def _is_person(key: str | None, file: MunicipalityFile, where: Where, complain: Complain) -> None:
    if key is not None and key not in file.people:
        complain.wrong(where, f"{where[-1]}: «{key}» нет в people{suggestion(key, file.people)}")


def _check_substitutes(file: MunicipalityFile, complain: Complain) -> None:
    """Check that no chain of substitutes leads back to its start; record each cycle once."""
    told: set[str] = set()
    for key in file.people:
        chain = [key]
        while (person := file.people.get(chain[-1])) is not None and person.substitute is not None:
            if person.substitute in chain:
                circle = chain[chain.index(person.substitute) :]
                if told.isdisjoint(circle):
                    shown = " → ".join([*circle, circle[0]])
                    complain.wrong(("people", circle[0], "substitute"), f"замещение идёт по кругу: {shown}")
                told.update(circle)
                break
            chain.append(person.substitute)


def check_circle(absences: list[Absence], index: int, complain: Complain) -> None:
    """Check that the last absence (number `index` in the file) does not close a cycle of substitutes. If it does,
    remove it from `absences` and record an error.
    """
    circle = circle_among(absences)
    if circle:
        last = absences.pop()
        if last.substitute != last.person:
            at = circle.index(last.person) if last.person in circle else 0
            shown = " → ".join([*circle[at:], *circle[: at + 1]])
            complain.wrong(("absent", index), f"в одни и те же дни замещение идёт по кругу: {shown}; назовите другого")


# --- topics -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnTopics:
    """The topics of the departments. `of`: topic codes of each department; `known`: every topic by code, including the
    municipality's own."""

    of: Mapping[str, tuple[str, ...]]
    known: Mapping[str, Topic] = field(default_factory=dict)


def check_topics(file: MunicipalityFile, listed: TopicList, complain: Complain) -> OwnTopics:
    """Assign topics to departments and return them. The word for a group of topics means all of them except those that
    another department names."""
    known = {code: item.topic for code, item in listed.topics.items()}
    named: dict[str, str] = {}
    of: dict[str, list[str]] = {key: [] for key in file.departments}
    for key, department in file.departments.items():
        for index, word in enumerate(department.topics):
            where: Where = ("departments", key, "topics", index)
            code = listed.means(word)
            if code is None and plain(word) not in listed.groups:
                code = _own_topic(word, known, where, complain)
            if code is None:
                continue
            if named.setdefault(code, key) != key:
                words = f"{key}: тема «{word}» уже у отдела {named[code]}, там и останется"
                complain.warn(where, words)
            else:
                of[key].append(code)
    for key, department in file.departments.items():
        for word in department.topics:
            for code in listed.of_group(plain(word)):
                if named.setdefault(code, key) == key:
                    of[key].append(code)
    return OwnTopics({key: _distinct(codes) for key, codes in of.items()}, known)


def _own_topic(word: str, known: dict[str, Topic], where: Where, complain: Complain) -> str | None:
    """Register a topic of the municipality's own, recognised by its word alone, and return its code; None, with an
    error recorded, if the word is unfit.
    """
    code = plain(word).replace(" ", "-")
    if len(code) > LABEL or ":" in code:
        complain.wrong(where, f"тема «{word}» не подходит: до {LABEL} знаков и без двоеточия")
        return None
    known.setdefault(code, Topic(code, plain(word), (plain(word),)))
    return code


def _distinct(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
