"""Interpret replies to the bot's messages by one table: role × kind of message replied to; the first match wins
(DESIGN, «What a reply means»)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from config.russian import dates
from handlers import (
    absence,
    asked,
    drafting,
    material,
    notes,
    notices,
    official_pages,
    practice,
    ready,
    shortcomings,
    striking,
)
from handlers.copies import recognised
from handlers.incoming import Incoming
from handlers.view import View, case_number
from handlers.waiting import files_in, missing_in
from handlers.wishes import Carry, Close, Say, Wish
from workflow.case import Case, Other
from workflow.commands import (
    Accept,
    AuthorReplied,
    Contribute,
    Correct,
    Merge,
    Posted,
    ProposeTerm,
    Return,
    SendBack,
    SendBackContribution,
    SetLocation,
    SetTerm,
    SubmitDraft,
)
from workflow.decide import decide
from workflow.office import Role
from workflow.outcomes import Reason, Refused
from workflow.ports import Known, Question
from workflow.reasons import STAND_IN

ASKED_IN_WORDS = frozenset({
    "remark", "part_remark", "return_reason", "link", "own_term", "author_said", "merge_into", "location", "annul_reason",
})  # fmt: skip
ACCEPTS = frozenset({  # a reply that consists of these words only accepts the case
    "принято", "принял", "приняла", "приняли", "принято в работу", "ок", "окей", "ok", "взял", "взяла", "взяли", "взяли в работу",
    "берём", "берем", "беру", "в работе",
})  # fmt: skip


class Who(StrEnum):
    NOTING = "noting"
    ASKED = "asked"
    CURATOR = "curator"
    LEAD = "lead"
    CO_EXECUTOR = "co_executor"
    ANYBODY = "anybody"


DRAFT_MESSAGES = frozenset({"draft", "draft_text", "draft_files", "executor_draft", "correction"})
CASE_MESSAGES = DRAFT_MESSAGES | {
    "card",
    "card_files",
    "notice",
    "work",
    "work_files",
    "basis",
    "offer",
    "handed_in",
    "answered_question",
    "contribution",
}


@dataclass(frozen=True)
class Replied:
    """A reply, with what the table of meanings needs: the message or question it replies to, its case, the sender's
    roles."""

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
    """Turn a reply into wishes by the table `TABLE`; [] if it replies to no message or question of the bot's."""
    if incoming.reply_to is None or incoming.sender is None:
        return []
    known = await view.known(incoming.chat, incoming.reply_to)
    question = await view.question_at(incoming.chat, incoming.reply_to)
    if known is None and question is None:
        known, question = await recognised(incoming, view)
        if known is None and question is None:
            return []
        if known is not None and known.kind == "notice" and await _is_asked(incoming, view):
            return []
    if incoming.in_a_chats_name:
        return [Say("anonymous", once=True)]
    case_id = question.case_id if question else known.case_id if known else None
    case = await view.case(case_id) if case_id is not None else None
    reply = Replied(incoming, known, question, case, _roles(incoming, question, case, view))
    kind = _kind(known, question)
    for who, kinds, meaning in TABLE:
        if who in reply.roles and kind in kinds:
            return await meaning(reply, view)
    return []


async def _is_asked(incoming: Incoming, view: View) -> bool:
    """Whether a private message is more likely the answer to an open question than a reply to an unrecorded notice."""
    return incoming.private and await asked.newest(view) is not None


def _kind(known: Known | None, question: Question | None) -> str:
    """The kind of the message replied to, as the table names it; a question already answered counts as a message of its
    case."""
    if question is not None:
        return "question"
    kind = known.kind if known is not None else ""
    return "answered_question" if kind == "question" else kind


async def answered(question: Question, incoming: Incoming, view: View) -> list[Wish]:
    """Handle a private message that is no Reply as the answer to the sender's open question."""
    case = await view.case(question.case_id) if question.case_id is not None else None
    return await _answer(Replied(incoming, None, question, case, frozenset({Who.ASKED})), view)


def _roles(incoming: Incoming, question: Question | None, case: Case | None, view: View) -> frozenset[Who]:
    roles = {Who.ANYBODY} | ({Who.NOTING} if notes.note_in(incoming.text) is not None else set())
    office, actor = view.office, view.actor
    if question is not None and incoming.sender is not None and question.account == incoming.sender.account:
        roles.add(Who.ASKED)
    if office.has_role(actor, Role.CURATOR, view.now):
        roles.add(Who.CURATOR)
    if case is not None and case.lead and office.of_department(actor, [case.lead.department], view.now):
        roles.add(Who.LEAD)
    co_executors = [part.department for part in case.co_executors] if case is not None else []
    if office.of_department(actor, co_executors, view.now):
        roles.add(Who.CO_EXECUTOR)
    return frozenset(roles)


# --- meanings ------------------------------------------------------------------------------------


async def _answer(reply: Replied, view: View) -> list[Wish]:
    question, text = reply.question, reply.text
    assert question is not None
    if question.kind in absence.QUESTIONS:
        return absence.told(question, text, view)
    if question.kind in official_pages.QUESTIONS:
        return official_pages.told(question, text, view)
    if question.kind in material.QUESTIONS:
        return material.told(question, reply.incoming, view)
    if question.kind in shortcomings.QUESTIONS:
        return shortcomings.told(question, text, reply.case, view)
    if question.kind in practice.QUESTIONS:
        return practice.told(question, text)
    if question.kind == "annul_reason":
        return striking.told(question, text) if text else [Say("answer_in_words")]
    if question.case_id is None or question.kind not in asked.TAKES:
        return []
    if question.kind in asked.ABOUT_DRAFTS:
        meaning = notes.noted if Who.NOTING in reply.roles else _draft
        return [Close(question.id), *await meaning(reply, view)]
    if not text:
        return [Say("answer_in_words")]
    by, case, body = view.actor, question.case_id, question.body
    match question.kind:
        case "return_reason":
            return [Carry(Return(by, case, text), answers=question.id)]
        case "remark":
            return [Carry(SendBack(by, case, int(body["version"]), text), answers=question.id)]
        case "part_remark":
            [department] = body["departments"]
            return [Carry(SendBackContribution(by, case, str(department), text), answers=question.id)]
        case "why_early":
            files = files_in(question)
            early = SubmitDraft(by, case, str(body["text"]), files, early=text, missing=missing_in(question))
            kept = tuple(int(number) for number in body.get("written", ()))
            return [Carry(early, became="executor_draft", answers=question.id, written=kept)]
        case "author_said":
            return [Carry(AuthorReplied(by, case, text), answers=question.id)]
        case "own_term":
            due = dates.moment(text, view.now, view.office.working_time)
            if due is None:
                return [Say("not_a_moment")]
            term = ProposeTerm if body.get("proposed") else SetTerm
            return [Carry(term(by, case, due), answers=question.id)]
        case "snooze":
            return await notices.snoozed(question, text, view)
        case "location":
            return [Carry(SetLocation(by, case, text[:200]), answers=question.id)]
        case "merge_into":
            return await _merge_into(question, text, view)
        case "link":
            link = reply.incoming.links[0] if reply.incoming.links else text
            return [Carry(Posted(by, case, link), answers=question.id)]
        case _:
            return []


async def _merge_into(question: Question, text: str, view: View) -> list[Wish]:
    """Merge the question's case with the case whose public number the text gives; if there is none, say so."""
    number = case_number(text)
    other = await view.case_numbered(number) if number is not None else None
    if other is None or question.case_id is None:
        return [Say("no_such_case", {"number": text.lstrip("№ ").strip()[:20]})]
    return [Carry(Merge(view.actor, question.case_id, Other(other.id, other.number)), answers=question.id)]


async def _correction(reply: Replied, view: View) -> list[Wish]:
    """Take a curator's reply to a draft as its new wording, unless a question to the curator about the case is open:
    then it may be the answer to that."""
    case = reply.case
    version = reply.known.version if reply.known else None
    if wishes := await _as_asked(reply, view, ASKED_IN_WORDS, version or (len(case.drafts) if case else 0)):
        return wishes
    if case is None or case.draft is None:
        return await _draft(reply, view)
    if not reply.text:
        return [Say("answer_in_words")]
    return [
        Carry(
            Correct(view.actor, case.id, version or case.draft.version, reply.incoming.text),
            became="correction",
            quiet=True,
        )
    ]


async def _as_asked(reply: Replied, view: View, kinds: frozenset[str], wording: int = 0) -> list[Wish]:
    """Take a reply to a message of the case as the answer to an open question about the case, of one of these `kinds`.

    If that question was not asked just now, ask first what the reply is. [] if no such question is open, or the sender
    already said that what they wrote was no answer to it."""
    of_case = [q for q in await view.open_questions() if reply.case is not None and q.case_id == reply.case.id]
    question, (passed_by, aside) = next((one for one in of_case if one.kind in kinds), None), await view.passed_by()
    if question is None or question.id <= aside:
        return []
    if asked.is_fresh(question, passed_by, view):
        return await _answer(replace(reply, question=question), view)
    return [await asked.about(question, reply.incoming, view, [reply.case] if reply.case else [], wording)]


async def _of_lead(reply: Replied, view: View) -> list[Wish]:
    """Handle a reply of the lead executor: the remark they were asked for, an acceptance («Принято»), else a draft."""
    if wishes := await _as_asked(reply, view, frozenset({"part_remark"})):
        return wishes
    return _accepting(reply, view) or await _draft(reply, view)


def _accepting(reply: Replied, view: View) -> list[Wish]:
    """Accept the case if the reply is only «Принято» or the like; if it was accepted before, the desk says so. [] for
    any other words, or if the lead may not accept now."""
    words = " ".join(re.findall(r"\w+", reply.text.lower()))
    if reply.case is None or words not in ACCEPTS or reply.incoming.files:
        return []
    command = Accept(view.actor, reply.case.id)
    decision = decide(reply.case, command, view.office, view.now)
    return [] if isinstance(decision, Refused) and decision.reason is not Reason.ALREADY_ACCEPTED else [Carry(command)]


async def _draft(reply: Replied, view: View) -> list[Wish]:
    """Take an executor's reply in their case as a draft of the answer."""
    return await drafting.draft(reply.case, reply.incoming, view)


async def _contribution(reply: Replied, view: View) -> list[Wish]:
    """Take a co-executor's reply as an acceptance («Принято»), else as a contribution to the common draft."""
    return _accepting(reply, view) or await drafting.contribution(reply.case, reply.incoming, view)


async def _not_yours(reply: Replied, view: View) -> list[Wish]:
    """Refuse the reply of someone who is not the case's executor, with the reason the rules give; at most once a day
    per person.

    [] if there is no case, or a person from outside the office replies in an ended one."""
    if reply.case is None or (reply.case.is_ended and not view.actor.people):
        return []
    return [Carry(SubmitDraft(view.actor, reply.case.id, reply.text or STAND_IN), once=True)]


async def _material(reply: Replied, view: View) -> list[Wish]:
    """Take a reply to a material for publication as its new wording."""
    return material.replied(reply.known, reply.incoming, view) if reply.known is not None else []


async def _ready(reply: Replied, view: View) -> list[Wish]:
    """Take a reply to a ready answer as its new wording."""
    return ready.replied(reply.known, reply.incoming, view) if reply.known is not None else []


async def _not_asked(reply: Replied, view: View) -> list[Wish]:
    return [Say("question_is_not_yours", once=True)]


TABLE: tuple[tuple[Who, frozenset[str], Meaning], ...] = (
    # who        replies to                      means
    (Who.ASKED, frozenset({"question"}), _answer),
    (Who.ANYBODY, frozenset({"question"}), _not_asked),
    (Who.NOTING, CASE_MESSAGES | {notes.MESSAGE}, notes.noted),
    (Who.CURATOR, DRAFT_MESSAGES, _correction),
    (Who.LEAD, CASE_MESSAGES, _of_lead),
    (Who.CO_EXECUTOR, CASE_MESSAGES, _contribution),
    (Who.ANYBODY, CASE_MESSAGES, _not_yours),
    (Who.ANYBODY, material.MESSAGES, _material),
    (Who.ANYBODY, ready.MESSAGES, _ready),
)


async def edited(incoming: Incoming, view: View) -> list[Wish]:
    """Handle an edit of a recorded message: a draft, a correction, a contribution, a note or a material gets its new
    text.

    [] if the message is not recorded or its text is unchanged. If a newer version exists or the answer is approved or
    posted, nothing changes and the author is told so."""
    known = await view.known(incoming.chat, incoming.message)
    if known is not None and known.kind == material.OWN_MESSAGE and incoming.text.strip():
        return material.edited(known, incoming)
    if known is None or known.case_id is None or not incoming.text.strip():
        return []
    case = await view.case(known.case_id)
    if known.kind == "contribution" and case is not None:
        given = Contribute(view.actor, case.id, incoming.text.strip())
        return [] if case.is_ended else [Carry(given, became="contribution", quiet=True)]
    if known.kind == notes.MESSAGE and case is not None:
        return notes.edited(case, incoming, view)
    draft = case.draft_of(known.version) if case and known.version else None
    if case is None or draft is None or draft.text.strip() == (text := incoming.text.strip()):
        return []
    if case.draft is not None and draft.version < case.draft.version:
        return [Say("edited_older", {"number": case.number, "version": draft.version, "newest": case.draft.version})]
    if case.approved is not None or any(posting.version >= draft.version for posting in case.postings):
        return [Say("edited_too_late", {"number": case.number})]
    if known.kind == "correction":
        correction = Correct(view.actor, case.id, case.drafts[-1].version, text)
        return [Carry(correction, became="correction", quiet=True)]
    if known.kind == "executor_draft":
        return [Carry(SubmitDraft(view.actor, case.id, text, draft.files), became="executor_draft")]
    return []
