"""What may be said of an exception in a log: its name and place. Its text may hold a citizen's words."""

from __future__ import annotations

import traceback


def place_of(error: BaseException) -> str:
    """The exception's name and the place it was raised at."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {place}"
