"""The archive of `make bundle`, installed on bare systems of Debian's releases that have no network, and in a container.

Needs root, debootstrap, unshare and buildah; `.ci/run` installs them. The systems themselves come from Debian's registry.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT

RELEASES = {"bookworm": "3.11", "trixie": "3.13", "sid": "3.14"}
"""Debian's releases and the Python of each. There is none with 3.12; sid moves on, so its Python is looked at."""
TOOLS = ("debootstrap", "unshare", "chroot", "ip")
NOT_RUN = {
    "apt install": "the bare system has no network, and what it installs is there",
    "systemctl": "nothing runs systemd in a bare system; tests/house/test_deploy.py looks at the units",
    "journalctl": "the same",
    "curl": "the service does not run; tests/page asks /healthz",
}
"""Commands of the guide that no test runs, with the reason."""
BUNDLE = (str(ROOT / ".venv" / "release" / "bin" / "python"), str(ROOT / "deploy" / "bundle.py"))
GUIDE = ROOT / "docs" / "ustanovka.md"
PLAIN = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}

pytestmark = [
    pytest.mark.prove,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        os.name != "posix" or os.geteuid() != 0 or any(shutil.which(tool) is None for tool in TOOLS),
        reason=f"needs root and {', '.join(TOOLS)}",
    ),
]


def ran(*command: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False, **more
    )


def built(out: Path, *pythons: str) -> Path:
    ran("make", ".venv/release/.ready", cwd=ROOT)
    done = ran(*BUNDLE, "--out", str(out), "--pythons", *pythons, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    (archive,) = out.glob("*.tar.gz")
    assert sum_of(archive) in done.stdout
    return archive


def sum_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("bundle"), *sorted(set(RELEASES.values())))


def needed() -> str:
    """What the guide has installed by the system's own means, and nothing else: Debian 13 has less by itself than 12."""
    (packages,) = re.findall(r"^sudo apt install (.+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    return str(packages).replace(" ", ",")


class System:
    """A bare system in a folder; what runs in it sees no network but itself."""

    def __init__(self, root: Path, release: str) -> None:
        self.root, self.release = root, release
        done = ran("debootstrap", "--variant=minbase", f"--include={needed()}", release, str(root))
        if done.returncode != 0:
            pytest.skip(f"no bare {release} to be had: {done.stdout.strip()[-200:]}")
        root.chmod(0o755)  # pytest's folders are closed, and nobody but root could enter «/»

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        inside = f'ip link set lo up; exec chroot "{self.root}" sh -c "$0"'
        return ran("unshare", "--net", "sh", "-c", inside, script, env=PLAIN)

    def unpack(self, archive: Path) -> Path:
        target = self.root / "root"
        with tarfile.open(archive) as packed:
            packed.extractall(target, filter="data")
            return target / packed.getnames()[0].partition("/")[0]


@pytest.fixture(scope="module", params=RELEASES)
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    root = tmp_path_factory.mktemp(request.param)
    yield System(root, request.param)
    shutil.rmtree(root, ignore_errors=True)


def test_the_same_commit_gives_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    again = built(tmp_path, *sorted(set(RELEASES.values())))
    assert sum_of(again) == sum_of(archive)


def test_without_a_network_it_installs_and_leads_a_case_to_its_answer(system: System, archive: Path) -> None:
    where = f"/root/{system.unpack(archive).name}"
    python = system.run("python3 -c 'import sys; print(*sys.version_info[:2], sep=chr(46))'").stdout.strip()
    assert python == RELEASES[system.release], "the release has another Python now: build the archive for it, too"
    installed = system.run(f"cd / && sh {where}/install.sh /opt/dezhurny plain")
    assert (installed.returncode, installed.stderr) == (0, ""), installed.stderr
    begun = system.run(
        "cd /opt/dezhurny && .venv/bin/python -m bot init /srv/d --regulation kursky"
        " && .venv/bin/python -m bot check --config /srv/d"
    )
    assert begun.returncode == 0, begun.stdout + begun.stderr
    played = system.run("cd /opt/dezhurny && .venv/bin/python -m bot demo --headless")
    assert played.returncode == 0, played.stdout[-3000:] + played.stderr
    assert "Готово. Ответ стоит здесь: https://vk.com/" in played.stdout


def test_a_second_installation_stands_beside_the_first_and_takes_its_place(system: System, archive: Path) -> None:
    where = f"/root/{system.unpack(archive).name}"
    assert system.run(f"sh {where}/install.sh /opt/twice plain").returncode == 0
    first = os.readlink(system.root / "opt" / "twice" / ".venv")
    assert system.run(f"sleep 1; sh {where}/install.sh /opt/twice plain").returncode == 0
    second = os.readlink(system.root / "opt" / "twice" / ".venv")
    assert first != second
    assert (system.root / "opt" / "twice" / first / "bin" / "python").is_symlink()


@pytest.mark.parametrize("covered", [False, True], ids=["the wheel alone", "its sum in the list too"])
def test_one_byte_changed_in_one_wheel_is_refused_and_nothing_is_installed(
    system: System, archive: Path, covered: bool
) -> None:
    bundle = system.unpack(archive)
    for wheel in (bundle / "wheels").glob("jinja2-*.whl"):
        data = bytearray(wheel.read_bytes())
        before = hashlib.sha256(data).hexdigest()
        data[len(data) // 2] ^= 1
        wheel.write_bytes(data)
        if covered:
            sums = bundle / "SHA256SUMS"
            after = hashlib.sha256(data).hexdigest()
            sums.write_text(sums.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    refused = system.run(f"sh /root/{bundle.name}/install.sh /opt/broken plain")
    assert refused.returncode == 1
    assert "ничего не поставлено" in refused.stderr.casefold()
    assert not list((system.root / "opt").glob("broken/venv-*"))
    assert not (system.root / "opt" / "broken" / ".venv").exists()


def test_the_commands_of_the_guide_do_what_it_says(system: System, archive: Path) -> None:
    """Typed one after the other, as a clerk types them; those of NOT_RUN are left out."""
    shutil.copy(archive, system.root / "root" / archive.name)
    guide = GUIDE.read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```\n(.*?)^ *```$", guide, re.MULTILINE | re.DOTALL)
    typed = [line.strip() for block in blocks for line in block.splitlines()]
    assert len(typed) > 10
    run = [line for line in typed if not any(part in line for part in NOT_RUN)]
    assert {part for part in NOT_RUN if any(part in line for line in typed)} == set(NOT_RUN)
    for line in run:
        done = system.run("cd /root && export PATH=/usr/local/bin:$PATH && " + line.removeprefix("sudo "))
        assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    assert (system.root / "srv" / "dezhurny" / "kursky" / ".env").stat().st_uid != 0
    assert [file for file in (system.root / "srv" / "dezhurny").rglob("*") if file.stat().st_uid == 0] == []


@pytest.mark.skipif(shutil.which("buildah") is None, reason="needs buildah")
def test_a_container_is_built_without_a_network_and_runs_as_nobody_in_particular(
    system: System, archive: Path, tmp_path: Path
) -> None:
    store = ("--storage-driver", "vfs", "--root", str(tmp_path / "store"), "--runroot", str(tmp_path / "run"))

    def buildah(*arguments: str) -> str:
        done = ran("unshare", "--net", "buildah", *store, *arguments)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    context = system.unpack(archive)
    base = buildah("from", "scratch")
    whole = tmp_path / "base.tar"
    assert (
        ran(
            "tar",
            "-C",
            str(system.root),
            "--exclude=./root",
            "--exclude=./opt",
            "--exclude=./srv",
            "-cf",
            str(whole),
            ".",
        ).returncode
        == 0
    )
    buildah("add", base, str(whole), "/")
    buildah("commit", base, "localhost/base")
    buildah(
        *("build", "--isolation", "chroot", "--build-arg", "BASE=localhost/base"),
        *("--build-arg", "PARTS=plain", "-f", str(context / "deploy" / "Containerfile"), "-t", "localhost/dezhurny"),
        str(context),
    )
    running = buildah("from", "localhost/dezhurny")
    who = buildah("run", "--isolation", "chroot", running, "--", "sh", "-c", "id -u; touch /opt/x 2>&1 || true")
    assert who.splitlines()[0] == "10001"
    assert "Permission denied" in who or "Read-only" in who
    python = "/opt/dezhurny/.venv/bin/python"
    begun = f"{python} -m bot init /srv/dezhurny --regulation kursky && {python} -m bot check --config /srv/dezhurny"
    assert "Файлы в порядке, ключей нет" in buildah("run", "--isolation", "chroot", running, "--", "sh", "-c", begun)
    health = ran("buildah", *store, "inspect", "--type", "image", "localhost/dezhurny").stdout
    assert "/healthz" in health
