"""A scenario's file as values, in order of time, or one line that says where it cannot be understood and what was
expected.

Whether an event is allowed is not checked here but by the desk; a refusal is an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.simulation import orders
from bot.simulation.cast import Cast, cast_of, municipality_of
from bot.simulation.official import orders as official_orders
from bot.simulation.official.orders import CASE, COMMENT, OFFICIAL, PAGE, PLAN, OfficialOrder
from bot.simulation.orders import ABSENT, DETECT, ORDERS, Unfit, World
from bot.simulation.reading import EVENTS, loads
from config import yamlfile
from config.municipality import Municipality
from config.yamlfile import BrokenConfiguration, Lines, Problem, Where, suggestion
from workflow.office import Role
from workflow.official.moderation import ModerationAction
from workflow.official.page_addresses import network_of
from workflow.official.page_items import PageNetwork
from workflow.regulation import Source

IN_NETWORKS = (Source.VK, Source.OK, Source.TELEGRAM)
"""Sources the program could post an answer to by itself."""
TOP = ("municipality", EVENTS, "until")
COMMON = ("at", "do", "case", "by")


@dataclass(frozen=True, slots=True)
class Event:
    """Something done at a moment (UTC). `by`: a name of the vocabulary, None if the program itself does it. `about`:
    what `name` names if it is not a case; `case` is then "" or the name of the case that results."""

    at: datetime
    do: str
    case: str
    by: str | None
    fields: Mapping[str, Any]
    about: str = CASE
    name: str = ""


@dataclass(frozen=True)
class Scenario:
    """`by_hand`: cases whose every answer is posted by people, according to the scenario; `whole`: cases depend on each
    other; `official`: pages, materials or comments take part; `networks`: of the pages, by name."""

    municipality: Municipality
    cast: Cast
    events: tuple[Event, ...]
    until: datetime
    by_hand: frozenset[str]
    whole: bool
    official: bool = False
    networks: Mapping[str, PageNetwork] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The cases' names in order of appearance."""
        return tuple(event.case for event in self.events if event.do == DETECT and event.about == CASE)


def read(path: Path) -> Scenario:
    """Read the scenario from the file. Raises BrokenConfiguration."""
    data, lines = loads(yamlfile.read(path), path.name)
    for key in data:
        if key not in TOP:
            raise _broken(path, lines, (key,), f"неизвестный ключ «{key}»{suggestion(str(key), TOP)}")
    for key in TOP[:2]:
        if key not in data:
            raise _broken(path, lines, (), f"не хватает ключа «{key}»")
    municipality = _municipality(data["municipality"], lines, path)
    cast = cast_of(municipality)
    reading = _Reading(path, lines, municipality, cast)
    events = reading.events(data[EVENTS])
    until = reading.until(data.get("until"), events)
    by_hand = frozenset(event.case for event in events if event.do == "posted" and event.by is not None)
    by_hand -= {event.case for event in events if event.do in orders.FROM_NETWORKS and event.by is None}
    official = any(event.about != CASE for event in events)
    tied = any(event.do in orders.TYING or event.do == ABSENT for event in events)
    whole = tied or official or bool(municipality.absences)
    return Scenario(municipality, cast, events, until, by_hand, whole, official, reading.pages)


def _broken(path: Path, lines: Lines, where: Where, words: str) -> BrokenConfiguration:
    return BrokenConfiguration([Problem(path.name, lines.of(where), words)])


def _municipality(written: Any, lines: Lines, path: Path) -> Municipality:
    """The municipality given as a mapping, or in the file that is named."""
    if isinstance(written, dict):
        own = Lines({place[1:]: line for place, line in lines.at.items() if place[0:1] == ("municipality",)})
        return municipality_of(written, own, path.name, path)
    if not isinstance(written, str):
        raise _broken(path, lines, ("municipality",), "municipality: нужен путь к файлу или сам муниципалитет")
    file = path.parent / written
    if not file.is_file():
        raise _broken(path, lines, ("municipality",), f"municipality: нет файла {written}")
    data, lines_of_file = yamlfile.load(file)
    return municipality_of(data, lines_of_file, file.name, file)


class _Reading:
    """Turns the written entries into events and stops at the first mistake."""

    def __init__(self, path: Path, lines: Lines, municipality: Municipality, cast: Cast) -> None:
        self.path = path
        self.lines = lines
        self.cases: dict[str, int] = {}
        self.pages: dict[str, PageNetwork] = {one.address: one.network for one in municipality.pages}
        self.named: dict[str, set[str]] = {kind: set() for kind in OFFICIAL}
        self.world = World(municipality, self.cases, self.pages)
        self.cast = cast
        self.known = {do: orders.readers_of(do) for do in orders.known()}

    def events(self, written: Any) -> tuple[Event, ...]:
        if not isinstance(written, list) or not written:
            raise _broken(self.path, self.lines, (EVENTS,), "events: нужен список событий")
        found: list[Event] = []
        for index, entry in enumerate(written):
            where: Where = (EVENTS, index)
            if not isinstance(entry, dict):
                raise _broken(self.path, self.lines, where, "событие: нужны ключи at, do, case")
            event = self._event(entry, where)
            if found and event.at < found[-1].at:
                words = f"события не по порядку: {event.do} {entry['at']} раньше предыдущего"
                raise _broken(self.path, self.lines, where, words)
            found.append(event)
        return tuple(found)

    def until(self, written: Any, events: tuple[Event, ...]) -> datetime:
        """The scenario's end; the moment of its last event if none is given."""
        if written is None:
            return events[-1].at
        until: datetime = self._read("until", orders.moment, written, ("until",))
        if until < events[-1].at:
            raise _broken(self.path, self.lines, ("until",), "until раньше последнего события")
        return until

    def _event(self, entry: Mapping[str, Any], where: Where) -> Event:
        for key in COMMON[:2]:
            if entry.get(key) is None:
                raise _broken(self.path, self.lines, where, f"не хватает ключа «{key}»")
        at: datetime = self._read("at", orders.moment, entry["at"], (*where, "at"))
        do = str(entry["do"])
        about = official_orders.about(do, entry)
        if about != CASE:
            return self._official(at, do, about, entry, where)
        if do not in self.known:
            raise self._unknown(do, where)
        name = self._case(entry, do, where)
        by = self._by(entry, do, where)
        return Event(at, do, name, by, self._fields(entry, do, where))

    def _unknown(self, do: str, where: Where) -> BrokenConfiguration:
        if keys := official_orders.keys_for(do):
            words = " или ".join(f"«{key}»" for key in keys)
            return _broken(self.path, self.lines, where, f"{do}: не хватает ключа {words}")
        known = list(dict.fromkeys([*orders.known(), *official_orders.known()]))
        words = f"do: неизвестное слово «{do}»{suggestion(do, known)}"
        return _broken(self.path, self.lines, (*where, "do"), words)

    def _case(self, entry: Mapping[str, Any], do: str, where: Where) -> str:
        if do == ABSENT:
            return ""
        if entry.get("case") is None:
            raise _broken(self.path, self.lines, where, "не хватает ключа «case»")
        if do != DETECT:
            return str(self._read("case", orders.case, entry["case"], (*where, "case")))
        return self._new_case(entry, where)

    def _new_case(self, entry: Mapping[str, Any], where: Where) -> str:
        name = str(entry["case"])
        if name in self.cases:
            raise _broken(self.path, self.lines, (*where, "case"), f"сообщение «{name}» уже есть, назовите иначе")
        self.cases[name] = len(self.cases)
        return name

    def _by(self, entry: Mapping[str, Any], do: str, where: Where) -> str | None:
        by = entry.get("by")
        if do == ABSENT and by is None:
            by = entry.get("who")
        if by is None:
            if do == DETECT or (do in ORDERS and ORDERS[do].by is not None):
                return None
            raise _broken(self.path, self.lines, where, "не хватает ключа «by»")
        if not self.cast.knows(str(by)):
            words = f"by: «{by}» никого не обозначает{suggestion(str(by), self.cast.words())}"
            raise _broken(self.path, self.lines, (*where, "by"), words)
        return str(by)

    def _fields(self, entry: Mapping[str, Any], do: str, where: Where) -> dict[str, Any]:
        readers = self.known[do]
        found: dict[str, Any] = {}
        for key, value in entry.items():
            if key in COMMON:
                continue
            if key not in readers:
                words = f"{do}: неизвестный ключ «{key}»{suggestion(str(key), [*COMMON, *readers])}"
                raise _broken(self.path, self.lines, (*where, key), words)
            found[key] = self._read(key, readers[key], value, (*where, key))
        for key in orders.needed_by(do):
            if key not in found:
                raise _broken(self.path, self.lines, where, f"{do}: не хватает ключа «{key}»")
        for key in ("who", "substitute"):
            if do == ABSENT and key in found and not self.cast.knows(found[key]):
                words = f"{key}: «{found[key]}» никого не обозначает{suggestion(found[key], self.cast.words())}"
                raise _broken(self.path, self.lines, (*where, key), words)
        return found

    # --- pages, materials, comments ------------------------------------------------------------------------------

    def _official(self, at: datetime, do: str, about: str, entry: Mapping[str, Any], where: Where) -> Event:
        """An event about something other than a case."""
        order = OFFICIAL[about][do]
        name = self._name(entry, about, order.new, where) if about != PLAN else ""
        by = self._by_whom(entry, do, order, where)
        fields: dict[str, Any] = {}
        for key, value in entry.items():
            if key in ("at", "do", "by", about) or (key == CASE and do == ModerationAction.TO_CASE):
                continue
            if key not in order.readers:
                words = (
                    f"{do}: неизвестный ключ «{key}»{suggestion(str(key), ['at', 'do', 'by', about, *order.readers])}"
                )
                raise _broken(self.path, self.lines, (*where, key), words)
            fields[key] = self._read(key, order.readers[key], value, (*where, key))
        for key in (*order.needs, *([CASE] if do == ModerationAction.TO_CASE else [])):
            if entry.get(key) is None:
                raise _broken(self.path, self.lines, where, f"{do}: не хватает ключа «{key}»")
        if wrong := order.wrong(fields):
            raise _broken(self.path, self.lines, where, f"{do}: {wrong}")
        if about == PAGE and order.new and (network := official_orders.network_said(fields)) is not None:
            self.pages[name] = network
        if "link" in fields and (about == PAGE or by is None):
            self._leads_there(fields["link"], name if about == PAGE else fields[PAGE], where)
        case = self._new_case(entry, where) if do == ModerationAction.TO_CASE else ""
        return Event(at, do, case, by, fields, about, name)

    def _leads_there(self, link: str, page: str, where: Where) -> None:
        """A publication must be in its page's network. (The rules check the link a person gives for a material.)"""
        if network_of(link) is not self.pages[page]:
            words = f"link: «{link}» не ссылка на публикацию в сети {self.pages[page]}"
            raise _broken(self.path, self.lines, (*where, "link"), words)

    def _name(self, entry: Mapping[str, Any], about: str, new: bool, where: Where) -> str:
        """The name of the event's subject: a new one, or one named before."""
        place = (*where, about)
        if entry[about] is None or isinstance(entry[about], list | dict):
            raise _broken(self.path, self.lines, place, f"{about}: нужно имя")
        if about == PAGE and not new:
            return str(self._read(PAGE, official_orders.page, entry[PAGE], place))
        name, named = str(entry[about]), self.named[about]
        if new and (name in named or (about == PAGE and name in self.pages)):
            raise _broken(self.path, self.lines, place, f"{about}: «{name}» уже есть, назовите иначе")
        if not new and name not in named:
            first = "detect" if about == COMMENT else "send"
            words = f"{about}: «{name}» ещё нет: сначала {first}{suggestion(name, sorted(named))}"
            raise _broken(self.path, self.lines, place, words)
        named.add(name)
        return name

    def _by_whom(self, entry: Mapping[str, Any], do: str, order: OfficialOrder, where: Where) -> str | None:
        by = entry.get("by")
        if by is None and not order.machine:
            raise _broken(self.path, self.lines, where, "не хватает ключа «by»")
        if by is not None and not order.person:
            raise _broken(self.path, self.lines, (*where, "by"), f"{do}: это делает не сотрудник, уберите by")
        if by is not None and not self.cast.knows(str(by)) and str(by) != Role.EDITOR:
            words = f"by: «{by}» никого не обозначает{suggestion(str(by), [*self.cast.words(), Role.EDITOR])}"
            raise _broken(self.path, self.lines, (*where, "by"), words)
        return str(by) if by is not None else None

    def _read(self, key: str, reader: orders.Reader, value: Any, where: Where) -> Any:
        try:
            return reader(value, self.world)
        except Unfit as unfit:
            raise _broken(self.path, self.lines, where, f"{key}: {unfit}") from None
