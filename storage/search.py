"""Full-text search over cases: a plain table of dictionary forms, so that SQLite and PostgreSQL give the same results.

A case is found by any form of a word in the citizen's text or the place (these weigh most), in the answers, and by its
number. For a very common word only the newest cases are searched: nobody pages through a hundred thousand results, and other
requests wait meanwhile. The caller says who may see what.
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
"""How many different words are stored of one case at most."""
LONGEST = 64
ASKED = 8
"""How many words of a search query are used; further ones are ignored."""

NEWEST = 1000
"""How many cases that contain a word are searched, the newest first. Cases found by a rarer word of the same query are searched
for all its words."""

ANSWER, MESSAGE, NUMBER = 1, 2, 4
"""The weight of a word in a case: in an answer, in the message or the place, as the case's number."""
A_WORD = 1000
"""What each further word of the query adds: a case with more of its words comes before any weight."""

_GONE = t.case_words.delete().where(
    t.case_words.c.municipality == sa.bindparam("here"),
    t.case_words.c.lemma == sa.bindparam("word"),
    t.case_words.c.case_id == sa.bindparam("case"),
)


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of search results: case ids by relevance, and the `total` number of results. `older_left_out`: a word of the
    query is in more cases than are searched, so there may be older results."""

    ids: tuple[int, ...]
    total: int
    older_left_out: bool = False


class Search:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def follow(self, before: Case | None, after: Case) -> None:
        """Update the search index to the words of the saved case; does nothing if none of its texts changed."""
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
        """Return a page of the cases that contain a word of the query: those with more of its words first, then by weight,
        then the newest. `departments`: only cases that one of them has, had or gets in turn; None: all."""
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
        """Return a subquery of the ids of cases among the newest of at least one word of the query."""
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
        """Whether a word of the query is in more cases than are searched (`NEWEST`)."""
        for form in sorted(frozenset().union(*terms)):
            beyond = self._newest(form).limit(1).offset(NEWEST)
            if (await self._tx.connection.execute(beyond)).first() is not None:
                return True
        return False


PLACE = longest(t.cases.c.place)


def place_key(location: str) -> str | None:
    """Return a place in the form in which places are compared (lower case, «ё» as «е», single spaces, cut to the column's
    length); None for an empty one."""
    return " ".join(location.casefold().replace("ё", "е").split())[:PLACE] or None


def asked(question: str) -> list[frozenset[str]]:
    """Return the words of a search query, at most `ASKED`, each as the set of forms it may be stored under; stop words are
    left out."""
    telling = (word for word in words_of(question) if plain(word.text) not in SKIPPED)
    return list(dict.fromkeys(word.lemmas for word in telling))[:ASKED]


def _texts(case: Case) -> tuple[object, ...]:
    return case.appeal.words, case.location, tuple(draft.text for draft in case.drafts)


def _words(case: Case) -> dict[str, int]:
    """Return the words to store for the case: dictionary form → weight."""
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
    """Return the forms under which a word is stored: its dictionary forms, without the form as written unless that is the
    only one."""
    if word.is_number:
        return word.lemmas
    return (word.lemmas - {plain(word.text)}) or word.lemmas
