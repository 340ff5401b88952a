"""Registers beside the cases: messages with their addresses, people with their accounts and the working group, open questions.
No rules here."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.dialects import put
from storage.lengths import cut
from storage.scope import Scope
from workflow.ports import Binding, Known, Question

_HERE: sa.BindParameter[Any] = sa.bindparam("here")
_VIA: sa.BindParameter[Any] = sa.bindparam("via")
_AT = sa.select(t.messages).where(
    t.messages.c.municipality == _HERE,
    t.messages.c.connection == _VIA,
    t.messages.c.chat_id == sa.bindparam("chat"),
    t.messages.c.message_id == sa.bindparam("message"),
)
_OF_CASE = (
    sa.select(t.messages)
    .where(
        t.messages.c.municipality == _HERE,
        t.messages.c.connection == _VIA,
        t.messages.c.case_id == sa.bindparam("case"),
    )
    .order_by(t.messages.c.at, t.messages.c.message_id)
)
_EVERYBODY = sa.select(t.bindings).where(t.bindings.c.municipality == _HERE, t.bindings.c.connection == _VIA)
_GROUP = sa.select(t.chats.c.chat_id, t.chats.c.title).where(
    t.chats.c.municipality == _HERE, t.chats.c.connection == _VIA, t.chats.c.purpose == "working"
)
_OPEN_AT = (
    sa.select(t.questions)
    .where(
        t.questions.c.municipality == _HERE,
        t.questions.c.connection == _VIA,
        t.questions.c.answered_at.is_(None),
        t.questions.c.chat_id == sa.bindparam("chat"),
        t.questions.c.message_id == sa.bindparam("message"),
    )
    .order_by(t.questions.c.id.desc())
)
_OPEN_OF = (
    sa.select(t.questions)
    .where(
        t.questions.c.municipality == _HERE,
        t.questions.c.connection == _VIA,
        t.questions.c.answered_at.is_(None),
        t.questions.c.account == sa.bindparam("account"),
    )
    .order_by(t.questions.c.id.desc())
)


@cache
def _about_no_case(of_version: bool, lately: bool) -> sa.Select[Any]:
    query = sa.select(t.messages).where(
        t.messages.c.municipality == _HERE,
        t.messages.c.connection == _VIA,
        t.messages.c.case_id.is_(None),
        t.messages.c.kind == sa.bindparam("kind"),
    )
    if of_version:
        query = query.where(t.messages.c.version == sa.bindparam("version"))
    if lately:
        query = query.where(t.messages.c.at >= sa.bindparam("since", type_=t.Moment()))
    return query.order_by(t.messages.c.at, t.messages.c.message_id)


class Messages:
    """The messages the bot has sent or that belong to a case, by address. Lookups are cached until the transaction ends or a
    message is stored or deleted."""

    def __init__(self, tx: Scope) -> None:
        self._tx = tx
        self._at: dict[tuple[int, int], Known | None] = {}
        self._of_case: dict[int, list[Known]] = {}
        self._shown: dict[tuple[str, int | None], tuple[datetime | None, list[tuple[datetime, Known]]]] = {}

    async def remember(self, known: Known, now: datetime) -> None:
        """Store the message under its address, in place of an earlier entry."""
        values = {
            "chat_id": known.chat_id,
            "message_id": known.message_id,
            "municipality": self._tx.municipality,
            "connection": self._tx.messenger,
            "kind": known.kind,
            "case_id": known.case_id,
            "version": known.version,
            "account": known.account,
            "shown": known.shown,
            "menu": known.menu,
            "at": now,
        }
        self._new_look()
        statement = put(self._tx.dialect, t.messages, ("connection", "chat_id", "message_id"), keeping=("at",))
        await self._tx.connection.execute(statement, values)

    async def at(self, chat_id: int, message_id: int) -> Known | None:
        if (chat_id, message_id) not in self._at:
            values = {**self._tx.here(), "chat": chat_id, "message": message_id}
            row = (await self._tx.connection.execute(_AT, values)).mappings().one_or_none()
            self._at[chat_id, message_id] = _known(row) if row is not None else None
        return self._at[chat_id, message_id]

    async def of_case(self, case_id: int, kind: str) -> list[Known]:
        """Return the messages of this kind about the case (its id), oldest first."""
        if case_id not in self._of_case:
            values = {**self._tx.here(), "case": case_id}
            rows = (await self._tx.connection.execute(_OF_CASE, values)).mappings()
            self._of_case[case_id] = [_known(row) for row in rows]
        return [known for known in self._of_case[case_id] if known.kind == kind]

    async def newest(self, kind: str, account: int | None, version: int | None = None) -> Known | None:
        """Return the newest message of this kind that is about no case and was shown to the account (None: in the group)."""
        found = await self.shown(kind, version)
        return next((known for known in reversed(found) if known.account == account), None)

    async def cases_shown(self, kind: str, account: int, cases: Sequence[int]) -> set[int]:
        """Return those of these cases (ids) about which the account was shown a message of this kind."""
        query = sa.select(t.messages.c.case_id).where(
            t.messages.c.connection == self._tx.messenger,
            t.messages.c.case_id.in_(list(cases)),
            t.messages.c.kind == kind,
            t.messages.c.account == account,
        )
        return {int(case) for case in (await self._tx.connection.execute(query)).scalars()}

    async def shown(self, kind: str, version: int | None = None, since: datetime | None = None) -> list[Known]:
        """Return the messages of this kind about no case (of this version, from `since` on, if given), oldest first."""
        if version is not None and not 0 <= version <= t.LARGEST_NUMBER:
            return []
        read_since, found = self._shown.get((kind, version), (since, None))
        if found is None or (read_since is not None and (since is None or since < read_since)):
            query = _about_no_case(version is not None, since is not None)
            values = {**self._tx.here(), "kind": kind, "version": version, "since": since}
            named = {name: value for name, value in values.items() if value is not None}
            rows = (await self._tx.connection.execute(query, named)).mappings()
            found = [(row["at"], _known(row)) for row in rows]
            self._shown[kind, version] = since, found
        return [known for at, known in found if since is None or at >= since]

    def _new_look(self) -> None:
        self._at.clear()
        self._of_case.clear()
        self._shown.clear()

    async def forget(self, chat_id: int, message_id: int) -> None:
        self._new_look()
        await self._tx.connection.execute(
            t.messages.delete().where(
                t.messages.c.connection == self._tx.messenger,
                t.messages.c.chat_id == chat_id,
                t.messages.c.message_id == message_id,
            )
        )


def _known(row: sa.RowMapping) -> Known:
    return Known(
        row["chat_id"],
        row["message_id"],
        row["kind"],
        row["case_id"],
        row["version"],
        row["account"],
        row["shown"],
        row["menu"],
    )


_BINDING = ("person", "account", "shown_name", "reachable", "in_group", "hears", "quiet", "posted_at_once")


class People:
    """Bindings of people to accounts, invitations, and the working group. Bindings and the group are cached until the
    transaction ends or they are changed here."""

    def __init__(self, tx: Scope) -> None:
        self._tx = tx
        self._everybody: list[Binding] | None = None
        self._group: list[tuple[int, str]] | None = None

    async def all(self) -> list[Binding]:
        if self._everybody is None:
            rows = (await self._tx.connection.execute(_EVERYBODY, self._tx.here())).mappings()
            found = [Binding(*(r[name] for name in _BINDING)) for r in rows]
            self._everybody = sorted(found, key=lambda binding: binding.person)
        return list(self._everybody)

    async def of_account(self, account: int) -> list[Binding]:
        return [binding for binding in await self.all() if binding.account == account]

    async def bind(self, person: str, account: int, shown_name: str, *, in_group: bool, now: datetime) -> None:
        """Bind the person to this account, in place of an earlier one in this messenger."""
        values = {
            "municipality": self._tx.municipality,
            "connection": self._tx.messenger,
            "person": person,
            "account": account,
            "shown_name": cut(t.bindings.c.shown_name, shown_name),
            "reachable": True,
            "in_group": in_group,
            "bound_at": now,
        }
        self._everybody = None
        await self._tx.connection.execute(
            put(self._tx.dialect, t.bindings, ("municipality", "person", "connection")), values
        )

    async def unbind(self, person: str) -> bool:
        """Remove the person's bindings, in every messenger; return whether there was one."""
        self._everybody = None
        result = await self._tx.connection.execute(
            t.bindings.delete().where(t.bindings.c.municipality == self._tx.municipality, t.bindings.c.person == person)
        )
        return bool(result.rowcount)

    async def set_account(self, account: int, **values: Any) -> None:
        """Set fields in every binding of the account: `reachable`, `in_group`, or how the person wants notices."""
        self._everybody = None
        await self._tx.connection.execute(
            t.bindings.update()
            .where(
                t.bindings.c.municipality == self._tx.municipality,
                t.bindings.c.connection == self._tx.messenger,
                t.bindings.c.account == account,
            )
            .values(**values)
        )

    async def invite(self, code_hash: str, person: str, expires_at: datetime) -> None:
        await self._tx.connection.execute(
            t.invitations.insert(),
            {
                "code_hash": code_hash,
                "municipality": self._tx.municipality,
                "person": person,
                "expires_at": expires_at,
            },
        )

    async def invitation(self, code_hash: str) -> Mapping[str, Any] | None:
        query = sa.select(t.invitations).where(
            t.invitations.c.municipality == self._tx.municipality, t.invitations.c.code_hash == code_hash
        )
        row = (await self._tx.connection.execute(query)).mappings().one_or_none()
        return {str(key): value for key, value in row.items()} if row is not None else None

    async def use_invitation(self, code_hash: str, now: datetime) -> None:
        await self._tx.connection.execute(
            t.invitations.update().where(t.invitations.c.code_hash == code_hash).values(used_at=now)
        )

    async def working_group(self) -> tuple[int, str] | None:
        if self._group is None:
            rows = await self._tx.connection.execute(_GROUP, self._tx.here())
            self._group = [(row[0], row[1]) for row in rows]
        return self._group[0] if self._group else None

    async def set_working_group(self, chat_id: int, title: str) -> None:
        self._group = None
        row = {"municipality": self._tx.municipality, "connection": self._tx.messenger, "purpose": "working"}
        await self._tx.connection.execute(
            put(self._tx.dialect, t.chats, ("municipality", "purpose", "connection")),
            {**row, "chat_id": chat_id, "title": cut(t.chats.c.title, title)},
        )


class Questions:
    """Stores the bot's questions to people, so that none is lost by a restart. A question is open until it is answered or
    replaced."""

    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def ask(
        self,
        account: int,
        kind: str,
        case_id: int | None,
        body: Mapping[str, Any],
        now: datetime,
        *,
        beside: bool = False,
    ) -> int:
        """Store an open question; return its id. Closes an open one of the same kind and case first, unless `beside`."""
        if not beside:
            await self._close_like(account, kind, case_id, now)
        row = {
            "municipality": self._tx.municipality,
            "connection": self._tx.messenger,
            "account": account,
            "kind": kind,
            "case_id": case_id,
            "body": json.dumps(dict(body), ensure_ascii=False),
            "asked_at": now,
        }
        result = await self._tx.connection.execute(t.questions.insert().values(**row).returning(t.questions.c.id))
        return int(result.scalar_one())

    async def _close_like(self, account: int, kind: str, case_id: int | None, now: datetime) -> None:
        await self._tx.connection.execute(
            t.questions.update()
            .where(
                t.questions.c.municipality == self._tx.municipality,
                t.questions.c.connection == self._tx.messenger,
                t.questions.c.account == account,
                t.questions.c.kind == kind,
                t.questions.c.case_id == case_id,
                t.questions.c.answered_at.is_(None),
            )
            .values(answered_at=now)
        )

    async def shown_at(self, question_id: int, chat_id: int, message_id: int) -> None:
        await self._tx.connection.execute(
            t.questions.update().where(t.questions.c.id == question_id).values(chat_id=chat_id, message_id=message_id)
        )

    async def get(self, question_id: int) -> Question | None:
        found = await self._select(t.questions.c.id == question_id)
        return found[0] if found else None

    async def open_at(self, chat_id: int, message_id: int) -> Question | None:
        values = {**self._tx.here(), "chat": chat_id, "message": message_id}
        row = (await self._tx.connection.execute(_OPEN_AT, values)).mappings().first()
        return _question(row) if row is not None else None

    async def asked_at(self, chat_id: int, message_id: int) -> Question | None:
        """Return the question shown in that message, open or not; None if there is none."""
        query = sa.select(t.questions).where(
            t.questions.c.municipality == self._tx.municipality,
            t.questions.c.connection == self._tx.messenger,
            t.questions.c.chat_id == chat_id,
            t.questions.c.message_id == message_id,
        )
        row = (await self._tx.connection.execute(query)).mappings().first()
        return _question(row) if row is not None else None

    async def open_of(self, account: int) -> list[Question]:
        """Return the account's open questions, the newest first."""
        rows = await self._tx.connection.execute(_OPEN_OF, {**self._tx.here(), "account": account})
        return [_question(row) for row in rows.mappings()]

    async def open_of_kind(self, kind: str) -> list[Question]:
        return await self._select(t.questions.c.kind == kind)

    async def open_about(self, case_id: int, kinds: Collection[str]) -> list[Question]:
        """Return the open questions of these kinds about the case (its id), the newest first."""
        return await self._select(t.questions.c.case_id == case_id, t.questions.c.kind.in_(kinds))

    async def answered(self, question_id: int, now: datetime) -> None:
        await self._tx.connection.execute(
            t.questions.update().where(t.questions.c.id == question_id).values(answered_at=now)
        )

    async def forget_answered(self, before: datetime) -> None:
        """Erase the contents of questions answered before the moment; the rows stay."""
        await self._tx.connection.execute(
            t.questions.update()
            .where(t.questions.c.municipality == self._tx.municipality, t.questions.c.answered_at < before)
            .values(body="{}")
        )

    async def _select(self, *conditions: sa.ColumnElement[bool]) -> list[Question]:
        query = (
            sa.select(t.questions)
            .where(
                t.questions.c.municipality == self._tx.municipality,
                t.questions.c.connection == self._tx.messenger,
                t.questions.c.answered_at.is_(None),
                *conditions,
            )
            .order_by(t.questions.c.id.desc())
        )
        rows = (await self._tx.connection.execute(query)).mappings()
        return [_question(row) for row in rows]


def _question(row: sa.RowMapping) -> Question:
    return Question(
        row["id"],
        row["account"],
        row["kind"],
        row["case_id"],
        row["chat_id"],
        row["message_id"],
        json.loads(row["body"]),
        row["asked_at"],
    )
