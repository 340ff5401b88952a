"""The region: asked for by `init`, named by `check` where it is missing or a day of it is in doubt."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.cli.region import of_the_region
from config.municipality import load
from config.regulations import find
from networks.port import Finding

ROOT = Path(__file__).parents[2]
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def init(folder: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["init", str(folder), *words])
    return done.exit_code, done.stdout, done.stderr.strip()


def region_in(folder: Path, key: str) -> str | None:
    found = load(folder / key / "municipality.yaml", (folder,)).region
    return found.key if found is not None else None


@pytest.fixture
def no_region(tmp_path: Path) -> Path:
    """A folder with a regulation of the office's own, whose region nobody knows."""
    own = tmp_path / "regulations" / "our.yaml"
    own.parent.mkdir()
    own.write_text(find("kursky").read_text(encoding="utf-8").replace("key: kursky", "key: our"), encoding="utf-8")
    return tmp_path


def said(folder: Path, now: datetime, region: str | None, days: str = "") -> list[Finding]:
    """What `check` says of such a region in a file like ours."""
    init(folder, "--regulation", "kursky")
    file = folder / "kursky" / "municipality.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("region:")]
    own = [f"region: {region}"] if region else []
    file.write_text("\n".join([*kept, *own, days, ""]), encoding="utf-8")
    return list(of_the_region(load(file, (folder,)), now))


# --- init -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("regulation", "key", "name"),
    [
        ("kursky", "stavropol", "Ставропольский край"),
        ("izobilnensky", "stavropol", "Ставропольский край"),
        ("moskalensky", "omsk", "Омская область"),
        ("slavgorod", "altai_krai", "Алтайский край"),
        ("primorsko-akhtarsky", "krasnodar", "Краснодарский край"),
    ],
)
def test_init_takes_the_region_that_the_regulations_own_text_names(
    regulation: str, key: str, name: str, tmp_path: Path
) -> None:
    code, out, _ = init(tmp_path, "--regulation", regulation)
    assert (code, region_in(tmp_path, regulation)) == (0, key)
    assert f"Регион: {name} (region: {key}). Если у вас другой, поправьте эту строку." in out.splitlines()


def test_init_takes_another_region_and_refuses_an_unknown_one(tmp_path: Path) -> None:
    assert init(tmp_path, "--regulation", "kursky", "--region", "tver")[0] == 0
    assert region_in(tmp_path, "kursky") == "tver"
    code, out, error = init(tmp_path, "--regulation", "kursky", "--key", "other", "--region", "stavropolsk")
    assert (code, out, error) == (
        2,
        "",
        "--region: нет региона «stavropolsk», возможно stavropol (Ставропольский край)?",
    )
    assert not (tmp_path / "other").exists()


def test_init_says_that_nobody_named_a_region(no_region: Path) -> None:
    code, out, _ = init(no_region, "--regulation", "our", "--key", "town")
    assert (code, region_in(no_region, "town")) == (0, None)
    line = "Регион не назван: его выходные в сроках учтены не будут, пока не впишете region в municipality.yaml."
    assert line in out.splitlines()
    assert "# region: stavropol  " in (no_region / "town" / "municipality.yaml").read_text(encoding="utf-8")


@pytest.mark.process
@pytest.mark.parametrize(("answers", "region"), [("saratof\nsaratov\n", "saratov"), ("\n", None)])
def test_init_asks_at_a_terminal_until_it_knows_the_region(answers: str, region: str | None, no_region: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot", "init", str(no_region), "--regulation", "our", "--key", "town"]
    os.write(ours, answers.encode())
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    os.close(ours)
    os.close(theirs)
    assert (done.returncode, region_in(no_region, "town")) == (0, region), done.stderr
    question = "Регион, у него могут быть свои выходные (ключ, например stavropol; пусто: назвать позже): "
    refusal = "нет региона «saratof», возможно saratov (Саратовская область) или samara (Самарская область)?"
    assert (done.stdout.count(question), refusal in done.stdout) == (2, True) if region else (1, False)


# --- check ----------------------------------------------------------------------------------------------


def test_check_names_a_region_that_is_missing(tmp_path: Path) -> None:
    words = "регион не назван, и его выходные в сроках не учтены; впишите, например, region: stavropol"
    assert said(tmp_path, APRIL, None) == [Finding("warning", f"kursky: {words}")]


@pytest.mark.parametrize(
    ("region", "findings"),
    [
        ("stavropol", ["ok Ставропольский край, выходные региона: 21.04.2026 Радоница, 11.05.2027 Радоница"]),
        ("moscow", ["ok Москва, выходные региона: своих не нашли"]),
        (
            "sakha",
            [
                "ok Республика Саха (Якутия), выходные региона: до конца 2027 года не учтено ни одного",
                "warning Республика Саха (Якутия): решает сама администрация, в сроках не учтено: "
                "27.04.2026 День Республики Саха (Якутия), 21.06.2026 Ысыах, 27.04.2027 День Республики Саха (Якутия), "
                "21.06.2027 Ысыах; если у вас это выходной, впишите в days (2026-04-27: off)",
            ],
        ),
        (
            "rostov",
            [
                "ok Ростовская область, выходные региона: до конца 2027 года не учтено ни одного",
                "warning Ростовская область: акта не нашли, в сроках не учтено: 21.04.2026 Радоница, "
                "11.05.2027 Радоница; если у вас это выходной, впишите в days (2026-04-21: off)",
            ],
        ),
        (
            "altai_republic",
            [
                "ok Республика Алтай, выходные региона: 03.07.2026 День образования Республики Алтай, "
                "03.07.2027 День образования Республики Алтай",
                "warning Республика Алтай: не знаем, переносится ли выходной, и не переносим: "
                "03.07.2027 День образования Республики Алтай; если переносится, впишите новый день в days",
            ],
        ),
    ],
)
def test_check_names_the_days_that_count_and_those_in_doubt(region: str, findings: list[str], tmp_path: Path) -> None:
    found = said(tmp_path, APRIL, region)
    assert [f"{one.level} {one.text.removeprefix('kursky: ')}" for one in found] == findings


def test_check_names_a_year_without_its_act_from_december_on(tmp_path: Path) -> None:
    november, december = (datetime(2026, month, 30, tzinfo=UTC) for month in (11, 12))
    missing = "на 2027 год нет акта, который назначает день: Радоница"
    words = f"Омская область: {missing}; когда выйдет, впишите день в days (2027-ММ-ДД: off)"
    assert [one.level for one in said(tmp_path / "a", november, "omsk")] == ["ok"]
    assert said(tmp_path / "b", december, "omsk")[1:] == [Finding("warning", f"kursky: {words}")]
    in_the_year = said(tmp_path / "c", datetime(2027, 2, 1, tzinfo=UTC), "omsk")
    assert Finding("warning", f"kursky: {words}") in in_the_year


def test_check_does_not_repeat_what_the_office_has_settled(tmp_path: Path) -> None:
    settled = "days: {2026-04-21: off, 2027-05-11: 09:00-18:00}"
    assert [one.level for one in said(tmp_path, APRIL, "rostov", settled)] == ["ok"]
