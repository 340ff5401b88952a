"""Handing in by a link to a page of some other site (SL-2): its words are a case, or the curator hears why not."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.found.measure import MOST_LETTERS
from tests.networks.web_stand import ARTICLE, Stand, a_reader, a_stand
from tests.stories.moderators import TownWith
from tests.stories.test_a_day import COMPLAINT
from tests.stories.town import Town

CUT = "здесь только его начало"
LINK = "https://site.example/a"


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    with a_reader() as child:
        async with a_stand(child) as stand:
            yield stand


@pytest.fixture
async def town(town_with: TownWith, stand: Stand) -> Town:
    return await town_with(others={"web": stand.network(size=5000)})


async def test_a_link_to_a_page_brings_its_words(town: Town, stand: Stand) -> None:
    stand.gives("/a", ARTICLE.encode())
    await town.curator.writes(LINK)
    town.curator.sees("На улице Школьной третий день нет воды")
    appeal = (await town.case()).appeal
    assert (appeal.network, appeal.link, appeal.place) == (None, LINK, "Рощино сегодня")


async def test_of_a_long_page_the_beginning_is_taken_and_everybody_is_told(town: Town, stand: Stand) -> None:
    stand.gives("/a", f"<p>{COMPLAINT}<p>{'и ещё о том же ' * 1000}".encode())
    await town.curator.writes(LINK)
    offer = town.curator.sees("Третий день нет воды")
    assert CUT in offer.text
    await town.curator.presses("ЖКХ", offer)
    assert CUT in town.card().text
    town.zhkh.sees("№ 1 · передано вам")


async def test_of_a_comment_no_network_takes_the_beginning_is_taken_and_everybody_is_told(town: Town) -> None:
    await town.resident_writes(f"{COMPLAINT} {'и ещё о том же ' * 2000}")
    offer = town.curator.sees("Третий день нет воды")
    text = (await town.case()).appeal.text
    assert (CUT in offer.text, len(text) <= MOST_LETTERS + 1, text[-1]) == (True, True, "…")


async def test_the_curators_own_words_beside_a_long_page_are_not_cut(town: Town, stand: Stand) -> None:
    stand.gives("/a", f"<p>{'о другом ' * 1000}".encode())
    await town.curator.writes(f"{LINK} {COMPLAINT}")
    assert CUT not in town.curator.sees("Третий день нет воды").text


@pytest.mark.parametrize(
    ("page", "status", "said"),
    [("<a " * 1500, "200 OK", "Прочитать страницу по этой ссылке не получилось"),
     ("<![ x", "200 OK", "Прочитать страницу по этой ссылке не получилось"),
     ("Нельзя", "403 Forbidden", "Прочитать страницу по этой ссылке не получилось"),
     ("Нет такой", "404 Not Found", "удалена или закрыта"), ("Занято", "503 Busy", "сейчас не отвечает")],
)  # fmt: skip
async def test_a_page_that_gives_no_words_is_answered_in_words_and_opens_nothing(
    town: Town, stand: Stand, page: str, status: str, said: str
) -> None:
    stand.gives("/a", page.encode(), status=status)
    await town.curator.writes(LINK)
    town.curator.sees(said)
    assert await town.cases() == 0


async def test_the_citizens_words_beside_an_unreadable_page_are_handed_in(town: Town, stand: Stand) -> None:
    stand.gives("/a", b"<![ x", "text/html; charset=undefined")
    await town.curator.writes(f"{LINK} {COMPLAINT}")
    town.curator.sees("прочитать ссылку не удалось")
    town.curator.sees("Третий день нет воды")
    assert (await town.case()).appeal.link == LINK
