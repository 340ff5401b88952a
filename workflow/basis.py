"""What an answer may be written from: ready answers with their blanks, and posted answers that other cases may reuse. Pure.

A posted answer is offered for other cases only if everybody may read it where it was posted: the question was public, and
the answer names neither its author nor a flat.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from workflow.case import Case, Draft, State
from workflow.ready_answer import ReadyAnswer
from workflow.regulation import DraftKind

OFFERED = 2
"""How many ready answers are offered for one case at most."""
BLANK = re.compile(r"\{[а-яё][а-яё -]{0,29}\}", re.IGNORECASE)
PRIVATE = "message"
"""`Appeal.kind` of a private message, which only its author and the office have read."""
FLAT = re.compile(r"\b(?:кв\.?|квартир\w*)\s*№?\s*\d", re.IGNORECASE)
NAME = re.compile(r"[А-ЯЁA-Z][а-яёa-z]{3,}")
NOBODY = ("жител", "админ", "гост", "пользоват", "аноним")
"""How account names begin that name no particular person («Житель», «Администратор»); lower case."""


def blanks(text: str) -> tuple[str, ...]:
    """Return the blanks of a ready answer that are still unfilled in the text, each once: «{срок}», «{кто}»."""
    return tuple(dict.fromkeys(found.group() for found in BLANK.finditer(text)))


def served(case: Case) -> Draft | None:
    """Return the draft of the case's posted final answer if it may be offered for other cases: it is still visible, the
    question is public, and it names nobody. None otherwise."""
    posting = case.posting
    if case.state is not State.CLOSED or posting is None or posting.kind is not DraftKind.FINAL:
        return None
    if case.loss is not None or not posting.link or not _is_public(case):
        return None
    draft = case.draft_of(posting.version)
    return draft if draft is not None and draft.text.strip() and not _names_somebody(case, draft.text) else None


def answer_seen(case: Case, by: Case) -> Draft | None:
    """Return the final answer posted to `case` if the people who work on case `by` may see it: it may be offered for other
    cases (`served`), or both cases have one author. None otherwise."""
    own = case.appeal.author_ref and case.appeal.author_ref == by.appeal.author_ref
    posting = case.answer
    if not own or posting is None or posting.kind is not DraftKind.FINAL:
        return served(case)
    return case.draft_of(posting.version)


def _is_public(case: Case) -> bool:
    """Whether everybody can read the question: it was posted in a network, or at an address that the curator gave."""
    appeal = case.appeal
    return appeal.kind != PRIVATE and bool(appeal.network or appeal.link)


def _names_somebody(case: Case, text: str) -> bool:
    """Whether the text names the case's author, in any grammatical case of the name, or the number of a flat."""
    names = [name for name in NAME.findall(case.appeal.author) if not name.lower().startswith(NOBODY)]
    stems = [name[: max(4, len(name) - 2)] for name in names]
    return FLAT.search(text) is not None or any(re.search(rf"\b{re.escape(stem)}", text) for stem in stems)


def offered(kept: Iterable[ReadyAnswer], case: Case, department: str) -> tuple[ReadyAnswer, ...]:
    """Return up to `OFFERED` ready answers to offer for the department's draft: those of the case's topics first, then
    those for any topic."""
    fits = [one for one in kept if one.department in ("", department) and one.topic in ("", *case.topics)]
    fits.sort(key=lambda one: (not one.topic, not one.department))
    return tuple(fits[:OFFERED])
