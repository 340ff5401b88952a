"""`setup`: leads from an empty folder to the first card, one question after another; each answer is tried before the
next.

The answers are stored in the files and the database only: if it is interrupted, the next call continues there.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from bot.cli import probes
from bot.cli.books import transaction_of
from bot.cli.init import init, offered_regulations
from bot.cli.mistake import Mistake
from bot.cli.people import invitation
from bot.cli.probes import Asked, Probe
from bot.clock import WallClock
from bot.process.lock import AlreadyRunning, Lock
from bot.process.messengers import SPOKEN, spoken_of
from config.municipality import FILE, Municipality, load
from config.settings import ENV, read_secrets, read_settings
from config.vk import WatchEntry
from config.yamlfile import BrokenConfiguration
from networks.port import Finding
from storage import migrate

STEPS = 8
MARKS = {"ok": "✓", "warning": "!", "error": "✗"}
SKIP = "пусто: пропустить"
DAYS = 7
START_SECONDS = 60
CHOSEN = re.compile(r"^  messenger: ", re.MULTILINE)
NETWORKS = re.compile(r"^# networks:\n(?:#   .*\n)+", re.MULTILINE)


class Ask(Protocol):
    def __call__(self, question: str, *, secret: bool = False) -> str:
        """Ask the person and return what they typed, without surrounding blanks. A secret is not shown on the
        terminal."""


@dataclass(frozen=True)
class Table:
    """What the steps of `setup` share. `ask`: asks the person; `running`: a context manager inside which the office's
    bot runs."""

    folder: Path
    ask: Ask
    running: Callable[[Path], AbstractContextManager[None]]


def setup(folder: Path, ask: Ask, running: Callable[[Path], AbstractContextManager[None]] | None = None) -> None:
    """Ask until a first card is in the working group, then say how to start the service. A question answered in an
    earlier call is not asked again. Raises Mistake if the folder cannot be used or the bot does not start."""
    folder.mkdir(parents=True, exist_ok=True)
    table = Table(folder, ask, running or bot_beside)
    path = _the_file(table)
    municipality = _messenger(table, _read_through(table, path))
    municipality = _vk(table, municipality)
    with table.running(folder):
        _people(table, municipality)
        _group(table, municipality)
        _trial(table, municipality)
    say(f"Готово. Настройки: {path.parent}. Теперь включите службу: sudo systemctl enable --now dezhurny")


def say(words: str) -> None:
    print(words, flush=True)


def _step(number: int, about: str) -> None:
    say(f"\nШаг {number} из {STEPS}. {about}")


# --- the files ---------------------------------------------------------------------------------------------------------


def _the_file(table: Table) -> Path:
    """Return the path of the municipality's file; write it if there is none. Raises Mistake if there are several."""
    _step(1, "Регламент и название")
    paths = [*table.folder.glob(FILE), *table.folder.glob(f"*/{FILE}")]
    if len(paths) > 1:
        raise Mistake(f"в {table.folder} муниципалитетов уже несколько; настраивайте их по docs/nastroika.md")
    if paths:
        say(f"✓ {paths[0]} уже есть")
        return paths[0]
    names = offered_regulations()
    for number, title in enumerate(names.values(), start=1):
        say(f"  {number}. {title}")
    key = _one_of(table, "По какому регламенту работаете (номер)", list(names))
    name = table.ask("Название муниципалитета, как в документах (пусто: как в регламенте)")
    init(table.folder, key, None, ask=lambda question: table.ask(question), name=name or None)
    return table.folder / key / FILE


def _one_of(table: Table, question: str, known: list[str]) -> str:
    while True:
        answer = table.ask(question)
        if answer in known:
            return answer
        if answer.isascii() and answer.isdecimal() and 1 <= int(answer) <= len(known):
            return known[int(answer) - 1]
        say(f"✗ Нужен номер от 1 до {len(known)}")


def _read_through(table: Table, path: Path) -> Municipality:
    """Return the municipality once its file is valid and the person has confirmed its departments and people."""
    _step(2, "Отделы и люди")
    looked = path.with_name(".setup-looked")
    while True:
        try:
            municipality = load(path, (path.parent, table.folder))
        except BrokenConfiguration as broken:
            for problem in broken.problems:
                say(f"✗ {problem}")
            table.ask("Поправьте файл в другом окне и нажмите Enter")
            continue
        for one in municipality.departments.values():
            heads = [person.name for person in municipality.people.values() if person.department == one.key]
            say(f"  {one.name}: {', '.join(heads) or 'никого'}")
        if looked.exists():
            return municipality
        if table.ask(f"Так? Если нет, поправьте {path} и нажмите Enter; если да, наберите «да»").lower() in (
            "да",
            "yes",
        ):
            looked.touch()
            return municipality


def _kept(path: Path, name: str, value: str) -> None:
    """Store the secret in the `.env` beside the file, replacing the line with this name or adding one; only the owner
    can read it."""
    env = path.parent / ENV
    lines = env.read_text(encoding="utf-8-sig").splitlines() if env.is_file() else []
    where = [number for number, line in enumerate(lines) if line.split("=")[0].strip() == name]
    lines[where[0] if where else len(lines) : where[0] + 1 if where else len(lines)] = [f"{name}={value}"]
    fresh = env.with_name(f"{ENV}.part")
    fresh.touch(mode=0o600)
    fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
    fresh.replace(env)


def _networks(path: Path, **values: str) -> None:
    """Write each of `values` as a line under `networks:` of the municipality's file, in place of the example or at the
    end."""
    text, lines = path.read_text(encoding="utf-8"), "".join(f"  {key}: {value}\n" for key, value in values.items())
    if re.search(r"^networks:\n", text, re.MULTILINE):
        text = re.sub(r"^networks:\n", f"networks:\n{lines}", text, count=1, flags=re.MULTILINE)
    elif NETWORKS.search(text):
        text = NETWORKS.sub(f"networks:\n{lines}", text, count=1)
    else:
        text = f"{text.rstrip()}\n\nnetworks:\n{lines}"
    fresh = path.with_suffix(".part")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


# --- the services ------------------------------------------------------------------------------------------------------


def _messenger(table: Table, municipality: Municipality) -> Municipality:
    _step(3, "Бот в мессенджере")
    if CHOSEN.search(municipality.path.read_text(encoding="utf-8")) is None:
        known = list(SPOKEN)
        for number, key in enumerate(known, start=1):
            say(f"  {number}. {SPOKEN[key]().name}")
        _networks(municipality.path, messenger=_one_of(table, "Где работает группа (номер)", known))
        municipality = _again(table, municipality)
    of = spoken_of(municipality)
    asked = f"Ключ бота ({of.secret}, выдаёт {of.issuer})"
    _tried(table, municipality, {of.secret: asked}, probes.messenger, f"{of.name}: ")
    return municipality


def _vk(table: Table, municipality: Municipality) -> Municipality:
    _step(4, "Сообщество ВКонтакте")
    while municipality.networks.vk is None:
        answer = table.ask(f"Номер сообщества или адрес вида vk.com/club123 ({SKIP})")
        if not answer:
            say("! Без ВКонтакте: добавите networks.vk в файл, когда будет ключ")
            return municipality
        try:
            wall = WatchEntry(wall=answer, name="-").wall
        except ValueError:
            wall = answer
        if isinstance(wall, int):
            _networks(municipality.path, vk=f"{{group: {abs(wall)}}}")
            municipality = _again(table, municipality)
        else:
            say("✗ Нужен номер или адрес вида vk.com/club123; короткое имя сюда не подходит")
    wanted = {
        "VK_COMMUNITY_TOKEN": "Ключ сообщества (Управление → Работа с API)",
        "VK_SERVICE_TOKEN": f"Сервисный ключ приложения ({SKIP})",
    }
    _tried(table, municipality, wanted, probes.vk, "")
    return municipality


def _again(table: Table, municipality: Municipality) -> Municipality:
    return load(municipality.path, (municipality.path.parent, table.folder))


def _tried(table: Table, municipality: Municipality, wanted: dict[str, str], probe: Probe, about: str) -> None:
    """Ask for each missing secret, then ask the service; repeat until it accepts them. A secret that is entered again
    replaces the refused one."""
    while True:
        secrets = read_secrets(municipality.folder, alone=True)
        missing = [name for name in wanted if secrets.word(name.lower()) is None]
        for name in missing:
            while not (answer := table.ask(wanted[name], secret=True)) and SKIP not in wanted[name]:
                say("✗ Без него дальше нельзя; прервать можно в любой момент (Ctrl+C), ответы сохранены")
            if answer:
                _kept(municipality.path, name, answer)
        secrets = read_secrets(municipality.folder, alone=True)
        findings = asyncio.run(_found(probe, Asked(municipality, secrets, read_settings(), None)))
        for finding in findings:
            say(f"{MARKS[finding.level]} {finding.text}")
        if not any(finding.level == "error" for finding in findings):
            return
        if table.ask("Enter: проверить ещё раз; «ключ»: ввести заново").lower() == "ключ":
            for name in wanted:
                _kept(municipality.path, name, "")


async def _found(probe: Probe, asked: Asked) -> list[Finding]:
    return list(await probe(asked))


# --- people, with the bot running ----------------------------------------------------------------------------------------


@contextmanager
def bot_beside(folder: Path) -> Iterator[None]:
    """Run the bot in a process of its own inside the `with` block, unless it runs already. Raises Mistake with the
    last line of its log if it does not start."""
    if _runs_already(folder):
        say("✓ Бот уже работает")
        yield
        return
    log = folder / "setup.log"
    with log.open("wb") as output:
        started = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "bot", "run", "--config", str(folder)], stdout=output, stderr=output
        )
    try:
        _until_it_started(started, log)
        say("✓ Бот работает, пока идёт настройка")
        yield
    finally:
        started.terminate()
        started.wait()


def _runs_already(folder: Path) -> bool:
    file = migrate.file_of(read_settings().database(folder))
    try:
        with Lock(file.with_name(f"{file.name}.lock")) if file is not None else nullcontext():
            return False
    except AlreadyRunning:
        return True


def _until_it_started(started: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(START_SECONDS * 2):
        try:
            started.wait(0.5)
        except subprocess.TimeoutExpired:
            if b"started" in log.read_bytes():
                return
            continue
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise Mistake(f"бот не запустился: {''.join(last) or 'причина не названа'}; весь журнал: {log}")
    raise Mistake(f"бот не ответил за {START_SECONDS} секунд; журнал: {log}")


def _people(table: Table, municipality: Municipality) -> None:
    """Print invitations and wait until the accounts of the curator and at least one executor are bound."""
    _step(5, "Люди")
    invited: dict[str, str] = {}
    while True:
        bound = asyncio.run(_bound(table, municipality))
        without = [person for person in municipality.people.values() if person.key not in bound]
        needed = _needed(municipality, bound)
        for person in without:
            if person.key not in invited:
                until = WallClock().now() + timedelta(days=DAYS)
                invited[person.key] = asyncio.run(invitation(municipality, table.folder, person.key, until))
        if not needed:
            say(f"✓ Открыли приглашения: {len(bound)} из {len(municipality.people)}")
            return
        for person in without:
            say(f"  {person.name}: {invited[person.key]}")
        say(f"Передайте ссылки лично, каждая действует один раз и {DAYS} дней. Для начала нужны: {', '.join(needed)}.")
        table.ask("Когда откроют и нажмут «Да, это я», нажмите Enter")


def _needed(municipality: Municipality, bound: set[str]) -> list[str]:
    people = [person for person in municipality.people.values() if person.key in bound]
    roles = {str(role) for person in people for role in person.roles}
    return [
        words for role, words in (("curator", "куратор"), ("executor", "хотя бы один исполнитель")) if role not in roles
    ]


async def _bound(table: Table, municipality: Municipality) -> set[str]:
    async with transaction_of(municipality.key, table.folder) as tx:
        return {binding.person for binding in await tx.people.all()}


def _group(table: Table, municipality: Municipality) -> None:
    _step(6, "Рабочая группа")
    while (found := asyncio.run(_working_group(table, municipality))) is None:
        say("Создайте группу, добавьте бота, назначьте его администратором и нажмите у него «Сделать рабочей группой».")
        table.ask("Когда сделаете, нажмите Enter")
    _step(7, "Права бота в группе")
    while True:
        secrets = read_secrets(municipality.folder, alone=True)
        findings = asyncio.run(_found(probes.messenger, Asked(municipality, secrets, read_settings(), found)))
        for finding in findings:
            say(f"{MARKS[finding.level]} {finding.text}")
        if not any(finding.level == "error" for finding in findings):
            return
        table.ask("Исправьте и нажмите Enter")


async def _working_group(table: Table, municipality: Municipality) -> int | None:
    async with transaction_of(municipality.key, table.folder) as tx:
        found = await tx.people.working_group()
    return found[0] if found is not None else None


def _trial(table: Table, municipality: Municipality) -> None:
    _step(8, "Пробное сообщение")
    while not asyncio.run(_has_a_card(table, municipality)):
        say(
            "Напишите боту в личные сообщения от куратора: «Не горит фонарь у школы», нажмите «Да, завести» и направьте в отдел."
        )
        table.ask("Когда карточка появится в группе, нажмите Enter")
    say("✓ Карточка стоит в группе. Пробное сообщение уберите: «Закрыть без ответа…» и причина «Заведено по ошибке».")


async def _has_a_card(table: Table, municipality: Municipality) -> bool:
    async with transaction_of(municipality.key, table.folder) as tx:
        case = await tx.case_by_number(1)
        return case is not None and bool(await tx.messages.of_case(case.id, "card"))
