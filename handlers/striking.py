"""Strike rows off the register of violations: mark several in a list, then give one reason for all, by button or in
words.

The menu of the list's message holds whose list it is and which rows are marked. Who may strike off what is decided
elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from handlers.callbacks import NUMBER, Callback, Verb
from handlers.incoming import Incoming
from handlers.view import View, turned_away
from handlers.wishes import AskWhyStrike, RowOfCase, Strike, Toast, Turn, Wish
from workflow.ports import Question

VERBS = frozenset({Verb.ANNUL, Verb.STRIKE})
GO = "go"
"""The argument of the button that strikes off the marked rows, or all rows of the list if none is marked."""
LONGEST = 255
"""The most characters of a menu's name that the database can store."""
REASON = 300
"""How many characters of the reason are kept."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The state of a list of violations. `source`: the month or whatever else it shows; `people`: keys of the people
    whose list it is; `rows`: the marked rows."""

    source: str
    people: tuple[str, ...]
    rows: tuple[RowOfCase, ...] = ()

    @staticmethod
    def read(menu: str | None) -> Marked:
        source, _, rest = (menu or "").partition("|")
        people, _, rows = rest.partition("|")
        marked = (row_of(one) for one in rows.split(",") if one)
        return Marked(source, tuple(key for key in people.split(",") if key), tuple(row for row in marked if row))

    def menu(self) -> str:
        return f"{self.source}|{','.join(self.people)}|{','.join(f'{case}.{row}' for case, row in self.rows)}"

    def toggled(self, row: RowOfCase) -> Marked:
        rows = tuple(one for one in self.rows if one != row) if row in self.rows else (*self.rows, row)
        return replace(self, rows=rows)


def row_of(text: str) -> RowOfCase | None:
    """Parse a row of the register: «12.1» is row 1 of the case with id 12; None for anything else."""
    case, _, row = text.partition(".")
    return (int(case), int(row)) if NUMBER.fullmatch(case) and NUMBER.fullmatch(row) else None


async def pressed(callback: Callback, incoming: Incoming, view: View) -> list[Wish]:
    """Handle a button under a list of violations: mark a row, or ask why one row or the marked ones should be struck
    off."""
    if refusal := turned_away(view):
        return refusal
    known = await view.known(incoming.chat, incoming.message)
    marked = Marked.read(known.menu if known is not None else None)
    if callback.verb is Verb.ANNUL:
        row = row_of(f"{callback.subject}.{callback.argument}")
        return [AskWhyStrike(marked.source, (row,))] if row is not None else [Toast("unknown_button")]
    if callback.argument == GO:
        return [AskWhyStrike(marked.source, marked.rows)]
    row = row_of(callback.argument)
    if known is None or row is None or not await _stands(row, view):
        return [Toast("unknown_button")]
    menu = marked.toggled(row).menu()
    return [Turn(menu)] if len(menu) <= LONGEST else [Toast("marked_enough")]


async def _stands(row: RowOfCase, view: View) -> bool:
    """Whether the register of violations has this row and it has not been annulled."""
    case = await view.case(row[0])
    return case is not None and any(one.number == row[1] and one.stands for one in case.missed)


def told(question: Question, text: str) -> list[Wish]:
    """Strike off the question's rows for the reason typed."""
    rows = tuple((int(case), int(row)) for case, row in question.body["rows"])
    return [Strike(rows, text[:REASON], question.id)]


def chosen(question: Question, argument: str) -> list[Wish]:
    """Strike off the question's rows for the reason whose button was pressed."""
    choices = [str(one) for one in question.body.get("choices", ())]
    index = int(argument) if NUMBER.fullmatch(argument) else -1
    return told(question, choices[index]) if 0 <= index < len(choices) else [Toast("question_is_over")]
