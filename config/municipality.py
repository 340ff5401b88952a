"""A municipality's file: read, cross-checked, and made into the office that decisions use.

`load` reports all errors at once, in Russian, each with file and line: clerks edit this file. `config.regulations`
reads the regulation, `config.calendars` the working time. Telegram accounts are not here: invitations bind them, and
the database keeps them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from config import calendars, official_pages, ready, regions, regulations, reminding, yamlfile
from config.complain import Complain
from config.crosschecks import OwnTopics, check_circle, check_people, check_topics, read_hours, read_moment, read_zone
from config.keeping import NoticeEntry, RetentionEntry
from config.municipality_file import DepartmentEntry, MunicipalityFile, NetworksEntry, PersonEntry
from config.russian.topics import TopicList, load_topics
from config.russian.words import genitive
from config.watching import DetectionEntry
from config.yamlfile import BrokenConfiguration, Lines, Problem
from workflow.office import Absence, Appointment, Department, Office, Person, Role, Topic
from workflow.official.page import OfficialPage
from workflow.ready_answer import ReadyAnswer
from workflow.regulation import ClockKind, Policy, Regulation
from workflow.terms.worktime import CalendarTime, WorkingTime

FILE = "municipality.yaml"
KEY = re.compile(r"[a-z][a-z0-9_-]{0,63}")
"""Allowed names of a municipality's folder; the name is stored in every row of the database."""

TERMS = frozenset({"name", "timezone", "regulation", "cases", "region", "work_hours", "days"})
"""The keys of the file that are needed to compute deadlines."""

T = TypeVar("T")


# --- the municipality ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Municipality:
    """A municipality's file without errors. `warnings` are likely omissions.

    `topics` are all topics to choose from, including the municipality's own; `quiet_hours` are minutes from local
    midnight, `group` is the working group's chat if the file names it, `text` is the text of the file. `regulation`
    governs the cases. Where the file names a separate regulation for `cases`, the rules for official pages still come
    from the municipality's own one, in `pages_path` (PA-2.5).
    """

    key: str
    path: Path
    folders: tuple[Path, ...]
    name: str
    zone: ZoneInfo
    regulation: Regulation
    regulation_path: Path
    working_time: WorkingTime
    departments: Mapping[str, Department]
    people: Mapping[str, Person]
    topics: Mapping[str, Topic]
    absences: tuple[Absence, ...] = ()
    group: int | None = None
    duty_always: bool = False
    quiet_hours: tuple[int, int] = (22 * 60, 7 * 60)
    triage_auto: bool = False
    reminders: bool = True
    policy: Policy | None = None
    approval_delay: timedelta = timedelta(seconds=30)
    networks: NetworksEntry = field(default_factory=NetworksEntry)
    detection: DetectionEntry = field(default_factory=DetectionEntry)
    supervisor: str | None = None
    places: tuple[str, ...] = ()
    danger: tuple[str, ...] = ()
    governor_channels: tuple[str, ...] = ()
    formal_appeals: str = ""
    afterwards: tuple[timedelta, ...] = ()
    ask_if_helped: bool = True
    monthly_report: bool = True
    pinned_list: bool = True
    pages: tuple[OfficialPage, ...] = ()
    pages_path: Path | None = None
    ready: tuple[ReadyAnswer, ...] = ()
    retention: RetentionEntry = field(default_factory=RetentionEntry)
    notice: NoticeEntry = field(default_factory=NoticeEntry)
    region: regions.Region | None = None
    warnings: tuple[Problem, ...] = ()
    name_of: str = ""
    text: str = field(default="", repr=False)

    @property
    def folder(self) -> Path:
        return self.path.parent


def configurations(folder: Path) -> list[Path]:
    """The municipality files of a configuration folder: `DIR/municipality.yaml`, or every
    `DIR/<key>/municipality.yaml`. BrokenConfiguration if there is none.
    """
    own = folder / FILE
    found = [own] if own.is_file() else sorted(folder.glob(f"*/{FILE}"))
    if not found:
        words = f"здесь нет {FILE}; его создаёт команда init {folder} --regulation NAME"
        raise BrokenConfiguration([Problem(str(folder), None, words)])
    return found


def load_all(folder: Path) -> list[Municipality]:
    """Load every municipality of a configuration folder. BrokenConfiguration holds the errors of all of them."""
    found: list[Municipality] = []
    problems: list[Problem] = []
    for path in configurations(folder):
        try:
            found.append(load(path, (path.parent, folder)))
        except BrokenConfiguration as broken:
            problems += broken.problems
    if problems:
        raise BrokenConfiguration(problems)
    return found


def key_of(path: Path) -> str:
    """The municipality's key: the name of the file's folder, or of the file if it is not called `municipality.yaml`."""
    return path.resolve().parent.name if path.name == FILE else path.stem


def load(path: Path, folders: Sequence[Path] = (), *, terms_only: bool = False) -> Municipality:
    """Load the municipality from its file. BrokenConfiguration holds every error.

    A regulation, list of topics, calendar or region in `folders` overrides the packaged one, an earlier folder a later
    one. `terms_only`: read only what deadlines need; departments and people may be missing or incomplete.
    """
    return parse(yamlfile.read(path), path, folders, terms_only=terms_only)


def parse(text: str, path: Path, folders: Sequence[Path] = (), *, terms_only: bool = False) -> Municipality:
    """Like `load`, from the file's text; `path` gives the key and the name in error messages."""
    shown = f"{path.parent.name}/{path.name}" if path.name == FILE and path.parent.name else path.name
    data, lines = yamlfile.loads(text, shown)
    return replace(of_data(data, lines, shown, path, folders, terms_only=terms_only), text=text)


def of_data(
    data: object, lines: Lines, shown: str, path: Path, folders: Sequence[Path] = (), *, terms_only: bool = False
) -> Municipality:
    """Build the municipality from the parsed data of its file; its `text` is that data as JSON. `lines`: where each
    value stands; `shown`: the file's name in error messages; `path` gives the key; `folders` and `terms_only`: as in
    `load`. Raises BrokenConfiguration with the errors found."""
    if terms_only and isinstance(data, dict):
        data = {**{key: value for key, value in data.items() if key in TERMS}, "departments": {}, "people": {}}
    try:
        file = MunicipalityFile.model_validate(data)
    except ValidationError as error:
        raise BrokenConfiguration(yamlfile.problems_of(error, MunicipalityFile, lines, shown)) from None
    return replace(_Reader(file, lines, shown, path, tuple(folders), terms_only).municipality(), text=_text(data))


def _text(data: object) -> str:
    """The data as text that can be parsed again: JSON, which is YAML too."""
    return json.dumps(_with_words_for_keys(data), ensure_ascii=False, default=str)


def _with_words_for_keys(data: object) -> object:
    if isinstance(data, dict):
        return {str(key): _with_words_for_keys(value) for key, value in data.items()}
    return [_with_words_for_keys(value) for value in data] if isinstance(data, list) else data


class _Reader:
    """Makes a parsed file into a Municipality and collects the errors."""

    def __init__(
        self,
        file: MunicipalityFile,
        lines: Lines,
        shown: str,
        path: Path,
        folders: tuple[Path, ...],
        terms_only: bool,
    ) -> None:
        self.file = file
        self.terms_only = terms_only
        self.path = path
        self.folders = folders
        self.complain = Complain(shown, lines)

    def _cross_check(self) -> None:
        """Check the parts of the file against each other and record the errors; with `terms_only`, people and pages are
        not checked."""
        file, complain = self.file, self.complain
        self._check_key()
        written, channel = file.networks.telegram, file.networks.max
        if written is not None and written.discussion is not None and written.discussion == file.groups.working:
            words = "группа обсуждения не может быть рабочей: там бот показывает карточки"
            complain.wrong(("networks", "telegram", "discussion"), words)
        if channel is not None and channel.channel is not None and channel.channel == file.groups.working:
            words = "канал не может быть рабочей группой: там пишет только администрация"
            complain.wrong(("networks", "max", "channel"), words)
        if not self.terms_only:
            check_people(file, complain)
            official_pages.check(file.pages, file.departments, file.people, complain)

    def municipality(self) -> Municipality:
        file, complain = self.file, self.complain
        zone, quiet = read_zone(file.timezone, complain), self._quiet()
        hours_fine = read_hours(file.work_hours, file.days, complain)
        found = own = self._regulation("regulation", file.regulation)
        found = self._cases(found[0], file.cases) if found is not None and file.cases is not None else found
        listed = self._guarded(lambda: load_topics(self.folders))
        region = self._region()
        calendar = self._guarded(lambda: _calendar(self.folders, region))
        self._cross_check()
        own_topics = self._topics(listed) if listed is not None else None
        absences = self._absences(zone) if zone is not None else ()
        policy = reminding.own(
            file.reminders, file.idle, file.shortcomings, found and found[0], regulations.parse_term, complain.wrong
        )
        if not (zone and hours_fine and quiet and found and calendar and own_topics and listed) or complain.problems:
            raise BrokenConfiguration(complain.sorted())
        regulation, regulation_path = found
        departments = {key: _department(key, entry, own_topics.of[key]) for key, entry in file.departments.items()}
        return Municipality(
            key=key_of(self.path),
            path=self.path,
            folders=self.folders,
            name=file.name,
            name_of=file.name_of or genitive(file.name) or file.name,
            zone=zone,
            regulation=regulation,
            regulation_path=regulation_path,
            working_time=calendars.build(zone, file.work_hours, file.days, calendar=calendar),
            departments=departments,
            people={key: self._person(key, entry) for key, entry in file.people.items()},
            topics=own_topics.known,
            absences=absences,
            group=file.groups.working,
            duty_always=file.duty == "always",
            quiet_hours=quiet,
            triage_auto=file.triage == "auto",
            reminders=file.reminders is None or file.reminders.remind,
            policy=policy,
            approval_delay=timedelta(seconds=file.approval_delay),
            networks=file.networks,
            detection=file.detection,
            supervisor=file.supervisor or _first_deputy(file),
            places=tuple(file.places),
            danger=listed.danger,
            governor_channels=official_pages.channels(file.governor_channels),
            formal_appeals=file.formal_appeals or "",
            afterwards=tuple(timedelta(hours=hours) for hours in sorted(set(file.afterwards))),
            monthly_report=file.monthly_report,
            ask_if_helped=file.ask_if_helped,
            pinned_list=file.pinned_list,
            pages=official_pages.listed(file.pages, key_of(self.path)),
            ready=ready.listed(file.ready_answers, key_of(self.path)),
            retention=file.retention,
            notice=file.notice,
            pages_path=own[1] if own is not None and file.cases is not None else None,
            region=region,
            warnings=tuple(complain.warnings),
        )

    def _topics(self, listed: TopicList) -> OwnTopics:
        """The topics of each department. Also checks that ready answers name only known topics and departments."""
        own = check_topics(self.file, listed, self.complain)
        if not self.terms_only:
            ready.check(self.file.ready_answers, self.file.departments, own.known, self.complain)
        return own

    def _check_key(self) -> None:
        key = key_of(self.path)
        if KEY.fullmatch(key) is None and not self.terms_only:
            self.complain.wrong((), f"ключ «{key}» (имя папки) должен быть из строчных латинских букв, цифр, _ и -")

    def _person(self, key: str, entry: PersonEntry) -> Person:
        written = entry.appointed
        appointed = Appointment(written.on, written.by or "") if written is not None else None
        return Person(key, entry.name, entry.roles, entry.department, entry.substitute, appointed)

    def _guarded(self, read: Callable[[], T]) -> T | None:
        """What `read` returns; None, with its errors recorded, if it raises BrokenConfiguration."""
        try:
            return read()
        except BrokenConfiguration as broken:
            self.complain.problems += broken.problems
            return None

    def _cases(self, own: Regulation, name: str) -> tuple[Regulation, Path] | None:
        """The regulation that the file names for its cases, with the rules for pages of the municipality's own one
        (PA-2.5); None with errors recorded if it cannot be read."""
        found = self._regulation("cases", name)
        if found is None:
            return None
        led = replace(
            found[0],
            publication_norms=own.publication_norms,
            moderation=own.moderation,
            style=own.style,
            pages=own.pages,
            registry_published=own.registry_published,
            of_pages=own,
        )
        return led, found[1]

    def _regulation(self, where: str, name: str) -> tuple[Regulation, Path] | None:
        try:
            path = regulations.find(name, *self.folders)
        except BrokenConfiguration as broken:
            self.complain.wrong((where,), broken.problems[0].words)
            return None
        found = self._guarded(partial(regulations.load, path))
        return (found, path) if found is not None else None

    def _region(self) -> regions.Region | None:
        if self.file.region is None:
            return None
        known = self._guarded(lambda: regions.table(self.folders))
        try:
            return regions.find(self.file.region, known) if known is not None else None
        except ValueError as error:
            self.complain.wrong(("region",), f"region: {error}")
            return None

    def _quiet(self) -> tuple[int, int] | None:
        match = re.fullmatch(r"(\d{1,2}):(\d\d)\s*[-–—]\s*(\d{1,2}):(\d\d)", self.file.quiet_hours.strip())
        if match is None or max(int(match[1]), int(match[3])) > 24 or max(int(match[2]), int(match[4])) > 59:
            words = f"quiet_hours: «{self.file.quiet_hours}» не читается; нужно, например, 22:00-07:00"
            self.complain.wrong(("quiet_hours",), words)
            return None
        return int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])

    def _absences(self, zone: ZoneInfo) -> tuple[Absence, ...]:
        found: list[Absence] = []
        for index, entry in enumerate(self.file.absent):
            since = read_moment(entry.since, zone, ("absent", index, "from"), self.complain)
            until = read_moment(entry.until, zone, ("absent", index, "to"), self.complain, end_of_day=True)
            if since is None or until is None:
                continue
            if until <= since:
                self.complain.wrong(("absent", index, "to"), f"отсутствие кончается ({entry.until}) раньше начала")
            person = self.file.people.get(entry.person)
            substitute = entry.substitute or (person.substitute if person is not None else None)
            found.append(Absence(entry.person, since, until, substitute))
            check_circle(found, index, self.complain)
        return tuple(found)


def _first_deputy(file: MunicipalityFile) -> str | None:
    return next((key for key, person in file.people.items() if Role.DEPUTY in person.roles), None)


def _calendar(folders: Sequence[Path], region: regions.Region | None) -> calendars.Production:
    name = calendars.PACKAGED.name
    own = next((folder / name for folder in folders if (folder / name).is_file()), None)
    federal = calendars.production(None if own is None else calendars.load_corrections(own))
    return federal if region is None else regions.with_region(federal, region)


def _department(key: str, entry: DepartmentEntry, topics: tuple[str, ...]) -> Department:
    return Department(key, entry.name, topics, entry.overseen_by, entry.name_of or "", entry.name_to or "")


def build_office(municipality: Municipality, regulation: Regulation | None = None) -> Office:
    """The office that decisions use, under the municipality's regulation or under another edition of it (DESIGN rule
    4)."""
    rules = regulation or municipality.regulation
    working = municipality.working_time
    return Office(
        key=municipality.key,
        name=municipality.name,
        name_of=municipality.name_of,
        zone=municipality.zone,
        regulation=rules,
        clock=CalendarTime(working) if rules.clock is ClockKind.CALENDAR else working,
        departments=municipality.departments,
        people=municipality.people,
        topics=municipality.topics,
        absences=municipality.absences,
        duty_always=municipality.duty_always,
        quiet_hours=municipality.quiet_hours,
        triage_auto=municipality.triage_auto,
        reminders=municipality.reminders,
        own_policy=municipality.policy,
        approval_delay=municipality.approval_delay,
        supervisor=municipality.supervisor,
        formal_appeals=municipality.formal_appeals,
        ready=municipality.ready,
    )
