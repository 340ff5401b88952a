"""The life of a case as a Mermaid diagram, read off `workflow.transitions`. `python -m tests.house.diagram` rewrites
the one in `workflow/README.md`; a test keeps the two equal, so nobody draws it by hand.
"""

from __future__ import annotations

from collections import defaultdict

from tests.house.source import ROOT
from workflow.case import State
from workflow.transitions import TABLE

README = ROOT / "workflow" / "README.md"
BEGIN, END = "<!-- diagram: python -m tests.house.diagram -->", "<!-- end of diagram -->"


def diagram() -> str:
    """One arrow for each pair of states, with every action that leads along it and by whose right."""
    arrows: dict[tuple[State, State], list[str]] = defaultdict(list)
    for row in TABLE:
        for state in State:
            if state in row.states and row.to is not None and row.to is not state:
                who = ", ".join(w.__name__.removesuffix("_executor") for w in row.who)
                arrows[state, row.to].append(f"{row.action} ({who})")
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> new: detect (curator, detector)"]
    order = list(State)
    for (start, end), actions in sorted(arrows.items(), key=lambda item: [order.index(s) for s in item[0]]):
        lines.append(f"    {start} --> {end}: {' · '.join(actions)}")
    leads_on = {start for start, _ in arrows}
    lines += [f"    {state} --> [*]" for state in State if state not in leads_on]
    return "\n".join([*lines, "```"])


def in_readme() -> str:
    """The diagram as it stands in the README."""
    _, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    return rest.partition(END)[0].strip()


def rewrite() -> None:
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n\n{diagram()}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    rewrite()
