"""`/pages`, the registry of official pages, in private: turn commands, buttons and answers into wishes. The rules check
permissions.

Typed text goes only into a command, so that text which looks like a password is refused before it is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.russian import dates
from handlers.callbacks import NUMBER, Callback, Verb
from handlers.incoming import Incoming
from handlers.view import View, turned_away
from handlers.wishes import (
    Ask,
    AskAboutPage,
    Carry,
    Close,
    EnterPublication,
    ListPages,
    Say,
    ShowPage,
    Toast,
    Wish,
)
from workflow.official.page import (
    AgreeToPage,
    ClosePage,
    ConsentToPage,
    DeclinePage,
    FillPage,
    PageAction,
    PageCommand,
    PutInForce,
    RequestPage,
)
from workflow.official.page_addresses import page_address
from workflow.official.page_items import Item, PageNetwork, Whose
from workflow.ports import Question

VERBS = frozenset({Verb.OFFICIAL_PAGE, Verb.PAGE_ITEM, Verb.PAGE_ACT, Verb.PAGE_NEW})
QUESTIONS = frozenset({"page_address", "page_whose", "page_unit", "page_item", "page_decline", "page_published"})
TYPED = frozenset({"page_address", "page_item", "page_decline"})
"""Kinds of questions about a page that are answered by text."""
BY_BUTTONS = frozenset({Item.DESIGN, Item.TWO_FACTOR, Item.FORMATS})
DAYS = frozenset({Item.CHECKED, Item.PASSWORD_CHANGED})
TODAY = "today"


def asked(incoming: Incoming) -> list[Wish]:
    """Handle `/pages`: show the registry of official pages; only in private."""
    return [ListPages()] if incoming.private else [Say("pages_in_private")]


def published(incoming: Incoming) -> list[Wish]:
    """Handle `/published` with a link: record the publication; without one, explain the command. Only in private."""
    if not incoming.private:
        return [Say("pages_in_private")]
    return [EnterPublication(incoming.links[0])] if incoming.links else [Say("how_published")]


def pressed(callback: Callback, view: View) -> list[Wish]:
    """Handle a button of `VERBS` (an official page, its items and actions); people outside the office are refused."""
    if refusal := turned_away(view):
        return refusal
    number, argument = callback.subject, callback.argument
    match callback.verb:
        case Verb.OFFICIAL_PAGE:
            return [ShowPage(number, argument)]
        case Verb.PAGE_NEW:
            return [Toast("page_asked"), Ask("page_address", None, {})]
        case Verb.PAGE_ITEM:
            return _item(number, argument, view)
        case _:
            return _act(number, argument, view)


def _item(number: int, argument: str, view: View) -> list[Wish]:
    """Handle a button about an item of a page: store the value it carries (`design.yes`), or ask for the item, by text
    («Описание») or by buttons («Оформление»)."""
    name, _, value = argument.partition(".")
    if name not in tuple(Item):
        return [Toast("unknown_button")]
    item = Item(name)
    if value:
        return [Carry(FillPage(view.actor, number, item, value), menu=name if item is Item.FORMATS else "fill")]
    return [ShowPage(number, name)] if item in BY_BUTTONS else [AskAboutPage("page_item", number, item)]


def _act(number: int, argument: str, view: View) -> list[Wish]:
    by = view.actor
    commands: dict[str, PageCommand] = {
        PageAction.CONSENT: ConsentToPage(by, number),
        PageAction.AGREE: AgreeToPage(by, number),
        PageAction.PUT_IN_FORCE: PutInForce(by, number),
        PageAction.CLOSE: ClosePage(by, number),
    }
    if argument in commands:
        return [Carry(commands[argument])]
    if argument == PageAction.DECLINE:
        return [AskAboutPage("page_decline", number, None)]
    return [Toast("unknown_button")]


# --- questions --------------------------------------------------------------------------------------------------------


def told(question: Question, text: str, view: View) -> list[Wish]:
    """Handle a text answer to a question about a page: its address, the reason to decline it, or an item of it."""
    body = question.body
    match question.kind:
        case "page_address":
            found = page_address(text)
            if found is None:
                return [Say("page_not_an_address")]
            return [Close(question.id), Ask("page_whose", None, {"network": found.network, "address": found.address})]
        case "page_decline":
            return [Carry(DeclinePage(view.actor, int(body["page"]), text), answers=question.id)]
        case "page_item" if body["item"] in DAYS:
            day = _day(text, view)
            if day is None:
                return [Say("page_not_a_day")]
            return [_filled(question, day, view)]
        case "page_item":
            return [_filled(question, text, view)]
        case _:
            return [Say("page_by_button")]


def chosen(question: Question, argument: str, view: View) -> list[Wish]:
    """Handle a button under a question about a page: its network, whose it is, its unit, or the day «сегодня» for an
    item."""
    body = question.body
    match question.kind:
        case "page_address" if argument in tuple(PageNetwork):
            return [Close(question.id), Ask("page_whose", None, {"network": argument, "address": ""})]
        case "page_whose" if argument == Whose.UNIT:
            return [Close(question.id), Ask("page_unit", None, {**body})]
        case "page_whose" if argument in tuple(Whose):
            return [Carry(_request(body, Whose(argument), "", view), answers=question.id)]
        case "page_unit":
            return [Carry(_request(body, Whose.UNIT, argument, view), answers=question.id)]
        case "page_published" if NUMBER.fullmatch(argument):
            return [EnterPublication(str(body["link"]), int(argument), answers=question.id)]
        case "page_item" if argument == TODAY and body["item"] in DAYS:
            return [_filled(question, view.now.astimezone(view.office.zone).date().isoformat(), view)]
        case _:
            return [Toast("unknown_button")]


def _request(body: Mapping[str, Any], whose: Whose, unit: str, view: View) -> RequestPage:
    """The command to request a new page. Its number is 0: storage assigns one and checks that the address is not
    taken."""
    network, address = PageNetwork(body["network"]), str(body["address"])
    return RequestPage(view.actor, 0, view.office.key, network, whose, address, unit)


def _filled(question: Question, value: str, view: View) -> Carry:
    command = FillPage(view.actor, int(question.body["page"]), Item(question.body["item"]), value)
    return Carry(command, answers=question.id, menu="fill")


def _day(text: str, view: View) -> str | None:
    """A past day in ISO form from words («сегодня», «вчера», «12 января» meaning the last one); None if it is not a
    day.

    A day with a year stays as written. Days are of the office's time zone."""
    found = dates.span(text, view.now, view.office.zone)
    if found is None:
        return None
    today, day = view.now.astimezone(view.office.zone).date(), found[0].astimezone(view.office.zone).date()
    named_a_year = any(part.isdigit() and len(part) == 4 for part in text.replace(".", " ").split())
    if day > today and not named_a_year and (day.month, day.day) != (2, 29):
        day = day.replace(year=day.year - 1)
    return day.isoformat()
