"""For developers: writes the migration that brings the schema to the present state of `storage/tables.py`.

`python -m storage.migrations.write NAME "What it does"` writes `versions/NAME.py`: read it before it is committed.
With `--anew` every migration is deleted and NAME creates everything (only before the first release).
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command

from storage import migrate

VERSIONS = migrate.MIGRATIONS / "versions"


async def write(name: str, message: str, *, anew: bool = False) -> Path:
    """Write the migration and return its path. `anew`: delete all earlier ones first."""
    if anew:
        for path in VERSIONS.glob("v*.py"):
            path.unlink()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/empty.db"
        if not anew:
            await migrate.upgrade(url)
        await migrate._on(url, lambda connection: _revise(connection, name, message, batch=not anew))
    made = next(VERSIONS.glob(f"{name}_*.py")).rename(VERSIONS / f"{name}.py")
    lines = made.read_text(encoding="utf-8").splitlines(keepends=True)
    made.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")
    return made


def _revise(connection: sa.Connection, name: str, message: str, *, batch: bool) -> None:
    config = migrate._config(connection)
    config.attributes["batch"] = batch
    command.revision(config, message, autogenerate=True, rev_id=name)


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--anew"]
    print(asyncio.run(write(given[0], given[1], anew="--anew" in sys.argv)))  # noqa: T201
