"""How often in a row a loop has failed in the same way: at the third time what stands first in its queue is put aside.

A storage that fails is no stumble: nothing in the queue is to blame for it (`storage.failures`).
"""

from __future__ import annotations

import traceback

THRICE = 3


class Stumbles:
    def __init__(self) -> None:
        self._way = ""
        self._times = 0

    def went_on(self) -> None:
        """The loop went through a round."""
        self._times = 0

    def is_third(self, error: BaseException) -> bool:
        """The loop failed. Whether it was the third time in a row, in the same way; counting begins anew then."""
        way = _way(error)
        self._times = self._times + 1 if way == self._way else 1
        self._way = way
        if self._times < THRICE:
            return False
        self._times = 0
        return True


def _way(error: BaseException) -> str:
    """Its name and where it was raised; its text may hold anything."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} {frames[-1].filename}:{frames[-1].lineno}" if frames else type(error).__name__
