"""The rules are run by their own tests, branch by branch (STYLE 14)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

pytestmark = [pytest.mark.prove, pytest.mark.process, pytest.mark.timeout(3600)]


def test_every_branch_of_the_rules_is_run_by_tests_of_the_rules(tmp_path: Path) -> None:
    report = tmp_path / "coverage.json"
    measured = ["--cov=workflow", "--cov-branch", f"--cov-report=json:{report}", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-m", "not process and not prove", *measured, "tests/rules"],
        cwd=ROOT,
        env={"COVERAGE_FILE": str(tmp_path / "coverage"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    files = json.loads(report.read_text())["files"]
    lacking = {
        name: (file["missing_lines"], file["missing_branches"])
        for name, file in files.items()
        if file["missing_lines"] or file["missing_branches"]
    }
    assert lacking == {}
