"""Official pages: granting what is asked about them, showing them, and the daily look at what protects them.

Everything is decided by `workflow.pages.OFFICIAL_PAGES`; a page is kept with its journal line in the open transaction, and who
is to hear of it gets a letter. Nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.daily import Task, on_each_day
from bot.delivery.ports import Show
from bot.letters import reply
from bot.look import Look, reader_of
from bot.material_shown import plans_made_true
from bot.messenger import Screen
from bot.publications import BEHIND, NORMS, behind_screen, enter
from bot.screens import Screens
from bot.screens import pages as words
from bot.screens.sayings import toast
from bot.turning import others_made_true, turn
from handlers.updates import Incoming, Kind
from handlers.wishes import Ask, AskAboutPage, Carry, Close, EnterPublication, ListPages, PageWish, Say, ShowPage
from storage.page import Page
from storage.pages import OfficialPages
from workflow.commands import Entry
from workflow.desk import carried
from workflow.effects import Priority, Told
from workflow.office import Office
from workflow.official_page import (
    DeclinePage,
    FillPage,
    OfficialPage,
    PageAction,
    PageCommand,
    PageNotice,
    PageState,
    RequestPage,
)
from workflow.outcomes import Accepted, Reason, Refused
from workflow.page_addresses import page_address
from workflow.page_items import Item
from workflow.pages import OFFICIAL_PAGES, check_was_due, editors
from workflow.ports import Letter, account_lane

KIND = "official_page"
"""How a message that shows a page is known; its version is the page's number."""
STAND_IN = "–"
"""An answer good enough for the trial of a question nobody may be asked in vain."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The words for whoever asked; `refused`: nothing was changed; `question` is to be closed, `ask` to be asked."""

    text: str = ""
    refused: bool = False
    close: int | None = None
    ask: Ask | None = None

    def further(self, incoming: Incoming) -> list[Ask | Close | Say]:
        """What else is to be done; over a press the words stand in its toast, else they are said."""
        said = [Say("plain", {"text": self.text})] if self.text and incoming.kind is not Kind.PRESS else []
        closed = [Close(self.close)] if self.close is not None else []
        return [*closed, *([self.ask] if self.ask is not None else []), *said]


@dataclass(frozen=True)
class PageGranting:
    screens: Screens

    async def grant(self, page: Page, wish: PageWish, incoming: Incoming, look: Look) -> Answered:
        """The wish is done or refused in words."""
        match wish:
            case ListPages():
                await page.outbox.put([reply("list", {"which": "official_pages"}, incoming, look)], look.now)
                return Answered()
            case ShowPage(number, menu):
                return await self._show(page, number, menu, incoming, look)
            case AskAboutPage():
                return await self._ask(page, wish, look)
            case EnterPublication():
                counted = await enter(page, wish, self.screens, look)
                await page.outbox.put(await plans_made_true(page, look.now), look.now)
                return Answered(toast(counted.text), counted.refused, wish.answers, counted.ask)

    async def _show(self, page: Page, number: int, menu: str, incoming: Incoming, look: Look) -> Answered:
        if await OfficialPages(page).get(number) is None:
            return self._refused(Refused(Reason.NO_SUCH_PAGE))
        if not await turn(page, incoming, KIND, number, menu, look.now):
            await self._bring(page, number, menu, look)
        return Answered()

    async def _bring(self, page: Page, number: int, menu: str, look: Look) -> None:
        if look.actor.account is not None:
            await page.outbox.put([page_letter(number, look.actor.account, menu=menu)], look.now)

    async def _ask(self, page: Page, wish: AskAboutPage, look: Look) -> Answered:
        """Nobody is asked what he may not do."""
        found = await OfficialPages(page).get(wish.page)
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
        return Answered(self.screens.toast("page_asked"), ask=Ask(wish.kind, None, body))

    async def carry(self, page: Page, command: PageCommand, wish: Carry, incoming: Incoming, look: Look) -> Answered:
        """The command is carried out, or refused in words."""
        decision = await kept(page, command, look)
        if isinstance(decision, Refused):
            return self._refused(decision)
        turned = await turn(page, incoming, KIND, decision.after.id, wish.menu, look.now)
        if not turned:
            await self._bring(page, decision.after.id, wish.menu, look)
        await _made_true(page, decision.after.id, incoming, look.now)
        await tell(page, decision, look)
        item = command.item.value if isinstance(command, FillPage) else ""
        text = words.done(self.screens.texts, decision.after, command.action, item)
        return Answered(toast(text), close=wish.answers)

    def _refused(self, refusal: Refused) -> Answered:
        return Answered(toast(words.refused(self.screens.texts, refusal)), refused=True)


async def kept(page: Page, command: PageCommand, look: Look) -> Accepted[OfficialPage, Told] | Refused:
    """Decided and kept. Who is to hear of it is told by `tell`."""
    book = OfficialPages(page)
    before = await book.get(command.page) if not isinstance(command, RequestPage) else None
    command = await _with_neighbours(book, command)
    return await carried(OFFICIAL_PAGES, book, before, command, look.office, look.now)


async def _with_neighbours(book: OfficialPages, command: PageCommand) -> PageCommand:
    """The command with what only the book knows: the number that is free, the page that has the address already."""
    if isinstance(command, RequestPage):
        found = page_address(command.address, command.network) if command.address else None
        taken = await book.at_address(found.address) if found is not None else None
        return replace(command, page=await book.next_number(), taken=taken)
    if isinstance(command, FillPage) and command.item is Item.ADDRESS:
        found = page_address(command.value)
        return replace(command, taken=await book.at_address(found.address) if found is not None else None)
    return command


def page_letter(number: int, account: int, *, menu: str = "", notice: str = "", reason: str = "") -> Letter:
    """The page as it stands when it is sent, under the news about it if there is any."""
    body = {"page": number, "menu": menu, "notice": notice, "reason": reason}
    fold = f"page:{number}:{account}" + (f":{notice}" if notice else "")
    return Letter(KIND, account_lane(account), Priority.TAP, account=account, fold=fold, body=body)


async def _made_true(page: Page, number: int, incoming: Incoming, now: datetime) -> None:
    """Every message that shows the page shows it as it is now."""
    await page.outbox.put(others_made_true(await page.messages.shown(KIND, number), incoming), now)


async def tell(page: Page, decision: Accepted[OfficialPage, Told], look: Look) -> None:
    """Everybody the decision is news to has it in a letter."""
    reason = dict(decision.entry.details).get("reason", "")
    letters: dict[int, Letter] = {}
    for told in decision.effects:
        for binding in look.bindings:
            if binding.person in told.people and binding.reachable and binding.account != look.actor.account:
                made = page_letter(decision.after.id, binding.account, notice=str(told.notice), reason=reason)
                letters.setdefault(binding.account, made)
    await page.outbox.put(list(letters.values()), look.now)


# --- what is shown, made at the moment of sending ----------------------------------------------------------------------


async def show_page(
    page: Page,
    screens: Screens,
    number: int,
    account: int | None,
    menu: str | None,
    office: Office,
    now: datetime,
    notice: str = "",
    reason: str = "",
) -> Show | None:
    """A message with the page, as its reader may see it."""
    book = OfficialPages(page)
    found = await book.get(number)
    if found is None:
        return None
    history = await book.history(number, words.NEWEST) if menu == "history" else ()
    seen = words.Seen(found, await reader_of(page, account), menu or "", history, notice, {"reason": reason})
    screen = words.one(screens.texts, seen, office, now)
    quiet = bool(notice) and office.is_quiet(now)
    return Show(replace(screen, silent=quiet), KIND, number, menu=menu or None)


async def show_letter(page: Page, screens: Screens, letter: Letter, office: Office, now: datetime) -> Show | None:
    body = letter.body
    number, menu, notice, reason = int(body["page"]), str(body["menu"]), str(body["notice"]), str(body["reason"])
    return await show_page(page, screens, number, letter.account, menu, office, now, notice, reason)


LISTS = frozenset({"official_pages", BEHIND})


async def list_pages(page: Page, screens: Screens, letter: Letter, office: Office, now: datetime) -> Screen | None:
    """One of `LISTS` as it is now; None where there is nothing to say any more."""
    account = letter.account
    if letter.body["which"] == BEHIND:
        return await behind_screen(page, screens, account, office, now)
    pages = [one for one in await OfficialPages(page).every() if one.state is not PageState.CLOSED]
    return words.listing(screens.texts, pages, await reader_of(page, account), office, now)


# --- once a day --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PageTasks:
    """Tasks of the daily round: the pages a file lists are in the book; what stands behind the norm is said; and in working time
    plans show the new day, and pages whose protection nobody has checked for a quarter are named, once."""

    listed: Sequence[OfficialPage] = ()

    @property
    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("listed pages", lambda office, now: "entered", self._enter, kept=False),
            NORMS,
            Task("official pages", _in_working_time, self._look, kept=False),
        )

    async def _enter(self, page: Page, office: Office, now: datetime, last: str | None) -> bool:
        """One that was closed is not opened again though the file still lists it."""
        book = OfficialPages(page)
        known = {one.address for one in await book.every()} if self.listed else set()
        for written in self.listed:
            if written.address in known:
                continue
            entered = replace(written, id=await book.next_number(), requested_at=now)
            details = (("value", entered.address),)
            line = Entry(PageAction.REQUEST, now, "", None, None, PageState.IN_FORCE, details)
            await book.save(entered, line)
        return False

    async def _look(self, page: Page, office: Office, now: datetime, last: str | None) -> bool:
        plans = await plans_made_true(page, now)
        await page.outbox.put(plans, now)
        return await self._remind(page, office, now.astimezone(office.zone).date(), now) or bool(plans)

    async def _remind(self, page: Page, office: Office, today: date, now: datetime) -> bool:
        book = OfficialPages(page)
        bindings = [b for b in await page.people.all() if b.reachable]
        told = False
        for found in await book.every():
            if not check_was_due(found, today) or await book.reminded(found.id) == (found.checked or date.min):
                continue
            people = {*editors(office, now), *office.present(found.responsible, now)}
            accounts = sorted({b.account for b in bindings if b.person in people})
            if not accounts:
                continue
            letters = [page_letter(found.id, account, notice=PageNotice.CHECK_DUE) for account in accounts]
            await page.outbox.put(letters, now)
            await book.remind(found.id, found.checked)
            told = True
        return told


def _in_working_time(office: Office, now: datetime) -> str | None:
    return on_each_day(office, now) if office.working_time.is_working(now) else None
