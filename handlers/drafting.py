"""Turn an executor's reply in a case into a draft of the answer, or a co-executor's into a contribution to it."""

from __future__ import annotations

from handlers import hinting
from handlers.incoming import Incoming
from handlers.view import View
from handlers.waiting import files_in, kept_files, kept_in, missing_in, nothing_came, without
from handlers.wishes import Ask, Carry, Close, Say, Wish
from workflow.case import Case, FileRef, MissingFile, State
from workflow.commands import Contribute, SubmitDraft
from workflow.decide import decide
from workflow.outcomes import Reason, Refused
from workflow.reasons import STAND_IN, says_something
from workflow.waiting import owed

SHORT = 30
"""The length in characters below which a reply may be just talk: the bot asks before it takes it as a draft."""
NOT_TEXT = frozenset({"voice", "sticker", "poll", "other"})


async def draft(case: Case | None, incoming: Incoming, view: View) -> list[Wish]:
    """Submit an executor's reply in a case as a draft of the answer, or ask first, or say why it cannot be one.

    Asks if there are files without text, if the text is short or lacks something, or if co-executors still owe
    contributions."""
    text = incoming.text.strip()
    if case is None:
        return []
    trial = SubmitDraft(view.actor, case.id, text or STAND_IN)
    refusal = decide(case, trial, view.office, view.now)
    if isinstance(refusal, Refused) and refusal.reason is not Reason.CONTRIBUTIONS_OWED:
        return [Carry(trial)]
    if any(file.kind in NOT_TEXT for file in incoming.files) and not text:
        return [Say("no_text_draft", {"number": case.number})]
    files = kept_files(incoming, view)
    if not text and not files:
        return [*nothing_came(view, case.number)] or [Say("answer_in_words")]
    said = without(view, case.number)
    if not text and case.state is State.ON_APPROVAL and case.draft is not None:
        more = (*case.draft.files, *files)
        command = SubmitDraft(view.actor, case.id, case.draft.text, more, missing=view.missing)
        return [Carry(command, became="executor_draft", written=_written(incoming)), *said]
    asked_before = [q for q in await view.open_questions() if q.case_id == case.id]
    waiting = [q for q in asked_before if q.kind == "text_for_files"]
    files = (*(file for question in waiting for file in files_in(question)), *files)
    missing = (*(file for question in waiting for file in missing_in(question)), *view.missing)
    closing = [Close(question.id) for question in (*waiting, *hinting.overtaken(asked_before))]
    if isinstance(refusal, Refused) and text:
        departments = list(owed(case, view.office))
        early = kept_in(text, files, missing, incoming, departments=departments)
        return [*closing, Ask("why_early", case.id, early), *said]
    return [*closing, _with_all(text, files, missing, incoming, case, view), *said]


def _with_all(
    text: str,
    files: tuple[FileRef, ...],
    missing: tuple[MissingFile, ...],
    incoming: Incoming,
    case: Case,
    view: View,
) -> Wish:
    """Submit the draft, or ask first: for text if there are only files, for confirmation if the text may be just talk,
    and whether to send it anyway if it lacks something."""
    if not text:
        return Ask("text_for_files", case.id, kept_in("", files, missing, incoming))
    if not says_something(text) or len(text) < SHORT:
        return Ask("confirm_draft", case.id, kept_in(text, files, missing, incoming))
    if hinting.is_hinted(case, text, view):
        return Ask("hinted_draft", case.id, kept_in(text, files, missing, incoming))
    command = SubmitDraft(view.actor, case.id, text, files, missing=missing)
    return Carry(command, became="executor_draft", written=_written(incoming))


def _written(incoming: Incoming) -> tuple[int, ...]:
    return (incoming.chat, incoming.message, *incoming.items)


async def contribution(case: Case | None, incoming: Incoming, view: View) -> list[Wish]:
    """Submit a co-executor's reply as a contribution to the common draft; without words in it, ask for words."""
    text = incoming.text.strip()
    if case is None:
        return []
    if not text and not kept_files(incoming, view) and view.missing:
        return [*nothing_came(view, case.number)]
    if not says_something(text):
        return [Say("answer_in_words")]
    command = Contribute(view.actor, case.id, text, kept_files(incoming, view), view.missing)
    return [Carry(command, became="contribution", written=_written(incoming)), *without(view, case.number)]
