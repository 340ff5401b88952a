"""`backup --into DIR --keep N`, which a timer calls every night: write a dated copy, check it, delete the oldest ones."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli import spares
from bot.cli.backup import backup, tried
from bot.cli.mistake import Mistake
from bot.cli.sealed import is_sealed
from bot.clock import WallClock
from config.settings import read_settings
from networks.port import Finding

COPIES = "copies"
"""The name of the folder for nightly copies inside the configuration folder."""
MOST_KEPT = 1000
STALE = timedelta(days=2)
SHOWN = 3
OURS = re.compile(r"dezhurny-\d{4}-\d{2}-\d{2}-\d{6}\.zip")


def nightly(into: Path, keep: int, folder: Path) -> None:
    """Write `into/dezhurny-DATE-TIME.zip` (UTC), checked before it is put there, and keep only the newest `keep` files
    named so; nothing else in the folder is touched. Spare copies beside the database whose term is over are deleted
    too. Raises Mistake if the copy fails or is damaged; then every earlier copy stays."""
    if not 1 <= keep <= MOST_KEPT:
        raise Mistake(f"--keep: нужно число от 1 до {MOST_KEPT}")
    if not into.is_dir():
        if not into.parent.is_dir():
            raise Mistake(f"нет папки {into.parent}; создайте её или назовите другую")
        into.mkdir(mode=0o700)
    target = into / f"dezhurny-{WallClock().now():%Y-%m-%d-%H%M%S}.zip"
    backup(target, folder, tries=True)
    for old in copies(into)[:-keep]:
        old.unlink()
    if gone := spares.drop_old(folder, WallClock().now()):
        print(f"старше {spares.KEPT.days} дней, удалено: {', '.join(file.name for file in gone)}")


def copies(into: Path) -> list[Path]:
    """The nightly copies in the folder, the oldest first."""
    return sorted(file for file in into.glob("dezhurny-*.zip") if OURS.fullmatch(file.name))


def of_the_newest(folder: Path, now: datetime) -> Iterator[Finding]:
    """A finding whether the newest nightly copy can be read and how old it is; an encrypted one is not read. None if
    there is no copy."""
    if not (there := copies(folder / COPIES)):
        return
    newest = there[-1]
    if is_sealed(newest):
        taken = datetime.strptime(newest.stem, "dezhurny-%Y-%m-%d-%H%M%S").replace(tzinfo=UTC)
        yield _aged(
            f"последняя копия базы {newest.name} зашифрована, её прочли, когда снимали", now - taken, len(there)
        )
        return
    try:
        with tempfile.TemporaryDirectory() as scratch:
            taken = tried(newest, Path(scratch))
    except (Mistake, OSError) as error:
        yield Finding("error", f"{COPIES}: последняя копия не читается: {error}")
        return
    yield _aged(f"последняя копия базы {newest.name} читается", now - taken, len(there))


def left_open(folder: Path) -> Iterator[Finding]:
    """Copies of the program's own that lie open although backups are to be encrypted."""
    if read_settings().backup_recipient is None:
        return
    lying = [file for file in (*spares.lying(folder), *copies(folder / COPIES)) if not is_sealed(file)]
    if lying:
        named = ", ".join(file.name for file in lying[:SHOWN]) + (
            f" и ещё {len(lying) - SHOWN}" if lying[SHOWN:] else ""
        )
        yield Finding("warning", f"копии шифруются, а эти сняты раньше и лежат открыто: {named}; удалите их")


def _aged(words: str, age: timedelta, copies: int) -> Finding:
    if age > STALE:
        return Finding("warning", f"{words}, но ей больше двух суток: systemctl status dezhurny-backup")
    return Finding("ok", f"{words}, копий: {copies}")
