"""Count a loop's consecutive identical failures: at the third, the caller sets the first item of its queue aside.

Storage failures do not count: no item in the queue causes them (`storage.failures`).
"""

from __future__ import annotations

import traceback

THRICE = 3


class Stumbles:
    def __init__(self) -> None:
        self._way = ""
        self._times = 0

    def went_on(self) -> None:
        """Reset the count after the loop completed a round."""
        self._times = 0

    def is_third(self, error: BaseException) -> bool:
        """Count a failure. Return True if it is the third identical one in a row; the count then starts anew."""
        way = _way(error)
        self._times = self._times + 1 if way == self._way else 1
        self._way = way
        if self._times < THRICE:
            return False
        self._times = 0
        return True


def _way(error: BaseException) -> str:
    """Return the exception's name and the place it was raised; not its text, which may hold anything."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} {frames[-1].filename}:{frames[-1].lineno}" if frames else type(error).__name__
