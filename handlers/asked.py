"""What answers a question the bot has open with a person: one rule for every kind (DESIGN, «What a reply means»).

A Reply to the question does. Another private message does only within three minutes, with nothing of that person's in
between, and only if it can be nothing else: it is no forward, holds no link, is no appeal of a citizen and fits no other
case of his. Anything else is asked about first, and kept until he says what it is.
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
"""The question that keeps a message until its sender says what it is."""
CASE, NEW, WORDING = "c", "new", "t"
"""The other choices under it: a draft for this case, a citizen's message, a new wording of the draft."""
MOST_CASES = 3
NAMED = re.compile(r"№ ?(\d{1,9})")


@dataclass(frozen=True)
class Takes:
    """What the answer to a question may hold besides words. `links`: also a link; `must`: one of these words it needs."""

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
"""The questions answered by typing; the others have buttons only."""
ABOUT_DRAFTS = frozenset({"text_for_files", "confirm_draft", "draft_again", "hinted_draft"})


def is_fresh(question: Question, passed_by: int, view: View) -> bool:
    """Whether he was just asked: within three minutes, and has said and pressed nothing else since."""
    return question.id > passed_by and view.now - question.asked_at <= WITHIN


async def newest(view: View) -> Question | None:
    """The last open question the person may answer by typing."""
    return next((one for one in await view.open_questions() if one.kind in TAKES), None)


async def in_private(incoming: Incoming, view: View) -> Question | Ask | None:
    """The question that this message answers though it is no reply; what to ask about it; None if it has nothing to do
    with any question."""
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
    """Whether it could be such an answer at all: a picture is no remark, words are no link."""
    takes = TAKES[question.kind]
    if incoming.files and not takes.files:
        return False
    return bool(incoming.links) if takes.must else bool(incoming.text.strip() or incoming.files)


def _is_an_appeal(question: Question, incoming: Incoming, view: View) -> bool:
    """Whether the words would be taken for a citizen's message. A link is judged by its form alone."""
    return not TAKES[question.kind].must and view.is_appeal(incoming.text)


async def _other_cases(text: str, case: Case | None, view: View) -> list[Case]:
    """Other open cases of the person's that the words fit: named by number, or more like them than the case asked about."""
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
    """The open cases of the person's department."""
    person = next((p for p in view.office.acting(view.actor, view.now) if p.department), None)
    return await view.cases_of(person.department) if person is not None and person.department else []


async def about(
    question: Question, incoming: Incoming, view: View, others: list[Case] | None = None, wording: int = 0
) -> Ask:
    """Ask what the message is. `others`: cases it may be about; `wording`: the draft whose new wording it may be."""
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
    """Whatever a person says or presses besides the answer comes between: from then on the questions that were open need
    a Reply."""
    if not view.actor.people or incoming.kind not in (Kind.PRESS, Kind.MESSAGE):
        return []
    question = await newest(view)
    if question is None or await _is_at_it(incoming, question, view):
        return []
    return [PassBy(question.id)]


async def _is_at_it(incoming: Incoming, question: Question, view: View) -> bool:
    """Whether the message replies to the question, or the button is the question's own."""
    if incoming.kind is Kind.PRESS:
        at = (question.chat_id, question.message_id)
        button = Callback.parse(incoming.data)
        return at == (incoming.chat, incoming.message) or button is None
    if incoming.reply_to is None:
        return False
    replied = await view.question_at(incoming.chat, incoming.reply_to)
    return replied is not None and replied.id == question.id
