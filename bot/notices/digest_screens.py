"""Word the morning and evening digests, the promises given to citizens, and how each person is notified. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.lost import Lost, lost_lines
from bot.messenger import Button, Screen
from bot.notices.digest_lines import Entry, IdleEntry, case_line
from config.russian.words import When, as_post, excerpt
from config.texts import Texts
from handlers.callbacks import Callback, Verb
from workflow.case import Case, State
from workflow.office import Office
from workflow.regulation import Event, Step
from workflow.terms.alarms import running

EVENING = ("buttons.hear_evening", "buttons.hear_at_once")
HEARING = (
    ("buttons.hear_private",),
    ("buttons.hear_group",),
    ("buttons.hear_late", "buttons.hear_early"),
    ("buttons.hear_usual",),
    EVENING,
)
"""The buttons under `/notify`; the last row is shown only if the office sends an evening digest."""
SAYINGS = frozenset({"unreachable", "notify", "snoozed", "snooze_too_late"})
"""The keys of messages that `say` of this module words itself."""
MOST_LINES = 20
PROMISED = 50
BECAUSE = {
    "never_started": "unreachable.never_started",
    "blocked": "unreachable.blocked",
    "left_the_group": "unreachable.left_the_group",
}


def digest(
    texts: Texts,
    which: str,
    entries: Sequence[Entry | IdleEntry],
    more: int,
    office: Office,
    now: datetime,
    lost: Sequence[Lost] = (),
    posted: Sequence[Case] = (),
    *,
    to_all: bool = False,
) -> Screen:
    """Return a digest: «Доброе утро. На сегодня 4 сообщения.» and a line for each case; silent in the quiet hours.
    `posted`: the cases answered today, in one line; `more`: how many cases have no line; `to_all`: it goes to the
    working group."""
    heading = {"morning": "digest.morning", "evening": "digest.evening"}[which]
    cases: dict[int, list[Entry | IdleEntry]] = {}
    for entry in entries:
        cases.setdefault(entry.case.id, []).append(entry)
    n = len(cases) + more
    lines = [case_line(texts, of_one, now, to_all=to_all) for of_one in cases.values()]
    more_line = [texts.phrase("digest.more", n=more)] if more else []
    first = [texts.phrase(heading if n else "digest.nothing_due", n=n)] if n or not posted else []
    numbers = ", ".join(_answered(texts, case, office, now) for case in posted[:MOST_LINES])
    done = [texts.phrase("digest.posted", n=len(posted), numbers=numbers)] if posted else []
    told = [*first, *lines, *more_line, *done]
    text = "\n".join(map(str, [*told, *lost_lines(texts, lost, office, now)]))
    return Screen(text, silent=office.is_quiet(now))


def _answered(texts: Texts, case: Case, office: Office, now: datetime) -> str:
    """An answered case in a digest: «№ 5»; after an interim answer also until when the final one is due, which the
    department reads here for the first time."""
    final = running(case, office).get(Step.FINAL)
    if case.state is not State.INTERIM or final is None:
        return f"№ {case.number}"
    until = When(now, office.zone).until(final.until)
    return texts.plain("digest.interim", number=str(case.number), until=until)


def promises(texts: Texts, entries: Sequence[Entry], office: Office, now: datetime) -> Screen:
    """Return the answer to /promises: the interim answers, when the final one was promised, which are overdue (MO-13,
    KU-15)."""
    if not entries:
        return Screen(str(texts.phrase("promises.none")))
    lines = [_promise(texts, entry, now) for entry in entries[:PROMISED]]
    late = sum(1 for entry in entries if entry.run.until < now)
    heading = texts.phrase("promises.heading", n=len(entries), late=late)
    more = [texts.phrase("digest.more", n=len(entries) - PROMISED)] if len(entries) > PROMISED else []
    return Screen("\n".join(map(str, [heading, *lines, *more])))


def _promise(texts: Texts, entry: Entry, now: datetime) -> Markup:
    words = CaseWords(texts, entry.case, entry.office, now)
    given = next(h.at for h in entry.case.history if h.event is Event.INTERIM_POSTED)
    return texts.phrase(
        "promises.line",
        c=words,
        about=excerpt(words.about, 70),
        given=words.when.date(given),
        late=entry.run.until < now,
        until=words.when.until(entry.run.until),
        past=words.when.past(entry.run.until),
        state=words.state_words,
        whose=words.department,
    )


def say(texts: Texts, key: str, facts: Mapping[str, Any], office: Office, now: datetime) -> Screen:
    """Return the message with the words of one of `SAYINGS`."""
    when = When(now, office.zone)
    match key:
        case "unreachable":
            return Screen(str(_unreachable(texts, facts["people"], office)), silent=office.is_quiet(now))
        case "notify":
            rows = [
                tuple(
                    Button(texts.plain(key), Callback(Verb.HEAR, 0, key.removeprefix("buttons.hear_")).pack())
                    for key in row
                )
                for row in HEARING
                if office.policy.digests or row != EVENING
            ]
            return Screen(str(texts.phrase("say.notify", hours=quiet_words(office))), tuple(rows))
        case "snoozed":
            at = datetime.fromisoformat(str(facts["at"]))
            return Screen(str(texts.phrase("say.snoozed", number=facts["number"], at=when.past(at))))
        case _:
            due = datetime.fromisoformat(str(facts["due"]))
            return Screen(str(texts.phrase("say.snooze_too_late", until=when.until(due))))


def quiet_words(office: Office) -> str:
    """The municipality's quiet hours in words: «с 22:00 до 7:00»."""
    since, until = (f"{minute // 60}:{minute % 60:02}" for minute in office.quiet_hours)
    return f"с {since} до {until}"


def _unreachable(texts: Texts, people: Sequence[Mapping[str, str]], office: Office) -> Markup:
    """Who missed a notice meant for them and why, a line for each person."""
    lines = [
        texts.phrase("unreachable.line", who=_name(office, one["person"]), why=texts.plain(BECAUSE[one["why"]]))
        for one in people
    ]
    return Markup("\n").join([texts.phrase("say.unreachable"), *lines])


def _name(office: Office, key: str) -> str:
    return as_post(office.people[key].name) if key in office.people else key
