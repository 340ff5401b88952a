"""Reads a scenario's file into values, in order of time; an error names the line and says what was expected.

Whether an event is allowed is not checked here but by the rules when it is played; a refusal is part of the result.
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
from bot.simulation.official.orders import CASE, COMMENT, PAGE, PLAN, VOCABULARY
from bot.simulation.orders import ABSENT, DETECT, SHORTCOMING, Order, Unfit, World
from config import yamlfile
from config.municipality import Municipality
from config.yamlfile import BrokenConfiguration, Lines, Problem, Where, suggestion
from workflow.office import Role
from workflow.official.moderation import ModerationAction
from workflow.official.page_addresses import network_of
from workflow.official.page_items import PageNetwork
from workflow.regulation import Source

IN_NETWORKS = (Source.VK, Source.OK, Source.TELEGRAM, Source.MAX)
"""The sources to whose networks the program itself could post an answer."""
EVENTS = "events"
TOP = ("municipality", EVENTS, "until")
COMMON = ("at", "do", "by")


@dataclass(frozen=True, slots=True)
class Event:
    """Something done at a moment (UTC). `by`: a name of the vocabulary, None if the program itself does it. `about`:
    the kind of its subject; for a case `case` is its name, for another kind `name` is its name, and `case` is "" or
    the name of the case that results."""

    at: datetime
    do: str
    case: str
    by: str | None
    fields: Mapping[str, Any]
    about: str = CASE
    name: str = ""


@dataclass(frozen=True)
class Scenario:
    """A scenario as read. `by_hand`: cases whose every answer is posted by people, according to the scenario; `whole`:
    the cases depend on each other and cannot be played apart; `official`: pages, materials or comments take part;
    `networks`: the network of each page, by its name."""

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
        """The names of the cases that are detected, in order of appearance."""
        return tuple(event.case for event in self.events if event.do == DETECT and event.about == CASE)


def read(path: Path) -> Scenario:
    """Read the scenario from the file. BrokenConfiguration with the line of the first error."""
    data, lines = yamlfile.loads(yamlfile.read(path), path.name, words_in=EVENTS)
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
    tied = any(event.do in orders.TYING or event.do in (ABSENT, SHORTCOMING) for event in events)
    whole = tied or official or bool(municipality.absences)
    return Scenario(municipality, cast, events, until, by_hand, whole, official, reading.pages)


def _broken(path: Path, lines: Lines, where: Where, words: str) -> BrokenConfiguration:
    return BrokenConfiguration([Problem(path.name, lines.of(where), words)])


def _municipality(written: Any, lines: Lines, path: Path) -> Municipality:
    """The municipality, written in the scenario itself or in the file that the scenario names."""
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
    """Turns the entries of the file into events and stops at the first error. BrokenConfiguration."""

    def __init__(self, path: Path, lines: Lines, municipality: Municipality, cast: Cast) -> None:
        self.path = path
        self.lines = lines
        self.cases: dict[str, int] = {}
        self.pages: dict[str, PageNetwork] = {one.address: one.network for one in municipality.pages}
        self.named: dict[str, set[str]] = {kind: set() for kind in VOCABULARY}
        self.world = World(municipality, self.cases, self.pages)
        self.cast = cast

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
        """The scenario's end: the moment given, or that of its last event."""
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
        order = VOCABULARY[about].get(do)
        if order is None:
            raise self._unknown(do, where)
        name = self._name(entry, do, about, order, where)
        by = self._by(entry, do, about, order, where)
        fields = self._fields(entry, do, about, order, where)
        if about == CASE:
            return Event(at, do, name, by, fields)
        if about == PAGE and order.new and (network := official_orders.network_said(fields)) is not None:
            self.pages[name] = network
        if "link" in fields and (about == PAGE or by is None):
            self._leads_there(fields["link"], name if about == PAGE else fields[PAGE], where)
        case = self._new_case(entry, where) if do == ModerationAction.TO_CASE else ""
        return Event(at, do, case, by, fields, about, name)

    def _unknown(self, do: str, where: Where) -> BrokenConfiguration:
        if keys := official_orders.keys_for(do):
            words = " или ".join(f"«{key}»" for key in keys)
            return _broken(self.path, self.lines, where, f"{do}: не хватает ключа {words}")
        words = f"do: неизвестное слово «{do}»{suggestion(do, official_orders.words())}"
        return _broken(self.path, self.lines, (*where, "do"), words)

    def _new_case(self, entry: Mapping[str, Any], where: Where) -> str:
        name = str(entry["case"])
        if name in self.cases:
            raise _broken(self.path, self.lines, (*where, "case"), f"сообщение «{name}» уже есть, назовите иначе")
        self.cases[name] = len(self.cases)
        return name

    def _by(self, entry: Mapping[str, Any], do: str, about: str, order: Order, where: Where) -> str | None:
        by = entry.get("by")
        if do == ABSENT and by is None:
            by = entry.get("who")
        if by is None and order.by is None:
            raise _broken(self.path, self.lines, where, "не хватает ключа «by»")
        if by is not None and not order.person:
            raise _broken(self.path, self.lines, (*where, "by"), f"{do}: это делает не сотрудник, уберите by")
        known = [*self.cast.words(), *([Role.EDITOR] if about != CASE else [])]
        if by is not None and not self.cast.knows(str(by)) and str(by) not in known:
            words = f"by: «{by}» никого не обозначает{suggestion(str(by), known)}"
            raise _broken(self.path, self.lines, (*where, "by"), words)
        return str(by) if by is not None else None

    def _fields(self, entry: Mapping[str, Any], do: str, about: str, order: Order, where: Where) -> dict[str, Any]:
        readers, needs = order.readers, list(order.needs)
        common = [*COMMON[:2], about, COMMON[2]]
        if do == ModerationAction.TO_CASE:
            needs.append(CASE)
        found: dict[str, Any] = {}
        for key, value in entry.items():
            if key in common or (key == CASE and CASE in needs):
                continue
            if key not in readers:
                words = f"{do}: неизвестный ключ «{key}»{suggestion(str(key), [*common, *readers])}"
                raise _broken(self.path, self.lines, (*where, key), words)
            found[key] = self._read(key, readers[key], value, (*where, key))
        for key in needs:
            if key not in entry or (about != CASE and entry[key] is None):
                raise _broken(self.path, self.lines, where, f"{do}: не хватает ключа «{key}»")
        for key in ("who", "substitute"):
            if do == ABSENT and key in found and not self.cast.knows(found[key]):
                words = f"{key}: «{found[key]}» никого не обозначает{suggestion(found[key], self.cast.words())}"
                raise _broken(self.path, self.lines, (*where, key), words)
        if wrong := order.wrong(found):
            raise _broken(self.path, self.lines, where, f"{do}: {wrong}")
        return found

    def _leads_there(self, link: str, page: str, where: Where) -> None:
        """Raise BrokenConfiguration if the link is not in the network of its page. (The rules check the link that a
        person gives for a material.)"""
        if network_of(link) is not self.pages[page]:
            words = f"link: «{link}» не ссылка на публикацию в сети {self.pages[page]}"
            raise _broken(self.path, self.lines, (*where, "link"), words)

    def _name(self, entry: Mapping[str, Any], do: str, about: str, order: Order, where: Where) -> str:
        """The name of the event's subject: a new one, or one introduced before; "" if it has none."""
        if do == ABSENT or about == PLAN or (do == SHORTCOMING and entry.get(CASE) is None):
            return ""
        place = (*where, about)
        if about == CASE:
            if entry.get(CASE) is None:
                raise _broken(self.path, self.lines, where, "не хватает ключа «case»")
            return self._new_case(entry, where) if order.new else str(self._read(CASE, orders.case, entry[CASE], place))
        if entry[about] is None or isinstance(entry[about], list | dict):
            raise _broken(self.path, self.lines, place, f"{about}: нужно имя")
        if about == PAGE and not order.new:
            return str(self._read(PAGE, official_orders.page, entry[PAGE], place))
        name, named = str(entry[about]), self.named[about]
        if order.new and (name in named or (about == PAGE and name in self.pages)):
            raise _broken(self.path, self.lines, place, f"{about}: «{name}» уже есть, назовите иначе")
        if not order.new and name not in named:
            first = DETECT if about == COMMENT else "send"
            words = f"{about}: «{name}» ещё нет: сначала {first}{suggestion(name, sorted(named))}"
            raise _broken(self.path, self.lines, place, words)
        named.add(name)
        return name

    def _read(self, key: str, reader: orders.Reader, value: Any, where: Where) -> Any:
        try:
            return reader(value, self.world)
        except Unfit as unfit:
            raise _broken(self.path, self.lines, where, f"{key}: {unfit}") from None
