"""Notes to a case: a reply that begins with «Заметка» is a note for colleagues, never a draft or an answer.

The module only turns words into wishes; the table of permissions decides who may add a note.
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
"""The kind under which a message that became a note is recorded, so that an edit of it becomes a note too."""
BEGINS = re.compile(r"\W*заметк[аи]\b[\s:;,.»\"—–-]*", re.IGNORECASE)


def note_in(text: str) -> str | None:
    """The words after «Заметка» and its punctuation; None if the text does not begin with that word."""
    found = BEGINS.match(text)
    return text[found.end() :].strip() if found is not None else None


class Reply(Protocol):
    """A reply to a message of a case: the message itself, its case (if known) and its text."""

    @property
    def incoming(self) -> Incoming: ...
    @property
    def case(self) -> Case | None: ...
    @property
    def text(self) -> str: ...


async def noted(reply: Reply, view: View) -> list[Wish]:
    """Add the reply to its case as a note; tell the sender that its files are not kept. [] if the reply has no case."""
    if reply.case is None:
        return []
    command = AddNote(view.actor, reply.case.id, note_in(reply.text) or "")
    said = [Say("note_without_files", {"number": reply.case.number})] if reply.incoming.files else []
    return [Carry(command, became=MESSAGE), *said]


def edited(case: Case, incoming: Incoming, view: View) -> list[Wish]:
    """Handle an edit of a note: add the new wording as a further note, because colleagues have read the first one."""
    words = note_in(incoming.text)
    return [Carry(AddNote(view.actor, case.id, incoming.text if words is None else words), became=MESSAGE)]


def unaddressed(incoming: Incoming) -> list[Wish]:
    """Explain how to add a note, if the text begins like a note but is a reply to nothing; [] for any other text."""
    return [Say("how_note")] if note_in(incoming.text) is not None else []
