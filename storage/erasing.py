"""Erases people's words from the database (0028, 0071): one person's, or those whose term of keeping has passed.

What reports, journals and the register of violations are made of stays. All changes of the database are in the caller's
transaction; the caller deletes files once it is committed. `storage.words` says how each column is erased.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import chain
from storage import tables as t
from storage.codec import dump, load, load_case
from storage.copying import TABLES, chunks
from storage.erasures import Erasures
from storage.lengths import longest
from storage.moderation import Proposal
from storage.needles import Needles, keys_in, number_of
from storage.people import Left, Trace
from storage.search import place_key
from storage.seen import ERASED
from storage.transaction import Transaction
from workflow.case import Case
from workflow.commands import Entry
from workflow.erasure import GONE, NOBODY, Erasure, said, stored, without_author, without_quotes, without_words

BY_HASH = (t.editions, t.calendars)
"""Tables that are not searched: their rows are found by the hash of their text (a regulation, a calendar), which must not
change."""
CITIZEN = "citizen"
"""`kind` in the table `messages` of a message that a citizen sent himself."""
THEIRS = (t.cases, t.seen, t.moderation, t.inbox)
"""Tables whose rows hold messages that citizens wrote."""
SHORTCOMING = "shortcoming"
QUOTING = ('"context":{', '"basis":{')
AT_ONCE = 500
OURS = (t.chain, t.erasures)
EMPTY_BODY: Mapping[str, Any] = {
    "kind": "comment",
    "author_name": NOBODY,
    "author_ref": "",
    "attachments": [],
    "files": [],
}


@dataclass(frozen=True, slots=True)
class Erased:
    """The result of an erasure: how many things of each kind were erased, and the keys of stored files (`files`) that the
    caller must delete."""

    counts: Mapping[str, int]
    files: frozenset[str]


class Eraser:
    """Carries out one erasure in one municipality. `who` ordered it: a person's key, the operator or the clock."""

    def __init__(self, tx: Transaction, why: Erasure, who: str, now: datetime) -> None:
        self._tx = tx
        self._why, self._who, self._now = why, who, now
        self._counts: Counter[str] = Counter()
        self._files: set[str] = set()
        self._reported: dict[str, list[int]] | None = None
        self._ids: dict[str, list[int]] = {"cases": [], "seen": [], "comments": []}

    async def person(self, trace: Trace) -> Erased:
        """Erase all words of the person, and his name and account wherever they occur. Nothing of his may be open (see
        `storage.people.in_the_way`). Reads the whole database."""
        needles, places = needles_of(trace), await self._places(trace.cases)
        for case in trace.cases:
            await self._case(case, places.get(case.location, ""))
        await self._quotes(frozenset(case.id for case in trace.cases))
        for one in trace.left:
            await self._left(one)
        for comment in trace.comments:
            await self._comment(comment)
        await self._account(trace)
        await self._sweep(needles, {place for place in places if places[place] != place})
        return await self._end(await unnamed(self._tx, self._files))

    async def outlived(
        self,
        cases: Sequence[Case] = (),
        of_files: Sequence[Case] = (),
        comments: Sequence[Proposal] = (),
        parked: Sequence[int] = (),
    ) -> Erased:
        """Erase the words of these cases and comments, the files of the cases `of_files`, and the texts of `parked` rows of the
        inbox. What newer cases quote of them stays for their own term of keeping. Some of the returned files may still be
        used elsewhere. SQLite overwrites what is deleted with zeros."""
        if self._tx.dialect == "sqlite":
            await self._tx.connection.exec_driver_sql("PRAGMA secure_delete=ON")
        places = await self._places(cases)
        for case in cases:
            await self._case(case, places.get(case.location, ""))
        for case in of_files:
            self._files |= stored(case)
            await self._replace(case, without_files(case))
        for comment in comments:
            await self._comment(comment)
        for row in parked:
            await self._empty(t.inbox, t.inbox.c.id == row)
        return await self._end(frozenset(self._files))

    # --- what is known to be his -------------------------------------------------------------------------------------

    async def _places(self, cases: Sequence[Case]) -> dict[str, str]:
        """Return what to store from now on instead of each location of these cases: the location itself if other cases have
        it too (reports count by it), else a placeholder with the case's number."""
        ids, found = [case.id for case in cases], dict[str, str]()
        c = t.cases.c
        for case in cases:
            key = place_key(case.location)
            if key is None or case.location in found:
                continue
            others = (c.municipality == self._tx.municipality, c.place == key, c.id.not_in(ids))
            shared = (await self._tx.connection.execute(sa.select(c.id).where(*others).limit(1))).first()
            found[case.location] = case.location if shared is not None else f"{GONE[:-1]}, № {case.number}]"
        return found

    async def _case(self, case: Case, place: str) -> None:
        tx = self._tx
        self._files |= stored(case)
        self._ids["cases"].append(case.id)
        self._counts["lemmas"] += await self._count(t.case_words, t.case_words.c.case_id == case.id)
        await self._lines(t.journal, t.journal.c.case_id == case.id)
        await self._shortcomings(case)
        after = without_words(case, place, self._now)
        entry = Entry(self._why, self._now, self._who, None, case.state, case.state)
        ended = (
            await tx.connection.execute(sa.select(t.cases.c.changed_at).where(t.cases.c.id == case.id))
        ).scalar_one()
        if not await tx.save(case, after, entry):
            raise ValueError("the case has changed meanwhile")
        shown = place_key(place) if place == case.location else None
        columns = {"author": None, "ref": after.appeal.ref, "place": shown, "changed_at": ended}
        await tx.connection.execute(t.cases.update().where(t.cases.c.id == case.id).values(**columns))
        if await self._count(t.lessons, t.lessons.c.case_id == case.id):
            await tx.lessons.unlearn(case.id)
        for table in (t.lately, t.answers, t.afterwards, t.outbox):
            self._counts[table.name] += await self._delete(table, table.c.case_id == case.id)
        await self._delete(
            t.case_words, sa.and_(t.case_words.c.case_id == case.id, t.case_words.c.lemma != str(case.number))
        )
        await self._delete(t.messages, sa.and_(t.messages.c.case_id == case.id, t.messages.c.kind == CITIZEN))
        await self._empty(t.questions, t.questions.c.case_id == case.id)
        await self._empty(t.inbox, t.inbox.c.case_id == case.id)
        self._counts["cases"] += 1

    async def _shortcomings(self, case: Case) -> None:
        """Erase the curator's words from the audit's lines about a department's shortcoming, if they are about this case."""
        if self._reported is None:
            a, found = t.audit, dict[str, list[int]]()
            query = sa.select(a.c.id, a.c.details).where(self._here(a), a.c.action == SHORTCOMING)
            for row in await self._tx.connection.execute(query):
                found.setdefault(str(json.loads(row.details).get("case")), []).append(row.id)
            self._reported = found
        lines = self._reported.get(str(case.number), [])
        self._counts["lines"] += await chain.erase_words(self._tx, t.audit, lines)

    async def _quotes(self, ids: frozenset[int]) -> None:
        """Erase what other cases quote of the erased cases (ids)."""
        c = t.cases
        async for rows in chunks(self._tx.connection, c, c.c.municipality == self._tx.municipality):
            for row in rows:
                case = (
                    load_case(row.body)
                    if row.id not in ids and ('"context":{' in row.body or '"basis":{' in row.body)
                    else None
                )
                if case is not None and (after := without_quotes(case, ids)) != case:
                    await self._replace(case, after)

    async def _replace(self, case: Case, after: Case) -> None:
        """Store `after` in place of the case's document, and update the search index and the offered answers. No version is
        counted and no journal line written, because this is not a command."""
        tx = self._tx
        await tx.connection.execute(t.cases.update().where(t.cases.c.id == case.id).values(body=dump(after)))
        tx._cases.pop(case.id, None)
        await tx.search.follow(case, after)
        await tx.answers.follow(case, after)

    async def _left(self, one: Left) -> None:
        self._files |= {str(file["key"]) for file in one.body.get("files", ())}
        body = {**EMPTY_BODY, "kind": one.body.get("kind", "comment"), "reply_to": None}
        await self._tx.connection.execute(
            t.seen.update()
            .where(t.seen.c.id == one.id)
            .values(
                author=None,
                text="",
                place="",
                link="",
                words="[]",
                why=ERASED,
                body=json.dumps(body, ensure_ascii=False),
            )
        )
        self._ids["seen"].append(one.id)
        self._counts["seen"] += 1

    async def _comment(self, kept: Proposal) -> None:
        self._files |= {file.key for file in kept.appeal.files if file.key}
        appeal = replace(without_author(kept.appeal), ref=kept.appeal.ref)
        after = replace(kept, appeal=appeal, comment=replace(kept.comment, words=(), case=None))
        m, number = t.moderation, kept.comment.id
        here = m.c.municipality == self._tx.municipality, m.c.number == number
        await self._tx.connection.execute(m.update().where(*here).values(body=dump(after)))
        await self._lines(t.moderation_journal, t.moderation_journal.c.number == number)
        self._ids["comments"].append(number)
        self._counts["comments"] += 1

    async def _account(self, trace: Trace) -> None:
        """Delete the rows of the person's account in the messenger: messages of the private chat, questions and letters to it,
        alarms, sessions and marks; and empty his parked rows of the inbox."""
        network, _, author = (trace.account or "").partition(":")
        tx = self._tx
        for row in trace.parked:
            await self._empty(t.inbox, t.inbox.c.id == row)
        if author.isdigit():
            account = int(author)
            for table in (t.messages, t.questions, t.outbox, t.alarms, t.sessions):
                his = [table.c[name] == account for name in ("account", "chat_id") if name in table.c]
                there = sa.and_(table.c.connection.startswith(f"{network}:"), sa.or_(*his))
                self._counts[table.name] += await self._delete(table, there)
            names = [name for name in await tx.marks_of("") if author in name.split(":")]
            await self._delete(t.marks, t.marks.c.name.in_(names))

    # --- wherever else he is named -----------------------------------------------------------------------------------

    async def _sweep(self, needles: Needles, places: Collection[str]) -> None:
        """Search every text of the municipality, and erase what names the person or repeats his words. A message that another
        citizen wrote in the same words, without naming the person, is left alone."""
        for table in TABLES:
            if table in (*BY_HASH, *OURS):
                continue
            here = [table.c.municipality == self._tx.municipality] if "municipality" in table.c else []
            texts = [c for c in table.c if isinstance(c.type, sa.String) and c.name != "municipality"]
            async for rows in chunks(self._tx.connection, table, *here):
                for row in rows:
                    values = row._mapping
                    if table in THEIRS and not any(needles.naming.are_in(values[c.name]) for c in texts):
                        continue
                    found = [c for c in texts if needles.are_in(values[c.name])]
                    if found or (table is t.waves and values["place"] in places):
                        await self._swept(table, values, found or [t.waves.c.place], needles)

    async def _swept(
        self, table: sa.Table, values: Mapping[Any, Any], found: Sequence[sa.Column[str]], needles: Needles
    ) -> None:
        """Erase the person's names, account and words from this row, which is not his own; `found`: the columns that hold
        them. A row with them in its key is deleted."""
        one = sa.and_(*(column == values[column.name] for column in table.primary_key))
        self._counts["rows"] += 1
        if table.name in chain.JOURNALS:
            self._counts["lines"] += await chain.erase_words(self._tx, table, [values["id"]])
        elif table is t.cases:
            before = load_case(values["body"])
            columns = {c.name: _masked(c, values[c.name], needles) for c in found if c.name != "body"}
            if columns:
                await self._tx.connection.execute(table.update().where(one).values(**columns))
            after = load(Case, needles.without(values["body"]))
            await self._replace(before, after)
            if await self._count(t.lessons, t.lessons.c.case_id == before.id):
                await self._tx.lessons.unlearn(before.id)
            await self._delete(t.lately, t.lately.c.case_id == before.id)
        elif any(column.primary_key for column in found):
            await self._delete(table, one)
        elif table is t.inbox and values["state"] == "parked":
            await self._empty(table, one)
        else:
            changed = {c.name: _masked(c, values[c.name], needles) for c in found}
            await self._tx.connection.execute(table.update().where(one).values(**changed))

    async def _empty(self, table: sa.Table, where: sa.ColumnElement[bool]) -> None:
        """Empty the columns of these rows that hold people's words; a question counts as answered, a parked row of the inbox
        as dropped."""
        values = dict(_EMPTY[table.name])
        if table is t.questions:
            values["answered_at"] = sa.func.coalesce(t.questions.c.answered_at, self._now)
        if table is t.inbox:
            values["state"] = sa.case((t.inbox.c.state == "parked", "dropped"), else_=t.inbox.c.state)
        result = await self._tx.connection.execute(table.update().where(self._here(table), where).values(**values))
        self._counts[table.name] += int(result.rowcount)

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _lines(self, table: sa.Table, where: sa.ColumnElement[bool]) -> None:
        lines = (await self._tx.connection.execute(sa.select(table.c.id).where(self._here(table), where))).scalars()
        self._counts["lines"] += await chain.erase_words(self._tx, table, list(lines))

    async def _delete(self, table: sa.Table, where: sa.ColumnElement[bool]) -> int:
        deleted = await self._tx.connection.execute(table.delete().where(self._here(table), where))
        return int(deleted.rowcount)

    async def _count(self, table: sa.Table, where: sa.ColumnElement[bool]) -> int:
        query = sa.select(sa.func.count()).select_from(table).where(self._here(table), where)
        return int((await self._tx.connection.execute(query)).scalar_one())

    def _here(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return table.c.municipality == self._tx.municipality if "municipality" in table.c else sa.true()

    async def _end(self, gone: frozenset[str]) -> Erased:
        """Delete the records of these stored files, and enter the erasure in the audit and the register of erasures, unless
        nothing was erased. Return its result."""
        for start in range(0, len(gone), AT_ONCE):
            await self._delete(t.files, t.files.c.key.in_(sorted(gone)[start : start + AT_ONCE]))
        self._counts["files"] += len(gone)
        counts = {name: number for name, number in sorted(self._counts.items()) if number}
        if counts:
            await self._note(counts, gone)
        return Erased(counts, gone)

    async def _note(self, counts: Mapping[str, int], gone: frozenset[str]) -> None:
        action = chain.PERSON_ERASED if self._why is Erasure.ASKED else chain.RETENTION
        details = {name: str(number) for name, number in counts.items()}
        await self._tx.audit.note(action, details, self._now, self._who)
        body = {**self._ids, "files": sorted(gone), "counts": dict(counts)}
        await Erasures(self._tx).add(self._why, self._who, body, self._now)


_EMPTY: Mapping[str, Mapping[str, Any]] = {
    t.inbox.name: {"raw": "", "author": ""},
    t.questions.name: {"body": "{}"},
    t.seen.name: {
        "author": None, "text": "", "place": "", "link": "", "words": "[]", "why": ERASED,
        "body": json.dumps({**EMPTY_BODY, "reply_to": None}, ensure_ascii=False),
    },
}  # fmt: skip


def _masked(column: sa.Column[str], text: str, needles: Needles) -> str | None:
    if isinstance(column.type, sa.Text):
        return needles.without(text)
    return None if column.nullable else needles.without(text)[: longest(column)]


def without_files(case: Case) -> Case:
    """Return the case without references to its stored files; their kinds stay, because reports count answers with photos."""
    text = dump(case)
    kept = json.loads(text)
    _forget_files(kept)
    return load(Case, json.dumps(kept))


def _forget_files(value: Any) -> None:
    """Empty every reference to a stored file in this parsed JSON, in place; its kind stays."""
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _forget_files(one)
    if isinstance(value, dict) and value.keys() == {"key", "kind", "name", "size"}:
        value |= {"key": "", "name": "", "size": 0}


def needles_of(trace: Trace) -> Needles:
    """Return what the person can be recognised by in other texts: his names, accounts and texts."""
    texts = {text for case in trace.cases for text in said(case)}
    texts |= {one.text for one in trace.left} | {one.appeal.text for one in trace.comments}
    accounts = {trace.account} if trace.account is not None else set[str]()
    accounts |= {f"id{number_of(one)}" for one in accounts if one.startswith("vk:id")}
    return Needles(frozenset(trace.names), frozenset(accounts), frozenset(texts))


async def unnamed(tx: Transaction, keys: Collection[str]) -> frozenset[str]:
    """Return those of these keys of stored files that no text of the municipality contains any more (apart from the table of
    files itself)."""
    gone = set(keys)
    for table in NAMING if gone else ():
        async for rows in chunks(tx.connection, table, table.c.municipality == tx.municipality):
            gone -= keys_of(table, rows)
    return frozenset(gone)


NAMING = tuple(
    table
    for table in TABLES
    if table not in (t.files, t.marks, *OURS)
    and "municipality" in table.c
    and any(isinstance(c.type, sa.Text) for c in table.c)
)
"""The tables whose texts may contain the key of a stored file."""


def keys_of(table: sa.Table, rows: Iterable[Any]) -> set[str]:
    """Return all keys of stored files that occur in the texts of these rows."""
    texts = [c.name for c in table.c if isinstance(c.type, sa.Text) or c.name == "key"]
    return {key for row in rows for name in texts for key in keys_in(row._mapping[name] or "")}
