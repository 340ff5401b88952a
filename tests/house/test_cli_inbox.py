"""`inbox list`, `retry ID` and `drop ID`: what is parked is seen, brought back or given up, and that stays written."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from storage import migrate
from storage import tables as t
from storage.books import Books
from storage.transaction import Transaction
from tests.house.test_cli_files import IN_JANUARY, folder, refused, run
from workflow.case import Appeal, Case, State
from workflow.commands import Action, Entry
from workflow.regulation import Event, Source
from workflow.terms.deadlines import Happening

__all__ = ["folder"]
WORDS = "Третий день нет воды, сколько можно"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def within(folder: Path, work: Callable[[Transaction], Awaitable[Any]]) -> Any:
    """What `work` finds in the folder's books."""

    async def run_it() -> Any:
        books = Books(f"sqlite:///{folder}/dezhurny.db")
        try:
            async with books.write("kursky") as tx:
                return await work(tx)
        finally:
            await books.close()

    return asyncio.run(run_it())


@pytest.fixture
def parked(folder: Path) -> Path:
    """Three rows are parked: of no case, of case 7 («№ 7»), and of a case that is not there."""
    asyncio.run(migrate.upgrade(f"sqlite:///{folder / 'dezhurny.db'}"))

    async def park(tx: Transaction) -> None:
        appeal = Appeal(Source.VK, WORDS, "Житель", IN_JANUARY)
        history = (Happening(Event.DETECTED, IN_JANUARY),)
        case = Case(7, "kursky", 7, 1, State.NEW, "hash", appeal, IN_JANUARY, history)
        await tx.save(None, case, Entry(Action.DETECT, IN_JANUARY, None, None, None, case.state))
        await tx.inbox.keep("messenger", [(str(number), WORDS) for number in (1, 2, 3)], IN_JANUARY)
        for row, about in ((1, None), (2, 7), (3, 99)):
            await tx.inbox.park(row, f"KeyError: «нет»\n{WORDS}", about)

    within(folder, park)
    return folder


def test_the_list_names_the_newest_and_counts_the_rest(parked: Path) -> None:
    said = run("inbox", "list", "--config", parked).stdout
    assert said.splitlines() == [
        "3  messenger  12.01.2026 12:00  попыток: 1  KeyError: «нет»",
        "2  messenger  12.01.2026 12:00  попыток: 1, № 7  KeyError: «нет»",
        "1  messenger  12.01.2026 12:00  попыток: 1  KeyError: «нет»",
    ]

    async def many(tx: Transaction) -> None:
        rows = [(f"x{number}", WORDS) for number in range(261)]
        await tx.inbox.keep("vk", rows, IN_JANUARY)
        await tx.connection.execute(t.inbox.update().where(t.inbox.c.source == "vk").values(state="parked"))

    within(parked, many)
    lines = run("inbox", "list", "--config", parked).stdout.splitlines()
    assert (len(lines), lines[-1]) == (51, "и ещё 214, они старше")
    assert WORDS not in said + "".join(lines)


def test_one_is_brought_back_by_its_number(parked: Path) -> None:
    assert run("inbox", "retry", "2", "--config", parked).stdout == (
        "Курский муниципальный округ: возвращено в очередь: 2.\n"
    )
    assert [line[:1] for line in run("inbox", "list", "--config", parked).stdout.splitlines()] == ["3", "1"]
    assert refused(run("inbox", "retry", "2", "--config", parked)) == (
        "отложенного с номером 2 нет; что есть, покажет inbox list"
    )


def test_what_is_dropped_of_a_case_stands_in_its_journal(parked: Path) -> None:
    assert run("inbox", "drop", "2", "--config", parked).stdout == (
        "Курский муниципальный округ: отброшено. 2  messenger  12.01.2026 12:00  попыток: 1, № 7  KeyError: «нет»\n"
    )
    lines = within(parked, lambda page: page.history(7))
    assert [(line["action"], line["who"], line["details"]) for line in lines[1:]] == [
        ("inbox_dropped", "operator", {"row": "2", "source": "messenger"})
    ]
    assert within(parked, lambda page: page.audit.lines()) == []


@pytest.mark.parametrize("row", ["1", "3"])
def test_what_is_dropped_of_no_case_stands_in_the_audit(parked: Path, row: str) -> None:
    run("inbox", "drop", row, "--config", parked)
    lines = within(parked, lambda page: page.audit.lines())
    assert [(line["action"], line["who"], line["details"]) for line in lines] == [
        ("inbox_dropped", "operator", {"row": row, "source": "messenger"})
    ]

    async def raw(tx: Transaction) -> Any:
        return (await tx.connection.execute(sa.select(t.inbox.c.raw).where(t.inbox.c.id == int(row)))).scalar_one()

    assert within(parked, raw) == ""


@pytest.mark.parametrize("row", ["4", "0", "99999999999999999999999999", "1000000"])
def test_what_is_not_parked_cannot_be_dropped(parked: Path, row: str) -> None:
    assert refused(run("inbox", "drop", row, "--config", parked)) == (
        f"отложенного с номером {row} нет; что есть, покажет inbox list"
    )
    assert len(run("inbox", "list", "--config", parked).stdout.splitlines()) == 3


def test_a_number_is_needed(parked: Path) -> None:
    assert refused(run("inbox", "drop", "--config", parked)).startswith("не хватает ID")
    assert refused(run("inbox", "drop", "первое", "--config", parked)).startswith("ID: значение не подходит")
