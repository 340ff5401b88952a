"""The registry's rules: addresses, secrets, who may do what with a page, what a regulation misses on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from config import regulations
from tests.rules.offices import office as town
from workflow.office import Actor, Office, Person, Role
from workflow.official.page import (
    AgreeToPage,
    ClosePage,
    ConsentToPage,
    DeclinePage,
    FillPage,
    Given,
    OfficialPage,
    PageAction,
    PageCommand,
    PageState,
    PutInForce,
    RequestPage,
)
from workflow.official.page_addresses import belongs_to, page_address
from workflow.official.page_items import Format, Item, PageNetwork, Whose
from workflow.official.page_rules import OFFICIAL_PAGES, check_was_due, joined, missing, published
from workflow.official.secrecy import looks_secret
from workflow.outcomes import Accepted, Reason, Refused

NOW = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)
HEAD, EDITOR, CURATOR = Actor(("head",), 1), Actor(("adviser",), 2), Actor(("curator",), 3)
LEADER, OTHER, DEPUTY = Actor(("zhkh_head",), 4), Actor(("roads_head",), 5), Actor(("deputy",), 6)
EVERYBODY = {"head": HEAD, "editor": EDITOR, "curator": CURATOR, "leader": LEADER, "other": OTHER, "deputy": DEPUTY}


def office(regulation: str = "moskalensky", *, head: bool = True, editor: bool = True) -> Office:
    people = [
        Person("curator", "Куратор", (Role.CURATOR,)),
        Person("zhkh_head", "Начальник отдела ЖКХ", (Role.EXECUTOR,), "zhkh"),
        Person("roads_head", "Начальник отдела дорог", (Role.EXECUTOR,), "roads"),
        Person("deputy", "Заместитель главы", (Role.DEPUTY,)),
        *([Person("head", "Глава", (Role.HEAD,))] if head else []),
        *([Person("adviser", "Советник", (Role.EDITOR,))] if editor else []),
    ]
    return replace(town(regulation), people={person.key: person for person in people})


def page(**values: Any) -> OfficialPage:
    plain = {"id": 1, "municipality": "okrug", "version": 1, "state": PageState.REQUESTED, "network": PageNetwork.VK}
    unit = {"whose": Whose.UNIT, "unit": "zhkh", "address": "https://vk.com/zhkh", "requested_by": "zhkh_head"}
    return OfficialPage(**{**plain, **unit, **values})


def accepted(before: OfficialPage | None, command: PageCommand, where: Office) -> OfficialPage:
    decision = OFFICIAL_PAGES.decide(before, command, where, NOW)
    assert isinstance(decision, Accepted), decision
    assert decision.after.version == (before.version + 1 if before is not None else 1)
    assert (decision.entry.action, decision.entry.to_state) == (command.action, decision.after.state)
    return decision.after


def why_not(before: OfficialPage | None, command: PageCommand, where: Office) -> Reason:
    decision = OFFICIAL_PAGES.decide(before, command, where, NOW)
    assert isinstance(decision, Refused), decision
    return decision.reason


# --- addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("vk.com/Okrug", "https://vk.com/okrug"),
        ("https://m.vk.com/okrug?from=search#x", "https://vk.com/okrug"),
        ("http://www.vk.ru/okrug/", "https://vk.com/okrug"),
        ("vk.com/public1001", "https://vk.com/club1001"),
        ("@Okrug_adm", "https://t.me/okrug_adm"),
        ("t.me/s/okrug", "https://t.me/okrug"),
        ("https://okrug.t.me", "https://t.me/okrug"),
        ("m.ok.ru/group/53000", "https://ok.ru/group/53000"),
        ("rutube.ru/channel/12/", "https://rutube.ru/channel/12"),
        ("https://t.me/+AbCdEf", None),
        ("vk.com/wall-1001_5", None),
        ("vk.com", None),
        ("https://vk.com@evil.example/okrug", None),
        ("https://evil.example/vk.com", None),
        ("https://vk.com:8080/okrug", None),
        ("http://[bad", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_mo_a2_2_every_spelling_of_an_address_is_one_page(written: str, address: str | None) -> None:
    found = page_address(written)
    assert (found.address if found is not None else None) == address


def test_an_address_of_another_network_is_none_of_this_one() -> None:
    assert page_address("vk.com/okrug", PageNetwork.OK) is None
    assert page_address("@okrug", PageNetwork.VK) is None


@pytest.mark.parametrize(
    ("link", "address", "belongs"),
    [
        ("https://t.me/okrug/12", "https://t.me/okrug", True),
        ("https://t.me/okrug2/12", "https://t.me/okrug", False),
        ("https://vk.com/wall-1001_5", "https://vk.com/club1001", True),
        ("https://vk.com/okrug?w=wall-1001_5", "https://vk.com/okrug", True),
        ("https://vk.com/wall-1002_5", "https://vk.com/club1001", False),
        ("https://ok.ru/group/53000/topic/7", "https://ok.ru/group/53000", True),
        ("https://ok.ru/group/53001/topic/7", "https://ok.ru/group/53000", False),
        ("https://t.me/s/okrug/12", "https://t.me/okrug", True),
        ("https://t.me/okrug/12", "https://vk.com/okrug", False),
        ("javascript:alert(1)", "https://t.me/okrug", False),
        ("https://okrug.example/news/7", "https://t.me/okrug", False),
    ],
)
def test_pa_2_2_a_publication_tells_its_page_by_its_link(link: str, address: str, belongs: bool) -> None:
    assert belongs_to(link, address) is belongs


# --- secrets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "пароль: qwerty", "Пароль - Лето2026", "пароль Qwerty12", "login/pass: adm 12345", "vk1.a.demo-token-of",
        "700001:demo-token-of-the-sandbox-only", "ghp_aB3dE5gH7jK9lM1n", "0123456789abcdef0123456789abcdef",
        "https://vk.com/x?access_token=abc", "Okrug2026!x",
    ],
)  # fmt: skip
def test_mo_a2_5_what_looks_like_a_password_or_a_key_is_known(text: str) -> None:
    assert looks_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "Куратор, главный специалист", "adm_okrug@mail.ru", "+7 (86192) 1-23-45", "https://okrug.ru/path/2026-01",
        "Распоряжение № 12-р от 01.02.2026", "пароль меняли 12 января", "ул. Ленина, 1, каб. 12", "Пресс-служба",
        "Официальная страница. Пишите: okrug26.ru", "",
    ],
)  # fmt: skip
def test_ordinary_words_about_a_page_are_no_secret(text: str) -> None:
    assert not looks_secret(text)


# --- who may -----------------------------------------------------------------------------------------------------------

WORKING: dict[PageAction, PageCommand] = {
    PageAction.FILL: FillPage(Actor(), 1, Item.DESCRIPTION, "Новости округа"),
    PageAction.CONSENT: ConsentToPage(Actor(), 1),
    PageAction.DECLINE: DeclinePage(Actor(), 1, "Хватит одной"),
    PageAction.AGREE: AgreeToPage(Actor(), 1),
    PageAction.PUT_IN_FORCE: PutInForce(Actor(), 1),
    PageAction.CLOSE: ClosePage(Actor(), 1),
}


@pytest.mark.parametrize(
    ("action", "may"),
    [
        (PageAction.FILL, {"editor", "curator", "leader"}),
        (PageAction.CONSENT, {"head"}),
        (PageAction.DECLINE, {"head"}),
        (PageAction.AGREE, {"editor"}),
        (PageAction.PUT_IN_FORCE, {"editor", "curator"}),
        (PageAction.CLOSE, {"editor", "curator"}),
    ],
)
def test_mo_a2_2_who_may_do_what_with_a_page(action: PageAction, may: set[str]) -> None:
    state = PageState.CONSENTED if action is PageAction.PUT_IN_FORCE else PageState.REQUESTED
    given = OFFICIAL_PAGES.decide(page(), ConsentToPage(HEAD, 1), office(), NOW)
    assert isinstance(given, Accepted)
    both = {"consent": given.after.consent, "agreement": given.after.consent, "decision": "приказ № 3"}
    allowed = both if state is PageState.CONSENTED else {}
    before = page(state=state, **allowed)
    found = {
        who
        for who, actor in EVERYBODY.items()
        if isinstance(OFFICIAL_PAGES.decide(before, replace(WORKING[action], by=actor), office(), NOW), Accepted)
    }
    assert found == may
    assert {
        who for who, actor in EVERYBODY.items() if OFFICIAL_PAGES.offers(before, action, office(), NOW, actor)
    } == may


@pytest.mark.parametrize("action", WORKING)
def test_a_closed_page_stays_closed(action: PageAction) -> None:
    for actor in EVERYBODY.values():
        decision = OFFICIAL_PAGES.decide(
            page(state=PageState.CLOSED), replace(WORKING[action], by=actor), office(), NOW
        )
        assert isinstance(decision, Refused)


def test_who_left_the_group_may_nothing() -> None:
    left = Actor(("curator",), 3, "left")
    assert why_not(page(), ClosePage(left, 1), office()) is Reason.LEFT_THE_GROUP


def test_where_the_file_names_no_editor_the_curator_is_one() -> None:
    assert accepted(page(), AgreeToPage(CURATOR, 1), office(editor=False)).agreement is not None
    assert why_not(page(), AgreeToPage(CURATOR, 1), office()) is Reason.NOT_AN_EDITOR


def test_mo_a2_2_a_unit_asks_for_its_own_page_only() -> None:
    own = RequestPage(LEADER, 7, "okrug", PageNetwork.VK, Whose.UNIT, "", "zhkh")
    assert accepted(None, own, office()).state is PageState.REQUESTED
    assert why_not(None, replace(own, unit="roads"), office()) is Reason.NOT_AN_EDITOR
    assert why_not(None, replace(own, whose=Whose.ADMINISTRATION), office()) is Reason.NOT_AN_EDITOR
    assert why_not(None, replace(own, by=CURATOR, unit="nobody"), office()) is Reason.UNKNOWN_UNIT
    assert why_not(None, replace(own, taken=3), office()) is Reason.SAME_ADDRESS


def test_mo_a2_2_mo_a2_4_in_force_only_after_both_consents_the_leaders_decision_and_with_an_address() -> None:
    asked = page(address="")
    assert why_not(asked, PutInForce(EDITOR, 1), office()) is Reason.CONSENT_FIRST
    once = accepted(asked, ConsentToPage(HEAD, 1), office())
    assert once.state is PageState.REQUESTED
    assert why_not(once, ConsentToPage(HEAD, 1), office()) is Reason.NOT_ASKED_FOR
    both = accepted(once, AgreeToPage(EDITOR, 1), office())
    assert both.state is PageState.CONSENTED
    assert why_not(both, PutInForce(EDITOR, 1), office()) is Reason.ADDRESS_FIRST
    named = accepted(both, FillPage(LEADER, 1, Item.ADDRESS, "vk.com/zhkh"), office())
    assert why_not(named, PutInForce(EDITOR, 1), office()) is Reason.DECISION_FIRST
    named = accepted(named, FillPage(LEADER, 1, Item.DECISION, "приказ № 3"), office())
    assert accepted(named, PutInForce(EDITOR, 1), office()).state is PageState.IN_FORCE


@pytest.mark.parametrize("regulation", ["izobilnensky", "slavgorod", "kursky", "primorsko-akhtarsky"])
def test_other_regulations_ask_for_no_consent(regulation: str) -> None:
    assert accepted(page(), PutInForce(EDITOR, 1), office(regulation)).state is PageState.IN_FORCE
    assert why_not(page(), ConsentToPage(HEAD, 1), office(regulation)) is Reason.NOT_ASKED_FOR


def test_mo_a2_2_a_consent_on_paper_is_entered_only_where_there_is_no_head() -> None:
    paper = FillPage(EDITOR, 1, Item.CONSENT, "Резолюция от 12.01.2026")
    assert why_not(page(), paper, office()) is Reason.HEAD_CONSENTS_HIMSELF
    assert why_not(page(), DeclinePage(HEAD, 1, "нет"), office()) is Reason.REASON_REQUIRED
    given = accepted(page(), paper, office(head=False)).consent
    assert given is not None
    assert (given.by, given.words) == ("adviser", "Резолюция от 12.01.2026")
    assert accepted(page(), paper, office(head=False)).state is PageState.REQUESTED, "the adviser has not agreed yet"
    agreed = page(agreement=Given("adviser", NOW))
    assert accepted(agreed, paper, office(head=False)).state is PageState.CONSENTED


@pytest.mark.parametrize(
    ("item", "value", "reason"),
    [
        (Item.DESCRIPTION, " ", Reason.EMPTY),
        (Item.DESCRIPTION, "а" * 1001, Reason.TOO_LONG),
        (Item.CONTACTS, "пароль: лето", Reason.SECRET),
        (Item.ACCESS, "okrug2026", Reason.SECRET),
        (Item.ADDRESS, "ok.ru/group/1", Reason.NOT_AN_ADDRESS),
        (Item.CHECKED, "2026-01-13", Reason.IN_THE_FUTURE),
        (Item.CHECKED, "вчера", Reason.UNKNOWN_VALUE),
        (Item.DESIGN, "maybe", Reason.UNKNOWN_VALUE),
        (Item.FORMATS, "songs", Reason.UNKNOWN_VALUE),
        (Item.AGREEMENT, "да", Reason.ONLY_BY_BUTTON),
    ],
)
def test_what_cannot_be_filled_in_is_refused(item: Item, value: str, reason: Reason) -> None:
    assert why_not(page(), FillPage(EDITOR, 1, item, value), office()) is reason


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (RequestPage(EDITOR, 1, "okrug", PageNetwork.VK, Whose.HEAD, "ok.ru/group/1"), Reason.NOT_AN_ADDRESS),
        (RequestPage(EDITOR, 1, "okrug", PageNetwork.VK, Whose.HEAD, "vk.com/a1", taken=7), Reason.SAME_ADDRESS),
        (RequestPage(EDITOR, 1, "okrug", PageNetwork.VK, Whose.UNIT, unit="space"), Reason.UNKNOWN_UNIT),
    ],
)
def test_a_page_that_cannot_be_is_not_entered(command: RequestPage, reason: Reason) -> None:
    assert why_not(None, command, office()) is reason


def test_an_address_another_page_has_is_refused_and_the_pages_own_is_not() -> None:
    taken = FillPage(EDITOR, 1, Item.ADDRESS, "vk.com/zhkh", taken=7)
    assert why_not(page(), taken, office()) is Reason.SAME_ADDRESS
    assert accepted(page(), replace(taken, taken=1), office()).address == "https://vk.com/zhkh"


def test_a_consent_on_paper_needs_its_words() -> None:
    for words, reason in (("  ", Reason.EMPTY), ("пароль: лето", Reason.SECRET)):
        assert why_not(page(), FillPage(EDITOR, 1, Item.CONSENT, words), office(head=False)) is reason


def test_a_format_chosen_twice_is_taken_out_again() -> None:
    with_video = accepted(page(formats=(Format.PHOTO,)), FillPage(EDITOR, 1, Item.FORMATS, "video"), office())
    assert set(with_video.formats) == {Format.PHOTO, Format.VIDEO}
    without = accepted(with_video, FillPage(EDITOR, 1, Item.FORMATS, "photo"), office())
    assert without.formats == (Format.VIDEO,)


def test_mo_a2_5_the_journal_never_says_what_protects_a_page() -> None:
    decision = OFFICIAL_PAGES.decide(page(), FillPage(EDITOR, 1, Item.ACCESS, "Куратор"), office(), NOW)
    assert isinstance(decision, Accepted)
    assert decision.entry.details == (("item", "access"),)


# --- what is asked -----------------------------------------------------------------------------------------------------

ASKED = {
    "izobilnensky": [("responsible", "3"), ("description", "5"), ("design", "5"), ("formats", "5")],
    "slavgorod": [("address", "3")],
    "kursky": [("title", "5")],
    "primorsko-akhtarsky": [
        ("responsible", "1.4, 3.1"), ("description", "1.3"), ("design", "1.3"), ("formats", "2.1"),
        ("two_factor", "1.5"), ("access", "1.5"), ("checked", "1.5"), ("password_changed", "1.5"),
    ],
    "moskalensky": [
        ("responsible", "прил. 2, 5"), ("description", "прил. 2, 12"), ("design", "прил. 2, 3, 12"),
        ("formats", "прил. 2, 11"), ("two_factor", "прил. 2, 6, подпункт 1"), ("access", "прил. 2, 6, подпункт 2"),
        ("checked", "прил. 2, 6"), ("password_changed", "прил. 2, 6, подпункт 2"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("regulation", ASKED)
def test_iz_3_iz_5_mo_a2_3_mo_a2_11_sl_3_ku_5_pa_1_3_pa_1_5_pa_2_1_pa_3_1_what_an_empty_page_lacks(
    regulation: str,
) -> None:
    rules = regulations.load(regulations.find(regulation))
    bare = page(whose=Whose.ADMINISTRATION, unit="", address="")
    assert [(ask.item.value, ask.clause) for ask in missing(bare, rules)] == ASKED[regulation]


def test_mo_a2_2_a_units_page_lacks_decision_consent_and_agreement_besides() -> None:
    rules = regulations.load(regulations.find("moskalensky"))
    ours, units = page(whose=Whose.ADMINISTRATION, unit=""), page()
    besides = {ask.item for ask in missing(units, rules)} - {ask.item for ask in missing(ours, rules)}
    assert besides == {Item.DECISION, Item.CONSENT, Item.AGREEMENT}


def test_a_no_is_no_answer_to_what_is_asked() -> None:
    rules = regulations.load(regulations.find("primorsko-akhtarsky"))
    without = page(two_factor=False, design=False)
    assert {Item.TWO_FACTOR, Item.DESIGN} <= {ask.item for ask in missing(without, rules)}
    assert {Item.TWO_FACTOR, Item.DESIGN}.isdisjoint(
        {ask.item for ask in missing(replace(without, two_factor=True, design=True), rules)}
    )


@pytest.mark.parametrize(
    ("checked", "due_from"),
    [
        (date(2026, 1, 12), date(2026, 4, 13)),
        (date(2025, 11, 30), date(2026, 3, 1)),
        (date(2026, 10, 31), date(2027, 2, 1)),
    ],
)
def test_mo_a2_5_pa_1_5_a_check_is_due_after_a_quarter(checked: date, due_from: date) -> None:
    found = page(state=PageState.IN_FORCE, checked=checked)
    assert (check_was_due(found, due_from - timedelta(days=1)), check_was_due(found, due_from)) == (False, True)
    assert check_was_due(page(state=PageState.IN_FORCE), checked)
    assert not check_was_due(page(state=PageState.CONSENTED), checked)


# --- what is published -------------------------------------------------------------------------------------------------


def test_mo_a2_7_only_pages_in_force_are_published_by_owner_and_network() -> None:
    heads = page(id=1, whose=Whose.HEAD, unit="", state=PageState.IN_FORCE, address="https://vk.com/head")
    units = page(id=2, state=PageState.IN_FORCE)
    channel = page(
        id=3,
        whose=Whose.HEAD,
        unit="",
        state=PageState.IN_FORCE,
        network=PageNetwork.TELEGRAM,
        address="https://t.me/h",
    )
    waiting, closed = page(id=4), page(id=5, state=PageState.CLOSED)
    assert [one.id for one in published([units, channel, waiting, heads, closed])] == [1, 3, 2]


def test_a_page_of_the_file_and_of_the_book_is_one_and_the_book_wins() -> None:
    kept = page(id=9, title="Из книги")
    written = page(id=1, title="Из файла", description="Новости", formats=(Format.PHOTO,))
    other = page(id=2, address="https://vk.com/other")
    found = joined([kept], [written, other])
    assert [(one.id, one.title, one.description, one.formats) for one in found] == [
        (9, "Из книги", "Новости", (Format.PHOTO,)),
        (2, "", "", ()),
    ]
    assert [one.id for one in published(joined([replace(kept, state=PageState.CLOSED)], [written]))] == []
    assert joined([page(id=3, address="")], []) == (page(id=3, address=""),)
