"""The progress of importing an export, batch by batch: how many rows are done and what became of them.

`bot.found.importing` does the importing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from networks.incident import Imported, Sheet, Skipped

ROWS_AT_ONCE = 25
"""How many rows are imported in one transaction: about a tenth of a second."""


@dataclass
class Taking:
    """An export being imported, and what became of its first `done` rows: `opened` and `known` (line, case number),
    `refused`, `conflicting`. `dry`: nothing is written. `looked_back`: how many messages answered long ago were learned
    from; that comes first. `taught`: how many rows taught something."""

    sheet: Sheet
    dry: bool = False
    done: int = 0
    opened: list[tuple[int, int]] = field(default_factory=list)
    known: list[tuple[int, int]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    conflicting: list[tuple[int, int]] = field(default_factory=list)
    looked_back: int = 0
    taught: int = 0

    @cached_property
    def past(self) -> tuple[Skipped, ...]:
        return () if self.dry else self.sheet.past

    @property
    def is_begun(self) -> bool:
        return bool(self.done or self.looked_back)

    @property
    def is_whole(self) -> bool:
        return self.done >= len(self.sheet.rows) and self.looked_back >= len(self.past)

    @property
    def report(self) -> Imported:
        return Imported(
            self.sheet,
            self.dry,
            tuple(self.opened),
            tuple(self.known),
            tuple(self.refused),
            tuple(self.conflicting),
            self.taught,
        )

    def mark(self) -> Callable[[], None]:
        """Return a function that restores the present state, for a transaction that is rolled back."""
        lists: tuple[list[Any], ...] = (self.opened, self.known, self.refused, self.conflicting)
        done, lengths = self.done, [len(one) for one in lists]
        looked_back, taught = self.looked_back, self.taught

        def back() -> None:
            self.done, self.looked_back, self.taught = done, looked_back, taught
            for one, length in zip(lists, lengths, strict=True):
                del one[length:]

        return back
