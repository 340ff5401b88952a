"""Which department a cell of an export means: «ЖКХ», «отдел дорог» or the name in full. None rather than a wrong
one."""

from __future__ import annotations

from collections.abc import Mapping

from config.russian.morphology import SKIPPED, words_of
from workflow.office import Department

_ANY = frozenset((
    "отдел", "управление", "комитет", "департамент", "сектор", "служба", "администрация", "муниципальный", "округ",
    "район", "город", "городской", "начальник", "заведующий", "вопрос",
))  # fmt: skip
"""Words in the names of many departments, which do not tell one department from another."""


def department_named(written: str, departments: Mapping[str, Department]) -> str | None:
    """The key of the only department that the words may mean: all of them are in its name, or all of its name is in
    them. None if there are several or none.
    """
    if written.strip() in departments:
        return written.strip()
    said = _telling(written)
    named = {key: _telling(department.name) for key, department in departments.items()}
    found = [key for key, own in named.items() if said and own and (_within(said, own) or _within(own, said))]
    exact = [key for key in found if len(named[key]) == len(said)]
    return (exact or found)[0] if len(exact or found) == 1 else None


def _telling(words: str) -> list[frozenset[str]]:
    """For each word that tells departments apart, its dictionary forms."""
    return [word.lemmas for word in words_of(words) if word.plain not in SKIPPED and word.lemmas.isdisjoint(_ANY)]


def _within(words: list[frozenset[str]], others: list[frozenset[str]]) -> bool:
    return all(any(forms & other for other in others) for forms in words)
