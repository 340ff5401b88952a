"""Grant wishes about official pages.

Everything goes through `workflow.official.page_rules.decide_page`. A page is stored with its journal line in the open
transaction, and everybody to be notified gets a letter. Sends nothing.
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
from handlers.updates import Incoming
from handlers.wishes import Ask, AskAboutPage, CarryPage, EnterPublication, ListPages, PageWish, ShowPage
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.official.page import (
    DeclinePage,
    FillPage,
    PageAccepted,
    PageAction,
    PageCommand,
    PageDecision,
    PageRefused,
    RequestPage,
)
from workflow.official.page_addresses import page_address
from workflow.official.page_items import Item
from workflow.official.page_rules import decide_page, may_with_page
from workflow.ports import Letter

STAND_IN = "–"
"""A placeholder answer for trying a command before its question is asked, so that nobody is asked in vain."""


@dataclass(frozen=True)
class PageGranting:
    texts: Texts

    async def grant(self, tx: Transaction, wish: PageWish, incoming: Incoming, look: Look) -> Answered:
        """Carry out the wish or refuse it in words."""
        match wish:
            case ListPages():
                await tx.outbox.put([reply("list", {"which": "official_pages"}, incoming, look)], look.now)
                return Answered()
            case ShowPage(number, menu):
                return await self._show(tx, number, menu, incoming, look)
            case AskAboutPage():
                return await self._ask(tx, wish, look)
            case CarryPage():
                return await self._carry(tx, wish, incoming, look)
            case EnterPublication():
                counted = await enter(tx, wish, self.texts, look)
                await tx.outbox.put(await plans_made_true(tx, look.now), look.now)
                return replace(counted, close=wish.answers)

    async def _show(self, tx: Transaction, number: int, menu: str, incoming: Incoming, look: Look) -> Answered:
        if await OfficialPages(tx).get(number) is None:
            return Answered(toast(self.texts, "page_gone"), refused=True)
        if not await turn(tx, incoming, KIND, number, menu, look.now):
            await self._bring(tx, number, menu, look)
        return Answered()

    async def _bring(self, tx: Transaction, number: int, menu: str, look: Look) -> None:
        if look.actor.account is not None:
            await tx.outbox.put([page_letter(number, look.actor.account, menu=menu)], look.now)

    async def _ask(self, tx: Transaction, wish: AskAboutPage, look: Look) -> Answered:
        """Ask only if the person may do it: the command is tried with a placeholder first."""
        found = await OfficialPages(tx).get(wish.page)
        if found is None:
            return Answered(toast(self.texts, "page_gone"), refused=True)
        action = PageAction.FILL if wish.item is not None else PageAction.DECLINE
        trial: PageCommand = DeclinePage(look.actor, found.id, STAND_IN)
        if wish.item is not None:
            trial = FillPage(look.actor, found.id, wish.item, STAND_IN)
        refusal = decide_page(found, trial, look.office, look.now)
        if isinstance(refusal, PageRefused) and (
            not may_with_page(found, action, look.actor, look.office, look.now) or wish.item is Item.CONSENT
        ):
            return self._refused(refusal)
        body: dict[str, object] = {"page": found.id, "item": wish.item.value if wish.item is not None else None}
        return Answered(toast(self.texts, "page_asked"), ask=Ask(wish.kind, None, body))

    async def _carry(self, tx: Transaction, wish: CarryPage, incoming: Incoming, look: Look) -> Answered:
        command = wish.command
        decision = await kept(tx, command, look)
        if decision is None:
            return Answered(toast(self.texts, "page_changed"), refused=True)
        if isinstance(decision, PageRefused):
            return self._refused(decision)
        turned = await turn(tx, incoming, KIND, decision.page.id, wish.menu, look.now)
        if not turned:
            await self._bring(tx, decision.page.id, wish.menu, look)
        await page_made_true(tx, decision.page.id, incoming, look.now)
        await tell(tx, decision, look)
        item = command.item.value if isinstance(command, FillPage) else ""
        text = words.done(self.texts, decision.page, command.action, item)
        return Answered(short(text), close=wish.answers)

    def _refused(self, refusal: PageRefused) -> Answered:
        return Answered(short(words.refused(self.texts, refusal)), refused=True)


async def kept(tx: Transaction, command: PageCommand, look: Look) -> PageDecision | None:
    """The one place where a decision about a page meets the book; None if somebody else changed the page first. `tell`
    notifies people afterwards."""
    book = OfficialPages(tx)
    before = await book.get(command.page) if not isinstance(command, RequestPage) else None
    decision = decide_page(before, await _with_neighbours(book, command), look.office, look.now)
    if isinstance(decision, PageRefused):
        return decision
    return decision if await book.save(decision.page, decision.entry) else None


async def _with_neighbours(book: OfficialPages, command: PageCommand) -> PageCommand:
    """The command completed with what only the book knows: the next free number, and the page that has the address
    already."""
    if isinstance(command, RequestPage):
        found = page_address(command.address, command.network) if command.address else None
        taken = await book.at_address(found.address) if found is not None else None
        return replace(command, page=await book.next_number(), taken=taken)
    if isinstance(command, FillPage) and command.item is Item.ADDRESS:
        found = page_address(command.value)
        return replace(command, taken=await book.at_address(found.address) if found is not None else None)
    return command


async def tell(tx: Transaction, decision: PageAccepted, look: Look) -> None:
    """Put a letter into the outbox for everybody the decision is news to."""
    reason = dict(decision.entry.details).get("reason", "")
    letters: dict[int, Letter] = {}
    for told in decision.told:
        for binding in look.bindings:
            if binding.person in told.people and binding.reachable and binding.account != look.actor.account:
                made = page_letter(decision.page.id, binding.account, notice=told.notice, reason=reason)
                letters.setdefault(binding.account, made)
    await tx.outbox.put(list(letters.values()), look.now)
