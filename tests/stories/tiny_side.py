"""The tiny messenger behind the port: `bot.messenger_side.MessengerSide` over `TinyWorld`, as a real adapter would be."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.clock import Clock
from bot.delivery.limits import Pace
from bot.delivery.parts import split
from bot.messenger import (
    Address,
    Albums,
    Fetched,
    Gone,
    Manners,
    Membership,
    NotFetched,
    OutFile,
    Rates,
    Rejected,
    Screen,
    Sending,
    Sent,
    Size,
    Unreachable,
    Window,
)
from bot.messenger_side import Identity, Menu, Polled, Rights, Spoken
from handlers.incoming import Attached, Incoming, Kind, Origin, Sender, UnreadableError
from handlers.public import NO_LINKS
from networks.hooks import WrongSecretError
from networks.port import RawEvent
from tests.stories.tiny_world import FIRST_GROUP, Call, Note, Room, TinyWorld, keys, visible

MANNERS = Manners(
    rates=Rates(burst=2, per_second=2.0, group=None, bot=Window(10, 1.02), answered=1.003),
    size=Size(units=900, source=9_000, tags=40),
    albums=Albums(most=1, documents=False, each_counts=True),
    lost_after=timedelta(hours=8),
    is_group=lambda chat: chat >= FIRST_GROUP,
    links=NO_LINKS,
)
"""Far shorter messages than Telegram's, no minute of a group, no links."""
KINDS = {"written": Kind.MESSAGE, "edited": Kind.EDIT, "press": Kind.PRESS}
STATUS = {"joined": "member", "left": "left"}


class TinySide:
    """The table of message names is the adapter's own; the program knows numbers (decision 0028)."""

    key = "tiny"
    connection = "tiny:1"
    spoken = Spoken("Tiny", "TINY_TOKEN", "никого")
    trusted_for = None
    manners = MANNERS

    def __init__(self, world: TinyWorld) -> None:
        self.world = world
        self._numbers: dict[str, int] = {}

    def chat_of(self, account: int) -> int:
        """The port names a dialog by its account; which room that is, `send` finds out."""
        return account

    # --- hearing ---------------------------------------------------------------------------------------------------

    async def identity(self) -> Identity:
        return Identity(self.world.bot.id, self.world.bot_name, self.world.bot.first_name)

    async def poll(self, position: int | None, wait: int) -> Polled:
        """The position is how many events were taken; an event has no number, its key is what it is about."""
        taken = position or 0
        items = [(self._key(event), json.dumps(self._ours(event))) for event in self.world.events[taken:]]
        return Polled(tuple(items), taken + len(items) or None)

    async def start_pushing(self, url: str) -> None:
        return None

    def pushed(self, headers: Mapping[str, str], body: bytes) -> RawEvent | None:
        raise WrongSecretError

    async def stop_pushing(self) -> bool:
        return True

    def read(self, raw: str) -> Incoming:
        event = json.loads(raw)
        try:
            return _incoming(event)
        except (KeyError, TypeError) as error:
            raise UnreadableError(type(error).__name__) from None

    async def fetch(self, remote: str) -> Fetched | NotFetched:
        held = self.world.held.get(remote)
        return Fetched(held.data) if held is not None else NotFetched("no such file", for_good=True)

    async def membership(self, chat: int, account: int) -> Membership | None:
        room = self.world.groups[chat]
        if account in room.admins:
            return Membership.ADMIN
        return Membership.MEMBER if account in room.members else Membership.OUTSIDE

    async def rights(self, place: int | str) -> Rights:
        room = self.world.groups.get(place) if isinstance(place, int) else None
        if room is None:
            return Rights(here=False)
        return Rights(self.world.bot.id in room.members, self.world.bot.id in room.admins, room.title)

    def channel_name(self, address: str) -> str | None:
        return None

    async def set_menus(self, menus: Sequence[Menu]) -> tuple[str, ...]:
        return ()

    def network(self, pace: Pace, clock: Clock, link: Callable[[int, int], str], discussion: int | None) -> None:
        return None

    async def close(self) -> None:
        pass

    # --- sending ---------------------------------------------------------------------------------------------------

    async def send(self, chat: int, screen: Screen, reply_to: Address | None = None, start: int = 0) -> Sending:
        room = self._room(chat)
        if room is None:
            return Unreachable("no dialog")
        parts = split(screen.text, MANNERS.size)
        sent = []
        for number in range(start, len(parts)):
            answered = self._note(reply_to) if reply_to is not None and number == 0 else None
            note = self.world.put(room, self.world.bot, visible(parts[number]), reply_to=answered)
            if number == len(parts) - 1:
                note.buttons = keys(screen.buttons)
            sent.append(self._went_out("send", chat, note))
        return Sent(tuple(sent))

    async def send_files(
        self, chat: int, files: tuple[OutFile, ...], reply_to: Address | None = None, silent: bool = True
    ) -> Sending:
        room = self._room(chat)
        if room is None:
            return Unreachable("no dialog")
        held = [self.world.held_as(f.kind, f.data or f.path.read_bytes(), f.name) for f in files]
        return Sent(
            tuple(self._went_out("send", chat, self.world.put(room, self.world.bot, "", [one])) for one in held)
        )

    async def edit(self, address: Address, screen: Screen) -> Sending:
        note = self._note(address)
        if note is None or len(split(screen.text, MANNERS.size)) > 1:
            return Gone()
        note.text, note.buttons, note.edited = visible(screen.text), keys(screen.buttons), True
        self.world.calls.append(Call("edit", address.chat))
        return Sent((address,))

    async def pin(self, address: Address) -> Sending:
        room, note = self.world.groups[address.chat], self._note(address)
        if note is None:
            return Gone()
        if self.world.bot.id not in room.admins:
            return Rejected("no right to pin")
        room.pinned = note
        self.world.calls.append(Call("pin", address.chat))
        return Sent((address,))

    async def answer_press(self, press: str, text: str, alert: bool = False) -> bool:
        """The client stops waiting; the words are seen by nobody."""
        self.world.taps[press].answered = True
        return False

    # --- our numbers and its names ---------------------------------------------------------------------------------

    def _went_out(self, method: str, chat: int, note: Note) -> Address:
        self.world.calls.append(Call(method, chat))
        return Address(chat, self._number(note.id))

    def _number(self, mid: str) -> int:
        return self._numbers.setdefault(mid, len(self._numbers) + 1)

    def _note(self, address: Address) -> Note | None:
        mid = next((mid for mid, number in self._numbers.items() if number == address.message), "")
        return self.world.note(mid)

    def _room(self, chat: int) -> Room | None:
        """A dialog is addressed by the account; which room that is, only the adapter knows."""
        return self.world.groups.get(chat) or self.world.dialogs.get(chat)

    def _key(self, event: dict[str, Any]) -> str:
        about = event.get("press") or event.get("mid") or event["chat"]
        return f"{event['event']}:{about}:{zlib.crc32(json.dumps(event).encode()):x}"

    def _ours(self, event: dict[str, Any]) -> dict[str, Any]:
        """The event in our numbers, as it is kept."""
        group = self.world.groups.get(event["chat"])
        where = {"chat": event["chat"], "title": group.title} if group else {"chat": event["from"]["id"], "title": ""}
        named = {name: self._number(event[name]) for name in ("mid", "reply") if event.get(name)}
        return {**event, **where, **named, "private": group is None, "bot_name": self.world.bot_name}


def _incoming(event: dict[str, Any]) -> Incoming:
    kind, who = event["event"], event["from"]
    sender = Sender(who["id"], who["name"], is_bot=who["bot"])
    where: dict[str, Any] = {key: event[key] for key in ("chat", "private", "title")}
    if kind in STATUS:
        return Incoming(Kind.MEMBER, sender=sender, status=STATUS[kind], **where)
    if kind == "bot_added":
        status = "administrator" if event["admin"] else "member"
        return Incoming(Kind.ME, sender=sender, status=status, was="left", **where)
    if kind == "press":
        return Incoming(
            Kind.PRESS, message=event["mid"], sender=sender, press=event["press"], data=event["data"], **where
        )
    text, origin = event["text"], event["origin"]
    command, _, argument = text[1:].partition(" ") if text.startswith("/") else ("", "", "")
    return Incoming(
        KINDS[kind],
        message=event["mid"],
        sender=sender,
        text=text,
        files=tuple(Attached(file["kind"], file["token"], file["name"]) for file in event["files"]),
        reply_to=event["reply"],
        origin=Origin(origin["name"], username=event["bot_name"] if origin["bot"] else "") if origin else None,
        command=command.lower(),
        argument=argument,
        date=event["at"],
        **where,
    )
