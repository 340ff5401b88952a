"""`move`: prepares the office to work in another messenger from the next start on. Prints to the terminal only.

Run it while the bot still runs in the former messenger: through its outbox the old group is told where the office
moves. The move itself is the next start with the new `networks.messenger`: cases and their history stay, open cards
are posted in the new group, and nothing that waited for the former messenger is sent to the new one
(`storage.connections`).
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.cli.books import chosen, transaction_of
from bot.cli.mistake import Mistake
from bot.cli.noting import note
from bot.cli.people import BYTES, MOST_DAYS
from bot.clock import WallClock
from bot.messenger_side import Identity, MessengerSide, NotOpened, Unauthorised
from bot.process.messengers import MESSENGERS, open_in
from config.municipality import Municipality, configurations
from config.settings import read_secrets, read_settings
from storage.connections import MOVING, messenger_of
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.ports import GROUP_LANE, Letter

TOLD = "Прежней группе уже сказано, куда вы переезжаете."
TELLING = "Работающий бот скажет прежней группе, куда вы переезжаете."
NO_GROUP = "Рабочей группы в прежнем мессенджере нет, сообщать некому."


def move(to: str, folder: Path, key: str | None, days: int) -> None:
    """Announce the move to the old group, record it, and print an invitation to the new bot for each person. Raises
    Mistake if the new bot cannot be reached or the move is impossible."""
    if to not in MESSENGERS:
        raise Mistake(f"--to: «{to}» не знаю; можно: {', '.join(MESSENGERS)}")
    if not 1 <= days <= MOST_DAYS:
        raise Mistake(f"--days: нужно от 1 до {MOST_DAYS}, стоит {days}")
    municipality = chosen(folder, key)
    asyncio.run(_move(to, municipality, folder, days))


async def _move(to: str, municipality: Municipality, folder: Path, days: int) -> None:
    side = _opened(to, municipality, alone=len(configurations(folder)) == 1)
    try:
        who = await side.identity()
    finally:
        await side.close()
    of = side.spoken
    if isinstance(who, Unauthorised):
        raise Mistake(f"{of.name} не принимает {of.secret}; возьмите новый у {of.issuer}")
    if not isinstance(who, Identity):
        raise Mistake(f"{of.name} не отвечает ({who.detail}); {of.hint}")
    now, until = WallClock().now(), WallClock().now() + timedelta(days=days)
    async with transaction_of(municipality.key, folder) as tx:
        announced = await announce(tx, side, who.username, municipality, now, until)
    print(announced.told)
    print(f"Приглашения в {of.name}, каждое на один раз, до {until.astimezone(municipality.zone):%d.%m.%Y %H:%M}:")
    for person, link in announced.links.items():
        print(f"{municipality.people[person].name} ({person}): {link}")
    print(f"Дальше: остановите бота, впишите networks.messenger: {to}, запустите снова, добавьте бота в новую группу")
    print("администратором и нажмите там «Сделать рабочей группой». Открытые карточки придут в неё.")


@dataclass(frozen=True)
class Announced:
    """The result of `announce`. `told`: a Russian sentence on what the old group is told; `links`: person → the link
    of their new invitation."""

    told: str
    links: Mapping[str, str]


async def announce(
    tx: Transaction, side: MessengerSide, name: str, municipality: Municipality, now: datetime, until: datetime
) -> Announced:
    """Record that the office moves to the messenger `side`, where its bot is called `name`; put a message for the old
    group into the outbox, once; make an invitation for each person, valid until `until`. Raises Mistake if the
    office already works there, or if the file names the old group as the working group."""
    links, of = side.manners.links, side.spoken
    if messenger_of(tx.messenger) == side.key:
        raise Mistake(f"администрация уже работает в {of.name}, переезжать некуда")
    group, is_told = await tx.people.working_group(), await tx.mark(MOVING) == side.key
    if group is not None and municipality.group == group[0]:
        words = "это номер прежней группы; уберите его, в новой группе бот спросит «Сделать рабочей группой?»"
        raise Mistake(f"groups.working: {municipality.group}: {words}")
    if group is not None and not is_told:
        facts = {"messenger": of.name, "link": links.to_bot(name)}
        body: dict[str, Any] = {"key": "moved_house", "facts": facts, "roles": [], "reply_to": None}
        await tx.outbox.put([Letter("say", GROUP_LANE, Priority.TAP, body=body)], now)
    await tx.set_mark(MOVING, side.key)
    await note(tx, "moved", to=side.key)
    codes = {person: secrets.token_urlsafe(BYTES) for person in municipality.people}
    for person, code in codes.items():
        await tx.people.invite(hashlib.sha256(code.encode()).hexdigest(), person, until)
        await note(tx, "invited", person=person)
    told = TOLD if is_told else TELLING
    return Announced(
        told if group is not None else NO_GROUP,
        {person: links.to_bot(name, code) for person, code in codes.items()},
    )


def _opened(to: str, municipality: Municipality, *, alone: bool) -> MessengerSide:
    try:
        return open_in(to, municipality, read_secrets(municipality.folder, alone=alone), read_settings())
    except NotOpened as missing:
        of = missing.spoken
        words = f"не похож на ключ бота, {missing.looks}" if missing.looks else "нет в .env"
        raise Mistake(f"{municipality.key}/.env: {of.secret} {words}; возьмите его у {of.issuer}") from None
