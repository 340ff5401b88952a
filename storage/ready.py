"""The book of ready answers, with its journal. Others decide what may be done with one."""

from __future__ import annotations

from storage import tables as t
from storage.codec import dump
from storage.versioned import VersionedBook
from workflow.commands import Entry
from workflow.ready_answer import ReadyAnswer, ReadyState


class ReadyAnswers(VersionedBook[ReadyAnswer]):
    kind, table, journal = ReadyAnswer, t.ready_answers, t.ready_journal

    async def kept(self) -> list[ReadyAnswer]:
        """Those that are not removed, the oldest first."""
        return await self._many(t.ready_answers.c.state == ReadyState.KEPT)

    async def save(self, after: ReadyAnswer, entry: Entry) -> bool:
        """Keep it and its journal line; False, and nothing kept, where the version in the book is another."""
        return await self._keep(after.id, after.version, {"state": after.state, "body": dump(after)}, entry)
