"""The stories' town: people who act and look, the real bot stepped by hand, real HTTP to the sandbox, a clock of our
own.

Somebody must see every message of the bot: `Town.ends` fails on an unseen one, and every failure prints the
conversation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.demo.cast import Players
from bot.process.app import Municipal
from config.municipality import Municipality
from sandbox.clock import SandboxClock
from sandbox.telegram.model import Chat, Message, Press, User
from sandbox.vk.model import Comment
from storage import tables
from storage.books import Books
from workflow.case import Case
from workflow.regulation import Step
from workflow.terms.alarms import terms_of

MOSCOW = ZoneInfo("Europe/Moscow")
CONFIGS = Path(__file__).parents[2] / "config" / "demo"
KEY = "okrug"


class NobodySawError(AssertionError):
    """A story went another way; the message holds the conversation."""


@dataclass
class Person:
    """An official, who acts and reads in Telegram."""

    town: Town
    key: str
    user: User

    @property
    def private(self) -> list[Message]:
        return self.town.players.private(self.key)

    @property
    def has_seen_nothing_new(self) -> bool:
        return not any(self.town.is_unseen(m) for m in self.private)

    async def presses(self, caption: str, message: Message | None = None) -> str:
        """Press the newest visible button with that caption (or the message's) and return its toast."""
        target = message or self._with_button(caption)
        press: Press = self.town.players.town.telegram.press(self.user, target, caption)
        await self.town.settles()
        assert self.town.is_answered(press), f"«{caption}» got no answer\n{self.town.conversation()}"
        return press.toast or ""

    def _with_button(self, caption: str) -> Message:
        places = (*self.private, *self.town.in_group())
        found = [m for m in places if any(b.text.endswith(caption) for row in m.buttons for b in row)]
        if not found:
            raise NobodySawError(f"{self.key}: нет кнопки «{caption}»\n{self.town.conversation()}")
        return found[-1]

    async def replies(
        self, to: Message, text: str = "", photos: Sequence[bytes] = (), voice: bytes | None = None, **attached: Any
    ) -> Message:
        telegram = self.town.players.town.telegram
        if len(photos) > 1:
            sent = telegram.send_album(self.user, to.chat, list(photos), caption=text, reply_to=to)[0]
        else:
            photo = photos[0] if photos else None
            sent = telegram.write(self.user, to.chat, text, reply_to=to, photo=photo, voice=voice, **attached)
        await self.town.settles()
        if len(photos) > 1:
            await self.town.waits(seconds=4)
        return sent

    async def writes(self, text: str = "", *, in_group: bool = False, photo: bytes | None = None) -> Message:
        place = self.town.players.group if in_group else self.town.players.bot
        sent = self.town.players.town.telegram.write(self.user, place, text, photo=photo)
        await self.town.settles()
        return sent

    async def sends_album(self, photos: Sequence[bytes], caption: str = "", *, in_group: bool = False) -> list[Message]:
        place = self.town.players.group if in_group else self.town.players.bot
        sent = self.town.players.town.telegram.send_album(self.user, place, list(photos), caption=caption)
        await self.town.settles()
        await self.town.waits(seconds=4)
        return sent

    async def forwards(self, text: str, *, of: str, username: str | None = None, photo: bytes | None = None) -> Message:
        """Forward a channel's message to the bot."""
        telegram = self.town.players.town.telegram
        sent = telegram.forward_foreign(
            self.user, to=self.town.players.bot, text=text, origin_title=of, origin_username=username, photo=photo
        )
        await self.town.settles()
        return sent

    async def forwards_words_of(self, author: User, text: str) -> Message:
        """Forward to the bot a message from a group that the bot is not in."""
        telegram = self.town.players.town.telegram
        elsewhere = telegram.add_group("Соседи", owner=author)
        telegram.join(self.user, elsewhere)
        sent = telegram.forward(self.user, telegram.write(author, elsewhere, text), to=self.town.players.bot)
        await self.town.settles()
        return sent

    async def opens_invitation(self, code: str) -> None:
        self.town.players.town.telegram.start(self.user, self.town.players.bot, code)
        await self.town.settles()

    async def edits(self, message: Message, text: str) -> None:
        self.town.players.town.telegram.edit(self.user, message, text)
        await self.town.settles()

    async def leaves(self) -> None:
        self.town.players.town.telegram.leave(self.user, self.town.players.group)
        await self.town.settles()

    async def comes_back(self) -> None:
        self.town.players.town.telegram.join(self.user, self.town.players.group)
        await self.town.settles()

    async def blocks_the_bot(self) -> None:
        self.town.players.town.telegram.block(self.user, self.town.players.bot)
        await self.town.settles()

    async def lets_the_bot_write_again(self) -> None:
        """In MAX that is «Начать» once more, and the bot says again who it is."""
        self.town.players.town.telegram.unblock(self.user, self.town.players.bot)
        await self.town.settles()
        if self.town.bot.messenger.key == "max":
            self.sees("Бот ведёт сообщения жителей")

    def sees(self, words: str) -> Message:
        """Mark as seen, and return, an unseen message of the bot with these words, in private or in the group."""
        for message in (*self.private, *self.town.in_group()):
            if self.town.is_unseen(message) and words in message.text:
                self.town.seen.add(_address(message))
                return message
        raise NobodySawError(f"{self.key}: никто не сказал «{words}»\n{self.town.conversation()}")

    def can_see(self, words: str) -> Message:
        """A message with these words now, seen before or not."""
        for message in reversed((*self.private, *self.town.in_group())):
            if words in message.text:
                self.town.seen.add(_address(message))
                return message
        raise NobodySawError(f"{self.key}: нигде нет «{words}»\n{self.town.conversation()}")

    def looks_at_everything(self) -> list[Message]:
        """Mark as seen, and return, all unseen private messages of the bot, oldest first."""
        found = [m for m in self.private if self.town.is_unseen(m)]
        self.town.seen.update(_address(m) for m in found)
        return found

    def hears_nothing(self) -> None:
        unseen = [m.text for m in self.private if self.town.is_unseen(m)]
        if unseen:
            raise NobodySawError(f"{self.key} слышит: {unseen}\n{self.town.conversation()}")


def _address(message: Message) -> tuple[int, int]:
    return message.chat.id, message.id


@dataclass(repr=False)
class Town:
    players: Players
    clock: SandboxClock
    books: Books
    municipality: Municipality
    bot: Municipal
    seen: set[tuple[int, int]] = field(default_factory=set)
    before: set[tuple[int, int]] = field(default_factory=set)

    def person(self, key: str) -> Person:
        return Person(self, key, self.players.people[key])

    @property
    def curator(self) -> Person:
        return self.person("curator")

    @property
    def zhkh(self) -> Person:
        return self.person("zhkh_head")

    @property
    def roads(self) -> Person:
        return self.person("roads_head")

    @property
    def deputy(self) -> Person:
        return self.person("first_deputy")

    def newcomer(self, key: str, name: str, *, in_group: bool = False) -> Person:
        """Add a person with Telegram whom the bot does not know."""
        user = self.players.people[key] = self.players.town.telegram.add_person(name)
        if in_group:
            self.players.town.telegram.join(user, self.players.group)
        return self.person(key)

    async def invites(self, key: str, code: str, days: float = 1) -> None:
        """Create an invitation, as `python -m bot invite` does."""
        expires = self.clock.now() + timedelta(days=days)
        async with self.books.write(KEY) as tx:
            await tx.people.invite(hashlib.sha256(code.encode()).hexdigest(), key, expires)

    async def at_once(self, *presses: tuple[Person, str, Message]) -> list[str]:
        """Several people press before the bot has looked; their toasts in the same order."""
        telegram = self.players.town.telegram
        pressed = [telegram.press(person.user, message, caption) for person, caption, message in presses]
        await self.settles()
        assert all(self.is_answered(press) for press in pressed), self.conversation()
        return [press.toast or "" for press in pressed]

    def is_answered(self, press: Press) -> bool:
        """Whether the press was answered. MAX takes no answer without words, so a press that needs none gets none."""
        return press.answered or self.bot.messenger.key == "max"

    async def rights_are_looked_at(self) -> None:
        """Let the bot notice what its rights are now: Telegram tells it, of MAX it asks every ten minutes."""
        if self.bot.group_rights is not None:
            self.clock.advance(timedelta(minutes=10))
            await self.bot.group_rights.look()
        await self.settles()

    async def settles(self) -> None:
        await self.bot.settle()

    async def waits(self, *, seconds: float = 0, minutes: float = 0) -> None:
        """Let time pass; due alarms ring."""
        self.clock.advance(timedelta(seconds=seconds, minutes=minutes))
        self.clock.advance_monotonic(seconds + minutes * 60)
        await self.settles()

    async def can_no_more_be_undone(self) -> None:
        """Let the time for «Отменить» pass: the others are told now."""
        await self.waits(seconds=31)

    async def to(self, moment: datetime | str) -> None:
        """Move to this moment of the municipality's clock; alarms due on the way ring."""
        until = datetime.fromisoformat(moment).replace(tzinfo=MOSCOW) if isinstance(moment, str) else moment
        await self.waits(seconds=(until - self.clock.now()).total_seconds())

    # --- residents -------------------------------------------------------------------------------

    async def resident_writes(self, text: str) -> Comment:
        comment = self.players.town.vk.comment(self.players.resident, self.players.post, text)
        await self.settles()
        return comment

    def answers(self, comment: Comment) -> list[Comment]:
        return [c for c in self.players.town.vk.comments(self.players.post) if c.reply_to is comment]

    async def resident_writes_unnoticed(self, text: str) -> Comment:
        """Write a comment without an event from VK to the bot."""
        self.players.community.events.discard("wall_reply_new")
        comment = await self.resident_writes(text)
        self.players.community.events.add("wall_reply_new")
        return comment

    def in_group(self) -> list[Message]:
        """The working group's messages, oldest first."""
        return self.players.in_group()

    # --- what is true ----------------------------------------------------------------------------

    async def cases(self) -> int:
        """The number of cases."""
        async with self.books.write(KEY) as tx:
            return int((await tx.connection.execute(sa.select(sa.func.count()).select_from(tables.cases))).scalar_one())

    async def everything_kept(self) -> str:
        """The whole content of the books as one text."""
        async with self.books.write(KEY) as tx:
            rows = [
                tuple(row)
                for table in tables.metadata.sorted_tables
                for row in await tx.connection.execute(sa.select(table))
            ]
        return repr(rows)

    async def case(self, number: int = 1) -> Case:
        async with self.books.write(KEY) as tx:
            case = await tx.case_by_number(number)
        assert case is not None, f"нет № {number}\n{self.conversation()}"
        return case

    async def due(self, step: Step, number: int = 1) -> datetime:
        case = await self.case(number)
        return terms_of(case, self.bot.offices.today(KEY))[step].due_at

    async def journal(self, number: int = 1) -> list[tuple[str, str | None, str]]:
        """(action, by whom, to which state) of each line."""
        case = await self.case(number)
        async with self.books.write(KEY) as tx:
            return [(line["action"], line["who"], line["to_state"]) for line in await tx.history(case.id)]

    def sees_in_group(self, words: str) -> Message:
        """Mark as seen, and return, an unseen message of the bot with these words in the working group."""
        for message in self.in_group():
            if self.is_unseen(message) and words in message.text:
                self.seen.add(_address(message))
                return message
        raise NobodySawError(f"в группе никто не сказал «{words}»\n{self.conversation()}")

    def said_in(self, chat: Chat) -> list[str]:
        """The bot's messages in another group."""
        said = self.players.town.telegram.messages(chat)
        return [m.text for m in said if m.sender.id == self.players.bot.id]

    def executors_are_called(self) -> None:
        """Mark the new work that heads of departments were sent in private as seen; somebody was."""
        called = [
            message
            for key in self.players.people
            for message in self.players.private(key)
            if self.is_unseen(message) and ("передано вам" in message.text or "нужны ваши сведения" in message.text)
        ]
        if not called:
            raise NobodySawError(f"никого не позвали\n{self.conversation()}")
        self.seen.update(_address(message) for message in called)

    def card(self) -> Message:
        """The newest card in the group."""
        cards = [m for m in self.in_group() if m.sender.id == self.players.bot.id and "№" in m.text]
        if not cards:
            raise NobodySawError(f"нет карточки\n{self.conversation()}")
        self.seen.add(_address(cards[-1]))
        return cards[-1]

    def is_unseen(self, message: Message) -> bool:
        return message.sender.id == self.players.bot.id and _address(message) not in self.seen

    def group_writes(self) -> int:
        """The number of successful sends and edits in the working group."""
        telegram = self.players.town.telegram
        return sum(
            1
            for call in telegram.calls
            if call.ok and call.chat_id == self.players.group.id and call.method.startswith(("send", "edit"))
        )

    def conversation(self) -> str:
        lines = ["— рабочая группа —"]
        lines += [_shown(m) for m in self.in_group() if _address(m) not in self.before]
        for key in self.players.people:
            talk = [m for m in self.players.private(key) if _address(m) not in self.before]
            if talk:
                lines += [f"— {key} —", *(_shown(m) for m in talk)]
        return "\n".join(lines)

    def looks_around(self) -> None:
        """Mark everything so far as seen by everybody, because the story is not about it."""
        places = [self.in_group(), *(self.players.private(key) for key in self.players.people)]
        self.seen.update(_address(message) for place in places for message in place)

    def forget_what_was_said(self) -> None:
        """Mark everything so far as seen: the story begins here."""
        for message in self.in_group():
            self.seen.add(_address(message))
        for key in self.players.people:
            self.seen.update(_address(m) for m in self.players.private(key))
        self.before = {_address(m) for m in self.in_group()}
        for key in self.players.people:
            self.before.update(_address(m) for m in self.players.private(key))

    def ends(self) -> None:
        """Fail if a message of the bot is unseen."""
        unseen = [m for m in self.in_group() if self.is_unseen(m)]
        for key in self.players.people:
            unseen += [m for m in self.players.private(key) if self.is_unseen(m)]
        if unseen:
            raise NobodySawError(
                "сказано, и никто не увидел:\n" + "\n".join(map(_shown, unseen)) + "\n\n" + self.conversation()
            )


def _shown(message: Message) -> str:
    buttons = " ".join(f"[{b.text}]" for row in message.buttons for b in row)
    media = f"<{message.media.kind}> " if message.media else ""
    return f"  #{message.id} {message.sender.first_name}: {media}{message.text} {buttons}".rstrip()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW).astimezone(UTC)
