"""One case with its whole history as a document (DOCX) to keep or forward. The caller supplies the words; nothing is
decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from config.russian.words import clean


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph. `kind`: title, heading, line, or quote (somebody's words verbatim)."""

    kind: str
    text: str


def as_docx(blocks: Sequence[Block], now: datetime) -> bytes:
    """Make the document's bytes; each block is one paragraph, whatever characters it contains."""
    from docx import Document  # callers that only make blocks do not need the library
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
            case _:
                document.add_paragraph(text)
    about = document.core_properties
    about.author, about.comments, about.last_modified_by = "", "", ""
    about.created = about.modified = now.replace(tzinfo=None)
    out = BytesIO()
    document.save(out)
    return out.getvalue()
