"""A municipality as the board needs it: its database and its office, whichever process serves it."""

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
"""Finds the municipality with the key, as it is now; None if there is none that can be shown."""
