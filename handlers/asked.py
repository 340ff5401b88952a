"""Decide whether a message answers a question the bot has open with its sender: one rule for every kind of question
(DESIGN, «What a reply means»).

A Reply to the question answers it. Another private message answers it only if it comes within three minutes of the
question, the sender did nothing else in between, and it can be nothing else: it is no forward, holds no link, does not
read like a citizen's appeal and fits no other case of the sender's. Otherwise the bot keeps the message and asks what
it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from config.russian.likeness import ALIKE, likeness
from handlers.callbacks import Callback
from handlers.incoming import Incoming, Kind
from handlers.view import View, case_number
from handlers.waiting import kept_files, kept_in
from handlers.wishes import Ask, PassBy, Wish
from workflow.case import Case
from workflow.office import Role
from workflow.ports import Question

WITHIN = timedelta(minutes=3)
WHICH = "which_answer"
"""The kind of the question «what is this message?»; the bot keeps the message in it until the sender chooses."""
CASE, NEW, WORDING = "c", "new", "t"
"""Arguments of the buttons under the question «what is this message?»: a draft for this case, a citizen's message, a
new wording of the draft."""
MOST_CASES = 3
NAMED = re.compile(r"(?:[№#]|\bN[o°]?\.?|\bномер\w*)\s*(\d{1,9})(?!\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Takes:
    """What an answer to a question may contain besides words: `files`, `links`. `must`: it has to contain a link."""

    files: bool = False
    links: bool = False
    must: bool = False


WORDS, WITH_FILES, A_LINK, WITH_LINKS = Takes(), Takes(files=True), Takes(links=True, must=True), Takes(links=True)

TAKES: Mapping[str, Takes] = {
    "return_reason": WORDS,
    "remark": WORDS,
    "part_remark": WORDS,
    "link": A_LINK,
    "confirm_draft": WITH_FILES,
    "draft_again": WITH_FILES,
    "hinted_draft": WITH_FILES,
    "text_for_files": WITH_FILES,
    "why_early": WORDS,
    "own_term": WORDS,
    "author_said": WORDS,
    "merge_into": WORDS,
    "location": WORDS,
    "absent_days": WORDS,
    "annul_reason": WORDS,
    "snooze": WORDS,
    "shortcoming": WORDS,
    "page_address": WITH_LINKS,
    "page_item": WITH_LINKS,
    "page_decline": WORDS,
    "material_text": WITH_FILES,
    "material_edit": WITH_FILES,
    "material_remarks": WORDS,
    "material_time": WORDS,
    "material_link": A_LINK,
}
"""Every kind of question that is answered by typing, with what the answer may contain; all others have buttons only."""
ABOUT_DRAFTS = frozenset({"text_for_files", "confirm_draft", "draft_again", "hinted_draft"})


def is_fresh(question: Question, passed_by: int, view: View) -> bool:
    """Whether the question was asked at most three minutes ago and the person has written and pressed nothing else
    since.

    `passed_by`: the id of the newest question that was open when the person last did something else."""
    return question.id > passed_by and view.now - question.asked_at <= WITHIN


async def newest(view: View) -> Question | None:
    """The person's newest open question that can be answered by typing; None if there is none."""
    return next((one for one in await view.open_questions() if one.kind in TAKES), None)


async def in_private(incoming: Incoming, view: View) -> Question | Ask | None:
    """What a private message that is no Reply means for the sender's newest open question.

    Returns the question if the message answers it, an `Ask` if the sender must first say what the message is, None if
    the message has nothing to do with a question."""
    question = await newest(view)
    passed_by, set_aside = await view.passed_by()
    if question is None or question.id <= set_aside or not _has_the_form(question, incoming):
        return None
    case = await view.case(question.case_id) if question.case_id is not None else None
    others = await _other_cases(incoming.text, case, view)
    plain = incoming.origin is None and (TAKES[question.kind].links or not incoming.links)
    if is_fresh(question, passed_by, view) and plain and not others and not _is_an_appeal(question, incoming, view):
        return question
    return await about(question, incoming, view, others)


def _has_the_form(question: Question, incoming: Incoming) -> bool:
    """Whether the message has the form the question needs: files only where allowed, a link where required, else any
    content."""
    takes = TAKES[question.kind]
    if incoming.files and not takes.files:
        return False
    return bool(incoming.links) if takes.must else bool(incoming.text.strip() or incoming.files)


def _is_an_appeal(question: Question, incoming: Incoming, view: View) -> bool:
    """Whether the text would be taken for a citizen's message; always False for a question that asks for a link."""
    return not TAKES[question.kind].must and view.is_appeal(incoming.text)


async def _other_cases(text: str, case: Case | None, view: View) -> list[Case]:
    """Open cases, other than `case`, that the text may be about: those it names by number, and those of the sender's
    department whose appeal is similar to the text, at least as much as that of `case`."""
    found: dict[int, Case] = {}
    for named in NAMED.findall(text):
        other = await view.case_numbered(case_number(named) or 0)
        if other is not None and not other.is_ended:
            found[other.id] = other
    here = likeness(text, case.appeal.text) if case is not None else 0.0
    for other in await _own_cases(view):
        if likeness(text, other.appeal.text) >= max(ALIKE, here):
            found[other.id] = other
    return [one for one in found.values() if case is None or one.id != case.id]


async def _own_cases(view: View) -> list[Case]:
    """The open cases of the department the person acts for; [] if they act for none."""
    person = next((p for p in view.office.acting(view.actor, view.now) if p.department), None)
    return await view.cases_of(person.department) if person is not None and person.department else []


async def about(
    question: Question, incoming: Incoming, view: View, others: list[Case] | None = None, wording: int = 0
) -> Ask:
    """Ask the sender what the message is, and keep the message in that question.

    `others`: other cases it may be about; `wording`: the version of the draft whose new wording it may be, 0 if
    none."""
    case = await view.case(question.case_id) if question.case_id is not None else None
    kept = kept_in(incoming.text, kept_files(incoming, view), view.missing, incoming)
    own = {one.id for one in await _own_cases(view)}
    body: dict[str, Any] = {
        **kept,
        "of": question.id,
        "asked": question.kind,
        "about": case.number if case is not None else 0,
        "new": view.office.has_role(view.actor, Role.CURATOR, view.now) is not None and not wording,
        "wording": wording,
        "cases": [{"id": c.id, "number": c.number, "about": c.appeal.text[:80]} for c in others or () if c.id in own][
            :MOST_CASES
        ],
        "links": list(incoming.links),
        "date": incoming.date,
        "origin": asdict(incoming.origin) if incoming.origin is not None else None,
    }
    return Ask(WHICH, question.case_id if wording else None, body)


async def passing_by(incoming: Incoming, view: View) -> list[Wish]:
    """Record that the sender wrote or pressed something other than the answer to the newest open question: from now on
    the questions open so far can be answered only by a Reply. [] if there is no such question or this is its answer."""
    if not view.actor.people or incoming.kind not in (Kind.PRESS, Kind.MESSAGE):
        return []
    question = await newest(view)
    if question is None or await _is_at_it(incoming, question, view):
        return []
    return [PassBy(question.id)]


async def _is_at_it(incoming: Incoming, question: Question, view: View) -> bool:
    """Whether the message is a Reply to the question, or the pressed button belongs to it (or is not a button of
    ours)."""
    if incoming.kind is Kind.PRESS:
        at = (question.chat_id, question.message_id)
        button = Callback.parse(incoming.data)
        return at == (incoming.chat, incoming.message) or button is None
    if incoming.reply_to is None:
        return False
    replied = await view.question_at(incoming.chat, incoming.reply_to)
    return replied is not None and replied.id == question.id
