"""The passport of personal data says what the tables say."""

from __future__ import annotations

import sqlalchemy as sa

from storage import migrate
from storage.tables import metadata
from tests.house.passport import BEGIN, PAGE, TABLES, WITHOUT, older, undescribed, written


def test_the_passport_is_of_this_schema() -> None:
    assert older(PAGE.read_text(encoding="utf-8")) == ""


def test_a_new_table_is_refused_until_somebody_describes_it() -> None:
    assert undescribed() == []
    schema = sa.MetaData()
    for name in metadata.tables:
        sa.Table(name, schema, sa.Column("id", sa.Integer))
    sa.Table("diary", schema, sa.Column("text", sa.Text))
    assert undescribed(schema) == ["diary"]
    assert TABLES.keys() & WITHOUT == set()


def test_a_passport_older_than_the_schema_is_said_in_words() -> None:
    page = PAGE.read_text(encoding="utf-8")
    older_one = page.replace(migrate.head(), "v0009_ready_answers")
    assert older(older_one) == (
        f"паспорт персональных данных старше схемы {migrate.head()}; обновите: python -m tests.house.passport"
    )
    altered = page.replace("| `cases` | жители |", "| `cases` | никого |")
    assert older(altered).startswith("паспорт персональных данных расходится с таблицами")
    assert written(altered) == page
    assert page.count(BEGIN) == 1
