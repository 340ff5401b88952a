"""The audit: a journal of what people did that no other journal records: who signed in, viewed, exported a file, changed the
configuration; what an administrator did by hand. Lines are only added. No rules here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import chain
from storage import tables as t
from storage.scope import Scope


class Audit:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def note(self, action: str, details: Mapping[str, str], now: datetime, who: str) -> None:
        """Add a line: who did what, when. `details` must not contain a citizen's words."""
        row = {
            "municipality": self._tx.municipality,
            "at": now,
            "who": who,
            "action": action,
            "details": json.dumps(dict(details), ensure_ascii=False),
        }
        await chain.write(self._tx, t.audit, row)

    async def lines(self, limit: int = 100) -> list[dict[str, Any]]:
        """Return the newest `limit` lines, the oldest of them first, with `details` as a mapping."""
        here = sa.select(t.audit).where(t.audit.c.municipality == self._tx.municipality)
        rows = (await self._tx.connection.execute(here.order_by(t.audit.c.id.desc()).limit(limit))).mappings().all()
        return [{**row, "details": json.loads(row["details"])} for row in reversed(rows)]
