"""Copies all rows of one database into another (SQLite or PostgreSQL) and checks that they are the same rows.

Both must have the same schema, and the target no rows. The source is read as of one moment.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage import migrate
from storage.engine import Connection, connect
from storage.sqlite import WHOLE, SqliteEngine
from storage.tables import Moment, leases, metadata, processes

CHUNK = 1000
POSTGRESQL = "postgresql"
OF_A_RUN = (leases.name, processes.name, migrate.VERSIONS)
"""Tables that are not copied: which process runs where, and the schema's revision mean nothing in another database."""
TABLES = tuple(table for table in metadata.sorted_tables if table.name not in OF_A_RUN)


@dataclass(frozen=True, slots=True)
class Copied:
    """A copied table: how many rows it has on both sides and their digest, which does not depend on their order."""

    table: str
    rows: int
    digest: str


class NotTheSame(Exception):  # noqa: N818 - said to the operator
    """After copying, a table of the target holds other rows than that of the source. The text is the table's name."""


async def is_empty(target: Connection) -> bool:
    """Whether none of the program's tables (but those in `OF_A_RUN`) has a row."""
    for table in TABLES:
        if (await target.execute(sa.select(sa.literal(1)).select_from(table).limit(1))).first() is not None:
            return False
    return True


async def as_of_one_moment(source: Connection) -> None:
    """Make the transaction see the PostgreSQL database as of one moment, without changes that others commit later. Must be
    its first statement; does nothing on SQLite."""
    if source.dialect.name == POSTGRESQL:
        await source.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


async def copy(source: Connection, target: Connection, tables: Sequence[sa.Table] = TABLES) -> list[Copied]:
    """Copy every row into an empty database, read the copies back, and return for each table how many rows it holds and their
    digest. Raises NotTheSame if they differ from the source's; the caller's transaction must then be rolled back."""
    found = []
    for table in tables:
        read = _Digest()
        async for rows in chunks(source, table):
            read.add(rows)
            await target.execute(table.insert(), [dict(row._mapping) for row in rows])
        written = _Digest()
        async for rows in chunks(target, table):
            written.add(rows)
        if (read.rows, read.text) != (written.rows, written.text):
            raise NotTheSame(table.name)
        await _number_on(target, table)
        found.append(Copied(table.name, read.rows, read.text))
    return found


async def snapshot(url: str, file: Path) -> None:
    """Write a PostgreSQL database, of any revision, as of one moment into a new SQLite file of the same revision. ValueError
    if the database has no schema."""
    revision = await migrate.current(url)
    if revision is None:
        raise ValueError("the database has no schema")
    await migrate.upgrade(f"sqlite:///{file}", revision)
    source, target = connect(url), SqliteEngine(str(file), WHOLE)
    try:
        async with source.begin() as read, target.begin() as written:
            await as_of_one_moment(read)
            ours = await written.run_sync(lambda connection: sa.inspect(connection).get_table_names())
            await copy(read, written, await read.run_sync(lambda connection: _tables_there(connection, ours)))
    finally:
        await source.dispose()
        await target.dispose()


async def replace(url: str, file: Path) -> None:
    """Replace everything in the PostgreSQL database with the rows of an SQLite file, of any revision, in one transaction. The
    file and the database are migrated to the newest revision first."""
    await migrate.upgrade(f"sqlite:///{file}")
    await migrate.upgrade(url)
    source, target = SqliteEngine(str(file), WHOLE), connect(url)
    try:
        async with source.begin() as read, target.begin() as written:
            for table in reversed(TABLES):
                await written.execute(table.delete())
            await copy(read, written)
    finally:
        await source.dispose()
        await target.dispose()


def _tables_there(connection: sa.Connection, ours: Collection[str]) -> list[sa.Table]:
    """Return those of the tables named in `ours` (but those in `OF_A_RUN`) that the database has, as they are there; moments
    are read and written as the program does. Other programs' tables are ignored."""
    there = sa.MetaData()
    sa.event.listen(there, "column_reflect", _as_ours)
    there.reflect(connection, only=lambda name, _: name in ours and name not in OF_A_RUN)
    return list(there.sorted_tables)


def _as_ours(inspector: object, table: sa.Table, column: Any) -> None:
    if isinstance(column["type"], sa.DateTime):
        column["type"] = Moment()


async def chunks(
    source: Connection, table: sa.Table, *where: sa.ColumnElement[bool], most: int = CHUNK
) -> AsyncIterator[list[Any]]:
    """Yield the table's rows (that satisfy `where`) in chunks of at most `most`, in the order of its key. The caller may
    change rows already yielded, but not their keys."""
    query = sa.select(table).where(*where).order_by(*table.primary_key.columns).limit(most)
    beyond = query
    while rows := list(await source.execute(beyond)):
        yield rows
        beyond = query.where(after(table, rows[-1]))


def after(table: sa.Table, row: Any) -> sa.ColumnElement[bool]:
    """Return the condition for rows that come after this one in the order of the table's key."""
    last = [(row._mapping[column.key], column.type) for column in table.primary_key.columns]
    return sa.tuple_(*table.primary_key.columns) > sa.tuple_(*(sa.literal(value, of) for value, of in last))


class _Digest:
    def __init__(self) -> None:
        self.rows = self.total = 0

    def add(self, rows: list[Any]) -> None:
        self.rows += len(rows)
        for row in rows:
            self.total += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest()[:16])

    @property
    def text(self) -> str:
        return f"{self.total % 2**128:032x}"


async def _number_on(target: Connection, table: sa.Table) -> None:
    """Make PostgreSQL give the table's next row a number above those copied; SQLite does so by itself."""
    counted = table.autoincrement_column if table.name in metadata.tables else None
    if target.dialect.name != POSTGRESQL or counted is None:
        return
    sequence = sa.func.pg_get_serial_sequence(table.name, counted.name)
    following = sa.select(sa.func.coalesce(sa.func.max(counted), 0) + 1).scalar_subquery()
    await target.execute(sa.select(sa.func.setval(sequence, following, False)))
