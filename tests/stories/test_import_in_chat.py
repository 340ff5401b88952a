"""An export sent to the bot by the curator becomes cases; the report comes back as the answer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from openpyxl import Workbook

from storage import tables
from tests.stories.test_a_day import COMPLAINT
from tests.stories.town import KEY, Person, Town
from workflow.regulation import Source

HEADING = "ID;Текст;Ссылка;Дата;Дата доступа\n"


async def sends(person: Person, data: bytes, name: str) -> None:
    telegram = person.town.players.town.telegram
    telegram.write(person.user, person.town.players.bot, document=(name, data))
    await person.town.settles()


async def imports(person: Person, data: bytes, name: str) -> None:
    """The file is sent, looked at, and agreed to."""
    await sends(person, data, name)
    shown = person.sees("Файл прочитан.")
    await person.presses(shown.buttons[0][0].text, shown)


def export(*rows: str) -> bytes:
    return (HEADING + "\n".join(rows)).encode("cp1251")


async def test_ku_4_an_export_sent_in_private_becomes_cases_with_a_report(town: Town) -> None:
    data = export(f"1;{COMPLAINT};https://ok.ru/group/1/topic/2;12.01.2026 08:00;", "2;;;;", f"1;{COMPLAINT};;;")
    await imports(town.curator, data, "Выгрузка.CSV")
    report = town.curator.sees("Заведено сообщений: 1.")
    assert report.text.splitlines()[1:] == [
        "Не взято строк: 2.",
        "Столбцы: номер — «ID», текст — «Текст», ссылка — «Ссылка», дата — «Дата», дата доступа — «Дата доступа».",
        "строка 3: не взято, нет текста",
        "строка 4: не взято, повторяет строку 2",
        "строка 2: заведено № 1",
    ]
    town.curator.sees("Третий день")
    appeal = (await town.case()).appeal
    assert (appeal.source, appeal.network, appeal.handed_in_by) == (Source.OK, None, "curator")


async def test_iz_1_the_same_export_sent_twice_opens_nothing_new(town: Town) -> None:
    for _ in range(2):
        await imports(town.curator, export(f"1;{COMPLAINT};;;"), "export.csv")
    town.curator.sees("Третий день")
    town.curator.sees("Заведено сообщений: 1.")
    assert "уже заведено, № 1" in town.curator.sees("Заведены раньше: 1.").text
    assert await town.cases() == 1


async def test_what_others_ask_meanwhile_does_not_wait_for_the_whole_file(town: Town) -> None:
    data = export(*(f"{number};{COMPLAINT} Дом {number}.;;;" for number in range(120)))
    await sends(town.curator, data, "export.csv")
    shown = town.curator.sees("Файл прочитан.")
    telegram = town.players.town.telegram
    pressed = telegram.press(town.curator.user, shown, shown.buttons[0][0].text)
    telegram.write(town.zhkh.user, town.players.bot, "/open")
    await town.settles()
    assert pressed.toast == "Завожу. Отчёт по строкам пришлю сюда же."
    async with town.books.write(KEY) as tx:
        query = sa.select(tables.outbox.c.kind).where(tables.outbox.c.kind.in_(["list", "say"]))
        kinds = (await tx.connection.execute(query.order_by(tables.outbox.c.id))).scalars().all()
        assert (kinds[-2:], await tx.next_number("import")) == (["list", "say"], 6)
    report = town.curator.sees("Заведено сообщений: 120.").text
    assert report.splitlines()[-1] == "и ещё 80"
    for person in (town.curator, town.zhkh):
        person.looks_at_everything()
    assert await town.cases() == 120


async def test_a_file_that_is_no_export_is_said_so_and_is_no_case(town: Town) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Имя", "Возраст"])
    book.save(path := town.bot.reception.files._root.parent / "book.xlsx")
    await sends(town.curator, path.read_bytes(), "book.xlsx")
    town.curator.sees("Нет столбца с текстом сообщения, есть: Имя, Возраст")
    await sends(town.curator, b"\xd0\xcf\x11\xe0\x00", "old.xls")
    town.curator.sees("откройте его и сохраните как")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", "<office:document-content/>")
    await sends(town.curator, packed.getvalue(), "выгрузка.ods")
    town.curator.sees("Такие таблицы бот не читает; откройте файл в Excel или LibreOffice и сохраните как")
    await sends(town.curator, b"<html><table><tr><td>1</td></tr></table></html>", "отчёт.xls")
    town.curator.sees("Такие таблицы бот не читает")
    assert await town.cases() == 0


async def test_only_the_curator_imports(town: Town) -> None:
    await sends(town.zhkh, export(f"1;{COMPLAINT};;;"), "export.csv")
    town.zhkh.sees("Не понял, к чему это")
    stranger = town.newcomer("stranger", "Прохожий")
    await stranger.opens_invitation("")
    stranger.sees("только с сотрудниками")
    await sends(stranger, export(f"1;{COMPLAINT};;;"), "export.csv")
    stranger.looks_at_everything()
    assert await town.cases() == 0


async def test_mo_8_under_mo_the_terms_run_from_the_access_in_the_file(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(regulation="moskalensky", at="2026-01-12 11:00")
    await imports(town.curator, export(f"1;{COMPLAINT};;12.01.2026 08:00;12.01.2026 10:50"), "export.csv")
    town.curator.sees("Заведено сообщений: 1.")
    town.curator.sees("Третий день")
    detected = (await town.case()).detected.astimezone(town.municipality.zone)
    assert (detected.hour, detected.minute) == (10, 50)


async def test_nothing_is_imported_before_the_curator_has_seen_the_first_rows_and_agreed(town: Town) -> None:
    rows = [f"{n};{COMPLAINT} Дом {n}.;https://ok.ru/group/1/topic/{n};12.01.2026 08:00;" for n in range(901, 906)]
    await sends(town.curator, export(*rows, "17;;;;"), "export.csv")
    shown = town.curator.sees("Файл прочитан. Заведу сообщений: 5").text
    named = [line.split(":")[0] for line in shown.splitlines() if line.startswith("строка")]
    assert named == ["строка 2", "строка 3", "строка 4", "строка 7"]
    assert "текст — «Текст», ссылка — «Ссылка»" in shown
    assert "строка 7: не взято, нет текста" in shown
    assert await town.cases() == 0
    await town.curator.presses("Не заводить")
    town.curator.looks_at_everything()
    assert await town.cases() == 0
