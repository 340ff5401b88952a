"""The lives of cases, pages, material and comments as Mermaid diagrams, generated from their tables. `python -m
tests.house.diagram` rewrites those in `workflow/README.md`; a test keeps them equal, so nobody draws one by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.house.source import ROOT
from workflow.engine import Life
from workflow.official.material_rules import MATERIALS
from workflow.official.moderation import COMMENTS
from workflow.official.page_rules import OFFICIAL_PAGES
from workflow.transitions import CASES

README = ROOT / "workflow" / "README.md"
LIVES: dict[str, Life[Any, Any]] = {"case": CASES, "page": OFFICIAL_PAGES, "material": MATERIALS, "comment": COMMENTS}
START = "[*]"


def diagram(life: Life[Any, Any]) -> str:
    """One arrow for each pair of states, with every action that leads along it and its actors."""
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in life.table:
        for state in [str(state) for state in life.states if state in row.states] or [START]:
            for to in row.to:
                if to != state:
                    who = ", ".join(w.__name__.removesuffix("_executor") for w in row.who)
                    arrows[state, to].append(f"{row.action} ({who})")
    lines = ["```mermaid", "stateDiagram-v2"]
    order: list[str] = [START, *life.states]
    for (start, end), actions in sorted(arrows.items(), key=lambda item: [order.index(s) for s in item[0]]):
        lines.append(f"    {start} --> {end}: {' · '.join(actions)}")
    leads_on = {start for start, _ in arrows}
    lines += [f"    {state} --> [*]" for state in life.states if state not in leads_on]
    return "\n".join([*lines, "```"])


def marks(name: str) -> tuple[str, str]:
    return f"<!-- diagram of a {name}: python -m tests.house.diagram -->", f"<!-- end of the diagram of a {name} -->"


def in_readme(name: str) -> str:
    """The current diagram in the README."""
    begin, end = marks(name)
    _, _, rest = README.read_text(encoding="utf-8").partition(begin)
    return rest.partition(end)[0].strip()


def rewrite() -> None:
    for name, life in LIVES.items():
        begin, end = marks(name)
        before, _, rest = README.read_text(encoding="utf-8").partition(begin)
        _, _, after = rest.partition(end)
        README.write_text(f"{before}{begin}\n\n{diagram(life)}\n\n{end}{after}", encoding="utf-8")


def drawn(life: Life[Any, Any]) -> Iterator[str]:
    for line in diagram(life).splitlines():
        yield from line.replace(":", " ").split()


if __name__ == "__main__":
    rewrite()
