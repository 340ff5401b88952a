"""The properties of an official page: owners, networks, checklist items and formats of the registry, and what a regulation
requires. Values only.

An official page is the office's own page or channel in a network.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Whose(StrEnum):
    """Whose official page it is: the head's, the administration's or a unit's."""

    HEAD = "head"
    ADMINISTRATION = "administration"
    UNIT = "unit"


class PageNetwork(StrEnum):
    VK = "vk"
    OK = "ok"
    TELEGRAM = "telegram"
    MAX = "max"
    RUTUBE = "rutube"
    DZEN = "dzen"


class Item(StrEnum):
    """The items of an official page's checklist, in the order shown. Each value is a field of `OfficialPage`."""

    ADDRESS = "address"
    TITLE = "title"
    RESPONSIBLE = "responsible"
    DECISION = "decision"
    CONSENT = "consent"
    AGREEMENT = "agreement"
    DESCRIPTION = "description"
    DESIGN = "design"
    CONTACTS = "contacts"
    FORMATS = "formats"
    TWO_FACTOR = "two_factor"
    ACCESS = "access"
    CHECKED = "checked"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105


PROTECTION = frozenset({Item.TWO_FACTOR, Item.ACCESS, Item.CHECKED, Item.PASSWORD_CHANGED})
"""Items about the protection of a page. Their values are never published and never hold a password (MO-A2.5, PA-1.5)."""


class Format(StrEnum):
    """Formats of publications, and tools of the network, that a page uses (IZ-5, MO-A2.11, PA-1.3, PA-2.1)."""

    TEXT = "text"
    PHOTO = "photo"
    INFOGRAPHIC = "infographic"
    CARDS = "cards"
    ANIMATION = "animation"
    VIDEO = "video"
    LIVE = "live"
    POLLS = "polls"
    CONTESTS = "contests"
    CAMPAIGNS = "campaigns"
    APPS = "apps"
    WIDGETS = "widgets"
    COVERS = "covers"


@dataclass(frozen=True, slots=True)
class PageAsk:
    """A requirement of a regulation for official pages: the item, the clause, and the owners whose pages need it (`of`)."""

    item: Item
    clause: str
    of: frozenset[Whose] = frozenset(Whose)
    reading: str = ""
