"""Word the register of violations in a chat: the list, the marked rows in it, and the outcome of annulling. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from bot.messenger import Button, Buttons, Screen
from config.russian.words import When, minutes_and_hours
from config.texts import Texts
from handlers.callbacks import Callback, Verb
from handlers.striking import GO, Marked
from reports.period import Month
from reports.rows import Missed
from reports.wording import Wording
from workflow.case import Missed as Row
from workflow.office import Office
from workflow.terms.deadlines import CHANGING_FACTS, Grant
from workflow.terms.register import Spared

VIOLATIONS = 30
"""How many violations a message names, the longest overdue first; the rest are counted."""
MARKABLE = 10
"""How many violations of a list get a button of their own; one more button annuls all or the marked ones."""
NAMED = 5
"""How many violations the question for the reason names."""

REASONS = ("outage", "given_late", "not_theirs")
"""The keys of the listed reasons to annul a violation, in the order of the buttons."""
BY_CALENDAR = ("calendar",)
NOTED = 10
"""How many lines a message has for answers that a command moved into the past (they are spared, no violations)."""
NOTES = {grant: f"register_notes.{grant}" for grant in Grant}
MOVED_BY = {event: f"register_notes.{event}" for event in CHANGING_FACTS}


@dataclass(frozen=True, slots=True)
class Violation:
    """A violation in a list; `may`: whether the reader may annul it. `case` and `row` are ids for the button. `kept`:
    the row as it is stored; `instead`: the due moment by a corrected calendar."""

    missed: Missed
    case: int
    row: int
    may: bool
    kept: Row
    instead: datetime | None = None

    @property
    def key(self) -> tuple[int, int]:
        return self.case, self.row


def violations(
    texts: Texts, rows: Sequence[Violation], marked: Marked, month: Month | None, wording: Wording, office: Office,
    now: datetime, spared: Sequence[tuple[int, Spared]] = (),
) -> Screen:  # fmt: skip
    """Return the list: who missed which step and by how much, in the step's own clock (MO-20, KU-21). The longest
    delays come first, then annulled ones, which are not counted. Without a month: violations that a corrected calendar
    would not have entered. `spared`: case numbers with answers that a command put into the past, in lines of their own.
    """
    period = wording.month(month) if month is not None else ""
    when = When(now, office.zone)
    beside = [texts.phrase("figures.spared", number=n, **_spared(texts, one, when)) for n, one in spared[:NOTED]]
    if not rows:
        none = texts.phrase("figures.no_violations" if month else "figures.none_corrected", period=period)
        return Screen("\n".join(map(str, [none, *beside])))
    worst = sorted(rows, key=lambda one: (not one.missed.stands, -one.missed.late_minutes, one.missed.case))
    lines = [_line(texts, one, wording, when) for one in worst[:VIOLATIONS]]
    standing = sum(one.missed.stands for one in rows)
    phrase = "figures.violations" if month is not None else "figures.corrected"
    heading = texts.phrase(phrase, n=standing, annulled=len(rows) - standing, period=period)
    text = texts.html("case_list", heading=heading, lines=lines, more=max(0, len(worst) - VIOLATIONS))
    told = "\n".join(map(str, [text, *beside]))
    return Screen(told, _buttons(texts, [one for one in worst if one.may], marked, wording))


def _spared(texts: Texts, one: Spared, when: When) -> Mapping[str, str]:
    because = texts.plain(MOVED_BY[one.moved_by], at=when.at(one.at))
    return {"because": because, "due": when.at(one.due), "until": when.until(one.until)}


def notes(texts: Texts, row: Row, when: When) -> list[str]:
    """Return what the violation says beside its moments: why people were given more time than by the text, that the
    case had just gone to somebody else, that an absence was entered only afterwards (CLOCK §1, §2)."""
    said = []
    if row.grant is not None and row.granted_at is not None and row.until != row.text_due:
        key = MOVED_BY.get(row.moved_by) if row.moved_by is not None and row.grant is Grant.MOVED else None
        said.append(texts.plain(key or NOTES[row.grant], at=when.at(row.granted_at)))
    if row.got_at is not None:
        said.append(texts.plain("figures.got_late", at=when.at(row.got_at)))
    if row.unsaid:
        said.append(texts.plain("figures.unsaid_absence"))
    return said


def _line(texts: Texts, one: Violation, wording: Wording, when: When) -> Markup:
    missed = one.missed
    return texts.phrase(
        "figures.violation",
        number=missed.case,
        step=wording.step(missed.step),
        who=wording.blamed(missed),
        late=minutes_and_hours(timedelta(minutes=missed.late_minutes)),
        due=when.at(missed.due),
        text_due=when.at(missed.text_due) if missed.text_due != missed.due else "",
        notes=", ".join(notes(texts, one.kept, when)),
        is_open=missed.done is None,
        annulled=missed.annulled.reason if missed.annulled is not None else "",
        instead=when.at(one.instead) if one.instead is not None else "",
    )


def _buttons(texts: Texts, mine: Sequence[Violation], marked: Marked, wording: Wording) -> Buttons:
    """For one violation, a button that annuls it. For several, a button that marks each, and a last one that takes the
    marked ones, or all."""
    if len(mine) == 1:
        [one] = mine
        caption = texts.plain("buttons.annul", number=str(one.missed.case), step=wording.step(one.missed.step))
        return ((Button(caption, Callback(Verb.ANNUL, one.case, str(one.row)).pack()),),)
    buttons = [
        Button(
            texts.plain(
                "buttons.annul_marked" if one.key in marked.rows else "buttons.annul_mark",
                number=str(one.missed.case),
                step=wording.step(one.missed.step),
            ),
            Callback(Verb.STRIKE, 0, f"{one.case}.{one.row}").pack(),
        )
        for one in mine[:MARKABLE]
    ]
    if not buttons:
        return ()
    n = len(set(marked.rows) & {one.key for one in mine})
    go = texts.plain("buttons.annul_these", n=n) if n else texts.plain("buttons.annul_all")
    return (*((button,) for button in buttons), (Button(go, Callback(Verb.STRIKE, 0, GO).pack()),))


def named(texts: Texts, rows: Sequence[Violation], wording: Wording) -> str:
    """Name the violations in the question for the reason: «№ 8, проект ответа; № 10, согласование и ещё 3»."""
    said = [
        texts.plain("annulling.row", number=one.missed.case, step=wording.step(one.missed.step)) for one in rows[:NAMED]
    ]
    more = len(rows) - len(said)
    return "; ".join(said) + (texts.plain("annulling.more", n=more) if more else "")


def reasons(texts: Texts, *, corrected: bool) -> list[str]:
    """Return the listed reasons in words; violations by a corrected calendar have one of their own."""
    return [texts.plain(f"annul_reasons.{key}") for key in (BY_CALENDAR if corrected else REASONS)]


def outcome(texts: Texts, done: int, refused: Sequence[tuple[int, str]]) -> str:
    """Say how many violations were annulled, and why not the others: case number and reason, each reason once."""
    said = [texts.plain("annulling.done", n=done)] if done else []
    reasons = list(dict.fromkeys(why for _, why in refused))
    for why in reasons:
        numbers = ", ".join(dict.fromkeys(f"№ {number}" for number, because in refused if because == why))
        said.append(texts.plain("annulling.refused", numbers=numbers, why=why) if done or len(reasons) > 1 else why)
    return "\n".join(said)
