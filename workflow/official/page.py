"""The values of the registry of official pages: a page, what anybody can ask of it, what a decision answers. No rules here.

A password is never among them; which words are refused as one says `workflow.official.secrecy`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from workflow.office import Actor
from workflow.official.page_items import Format, Item, PageNetwork, Whose


class PageState(StrEnum):
    REQUESTED = "requested"
    CONSENTED = "consented"
    IN_FORCE = "in_force"
    CLOSED = "closed"


OPEN = (PageState.REQUESTED, PageState.CONSENTED, PageState.IN_FORCE)


class PageAction(StrEnum):
    REQUEST = "request"
    FILL = "fill"
    CONSENT = "consent"
    DECLINE = "decline"
    AGREE = "agree"
    PUT_IN_FORCE = "put_in_force"
    CLOSE = "close"


class PageReason(StrEnum):
    """Why not. Every reason says in its words what to do instead."""

    NOT_OURS = "not_ours"
    NOT_AN_EDITOR = "not_an_editor"
    NOT_YOUR_PAGE = "not_your_page"
    NOT_THE_HEAD = "not_the_head"
    HEAD_CONSENTS_HIMSELF = "head_consents_himself"
    ONLY_BY_BUTTON = "only_by_button"
    NO_SUCH_PAGE = "no_such_page"
    NOT_NOW = "not_now"
    NOT_ASKED_FOR = "not_asked_for"
    CONSENT_FIRST = "consent_first"
    ADDRESS_FIRST = "address_first"
    NOT_AN_ADDRESS = "not_an_address"
    SAME_ADDRESS = "same_address"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_VALUE = "unknown_value"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    SECRET = "secret"  # noqa: S105
    IN_THE_FUTURE = "in_the_future"
    REASON_REQUIRED = "reason_required"


class PageNotice(StrEnum):
    """What somebody is told about a page."""

    CONSENT_ASKED = "consent_asked"
    AGREEMENT_ASKED = "agreement_asked"
    CONSENTED = "consented"
    DECLINED = "declined"
    IN_FORCE = "in_force"
    CHECK_DUE = "check_due"


@dataclass(frozen=True, slots=True)
class Given:
    """A consent or an agreement: by whom (a key of the file's people), when; `words`: the document, where it is on paper."""

    by: str
    at: datetime
    words: str = ""


@dataclass(frozen=True, slots=True)
class OfficialPage:
    """A page of the registry. `unit`: a department's key, or its name; `responsible`: a person's key, or words.

    `address` is as `workflow.official.page_addresses` writes it, "" while there is none. Days are the municipality's.
    What is "", None or () is not filled in yet; `design` and `two_factor` are answers to a question.
    """

    id: int
    municipality: str
    version: int
    state: PageState
    network: PageNetwork
    whose: Whose
    address: str = ""
    unit: str = ""
    title: str = ""
    responsible: str = ""
    decision: str = ""
    consent: Given | None = None
    agreement: Given | None = None
    description: str = ""
    design: bool | None = None
    contacts: str = ""
    formats: tuple[Format, ...] = ()
    two_factor: bool | None = None
    access: str = ""
    checked: date | None = None
    password_changed: date | None = None
    requested_by: str = ""
    requested_at: datetime | None = None

    def has(self, item: Item) -> bool:
        """Whether the item is filled in, and not with a no."""
        return bool(getattr(self, item.value))


# --- commands ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A page is entered, or a unit asks for one; `taken`: the number of the page that has the address already."""

    action: ClassVar[PageAction] = PageAction.REQUEST
    by: Actor
    page: int
    municipality: str
    network: PageNetwork
    whose: Whose
    address: str = ""
    unit: str = ""
    taken: int | None = None


@dataclass(frozen=True, slots=True)
class FillPage:
    """An item gets a value: words; `yes` or `no`; a day as ISO; a format's code, which is taken in or out."""

    action: ClassVar[PageAction] = PageAction.FILL
    by: Actor
    page: int
    item: Item
    value: str
    taken: int | None = None


@dataclass(frozen=True, slots=True)
class ConsentToPage:
    action: ClassVar[PageAction] = PageAction.CONSENT
    by: Actor
    page: int


@dataclass(frozen=True, slots=True)
class DeclinePage:
    action: ClassVar[PageAction] = PageAction.DECLINE
    by: Actor
    page: int
    reason: str


@dataclass(frozen=True, slots=True)
class AgreeToPage:
    action: ClassVar[PageAction] = PageAction.AGREE
    by: Actor
    page: int


@dataclass(frozen=True, slots=True)
class PutInForce:
    action: ClassVar[PageAction] = PageAction.PUT_IN_FORCE
    by: Actor
    page: int


@dataclass(frozen=True, slots=True)
class ClosePage:
    action: ClassVar[PageAction] = PageAction.CLOSE
    by: Actor
    page: int


PageCommand = RequestPage | FillPage | ConsentToPage | DeclinePage | AgreeToPage | PutInForce | ClosePage


# --- decisions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A line of the page's journal."""

    action: PageAction
    at: datetime
    by: str
    on_behalf: str | None
    from_state: PageState | None
    to_state: PageState
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PageTold:
    """These people are told; nobody twice, and never whoever did it."""

    notice: PageNotice
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageAccepted:
    page: OfficialPage
    entry: PageEntry
    told: tuple[PageTold, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRefused:
    reason: PageReason
    facts: Mapping[str, object] = field(default_factory=dict)


PageDecision = PageAccepted | PageRefused
