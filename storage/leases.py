"""Leases: which process serves a municipality, where several share one PostgreSQL database. SQLite needs none: a lock file
refuses a second process.

A municipality's row says who owns it, until when by the database's clock, and its epoch, which goes up with each owner. Every
transaction over the municipality begins by locking the row, so that two of them never run side by side, and an owner's
transaction fails if the epoch is no longer its own: a process that slept through the end of its lease cannot write anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from storage import notifying
from storage import tables as t
from storage.dialects import insert_for, insert_new
from storage.engine import Connection, Engine
from storage.failures import StorageError

LASTS = timedelta(seconds=7)
"""How long a lease is valid after each renewal, by the database's clock. A killed owner is replaced within this time and the
second until another process looks for free leases."""
WAITS = timedelta(seconds=1)
"""How long to wait for a lease row that a transaction is using: waiting longer would be late for the other municipalities."""
TAKEN_OVER = "другой процесс взял муниципалитет на себя"
LOCK_NOT_AVAILABLE = "55P03"

_L, _P = t.leases.c, t.processes.c
_ROW: sa.BindParameter[str] = sa.bindparam("row")
_ENTER = sa.select(_L.owner, _L.epoch).where(_L.municipality == _ROW).with_for_update()
_NOW: sa.Function[Any] = sa.func.clock_timestamp(type_=sa.DateTime(timezone=True))
_LASTS = sa.literal(LASTS, sa.Interval)


_END_FROZEN = sa.text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
    " AND application_name = current_setting('application_name') AND xact_start IS NOT NULL AND wait_event = 'ClientRead'"
    " AND state_change < clock_timestamp() - CAST(:silent AS interval)"
).bindparams(sa.bindparam("silent", type_=sa.Interval()))
"""Ends transactions of this program whose process has sent nothing for `silent`. The server's own
`idle_in_transaction_session_timeout` does not notice one frozen between two messages of a single statement, which would keep
its municipality locked for ever."""


_GONE = sa.select(_P.owner).where(_P.until < _NOW - _LASTS - _LASTS).with_for_update(skip_locked=True)
_WAIT = sa.text("SELECT set_config('lock_timeout', :wait, true)")


class LeaseLost(StorageError):  # noqa: N818 - what happened, not whose mistake
    """Another process owns the municipality by now; nothing of the transaction was stored."""


@dataclass
class Leases:
    """The leases of one process, whose name is `owner`. `epochs`: the epoch of each municipality it owns; checked at the
    beginning of every transaction. `edited`: municipalities whose rows held a value that no process writes (somebody edited
    them by hand), to be reported; such a lease counts as free."""

    engine: Engine
    owner: str
    epochs: dict[str, int] = field(default_factory=dict)
    frozen_after: timedelta = timedelta(seconds=5)
    edited: list[str] = field(default_factory=list)
    _orphans: set[str] = field(default_factory=set)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self, municipalities: Iterable[str], *, stays: bool = True) -> list[str]:
        """Renew the leases this process owns, forget those that others took, and take free ones of these municipalities, up
        to a fair share; beyond it only leases that nobody else took for a while. A row that a long transaction is using is
        waited for a second at most: if it is ours it stays ours as long as the row says so; if it is another's it is tried
        again at the next look, as is whatever could not be taken within this second. `stays` False: this process is leaving
        and is not counted when shares are computed.

        Afterwards `epochs` holds what is owned. Return the owned municipalities beyond the share, to be released for a
        process that has just started. Raises what the database raises; `epochs` is then unchanged."""
        wanted = sorted(set(municipalities))
        async with self._one_at_a_time:
            async with self.engine.begin() as connection:
                await connection.execute(_END_FROZEN, {"silent": self.frozen_after})
                await self._note_presence(connection, stays=stays)
                rows = {row.municipality: row for row in await connection.execute(_state(), {"keys": wanted})}
                processes = await connection.execute(sa.select(sa.func.count()).where(_P.until >= _NOW))
                share = -(-len(wanted) // max(1, processes.scalar_one()))
                owned = await self._renewed(connection)
            owned |= await self._renewed_of_the_busy(owned, rows)
            taken, orphans = dict[str, int](), set[str]()
            end = asyncio.get_running_loop().time() + WAITS.total_seconds()
            for key in wanted if stays else ():
                row = rows.get(key)
                is_orphan = row is not None and row.orphan
                if (
                    key in owned
                    or not (row is None or row.free)
                    or (len(owned) + len(taken) >= share and not is_orphan)
                ):
                    continue
                if taken and asyncio.get_running_loop().time() > end:
                    break
                if (epoch := await self._taken(key, row, end)) is not None:
                    taken[key] = epoch
                    orphans |= {key} if is_orphan else set()
            self._orphans = (self._orphans & owned.keys()) | orphans
            self.epochs.clear()
            self.epochs.update({**owned, **taken})
        return sorted(self.epochs, key=lambda key: (key not in self._orphans, key))[share:] if stays else []

    async def _note_presence(self, connection: Connection, *, stays: bool) -> None:
        if stays:
            await connection.execute(_lasting_process(), {"owner": self.owner})
            await connection.execute(t.processes.delete().where(_P.owner.in_(_GONE)))
        else:
            await connection.execute(t.processes.delete().where(_P.owner == self.owner))

    async def _renewed(self, connection: Connection) -> dict[str, int]:
        """Renew in one statement all owned leases whose rows no transaction has locked, so that no municipality waits for
        another's transaction. Return those renewed, with their epochs."""
        unused = sa.select(_L.municipality).where(_L.owner == self.owner, _L.municipality.in_(sorted(self.epochs)))
        renewed = t.leases.update().where(_L.municipality.in_(unused.with_for_update(skip_locked=True)))
        rows = await connection.execute(renewed.values(until=_NOW + _LASTS).returning(_L.municipality, _L.epoch))
        return {key: epoch for key, epoch in map(tuple, rows) if self.epochs.get(key) == epoch}

    async def _renewed_of_the_busy(self, renewed: Mapping[str, int], rows: Mapping[str, Any]) -> dict[str, int]:
        async def renew(key: str, epoch: int) -> bool:
            mine = (_L.municipality == key, _L.owner == self.owner, _L.epoch == epoch)
            try:
                async with self.engine.begin() as connection:
                    await _wait_at_most(connection, WAITS.total_seconds())
                    kept = await connection.execute(
                        t.leases.update().where(*mine).values(until=_NOW + _LASTS).returning(_L.epoch)
                    )
                    return kept.first() is not None
            except sa.exc.DBAPIError as error:
                if not _is_busy(error):
                    raise
                row = rows.get(key)
                return row is not None and (row.owner, row.epoch) == (self.owner, epoch)

        busy = {key: epoch for key, epoch in self.epochs.items() if key not in renewed}
        kept = await asyncio.gather(*(renew(key, epoch) for key, epoch in busy.items()))
        return {key: epoch for (key, epoch), is_mine in zip(busy.items(), kept, strict=True) if is_mine}

    async def _taken(self, key: str, seen: Any, end: float) -> int | None:
        """Take the lease of municipality `key` (`seen`: its row; None: there is none yet). Return the new epoch; None if
        another process was quicker or is still using the row at `end` (seconds of the event loop's clock)."""
        if seen is not None and seen.edited:
            self.edited.append(key)
        try:
            async with self.engine.begin() as connection:
                await _wait_at_most(connection, end - asyncio.get_running_loop().time())
                if seen is None:
                    await connection.execute(insert_new(connection.dialect.name, t.leases), {"municipality": key})
                taken = await connection.execute(
                    t.leases.update()
                    .where(_L.municipality == key, _L.epoch == (seen.epoch if seen is not None else 0))
                    .values(owner=self.owner, epoch=_L.epoch + 1, until=_NOW + _LASTS)
                    .returning(_L.epoch)
                )
                epoch: int | None = taken.scalar()
                return epoch
        except sa.exc.DBAPIError as error:
            if not _is_busy(error):
                raise
            return None

    async def release(self, *keys: str, stays: bool = True) -> None:
        """Give up the leases of these municipalities: others are notified and may take them at once. `stays` False: this
        process is leaving, so it is no longer counted when shares are computed."""
        async with self._one_at_a_time, self.engine.begin() as connection:
            for key in keys:
                mine = (_L.municipality == key, _L.owner == self.owner, _L.epoch == self.epochs.pop(key, -1))
                await connection.execute(t.leases.update().where(*mine).values(owner="", until=_NOW))
            if not stays:
                await self._note_presence(connection, stays=False)
            connection.tell(notifying.LEASES)

    async def leave(self) -> None:
        """Give up all leases of this process, which no longer serves any municipality."""
        await self.release(*self.epochs, stays=False)


def _state() -> sa.Select[Any]:
    """Return the query for these municipalities' leases, each with whether it may be taken: it has expired (`free`), expired
    so long ago that no other process seems to want it (`orphan`), or ends later than any lease can (`edited`)."""
    edited = _L.until > _NOW + _LASTS + _LASTS
    free = sa.or_(_L.until.is_(None), _L.until < _NOW, edited)
    orphan = sa.or_(_L.until.is_(None), _L.until < _NOW - _LASTS, edited)
    columns = (_L.municipality, _L.owner, _L.epoch, free.label("free"), orphan.label("orphan"), edited.label("edited"))
    return sa.select(*columns).where(_L.municipality.in_(sa.bindparam("keys", expanding=True)))


async def _wait_at_most(connection: Connection, seconds: float) -> None:
    """For a lock, within this transaction."""
    await connection.execute(_WAIT, {"wait": f"{max(1, int(1000 * seconds))}ms"})


def _is_busy(error: sa.exc.DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE


def _lasting_process() -> Any:
    insert = insert_for("postgresql", t.processes).values(owner=sa.bindparam("owner"), until=_NOW + _LASTS)
    return insert.on_conflict_do_update(index_elements=["owner"], set_={"until": insert.excluded.until})


async def others(engine: Engine, owner: str) -> int:
    """Return how many processes of the program other than `owner` use the database now."""
    async with engine.begin() as connection:
        living = await connection.execute(sa.select(sa.func.count()).where(_P.until >= _NOW, _P.owner != owner))
        return int(living.scalar_one())


async def is_used(engine: Engine) -> bool:
    """Whether any process of the program that takes leases uses the database now."""
    return await others(engine, "") > 0


async def enter(connection: Connection, municipality: str, held: Leases | None) -> None:
    """Lock the municipality's row: wait for its other transaction to end, and keep others out until this one ends. `held`: the
    leases of the process; None: it owns none, as a command on the command line. Raises LeaseLost if `held` no longer
    includes this municipality."""
    found = (await connection.execute(_ENTER, {"row": municipality})).first()
    if found is None:
        await connection.execute(insert_new(connection.dialect.name, t.leases), {"municipality": municipality})
        found = (await connection.execute(_ENTER, {"row": municipality})).one()
    if held is not None and municipality and (held.owner, held.epochs.get(municipality)) != (found.owner, found.epoch):
        raise LeaseLost(TAKEN_OVER)
