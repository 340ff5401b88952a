"""Erases people's words from a case (152-ФЗ): which of its fields stay and which are emptied. Pure.

Everything stays from which duties, reports and the register of violations are computed: states, moments, departments, topics,
versions, links of posted answers. The words of the author and those written to and about him, his name, account, addresses and
files are erased. Of a file its kind stays, because reports count answers with photos.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from workflow.case import (
    ENDED,
    Appeal,
    Basis,
    Beside,
    Case,
    Context,
    Contribution,
    Draft,
    FileRef,
    MissingFile,
    Part,
    Posting,
    Reply,
    State,
)
from workflow.replacing import replace

NOBODY = "Житель"
"""Replaces the name of an author whose name was erased."""
GONE = "[стёрто]"
"""Replaces an erased text in a field that must not be empty (a reason, a remark)."""
PRIVATE = "message"
"""`Appeal.kind` of a private message. Its address in the network names the author's account, so it is erased too."""


class Erasure(StrEnum):
    """Why the words were erased, as the journal names it. ASKED: somebody asked for it. RETENTION: the term of keeping
    has passed."""

    ASKED = "erased"
    RETENTION = "outlived"


def is_over(case: Case, above: Case | None = None) -> bool:
    """Whether the case has ended, so that its words can be erased. A case merged into `above` has ended only if `above`
    has, because both get one answer."""
    return is_over(above) if case.state is State.MERGED and above is not None else case.state in ENDED - {State.MERGED}


def without_words(case: Case, place: str, now: datetime) -> Case:
    """Return the case with people's words erased at `now` and its version one higher; `place` replaces its location."""
    is_private = case.appeal.kind == PRIVATE
    return replace(
        case,
        version=case.version + 1,
        appeal=without_author(case.appeal),
        location=place,
        suggested_by=(),
        parts=tuple(_part(part) for part in case.parts),
        drafts=tuple(_draft(draft) for draft in case.drafts),
        contributions=tuple(_contribution(one) for one in case.contributions),
        postings=tuple(_posting(one) if is_private else one for one in case.postings),
        replies=tuple(_reply(one) for one in case.replies),
        rewritten=tuple(_reply(one) for one in case.rewritten),
        context=_context(case.context),
        former=None,
        erased_at=now,
    )


def without_quotes(case: Case, erased: frozenset[int]) -> Case:
    """Return the case without the texts it quotes from the erased cases (ids): the message it replies to, and the answers
    its drafts were written from."""
    context = case.context
    return replace(
        case,
        context=_context(context) if context is not None and context.case.id in erased else context,
        parts=tuple(replace(part, basis=_unquoted(part.basis, erased)) for part in case.parts),
        drafts=tuple(replace(draft, basis=_unquoted(draft.basis, erased)) for draft in case.drafts),
    )


def stored(case: Case) -> frozenset[str]:
    """Return the keys in the file store of every file of the case."""
    told = [one.files for one in (*case.replies, *case.rewritten)]
    told += [one.files for one in case.drafts] + [one.files for one in case.contributions]
    return frozenset(file.key for files in (case.appeal.files, *told) for file in files if file.key)


def said(case: Case) -> tuple[str, ...]:
    """Return every text the author wrote, each once, so that copies of them elsewhere can be found and erased. Answers are
    not among them: they are the office's words, and often the same for many people."""
    texts = (case.appeal.text, case.appeal.words, *(one.text for one in (*case.replies, *case.rewritten)))
    return tuple(dict.fromkeys(text for text in texts if text))


def without_author(appeal: Appeal) -> Appeal:
    """Return the message without its words, its author and its addresses. A public message keeps `ref`, so that it is
    recognised if the network delivers it again."""
    return replace(
        appeal,
        text="",
        author=NOBODY,
        author_ref="",
        place="",
        link="",
        ref=None if appeal.kind == PRIVATE else appeal.ref,
        files=tuple(_file(file) for file in appeal.files),
        attached=tuple((kind, "") for kind, _ in appeal.attached),
        missing=tuple(_missing(file) for file in appeal.missing),
        beside=_beside(appeal.beside),
    )


def _file(file: FileRef) -> FileRef:
    return FileRef("", file.kind, "", 0)


def _missing(file: MissingFile) -> MissingFile:
    return replace(file, name="")


def _beside(beside: tuple[Beside, ...]) -> tuple[Beside, ...]:
    return tuple(Beside(one.kind) for one in beside)


def _reply(reply: Reply) -> Reply:
    files = tuple(_file(file) for file in reply.files)
    return replace(reply, text="", beside=_beside(reply.beside), files=files, ref="")


def _basis(basis: Basis | None) -> Basis | None:
    return replace(basis, text="") if basis is not None else None


def _part(part: Part) -> Part:
    return replace(part, reason=GONE if part.reason else part.reason, basis=_basis(part.basis))


def _draft(draft: Draft) -> Draft:
    return replace(
        draft,
        text="",
        files=tuple(_file(file) for file in draft.files),
        remark=GONE if draft.remark else draft.remark,
        early=GONE if draft.early else "",
        missing=tuple(_missing(file) for file in draft.missing),
        basis=_basis(draft.basis),
    )


def _contribution(one: Contribution) -> Contribution:
    files, missing = tuple(_file(file) for file in one.files), tuple(_missing(file) for file in one.missing)
    return replace(one, text="", files=files, missing=missing, remark=GONE if one.remark else "")


def _posting(posting: Posting) -> Posting:
    return replace(posting, link="", ref="")


def _context(context: Context | None) -> Context | None:
    return replace(context, words="", answer="") if context is not None else None


def _unquoted(basis: Basis | None, erased: frozenset[int]) -> Basis | None:
    is_quoted = basis is not None and basis.case is not None and basis.case.id in erased
    return _basis(basis) if is_quoted else basis
