"""The list, the board, one case and the month: what stands there, in which order, and for whom."""

from __future__ import annotations

import re
from dataclasses import replace

import aiohttp

from bot.leadership import reporting
from reports.period import Month
from storage import people
from storage.erasing import Eraser
from tests.page.page_house import Client, a_client, sees, signs_in, stored, words
from tests.patience import PATIENT
from tests.reports.cases import detected
from tests.stories.town import KEY, MOSCOW, Town
from workflow.erasure import Erasure
from workflow.office import Absence

WATER = "Третий день нет воды на Школьной, 5"
ROAD = "На улице Мира яма на всю полосу"
HOSTILE = '<script>alert(1)</script> <a href="javascript:alert(2)">сюда</a> \u202eнаоборот'


async def two_cases(town: Town) -> None:
    """№ 1 is with the department of housing and № 2 with that of roads, which has taken it up."""
    await town.resident_writes(WATER)
    await town.curator.presses("Направить в Отдел ЖКХ")
    await town.resident_writes(ROAD)
    await town.curator.presses("Направить в Отдел дорожного хозяйства")
    await town.roads.presses("Принять")


def numbers(html: str) -> list[int]:
    """Of the list, in order."""
    return [int(number) for number in re.findall(r'class="number"><a href="/case/(\d+)"', html)]


async def listed(client: Client, query: str = "") -> list[int]:
    return numbers(await (await client.get(f"/{query}")).text())


def columns(html: str) -> dict[str, list[int]]:
    """The numbers in each column of the board that has any."""
    found: dict[str, list[int]] = {}
    for column in re.split(r'<section class="column" data-stage="', html)[1:]:
        inside = [int(number) for number in re.findall(r'data-number="(\d+)"', column)]
        if inside:
            found[column.partition('"')[0]] = inside
    return found


async def on_the_board(client: Client) -> dict[str, list[int]]:
    return columns(await (await client.get("/board")).text())


async def test_a_row_says_what_where_who_and_until_when(client: Client, town: Town) -> None:
    await two_cases(town)
    await signs_in(client, town, "curator")
    html = await (await client.get("/")).text()
    shown = words(html)
    assert "2 открытых · просроченных нет" in shown
    assert re.search(r"№ 1 .*?вода.*? Отдел ЖКХ направлено исполнителю проект ответа сегодня до 13:00", shown), shown
    assert re.search(r"№ 2 .*? Отдел дорожного хозяйства в работе проект ответа сегодня до 13:00", shown), shown
    links = re.findall(r'<a href="(http[^"]+)"([^>]*)>ВКонтакте', html)
    assert [attributes for _, attributes in links] == [' target="_blank" rel="noopener noreferrer"'] * 2


async def test_what_is_late_comes_first(client: Client, town: Town) -> None:
    await two_cases(town)
    await town.waits(minutes=120)
    await town.resident_writes("Во дворе на Заречной, 3 не вывозят мусор")
    await signs_in(client, town, "curator")
    assert await listed(client) == [3, 1, 2], "what is due first comes first"
    await town.to("2026-01-12 13:30")
    shown = await sees(client, "/?late=1")
    assert "⚠️ проект ответа, срок был в 13:00" in shown
    html = await (await client.get("/")).text()
    assert (numbers(html), html.count('<tr class="is-late">')) == ([3, 1, 2], 3)


async def test_the_list_can_be_narrowed(client: Client, town: Town) -> None:
    await two_cases(town)
    await signs_in(client, town, "curator")
    assert await listed(client, "?department=roads") == [2]
    assert await listed(client, "?state=executor") == [1, 2]
    assert await listed(client, "?state=approval") == []
    assert await listed(client, "?state=nonsense&page=999999999999") == [1, 2]
    assert await listed(client, "?late=1") == []
    assert "Таких сообщений сейчас нет" in await sees(client, "/?late=1")


async def test_a_case_goes_over_the_board(client: Client, town: Town) -> None:
    await signs_in(client, town, "curator")
    assert await on_the_board(client) == {}
    await town.resident_writes(WATER)
    assert await on_the_board(client) == {"new": [1]}
    await town.curator.presses("Направить в Отдел ЖКХ")
    assert await on_the_board(client) == {"executor": [1]}
    await town.zhkh.replies(town.card(), "Здравствуйте. Авария на водопроводе, воду дадим сегодня до 20:00.")
    assert await on_the_board(client) == {"approval": [1]}
    await town.curator.presses("На доработку")
    await town.curator.writes("Добавьте телефон диспетчерской")
    assert await on_the_board(client) == {"rework": [1]}
    await town.zhkh.replies(
        town.card(), "Здравствуйте. Авария, воду дадим до 20:00. Диспетчерская работает круглые сутки."
    )
    await town.curator.presses("Согласовать")
    assert await on_the_board(client) == {"posting": [1]}
    await town.waits(minutes=1)
    assert await on_the_board(client) == {"done": [1]}
    assert await listed(client) == []
    await town.to("2026-01-13 09:00")
    assert await on_the_board(client) == {}, "it was yesterday"


async def test_a_case_has_its_history_in_words(client: Client, town: Town) -> None:
    await two_cases(town)
    await signs_in(client, town, "curator")
    shown = await sees(client, "/case/1")
    assert WATER in shown
    assert re.search(r"История 12 января, 9:\d\d — заведено новое сообщение 12 января, 9:\d\d — куратор", shown), shown
    assert "направил Отделу ЖКХ" in shown
    missing = await client.get("/case/77")
    assert (missing.status, "Сообщения № 77 здесь нет" in words(await missing.text())) == (404, True)


async def test_an_executor_sees_his_departments_cases_alone(client: Client, town: Town) -> None:
    await two_cases(town)
    await signs_in(client, town, "zhkh_head")
    assert await listed(client) == [1]
    assert await on_the_board(client) == {"executor": [1]}
    assert (await client.get("/case/1")).status == 200
    other = await client.get("/case/2")
    assert (other.status, "яма" in await other.text()) == (404, False)
    assert "Отдел дорожного" not in await (await client.get("/")).text()
    month = await sees(client, "/month")
    assert ("Поступило 1 " in month, "Отдел дорожного" in month, "Отдел ЖКХ" in month) == (True, False, True)
    async with a_client(town) as above:
        await signs_in(above, town, "first_deputy")
        assert await listed(above) == [1, 2]
        assert "Поступило 2 " in await sees(above, "/month")


async def test_who_stands_in_sees_what_the_absent_one_sees(client: Client, town: Town) -> None:
    await two_cases(town)
    await signs_in(client, town, "zhkh_head")
    assert await listed(client) == [1]
    now = town.clock.now()
    away = Absence("roads_head", now, now.replace(hour=20), "zhkh_head")
    offices = town.bot.offices
    offices._know((*offices.municipality.absences, away))
    assert await listed(client) == [1, 2]


async def test_strangers_words_are_words(client: Client, town: Town) -> None:
    await town.resident_writes(HOSTILE)
    await signs_in(client, town, "curator")
    for path in ("/", "/board", "/case/1"):
        html = await (await client.get(path)).text()
        assert (html.count("<script"), 'javascript:alert(2)">сюда</a>' in html, "\u202e" in html) == (
            1,
            False,
            False,
        ), path
    assert "&lt;script&gt;alert(1)" in await (await client.get("/case/1")).text()


async def test_what_was_erased_is_shown_no_more(client: Client, town: Town) -> None:
    hers, other = detected(1, "2026-01-12 09:00"), detected(2, "2026-01-12 09:05", "А вот Аграфена Пустовойтова права")
    await stored(
        town, [replace(hers, appeal=replace(hers.appeal, author="Аграфена Пустовойтова", author_ref="id777")), other]
    )
    await signs_in(client, town, "curator")
    assert "Пустовойтова" in await sees(client, "/")
    async with town.books.write(KEY) as tx:
        trace = replace(await people.of_account(tx, "vk:777"), cases=())
        await Eraser(tx, Erasure.ASKED, "operator", town.clock.now()).person(trace)
    assert "Пустовойтова" not in await sees(client, "/")


async def test_ku_22_the_months_figures_are_those_of_the_report(client: Client, town: Town) -> None:
    await two_cases(town)
    await town.to("2026-01-12 14:00")
    await signs_in(client, town, "curator")
    shown = await sees(client, "/month")
    now = town.clock.now()
    report = await reporting.monthly(town.books, KEY, Month.of(now, MOSCOW), now)
    assert report is not None
    totals = report.figures.totals
    assert f"Поступило {totals.received} Ответ размещён {totals.closed} В работе {totals.open}" in shown
    for department in report.figures.departments:
        if department.received:
            percent = "–" if department.on_time_share is None else f"{department.on_time_share * 100:.0f} %"
            d = department
            counts = (d.received, d.answered, d.late, d.open, d.open_overdue, d.returned)
            assert f"{d.name} {percent} {' '.join(map(str, counts))}" in shown, shown
    await town.resident_writes("Не горит фонарь на улице Мира")
    await town.waits(minutes=1)
    assert f"Поступило {totals.received + 1} " in await sees(client, "/month")


async def test_a_part_is_the_page_without_its_frame(client: Client, town: Town) -> None:
    await two_cases(town)
    await signs_in(client, town, "curator")
    part = await (await client.get("/board", headers={"X-Part": "live"})).text()
    assert (part.count("<html"), part.count("<h1>"), columns(part)) == (0, 1, {"executor": [1, 2]})


async def test_changes_are_told_while_the_session_lasts(town: Town) -> None:
    async with a_client(town, every=0.01) as client:
        await signs_in(client, town, "zhkh_head")
        answer = await client.get("/changes", timeout=aiohttp.ClientTimeout(total=PATIENT))
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        assert await answer.content.readuntil(b"\n\n") == b"retry: 5000\n\n"
        await town.resident_writes(WATER)
        assert await answer.content.readuntil(b"\n\n") == b"data: changed\n\n"
        await town.zhkh.leaves()
        told = await answer.content.read()
        assert told.endswith(b"event: over\ndata: over\n\n"), told


async def test_a_closing_port_lets_nobody_wait(town: Town) -> None:
    async with a_client(town, every=0.01) as client:
        await signs_in(client, town, "curator")
        answer = await client.get("/changes")
        await answer.content.readuntil(b"\n\n")
        await client.server.close()
        assert await answer.content.read() in (b"", b"data: changed\n\n")
