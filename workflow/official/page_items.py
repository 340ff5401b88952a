"""The properties of an official page: the closed lists of the registry, and the requirements of a regulation. Values
only.

An official page is the office's own page or channel in a network.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Whose(StrEnum):
    """The owner a page speaks for."""

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
    """The items of a page's checklist, in the order shown."""

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
"""Never published, and never a password itself (MO-A2.5, PA-1.5)."""


class Format(StrEnum):
    """Formats of publications and tools of the network in use (IZ-5, MO-A2.11, PA-1.3, PA-2.1)."""

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
    """A requirement of the regulation: an item, the owners whose pages need it, and the clause."""

    item: Item
    clause: str
    of: frozenset[Whose] = frozenset(Whose)
    reading: str = ""
