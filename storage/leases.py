"""Leases: which process serves a municipality, where several share one PostgreSQL database. SQLite needs none: a lock file
refuses a second process.

A municipality's row says who owns it, until when by the database's clock, and its epoch, which goes up with each owner. Every
transaction over the municipality begins by locking the row, so that two of them never run side by side, and an owner's
transaction fails where the epoch is no longer its own: a process that slept through the end of its lease can write nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.dialects import insert_for, insert_new
from storage.engine import Connection, Engine
from storage.failures import StorageError

LASTS = timedelta(seconds=7)
"""Of the database's time, from each renewal. A killed owner is replaced within this and the second until somebody looks."""
TAKEN_OVER = "другой процесс взял муниципалитет на себя"

_L, _P = t.leases.c, t.processes.c
_ROW: sa.BindParameter[str] = sa.bindparam("row")
_ENTER = sa.select(_L.epoch).where(_L.municipality == _ROW).with_for_update()
_NOW: sa.Function[Any] = sa.func.clock_timestamp(type_=sa.DateTime(timezone=True))
_LASTS = sa.literal(LASTS, sa.Interval)


class LeaseLost(StorageError):  # noqa: N818 - what happened, not whose mistake
    """The municipality has another owner by now; nothing of the transaction was kept."""


@dataclass
class Leases:
    """The leases of one process, whose name is `owner`. `epochs`: the municipalities it owns; the books read them."""

    engine: Engine
    owner: str
    epochs: dict[str, int] = field(default_factory=dict)

    async def look(self, municipalities: Iterable[str]) -> list[str]:
        """Renew what is owned, forget what others took, and take of the municipalities what is free, up to a fair share.

        Afterwards `epochs` holds what is owned; return what of it is beyond the share, which a process that has just come
        waits for. Raises what the database raises; then nothing changed."""
        wanted = sorted(set(municipalities))
        async with self.engine.begin() as connection:
            await connection.execute(_lasting_process(), {"owner": self.owner})
            rows = {row.municipality: row for row in await connection.execute(_state(), {"keys": wanted})}
            processes = await connection.execute(sa.select(sa.func.count()).where(_P.until >= _NOW))
            share = -(-len(wanted) // max(1, processes.scalar_one()))
            owned = await self._renewed(connection)
            free = [key for key in wanted if key not in owned and _is_free(rows.get(key))]
            for key in free[: max(0, share - len(owned))]:
                epoch = await self._take(connection, key, rows.get(key))
                if epoch is not None:
                    owned[key] = epoch
        self.epochs.clear()
        self.epochs.update(owned)
        return sorted(owned)[share:] if wanted else []

    async def _renewed(self, connection: Connection) -> dict[str, int]:
        mine = t.leases.update().where(_L.owner == self.owner, _L.epoch == sa.bindparam("mine"))
        owned = {}
        for key, epoch in self.epochs.items():
            kept = await connection.execute(
                mine.where(_L.municipality == key).values(until=_NOW + _LASTS).returning(_L.epoch), {"mine": epoch}
            )
            if kept.first() is not None:
                owned[key] = epoch
        return owned

    async def _take(self, connection: Connection, key: str, seen: Any) -> int | None:
        """The new epoch; None if another was quicker."""
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

    async def release(self, *keys: str) -> None:
        """Let go: others may take them at once."""
        async with self.engine.begin() as connection:
            for key in keys:
                mine = (_L.municipality == key, _L.owner == self.owner, _L.epoch == self.epochs.pop(key, -1))
                await connection.execute(t.leases.update().where(*mine).values(owner="", until=None))

    async def leave(self) -> None:
        """Let everything go; this process takes no part any more."""
        await self.release(*self.epochs)
        async with self.engine.begin() as connection:
            await connection.execute(t.processes.delete().where(_P.owner == self.owner))


def _state() -> sa.Select[Any]:
    """The rows of municipalities, each with whether its lease is over. Gone processes are not looked at."""
    return sa.select(_L.municipality, _L.epoch, sa.or_(_L.until.is_(None), _L.until < _NOW).label("free")).where(
        _L.municipality.in_(sa.bindparam("keys", expanding=True))
    )


def _is_free(row: Any) -> bool:
    return row is None or bool(row.free)


def _lasting_process() -> Any:
    insert = insert_for("postgresql", t.processes).values(owner=sa.bindparam("owner"), until=_NOW + _LASTS)
    return insert.on_conflict_do_update(index_elements=["owner"], set_={"until": insert.excluded.until})


async def is_used(engine: Engine) -> bool:
    """Whether a process of the program uses the database now."""
    async with engine.begin() as connection:
        living = await connection.execute(sa.select(sa.func.count()).where(_P.until >= _NOW))
        return bool(living.scalar_one())


async def enter(connection: Connection, municipality: str, epochs: Mapping[str, int] | None) -> None:
    """Wait for the municipality's other transaction to end, and keep others out until this one does. `epochs`: of an owner's
    transactions; None: somebody beside the owners, such as a command. Raises LeaseLost."""
    found = (await connection.execute(_ENTER, {"row": municipality})).scalar()
    if found is None:
        await connection.execute(insert_new(connection.dialect.name, t.leases), {"municipality": municipality})
        found = (await connection.execute(_ENTER, {"row": municipality})).scalar_one()
    if epochs is not None and municipality and epochs.get(municipality) != found:
        raise LeaseLost(TAKEN_OVER)
