"""What holds for every test of the project."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Generator, Iterator

import pytest

from tests.house import claims

claims.watch()


@pytest.fixture(scope="session", autouse=True)
def authorities_read_once() -> Iterator[None]:
    """Every messenger reads the list of certificate authorities, which takes 30 ms, and nearly every test makes one: the
    same list serves them all. Contexts made with it are never changed afterwards."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    claims.asked.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """A test runs under every regulation whose clauses its name carries, or it fails."""
    yield
    if isinstance(item, pytest.Function) and (missing := claims.unproved(item)):
        pytest.fail(f"its name claims clauses of {', '.join(missing)}, which it has not asked", pytrace=False)
