"""Erasing a person: nothing of him is left in any column, and the report, the register and the journal say what they said."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from reports.as_json import as_json
from storage import chain, people, scrubbing
from storage import tables as t
from storage.books import Books
from storage.codec import dump, load_case
from storage.erasing import Eraser, needles_of
from storage.lengths import longest
from storage.lessons import Learned
from storage.migrate import file_of
from storage.moderation import ModerationBook, Proposal
from storage.seen import Seen
from storage.transaction import Transaction
from storage.words import ACCOUNTS as NAMED_ACCOUNTS
from storage.words import WORDS
from tests.reports.cases import answered, counted, detected, october
from tests.storage.conftest import HERE
from workflow.case import Basis, Beside, Case, Context, Contribution, FileRef, MissingFile, Other, Reply, State, Why
from workflow.commands import Action, Entry
from workflow.erasure import Erasure
from workflow.official.moderation import Comment, ModerationEvent, ModerationState
from workflow.official.page_items import Whose

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
NAME, ACCOUNT, NUMBER = "Аграфена Пустовойтова", "vk:id7770001112", "7770001112"
PLACE = "Кривоколенный тупик, 17"
WORDS_OF_HERS = (
    "Третий день нет воды, пустовойтовский колодец обмелел",
    "Пустовойтова ещё раз: колодец так и стоит обмелевший",
)
EVERY = (
    NAME,
    "Пустовойтова Аграфена",
    NUMBER,
    PLACE,
    "колодец",
    "обмелел",
    "кривоколенный",
    "пустовойтовск",
    "секрет",
    "медлят",
)
KEY, SHARED, OTHERS = "a" * 64, "b" * 64, "c" * 64
TELLING = f"{NAME} ({ACCOUNT}) писала: {WORDS_OF_HERS[0]}"

EXEMPT = {
    "calendars.text": "by its hash",
    "editions.text": "by its hash",
    "erasures.body": "numbers and counts; written by the erasure itself",
    "case_words.lemma": "grows from the cases",
    "cases.body": "sown as cases",
    "moderation.body": "sown as a comment",
    "journal.details": "sown as lines", "moderation_journal.words": "sown as lines", "audit.details": "sown as lines",
    "page_journal.details": "sown as lines",
    "ready_journal.details": "sown as lines", "material_journal.details": "sown as lines",
    "moderation_journal.detail": "a reason in the program's words, bound by the chain",
    "violations.executor": "the key of a department",
    "sent_reports.month": "a month",
}  # fmt: skip
"""Columns that the sowing below reaches otherwise, or never, and why."""


def her_case(number: int = 41) -> Case:
    case = answered(number, "2026-10-05", "15:20", text=WORDS_OF_HERS[0], place=PLACE)
    photo = FileRef(KEY, "photo", "секрет.jpg", 9)
    appeal = replace(
        case.appeal, author=NAME, author_ref=ACCOUNT.partition(":")[2], link="https://vk.com/секрет", place=NAME,
        files=(photo, FileRef(SHARED, "document", "общее.pdf", 3)), attached=(("photo", "https://vk.com/секрет.jpg"),),
        beside=(Beside("place", PLACE, "https://секрет"),), missing=(MissingFile("document", "секрет.doc", Why.TOO_BIG),),
    )  # fmt: skip
    draft = replace(
        case.drafts[0],
        text=f"Уважаемая {NAME}! Колодец почищен.",
        files=(replace(photo, key="d" * 64),),
        remark=NAME,
        early=NAME,
    )
    return replace(
        case, appeal=appeal, drafts=(draft,), suggested_by=("колодец",),
        replies=(Reply(WORDS_OF_HERS[1], NOW, files=(replace(photo, key="e" * 64, kind="video"),), ref="секрет"),),
        rewritten=(Reply(WORDS_OF_HERS[1], NOW),),
        contributions=(Contribution("roads", NAME, (replace(photo, key="f" * 64, kind="voice"),), "roads_head", NOW),),
        parts=tuple(replace(part, reason=NAME, basis=Basis(NAME, NOW)) for part in case.parts),
        context=Context(Other(1, 1), "колодец", True, NAME, NOW),
    )  # fmt: skip


def quoting(number: int) -> Case:
    """Another citizen's case that quotes hers, shares a file with it and names her in its text."""
    case = answered(number, "2026-10-06", text=f"А вот {NAME} права", place="Школьная, 5")
    about = Basis("Колодец почищен.", NOW, Other(41, 41))
    return replace(
        case, context=Context(Other(41, 41), "обмелел", False), drafts=(replace(case.drafts[0], basis=about),),
        appeal=replace(case.appeal, author_ref="id5", files=tuple(FileRef(key, "photo", "", 3) for key in (SHARED, OTHERS))),
    )  # fmt: skip


async def keep(tx: Transaction, case: Case) -> None:
    details = (("version", "1"), ("remark", TELLING))
    first = replace(case, version=1)
    assert await tx.save(None, first, Entry(Action.DETECT, case.detected, None, None, None, case.state, details))
    for version in range(2, case.version + 1):
        line = Entry(Action.DRAFT, case.detected, "zhkh_head", None, None, case.state, details)
        assert await tx.save(replace(case, version=version - 1), replace(case, version=version), line)


async def sown(books: Books, *, keyed: bool = True) -> tuple[Case, ...]:
    """October's cases, hers among them, and she herself in every column that may name her; every kind of file."""
    hers, other = her_case(), quoting(42)
    cases = (*october(), hers, other)
    async with books.write(HERE) as tx:
        for case in cases:
            await keep(tx, case)
        await tx.lessons.learn([Learned(hers.id, "zhkh", "вода", ("колодец",), NOW)])
        seen = Seen("vk", "wall-1_900", ACCOUNT, WORDS_OF_HERS[1], PLACE, "https://секрет", NOW, "not", "talk", ("колодец",), {
            "kind": "comment", "author_name": NAME, "author_ref": "id" + NUMBER, "attachments": [],
            "files": [{"key": "0" * 64, "kind": "photo", "name": "секрет", "size": 1}],
        })  # fmt: skip
        await tx.seen.keep(seen, NOW)
        comment = Comment(
            1, "vk", "wall-1_901", Whose.ADMINISTRATION, state=ModerationState.DELETED, words=(NAME,), version=1
        )
        appeal = replace(hers.appeal, ref="wall-1_901", text=WORDS_OF_HERS[0])
        line = Entry(ModerationEvent.PROPOSED, NOW, "curator", None, None, ModerationState.DELETED)
        assert await ModerationBook(tx).save(Proposal(comment, appeal), line)
        await tx.audit.note("shortcoming", {"department": "zhkh", "text": "медлят", "case": "41"}, NOW, "curator")
        await tx.audit.note("shortcoming", {"text": TELLING}, NOW, "curator")
        for table in (t.page_journal, t.ready_journal, t.material_journal):
            row = {
                "municipality": HERE,
                "number": 1,
                "version": 1,
                "at": NOW,
                "who": None,
                "on_behalf": None,
                "action": "x",
            }
            row |= {"from_state": None, "to_state": "y", "details": json.dumps({"text": TELLING, "version": "1"})}
            await chain.write(tx, table, row)
        for name in WORDS.keys() - EXEMPT.keys():
            await sow(tx, *name.split("."))
        for place, (keys, one) in enumerate(KEYED if keyed else ()):
            row = {**filled(keys, 8000 + place), one.name: f"account:{NUMBER}"[: longest(one)]}
            row |= {"key": f"keyed{place}"} if keys is t.inbox and one.name != "key" else {}
            await tx.connection.execute(keys.insert(), row)
        for table, column, value in BY_ACCOUNT:
            await tx.connection.execute(table.insert(), {**filled(table), **column, **value})
    return cases


BY_ACCOUNT: tuple[tuple[sa.Table, dict[str, Any], dict[str, Any]], ...] = (
    (t.marks, {"name": f"citizen:message:{NUMBER}"}, {}),
    (t.inbox, {"key": f"msg:{NUMBER}:31"}, {"state": "done", "raw": ""}),
    (t.inbox, {"key": "parked"}, {"state": "parked", "raw": json.dumps({"text": "секрет", "from_id": int(NUMBER)})}),
    (t.files, {"remote": f"photo{NUMBER}"}, {"key": KEY}),
)


KEYED = [
    (table, column)
    for table in t.metadata.sorted_tables
    for column in table.c
    if column.name in ("album", "fold", "key", "lane", "menu", "remote", "shown")
    and f"{table.name}.{column.name}" not in ("editions.key", "files.key")
]
"""Keys of the program's own in which a citizen's account may stand: a lane, a fold, a menu."""


def filled(table: sa.Table, number: int = 7000) -> dict[str, Any]:
    """A row of the table with something in each column that must have it."""
    row: dict[str, Any] = {}
    for column in table.c:
        if column.nullable or (column.primary_key and column.autoincrement is True):
            continue
        if isinstance(column.type, sa.String):
            row[column.name] = "{}" if isinstance(column.type, sa.Text) else f"k{column.name}"[:16]
        elif isinstance(column.type, sa.Boolean):
            row[column.name] = False
        else:
            row[column.name] = NOW if isinstance(column.type, t.Moment) else number
    return row | ({"municipality": HERE} if "municipality" in table.c else {})


async def sow(tx: Transaction, table_name: str, column: str) -> None:
    """A row of somebody else's that names her in this column alone."""
    table = t.metadata.tables[table_name]
    of = table.c[column]
    number = 7000 + sorted(WORDS).index(f"{table_name}.{column}")
    told = (
        json.dumps({"said": TELLING, "from_id": int(NUMBER), "list": [TELLING]})
        if isinstance(of.type, sa.Text)
        else NAME
    )
    row = {**filled(table, number), column: told}
    for key in table.primary_key:
        if isinstance(key.type, sa.String) and key.name not in ("municipality", column):
            row[key.name] = f"k{number}"
    if table is t.inbox:
        row |= {"key": f"k{number}", "state": "waiting", "author": row.get("author", "")}
    if table is t.cases:
        row |= {
            "body": dump(detected(number, "2026-11-05 09:00")),
            "id": number,
            "number": number,
            "state": State.NEW.value,
        }
    if table is t.seen:
        row |= {"ref": f"r{number}"} if column != "ref" else {}
    if table is t.moderation:
        comment = Comment(number, "vk", "", Whose.ADMINISTRATION, version=1)
        row |= {"body": dump(Proposal(comment, detected(number, "2026-11-05 09:00").appeal)), "number": number}
    if table is t.violations:
        row |= {"line": number}
    await tx.connection.execute(table.insert(), row)
    if table is t.cases:
        line = {
            "municipality": HERE,
            "case_id": number,
            "version": number,
            "at": NOW,
            "action": "detect",
            "to_state": "new",
        }
        await chain.write(tx, t.journal, {**line, "who": None, "on_behalf": None, "from_state": None, "details": "{}"})


async def figures(books: Books, but: str = Erasure.ASKED) -> tuple[str, list[Any], list[Any]]:
    """The month's report, the register and the journal without words, as anybody reads them off the books."""
    async with books.write(HERE) as tx:
        query = sa.select(t.cases.c.body).where(t.cases.c.number < 1000).order_by(t.cases.c.number)
        cases = [load_case(body) for body in (await tx.connection.execute(query)).scalars()]
        register = [
            one for one in await tx.violations.passed(datetime(2026, 1, 1, tzinfo=UTC), NOW) if one.case_id < 1000
        ]
        j = t.journal.c
        lines = sa.select(j.case_id, j.version, j.at, j.who, j.action).where(j.action != but).order_by(j.id)
        journal = [tuple(row) for row in await tx.connection.execute(lines)]
    found = counted(cases)
    places = sorted(number for _, number in found.places)
    return as_json(found) + f"{places} {found.totals}", register, journal


async def texts(books: Books) -> dict[str, list[str]]:
    """Every text in every column."""
    found: dict[str, list[str]] = {}
    async with books.engine.begin() as connection:
        for table in t.metadata.sorted_tables:
            for row in await connection.execute(sa.select(table)):
                for name, value in row._mapping.items():
                    if isinstance(value, str):
                        found.setdefault(f"{table.name}.{name}", []).append(value)
    return found


def naming(found: dict[str, list[str]]) -> set[str]:
    """The columns that have something of hers, also where letters are written as numbers."""
    forms = [*EVERY, *(json.dumps(word)[1:-1] for word in EVERY)]
    lowered = [form.casefold() for form in forms]
    return {
        name for name, values in found.items() if any(form in value.casefold() for value in values for form in lowered)
    }


async def erased(books: Books) -> Any:
    async with books.write(HERE) as tx:
        return await Eraser(tx, Erasure.ASKED, "operator", NOW).person(await people.of_account(tx, f"vk:{NUMBER}"))


async def test_nothing_of_a_person_is_left_anywhere_and_every_figure_stays(books: Books, books_url: str) -> None:
    await sown(books)
    before, names = await figures(books), naming(await texts(books))
    sown_into = (WORDS.keys() - EXEMPT.keys()) | {f"{table.name}.{column.name}" for table, column in KEYED}
    assert sown_into - names == set(), "she was sown into every column of words, and of keys that may name an account"
    result = await erased(books)
    after = await figures(books)
    assert naming(await texts(books)) == set()
    assert after == before
    assert result.files == {KEY, "d" * 64, "e" * 64, "f" * 64, "0" * 64}, "the shared one stays"
    await books.close()
    await scrubbing.scrub(books_url)
    if (file := file_of(books_url)) is not None:
        assert scrubbing.holding([file, file.with_name(f"{file.name}-wal")], EVERY) == []


ACCOUNTS = {
    f"{table.name}.{c.name}": c for table in t.metadata.tables.values() for c in table.c if c.name in NAMED_ACCOUNTS
}
OFFICIALS = {"bindings.account", "chats.chat_id"}
"""Accounts and groups of the office: whoever is bound is no citizen."""


async def test_no_row_hangs_on_the_account_of_a_person_of_the_messenger(books: Books) -> None:
    case = her_case()
    case = replace(
        case, appeal=replace(case.appeal, author_ref=NUMBER, network="telegram", kind="message", ref=f"{NUMBER}:5")
    )
    async with books.write(HERE) as tx:
        tx.serve_by("telegram:1")
        await keep(tx, case)
        for place, (name, column) in enumerate(sorted(ACCOUNTS.items() - {(one, ACCOUNTS[one]) for one in OFFICIALS})):
            row = {**filled(column.table, 9000 + place), column.name: int(NUMBER), "connection": "telegram:1"}
            row |= {"link_hash": name} if column.table is t.sessions else {}
            await tx.connection.execute(column.table.insert(), row)
        await tx.set_mark(f"citizen:message:{NUMBER}", "{}")
        await Eraser(tx, Erasure.ASKED, "operator", NOW).person(await people.of_account(tx, f"telegram:{NUMBER}"))
        for name in ACCOUNTS.keys() - OFFICIALS:
            column = ACCOUNTS[name]
            left = await tx.connection.execute(sa.select(column).where(column == int(NUMBER)))
            assert left.scalars().all() == [], name
    assert naming(await texts(books)) == set()


async def test_the_chain_stays_whole_and_tells_erased_from_altered(books: Books) -> None:
    await sown(books)
    await erased(books)
    looked = await look(books)
    assert (looked.altered, looked.added, looked.cut) == ([], [], [])
    assert looked.erased == looked.said_erased > 0
    async with books.write(HERE) as tx:
        line = sa.select(t.journal.c.id).where(t.journal.c.case_id == 1).limit(1)
        number = (await tx.connection.execute(line)).scalar_one()
        quiet = t.journal.update().where(t.journal.c.id == number)
        await tx.connection.execute(quiet.values(details=json.dumps({"version": "1", "remark": "другое"})))
    assert (await look(books)).altered == [f"journal/{number}"]


async def look(books: Books) -> chain.Looked:
    looking = chain.Looking()
    async with books.write(HERE) as tx:
        while await looking.go_on(tx):
            pass
        return await looking.end(tx)


async def test_by_name_everybody_of_it_is_found_and_an_account_tells_them_apart(books: Books) -> None:
    await sown(books)
    async with books.write(HERE) as tx:
        [found] = await people.of_name(tx, "аграфена  ПУСТОВОЙТОВА")
        assert (found.account, [case.number for case in found.cases], len(found.left), len(found.comments)) == (
            ACCOUNT, [41], 1, 1,
        )  # fmt: skip
        namesake = replace(her_case(43), appeal=replace(her_case(43).appeal, author_ref="id88800099", ref="wall-1_43"))
        await keep(tx, namesake)
        assert [one.account for one in await people.of_name(tx, NAME)] == [ACCOUNT, "vk:id88800099"]
        assert await people.of_name(tx, "Никто Такой") == []
        assert not await people.of_account(tx, "vk:1")


@pytest.mark.parametrize("state", [State.NEW, State.ON_APPROVAL, State.NOT_POSTED])
async def test_what_is_open_stands_in_the_way(books: Books, state: State) -> None:
    async with books.write(HERE) as tx:
        await keep(tx, replace(her_case(), state=state))
        await tx.inbox.keep("vk", [("e1", "{}")], NOW, ["id" + NUMBER])
        await tx.inbox.keep("ok", [("e1", "{}")], NOW, ["id" + NUMBER])
        trace = await people.of_account(tx, ACCOUNT)
        assert await people.in_the_way(tx, trace) == people.InTheWay((41,), (), 1, "")


async def test_an_account_of_the_office_is_no_citizens(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.people.bind("zhkh_head", 555111222, "Начальник", in_group=True, now=NOW)
        assert (await people.in_the_way(tx, await people.of_account(tx, "telegram:555111222"))).official == "zhkh_head"


async def test_a_message_in_the_same_words_is_his_who_wrote_it_and_answers_are_the_offices(books: Books) -> None:
    """People copy appeals, and the office answers many in the same words."""
    answer = "Колодец почистят сегодня до 20:00, об этом договорились."
    hers, other = her_case(), answered(42, "2026-10-06", text=WORDS_OF_HERS[0])
    hers = replace(hers, drafts=(replace(hers.drafts[0], text=answer),))
    other = replace(other, drafts=(replace(other.drafts[0], text=answer),))
    async with books.write(HERE) as tx:
        for case in (hers, other):
            await keep(tx, case)
        await Eraser(tx, Erasure.ASKED, "operator", NOW).person(await people.of_account(tx, ACCOUNT))
        left = await tx.case(42)
        assert left is not None
        assert (left.appeal.text, left.drafts[0].text) == (WORDS_OF_HERS[0], answer)


def test_short_and_common_words_are_not_searched_for_elsewhere() -> None:
    needles = needles_of(people.Trace("vk:id42", ("Житель", "Анна", "Ян Ли")))
    texts = ("Анна Каренина и житель, дом 42", '{"number": 42, "who": "житель"}')
    assert [needles.without(text) for text in texts] == list(texts)
    assert needles.without("писал Ли Ян, vk:id42") == "писал [стёрто], [стёрто]"
