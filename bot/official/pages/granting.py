"""Do what people ask about official pages.

`workflow.official.page_rules.OFFICIAL_PAGES` decides everything; a page is saved with its journal entry in the open
transaction, and the people to notify get letters. Nothing is sent from here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.answering.answered import Answered
from bot.answering.letters import reply, turn
from bot.answering.toasts import short, toast
from bot.answering.view import Look
from bot.official.material.rendering import plans_made_true
from bot.official.pages import screens as words
from bot.official.pages.rendering import KIND, page_letter, page_made_true
from bot.official.publications.entering import enter
from config.texts import Texts
from handlers.incoming import Incoming
from handlers.wishes import Ask, AskAboutPage, Carry, EnterPublication, ListPages, PageWish, ShowPage
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.desk import carried
from workflow.effects import Told
from workflow.official.page import (
    DeclinePage,
    FillPage,
    OfficialPage,
    PageAction,
    PageCommand,
    RequestPage,
)
from workflow.official.page_addresses import page_address
from workflow.official.page_items import Item
from workflow.official.page_rules import OFFICIAL_PAGES
from workflow.outcomes import Accepted, Reason, Refused
from workflow.ports import Letter
from workflow.reasons import STAND_IN


@dataclass(frozen=True)
class PageGranting:
    texts: Texts

    async def grant(self, tx: Transaction, wish: PageWish, incoming: Incoming, look: Look) -> Answered:
        """Do what the person asked for (`wish`) about official pages, or refuse it in words; return the toast for a
        pressed button."""
        match wish:
            case ListPages():
                await tx.outbox.put([reply("list", {"which": "official_pages"}, incoming, look)], look.now)
                return Answered()
            case ShowPage(number, menu):
                return await self._show(tx, number, menu, incoming, look)
            case AskAboutPage():
                return await self._ask(tx, wish, look)
            case EnterPublication():
                counted = await enter(tx, wish, self.texts, look)
                await tx.outbox.put(await plans_made_true(tx, look.now), look.now)
                return replace(counted, close=wish.answers)

    async def _show(self, tx: Transaction, number: int, menu: str, incoming: Incoming, look: Look) -> Answered:
        if await OfficialPages(tx).get(number) is None:
            return self._refused(Refused(Reason.NO_SUCH_PAGE))
        if not await turn(tx, incoming, KIND, number, menu, look.now):
            await self._bring(tx, number, menu, look)
        return Answered()

    async def _bring(self, tx: Transaction, number: int, menu: str, look: Look) -> None:
        if look.actor.account is not None:
            await tx.outbox.put([page_letter(number, look.actor.account, menu=menu)], look.now)

    async def _ask(self, tx: Transaction, wish: AskAboutPage, look: Look) -> Answered:
        """Put the question for the value of an item (or the reason for declining), if the person may answer it: the
        command is tried with a placeholder first. Return the question and a toast, or the refusal."""
        found = await OfficialPages(tx).get(wish.page)
        if found is None:
            return self._refused(Refused(Reason.NO_SUCH_PAGE))
        action = PageAction.FILL if wish.item is not None else PageAction.DECLINE
        trial: PageCommand = DeclinePage(look.actor, found.id, STAND_IN)
        if wish.item is not None:
            trial = FillPage(look.actor, found.id, wish.item, STAND_IN)
        refusal = OFFICIAL_PAGES.decide(found, trial, look.office, look.now)
        if isinstance(refusal, Refused) and (
            not OFFICIAL_PAGES.offers(found, action, look.office, look.now, look.actor) or wish.item is Item.CONSENT
        ):
            return self._refused(refusal)
        body: dict[str, object] = {"page": found.id, "item": wish.item.value if wish.item is not None else None}
        return Answered(toast(self.texts, "page_asked"), ask=Ask(wish.kind, None, body))

    async def carry(
        self, tx: Transaction, command: PageCommand, wish: Carry, incoming: Incoming, look: Look
    ) -> Answered:
        """Carry out the command, or refuse it in words; return the toast. The person's message about the page is
        refreshed or a new one sent, and other people are notified."""
        decision = await kept(tx, command, look)
        if isinstance(decision, Refused):
            return self._refused(decision)
        turned = await turn(tx, incoming, KIND, decision.after.id, wish.menu, look.now)
        if not turned:
            await self._bring(tx, decision.after.id, wish.menu, look)
        await page_made_true(tx, decision.after.id, incoming, look.now)
        await tell(tx, decision, look)
        item = command.item.value if isinstance(command, FillPage) else ""
        text = words.done(self.texts, decision.after, command.action, item)
        return Answered(short(text), close=wish.answers)

    def _refused(self, refusal: Refused) -> Answered:
        return Answered(short(words.refused(self.texts, refusal)), refused=True)


async def kept(tx: Transaction, command: PageCommand, look: Look) -> Accepted[OfficialPage, Told] | Refused:
    """Decide on the command and save the page if it is accepted; return the decision. The caller then notifies people
    with `tell`."""
    book = OfficialPages(tx)
    before = await book.get(command.page) if not isinstance(command, RequestPage) else None
    command = await _with_neighbours(book, command)
    return await carried(OFFICIAL_PAGES, book, before, command, look.office, look.now)


async def _with_neighbours(book: OfficialPages, command: PageCommand) -> PageCommand:
    """Return the command completed with facts that only the registry knows: the next free number, and the page that
    already has the address."""
    if isinstance(command, RequestPage):
        found = page_address(command.address, command.network) if command.address else None
        taken = await book.at_address(found.address) if found is not None else None
        return replace(command, page=await book.next_number(), taken=taken)
    if isinstance(command, FillPage) and command.item is Item.ADDRESS:
        found = page_address(command.value)
        return replace(command, taken=await book.at_address(found.address) if found is not None else None)
    return command


async def tell(tx: Transaction, decision: Accepted[OfficialPage, Told], look: Look) -> None:
    """Queue notices of the decision to the people it names whom the bot can write to, except the person who acted."""
    reason = dict(decision.entry.details).get("reason", "")
    letters: dict[int, Letter] = {}
    for told in decision.effects:
        for binding in look.bindings:
            if binding.person in told.people and binding.reachable and binding.account != look.actor.account:
                made = page_letter(decision.after.id, binding.account, notice=str(told.notice), reason=reason)
                letters.setdefault(binding.account, made)
    await tx.outbox.put(list(letters.values()), look.now)
