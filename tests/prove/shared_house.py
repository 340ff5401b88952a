"""Several processes of the bot on one PostgreSQL database, each with a wire of its own that can be cut, and the oracle's witness
kept by that database."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import sqlalchemy as sa

from config.municipality import load
from storage import copying
from storage.books import Books
from tests.doors.process_house import KEY, House, free_port
from tests.loaded import Process
from tests.patience import PROCESS
from tests.prove.oracle import WITNESS, Allowed, findings
from tests.stories.building import bot_of

SOCKET = ".s.PGSQL.5432"
STARTED = "started"
POSTGRES_WITNESS = """
CREATE TABLE proof_ends (id BIGSERIAL PRIMARY KEY, arrival BIGINT, state TEXT, line BIGINT);
CREATE FUNCTION proof_end() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO proof_ends (arrival, state) VALUES (NEW.id, NEW.state); RETURN NULL; END $$;
CREATE TRIGGER proof_end AFTER UPDATE OF state ON inbox FOR EACH ROW WHEN (NEW.state IN ('done', 'parked', 'dropped')
    AND NEW.state IS DISTINCT FROM OLD.state) EXECUTE FUNCTION proof_end();
CREATE FUNCTION proof_line() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO proof_ends (line) VALUES (NEW.id); RETURN NULL; END $$;
CREATE TRIGGER proof_line AFTER INSERT ON journal FOR EACH ROW WHEN (NEW.who IS NOT NULL) EXECUTE FUNCTION proof_line();
"""


def plain(url: str) -> str:
    return sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def witnessed(url: str) -> None:
    """Before any bot begins."""
    connection = await asyncpg.connect(plain(url))
    await connection.execute(POSTGRES_WITNESS)
    await connection.close()


@dataclass
class Wire:
    """Between one process and the server, both on sockets of this machine."""

    server: Path
    folder: Path
    _ends: set[asyncio.StreamWriter] = field(default_factory=set)
    _through: asyncio.Event = field(default_factory=asyncio.Event)
    _is_cut: bool = False
    _listening: asyncio.Server | None = None

    async def start(self) -> None:
        self.folder.mkdir()
        self._through.set()
        self._listening = await asyncio.start_unix_server(self._joined, self.folder / SOCKET)

    def cut(self) -> None:
        """Every connection breaks, and no new one comes about until `mend`."""
        self._is_cut = True
        for end in self._ends:
            end.transport.abort()

    def hold(self) -> None:
        """Nothing passes any more, and nobody is told, until `mend`."""
        self._through.clear()

    def mend(self) -> None:
        self._is_cut = False
        self._through.set()

    async def stop(self) -> None:
        self.cut()
        self._through.set()
        if self._listening is not None:
            self._listening.close()

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_unix_connection(self.server / SOCKET)
        self._ends |= {writer, far_writer}
        try:
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for end in (writer, far_writer):
                self._ends.discard(end)
                end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._through.wait()
            writer.write(data)
            await writer.drain()
        writer.close()


@dataclass
class Member:
    """One of the processes, which may die and come back."""

    house: House
    wire: Wire
    process: Process | None = None
    number: int = 0
    rests: bool = False
    """Ended on purpose, and not to be started again yet."""

    async def start(self) -> None:
        self.rests = False
        url = sa.make_url(self.house.url).update_query_dict({"host": str(self.wire.folder)})
        written = url.render_as_string(hide_password=False)
        self.process = await self.house.launch(WEB_PORT=str(free_port()), DATABASE_URL=written)
        self.number = self.house.starts

    @property
    def has_ended(self) -> bool:
        return self.process is not None and self.process.returncode is not None

    async def started(self) -> None:
        await self.house.until(STARTED, lambda: STARTED in self.house.said(self.number) or None)

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, number)

    async def ended(self) -> int:
        assert self.process is not None
        return await asyncio.wait_for(self.process.wait(), PROCESS)


async def owner_of(url: str) -> tuple[int, int]:
    """The process that serves the municipality by the database's clock, and the epoch; process 0: nobody does."""
    connection = await asyncpg.connect(plain(url))
    try:
        row = await connection.fetchrow(
            "SELECT owner, epoch, until > clock_timestamp() AS lasts FROM leases WHERE municipality = $1", KEY
        )
    finally:
        await connection.close()
    if row is None or not row["lasts"] or not row["owner"]:
        return 0, row["epoch"] if row is not None else 0
    return int(row["owner"].split(":")[1]), row["epoch"]


async def asked(house: House, allowed: Allowed) -> list[str]:
    """What the oracle finds in the books as every archive keeps them, once all processes have ended."""
    file, place = house.folder / "proved.db", house.folder / KEY
    await copying.snapshot(house.url, file)
    await _bring_witness(house.url, file)
    books = Books(house.url)
    bot = bot_of(house.town, load(place / "municipality.yaml", (place, house.folder)), books, house.folder)
    async with books.write(KEY) as tx:
        found = await findings(file, bot, tx, house.players, allowed)
    await bot.messenger.close()
    await books.close()
    return found


async def _bring_witness(url: str, file: Path) -> None:
    connection = await asyncpg.connect(plain(url))
    rows = await connection.fetch("SELECT id, arrival, state, line FROM proof_ends ORDER BY id")
    await connection.close()
    with closing(sqlite3.connect(file)) as books:
        books.executescript(WITNESS)
        books.executemany("INSERT INTO proof_ends VALUES (?, ?, ?, ?)", [tuple(row) for row in rows])
        books.commit()


def wires(house: House, many: int) -> Iterator[Wire]:
    server = Path(str(sa.make_url(house.url).query["host"]))
    yield from (Wire(server, house.folder / f"wire-{number}") for number in range(many))
