"""Marks the unsent letters of a database restored from a backup: whether they were sent after the backup is unknown.

Plain SQLite, before the program opens the database, because the backup may have an older schema.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from workflow.ports import NETWORK

RESTORED_FROM = "restored_from"
"""The name of the mark, set for every municipality, that holds the moment of the backup from which it was restored."""


def doubt_what_waits(database: Path, copied: datetime) -> int:
    """Mark every unsent letter (but edits, which can be repeated harmlessly) as doubtful: before a posting, publication or
    moderation is sent, the bot will check whether it is done already; a message to people will say that it may be a repeat.
    `copied`: the moment of the backup. Return how many letters were marked. Raises sqlite3.Error."""
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
