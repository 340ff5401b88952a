"""Read and write what a question keeps until the person answers it (a draft's text and files), and the files of the
current update."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from handlers.incoming import Incoming
from handlers.view import View
from handlers.wishes import Carry, Say
from workflow.case import Beside, FileRef, MissingFile
from workflow.commands import SubmitDraft
from workflow.ports import Question


def kept_files(incoming: Incoming, view: View) -> tuple[FileRef, ...]:
    """References to those files of the update that were fetched and stored."""
    return tuple(view.kept[file.remote] for file in incoming.files if file.remote in view.kept)


def beside_of(incoming: Incoming, view: View) -> tuple[Beside, ...]:
    """The parts of the message that are shown nowhere else: parts that are no files, and files that were not fetched
    (the messenger can pass these on)."""
    missing = {file.kind for file in view.missing}
    left = [f for f in incoming.files if f.remote and f.remote not in view.kept and f.kind not in missing]
    return (*(Beside(file.called or file.kind, file.name, remote=file.remote) for file in left), *incoming.beside)


def kept_in(
    text: str, files: Sequence[FileRef], missing: Sequence[MissingFile], incoming: Incoming, **more: Any
) -> Mapping[str, Any]:
    """The body of a question that keeps a draft: its text, its files and the ids of the messages it came in."""
    written = [incoming.chat, incoming.message, *incoming.items]
    if missing:
        more["missing"] = [asdict(file) for file in missing]
    return {"text": text, "files": [asdict(file) for file in files], "written": written, **more}


def files_in(question: Question) -> tuple[FileRef, ...]:
    return tuple(FileRef(**file) for file in question.body.get("files", ()))


def missing_in(question: Question) -> tuple[MissingFile, ...]:
    return tuple(MissingFile(**file) for file in question.body.get("missing", ()))


def without(view: View, number: int | None = None) -> list[Say]:
    """Tell the sender which files are missing from the message that was accepted; [] if none are."""
    return _missing(view, number, taken=True)


def nothing_came(view: View, number: int | None = None) -> list[Say]:
    """Tell the sender that nothing is left of the message without its missing files; [] if none are missing."""
    return _missing(view, number, taken=False)


def _missing(view: View, number: int | None, *, taken: bool) -> list[Say]:
    if not view.missing:
        return []
    files = [asdict(file) for file in view.missing]
    return [Say("files_missing", {"number": number, "files": files, "taken": taken})]


def draft_of(question: Question, view: View, case: int) -> Carry:
    """Submit the draft kept in the question, and record the messages it came in as messages of the case."""
    text, files = str(question.body["text"]), files_in(question)
    command = SubmitDraft(view.actor, case, text, files, missing=missing_in(question))
    written = tuple(int(number) for number in question.body.get("written", ()))
    return Carry(command, became="executor_draft", answers=question.id, written=written)
