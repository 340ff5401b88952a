"""The diagram in `workflow/README.md` is the table's."""

from __future__ import annotations

from tests.house.diagram import diagram, in_readme
from workflow.case import State


def test_the_diagram_in_the_readme_is_the_tables() -> None:
    assert in_readme() == diagram()


def test_every_state_is_drawn() -> None:
    drawn = {word for line in diagram().splitlines() for word in line.replace(":", " ").split()}
    assert set(State) <= drawn
