"""`import FILE --dry-run --json`: a line a row, then one about the sheet; nothing is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.house.test_cli_import import COMPLAINT, office, run, today, xlsx

__all__ = ["office"]

HEADING = ["ID", "Дата", "Комментарий", "Текст сообщения", "Ссылка", "Статус"]
LINK = "https://ok.ru/group/1/topic/2"


def lines(folder: Path, data: bytes, *more: str) -> tuple[int, list[dict[str, Any]], str]:
    code, said, err = run(folder, data, "выгрузка.xlsx", "--dry-run", "--json", *more)
    return code, [json.loads(one) for one in said], err


def test_each_row_is_a_line_and_the_last_one_is_about_the_sheet(office: Path) -> None:
    rows = [
        [5001, today(8), "в отдел ЖКХ", COMPLAINT, LINK, "Делегировано"],
        [5002, "позавчера", "", "Яма на улице Мира у дома 5", "", ""],
        [5003, today(8), "", "Нет света на улице Мира", "", "Решено"],
    ]
    code, said, err = lines(office, xlsx(*rows, heading=HEADING))
    assert (code, err, sorted(path.name for path in office.iterdir())) == (0, "", ["okrug", "выгрузка.xlsx"])
    first, second, third, last = said
    assert list(first) == ["row", "taken", "why", "text", "written_at", "link", "source", "status", "known"]
    assert {key: first[key] for key in ("row", "taken", "text", "link", "source", "status", "known")} == {
        "row": 2, "taken": True, "text": COMPLAINT, "link": LINK, "source": "ok", "status": "Делегировано", "known": None,
    }  # fmt: skip
    assert first["why"] == "статус «Делегировано» незнаком, строка взята"
    assert first["written_at"].endswith("T08:05:00+03:00")
    assert [(one["row"], one["taken"], one["why"]) for one in (second, third)] == [
        (3, False, "дата не читается: позавчера"), (4, False, "на неё уже ответили: Решено"),
    ]  # fmt: skip
    assert (last["sheet"], last["columns"], last["unread"]) == (
        "Sheet",
        {"id": "ID", "written_at": "Дата", "text": "Текст сообщения", "link": "Ссылка", "status": "Статус"},
        ["Комментарий"],
    )


def test_what_is_known_names_its_case_and_another_text_under_its_id_is_a_conflict(office: Path) -> None:
    run(office, xlsx([5001, today(8), "", COMPLAINT, LINK, ""], heading=HEADING))
    rows = [[5001, today(8), "", COMPLAINT, LINK, ""], [5002, today(9), "", "Нет света на улице Мира", "", ""]]
    _, (known, new, _), _ = lines(office, xlsx(*rows, heading=HEADING))
    assert [(one["taken"], one["known"], one["why"]) for one in (known, new)] == [
        (False, 1, "уже заведено, № 1"), (True, None, None),
    ]  # fmt: skip
    _, (changed, _), _ = lines(office, xlsx([5001, today(8), "", "Совсем другие слова", LINK, ""], heading=HEADING))
    assert (changed["taken"], changed["known"]) == (False, 1)
    assert changed["why"] == "по номеру 5001 уже заведено № 1, но текст другой"


def test_a_running_number_of_the_next_week_opens_its_own_cases(office: Path) -> None:
    heading = ["№ п/п", "Текст", "Дата"]
    for week in ("Нет воды", "Нет света"):
        _, said, _ = run(office, xlsx(*([n, f"{week}, дом {n}", today(8)] for n in (1, 2, 3)), heading=heading))
        assert said[0] == "Заведено сообщений: 3."


def test_a_file_of_which_nothing_could_be_taken_ends_with_two_after_its_report(office: Path) -> None:
    code, said, err = lines(office, xlsx([5001, "позавчера", "", COMPLAINT, "", ""], heading=HEADING))
    assert (code, len(said), err) == (2, 2, "выгрузка.xlsx: не взято ни одной строки; почему, сказано выше по строкам")
    answered = lines(office, xlsx([5001, today(8), "", COMPLAINT, "", "Решено"], heading=HEADING))
    assert answered[0] == 0


def test_a_heading_alone_is_one_sentence(office: Path) -> None:
    code, said, err = lines(office, xlsx(heading=HEADING))
    assert (code, said, err) == (2, [], "выгрузка.xlsx: в таблице есть только заголовок, строк с сообщениями нет")


def test_json_without_a_dry_run_is_refused(office: Path) -> None:
    code, said, err = run(office, xlsx(heading=HEADING), "выгрузка.xlsx", "--json")
    assert (code, said, err) == (2, [], "--json: пока только вместе с --dry-run")
