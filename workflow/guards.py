"""Guards: what an action needs besides the right person and the right state. Each answers why not, or None.

A guard reads; it changes nothing and asks nobody.
"""

from __future__ import annotations

from datetime import datetime

from workflow.case import Case
from workflow.commands import (
    AnyCommand,
    Approve,
    CloseWithoutPosting,
    Correct,
    Forward,
    NotProcess,
    Posted,
    Return,
    SendBack,
    SubmitDraft,
)
from workflow.office import Office
from workflow.outcomes import Reason, Refused

CLOSING_REASONS = ("author_deleted", "by_mistake", "answered_elsewhere", "thanks")
"""Why a case may end without an answer posted (DESIGN rule 7)."""


def departments_exist(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, Forward)
    unknown = [key for key in command.to if key not in office.departments]
    if unknown or not command.to:
        return Refused(Reason.UNKNOWN_DEPARTMENT, {"department": ", ".join(unknown)})
    return None


def goes_elsewhere(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, Forward)
    if case.lead is not None and command.to == tuple(part.department for part in case.active_parts):
        return Refused(Reason.ALREADY_FORWARDED, {"department": case.lead.department, "at": case.lead.asked_at})
    return None


def reason_where_required(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """KU-9: «с обоснованием причин такого возврата»: no reason, no return."""
    assert isinstance(command, Return)
    if office.regulation.return_reason_required and not command.reason.strip():
        return Refused(Reason.REASON_REQUIRED)
    return None


def draft_says_something(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, SubmitDraft | Correct)
    if not command.text.strip():
        return Refused(Reason.EMPTY_DRAFT)
    return None


def draft_is_new(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """A message sent twice, or edited with nothing changed, is no new version."""
    assert isinstance(command, SubmitDraft)
    last = case.draft
    same_files = last is not None and command.files in ((), last.files)
    if last is not None and last.corrects is None and last.text == command.text and same_files:
        return Refused(Reason.UNCHANGED_DRAFT, {"version": last.version})
    return None


def draft_is_newest(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """DESIGN rule 5: a decision names an exact version, and it must be the one that stands."""
    assert isinstance(command, Approve | SendBack | Correct)
    last = case.draft
    if last is None:
        return Refused(Reason.NO_DRAFT_YET)
    if command.version != last.version:
        return Refused(Reason.DRAFT_IS_STALE, {"version": last.version})
    return None


def remark_is_given(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, SendBack)
    return None if command.remark.strip() else Refused(Reason.REMARK_REQUIRED)


def not_on_its_way(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    return None if case.post_at is not None else Refused(Reason.TOO_LATE_TO_UNDO)


def was_handed_in(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """A message found in a network has its source from there; one handed in has it from whoever knows."""
    return None if case.appeal.network is None else Refused(Reason.SOURCE_IS_KNOWN)


def network_takes_answers(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    return None if case.appeal.network is not None else Refused(Reason.BY_HAND_ONLY)


def link_is_given(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, Posted)
    return None if command.link.startswith(("https://", "http://")) else Refused(Reason.LINK_REQUIRED)


def closing_reason_is_listed(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, CloseWithoutPosting)
    return None if command.reason in CLOSING_REASONS else Refused(Reason.UNKNOWN_GROUND)


def ground_is_listed(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Grounds are each regulation's own (MO-18, SL-11, KU-20)."""
    assert isinstance(command, NotProcess)
    codes = {ground.code for ground in office.regulation.grounds}
    return None if command.ground in codes else Refused(Reason.UNKNOWN_GROUND)
