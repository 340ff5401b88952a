"""Every column of text is known to hold people's words or not to (0028): what nobody has classified is not erased."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables import Moment, metadata
from storage.words import ACCOUNTS, KEYS, NUMBERS, WITHOUT_WORDS, WORDS, Erasing


def of_text(schema: sa.MetaData) -> dict[str, sa.Column[str]]:
    """`table.column` of every column that holds text."""
    columns = (column for table in schema.tables.values() for column in table.c)
    return {f"{column.table.name}.{column.name}": column for column in columns if isinstance(column.type, sa.String)}


def unclassified(schema: sa.MetaData) -> set[str]:
    return {
        name
        for name, column in of_text(schema).items()
        if name not in WORDS and name not in KEYS and column.name not in WITHOUT_WORDS
    } | {
        f"{table.name}.{column.name}"
        for table in schema.tables.values()
        for column in table.c
        if not isinstance(column.type, sa.String | sa.Boolean | Moment) and column.name not in NUMBERS | ACCOUNTS
    }


def test_every_column_of_text_is_classified() -> None:
    assert unclassified(metadata) == set()


def test_a_new_column_of_text_is_refused_until_somebody_classifies_it() -> None:
    schema = sa.MetaData()
    sa.Table(
        "cases",
        schema,
        sa.Column("body", sa.Text),
        sa.Column("remark", sa.Text),
        sa.Column("nickname", sa.String(9)),
        sa.Column("phone", sa.BigInteger),
        sa.Column("place", sa.JSON),
    )
    assert unclassified(schema) == {"cases.remark", "cases.nickname", "cases.phone", "cases.place"}


def test_no_column_is_classified_twice_or_after_it_is_gone() -> None:
    columns = of_text(metadata)
    assert (WORDS.keys() | KEYS) - columns.keys() == set()
    assert WITHOUT_WORDS - {column.name for column in columns.values()} == set()
    assert (NUMBERS | ACCOUNTS) - {column.name for table in metadata.tables.values() for column in table.c} == set()
    assert NUMBERS.isdisjoint(ACCOUNTS)
    named = {*WORDS, *KEYS}
    assert {name for name in named if columns[name].name in WITHOUT_WORDS} | (WORDS.keys() & KEYS) == set()


def test_what_is_kept_has_a_reason_and_what_is_not_can_be_found() -> None:
    for name, words in WORDS.items():
        table = metadata.tables[name.partition(".")[0]]
        assert (words.erasing is Erasing.KEPT) == bool(words.why) == (not words.found_by), name
        assert set(words.found_by) <= set(table.c.keys()), name


def test_a_row_is_erased_in_one_way_only() -> None:
    """A table some of whose columns go with the row has none that is only emptied or rewritten."""
    ways: dict[str, set[Erasing]] = {}
    for name, words in WORDS.items():
        ways.setdefault(name.partition(".")[0], set()).add(words.erasing)
    assert [
        table for table, those in ways.items() if Erasing.DELETED in those and those - {Erasing.DELETED, Erasing.KEPT}
    ] == []


def test_what_is_emptied_can_be_empty() -> None:
    columns = of_text(metadata)
    emptied = [columns[name] for name, words in WORDS.items() if words.erasing is Erasing.EMPTIED]
    assert [str(column) for column in emptied if column.primary_key or column.foreign_keys] == []
