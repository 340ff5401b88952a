"""The values of the registry of official pages: a page and what anybody can ask of it. No rules here.

A password is never among them; which words are refused as one says `workflow.official.secrecy`.
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
    """Kinds of notices about a page."""

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
        """Whether the item is filled in with anything but a no."""
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
