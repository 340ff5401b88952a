"""The book of material for publication: kept by version, found by time; a publication counts once by its ref."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage.books import Books
from storage.materials import Materials
from storage.official_pages import OfficialPages
from tests.house.permissions_material import LATER, NOW, situations
from tests.storage.conftest import HERE
from workflow.commands import Entry
from workflow.official.material import MaterialAction, MaterialState
from workflow.official.publications import Publication

SENT, APPROVED = situations()["sent"], situations()["approved, waits"]
LINE = Entry(MaterialAction.SEND, NOW, "zhkh_head", None, None, MaterialState.SENT, (("version", "1"),))


async def test_a_material_is_kept_whole_and_an_older_version_is_not_kept_over_it(books: Books) -> None:
    async with books.write(HERE) as tx:
        book = Materials(tx)
        assert (await book.next_number(), await book.get(1)) == (1, None)
        assert await book.save(SENT, LINE)
        assert (await book.get(1), await book.next_number()) == (SENT, 2)
        approved = replace(APPROVED, version=2)
        assert await book.save(approved, replace(LINE, action=MaterialAction.APPROVE, by="adviser"))
        assert not await book.save(approved, LINE)
        assert await book.get(1) == approved
        assert [(line["action"], line["who"], line["version"]) for line in await book.history(1, 9)] == [
            ("send", "zhkh_head", 1),
            ("approve", "adviser", 2),
        ]
    async with books.write("other") as tx:
        assert (await Materials(tx).get(1), await Materials(tx).waiting()) == (None, [])


async def test_what_is_planned_is_found_by_its_time_and_what_waits_by_its_state(books: Books) -> None:
    async with books.write(HERE) as tx:
        book = Materials(tx)
        await book.save(SENT, LINE)
        planned = replace(APPROVED, id=2)
        await book.save(planned, LINE)
        assert await book.waiting() == [SENT]
        assert await book.planned(LATER, LATER + timedelta(seconds=1)) == [planned]
        assert await book.planned(NOW, LATER) == []


async def test_one_ref_counts_once_and_many_without_one(books: Books) -> None:
    async with books.write(HERE) as tx:
        book = OfficialPages(tx)
        links = [("https://vk.com/wall-1_2", "vk:wall-1_2"), ("https://vk.com/okrug?w=wall-1_2", "vk:wall-1_2")]
        counted = [await book.publish(Publication(7, NOW, link, ref), None) for link, ref in links]
        counted += [await book.publish(Publication(7, NOW, f"https://vk.com/wall-1_{n}"), "adviser") for n in (3, 4)]
        assert counted == [True, False, True, True]
        assert [one.ref for one in await book.published_since(NOW)] == ["wall-1_2", "wall-1_3", "wall-1_4"]
