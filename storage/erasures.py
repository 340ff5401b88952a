"""The register of erasures of people's words: when, why, by whom, which rows, and how much. It holds numbers and no words.

A restored backup brings back what was erased since it was made; the register says what has to be erased from it again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.scope import Scope
from workflow.erasure import Erasure


@dataclass(frozen=True, slots=True)
class Register:
    """One erasure of people's words: of which `cases` and messages left alone (`seen`), by id, and which `comments`, by
    number. `why`: a value of `Erasure`; `who`: who ordered it; `counts`: how many things of each kind were erased."""

    number: int
    at: datetime
    why: str
    who: str
    cases: tuple[int, ...]
    seen: tuple[int, ...]
    comments: tuple[int, ...]
    counts: Mapping[str, int]


class Erasures:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def add(self, why: str, who: str, body: Mapping[str, Any], now: datetime) -> None:
        e = t.erasures
        newest = sa.select(sa.func.max(e.c.number)).where(e.c.municipality == self._tx.municipality)
        number = int((await self._tx.connection.execute(newest)).scalar_one() or 0) + 1
        row = {"municipality": self._tx.municipality, "number": number, "at": now, "why": why, "who": who}
        await self._tx.connection.execute(e.insert(), {**row, "body": json.dumps(dict(body))})

    async def since(self, moment: datetime) -> list[Register]:
        """Return this municipality's erasures later than the moment, the earliest first."""
        e = t.erasures.c
        query = sa.select(t.erasures).where(e.municipality == self._tx.municipality, e.at > moment).order_by(e.number)
        return [_register(dict(row)) for row in (await self._tx.connection.execute(query)).mappings()]

    async def with_files(self) -> dict[int, Sequence[str]]:
        """Return the erasures (by number) of which stored files still have to be deleted, with the keys of those files."""
        e = t.erasures.c
        query = sa.select(e.number, e.body).where(
            e.municipality == self._tx.municipality, e.body.not_like('%"files": []%')
        )
        rows = (await self._tx.connection.execute(query.order_by(e.number))).all()
        return {row.number: json.loads(row.body)["files"] for row in rows}

    async def files_deleted(self, number: int) -> None:
        """Record that the stored files of this erasure have been deleted."""
        e = t.erasures
        here = e.c.municipality == self._tx.municipality, e.c.number == number
        body = json.loads((await self._tx.connection.execute(sa.select(e.c.body).where(*here))).scalar_one())
        body["files"] = []
        await self._tx.connection.execute(e.update().where(*here).values(body=json.dumps(body)))


def read_beside(database: Path, moment: datetime) -> dict[str, list[Register]] | None:
    """Return the erasures made on a person's request later than the moment, by municipality, read from an SQLite file
    without changing it; None if the file is missing, damaged or of a schema without the register."""
    query = "SELECT municipality, number, at, why, who, body FROM erasures WHERE why = ? ORDER BY municipality, number"
    found: dict[str, list[Register]] = {}
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True)) as books:
            books.row_factory = sqlite3.Row
            for row in books.execute(query, (Erasure.ASKED,)):
                register = _register({**dict(row), "at": datetime.fromisoformat(row["at"]).replace(tzinfo=UTC)})
                if register.at > moment:
                    found.setdefault(row["municipality"], []).append(register)
    except sqlite3.Error:
        return None
    return found


def _register(row: Mapping[str, Any]) -> Register:
    body = json.loads(row["body"])
    return Register(
        number=row["number"],
        at=row["at"],
        why=row["why"],
        who=row["who"],
        cases=tuple(body["cases"]),
        seen=tuple(body["seen"]),
        comments=tuple(body["comments"]),
        counts=body["counts"],
    )
