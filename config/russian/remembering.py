"""Results of pure functions of a text, kept in memory so that they are not computed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Remembering(Generic[Result]):
    """A function of a text that keeps its results for the texts asked for last. `tell` adds a result computed
    elsewhere."""

    def __init__(self, function: Callable[[str], Result], most: int) -> None:
        self.__wrapped__, self._most = function, most
        self._kept: dict[str, Result] = {}

    def __call__(self, text: str) -> Result:
        result = self._kept.pop(text) if text in self._kept else self.__wrapped__(text)
        self.tell(text, result)
        return result

    def __contains__(self, text: str) -> bool:
        return text in self._kept

    def tell(self, text: str, result: Result) -> None:
        """Make this the function's result for the text from now on."""
        self._kept[text] = result
        while len(self._kept) > self._most:
            self._kept.pop(next(iter(self._kept)))

    def forget(self) -> None:
        """Drop all kept results."""
        self._kept.clear()


def remembering(most: int) -> Callable[[Callable[[str], Result]], Remembering[Result]]:
    """A decorator that keeps a function's results for the `most` texts asked for last."""
    return lambda function: Remembering(function, most)
