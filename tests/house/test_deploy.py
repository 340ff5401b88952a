"""What an installation is given beside the program: units that are closed off, a container file, a compose file."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.house.source import ROOT

DEPLOY = ROOT / "deploy"
SERVICES = ("dezhurny.service", "dezhurny-backup.service")
MOST_EXPOSED = 2.0
"""Out of ten, as `systemd-analyze security` counts."""


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    sections: dict[str, dict[str, list[str]]] = {}
    for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            now = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            now.setdefault(key, []).append(value)
    return sections


@pytest.mark.process
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
@pytest.mark.parametrize("name", SERVICES)
def test_the_unit_is_closed_off(name: str) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(DEPLOY / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    exposed = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert exposed is not None, done.stderr
    assert float(exposed[1]) <= MOST_EXPOSED


@pytest.mark.process
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_knows_every_line_of_the_units(tmp_path: Path) -> None:
    """It is not run by systemd anywhere: a bare system and CI have none."""
    for file in (*SERVICES, "dezhurny-backup.timer"):
        text = (DEPLOY / file).read_text(encoding="utf-8")
        (tmp_path / file).write_text(text.replace("/opt/dezhurny/.venv/bin/python", "/bin/true"), encoding="utf-8")
    files = [str(file) for file in sorted(tmp_path.iterdir())]

    def said() -> str:
        command = ["systemd-analyze", "verify", "--man=no", *files]
        return subprocess.run(command, capture_output=True, text=True, check=False).stderr

    assert said() == ""
    broken = tmp_path / "dezhurny.service"
    broken.write_text(broken.read_text(encoding="utf-8").replace("ProtectClock", "ProtectKlock"), encoding="utf-8")
    assert "Unknown key" in said()


OWN = {
    "Type", "NotifyAccess", "ExecStart", "ExecReload", "TimeoutStartSec", "WatchdogSec", "TimeoutStopSec", "Restart",
    "RestartSec", "RestartPreventExitStatus", "Nice", "IOSchedulingClass",
}  # fmt: skip
"""What each of the two has for itself; all else is walls, folders and the user. They stand in both files rather than in a third:
a drop-in that somebody forgets to copy would leave a service without walls that works as before."""


def test_both_units_are_closed_off_alike() -> None:
    first, second = (
        {key: value for key, value in unit(name)["Service"].items() if key not in OWN} for name in SERVICES
    )
    assert first == second
    assert len(first) > 25


def test_children_may_limit_themselves() -> None:
    """The child that reads strangers' pages calls setrlimit, which is of `@resources`."""
    for name in SERVICES:
        assert not any("~" in rule and "@resources" in rule for rule in unit(name)["Service"]["SystemCallFilter"])


def test_the_service_waits_longer_for_its_end_than_the_program_takes() -> None:
    service = unit("dezhurny.service")["Service"]
    assert int(service["TimeoutStopSec"][0]) > 30
    assert (service["Type"], service["RestartPreventExitStatus"]) == (["notify"], ["2"])


def test_the_nightly_copy_goes_where_check_looks_for_it() -> None:
    (command,) = unit("dezhurny-backup.service")["Service"]["ExecStart"]
    assert " backup --into /srv/dezhurny/copies " in command
    assert unit("dezhurny-backup.timer")["Timer"]["Persistent"] == ["true"]


def test_the_container_runs_as_nobody_in_particular_and_says_whether_it_works() -> None:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith(("ARG BASE", "USER "))] == [
        "ARG BASE=docker.io/library/python:3.13-slim",
        "USER 10001:10001",
    ]
    assert any(line.startswith("HEALTHCHECK ") for line in lines)


def test_the_compose_file_can_be_read_and_its_parts_know_each_other() -> None:
    """It is not run anywhere."""
    file = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    bot, base = file["services"]["bot"], file["services"]["db"]
    assert bot["read_only"] is True
    assert set(bot["depends_on"]) <= set(file["services"])
    assert "@db/" in bot["environment"]["DATABASE_URL"]
    assert set(base["secrets"]) <= set(file["secrets"])


def test_nothing_secret_reaches_the_web_servers_log() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    hooks = text.partition("location /hooks/ {")[2].partition("}")[0]
    assert "access_log off;" in hooks
    assert "listen 443 ssl;" in text


def test_the_installer_takes_what_the_archive_has() -> None:
    script = (DEPLOY / "install.sh").read_text(encoding="utf-8")
    assert "--require-hashes" in script
    assert "--no-index" in script
    assert Path(DEPLOY / "dezhurny").read_text(encoding="utf-8").startswith("#!/bin/sh\n")
