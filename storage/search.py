"""Full-text search over cases: a plain table of dictionary forms, so that SQLite and PostgreSQL answer alike.

A case is found by words in any form: of the citizen's text and its place, which count most, of the answers, and by its number.
A word most cases have leads to the newest of them only: nobody turns a hundred thousand pages, and taps wait meanwhile.
Who may see what is found is said by whoever asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from config.russian.morphology import SKIPPED, Word, plain, words_of
from storage import tables as t
from storage.dialects import put
from storage.scope import Scope
from workflow.case import Case

MOST = 400
"""So many different words of a case are kept."""
LONGEST = 64
ASKED = 8
"""So many words of a question count."""

NEWEST = 1000
"""So many cases of a word are looked through, the newest; where another word of the question has fewer, all of its."""

ANSWER, MESSAGE, NUMBER = 1, 2, 4
"""What a word weighs by where it stands."""

_GONE = t.case_words.delete().where(
    t.case_words.c.municipality == sa.bindparam("here"),
    t.case_words.c.lemma == sa.bindparam("word"),
    t.case_words.c.case_id == sa.bindparam("case"),
)


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of what was found, ids by relevance; `total` of them there are. `older_left_out`: a word of the question has
    more cases than are looked through, so that there may be older ones."""

    ids: tuple[int, ...]
    total: int
    older_left_out: bool = False


class Search:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def follow(self, before: Case | None, after: Case) -> None:
        """The words are those of the case as it is now saved. A change of anything else costs nothing."""
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
        """Cases that have the words of the question: those with more of them first, then where they weigh more, then the
        newest. `departments`: only cases one of them has or had a share in."""
        terms = asked(question)
        if not terms:
            return Hits((), 0)
        found = self._found(terms)
        scores = sa.select(
            found.c.case_id, sa.func.count().label("hits"), sa.func.sum(found.c.weight).label("weight")
        ).group_by(found.c.case_id)
        if departments is not None:
            shared = sa.select(t.shares.c.case_id).where(
                t.shares.c.municipality == self._tx.municipality, t.shares.c.department.in_(sorted(departments))
            )
            scores = scores.where(found.c.case_id.in_(shared))
        scored = scores.subquery()
        page = (
            sa.select(scored.c.case_id, sa.func.count().over())
            .order_by(scored.c.hits.desc(), scored.c.weight.desc(), scored.c.case_id.desc())
            .limit(limit)
            .offset(offset)
        )
        rows = (await self._tx.connection.execute(page)).all()
        if not rows and offset:
            first = await self.find(question, 1, 0, departments)
            return Hits((), first.total, first.older_left_out)
        total = int(rows[0][1]) if rows else 0
        return Hits(tuple(row[0] for row in rows), total, await self._is_common(terms))

    def _found(self, terms: Iterable[frozenset[str]]) -> sa.Subquery:
        """A row for each case and each word of the question it has, with the most that word weighs there; cases are the
        newest of each word."""
        c = t.case_words.c
        terms = list(terms)
        newest = [self._newest(form).subquery() for form in sorted(frozenset().union(*terms))]
        candidates = sa.union(*(sa.select(one.c.case_id) for one in newest)).subquery()
        each: list[sa.Select[Any]] = [
            sa.select(c.case_id.label("case_id"), sa.func.max(c.weight).label("weight"))
            .where(
                c.municipality == self._tx.municipality,
                c.lemma.in_(sorted(forms)),
                c.case_id.in_(sa.select(candidates.c.case_id)),
            )
            .group_by(c.case_id)
            for forms in terms
        ]
        return sa.union_all(*each).subquery()

    def _newest(self, form: str) -> sa.Select[Any]:
        c = t.case_words.c
        here = c.municipality == self._tx.municipality, c.lemma == form
        return sa.select(c.case_id).where(*here).order_by(c.case_id.desc()).limit(NEWEST)

    async def _is_common(self, terms: Iterable[frozenset[str]]) -> bool:
        """Whether a word of the question has more cases than are looked through."""
        for form in sorted(frozenset().union(*terms)):
            beyond = self._newest(form).limit(1).offset(NEWEST)
            if (await self._tx.connection.execute(beyond)).first() is not None:
                return True
        return False


def asked(question: str) -> list[frozenset[str]]:
    """The words of a question, each with the forms it may stand under; small words do not count."""
    telling = (word for word in words_of(question) if plain(word.text) not in SKIPPED)
    return list(dict.fromkeys(word.lemmas for word in telling))[:ASKED]


def _texts(case: Case) -> tuple[object, ...]:
    return case.appeal.text, case.location, tuple(draft.text for draft in case.drafts)


def _words(case: Case) -> dict[str, int]:
    """Dictionary form → what it weighs."""
    found = {str(case.number): NUMBER}
    texts = [(MESSAGE, case.location), (MESSAGE, case.appeal.text)]
    texts += [(ANSWER, draft.text) for draft in reversed(case.drafts)]
    for weight, text in texts:
        for word in words_of(text):
            for form in () if plain(word.text) in SKIPPED else _forms(word):
                if len(found) < MOST:
                    found.setdefault(form[:LONGEST], weight)
    return found


def _forms(word: Word) -> frozenset[str]:
    """What a word is kept under: its dictionary forms; as it is written only where it is the only one of them."""
    if word.is_number:
        return word.lemmas
    return (word.lemmas - {plain(word.text)}) or word.lemmas
