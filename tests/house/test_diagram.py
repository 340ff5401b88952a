"""The diagrams in `workflow/README.md` are the tables'."""

from __future__ import annotations

import pytest

from tests.house.diagram import LIVES, diagram, drawn, in_readme


@pytest.mark.parametrize("name", LIVES)
def test_the_diagram_in_the_readme_is_the_tables(name: str) -> None:
    assert in_readme(name) == diagram(LIVES[name])


@pytest.mark.parametrize("name", LIVES)
def test_every_state_is_drawn(name: str) -> None:
    assert set(LIVES[name].states) <= set(drawn(LIVES[name]))
