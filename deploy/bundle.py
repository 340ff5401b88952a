"""`make bundle`: the program and everything it needs from elsewhere in one archive, which installs without a network.

The archive is made of the last commit, and of what the locks name: the same commit gives the same bytes. Whoever has its
sum, printed at the end, knows every file in it: `install.sh` compares each with SHA256SUMS, and pip each wheel with the lock.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCKS = {"plain": "requirements.lock", "charts": "requirements-charts.lock", "postgres": "requirements-postgres.lock"}
"""What may be installed from the archive, by the word `install.sh` takes; the last holds all of the others."""
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = (*(f"manylinux_2_{minor}_{{}}" for minor in range(28, 4, -1)), "manylinux2014_{}", "manylinux1_{}")
"""glibc 2.28 is Debian 10's: every system that has Python 3.11 has a newer one."""
TAKEN = ("README.ru.md", "CHANGELOG.md", "LICENSE", "docs", "deploy")
SUMS = "SHA256SUMS"


def main() -> None:
    asked = argparse.ArgumentParser(prog="make bundle")
    asked.add_argument("--pythons", nargs="+", default=PYTHONS, choices=PYTHONS, metavar="3.x")
    asked.add_argument("--machine", default="x86_64", choices=("x86_64", "aarch64"))
    asked.add_argument("--out", type=Path, default=ROOT / "dist")
    given = asked.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    archive = bundle(given.out, given.pythons, given.machine)
    sys.stdout.write(f"{archive}: {archive.stat().st_size / 2**20:.0f} MB\nsha256 {_sum(archive)}\n")


def bundle(out: Path, pythons: Sequence[str], machine: str) -> Path:
    """Write the archive of the last commit into `out`; return its path. A file of that name is replaced."""
    with tempfile.TemporaryDirectory() as scratch:
        source, moment = Path(scratch) / "source", _git("log", "-1", "--format=%ct").strip()
        _checked_out(source)
        version = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
        stage = Path(scratch) / f"dezhurny-{version}"
        wheels = stage / "wheels"
        wheels.mkdir(parents=True)
        for python in pythons:
            _download(source / LOCKS["postgres"], wheels, python, machine)
        program = _wheel(source, wheels, moment)
        for word, lock in LOCKS.items():
            text = (source / lock).read_text(encoding="utf-8")
            hashed = f"dezhurny=={version} \\\n    --hash=sha256:{_sum(program)}\n"
            (stage / f"{word}.lock").write_text(text + hashed, encoding="utf-8")
        _inventory(source, stage / "sbom.cdx.json")
        for name in TAKEN:
            copy = shutil.copytree if (source / name).is_dir() else shutil.copy
            copy(source / name, stage / name)  # type: ignore[operator]
        shutil.copy(source / "deploy" / "install.sh", stage / "install.sh")
        lines = [f"{_sum(file)}  {file.relative_to(stage).as_posix()}\n" for file in _files(stage)]
        (stage / SUMS).write_text("".join(lines), encoding="utf-8")
        return _packed(stage, out / f"{stage.name}-{machine}.tar.gz", int(moment))


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _checked_out(target: Path) -> None:
    """The last commit as it is, without what only lies in the folder."""
    with tempfile.TemporaryFile() as file:
        subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, stdout=file)
        file.seek(0)
        with tarfile.open(fileobj=file) as archive:
            archive.extractall(target, filter="data")


def _download(lock: Path, wheels: Path, python: str, machine: str) -> None:
    """The wheels the lock names for this Python; pip reads a lock's conditions for its own Python only, so we read them."""
    there = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "os_name": "posix",
    }
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as wanted:
        for entry in _entries(lock):
            requirement, _, hashes = entry.partition("--hash=")
            marker = Requirement(requirement.strip(" \\\n")).marker
            if marker is None or marker.evaluate(there):
                pinned = requirement.partition(";")[0].strip(" \\\n")
                wanted.write(f"{pinned} --hash={hashes}".replace("\\\n", " ").rstrip() + "\n")
        wanted.flush()
        _pip(
            *("download", "--require-hashes", "--no-deps", "--only-binary=:all:", "--python-version", python),
            *("--implementation", "cp", "--dest", str(wheels), "-r", wanted.name),
            *(part for platform in PLATFORMS for part in ("--platform", platform.format(machine))),
        )


def _entries(lock: Path) -> Iterator[str]:
    """Each requirement with its hashes, which stand on lines of their own."""
    entry = ""
    for line in lock.read_text(encoding="utf-8").splitlines(keepends=True):
        entry += line
        if not line.rstrip().endswith("\\"):
            if entry.strip():
                yield entry
            entry = ""


def _wheel(source: Path, wheels: Path, moment: str) -> Path:
    """The program itself, its files dated by the commit."""
    _pip(
        "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(source), SOURCE_DATE_EPOCH=moment
    )
    return next(wheels.glob("dezhurny-*.whl"))


def _inventory(source: Path, target: Path) -> None:
    """What the program is made of, in CycloneDX: names, versions, sums."""
    made = [sys.executable, "-m", "cyclonedx_py", "requirements", LOCKS["postgres"], "--output-reproducible"]
    subprocess.run([*made, "--pyproject", "pyproject.toml", "-o", str(target)], cwd=source, check=True)


def _pip(*arguments: str, **environment: str) -> None:
    quiet = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    subprocess.run(quiet, check=True, env={**os.environ, **environment})


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _sum(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _packed(stage: Path, target: Path, moment: int) -> Path:
    """In one order, of one owner and one date: nothing in it tells where and when it was packed."""

    def plain(one: tarfile.TarInfo) -> tarfile.TarInfo:
        one.uid = one.gid = 0
        one.uname = one.gname = "root"
        one.mtime = moment
        one.mode = 0o755 if one.isdir() or one.name.endswith(".sh") else 0o644
        return one

    fresh = target.with_suffix(".part")
    with (
        fresh.open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for file in _files(stage):
            archive.add(file, f"{stage.name}/{file.relative_to(stage).as_posix()}", recursive=False, filter=plain)
    fresh.replace(target)
    return target


if __name__ == "__main__":
    main()
