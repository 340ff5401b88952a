"""The municipality's settings stored in the database, so that a report needs only the database (DESIGN, `report`).

They are written at each start. Names of departments and people are added to the stored ones: those removed from the
file still have history. The stored files are read by the same loader as the folder, so that both always mean the same.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from config import calendars, regions, yamlfile
from config.municipality import FILE, Municipality, load
from config.russian import topics
from workflow.office import OPERATOR

if TYPE_CHECKING:  # a process that only calculates terms does not need the database's library
    from storage.transaction import Transaction

SETTINGS, DEPARTMENTS, PEOPLE = "settings", "departments", "people"


@dataclass(frozen=True)
class Kept:
    """The settings read back from the database. `files`: name → text. `departments`, `people`: key → name, current
    ones first, then those that have left the file."""

    municipality: Municipality
    files: Mapping[str, str]
    departments: Mapping[str, str]
    people: Mapping[str, str]


async def keep(tx: Transaction, municipality: Municipality, now: datetime) -> None:
    """Store the municipality's files and all current and former names. If a file differs from the stored one, the
    audit gets an entry that names it."""
    files = {FILE: municipality.text, municipality.regulation_path.name: yamlfile.read(municipality.regulation_path)}
    if municipality.pages_path is not None:
        files[municipality.pages_path.name] = yamlfile.read(municipality.pages_path)
    for name in (topics.FILE, calendars.PACKAGED.name, regions.FILE):
        own = next((folder / name for folder in municipality.folders if (folder / name).is_file()), None)
        if own is not None:
            files[name] = yamlfile.read(own)
    if changed := _changed(files, json.loads(await tx.mark(SETTINGS) or "{}")):
        await tx.audit.note("configured", {"files": ", ".join(changed)}, now, OPERATOR)
    await tx.set_mark(SETTINGS, json.dumps(files, ensure_ascii=False))
    named = {
        DEPARTMENTS: {key: department.name for key, department in municipality.departments.items()},
        PEOPLE: {key: person.name for key, person in municipality.people.items()},
    }
    for mark, names in named.items():
        await tx.set_mark(mark, json.dumps(_with_former(names, await tx.mark(mark)), ensure_ascii=False))


def _changed(files: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """The names of files that are new, changed or no longer there, sorted."""
    return [name for name in sorted({*files, *before}) if files.get(name) != before.get(name)]


async def restore(tx: Transaction) -> Kept | None:
    """The settings stored in the database; None if there are none. Raises BrokenConfiguration if this version of the
    program can no longer read the stored files."""
    return parsed(tx.municipality, await marks(tx))


async def marks(tx: Transaction) -> Mapping[str, str | None]:
    """The stored settings and names as unparsed JSON texts, by their key in the database; None for one not stored.
    Give them to `parsed` outside the transaction: parsing is slow."""
    return {name: await tx.mark(name) for name in (SETTINGS, DEPARTMENTS, PEOPLE)}


def parsed(key: str, kept: Mapping[str, str | None]) -> Kept | None:
    """Parse what `marks` returned for the municipality `key`; None if no settings are stored. Raises
    BrokenConfiguration if this version of the program can no longer read the stored files."""
    settings = kept[SETTINGS]
    if settings is None:
        return None
    files = json.loads(settings)
    municipality = read(key, files)
    departments = {key: department.name for key, department in municipality.departments.items()}
    people = {key: person.name for key, person in municipality.people.items()}
    return Kept(municipality, files, _with_former(departments, kept[DEPARTMENTS]), _with_former(people, kept[PEOPLE]))


def read(key: str, files: Mapping[str, str]) -> Municipality:
    """Load the municipality `key` from its files (name → text), as if they lay in a folder. Raises BrokenConfiguration
    if they are invalid."""
    with tempfile.TemporaryDirectory(prefix="dezhurny-") as above:
        folder = Path(above) / key
        folder.mkdir()
        for name, text in files.items():
            (folder / Path(name).name).write_text(text, encoding="utf-8", newline="")
        return load(folder / FILE, (folder,))


def _with_former(names: Mapping[str, str], kept: str | None) -> dict[str, str]:
    former = json.loads(kept) if kept is not None else {}
    return {**names, **{key: name for key, name in former.items() if key not in names}}
