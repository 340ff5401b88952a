"""The running process while its storage fails and afterwards: every loop goes on, nothing that came is lost."""

from __future__ import annotations

import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.doors.process_house import COMPLAINT, House, a_house
from tests.patience import PROCESS

DRAFT = "Здравствуйте. Авария на водопроводе, бригада работает. Воду подадут сегодня до 20:00."
LOOPS = (
    "what came could not be kept",
    "network failed",
    "reception failed",
    "delivery could not look into the outbox",
    "job=clock",
)
"""What each loop says that could not begin its transaction."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path, approval_delay="0") as house:
        yield house


@contextmanager
def gone(house: House) -> Iterator[None]:
    """The file of the database is away, as with a disk that is not mounted."""
    file = house.folder / "dezhurny.db"
    away = file.rename(file.with_name("away.db"))
    try:
        yield
    finally:
        away.rename(file)


@contextmanager
def full(house: House) -> Iterator[None]:
    """Nothing more can be written by the process; what it has can be read."""
    if not hasattr(resource, "prlimit"):
        pytest.skip("this system limits no other process")
    assert house.process is not None
    soft, hard = resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE, (32_768, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE, (soft, hard))


async def said(house: House, *words: str) -> None:
    await house.until(" и ".join(words), lambda: all(word in house.said() for word in words) or None, PROCESS)


async def answered_to_the_end(house: House) -> None:
    """A case that came while nothing could be kept, through every loop of the process: the network's, the messenger's, the
    clock's, delivery."""
    offer = await house.message("curator", "Третий день нет воды")
    await house.press("curator", offer, next(b.text for row in offer.buttons for b in row if "ЖКХ" in b.text))
    card = await house.card()
    house.town.telegram.write(house.players.people["zhkh_head"], house.players.group, DRAFT, reply_to=card)
    shown = await house.message("curator", "версия 1")
    await house.press("curator", shown, "Согласовать")
    await house.message("curator", "Размещено")
    comments = house.town.vk.comments(house.players.post)
    assert [comment.text for comment in comments] == [COMPLAINT, DRAFT]


async def test_every_loop_outlives_a_storage_that_is_away_and_carries_out_what_came_meanwhile(house: House) -> None:
    await house.start()
    await house.listening()
    curator = house.players.people["curator"]
    with gone(house):
        house.town.vk.comment(house.players.resident, house.players.post, COMPLAINT)
        house.town.telegram.write(curator, (curator, house.players.bot), "/help")
        await said(house, *LOOPS)
    await house.message("curator", "/open")
    await answered_to_the_end(house)
    await said(house, "storage works again")
    assert await house.stop() == 0
    assert "Traceback" not in house.said()


async def test_a_bot_that_could_not_write_goes_on_as_soon_as_it_can(house: House) -> None:
    await house.start()
    await house.listening()
    with full(house):
        house.town.vk.comment(house.players.resident, house.players.post, COMPLAINT)
        await said(house, "storage failed", "network failed")
    await answered_to_the_end(house)
    assert await house.stop() == 0
    assert "Traceback" not in house.said()


async def test_a_start_without_room_says_so_in_one_line_and_is_tried_again_by_the_service(house: House) -> None:
    """Exit code 2 would tell the service manager that somebody must change a setting first."""
    (house.folder / "dezhurny.db").unlink()
    (house.folder / "dezhurny.db").mkdir()
    process = await house.launch()
    assert await process.wait() == 1
    assert [("unable to open" in line, "недоступна" in line) for line in house.said().splitlines()] == [(True, True)]
