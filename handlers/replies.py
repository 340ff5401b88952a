"""What a reply means: one table, role × message replied to × question open, first match wins (DESIGN, «What a reply means»)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from handlers.updates import Incoming
from handlers.view import View
from handlers.waiting import files_in, kept_files
from handlers.wishes import Ask, Carry, Close, Say, Wish
from workflow.case import Case, FileRef
from workflow.commands import Correct, Posted, Return, SendBack, SubmitDraft
from workflow.office import Role
from workflow.ports import Known, Question

SHORT = 30
"""A reply shorter than this many characters may be just talk: the bot asks before a clock stops."""

ASKED_IN_WORDS = frozenset({"remark", "return_reason", "link"})
NOT_TEXT = frozenset({"voice", "sticker", "other"})


class Who(StrEnum):
    ASKED = "asked"
    CURATOR = "curator"
    LEAD = "lead"
    ANYBODY = "anybody"


CASE_MESSAGES = frozenset({"card", "notice", "executor_draft", "draft", "draft_text", "draft_files"})
DRAFT_MESSAGES = frozenset({"draft", "draft_text", "draft_files", "executor_draft", "correction"})


@dataclass(frozen=True)
class Replied:
    """A reply with everything the table looks at."""

    incoming: Incoming
    known: Known | None
    question: Question | None
    case: Case | None
    roles: frozenset[Who]

    @property
    def text(self) -> str:
        return self.incoming.text.strip()


Meaning = Callable[[Replied, View], Awaitable[list[Wish]]]


async def replied(incoming: Incoming, view: View) -> list[Wish]:
    """The wishes of a reply to any message; [] where it is none of our business."""
    if incoming.reply_to is None or incoming.sender is None:
        return []
    known = await view.known(incoming.chat, incoming.reply_to)
    question = await view.question_at(incoming.chat, incoming.reply_to)
    case_id = question.case_id if question else known.case_id if known else None
    if known is None and question is None:
        return []
    if incoming.sender.anonymous:
        return [Say("anonymous", once=True)]
    case = await view.case(case_id) if case_id is not None else None
    reply = Replied(incoming, known, question, case, _roles(incoming, question, case, view))
    kind = "question" if question else known.kind if known else ""
    for who, kinds, meaning in TABLE:
        if who in reply.roles and kind in kinds:
            return await meaning(reply, view)
    return []


async def answered(question: Question, incoming: Incoming, view: View) -> list[Wish]:
    """A message in private while the bot has a question open with its sender: the answer to it."""
    case = await view.case(question.case_id) if question.case_id is not None else None
    return await _answer(Replied(incoming, None, question, case, frozenset({Who.ASKED})), view)


def _roles(incoming: Incoming, question: Question | None, case: Case | None, view: View) -> frozenset[Who]:
    roles = {Who.ANYBODY}
    office, actor = view.office, view.actor
    if question is not None and incoming.sender is not None and question.account == incoming.sender.account:
        roles.add(Who.ASKED)
    if office.has_role(actor, Role.CURATOR, view.now):
        roles.add(Who.CURATOR)
    if case is not None and case.lead and office.of_department(actor, [case.lead.department], view.now):
        roles.add(Who.LEAD)
    return frozenset(roles)


# --- meanings ------------------------------------------------------------------------------------


async def _answer(reply: Replied, view: View) -> list[Wish]:
    question, text = reply.question, reply.text
    assert question is not None
    if question.kind == "text_for_files" and text:
        return [Carry(_with_text(question, text, reply, view), became="executor_draft", answers=question.id)]
    if question.case_id is None:
        return []
    if not text:
        return [Say("answer_in_words")]
    by, case, body = view.actor, question.case_id, question.body
    match question.kind:
        case "return_reason":
            return [Carry(Return(by, case, text), answers=question.id)]
        case "remark":
            return [Carry(SendBack(by, case, int(body["version"]), text), answers=question.id)]
        case "link":
            link = reply.incoming.links[0] if reply.incoming.links else text
            return [Carry(Posted(by, case, link), answers=question.id)]
        case "confirm_draft":
            return [Close(question.id), *await draft(reply, view)]
        case _:
            return []


async def _correction(reply: Replied, view: View) -> list[Wish]:
    """A curator's reply to a draft is his wording of it, unless he was just asked something about the case."""
    case = reply.case
    for question in await view.open_questions():
        if case is not None and question.case_id == case.id and question.kind in ASKED_IN_WORDS:
            return await _answer(replace(reply, question=question), view)
    if case is None or case.draft is None:
        return await draft(reply, view)
    if not reply.text:
        return [Say("answer_in_words")]
    version = reply.known.version if reply.known and reply.known.version else case.draft.version
    return [Carry(Correct(view.actor, case.id, version, reply.incoming.text), became="correction", quiet=True)]


async def draft(reply: Replied, view: View) -> list[Wish]:
    """An executor's reply to a message of his case is a draft of the answer."""
    case, incoming = reply.case, reply.incoming
    if case is None:
        return []
    return draft_from(incoming, case, view)


def draft_from(incoming: Incoming, case: Case, view: View) -> list[Wish]:
    """A draft from what was written and attached; where it may be none, a question first."""
    text = incoming.text.strip()
    if any(file.kind in NOT_TEXT for file in incoming.files) and not text:
        return [Say("no_text_draft", {"number": case.number})]
    if view.too_big:
        return [Say("file_too_big", {"number": case.number})]
    files = kept_files(incoming, view)
    if not text and files:
        return _photos_alone(files, case, view)
    if not says_something(text) or len(text) < SHORT:
        body = {"text": text, "files": [asdict(file) for file in files], "message": incoming.message}
        return [Ask("confirm_draft", case.id, body)]
    return [Carry(SubmitDraft(view.actor, case.id, text, files), became="executor_draft")]


def _photos_alone(files: tuple[FileRef, ...], case: Case, view: View) -> list[Wish]:
    """Photos without a word go with the wording that waits for approval; where there is none the words are asked for."""
    last = case.draft
    if last is not None and case.approved is None and not case.is_ended:
        return [Carry(SubmitDraft(view.actor, case.id, last.text, (*last.files, *files)), became="executor_draft")]
    return [Ask("text_for_files", case.id, {"files": [asdict(file) for file in files]})]


def _with_text(question: Question, text: str, reply: Replied, view: View) -> SubmitDraft:
    files = (*files_in(question), *kept_files(reply.incoming, view))
    return SubmitDraft(view.actor, question.case_id or 0, text, files)


def says_something(text: str) -> bool:
    """At least one word of two letters: «👍» and «+» are no answer to anybody."""
    return re.search(r"[^\W\d_]{2,}", text) is not None


async def _not_yours(reply: Replied, view: View) -> list[Wish]:
    """Somebody else's reply: refused in words, once, by the same decision a draft of his would meet."""
    if reply.case is None or (reply.case.is_ended and not view.actor.people):
        return []
    return [Carry(SubmitDraft(view.actor, reply.case.id, reply.incoming.text or "…"), quiet=False)]


async def _not_asked(reply: Replied, view: View) -> list[Wish]:
    return [Say("question_is_not_yours", once=True)]


TABLE: tuple[tuple[Who, frozenset[str], Meaning], ...] = (
    # who        replies to                      means
    (Who.ASKED, frozenset({"question"}), _answer),
    (Who.ANYBODY, frozenset({"question"}), _not_asked),
    (Who.CURATOR, DRAFT_MESSAGES, _correction),
    (Who.LEAD, CASE_MESSAGES, draft),
    (Who.ANYBODY, CASE_MESSAGES, _not_yours),
)


async def edited(incoming: Incoming, view: View) -> list[Wish]:
    """An edit of a message that became a draft or a correction: a new version if the words changed, else nothing."""
    known = await view.known(incoming.chat, incoming.message)
    if known is None or known.case_id is None or not incoming.text.strip():
        return []
    case = await view.case(known.case_id)
    draft = case.draft_of(known.version) if case and known.version else None
    if case is None or draft is None or draft.text.strip() == incoming.text.strip():
        return []
    if case.approved is not None:
        return [Say("edited_too_late", {"number": case.number})]
    text = incoming.text.strip()
    if known.kind == "correction":
        return [Carry(Correct(view.actor, case.id, case.drafts[-1].version, text), became="correction")]
    if known.kind == "executor_draft":
        return [Carry(SubmitDraft(view.actor, case.id, text, draft.files), became="executor_draft")]
    return []
