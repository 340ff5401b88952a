"""Rounds shares for a report, in the same way as a spreadsheet's formulas do. Pure."""

from __future__ import annotations


def share(part: int, whole: int) -> float | None:
    """The share of `part` in `whole`, rounded to four decimal places; None if `whole` is 0."""
    return quotient(part, whole, 4)


def quotient(part: int, whole: int, digits: int) -> float | None:
    """`part` divided by `whole`, rounded to `digits` decimal places like a spreadsheet: an exact half goes up. None if
    `whole` is 0."""
    if not whole:
        return None
    scale: int = 10**digits
    return (2 * part * scale + whole) // (2 * whole) / scale
