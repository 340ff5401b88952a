"""The outcome of a decision: accepted, or refused with a reason. A refusal is a return value, not an exception.

The Russian sentences for reasons are kept with the other texts; `facts` holds the values that those sentences need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from workflow.case import Case
from workflow.commands import Entry
from workflow.effects import Effect


class Reason(StrEnum):
    """Why a command was refused. The sentence shown for a reason also says what to do instead."""

    STRANGER = "stranger"
    LEFT_THE_GROUP = "left_the_group"
    ANONYMOUS = "anonymous"
    NOT_A_CURATOR = "not_a_curator"
    NOT_AN_EXECUTOR = "not_an_executor"
    NOT_YOURS = "not_yours"
    NO_SUCH_CASE = "no_such_case"
    ALREADY_ACCEPTED = "already_accepted"
    ALREADY_FORWARDED = "already_forwarded"
    NOT_FORWARDED = "not_forwarded"
    ALREADY_APPROVED = "already_approved"
    ALREADY_SENT_BACK = "already_sent_back"
    ALREADY_ENDED = "already_ended"
    NO_DRAFT_YET = "no_draft_yet"
    DRAFT_IS_STALE = "draft_is_stale"
    KIND_WAS_CHANGED = "kind_was_changed"
    TOO_LATE_TO_UNDO = "too_late_to_undo"
    TOO_LATE_TO_TAKE_BACK = "too_late_to_take_back"
    NOT_WHO_DID_IT = "not_who_did_it"
    REASON_REQUIRED = "reason_required"
    REMARK_REQUIRED = "remark_required"
    NOTE_IS_NOT_YOURS = "note_is_not_yours"
    EMPTY_NOTE = "empty_note"
    NOTE_TOO_LONG = "note_too_long"
    ALREADY_WRITTEN = "already_written"
    ACCEPT_FIRST = "accept_first"
    EMPTY_DRAFT = "empty_draft"
    NO_SUCH_BASIS = "no_such_basis"
    BLANK_LEFT = "blank_left"
    UNCHANGED_DRAFT = "unchanged_draft"
    UNKNOWN_KIND = "unknown_kind"
    CONTRIBUTIONS_OWED = "contributions_owed"
    ALREADY_CONTRIBUTED = "already_contributed"
    NO_SUCH_CONTRIBUTION = "no_such_contribution"
    NOT_ITS_RECEIVER = "not_its_receiver"
    CONTRIBUTION_USED = "contribution_used"
    NO_TERM_OF_HIS_OWN = "no_term_of_his_own"
    TERM_TOO_LATE = "term_too_late"
    TERM_IN_THE_PAST = "term_in_the_past"
    SAME_CASE = "same_case"
    HAS_OTHERS = "has_others"
    ALREADY_MARKED = "already_marked"
    UNKNOWN_DEPARTMENT = "unknown_department"
    UNKNOWN_GROUND = "unknown_ground"
    NOT_ANSWERED_BEFORE = "not_answered_before"
    PROMISE_STANDS = "promise_stands"
    NOT_ASKED_THE_AUTHOR = "not_asked_the_author"
    AUTHOR_MAY_REPLY = "author_may_reply"
    SOURCE_IS_KNOWN = "source_is_known"
    BY_HAND_ONLY = "by_hand_only"
    ANSWER_STANDS = "answer_stands"
    ALREADY_JUDGED = "already_judged"
    ON_ITS_WAY = "on_its_way"
    LINK_REQUIRED = "link_required"
    NOT_A_SUPERVISOR = "not_a_supervisor"
    NOT_IN_THE_REGISTER = "not_in_the_register"
    ALREADY_ANNULLED = "already_annulled"
    ANNULMENT_UNEXPLAINED = "annulment_unexplained"
    OWN_VIOLATION = "own_violation"
    NO_SUCH_DEPARTMENT = "no_such_department"
    SHORTCOMING_UNEXPLAINED = "shortcoming_unexplained"
    SHORTCOMING_TOO_LONG = "shortcoming_too_long"
    NOBODY_ABOVE = "nobody_above"
    NOT_NOW = "not_now"
    CHANGED_MEANWHILE = "changed_meanwhile"

    # pages
    NOT_AN_EDITOR = "not_an_editor"
    NOT_YOUR_PAGE = "not_your_page"
    NOT_THE_HEAD = "not_the_head"
    HEAD_CONSENTS_HIMSELF = "head_consents_himself"
    ONLY_BY_BUTTON = "only_by_button"
    NO_SUCH_PAGE = "no_such_page"
    NOT_ASKED_FOR = "not_asked_for"
    CONSENT_FIRST = "consent_first"
    DECISION_FIRST = "decision_first"
    ADDRESS_FIRST = "address_first"
    NOT_AN_ADDRESS = "not_an_address"
    SAME_ADDRESS = "same_address"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_VALUE = "unknown_value"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    SECRET = "secret"  # noqa: S105
    IN_THE_FUTURE = "in_the_future"

    # material
    NOT_A_SENDER = "not_a_sender"
    NOT_THE_KEEPER = "not_the_keeper"
    NO_SUCH_MATERIAL = "no_such_material"
    BEING_PUBLISHED = "being_published"
    CHANGED = "changed"
    SAME = "same"
    NO_REMARKS = "no_remarks"
    NO_PAGES = "no_pages"
    UNKNOWN_PAGE = "unknown_page"
    IN_THE_PAST = "in_the_past"
    TOO_FAR = "too_far"
    DOES_NOT_FIT = "does_not_fit"
    NOT_A_LINK = "not_a_link"
    ANOTHER_PAGES_LINK = "another_pages_link"
    NOT_BY_US = "not_by_us"
    LOOK_FIRST = "look_first"

    # ready answers
    NO_SUCH_READY = "no_such_ready"
    NOT_FOR_OTHERS = "not_for_others"
    ALREADY_READY = "already_ready"
    READY_TOO_LONG = "ready_too_long"

    # comments under moderation
    NOT_A_MODERATOR = "not_a_moderator"
    NOT_A_GROUND = "not_a_ground"
    NO_BLACK_LIST = "no_black_list"
    NOT_DELETED = "not_deleted"
    ALREADY_DECIDED = "already_decided"
    AUTHOR_WITHDREW = "author_withdrew"
    NO_SUCH_COMMENT = "no_such_comment"
    NOTHING_BY_HAND = "nothing_by_hand"


Facts = Mapping[str, object]
Thing = TypeVar("Thing")
Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Accepted(Generic[Thing, Shown]):
    """The command was accepted: the changed value (a case, a page, material, a comment), its journal entry and its
    effects. Nothing is saved yet."""

    after: Thing
    entry: Entry
    effects: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    reason: Reason
    facts: Facts = field(default_factory=dict)


Decision = Accepted[Case, Effect] | Refused
