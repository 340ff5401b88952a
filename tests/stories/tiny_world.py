"""A second, tiny messenger for the stories: its chats, and the hands and eyes of the people in them.

It has nothing Telegram has: messages are named by words, a private chat is not its account, groups have positive numbers,
a press is answered by no toast, files stand one by one, nothing is asked with a form, updates have no number.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import SandboxClock

FIRST_GROUP = 9_000_000_000
"""Groups have numbers from here on."""


@dataclass(eq=False)
class Person:
    id: int
    first_name: str
    is_bot: bool = False


@dataclass(eq=False)
class Room:
    """A group, or a person's dialog with the bot (then `person` is set)."""

    id: int
    title: str = ""
    person: Person | None = None
    members: set[int] = field(default_factory=set)
    admins: set[int] = field(default_factory=set)
    pinned: Note | None = None


@dataclass(frozen=True)
class Key:
    text: str
    data: str | None = None


@dataclass(frozen=True)
class Held:
    kind: str
    token: str
    name: str
    data: bytes


@dataclass(eq=False)
class Note:
    """One message. `files`: what people attach; the bot's own files stand alone, as `media`."""

    id: str
    chat: Room
    sender: Person
    text: str = ""
    buttons: list[list[Key]] = field(default_factory=list)
    files: Sequence[Held] = ()
    reply_to: Note | None = None
    edited: bool = False
    origin: Person | None = None

    @property
    def media(self) -> Held | None:
        return self.files[0] if self.files else None


@dataclass(eq=False)
class Tap:
    id: str
    answered: bool = False
    toast: None = None


@dataclass(frozen=True)
class Call:
    method: str
    chat_id: int
    ok: bool = True


class TinyWorld:
    """People act through it, the bot reads `events` and writes by `put`; `calls` are the bot's successful writes."""

    def __init__(self, clock: SandboxClock) -> None:
        self.clock = clock
        self.events: list[dict[str, Any]] = []
        self.calls: list[Call] = []
        self.notes: list[Note] = []
        self.held: dict[str, Held] = {}
        self.groups: dict[int, Room] = {}
        self.dialogs: dict[int, Room] = {}
        self.taps: dict[str, Tap] = {}
        self._count = 0

    # --- who is there ----------------------------------------------------------------------------------------------

    def add_bot(self, *, token: str, name: str, username: str) -> Person:
        self.bot = Person(self._number(), name, is_bot=True)
        self.bot_name = username
        return self.bot

    def add_person(self, name: str) -> Person:
        return Person(self._number(), name)

    def add_group(self, title: str, *, owner: Person) -> Room:
        room = Room(FIRST_GROUP + self._number(), title, members={owner.id}, admins={owner.id})
        self.groups[room.id] = room
        return room

    def join(self, person: Person, group: Room) -> None:
        group.members.add(person.id)
        self._tell("joined", chat=group.id, sender=person)

    def leave(self, person: Person, group: Room) -> None:
        group.members.discard(person.id)
        self._tell("left", chat=group.id, sender=person)

    def add_bot_to_group(self, bot: Person, group: Room, *, by: Person, admin: bool = True) -> None:
        group.members.add(bot.id)
        group.admins |= {bot.id} if admin else set()
        self._tell("bot_added", chat=group.id, sender=by, admin=admin)

    def start(self, person: Person, bot: Person, payload: str = "") -> Note:
        return self.write(person, bot, f"/start {payload}".strip())

    # --- what they do ----------------------------------------------------------------------------------------------

    def write(
        self,
        person: Person,
        to: Person | Room,
        text: str = "",
        reply_to: Note | None = None,
        photo: bytes | None = None,
        voice: bytes | None = None,
    ) -> Note:
        files = [("photo", photo)] if photo is not None else [("voice", voice)] if voice is not None else []
        return self._written(person, to, text, files, reply_to)

    def send_album(
        self, person: Person, to: Person | Room, photos: list[bytes], caption: str = "", reply_to: Note | None = None
    ) -> list[Note]:
        """There are no albums: one message holds all the pictures."""
        return [self._written(person, to, caption, [("photo", data) for data in photos], reply_to)]

    def forward(self, person: Person, message: Note, *, to: Person | Room) -> Note:
        return self._written(person, to, message.text, [], None, message.sender)

    def edit(self, person: Person, message: Note, text: str) -> None:
        message.text, message.edited = text, True
        self._tell_of("edited", message)

    def press(self, person: Person, message: Note, caption: str) -> Tap:
        key = next(key for row in message.buttons for key in row if key.text.endswith(caption))
        tap = Tap(f"tap-{self._number():x}")
        self.taps[tap.id] = tap
        self._tell("press", chat=message.chat.id, sender=person, mid=message.id, press=tap.id, data=key.data)
        return tap

    # --- what stands there -----------------------------------------------------------------------------------------

    def messages(self, where: Room | tuple[Person, Person]) -> list[Note]:
        room = where if isinstance(where, Room) else self.dialog(where[0])
        return [note for note in self.notes if note.chat is room]

    def dialog(self, person: Person) -> Room:
        if person.id not in self.dialogs:
            self.dialogs[person.id] = Room(self._number(), person=person)
        return self.dialogs[person.id]

    def note(self, mid: str) -> Note | None:
        return next((note for note in self.notes if note.id == mid), None)

    def put(
        self, room: Room, sender: Person, text: str, files: Sequence[Held] = (), reply_to: Note | None = None
    ) -> Note:
        note = Note(f"mid.{room.id:x}.{self._number():x}", room, sender, text, files=files, reply_to=reply_to)
        self.notes.append(note)
        return note

    def held_as(self, kind: str, data: bytes, name: str = "") -> Held:
        held = Held(kind, f"token-{self._number():x}", name or f"{kind}.jpg", data)
        self.held[held.token] = held
        return held

    # --- inside ----------------------------------------------------------------------------------------------------

    def _written(
        self,
        person: Person,
        to: Person | Room,
        text: str,
        files: Sequence[tuple[str, bytes]],
        reply_to: Note | None,
        origin: Person | None = None,
    ) -> Note:
        room = to if isinstance(to, Room) else self.dialog(person)
        note = self.put(room, person, text, [self.held_as(kind, data) for kind, data in files], reply_to)
        note.origin = origin
        self._tell_of("written", note)
        return note

    def _tell_of(self, event: str, note: Note) -> None:
        files = [{"kind": file.kind, "token": file.token, "name": file.name} for file in note.files]
        reply = note.reply_to.id if note.reply_to is not None else None
        origin = {"name": note.origin.first_name, "bot": note.origin is self.bot} if note.origin is not None else None
        self._tell(
            event,
            chat=note.chat.id,
            sender=note.sender,
            mid=note.id,
            text=note.text,
            files=files,
            reply=reply,
            origin=origin,
        )

    def _tell(self, event: str, *, sender: Person, **more: Any) -> None:
        who = {"id": sender.id, "name": sender.first_name, "bot": sender.is_bot}
        self.events.append({"event": event, "from": who, "at": int(self.clock.now().timestamp()), **more})

    def _number(self) -> int:
        self._count += 1
        return 5_000_000_000 + self._count


def visible(text: str) -> str:
    return html.unescape(re.sub(r"<[^<>]+>", "", text))


def keys(buttons: Sequence[Sequence[Any]]) -> list[list[Key]]:
    return [[Key(button.text, button.data) for button in row] for row in buttons]
