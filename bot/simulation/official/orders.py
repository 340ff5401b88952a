"""The scenario vocabulary apart from cases: official pages, material for publication, comments on pages. One entry for
each word.

The key that names its subject (`page`, `material` or `comment`) tells what an event is about. The words are the
program's own (`PageAction`, `MaterialAction`, `ModerationAction`, `ModerationEvent`). Besides, `detect` makes a comment
appear, `published` of a page is a publication on it, and `plan` (about nothing) opens the content plan. Knows nothing
of files, lines or books.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.simulation.orders import Reader, Unfit, World, department, moment, number, text, texts, word
from config.yamlfile import suggestion
from networks.port import PostFailure
from workflow.official.content_plan import monday
from workflow.official.material import MaterialAction
from workflow.official.moderation import ModerationAction, ModerationEvent, Offence
from workflow.official.page import PageAction
from workflow.official.page_addresses import network_of, page_address
from workflow.official.page_items import Format, Item, PageNetwork, Whose

CASE, PAGE, MATERIAL, COMMENT, PLAN = "case", "page", "material", "comment", "plan"
DETECT, PUBLISHED = "detect", "published"
COMMENTED = (PageNetwork.VK, PageNetwork.OK, PageNetwork.TELEGRAM)
"""Networks whose comments the program reads."""
MOST_AT_ONCE = 1000


def page(value: Any, world: World) -> str:
    """The name of a page of the scenario, or the address of one listed in the municipality's file."""
    if str(value) in world.pages:
        return str(value)
    found = page_address(str(value))
    if found is not None and found.address in world.pages:
        return found.address
    raise Unfit(f"страницы «{value}» ещё нет: сначала request{suggestion(str(value), world.pages)}")


def pages(value: Any, world: World) -> tuple[str, ...]:
    return tuple(page(one, world) for one in (value if isinstance(value, list) else [value]))


def commented(value: Any, world: World) -> str:
    """A page whose comments the program reads."""
    name = page(value, world)
    if world.pages[name] not in COMMENTED:
        raise Unfit(f"комментариев в {world.pages[name]} бот не видит, только в {', '.join(COMMENTED)}")
    return name


def some(value: Any, world: World) -> int:
    found = number(value, world)
    if not 0 < found <= MOST_AT_ONCE:
        raise Unfit(f"нужно от 1 до {MOST_AT_ONCE}, стоит «{value}»")
    return found


def formats(value: Any, world: World) -> tuple[Format, ...]:
    known = word(*Format)
    return tuple(Format(known(one, world)) for one in (value if isinstance(value, list) else [value]))


def answer(value: Any, world: World) -> str:
    """`yes` or `no`, whatever YAML made of the value."""
    found = (
        {True: "yes", False: "no", "yes": "yes", "no": "no"}.get(value) if not isinstance(value, list | dict) else None
    )
    if found is None:
        raise Unfit(f"нужно true или false, стоит «{value}»")
    return found


def week(value: Any, world: World) -> date:
    """The Monday of the week that contains the day."""
    return monday(moment(f"{value}T00:00", world).astimezone(world.municipality.zone).date())


Check = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class OfficialOrder:
    """`needs`: required fields, `may`: optional ones. `new`: the event names something that did not exist before.
    `person`: a person may do it; `machine`: a network (or a citizen in it) may. `wrong`: what is wrong with the
    combination of fields, "" if nothing."""

    needs: Mapping[str, Reader] = field(default_factory=dict)
    may: Mapping[str, Reader] = field(default_factory=dict)
    new: bool = False
    person: bool = True
    machine: bool = False
    wrong: Check = lambda fields: ""

    @property
    def readers(self) -> Mapping[str, Reader]:
        return {**self.needs, **self.may}


def network_said(fields: Mapping[str, Any]) -> PageNetwork | None:
    """The network of a requested page: as named, else as its address tells."""
    if "network" in fields:
        return PageNetwork(fields["network"])
    address = fields.get("address", "")
    found = page_address(address)
    return found.network if found is not None else network_of(address)


def _requested(fields: Mapping[str, Any]) -> str:
    if network_said(fields) is None:
        return (
            "по адресу не видно, какая это сеть: допишите network"
            if "address" in fields
            else "не хватает ключа «network»"
        )
    return "" if fields.get("whose") != Whose.UNIT or "unit" in fields else "не хватает ключа «unit»"


def _filled(fields: Mapping[str, Any]) -> str:
    return "" if fields else f"назовите, что заполнить: {', '.join(Item)}"


def _published(fields: Mapping[str, Any]) -> str:
    return "одна ссылка — одна публикация, уберите count" if "link" in fields and fields.get("count", 1) > 1 else ""


ITEMS: dict[str, Reader] = dict.fromkeys(Item, text) | {
    Item.FORMATS: formats,
    Item.DESIGN: answer,
    Item.TWO_FACTOR: answer,
}
WORDING: dict[str, Reader] = {"text": text, "pictures": number}
VERSION: dict[str, Reader] = {"version": number}
GROUND: dict[str, Reader] = {"ground": word(*Offence)}
REASONS = word(*PostFailure, "by_hand", "network_down", "ambiguous")

P, M, C, E = PageAction, MaterialAction, ModerationAction, ModerationEvent
OFFICIAL: dict[str, dict[str, OfficialOrder]] = {
    COMMENT: {
        DETECT: OfficialOrder(
            {"page": commented, "text": text}, {"author": text}, new=True, person=False, machine=True
        ),
        C.DELETE: OfficialOrder(GROUND),
        C.BLACK_LIST: OfficialOrder(GROUND),
        C.KEEP: OfficialOrder(),
        C.TO_CASE: OfficialOrder(),
        C.RESTORE: OfficialOrder(),
        C.DONE_BY_HAND: OfficialOrder(),
        E.WITHDRAWN: OfficialOrder(person=False, machine=True),
        E.DONE: OfficialOrder(person=False, machine=True),
        E.NOT_DONE: OfficialOrder(may={"reason": REASONS}, person=False, machine=True),
    },
    MATERIAL: {
        M.SEND: OfficialOrder(may=WORDING, new=True),
        M.RESEND: OfficialOrder(may=WORDING),
        M.EDIT: OfficialOrder(may={**WORDING, **VERSION}),
        M.RETURN: OfficialOrder({"remarks": texts}, VERSION),
        M.APPROVE: OfficialOrder({"pages": pages}, {"publish_at": moment, **VERSION}),
        M.RECALL: OfficialOrder(),
        M.WITHDRAW: OfficialOrder(),
        M.PUBLISHED: OfficialOrder({"page": page}, {"link": text}, machine=True),
        M.HAND_OVER: OfficialOrder({"page": page}, {"reason": REASONS}, person=False, machine=True),
    },
    PAGE: {
        P.REQUEST: OfficialOrder(
            may={"network": word(*PageNetwork), "whose": word(*Whose), "unit": department, "address": text},
            new=True,
            wrong=_requested,
        ),
        P.FILL: OfficialOrder(may=ITEMS, wrong=_filled),
        P.CONSENT: OfficialOrder(),
        P.DECLINE: OfficialOrder(may={"reason": text}),
        P.AGREE: OfficialOrder(),
        P.PUT_IN_FORCE: OfficialOrder(),
        P.CLOSE: OfficialOrder(),
        PUBLISHED: OfficialOrder(may={"link": text, "count": some, "formats": formats}, machine=True, wrong=_published),
    },
    PLAN: {PLAN: OfficialOrder(may={"week": week})},
}
"""What an event is about, in the order in which its keys are looked for."""


def about(do: str, entry: Mapping[str, Any]) -> str:
    """What the event is about; `case` for everything that is not a word of this vocabulary with its key."""
    for kind, orders in OFFICIAL.items():
        if do in orders and (kind in entry or kind == PLAN):
            return kind
    return CASE


def keys_for(do: str) -> list[str]:
    """The keys of which the word needs one; empty if it is not of this vocabulary or needs none."""
    return [kind for kind, orders in OFFICIAL.items() if do in orders and kind != PLAN]


def known() -> list[str]:
    return list(dict.fromkeys(str(do) for orders in OFFICIAL.values() for do in orders))
