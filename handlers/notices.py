"""Notices about terms: «Вижу» under an escalation, «Напомнить позже…», and `/notify`, which sets where notices go.

The module turns presses and texts into wishes; it looks up whether a step still runs and decides nothing about the
case.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from config.russian import dates
from handlers.callbacks import Callback
from handlers.view import View, turned_away
from handlers.wishes import Ask, Close, HearBy, Hush, Receipt, Say, Snooze, Toast, Wish
from workflow.ports import Question
from workflow.terms.alarms import running
from workflow.terms.deadlines import Deadline

WAYS = frozenset({"private", "group"})
HUSHES = {
    "late": Hush("22:00-07:00"),
    "early": Hush("20:00-08:00"),
    "usual": Hush(""),
    "evening": Hush(posted_at_once=False),
    "at_once": Hush(posted_at_once=True),
}
"""The notification settings that the buttons under `/notify` set, by the button's argument."""
HOURS = re.compile(r"(?:с\s*)?(\d{1,2})(?:[:.](\d\d))?\s*(?:[-–—]|до)\s*(\d{1,2})(?:[:.](\d\d))?", re.IGNORECASE)
WORDS = {"30m": "через 30 минут", "2h": "через 2 часа", "morning": "завтра утром"}
"""The times that the buttons of «Напомнить позже…» stand for, in words, by the button's argument."""


def seen(callback: Callback, view: View) -> list[Wish]:
    """Handle «Вижу»: record that the person saw the overdue step of one case or, with subject 0, of every case in the
    list."""
    if refused := turned_away(view):
        return refused
    return [Receipt(callback.subject or None, callback.argument)]


def chose(callback: Callback, view: View) -> list[Wish]:
    """Handle a button under `/notify`: set quiet hours or the evening summary, or where notices go."""
    if refused := turned_away(view):
        return refused
    if callback.argument in HUSHES:
        return [HUSHES[callback.argument]]
    return [HearBy(callback.argument)] if callback.argument in WAYS else [Toast("unknown_button")]


def asked(words: str) -> list[Wish]:
    """Handle `/notify`: show the settings, or set the quiet hours typed after it (`/notify 22:00-7:00`)."""
    if not words.strip():
        return [Say("notify")]
    hours = quiet_hours(words)
    return [Hush(hours)] if hours is not None else [Say("how_notify")]


def quiet_hours(words: str) -> str | None:
    """Quiet hours as «22:00-07:00» from «22-7» or «с 22:00 до 7:30»; None if they cannot be read or both times are the
    same."""
    found = HOURS.fullmatch(words.strip())
    if found is None:
        return None
    since, until = ((int(found[i]) % 24 if int(found[i]) <= 24 else 99, int(found[i + 1] or 0)) for i in (1, 3))
    if since == until or any(hour > 23 or minute > 59 for hour, minute in (since, until)):
        return None
    return "-".join(f"{hour:02}:{minute:02}" for hour, minute in (since, until))


async def later(callback: Callback, view: View) -> list[Wish]:
    """Handle «Напомнить позже…»: ask when to remind, offering only times before the deadline."""
    if refused := turned_away(view):
        return refused
    run = await _running(callback.subject, callback.argument, view)
    if run is None:
        return [Toast("snooze_is_over")]
    fitting = [choice for choice, words in WORDS.items() if _fits(_moment(words, view), run, view.now)]
    return [Toast("asked_snooze"), Ask("snooze", callback.subject, {"step": run.name, "choices": fitting})]


async def snoozed(question: Question, words: str, view: View) -> list[Wish]:
    """Set the reminder for the chosen or typed time; refuse a time in the past, or past the deadline of a step that is
    not yet overdue. If the step no longer runs, close the question and say so."""
    run = await _running(question.case_id or 0, str(question.body["step"]), view)
    if run is None or question.case_id is None:
        return [Close(question.id), Say("snooze_is_over")]
    moment = _moment(words, view)
    if moment is None or moment <= view.now:
        return [Say("not_a_moment")]
    if not _fits(moment, run, view.now):
        return [Say("snooze_too_late", {"due": run.until.isoformat()})]
    return [Close(question.id), Snooze(question.case_id, run.name, moment)]


async def _running(case_id: int, name: str, view: View) -> Deadline | None:
    """The running deadline of the case whose step has this name; None if there is none.

    A button may truncate a long name, so a name of 40 characters or more also matches as a prefix."""
    case = await view.case(case_id)
    found = running(case, view.office) if case is not None and name else {}
    return found.get(name) or next(
        (run for key, run in found.items() if len(name) >= 40 and key.startswith(name)), None
    )


def _moment(words: str, view: View) -> datetime | None:
    if words != WORDS["morning"]:
        return dates.moment(words, view.now, view.office.working_time)
    working = view.office.working_time
    tomorrow = view.now.astimezone(view.office.zone).date() + timedelta(days=1)
    return working.into(datetime.combine(tomorrow, time(), view.office.zone))


def _fits(moment: datetime | None, run: Deadline, now: datetime) -> bool:
    return moment is not None and (run.until <= now or moment < run.until)
