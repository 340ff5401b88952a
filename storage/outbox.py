"""The outbox: every outgoing message (letter), stored in the transaction that decided it. Only delivery sends from it.

A letter's states: `waiting`, `sending` (marked before a send that cannot be repeated harmlessly), `sent`, `failed` (people
learned of it in another way) and `given_up` (they did not, so it is listed for the curators). Waiting letters with the same
`fold` are one: ten edits waiting for one card become one edit. A letter's `lane` is its queue: a chat, an account, a network.

A letter that waits to be tried again holds up those of the same case in its lane, so that they stay in order. Letters of other
cases it holds up until it has been tried a few times: then one more is tried, to see whether the lane or the letter is at fault.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.dialects import insert_for
from storage.scope import Scope
from workflow.ports import LETTERS, NETWORK, Letter

_JSON = json.JSONEncoder(ensure_ascii=False, default=str)
OWN_FAULT = "broken: "
"""The prefix of a letter's `error` if the program itself failed to make the message: then only that letter waits, not its
lane."""

_HERE: sa.BindParameter[Any] = sa.bindparam("here")
_GET = sa.select(t.outbox).where(t.outbox.c.municipality == _HERE, t.outbox.c.id == sa.bindparam("letter"))
_CHANGE = t.outbox.update().where(t.outbox.c.id == sa.bindparam("letter"))
_HAND_OVER = (
    t.outbox.update()
    .where(t.outbox.c.municipality == _HERE, t.outbox.c.state == "waiting")
    .values(state="sent", sent_at=sa.bindparam("now", type_=t.Moment()))
    .returning(t.outbox)
)
_NEXT_MOMENT = sa.select(sa.func.min(t.outbox.c.not_before)).where(
    t.outbox.c.municipality == _HERE, t.outbox.c.state == "waiting", t.outbox.c.not_before > sa.bindparam("now")
)

_UNSENT = (t.outbox.c.municipality == _HERE, sa.or_(t.outbox.c.state == "waiting", t.outbox.c.state == "sending"))
_DEPTH = sa.select(sa.func.count()).where(*_UNSENT)


@cache
def _folding(dialect: str) -> Any:
    """Return an insert that adds nothing if a letter of the same fold waits already: that one gets the more urgent of the two
    priorities and, if it was put off and not tried yet, is due at once if the new one would be."""
    insert = insert_for(dialect, t.outbox)
    new, old = insert.excluded, t.outbox.c
    now_due = sa.and_(old.attempts == 0, new.not_before.is_(None))
    return insert.on_conflict_do_update(
        index_elements=["municipality", "connection", "fold"],
        index_where=sa.text("state = 'waiting' AND fold IS NOT NULL"),
        set_={
            "priority": sa.case((new.priority < old.priority, new.priority), else_=old.priority),
            "not_before": sa.case((now_due, sa.null()), else_=old.not_before),
        },
    )


def _due() -> sa.ColumnElement[bool]:
    return sa.or_(t.outbox.c.not_before.is_(None), t.outbox.c.not_before <= sa.bindparam("now", type_=t.Moment()))


@cache
def _any_repeat() -> sa.Select[Any]:
    return sa.select(sa.exists().where(t.outbox.c.municipality == _HERE, t.outbox.c.state == "waiting", _repeats()))


@cache
def _heads() -> sa.Select[Any]:
    """Return the query for the first due letter of each lane. Only right while no letter waits to be tried again."""
    o = t.outbox.c
    letters = sa.select(o.id, o.connection, o.lane, o.priority).where(
        o.municipality == _HERE, o.state == "waiting", _due()
    )
    return _first_of_each_lane(letters.subquery().select())


@cache
def _heads_beside_repeats() -> sa.Select[Any]:
    """Return the query for the letter of each lane that may be sent now, when some letters wait to be tried again (see
    `Outbox.heads`); it takes three times as long as `_heads`."""
    o = t.outbox.c
    tried = _repeats()
    in_lane: Any = {"partition_by": [o.connection, o.lane]}
    of_case: Any = {
        "partition_by": [o.connection, o.lane, o.case_id],
        "order_by": [o.priority, o.id],
        "rows": (None, -1),
    }
    number = sa.func.sum(sa.case((tried, 1), else_=0))
    letters = (
        sa.select(
            o.id,
            o.connection,
            o.lane,
            o.priority,
            o.attempts,
            _due().label("due"),
            number.over(**in_lane).label("repeats"),
            sa.func.min(sa.case((tried, o.attempts))).over(**in_lane).label("fewest"),
            sa.case((o.case_id.is_(None), 0), else_=sa.func.coalesce(number.over(**of_case), 0)).label("in_front"),
        )
        .where(o.municipality == _HERE, o.state == "waiting")
        .subquery()
    )
    one = letters.c
    lane_is_free = sa.or_(one.attempts > 0, one.repeats == 0, one.fewest > one.repeats + 1)
    return _first_of_each_lane(letters.select().where(one.due, one.in_front == 0, lane_is_free))


def _first_of_each_lane(letters: sa.Select[Any]) -> sa.Select[Any]:
    one = letters.subquery().c
    place = sa.func.row_number().over(partition_by=[one.connection, one.lane], order_by=[one.priority, one.id])
    ranked = sa.select(one.id, place.label("place")).subquery()
    return (
        sa.select(t.outbox)
        .join(ranked, sa.and_(ranked.c.id == t.outbox.c.id, ranked.c.place == 1))
        .order_by(t.outbox.c.priority, t.outbox.c.id)
    )


def _repeats() -> sa.ColumnElement[bool]:
    """Return the condition for letters to the messenger that wait to be tried again for a reason other than a fault of the
    program."""
    o = t.outbox.c
    ours = sa.func.coalesce(o.error, "").startswith(OWN_FAULT)
    return sa.and_(o.attempts > 0, o.lane.not_like(f"{NETWORK}%"), ~ours)


@cache
def _queue() -> sa.Select[int, Any]:
    put_off = sa.and_(t.outbox.c.attempts == 0, t.outbox.c.not_before > sa.bindparam("now", type_=t.Moment()))
    waits = sa.not_(sa.func.coalesce(put_off, sa.false()))
    return sa.select(sa.func.count(), sa.func.min(t.outbox.c.created_at)).where(*_UNSENT, waits)


@cache
def _given_up() -> sa.Select[Any]:
    lost, later = t.outbox, t.outbox.alias()
    same = (
        later.c.connection == lost.c.connection,
        later.c.lane == lost.c.lane,
        later.c.kind == lost.c.kind,
        later.c.case_id == lost.c.case_id,
    )
    made_good = sa.exists().where(later.c.municipality == _HERE, *same, later.c.id > lost.c.id, later.c.state == "sent")
    return (
        sa.select(lost)
        .where(lost.c.municipality == _HERE, lost.c.state == "given_up")
        .where(lost.c.created_at >= sa.bindparam("since", type_=t.Moment()), ~made_good)
        .order_by(lost.c.id)
    )


class Outbox:
    def __init__(self, tx: Scope) -> None:
        self._tx = tx

    async def put(self, letters: Sequence[Letter], now: datetime) -> None:
        """Store the letters to be sent; one with the same `fold` as a waiting letter is merged into that one. ValueError if
        the kind of one is not in `LETTERS`."""
        if not letters:
            return
        if unknown := {letter.kind for letter in letters} - LETTERS:
            raise ValueError(f"no such letter: {sorted(unknown)}")
        rows = [
            {
                "municipality": self._tx.municipality,
                "connection": self._connection_of(letter.lane),
                "lane": letter.lane,
                "priority": letter.priority,
                "kind": letter.kind,
                "case_id": letter.case_id,
                "account": letter.account,
                "fold": letter.fold,
                "body": _JSON.encode(dict(letter.body)),
                "created_at": now,
                "not_before": letter.not_before,
            }
            for letter in letters
        ]
        await self._tx.connection.execute(_folding(self._tx.dialect), rows)

    def _connection_of(self, lane: str) -> str:
        """Return the connection to which the lane belongs: a citizens' network's, or the municipality's messenger's."""
        return self._tx.source_of(lane.removeprefix(NETWORK)) if lane.startswith(NETWORK) else self._tx.messenger

    async def waiting_as(self, folds: Sequence[str]) -> dict[str, Letter]:
        """Return, by fold, the letters to the messenger with these folds that wait and have not been tried yet."""
        query = sa.select(t.outbox).where(
            t.outbox.c.municipality == self._tx.municipality,
            t.outbox.c.state == "waiting",
            t.outbox.c.attempts == 0,
            t.outbox.c.connection == self._tx.messenger,
            t.outbox.c.fold.in_(list(folds)),
        )
        rows = (await self._tx.connection.execute(query)).mappings()
        return {row["fold"]: _letter(row) for row in rows}

    async def release(self, held_until: datetime) -> None:
        """Make the letters due at once that were put off to exactly this moment."""
        held = (t.outbox.c.municipality == self._tx.municipality, t.outbox.c.state == "waiting")
        statement = t.outbox.update().where(*held, t.outbox.c.not_before == held_until).values(not_before=None)
        await self._tx.connection.execute(statement)

    async def waiting(self, now: datetime, limit: int = 200) -> list[Letter]:
        """Return up to `limit` letters that are due at `now`, by priority, then by age."""
        query = (
            sa.select(t.outbox)
            .where(
                t.outbox.c.municipality == self._tx.municipality,
                t.outbox.c.state == "waiting",
                sa.or_(t.outbox.c.not_before.is_(None), t.outbox.c.not_before <= now),
            )
            .order_by(t.outbox.c.priority, t.outbox.c.id)
            .limit(limit)
        )
        return [_letter(row) for row in (await self._tx.connection.execute(query)).mappings()]

    async def heads(self, now: datetime) -> list[Letter]:
        """Return the letter to send now of each lane that has one, the most urgent first. While `n` letters of a lane wait to
        be tried again, one that was not tried yet is sent only when each of them has been tried more than `n` + 1 times:
        so a failing lane is tried less and less often, and a working one goes on."""
        values = {"here": self._tx.municipality, "now": now}
        any_repeat = (await self._tx.connection.execute(_any_repeat(), {"here": self._tx.municipality})).scalar_one()
        query = _heads_beside_repeats() if any_repeat else _heads()
        return await self._readable((await self._tx.connection.execute(query, values)).mappings().all())

    async def next_moment(self, now: datetime) -> datetime | None:
        """Return when the next letter that is put off becomes due; None if none is put off."""
        values = {"here": self._tx.municipality, "now": now}
        moment: datetime | None = (await self._tx.connection.execute(_NEXT_MOMENT, values)).scalar_one()
        return moment

    async def let_repeats_go(self, lane: str | None) -> None:
        """Make the letters due at once that wait to be tried again in this lane, or in every lane of the messenger (None),
        because sending there works again."""
        here = [t.outbox.c.municipality == self._tx.municipality, t.outbox.c.state == "waiting"]
        here.append(t.outbox.c.connection == (self._connection_of(lane) if lane is not None else self._tx.messenger))
        if lane is not None:
            here.append(t.outbox.c.lane == lane)
        statement = t.outbox.update().where(*here, _repeats()).values(not_before=None)
        await self._tx.connection.execute(statement)

    async def get(self, letter_id: int) -> Letter | None:
        values = {"here": self._tx.municipality, "letter": letter_id}
        row = (await self._tx.connection.execute(_GET, values)).mappings().one_or_none()
        return _letter(row) if row is not None else None

    async def left_sending(self) -> list[Letter]:
        """Return the letters that a process was sending when it was killed; whether they were sent is not known."""
        query = sa.select(t.outbox).where(
            t.outbox.c.municipality == self._tx.municipality, t.outbox.c.state == "sending"
        )
        rows = await self._tx.connection.execute(query.order_by(t.outbox.c.id))
        return await self._readable(rows.mappings().all())

    async def _readable(self, rows: Sequence[sa.RowMapping]) -> list[Letter]:
        """Return the rows as letters. One that cannot be parsed is left out and marked as failed, so that it holds up nothing."""
        letters: list[Letter] = []
        for row in rows:
            try:
                letters.append(_letter(row))
            except (ValueError, TypeError, RecursionError) as error:
                await self.change(row["id"], state="failed", error=f"{OWN_FAULT}{type(error).__name__}")
        return letters

    async def change(self, letter_id: int, **values: Any) -> None:
        """Set columns of one letter (state, attempts, progress, not_before, error, sent_at, body)."""
        await self._tx.connection.execute(_CHANGE, {**values, "letter": letter_id})

    async def reopen(
        self, letter: Letter, not_before: datetime | None, attempts: int, error: str, **values: Any
    ) -> None:
        """Make the letter wait again, in its old place, with its attempts and error. A newer letter with the same fold is
        merged into it: both would show the same, because the text is made when the letter is sent."""
        if letter.fold is not None:
            taken = sa.and_(
                t.outbox.c.municipality == self._tx.municipality,
                t.outbox.c.connection == self._connection_of(letter.lane),
                t.outbox.c.fold == letter.fold,
                t.outbox.c.state == "waiting",
                t.outbox.c.id != letter.id,
            )
            priority = (await self._tx.connection.execute(sa.select(t.outbox.c.priority).where(taken))).scalar()
            if priority is not None:
                newer = t.outbox.update().where(taken)
                await self._tx.connection.execute(newer.values(state="sent", error="folded into an older one"))
                values["priority"] = min(priority, letter.priority)
        await self.change(letter.id, state="waiting", not_before=not_before, attempts=attempts, error=error, **values)

    async def hand_over(self, now: datetime) -> list[Letter]:
        """Mark every waiting letter, put off or not, as sent and return them all, in the order they were stored; the caller
        shows them himself."""
        values = {"here": self._tx.municipality, "now": now}
        rows = (await self._tx.connection.execute(_HAND_OVER, values)).mappings().all()
        return sorted((_letter(row) for row in rows), key=lambda letter: letter.id)

    async def depth(self) -> int:
        """Return how many letters wait or are being sent, including those put off to a later moment."""
        return int((await self._tx.connection.execute(_DEPTH, {"here": self._tx.municipality})).scalar_one())

    async def queue(self, now: datetime) -> tuple[int, datetime | None]:
        """Return how many letters wait or are being sent, and when the oldest of them was stored (None: there is none); those
        put off and not tried yet are left out."""
        values = {"here": self._tx.municipality, "now": now}
        waiting, oldest = (await self._tx.connection.execute(_queue(), values)).one()
        return int(waiting), oldest

    async def given_up(self, since: datetime) -> list[Letter]:
        """Return the letters stored at `since` or later that were given up, the oldest first; not those after which one of the
        same kind, case and lane was sent."""
        values = {"here": self._tx.municipality, "since": since}
        return [_letter(row) for row in (await self._tx.connection.execute(_given_up(), values)).mappings()]

    async def forget_sent(self, before: datetime) -> None:
        await self._tx.connection.execute(
            t.outbox.delete().where(t.outbox.c.state == "sent", t.outbox.c.created_at < before)
        )


def _letter(row: sa.RowMapping) -> Letter:
    return Letter(
        kind=row["kind"],
        lane=row["lane"],
        priority=row["priority"],
        case_id=row["case_id"],
        account=row["account"],
        fold=row["fold"],
        body=json.loads(row["body"]),
        not_before=row["not_before"],
        id=row["id"],
        attempts=row["attempts"],
        progress=row["progress"],
        state=row["state"],
        created_at=row["created_at"],
    )
