"""Reads the lines of all journals of a municipality within a span of time, in one sequence, for the audit. Reads only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.chain import BARE, JOURNALS, SAID
from storage.scope import Scope


@dataclass(frozen=True, slots=True)
class Line:
    """One line of any journal. `journal`: its table; `about`: the number of the case, page… it is about, "" if none; `bare`:
    those of its details that hold no words of people."""

    journal: str
    id: int
    at: datetime
    about: str
    action: str
    who: str
    on_behalf: str
    from_state: str
    to_state: str
    bare: Mapping[str, str]


async def lines(tx: Scope, since: datetime, until: datetime) -> list[Line]:
    """Return the lines of all journals in [since, until), in order of time."""
    found = []
    for name, table in JOURNALS.items():
        c = table.c
        within = (c.municipality == tx.municipality, c.at >= since, c.at < until)
        query: sa.Select[Any] = sa.select(table).where(*within).order_by(c.at, c.id)
        if table is t.journal:
            query = query.add_columns(t.cases.c.number).join(t.cases, t.cases.c.id == c.case_id)
        found += [_line(name, row) for row in (await tx.connection.execute(query)).mappings()]
    return sorted(found, key=lambda line: line.at)


def _line(journal: str, row: Mapping[str, Any]) -> Line:
    details: Any = next((json.loads(row[name]) for name in SAID if row.get(name)), {})
    bare = {key: str(value) for key, value in details.items() if key in BARE} if isinstance(details, dict) else {}
    bare |= {key: row[key] for key in ("ground", "clause", "detail") if row.get(key)}
    return Line(
        journal=journal,
        id=row["id"],
        at=row["at"],
        about=str(row.get("number") or bare.get("case", "")),
        action=row["action"],
        who=row["who"] or "",
        on_behalf=row.get("on_behalf") or bare.get("on_behalf", ""),
        from_state=row.get("from_state") or "",
        to_state=row.get("to_state") or "",
        bare=bare,
    )
