"""The hash chain over a municipality's journals (0072): shows whether a line was altered, added or removed afterwards.

Each line of a journal has a link: the digest of the previous link and of the line. People's words enter it only as a salted
digest. Erasing them empties the words and the salt, and the chain stays valid; without the salt nobody can try out what the
words were. There is one chain per municipality, because it has one writer.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.scope import Scope

JOURNALS: Mapping[str, sa.Table] = {
    table.name: table
    for table in (t.journal, t.page_journal, t.ready_journal, t.moderation_journal, t.material_journal, t.audit)
}
"""The journals whose lines are in the hash chain, by table name."""

SAID = frozenset({"details", "words"})
"""The JSON columns of journals that may hold people's words."""

BARE = frozenset({
    "action", "again", "at", "case", "cases", "clause", "comments", "corrects", "department", "due", "files",
    "format", "from", "ground", "helped", "importance", "inbox", "item", "kind", "lemmas", "lines", "mark",
    "messages", "month", "network", "number", "of", "on_behalf", "outbox", "page", "pages", "person", "questions",
    "ready", "remarks", "row", "rows", "seen", "source", "step", "steps", "to", "topic", "topics", "try", "until",
    "version", "why",
})  # fmt: skip
"""The keys in a line's details whose values are numbers, keys, moments or the program's own words. All others may hold people's
words."""

FIRST = "0" * 64
_HERE: sa.BindParameter[Any] = sa.bindparam("here")
_HEAD = (
    sa.select(t.chain.c.number, t.chain.c.link)
    .where(t.chain.c.municipality == _HERE)
    .order_by(t.chain.c.number.desc())
    .limit(1)
)
_LINK = t.chain.insert()
_FIELDS = {name: [c.name for c in table.c if c.name != "id" and c.name not in SAID] for name, table in JOURNALS.items()}
AT_ONCE = 500


async def write(tx: Scope, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Add the line to its journal and its link to the hash chain."""
    added = await tx.connection.execute(_insert(table), dict(row))
    number = int(added.scalar_one())
    before, link = tx.head or await _head(tx)
    bare, words = _apart(table, row)
    salt = secrets.token_hex(16) if words else ""
    said = _digest(salt, words) if words else ""
    tx.head = before + 1, _linked(link, before + 1, table.name, number, row, bare, said)
    values = {
        "municipality": tx.municipality,
        "number": before + 1,
        "book": table.name,
        "line": number,
        "salt": salt,
        "said": said,
        "link": tx.head[1],
    }
    await tx.connection.execute(_LINK, values)


_INSERTS = {name: table.insert().returning(table.c.id) for name, table in JOURNALS.items()}


def _insert(table: sa.Table) -> Any:
    return _INSERTS[table.name]


async def _head(tx: Scope) -> tuple[int, str]:
    row = (await tx.connection.execute(_HEAD, {"here": tx.municipality})).one_or_none()
    return (int(row[0]), str(row[1])) if row is not None else (0, FIRST)


def _apart(table: sa.Table, row: Mapping[str, Any]) -> tuple[str, str]:
    """Split the line's JSON columns into what holds no words of people and what may hold them, each as JSON; the second is
    "" if there is none."""
    bare: list[Any] = []
    words: list[Any] = []
    for name in SAID:
        if row.get(name) in (None, "", "{}", "[]"):
            continue
        kept = json.loads(row[name])
        if isinstance(kept, dict):
            bare += sorted((key, value) for key, value in kept.items() if key in BARE)
            words += sorted((key, value) for key, value in kept.items() if key not in BARE)
        elif kept:
            words.append([name, kept])
    return json.dumps(bare), json.dumps(words, ensure_ascii=False) if words else ""


def without_words(text: str) -> str:
    """Return the JSON of a line's details with people's words erased: only the keys in `BARE` stay."""
    kept = json.loads(text)
    bare = {key: value for key, value in kept.items() if key in BARE} if isinstance(kept, dict) else []
    return json.dumps(bare, ensure_ascii=False)


def _digest(salt: str, words: str) -> str:
    return hashlib.sha256(f"{salt}{words}".encode()).hexdigest()


def _linked(before: str, number: int, journal: str, line: int, row: Mapping[str, Any], bare: str, said: str) -> str:
    get = row.get
    fields = [_plain(get(name)) for name in _FIELDS[journal]]
    return hashlib.sha256(json.dumps([before, number, journal, line, fields, bare, said]).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.timestamp() if isinstance(value, datetime) else str(value) if isinstance(value, str) else value


# --- erasing ---------------------------------------------------------------------------------------------------------


async def erase_words(tx: Scope, table: sa.Table, lines: Sequence[int]) -> int:
    """Erase people's words from these lines of a journal, and their salts; return how many lines held any."""
    erased = 0
    for start in range(0, len(lines), AT_ONCE):
        some = list(lines[start : start + AT_ONCE])
        rows = (await tx.connection.execute(sa.select(table).where(table.c.id.in_(some)))).mappings().all()
        held = [row for row in rows if _apart(table, row)[1]]
        for row in held:
            bare = {name: without_words(row[name]) for name in SAID if row.get(name)}
            await tx.connection.execute(table.update().where(table.c.id == row["id"]).values(**bare))
        c, ids = t.chain.c, [row["id"] for row in held]
        mine = c.municipality == tx.municipality, c.book == table.name, c.line.in_(ids)
        await tx.connection.execute(t.chain.update().where(*mine).values(salt=""))
        erased += len(held)
    return erased


# --- looking it through ----------------------------------------------------------------------------------------------


@dataclass
class Looked:
    """The result of checking the hash chain. `lines`: how many links it has; `erased`: of how many the words were erased;
    `said_erased`: how many were erased according to the audit; `before`: lines older than the chain. `altered`, `cut`
    (removed) and `added` name the lines as `journal/number`. `head`: the last link."""

    lines: int = 0
    erased: int = 0
    said_erased: int = 0
    before: int = 0
    altered: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    head: str = FIRST

    @property
    def is_whole(self) -> bool:
        return not (self.altered or self.cut or self.added) and self.erased <= self.said_erased


class Looking:
    """Checks the hash chain in chunks, so that the caller can end the transaction between two of them; `found` holds the
    result so far."""

    def __init__(self) -> None:
        self.found = Looked()
        self._first: dict[str, int] = {}
        self._there: Counter[str] = Counter()
        self._number = 0

    async def go_on(self, tx: Scope) -> bool:
        """Check the next `AT_ONCE` links; return False once there are no more."""
        c = t.chain.c
        here = c.municipality == tx.municipality, c.number > self._number
        query = sa.select(t.chain).where(*here).order_by(c.number).limit(AT_ONCE)
        links = (await tx.connection.execute(query)).mappings().all()
        rows = {name: await _rows(tx, name, [one["line"] for one in links if one["book"] == name]) for name in JOURNALS}
        for one in links:
            self._look(one, rows.get(one["book"], {}).get(one["line"]))
        return bool(links)

    def _look(self, one: Mapping[str, Any], row: Mapping[str, Any] | None) -> None:
        found, name = self.found, f"{one['book']}/{one['line']}"
        if one["number"] != self._number + 1:
            found.cut.append(f"{self._number + 1}–{one['number'] - 1}")
        self._number = one["number"]
        self._first.setdefault(one["book"], one["line"])
        found.lines += 1
        if row is None:
            found.cut.append(name)
        else:
            self._there[one["book"]] += 1
            bare, words = _apart(JOURNALS[one["book"]], row)
            link = _linked(found.head, one["number"], one["book"], one["line"], row, bare, one["said"])
            is_erased = bool(one["said"]) and not one["salt"] and not words
            same = is_erased or (_digest(one["salt"], words) if words else "") == one["said"]
            found.erased += is_erased
            found.said_erased += _count_of(one["book"], row)
            if link != one["link"] or not same:
                found.altered.append(name)
        found.head = one["link"]

    async def end(self, tx: Scope) -> Looked:
        """Return the result, after all links were checked; adds journal lines that are not in the hash chain, and cases whose
        newest journal lines are missing."""
        for name, table in JOURNALS.items():
            first, here = self._first.get(name), table.c.municipality == tx.municipality
            older = await _count(tx, here, table.c.id < first) if first is not None else 0
            whole = await _count(tx, here)
            self.found.before += older if first is not None else whole
            if first is not None and whole - older != self._there[name]:
                self.found.added += await self._unknown(tx, table, first)
        self.found.cut += [f"journal: № {number}" async for number in _ends_missing(tx)]
        return self.found

    async def _unknown(self, tx: Scope, table: sa.Table, first: int) -> list[str]:
        """Return the lines of the journal, from line `first` (the first one chained) on, that are not in the chain."""
        c, here = t.chain.c, table.c.municipality == tx.municipality
        linked = sa.select(c.line).where(c.municipality == tx.municipality, c.book == table.name)
        known = set((await tx.connection.execute(linked)).scalars())
        there = (await tx.connection.execute(sa.select(table.c.id).where(here).order_by(table.c.id))).scalars()
        return [f"{table.name}/{line}" for line in there if line >= first and line not in known]


async def _count(tx: Scope, *conditions: sa.ColumnElement[bool]) -> int:
    return int((await tx.connection.execute(sa.select(sa.func.count()).where(*conditions))).scalar_one())


def _count_of(journal: str, row: Mapping[str, Any]) -> int:
    """Return of how many lines the words were erased according to this journal line; 0 unless it is the audit's record of an
    erasure."""
    if journal != t.audit.name or row["action"] not in (PERSON_ERASED, RETENTION):
        return 0
    return int(json.loads(row["details"]).get("lines", 0))


PERSON_ERASED, RETENTION = "person_erased", "retention"
"""The audit's action names for an erasure that somebody asked for, and for one after the term of keeping."""


async def _rows(tx: Scope, name: str, lines: Iterable[int]) -> dict[int, Mapping[str, Any]]:
    table, ids = JOURNALS[name], list(lines)
    if not ids:
        return {}
    query = sa.select(table).where(table.c.municipality == tx.municipality, table.c.id.in_(ids))
    return {row["id"]: dict(row) for row in (await tx.connection.execute(query)).mappings()}


async def _ends_missing(tx: Scope) -> AsyncIterator[int]:
    """Yield the numbers of cases whose journal ends before their present version: the last lines were removed together with
    their links."""
    newest = sa.select(t.journal.c.case_id, sa.func.max(t.journal.c.version).label("version")).where(
        t.journal.c.municipality == tx.municipality
    )
    last = newest.group_by(t.journal.c.case_id).subquery()
    query = (
        sa.select(t.cases.c.number)
        .outerjoin(last, last.c.case_id == t.cases.c.id)
        .where(t.cases.c.municipality == tx.municipality, t.cases.c.version > sa.func.coalesce(last.c.version, 0))
        .order_by(t.cases.c.number)
    )
    for number in (await tx.connection.execute(query)).scalars():
        yield int(number)
