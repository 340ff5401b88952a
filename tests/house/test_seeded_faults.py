"""The seeded faults of `make prove` can still be planted: the text each of them changes stands in its file, once."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import ROOT
from tests.prove.seeded import FAULTS, Fault, is_planted_in


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_seeded_fault_can_be_planted(fault: Fault) -> None:
    ast.parse(is_planted_in(fault, ROOT))
    assert [test for test in fault.tests if test.endswith(".py") and not (ROOT / test).is_file()] == []
