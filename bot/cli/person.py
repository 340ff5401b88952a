"""`person find`, `export` and `erase`: what the bot stores about one citizen, how to hand it over and how to erase it
(152-ФЗ; decision 0071).

The figures of reports, the journal and the register of violations stay. Erasing needs the bot stopped, because the
database's file is rewritten.
"""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path, PurePosixPath

from bot.cli import spares
from bot.cli.backup import put
from bot.cli.books import books_of, chosen, every
from bot.cli.copies import COPIES, copies
from bot.cli.mistake import Mistake
from bot.cli.noting import note
from bot.cli.shared_books import still
from bot.clock import WallClock
from bot.files import FOLDER, FileStore
from bot.process.retention import delete_files
from config.municipality import Municipality
from config.russian.words import count
from config.settings import read_settings
from storage import people, private, scrubbing
from storage.books import Books
from storage.erasing import Eraser, needles_of
from storage.people import InTheWay, Trace
from workflow.case import Case, FileRef
from workflow.erasure import Erasure, is_over
from workflow.office import OPERATOR

NETWORKS = ("vk", "ok", "telegram", "max")
NOBODY = (
    "такого человека бот не знает; ищите по учётной записи, например vk:123, или по имени, как оно стоит в сообщении"
)
NOT_PROMISED = (
    "Чего эта команда не может: стереть слова в самих сетях и в чатах мессенджера, в копиях, снятых раньше, в отчётах и "
    "файлах, которые уже скачаны; на PostgreSQL — в его журнале (WAL); на диске — в освобождённых местах."
)
MOST = 60


def find(who: str, folder: Path, key: str | None) -> None:
    """Print a line for each person whose account or name matches: how much is stored about them. Raises Mistake if
    there is none."""
    found = asyncio.run(_found(who, folder, key))
    asyncio.run(_noted("person_found", found, folder))
    for municipality, trace in found:
        print(f"{municipality.name}: {_named(trace)}: {_kept(trace)}")


def export(who: str, out: Path, folder: Path, key: str | None) -> None:
    """Write everything stored about the person into a ZIP that only its owner can read. Raises Mistake with the reason
    if that fails."""
    if out.exists():
        raise Mistake(f"{out} уже есть; назовите другой файл")
    if not out.parent.is_dir():
        raise Mistake(f"нет папки {out.parent}; создайте её или назовите другую")
    found = _one_each(who, asyncio.run(_found(who, folder, key)))
    part = out.with_name(f".{out.name}.part")
    try:
        private.begin(part)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            unread = asyncio.run(_unread(found, folder))
            told = [_told(one, trace, raw) for (one, trace), raw in zip(found, unread, strict=True)]
            archive.writestr("person.json", json.dumps(told, ensure_ascii=False, indent=1, default=str))
            for municipality, trace in found:
                store = FileStore(folder / FOLDER / municipality.key)
                for file in {file.key: file for file in _files(trace) if file.key}.values():
                    if store.path(file.key).is_file():
                        archive.write(
                            store.path(file.key), f"{municipality.key}/{file.key[:12]}-{PurePosixPath(file.name).name}"
                        )
        put(part, out)
    finally:
        part.unlink(missing_ok=True)
    asyncio.run(_noted("person_exported", found, folder))
    print(f"{out}: записано: {'; '.join(_kept(trace) for _, trace in found)}")


def erase(who: str, folder: Path, key: str | None, agreed: Callable[[str], bool] | None = None) -> int:
    """Erase the person from the database and the files, then check whether anything is left; return the exit code, 1
    if so. Raises Mistake in one sentence if a case or comment of theirs is still open; then nothing has changed.
    `agreed`: asks the operator for confirmation; None: do not ask."""
    url = read_settings().database(folder)
    with ExitStack() as held:
        held.enter_context(still(url))
        found = _one_each(who, asyncio.run(_found(who, folder, key)))
        _nothing_open(found, folder)
        words = "; ".join(f"{municipality.name}: {_named(trace)}: {_kept(trace)}" for municipality, trace in found)
        if agreed is not None and not agreed(f"{words}. Стереть? Вернуть будет нельзя."):
            raise Mistake("ничего не стёрто")
        left = asyncio.run(_erased(found, folder, url))
    counted = ", ".join(_kept(trace) for _, trace in found)
    print(f"Стёрто: {counted}. Цифры отчётов, журнал и реестр нарушений остались прежними.")
    for copy in (*spares.lying(folder), *copies(folder / COPIES)):
        print(f"Прежняя копия осталась: {copy}. Удалите её, если она больше не нужна.")
    print(NOT_PROMISED)
    if left:
        print(f"Проверка нашла следы в файлах: {', '.join(map(str, left))}. Повторите команду.")
    return 1 if left else 0


# --- whom it is about ------------------------------------------------------------------------------------------------


async def _found(who: str, folder: Path, key: str | None) -> list[tuple[Municipality, Trace]]:
    municipalities = [chosen(folder, key)] if key is not None else list(every(folder))
    is_account = who.partition(":")[0].casefold() in NETWORKS and ":" in who
    found: list[tuple[Municipality, Trace]] = []
    async with books_of(folder) as books:
        for municipality in municipalities:
            async with books.write(municipality.key) as tx:
                traces = [await people.of_account(tx, who)] if is_account else await people.of_name(tx, who)
            found += [(municipality, trace) for trace in traces if trace]
    if not found:
        raise Mistake(NOBODY)
    return found


def _one_each(who: str, found: Sequence[tuple[Municipality, Trace]]) -> Sequence[tuple[Municipality, Trace]]:
    """Return what was found if all of it is one person's. Raises Mistake if several people have this name."""
    accounts = {trace.account for _, trace in found}
    if len(accounts) > 1:
        several = ", ".join(_named(trace) for _, trace in found)
        raise Mistake(f"людей с именем «{who}» несколько: {several}; назовите учётную запись")
    return found


def _named(trace: Trace) -> str:
    names = ", ".join(f"«{name}»" for name in trace.names)
    return ", ".join(word for word in (trace.account or "без учётной записи", names) if word)


def _kept(trace: Trace) -> str:
    open_ = [f"№ {case.number}" for case in trace.cases if not is_over(case)]
    said = [
        count(len(trace.cases), "сообщение|сообщения|сообщений") + (f" (в работе: {', '.join(open_)})" if open_ else "")
    ]
    if trace.left:
        said.append(f"не заведённых: {len(trace.left)}")
    if trace.comments:
        said.append(f"комментариев на модерации: {len(trace.comments)}")
    if trace.parked:
        said.append(f"отложенных во входящих: {len(trace.parked)}")
    return ", ".join(said)


def _nothing_open(found: Sequence[tuple[Municipality, Trace]], folder: Path) -> None:
    for municipality, trace in found:
        way = asyncio.run(_in_the_way(municipality, trace, folder))
        if way:
            raise Mistake(f"{municipality.name}: {_refusal(way)}; ничего не стёрто")


def _refusal(way: InTheWay) -> str:
    if way.official:
        return f"это учётная запись сотрудника ({way.official}); сначала отвяжите его: unbind {way.official}"
    if way.cases:
        numbers = ", ".join(f"№ {number}" for number in way.cases)
        return f"ещё в работе {numbers}: закройте, потом повторите"
    if way.comments:
        numbers = ", ".join(f"№ {number}" for number in way.comments)
        return f"на модерации ждёт решения комментарий {numbers}: решите, потом повторите"
    waiting = count(way.arrived, "новое сообщение|новых сообщения|новых сообщений")
    return f"во входящих ещё {waiting} этого человека: запустите бота, чтобы он их разобрал, потом повторите"


# --- carrying it out -------------------------------------------------------------------------------------------------


async def _erased(found: Sequence[tuple[Municipality, Trace]], folder: Path, url: str) -> list[Path]:
    """Erase the person, delete their files, rewrite the database; return the database's files in which traces are
    still found."""
    now = WallClock().now()
    async with books_of(folder) as books:
        for municipality, trace in found:
            async with books.write(municipality.key) as tx:
                await Eraser(tx, Erasure.ASKED, OPERATOR, now).person(trace)
        for municipality, _ in found:
            await delete_files(books, municipality.key, FileStore(folder / FOLDER / municipality.key))
        words = await _distinct(books, found)
    await scrubbing.scrub(url)
    return scrubbing.holding(scrubbing.files_of_database(url), words)


async def _distinct(books: Books, found: Sequence[tuple[Municipality, Trace]]) -> set[str]:
    """The texts by which the erasure is checked, because they must be in no file any more: long texts, account
    numbers, and names that nobody else has."""
    words: set[str] = set()
    for municipality, trace in found:
        needles = needles_of(trace)
        words |= {text[:MOST] for text in needles.texts if len(text) >= MOST} | {str(one) for one in needles.numbers}
        async with books.write(municipality.key) as tx:
            for name in trace.names:
                words |= {name} if len(name.split()) > 1 and not await people.of_name(tx, name) else set()
    return words


async def _noted(action: str, found: Sequence[tuple[Municipality, Trace]], folder: Path) -> None:
    async with books_of(folder) as books:
        for municipality, trace in found:
            async with books.write(municipality.key) as tx:
                await note(tx, action, cases=str(len(trace.cases)))


async def _in_the_way(municipality: Municipality, trace: Trace, folder: Path) -> InTheWay:
    async with books_of(folder) as books, books.write(municipality.key) as tx:
        return await people.in_the_way(tx, trace)


# --- what he is given ------------------------------------------------------------------------------------------------


async def _unread(found: Sequence[tuple[Municipality, Trace]], folder: Path) -> list[list[str]]:
    async with books_of(folder) as books:
        rows = []
        for municipality, trace in found:
            async with books.write(municipality.key) as tx:
                rows.append(await people.unread(tx, trace))
        return rows


def _told(municipality: Municipality, trace: Trace, unread: Sequence[str]) -> dict[str, object]:
    def local(moment: datetime) -> str:
        return moment.astimezone(municipality.zone).isoformat()

    return {
        "муниципалитет": municipality.name,
        "учётная запись": trace.account,
        "имена": trace.names,
        "сообщения": [_told_case(case, local) for case in trace.cases],
        "не заведённые": [{"текст": one.text, "адрес": one.ref} for one in trace.left],
        "комментарии": [{"текст": one.appeal.text, "написано": local(one.appeal.written_at)} for one in trace.comments],
        "не прочитанные ботом": list(unread),
    }


def _told_case(case: Case, local: Callable[[datetime], str]) -> dict[str, object]:
    posted = {posting.version: posting for posting in case.postings}
    return {
        "номер": case.number,
        "написано": local(case.appeal.written_at),
        "текст": case.appeal.text,
        "место": case.location,
        "ссылка": case.appeal.link,
        "дописано": [{"когда": local(one.at), "текст": one.text} for one in (*case.rewritten, *case.replies)],
        "ответы": [
            {"когда": local(posted[draft.version].at), "текст": draft.text, "ссылка": posted[draft.version].link}
            for draft in case.drafts
            if draft.version in posted
        ],
        "файлы": [file.name for file in case.appeal.files],
    }


def _files(trace: Trace) -> list[FileRef]:
    told = [(case.appeal.files, *(one.files for one in case.replies)) for case in trace.cases]
    files = [file for groups in told for group in groups for file in group]
    files += [file for one in trace.comments for file in one.appeal.files]
    return files + [FileRef(**file) for one in trace.left for file in one.body.get("files", ())]
