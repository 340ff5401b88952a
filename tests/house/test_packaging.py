"""What is shipped is what is there: packages, their data, the lock, the entry points, a wheel that works elsewhere."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import PACKAGES, ROOT, module, shown

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PROJECT["tool"]["setuptools"]
LOCKS = {
    "requirements.lock": (),
    "requirements-charts.lock": ("charts",),
    "requirements-postgres.lock": ("charts", "postgres"),
    "requirements-dev.lock": ("charts", "postgres", "dev"),
}
"""Each lock and the extras it covers; a later one holds all of the earlier."""


def entries_of(lock: str) -> list[str]:
    """Each requirement with the sums that follow it, in one line."""
    joined = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [re.sub(r"  +", " ", line).strip() for line in joined.splitlines() if line.strip()]


def lines_of(lock: str) -> list[str]:
    return [entry.partition(" --hash=")[0] for entry in entries_of(lock)]


FOR_READERS = {"sandbox/README.md", "workflow/README.md"}
"""Data of no use at run time."""


def data_files() -> set[str]:
    """What lies in the packages and is no code."""
    return {
        shown(path)
        for top in PACKAGES
        for path in (ROOT / top).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and "__pycache__" not in path.parts
    } - FOR_READERS


def run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_the_packages_listed_are_the_packages_there_are() -> None:
    there = {module(path) for top in PACKAGES for path in (ROOT / top).rglob("__init__.py")}
    assert sorted(SETUPTOOLS["packages"]) == sorted(there)
    assert len(SETUPTOOLS["packages"]) == len(there)


def test_every_folder_with_code_is_a_package() -> None:
    without = {
        shown(path.parent)
        for top in PACKAGES
        for path in (ROOT / top).rglob("*.py")
        if not (path.parent / "__init__.py").exists()
    }
    assert without == set()


def test_all_data_is_packaged_and_no_pattern_is_idle() -> None:
    packaged: set[str] = set()
    for package, patterns in SETUPTOOLS["package-data"].items():
        for pattern in patterns:
            found = {shown(path) for path in (ROOT / package.replace(".", "/")).glob(pattern) if path.is_file()}
            assert found, f"{package}: {pattern} matches nothing"
            packaged |= found
    assert packaged == data_files()


def test_the_type_checker_looks_at_everything_shipped() -> None:
    assert set(PROJECT["tool"]["mypy"]["packages"]) >= set(PACKAGES)


def test_every_dependency_is_bounded() -> None:
    wild = [
        text
        for text in [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["dev"]]
        if not any(s.operator in (">=", "==", "~=") for s in Requirement(text).specifier)
        or (not any(s.operator in ("<", "==", "~=") for s in Requirement(text).specifier) and "tzdata" not in text)
    ]
    assert wild == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_the_lock_is_one_exact_version(lock: str) -> None:
    """And, where it is not for every Python or system, for which; nothing else may stand there."""
    pinned = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*==\d+(\.\d+)*((a|b|rc|\.?post)\d+)?( ?; [^:/]+)?")
    assert [line for line in lines_of(lock) if not pinned.fullmatch(line)] == []


@pytest.mark.parametrize("lock", [*LOCKS, "requirements-release.lock"])
def test_every_line_of_the_lock_has_its_sums(lock: str) -> None:
    """Otherwise pip would take whatever has the name."""
    summed = re.compile(r"[^ ]+( ; .+?)?( --hash=sha256:[0-9a-f]{64})+")
    assert [entry for entry in entries_of(lock) if not summed.fullmatch(entry)] == []


@pytest.mark.parametrize(("lock", "extras"), LOCKS.items())
def test_the_lock_covers_what_the_project_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    locked = {
        canonicalize_name(requirement.name): next(iter(requirement.specifier)).version
        for requirement in map(Requirement, lines_of(lock))
    }
    optional = PROJECT["project"]["optional-dependencies"]
    asked = [*PROJECT["project"]["dependencies"], *(text for extra in extras for text in optional[extra])]
    missing = [
        text
        for text in asked
        if (found := locked.get(canonicalize_name(Requirement(text).name))) is None
        or found not in Requirement(text).specifier
    ]
    assert missing == []


def test_the_locks_agree_and_only_the_first_is_without_charts_and_tests() -> None:
    program, charts, postgres, dev = (set(lines_of(lock)) for lock in LOCKS)
    assert program < charts < postgres < dev
    names = {line.partition("==")[0] for line in program}
    assert names.isdisjoint({"matplotlib", "numpy", "asyncpg", "pytest", "mypy", "playwright"})


def test_what_is_installed_here_is_what_is_locked() -> None:
    """Otherwise the tests prove another program."""
    different = {
        requirement.name: version(requirement.name)
        for requirement in map(Requirement, lines_of("requirements-dev.lock"))
        if (requirement.marker is None or requirement.marker.evaluate())
        and version(requirement.name) not in requirement.specifier
    }
    assert different == {}


@pytest.mark.process
def test_python_m_bot_starts() -> None:
    done = run("-m", "bot", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "check" in done.stdout


@pytest.mark.process
def test_the_installed_command_starts() -> None:
    where, _, name = PROJECT["project"]["scripts"]["dezhurny"].partition(":")
    assert callable(getattr(importlib.import_module(where), name))
    program = f"import sys; sys.argv = ['dezhurny', '--help']; from {where} import {name}; {name}()"
    done = run("-c", program)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[1] == "dezhurny"


def test_the_contracts_name_every_package() -> None:
    text = (ROOT / ".importlinter").read_text(encoding="utf-8")
    roots = text.partition("root_packages =")[2].partition("\n\n")[0].split()
    assert sorted(roots) == sorted(PACKAGES)


@pytest.mark.prove
@pytest.mark.timeout(600)
def test_a_wheel_works_from_another_folder(tmp_path: Path) -> None:
    """Built from a clean copy, unpacked elsewhere, and a whole case played with nothing of this folder in reach."""
    copy, site, elsewhere = tmp_path / "copy", tmp_path / "site", tmp_path / "elsewhere"
    for name in (*PACKAGES, "pyproject.toml", "README.md", "LICENSE"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            copy.mkdir(exist_ok=True)
            shutil.copy(source, copy / name)
    built = run("-m", "pip", "wheel", str(copy), "--no-deps", "--quiet", "--wheel-dir", str(tmp_path), cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
        archive.extractall(site)
    assert {name for name in inside if not name.endswith(".py")} == data_files()
    elsewhere.mkdir()
    made = run("-m", "bot", "init", "here", "--regulation", "kursky", cwd=elsewhere, PYTHONPATH=str(site))
    assert made.returncode == 0, made.stderr
    assert (elsewhere / "here" / "kursky" / "municipality.yaml").is_file()
    played = run("-m", "bot", "demo", "--headless", cwd=elsewhere, PYTHONPATH=str(site))
    assert played.returncode == 0, played.stdout + played.stderr
    assert "https://vk.com/wall" in played.stdout.splitlines()[-1]


def test_ci_runs_the_checks_the_tests_on_both_databases_a_tenth_of_the_proofs_and_the_demo() -> None:
    script = ROOT / ".ci" / "run"
    lines = [line.strip() for line in script.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if line.startswith("make ")] == [
        "make check test",
        "make test-max",
        'make test-postgres T="tests/storage tests/house/test_cli_postgres.py"',
        'make prove PART=installing ARGS="-k bookworm"',
        "make prove ARGS=--tenth",
        "make demo ARGS=--headless",
        'make demo ARGS="--headless --messenger max"',
    ]
    assert "set -euo pipefail" in lines
    assert os.name == "nt" or os.access(script, os.X_OK)


def test_make_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {line.partition(":")[0] for line in text.splitlines() if line[:1].islower() and ":" in line}
    listed = {line.partition(":")[0] for line in text.splitlines() if line[:1].islower() and "## " in line}
    phony = set(text.partition(".PHONY:")[2].partition("\n")[0].split())
    assert targets == listed == phony
    assert {"help", "install", "demo", "test", "check", "bench", "prove"} <= targets


def test_make_check_runs_all_four() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ncheck:")[2].partition("\n\n")[0]
    run_there = [line.partition(")/")[2] for line in recipe.splitlines() if line.startswith("\t")]
    assert run_there == ["ruff format --check .", "ruff check .", "mypy", "lint-imports"]
