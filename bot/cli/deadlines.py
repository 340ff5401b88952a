"""`deadlines`: says which step is due when, for lines of JSON or for one case typed by hand. Reads files only; no
database, no messenger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.cli import lines
from bot.cli.lines import LineMistake, answered
from bot.cli.mistake import Mistake
from config import regulations
from config.municipality import Municipality, build_office, load
from config.yamlfile import BrokenConfiguration
from workflow.office import Office
from workflow.regulation import ClockKind, Event, Importance, Regulation, Source, Term, Unit
from workflow.terms.deadlines import Facts, Happening, contract_due, deadlines

EVENTS = {
    name: Event(name)
    for name in ("detected", "forwarded", "contributed", "drafted", "sent_back", "approved", "interim_posted")
}
"""The events that an input line may name, in the order in which they can first happen."""

IMPORTANCES = {one.value: one for one in Importance}
SOURCES = {one.value: one for one in Source}
T = TypeVar("T")


@dataclass
class Reckoner:
    """Calculates terms by one municipality's calendar and regulation; a line of the input may name another regulation."""

    municipality: Municipality
    _offices: dict[str, Office | str] = field(default_factory=dict)
    _counted: dict[tuple[str, Importance, Source], frozenset[Event]] = field(default_factory=dict)

    def office(self, regulation: str | None) -> Office:
        name = regulation or self.municipality.regulation.key
        if name not in self._offices:
            self._offices[name] = self._built(name)
        found = self._offices[name]
        if isinstance(found, str):
            raise LineMistake(found)
        return found

    def _built(self, name: str) -> Office | str:
        """Build the office under the regulation of this name; or return the Russian reason why that is impossible."""
        if name == self.municipality.regulation.key:
            return build_office(self.municipality)
        try:
            return build_office(self.municipality, regulations.load(regulations.find(name, self.municipality.folder)))
        except BrokenConfiguration as broken:
            return str(broken.problems[0])

    def due(self, line: Mapping[str, Any]) -> dict[str, str]:
        """The terms for one line of the input: step → due moment as ISO text with the municipality's offset. Raises
        LineMistake if the line is invalid."""
        office = self.office(_word(line, "regulation", None))
        several = line.get("several", False)
        if not isinstance(several, bool):
            raise LineMistake("several: нужно true или false")
        facts = Facts(
            importance=_one_of(line, "importance", "normal", IMPORTANCES),
            source=_one_of(line, "source", "vk", SOURCES),
            several=several,
        )
        pairs = tuple(self._pairs(line.get("events"), office, self._in_working_time(office.regulation, facts)))
        history = tuple(Happening(event, at.astimezone(UTC)) for event, at in pairs)
        return contract_due(deadlines(history, facts, office.regulation, office.clock), office.clock)

    def _in_working_time(self, regulation: Regulation, facts: Facts) -> frozenset[Event]:
        """The events from which a term in working time runs, for these facts: only their moments need the production
        calendar."""
        key = regulation.text_hash, facts.importance, facts.source
        if key not in self._counted:
            running = [rule for rule in regulation.steps if rule.runs_from is not None]
            terms = [(rule.runs_from, rule.within_for(facts.importance, facts.source).term) for rule in running]
            self._counted[key] = frozenset(e for e, term in terms if e is not None and _needs_calendar(term))
        return self._counted[key]

    def _pairs(self, events: object, office: Office, counted: frozenset[Event]) -> Iterator[tuple[Event, datetime]]:
        """Parse the events of a line, in order. `counted`: events that must not fall in a year without a production
        calendar. Raises LineMistake if they are invalid."""
        if not isinstance(events, list) or not events:
            raise LineMistake("events: нужен список пар [событие, время]")
        last: datetime | None = None
        for pair in events:
            if not isinstance(pair, list) or len(pair) != 2:
                raise LineMistake(f"событие {json.dumps(pair, ensure_ascii=False)}: нужна пара [событие, время]")
            name, at = pair[0], _moment(pair[1])
            if not isinstance(name, str) or name not in EVENTS:
                raise LineMistake(f"неизвестное событие «{name}»; можно: {', '.join(EVENTS)}")
            if last is not None and at < last:
                raise LineMistake(f"события не по порядку: {name} {pair[1]} раньше предыдущего")
            event = EVENTS[name]
            if event in counted and not office.working_time.covers(at):
                raise LineMistake(f"на {at.year} год нет производственного календаря ({name} {pair[1]})")
            last = at
            yield event, at


def _needs_calendar(term: Term) -> bool:
    return term.unit is Unit.WORKING_DAYS or (term.unit is Unit.MINUTES and term.clock is ClockKind.WORKING)


def _word(line: Mapping[str, Any], key: str, default: str | None) -> str | None:
    value = line.get(key, default)
    if value is not None and not isinstance(value, str):
        raise LineMistake(f"{key}: нужна строка")
    return value


def _one_of(line: Mapping[str, Any], key: str, default: str, known: Mapping[str, T]) -> T:
    value = _word(line, key, default)
    if value is None or value not in known:
        raise LineMistake(f"{key}: «{value}» неизвестно; можно: {', '.join(known)}")
    return known[value]


def _moment(text: object) -> datetime:
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        at = None
    if at is None:
        raise LineMistake(
            f"время {json.dumps(text, ensure_ascii=False)} не читается; нужно, например, 2026-01-12T09:00:00+03:00"
        )
    if at.tzinfo is None:
        raise LineMistake(f"время {text} без пояса; добавьте, например, +03:00")
    if not timedelta(hours=-24) < (at.utcoffset() or timedelta()) < timedelta(hours=24):
        raise LineMistake(f"время {text}: такого пояса нет")
    return at


def answers(reckoner: Reckoner, given: Iterable[str]) -> Iterator[str]:
    """Answer each non-blank line of JSON with one line of JSON: the terms, or the reason why the line is invalid. An
    invalid line does not stop the others."""
    return answered(given, lambda line: {"id": line.get("id"), "due": reckoner.due(line)}, "время вне календаря")


def batch(file: Path, source: str) -> None:
    """Answer the lines of a file or, for «-», of standard input; each answer is written to standard output at once."""
    reckoner = Reckoner(_municipality(file))
    lines.batch(source, lambda given: answers(reckoner, given))


def _municipality(file: Path) -> Municipality:
    if not file.is_file():
        raise Mistake(f"нет файла {file}")
    return load(file, (file.parent,), terms_only=True)


def table(
    file: Path, regulation: str | None, importance: str, source: str, several: bool, events: Sequence[str]
) -> None:
    """Print the terms as a table for people. Event times without an offset are in the municipality's zone. Raises
    Mistake if the input is invalid."""
    from rich.console import Console
    from rich.table import Table

    from config.russian.words import When
    from config.texts import Texts

    municipality = _municipality(file)
    pairs = []
    for event in events:
        name, sign, time = event.partition("=")
        if not sign:
            raise Mistake(f"«{event}»: нужно СОБЫТИЕ=ВРЕМЯ, например detected=2026-01-12T09:00")
        pairs.append([name, _local(time, municipality)])
    reckoner = Reckoner(municipality)
    line = {"regulation": regulation, "importance": importance, "source": source, "several": several, "events": pairs}
    try:
        due = reckoner.due(line)
    except LineMistake as error:
        raise Mistake(str(error)) from None
    texts = Texts(municipality.folders)
    shown = Table("шаг", "срок", "пункт")
    rules = {rule.step.value: rule for rule in reckoner.office(regulation).regulation.steps}
    first = datetime.fromisoformat(pairs[0][1])
    for step, moment in due.items():
        when = When(first, municipality.zone)
        shown.add_row(texts.plain(f"steps.{step}"), when.long(datetime.fromisoformat(moment)), rules[step].clause)
    Console().print(shown if due else "Сроков по этому регламенту нет.")


def _local(text: str, municipality: Municipality) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return at.isoformat() if at.tzinfo else at.replace(tzinfo=municipality.zone).isoformat()
