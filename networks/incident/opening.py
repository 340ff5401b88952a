"""Open a file's bytes as tables: the sheets of an XLSX, or one table of a text file."""

from __future__ import annotations

from networks.incident.separated import read_separated
from networks.incident.tables import MOST_BYTES, Broken, BrokenFileError, Tables
from networks.incident.workbook import read_workbook

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
FOREIGN = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
"""How files begin that are no tables: documents, pictures, archives."""


def tables_of(data: bytes, most: int) -> Tables:
    """Read the file's tables, at most `most` rows of each. Raises BrokenFileError if it is empty, too big or of a wrong
    format."""
    if not data.strip(b"\x00 \r\n\t"):
        raise BrokenFileError(Broken.EMPTY)
    if len(data) > MOST_BYTES:
        raise BrokenFileError(Broken.TOO_BIG)
    if data.startswith(OLD_EXCEL):
        raise BrokenFileError(Broken.OLD_EXCEL)
    if data.startswith(FOREIGN):
        raise BrokenFileError(Broken.NOT_A_TABLE)
    if data.startswith(b"PK"):
        return read_workbook(data, most)
    return Tables([read_separated(data, most)])
