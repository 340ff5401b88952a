"""Stores ready answers, with their journal. What may be done with one, `workflow.ready` says."""

from __future__ import annotations

from storage import tables as t
from storage.codec import dump
from storage.versioned import VersionedBook
from workflow.commands import Entry
from workflow.ready_answer import ReadyAnswer, ReadyState


class ReadyAnswers(VersionedBook[ReadyAnswer]):
    kind, table, journal = ReadyAnswer, t.ready_answers, t.ready_journal

    async def kept(self) -> list[ReadyAnswer]:
        """Return the ready answers that are not removed, the oldest first."""
        return await self._many(t.ready_answers.c.state == ReadyState.KEPT)

    async def save(self, after: ReadyAnswer, entry: Entry) -> bool:
        """Store the ready answer and its journal line; return False, with nothing stored, if another version was stored
        meanwhile."""
        return await self._keep(after.id, after.version, {"state": after.state, "body": dump(after)}, entry)
