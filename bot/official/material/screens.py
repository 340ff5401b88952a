"""Word material for publication as its sender and the editor see it: one material, its questions, short answers. Pure.

Menus: "" the main one, `approve.<version>.<pages>` the choice of pages and time, `withdraw` «Точно отозвать?».
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import escape

from bot.cases.screens.common import files_words, hint_lines, link, refusal_key
from bot.messenger import Button, Buttons, Screen
from bot.official.pages.screens import name_of
from config.russian.words import When, as_post, clean, difference, excerpt, neutralise, one_line, units
from config.texts import Texts
from handlers.callbacks import Callback, Verb
from handlers.material import PRESETS, QUESTIONS, chosen_in, menu_of
from networks.port import PostLimits
from workflow.office import Actor, Office
from workflow.official.material import Material, MaterialAction, MaterialNotice, MaterialState, Place, PlaceState
from workflow.official.material_rules import MATERIALS, can_be_retried, is_being_published, nobody_knows
from workflow.official.page import OfficialPage, PageState
from workflow.official.page_items import PageNetwork
from workflow.outcomes import Refused
from workflow.ports import Question

MOST_PAGES = 30
WITHDRAW = "withdraw"
Row = tuple[Button, ...]


@dataclass(frozen=True)
class News:
    """Why the reader gets the message. `notice`: key of a phrase in `material_notices`, "" for none; `done`: key in
    `material_done` for what the reader has just done, used if there is no notice. `page`: number of the official page
    that a notice is about, 0 for none."""

    notice: str = ""
    done: str = ""
    page: int = 0


@dataclass(frozen=True)
class Room:
    """How the newest version of a material fits one network: its limits, and what it would refuse; `by_us`: whether the
    bot may publish there at all."""

    network: PageNetwork
    limits: PostLimits
    by_us: bool
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """What a material's message is made from. `pages`: the official pages by number; `hints`: words of the text that
    could be plainer, each with the reason."""

    material: Material
    reader: Actor
    menu: str
    news: News
    pages: Mapping[int, OfficialPage]
    rooms: Sequence[Room] = ()
    hints: Sequence[tuple[str, str]] = ()


def page_name(texts: Texts, office: Office, page: OfficialPage | None) -> str:
    """The page's network and name: «ВКонтакте · Округ»."""
    if page is None:
        return texts.plain("material_screen.no_page")
    return f"{texts.plain(f'page_networks.{page.network}')} · {name_of(texts, office, page)}"


def page_names(texts: Texts, office: Office, pages: Mapping[int, OfficialPage]) -> dict[int, str]:
    return {number: page_name(texts, office, page) for number, page in pages.items()}


def sender_of(material: Material, office: Office) -> str:
    """The name of the department that sent the material, or else of the person."""
    if material.unit in office.departments:
        return office.departments[material.unit].name
    return as_post(office.people[material.sender].name) if material.sender in office.people else material.sender


def absolute(now: datetime, office: Office) -> When:
    """Return a `When` that words moments always with their date, because the message is refreshed for days."""
    return When(now, office.zone, shown_since=now - timedelta(days=1))


def bare(material: Material) -> str:
    """Return the newest text unchanged, for copying; wrapped as code if the messenger would find a mention, a link or a
    command in it."""
    text = material.newest.text
    shown = str(escape(text))
    return shown if neutralise(text) == text else f"<pre>{shown}</pre>"


# --- the screen --------------------------------------------------------------------------------------------------------


def one(texts: Texts, seen: Seen, office: Office, now: datetime) -> Screen:
    """Return the message that shows the material with everything this reader should know and may do."""
    when, material = absolute(now, office), seen.material
    lines: list[str] = []
    if seen.news.notice:
        place = page_name(texts, office, seen.pages.get(seen.news.page)) if seen.news.page else ""
        lines += [str(texts.phrase(f"material_notices.{seen.news.notice}", page=place)), ""]
    elif seen.news.done:
        lines += [str(texts.phrase(f"material_done.{seen.news.done}", **_done_facts(material, when))), ""]
    lines += _to_publish(texts, seen, office, now)
    lines += _about(texts, seen, office, when, now)
    lines += _remarks(texts, material)
    lines += _places(texts, seen, office, when, now)
    may_approve = MATERIALS.offers(material, MaterialAction.APPROVE, office, now, seen.reader)
    if may_approve:
        lines += _rooms(texts, seen)
    lines += _hints(texts, seen, office)
    choice = chosen_in(seen.menu)
    if choice is not None and may_approve:
        lines += ["", str(texts.phrase("material_screen.choose"))]
    elif seen.menu == WITHDRAW:
        lines += ["", str(texts.phrase("material_screen.withdraw_sure"))]
    elif tip := _tip(seen, office, now):
        lines += ["", str(texts.phrase(f"material_screen.{tip}"))]
    return Screen("\n".join(lines), _buttons(texts, seen, office, now))


def _to_publish(texts: Texts, seen: Seen, office: Office, now: datetime) -> list[str]:
    """The lines that name the pages this reader still has to publish on by hand; [] if there are none or the notice
    says so."""
    if seen.news.notice == MaterialNotice.HANDED_OVER:
        return []
    pages = [page_name(texts, office, seen.pages.get(place.page)) for place in _own_pages(seen, office, now)]
    return [str(texts.phrase("material_screen.publish_yourself", pages=", ".join(pages))), ""] if pages else []


def _own_pages(seen: Seen, office: Office, now: datetime) -> list[Place]:
    """The pages on which the material is published by hand and which this reader is responsible for (an editor: all of
    them)."""
    editor = MATERIALS.offers(seen.material, MaterialAction.PUBLISHED, office, now, seen.reader)
    people = {person.key for person in office.acting(seen.reader, now)}
    given = [place for place in seen.material.places if place.state is PlaceState.HANDED_OVER]
    return [one for one in given if editor or ((page := seen.pages.get(one.page)) and page.responsible in people)]


def _done_facts(material: Material, when: When) -> dict[str, str]:
    at = when.at(material.publish_at) if material.publish_at is not None else ""
    return {"number": str(material.id), "version": str(material.newest.number), "at": at}


def _about(texts: Texts, seen: Seen, office: Office, when: When, now: datetime) -> list[str]:
    material, newest = seen.material, seen.material.newest
    state = texts.plain(f"material_states.{material.state}")
    if is_being_published(material, now):
        state = texts.plain("material_screen.being_published")
    lines = [
        f"<b>{texts.phrase('material_screen.title', number=str(material.id), version=str(newest.number))}</b>",
        str(texts.phrase(
            "material_screen.sent_by", who=sender_of(material, office), at=when.at(material.versions[0].at)
        )),
        str(texts.phrase("material_screen.state", state=state)),
    ]  # fmt: skip
    if newest.text:
        lines.append(f"<blockquote>{texts.phrase('material_screen.quote', text=_quote(newest.text))}</blockquote>")
    if newest.files:
        files = files_words(texts, [file.kind for file in newest.files])
        lines.append(str(texts.phrase("material_screen.files", files=files)))
    if newest.by != material.sender and newest.by in office.people:
        who = as_post(office.people[newest.by].name)
        lines.append(str(texts.phrase("material_screen.worded_by", who=who)))
    if len(material.versions) > 1:
        before = material.versions[-2]
        changed = difference(clean(before.text), clean(newest.text))
        if changed:
            lines.append(str(texts.phrase("material_screen.changed", version=str(before.number), changed=changed)))
    return lines


def _quote(text: str) -> str:
    return excerpt(clean(text), 200, 3)


def _remarks(texts: Texts, material: Material) -> list[str]:
    """The lines of the latest remarks, with the version they were made on; [] once the material is approved or
    withdrawn."""
    remarked = next((v for v in reversed(material.versions) if v.remarks), None)
    if remarked is None or material.state not in (MaterialState.SENT, MaterialState.RETURNED):
        return []
    heading = str(texts.phrase("material_screen.remarks", version=str(remarked.number)))
    lines = [str(texts.phrase("material_screen.remark", text=excerpt(one_line(one), 300))) for one in remarked.remarks]
    return ["", heading, *lines]


def _places(texts: Texts, seen: Seen, office: Office, when: When, now: datetime) -> list[str]:
    material = seen.material
    if not material.places or material.publish_at is None:
        return []
    lines = ["", str(texts.phrase("material_screen.places", at=when.at(material.publish_at)))]
    lines += [_place(texts, place, seen, office, when) for place in material.places]
    if material.approved_by in office.people:
        lines.append(
            str(texts.phrase("material_screen.approved_by", who=as_post(office.people[material.approved_by].name)))
        )
    return lines


def _place(texts: Texts, place: Place, seen: Seen, office: Office, when: When) -> str:
    page = seen.pages.get(place.page)
    name = page_name(texts, office, page)
    match place.state:
        case PlaceState.PUBLISHED:
            where = link(place.link, texts.plain("material_screen.link")) or place.link
            at = when.at(place.at) if place.at is not None else ""
            return str(texts.phrase("material_screen.place_published", page=name, at=at, link=where))
        case PlaceState.HANDED_OVER:
            why = texts.plain(f"material_why.{place.reason}") if texts.has(f"material_why.{place.reason}") else ""
            who = _keeper(page, office)
            return str(texts.phrase("material_screen.place_handed_over", page=name, why=why, who=who))
        case PlaceState.GIVEN_UP:
            return str(texts.phrase("material_screen.place_given_up", page=name))
        case PlaceState.PLANNED:
            return str(texts.phrase("material_screen.place_planned", page=name))


def _keeper(page: OfficialPage | None, office: Office) -> str:
    named = page.responsible if page is not None else ""
    return as_post(office.people[named].name) if named in office.people else excerpt(one_line(named), 100)


def _rooms(texts: Texts, seen: Seen) -> list[str]:
    """Lines for each network of our pages: how much of its limit the text uses, and what the network would refuse."""
    lines: list[str] = []
    newest = seen.material.newest
    pictures = sum(file.kind in ("photo", "video") for file in newest.files)
    for room in seen.rooms:
        most = room.limits.text_with_files if newest.files else room.limits.text
        lines.append(str(texts.phrase(
            "material_screen.room", network=texts.plain(f"page_networks.{room.network}"), have=str(units(newest.text)),
            most=str(most), pictures=str(pictures), most_pictures=str(room.limits.pictures), by_us=room.by_us,
        )))  # fmt: skip
        lines += [str(texts.phrase("material_screen.problem", text=problem)) for problem in room.problems]
    return ["", *lines] if lines else []


def _hints(texts: Texts, seen: Seen, office: Office) -> list[str]:
    """Lines with words that could be plainer; they are hints only, the editor decides (MO-A2.13, PA-2.4)."""
    asks = office.regulation.style
    if asks is None or not seen.hints or seen.material.state not in (MaterialState.SENT, MaterialState.RETURNED):
        return []
    return ["", *hint_lines(texts, seen.hints, asks.clause)]


def _tip(seen: Seen, office: Office, now: datetime) -> str:
    """The key of the words about what the reader can do without a button (reply with a new text); "" if nothing."""
    if MATERIALS.offers(seen.material, MaterialAction.RESEND, office, now, seen.reader):
        return "tip_sender"
    if MATERIALS.offers(seen.material, MaterialAction.EDIT, office, now, seen.reader):
        return "tip_editor"
    return ""


# --- buttons -----------------------------------------------------------------------------------------------------------


def _buttons(texts: Texts, seen: Seen, office: Office, now: datetime) -> Buttons:
    material = seen.material

    def may(action: MaterialAction) -> bool:
        return MATERIALS.offers(material, action, office, now, seen.reader)

    back = (_turn(texts, "back", material, ""),)
    choice = chosen_in(seen.menu)
    if choice is not None and choice[0] == material.newest.number and may(MaterialAction.APPROVE):
        return (*_choosing(texts, seen, office, choice[1]), back)
    if seen.menu == WITHDRAW and may(MaterialAction.WITHDRAW):
        return ((_act(texts, "withdraw_yes", material, MaterialAction.WITHDRAW, "danger"),), back)
    rows: list[Row] = []
    wording = str(material.newest.number)
    if may(MaterialAction.APPROVE):
        rows.append((_turn(texts, "approve", material, menu_of(material.newest.number, ()), "success"),))
        edit = _act(texts, "edit", material, f"{MaterialAction.EDIT}.{wording}")
        rows.append((edit, _act(texts, "return", material, f"{MaterialAction.RETURN}.{wording}")))
    rows += _by_hand(texts, seen, office, now)
    if may(MaterialAction.RECALL):
        rows.append((_act(texts, "recall", material, MaterialAction.RECALL),))
    if may(MaterialAction.WITHDRAW) and nobody_knows(material, office, now):
        rows.append((_act(texts, "undo", material, MaterialAction.WITHDRAW, "danger"),))
    elif may(MaterialAction.WITHDRAW):
        rows.append((_turn(texts, "withdraw", material, WITHDRAW),))
    return tuple(rows)


def _by_hand(texts: Texts, seen: Seen, office: Office, now: datetime) -> list[Row]:
    """Buttons for each page to publish on by hand: «Опубликовано», and «Повторить» if the bot could publish there."""
    rows: list[Row] = []
    for place in _own_pages(seen, office, now):
        page = seen.pages.get(place.page)
        name = page_name(texts, office, page)
        rows.append((_for_page(texts, "published", seen.material, place, name, "success"),))
        by_us = page is not None and any(room.by_us for room in seen.rooms if room.network is page.network)
        if by_us and can_be_retried(place):
            rows.append((_for_page(texts, "retry", seen.material, place, name),))
    return rows


def _for_page(
    texts: Texts, action: str, material: Material, place: Place, page: str, style: str | None = None
) -> Button:
    caption = texts.plain(f"material_buttons.{action}", page=page)
    data = Callback(Verb.MATERIAL_ACT, material.id, f"{action}.{place.page}").pack()
    return Button(excerpt(caption, 60), data, style=style)


def _choosing(texts: Texts, seen: Seen, office: Office, chosen: tuple[int, ...]) -> list[Row]:
    """Buttons for the pages in force, the chosen ones marked, and for the times once a page is chosen."""
    number = seen.material.id
    rows: list[Row] = []
    for page in [one for one in seen.pages.values() if one.state is PageState.IN_FORCE][:MOST_PAGES]:
        name = page_name(texts, office, page)
        caption = texts.plain("page_buttons.filled", item=name) if page.id in chosen else name
        rows.append((Button(excerpt(caption, 60), Callback(Verb.MATERIAL_PAGE, number, str(page.id)).pack()),))
    if chosen:
        now = _act(texts, "now", seen.material, f"{MaterialAction.APPROVE}.now", "success")
        times = [_act(texts, name, seen.material, f"{MaterialAction.APPROVE}.{name}") for name in PRESETS]
        own = _act(texts, "own_time", seen.material, f"{MaterialAction.APPROVE}.own")
        rows += [(now, times[0]), (times[1], times[2]), (own,)]
    return rows


def _turn(texts: Texts, name: str, material: Material, menu: str, style: str | None = None) -> Button:
    data = Callback(Verb.MATERIAL, material.id, menu).pack()
    return Button(texts.plain(f"material_buttons.{name}"), data, style=style)


def _act(texts: Texts, name: str, material: Material, argument: str, style: str | None = None) -> Button:
    data = Callback(Verb.MATERIAL_ACT, material.id, argument).pack()
    return Button(texts.plain(f"material_buttons.{name}"), data, style=style)


# --- questions and short words -----------------------------------------------------------------------------------------


def question(texts: Texts, asked: Question) -> Screen:
    """Return the message that asks a question about the material, with the button to cancel it."""
    body = asked.body
    number, version = str(body.get("material", "")), str(body.get("wording", ""))
    text = texts.phrase(f"questions.{asked.kind}", number=number, version=version)
    never = (Button(texts.plain("material_buttons.never_mind"), Callback(Verb.NO, asked.id).pack()),)
    return Screen(str(text), (never,), asks=True)


def refused(texts: Texts, refusal: Refused, names: Mapping[int, str]) -> str:
    """Return why the command is refused and what to do instead, as plain text."""
    facts = refusal.facts
    state, page = str(facts.get("state") or ""), facts.get("page")
    return texts.plain(
        refusal_key(texts, "material_refusals", refusal.reason),
        version=str(facts.get("version", "")),
        most=str(facts.get("most", "")),
        days=str(facts.get("days", "")),
        page=names.get(page, "") if isinstance(page, int) else "",
        problem=str(facts.get("problem", "")),
        state=texts.plain(f"material_states.{state}") if state else "",
    )


def done(texts: Texts, material: Material, action: MaterialAction, office: Office, now: datetime) -> str:
    """Return the short confirmation that the action was done, as plain text."""
    return texts.plain(f"material_done.{action}", **_done_facts(material, When(now, office.zone)))


__all__ = [
    "QUESTIONS",
    "News",
    "Room",
    "Seen",
    "bare",
    "done",
    "hint_lines",
    "one",
    "question",
    "refused",
]
