"""Stores which cases have a posted answer that may be offered for other cases, and searches for answers to similar questions.

A row says that a case may have such an answer; whether it still has, `workflow.basis.served` decides. The search reads a
bounded number of the newest cases of each topic, place and word, so that its cost does not grow with the number of cases.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import sqlalchemy as sa

from config.russian.likeness import meaning
from config.russian.morphology import likeliest, words_of
from storage import tables as t
from storage.codec import load_case
from storage.dialects import put
from storage.scope import Scope
from storage.search import forms_of, place_key
from workflow.basis import served
from workflow.case import Case

WORDS = 12
"""How many words of a message are searched for, the longest first, because they are the rarest."""
OF_WORD, OF_TOPIC, OF_PLACE = 300, 300, 50
"""How many of the newest cases with a word, a topic and a place are considered."""
READ = 40
"""How many of the most similar cases are returned at most."""
A_WORD, A_TOPIC, A_PLACE, SAME_DEPARTMENT = 2, 3, 3, 2
"""How much a shared word, topic or place, and the same department, add to a case's similarity."""


_HERE: sa.BindParameter[Any] = sa.bindparam("here")


class Answers:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def follow(self, before: Case | None, after: Case) -> None:
        """Update the row of the saved case: it exists exactly while the case's answer may be offered for other cases."""
        was = before is not None and served(before) is not None
        if served(after) is None:
            if was:
                await self._tx.connection.execute(t.answers.delete().where(t.answers.c.case_id == after.id))
            return
        if was and before is not None and _row(before) == _row(after):
            return
        row = {"case_id": after.id, "municipality": self._tx.municipality, **_row(after)}
        await self._tx.connection.execute(put(self._tx.dialect, t.answers, ("case_id",)), row)

    async def near(self, case: Case, department: str) -> list[Case]:
        """Return up to `READ` cases with an answer to offer that share words, a topic or the place with this case, the most
        similar first; an answer by the same department counts as more similar. [] if there are none."""
        words, topics, place = list(asked(case)), case.topics, place_key(case.location)
        if not words and not topics and not place:
            return []
        values = {f"word{number}": form for number, form in enumerate(words)}
        values |= {f"topic{number}": code for number, code in enumerate(topics)} | ({"place": place} if place else {})
        about = {"here": self._tx.municipality, "case": case.id, "department": department}
        likely = _likely(len(words), len(topics), bool(place))
        ids = [int(row[0]) for row in (await self._tx.connection.execute(likely, about | values)).all()]
        if not ids:
            return []
        query = sa.select(t.cases.c.id, t.cases.c.body).where(t.cases.c.id.in_(ids))
        bodies = {row[0]: load_case(row[1]) for row in (await self._tx.connection.execute(query)).all()}
        return [bodies[number] for number in ids if number in bodies]


@cache
def _likely(words: int, topics: int, has_place: bool) -> sa.Select[Any]:
    """Return the query for the ids of the most similar cases, given how many words and topics it has as parameters, and
    whether it has a place."""
    a = t.answers.c
    each = [_newest(t.case_words, t.case_words.c.lemma, f"word{n}", OF_WORD, A_WORD) for n in range(words)]
    each += [_newest(t.answers, a.topic, f"topic{n}", OF_TOPIC, A_TOPIC) for n in range(topics)]
    each += [_newest(t.answers, a.place, "place", OF_PLACE, A_PLACE)] if has_place else []
    found = sa.union_all(*each).subquery()
    own = sa.case((a.department == sa.bindparam("department"), SAME_DEPARTMENT), else_=0)
    return (
        sa.select(a.case_id)
        .select_from(found.join(t.answers, a.case_id == found.c.case_id))
        .where(a.municipality == _HERE, a.case_id != sa.bindparam("case"))
        .group_by(a.case_id, a.department)
        .order_by((sa.func.sum(found.c.worth) + own).desc(), a.case_id.desc())
        .limit(READ)
    )


def _newest(table: sa.Table, column: Any, name: str, most: int, worth: int) -> sa.Select[Any]:
    """Return a query for the newest `most` cases in whose rows the column has the value of parameter `name`, each with
    `worth`."""
    here = table.c.municipality == _HERE, column == sa.bindparam(name)
    newest = sa.select(table.c.case_id).where(*here).order_by(table.c.case_id.desc()).limit(most).subquery()
    return sa.select(newest.c.case_id, sa.literal(worth).label("worth"))


def asked(case: Case) -> Iterable[str]:
    """Return the forms under which the meaningful words of the case's message are stored in the search index, at most
    `WORDS`, the longest words first."""
    telling = meaning(case.appeal.words)
    words = [word for word in words_of(case.appeal.words) if likeliest(word) in telling]
    words.sort(key=lambda word: len(word.text), reverse=True)
    return list(dict.fromkeys(min(forms_of(word)) for word in words))[:WORDS]


def _row(case: Case) -> dict[str, str]:
    """Return the case's row without its key: the department that wrote the answer, the first topic and the place."""
    draft = served(case)
    return {
        "department": (draft.department if draft is not None else None) or "",
        "topic": case.topics[0] if case.topics else "",
        "place": place_key(case.location) or "",
    }
