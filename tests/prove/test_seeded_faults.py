"""Each of the seeded faults is found by the tests meant for it, and where there is no fault these tests find none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prove.seeded import FAULTS, Fault, copy_of_the_tree, fails, is_found
from tests.rules.thoroughness import some

pytestmark = [pytest.mark.prove, pytest.mark.process]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_the_tree(tmp_path_factory.mktemp("seeded") / "tree")


def test_without_a_fault_nothing_is_found(copy: Path) -> None:
    files = sorted({test for fault in some(FAULTS) for test in fault.tests if test.endswith(".py")})
    assert not fails(copy, tuple(files), seconds=540)


@pytest.mark.parametrize("fault", some(FAULTS), ids=lambda fault: fault.name)
def test_a_seeded_fault_is_found(fault: Fault, copy: Path) -> None:
    assert is_found(fault, copy), fault
