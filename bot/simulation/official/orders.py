"""The whole vocabulary of scenarios: cases, official pages, material for publication, comments on pages. One entry for
each word.

The key with the subject's name tells what an event is about: `case`, `page`, `material` or `comment`. The words are
the program's own (`PageAction`, `MaterialAction`, `ModerationAction`, `ModerationEvent`). `detect` makes a comment
appear, `published` puts a publication on a page, `plan` (without a subject) opens the content plan. Nothing here knows
files, lines or the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.simulation.orders import ORDERS, Order, Reader, Unfit, World, department, moment, number, text, texts, word
from config.yamlfile import suggestion
from networks.port import PostFailure
from workflow.office import NETWORK
from workflow.official.content_plan import monday
from workflow.official.material import MaterialAction
from workflow.official.moderation import ModerationAction, ModerationEvent, Offence
from workflow.official.page import PageAction
from workflow.official.page_addresses import network_of, page_address
from workflow.official.page_items import Format, Item, PageNetwork, Whose

CASE, PAGE, MATERIAL, COMMENT, PLAN = "case", "page", "material", "comment", "plan"
DETECT, PUBLISHED = "detect", "published"
COMMENTED = (PageNetwork.VK, PageNetwork.OK, PageNetwork.TELEGRAM)
"""The networks whose comments the program reads."""
MOST_AT_ONCE = 1000


def page(value: Any, world: World) -> str:
    """The name of a page of the scenario, or the address of a page in the municipality's file. Raises Unfit if there
    is none."""
    if str(value) in world.pages:
        return str(value)
    found = page_address(str(value))
    if found is not None and found.address in world.pages:
        return found.address
    raise Unfit(f"страницы «{value}» ещё нет: сначала request{suggestion(str(value), world.pages)}")


def pages(value: Any, world: World) -> tuple[str, ...]:
    return tuple(page(one, world) for one in (value if isinstance(value, list) else [value]))


def commented(value: Any, world: World) -> str:
    """The name of a page whose comments the program reads. Raises Unfit if it is in another network."""
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
    """`yes` or `no`, also if YAML made true or false of it. Raises Unfit for anything else."""
    found = (
        {True: "yes", False: "no", "yes": "yes", "no": "no"}.get(value) if not isinstance(value, list | dict) else None
    )
    if found is None:
        raise Unfit(f"нужно true или false, стоит «{value}»")
    return found


def week(value: Any, world: World) -> date:
    """The Monday of the week that contains the day."""
    return monday(moment(f"{value}T00:00", world).astimezone(world.municipality.zone).date())


def network_said(fields: Mapping[str, Any]) -> PageNetwork | None:
    """The network of a requested page: the one named in the event, otherwise the one its address shows; None if
    neither does."""
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
VOCABULARY: dict[str, dict[str, Order]] = {
    COMMENT: {
        DETECT: Order(
            needs={"page": commented, "text": text}, may={"author": text}, by=NETWORK, new=True, person=False
        ),
        C.DELETE: Order(needs=GROUND),
        C.BLACK_LIST: Order(needs=GROUND),
        C.KEEP: Order(),
        C.TO_CASE: Order(),
        C.RESTORE: Order(),
        C.DONE_BY_HAND: Order(),
        E.WITHDRAWN: Order(by=NETWORK, person=False),
        E.DONE: Order(by=NETWORK, person=False),
        E.NOT_DONE: Order(may={"reason": REASONS}, by=NETWORK, person=False),
    },
    MATERIAL: {
        M.SEND: Order(may=WORDING, new=True),
        M.RESEND: Order(may=WORDING),
        M.EDIT: Order(may={**WORDING, **VERSION}),
        M.RETURN: Order(needs={"remarks": texts}, may=VERSION),
        M.APPROVE: Order(needs={"pages": pages}, may={"publish_at": moment, **VERSION}),
        M.RECALL: Order(),
        M.WITHDRAW: Order(),
        M.PUBLISHED: Order(needs={"page": page}, may={"link": text}, by=NETWORK),
        M.HAND_OVER: Order(needs={"page": page}, may={"reason": REASONS}, by=NETWORK, person=False),
    },
    PAGE: {
        P.REQUEST: Order(
            may={"network": word(*PageNetwork), "whose": word(*Whose), "unit": department, "address": text},
            new=True,
            wrong=_requested,
        ),
        P.FILL: Order(may=ITEMS, wrong=_filled),
        P.CONSENT: Order(),
        P.DECLINE: Order(may={"reason": text}),
        P.AGREE: Order(),
        P.PUT_IN_FORCE: Order(),
        P.CLOSE: Order(),
        PUBLISHED: Order(may={"link": text, "count": some, "formats": formats}, by=NETWORK, wrong=_published),
    },
    PLAN: {PLAN: Order(may={"week": week})},
    CASE: ORDERS,
}
"""The words by the kind of their subject. The kinds are tried in this order to find out what an event is about."""


def about(do: str, entry: Mapping[str, Any]) -> str:
    """The kind of the event's subject: the first whose words include `do` and whose key the entry has; otherwise
    `case`."""
    return next((kind for kind, known in VOCABULARY.items() if do in known and (kind in entry or kind == PLAN)), CASE)


def keys_for(do: str) -> list[str]:
    """The keys of which the word needs one to name its subject; empty for an unknown word and for words about cases or
    plans."""
    return [kind for kind, known in VOCABULARY.items() if do in known and kind not in (PLAN, CASE)]


def words() -> list[str]:
    return list(dict.fromkeys(str(do) for known in (ORDERS, *VOCABULARY.values()) for do in known))
