"""One case with its whole history as a document (DOCX) to keep or forward. The caller supplies the words; nothing is
decided here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from config.russian.words import clean

WIDTH = 75
"""The width of a picture in millimetres: two fit beside each other on a page."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a block whose columns stand beside each other: a heading, then pictures, then lines."""

    heading: str
    pictures: tuple[Path, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the document. `kind`: title, heading, line, quote (somebody's words verbatim), or beside: `columns`
    next to each other, each with its heading, pictures and lines."""

    kind: str
    text: str
    columns: tuple[Column, ...] = ()


def as_docx(blocks: Sequence[Block], now: datetime) -> bytes:
    """The document as bytes of a DOCX file. Each block becomes a paragraph, one of the kind "beside" a table; control
    characters are removed. `now`: the date of creation written into the file."""
    from docx import Document  # imported here: callers that only make blocks do not need it
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    normal = document.styles["Normal"].font
    normal.name, normal.size = "Times New Roman", Pt(12)
    for block in blocks:
        text = clean(block.text)
        match block.kind:
            case "title":
                document.add_heading(text, 1)
            case "heading":
                document.add_heading(text, 2)
            case "quote":
                document.add_paragraph(text).paragraph_format.left_indent = Mm(10)
            case "beside":
                _columns(document, block.columns)
            case _:
                document.add_paragraph(text)
    about = document.core_properties
    about.author, about.comments, about.last_modified_by = "", "", ""
    about.created = about.modified = now.replace(tzinfo=None)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _columns(document: Any, columns: Sequence[Column]) -> None:
    """Add a table of one row, a cell for each column. A picture that is missing or in an unknown format is left out."""
    from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
    from docx.shared import Mm

    row = document.add_table(1, len(columns)).rows[0]
    for cell, column in zip(row.cells, columns, strict=True):
        cell.paragraphs[0].add_run(clean(column.heading)).bold = True
        for picture in column.pictures:
            run = cell.add_paragraph().add_run()
            with suppress(OSError, InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError):
                run.add_picture(str(picture), width=Mm(WIDTH))
        for line in column.lines:
            cell.add_paragraph(clean(line))
