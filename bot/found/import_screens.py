"""Word the report on an imported file: what was read, and for each line whether it was taken and why not. Pure; plain
text, so that it fits a terminal too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.messenger import Button, Screen
from config.russian.words import When, excerpt, one_line, sentence
from config.texts import Texts
from handlers.callbacks import Callback, Verb
from networks.incident import Imported, Row, Sheet, Skipped, Unreadable
from workflow.ports import Question

LISTED = 40
"""How many lines of each kind a report in a chat names; the rest are counted."""
SHOWN = 3
"""How many rows the preview shows as the cases they would become."""
EXCERPT = 160
LEFT_OUT = 10
"""How many rows that will not be imported the preview names."""
MOST_SHOWN = 3_000
"""How many characters of a file's preview a chat shows."""
CONTRACT = {"written": "written_at"}
"""Fields that have another name in the JSON lines that the contract promises."""


def broken(texts: Texts, unreadable: Unreadable) -> str:
    """Return why the file cannot be read, in one line without a full stop."""
    return texts.plain(
        f"import_broken.{unreadable.reason}", columns=", ".join(unreadable.columns), line=unreadable.line
    )


def unreadable_file(texts: Texts, unreadable: Unreadable) -> str:
    """Return why the file cannot be read, as a whole sentence."""
    return f"{sentence(broken(texts, unreadable))}."


def about_file(texts: Texts, sheet: Sheet) -> list[str]:
    """Return lines on what was read: the sheet, which field each column was taken for, and notes for the person."""
    said = [texts.plain("imports.sheet", name=sheet.name)] if sheet.name else []
    named = [
        texts.plain("imports.column", field=texts.plain(f"import_fields.{field}"), name=name)
        for field, name in sheet.columns.items()
    ]
    said.append(texts.plain("imports.columns", columns=", ".join(named)))
    if sheet.unread:
        said.append(texts.plain("imports.unread", columns=", ".join(sheet.unread[:20])))
    return [*said, *(texts.plain(f"import_notes.{note.kind}", detail=note.detail[:80]) for note in sheet.notes)]


def first_rows(texts: Texts, sheet: Sheet, when: When) -> list[str]:
    """Return lines that show the first rows as the cases they would become; [] if there are no rows."""
    rows = [
        texts.plain(
            "imports.row",
            line=row.line,
            text=excerpt(one_line(row.text), EXCERPT),
            source=texts.plain(f"sources.{row.source}"),
            at=when.short(row.written_at) if row.dated else "",
            place=row.place,
            link=row.link,
        )
        for row in sheet.rows[:SHOWN]
    ]
    return [texts.plain("imports.first"), *rows] if rows else []


def before(texts: Texts, sheet: Sheet, days: int, when: When) -> list[str]:
    """Return the preview in a chat before anything is imported: the first rows as cases, the columns, what is left out
    and why. `days`: the maximum age of a row."""
    said = [texts.plain("imports.read", n=len(sheet.rows)), *first_rows(texts, sheet, when), *about_file(texts, sheet)]
    if sheet.skipped:
        said.append(texts.plain("imports.left", n=len(sheet.skipped)))
    return [*said, *_cut(texts, [_left(texts, one.line, _why(texts, one, days)) for one in sheet.skipped], LEFT_OUT)]


def question(texts: Texts, asked: Question) -> Screen:
    """Return the question whether to import the file, below its preview."""

    def one(key: str, verb: Verb, style: str | None = None) -> Button:
        return Button(texts.plain(f"buttons.{key}", n=asked.body["n"]), Callback(verb, asked.id).pack(), style=style)

    text = texts.phrase("questions.import_sheet", said="\n".join(map(str, asked.body["said"]))[:MOST_SHOWN])
    return Screen(str(text), ((one("import_yes", Verb.YES, "success"),), (one("import_no", Verb.NO),)))


def report(texts: Texts, imported: Imported, days: int, most: int | None = LISTED) -> list[str]:
    """Return the lines of the report. `days`: the maximum age of a row. `most`: how many lines of each kind are named;
    None: all."""
    key = "imports.would_take" if imported.dry else "imports.taken"
    said = [texts.plain(key, n=len(imported.opened))]
    if imported.known:
        said.append(texts.plain("imports.known", n=len(imported.known)))
    if imported.taught:
        said.append(texts.plain("imports.taught", n=imported.taught))
    if left := len(imported.skipped) + len(imported.refused) + len(imported.conflicting):
        said.append(texts.plain("imports.left", n=left))
    said += about_file(texts, imported.sheet)
    would = "imports.line_would" if imported.dry else "imports.line_taken"
    opened = [texts.plain(would, line=line, number=number) for line, number in imported.opened]
    known = [texts.plain("imports.line_known", line=line, number=number) for line, number in imported.known]
    skipped = [_left(texts, one.line, _why(texts, one, days)) for one in imported.skipped]
    conflicting = [
        _left(texts, line, _conflicting(texts, row.number, number))
        for line, number, row in _with_rows(imported, imported.conflicting)
    ]
    refused = [_left(texts, line, texts.plain("imports.refused")) for line in imported.refused]
    kinds = (skipped, conflicting, refused, known, opened)
    return [*said, *(line for kind in kinds for line in _cut(texts, kind, most))]


def _left(texts: Texts, line: int, words: str) -> str:
    return texts.plain("imports.line_left", line=line, words=words)


def _why(texts: Texts, one: Skipped, days: int) -> str:
    return texts.plain(f"import_left.{one.reason}", detail=one.detail, days=days)


def _conflicting(texts: Texts, number: str, case: int) -> str:
    return texts.plain("imports.conflicting", id=number, number=case)


def _with_rows(imported: Imported, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int, Row]]:
    rows = {row.line: row for row in imported.sheet.rows}
    return [(line, number, rows[line]) for line, number in pairs]


def _cut(texts: Texts, lines: Sequence[str], most: int | None) -> list[str]:
    if most is None or len(lines) <= most:
        return list(lines)
    return [*lines[:most], texts.plain("imports.more", n=len(lines) - most)]


# --- lines of JSON (DESIGN, contract) --------------------------------------------------------------------------------


def as_lines(texts: Texts, imported: Imported, days: int) -> Iterator[str]:
    """Yield the report as JSON: a line for each row in the order of the file, then one about the sheet and its columns."""
    known, conflicting = dict(imported.known), dict(imported.conflicting)
    status = {note.detail for note in imported.sheet.notes if note.kind == "status"}
    lines: dict[int, Mapping[str, Any]] = {}
    for row in imported.sheet.rows:
        taken, why, case = True, _about_row(texts, row, status), known.get(row.line)
        if case is not None:
            taken, why = False, texts.plain("imports.already", number=case)
        elif row.line in conflicting:
            case = conflicting[row.line]
            taken, why = False, _conflicting(texts, row.number, case)
        elif row.line in imported.refused:
            taken, why = False, texts.plain("imports.refused")
        lines[row.line] = _line(row, taken, why, case)
    for one in imported.skipped:
        lines[one.line] = _line(one, False, _why(texts, one, days), None)
    for number in sorted(lines):
        yield json.dumps(lines[number], ensure_ascii=False)
    columns = {CONTRACT.get(field, field): name for field, name in imported.sheet.columns.items()}
    if "access" in columns:
        columns.setdefault("written_at", columns["access"])
    notes = [texts.plain(f"import_notes.{note.kind}", detail=note.detail[:80]) for note in imported.sheet.notes]
    about = {"sheet": imported.sheet.name or None, "columns": columns, "unread": imported.sheet.unread, "notes": notes}
    yield json.dumps(about, ensure_ascii=False)


def _about_row(texts: Texts, row: Row, unknown: set[str]) -> str | None:
    said = [texts.plain("import_row_notes.status", detail=row.status)] if row.status in unknown else []
    said += [texts.plain("import_row_notes.rounded")] if row.rounded else []
    return "; ".join(said) or None


def _line(row: Row | Skipped, taken: bool, why: str | None, known: int | None) -> Mapping[str, Any]:
    dated = row.written_at is not None and (isinstance(row, Skipped) or row.dated)
    return {
        "row": row.line,
        "taken": taken,
        "why": why,
        "text": row.text,
        "written_at": row.written_at.isoformat() if dated and row.written_at is not None else None,
        "link": row.link,
        "source": row.source,
        "status": row.status,
        "known": known,
    }
