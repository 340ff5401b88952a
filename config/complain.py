"""Collect the errors of a file, so that one reading shows all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.yamlfile import Lines, Problem, Where

if TYPE_CHECKING:
    pass


class Complain:
    """Collects the errors (`problems`) and likely omissions (`warnings`) found while a file is read."""

    def __init__(self, file: str, lines: Lines) -> None:
        self.file = file
        self.lines = lines
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def wrong(self, where: Where, words: str) -> None:
        self.problems.append(Problem(self.file, self.lines.of(where), words))

    def warn(self, where: Where, words: str) -> None:
        self.warnings.append(Problem(self.file, self.lines.of(where), words))

    def sorted(self) -> list[Problem]:
        """The collected errors: this file's own, by line, then those of the files it refers to."""
        own = [problem for problem in self.problems if problem.file == self.file]
        others = [problem for problem in self.problems if problem.file != self.file]
        return sorted(own, key=lambda problem: problem.line or 0) + others
