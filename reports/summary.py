"""The summary sheet as lines of cells: words, numbers, and formulas with their computed values. Knows no file format.

Each formula carries its value, so that a viewer that does not calculate shows the same number as one that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields

from reports.cells import Cell, Formula, Line, Sheet, letter, quoted, ratio
from reports.figures import PLACES, DepartmentFigures, Figures, Quality, Totals
from reports.moderation_lines import moderation_lines
from reports.notes import notes
from reports.pages_lines import pages_lines
from reports.reading import Report
from reports.rows import End, Outcome
from reports.wording import Wording


class Summary:
    """Makes the lines of the summary sheet; the sheets given are those its formulas count. `more`: the sheets of
    publications and of their periods, if there are official pages; `moderated`: the sheet of moderators' decisions, if
    there are any."""

    def __init__(
        self,
        report: Report,
        wording: Wording,
        cases: Sheet,
        handed: Sheet,
        violations: Sheet,
        more: tuple[Sheet, Sheet] | None = None,
        moderated: Sheet | None = None,
    ) -> None:
        self.now, self.then, self.wording = report.figures, report.before, wording
        self.cases, self.handed, self.violations = cases, handed, violations
        self.more, self.moderated = more, moderated
        self._lines: list[Line] = []
        self._at: dict[str, str] = {}

    def lines(self) -> Sequence[Line]:
        """All lines of the summary sheet, from the first to the last. Call it once."""
        say = self.wording
        title = say.word("title").format(name=self.now.name, month=say.month(self.now.month))
        self._put(title, style="title")
        self._put(say.word("as_of").format(moment=say.moment(self.now.as_of)))
        for note in notes(self.now, say):
            self._put(note)
        self._section("totals")
        self._head()
        self._totals()
        self._section("quality")
        self._head()
        self._quality()
        for section, one in (("topics", "topic"), ("sources", "source"), ("places", "place")):
            self._section(section)
            self._head()
            self._counted(section, one)
        self._section("steps")
        self._steps()
        self._section("departments")
        self._departments()
        if self.now.missed_by:
            self._section("missed_by")
            self._missed_by()
        if self.more is not None:
            self._lines += pages_lines(self.now.pages, self.then.pages, self.wording, *self.more, len(self._lines))
        if self.moderated is not None:
            sections = (self.now.moderation, self.then.moderation)
            self._lines += moderation_lines(*sections, self.wording, self.moderated, len(self._lines))
        return tuple(self._lines)

    # --- lines ---------------------------------------------------------------------------------------------------

    def _put(self, *cells: Cell, style: str = "") -> int:
        """Add a line of cells; return its number from 1, as formulas count."""
        self._lines.append(Line(cells, style))
        return len(self._lines)

    def _section(self, key: str) -> None:
        self._put()
        self._put(self.wording.say("sections", key), style="title")

    def _head(self) -> None:
        heads = ("figure", "value", "before", "change", "meaning")
        self._put(*(self.wording.say("heads", key) for key in heads), style="head")

    def _figure(self, key: str, formula: str, value: float | None, before: float | None, shown: str = "0") -> None:
        label, meaning = self.wording.figure(key)
        self._compared(label, formula, value, before, meaning, shown)
        self._at[key] = f"$B${len(self._lines)}"

    def _compared(
        self, label: str, formula: str, value: float | None, before: float | None, meaning: str, shown: str = "0"
    ) -> None:
        line = len(self._lines) + 1
        change = value - before if value is not None and before is not None else None
        if change is not None and shown != "0":
            change = round(change, 4)
        difference = Formula(f'=IF(OR(B{line}="",C{line}=""),"",ROUND(B{line}-C{line},4))', change, shown)
        then = Formula(f"={before}", before, shown) if before is not None else ""
        self._put(label, Formula(formula, value, shown), then, difference, meaning)

    # --- sections ------------------------------------------------------------------------------------------------

    def _totals(self) -> None:
        now, then = self.now.totals, self.then.totals
        for key in (field.name for field in fields(Totals)):
            self._figure(key, self._total(key), getattr(now, key), getattr(then, key))

    def _total(self, key: str) -> str:
        if key == "received":
            return f"=COUNT({self.cases.range('number')})"
        if key == "repeated":
            return self._yes("repeat")
        return f"=COUNTIFS({self.cases.range('end')},{quoted(self.wording.say('ends', End(key)))})"

    def _yes(self, column: str) -> str:
        return f"=COUNTIFS({self.cases.range(column)},{quoted(self.wording.word('yes'))})"

    def _quality(self) -> None:
        for key in (field.name for field in fields(Quality)):
            formula, shown = self._of_quality(key)
            self._figure(key, formula, getattr(self.now.quality, key), getattr(self.then.quality, key), shown)
        counts = f"=COUNTIFS({self.violations.range('counts')},{quoted(self.wording.word('yes'))})"
        self._figure("violations", counts, *self._violations())
        self._figure("on_time_share", self._on_time_share(), self.now.on_time_share, self.then.on_time_share, "0.00%")
        self._opinions()

    def _opinions(self) -> None:
        """Add the lines on what citizens said when asked and on the curator's marks; left out if there are none in
        both months."""
        for yes, no, whole in (("helped", "not_helped", "helped_share"), ("good", "poor", "good_share")):
            if not any(getattr(figures, key) for figures in (self.now, self.then) for key in (yes, no)):
                continue
            column = self.cases.range("helped") if yes == "helped" else self.handed.range("mark")
            for key in (yes, no):
                formula = f"=COUNTIFS({column},{quoted(self.wording.say('opinions', key))})"
                self._figure(key, formula, getattr(self.now, key), getattr(self.then, key))
            at = self._at
            formula = ratio(at[yes], f"({at[yes]}+{at[no]})", 4)
            self._figure(whole, formula, getattr(self.now, whole), getattr(self.then, whole), "0.00%")

    def _of_quality(self, key: str) -> tuple[str, str]:
        """The formula of the figure and its number format; the formula may refer to figures added before."""
        cases, at = self.cases, self._at
        match key:
            case "returned":
                return f"=SUM({cases.range('returns')})", "0"
            case "sent_back":
                return f"=SUM({cases.range('sent_back')})", "0"
            case "versions_per_answer":
                ended = quoted(self.wording.say("ends", End.CLOSED))
                versions = f"SUMIFS({cases.range('versions')},{cases.range('end')},{ended})"
                return ratio(versions, at["closed"], 2), "0.00"
            case "interim":
                return f'=COUNTIFS({cases.range("interims")},">0")', "0"
            case "interim_share":
                return ratio(at["interim"], at["received"], 4), "0.00%"
            case "repeat_share":
                return ratio(at["repeated"], at["received"], 4), "0.00%"
            case _:
                return self._yes("significant"), "0"

    def _violations(self) -> tuple[int, int]:
        return len(self.now.standing), len(self.then.standing)

    def _on_time_share(self) -> str:
        answered = self._handed_with("outcome", self.wording.say("outcomes", Outcome.ANSWERED))
        late, overdue = (self._handed_with(column, self.wording.word("yes")) for column in ("late", "overdue"))
        return ratio(f"({answered}-{late})", f"({answered}+{overdue})", 4)

    def _handed_with(self, column: str, word: str) -> str:
        return f"COUNTIFS({self.handed.range(column)},{quoted(word)})"

    def _counted(self, section: str, one: str) -> None:
        """Add a line for each label of the section with its count. Formulas compare labels with EXACT, which takes
        wildcards and operators literally."""
        say = {"topics": self.wording.topic, "sources": self.wording.source, "places": self.wording.place}[section]
        now, then = (_merged(getattr(figures, section), say) for figures in (self.now, self.then))
        meaning = self.wording.figure(one)[1]
        limit = PLACES if section == "places" else len(now)
        named = sorted(now, key=lambda label: (-now[label], label))[:limit]
        first = len(self._lines) + 1
        for label in named:
            line = len(self._lines) + 1
            formula = f"=SUMPRODUCT(--EXACT({self.cases.range(one)},$A{line}))"
            self._compared(label, formula, now[label], then.get(label, 0), meaning)
        if len(now) > limit:
            rest = sum(now.values()) - sum(now[label] for label in named)
            formula = f"={self._at['received']}-SUM($B${first}:$B${first + limit - 1})"
            before = sum(then.values()) - sum(then.get(label, 0) for label in named)
            self._compared(self.wording.word("other_places"), formula, rest, before, meaning)

    def _steps(self) -> None:
        say = self.wording
        heads = ("step", "times", "median", "before", "step_missed", "meaning")
        self._put(*(say.say("heads", key) for key in heads), style="head")
        before = {step.step: step.median_minutes for step in self.then.steps}
        for step in self.now.steps:
            label, then = say.step(step.step), before.get(step.step)
            line = len(self._lines) + 1
            these = f"EXACT({self.violations.range('step')},$A{line})"
            count = f"EXACT({self.violations.range('counts')},{quoted(say.word('yes'))})"
            missed = Formula(f"=SUMPRODUCT({these}*{count})", step.missed)
            self._put(label, step.done, step.median_minutes, then, missed, say.figure("step")[1])

    def _departments(self) -> None:
        say = self.wording
        columns = [_FIGURE.get(field.name, field.name) for field in fields(DepartmentFigures)[2:]]
        self._put(
            say.say("heads", "key"), say.say("heads", "department"), *(say.figure(k)[0] for k in columns), style="head"
        )
        self._put("", "", *(say.figure(key)[1] for key in columns), style="meanings")
        for department in self.now.departments:
            line = len(self._lines) + 1
            formulas = dict(self._department(line))
            values = dict(zip((f.name for f in fields(DepartmentFigures)), astuple(department), strict=True))
            cells: list[Cell] = [department.key, say.department(department.key)]
            for key in (field.name for field in fields(DepartmentFigures)[2:]):
                shown = "0.00%" if key == "on_time_share" else "0"
                text = formulas.get(key)
                cells.append(Formula(text, values[key], shown) if text is not None else values[key])
            self._put(*cells)

    def _missed_by(self) -> None:
        """Add a line for the curator and each department that missed terms."""
        say = self.wording
        heads = (say.say("heads", "who"), *(say.say("heads", key) for key in ("value", "before")))
        self._put(*heads, "", say.say("heads", "meaning"), style="head")
        before = {one.who: one.terms for one in self.then.missed_by}
        for one in self.now.missed_by:
            line = len(self._lines) + 1
            these = f"EXACT({self.violations.range('who')},$A{line})"
            counts = f"EXACT({self.violations.range('counts')},{quoted(say.word('yes'))})"
            terms = Formula(f"=SUMPRODUCT({these}*{counts})", one.terms)
            self._put(say.who(one.who), terms, before.get(one.who, 0), "", say.figure("missed_by")[1])

    def _department(self, line: int) -> Iterator[tuple[str, str]]:
        """Pairs of a figure's name and its formula, for the department whose key is in column A of the line."""
        here = f"EXACT({self.handed.range('key')},$A{line})"
        outcomes = {"answered": Outcome.ANSWERED, "open": Outcome.OPEN, "returned": Outcome.RETURNED}
        taken = quoted(self.wording.say("outcomes", Outcome.TAKEN))
        yield "received", f"=SUMPRODUCT(--{here})-SUMPRODUCT({here}*EXACT({self.handed.range('outcome')},{taken}))"
        for key, outcome in outcomes.items():
            word = quoted(self.wording.say("outcomes", outcome))
            yield key, f"=SUMPRODUCT({here}*EXACT({self.handed.range('outcome')},{word}))"
        for key, column in (("late", "late"), ("open_overdue", "overdue")):
            word = quoted(self.wording.word("yes"))
            yield key, f"=SUMPRODUCT({here}*EXACT({self.handed.range(column)},{word}))"
        for key in ("good", "poor"):
            word = quoted(self.wording.say("opinions", key))
            yield key, f"=SUMPRODUCT({here}*EXACT({self.handed.range('mark')},{word}))"
        yield "sent_back", f"=SUMPRODUCT({here}*{self.handed.range('sent_back')})"
        at = {field.name: f"{letter(n)}{line}" for n, field in enumerate(fields(DepartmentFigures))}
        yield "on_time", f"={at['answered']}-{at['late']}"
        yield "on_time_share", ratio(at["on_time"], f"({at['answered']}+{at['open_overdue']})", 4)


_FIGURE = {
    "received": "department_received",
    "open": "department_open",
    "returned": "department_returned",
    "sent_back": "department_sent_back",
    "on_time_share": "share",
}


def _merged(counted: Sequence[tuple[str, int]], say: object) -> dict[str, int]:
    """The counts by label; words with the same label are added up."""
    assert callable(say)
    found: dict[str, int] = {}
    for word, times in counted:
        label = say(word)
        found[label] = found.get(label, 0) + times
    return found


__all__ = ["Cell", "Figures", "Formula", "Line", "Sheet", "Summary"]
