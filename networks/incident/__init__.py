"""Read exports of «Инцидент-менеджмент» and other programs: a file in, rows with reasons out. No database, no
network."""

from networks.incident.reading import Imported, Left, Row, Sheet, Skipped, read_sheet
from networks.incident.tables import Broken, BrokenFileError, Unreadable

__all__ = ["Broken", "BrokenFileError", "Imported", "Left", "Row", "Sheet", "Skipped", "Unreadable", "read_sheet"]
