"""Read a scenario's YAML as plain data with the line of everything, a hundred times faster than `config.yamlfile`.

The list of events is parsed with libyaml; everything around it, and any file with anchors, is read by
`config.yamlfile`. Does not judge the contents.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from config import yamlfile
from config.yamlfile import BrokenConfiguration, Lines, Loaded, Problem, Where

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
EVENTS = "events"
NOTHING = ("", "~", "null")
TRUTH = {"true": True, "True": True, "false": False, "False": False}


class _TooFine(Exception):  # noqa: N818 - no error: the careful reader takes over
    """The file uses more of YAML than the quick reader supports, or is not YAML at all."""


def loads(text: str, name: str) -> Loaded:
    """The file's top-level mapping, and the line of each key and item. Raises BrokenConfiguration if it is not a
    mapping.

    Scalars inside `events` stay strings as written, except true, false and null.
    """
    text = yamlfile.in_whole_characters(text)
    try:
        events, since, until, lines = _events_of(text, name)
    except (_TooFine, yaml.YAMLError):
        return yamlfile.loads(text, name)
    rest = text[:since] + " []" + "\n" * text.count("\n", since, until) + text[until:]
    data, around = yamlfile.loads(rest, name)
    return Loaded({**data, EVENTS: events}, Lines({**around.at, **lines}))


def _events_of(text: str, name: str) -> tuple[list[Any], int, int, dict[Where, int]]:
    """The list under the top-level key `events`, its position in the text, and its lines."""
    stream: Iterator[Any] = iter(_LOADER(text).get_event, None)
    for _ in range(2):
        next(stream, None)
    if not isinstance(next(stream, None), yaml.MappingStartEvent):
        raise _TooFine
    while isinstance(key := next(stream, None), yaml.ScalarEvent):
        value = next(stream)
        if key.value != EVENTS:
            _skip(value, stream)
            continue
        if not isinstance(value, yaml.SequenceStartEvent):
            raise _TooFine
        lines: dict[Where, int] = {}
        events, end = _sequence(stream, name, lines)
        _rest_is_plain(stream)
        return events, _mark(value.start_mark).index, _mark(end.end_mark).index, lines
    raise _TooFine


def _mark(mark: Any) -> Any:
    """The same mark: the parser always knows its position, but its types do not say so."""
    return mark


def _rest_is_plain(stream: Iterator[Any]) -> None:
    """Read on to the end, so that a mistake after the events is found too."""
    for event in stream:
        if isinstance(event, yaml.AliasEvent):
            raise _TooFine


def _skip(event: Any, stream: Iterator[Any]) -> None:
    depth = 0
    while True:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            raise _TooFine
        if depth == 0:
            return
        event = next(stream)


def _sequence(stream: Iterator[Any], name: str, lines: dict[Where, int]) -> tuple[list[Any], Any]:
    """The items of the list of events, and the parser event that ends the list."""
    found: list[Any] = []
    while not isinstance(event := next(stream), yaml.SequenceEndEvent):
        lines[EVENTS, len(found)] = _mark(event.start_mark).line + 1
        found.append(_value(event, stream, name, (EVENTS, len(found)), lines))
    return found, event


def _value(event: Any, stream: Iterator[Any], name: str, where: Where, lines: dict[Where, int]) -> Any:
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(stream, name, where, lines)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Any] = []
        while not isinstance(item := next(stream), yaml.SequenceEndEvent):
            items.append(_value(item, stream, name, where, lines))
        return items
    raise _TooFine


def _mapping(stream: Iterator[Any], name: str, where: Where, lines: dict[Where, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    first = lines.get(where)
    while not isinstance(key := next(stream), yaml.MappingEndEvent):
        if not isinstance(key, yaml.ScalarEvent) or key.value == "<<" or yamlfile.has_half(key.value):
            raise _TooFine
        line = _mark(key.start_mark).line + 1
        if key.value in found:
            raise BrokenConfiguration([Problem(name, line, f"ключ «{key.value}» стоит дважды, оставьте один")])
        if line != first:
            lines[(*where, key.value)] = line
        found[key.value] = _value(next(stream), stream, name, (*where, key.value), lines)
    return found


def _scalar(event: Any) -> str | bool | None:
    word = str(event.value)
    if yamlfile.has_half(word):
        raise _TooFine
    if not event.implicit[0]:
        return word
    return None if word in NOTHING else TRUTH.get(word, word)
