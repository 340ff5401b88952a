"""The list beyond what is open: closed cases, earlier months, search; and the month's figures, each with its list."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from bot.board import listing
from bot.leadership import reporting
from tests.page.page_house import Client, a_client, sees, signs_in, stored, words
from tests.page.test_what_is_shown import WATER, listed, numbers, two_cases
from tests.reports.cases import october
from tests.stories.town import KEY, Town


async def everything(client: Client, query: str) -> list[int]:
    """The numbers on all pages of the list."""
    found: list[int] = []
    while query:
        html = await (await client.get(f"/{query}")).text()
        found += numbers(html)
        following = re.search(r'<a rel="next" href="/([^"]*)">(?:Дальше|К более ранним)', html)
        query = unescape(following[1]) if following else ""
    return found


@pytest.fixture
def two_on_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "ON_A_PAGE", 2)


@pytest.mark.usefixtures("two_on_a_page")
async def test_ku_22_each_figure_of_a_month_opens_the_list_of_exactly_its_cases(client: Client, town: Town) -> None:
    await stored(town, october("2025-12-01"))
    for person, received in (("curator", 7), ("roads_head", 2)):
        async with a_client(town) as reader:
            await signs_in(reader, town, person)
            html = await (await reader.get("/month?month=2025-12")).text()
            assert "Декабрь 2025 года" in html
            figures = re.findall(r'<a href="/(\?month=2025-12&amp;figure=[^"]*)">(\d+)</a>', html)
            counts = [(query, int(count)) for query, count in figures]
            assert counts[0][1] == received
            assert {query: len(set(await everything(reader, unescape(query)))) for query, _ in counts} == dict(counts)
            assert len(counts) >= 10


async def test_the_list_of_a_figure_says_what_it_is(client: Client, town: Town) -> None:
    await stored(town, october("2025-12-01"))
    await signs_in(client, town, "curator")
    assert "Отвечено (отдел) ответ размещён, отдел готовил его" in await sees(client, "/month?month=2025-12")
    shown = await sees(client, "/?month=2025-12&figure=late&of=zhkh")
    assert "С нарушением · Отдел ЖКХ · декабрь 2025 года 1 сообщение : отвечено, но отдел нарушил свой срок" in shown
    assert await listed(client, "?month=2025-12&figure=nonsense") == []
    assert await listed(client, "?month=2025-13&figure=late&of=zhkh") == [5], "not a month: the open ones"


async def test_a_month_without_cases_is_one_line_and_leads_to_others(client: Client, town: Town) -> None:
    await stored(town, (*october("2025-10-06"), *october("2025-12-01")))
    await signs_in(client, town, "curator")
    html = await (await client.get("/month?month=2025-11")).text()
    assert "Ноябрь 2025 года В этом месяце сообщений не было." in words(html)
    assert re.findall(r'href="/month\?month=([\d-]+)"', html) == ["2025-10", "2025-12"]
    assert html.count("<h2>") == 0


@pytest.mark.usefixtures("two_on_a_page")
async def test_closed_cases_are_listed_the_newest_first(client: Client, town: Town) -> None:
    await stored(town, october("2025-12-01"))
    await signs_in(client, town, "curator")
    assert await everything(client, "?state=ended") == [7, 6, 4, 3, 2, 1]
    assert await everything(client, "?state=closed") == [4, 3, 2, 1]
    assert await everything(client, "?state=ended&department=roads") == [4]
    assert await everything(client, "?state=all") == [7, 6, 5, 4, 3, 2, 1]
    assert await everything(client, "?state=not_processed&month=2025-12") == [7]
    html = await (await client.get("/?state=closed")).text()
    assert "Воду подключили, бригада закончила работы в 11:00." in words(html)
    assert 'href="https://vk.com/wall-1_2?reply=5"' in html, "the answer's link"
    assert "Яма на дороге" in words(html), "the citizen's words"


async def test_cases_are_found_by_their_words_place_and_number(client: Client, town: Town) -> None:
    await stored(town, october("2025-12-01"))
    await signs_in(client, town, "curator")
    assert await listed(client, "?q=яму") == [4]
    assert await listed(client, "?q=рекламы окна") == [7]
    assert (await listed(client, "?q=школьная"))[:2] == [4, 2]
    assert await listed(client, "?q=6") == [6]
    assert "Сообщений со словами «телескоп» нет" in await sees(client, "/?q=телескоп")


@pytest.mark.usefixtures("two_on_a_page")
async def test_a_department_finds_its_own_cases_alone(client: Client, town: Town) -> None:
    await stored(town, october("2025-12-01"))
    await signs_in(client, town, "roads_head")
    assert await everything(client, "?state=ended") == [4]
    assert await everything(client, "?state=all&department=zhkh") == []
    assert await everything(client, "?q=вода") == [4], (
        "the answer to № 4 speaks of water; the others' cases do not exist"
    )
    assert await everything(client, "?month=2025-12&figure=received") == [5, 4]
    assert await everything(client, "?month=2025-12&figure=answered&of=zhkh") == []
    assert "Отдел ЖКХ" not in await (await client.get("/month?month=2025-12")).text()


async def test_the_curator_is_one_of_those_who_have_cases(client: Client, town: Town) -> None:
    await two_cases(town)
    await town.resident_writes(WATER.replace("5", "7"))
    await signs_in(client, town, "curator")
    assert await listed(client, "?department=curator") == [3]
    assert await listed(client, "?department=curator&state=closed") == [3], "only open cases wait for somebody"
    assert await listed(client, "?department=curator&month=2026-01") == [3]
    assert await listed(client, "?department=zhkh&month=2026-01") == [1]
    html = await (await client.get("/")).text()
    assert re.findall(r'<option value="curator">([^<]*)', html) == ["Куратор"]


async def test_ku_21_departments_are_compared_over_the_months(client: Client, town: Town) -> None:
    await stored(town, (*october("2025-10-06"), *october("2025-12-01")))
    await signs_in(client, town, "curator")
    html = await (await client.get("/months")).text()
    assert re.findall(r'<th scope="col"><a href="/month\?month=([\d-]+)"', html) == ["2025-12", "2025-10"]
    assert "Отдел ЖКХ 66,7 % из 3 66,7 % из 3 Отдел дорожного хозяйства 50 % из 1 50 % из 1" in words(html)
    assert await everything(client, "?month=2025-10&figure=answered&of=zhkh") == [3, 2, 1]
    async with a_client(town) as roads:
        await signs_in(roads, town, "roads_head")
        assert "Отдел ЖКХ" not in await (await roads.get("/months")).text()


async def test_an_earlier_month_is_read_again_only_if_one_of_its_cases_changed(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monthly = reporting.monthly

    async def counted(*given: Any) -> Any:
        read.append(str(given[2]))
        return await monthly(*given)

    monkeypatch.setattr(reporting, "monthly", counted)
    await stored(town, [case for case in october("2025-12-01") if case.is_ended])
    await signs_in(client, town, "curator")

    async def looks(changed: int | None = None) -> None:
        if changed is not None:
            async with town.books.write(KEY) as tx:
                await tx.journal_line(changed, "note", {}, town.clock.now())
        await town.waits(minutes=30)
        await sees(client, "/month?month=2025-12")

    await looks()
    await two_cases(town)
    own = (await everything(client, "?state=ended"))[0]
    await looks()
    assert read == ["2025-12"]
    async with town.books.write(KEY) as tx:
        case = await tx.case_by_number(own)
        assert case is not None
    await looks(case.id)
    await looks()
    assert read == ["2025-12", "2025-12"]
