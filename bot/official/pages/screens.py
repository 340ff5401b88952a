"""Word official pages as a person of the office sees them: the list, one page with its checklist, the questions. Pure.

Menus: "" the main one, `fill` the items, `design`, `two_factor`, `formats` their answers, `history`, `close`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.cases.screens.common import link, refusal_key
from bot.messenger import Button, Buttons, Screen
from config.russian.words import When, as_post, excerpt, one_line, sentence
from config.texts import Texts
from handlers.callbacks import Callback, Verb
from handlers.official_pages import DAYS, QUESTIONS, TODAY, TYPED
from workflow.office import Actor, Office, Role
from workflow.official.page import Given, OfficialPage, PageAction
from workflow.official.page_items import Format, Item, PageNetwork, Whose
from workflow.official.page_rules import OFFICIAL_PAGES, asked, missing
from workflow.outcomes import Refused
from workflow.ports import Question

LISTED = 40
SHORT = 200
NEWEST = 10
"""How many entries of a page's journal are shown, the newest."""
PLAIN = (Item.RESPONSIBLE, Item.DECISION, Item.DESCRIPTION, Item.CONTACTS)
Row = tuple[Button, ...]


@dataclass(frozen=True)
class Seen:
    """What an official page's message is made from: the page, the reader, the menu, journal entries, and the notice (a
    phrase's name) with its facts."""

    page: OfficialPage
    reader: Actor
    menu: str = ""
    history: Sequence[Mapping[str, Any]] = ()
    notice: str = ""
    facts: Mapping[str, Any] | None = None


def unit_of(office: Office, page: OfficialPage) -> str:
    return office.departments[page.unit].name if page.unit in office.departments else page.unit


def name_of(texts: Texts, office: Office, page: OfficialPage) -> str:
    """The page's name in a list: its title, or else the department or kind of owner."""
    whose = unit_of(office, page) or texts.plain(f"page_whose.{page.whose}")
    return excerpt(one_line(page.title or whose), 60)


# --- the list ----------------------------------------------------------------------------------------------------------


def listing(texts: Texts, pages: Sequence[OfficialPage], reader: Actor, office: Office, now: datetime) -> Screen:
    """Return the list of these pages, each with what the regulation finds missing on it and a button to open it."""
    may_add = any(office.has_role(reader, role, now) for role in (Role.CURATOR, Role.EDITOR, Role.EXECUTOR))
    material = (Button(texts.plain("material_buttons.new"), Callback(Verb.MATERIAL_NEW, 0).pack()),)
    new = ((Button(texts.plain("page_buttons.new"), Callback(Verb.PAGE_NEW, 0).pack()),), material) if may_add else ()
    if not pages:
        return Screen(str(texts.phrase("page_screen.none" if may_add else "page_screen.none_to_read")), new)
    lines = [f"<b>{texts.phrase('page_screen.heading', n=len(pages))}</b>"]
    buttons: list[Row] = []
    for page in pages[:LISTED]:
        name = name_of(texts, office, page)
        lines.append(str(texts.phrase(
            "page_screen.line", number=str(page.id), network=texts.plain(f"page_networks.{page.network}"), name=name,
            state=texts.plain(f"page_states.{page.state}"),
        )))  # fmt: skip
        lacking = [texts.plain(f"page_items.{ask.item}") for ask in missing(page, office.regulation)]
        if lacking:
            lines.append(str(texts.phrase("page_screen.line_missing", items=", ".join(lacking))))
        caption = excerpt(texts.plain("page_buttons.open", number=str(page.id), name=name), 60)
        buttons.append((Button(caption, Callback(Verb.OFFICIAL_PAGE, page.id).pack()),))
    return Screen("\n".join(lines), (*buttons, *new))


# --- one page ----------------------------------------------------------------------------------------------------------


def one(texts: Texts, seen: Seen, office: Office, now: datetime) -> Screen:
    """Return the message with the page and its checklist. How the page is protected is shown only to people who may
    fill it in and to the head. The head, asked for consent, does not see what is missing: others fill it in,
    afterwards."""
    when, page = When(now, office.zone), seen.page
    lines: list[str] = []
    if seen.notice:
        lines += [str(texts.phrase(f"page_notices.{seen.notice}", **_facts(seen, when))), ""]
    lines += _about(texts, page, office, when)
    if _sees_protection(seen, office, now):
        lines += _protection(texts, page, when)
    if seen.notice != "consent_asked":
        lines += _missing(texts, page, office)
    match seen.menu:
        case "history":
            lines += ["", *(_entry(texts, line, office, when) for line in seen.history)]
        case "close":
            lines += ["", str(texts.phrase("page_screen.close_sure"))]
        case "":
            pass
        case _:
            lines += ["", str(texts.phrase("page_screen.fill_hint"))]
    return Screen("\n".join(lines), _buttons(texts, seen, office, now))


def _facts(seen: Seen, when: When) -> Mapping[str, str]:
    checked = seen.page.checked
    reason = str((seen.facts or {}).get("reason", ""))
    return {"checked": _day(checked, when) if checked is not None else "", "reason": excerpt(one_line(reason), SHORT)}


def _sees_protection(seen: Seen, office: Office, now: datetime) -> bool:
    may_fill = OFFICIAL_PAGES.offers(seen.page, PageAction.FILL, office, now, seen.reader)
    return may_fill or office.has_role(seen.reader, Role.HEAD, now) is not None


def _day(day: date, when: When) -> str:
    return when.date(datetime(day.year, day.month, day.day, 12, tzinfo=when.zone))


def _value(texts: Texts, item: Item, words: str) -> str:
    return str(texts.phrase("page_screen.value", item=sentence(texts.plain(f"page_items.{item}")), value=words))


def _about(texts: Texts, page: OfficialPage, office: Office, when: When) -> list[str]:
    network = texts.plain(f"page_networks.{page.network}")
    title = texts.phrase("page_screen.title", number=str(page.id), network=network, name=name_of(texts, office, page))
    lines = [f"<b>{title}</b>"]
    if page.address:
        lines.append(str(link(page.address, page.address.removeprefix("https://"))))
    whose = texts.plain(f"page_whose.{page.whose}")
    lines.append(str(texts.phrase("page_screen.whose", whose=whose, unit=unit_of(office, page))))
    lines.append(str(texts.phrase("page_screen.state", state=texts.plain(f"page_states.{page.state}"))))
    for item in PLAIN:
        words = str(getattr(page, item.value))
        if item is Item.RESPONSIBLE and words in office.people:
            words = as_post(office.people[words].name)
        if words:
            lines.append(_value(texts, item, excerpt(one_line(words), SHORT)))
    for item, given in ((Item.CONSENT, page.consent), (Item.AGREEMENT, page.agreement)):
        if given is not None:
            lines.append(_value(texts, item, _given(texts, given, office, when)))
    if page.design is not None:
        lines.append(_value(texts, Item.DESIGN, _yes_no(texts, page.design)))
    if page.formats:
        named = ", ".join(texts.plain(f"page_formats.{one}") for one in page.formats)
        lines.append(_value(texts, Item.FORMATS, named))
    return lines


def _given(texts: Texts, given: Given, office: Office, when: When) -> str:
    who = as_post(office.people[given.by].name) if given.by in office.people else given.by
    return texts.plain("page_screen.given", who=who, day=when.date(given.at), words=excerpt(one_line(given.words), 100))


def _yes_no(texts: Texts, value: bool) -> str:
    return texts.plain("page_screen.yes") if value else texts.plain("page_screen.no")


def _protection(texts: Texts, page: OfficialPage, when: When) -> list[str]:
    lines = []
    if page.two_factor is not None:
        lines.append(_value(texts, Item.TWO_FACTOR, _yes_no(texts, page.two_factor)))
    if page.access:
        lines.append(_value(texts, Item.ACCESS, excerpt(one_line(page.access), SHORT)))
    for item, day in ((Item.CHECKED, page.checked), (Item.PASSWORD_CHANGED, page.password_changed)):
        if day is not None:
            lines.append(_value(texts, item, _day(day, when)))
    return [*lines, str(texts.phrase("page_screen.secret_note"))] if lines else lines


def _missing(texts: Texts, page: OfficialPage, office: Office) -> list[str]:
    """Lines for the items that the regulation asks for and the page lacks, each with its clause; one line if none is
    missing, [] if the regulation asks for none."""
    if not any(page.whose in ask.of for ask in office.regulation.pages):
        return []
    lacking = missing(page, office.regulation)
    if not lacking:
        return ["", str(texts.phrase("page_screen.all_there"))]
    lines = [
        str(texts.phrase("page_screen.missing_line", item=texts.plain(f"page_items.{ask.item}"), clause=ask.clause))
        for ask in lacking
    ]
    return ["", str(texts.phrase("page_screen.missing")), *lines]


def _entry(texts: Texts, line: Mapping[str, Any], office: Office, when: When) -> str:
    by, details = line["who"], line["details"]
    item = str(details.get("item", ""))
    words = texts.phrase(
        f"page_journal.{line['action']}",
        item=texts.plain(f"page_items.{item}") if item else "",
        value=excerpt(
            one_line(str(details.get("value") or details.get("reason") or details.get("address") or "")), 100
        ),
    )
    who = as_post(office.people[by].name) if by in office.people else str(by or texts.plain("journal_who.nobody"))
    at = line["at"]
    return str(texts.phrase("page_screen.history", date=when.date(at), clock=when.clock(at), who=who, words=words))


# --- buttons -----------------------------------------------------------------------------------------------------------


def _buttons(texts: Texts, seen: Seen, office: Office, now: datetime) -> Buttons:
    page = seen.page
    back = (Button(texts.plain("page_buttons.back"), Callback(Verb.OFFICIAL_PAGE, page.id).pack()),)
    may_fill = OFFICIAL_PAGES.offers(page, PageAction.FILL, office, now, seen.reader)
    match seen.menu:
        case "fill" if may_fill:
            return (*_pairs(_items(texts, page, office)), back)
        case "design" | "two_factor" if may_fill:
            answers = [("page_buttons.yes", "yes", "success"), ("page_buttons.no", "no", None)]
            row = tuple(_set(texts.plain(key), page, seen.menu, value, style) for key, value, style in answers)
            return (row, back)
        case "formats" if may_fill:
            chosen = [
                _set(
                    _marked(texts, texts.plain(f"page_formats.{one}"), one in page.formats), page, "formats", one, None
                )
                for one in Format
            ]
            return (*_pairs(chosen), back)
        case "close" if OFFICIAL_PAGES.offers(page, PageAction.CLOSE, office, now, seen.reader):
            return ((_act(texts, "close_yes", page, PageAction.CLOSE, "danger"),), back)
        case "history":
            return (back,)
        case _:
            return _main(texts, seen, office, now, may_fill)


def _main(texts: Texts, seen: Seen, office: Office, now: datetime, may_fill: bool) -> Buttons:
    page, reader = seen.page, seen.reader

    def may(action: PageAction) -> bool:
        return OFFICIAL_PAGES.offers(page, action, office, now, reader)

    rows: list[Row] = []
    if may(PageAction.CONSENT):
        consent = _act(texts, "consent", page, PageAction.CONSENT, "success")
        rows.append((consent, _act(texts, "decline", page, PageAction.DECLINE, None)))
    if may(PageAction.AGREE):
        rows.append((_act(texts, "agree", page, PageAction.AGREE, "success"),))
    if may(PageAction.PUT_IN_FORCE):
        rows.append((_act(texts, "put_in_force", page, PageAction.PUT_IN_FORCE, "success"),))
    further = [_menu(texts, "history", page)]
    if may_fill:
        further.insert(0, _menu(texts, "fill", page))
    rows.append(tuple(further))
    if may(PageAction.CLOSE):
        rows.append((_menu(texts, "close", page),))
    return tuple(rows)


def _menu(texts: Texts, name: str, page: OfficialPage) -> Button:
    return Button(texts.plain(f"page_buttons.{name}"), Callback(Verb.OFFICIAL_PAGE, page.id, name).pack())


def _act(texts: Texts, name: str, page: OfficialPage, action: PageAction, style: str | None) -> Button:
    return Button(texts.plain(f"page_buttons.{name}"), Callback(Verb.PAGE_ACT, page.id, action).pack(), style=style)


def _set(caption: str, page: OfficialPage, item: str, value: str, style: str | None) -> Button:
    return Button(caption, Callback(Verb.PAGE_ITEM, page.id, f"{item}.{value}").pack(), style=style)


def _marked(texts: Texts, words: str, is_there: bool) -> str:
    return sentence(words) if not is_there else texts.plain("page_buttons.filled", item=sentence(words))


def _items(texts: Texts, page: OfficialPage, office: Office) -> list[Button]:
    """Buttons for the items that can be filled in; consent (on paper) only if no head can give it with a button."""
    on_paper = office.head is None and asked(office.regulation, Item.CONSENT, page.whose) is not None
    left_out = {Item.AGREEMENT} if on_paper else {Item.AGREEMENT, Item.CONSENT}
    return [
        Button(
            _marked(texts, texts.plain(f"page_items.{item}"), page.has(item)),
            Callback(Verb.PAGE_ITEM, page.id, item).pack(),
        )
        for item in Item
        if item not in left_out
    ]


def _pairs(buttons: Sequence[Button]) -> tuple[Row, ...]:
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


# --- questions and short words -----------------------------------------------------------------------------------------


def question(texts: Texts, asked: Question, office: Office) -> Screen:
    """Return the message that asks a question about a page, with its buttons."""
    body = asked.body
    item = str(body.get("item") or "")
    about = str(body.get("address") or "").removeprefix("https://")
    if not about and body.get("network"):
        about = texts.plain(f"page_networks.{body['network']}")
    text = texts.phrase(
        f"questions.{asked.kind}",
        number=str(body.get("page", "")),
        item=texts.plain(f"page_items.{item}") if item else "",
        hint=texts.phrase(f"page_hints.{item}") if item else "",
        about=about,
    )
    return Screen(str(text), _answers(texts, asked, office), asks=asked.kind in TYPED)


def _answers(texts: Texts, asked: Question, office: Office) -> Buttons:
    def one(caption: str, value: str) -> Row:
        return (Button(excerpt(caption, 60), Callback(Verb.YES, asked.id, value).pack()),)

    rows: list[Row] = []
    match asked.kind:
        case "page_address":
            names = [(texts.plain(f"page_networks.{network}"), network) for network in PageNetwork]
            rows = [one(texts.plain("page_buttons.not_yet", network=name), network) for name, network in names]
        case "page_whose":
            rows = [one(sentence(texts.plain(f"page_whose.{whose}")), whose) for whose in Whose]
        case "page_unit":
            rows = [one(department.name, key) for key, department in list(office.departments.items())[:80]]
        case "page_published":
            rows = [one(str(found["name"]), str(found["page"])) for found in asked.body.get("pages", ())]
        case "page_item" if asked.body.get("item") in DAYS:
            rows = [one(texts.plain("page_buttons.today"), TODAY)]
        case _:
            pass
    return (*rows, (Button(texts.plain("page_buttons.never_mind"), Callback(Verb.NO, asked.id).pack()),))


def refused(texts: Texts, refusal: Refused) -> str:
    """Return why the command is refused and what to do instead, as plain text."""
    facts = refusal.facts
    state = str(facts.get("state") or "")
    return texts.plain(
        refusal_key(texts, "page_refusals", refusal.reason),
        number=str(facts.get("number", "")),
        most=str(facts.get("most", "")),
        state=texts.plain(f"page_states.{state}") if state else "",
    )


def done(texts: Texts, page: OfficialPage, action: PageAction, item: str) -> str:
    """Return the short confirmation that the action was done, as plain text. `item`: the item filled in, if any."""
    return texts.plain(
        f"page_done.{action}",
        number=str(page.id),
        state=texts.plain(f"page_states.{page.state}"),
        item=texts.plain(f"page_items.{item}") if item else "",
    )


__all__ = ["NEWEST", "QUESTIONS", "Seen", "done", "listing", "one", "question", "refused"]
