"""The audit knows who signed in, looked and took a file away; a case whose words were erased still tells its history."""

from __future__ import annotations

import aiohttp
from aiohttp.test_utils import TestServer

from bot.board import web
from bot.board.server import PART
from bot.people.entrance import HERE
from storage import people
from storage.erasing import Eraser
from tests.stories.test_page_of_the_bot import link_from
from tests.stories.town import Town
from workflow.case import State
from workflow.erasure import Erasure

WATER = "Третий день нет воды на Школьной, 5"


def _session() -> aiohttp.ClientSession:
    """A browser that keeps cookies of a bare address, too."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def noted(town: Town) -> list[tuple[str, str, dict[str, str]]]:
    async with town.books.write(town.bot.key) as tx:
        return [(line["who"], line["action"], line["details"]) for line in await tx.audit.lines()]


async def since_morning(town: Town) -> list[tuple[str, str, dict[str, str]]]:
    return [line for line in await noted(town) if line[1] != "configured"]


async def test_who_signed_in_looked_and_took_a_file_away(town: Town) -> None:
    await town.resident_writes(WATER)
    link = await link_from(town.curator)
    await town.curator.writes("/case 1")
    await town.curator.presses("Файл")
    async with TestServer(web.application([town.bot])) as server, _session() as session:
        async with session.post(server.make_url(link.removeprefix(HERE))) as answer:
            assert answer.status == 200
        for headers in ({}, {PART: "1"}):
            async with session.get(server.make_url("/case/1"), headers=headers) as answer:
                assert "Третий день нет воды" in await answer.text()
            async with session.get(server.make_url("/board"), headers=headers) as answer:
                assert answer.status == 200
    town.curator.looks_at_everything()
    assert await since_morning(town) == [
        ("curator", "looked", {"kind": "case", "case": "1"}),
        ("curator", "exported", {"kind": "file", "case": "1"}),
        ("curator", "signed_in", {}),
        ("curator", "looked", {"kind": "cases"}),
        ("curator", "looked", {"kind": "page", "case": "1"}),
        ("curator", "looked", {"kind": "board"}),
    ]
    assert ("operator", "configured") in [line[:2] for line in await noted(town)]


async def test_who_had_lists_and_comments_shown_and_who_is_away_is_noted(town: Town) -> None:
    await town.resident_writes(WATER)
    for command in ("/why 1", "/people", "/promises", "/stats", "/help", "/moderation"):
        await town.curator.writes(command)
    await town.curator.writes("/absent завтра")
    await town.curator.presses("Начальник отдела благоустройства", town.curator.sees("Кто замещает?"))
    await town.curator.presses("Отменить", town.curator.sees("Записал"))
    for key in town.players.people:
        town.person(key).looks_at_everything()
    found = [(action, details.get("kind") or details["person"]) for _, action, details in await since_morning(town)]
    assert found == [
        ("looked", "why"),
        ("looked", "people"),
        ("looked", "promises"),
        ("looked", "moderation"),
        ("absent", "curator"),
        ("absent_ended", "curator"),
    ]


async def test_a_case_whose_words_were_erased_still_tells_its_history(town: Town) -> None:
    await town.resident_writes(WATER)
    await town.curator.presses("Закрыть без ответа…")
    await town.curator.presses("Закрыть: благодарность, ответ не нужен")
    town.curator.looks_at_everything()
    async with town.books.write(town.bot.key) as tx:
        case = await tx.case(1)
        assert case is not None
        assert case.state is State.CLOSED_WITHOUT_POSTING
        trace = await people.of_account(tx, people.account_of(case.appeal) or "")
        await Eraser(tx, Erasure.ASKED, "operator", town.clock.now()).person(trace)
    await town.curator.writes("/case 1")
    told = town.curator.sees("слова стёрты").text
    assert "слова стёрты командой администратора" in told
    assert "Школьной" not in told
    assert "стёрто, №" not in told
    await town.curator.presses("Файл")
    town.curator.looks_at_everything()
    link = await link_from(town.curator)
    async with TestServer(web.application([town.bot])) as server, _session() as session:
        async with session.post(server.make_url(link.removeprefix(HERE))):
            pass
        async with session.get(server.make_url("/case/1")) as answer:
            shown = await answer.text()
    assert (answer.status, "слова стёрты" in shown, "Школьной" in shown) == (200, True, False)
