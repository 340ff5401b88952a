"""`invite`, `people`, `unbind`: manage which account acts as which person. Prints to the terminal only: links and
names are never logged.

An invitation is a code of 160 bits, stored as its SHA-256; the person who opens it must confirm the name.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from bot.cli.books import chosen, every, transaction_of
from bot.cli.mistake import Mistake
from bot.cli.noting import note
from bot.clock import WallClock
from bot.process.messengers import manners_of
from config.municipality import Municipality
from config.yamlfile import suggestion
from workflow.office import Person, Role
from workflow.ports import Binding

BYTES = 20
MOST_DAYS = 30
BOT_USERNAME = "bot_username"
"""The key under which the running bot stores its username in the database."""

ROLES = {
    Role.CURATOR: "куратор",
    Role.EXECUTOR: "исполнитель",
    Role.DEPUTY: "заместитель главы",
    Role.HEAD: "глава",
    Role.EDITOR: "редактор страниц",
}


def invite(person: str, folder: Path, key: str | None, days: int) -> None:
    """Print a link (before the bot's first start: a command to send to it) that binds an account to the person, once,
    valid for `days`. Raises Mistake if the person or the number is invalid."""
    if not 1 <= days <= MOST_DAYS:
        raise Mistake(f"--days: нужно от 1 до {MOST_DAYS}, стоит {days}")
    municipality = chosen(folder, key)
    if person not in municipality.people:
        raise Mistake(f"«{person}» нет в people{suggestion(person, municipality.people)}")
    until = WallClock().now() + timedelta(days=days)
    opens = asyncio.run(invitation(municipality, folder, person, until))
    local = until.astimezone(municipality.zone)
    print(f"Приглашение для «{municipality.people[person].name}» ({person}), один раз, до {local:%d.%m.%Y %H:%M}.")
    if opens.startswith("/"):
        print("Имя бота ещё не известно (узнаем при первом запуске). Человек пишет боту:")
    print(opens)


async def invitation(municipality: Municipality, folder: Path, person: str, until: datetime) -> str:
    """Store a new invitation for the person and return the link that opens it once; before the bot's first start, the
    command `/start …` instead."""
    code = secrets.token_urlsafe(BYTES)
    async with transaction_of(municipality.key, folder) as tx:
        await tx.people.invite(hashlib.sha256(code.encode()).hexdigest(), person, until)
        await note(tx, "invited", person=person)
        username = await tx.mark(BOT_USERNAME)
    return manners_of(municipality).links.to_bot(username, code) if username else f"/start {code}"


def people(folder: Path, key: str | None) -> None:
    """Print a line for each person: key, name, roles, date of appointment, and whether an account is bound."""
    which = [chosen(folder, key)] if key is not None else every(folder)
    for municipality in which:
        bound = {binding.person: binding for binding in asyncio.run(_bound(municipality, folder))}
        if len(which) > 1:
            print(municipality.name)
        width = max(len(person) for person in municipality.people)
        for person in municipality.people.values():
            roles = ", ".join(ROLES[role] for role in person.roles)
            where = f", {municipality.departments[person.department].name}" if person.department else ""
            since = _since(person)
            print(
                f"{person.key:<{width}}  {person.name} ({roles}{where}{since}): {_account(bound.pop(person.key, None))}"
            )
        for binding in bound.values():
            print(f"{binding.person:<{width}}  в файле его нет: {_account(binding)}; отвязать: unbind {binding.person}")


def _since(person: Person) -> str:
    """The date of the person's appointment and the document, as words to append (KU-7); "" if unknown."""
    appointed = person.appointed
    if appointed is None:
        return ""
    return f"; с {appointed.on:%d.%m.%Y}" + (f", {appointed.by}" if appointed.by else "")


async def _bound(municipality: Municipality, folder: Path) -> list[Binding]:
    async with transaction_of(municipality.key, folder) as tx:
        await note(tx, "looked", kind="people")
        return await tx.people.all()


def _account(binding: Binding | None) -> str:
    if binding is None:
        return "не привязан"
    lost = [] if binding.in_group else ["вышел из группы, прав нет"]
    lost += [] if binding.reachable else ["бот не может ему писать"]
    return f"привязан, {binding.shown_name}" + "".join(f"; {words}" for words in lost)


def unbind(person: str, folder: Path, key: str | None) -> None:
    """Unbind the person's account and say whether one was bound; also for people no longer in the file. Raises Mistake
    if there is no such person."""
    municipality = chosen(folder, key)
    was_bound = asyncio.run(_unbind(municipality, folder, person))
    if not was_bound and person not in municipality.people:
        raise Mistake(f"«{person}» нет в people{suggestion(person, municipality.people)}")
    print(f"{person}: отвязан." if was_bound else f"{person}: и не был привязан.")


async def _unbind(municipality: Municipality, folder: Path, person: str) -> bool:
    async with transaction_of(municipality.key, folder) as tx:
        was_bound = await tx.people.unbind(person)
        if was_bound:
            await note(tx, "unbound", person=person)
        return was_bound
