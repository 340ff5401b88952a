"""What waits in a question or came with an update: drafts whose text is kept until the person says yes, files fetched."""

from __future__ import annotations

from handlers.updates import Incoming
from handlers.view import View
from workflow.case import FileRef
from workflow.commands import SubmitDraft
from workflow.ports import Question


def files_in(question: Question) -> tuple[FileRef, ...]:
    return tuple(FileRef(**file) for file in question.body.get("files", ()))


def kept_files(incoming: Incoming, view: View) -> tuple[FileRef, ...]:
    """The files of the update that were fetched and kept."""
    return tuple(view.kept[file.remote] for file in incoming.files if file.remote in view.kept)


def draft_of(question: Question, view: View, case: int | None = None) -> SubmitDraft:
    """The draft whose text and files wait in the question."""
    chosen = case if case is not None else question.case_id or 0
    return SubmitDraft(view.actor, chosen, str(question.body["text"]), files_in(question))
