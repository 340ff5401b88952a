"""Word screens with many found messages: a wave, the list of new cases, the list of messages left alone. Pure.

A button names the menu it opens: "" (the main one) or a page number; a wave also has `departments` and `each`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from bot.cases.screens.buttons import CaseButtons, act_button
from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import beside_kinds, department_into, link
from bot.messenger import Button, Buttons, Screen
from config.russian.words import When, clean, excerpt, one_line, plural, shown_name
from config.texts import Texts
from handlers.callbacks import Callback, Verb
from workflow.case import Case, State
from workflow.commands import Action
from workflow.office import Office
from workflow.transitions import may

PAGE = 8
NAMED = 10
"""How many messages of a wave are named; the rest are counted."""
SHORT = 90

Row = tuple[Button, ...]


@dataclass(frozen=True)
class Left:
    """A message that was left alone (no case was opened), as the list shows it. `why`: the reason's key; `kinds`: what
    was in it besides the text; `mark`: tells it from another message with the same number."""

    number: int
    text: str
    author: str
    link: str
    at: datetime
    why: str
    words: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    mark: str = ""


@dataclass(frozen=True)
class Tide:
    """A wave (similar messages of several people): its cases, the oldest first. `people`: how many different people
    wrote them; `usual`: how many messages on the topic usually come in so many `hours`, None if unknown."""

    number: int
    topic: str
    place: str
    people: int
    cases: Sequence[Case]
    usual: int | None = None
    hours: int = 0

    @property
    def first(self) -> Case | None:
        """The first case that others can be merged into; None if there is none."""
        return next((case for case in self.cases if may(Action.TAKE_IN, case.state)), None)

    @property
    def fresh(self) -> list[Case]:
        return [case for case in self.cases if case.state is State.NEW]


def pages(total: int) -> int:
    return max(1, -(-total // PAGE))


# --- what was left alone ---------------------------------------------------------------------------------------------


def seen(texts: Texts, left: Sequence[Left], page: int, total: int, office: Office, now: datetime) -> Screen:
    """Return one page of the list of messages left alone (no case), with a button to take up each after all. `total`:
    how many there are in all."""
    when = When(now, office.zone)
    lines = [
        texts.phrase(
            "found.left",
            place=str(place),
            text=excerpt(one_line(clean(one.text)), SHORT)
            or texts.plain("found.without_words", kinds=beside_kinds(texts, one.kinds)),
            author=shown_name(one.author) if one.author.strip() else "",
            at=when.short(one.at),
            why=texts.plain(f"left_alone.{one.why}"),
            words=", ".join(f"«{excerpt(one_line(clean(word)), 40)}»" for word in one.words[:3]),
            open=link(one.link, texts.plain("found.open")),
        )
        for place, one in enumerate(left, (page - 1) * PAGE + 1)
    ]
    text = texts.html("case_list", heading=texts.phrase("found.left_heading", n=total), lines=lines, more=0)
    taking = [
        Button(texts.plain("buttons.take_up", place=str(place)), Callback(Verb.TAKE_UP, one.number, one.mark).pack())
        for place, one in enumerate(left, (page - 1) * PAGE + 1)
    ]
    return Screen(str(text), (*_pairs(taking), *_turning(texts, page, pages(total))))


# --- what is new, when it is much ------------------------------------------------------------------------------------


def crowd(texts: Texts, cases: Sequence[Case], page: int, office: Office, now: datetime) -> Screen:
    """Return one page of the list of new cases that were not offered one by one; a button for each sends its offer."""
    if not cases:
        return Screen(str(texts.phrase("found.nothing_new")), silent=True)
    page = min(max(page, 1), pages(len(cases)))
    here = cases[(page - 1) * PAGE : page * PAGE]
    lines = [_line(texts, case, office, now) for case in here]
    text = texts.html("case_list", heading=texts.phrase("found.crowd_heading", n=len(cases)), lines=lines, more=0)
    showing = [_show(texts, case) for case in here]
    guessed = sum(case.suggested in office.departments for case in cases)
    many = plural(guessed, "сообщение|сообщения|сообщений")
    caption = texts.plain("buttons.forward_guessed", n=str(guessed), many=many)
    by_guess = ((Button(caption, Callback(Verb.FORWARD_GUESSED, 0).pack()),),) if guessed > 1 else ()
    return Screen(str(text), (*_pairs(showing), *_turning(texts, page, pages(len(cases))), *by_guess))


def staying_line(texts: Texts, numbers: Sequence[int]) -> str:
    """A line naming the cases that stay in the list because the bot has no guess for them."""
    named = ", ".join(f"№ {number}" for number in numbers[:NAMED])
    return texts.plain("found.staying", numbers=named, more=max(0, len(numbers) - NAMED))


def guessed_line(texts: Texts, case: Case, office: Office, now: datetime) -> str:
    """A line with the case and the guessed department: «№ 5 вода, Школьная, 5 → Отдел ЖКХ»."""
    words = CaseWords(texts, case, office, now)
    department = words.department_name(case.suggested)
    return texts.plain("found.guessed", number=words.number, about=excerpt(words.about, 60), department=department)


def _line(texts: Texts, case: Case, office: Office, now: datetime) -> Markup:
    words = CaseWords(texts, case, office, now)
    about = words.about if words.topic or words.location else ""
    return texts.phrase(
        "found.line",
        c=words,
        mark="🔴 " if words.is_high else "",
        about=about,
        text=excerpt(one_line(clean(case.appeal.text)), SHORT),
    )


def _show(texts: Texts, case: Case) -> Button:
    return Button(texts.plain("buttons.show", number=str(case.number)), Callback(Verb.SHOW, case.id).pack())


# --- waves -----------------------------------------------------------------------------------------------------------


def wave(
    texts: Texts, tide: Tide, office: Office, now: datetime, menu: str | None = None, for_curator: bool = True
) -> Screen:
    """Return the wave (similar messages of several people) as one message; only a curator gets buttons."""
    topic = office.topics[tide.topic].label if tide.topic in office.topics else tide.topic
    words = [CaseWords(texts, case, office, now) for case in tide.cases[:NAMED]]
    text = texts.html(
        "wave",
        n=len(tide.cases),
        people=tide.people,
        about=", ".join(part for part in (topic, excerpt(one_line(tide.place), 80)) if part),
        words=words,
        more=max(0, len(tide.cases) - NAMED),
        fresh=len(tide.fresh),
        usual=tide.usual,
        hours=tide.hours,
    )
    return Screen(str(text), _wave_buttons(texts, tide, office, menu) if for_curator else ())


def _wave_buttons(texts: Texts, tide: Tide, office: Office, menu: str | None) -> Buttons:
    name, _, page = (menu or "").partition(".")
    back = (Button(texts.plain("buttons.back"), Callback(Verb.MENU, 0).pack()),)
    if name == "departments" and tide.fresh:
        return (*((_to(texts, tide, office, key, whole=False),) for key in office.departments), back)
    if name == "each":
        number = min(max(int(page) if page.isdecimal() else 1, 1), pages(len(tide.cases)))
        here = tide.cases[(number - 1) * PAGE : number * PAGE]
        showing = _pairs([_show(texts, case) for case in here])
        return (*showing, *_turning(texts, number, pages(len(tide.cases)), "each"), back)
    return _wave_main(texts, tide, office)


def _wave_main(texts: Texts, tide: Tide, office: Office) -> Buttons:
    rows: list[Row] = []
    if tide.fresh:
        guess = next((case.suggested for case in tide.fresh if case.suggested in office.departments), None)
        if guess is not None:
            rows.append((_to(texts, tide, office, guess, whole=True),))
        caption = texts.plain("buttons.another" if guess is not None else "buttons.forward_all_to")
        rows.append((Button(caption, Callback(Verb.MENU, 0, "departments").pack()),))
    first = tide.first
    if first is not None and any(case.id != first.id for case in tide.fresh):
        caption = texts.plain("buttons.gather_wave", number=str(first.number))
        rows.append((Button(caption, Callback(Verb.GATHER_WAVE, tide.number).pack()),))
    if first is not None and CaseButtons(texts, first, office).offers(Action.MARK_SIGNIFICANT):
        rows.append((act_button(texts, first, Action.MARK_SIGNIFICANT),))
    rows.append((Button(texts.plain("buttons.each"), Callback(Verb.MENU, 0, "each").pack()),))
    return tuple(rows)


def _to(texts: Texts, tide: Tide, office: Office, key: str, *, whole: bool) -> Button:
    name = office.departments[key].name
    caption = texts.plain("buttons.forward_all", department=department_into(name)) if whole else name
    style = "primary" if whole else None
    return Button(excerpt(caption, 60), Callback(Verb.FORWARD_WAVE, tide.number, key).pack(), style=style)


# --- rows ------------------------------------------------------------------------------------------------------------


def _pairs(buttons: Sequence[Button]) -> list[Row]:
    return [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]


def _turning(texts: Texts, page: int, last: int, menu: str = "") -> list[Row]:
    def to(number: int) -> str:
        return f"{menu}.{number}" if menu else str(number)

    row: list[Button] = []
    if page > 1:
        row.append(Button(texts.plain("buttons.earlier"), Callback(Verb.MENU, 0, to(page - 1)).pack()))
    if page < last:
        row.append(Button(texts.plain("buttons.further"), Callback(Verb.MENU, 0, to(page + 1)).pack()))
    return [tuple(row)] if row else []
