"""`audit FROM TO`: writes as CSV who looked, decided, approved, exported, signed in and changed the configuration; and
says whether the chain over the journals is intact (decision 0072). It contains no words of citizens."""

from __future__ import annotations

import asyncio
import csv
import io
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli.books import books_of, chosen
from bot.cli.mistake import Mistake
from bot.cli.noting import note
from config.municipality import Municipality
from config.russian.words import count
from config.texts import Texts
from storage import trail
from storage.books import Books
from storage.chain import Looked, Looking
from storage.trail import Line

COLUMNS = (
    "когда",
    "вид",
    "журнал",
    "о чём",
    "действие",
    "код",
    "кто",
    "ключ",
    "за кого",
    "было",
    "стало",
    "подробности",
    "строка",
)
JOURNALS = {
    "journal": "сообщения",
    "page_journal": "страницы",
    "ready_journal": "готовые ответы",
    "moderation_journal": "комментарии",
    "material_journal": "материалы",
    "audit": "прочее",
}
ACTIONS = {
    "looked": "смотрел",
    "exported": "выгрузил",
    "signed_in": "вошёл на страницу",
    "configured": "изменены файлы настроек",
    "person_erased": "стёр слова человека",
    "person_found": "искал человека",
    "person_exported": "выдал хранимое о человеке",
    "retention": "стёрто по сроку хранения",
    "inbox_dropped": "отбросил отложенное",
    "inbox_retried": "вернул отложенное в очередь",
    "imported": "завёл сообщения из выгрузки",
    "restored": "восстановил базу из копии",
    "moved": "перевёл в другой мессенджер",
    "bound": "открыл приглашение",
    "working_group": "назначил рабочую группу",
    "absent": "внёс отсутствие",
    "absent_ended": "закончил отсутствие",
    "shortcoming": "сообщил о недостатке",
    "invited": "пригласил",
    "unbound": "отвязал",
}
KINDS = {
    "looked": "смотрел",
    "seen": "смотрел",
    "person_found": "смотрел",
    "exported": "выгрузил",
    "person_exported": "выгрузил",
    "signed_in": "вошёл",
    "configured": "изменил настройки",
    "invited": "изменил настройки",
    "unbound": "изменил настройки",
    "moved": "изменил настройки",
    "bound": "изменил настройки",
    "working_group": "изменил настройки",
    "absent": "изменил настройки",
    "absent_ended": "изменил настройки",
    "restored": "изменил настройки",
    "approve": "согласовал",
}
MACHINES = frozenset({"", "clock", "network", "detector"})
SHOWN = 5


def audit(since: str, until: str, out: str | None, folder: Path, key: str | None) -> int:
    """Write the journals' lines from the day `since` to the day `until`, both included, in the municipality's zone, to
    the file `out` or to standard output. Say on stderr whether the chain is intact; return 1 if it is not,
    otherwise 0. Raises Mistake if a day cannot be read or the file's folder does not exist."""
    municipality = chosen(folder, key)
    first, last = _day(since), _day(until)
    if last < first:
        raise Mistake(f"конец {last:%d.%m.%Y} раньше начала {first:%d.%m.%Y}")
    if out is not None and not Path(out).absolute().parent.is_dir():
        raise Mistake(f"нет папки {Path(out).absolute().parent}; создайте её или назовите другую")
    start, end = (
        datetime(day.year, day.month, day.day, tzinfo=municipality.zone) for day in (first, last + timedelta(1))
    )
    lines, looked = asyncio.run(_read(municipality, folder, start, end))
    _write(_csv(municipality, lines), out)
    print(f"строк: {len(lines)}; {'; '.join(verdict(looked))}", file=sys.stderr)
    return 0 if looked.is_whole else 1


def _day(text: str) -> date:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise Mistake(f"«{text}» не день; нужно, например, 2026-11-30")


async def _read(municipality: Municipality, folder: Path, start: datetime, end: datetime) -> tuple[list[Line], Looked]:
    async with books_of(folder) as books:
        async with books.write(municipality.key) as tx:
            lines = await trail.lines(tx, start, end)
            days = {"from": f"{start:%Y-%m-%d}", "until": f"{end - timedelta(1):%Y-%m-%d}"}
            await note(tx, "exported", kind="audit", **days)
        return lines, await look_through(books, municipality.key)


async def look_through(books: Books, municipality: str) -> Looked:
    """Check the whole chain of the municipality's journals, a few lines in a transaction; return the result."""
    looking, more = Looking(), True
    while more:
        async with books.write(municipality) as tx:
            more = await looking.go_on(tx)
    async with books.write(municipality) as tx:
        return await looking.end(tx)


def verdict(looked: Looked) -> list[str]:
    """The result of checking the chain, as Russian phrases for the operator."""
    lines = count(looked.lines, "строка|строки|строк")
    said = [f"цепочка журналов: {lines}" + (f", последнее звено {looked.head[:16]}" if looked.lines else "")]
    if looked.erased:
        said.append(f"слова стёрты в {count(looked.erased, 'строке|строках|строках')}")
    for words, names in (("изменены", looked.altered), ("вырезаны", looked.cut), ("вставлены", looked.added)):
        if names:
            more = f" и ещё {len(names) - SHOWN}" if len(names) > SHOWN else ""
            said.append(f"{words} помимо бота: {', '.join(names[:SHOWN])}{more}")
    if looked.erased > looked.said_erased:
        said.append(f"из них без записи о стирании: {looked.erased - looked.said_erased}")
    if looked.is_whole:
        said.append("цела")
    return said


def _csv(municipality: Municipality, lines: Sequence[Line]) -> str:
    texts, made = Texts(municipality.folders), io.StringIO()
    table = csv.writer(made, delimiter=";", lineterminator="\r\n")
    table.writerow(COLUMNS)
    for line in lines:
        table.writerow([_plain(cell) for cell in _row(municipality, texts, line, municipality.zone)])
    return made.getvalue()


def _row(municipality: Municipality, texts: Texts, line: Line, zone: ZoneInfo) -> list[str]:
    people = municipality.people
    done = ACTIONS.get(line.action) or (texts.plain(f"may.{line.action}") if texts.has(f"may.{line.action}") else "")
    kind = KINDS.get(line.action, "сам бот" if line.who in MACHINES else "решил")
    known = {key: value for key, value in line.bare.items() if key not in ("case", "on_behalf")}
    return [
        line.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
        kind,
        JOURNALS[line.journal],
        line.about,
        done or line.action,
        line.action,
        people[line.who].name if line.who in people else line.who,
        line.who,
        people[line.on_behalf].name if line.on_behalf in people else line.on_behalf,
        line.from_state,
        line.to_state,
        ", ".join(f"{key}={value}" for key, value in known.items()),
        f"{line.journal}/{line.id}",
    ]


def _plain(cell: str) -> str:
    """The cell with an apostrophe before it if a spreadsheet would take it for a formula; otherwise unchanged."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _write(text: str, out: str | None) -> None:
    if out is None or out == "-":
        sys.stdout.write(text)
    else:
        Path(out).write_text(text, encoding="utf-8-sig", newline="")
