"""What holds for every test of the reports."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def most_letters_are_of_the_same_october(pictures_drawn_once: None) -> None:
    pass
