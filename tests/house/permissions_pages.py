"""The part of the permission page about official pages: role × action × state, each tried at the rules, under the
regulation that asks for both consents and under one that asks for none.
"""

from __future__ import annotations

from dataclasses import replace

from tests.house.permissions_material import matrix
from tests.house.permissions_tried import ACTORS, FIRST, NOW
from tests.house.permissions_tried import office as small_office
from workflow.office import Actor, Office, Person, Role
from workflow.official.page import (
    AgreeToPage,
    ClosePage,
    ConsentToPage,
    DeclinePage,
    FillPage,
    Given,
    OfficialPage,
    PageAction,
    PageCommand,
    PageState,
    PutInForce,
    RequestPage,
)
from workflow.official.page_items import Item, PageNetwork, Whose
from workflow.official.page_rules import OFFICIAL_PAGES
from workflow.outcomes import Accepted

UNDER = (FIRST, "kursky")
PEOPLE = {
    "editor": Actor(("adviser",), 8),
    "curator": ACTORS["curator"],
    "head": ACTORS["head"],
    "unit's leader": ACTORS["lead"],
    "another unit's leader": ACTORS["co-executor"],
    "keeper of the page": ACTORS["deputy"],
}
LETTERS = dict(zip(PEOPLE, "ECHUoK", strict=True))


def office(regulation: str) -> Office:
    """The small office with an adviser."""
    small = small_office(regulation)
    return replace(small, people={**small.people, "adviser": Person("adviser", "советник", (Role.EDITOR,))})


def situations() -> dict[str, OfficialPage]:
    """A unit's page in every state."""
    keeper = PEOPLE["keeper of the page"].people[0]
    address = "https://vk.com/zhkh"
    asked = OfficialPage(
        1,
        "okrug",
        1,
        PageState.REQUESTED,
        PageNetwork.VK,
        Whose.UNIT,
        address,
        "zhkh",
        responsible=keeper,
        decision="приказ № 3",
    )
    consented = replace(asked, consent=Given("head", NOW))
    allowed = replace(consented, agreement=Given("adviser", NOW), state=PageState.CONSENTED)
    return {
        "requested": asked,
        "requested, the head consents": consented,
        "consented": allowed,
        "consented, no address": replace(allowed, address=""),
        "in force": replace(allowed, state=PageState.IN_FORCE),
        "closed": replace(allowed, state=PageState.CLOSED),
    }


def command(action: PageAction, by: Actor) -> PageCommand:
    """A complete and valid command of this kind."""
    match action:
        case PageAction.REQUEST:
            return RequestPage(by, 1, "okrug", PageNetwork.VK, Whose.UNIT, "", "zhkh")
        case PageAction.FILL:
            return FillPage(by, 1, Item.DESCRIPTION, "Новости отдела ЖКХ")
        case PageAction.CONSENT:
            return ConsentToPage(by, 1)
        case PageAction.DECLINE:
            return DeclinePage(by, 1, "Хватит одной")
        case PageAction.AGREE:
            return AgreeToPage(by, 1)
        case PageAction.PUT_IN_FORCE:
            return PutInForce(by, 1)
        case PageAction.CLOSE:
            return ClosePage(by, 1)


def lines() -> list[str]:
    return [line for regulation in UNDER for line in _under(regulation)]


def _under(regulation: str) -> list[str]:
    def cell(found: OfficialPage | None, action: PageAction) -> str:
        return "".join(
            LETTERS[who]
            for who, by in PEOPLE.items()
            if isinstance(OFFICIAL_PAGES.decide(found, command(action, by), office(regulation), NOW), Accepted)
        )

    return matrix(f"official pages, {regulation}", LETTERS, situations(), PageAction, cell)
