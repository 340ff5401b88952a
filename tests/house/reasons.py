"""The reasons that the rules can give, read from a life's table and the code of its guards and changes."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from tests.house.source import ROOT, dotted, nodes
from workflow.engine import Life
from workflow.outcomes import Reason

STANDING = frozenset({Reason.STRANGER, Reason.LEFT_THE_GROUP, Reason.ANONYMOUS})
"""Given by the engine to accounts without any rights."""


def reasons(life: Life[Any, Any]) -> set[Reason]:
    """Every reason in the life's table, or in the code of its guards and changes."""
    guards = [guard for row in life.table for guard in (*row.needs, *row.when)]
    others = (life.others,) if not isinstance(life.others, Mapping) else ()
    code = {f.__module__ for f in (*life.changes.values(), *guards, *others)}
    named = {
        node.attr
        for module in code
        for node in nodes(ROOT / f"{module.replace('.', '/')}.py", ast.Attribute)
        if dotted(node.value) in ("R", "Reason")
    }
    told = set(life.others.values()) if isinstance(life.others, Mapping) else set()
    return {Reason[name] for name in named} | told | {life.no_such, Reason.NOT_NOW, Reason.CHANGED_MEANWHILE}
