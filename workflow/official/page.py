"""The values of the registry of official pages: a page and the commands on it. No rules here.

No value holds a password; `workflow.official.secrecy` decides which words look like one.
"""

from __future__ import annotations

from dataclasses import dataclass
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


class PageNotice(StrEnum):
    """Kinds of notices about an official page."""

    CONSENT_ASKED = "consent_asked"
    AGREEMENT_ASKED = "agreement_asked"
    CONSENTED = "consented"
    DECLINED = "declined"
    IN_FORCE = "in_force"
    CHECK_DUE = "check_due"


@dataclass(frozen=True, slots=True)
class Given:
    """A consent or an agreement to a page: given or entered by this person (a key of the municipality's file) and when;
    `words`: the paper document, "" if it was given by a button.
    """

    by: str
    at: datetime
    words: str = ""


@dataclass(frozen=True, slots=True)
class OfficialPage:
    """An official page (the office's own page or channel in a network) in the registry.

    `unit`: a department's key, or its name; `responsible`: a person's key, or free text. `address` is in the form of
    `workflow.official.page_addresses`, "" while there is none. Days are in the municipality's zone. "", None or ()
    means not filled in yet; `design` and `two_factor`: yes or no.
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
        """Whether the item is filled in, and not with «no»."""
        return bool(getattr(self, item.value))


# --- commands ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Enters a page in the registry, or requests one for a unit. `taken`: the number of the page that already has this
    address; None: no page has it."""

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
    """Fills in an item of the page: `value` is a text, `yes` or `no`, a day as ISO, or a format's code, which it switches on
    or off. `taken`: the number of the page that already has the address given; None: no page has it."""

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
