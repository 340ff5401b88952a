"""A municipality as the board sees it: its books and its office. Which process serves it does not matter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.offices import Offices
from storage.books import Books


@dataclass(frozen=True, slots=True)
class Shown:
    key: str
    books: Books
    offices: Offices
    clock: Clock


Find = Callable[[str], Awaitable[Shown | None]]
"""The municipality with the key, as of now; None if there is none that can be shown."""
