"""What the leadership asks for in the chat: lists by the page, figures, the report as files, memo, file of a case, search."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from bot.cli.report import report
from bot.clock import HeldClock
from sandbox.telegram.model import Message
from tests.stories.test_a_day import drafted
from tests.stories.town import KEY, Person, Town

pytestmark = pytest.mark.usefixtures("pictures_drawn_once")

WATER = "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут"
Making = Callable[..., Awaitable[Town]]


def captions(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


def documents(town: Town, person: Person, kind: str) -> list[tuple[str, bytes]]:
    """Names and bytes of what the bot sent the person, oldest first."""
    found = []
    for message in person.private:
        held = [file for file in message.files if file.kind == kind]
        if held and message.sender.id == town.players.bot.id:
            town.seen.add((message.chat.id, message.id))
            found += [(file.name or "", file.data) for file in held]
    return found


def text_of(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


async def several(town: Town, n: int, text: str = "Яма на дороге, улица Мира") -> None:
    for number in range(1, n + 1):
        await town.resident_writes(f"{text}, дом {number}")
    town.forget_what_was_said()


async def as_json(town: Town, month: str, folder: Path) -> dict[str, Any]:
    """What the command line says of the same books at the same moment."""
    out = folder / "report.json"
    await asyncio.to_thread(report, month, "json", str(out), KEY, folder, HeldClock(town.clock.now()))
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


async def test_open_is_turned_by_buttons_and_each_number_leads_to_its_case(town: Town) -> None:
    await several(town, 12)
    await town.curator.writes("/open")
    shown = town.curator.sees("Открыто 12 сообщений, страница 1 из 2")
    assert captions(shown) == [f"№ {n}" for n in range(1, 11)] + ["Дальше"]
    await town.curator.presses("Дальше", shown)
    assert "страница 2 из 2" in shown.text
    assert captions(shown) == ["№ 11", "№ 12", "Раньше"]
    assert await town.curator.presses("№ 12", shown) == "№ 12: прислал вам лично."
    told = town.curator.sees("дом 12")
    assert captions(told) == ["Файл", "Сроки", "Открыть"]


async def test_mine_and_overdue_are_each_ones_own(town: Town) -> None:
    await several(town, 2)
    await town.curator.presses("Направить в Отдел дорожного хозяйства")
    town.forget_what_was_said()
    await town.zhkh.writes("/mine")
    town.zhkh.sees("От вас сейчас ничего не ждут.")
    await town.roads.writes("/mine")
    mine = town.roads.sees("От вас ждут: 1 сообщение")
    assert len(captions(mine)) == 1
    await town.roads.writes("/overdue")
    town.roads.sees("Просроченного нет.")


async def test_find_knows_russian_word_forms_and_shows_executors_only_their_own(town: Town) -> None:
    await drafted(town)
    await several(town, 1)
    await town.curator.writes("/find вода школьной")
    found = town.curator.sees("Нашлось 1 сообщение")
    assert captions(found) == ["№ 1"]
    await town.curator.writes("/find аварии")
    town.curator.sees("Нашлось 1 сообщение")
    await town.roads.writes("/find воду")
    town.roads.sees("Ничего не нашлось.")
    await town.zhkh.writes("/find воду")
    town.zhkh.sees("Нашлось 1 сообщение")
    await town.curator.writes("/find 2")
    assert captions(town.curator.sees("Нашлось 1 сообщение")) == ["№ 2"]
    await town.curator.writes("/find")
    town.curator.sees("Напишите, что искать")


async def test_find_says_where_older_ones_were_left_out(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.search.NEWEST", 3)
    await several(town, 4)
    await town.curator.writes("/find яма")
    found = town.curator.sees("Сообщений с такими словами много, добавьте ещё слово. Показаны последние 3")
    assert captions(found) == ["№ 4", "№ 3", "№ 2"]


async def test_ku_22_the_report_in_the_chat_agrees_with_the_command_line_to_the_last_digit(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await drafted(town)
    await several(town, 3)
    await town.to("2026-02-02 09:30")
    town.forget_what_was_said()
    monkeypatch.setenv("DATABASE_URL", town.books.url)
    await town.curator.writes("/report январь")
    head = town.curator.sees("Отчёт за январь готов").text
    figures = await as_json(town, "2026-01", tmp_path)
    assert f"Поступило: {figures['received']}\n" in head
    assert f"Ответ размещён: {figures['closed']}, " in head
    assert f"в работе: {figures['open']}\n" in head
    assert f"Нарушений сроков: {len(figures['violations'])}\n" in head
    (book, data), (letter, words) = documents(town, town.curator, "document")
    assert (book, letter) == ("Отчёт за январь 2026 года.xlsx", "Отчёт за январь 2026 года.docx")
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
    said = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    assert (said["Поступило"], said["В работе"], said["Нарушений сроков"]) == (
        figures["received"], figures["open"], len(figures["violations"]),
    )  # fmt: skip
    assert f"поступило сообщений: {figures['received']} " in text_of(words)
    zhkh = next(one for one in figures["departments"] if one["key"] == "zhkh")
    assert f"Отдел ЖКХ: получено {zhkh['received']}, отвечено {zhkh['answered']}" in head
    assert f"Отвечено в срок: ответов ещё не было\nНарушений сроков: {len(figures['violations'])}\n" in head
    assert len(documents(town, town.curator, "photo")) == 4
    town.forget_what_was_said()


async def test_report_is_refused_in_words(town: Town) -> None:
    await town.curator.writes("/report 2027-01")
    town.curator.sees("Этот месяц ещё не наступил")
    await town.curator.writes("/report когда-нибудь")
    town.curator.sees("Не понял, за какой месяц")
    await town.curator.writes("/report")
    assert captions(town.curator.sees("Сообщений за декабрь не было.")) == []
    await town.zhkh.writes("/report")
    town.zhkh.sees("не для вашей роли")
    await town.curator.writes("/report", in_group=True)
    town.sees_in_group("Это покажу вам лично")


async def test_ku_22_a_template_with_an_unknown_field_is_named_and_the_rest_still_comes(town: Town) -> None:
    own = town.municipality.folder / "templates" / "report.docx"
    own.parent.mkdir()
    broken = docx.Document()
    broken.add_paragraph("{{ plan }}")
    broken.save(str(own))
    await several(town, 1)
    await town.curator.writes("/report январь")
    assert "неизвестное поле «plan»" in town.curator.sees("Отчёт за январь готов").text
    assert [name for name, _ in documents(town, town.curator, "document")] == ["Отчёт за январь 2026 года.xlsx"]
    town.forget_what_was_said()


async def test_ku_22_a_machine_without_charts_sends_the_report_and_says_so(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    await several(town, 1)
    await town.curator.writes("/report 2026-01")
    assert "Диаграмм нет" in town.curator.sees("Отчёт за январь").text
    assert len(documents(town, town.curator, "document")) == 2
    assert documents(town, town.curator, "photo") == []
    await town.curator.writes("/stats")
    assert "Диаграмм нет" in town.curator.sees("Поступило: 1").text
    town.forget_what_was_said()


async def test_ku_22_the_report_comes_by_itself_once_before_the_tenth(town: Town) -> None:
    await several(town, 1)
    await town.to("2026-02-10 09:59")
    town.forget_what_was_said()
    await town.to("2026-02-10 10:01")
    town.deputy.sees("Отчёт за январь готов")
    town.curator.sees("Отчёт за январь готов")
    assert len(documents(town, town.deputy, "document")) == 2
    town.forget_what_was_said()
    await town.waits(minutes=10)
    assert not [m for m in town.deputy.private if town.is_unseen(m) and "Отчёт за" in m.text]
    town.forget_what_was_said()


async def test_ku_22_where_the_tenth_is_a_day_off_the_report_comes_before(town: Town) -> None:
    await several(town, 1)
    await town.to("2026-05-08 10:01")
    town.deputy.sees("Сообщений за апрель не было. Отчёт за другой месяц:")
    await town.deputy.presses("январь 2026 года")
    assert "Поступило: 1" in town.deputy.sees("Отчёт за январь 2026 года").text
    town.forget_what_was_said()


@pytest.mark.parametrize(("settings", "comes"), [("", 1), ("\nmonthly_report: false\n", 0)])
async def test_beyond_where_no_report_is_asked_for_the_curator_has_one_on_the_first_working_day(
    town_with: Making, settings: str, comes: int
) -> None:
    town = await town_with(regulation="moskalensky", settings=settings)
    await several(town, 1)
    await town.to("2026-02-02 10:01")
    assert len([m for m in town.curator.private if "Отчёт за январь готов" in m.text]) == comes
    assert [m for m in town.deputy.private if "Отчёт за" in m.text] == []
    town.forget_what_was_said()


async def test_mo_20_each_overseer_gets_the_months_figures_of_their_departments(town_with: Making) -> None:
    town = await town_with(regulation="moskalensky")
    await drafted(town)
    await town.curator.presses("На доработку")
    await town.curator.writes("Назовите срок")
    await town.to("2026-02-02 10:01")
    told = town.deputy.sees("Ваши отделы, январь:")
    assert told.text.splitlines() == [
        "Ваши отделы, январь:",
        "Отдел ЖКХ: получено 1, отвечено 0, в срок 0 %, с опозданием 0, возвращено 0, на доработку 1, просрочено сейчас 1",
        "Отдел дорожного хозяйства: сообщений не было",
        "Отдел благоустройства: сообщений не было",
    ]
    assert [one for one in town.zhkh.private if "Ваши отделы" in one.text] == []
    town.forget_what_was_said()


async def test_ku_21_ku_22_who_gets_the_whole_report_gets_no_second_one(town: Town) -> None:
    await several(town, 1)
    await town.to("2026-02-10 10:01")
    assert len([m for m in town.deputy.private if "Отчёт за январь готов" in m.text]) == 1
    assert [m for m in town.deputy.private if "Ваши отделы," in m.text] == []
    town.forget_what_was_said()


async def test_stats_are_words_and_a_picture(town: Town) -> None:
    await several(town, 2)
    await town.curator.writes("/stats неделя")
    assert "Поступило: 2" in town.curator.sees("Статистика: неделя 12.01–18.01.2026").text
    assert len(documents(town, town.curator, "photo")) == 1
    await town.curator.writes("/stats квартал")
    town.curator.sees("Статистика: 1 квартал 2026 года")
    await town.curator.writes("/stats")
    town.curator.sees("Статистика: январь")
    assert len(documents(town, town.curator, "photo")) == 3
    await town.curator.writes("/stats вечность")
    town.curator.sees("Не понял, за какое время")


async def test_mo_20_ku_21_violations_say_who_missed_what_and_by_how_much(town: Town) -> None:
    await several(town, 1)
    await town.to("2026-01-12 12:00")
    town.forget_what_was_said()
    await town.deputy.writes("/violations январь")
    told = town.deputy.sees("Нарушений сроков: 1")
    assert "№ 1, направление исполнителю, Куратор: не сделано, просрочено на 2 часа" in told.text


async def test_ku_23_a_memo_ready_to_sign_goes_to_the_supervisor_and_the_curator(town: Town) -> None:
    await town.resident_writes(WATER)
    await town.curator.presses("Ещё…")
    town.forget_what_was_said()
    await town.curator.presses("Доложить главе")
    await town.curator.presses("Да, доложить")
    await town.can_no_more_be_undone()
    town.deputy.sees("Служебная записка по № 1 готова: проверьте и подпишите.")
    town.curator.sees("Служебная записка по № 1 готова. Подписывает первый заместитель главы; вам для сведения.")
    ((name, data),) = documents(town, town.deputy, "document")
    words = text_of(data)
    assert name == "Записка по сообщению 1.docx"
    assert WATER in words
    assert "Курского муниципального округа" in words
    assert "https://vk.com/" in words
    assert "Всего об этом: 1 сообщение" in words
    assert "Первый заместитель главы  " in words
    town.forget_what_was_said()


async def test_ku_23_a_memo_template_with_an_unknown_field_is_named(town: Town) -> None:
    own = town.municipality.folder / "templates" / "memo.docx"
    own.parent.mkdir()
    broken = docx.Document()
    broken.add_paragraph("{{ plan }}")
    broken.save(str(own))
    await town.resident_writes(WATER)
    await town.curator.presses("Ещё…")
    await town.curator.presses("Доложить главе")
    await town.curator.presses("Да, доложить")
    await town.can_no_more_be_undone()
    assert "неизвестное поле «plan»" in town.deputy.sees("Записка по № 1 не сделана").text
    town.forget_what_was_said()


async def test_a_case_goes_out_as_a_file_with_its_whole_history(town: Town) -> None:
    await drafted(town)
    town.forget_what_was_said()
    await town.curator.writes("/case 1")
    shown = town.curator.sees("№ 1")
    assert await town.curator.presses("Файл", shown) == "№ 1: прислал вам лично."
    town.curator.sees("сообщение со всей историей")
    ((name, data),) = documents(town, town.curator, "document")
    words = text_of(data)
    assert name == "Сообщение 1.docx"
    assert WATER in words
    assert "Версия 1, проект ответа" in words
    assert "направил Отделу ЖКХ" in words
    await town.roads.writes("/case 1")
    assert captions(town.roads.sees("№ 1")) == ["Сроки", "Открыть"]
    assert documents(town, town.roads, "document") == []


async def test_a_list_in_the_group_is_turned_there_and_a_case_is_shown_to_whoever_asks(town: Town) -> None:
    await several(town, 11)
    await town.zhkh.writes("/open", in_group=True)
    shown = town.sees_in_group("Открыто 11 сообщений, страница 1 из 2")
    await town.roads.presses("Дальше", shown)
    assert captions(shown) == ["№ 11", "Раньше"]
    await town.roads.presses("№ 11", shown)
    assert "дом 11" not in town.roads.sees("№ 11").text
    stranger = town.newcomer("stranger", "Прохожий", in_group=True)
    assert "Я вас не знаю" in await stranger.presses("Раньше", shown)
    town.forget_what_was_said()
