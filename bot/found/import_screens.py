"""The report on an imported file: line by line what was taken, what was not, and why. Pure; plain text, so that it fits
a terminal too."""

from __future__ import annotations

from collections.abc import Sequence

from config.russian.words import sentence
from config.texts import Texts
from networks.incident import Imported, Unreadable

LISTED = 40
"""How many lines of each kind a report in a chat names; the rest are counted."""


def broken(texts: Texts, unreadable: Unreadable) -> str:
    """Why the file cannot be read, in one line."""
    return texts.plain(f"import_broken.{unreadable.reason}", columns=", ".join(unreadable.columns))


def unreadable_file(texts: Texts, unreadable: Unreadable) -> str:
    """Why the file cannot be read, as a sentence."""
    return f"{sentence(broken(texts, unreadable))}."


def report(texts: Texts, imported: Imported, days: int, most: int | None = LISTED) -> list[str]:
    """The lines of the report. `days`: the maximum age of a row. `most`: how many lines of each kind are named; None:
    all."""
    key = "imports.would_take" if imported.dry else "imports.taken"
    said = [texts.plain(key, n=len(imported.opened))]
    if imported.known:
        said.append(texts.plain("imports.known", n=len(imported.known)))
    left = len(imported.skipped) + len(imported.refused)
    if left:
        said.append(texts.plain("imports.left", n=left))
    columns = ", ".join(imported.sheet.columns.values())
    said.append(texts.plain("imports.columns", columns=columns))
    if imported.sheet.unread:
        said.append(texts.plain("imports.unread", columns=", ".join(imported.sheet.unread[:20])))
    would = "imports.line_would" if imported.dry else "imports.line_taken"
    opened = [texts.plain(would, line=line, number=number) for line, number in imported.opened]
    known = [texts.plain("imports.line_known", line=line, number=number) for line, number in imported.known]
    skipped = [
        texts.plain(
            "imports.line_left",
            line=one.line,
            words=texts.plain(f"import_left.{one.reason}", detail=one.detail, days=days),
        )
        for one in imported.skipped
    ]
    refused = [texts.plain("imports.line_refused", line=line) for line in imported.refused]
    return [*said, *(line for kind in (skipped, refused, known, opened) for line in _cut(texts, kind, most))]


def _cut(texts: Texts, lines: Sequence[str], most: int | None) -> list[str]:
    if most is None or len(lines) <= most:
        return list(lines)
    return [*lines[:most], texts.plain("imports.more", n=len(lines) - most)]
