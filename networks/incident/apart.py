"""Read an export in the child process: bytes and facts in, JSON out, and turn that JSON into a sheet again.

The reader handled a stranger's file, so its answer is checked once more: types, lengths, closed lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from config import washing
from config.imports import load_plan
from networks.incident.reading import read_sheet
from networks.incident.rows import Left, Note, NoteKind, Row, Sheet, Skipped
from networks.incident.tables import Broken, BrokenFileError, Unreadable
from networks.incident.territory import Territory

Read = TypeVar("Read", Row, Skipped)
MOMENTS = ("written_at", "access_at")


def facts_of(
    folders: tuple[Path, ...], name: str, region: str | None, places: tuple[str, ...], zone: ZoneInfo, now: datetime
) -> dict[str, object]:
    """What the job in the child process needs besides the file, as JSON values."""
    return {
        "folders": [str(folder) for folder in folders],
        "name": name,
        "region": region,
        "places": list(places),
        "zone": zone.key,
        "now": now.isoformat(),
    }


def read(content: bytes, facts: Mapping[str, Any]) -> object:
    """The job in the child process: read the export and return, as JSON values, the sheet or why it cannot be read."""
    plan = load_plan([Path(folder) for folder in facts["folders"]])
    territory = Territory.of(facts["name"], facts["region"], facts["places"], plan.common)
    now = datetime.fromisoformat(facts["now"])
    try:
        sheet = read_sheet(content, plan, territory, ZoneInfo(facts["zone"]), now)
    except BrokenFileError as broken:
        return {"broken": broken.reason, "columns": broken.columns, "line": broken.line}
    return {
        "rows": [_plain(row) for row in sheet.rows],
        "skipped": [_plain(one) for one in sheet.skipped],
        "columns": dict(sheet.columns),
        "unread": sheet.unread,
        "name": sheet.name,
        "notes": [asdict(note) for note in sheet.notes],
    }


def _plain(one: Row | Skipped) -> dict[str, object]:
    found = {part.name: getattr(one, part.name) for part in fields(one)}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found.items()}


def sheet_of(answer: object) -> Sheet | Unreadable:
    """Check the job's answer and return the sheet it describes; an answer of any other form gives `Unreadable`."""
    try:
        said = washing.washed(answer)
        if "broken" in said:
            return Unreadable(Broken(said["broken"]), tuple(map(str, said["columns"])), said["line"])
        return Sheet(
            rows=tuple(_made(Row, one) for one in said["rows"]),
            skipped=tuple(_made(Skipped, {**one, "reason": Left(one["reason"])}) for one in said["skipped"]),
            columns={str(field): str(name) for field, name in said["columns"].items()},
            unread=tuple(map(str, said["unread"])),
            name=str(said["name"]),
            notes=tuple(Note(NoteKind(one["kind"]), str(one["detail"])) for one in said["notes"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return Unreadable(Broken.NOT_A_TABLE)


def _made(kind: type[Read], said: Mapping[str, Any]) -> Read:
    given: dict[str, Any] = {
        name: datetime.fromisoformat(value) if name in MOMENTS and value is not None else value
        for name, value in said.items()
    }
    if "keys" in given:
        given["keys"] = tuple(map(str, given["keys"]))
    return kind(**given)
