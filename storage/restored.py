"""What a restored database no longer knows: whether the letters that waited in it went out after the copy was taken.

Plain SQLite, before anybody opens the books: the copy may be of an older schema.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from workflow.ports import NETWORK

RESTORED_FROM = "restored_from"
"""The mark of every municipality: the moment of the copy its database was restored from."""


def doubt_what_waits(database: Path, copied: datetime) -> int:
    """Every letter that waits is doubtful from now on: a posting, a publication and a moderation is looked up before it
    is sent again, a message to people says that it may be a repeat. Edits repeat harmlessly. Return how many. Raises
    sqlite3.Error."""
    with closing(sqlite3.connect(database)) as books, books:
        query = "SELECT id, lane, body, created_at FROM outbox WHERE state IN ('waiting', 'sending') AND kind != 'edit'"
        rows = books.execute(query).fetchall()
        for letter, lane, body, created in rows:
            values = (_doubted(lane, body, created, copied), letter)
            books.execute("UPDATE outbox SET state = 'waiting', body = ? WHERE id = ?", values)
        here = "SELECT municipality FROM marks UNION SELECT municipality FROM cases"
        for (municipality,) in books.execute(here).fetchall():
            mark = (municipality, RESTORED_FROM, copied.isoformat())
            books.execute("INSERT OR REPLACE INTO marks (municipality, name, value) VALUES (?, ?, ?)", mark)
        return len(rows)


def _doubted(lane: str, body: str, created: str, copied: datetime) -> str:
    kept = json.loads(body)
    kept["doubts"] = max(1, int(kept.get("doubts", 0)))
    if lane.startswith(NETWORK):
        kept.setdefault("since", datetime.fromisoformat(created).replace(tzinfo=UTC).isoformat())
    else:
        kept["restored"] = copied.isoformat()
    return json.dumps(kept, ensure_ascii=False)
