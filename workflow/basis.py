"""What an answer may be written from: the blanks of a ready answer, and which posted answers others may take. Pure.

An answer is offered to other cases only if everybody may read it where it stands: the question was public, and the words
name neither its author nor a flat.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from workflow.case import Case, Draft, State
from workflow.ready_answer import ReadyAnswer
from workflow.regulation import DraftKind

OFFERED = 2
"""How many ready answers are offered for one case."""
BLANK = re.compile(r"\{[а-яё][а-яё -]{0,29}\}", re.IGNORECASE)
PRIVATE = "message"
"""The kind of an appeal that only its author and the office have read."""
FLAT = re.compile(r"\b(?:кв\.?|квартир\w*)\s*№?\s*\d", re.IGNORECASE)
NAME = re.compile(r"[А-ЯЁA-Z][а-яёa-z]{3,}")
NOBODY = ("жител", "админ", "гост", "пользоват", "аноним")
"""How the names of accounts begin that name nobody."""


def blanks(text: str) -> tuple[str, ...]:
    """The blanks still open in the text, each once: «{срок}», «{кто}»."""
    return tuple(dict.fromkeys(found.group() for found in BLANK.finditer(text)))


def served(case: Case) -> Draft | None:
    """The posted final answer that others may be offered; None if there is none."""
    posting = case.posting
    if case.state is not State.CLOSED or posting is None or posting.kind is not DraftKind.FINAL:
        return None
    if case.loss is not None or not posting.link or not _is_public(case):
        return None
    draft = case.draft_of(posting.version)
    return draft if draft is not None and draft.text.strip() and not _names_somebody(case, draft.text) else None


def answer_seen(case: Case, by: Case) -> Draft | None:
    """The posted final answer to the case as those may see it who work on case `by`: one that others may have, or one to
    the same author."""
    own = case.appeal.author_ref and case.appeal.author_ref == by.appeal.author_ref
    posting = case.answer
    if not own or posting is None or posting.kind is not DraftKind.FINAL:
        return served(case)
    return case.draft_of(posting.version)


def _is_public(case: Case) -> bool:
    """Whether the question stands where everybody may read it: in a network, or at an address that the curator gave."""
    appeal = case.appeal
    return appeal.kind != PRIVATE and bool(appeal.network or appeal.link)


def _names_somebody(case: Case, text: str) -> bool:
    """Whether the words name the author, in any case of the name, or somebody's flat."""
    names = [name for name in NAME.findall(case.appeal.author) if not name.lower().startswith(NOBODY)]
    stems = [name[: max(4, len(name) - 2)] for name in names]
    return FLAT.search(text) is not None or any(re.search(rf"\b{re.escape(stem)}", text) for stem in stems)


def offered(kept: Iterable[ReadyAnswer], case: Case, department: str) -> tuple[ReadyAnswer, ...]:
    """The ready answers for the department's draft: those of its topics first, then those for any topic."""
    fits = [one for one in kept if one.department in ("", department) and one.topic in ("", *case.topics)]
    fits.sort(key=lambda one: (not one.topic, not one.department))
    return tuple(fits[:OFFERED])
