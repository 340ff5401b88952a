"""A sheet on its way into the books, lot by lot: what of it is done, what came of it. Who takes it is `bot.found.importing`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from networks.incident import Imported, Sheet

ROWS_AT_ONCE = 25
"""So many rows are taken in one transaction: about a tenth of a second."""


@dataclass
class Taking:
    """A sheet on its way into the books: what has become of its first `done` rows. `dry`: it is only looked at."""

    sheet: Sheet
    dry: bool = False
    done: int = 0
    opened: list[tuple[int, int]] = field(default_factory=list)
    known: list[tuple[int, int]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return self.done >= len(self.sheet.rows)

    @property
    def report(self) -> Imported:
        return Imported(self.sheet, self.dry, tuple(self.opened), tuple(self.known), tuple(self.refused))

    def mark(self) -> Callable[[], None]:
        """What forgets whatever becomes of the rows from now on."""
        before = self.done, len(self.opened), len(self.known), len(self.refused)

        def back() -> None:
            self.done = before[0]
            del self.opened[before[1] :], self.known[before[2] :], self.refused[before[3] :]

        return back
