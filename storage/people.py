"""Finds everything stored about one citizen (152-ФЗ): his messages, his comments, and what prevents erasing them. Reads only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.codec import load, load_case
from storage.copying import chunks
from storage.moderation import Proposal
from storage.needles import number_of
from storage.transaction import Transaction
from workflow.case import Appeal, Case
from workflow.erasure import NOBODY, is_over
from workflow.official.moderation import ModerationState

WAITING = ("waiting", "behind")


@dataclass(frozen=True, slots=True)
class Left:
    """A message of the person that the bot saw but made no case of (a row of `seen`). `name`: the author's name in it."""

    id: int
    ref: str
    name: str
    text: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything one municipality has stored about a person: `cases`, messages without a case (`left`), `comments`, parked
    updates. `account`: as `vk:id123`, None if it is unknown; `names`: those he wrote under. False if nothing is stored."""

    account: str | None
    names: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    left: tuple[Left, ...] = ()
    comments: tuple[Proposal, ...] = ()
    parked: tuple[int, ...] = ()
    """The ids of the person's parked rows of the inbox."""

    def __bool__(self) -> bool:
        return bool(self.cases or self.left or self.comments or self.parked)


def spellings(account: str) -> tuple[str, ...]:
    """Return the forms in which an account, written as `vk:123`, may be stored: that form and `vk:id123`, `vk:club123` (or
    those of `ok`)."""
    network, _, number = account.strip().partition(":")
    network = network.casefold()
    forms = {"vk": ("id{}", "club{}"), "ok": ("user:{}", "group:{}")}.get(network, ()) if number.isdigit() else ()
    return (f"{network}:{number}", *(f"{network}:{form.format(number)}" for form in forms))


def account_of(appeal: Appeal) -> str | None:
    return f"{appeal.network or appeal.source}:{appeal.author_ref}" if appeal.author_ref else None


async def of_account(tx: Transaction, account: str) -> Trace:
    """Return everything stored about the account; an empty trace if there is nothing."""
    found = [one for one in await _all(tx, accounts=spellings(account)) if one]
    trace = found[0] if found else Trace(spellings(account)[0])
    written = {trace.account or "", *spellings(account)}
    parked = [row for one in sorted(written) for row in await _rows_of(tx, one, ("parked",))]
    return replace(trace, parked=tuple(parked))


async def of_name(tx: Transaction, name: str) -> list[Trace]:
    """Return what is stored about everybody of this name: a trace for each account, and one for all without a known account
    together."""
    known = await _all(tx, name=_plain(name))
    whole = [await of_account(tx, one.account) if one.account is not None else one for one in known]
    return sorted(whole, key=lambda one: one.account or "")


async def accounts_of_rows(tx: Transaction, seen: Sequence[int], comments: Sequence[int]) -> set[str]:
    """Return the known accounts of the authors of these messages without a case (ids) and comments (numbers)."""
    s, m = t.seen.c, t.moderation.c
    authors = sa.select(s.author).where(s.municipality == tx.municipality, s.id.in_(list(seen)), s.author.is_not(None))
    found = set((await tx.connection.execute(authors)).scalars())
    bodies = sa.select(m.body).where(m.municipality == tx.municipality, m.number.in_(list(comments)))
    appeals = [load(Proposal, body).appeal for body in (await tx.connection.execute(bodies)).scalars()]
    return found | {account for appeal in appeals if (account := account_of(appeal)) is not None}


async def _all(tx: Transaction, accounts: Sequence[str] = (), name: str = "") -> list[Trace]:
    """Return what is stored about each of these accounts, or, without accounts, about everybody of this name; parked rows of
    the inbox are not included."""
    cases: dict[str | None, list[Case]] = {}
    left: dict[str | None, list[Left]] = {}
    comments: dict[str | None, list[Proposal]] = {}

    def is_wanted(account: str | None, written: str) -> bool:
        return account in accounts if accounts else _plain(written) == name

    c, s = t.cases, t.seen
    of_author = [c.c.author.in_(accounts)] if accounts else []
    async for rows in chunks(tx.connection, c, c.c.municipality == tx.municipality, *of_author):
        for row in rows:
            case = load_case(row.body) if accounts or name in _plain(row.body) else None
            if case is not None and is_wanted(account_of(case.appeal), case.appeal.author):
                cases.setdefault(account_of(case.appeal), []).append(case)
    of_author = [s.c.author.in_(accounts)] if accounts else []
    async for rows in chunks(tx.connection, s, s.c.municipality == tx.municipality, *of_author):
        for row in rows:
            body = json.loads(row.body)
            one = Left(row.id, row.ref, str(body.get("author_name") or ""), row.text, body)
            if is_wanted(row.author, one.name):
                left.setdefault(row.author, []).append(one)
    m = t.moderation
    async for rows in chunks(tx.connection, m, m.c.municipality == tx.municipality):
        for row in rows:
            kept = load(Proposal, row.body)
            if is_wanted(account_of(kept.appeal), kept.appeal.author):
                comments.setdefault(account_of(kept.appeal), []).append(kept)
    return [
        _trace(account, cases.get(account, []), left.get(account, []), comments.get(account, []))
        for account in {*cases, *left, *comments}
    ]


def _trace(account: str | None, cases: list[Case], left: list[Left], comments: list[Proposal]) -> Trace:
    appeals = (*(case.appeal.author for case in cases), *(one.appeal.author for one in comments))
    names = (*appeals, *(one.name for one in left))
    shown = tuple(dict.fromkeys(name for name in names if name and name != NOBODY))
    return Trace(account, shown, tuple(cases), tuple(left), tuple(comments))


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())


# --- what stands in the way of erasing -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Why a person's words cannot be erased now. `cases`: numbers of his open cases; `comments`: numbers of comments not
    decided on; `arrived`: how many updates of his wait in the inbox; `official`: the key of the person of the office to
    whom the account belongs. False if nothing prevents it."""

    cases: tuple[int, ...] = ()
    comments: tuple[int, ...] = ()
    arrived: int = 0
    official: str = ""

    def __bool__(self) -> bool:
        return bool(self.cases or self.comments or self.arrived or self.official)


async def in_the_way(tx: Transaction, trace: Trace) -> InTheWay:
    opened = []
    for case in trace.cases:
        above = await tx.case(case.merged_into.id) if case.merged_into is not None else None
        if not is_over(case, above):
            opened.append(case.number)
    undecided = [one.comment.id for one in trace.comments if one.comment.state is ModerationState.PROPOSED]
    arrived = len(await _rows_of(tx, trace.account, WAITING)) if trace.account is not None else 0
    return InTheWay(tuple(sorted(opened)), tuple(sorted(undecided)), arrived, await _official(tx, trace))


async def _rows_of(tx: Transaction, account: str, states: Sequence[str]) -> list[int]:
    """Return the ids of the account's rows of the inbox in these states."""
    network, _, author = account.partition(":")
    i = t.inbox.c
    from_there = sa.or_(i.source == network, sa.and_(i.source == "messenger", i.connection.startswith(f"{network}:")))
    query = sa.select(i.id).where(
        i.municipality == tx.municipality, i.state.in_(states), i.author == author, from_there
    )
    return list((await tx.connection.execute(query.order_by(i.id))).scalars())


async def _official(tx: Transaction, trace: Trace) -> str:
    network, _, author = (trace.account or "").partition(":")
    if not author.isdigit() or not number_of(author):
        return ""
    b = t.bindings.c
    here = b.municipality == tx.municipality, b.connection.startswith(f"{network}:"), b.account == int(author)
    return str((await tx.connection.execute(sa.select(b.person).where(*here).limit(1))).scalar() or "")
