"""Read exports of «Инцидент-менеджмент» and other programs: a file in, rows or reasons for skipping them out. No
database, no network."""

from networks.incident.reading import read_sheet
from networks.incident.rows import Imported, Left, Note, NoteKind, Row, Sheet, Skipped
from networks.incident.tables import Broken, BrokenFileError, Unreadable
from networks.incident.territory import Territory

__all__ = [
    "Broken",
    "BrokenFileError",
    "Imported",
    "Left",
    "Note",
    "NoteKind",
    "Row",
    "Sheet",
    "Skipped",
    "Territory",
    "Unreadable",
    "read_sheet",
]
