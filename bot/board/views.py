"""Prepares what the board's templates show: the list, the board, one case, the month. Plain text and markup; no HTTP.

A visitor gets only what they may see (`session.Visitor`); the rest looks as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from bot.board.listing import COLUMNS, Choice, Listing, address
from bot.board.month import Counted, Months
from bot.board.month_view import figure_of, month_figures, side_by_side
from bot.board.session import Visitor
from bot.board.shelf import Line, Shelf
from bot.board.shown import Shown
from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import is_web
from bot.cases.screens.history import history_lines
from config.russian.words import JOINER, When, clean
from config.texts import Texts
from reports.figure_cases import FIGURES
from reports.figures import Figures
from reports.period import Month
from reports.wording import Wording, labels_of
from workflow.case import Case
from workflow.office import Office
from workflow.visibility import may_read

IN_A_COLUMN = 20
SIDE_BY_SIDE = 6
MONTHS = 24
"""How many months the list offers to choose from."""

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its moments put into words as of now."""

    line: Line
    state: str
    next: str
    is_late: bool
    due: str
    ended: str


@dataclass
class Desk:
    """Everything the board shows of one municipality."""

    bot: Shown
    texts: Texts = field(init=False)
    shelf: Shelf = field(init=False)
    months: Months = field(init=False)
    listing: Listing = field(init=False)

    def __post_init__(self) -> None:
        self.texts = Texts(self.bot.offices.municipality.folders)
        self.shelf = Shelf(self.bot, self.texts)
        self.months = Months(self.bot)
        self.listing = Listing(self.shelf, self.months)

    @property
    def office(self) -> Office:
        return self.bot.offices.today(self.bot.key)

    def when(self) -> When:
        return When(self.bot.clock.now(), self.office.zone)

    # --- the list and the board --------------------------------------------------------------------------------------

    async def cases(self, who: Visitor, query: Mapping[str, str]) -> Context:
        """The template's values for one page of the list, as the address's query asks (`bot.board.listing`)."""
        choice = Choice.read(query)
        found = await self.listing.find(who, choice)
        seen = [line for line in await self.shelf.open() if who.sees(line.departments)]
        now = self.when().now
        return {
            "rows": self._rows(found.lines),
            "found": found,
            "choice": choice,
            "opened": len(seen),
            "late": sum(line.is_late(now) for line in seen),
            "departments": self._departments(who),
            "sees_all": who.departments is None,
            "month": Wording(self.texts, {}, self.office.zone).month(choice.month) if choice.month else "",
            "months": await self._months_to_choose(choice.month),
            "figure": self._figure(found.counted, choice),
            "newer": "?" + urlencode(address(choice)),
            "older": "?" + urlencode(address(choice, before=found.older)) if found.older else "",
            "previous": "?" + urlencode(address(choice, page=found.page - 1)) if found.page > 1 else "",
            "next": "?" + urlencode(address(choice, page=found.page + 1)) if found.page < found.last else "",
            "whole_month": "?" + urlencode({"month": str(choice.month or "")}),
        }

    def _figure(self, counted: Counted | None, choice: Choice) -> Context | None:
        """The report's words for the figure whose cases are listed; None if the list is not of a figure."""
        if counted is None or choice.figure not in FIGURES:
            return None
        wording = self._wording(counted.figures)
        label, meaning = wording.figure(choice.figure)
        return {"label": label, "meaning": meaning, "of": figure_of(choice.figure, choice.of, wording)}

    async def _months_to_choose(self, chosen: Month | None) -> list[tuple[str, str]]:
        """The months since the first case, the newest first, at most two years of them; and the chosen one."""
        month, first = self.months.current, await self.months.first()
        found = [month]
        while first is not None and first < month and len(found) < MONTHS:
            month = month.before
            found.append(month)
        wording = Wording(self.texts, {}, self.office.zone)
        listed = sorted({*found, chosen or month}, reverse=True)
        return [(str(one), wording.month(one)) for one in listed]

    async def board(self, who: Visitor) -> Context:
        """The template's values for the board: one column for each stage, and one for the cases answered or closed
        today."""
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
        late = line.is_late(when.now)
        due = ""
        if line.due is not None:
            due = when.past(line.due) if late else when.until(line.due)
        return Row(
            line=line,
            state=self.texts.plain(f"states.{line.state}"),
            next=line.step,
            is_late=late,
            due=due,
            ended=when.past(line.ended) if line.ended else "",
        )

    # --- one case ----------------------------------------------------------------------------------------------------

    async def case(self, who: Visitor, number: int) -> Context | None:
        """The template's values for one case with its history in words; None if there is no such case or the visitor
        may not see it."""
        async with self.bot.books.write(self.bot.key) as tx:
            case = await tx.case_by_number(number)
            if case is None or not may_read(who.departments, case):
                return None
            entries = await tx.history(case.id)
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
        """The answer as posted in the network, or else the newest draft; None if there is neither."""
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

    async def month(self, who: Visitor, query: Mapping[str, str]) -> Context:
        """The template's values for a month's figures, as in the report (KU-22); only of the visitor's cases if they
        may not see others."""
        current = self.months.current
        month = min(Choice.read({"month": query.get("month", "")}).month or current, current)
        counted = await self.months.of(month, who.departments)
        earlier, later = await self.months.beside(month)
        others = [one for one in (earlier, later) if one is not None and one <= current]
        if counted is None:
            return {"figures": None, "month": "", "beside": ()}
        wording = self._wording(counted.figures)
        beside = [(str(one), wording.month(one), one < month) for one in others]
        return {"month": wording.month(month), "beside": beside, **month_figures(counted, wording, self.when())}

    async def months_beside(self, who: Visitor, query: Mapping[str, str]) -> Context:
        """The template's values for up to six months with cases for comparison, the chosen one and earlier ones."""
        current = self.months.current
        month: Month | None = min(Choice.read({"month": query.get("month", "")}).month or current, current)
        found: list[tuple[Counted, Wording]] = []
        while month is not None and len(found) < SIDE_BY_SIDE:
            counted = await self.months.of(month, who.departments)
            if counted is not None and counted.figures.totals.received:
                found.append((counted, self._wording(counted.figures)))
            month = (await self.months.beside(month))[0]
        return side_by_side(found) if found else {"months": []}

    def _wording(self, figures: Figures) -> Wording:
        known = self.bot.offices.today(self.bot.key).topics.items()
        labels = labels_of({code: topic.label for code, topic in known})
        return Wording(self.texts, {d.key: d.name for d in figures.departments}, figures.zone, labels, figures.measures)


def _unjoined(words: Markup) -> Markup:
    """The markup without the invisible joiners that keep a messenger from making links; a browser makes none."""
    return Markup(words.replace(JOINER, ""))  # noqa: S704 - escaped before, and nothing is put in


def _web(link: str) -> str:
    return link if is_web(link) else ""
