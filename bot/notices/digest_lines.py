"""One line of a digest: a case, with everything of it that is due. Pure.

The person who has to act reads what and until when: «проект ответа сегодня до 13:00». A person who answers for a term
while somebody else has the move, and the working group, read first whose move it is: «ждём проект от Отдела ЖКХ (⚠️ был
вчера до 14:45), жителю сегодня до 10:45».
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import in_case
from config.russian.words import GENITIVE, excerpt
from config.texts import Texts
from workflow.case import Case, Wait
from workflow.office import Office
from workflow.regulation import Kind, Step
from workflow.terms.alarms import owed_by, running
from workflow.terms.deadlines import Deadline
from workflow.waiting import waits_on


@dataclass(frozen=True, slots=True)
class Entry:
    """A duty (running term) of a case, with the office under the edition of the regulation that the case was opened
    under."""

    case: Case
    run: Deadline
    office: Office


@dataclass(frozen=True, slots=True)
class IdleEntry:
    """What a case waits for although no term runs, with the office under the edition of the regulation that the case
    was opened under."""

    case: Case
    wait: Wait
    office: Office


def case_line(texts: Texts, entries: Sequence[Entry | IdleEntry], now: datetime, *, to_all: bool) -> Markup:
    """Return the line of one case. `entries`: what the reader answers for, the earliest first, at least one; `to_all`:
    the working group reads it, so that nobody is addressed."""
    words = CaseWords(texts, entries[0].case, entries[0].office, now)
    return texts.phrase(
        "digest.line",
        c=words,
        about=excerpt(words.about, 70),
        mark="🔴 " if words.is_high else "",
        told=Markup("; ").join(_told(words, entries, to_all=to_all)),
    )


def _told(words: CaseWords, entries: Sequence[Entry | IdleEntry], *, to_all: bool) -> list[Markup]:
    wait = next(iter(waits_on(words.case, words.office)), None)
    terms = [entry.run for entry in entries if isinstance(entry, Entry)]
    idle = [entry.wait for entry in entries if isinstance(entry, IdleEntry)]
    own = {owed_by(run, words.case) for run in terms} | {one.who for one in idle}
    if wait is None or (wait.who in own and not to_all):
        return [*(_term(words, run) for run in terms), *(_idle(words, one) for one in idle)]
    running_now = sorted(running(words.case, words.office).values(), key=lambda run: run.until)
    awaited = next((run for run in running_now if run.kind is Kind.DUTY and owed_by(run, words.case) == wait.who), None)
    rest = [_term(words, run) for run in terms if run != awaited]
    rest += [_idle(words, one) for one in idle if one != wait]
    return [Markup(", ").join([_awaited(words, wait, awaited), *rest])]


def _awaited(words: CaseWords, wait: Wait, run: Deadline | None) -> Markup:
    whose = words.department_name(wait.who) if wait.who in words.office.departments else words.department
    return words.texts.phrase(
        "digest.awaited",
        move=words.texts.phrase(
            f"awaited.{wait.move}", whose=whose, of=in_case(words.office, whose, GENITIVE) if whose else ""
        ),
        since="" if run is not None else words.since(wait.since),
        late=run is not None and run.until < words.now,
        until=words.when.until(run.until) if run is not None else "",
    )


def _term(words: CaseWords, run: Deadline) -> Markup:
    return words.texts.phrase(
        "digest.term",
        step=words.texts.plain(f"steps.{run.step}") if run.step is not Step.ANSWER else "",
        late=run.until < words.now,
        until=words.when.until(run.until),
        past=words.when.past(run.until),
        promised=run.step is Step.FINAL,
    )


def _idle(words: CaseWords, wait: Wait) -> Markup:
    move = words.texts.plain(f"waits.{wait.move}")
    return words.texts.phrase("digest.idle", move=move, since=words.since(wait.since))
