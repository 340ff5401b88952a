"""What holds for every test of the project."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def authorities_read_once() -> Iterator[None]:
    """Every messenger reads the list of certificate authorities, which takes 30 ms, and nearly every test makes one: the
    same list serves them all. Contexts made with it are never changed afterwards."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield
