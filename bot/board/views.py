"""What the templates show: the list, the board, one case, the month. Prepares plain text and markup; no HTTP.

A visitor gets only what they may see (`session.Visitor`); for them the rest does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from bot.board import charts
from bot.board.month import Months
from bot.board.session import Visitor
from bot.board.shelf import Line, Shelf
from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import is_web
from bot.cases.screens.history import history_lines
from bot.process.app import Municipal
from config.russian.words import JOINER, When, clean, excerpt
from config.texts import Texts
from reports.figures import Figures
from reports.wording import Wording, labels_of
from workflow.case import Case, State
from workflow.office import Office
from workflow.visibility import may_read

ON_A_PAGE = 50
IN_A_COLUMN = 20
TOPICS, TOPIC = 12, 60
"""How many topics get a bar of their own, and the maximum length of their names."""


COLUMNS: Mapping[str, tuple[State, ...]] = {
    "new": (State.NEW,),
    "executor": (State.FORWARDED, State.IN_WORK),
    "approval": (State.ON_APPROVAL,),
    "rework": (State.REWORK,),
    "posting": (State.APPROVED, State.NOT_POSTED),
    "waiting": (State.WAITING_AUTHOR, State.INTERIM),
}
"""The board's columns with their states; today's answered cases form one more column. Captions are in the templates."""

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its moments put into words as of now."""

    line: Line
    about: str
    state: str
    next: str
    is_late: bool
    due: str
    ended: str


@dataclass
class Desk:
    """Everything that is shown of one municipality."""

    bot: Municipal
    texts: Texts = field(init=False)
    shelf: Shelf = field(init=False)
    months: Months = field(init=False)

    def __post_init__(self) -> None:
        self.texts = Texts(self.bot.offices.municipality.folders)
        self.shelf = Shelf(self.bot, self.texts)
        self.months = Months(self.bot)

    @property
    def office(self) -> Office:
        return self.bot.offices.today(self.bot.key)

    def when(self) -> When:
        return When(self.bot.clock.now(), self.office.zone)

    # --- the list and the board --------------------------------------------------------------------------------------

    async def cases(self, who: Visitor, query: Mapping[str, str]) -> Context:
        """Open cases, overdue ones first. `query`: `department`, `state` (a key of COLUMNS), `late`, `page` from 1."""
        seen = [line for line in await self.shelf.open() if who.sees(line.departments)]
        department, state = query.get("department", ""), query.get("state", "")
        now = self.bot.clock.now()
        late = [line for line in seen if _is_late(line, now)]
        found = late if query.get("late") else seen
        if department:
            found = [line for line in found if department in line.departments]
        if state in COLUMNS:
            found = [line for line in found if line.state in COLUMNS[state]]
        last = max(1, -(-len(found) // ON_A_PAGE))
        page = min(max(_number(query.get("page", "")), 1), last)
        return {
            "rows": self._rows(found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]),
            "found": len(found),
            "opened": len(seen),
            "late": len(late),
            "page": page,
            "last": last,
            "departments": self._departments(who),
            "chosen": {"department": department, "state": state, "late": bool(query.get("late"))},
        }

    async def board(self, who: Visitor) -> Context:
        """One column for each stage, and one for what was answered or closed today."""
        when = self.when()
        midnight = when.now.astimezone(self.office.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        done = [line for line in await self.shelf.answered_since(midnight) if who.sees(line.departments)]
        seen = [line for line in await self.shelf.open() if who.sees(line.departments)]
        columns: list[Context] = []
        for key, states in COLUMNS.items():
            held = [line for line in seen if line.state in states]
            columns.append({"key": key, "count": len(held), "rows": self._rows(held[:IN_A_COLUMN])})
        columns.append({"key": "done", "count": len(done), "rows": self._rows(done[:IN_A_COLUMN])})
        return {"columns": columns}

    def _departments(self, who: Visitor) -> list[tuple[str, str]]:
        every = self.office.departments.values()
        return [(d.key, d.name) for d in every if who.departments is None or d.key in who.departments]

    def _rows(self, lines: Sequence[Line]) -> list[Row]:
        when = self.when()
        return [self._row(line, when) for line in lines]

    def _row(self, line: Line, when: When) -> Row:
        late = _is_late(line, when.now)
        due = ""
        if line.due is not None:
            due = when.past(line.due) if late else when.until(line.due)
        return Row(
            line=line,
            about=line.topic or line.words,
            state=self.texts.plain(f"states.{line.state}"),
            next=line.step,
            is_late=late,
            due=due,
            ended=when.past(line.ended) if line.ended else "",
        )

    # --- one case ----------------------------------------------------------------------------------------------------

    async def case(self, who: Visitor, number: int) -> Context | None:
        """The case with its history in words; None if there is no such case or the visitor may not see it."""
        async with self.bot.books.write(self.bot.key) as tx:
            case = await tx.case_by_number(number)
            entries = await tx.history(case.id) if case is not None else []
        if case is None or not may_read(who.departments, case):
            return None
        office = self.bot.offices.at(self.bot.key, case.regulation)
        now = self.bot.clock.now()
        words = CaseWords(self.texts, case, office, now)
        return {
            "c": words,
            "text": clean(words.now_written),
            "link": _web(case.appeal.link),
            "answer": self._answer(case, words),
            "overdue": words.overdue_lines(),
            "terms": words.terms_line(),
            "history": [_unjoined(line) for line in history_lines(self.texts, case, entries, office, now)],
        }

    def _answer(self, case: Case, words: CaseWords) -> Context | None:
        """The wording posted in the network, or else the newest draft."""
        posting = case.posting
        draft = (case.draft_of(posting.version) if posting else None) or case.draft
        if draft is None:
            return None
        return {
            "text": clean(draft.text),
            "version": draft.version,
            "posted": words.when.past(posting.at) if posting else "",
            "link": _web(posting.link) if posting else "",
            "kind": self.texts.plain(f"drafts_posted.{draft.kind}" if posting else f"drafts.{draft.kind}"),
            "files": len(draft.files),
        }

    # --- the month ---------------------------------------------------------------------------------------------------

    async def month(self, who: Visitor) -> Context:
        """The figures of the current month, as in the report (KU-22); only of the visitor's cases if they may not see
        others."""
        figures = await self.months.current(who.departments)
        if figures is None:
            return {"figures": None}
        known = self.bot.offices.today(self.bot.key).topics.items()
        labels = labels_of({code: topic.label for code, topic in known})
        wording = Wording(self.texts, {d.key: d.name for d in figures.departments}, figures.zone, labels)
        return {
            "figures": figures,
            "month": wording.month(figures.month),
            "as_of": self.when().short(figures.as_of),
            "share": _percent(figures.on_time_share),
            "days": _days(figures),
            "departments": [
                {
                    "name": wording.department(d.key),
                    "figures": d,
                    "percent": _percent(d.on_time_share),
                    "bar": charts.bar(d.on_time_share or 0.0, "bar" if (d.on_time_share or 0) >= 0.9 else "bar is-low"),
                }
                for d in figures.departments
                if d.received
            ],
            "topics": _bars(figures.topics, wording.topic),
        }


def _unjoined(words: Markup) -> Markup:
    """Drop the invisible joiners that keep a messenger from making links: a browser makes none."""
    return Markup(words.replace(JOINER, ""))  # noqa: S704 - escaped before, and nothing is put in


def _is_late(line: Line, now: datetime) -> bool:
    return line.due is not None and line.due < now


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _web(link: str) -> str:
    return link if is_web(link) else ""


def _percent(share: float | None) -> str:
    """«87,5 %»; «–» if there is no share."""
    return f"{share * 100:.1f}".rstrip("0").rstrip(".").replace(".", ",") + " %" if share is not None else "–"


def _days(figures: Figures) -> Context:
    today = figures.as_of.astimezone(figures.zone).date()
    days = [(day, count) for day, count in figures.days if day <= today or count]
    named = [(str(day.day), count, f"{day:%d.%m}: {count}") for day, count in figures.days]
    return {"columns": named, "table": [(f"{day:%d.%m}", count) for day, count in reversed(days)]}


def _bars(counted: Sequence[tuple[str, int]], say: Callable[[str], str]) -> list[tuple[str, int, Markup]]:
    """The most frequent topics; the rest are summed up in one line without a name."""
    rest = sum(count for _, count in counted[TOPICS:])
    shown = [(excerpt(say(word), TOPIC), count) for word, count in counted[:TOPICS]] + ([("", rest)] if rest else [])
    most = max([count for _, count in shown] or [1])
    return [(word, count, charts.bar(count / most)) for word, count in shown]
