"""Terms of keeping: counted, carried out some at a time, written down; figures, journal and register stay true."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.clock import HeldClock
from bot.files import FileStore
from bot.process.retention import Retention
from bot.process.tidying import tidy
from config.keeping import LEAST, RetentionEntry
from storage import scrubbing
from storage import tables as t
from storage.books import Books
from storage.erasures import Erasures
from storage.migrate import file_of
from storage.sessions import Sessions
from tests.reports.cases import answered, october
from tests.storage.conftest import HERE
from tests.storage.test_erasing import WORDS_OF_HERS, figures, her_case, keep, look, naming, sown, texts
from workflow.case import Case, FileRef, Other, State
from workflow.ports import Known, Letter

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


AGES = datetime(2037, 1, 1, tzinfo=UTC)
WITH_CASE, WAITS = "goes with the words of its case, which is open", "waits to be carried out, or to be sent"
OFFICE, ADDRESS = "the office's own work, without a term", "an address in the network, by which a repeat is known"
STAYS = {
    **dict.fromkeys(("cases.author", "cases.place", "journal.details", "answers.place", "files.name"), WITH_CASE),
    **dict.fromkeys(("inbox.author", "inbox.error", "inbox.raw", "outbox.body", "outbox.error"), WAITS),
    **dict.fromkeys(("cases.ref", "cases.answer_ref", "moderation.ref"), ADDRESS),
    **dict.fromkeys(
        ("materials.body", "material_journal.details", "official_pages.address", "official_pages.body"), OFFICE
    ),
    **dict.fromkeys(("page_journal.details", "publications.link", "publications.ref"), OFFICE),
    **dict.fromkeys(("ready_answers.body", "ready_journal.details", "sent_reports.body", "violations.body"), OFFICE),
    "audit.details": "what the curator said of a department; goes with the case it names",
    "bindings.shown_name": "of the office's people, while they are bound",
    "chats.title": "the office's own group",
    "marks.value": "settings of the office; those about an account go, as below",
    "waves.place": "the newest wave of all keeps its number; a place several people wrote about",
}
"""Where people's words stay although every term is over, and why."""


async def test_what_stays_when_every_term_is_over_has_a_reason(books: Books, store: FileStore) -> None:
    await sown(books, keyed=False)
    await Retention(
        books, HERE, RetentionEntry(cases=LEAST, files=LEAST, comments=LEAST, parked=7), store, HeldClock(AGES)
    ).carry_out()
    await tidy(books, HERE, AGES, timedelta(days=30))
    assert naming(await texts(books)) == STAYS.keys()


async def test_what_was_never_delivered_or_answered_and_acquaintances_are_forgotten(books: Books) -> None:
    old, young = AGES - timedelta(days=400), AGES - timedelta(days=60)
    async with books.write(HERE) as tx:
        tx.serve_by("telegram:1")
        for moment, number in ((old, 1), (young, 2)):
            kept = [Letter("say", "group", 1, body={"key": f"l{number}{state}"}) for state in STATES]
            await tx.outbox.put(kept, moment)
            await tx.questions.ask(number, "new_case", None, {"text": f"q{number}"}, moment)
            await tx.questions.ask(number, "why", number, {"text": f"of-case{number}"}, moment)
        for state in STATES:
            await tx.connection.execute(t.outbox.update().where(t.outbox.c.body.like(f"%{state}%")).values(state=state))
        for account, day in ((700001, old), (700002, young)):
            await tx.set_marks({f"citizen:notice:{account}": old.date().isoformat(), f"passed:{account}": "3"})
            await tx.set_mark(f"citizen:message:{account}", f'{{"last": "{day.isoformat()}"}}')
            await tx.messages.remember(Known(account, 1, "citizen", None, None, account), day)
        await tx.set_mark("settings", f"{old.isoformat()}")
        for name, until in (("over", AGES - timedelta(hours=1)), ("open", AGES + timedelta(hours=1))):
            await tx.people.invite(name, "curator", until)
            await Sessions(tx).offer(name, 1, until, young)
            await Sessions(tx).offer(f"{name}-in", 1, young + timedelta(1), young)
            await Sessions(tx).begin(f"{name}-in", f"{name}-session", until, young)
    await tidy(books, HERE, AGES, timedelta(days=30))
    async with books.write(HERE) as tx:
        bodies = list((await tx.connection.execute(sa.select(t.outbox.c.body).order_by(t.outbox.c.id))).scalars())
        assert [json.loads(body)["key"] for body in bodies] == ["l1waiting", "l2waiting", "l2failed", "l2given_up"]
        left = list((await tx.connection.execute(sa.select(t.questions.c.body).order_by(t.questions.c.id))).scalars())
        assert [json.loads(body) for body in left] == [{}, {"text": "of-case1"}, {"text": "q2"}, {"text": "of-case2"}]
        assert sorted(await tx.marks_of("")) == [
            "citizen:message:700002", "citizen:notice:700002", "lessons", "passed:700002", "settings",
        ]  # fmt: skip
        chats = (await tx.connection.execute(sa.select(t.messages.c.chat_id))).scalars()
        assert list(chats) == [700002]
        codes = (await tx.connection.execute(sa.select(t.invitations.c.code_hash))).scalars()
        links = (await tx.connection.execute(sa.select(t.sessions.c.link_hash))).scalars()
        assert (list(codes), sorted(links)) == (["open"], ["open", "open-in"])


STATES = ("waiting", "failed", "given_up")
