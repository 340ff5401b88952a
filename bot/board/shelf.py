"""Cases as lines of the list and the board. Open cases are kept in memory and read again only when they change.

Terms depend on the case alone, so they are computed once for each of its versions; wording that depends on the hour is
left to `views`. The database is read in short transactions, a batch of cases at a time, so that nobody has to wait for
the board.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from bot.answering.accounts import OPEN_STATES
from bot.board.shown import Shown
from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import is_web
from config.russian.words import clean, excerpt, one_line
from config.texts import Texts
from storage import board
from storage.codec import load_case
from workflow.case import Case, State
from workflow.office import Office
from workflow.regulation import Kind
from workflow.terms.alarms import running
from workflow.terms.deadlines import Deadline
from workflow.visibility import having
from workflow.waiting import CURATOR, MACHINES, waits_on

AT_A_TIME = 100
WORDS = 180
"""How many characters of a text a line shows."""
ANSWERED = (State.CLOSED.value, State.CLOSED_WITHOUT_POSTING.value)


@dataclass(frozen=True, slots=True)
class Line:
    """One case as the list and the board show it; plain text, not yet escaped. `words` are the citizen's, `answer`
    ours as posted. `holder` is "" if the curator has the case; `due` and `step` are of the duty due first, None and ""
    if none runs; `ended` is when the case ended."""

    id: int
    version: int
    number: int
    state: State
    is_high: bool
    topic: str
    place: str
    words: str
    holder: str
    lead: str | None
    departments: frozenset[str]
    source: str
    link: str
    detected: datetime
    due: datetime | None
    step: str
    provisional: bool
    ended: datetime | None
    answer: str
    answer_link: str

    def is_late(self, now: datetime) -> bool:
        return self.due is not None and self.due < now

    @property
    def order(self) -> tuple[bool, datetime, int]:
        """The key to sort by: the earliest due first, so that overdue cases lead; cases without a term come last."""
        return self.due is None, self.due or self.detected, self.number


def line_of(case: Case, office: Office, texts: Texts, now: datetime) -> Line:
    words = CaseWords(texts, case, office, now)
    duty = _first_due(case, office) if not case.is_ended else None
    posting = case.posting
    draft = case.draft_of(posting.version) if posting is not None else None
    return Line(
        id=case.id,
        version=case.version,
        number=case.number,
        state=case.state,
        is_high=words.is_high,
        topic=words.topic,
        place=words.location,
        words=excerpt(one_line(clean(case.appeal.words)), WORDS),
        holder="" if not case.is_ended and _is_with_curator(case, office) else words.whose,
        lead=words.last_lead.department if words.last_lead else None,
        departments=having(case),
        source=words.source,
        link=case.appeal.link if is_web(case.appeal.link) else "",
        detected=case.detected,
        due=duty.until if duty else None,
        step=texts.plain(f"steps.{duty.step}") if duty else "",
        provisional=duty.provisional if duty else False,
        ended=words.ended_at if case.is_ended else None,
        answer=excerpt(one_line(clean(draft.text)), WORDS) if draft is not None else "",
        answer_link=posting.link if posting is not None and is_web(posting.link) else "",
    )


def _is_with_curator(case: Case, office: Office) -> bool:
    """Whether the case waits for the curator, or the answer they approved is being posted."""
    first = next(iter(waits_on(case, office)), None)
    return first is not None and (first.who == CURATOR or first.who in MACHINES)


def _first_due(case: Case, office: Office) -> Deadline | None:
    duties = [deadline for deadline in running(case, office).values() if deadline.kind is Kind.DUTY]
    return min(duties, key=lambda deadline: deadline.until, default=None)


@dataclass
class Shelf:
    """One municipality's cases as lines, kept in memory."""

    bot: Shown
    texts: Texts
    _open: dict[int, Line] = field(default_factory=dict)
    _ended: dict[int, Line] = field(default_factory=dict)
    _newest: tuple[int, int] = (-1, -1)
    _day: datetime | None = None
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def line(self, case: Case) -> Line:
        office = self.bot.offices.at(self.bot.key, case.regulation)
        return line_of(case, office, self.texts, self.bot.clock.now())

    async def open(self) -> list[Line]:
        """Every open case, the earliest due first."""
        await self._look()
        return sorted(self._open.values(), key=lambda line: line.order)

    async def answered_since(self, midnight: datetime) -> list[Line]:
        """The cases answered or closed since `midnight`, the newest first."""
        if self._day != midnight:
            self._day, self._newest = midnight, (-1, self._newest[1])
        await self._look()
        found = [line for line in self._ended.values() if line.ended is not None and line.ended >= midnight]
        return sorted(found, key=lambda line: (line.ended or line.detected, line.number), reverse=True)

    async def _look(self) -> None:
        """Read the cases that have changed, if any have; concurrent callers share one reading."""
        async with self._looking:
            async with self.bot.books.write(self.bot.key) as tx:
                newest = await board.change(tx)
                if newest == self._newest:
                    return
                standing = await board.versions_in(tx, OPEN_STATES)
                ended = await board.versions_changed(tx, ANSWERED, self._day) if self._day else []
            if newest[1] != self._newest[1]:
                self._open, self._ended = {}, {}  # an erasure rewrites the quotes in other cases without a new version
            self._open = await self._brought(standing, self._open)
            self._ended = await self._brought(ended, self._ended)
            self._newest = newest

    async def _brought(self, standing: list[tuple[int, int]], known: dict[int, Line]) -> dict[int, Line]:
        """The lines of these cases (id, version): unchanged ones reused, changed ones read again."""
        kept = {case: known[case] for case, version in standing if case in known and known[case].version == version}
        missing = [case for case, _ in standing if case not in kept]
        for start in range(0, len(missing), AT_A_TIME):
            async with self.bot.books.write(self.bot.key) as tx:
                found = await board.bodies(tx, missing[start : start + AT_A_TIME])
            for body in found:
                case = load_case(body)
                kept[case.id] = self.line(case)
                await asyncio.sleep(0)
        return kept
