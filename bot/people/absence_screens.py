"""Word who is absent and who stands in: questions, messages about an absence, lists. Pure; facts come as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from bot.messenger import Button, Buttons, Screen
from config.russian.words import When, as_post, excerpt, sentence
from config.texts import Texts
from handlers.absence import NOBODY, QUESTIONS
from handlers.callbacks import Callback, Verb
from workflow.office import Absence, Office, Role
from workflow.ports import Question

SAYINGS = frozenset({
    "absent_already", "absent_circle", "absent_entered", "absent_noted", "absent_told", "absent_stand_in",
    "absent_ended", "nobody_stands_in",
})  # fmt: skip
"""The keys of messages about an absence that `say` of this module words itself."""

MOST_PEOPLE = 90
"""How many people get a button: a messenger allows a hundred buttons under one message."""
MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Listed:
    """An absence in the list. `number`: its number in the database, None for an absence from the municipality's file;
    `may_end`: the reader may end it."""

    absence: Absence
    number: int | None = None
    may_end: bool = False


def name_of(office: Office, key: str | None) -> str:
    """The person's title within a sentence; the key if they are not in the file; "" for None."""
    if key is None:
        return ""
    return as_post(office.people[key].name) if key in office.people else key


def days(since: datetime, until: datetime, when: When) -> str:
    """The days of an absence in words: «16 марта», «с 12 по 25 января», «с 28 декабря по 10 января 2027 года»; with
    hours if it does not begin and end at midnight."""
    first, after = since.astimezone(when.zone), until.astimezone(when.zone)
    if (first.hour, first.minute, after.hour, after.minute) != (0, 0, 0, 0):
        return f"с {when.clock(first)} {when.date(first)} до {when.clock(after)} {when.date(after)}"
    last = after - timedelta(days=1)
    if first.date() == last.date():
        return when.date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"с {first.day} по {when.date(last)}"
    return f"с {when.date(first)} по {when.date(last)}"


def last_day(until: datetime, when: When) -> str:
    """The last day of an absence in words: «25 января». `until`: the moment it ends."""
    return when.date(until - timedelta(seconds=1))


# --- what is said ----------------------------------------------------------------------------------------------------


def say(texts: Texts, key: str, facts: Mapping[str, Any], office: Office, now: datetime) -> Screen:
    """Return the message with the words of one of `SAYINGS`, with the button «Отменить» if `facts` hold the absence's
    number."""
    when = When(now, office.zone)
    known = bool(facts.get("since"))
    text = texts.phrase(
        f"say.{key}",
        who=name_of(office, str(facts["person"])),
        days=days(_moment(facts["since"]), _moment(facts["until"]), when) if known else "",
        last=last_day(_moment(facts["until"]), when) if known else "",
        substitute=name_of(office, facts.get("substitute")),
        by=name_of(office, facts.get("by")),
        own=bool(facts.get("own")),
        unbound=bool(facts.get("unbound")),
        began=known and _moment(facts["since"]) <= now,
        circle=" → ".join(name_of(office, str(one)) for one in _round(facts.get("circle", ()))),
    )
    number = facts.get("number")
    caption = texts.plain("buttons.end_absence")
    buttons: Buttons = ()
    if number is not None:
        buttons = ((Button(caption, Callback(Verb.END_ABSENCE, int(number)).pack()),),)
    return Screen(sentence(str(text)), buttons, silent=office.is_quiet(now))


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def _round(circle: Sequence[str]) -> Sequence[str]:
    return [*circle, *circle[:1]]


# --- questions -------------------------------------------------------------------------------------------------------


def question(texts: Texts, asked: Question, office: Office, now: datetime) -> Screen:
    """Return the message that asks a question of `/absent`, with its buttons."""
    body, when = asked.body, When(now, office.zone)
    known = bool(body.get("since"))
    text = texts.phrase(
        f"questions.{asked.kind}",
        who=sentence(name_of(office, body.get("person"))),
        own=bool(body.get("own")),
        days=days(_moment(body["since"]), _moment(body["until"]), when) if known else "",
    )
    buttons = {"absent_who": _people, "absent_days": _shortcuts, "absent_sub": _substitutes}[asked.kind]
    return Screen(str(text), buttons(texts, asked, office), asks=asked.kind == "absent_days")


def _row(caption: str, asked: Question, argument: str) -> tuple[Button, ...]:
    return (Button(excerpt(caption, 60), Callback(Verb.YES, asked.id, argument).pack()),)


def _people(texts: Texts, asked: Question, office: Office) -> Buttons:
    own = asked.body.get("own", ())
    found = [key for key in asked.body.get("people", ()) if key in office.people][:MOST_PEOPLE]
    rows = [
        _row(
            texts.plain("buttons.absent_me", name=office.people[key].name) if key in own else office.people[key].name,
            asked,
            key,
        )
        for key in found
    ]
    return (*rows, (_never_mind(texts, asked),))


def _shortcuts(texts: Texts, asked: Question, office: Office) -> Buttons:
    captions = {"today": "buttons.absent_today", "tomorrow": "buttons.absent_tomorrow", "week": "buttons.absent_week"}
    row = tuple(
        Button(texts.plain(caption), Callback(Verb.YES, asked.id, code).pack()) for code, caption in captions.items()
    )
    return (row, (_never_mind(texts, asked),))


def _substitutes(texts: Texts, asked: Question, office: Office) -> Buttons:
    """A button for each possible substitute: the one named in the file comes first, absent people come last and are
    marked, «Никто» closes the list."""
    person, away = str(asked.body["person"]), set(asked.body.get("away", ()))
    usual = office.people[person].substitute if person in office.people else None
    others = sorted(
        (key for key in office.people if key != person),
        key=lambda key: (key in away, key != usual),
    )[:MOST_PEOPLE]
    rows = [
        _row(
            texts.plain("buttons.absent_too", name=office.people[key].name) if key in away else office.people[key].name,
            asked,
            key,
        )
        for key in others
    ]
    return (*rows, _row(texts.plain("buttons.absent_nobody"), asked, NOBODY), (_never_mind(texts, asked),))


def _never_mind(texts: Texts, asked: Question) -> Button:
    return Button(texts.plain("buttons.absent_never_mind"), Callback(Verb.NO, asked.id).pack())


# --- lists -----------------------------------------------------------------------------------------------------------


def listed(texts: Texts, absences: Sequence[Listed], office: Office, now: datetime) -> Screen:
    """Return present and future absences, in the order given, with «Отменить» for each one the reader may end."""
    when = When(now, office.zone)
    if not absences:
        return Screen(str(texts.phrase("absences.none")))
    lines = [
        texts.phrase(
            "absences.line",
            who=sentence(name_of(office, one.absence.person)),
            days=days(one.absence.since, one.absence.until, when),
            substitute=name_of(office, one.absence.substitute),
            from_file=one.number is None,
        )
        for one in absences
    ]
    buttons = tuple(
        (Button(excerpt(caption, 60), Callback(Verb.END_ABSENCE, one.number).pack()),)
        for one in absences
        if one.number is not None and one.may_end
        for caption in [
            texts.plain(
                "buttons.end_absence_of",
                who=name_of(office, one.absence.person),
                days=days(one.absence.since, one.absence.until, when),
            )
        ]
    )[:MOST_PEOPLE]
    return Screen("\n".join([str(texts.phrase("absences.heading")), *map(str, lines)]), buttons)


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits for a person, told to the one who acts for them now: lines about cases `in_work`, how many `fresh`
    cases to forward and `drafts` to decide. `done`: a line for each case on which somebody acted while the person was
    away."""

    in_work: Sequence[Markup] = ()
    fresh: int = 0
    drafts: int = 0
    done: Sequence[Markup] = ()


def _would_have_had_it_anyway(person: str, reader: str, office: Office) -> bool | None:
    """Whether the reader holds the person's duty in their own right; None if the person is neither a curator nor an
    executor."""
    his, own = office.people.get(person), office.people.get(reader)
    if his is None or own is None or not {Role.CURATOR, Role.EXECUTOR} & set(his.roles):
        return None
    if Role.CURATOR in his.roles:
        return Role.CURATOR in own.roles
    return his.department == own.department


def handed_over(texts: Texts, person: str, reader: str, waits: Waits, office: Office, now: datetime) -> Screen:
    """Return what waits for the person, for their new substitute or for themselves on return; silent in quiet hours."""
    when = When(now, office.zone)
    ends = [a.until for a in office.absences if a.person == person and a.since <= now < a.until]
    first = "absences.back" if person == reader else "absences.standing_in"
    lines = [texts.phrase(first, who=name_of(office, person), last=last_day(max(ends), when) if ends else "")]
    if waits.fresh or waits.drafts:
        lines.append(texts.phrase("absences.waits", fresh=waits.fresh, drafts=waits.drafts))
    if waits.in_work:
        lines += [texts.phrase("absences.in_work", n=len(waits.in_work)), *waits.in_work[:MOST_LINES]]
    if len(waits.in_work) > MOST_LINES:
        lines.append(texts.phrase("absences.more", n=len(waits.in_work) - MOST_LINES))
    if waits.done:
        lines += [texts.phrase("absences.done", n=len(waits.done)), *waits.done[:MOST_LINES]]
    if len(waits.done) > MOST_LINES:
        lines.append(texts.phrase("absences.more", n=len(waits.done) - MOST_LINES))
    if len(lines) == 1 and _would_have_had_it_anyway(person, reader, office) is False:
        lines.append(texts.phrase("absences.nothing"))
    return Screen("\n".join(str(line) for line in lines), silent=office.is_quiet(now))


__all__ = ["QUESTIONS", "SAYINGS", "Listed", "Waits", "days", "handed_over", "listed", "question", "say"]
