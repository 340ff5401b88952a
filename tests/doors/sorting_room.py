"""Shared by the tests of delivery: real books, the local Telegram over HTTP, a clock moved by hand, a small renderer."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.delivery import Act, Carried, Delivery, Failed, Post, Rendered, Show
from bot.delivery.limits import Pace
from bot.messenger import Address, Button, Messenger, OutFile, Screen, person_link
from bot.telegram.messenger import Telegram
from networks.port import Answer, Network, Posted
from sandbox.clock import SandboxClock
from sandbox.telegram import Chat, Message, TelegramServer, TelegramWorld, User
from storage import private
from storage import tables as t
from storage.books import Books
from storage.restored import doubt_what_waits
from storage.transaction import Transaction
from tests.telegram_patience import TelegramPatience
from workflow.case import Appeal, Case, Part, PartState, State
from workflow.commands import Action, Entry
from workflow.ports import GROUP_LANE, Known, Letter, account_lane
from workflow.regulation import Source
from workflow.terms.deadlines import Event, Happening

TOKEN = "700001:AAsortingRoom"
MORNING = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
KEY = "kursky"
AGAIN = "повтор"


class HandClock:
    """The sandbox's clock for the program: sleeping moves the stopwatch and takes no time."""

    def __init__(self, sandbox: SandboxClock) -> None:
        self.sandbox = sandbox
        self.slept = 0.0

    def now(self) -> datetime:
        return self.sandbox.now()

    def monotonic(self) -> float:
        return self.sandbox.monotonic()

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.sandbox.advance_monotonic(seconds)


@dataclass
class Words:
    """Renders the letter's body; for a card, the current text in `cards`."""

    cards: dict[int, str] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)
    buttons: tuple[tuple[Button, ...], ...] = ((Button("Принять", data="accept:1"),),)
    files: tuple[OutFile, ...] = ()
    rendered: list[int] = field(default_factory=list)
    decided: datetime | None = None

    async def render(self, tx: Transaction, letter: Letter, known: Known | None, chat: int) -> Rendered | None:
        rendered = await self._rendered(letter, known)
        if not isinstance(rendered, Show):
            return rendered
        expires = letter.body.get("expires")
        mark = AGAIN if letter.body.get("doubts") or "again" in letter.body else ""
        return replace(rendered, mark=mark, expires=datetime.fromisoformat(expires) if expires else None)

    async def _rendered(self, letter: Letter, known: Known | None) -> Rendered | None:
        self.rendered.append(letter.id)
        if letter.kind == "post":
            return Post("vk", self.answers[letter.case_id or 0], self.decided)
        if letter.body.get("breaks"):
            raise ValueError(str(letter.body["breaks"]))
        if letter.body.get("gone"):
            return None
        text = str(letter.body.get("text", ""))
        if known is not None and letter.kind == "edit":
            text = f"исправлено: {known.kind}"
        mention = letter.body.get("mention")
        if mention:
            text = f'<a href="{person_link(mention)}">Куратор</a>, {text}'
        match letter.kind:
            case "card":
                return Show(Screen(self.cards[letter.case_id or 0], self.buttons), kind="card", files=self.files)
            case "draft":
                return Show(
                    Screen(text, self.buttons),
                    kind="draft",
                    version=letter.body["version"],
                    bare=letter.body["bare"],
                    files=self.files,
                )
            case "ask":
                return Show(Screen(text, asks=True), kind="question", question=letter.body["question"])
            case "say":
                return Show(Screen(text))
            case kind:
                return Show(Screen(text, self.buttons if kind == "offer" else ()), kind=kind)


@dataclass
class Told:
    """The outcomes of postings that delivery reported."""

    outcomes: list[tuple[int, Posted | Failed]] = field(default_factory=list)
    failures: int = 0

    async def outcome(self, tx: Transaction, letter: Letter, outcome: Posted | Failed) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the desk is not there")
        self.outcomes.append((letter.case_id or 0, outcome))

    async def moderated(self, tx: Transaction, letter: Letter, act: Act, outcome: Carried | Failed) -> None:
        raise AssertionError("nothing is moderated in this room")


@dataclass
class Room:
    clock: HandClock
    world: TelegramWorld
    server: TelegramServer
    bot: User
    anna: User
    boris: User
    group: Chat
    books: Books
    words: Words
    told: Told
    telegram: Telegram
    networks: dict[str, Network]
    delivery: Delivery
    folder: Path

    def deliver_with(self, messenger: Messenger | None = None) -> Delivery:
        """A delivery as in a restarted process: with empty memory."""
        through = messenger or self.telegram
        self.delivery = Delivery(
            self.books,
            KEY,
            through,
            self.networks,
            self.words,
            self.told,
            Pace(through.manners.rates),
            self.clock,
            jitter=lambda: 0.5,
        )
        return self.delivery

    async def put(self, *letters: Letter) -> None:
        async with self.books.write(KEY) as tx:
            await tx.outbox.put(letters, self.clock.now())

    async def say(self, *texts: str, to: User | None = None, priority: int = 0) -> None:
        lane = GROUP_LANE if to is None else account_lane(to.id)
        await self.put(*(Letter("say", lane, priority, body={"text": text}) for text in texts))

    async def card(self, case_id: int, text: str) -> None:
        self.words.cards[case_id] = text
        await self.put(Letter("card", GROUP_LANE, 0, case_id, fold=f"card:{case_id}"))

    async def sent(self, patient: bool = True) -> int:
        return await self.delivery.drain(patient=patient)

    def later(self, seconds: float) -> None:
        self.clock.sandbox.advance(timedelta(seconds=seconds))
        self.clock.sandbox.advance_monotonic(seconds)

    def texts(self, where: Chat | User | None = None) -> list[str]:
        return [message.text for message in self.messages(where)]

    def messages(self, where: Chat | User | None = None) -> list[Message]:
        """The bot's messages to the group (None), another chat, or a person."""
        place: Any = self.group if where is None else (where, self.bot) if isinstance(where, User) else where
        return [m for m in self.world.messages(place) if m.sender is self.bot and not m.service]

    async def hears(self, *texts: str) -> None:
        """Wait until the group has heard exactly this."""
        happened = asyncio.Event()
        end = self.world.subscribe(lambda _: happened.set())
        while self.texts() != list(texts):
            happened.clear()
            await happened.wait()
        end()

    def calls(self, *methods: str) -> list[tuple[str, int | None]]:
        """The calls that write, with their error codes."""
        return [
            (call.method, call.error_code)
            for call in self.world.calls
            if call.method.startswith(("send", "edit")) and (not methods or call.method in methods)
        ]

    async def letters(self) -> list[tuple[str, str]]:
        """(kind, state) of every letter, oldest first."""
        async with self.books.write(KEY) as tx:
            rows = await tx.connection.execute(sa.select(t.outbox.c.kind, t.outbox.c.state).order_by(t.outbox.c.id))
            return [(row.kind, row.state) for row in rows]

    async def is_closed(self, case_id: int) -> None:
        async with self.books.write(KEY) as tx:
            case = await tx.case(case_id)
            assert case is not None
            ended = replace(case, state=State.CLOSED, version=case.version + 1)
            entry = Entry(Action.CLOSE_WITHOUT_POSTING, self.clock.now(), None, None, case.state, ended.state)
            assert await tx.save(case, ended, entry)

    async def tries(self, minutes: float) -> None:
        """Try for so many minutes, at each permitted moment."""
        until = self.clock.monotonic() + minutes * 60
        while self.clock.monotonic() < until:
            await self.sent()
            self.later(5)

    async def known(self, case_id: int, kind: str) -> list[Address]:
        async with self.books.write(KEY) as tx:
            return [Address(k.chat_id, k.message_id) for k in await tx.messages.of_case(case_id, kind)]

    async def journal(self, case_id: int) -> list[tuple[str, Mapping[str, Any]]]:
        async with self.books.write(KEY) as tx:
            return [(row["action"], row["details"]) for row in await tx.history(case_id)]

    def copied(self) -> Path:
        """A copy of the books as they are now, like one in an archive."""
        copy = self.folder / "copy.db"
        with closing(sqlite3.connect(self.folder / "books.db")) as books, closing(sqlite3.connect(copy)) as target:
            books.backup(target)
        return copy

    async def restored(self, copy: Path, at: datetime) -> None:
        """The books are the copy's again, restored; `at`: when it was taken. The process is a new one."""
        await self.books.close()
        doubt_what_waits(copy, at)
        for file in private.files_of(self.folder / "books.db"):
            file.unlink(missing_ok=True)
        os.replace(copy, self.folder / "books.db")
        self.books = Books(f"sqlite:///{self.folder / 'books.db'}")
        self.deliver_with()

    async def mark_sending(self) -> None:
        """Leave the letters as a process killed while sending them."""
        async with self.books.write(KEY) as tx:
            await tx.connection.execute(t.outbox.update().where(t.outbox.c.state == "waiting").values(state="sending"))

    async def change_body(self, **values: Any) -> None:
        async with self.books.write(KEY) as tx:
            await tx.connection.execute(t.outbox.update().values(body=json.dumps(values)))

    def file(self, name: str, kind: str = "photo") -> OutFile:
        path = self.folder / name
        path.write_bytes(b"\xff\xd8" + name.encode())
        return OutFile(kind, name, path)


def a_draft(room: Room, to_group: bool = False, bare: str = "Воду дадут завтра.") -> Letter:
    lane = GROUP_LANE if to_group else account_lane(room.anna.id)
    account = None if to_group else room.anna.id
    return Letter("draft", lane, 0, 1, account, body={"text": "Проект ответа", "version": 1, "bare": bare})


def a_case(case_id: int) -> Case:
    appeal = Appeal(Source.VK, "Третий день нет воды", "Житель", MORNING, network="vk", ref=f"-1_{case_id}")
    part = Part("zhkh", True, PartState.ASKED, MORNING)
    return Case(
        id=case_id,
        municipality=KEY,
        number=case_id,
        version=1,
        state=State.FORWARDED,
        regulation="hash",
        appeal=appeal,
        arrived=MORNING,
        history=(Happening(Event.DETECTED, MORNING),),
        parts=(part,),
    )


@asynccontextmanager
async def a_room(folder: Path, *, cases: int = 0, basic: bool = False) -> AsyncIterator[Room]:
    """A working group with the bot, Anna (reachable) and Boris (who never opened the bot's chat), and `cases` cases."""
    sandbox = SandboxClock(frozen_at=MORNING)
    world = TelegramWorld(sandbox)
    bot = world.add_bot(token=TOKEN, name="Дежурный", username="dezhurny_bot")
    anna, boris = world.add_person("Анна"), world.add_person("Борис")
    group = world.add_group("Инцидент-менеджмент", owner=anna, basic=basic)
    world.join(boris, group)
    world.add_bot_to_group(bot, group, by=anna)
    world.start(anna, bot)
    books = Books(f"sqlite:///{folder / 'books.db'}")
    async with books.engine.begin() as connection:
        await connection.run_sync(t.metadata.create_all)
    async with books.write(KEY) as tx:
        await tx.people.set_working_group(group.id, group.title)
        for person, account in (("curator", anna), ("zhkh_head", boris)):
            await tx.people.bind(person, account.id, account.first_name, in_group=True, now=MORNING)
        for number in range(1, cases + 1):
            case = a_case(number)
            entry = Entry(Action.DETECT, MORNING, None, None, None, case.state)
            assert await tx.save(None, case, entry)
    clock = HandClock(sandbox)
    async with TelegramServer(world) as server:
        telegram = Telegram(TOKEN, server.url, limits=TelegramPatience(world.faults))
        parts = (clock, world, server, bot, anna, boris, group, books, Words(), Told(), telegram, {})
        room = Room(*parts, delivery=None, folder=folder)  # type: ignore[arg-type]
        room.deliver_with()
        try:
            yield room
        finally:
            await telegram.close()
            await room.books.close()
