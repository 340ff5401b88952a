"""Events of official pages: what is asked and filled in about them, and what is published on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.pages import kept, tell
from bot.publications import enter
from bot.published import PublicationWatch
from bot.screens.pages import refused
from bot.screens.sayings import toast
from bot.simulation.official_orders import PAGE, PUBLISHED
from bot.simulation.official_stage import Stage
from bot.simulation.scenario import Event
from handlers.wishes import EnterPublication
from storage.page import Page
from storage.pages import OfficialPages
from workflow.office import Actor
from workflow.official_page import (
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
from workflow.outcomes import Reason, Refused
from workflow.page_items import Format, Item, Whose
from workflow.publications import SeenPublication

SIMPLE: dict[str, Callable[[Actor, int], PageCommand]] = {
    PageAction.CONSENT: ConsentToPage,
    PageAction.AGREE: AgreeToPage,
    PageAction.PUT_IN_FORCE: PutInForce,
    PageAction.CLOSE: ClosePage,
}


@dataclass
class PageActs:
    stage: Stage

    async def happens(self, page: Page, event: Event) -> None:
        """The event is done, or its refusal noted."""
        if event.do == PUBLISHED:
            await (self._seen(page, event) if event.by is None else self._entered(page, event))
            return
        for command in await self._commands(page, event):
            await self._carry(page, event, command)

    async def _carry(self, page: Page, event: Event, command: PageCommand) -> None:
        look = await self.stage.look(page, event.by)
        decision = await kept(page, command, look)
        if isinstance(decision, Refused):
            texts = self.stage.screens.texts
            self.stage.refuse(event, decision.reason, toast(refused(texts, decision)))
            return
        self.stage.numbers[PAGE, event.name] = decision.after.id
        self.stage.addresses[event.name] = decision.after.address
        await tell(page, decision, look)

    async def _commands(self, page: Page, event: Event) -> list[PageCommand]:
        by, number = self.stage.actor(event.by), self.stage.number(PAGE, event.name)
        said = event.fields
        if event.do == PageAction.REQUEST:
            unit = said.get("unit", "")
            whose = Whose(said.get("whose", Whose.UNIT if unit else Whose.ADMINISTRATION))
            network, address = self.stage.scenario.networks[event.name], said.get("address", "")
            return [RequestPage(by, 0, self.stage.key, network, whose, address, unit)]
        if event.do == PageAction.FILL:
            found = await OfficialPages(page).get(number)
            return [FillPage(by, number, item, value) for item, value in self._values(said, found)]
        if event.do == PageAction.DECLINE:
            return [DeclinePage(by, number, said.get("reason", ""))]
        return [SIMPLE[event.do](by, number)]

    def _values(self, said: Any, found: OfficialPage | None) -> Iterator[tuple[Item, str]]:
        """Each item with its value as the buttons give it; formats are those in use from now on."""
        for key, value in said.items():
            item = Item(key)
            if item is Item.FORMATS:
                there = found.formats if found is not None else ()
                yield from ((item, one.value) for one in Format if (one in value) != (one in there))
            else:
                yield item, self.stage.person(value) if item is Item.RESPONSIBLE else value

    # --- publications ------------------------------------------------------------------------------------------------

    async def _entered(self, page: Page, event: Event) -> None:
        """By hand, one link after another."""
        look = await self.stage.look(page, event.by)
        found = await self._page(page, event)
        for link in self._links(event, found):
            counted = await enter(page, EnterPublication(link, found.id if found else 0), self.stage.screens, look)
            if counted.why is not None:
                self.stage.refuse(event, counted.why, toast(counted.text))
                return

    async def _seen(self, page: Page, event: Event) -> None:
        """As its network shows it."""
        found = await self._page(page, event)
        if found is None:
            words = toast(refused(self.stage.screens.texts, Refused(Reason.NO_SUCH_PAGE)))
            self.stage.refuse(event, Reason.NO_SUCH_PAGE, words)
            return
        now, watch = self.stage.clock.now(), PublicationWatch(self.stage.offices.today)
        formats = event.fields.get("formats", ())
        for link in self._links(event, found):
            addresses = (found.address,) if found.address else ()
            await watch.saw(page, SeenPublication(addresses, event.name, link, now, formats), now)

    async def _page(self, page: Page, event: Event) -> OfficialPage | None:
        return await OfficialPages(page).get(self.stage.number(PAGE, event.name))

    def _links(self, event: Event, found: OfficialPage | None) -> list[str]:
        if "link" in event.fields:
            return [event.fields["link"]]
        network = self.stage.scenario.networks[event.name]
        address = found.address if found is not None else ""
        return [self.stage.link(network, address) for _ in range(event.fields.get("count", 1))]
