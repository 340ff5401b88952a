"""Full-text search over cases: a plain table of dictionary forms, so that SQLite and PostgreSQL give the same results.

A case is found by any form of a word in the citizen's text or the place (these weigh most), in the answers, and by its
number. For a word that most cases contain only the newest of them are searched: nobody pages through a hundred thousand
results, and taps wait meanwhile. The caller says who may see what.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from config.russian.morphology import SKIPPED, Word, plain, words_of
from storage import tables as t
from storage.dialects import put
from storage.lengths import longest
from storage.scope import Scope
from workflow.case import Case

MOST = 400
"""How many different words of a case are stored."""
LONGEST = 64
ASKED = 8
"""How many words of a question are used."""

NEWEST = 1000
"""How many cases of a word are searched, the newest first; if another word of the question is rarer, all of its
cases."""

ANSWER, MESSAGE, NUMBER = 1, 2, 4
"""The weight of a word by where it occurs."""
A_WORD = 1000
"""A case with more words of the question comes before any weight."""

_GONE = t.case_words.delete().where(
    t.case_words.c.municipality == sa.bindparam("here"),
    t.case_words.c.lemma == sa.bindparam("word"),
    t.case_words.c.case_id == sa.bindparam("case"),
)


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of results, ids by relevance, and the `total`. `older_left_out`: a word of the question has more cases
    than are searched, so there may be older ones."""

    ids: tuple[int, ...]
    total: int
    older_left_out: bool = False


class Search:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def follow(self, before: Case | None, after: Case) -> None:
        """Update the stored words to those of the saved case; costs nothing if no text changed."""
        if before is not None and _texts(before) == _texts(after):
            return
        was, now = (_words(before) if before is not None else {}), _words(after)
        here, connection = self._tx.municipality, self._tx.connection
        gone = [{"here": here, "word": word, "case": after.id} for word in was.keys() - now.keys()]
        if gone:
            await connection.execute(_GONE, gone)
        new = [
            {"municipality": here, "lemma": word, "case_id": after.id, "weight": weight}
            for word, weight in now.items()
            if was.get(word) != weight
        ]
        if new:
            key = ("municipality", "lemma", "case_id")
            await connection.execute(put(self._tx.dialect, t.case_words, key), new)

    async def find(
        self, question: str, limit: int, offset: int = 0, departments: Collection[str] | None = None
    ) -> Hits:
        """Cases that contain the words of the question: those with more of the words first, then by weight, then the
        newest. `departments`: only cases that one of them has or had a share in."""
        terms = asked(question)
        if not terms:
            return Hits((), 0)
        found = self._candidates(terms)
        relevance = sum(
            (self._weight(forms, found.c.case_id) for forms in terms[1:]), self._weight(terms[0], found.c.case_id)
        )
        page = (
            sa.select(found.c.case_id, sa.func.count().over())
            .order_by(relevance.desc(), found.c.case_id.desc())
            .limit(limit)
            .offset(offset)
        )
        if departments is not None:
            page = page.where(self._share(departments, found.c.case_id) > 0)
        rows = (await self._tx.connection.execute(page)).all()
        if not rows and offset:
            first = await self.find(question, 1, 0, departments)
            return Hits((), first.total, first.older_left_out)
        total = int(rows[0][1]) if rows else 0
        return Hits(tuple(row[0] for row in rows), total, await self._is_common(terms))

    def _candidates(self, terms: Iterable[frozenset[str]]) -> sa.Subquery:
        """The cases that contain a word of the question; only the newest of each word."""
        newest = [self._newest(form).subquery() for form in sorted(frozenset().union(*terms))]
        return sa.union(*(sa.select(one.c.case_id) for one in newest)).subquery()

    def _weight(self, forms: frozenset[str], case: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
        """How much a word of the question weighs in the case: `A_WORD` and its highest weight there, 0 if it is not in it.
        Looked up case by case: joined, PostgreSQL reads the words of all cases."""
        c = t.case_words.c
        here = c.municipality == self._tx.municipality, c.lemma.in_(sorted(forms)), c.case_id == case
        found = sa.select(sa.func.max(c.weight) + A_WORD).where(*here).scalar_subquery()
        return sa.func.coalesce(found, 0)

    def _share(self, departments: Collection[str], case: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
        """How many of the departments have or had a share in the case."""
        s = t.shares.c
        here = s.case_id == case, s.municipality == self._tx.municipality, s.department.in_(sorted(departments))
        return sa.select(sa.func.count()).where(*here).scalar_subquery()

    def _newest(self, form: str) -> sa.Select[Any]:
        c = t.case_words.c
        here = c.municipality == self._tx.municipality, c.lemma == form
        return sa.select(c.case_id).where(*here).order_by(c.case_id.desc()).limit(NEWEST)

    async def _is_common(self, terms: Iterable[frozenset[str]]) -> bool:
        """Whether a word of the question has more cases than are searched."""
        for form in sorted(frozenset().union(*terms)):
            beyond = self._newest(form).limit(1).offset(NEWEST)
            if (await self._tx.connection.execute(beyond)).first() is not None:
                return True
        return False


PLACE = longest(t.cases.c.place)


def place_key(location: str) -> str | None:
    """A place as it is compared; None if there is none."""
    return " ".join(location.casefold().replace("ё", "е").split())[:PLACE] or None


def asked(question: str) -> list[frozenset[str]]:
    """The words of a question, each with the forms it may be stored under; stop words are dropped."""
    telling = (word for word in words_of(question) if plain(word.text) not in SKIPPED)
    return list(dict.fromkeys(word.lemmas for word in telling))[:ASKED]


def _texts(case: Case) -> tuple[object, ...]:
    return case.appeal.words, case.location, tuple(draft.text for draft in case.drafts)


def _words(case: Case) -> dict[str, int]:
    """Dictionary form → weight."""
    found = {str(case.number): NUMBER}
    texts = [(MESSAGE, case.location), (MESSAGE, case.appeal.words)]
    texts += [(ANSWER, draft.text) for draft in reversed(case.drafts)]
    for weight, text in texts:
        for word in words_of(text):
            for form in () if plain(word.text) in SKIPPED else forms_of(word):
                if len(found) < MOST:
                    found.setdefault(form[:LONGEST], weight)
    return found


def forms_of(word: Word) -> frozenset[str]:
    """The forms a word is stored under: its dictionary forms; the form as written only if there is no other."""
    if word.is_number:
        return word.lemmas
    return (word.lemmas - {plain(word.text)}) or word.lemmas
