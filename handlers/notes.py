"""A note to a case: a reply that begins with «Заметка». It is for colleagues and is never a draft or an answer.

The module only reads words and turns them into wishes; who may add a note is decided by the table.
"""

from __future__ import annotations

import re
from typing import Protocol

from handlers.incoming import Incoming
from handlers.view import View
from handlers.wishes import Carry, Say, Wish
from workflow.case import Case
from workflow.commands import AddNote

MESSAGE = "note"
"""How a message that became a note is remembered, so that an edit of it is one too."""
BEGINS = re.compile(r"\W*заметк[аи]\b[\s:;,.»\"—–-]*", re.IGNORECASE)


def note_in(text: str) -> str | None:
    """The words after «Заметка», without the punctuation between; None if the text does not begin so."""
    found = BEGINS.match(text)
    return text[found.end() :].strip() if found is not None else None


class Reply(Protocol):
    """A reply as this module reads it."""

    @property
    def incoming(self) -> Incoming: ...
    @property
    def case(self) -> Case | None: ...
    @property
    def text(self) -> str: ...


async def noted(reply: Reply, view: View) -> list[Wish]:
    """Add the note; its files are not kept, and that is said."""
    if reply.case is None:
        return []
    command = AddNote(view.actor, reply.case.id, note_in(reply.text) or "")
    said = [Say("note_without_files", {"number": reply.case.number})] if reply.incoming.files else []
    return [Carry(command, became=MESSAGE), *said]


def edited(case: Case, incoming: Incoming, view: View) -> list[Wish]:
    """The new wording is a further note: what colleagues have read already stays in the history."""
    words = note_in(incoming.text)
    return [Carry(AddNote(view.actor, case.id, incoming.text if words is None else words), became=MESSAGE)]


def unaddressed(incoming: Incoming) -> list[Wish]:
    """How to add a note, for one that is a reply to nothing; [] for any other text."""
    return [Say("how_note")] if note_in(incoming.text) is not None else []
