"""`import FILE`: an export of «Инцидент-менеджмент» becomes cases once; what is not taken is said line by line."""

from __future__ import annotations

import re
import sqlite3
import tracemalloc
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from bot.__main__ import app
from bot.clock import WallClock
from tests.stories.town import CONFIGS

HEADING = ["Номер", "Текст", "Ссылка", "Автор", "Дата", "Источник", "Тема", "Муниципалитет", "Статус"]
COMPLAINT = "Третий день нет воды на улице Школьной"


def today(hour: int = 0) -> str:
    return WallClock().now().astimezone(ZoneInfo("Europe/Moscow")).strftime(f"%d.%m.%Y {hour:02}:05")


def line(number: int, text: str = COMPLAINT, link: str = "", **more: str) -> list[str]:
    given = {
        "author": "Житель",
        "written": today(),
        "source": "",
        "topic": "",
        "place": "Курский округ",
        "status": "Новый",
    }
    given |= more
    return [str(number), text, link, *given.values()]


def xlsx(*rows: list[Any], heading: list[str] = HEADING) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (heading, *rows):
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def separated(*rows: list[str], sign: str = ";", encoding: str = "cp1251", heading: list[str] = HEADING) -> bytes:
    quoted = [sign.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (heading, *rows)]
    return "\r\n".join(quoted).encode(encoding)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, under: str) -> Path:
    """A configuration folder with one municipality."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    folder = tmp_path / "office"
    (folder / "okrug").mkdir(parents=True)
    text = (CONFIGS / "municipality.yaml").read_text(encoding="utf-8")
    text = text.replace("regulation: kursky", f"regulation: {under}")
    (folder / "okrug" / "municipality.yaml").write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, data: bytes, name: str = "выгрузка.xlsx", *more: str) -> tuple[int, list[str], str]:
    """The exit code, the lines said, and what stands on stderr."""
    file = folder / name
    file.write_bytes(data)
    done = CliRunner().invoke(app, ["import", str(file), "--config", str(folder), *more])
    return done.exit_code, done.stdout.splitlines(), done.stderr.strip()


def cases(folder: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(folder / "dezhurny.db") as books:
        query = "select number, source, network, ref, json_extract(body, '$.appeal.text') from cases order by number"
        return list(books.execute(query))


def outbox(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "dezhurny.db") as books:
        return [kind for (kind,) in books.execute("select kind from outbox")]


def test_ku_4_an_export_becomes_cases_and_the_curator_is_offered_them(office: Path) -> None:
    code, said, _ = run(office, xlsx(line(17), line(18, "Яма на улице Мира у дома 5")))
    assert (code, said[0]) == (0, "Заведено сообщений: 2.")
    assert said[-2:] == ["строка 2: заведено № 1", "строка 3: заведено № 2"]
    assert [(number, source, network, text) for number, source, network, _, text in cases(office)] == [
        (1, "incident", None, COMPLAINT),
        (2, "incident", None, "Яма на улице Мира у дома 5"),
    ]
    assert outbox(office) == ["offer", "offer"]


def test_iz_1_the_same_row_never_makes_two_cases(office: Path) -> None:
    run(office, xlsx(line(17), line(18, "Яма на улице Мира")))
    again = run(office, separated(line(17), line(18, "Яма на улице Мира"), line(19, "Нет света")), "ещё раз.csv")
    assert again[1][:2] == ["Заведено сообщений: 1.", "Заведены раньше: 2."]
    assert "строка 2: уже заведено, № 1" in again[1]
    assert len(cases(office)) == 3


def test_without_a_number_the_words_the_link_and_the_time_are_the_row(office: Path) -> None:
    heading = ["Текст", "Ссылка", "Дата"]
    rows = [
        [COMPLAINT, "https://ok.ru/group/1/topic/2", today(0)],
        [COMPLAINT, "https://ok.ru/group/1/topic/3", today(0)],
    ]
    for _ in range(2):
        run(office, xlsx(*rows, heading=heading))
    assert [(number, source) for number, source, *_ in cases(office)] == [(1, "ok"), (2, "ok")]


def test_a_dry_run_writes_nothing(office: Path) -> None:
    code, said, _ = run(office, xlsx(line(17)), "выгрузка.xlsx", "--dry-run")
    assert (code, said[0], said[-3:]) == (
        0,
        "Проверка, ничего не записано. Было бы заведено сообщений: 1.",
        [
            "строка 2: будет заведено",
            "Первые строки станут такими сообщениями:",
            f"строка 2: «{COMPLAINT}» · Инцидент Менеджмент · 0:05",
        ],
    )
    assert sorted(path.name for path in office.iterdir()) == ["okrug", "выгрузка.xlsx"]
    run(office, xlsx(line(17)))
    code, said, _ = run(office, xlsx(line(17), line(18)), "вторая.xlsx", "--dry-run")
    assert said[:2] == ["Проверка, ничего не записано. Было бы заведено сообщений: 1.", "Заведены раньше: 1."]
    assert (len(cases(office)), outbox(office)) == (1, ["offer"])


def test_rows_are_taken_in_small_transactions_so_that_others_may_write_meanwhile(office: Path) -> None:
    rows = [line(number, f"{COMPLAINT}, дом {number}") for number in range(120)]
    _, said, _ = run(office, xlsx(*rows))
    assert said[0] == "Заведено сообщений: 120."
    assert len([words for words in said if "заведено №" in words]) == 120
    with sqlite3.connect(office / "dezhurny.db") as books:
        assert books.execute("select value from counters where name = 'import'").fetchone() == (5,)


def test_what_is_not_taken_is_said_with_the_reason(office: Path) -> None:
    rows = [
        line(1),
        line(2, ""),
        line(3, written="12.01.2020"),
        line(4, status="Решено"),
        line(5, place="Минераловодский округ"),
        line(6, written="позавчера"),
        line(1, "другие слова"),
        line(8, status="Не решено"),
    ]
    _, said, _ = run(office, xlsx(*rows))
    assert [words for words in said if "не взято" in words] == [
        "строка 3: не взято, нет текста",
        "строка 4: не взято, старше 30 дней (12.01.2020)",
        "строка 5: не взято, на неё уже ответили: Решено",
        "строка 6: не взято, другой муниципалитет: Минераловодский округ",
        "строка 7: не взято, дата не читается: позавчера",
        "строка 8: не взято, номер 1 тот же, что в строке 2, а текст другой; проверьте номера",
    ]
    assert [number for number, *_ in cases(office)] == [1, 2]


@pytest.mark.parametrize(
    ("link", "named", "expected"),
    [
        ("https://vk.com/wall-1001_5?reply=12", "", ("vk", "vk", "wall-1001_5?reply=12")),
        ("https://vk.com/wall-77_5?reply=12", "", ("vk", None, None)),
        ("https://vk.com/wall-1001_5", "", ("vk", None, None)),
        ("https://m.ok.ru/group/1/topic/2", "ВКонтакте", ("ok", None, None)),
        ("", "ВКонтакте", ("vk", None, None)),
        ("", "Портал", ("incident", None, None)),
        ('=HYPERLINK("https://t.me/okrug/5";"открыть")', "", ("telegram", None, None)),
        ("javascript:alert(1)", "", ("incident", None, None)),
    ],
)
def test_sl_2_the_source_is_the_links_network(office: Path, link: str, named: str, expected: tuple[Any, ...]) -> None:
    run(office, separated(line(1, link=link, source=named)), "выгрузка.csv")
    assert [row[1:4] for row in cases(office)] == [expected]


@pytest.mark.parametrize(
    ("sign", "encoding"), [(";", "cp1251"), (",", "utf-8"), ("\t", "utf-8-sig"), (";", "utf-16"), ("|", "utf-8")]
)
def test_separator_and_encoding_are_found_out(office: Path, sign: str, encoding: str) -> None:
    run(
        office,
        separated(line(1, "Нет воды; и света,\tи «тепла» | вовсе"), sign=sign, encoding=encoding),
        "выгрузка.csv",
    )
    assert [text for *_, text in cases(office)] == ["Нет воды; и света,\tи «тепла» | вовсе"]


@pytest.mark.parametrize("text", ["=1+1", "<b>Нет</b> <script>воды</script>", "=cmd|' /C calc'!A0", "{{ 7 * 7 }}"])
def test_formulas_and_markup_are_text(office: Path, text: str) -> None:
    run(office, separated(line(1, text), encoding="utf-8"), "выгрузка.csv")
    assert [kept for *_, kept in cases(office)] == [text]


def test_a_title_above_and_strange_columns_do_no_harm(office: Path) -> None:
    heading = ["Суть сообщения", "Дата и время", "Оценка"]
    data = separated(["Нет воды", today(), "5"], heading=["Отчёт за неделю", "", ""], encoding="utf-8")
    title, row = data.decode().split("\r\n")
    data = "\r\n".join([title, "", ";".join(heading), row]).encode()
    code, said, _ = run(office, data, "выгрузка.csv")
    assert (code, said[0], said[2]) == (0, "Заведено сообщений: 1.", "Не использованы столбцы: Оценка.")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "файл пустой"),
        (b"PK\x03\x04 broken", "это не таблица; нужен файл .xlsx или .csv"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "это не таблица; нужен файл .xlsx или .csv"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            "это файл старого Excel или файл с паролем; откройте его и сохраните как .xlsx без пароля",
        ),
        (b"x" * (20 * 1024 * 1024 + 1), "файл слишком большой, берём до 20 МБ"),
        (
            xlsx(["1", "2"], heading=["Имя", "Возраст"]),
            "нет столбца с текстом сообщения, есть: Имя, Возраст. Назовите нужный столбец «Текст»; "
            "другие названия вписывает в настройки администратор бота",
        ),
        (
            separated(*(line(number) for number in range(20_001))),
            "строк больше, чем берём за один раз. Разделите файл; предел меняет в настройках администратор бота"
            " (не больше 20000)",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line_and_nothing_is_taken(office: Path, data: bytes, said: str) -> None:
    code, out, err = run(office, data, "выгрузка")
    assert (code, out, err) == (2, [], f"выгрузка: {said}")
    assert not (office / "dezhurny.db").exists()


def test_a_file_of_half_a_gigabyte_is_not_even_read(office: Path) -> None:
    path = office.parent / "выгрузка.xlsx"
    with path.open("wb") as file:
        file.write(b"PK")
        file.truncate(500 * 1024 * 1024)
    tracemalloc.start()
    done = CliRunner().invoke(app, ["import", str(path), "--config", str(office)])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (done.exit_code, done.stderr.strip()) == (2, "выгрузка.xlsx: файл слишком большой, берём до 20 МБ")
    assert peak < 200 * 1024 * 1024
    assert not (office / "dezhurny.db").exists()


def test_a_file_that_is_not_there_and_a_moment_that_is_none(office: Path) -> None:
    done = CliRunner().invoke(app, ["import", "нет.xlsx", "--config", str(office)])
    assert (done.exit_code, done.stderr.strip()) == (2, "нет.xlsx: нет такого файла")
    code, _, err = run(office, xlsx(line(1)), "выгрузка.xlsx", "--access", "вчера")
    assert (code, err) == (2, "--access: «вчера» не читается; нужно, например, 2026-01-12T09:00")


def worked_out(data: bytes, **values: str) -> bytes:
    """The workbook as Excel would have saved it: the formula in each of these cells with what came of it."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name).decode()
            for place, value in values.items() if name.endswith("sheet1.xml") else ():
                kind = "e" if value.startswith("#") else "str"
                cell = rf'<c r="{place}"[^>]*><f>(.*?)</f><v ?/?>(?:</v>)?</c>'
                part, times = re.subn(cell, rf'<c r="{place}" t="{kind}"><f>\1</f><v>{value}</v></c>', part)
                assert times == 1
            target.writestr(name, part)
    return out.getvalue()


def test_a_formula_is_what_it_came_to_and_never_the_citizens_words(office: Path) -> None:
    link = '=HYPERLINK("https://ok.ru/group/1/topic/2","ссылка")'
    rows = [
        line(1, '=HYPERLINK("http://evil.example","x")'),
        line(2, '=CONCATENATE("Нет"," света")', link=link),
        line(3, "=A1+#REF!"),
        line(4),
        line(5, author="=1+1"),
    ]
    rows[3][0] = "=A2+3"
    _, said, _ = run(office, worked_out(xlsx(*rows), B3="Нет света", C3="ссылка", B4="#REF!", D6="2"))
    formula = "формула без значения; откройте файл в Excel, сохраните и пришлите снова"
    assert [words for words in said if "не взято" in words] == [
        f"строка 2: не взято, в ячейке B2 {formula}",
        f"строка 4: не взято, в ячейке B4 {formula}",
        f"строка 5: не взято, в ячейке A5 {formula}",
    ]
    assert [(source, text) for _, source, _, _, text in cases(office)] == [("ok", "Нет света"), ("incident", COMPLAINT)]


def test_a_word_that_begins_like_a_formula_is_a_word(office: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (HEADING, line(1, "=) нет воды на Школьной")):
        book.active.append(row)
    book.active["B2"].data_type = "s"
    book.save(out := BytesIO())
    run(office, out.getvalue())
    assert [text for *_, text in cases(office)] == ["=) нет воды на Школьной"]


@pytest.mark.parametrize("sign", [",", "."])
def test_days_as_excel_counts_them_are_dates(office: Path, sign: str) -> None:
    serial = (WallClock().now().replace(tzinfo=None) - datetime(1899, 12, 30)).days - 1
    rows = [line(1), line(2, "Нет света на улице Мира")]
    rows[0][4], rows[1][4] = f"{serial}{sign}4", str(serial)
    run(office, separated(*rows))
    day = (datetime(1899, 12, 30) + timedelta(days=serial)).date()
    expected = [f"{day}T06:36:00+00:00", f"{day - timedelta(days=1)}T21:00:00+00:00"]
    assert written(office) == [datetime.fromisoformat(moment) for moment in expected]
    numbers: list[list[Any]] = [[*row] for row in rows]
    numbers[0][4], numbers[1][4] = serial + 0.4, serial
    _, said, _ = run(office, xlsx(*numbers), "числами.xlsx", "--dry-run")
    assert said[1] == "Заведены раньше: 2."


def test_a_number_that_is_no_day_and_a_day_to_come_are_said_apart(office: Path) -> None:
    rows = [
        line(1, written="12345"),
        line(2, written="73051"),
        line(3, written="01.01.2090"),
        line(4, written="01.01.0001"),
    ]
    _, said, _ = run(office, separated(*rows, line(5, written="73050")))
    assert [words for words in said if "не взято" in words] == [
        "строка 2: не взято, дата не читается: 12345",
        "строка 3: не взято, дата не читается: 73051",
        "строка 4: не взято, дата в будущем: 01.01.2090",
        "строка 5: не взято, дата не читается: 01.01.0001",
        "строка 6: не взято, дата в будущем: 31.12.2099",
    ]


def written(folder: Path) -> list[datetime]:
    with sqlite3.connect(folder / "dezhurny.db") as books:
        query = "select json_extract(body, '$.appeal.written_at') from cases order by number"
        return [datetime.fromisoformat(moment) for (moment,) in books.execute(query)]


def test_own_columns_win(office: Path) -> None:
    (office / "imports.yaml").write_text("columns: {text: [О чём пишут]}\n", encoding="utf-8")
    run(office, xlsx(["Нет воды"], heading=["О чём пишут"]))
    assert [text for *_, text in cases(office)] == ["Нет воды"]


def test_a_broken_imports_file_is_named_with_its_line(office: Path) -> None:
    (office / "imports.yaml").write_text("columns: {text: [Текст], link: [Текст]}\n", encoding="utf-8")
    code, _, err = run(office, xlsx(line(1)))
    assert (code, err) == (2, "imports.yaml, строка 1: столбец «Текст» назван дважды: text и link")


@pytest.mark.parametrize(("regulation", "by_access"), [("moskalensky", True), ("kursky", False)])
def test_mo_6_4_the_terms_run_from_access_where_the_regulation_says_so(
    office: Path, regulation: str, by_access: bool
) -> None:
    path = office / "okrug" / "municipality.yaml"
    text = path.read_text(encoding="utf-8").replace("regulation: moskalensky", f"regulation: {regulation}")
    path.write_text(text + "duty: always\n", encoding="utf-8")
    access = "2026-01-12T09:30:00"
    run(office, xlsx(line(1)), "выгрузка.xlsx", "--access", access)
    with sqlite3.connect(office / "dezhurny.db") as books:
        [(arrived,)] = books.execute("select json_extract(body, '$.arrived') from cases")
    assert (datetime.fromisoformat(arrived) == datetime.fromisoformat(f"{access}+03:00")) == by_access
