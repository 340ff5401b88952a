"""What the documents say is what the program has: every setting, every variable, every command, every link, every clause."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, get_args

import pytest
import typer
from pydantic import BaseModel

from bot import __main__ as entry
from bot.cli.hosts import SERVICES, hosts, of
from bot.cli.init import SECRETS, init
from bot.telegram.library import PRODUCTION
from bot.telegram.manners import API_HOST
from config.municipality_file import MunicipalityFile
from config.settings import Secrets, Settings
from tests.house.conformance import DONE, PAGE, clauses, proofs_of
from tests.house.source import ROOT, calls, dotted, names_of_tests, python_files

SETTINGS = (ROOT / "docs" / "nastroika.md").read_text(encoding="utf-8")
OPERATORS = (
    "README.ru.md",
    "docs/ustanovka.md",
    "docs/rabota.md",
    "docs/nastroika.md",
    "docs/nepoladki.md",
    "docs/personalnye-dannye.md",
    "docs/scenarii.md",
    "docs/glave.md",
    "docs/otdelu.md",
    "docs/ugrozy.md",
    "docs/max.md",
    "docs/postgresql.md",
    "docs/stranicy.md",
)
PAGES = (
    "README.md",
    "CHANGELOG.md",
    "workflow/README.md",
    "docs/conformance.md",
    *OPERATORS,
    *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))),
)


def rows(heading: str) -> dict[str, str]:
    """The table under a heading: what stands in backticks in the first column, with the second column."""
    section = SETTINGS.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^\| `([^`]+)` \| (.*?) \| ", section, re.MULTILINE)
    assert len(found) == len({name for name, _ in found}), "a setting stands twice"
    return dict(found)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models an annotation is made of: `dict[str, X]`, `list[X]`, `X | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_args(annotation) or isinstance(annotation, UnionType):
        for inner in get_args(annotation):
            yield from models_in(inner)


def settings_of(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, Any, bool]]:
    """(path, default, whether it must be given) of every key a file may have, as it is written there."""
    for name, field in model.model_fields.items():
        path = before + (field.alias or name)
        inner = list(models_in(field.annotation))
        if not (inner and path == "groups"):
            yield path, field.default, field.is_required()
        for one in inner:
            many = str(field.annotation).startswith(("dict", "list"))
            yield from settings_of(one, f"{path}.*." if many else f"{path}.")


def test_every_setting_of_the_municipalitys_file_is_in_the_documents() -> None:
    documented = rows("municipality.yaml")
    known = {path: (default, required) for path, default, required in settings_of(MunicipalityFile)}
    assert set(documented) == set(known)
    for path, (default, required) in known.items():
        assert (documented[path] == "обязательно") == required, path
        if isinstance(default, bool | int | str):
            assert documented[path] == f"`{str(default).lower()}`", path


def test_every_secret_is_in_the_documents() -> None:
    assert set(rows(".env")) == {name.upper() for name in Secrets.model_fields}


def test_every_environment_variable_is_in_the_documents() -> None:
    read_by_hand = {
        call.args[0].value
        for path in python_files("bot", "config", "handlers", "networks", "storage")
        for call in calls(path)
        if dotted(call.func) in ("os.environ.get", "os.getenv") and isinstance(call.args[0], ast.Constant)
    }
    assert set(rows("Переменные окружения")) == {name.upper() for name in Settings.model_fields} | read_by_hand


def commands() -> set[str]:
    """`run`, `inbox list`: every command the command line knows."""

    def of(group: Any, before: str = "") -> Iterator[str]:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from of(command, f"{name} ")
            elif not command.hidden:
                yield before + name

    return set(of(typer.main.get_command(entry.app)))


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.partition("| command | does |")[2].partition("\n\n")[0]
    named = {re.split(r" (?=[A-Z-])", found)[0] for found in re.findall(r"`([a-z][^`]*)`", table)}
    assert {one for one in commands() if one not in named} == set()
    first_column = {
        re.split(r" (?=[A-Z-])", found)[0]
        for line in table.splitlines()
        for found in re.findall(r"`([a-z][^`]*)`", line.split(" | ")[0])
    }
    assert first_column - commands() == set()


@pytest.mark.parametrize("name", PAGES)
def test_every_link_inside_the_project_leads_somewhere(name: str) -> None:
    page = ROOT / name
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)|<img src=\"([^\"]+)\"", page.read_text(encoding="utf-8"))
    local = [one or other for one, other in targets if not (one or other).startswith(("http", "mailto:"))]
    missing = [target for target in local if not (page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("name", OPERATORS)
def test_commands_an_operator_is_told_to_type_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    groups = {name.partition(" ")[0] for name in commands() if " " in name}
    for typed in re.findall(r"(?:-m bot|sudo dezhurny) ([a-z][^`\n]*)", text):
        first, *others = typed.split()
        name = " ".join([first, *others[:1]]) if first in groups else first
        assert name in commands(), typed
        options = {word.partition("=")[0] for word in others if word.startswith("--")}
        assert options - options_of(name) == set(), typed


def options_of(name: str) -> set[str]:
    """The options of the command."""
    command: Any = typer.main.get_command(entry.app)
    for part in name.split():
        command = command.commands[part]
    return {option for parameter in command.params for option in parameter.opts} | {"--help"}


def test_every_makefile_target_the_readme_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    for name in ("README.md", "README.ru.md"):
        named = set(re.findall(r"(?:^|`)make ([a-z]+)\b", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        assert named - targets == set(), name
        assert {"demo", "test"} <= named


# --- clauses ---------------------------------------------------------------------------------------------------------


def test_every_clause_marked_done_has_a_test_of_that_name() -> None:
    without = [clause.id for clause in clauses() if clause.status == DONE and not proofs_of(clause.id)]
    assert without == []


def test_every_test_named_in_the_conformance_page_exists() -> None:
    named = {name for clause in clauses() for name in clause.tests}
    assert named - names_of_tests() == set()
    assert named


def test_every_clause_stands_once_and_has_a_known_status() -> None:
    found = [clause.id for clause in clauses()]
    assert len(found) == len(set(found))
    assert {clause.status for clause in clauses()} <= {DONE, "partly", "not yet"}
    text = Path(PAGE).read_text(encoding="utf-8")
    bodies = ("IZ", "MO", "SL", "KU", "PA")
    counted = {body: len(re.findall(rf"^\| {body}-", text, re.MULTILINE)) for body in bodies}
    assert counted == {"IZ": 12, "MO": 27, "SL": 11, "KU": 21, "PA": 8}


def test_every_host_the_code_calls_is_named_by_check_and_by_the_guide() -> None:
    constant = re.compile(r'^[A-Z_]*HOST = "https://([a-z0-9.-]+)"', re.MULTILINE)
    called = {host for path in python_files("bot", "networks") for host in constant.findall(path.read_text("utf-8"))}
    named = {host for service in SERVICES for host in of(service, Settings())}
    assert {f"{host}:443" for host in called} == {host for host in named if not host.startswith("*")}
    guide = (ROOT / "docs" / "ustanovka.md").read_text(encoding="utf-8")
    assert [host for host in named if f"`{host.removesuffix(':443')}`" not in guide] == []


def test_telegrams_host_is_the_one_its_library_calls() -> None:
    assert f"{API_HOST}/bot1:a/getMe" == PRODUCTION.api_url("1:a", "getMe")


def test_check_names_the_hosts_of_the_networks_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", "http://bots.okrug.example:8081")
    hosts(tmp_path)
    everything = capsys.readouterr().out
    assert "api.ok.ru:443" in everything
    assert "bots.okrug.example:8081" in everything
    assert "api.telegram.org" not in everything
    init(tmp_path, "kursky", None, "stavropol")
    capsys.readouterr()
    hosts(tmp_path)
    assert "api.ok.ru" not in capsys.readouterr().out


def test_what_init_writes_names_every_variable_the_program_reads() -> None:
    written = re.findall(r"^(?:# )?([A-Z_]+)=", SECRETS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(written) == len(set(written))
    assert set(written) - {"WEB_PORT"} == {name.upper() for model in (Secrets, Settings) for name in model.model_fields}
