"""Word the content plan of a week: one message for the people who publish, refreshed as things change. Pure.

Days carry their dates, never «сегодня»: the message is refreshed for a whole week.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.cases.screens.common import link
from bot.messenger import Button, Buttons, Screen
from bot.official.material.screens import absolute, page_name, sender_of
from config.russian.words import When, excerpt, one_line
from config.texts import Texts
from handlers.callbacks import Callback, Verb
from workflow.office import Actor, Office, Role
from workflow.official.content_plan import PlanDay, Planned, Short, WeekPlan, monday
from workflow.official.material import Material, PlaceState
from workflow.official.page import OfficialPage

LINES_A_DAY = 6
MOST_WAITING = 5
ABOUT = 40


@dataclass(frozen=True)
class Seen:
    """What the plan's message is made from: the plan, the materials not approved yet, the official pages by number, the
    reader."""

    plan: WeekPlan
    waiting: Sequence[Material]
    pages: Mapping[int, OfficialPage]
    reader: Actor


def plan(texts: Texts, seen: Seen, office: Office, now: datetime) -> Screen:
    """Return the plan: each day with its planned, published and missing publications; then the materials that wait for
    an approval."""
    when = absolute(now, office)
    first, last = (_noon(seen.plan.first + timedelta(days=n), office) for n in (0, 6))
    lines = [f"<b>{texts.phrase('plan_screen.heading', first=when.date(first), last=when.date(last))}</b>"]
    for day in seen.plan.days:
        lines += _day(texts, day, seen, office, when, now)
    if seen.plan.short:
        recommended = all(one.norm.recommended for one in seen.plan.short)
        lines += ["", str(texts.phrase("plan_screen.short_week", recommended=recommended))]
        lines += [_short(texts, one, seen, office) for one in seen.plan.short]
    if seen.waiting:
        lines += ["", str(texts.phrase("plan_screen.waiting", n=len(seen.waiting)))]
        lines += [_waiting(texts, one, office) for one in seen.waiting[:MOST_WAITING]]
    if not any(day.planned or day.counted for day in seen.plan.days) and not seen.waiting:
        lines += ["", str(texts.phrase("plan_screen.nothing"))]
    return Screen("\n".join(lines), _buttons(texts, seen, office, now))


def _noon(day: date, office: Office) -> datetime:
    return datetime.combine(day, time(12), office.zone)


def _day(texts: Texts, day: PlanDay, seen: Seen, office: Office, when: When, now: datetime) -> list[str]:
    """The lines of a day; [] if it has none. A weekly norm is reported once for the week, not every day."""
    lines = [_planned(texts, one, seen, office, when) for one in day.planned[:LINES_A_DAY]]
    if len(day.planned) > LINES_A_DAY:
        lines.append(str(texts.phrase("plan_screen.more", n=len(day.planned) - LINES_A_DAY)))
    counted = [
        str(texts.phrase("plan_screen.counted", page=page_name(texts, office, seen.pages.get(page)), n=n))
        for page, n in day.counted
    ]
    short = [_short(texts, one, seen, office) for one in day.short]
    if not (lines or counted or short):
        return []
    return [
        "",
        f"<b>{texts.phrase('plan_screen.day', day=when.day(_noon(day.day, office)))}</b>",
        *lines,
        *counted,
        *short,
    ]


def _planned(texts: Texts, one: Planned, seen: Seen, office: Office, when: When) -> str:
    about = excerpt(one_line(one.material.newest.text) or texts.plain("plan_screen.no_words"), ABOUT)
    page = page_name(texts, office, seen.pages.get(one.place.page))
    facts = {"clock": when.clock(one.at), "number": str(one.material.id), "about": about, "page": page}
    match one.place.state:
        case PlaceState.PUBLISHED:
            there = link(one.place.link, texts.plain("material_screen.link")) or one.place.link
            return str(texts.phrase("plan_screen.published", **facts, link=there))
        case PlaceState.HANDED_OVER:
            return str(texts.phrase("plan_screen.handed_over", **facts))
        case _:
            return str(texts.phrase("plan_screen.planned", **facts))


def _short(texts: Texts, one: Short, seen: Seen, office: Office) -> str:
    page = page_name(texts, office, seen.pages.get(one.page))
    return str(texts.phrase("plan_screen.short", page=page, missing=one.missing, clause=one.norm.clause))


def _waiting(texts: Texts, one: Material, office: Office) -> str:
    about = excerpt(one_line(one.newest.text) or texts.plain("plan_screen.no_words"), ABOUT)
    state = texts.plain(f"material_states.{one.state}")
    facts = {"number": str(one.id), "about": about, "who": sender_of(one, office), "state": state}
    return str(texts.phrase("plan_screen.waits", **facts))


def _buttons(texts: Texts, seen: Seen, office: Office, now: datetime) -> Buttons:
    """Buttons to the waiting materials, to another week, and to a new material for people who may send one."""
    rows: list[tuple[Button, ...]] = [
        (Button(texts.plain("plan_buttons.open", number=str(one.id)), Callback(Verb.MATERIAL, one.id).pack()),)
        for one in seen.waiting[:MOST_WAITING]
    ]
    present = monday(now.astimezone(office.zone).date())
    other = present + timedelta(days=7) if seen.plan.first == present else present
    caption = "plan_buttons.next_week" if other > seen.plan.first else "plan_buttons.this_week"
    data = Callback(Verb.PLAN, other.toordinal() if other != present else 0).pack()
    rows.append((Button(texts.plain(caption), data),))
    if any(office.has_role(seen.reader, role, now) for role in (Role.EXECUTOR, Role.CURATOR, Role.EDITOR)):
        rows.append((Button(texts.plain("material_buttons.new"), Callback(Verb.MATERIAL_NEW, 0).pack()),))
    return tuple(rows)
