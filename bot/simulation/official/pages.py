"""Plays events of official pages: requests, filling in, decisions, and publications on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.answering.toasts import short
from bot.official.pages.granting import kept, tell
from bot.official.pages.screens import refused
from bot.official.publications.entering import enter
from bot.official.publications.watch import PublicationWatch
from bot.simulation.official.orders import PAGE, PUBLISHED
from bot.simulation.official.stage import Stage
from bot.simulation.scenario import Event
from handlers.wishes import EnterPublication
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.office import Actor
from workflow.official.page import (
    AgreeToPage,
    ClosePage,
    ConsentToPage,
    DeclinePage,
    FillPage,
    OfficialPage,
    PageAction,
    PageCommand,
    PutInForce,
    RequestPage,
)
from workflow.official.page_items import Format, Item, Whose
from workflow.official.publications import SeenPublication
from workflow.outcomes import Reason, Refused

SIMPLE: dict[str, Callable[[Actor, int], PageCommand]] = {
    PageAction.CONSENT: ConsentToPage,
    PageAction.AGREE: AgreeToPage,
    PageAction.PUT_IN_FORCE: PutInForce,
    PageAction.CLOSE: ClosePage,
}


@dataclass
class PageActs:
    stage: Stage

    async def happens(self, tx: Transaction, event: Event) -> None:
        """Play the event: carry it out, or record its refusal."""
        if event.do == PUBLISHED:
            await (self._seen(tx, event) if event.by is None else self._entered(tx, event))
            return
        for command in await self._commands(tx, event):
            await self._carry(tx, event, command)

    async def _carry(self, tx: Transaction, event: Event, command: PageCommand) -> None:
        look = await self.stage.look(tx, event.by)
        decision = await kept(tx, command, look)
        if isinstance(decision, Refused):
            texts = self.stage.texts
            self.stage.refuse(event, decision.reason, short(refused(texts, decision)))
            return
        self.stage.numbers[PAGE, event.name] = decision.after.id
        self.stage.addresses[event.name] = decision.after.address
        await tell(tx, decision, look)

    async def _commands(self, tx: Transaction, event: Event) -> list[PageCommand]:
        by, number = self.stage.actor(event.by), self.stage.number(PAGE, event.name)
        said = event.fields
        if event.do == PageAction.REQUEST:
            unit = said.get("unit", "")
            whose = Whose(said.get("whose", Whose.UNIT if unit else Whose.ADMINISTRATION))
            network, address = self.stage.scenario.networks[event.name], said.get("address", "")
            return [RequestPage(by, 0, self.stage.key, network, whose, address, unit)]
        if event.do == PageAction.FILL:
            found = await OfficialPages(tx).get(number)
            return [FillPage(by, number, item, value) for item, value in self._values(said, found)]
        if event.do == PageAction.DECLINE:
            return [DeclinePage(by, number, said.get("reason", ""))]
        return [SIMPLE[event.do](by, number)]

    def _values(self, said: Any, found: OfficialPage | None) -> Iterator[tuple[Item, str]]:
        """The items to fill in with their values, one for each press of a button; for formats only those that change."""
        for key, value in said.items():
            item = Item(key)
            if item is Item.FORMATS:
                there = found.formats if found is not None else ()
                yield from ((item, one.value) for one in Format if (one in value) != (one in there))
            else:
                yield item, self.stage.person(value) if item is Item.RESPONSIBLE else value

    # --- publications ------------------------------------------------------------------------------------------------

    async def _entered(self, tx: Transaction, event: Event) -> None:
        """Enter the event's publications as a person does, one link after another; stop at the first refusal and
        record it."""
        look = await self.stage.look(tx, event.by)
        found = await self._page(tx, event)
        for link in self._links(event, found):
            counted = await enter(tx, EnterPublication(link, found.id if found else 0), self.stage.texts, look)
            if counted.refused:
                self.stage.refuse(event, Reason(counted.reason), counted.text)
                return

    async def _seen(self, tx: Transaction, event: Event) -> None:
        """Record the event's publications as the network shows them to the program."""
        found = await self._page(tx, event)
        if found is None:
            words = short(refused(self.stage.texts, Refused(Reason.NO_SUCH_PAGE)))
            self.stage.refuse(event, Reason.NO_SUCH_PAGE, words)
            return
        now, watch = self.stage.clock.now(), PublicationWatch(self.stage.offices.today)
        formats = event.fields.get("formats", ())
        for link in self._links(event, found):
            addresses = (found.address,) if found.address else ()
            await watch.saw(tx, SeenPublication(addresses, event.name, link, now, formats), now)

    async def _page(self, tx: Transaction, event: Event) -> OfficialPage | None:
        return await OfficialPages(tx).get(self.stage.number(PAGE, event.name))

    def _links(self, event: Event, found: OfficialPage | None) -> list[str]:
        if "link" in event.fields:
            return [event.fields["link"]]
        network = self.stage.scenario.networks[event.name]
        address = found.address if found is not None else ""
        return [self.stage.link(network, address) for _ in range(event.fields.get("count", 1))]
