"""Changes of a case after its answer has closed it: the author says whether the answer helped, the curator marks it, and a
removed answer is posted again. The case stays closed and its terms do not change."""

from __future__ import annotations

from datetime import datetime

from workflow import effects as fx
from workflow.case import Case, Loss, Posting
from workflow.changes.change import EVERYWHERE, Change
from workflow.commands import Action, AnswerGone, AuthorJudged, MarkAnswer, PostAgain, Posted, PostFailed
from workflow.effects import Audience, Notice
from workflow.engine import Changer
from workflow.office import Office
from workflow.regulation import DraftKind
from workflow.replacing import replace

AGAIN = {"again": "yes"}
"""Details of a journal entry that mark a repeated posting, to distinguish it from the first one."""


def posting_of(case: Case, command: Posted, version: int, kind: DraftKind, now: datetime) -> Posting:
    """Return the Posting that records this posted answer. A `ref` equal to the message's own is dropped, because it does
    not say where the answer is. `by_hand` is set if a person, not the bot, reported it."""
    own = command.network in (None, case.appeal.network) and command.ref == case.appeal.ref
    ref, by_hand = "" if own else command.ref, command.by.machine is None
    return Posting(
        version, now, command.link, ref, by_hand=by_hand, kind=kind, network=command.network if ref else None
    )


def _answer_gone(case: Case, command: AnswerGone, by: str, office: Office, now: datetime) -> Change:
    return Change(replace(case, loss=Loss.SEEN))


def _post_again(case: Case, command: PostAgain, by: str, office: Office, now: datetime) -> Change:
    version = _lost(case).version
    changed = replace(case, loss=Loss.ON_ITS_WAY, not_posted_because=None)
    return Change(changed, (fx.SettleDrafts(), fx.PostAnswer(version)), {"version": str(version)})


def posted_again(case: Case, command: Posted, by: str, now: datetime) -> Change:
    """Records that the lost answer was posted again in the same words, with its new link, and notifies the curators. Adds
    no happening, so the terms do not change."""
    lost = _lost(case)
    posting = posting_of(case, command, lost.version, lost.kind, now)
    changed = replace(case, postings=(*case.postings, posting), loss=None, not_posted_because=None)
    told = fx.Notify(Notice.POSTED, Audience.CURATORS, again=True)
    details = {"link": command.link, "version": str(lost.version), "kind": lost.kind, **AGAIN}
    return Change(changed, (*EVERYWHERE, fx.SettleDrafts(), told), details)


def failed_again(case: Case, command: PostFailed) -> Change:
    changed = replace(case, loss=Loss.NOT_TAKEN, not_posted_because=command.reason)
    told = fx.Notify(Notice.NOT_POSTED, Audience.CURATORS, text=command.reason)
    return Change(changed, (fx.SettleDrafts(), told), {"reason": command.reason, **AGAIN})


def _lost(case: Case) -> Posting:
    assert case.posting is not None, "the table permits it to closed cases only"
    return case.posting


def _author_judged(case: Case, command: AuthorJudged, by: str, office: Office, now: datetime) -> Change:
    said = {"helped": "yes"} if command.helped else {}
    return Change(replace(case, helped=command.helped), (fx.SettleDrafts(),), said)


def _mark_answer(case: Case, command: MarkAnswer, by: str, office: Office, now: datetime) -> Change:
    return Change(replace(case, mark=command.mark), (fx.SettleDrafts(),), {"mark": command.mark or ""})


CHANGES: dict[Action, Changer] = {
    Action.ANSWER_GONE: _answer_gone,
    Action.POST_AGAIN: _post_again,
    Action.AUTHOR_JUDGED: _author_judged,
    Action.MARK_ANSWER: _mark_answer,
}
