"""`person find`, `export` and `erase`: what is kept of a citizen is found, given out, and gone; or why not, in a sentence."""

from __future__ import annotations

import json
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from bot.process.lock import Lock
from storage.scrubbing import holding
from storage.transaction import Transaction
from tests.house.test_cli_files import folder, refused, run
from tests.house.test_cli_inbox import within
from tests.storage.test_erasing import KEY, NAME, NOW, NUMBER, WORDS_OF_HERS, her_case, keep
from workflow.case import Case, State

__all__ = ["folder"]
PHOTO = b"\xff\xd8 a photo of the well"
MARKS = (NAME, NUMBER, WORDS_OF_HERS[0], "колодец")


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def kept(folder: Path) -> Path:
    """A citizen's closed case with a photo."""
    run("people", "--config", folder)
    put(folder, replace(her_case(), municipality="kursky"))
    photo = folder / "files" / "kursky" / KEY[:2] / KEY
    photo.parent.mkdir(parents=True)
    photo.write_bytes(PHOTO)
    return folder


def put(folder: Path, case: Case) -> None:
    async def work(tx: Transaction) -> None:
        await keep(tx, case)

    within(folder, work)


def everything(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_person_is_found_by_account_and_by_name(kept: Path) -> None:
    line = f"Курский муниципальный округ: vk:id{NUMBER}, «{NAME}»: 1 сообщение\n"
    for who in (f"vk:{NUMBER}", f"vk:id{NUMBER}", NAME.upper()):
        assert run("person", "find", who, "--config", kept).stdout == line


@pytest.mark.parametrize("command", [("find",), ("export", "x.zip"), ("erase",)])
@pytest.mark.parametrize("who", ["vk:1", "telegram:2", "Никто Такой", "", ":"])
def test_nobody_knows_such_a_person(kept: Path, command: tuple[str, ...], who: str) -> None:
    name, *rest = command
    said = refused(run("person", name, who, *(kept / one for one in rest), "--config", kept))
    assert said.startswith("такого человека бот не знает; ищите по учётной записи, например vk:123")


def test_what_is_given_out_is_all_of_it_and_its_owners_alone(kept: Path, tmp_path: Path) -> None:
    out = tmp_path / "hers.zip"

    async def parked(tx: Transaction) -> None:
        await tx.inbox.keep("vk", [("e1", '{"text": "колодец"}')], NOW, [f"id{NUMBER}"])
        await tx.inbox.park(1, "KeyError", None)

    within(kept, parked)
    assert run("person", "export", f"vk:{NUMBER}", out, "--config", kept).exit_code == 0
    with zipfile.ZipFile(out) as archive:
        [told] = json.loads(archive.read("person.json"))
        assert archive.read(f"kursky/{KEY[:12]}-секрет.jpg") == PHOTO
    [case] = told["сообщения"]
    assert (case["текст"], [one["текст"] for one in case["дописано"]]) == (WORDS_OF_HERS[0], [WORDS_OF_HERS[1]] * 2)
    assert case["ответы"][0]["ссылка"] == "https://vk.com/wall-1_2?reply=4"
    assert told["не прочитанные ботом"] == ['{"text": "колодец"}']
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert refused(run("person", "export", NAME, out, "--config", kept)) == f"{out} уже есть; назовите другой файл"


def test_after_erasing_no_file_of_the_folder_holds_a_byte_of_it(kept: Path) -> None:
    assert holding(everything(kept), MARKS) != []
    result = run("person", "erase", f"vk:{NUMBER}", "--config", kept)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(
        "Стёрто: 1 сообщение. Цифры отчётов, журнал и реестр нарушений остались прежними.\n"
    )
    assert "Чего эта команда не может" in result.stdout
    assert holding(everything(kept), MARKS) == []
    assert [path for path in (kept / "files").rglob("*") if path.is_file()] == []
    assert refused(run("person", "find", NAME, "--config", kept)).startswith("такого человека бот не знает")


def test_an_earlier_copy_is_named(kept: Path) -> None:
    (kept / "backups").mkdir()
    copy = kept / "backups" / "dezhurny-0001.db"
    copy.write_bytes((kept / "dezhurny.db").read_bytes())
    assert f"Прежняя копия осталась: {copy}." in run("person", "erase", NAME, "--config", kept).stdout


def test_what_is_open_or_running_is_not_erased(kept: Path) -> None:
    put(kept, replace(her_case(43), state=State.IN_WORK, municipality="kursky"))
    said = refused(run("person", "erase", NAME, "--config", kept))
    assert said == "Курский муниципальный округ: ещё в работе № 43: закройте, потом повторите; ничего не стёрто"
    with Lock(kept / "dezhurny.db.lock"):
        said = refused(run("person", "erase", NAME, "--config", kept))
    assert said == "бот запущен на этой базе; остановите его и повторите"
    assert "2 сообщения (в работе: № 43)" in run("person", "find", NAME, "--config", kept).stdout


def test_of_several_people_of_one_name_the_account_must_be_named(kept: Path) -> None:
    other = her_case(43)
    put(kept, replace(other, appeal=replace(other.appeal, author_ref="id88", ref="wall-1_43"), municipality="kursky"))
    said = refused(run("person", "erase", NAME, "--config", kept))
    assert said.startswith(f"людей с именем «{NAME}» несколько: vk:id{NUMBER}, «{NAME}», vk:id88, «{NAME}»")
