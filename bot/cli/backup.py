"""`backup FILE`, `restore FILE`: the database and the stored files in one archive. Back up while the bot runs; restore
only while it does not. SQLite only: PostgreSQL has its own tools.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from bot.cli.mistake import Mistake
from bot.process.lock import AlreadyRunning, Lock
from config.settings import read_settings
from storage import private

BOOKS = "dezhurny.db"
FILES = "files"


def backup(target: Path, folder: Path) -> None:
    """Write an archive with the database as of one moment and every file it refers to. Mistake with the reason if that
    fails; then no file is left behind.
    """
    database = _database(folder)
    if not database.is_file():
        raise Mistake(f"базы {database} ещё нет, копировать нечего")
    if target.exists():
        raise Mistake(f"{target} уже есть; назовите другой файл")
    if not target.parent.is_dir():
        raise Mistake(f"нет папки {target.parent}; создайте её или назовите другую")
    with tempfile.TemporaryDirectory(prefix="dezhurny-backup-") as scratch:
        copy = Path(scratch) / BOOKS
        _copy(database, copy)
        whole = Path(scratch) / "whole.zip"
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(copy, BOOKS)
            for file in _kept(folder):
                archive.write(file, file.relative_to(folder).as_posix())
        private.close_off(whole)
        try:
            shutil.move(whole, target)
        except OSError as error:
            raise Mistake(f"{target}: записать не удалось ({error.strerror})") from None
    print(f"{target}: копия снята, файлов жителей и проектов: {sum(1 for _ in _kept(folder))}")


def restore(source: Path, folder: Path) -> None:
    """Replace the database and the files with those of the archive; the previous database stays beside as
    `….before-restore`. Mistake with the reason if that fails; then nothing has changed.
    """
    database = _database(folder)
    with _nobody_runs(database), tempfile.TemporaryDirectory(prefix="dezhurny-restore-") as scratch:
        _unpacked(source, Path(scratch))
        before = database.with_name(f"{database.name}.before-restore")
        if database.exists():
            _copy(database, before)
        for rest in private.files_of(database):
            rest.unlink(missing_ok=True)
        database.parent.mkdir(parents=True, exist_ok=True)
        private.close_off(Path(scratch) / BOOKS)
        shutil.move(Path(scratch) / BOOKS, database)
        if (Path(scratch) / FILES).is_dir():
            shutil.copytree(Path(scratch) / FILES, folder / FILES, dirs_exist_ok=True)
    print(f"{database}: восстановлено из {source.name}")


def _database(folder: Path) -> Path:
    url = sa.make_url(read_settings().database(folder))
    if not url.drivername.startswith("sqlite") or not url.database:
        raise Mistake("копию PostgreSQL снимают её средствами: pg_dump и pg_restore")
    return Path(url.database)


def _kept(folder: Path) -> Iterator[Path]:
    return (file for file in sorted((folder / FILES).rglob("*")) if file.is_file())


def _copy(database: Path, target: Path) -> None:
    """Copy the database as of one moment, even while somebody writes; only the owner can read the copy."""
    private.begin(target)
    source, copy = sqlite3.connect(database), sqlite3.connect(target)
    try:
        with source, copy:
            source.backup(copy)
    finally:
        source.close()
        copy.close()


@contextmanager
def _nobody_runs(database: Path) -> Iterator[None]:
    try:
        with Lock(database.with_name(f"{database.name}.lock")):
            yield
    except AlreadyRunning:
        raise Mistake("бот запущен на этой базе; остановите его и повторите") from None


def _unpacked(source: Path, scratch: Path) -> None:
    """Unpack the archive if it is a complete one of ours. Mistake otherwise."""
    try:
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
            if BOOKS not in names or any(not _is_ours(name) for name in names) or archive.testzip() is not None:
                raise Mistake(f"{source}: это не копия бота или она испорчена")
            archive.extractall(scratch)
    except (OSError, zipfile.BadZipFile):
        raise Mistake(f"{source}: файл не читается как копия бота") from None
    try:
        books = sqlite3.connect(scratch / BOOKS)
        try:
            sound = books.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            books.execute("SELECT count(*) FROM cases")
        finally:
            books.close()
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise Mistake(f"{source}: база в копии испорчена")


def _is_ours(name: str) -> bool:
    parts = name.split("/")
    return name == BOOKS or (parts[0] == FILES and ".." not in parts and "" not in parts[:-1])
