"""The registry of official pages: who may do what with a page, and which requirements of the regulation it does not meet.

`OFFICIAL_PAGES` is the table of a page's life: only it defines the permissions, and only it changes a page. Pure. A page
never holds a password: text that looks like one is refused (MO-A2.5, PA-1.5).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from workflow import engine
from workflow.effects import Told, told
from workflow.engine import Life, Row, curator, editing, editor, head, row
from workflow.office import Office, Role
from workflow.official.page import (
    OPEN,
    AgreeToPage,
    ClosePage,
    ConsentToPage,
    DeclinePage,
    FillPage,
    Given,
    OfficialPage,
    PageAction,
    PageCommand,
    PageNotice,
    PageState,
    PutInForce,
    RequestPage,
)
from workflow.official.page_addresses import page_address
from workflow.official.page_items import PROTECTION, Format, Item, PageAsk, PageNetwork, Whose
from workflow.official.secrecy import looks_secret
from workflow.outcomes import Reason, Refused
from workflow.reasons import explains
from workflow.regulation import Regulation

S, A, R, N = PageState, PageAction, Reason, PageNotice
LONGEST = 1000
"""The maximum length of an item's text in characters."""
QUARTER = 3
"""How many months may pass between two checks of a page's protection."""


# --- what the regulation asks ------------------------------------------------------------------------------------------


def asked(regulation: Regulation, item: Item, whose: Whose) -> PageAsk | None:
    """Return the regulation's requirement for this item on pages of this owner; None if it requires nothing."""
    return next((ask for ask in regulation.pages if ask.item is item and whose in ask.of), None)


def missing(page: OfficialPage, regulation: Regulation) -> tuple[PageAsk, ...]:
    """Return the requirements of the regulation that the page does not meet, in the order of `Item`."""
    asks = [ask for ask in regulation.pages if page.whose in ask.of and not page.has(ask.item)]
    return tuple(sorted(asks, key=lambda ask: list(Item).index(ask.item)))


def is_allowed(page: OfficialPage, regulation: Regulation) -> bool:
    """Whether every consent and agreement that the regulation asks for such a page is given (MO-A2.2)."""
    needed = (Item.CONSENT, Item.AGREEMENT)
    return all(page.has(item) for item in needed if asked(regulation, item, page.whose) is not None)


def check_was_due(page: OfficialPage, today: date) -> bool:
    """Whether the page is in force and its protection was never checked, or last more than a quarter before `today`
    (MO-A2.5, PA-1.5)."""
    return page.state is PageState.IN_FORCE and (page.checked is None or _months_later(page.checked, QUARTER) < today)


def _months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


# --- who may -----------------------------------------------------------------------------------------------------------


def editors(office: Office, now: datetime) -> tuple[str, ...]:
    """Return the keys of the people who manage official pages at `now`: the editors if the municipality's file names any,
    else the curators, with substitutes in place of absent ones."""
    return office.holders(editing(office), now)


def keeper(office: Office, page: OfficialPage | None, command: PageCommand, now: datetime) -> str | None:
    """Return the key of the person responsible for the page if the actor has that person's rights; else None."""
    return next((p.key for p in office.acting(command.by, now) if page is not None and p.key == page.responsible), None)


def unit_leader(office: Office, page: OfficialPage | None, command: PageCommand, now: datetime) -> str | None:
    """Return the key of an executor of the unit whose page this is or is to be, if the actor has that person's rights; else
    None (MO-A2.2)."""
    of = page or command
    if not isinstance(of, OfficialPage | RequestPage) or of.whose is not Whose.UNIT or not of.unit:
        return None
    found = office.of_department(command.by, [of.unit], now)
    return found.key if found is not None else None


# --- what must hold ----------------------------------------------------------------------------------------------------


def consent_is_asked(office: Office, page: OfficialPage, command: PageCommand, now: datetime) -> Refused | None:
    open_still = asked(office.regulation, Item.CONSENT, page.whose) is not None and page.consent is None
    return None if open_still else Refused(R.NOT_ASKED_FOR)


def agreement_is_asked(office: Office, page: OfficialPage, command: PageCommand, now: datetime) -> Refused | None:
    open_still = asked(office.regulation, Item.AGREEMENT, page.whose) is not None and page.agreement is None
    return None if open_still else Refused(R.NOT_ASKED_FOR)


def consents_are_given(office: Office, page: OfficialPage, command: PageCommand, now: datetime) -> Refused | None:
    return None if is_allowed(page, office.regulation) else Refused(R.CONSENT_FIRST)


def has_an_address(office: Office, page: OfficialPage, command: PageCommand, now: datetime) -> Refused | None:
    return None if page.address else Refused(R.ADDRESS_FIRST)


def leader_has_decided(office: Office, page: OfficialPage, command: PageCommand, now: datetime) -> Refused | None:
    """Refuse to put a page in force without its leader's decision where the regulation requires one (MO-A2.4: a unit's page
    is made by its leader's decision)."""
    wanted = asked(office.regulation, Item.DECISION, page.whose) is not None
    return Refused(R.DECISION_FIRST) if wanted and not page.decision else None


def reason_is_given(office: Office, page: OfficialPage, command: DeclinePage, now: datetime) -> Refused | None:
    return _wrong_words(command.reason if explains(command.reason) else "", R.REASON_REQUIRED)


# --- what changes ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change(engine.Change[OfficialPage, Told]):
    """What an action makes of an official page: the changed page, the notices to people, and details for the journal."""


def _requested(page: None, command: RequestPage, by: str, office: Office, now: datetime) -> Change | Refused:
    """Enters the requested page, and asks the head for consent and the editors for agreement where the regulation requires
    them (MO-A2.2). Refuses a wrong or already registered address, and an unknown department."""
    found = page_address(command.address, command.network) if command.address else None
    if command.address and found is None:
        return Refused(R.NOT_AN_ADDRESS)
    if command.taken is not None:
        return Refused(R.SAME_ADDRESS, {"number": command.taken})
    if command.whose is Whose.UNIT and command.unit not in office.departments:
        return Refused(R.UNKNOWN_UNIT)
    requested = OfficialPage(
        id=command.page,
        municipality=command.municipality,
        version=0,
        state=S.REQUESTED,
        network=command.network,
        whose=command.whose,
        address=found.address if found is not None else "",
        unit=command.unit if command.whose is Whose.UNIT else "",
        requested_by=by,
        requested_at=now,
    )
    rules, whose = office.regulation, command.whose
    heads = office.holders(Role.HEAD, now) if asked(rules, Item.CONSENT, whose) is not None else ()
    desk = editors(office, now) if asked(rules, Item.AGREEMENT, whose) is not None else ()
    told_of = (*told(N.CONSENT_ASKED, heads, command.by), *told(N.AGREEMENT_ASKED, desk, command.by))
    return Change(requested, told_of, {"address": requested.address})


def _consented(page: OfficialPage, command: ConsentToPage, by: str, office: Office, now: datetime) -> Change:
    return _allowed(replace(page, consent=Given(by, now)), command, office, now)


def _agreed(page: OfficialPage, command: AgreeToPage, by: str, office: Office, now: datetime) -> Change:
    return _allowed(replace(page, agreement=Given(by, now)), command, office, now)


def _allowed(page: OfficialPage, command: PageCommand, office: Office, now: datetime) -> Change:
    if not is_allowed(page, office.regulation):
        return Change(page)
    return _news(replace(page, state=S.CONSENTED), N.CONSENTED, command, office, now)


def _declined(page: OfficialPage, command: DeclinePage, by: str, office: Office, now: datetime) -> Change:
    return _news(page, N.DECLINED, command, office, now, reason=_plain(command.reason))


def _put_in_force(page: OfficialPage, command: PutInForce, by: str, office: Office, now: datetime) -> Change:
    return _news(page, N.IN_FORCE, command, office, now)


def _closed(page: OfficialPage, command: ClosePage, by: str, office: Office, now: datetime) -> Change:
    return Change(page)


def _news(
    page: OfficialPage, notice: PageNotice, command: PageCommand, office: Office, now: datetime, **details: str
) -> Change:
    """Return the change to this page with a notice to the editors, the person who requested the page and the one
    responsible for it."""
    keepers = (*editors(office, now), *office.present(page.requested_by, now), *office.present(page.responsible, now))
    return Change(page, told(notice, (key for key in keepers if key in office.people), command.by), details)


def _filled(page: OfficialPage, command: FillPage, by: str, office: Office, now: datetime) -> Change | Refused:
    """Parses and sets the value of an item, or refuses it. The journal's details never show the value of a protection item."""
    item, value = command.item, _plain(command.value)
    if item in (Item.CONSENT, Item.AGREEMENT):
        return _on_paper(page, command, by, office, now)
    read = _read(page, item, value, now, office)
    if isinstance(read, Refused):
        return read
    if item is Item.ADDRESS and command.taken is not None and command.taken != page.id:
        return Refused(R.SAME_ADDRESS, {"number": command.taken})
    details = {"item": item.value} if item in PROTECTION else {"item": item.value, "value": value[:200]}
    return Change(replace(page, **{item.value: read}), (), details)


def _on_paper(page: OfficialPage, command: FillPage, by: str, office: Office, now: datetime) -> Change | Refused:
    """Records the head's consent given on paper, entered by an editor; allowed only if the municipality's file names no
    head, who would press the button himself. Refuses an agreement on paper."""
    if command.item is Item.AGREEMENT:
        return Refused(R.ONLY_BY_BUTTON)
    if office.head is not None or editor(office, page, command, now) is None:
        return Refused(R.HEAD_CONSENTS_HIMSELF)
    if wrong := _wrong_words(command.value, R.EMPTY):
        return wrong
    words = _plain(command.value)
    after = replace(page, consent=Given(by, now, words))
    if after.state is S.REQUESTED and is_allowed(after, office.regulation):
        after = replace(after, state=S.CONSENTED)
    return Change(after, (), {"item": Item.CONSENT.value, "value": words[:200]})


def _read(page: OfficialPage, item: Item, value: str, now: datetime, office: Office) -> Any:
    """Return the value of the item parsed from this text, or a `Refused`. For FORMATS: the page's formats with this one
    switched on or off."""
    match item:
        case Item.ADDRESS:
            found = page_address(value, page.network)
            return found.address if found is not None else Refused(R.NOT_AN_ADDRESS)
        case Item.DESIGN | Item.TWO_FACTOR:
            return value == "yes" if value in ("yes", "no") else Refused(R.UNKNOWN_VALUE)
        case Item.CHECKED | Item.PASSWORD_CHANGED:
            return _day(value, now.astimezone(office.zone).date())
        case Item.FORMATS:
            if value not in tuple(Format):
                return Refused(R.UNKNOWN_VALUE)
            chosen = set(page.formats) ^ {Format(value)}
            return tuple(one for one in Format if one in chosen)
        case _:
            strict = item in (Item.ACCESS, Item.RESPONSIBLE)
            return _wrong_words(value, R.EMPTY, strict=strict and value not in office.people) or value


def _day(value: str, today: date) -> date | Refused:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return Refused(R.UNKNOWN_VALUE)
    return Refused(R.IN_THE_FUTURE) if day > today else day


def _plain(text: str) -> str:
    return " ".join(text.split())


def _wrong_words(text: str, if_empty: Reason, *, strict: bool = False) -> Refused | None:
    words = _plain(text)
    if not words:
        return Refused(if_empty)
    if looks_secret(words, strict=strict):
        return Refused(R.SECRET)
    return Refused(R.TOO_LONG, {"most": LONGEST}) if len(words) > LONGEST else None


# --- the table ---------------------------------------------------------------------------------------------------------

EDITORS, KEEPERS = (editor, curator), (editor, curator, keeper, unit_leader)
SO_FAR = (S.REQUESTED, S.CONSENTED)
READY = (consents_are_given, has_an_address)
TABLE: tuple[Row, ...] = (
    #   action          from                     who                     to           needs
    row(A.REQUEST,      (),                      (*EDITORS, unit_leader), S.REQUESTED),
    row(A.FILL,         S.REQUESTED,             KEEPERS,                SO_FAR),
    row(A.FILL,         (S.CONSENTED, S.IN_FORCE), KEEPERS,                None),
    row(A.CONSENT,      S.REQUESTED,             head,                   SO_FAR,      when=consent_is_asked),
    row(A.DECLINE,      S.REQUESTED,             head,                   S.CLOSED,    reason_is_given),
    row(A.AGREE,        S.REQUESTED,             editor,                 SO_FAR,      when=agreement_is_asked),
    row(A.PUT_IN_FORCE, SO_FAR,                  EDITORS,                S.IN_FORCE,  leader_has_decided, when=READY),
    row(A.CLOSE,        OPEN,                    EDITORS,                S.CLOSED),
)  # fmt: skip
OTHERS = {
    A.FILL: R.NOT_YOUR_PAGE,
    A.CONSENT: R.NOT_THE_HEAD,
    A.DECLINE: R.NOT_THE_HEAD,
    **dict.fromkeys((A.REQUEST, A.AGREE, A.PUT_IN_FORCE, A.CLOSE), R.NOT_AN_EDITOR),
}

OFFICIAL_PAGES: Life[OfficialPage, Told] = Life(
    actions=tuple(A),
    states=S,
    table=TABLE,
    changes={
        A.REQUEST: _requested,
        A.FILL: _filled,
        A.CONSENT: _consented,
        A.DECLINE: _declined,
        A.AGREE: _agreed,
        A.PUT_IN_FORCE: _put_in_force,
        A.CLOSE: _closed,
    },
    no_such=R.NO_SUCH_PAGE,
    ends=frozenset({S.CLOSED}),
    others=OTHERS,
)


# --- the registry ------------------------------------------------------------------------------------------------------


def published(pages: Sequence[OfficialPage]) -> tuple[OfficialPage, ...]:
    """Return the pages in force that have an address, sorted by owner and network, for the registry on the official site
    (MO-A2.7, SL-3, KU-5)."""
    order = list(Whose)
    networks = list(PageNetwork)
    in_force = [page for page in pages if page.state is PageState.IN_FORCE and page.address]
    return tuple(sorted(in_force, key=lambda p: (order.index(p.whose), p.unit, networks.index(p.network), p.address)))


FROM_A_FILE = ("unit", "title", "responsible", "decision", "description", "contacts", "design", "formats")


def joined(book: Sequence[OfficialPage], listed: Sequence[OfficialPage]) -> tuple[OfficialPage, ...]:
    """Join the stored pages (`book`) with those listed in the municipality's file. Pages with one address become one.

    Stored values win; empty ones are filled from the file. A closed page stays closed even if the file still lists it.
    """
    of_file = {page.address: page for page in listed}
    known = {page.address for page in book if page.address}
    filled = [_with_what_is_written(page, of_file.get(page.address)) for page in book]
    return (*filled, *(page for page in listed if page.address not in known))


def _with_what_is_written(page: OfficialPage, written: OfficialPage | None) -> OfficialPage:
    if written is None:
        return page
    empty = [name for name in FROM_A_FILE if getattr(page, name) in ("", None, ())]
    return replace(page, **{name: getattr(written, name) for name in empty})
