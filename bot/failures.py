"""What a log may say of an exception: its class and where it was raised. Its text may hold a citizen's words."""

from __future__ import annotations

import traceback


def place_of(error: BaseException) -> str:
    """The class of the exception and the file and line it was raised at, for a log: "KeyError at desk.py:40"."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {place}"
