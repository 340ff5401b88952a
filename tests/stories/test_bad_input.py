"""What nobody should send is answered in words: no letter breaks, nothing is parked, what comes after it is not held up."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storage import tables
from tests.stories.test_a_day import COMPLAINT
from tests.stories.town import KEY, Town


async def broken(town: Town) -> list[str]:
    """Letters that could not be made or sent, and updates that could not be carried out."""
    async with town.books.write(KEY) as tx:
        query = sa.select(tables.outbox.c.kind, tables.outbox.c.error).where(tables.outbox.c.error.is_not(None))
        letters = [f"{kind}: {error}" for kind, error in await tx.connection.execute(query)]
        return letters + [str(one) for one in await tx.inbox.parked()]


@pytest.mark.parametrize("number", ["99999999999999999999999999", "999999999999999999", "-1", "²", "٣", "1e9", "0"])
@pytest.mark.parametrize("command", ["/case", "/why"])
async def test_a_number_no_case_can_have_is_answered_in_words(town: Town, command: str, number: str) -> None:
    await town.curator.writes(f"{command} {number}")
    (said,) = town.curator.looks_at_everything()
    assert "Такого номера нет" in said.text or "Укажите номер" in said.text
    assert await broken(town) == []


@pytest.mark.parametrize("data", ["sn:1:999999999999999999", "sn:1:draft@zhkh", "sn:1:²"])
async def test_a_made_up_receipt_does_not_spoil_the_history(town: Town, data: str) -> None:
    await town.resident_writes(COMPLAINT)
    offer = town.curator.sees("Третий день")
    offer.buttons = [[type(offer.buttons[0][0])("Вижу", data=data)]]
    await town.curator.presses("Вижу", offer)
    await town.curator.writes("/case 1")
    town.curator.looks_at_everything()
    assert await broken(town) == []


@pytest.mark.parametrize(
    "link",
    [
        "https://vk.com/wall-1001_999",
        "https://vk.com/wall-9999999999999999999_9999999999999999999?reply=9999999999999999999",
        "https://vk.com/topic-1001_999?post=1",
    ],
)
async def test_a_link_to_what_is_gone_or_never_was_makes_no_case(town: Town, link: str) -> None:
    await town.curator.writes(link)
    town.curator.sees("По этой ссылке ничего не видно")
    assert (await town.cases(), await broken(town)) == (0, [])


async def test_a_link_that_cannot_be_read_beside_words_is_said(town: Town) -> None:
    await town.curator.writes("https://vk.com/wall-1001_999 Житель пишет, что третий день нет воды на Школьной, 5")
    town.curator.sees("Новое сообщение № 1")
    town.curator.sees("№ 1: прочитать ссылку не удалось")
    assert (await town.cases(), await broken(town)) == (1, [])


@pytest.mark.parametrize("code", [15, 18, 30, 212])
async def test_a_link_to_a_closed_wall_makes_no_case(town: Town, code: int) -> None:
    vk = town.players.town.vk
    closed = vk.add_community("Закрытая", 77, "vk1.a.other", screen_name="zakrytaya")
    post = vk.post(closed, "Только для своих")
    vk.faults.add("error", "wall.getById", code=code)
    await town.curator.writes(post.url)
    town.curator.sees("По этой ссылке ничего не видно")
    assert (await town.cases(), await broken(town)) == (0, [])
