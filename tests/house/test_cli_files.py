"""The commands that need nobody outside: init, check of files, invitations, bindings, the inbox; and how mistakes end."""

from __future__ import annotations

import asyncio
import hashlib
import re
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.cli.books import DAMAGED
from bot.cli.check import find_all
from config import regulations
from config.municipality import load
from networks.port import Finding
from storage import migrate
from storage.books import Books

ROOT = Path(__file__).parents[2]
IN_JANUARY = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "TELEGRAM_API_URL", "TELEGRAM_PROXY", "VK_API_URL", "BOT_TOKEN", "VK_COMMUNITY_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert run("init", tmp_path, "--regulation", "kursky").exit_code == 0
    return tmp_path


def refused(result: Result) -> str:
    """The one line a mistake ends with."""
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
    return result.stderr.strip()


# --- init -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("regulation", regulations.packaged())
def test_init_writes_a_file_that_checks(regulation: str, tmp_path: Path) -> None:
    assert run("init", tmp_path, "--regulation", regulation).exit_code == 0
    found = load(tmp_path / regulation / "municipality.yaml", (tmp_path,))
    assert (found.key, found.regulation.key, found.warnings) == (regulation, regulation, ())
    assert run("check", "--config", tmp_path).exit_code == 0


def test_init_under_another_key(tmp_path: Path) -> None:
    assert run("init", tmp_path, "--regulation", "kursky", "--key", "our_town").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "our_town").iterdir()) == [".env", "municipality.yaml"]


def test_the_secrets_are_the_owners_alone(folder: Path) -> None:
    assert stat.S_IMODE((folder / "kursky" / ".env").stat().st_mode) == 0o600


def test_init_never_overwrites(folder: Path) -> None:
    file = folder / "kursky" / "municipality.yaml"
    file.write_text("мои правки", encoding="utf-8")
    assert refused(run("init", folder, "--regulation", "kursky")) == (
        f"{file} уже есть; удалите его или возьмите другой --key"
    )
    assert file.read_text(encoding="utf-8") == "мои правки"


# --- check ------------------------------------------------------------------------------------------------


def test_check_says_what_there_is(folder: Path) -> None:
    assert asyncio.run(find_all(folder, IN_JANUARY)) == [
        Finding("ok", "базы данных ещё нет, её создаст run"),
        Finding(
            "ok", "kursky: Курский муниципальный округ, регламент kursky (№ 18 от 12.01.2023), отделов: 3, людей: 6"
        ),
        Finding("ok", "kursky: в документах «Администрация Курского муниципального округа»; иначе: name_of"),
        Finding("ok", "kursky: производственный календарь известен до конца 2027 года"),
        Finding("ok", "kursky: Ставропольский край, выходные региона: 21.04.2026 Радоница, 11.05.2027 Радоница"),
        Finding("warning", "BOT_TOKEN нет в .env: Telegram не проверен"),
    ]


def test_check_makes_nothing(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    run("check", "--config", folder)
    assert sorted(folder.rglob("*")) == before


def test_check_names_every_mistake_and_ends_with_1(folder: Path) -> None:
    file = folder / "kursky" / "municipality.yaml"
    text = (
        file.read_text(encoding="utf-8").replace("Europe/Moscow", "Europe/Atlantis").replace("role: deputy", "rol: x")
    )
    file.write_text(text, encoding="utf-8")
    lines = text.splitlines()
    deputy = next(number for number, line in enumerate(lines, 1) if "rol: x" in line)
    result = run("check", "--config", folder)
    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if line.startswith("✗")] == [
        f"✗ kursky/municipality.yaml, строка {deputy}: неизвестный ключ «rol», возможно «role»?"
    ]


def test_check_of_a_file_that_is_no_yaml(folder: Path) -> None:
    (folder / "kursky" / "municipality.yaml").write_text("name: [незакрыто\n", encoding="utf-8")
    result = run("check", "--config", folder)
    assert result.exit_code == 1
    assert "✗ kursky/municipality.yaml, строка 1: скобка или кавычка не закрыта" in result.stdout.splitlines()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (
            datetime(2027, 11, 30, tzinfo=UTC),
            Finding("ok", "kursky: производственный календарь известен до конца 2027 года"),
        ),
        (
            datetime(2027, 11, 30, 21, 0, tzinfo=UTC),  # already December in the municipality
            Finding(
                "warning",
                "kursky: нет производственного календаря на 2028 год; "
                "сроки в новом году будут предварительными, обновите программу",
            ),
        ),
        (
            datetime(2028, 1, 10, tzinfo=UTC),
            Finding(
                "error",
                "kursky: нет производственного календаря на 2028 год; "
                "обновите программу или допишите год в calendars.yaml",
            ),
        ),
    ],
)
def test_check_knows_which_years_are_covered(now: datetime, expected: Finding, folder: Path) -> None:
    assert asyncio.run(find_all(folder, now, probes=()))[3] == expected


def test_check_asks_for_the_name_that_the_bot_cannot_decline(folder: Path) -> None:
    file = folder / "kursky" / "municipality.yaml"
    text = file.read_text(encoding="utf-8").replace("name: Курский муниципальный округ", "name: Степноград")
    nameless = "\n".join(line for line in text.split("\n") if not line.startswith("name_of:"))
    file.write_text(nameless, encoding="utf-8")
    assert asyncio.run(find_all(folder, IN_JANUARY, probes=()))[2] == Finding(
        "warning",
        "kursky: название в родительном падеже не получилось, впишите name_of: кого, после слова «Администрация»",
    )
    file.write_text(nameless.replace("name: Степноград", "name: Степноград\nname_of: Степнограда"), encoding="utf-8")
    assert asyncio.run(find_all(folder, IN_JANUARY, probes=()))[2] == Finding(
        "ok", "kursky: в документах «Администрация Степнограда»; иначе: name_of"
    )


def test_check_proposes_the_cases_of_a_department_it_cannot_decline(folder: Path) -> None:
    file = folder / "kursky" / "municipality.yaml"
    text = file.read_text(encoding="utf-8")
    [first] = re.findall(r"^  \w+:(?: \{|\n    )name: [^,\n]+", text.partition("\ndepartments:")[2], re.M)[:1]
    named = f"{first.partition('name:')[0]}name: Горводхоз"

    def said(own: str) -> list[str]:
        file.write_text(text.replace(first, f"{named}{own}", 1), encoding="utf-8")
        return [one.text for one in asyncio.run(find_all(folder, IN_JANUARY, probes=())) if "Горводхоз" in one.text]

    joined = ", " if "{" in first else "\n    "
    assert [words.partition("назван ")[2] for words in said("")] == [
        "«подразделения «Горводхоз»»; лучше вписать ему name_of: Горводхоза",
        "«подразделению «Горводхоз»»; лучше вписать ему name_to: Горводхозу",
    ]
    assert said(f"{joined}name_of: Горводхоза{joined}name_to: Горводхозу") == []


def test_check_knows_the_schema(folder: Path) -> None:
    url = f"sqlite:///{folder}/dezhurny.db"
    asyncio.run(migrate.upgrade(url))
    assert asyncio.run(find_all(folder, IN_JANUARY, probes=()))[0] == Finding(
        "ok", f"база данных: версия {migrate.head()}"
    )
    asyncio.run(_execute(url, "UPDATE alembic_version SET version_num = 'v9999'"))
    assert asyncio.run(find_all(folder, IN_JANUARY, probes=()))[0] == Finding(
        "error", "база данных записана более новой версией программы; обновите программу"
    )
    (folder / "dezhurny.db").write_bytes(b"not a database" * 500)
    for rest in ("-wal", "-shm"):
        (folder / f"dezhurny.db{rest}").unlink(missing_ok=True)
    assert asyncio.run(find_all(folder, IN_JANUARY, probes=()))[0] == Finding(
        "error", f"база данных недоступна: {DAMAGED}"
    )


async def _execute(url: str, statement: str) -> None:
    books = Books(url)
    async with books.engine.begin() as connection:
        await connection.exec_driver_sql(statement)
    await books.close()


def test_check_repeats_no_token(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "not-a-token-but-secret")
    result = run("check", "--config", folder)
    assert (result.exit_code, "not-a-token-but-secret" in result.output) == (1, False)


# --- people -----------------------------------------------------------------------------------------------


async def _invitations(folder: Path) -> list[tuple[str, str]]:
    books = Books(f"sqlite:///{folder}/dezhurny.db")
    async with books.write("kursky") as tx:
        rows = await tx.connection.exec_driver_sql("SELECT person, code_hash FROM invitations ORDER BY person")
        found = [(str(row.person), str(row.code_hash)) for row in rows]
    await books.close()
    return found


def test_invite_prints_a_code_once_and_keeps_its_hash(folder: Path) -> None:
    result = run("invite", "zhkh_head", "--config", folder)
    code = result.stdout.splitlines()[-1].removeprefix("/start ")
    assert (result.exit_code, len(code)) == (0, 27)
    assert asyncio.run(_invitations(folder)) == [("zhkh_head", hashlib.sha256(code.encode()).hexdigest())]
    assert code.encode() not in (folder / "dezhurny.db").read_bytes()


def test_invite_prints_a_link_once_the_bot_is_known(folder: Path) -> None:
    run("people", "--config", folder)
    asyncio.run(_as_the_bot(folder))
    link = run("invite", "curator", "--config", folder).stdout.splitlines()[-1]
    start, code = link.split("=")
    assert (start, len(code)) == ("https://t.me/dezhurny_bot?start", 27)


async def _as_the_bot(folder: Path) -> None:
    books = Books(f"sqlite:///{folder}/dezhurny.db")
    now = IN_JANUARY + timedelta(0)
    async with books.write("kursky") as tx:
        await tx.set_mark("bot_username", "dezhurny_bot")
        await tx.people.bind("curator", 7, "Анна", in_group=True, now=now)
        await tx.people.bind("roads_head", 8, "Борис", in_group=False, now=now)
        await tx.people.bind("gone", 9, "Вера", in_group=True, now=now)
        await tx.inbox.keep("vk", [("e1", "текст жителя")], now)
        await tx.inbox.park(1, "ValueError: непонятное событие\nподробности", None)
    await books.close()


def test_people_and_unbind(folder: Path) -> None:
    run("people", "--config", folder)
    asyncio.run(_as_the_bot(folder))
    assert run("people", "--config", folder).stdout.splitlines() == [
        "curator           Куратор (куратор): привязан, Анна",
        "chief_specialist  Главный специалист (исполнитель, Отдел благоустройства): не привязан",
        "zhkh_head         Начальник отдела ЖКХ (исполнитель, Отдел ЖКХ): не привязан",
        "roads_head        Начальник отдела дорожного хозяйства (исполнитель, Отдел дорожного хозяйства): "
        "привязан, Борис; вышел из группы, прав нет",
        "improvement_head  Начальник отдела благоустройства (исполнитель, Отдел благоустройства): не привязан",
        "first_deputy      Первый заместитель главы (заместитель главы): не привязан",
        "gone              в файле его нет: привязан, Вера; отвязать: unbind gone",
    ]
    assert run("unbind", "gone", "--config", folder).stdout == "gone: отвязан.\n"
    assert run("unbind", "curator", "--config", folder).stdout == "curator: отвязан.\n"
    assert run("unbind", "curator", "--config", folder).stdout == "curator: и не был привязан.\n"
    assert refused(run("unbind", "gone", "--config", folder)) == (
        "«gone» нет в people; можно: curator, chief_specialist, zhkh_head, roads_head, improvement_head, first_deputy"
    )


# --- inbox ------------------------------------------------------------------------------------------------


def test_inbox_lists_without_texts_and_retries(folder: Path) -> None:
    run("people", "--config", folder)
    asyncio.run(_as_the_bot(folder))
    assert run("inbox", "list", "--config", folder).stdout == (
        "1  vk  12.01.2026 12:00  попыток: 1  ValueError: непонятное событие\n"
    )
    assert run("inbox", "retry", "--config", folder).stdout == "Курский муниципальный округ: возвращено в очередь 1.\n"
    assert run("inbox", "list", "--config", folder).stdout == "Курский муниципальный округ: отложенного нет.\n"


# --- mistakes ---------------------------------------------------------------------------------------------


def test_several_municipalities_must_be_told_apart(folder: Path) -> None:
    run("init", folder, "--regulation", "slavgorod")
    assert refused(run("invite", "curator", "--config", folder)) == (
        "муниципалитетов несколько, назовите --municipality; можно: kursky, slavgorod"
    )
    assert run("invite", "curator", "--config", folder, "--municipality", "slavgorod").exit_code == 0
    assert refused(run("invite", "curator", "--config", folder, "--municipality", "kurski")) == (
        "нет муниципалитета «kurski», возможно «kursky»?"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "--config", "/nowhere"], "нет папки /nowhere"),
        (["invite", "zhkh_hed"], "«zhkh_hed» нет в people, возможно «zhkh_head»?"),
        (["invite", "zhkh_head", "--days", "99"], "--days: нужно от 1 до 30, стоит 99"),
        (["invite", "zhkh_head", "--days", "много"], "--days: значение не подходит; подсказка: dezhurny invite --help"),
        (["invite"], "не хватает PERSON; подсказка: dezhurny invite --help"),
        (["invite", "--person"], "нет параметра --person; подсказка: dezhurny invite --help"),
        (["chek"], "нет команды «chek», возможно «check»?; подсказка: dezhurny --help"),
        (["inbox"], "не хватает команды; можно: drop, list, retry; подсказка: dezhurny inbox --help"),
        (["check", "лишнее"], "лишнее: лишнее; подсказка: dezhurny check --help"),
        (["init", "new"], "не хватает --regulation; подсказка: dezhurny init --help"),
        (["init", "new", "--regulation", "kurski"], "нет регламента «kurski», возможно «kursky»?"),
        (
            ["init", "new", "--regulation", "kursky", "--key", "../x"],
            "--key: «../x» не подходит; нужны строчные латинские буквы, цифры, _ и -",
        ),
    ],
)
def test_a_mistake_is_one_line_and_2(
    words: list[str], said: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert refused(run(*words)) == said
    assert not (folder / "new").exists()


def test_an_empty_folder_says_how_to_begin(tmp_path: Path) -> None:
    assert refused(run("check", "--config", tmp_path)) == (
        f"{tmp_path}: здесь нет municipality.yaml; его создаёт команда init {tmp_path} --regulation NAME"
    )


def test_a_broken_file_stops_the_other_commands_in_one_line(folder: Path) -> None:
    file = folder / "kursky" / "municipality.yaml"
    file.write_text("name: x\nnaem: y\n", encoding="utf-8")
    said = refused(run("people", "--config", folder))
    assert (said.split(",")[0], said.endswith("все покажет check)")) == ("kursky/municipality.yaml", True)


def test_a_database_out_of_reach_is_one_line_without_its_password(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder}/no/such/place.db")
    assert refused(run("people", "--config", folder)) == "база данных недоступна: unable to open database file"
    monkeypatch.setenv("DATABASE_URL", "mysql://user:hidden@host/books")
    assert refused(run("people", "--config", folder)) == (
        "окружение: DATABASE_URL: база «mysql» не подходит; можно: sqlite:///файл.db, postgresql://…"
    )


def test_one_bot_for_two_municipalities_is_refused_and_no_key_is_shown(folder: Path) -> None:
    assert run("init", folder, "--regulation", "kursky", "--key", "sosed").exit_code == 0
    for key, token in (("kursky", "700001:AAfirst"), ("sosed", "700001:AAsecond")):
        (folder / key / ".env").write_text(f"BOT_TOKEN={token}", encoding="utf-8")
    found = asyncio.run(find_all(folder, IN_JANUARY, probes=()))
    words = "BOT_TOKEN того же бота, что у муниципалитета kursky; каждому нужен свой, заведите второго у @BotFather"
    assert [one.text for one in found if one.level == "error"] == [f"sosed/.env: {words}"]


def test_an_older_database_is_left_to_run(folder: Path) -> None:
    asyncio.run(_execute(f"sqlite:///{folder}/dezhurny.db", "CREATE TABLE alembic_version (version_num TEXT)"))
    asyncio.run(_execute(f"sqlite:///{folder}/dezhurny.db", "INSERT INTO alembic_version VALUES ('v9999')"))
    assert refused(run("people", "--config", folder)) == (
        "база данных записана более новой версией программы; обновите программу"
    )


# --- what is imported -------------------------------------------------------------------------------------

COMMANDS = (
    "['check', '--config', folder], ['people', '--config', folder], ['invite', 'curator', '--config', folder], "
    "['unbind', 'curator', '--config', folder], ['inbox', 'list', '--config', folder], ['init', folder, "
    "'--regulation', 'slavgorod']"
)


@pytest.mark.process
def test_these_commands_import_no_messenger_and_no_dictionary(folder: Path) -> None:
    code = f"""
import sys
from bot.cli.app import app
folder = {str(folder)!r}
for words in ({COMMANDS}):
    try:
        app(words)
    except SystemExit as end:
        assert not end.code, (words, end.code)
print("imported:", sorted({{name.split(".")[0] for name in sys.modules}} & {{"aiogram", "vk_api", "pymorphy3", "sandbox"}}))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout.splitlines()[-1]) == (0, "", "imported: []")
