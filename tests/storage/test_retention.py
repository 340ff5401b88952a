"""Terms of keeping: counted, carried out some at a time, written down; figures, journal and register stay true."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.clock import HeldClock
from bot.files import FileStore
from bot.process.retention import Retention
from config.keeping import LEAST, RetentionEntry
from storage import scrubbing
from storage import tables as t
from storage.books import Books
from storage.erasures import Erasures
from storage.migrate import file_of
from tests.reports.cases import answered, october
from tests.storage.conftest import HERE
from tests.storage.test_erasing import WORDS_OF_HERS, figures, her_case, keep, look, naming, texts
from workflow.case import Case, FileRef, Other, State

LATER = datetime(2027, 3, 1, tzinfo=UTC)
MERGED, YOUNG, SHARING = 50, 51, 52


@pytest.fixture
async def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files" / HERE)


async def filled(books: Books, store: FileStore) -> None:
    """October's cases, hers with a photo among them; one put under an open one, one that ended lately, and one in work with the
    same photo as another's."""
    first, shared = await store.keep(b"her photo"), await store.keep(b"everybody's photo")
    hers = her_case()
    files = (FileRef(first, "photo", "a.jpg", 9), FileRef(shared, "photo", "b.jpg", 9))
    drafts = tuple(replace(draft, files=()) for draft in hers.drafts)
    hers = replace(hers, appeal=replace(hers.appeal, files=files), replies=(), contributions=(), drafts=drafts)
    young = answered(YOUNG, "2027-02-24", text="Свежее сообщение")
    sharing = replace(answered(SHARING, "2026-10-07"), state=State.IN_WORK)
    sharing = replace(sharing, appeal=replace(sharing.appeal, files=(FileRef(shared, "photo", "c.jpg", 9),)))
    merged = replace(
        answered(MERGED, "2026-10-07", text="Под другим"), state=State.MERGED, merged_into=Other(SHARING, SHARING)
    )
    async with books.write(HERE) as tx:
        for case in (*october(), hers, young, sharing, merged):
            await keep(tx, case)
        await tx.inbox.keep_parked("vk", "k", '{"text": "колодец"}', "KeyError", datetime(2026, 10, 5, tzinfo=UTC))


def of(books: Books, store: FileStore, **terms: int) -> Retention:
    return Retention(books, HERE, RetentionEntry(**terms), store, HeldClock(LATER))


async def with_words(books: Books) -> list[int]:
    async with books.write(HERE) as tx:
        bodies = (
            sa.select(t.cases.c.number).where(t.cases.c.body.not_like('%"erased_at":"%')).order_by(t.cases.c.number)
        )
        return list((await tx.connection.execute(bodies)).scalars())


async def test_what_outlived_its_term_is_counted_first_and_then_erased(books: Books, store: FileStore) -> None:
    await filled(books, store)
    retention = of(books, store, cases=LEAST, parked=30)
    counted = {"cases": 7, "parked": 1}
    assert await retention.counted() == counted
    assert await with_words(books) == [*range(1, 8), 41, MERGED, YOUNG, SHARING], "counting changes nothing"
    before = await figures(books)
    done = await retention.carry_out()
    assert (done["cases"], done["inbox"], done["files"]) == (7, 1, 1)
    assert await with_words(books) == [5, MERGED, YOUNG, SHARING], "open, under an open one, and young"
    assert await figures(books, "outlived") == before
    assert naming(await texts(books)) == {"journal.details"}, "remarks on the cases that stay"
    looked = await look(books)
    assert (looked.is_whole, looked.erased) == (True, looked.said_erased)
    async with books.write(HERE) as tx:
        erasures = await Erasures(tx).since(datetime(2026, 1, 1, tzinfo=UTC))
    assert sorted(number for one in erasures for number in one.cases) == [1, 2, 3, 4, 6, 7, 41]
    assert await retention.carry_out() == {}
    assert await retention.counted() == {"cases": 0, "parked": 0}
    await books.close()
    if (file := file_of(books.url)) is not None:
        assert scrubbing.holding([file], [WORDS_OF_HERS[1]]) == [], "SQLite writes zeros over it"


async def test_files_may_go_sooner_and_one_that_others_have_stays(books: Books, store: FileStore) -> None:
    await filled(books, store)
    before = await figures(books)
    kept = sorted(path.read_bytes() for path in store.path("0" * 64).parents[1].rglob("*") if path.is_file())
    assert kept == [b"everybody's photo", b"her photo"]
    assert (await of(books, store, files=LEAST).counted())["files"] == 1
    assert (await of(books, store, files=LEAST).carry_out())["files"] == 1
    left = [path.read_bytes() for path in store.path("0" * 64).parents[1].rglob("*") if path.is_file()]
    assert left == [b"everybody's photo"]
    assert await figures(books) == before
    async with books.write(HERE) as tx:
        case: Case | None = await tx.case(41)
    assert case is not None
    assert [file.kind for file in case.appeal.files] == ["photo", "photo"]
    assert case.appeal.text != ""


async def test_files_left_by_a_crash_are_deleted_the_next_time(books: Books, store: FileStore) -> None:
    await filled(books, store)
    key = await store.keep(b"nobody's photo")
    async with books.write(HERE) as tx:
        body = {"cases": [], "seen": [], "comments": [], "files": ["0" * 64, key], "counts": {}}
        await Erasures(tx).add("retention", "clock", body, LATER)
    assert await of(books, store).carry_out() == {"files": 1}
    assert (store.path(key).exists(), await of(books, store).carry_out()) == (False, {})


async def test_without_terms_nothing_is_erased(books: Books, store: FileStore) -> None:
    await filled(books, store)
    assert (await of(books, store).counted(), await of(books, store).carry_out()) == ({}, {})
    assert len(await with_words(books)) == 11
    assert timedelta(days=LEAST) < LATER - datetime(2026, 10, 31, tzinfo=UTC)
