"""Show a draft to the curator: a head with the buttons, and the bare text as the citizen will see it. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from bot.cases.screens.bases import repeated_line
from bot.cases.screens.buttons import CaseButtons
from bot.cases.screens.cards import progress, why_not_posted
from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import draft_hint_lines, files_words, hint_lines, link, missing_words
from bot.messenger import Screen
from config.draft_hints import of_draft
from config.russian.judging.lacks import Lack
from config.russian.judging.style import style_hints
from config.russian.words import REWRITTEN, clean, count, difference, excerpt
from config.texts import Texts, safe
from workflow.basis import blanks
from workflow.case import Case, Draft, Loss, State
from workflow.office import Office
from workflow.regulation import Step
from workflow.waiting import owed


@dataclass(frozen=True)
class DraftWords:
    """One version of a draft in words, for the template. `before`: the number of the version it is compared with.
    `asked`: the remark that asked for this version."""

    version: int
    is_newest: bool
    newer: int | None
    kind: str
    department: str
    corrects: int | None
    before: int | None
    changed: str
    asked: str
    remark: str
    files: str
    missing: str
    early: str
    posted: str
    link: Markup
    basis: Markup

    @staticmethod
    def of(draft: Draft, words: CaseWords) -> DraftWords:
        case, texts = words.case, words.texts
        newest = case.draft.version if case.draft else draft.version
        before = _compared_with(case, draft)
        posting = next((p for p in reversed(case.postings) if p.version == draft.version), None)
        return DraftWords(
            version=draft.version,
            is_newest=draft.version == newest,
            newer=newest if newest > draft.version else None,
            kind=texts.plain(f"drafts.{draft.kind}"),
            department=words.department_name(draft.department) or words.person(draft.by),
            corrects=draft.corrects,
            before=before.version if before else None,
            changed=_changed(texts, before, draft) if before else "",
            asked=_short(before.remark) if before and before.remark else "",
            remark=_short(draft.remark) if draft.remark else "",
            files=files_words(texts, [file.kind for file in draft.files]),
            missing=missing_words(texts, draft.missing),
            early=excerpt(clean(draft.early), 200, 3) if owed(case, words.office) else "",
            posted=words.when.at(posting.at) if posting else "",
            link=link(posting.link, posting.link) if posting else Markup(),
            basis=_taken(texts, case, draft),
        )


def _short(remark: str) -> str:
    return excerpt(clean(remark), 300, 6)


def _compared_with(case: Case, draft: Draft) -> Draft | None:
    """Return the version to compare this one with: the one it corrects, else the previous one. None if there is none,
    it has been posted, or it belongs to another department."""
    before = case.draft_of(draft.corrects if draft.corrects is not None else draft.version - 1)
    answered = before is not None and any(posting.version >= before.version for posting in case.postings)
    return None if answered or (before is not None and before.department != draft.department) else before


def _taken(texts: Texts, case: Case, draft: Draft) -> Markup:
    """Return what was taken as the basis of the draft and how the draft differs from it; empty without a basis, if
    little of it is left, or if the version before has the same basis."""
    basis, before = draft.basis, case.draft_of(draft.version - 1)
    if basis is None or (before is not None and before.basis == basis):
        return Markup()
    changed = difference(clean(basis.text), clean(draft.text))
    if changed == REWRITTEN:
        return Markup()
    number = f"№ {basis.case.number}" if basis.case is not None else ""
    return texts.phrase("bases.taken", number=number, changed=changed)


def _changed(texts: Texts, before: Draft, draft: Draft) -> str:
    """Return the words that changed between the two versions, and the files if those changed; "" if nothing did."""
    parts = [difference(clean(before.text), clean(draft.text))]
    if before.files != draft.files:
        files = files_words(texts, [file.kind for file in draft.files])
        parts.append(texts.plain("draft.files_now", files=files) if files else texts.plain("draft.files_gone"))
    return "; ".join(part for part in parts if part)


def head(
    texts: Texts,
    case: Case,
    version: int,
    office: Office,
    now: datetime,
    problems: Sequence[str] = (),
    repeated: Case | None = None,
) -> Screen:
    """Return the message below the text of a version: what the version is and what can be done about it now. `problems`:
    what the network would refuse, in words. `repeated`: the answered case that this one repeats.
    LookupError: no such version."""
    draft = case.draft_of(version)
    if draft is None:
        raise LookupError(f"case {case.id} has no version {version}")
    words = CaseWords(texts, case, office, now, shown_since=draft.at)
    text = texts.html(
        "draft",
        c=words,
        d=DraftWords.of(draft, words),
        state=case.state,
        approve_by=words.running_until(Step.APPROVAL),
        post_by=words.running_until(Step.POSTING),
        sending=sending(words),
        not_posted=not_posted(words),
        loss=case.loss or "",
        about_state=progress(words) or words.state_words,
        problems=[excerpt(clean(problem), 300) for problem in problems],
        hints=_hints(texts, case, draft, office, now),
        blanks=", ".join(blanks(draft.text)),
        repeated=repeated_line(words, repeated, "bases.repeated_curator"),
    )
    return Screen(str(text), CaseButtons(texts, case, office).draft(draft))


def _hints(texts: Texts, case: Case, draft: Draft, office: Office, now: datetime) -> list[Markup]:
    """Return lines for what the draft lacks (MO-17, MO-15, SL-9, SL-10, KU-18) and, if the regulation wants a plain
    style, how to say it more plainly (PA-2.4). A hint never refuses a draft."""
    style = office.regulation.style
    found = of_draft(case, draft.text, office.regulation, now.astimezone(office.zone).date(), draft.kind)
    plainer = [hint for hint, _ in found if hint.lack is Lack.OFFICIALESE] if style and style.answers else []
    lines = draft_hint_lines(texts, [one for one in found if one[0] not in plainer])
    said = [texts.phrase("draft_hints_for_curator.line", hint=line) for line in lines]
    if plainer and style is not None:
        said += [Markup(line) for line in hint_lines(texts, style_hints(draft.text), style.clause)]  # noqa: S704
    return said


def sending(words: CaseWords) -> Markup:
    """Say what follows an approval and when: «Отправлю во ВКонтакте через 30 секунд.»"""
    case, texts = words.case, words.texts
    by_hand = case.appeal.network is None
    where = words.of_source("sources_to")
    if case.post_at is None or case.post_at <= words.now:
        return texts.phrase("sending.by_hand_now" if by_hand else "sending.now", where=words.of_source("sources_in"))
    left = max(1, math.ceil((case.post_at - words.now).total_seconds()))
    in_minutes = left >= 120
    units, forms = (round(left / 60), "минуту|минуты|минут") if in_minutes else (left, "секунду|секунды|секунд")
    seconds = count(units, forms)
    return texts.phrase("sending.by_hand" if by_hand else "sending.soon", where=where, seconds=seconds)


def not_posted(words: CaseWords) -> Markup:
    """A warning that the answer was not posted, and what to do: «Не удалось разместить ответ на № 147: …»; empty if
    posting has not failed."""
    if words.case.state is not State.NOT_POSTED and words.case.loss is not Loss.NOT_TAKEN:
        return Markup()
    because = words.case.not_posted_because
    key = f"not_posted_whole.{because}" if words.texts.has(f"not_posted_whole.{because}") else "not_posted_whole.other"
    return words.texts.phrase(key, c=words, why=why_not_posted(words), where=words.of_source("sources_in"))


def bare(case: Case, version: int) -> str:
    """Return the text of this version, exactly as the citizen will see it. LookupError: no such version."""
    draft = case.draft_of(version)
    if draft is None:
        raise LookupError(f"case {case.id} has no version {version}")
    return "".join(letter for letter in draft.text if letter in "\n\t" or letter >= " ").replace("\x7f", "").strip()


def whole(case: Case, version: int, in_group: bool = False) -> Screen:
    """Return the text of this version as a message of its own, so that it can be copied whole.

    In private it is unchanged, since a link copied from it must work. In the group mentions are neutralised.
    """
    text = bare(case, version)
    return Screen(str(safe(text) if in_group else escape(text)), silent=True)
