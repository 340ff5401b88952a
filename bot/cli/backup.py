"""`backup FILE`, `restore FILE`: the database and the stored files in one archive. Back up while the bot runs; restore
only while it does not. The archive holds an SQLite file whatever the database is, so either can be restored from it.

Either succeeds whole or changes nothing: all is made beside, written through to the disk, and put in place by a rename.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.cli import noting, sealed, shared_books, spares
from bot.cli.again import erase_again
from bot.cli.books import DAMAGED
from bot.cli.mistake import Mistake
from bot.cli.spares import BACKUPS, BEFORE_RESTORE, BOOKS
from bot.clock import WallClock
from bot.files import PRIVATE
from bot.process.lock import AlreadyRunning, Lock
from config.settings import read_settings
from storage import migrate, private, restored

SCRATCH = ".dezhurny-"
LEFT_BEHIND = 3600.0
"""Seconds since the last change in the folder of a command."""
KEPT_COPIES = 5
"""How many copies taken before migrations stay."""
FILES = "files"
SQLITE, EVER = b"SQLite format 3\0", "1970-01-01"
NO_SPACE = ("full", "disk i/o")
"""How SQLite says that a disk took no more."""
NO_ROOM = "на диске нет места или он не пишется; освободите место и повторите"
WORDS = {
    errno.ENOSPC: NO_ROOM,
    errno.EFBIG: NO_ROOM,
    errno.EDQUOT: NO_ROOM,
    errno.EROFS: "диск открыт только для чтения",
    errno.EACCES: "нет прав на запись",
}
NO_ARCHIVE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)


class NoRoom(Mistake):
    """The disk takes no more. It may later, without anybody changing a file of the configuration."""


def backup(target: Path, folder: Path, *, tries: bool = False) -> None:
    """Write an archive with the database as of one moment and every file it refers to. `tries`: read it through before it is put
    in place, and before it is encrypted: afterwards this machine cannot. Mistake with the reason if that fails; then no file is
    left behind.
    """
    url = read_settings().database(folder)
    database = migrate.file_of(url)
    if database is not None and not database.is_file():
        raise Mistake(f"базы {database} ещё нет, копировать нечего")
    if target.exists():
        raise Mistake(f"{target} уже есть; назовите другой файл")
    if not target.parent.is_dir():
        raise Mistake(f"нет папки {target.parent}; создайте её или назовите другую")
    moment = WallClock().now()
    with _said(f"{target}: записать не удалось"), _beside(target) as scratch:
        copy = scratch / BOOKS
        _copied(database, copy) if database is not None else shared_books.copied(url, copy)
        files = _kept(folder)
        whole = scratch / "whole.zip"
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.comment = moment.isoformat().encode()
            archive.write(copy, BOOKS)
            for file in files:
                archive.write(file, file.relative_to(folder).as_posix())
        if tries:
            tried(whole, scratch)
        recipient = read_settings().backup_recipient
        whole = sealed.seal(whole, recipient) if recipient is not None else whole
        private.close_off(whole)
        put(whole, target)
    noting.everywhere(url, "exported", kind="backup")
    how = "зашифрованная копия снята" if recipient is not None else "копия снята"
    print(f"{target}: {how}, файлов жителей и проектов: {len(files)}")


def restore(source: Path, folder: Path, identity: Path | None = None) -> None:
    """Replace the database and the files with those of the archive; the previous database stays beside as
    `….before-restore`, and an earlier one of that name stays too. What waited in the copy is looked up or marked before it
    is sent again; what was erased since is erased again. `identity`: the key's file, for an encrypted archive. Mistake with
    the reason if that fails; then nothing has changed.
    """
    url = read_settings().database(folder)
    database = migrate.file_of(url)
    if database is None:
        waiting, before, said = _restored_to(url, source, folder, identity)
    elif database.parent.is_dir():
        waiting, before, said = _restored(source, folder, database, identity)
    else:
        raise Mistake(f"нет папки {database.parent}; создайте её или назовите другую")
    kept = f"; прежняя база: {before}" if before is not None else ""
    asked = f"; ждало отправки: {waiting}, бот сначала проверит, не ушло ли оно раньше" if waiting else ""
    print(f"{database or 'база'}: восстановлено из {source.name}{kept}{asked}")
    for words in said:
        print(words)


def _restored(
    source: Path, folder: Path, database: Path, identity: Path | None
) -> tuple[int, Path | None, Sequence[str]]:
    """How many letters waited in the copy, where the previous database is kept, and what was erased again."""
    words = f"{database}: восстановить не удалось, прежняя база на месте"
    with _nobody_runs(database), _said(words), _beside(database) as scratch:
        copied = _unpacked(sealed.opened(source, scratch, identity), scratch)
        waiting = restored.doubt_what_waits(scratch / BOOKS, copied)
        said = erase_again(f"sqlite:///{database}", scratch / BOOKS, scratch / FILES, folder, copied)
        private.close_off(scratch / BOOKS)
        _put_files(scratch / FILES, folder / FILES)
        before = _keep_before(database) if database.exists() else None
        _through(scratch / BOOKS)
        (scratch / BOOKS).replace(database)
        _through(database.parent)
    return waiting, before, said


def _restored_to(url: str, source: Path, folder: Path, identity: Path | None) -> tuple[int, Path | None, Sequence[str]]:
    """The same on PostgreSQL; the previous database is kept as an SQLite file in the folder."""
    words = f"{folder}: восстановить не удалось, прежняя база на месте"
    before = spares.free(folder / f"{BOOKS}{BEFORE_RESTORE}")
    with shared_books.nobody_runs(url), _said(words), _beside(before) as scratch:
        copied = _unpacked(sealed.opened(source, scratch, identity), scratch)
        waiting = restored.doubt_what_waits(scratch / BOOKS, copied)
        said = erase_again(url, scratch / BOOKS, scratch / FILES, folder, copied)
        _put_files(scratch / FILES, folder / FILES)
        return waiting, shared_books.put_in_place(scratch / BOOKS, url, before), said


def tried(archive: Path, scratch: Path) -> datetime:
    """Unpack the archive in the folder `scratch` and read its database through; return the moment of the copy. Mistake if it is
    not whole; nothing is left behind."""
    with _said(f"{archive}: проверить не удалось"), _beside(scratch / BOOKS) as place:
        return _unpacked(archive, place)


def copy_before_migration(database: Path, url: str = "") -> Path:
    """Copy the database into `backups` before its schema changes, encrypted where backups are; the newest few copies stay.
    Mistake with the reason if that fails (NoRoom if the disk is full); then there is no half of a copy. `url`: of a database
    that is no file; `database` then only names its copies."""
    folder = database.parent / BACKUPS
    with _said(f"{folder}: копию базы перед обновлением снять не удалось"):
        folder.mkdir(exist_ok=True)
        number = 1 + max((number for number, _ in spares.numbered(folder, database.stem)), default=0)
        with _beside(folder / BOOKS) as scratch:
            copy = scratch / f"{database.stem}-{number:04}.db"
            shared_books.copied(url, copy) if url else _copied(database, copy)
            copy = spares.seal(copy)
            target = folder / copy.name
            put(copy, target)
        for _, old in spares.numbered(folder, database.stem)[:-KEPT_COPIES]:
            old.unlink()
    return target


def _kept(folder: Path) -> list[Path]:
    return [file for file in sorted((folder / FILES).rglob("*")) if file.is_file() and file.suffix != ".part"]


@contextmanager
def _said(failed: str) -> Iterator[None]:
    """Say in one sentence what the disk or the database refused. Mistake."""
    try:
        yield
    except sqlite3.Error as error:
        words = str(error).lower()
        if any(part in words for part in NO_SPACE):
            raise NoRoom(f"{failed}: {NO_ROOM}") from None
        raise Mistake(f"{failed}: {DAMAGED}") from None
    except OSError as error:
        words = WORDS.get(error.errno or 0) or error.strerror or type(error).__name__
        raise (NoRoom if words is NO_ROOM else Mistake)(f"{failed}: {words}") from None


def sweep(folder: Path) -> None:
    """Delete what a killed command has left in the folder. Where something changed in the last hour, one may be at work."""
    for left in folder.glob(f"{SCRATCH}*"):
        with suppress(OSError):
            changed = max(one.stat().st_mtime for one in (left, *left.rglob("*")))
            if WallClock().now().timestamp() - changed > LEFT_BEHIND:
                shutil.rmtree(left)


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A folder on the same disk, so that a rename puts its files in place; it goes away at the end."""
    sweep(file.parent)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=file.parent) as scratch:
        yield Path(scratch)


def _through(path: Path) -> None:
    """Write the file, or the folder's names, through to the disk."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(file: Path, target: Path) -> None:
    """Put the finished file in place; one that appeared there meanwhile stays."""
    _through(file)
    try:
        os.link(file, target)
    except FileExistsError:
        raise Mistake(f"{target} уже есть; назовите другой файл") from None
    except OSError:
        file.replace(target)  # a disk without hard links
    _through(target.parent)


def _put_files(unpacked: Path, files: Path) -> None:
    """Add the archive's files, each whole or not at all; they are named by their content, so none is lost by this."""
    for file in sorted(unpacked.rglob("*")) if unpacked.is_dir() else ():
        if file.is_file():
            target = files / file.relative_to(unpacked)
            files.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            _through(file)
            file.replace(target) if _same_disk(file, target.parent) else _moved(file, target)


def _same_disk(file: Path, folder: Path) -> bool:
    return file.stat().st_dev == folder.stat().st_dev


def _moved(file: Path, target: Path) -> None:
    part = target.with_suffix(f".{os.getpid()}.part")
    shutil.copyfile(file, part)
    _through(part)
    part.replace(target)


def _copied(database: Path, target: Path) -> None:
    """Copy the database as of one moment, even while somebody writes, and read the copy through; only the owner can read
    it. Raises sqlite3.Error, also for a damaged database."""
    private.begin(target)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        if not is_whole(copy):
            raise sqlite3.DatabaseError("malformed")


def is_whole(books: sqlite3.Connection) -> bool:
    """Whether the open database is undamaged and holds cases. Raises sqlite3.Error."""
    books.execute("SELECT count(*) FROM cases")
    return bool(books.execute("PRAGMA quick_check").fetchone() == ("ok",))


def _keep_before(database: Path) -> Path:
    """Keep the previous database under a free name, a damaged one with the files beside it as they are. Afterwards there
    is no log beside the database that SQLite would apply to another one."""
    before = spares.free(database.with_name(f"{database.name}{BEFORE_RESTORE}"))
    try:
        _copied(database, before)
    except sqlite3.Error as error:
        if any(part in str(error).lower() for part in NO_SPACE):
            before.unlink(missing_ok=True)
            raise
        for file, kept in zip(private.files_of(database), private.files_of(before), strict=True):
            if file.exists():
                shutil.copyfile(file, kept)
                private.close_off(kept)
    except OSError:
        before.unlink(missing_ok=True)
        raise
    _through(before)
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as books:
        books.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for beside in private.files_of(database)[1:]:
        beside.unlink(missing_ok=True)
    try:
        kept, *_ = [spares.seal(file) for file in private.files_of(before) if file.exists()]
        return kept
    except OSError:
        for file in private.files_of(before):
            file.unlink(missing_ok=True)
        raise


@contextmanager
def _nobody_runs(database: Path) -> Iterator[None]:
    try:
        with Lock(database.with_name(f"{database.name}.lock")):
            yield
    except AlreadyRunning:
        raise Mistake("бот запущен на этой базе; остановите его и повторите") from None


def _unpacked(source: Path, scratch: Path) -> datetime:
    """Unpack the archive if it is a complete one of ours, and return the moment of the copy; or take a spare copy, which is the
    database alone. Mistake if it is neither; OSError if there is no room for it."""
    if _is_books(source):
        return _spare(source, scratch / BOOKS)
    try:
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
            if BOOKS not in names or any(not _is_ours(name) for name in names) or archive.testzip() is not None:
                raise Mistake(f"{source}: это не копия бота или она испорчена")
            moment = _moment_of(archive)
    except NO_ARCHIVE:
        raise Mistake(f"{source}: файл не читается как копия бота") from None
    with zipfile.ZipFile(source) as archive:
        archive.extractall(scratch)
    _whole(scratch / BOOKS, source)
    return moment


def _whole(books: Path, source: Path) -> None:
    """Mistake if the database in the copy is damaged."""
    try:
        with closing(sqlite3.connect(books)) as opened:
            sound = is_whole(opened)
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise Mistake(f"{source}: база в копии испорчена")


def _is_books(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(len(SQLITE)) == SQLITE
    except OSError:
        return False  # the reader of the archive says why


def _spare(source: Path, books: Path) -> datetime:
    """Take the database alone. Its moment is that of its newest line, since the file's own changes when it is moved: whatever was
    erased later is erased again."""
    private.begin(books)
    shutil.copyfile(source, books)
    _whole(books, source)
    with closing(sqlite3.connect(books)) as opened:
        newest = opened.execute("SELECT max(at) FROM journal").fetchone()[0] or EVER
    return datetime.fromisoformat(newest).replace(tzinfo=UTC)


def _moment_of(archive: zipfile.ZipFile) -> datetime:
    """When the copy was taken; an archive of an earlier version has it as the local time of its file."""
    try:
        return datetime.fromisoformat(archive.comment.decode())
    except ValueError:
        return datetime(*archive.getinfo(BOOKS).date_time).astimezone(UTC)


def _is_ours(name: str) -> bool:
    parts = name.split("/")
    return name == BOOKS or (parts[0] == FILES and ".." not in parts and "" not in parts[:-1])
