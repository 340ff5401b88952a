"""Read the rows of an export as citizens' messages, or skip them with a reason; a row has the same keys in every
import.

CONFORMANCE («Readings») decides the moment of detection, not this module; a moment without a zone is in the
municipality's own. Nothing in the file is trusted unchecked: which sheet, which columns, what identifies a row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from config.imports import ImportPlan, plain
from config.russian import stamps
from networks.incident.columns import HEADING_WITHIN, Heading, cell_of, find_heading
from networks.incident.contents import is_date, is_empty, value_of
from networks.incident.identity import Trust, is_rounded, trust_of
from networks.incident.opening import tables_of
from networks.incident.rows import Left, Note, NoteKind, Row, RowReader, Sheet, Skipped
from networks.incident.tables import Broken, BrokenFileError, Formula, Line, Table, Tables
from networks.incident.territory import Territory

_NUMBERED = 3
"""How many cells «1, 2, 3…» in a row under the heading show that the row only numbers the columns."""


_TOTAL = r"(?:(?: по \w+| [а-я]+)?[ \d]*|(?: [а-я]+){2,6} \d+)"
"""What may follow «Итого» in the column of texts: a citizen may begin with such a word too."""


def read_sheet(data: bytes, plan: ImportPlan, territory: Territory, zone: ZoneInfo, now: datetime) -> Sheet:
    """Read the citizens' messages in an export. `zone`: of moments written without one; `now`: for «вчера» and the
    like. Raises BrokenFileError if the file, its heading or its rows cannot be read."""
    tables = tables_of(data, plan.most_rows + HEADING_WITHIN)
    table, heading, others = _best(tables, plan)
    lines = table.lines[heading.lines :]
    if table.overfull or len(lines) > plan.most_rows:
        raise BrokenFileError(Broken.TOO_MANY_ROWS)
    if not lines:
        raise BrokenFileError(Broken.NO_ROWS)
    trust = _trust(lines, heading, plan)
    reader = RowReader(
        plan, zone, now, heading, territory, trust is Trust.FULL,
        months_first=_months_first(lines, heading), near=_printed_on(table, heading),
    )  # fmt: skip
    shifted = _shifted(lines, heading) if table.separated else ()
    taken, skipped, statuses = _rows(lines, heading, plan, reader, shifted)
    notes = [*_notes(table, tables, others, heading, trust), *_about_rows(taken, statuses)]
    return Sheet(tuple(taken), tuple(skipped), heading.columns, heading.unread, table.name, tuple(notes))


def _best(tables: Tables, plan: ImportPlan) -> tuple[Table, Heading, list[str]]:
    """The sheet whose heading fits best, its heading, and the names of the other sheets that hold messages too. Raises
    BrokenFileError if no sheet has a column for the citizen's text."""
    found = [(table, heading) for table in tables.shown if (heading := find_heading(table, plan)) is not None]
    if not found:
        lines = [line for table in tables.shown for line in table.lines[:HEADING_WITHIN]]
        widest = max(lines, key=lambda line: sum(1 for cell in line.cells if cell), default=Line(0, []))
        named = tuple(str(cell)[:40] for cell in widest.cells if cell)[:12]
        raise BrokenFileError(Broken.NO_TEXT_COLUMN if named else Broken.EMPTY, named)
    best = max(found, key=lambda one: (len(one[0].lines) > one[1].lines, one[1].fit))
    others = [table.name for table, heading in found if table is not best[0] and len(table.lines) > heading.lines]
    return *best, others


def _rows(
    lines: Sequence[Line], heading: Heading, plan: ImportPlan, reader: RowReader, shifted: Collection[int]
) -> tuple[list[Row], list[Skipped], Counter[str]]:
    taken: list[Row] = []
    skipped: list[Skipped] = []
    seen: dict[str, Row] = {}
    unknown: Counter[str] = Counter()
    for line in lines:
        cut = Skipped(line.number, Left.SHIFTED) if line.number in shifted else None
        found = _service(line, heading, plan) or cut or reader.row(line)
        if isinstance(found, Row) and (first := seen.get(found.key)) is not None:
            reason = Left.TWICE if first.digest == found.digest or not found.number else Left.CONFLICT
            detail = str(first.line) if reason is Left.TWICE else f"{found.number}|{first.line}"
            found = found.left(reason, detail)
        if isinstance(found, Row):
            seen[found.key] = found
            taken.append(found)
            if found.status and plan.is_answered(found.status) is None:
                unknown[found.status] += 1
        else:
            skipped.append(found)
    return taken, skipped, unknown


def _service(line: Line, heading: Heading, plan: ImportPlan) -> Skipped | None:
    """Skip a row that is no message: a repeated heading, the numbers of the columns, a total, or a hidden row. None if
    it may be a message."""
    filled = [str(cell) for cell in line.cells if str(cell)]
    text = plain(str(value_of(cell_of(line, heading, "text"))))
    if text in plan.columns or text in plan.remarks:
        return Skipped(line.number, Left.HEADING)
    same = sum(1 for name, cell in zip(heading.names, line.cells, strict=False) if name and name == cell)
    if same > 1 and same * 2 > len(filled):
        return Skipped(line.number, Left.HEADING)
    if len(filled) >= _NUMBERED and filled == [str(number) for number in range(1, len(filled) + 1)]:
        return Skipped(line.number, Left.HEADING)
    first = plain(filled[0]) if filled else ""
    own = r".*" if plain(str(next((cell for cell in line.cells if str(cell)), ""))) != text else _TOTAL
    if len(filled) <= _NUMBERED and any(re.fullmatch(rf"{word}\b{own}", first) for word in plan.totals):
        return Skipped(line.number, Left.TOTAL)
    return Skipped(line.number, Left.HIDDEN) if line.hidden else None


def _shifted(lines: Sequence[Line], heading: Heading) -> frozenset[int]:
    """The numbers of those rows of a text file that are split in the wrong place: by a separator inside an unquoted
    text (cells beyond the heading), or by a line break (several rows make up one, and only the first has its date)."""
    width = max((at + 1 for at, name in enumerate(heading.names) if name), default=0)
    found = {line.number for line in lines if any(line.cells[width:])}
    if 2 * len(found) > len(lines) > 1:
        found = set()  # a column without a name
    dated = heading.places.get("written", ())[:1]
    for at, line in enumerate(lines if dated else ()):
        if len(line.cells) >= width or line.number in found:
            continue
        parts, cells = [line.number], len(line.cells)
        for further in lines[at + 1 :]:
            if further.number != parts[-1] + 1 or is_date(further.at(dated[0])) or cells >= width:
                break
            parts.append(further.number)
            cells += len(further.cells) - 1
        if len(parts) > 1 and cells == width:
            found.update(parts)
    return frozenset(found)


def _trust(lines: Sequence[Line], heading: Heading, plan: ImportPlan) -> Trust | None:
    """Whether the column of ids identifies rows; None if the heading has no such column."""
    if "id" not in heading.places:
        return None
    ids, texts = [], []
    for line in lines:
        number, text = str(value_of(cell_of(line, heading, "id"))), str(value_of(cell_of(line, heading, "text")))
        if not is_empty(number, plan) and text and not is_rounded(number):
            ids.append(number)
            texts.append(text)
    return trust_of(ids, texts, heading.names[heading.places["id"][0]]) if ids else Trust.FULL


def _months_first(lines: Sequence[Line], heading: Heading) -> bool:
    """Whether the file's dates put the month first («01/25/2026»): at least one can only be read so, and none the other
    way."""
    found = [
        match
        for line in lines
        if (match := re.match(r"(\d{1,2})/(\d{1,2})/\d", str(cell_of(line, heading, "written")))) is not None
    ]
    return any(int(match[2]) > 12 for match in found) and not any(int(match[1]) > 12 for match in found)


def _printed_on(table: Table, heading: Heading) -> date | None:
    """The day the export was made, if the rows above its heading name exactly one day; otherwise None."""
    above = [cell for line in table.lines[: heading.lines] for cell in line.cells if cell]
    days = set()
    for cell in above:
        if isinstance(cell, datetime):
            days.add(cell.date())
        elif not isinstance(cell, Formula):
            stamp = stamps.read(re.sub(r"^\D+", "", str(cell)))
            days |= {stamp.on} if stamp is not None else set()
    return days.pop() if len(days) == 1 else None


def _notes(table: Table, tables: Tables, others: Sequence[str], heading: Heading, trust: Trust | None) -> list[Note]:
    """Notes to the person who imports the file about how it was read: sheets and columns left out, ids that identify
    nothing and so on."""
    found = [Note(NoteKind.OTHERS, name) for name in others]
    found += [Note(NoteKind.HIDDEN, name) for name in tables.hidden]
    found += [
        Note(NoteKind.HIDDEN_COLUMN, name)
        for place, name in enumerate(heading.names)
        if name and place in heading.hidden
    ]
    found += [Note(NoteKind.REPEATED, name) for name in heading.repeated]
    if table.stopped is not None:
        found.append(Note(NoteKind.STOPPED, str(table.stopped)))
    if trust in (Trust.RUNNING, Trust.REPEATED):
        found.append(Note(NoteKind(trust), heading.columns["id"]))
    if "written" not in heading.places and "access" not in heading.places:
        found.append(Note(NoteKind.UNDATED))
    return found


def _about_rows(taken: Sequence[Row], unknown: Counter[str]) -> list[Note]:
    found = [Note(NoteKind.STATUS, status) for status, _ in unknown.most_common(10)]
    if rounded := sum(row.rounded for row in taken):
        found.append(Note(NoteKind.ROUNDED, str(rounded)))
    return found
