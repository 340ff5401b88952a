"""What SQLite and PostgreSQL would answer differently is asked of neither (0028)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from storage.tables import metadata
from tests.house.source import dotted, python_files, shown, tree

COLUMNS = [column for table in metadata.tables.values() for column in table.c]
OF_TEXT = {c.name for c in COLUMNS if isinstance(c.type, sa.String)} - {
    c.name for c in COLUMNS if not isinstance(c.type, sa.String)
}
AFTER = (ast.Gt, ast.GtE)


def is_column(node: ast.expr, name: str) -> bool:
    """`t.inbox.c.id` and `c.id` are columns, `letter.id` is not."""
    return dotted(node) == f"c.{name}" or dotted(node).endswith(f".c.{name}")


def sorted_by_text(code: ast.AST) -> Iterator[int]:
    """Lines that have the database sort by a column of text: each sorts letters in its own way."""
    for call in ast.walk(code):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "order_by":
            asked = [node for part in call.args for node in ast.walk(part)]
            if any(isinstance(node, ast.Attribute) and node.attr in OF_TEXT for node in asked):
                yield call.lineno


def taken_after_a_row(code: ast.AST) -> Iterator[int]:
    """Lines that take «what came after» a row by its number: on PostgreSQL a lower number may become visible later."""
    for node in ast.walk(code):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], AFTER):
            continue
        if is_column(node.left, "id") and not is_column(node.comparators[0], "id"):
            yield node.lineno


@pytest.mark.parametrize("fault", [sorted_by_text, taken_after_a_row])
def test_no_query_rests_on_what_the_two_databases_do_differently(fault: object) -> None:
    assert callable(fault)
    files = python_files("storage", "bot", "reports")
    assert [f"{shown(path)}:{line}" for path in files for line in fault(tree(path))] == []


def test_both_faults_are_found() -> None:
    code = ast.parse(
        "query.order_by(t.bindings.c.person)\n"
        "query.where(t.inbox.c.id > last)\n"
        "query.where(c.id >= last)\n"
        "query.where(later.c.id > lost.c.id)\n"
        "query.order_by(t.inbox.c.id, t.inbox.c.received_at)\n"
    )
    assert (list(sorted_by_text(code)), list(taken_after_a_row(code))) == ([1], [2, 3])
