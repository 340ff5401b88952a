"""How parts of a whole are rounded in a report: in one way, that of the tables. Pure."""

from __future__ import annotations


def share(part: int, whole: int) -> float | None:
    """To four digits after the point; None of nothing."""
    return quotient(part, whole, 4)


def quotient(part: int, whole: int, digits: int) -> float | None:
    """Rounded as tables round it: an exact half goes up."""
    if not whole:
        return None
    scale: int = 10**digits
    return (2 * part * scale + whole) // (2 * whole) / scale
