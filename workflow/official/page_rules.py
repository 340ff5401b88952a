"""The registry of official pages: what a page is, who may do what with it, and what its regulation still misses.

`decide_page(page, command, office, now)` is the only place where a page of the registry changes; `ROWS` is the only place
that says who may. Pure. A password is never a part of it: words that look like one are refused (MO-A2.5, PA-1.5).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from workflow.office import Actor, Office, Role
from workflow.official.page import (
    OPEN,
    AgreeToPage,
    ClosePage,
    ConsentToPage,
    DeclinePage,
    FillPage,
    Given,
    OfficialPage,
    PageAccepted,
    PageAction,
    PageCommand,
    PageDecision,
    PageEntry,
    PageNotice,
    PageReason,
    PageRefused,
    PageState,
    PageTold,
    PutInForce,
    RequestPage,
)
from workflow.official.page_addresses import page_address
from workflow.official.page_items import PROTECTION, Format, Item, PageAsk, PageNetwork, Whose
from workflow.official.secrecy import looks_secret
from workflow.regulation import Regulation

LONGEST = 1000
"""Characters an item may hold."""
QUARTER = 3
"""Months between two checks of a page's protection."""


# --- what the regulation asks ------------------------------------------------------------------------------------------


def asked(regulation: Regulation, item: Item, whose: Whose) -> PageAsk | None:
    """What the regulation says about the item for such pages; None where it is silent."""
    return next((ask for ask in regulation.pages if ask.item is item and whose in ask.of), None)


def missing(page: OfficialPage, regulation: Regulation) -> tuple[PageAsk, ...]:
    """What the regulation asks of the page and the page has not, each with its clause, in the order of the list."""
    asks = [ask for ask in regulation.pages if page.whose in ask.of and not page.has(ask.item)]
    return tuple(sorted(asks, key=lambda ask: list(Item).index(ask.item)))


def is_allowed(page: OfficialPage, regulation: Regulation) -> bool:
    """Whether every consent the regulation asks for is given (MO-A2.2)."""
    needed = (Item.CONSENT, Item.AGREEMENT)
    return all(page.has(item) for item in needed if asked(regulation, item, page.whose) is not None)


def check_was_due(page: OfficialPage, today: date) -> bool:
    """Whether the last check of the page's protection is older than a quarter, or there was none (MO-A2.5, PA-1.5)."""
    return page.state is PageState.IN_FORCE and (page.checked is None or _months_later(page.checked, QUARTER) < today)


def _months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in range(day.day, 0, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("a month has a first day")


# --- who may -----------------------------------------------------------------------------------------------------------

PageWho = Callable[[Office, "OfficialPage | None", PageCommand, datetime], str | None]


def editors(office: Office, now: datetime) -> tuple[str, ...]:
    """Who keeps the pages and is there at `now`: whoever is named so in the file, else the curators."""
    named = any(Role.EDITOR in person.roles for person in office.people.values())
    return office.holders(Role.EDITOR if named else Role.CURATOR, now)


def editor(office: Office, page: OfficialPage | None, command: PageCommand, now: datetime) -> str | None:
    named = any(Role.EDITOR in person.roles for person in office.people.values())
    found = office.has_role(command.by, Role.EDITOR if named else Role.CURATOR, now)
    return found.key if found is not None else None


def curator(office: Office, page: OfficialPage | None, command: PageCommand, now: datetime) -> str | None:
    found = office.has_role(command.by, Role.CURATOR, now)
    return found.key if found is not None else None


def head(office: Office, page: OfficialPage | None, command: PageCommand, now: datetime) -> str | None:
    found = office.has_role(command.by, Role.HEAD, now)
    return found.key if found is not None else None


def keeper(office: Office, page: OfficialPage | None, command: PageCommand, now: datetime) -> str | None:
    """Whoever the page names as responsible."""
    return next((p.key for p in office.acting(command.by, now) if page is not None and p.key == page.responsible), None)


def unit_leader(office: Office, page: OfficialPage | None, command: PageCommand, now: datetime) -> str | None:
    """The executor of the department whose page it is or is to be (MO-A2.2)."""
    unit = page.unit if page is not None else command.unit if isinstance(command, RequestPage) else ""
    whose = page.whose if page is not None else command.whose if isinstance(command, RequestPage) else None
    found = office.of_department(command.by, [unit], now) if whose is Whose.UNIT and unit else None
    return found.key if found is not None else None


def editor_for_want_of_a_head(
    office: Office, page: OfficialPage | None, command: PageCommand, now: datetime
) -> str | None:
    """A consent on paper is entered by the editor, where the file names no head who could give it by the button."""
    return editor(office, page, command, now) if office.head is None else None


@dataclass(frozen=True, slots=True)
class PageRow:
    """One permission. `to` None: the state stays, or the change says which it is."""

    action: PageAction
    from_states: tuple[PageState, ...]
    who: tuple[PageWho, ...]
    to: PageState | None
    otherwise: PageReason


A, S, R = PageAction, PageState, PageReason
ROWS: tuple[PageRow, ...] = (
    #       action          from                          who                                    to            others are told
    PageRow(A.REQUEST,      (),                           (editor, curator, unit_leader),        S.REQUESTED,  R.NOT_AN_EDITOR),
    PageRow(A.FILL,         OPEN,                         (editor, curator, keeper, unit_leader), None,        R.NOT_YOUR_PAGE),
    PageRow(A.CONSENT,      (S.REQUESTED,),               (head,),                               None,         R.NOT_THE_HEAD),
    PageRow(A.DECLINE,      (S.REQUESTED,),               (head,),                               S.CLOSED,     R.NOT_THE_HEAD),
    PageRow(A.AGREE,        (S.REQUESTED,),               (editor,),                             None,         R.NOT_AN_EDITOR),
    PageRow(A.PUT_IN_FORCE, (S.REQUESTED, S.CONSENTED),   (editor, curator),                     S.IN_FORCE,   R.NOT_AN_EDITOR),
    PageRow(A.CLOSE,        OPEN,                         (editor, curator),                     S.CLOSED,     R.NOT_AN_EDITOR),
)  # fmt: skip


def page_row(action: PageAction) -> PageRow:
    return next(row for row in ROWS if row.action is action)


def may_with_page(page: OfficialPage, action: PageAction, by: Actor, office: Office, now: datetime) -> bool:
    """Whether the button is worth showing: right person, right state, and something for it to do."""
    row = page_row(action)
    trial = PutInForce(by, page.id)
    if page.state not in row.from_states or not any(who(office, page, trial, now) for who in row.who):
        return False
    match action:
        case PageAction.CONSENT | PageAction.DECLINE:
            return asked(office.regulation, Item.CONSENT, page.whose) is not None and page.consent is None
        case PageAction.AGREE:
            return asked(office.regulation, Item.AGREEMENT, page.whose) is not None and page.agreement is None
        case PageAction.PUT_IN_FORCE:
            return is_allowed(page, office.regulation) and bool(page.address)
        case _:
            return True


# --- the decision ------------------------------------------------------------------------------------------------------


def decide_page(page: OfficialPage | None, command: PageCommand, office: Office, now: datetime) -> PageDecision:
    """Whether the command holds for this page now, and what follows. `now` is aware."""
    if command.by.standing != "ok" or not command.by.people:
        return PageRefused(PageReason.NOT_OURS)
    row = page_row(command.action)
    if (page is None) != isinstance(command, RequestPage):
        return PageRefused(PageReason.NO_SUCH_PAGE)
    by = next((key for who in row.who if (key := who(office, page, command, now)) is not None), None)
    if by is None:
        return PageRefused(row.otherwise, {"action": command.action})
    if page is not None and page.state not in row.from_states:
        return PageRefused(PageReason.NOT_NOW, {"state": page.state, "action": command.action})
    changed = _changed(page, command, by, office, now)
    if isinstance(changed, PageRefused):
        return changed
    after, details = changed
    to = row.to or (after.state if row.action is PageAction.FILL else _allowed_state(after, office.regulation))
    after = replace(after, state=to, version=page.version + 1 if page is not None else 1)
    own = by if by in command.by.people else command.by.people[0]
    before = page.state if page is not None else None
    entry = PageEntry(command.action, now, own, by if by != own else None, before, to, tuple(sorted(details.items())))
    return PageAccepted(after, entry, _told(page, after, command, own, office, now))


def _allowed_state(page: OfficialPage, regulation: Regulation) -> PageState:
    return PageState.CONSENTED if is_allowed(page, regulation) else page.state


Changed = tuple[OfficialPage, dict[str, str]]


def _changed(
    page: OfficialPage | None, command: PageCommand, by: str, office: Office, now: datetime
) -> Changed | PageRefused:
    if isinstance(command, RequestPage):
        return _requested(command, by, office, now)
    assert page is not None
    rules = office.regulation
    match command:
        case FillPage():
            return _filled(page, command, by, office, now)
        case ConsentToPage() if asked(rules, Item.CONSENT, page.whose) is None or page.consent is not None:
            return PageRefused(PageReason.NOT_ASKED_FOR)
        case ConsentToPage():
            return replace(page, consent=Given(by, now)), {}
        case AgreeToPage() if asked(rules, Item.AGREEMENT, page.whose) is None or page.agreement is not None:
            return PageRefused(PageReason.NOT_ASKED_FOR)
        case AgreeToPage():
            return replace(page, agreement=Given(by, now)), {}
        case DeclinePage(reason=reason):
            wrong = _wrong_words(reason, PageReason.REASON_REQUIRED)
            return wrong or (page, {"reason": _plain(reason)})
        case PutInForce() if not is_allowed(page, rules):
            return PageRefused(PageReason.CONSENT_FIRST)
        case PutInForce() if not page.address:
            return PageRefused(PageReason.ADDRESS_FIRST)
        case PutInForce() | ClosePage():
            return page, {}


def _requested(command: RequestPage, by: str, office: Office, now: datetime) -> Changed | PageRefused:
    found = page_address(command.address, command.network) if command.address else None
    if command.address and found is None:
        return PageRefused(PageReason.NOT_AN_ADDRESS)
    if command.taken is not None:
        return PageRefused(PageReason.SAME_ADDRESS, {"number": command.taken})
    if command.whose is Whose.UNIT and command.unit not in office.departments:
        return PageRefused(PageReason.UNKNOWN_UNIT)
    page = OfficialPage(
        id=command.page,
        municipality=command.municipality,
        version=0,
        state=PageState.REQUESTED,
        network=command.network,
        whose=command.whose,
        address=found.address if found is not None else "",
        unit=command.unit if command.whose is Whose.UNIT else "",
        requested_by=by,
        requested_at=now,
    )
    return page, {"address": page.address}


def _filled(page: OfficialPage, command: FillPage, by: str, office: Office, now: datetime) -> Changed | PageRefused:
    """The value is read as the item needs it. Details name the item, never what stands in an item of protection."""
    item, value = command.item, _plain(command.value)
    if item in (Item.CONSENT, Item.AGREEMENT):
        return _on_paper(page, command, by, office, now)
    read = _read(page, item, value, now, office)
    if isinstance(read, PageRefused):
        return read
    if item is Item.ADDRESS and command.taken is not None and command.taken != page.id:
        return PageRefused(PageReason.SAME_ADDRESS, {"number": command.taken})
    details = {"item": item.value} if item in PROTECTION else {"item": item.value, "value": value[:200]}
    return replace(page, **{item.value: read}), details


def _on_paper(page: OfficialPage, command: FillPage, by: str, office: Office, now: datetime) -> Changed | PageRefused:
    """A consent on paper, entered where no head could press the button."""
    if command.item is Item.AGREEMENT:
        return PageRefused(PageReason.ONLY_BY_BUTTON)
    if editor_for_want_of_a_head(office, page, command, now) is None:
        return PageRefused(PageReason.HEAD_CONSENTS_HIMSELF)
    if wrong := _wrong_words(command.value, PageReason.EMPTY):
        return wrong
    words = _plain(command.value)
    after = replace(page, consent=Given(by, now, words))
    if after.state is PageState.REQUESTED:
        after = replace(after, state=_allowed_state(after, office.regulation))
    return after, {"item": Item.CONSENT.value, "value": words[:200]}


def _read(page: OfficialPage, item: Item, value: str, now: datetime, office: Office) -> Any:
    """What the item holds from now on, or a `PageRefused`."""
    match item:
        case Item.ADDRESS:
            found = page_address(value, page.network)
            return found.address if found is not None else PageRefused(PageReason.NOT_AN_ADDRESS)
        case Item.DESIGN | Item.TWO_FACTOR:
            return value == "yes" if value in ("yes", "no") else PageRefused(PageReason.UNKNOWN_VALUE)
        case Item.CHECKED | Item.PASSWORD_CHANGED:
            return _day(value, now.astimezone(office.zone).date())
        case Item.FORMATS:
            if value not in tuple(Format):
                return PageRefused(PageReason.UNKNOWN_VALUE)
            chosen = set(page.formats) ^ {Format(value)}
            return tuple(one for one in Format if one in chosen)
        case _:
            strict = item in (Item.ACCESS, Item.RESPONSIBLE)
            return _wrong_words(value, PageReason.EMPTY, strict=strict and value not in office.people) or value


def _day(value: str, today: date) -> date | PageRefused:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return PageRefused(PageReason.UNKNOWN_VALUE)
    return PageRefused(PageReason.IN_THE_FUTURE) if day > today else day


def _plain(text: str) -> str:
    return " ".join(text.split())


def _wrong_words(text: str, if_empty: PageReason, *, strict: bool = False) -> PageRefused | None:
    words = _plain(text)
    if not words:
        return PageRefused(if_empty)
    if looks_secret(words, strict=strict):
        return PageRefused(PageReason.SECRET)
    return PageRefused(PageReason.TOO_LONG, {"most": LONGEST}) if len(words) > LONGEST else None


# --- who is told -------------------------------------------------------------------------------------------------------


def _told(
    before: OfficialPage | None, page: OfficialPage, command: PageCommand, own: str, office: Office, now: datetime
) -> tuple[PageTold, ...]:
    """The head is asked when a page is requested, the adviser too; the requester and the editors hear what came of it."""
    rules = office.regulation
    keepers = (*editors(office, now), *office.present(page.requested_by, now), *office.present(page.responsible, now))
    told: list[PageTold] = []
    match command.action:
        case PageAction.REQUEST:
            if asked(rules, Item.CONSENT, page.whose) is not None:
                told.append(PageTold(PageNotice.CONSENT_ASKED, office.holders(Role.HEAD, now)))
            if asked(rules, Item.AGREEMENT, page.whose) is not None:
                told.append(PageTold(PageNotice.AGREEMENT_ASKED, editors(office, now)))
        case PageAction.CONSENT | PageAction.AGREE if page.state is PageState.CONSENTED:
            told.append(PageTold(PageNotice.CONSENTED, keepers))
        case PageAction.DECLINE:
            told.append(PageTold(PageNotice.DECLINED, keepers))
        case PageAction.PUT_IN_FORCE:
            told.append(PageTold(PageNotice.IN_FORCE, keepers))
        case _:
            pass
    return tuple(found for one in told if (found := _without(one, own, office)).people)


def _without(told: PageTold, own: str, office: Office) -> PageTold:
    people = tuple(dict.fromkeys(key for key in told.people if key != own and key in office.people))
    return replace(told, people=people)


def published(pages: Sequence[OfficialPage]) -> tuple[OfficialPage, ...]:
    """The pages the registry on the official site names: those in force (MO-A2.7, SL-3, KU-5), by owner and network."""
    order = list(Whose)
    networks = list(PageNetwork)
    in_force = [page for page in pages if page.state is PageState.IN_FORCE and page.address]
    return tuple(sorted(in_force, key=lambda p: (order.index(p.whose), p.unit, networks.index(p.network), p.address)))


FROM_A_FILE = ("unit", "title", "responsible", "decision", "description", "contacts", "design", "formats")


def joined(book: Sequence[OfficialPage], listed: Sequence[OfficialPage]) -> tuple[OfficialPage, ...]:
    """The pages of the book, and those a file lists besides. One address is one page: what the book has wins, what it has
    not is taken from the file; a page that was closed stays closed though the file still lists it."""
    of_file = {page.address: page for page in listed}
    known = {page.address for page in book if page.address}
    filled = [_with_what_is_written(page, of_file.get(page.address)) for page in book]
    return (*filled, *(page for page in listed if page.address not in known))


def _with_what_is_written(page: OfficialPage, written: OfficialPage | None) -> OfficialPage:
    if written is None:
        return page
    empty = [name for name in FROM_A_FILE if getattr(page, name) in ("", None, ())]
    return replace(page, **{name: getattr(written, name) for name in empty})
