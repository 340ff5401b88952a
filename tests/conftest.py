"""Applies to every test of the project."""

from __future__ import annotations

import functools
import gc
import os
import ssl
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from typer import testing

from tests import postgres, schema, shelf
from tests.house import claims, source

if TYPE_CHECKING:
    from reports.figures import Figures
    from reports.pictures import Picture
    from reports.wording import Wording

claims.watch()

# If the environment forbids bytecode files, each of the dozens of processes would compile the program again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Everything loaded during collection stays to the end: the garbage collector need not scan it, and seldom the rest.
gc.disable()
# The time of an example depends on the machine.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


STARTS = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system")
WITHOUT_PROCESSES = "not process"
"""Where tests that start processes are left out, no other may start one."""


def _refuse_processes(event: str, arguments: tuple[object, ...], starts: tuple[str, ...] = STARTS) -> None:
    if event in starts:
        raise RuntimeError(f"{event}: this test starts a process; mark it `process`")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that use a browser or share a loaded process: these start processes. All others stay together, so that
    what they share is made once: those of the project's own files, and those of any other file. Tests that wait for
    processes come first, so that no worker waits for one of them in the end.
    """
    for item in items:
        shares = item.get_closest_marker("xdist_group")
        if shares or item.get_closest_marker("browser"):
            item.add_marker("process")
        if postgres.is_wanted() and item.get_closest_marker("sqlite"):
            item.add_marker(pytest.mark.skip(reason="about SQLite's own file"))
        if not shares:
            item.add_marker(pytest.mark.xdist_group(_group_of(item.path, item.getparent(pytest.Module))))
    items.sort(key=lambda item: item.get_closest_marker("process") is None)


@functools.cache
def _group_of(path: Path, module: pytest.Module | None) -> str:
    """The project's own files are read as syntax trees once, whichever tests ask."""
    known = vars(module.obj).values() if module is not None else ()
    return "the project" if any(getattr(one, "__module__", "") == source.__name__ for one in known) else path.name


def pytest_collection_finish(session: pytest.Session) -> None:
    if WITHOUT_PROCESSES in session.config.option.markexpr and session.items:
        sys.addaudithook(_refuse_processes)
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def authorities_read_once() -> Iterator[None]:
    """Cache the list of certificate authorities: each messenger reads it, which takes 30 ms, and nearly every test
    makes one. Contexts made with it are never changed afterwards.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session", autouse=True)
def command_line_read_once() -> Iterator[None]:
    """Keep the parser of the command line: typer's runner builds that of every command anew for each call."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(testing, "_get_command", functools.cache(testing._get_command))
        yield


@pytest.fixture(scope="session", autouse=True)
def schema_migrated_once() -> Iterator[None]:
    """A new database gets its schema in milliseconds (see `tests.schema`)."""
    with schema.migrated_once():
        yield


@pytest.fixture(scope="session")
def pictures_drawn_once() -> Iterator[None]:
    """A picture takes a fifth of a second and a letter has four: what a picture shows of the same figures in the same words
    is drawn once.
    """
    from reports import drawing  # imports matplotlib

    drawn: dict[tuple[str, ...], tuple[Wording, bytes]] = {}
    draw = drawing.to_png

    def once(figures: Figures, picture: Picture, wording: Wording) -> bytes:
        own = id(wording.texts) if len(wording.texts.folders) > 1 else "ours"
        shown = figures.month, figures.days, figures.departments, figures.topics, figures.steps, figures.pages
        key = repr(shown), picture, f"{wording.names} {wording.labels} {wording.zone} {own}"
        if key not in drawn:
            drawn[key] = wording, draw(figures, picture, wording)
        return drawn[key][1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drawing, "to_png", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def shelf_cleared() -> Iterator[None]:
    yield
    shelf.clear()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with clauses of several regulations in its name under each of them."""
    names = claims.claimed(metafunc.function.__name__)
    if len(names) > 1 and claims.UNDER in metafunc.fixturenames and not _says_itself(metafunc):
        metafunc.parametrize(claims.UNDER, names, indirect=True)


def _says_itself(metafunc: pytest.Metafunc) -> bool:
    marks = metafunc.definition.iter_markers("parametrize")
    return any(name in mark.args[0] for mark in marks for name in ("regulation", claims.UNDER))


@pytest.fixture
def under(request: pytest.FixtureRequest) -> str:
    """The regulation of this test run: one with a clause in the test's name, or Kursky's."""
    given: str | None = getattr(request, "param", None)
    return given or next(iter(claims.claimed(request.node.originalname)), "kursky")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test that did not use every regulation whose clause is in its name."""
    claims.asked.clear()
    yield
    if isinstance(item, pytest.Function) and (missing := claims.unproved(item)):
        pytest.fail(f"its name claims clauses of {', '.join(missing)}, which it has not asked", pytrace=False)
