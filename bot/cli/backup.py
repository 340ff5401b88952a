"""`backup FILE`, `restore FILE`: the database and the stored files in one archive. Back up while the bot runs; restore
only while it does not. The archive holds an SQLite file whatever the database is, so it can be restored to either
kind.

Either command succeeds completely or leaves the database as it was: everything is made beside its place, written
through to the disk and renamed into place.
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
"""Seconds without a change after which a command's scratch folder counts as left behind by a killed command."""
KEPT_COPIES = 5
"""How many copies taken before migrations are kept."""
FILES = "files"
SQLITE, EVER = b"SQLite format 3\0", "1970-01-01"
NO_SPACE = ("full", "disk i/o")
"""Parts of SQLite's error messages that mean the disk is full or not writable."""
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
    """The disk is full or not writable. The same command may succeed later without any change to the configuration."""


def backup(target: Path, folder: Path, *, tries: bool = False) -> None:
    """Write an archive with the database as of one moment and every stored file. `tries`: read the archive completely
    before it is encrypted and put in place; this machine cannot read an encrypted one. Raises Mistake with the
    reason if that fails; then no file is left behind."""
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
    """Replace the database and add the files of the archive. The previous database is kept beside it as
    `….before-restore`, without overwriting an earlier one. Letters that waited in the copy are looked up or marked
    before they are sent again; what was erased since the copy is erased again. `identity`: the file with the key,
    for an encrypted archive. Raises Mistake with the reason if that fails; then the database is as before."""
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
    """Restore to SQLite. Return how many letters waited in the copy, where the previous database is kept (None if
    there was none), and the sentences about what was erased again."""
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
    """Restore to PostgreSQL; the previous database is kept as an SQLite file in the folder. Return the same as
    `_restored`."""
    words = f"{folder}: восстановить не удалось, прежняя база на месте"
    before = spares.free(folder / f"{BOOKS}{BEFORE_RESTORE}")
    with shared_books.nobody_runs(url), _said(words), _beside(before) as scratch:
        copied = _unpacked(sealed.opened(source, scratch, identity), scratch)
        waiting = restored.doubt_what_waits(scratch / BOOKS, copied)
        said = erase_again(url, scratch / BOOKS, scratch / FILES, folder, copied)
        _put_files(scratch / FILES, folder / FILES)
        return waiting, shared_books.put_in_place(scratch / BOOKS, url, before), said


def tried(archive: Path, scratch: Path) -> datetime:
    """Unpack the archive into a temporary folder inside `scratch` and read its database completely; return the moment
    at which the copy was taken (UTC). Raises Mistake if the archive or its database is damaged. Nothing is left
    behind."""
    with _said(f"{archive}: проверить не удалось"), _beside(scratch / BOOKS) as place:
        return _unpacked(archive, place)


def copy_before_migration(database: Path, url: str = "") -> Path:
    """Copy the database into the folder `backups` before its schema changes, encrypted where backups are, and return the
    copy's path; only the newest few copies stay. `url`: a database that is no file, then `database` only names its
    copies. Raises Mistake with the reason if that fails (NoRoom if the disk is full); then no partial copy is left."""
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
    """Turn errors of the disk or the database inside the `with` block into a Mistake of one Russian sentence that
    begins with `failed`; NoRoom if the disk is full."""
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
    """Delete the scratch folders that killed commands left in the folder. One that changed within the last hour stays,
    because its command may still run."""
    for left in folder.glob(f"{SCRATCH}*"):
        with suppress(OSError):
            changed = max(one.stat().st_mtime for one in (left, *left.rglob("*")))
            if WallClock().now().timestamp() - changed > LEFT_BEHIND:
                shutil.rmtree(left)


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A temporary folder on the same disk as the file, so that a rename can put its files in place; deleted at the
    end."""
    sweep(file.parent)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=file.parent) as scratch:
        yield Path(scratch)


def _through(path: Path) -> None:
    """Flush the file to the disk; for a folder, its list of names. Windows cannot flush a folder."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(file: Path, target: Path) -> None:
    """Move the finished file to `target`, flushed to the disk. Raises Mistake if `target` has appeared meanwhile."""
    _through(file)
    try:
        try:
            os.link(file, target)
        except FileExistsError:
            raise
        except OSError:  # the disk has no hard links: take the name first
            target.touch(exist_ok=False)
            file.replace(target)
    except FileExistsError:
        raise Mistake(f"{target} уже есть; назовите другой файл") from None
    _through(target.parent)


def _put_files(unpacked: Path, files: Path) -> None:
    """Move the archive's unpacked files into the store, each completely or not at all. Files are named by their
    content, so none of the present ones is lost."""
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
    """Copy the SQLite database as of one moment, even while others write, into a file that only its owner can read,
    and check the copy. Raises sqlite3.Error, also if the database is damaged."""
    private.begin(target)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        if not is_whole(copy):
            raise sqlite3.DatabaseError("malformed")


def is_whole(books: sqlite3.Connection) -> bool:
    """Whether the open database is undamaged and has the table of cases. Raises sqlite3.Error, also if it has not."""
    books.execute("SELECT count(*) FROM cases")
    return bool(books.execute("PRAGMA quick_check").fetchone() == ("ok",))


def _keep_before(database: Path) -> Path:
    """Copy the previous database to a free name and return it; copy a damaged one as it is, with the files beside it.
    Afterwards no write-ahead log is left beside the database that SQLite would apply to another one."""
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
    """Unpack the archive into `scratch` if it is a complete one of ours, or take a spare copy, which is the database alone;
    return the moment the copy was taken. Raises Mistake if it is neither; raises OSError if the disk has no room."""
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
    """The moment at which the copy was taken, in UTC. In an archive of an earlier version it is the local time of its
    file."""
    try:
        return datetime.fromisoformat(archive.comment.decode())
    except ValueError:
        return datetime(*archive.getinfo(BOOKS).date_time).astimezone(UTC)


def _is_ours(name: str) -> bool:
    parts = name.split("/")
    return name == BOOKS or (parts[0] == FILES and ".." not in parts and "" not in parts[:-1])
