"""What the oracle asks of each messenger's sandbox: which updates there were, how a card looks there, what was said twice."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from html import unescape
from itertools import count
from typing import Any, Protocol, TypeVar

from bot.delivery.parts import shown
from bot.demo.cast import Players
from bot.max.manners import as_written
from bot.max.mids import mid_of
from bot.max.updates import WANTED, key_of
from sandbox.max import account as max_account
from sandbox.telegram.account import FIRST_UPDATE_ID, BotAccount
from sandbox.telegram.markup import parse_html

MARK = "повтор, могло уже прийти"
NUMBERS = count(1_768_200_000_000 << 16)
T = TypeVar("T")


class Seen(Protocol):
    """One messenger's sandbox, seen by an onlooker."""

    def waiting(self) -> list[str]:
        """The updates that the bot has not acknowledged."""

    def given(self) -> list[str]:
        """The keys of all updates so far, oldest first, without those that nobody fetched in time."""

    def bring(self, updates: Sequence[str], now: datetime, dice: random.Random) -> None:
        """Put raw updates into the bot's queue, some before others that are older."""

    def shown(self, text: str) -> str:
        """How a screen's text reads there."""

    def bare(self, text: str) -> str:
        """A message's text in a form to be compared with that."""

    def said_twice(self, known: Collection[tuple[int, int]]) -> Iterator[str]:
        """A sentence for each message that must not stand there a second time. `known`: chat and number of each message
        that the bot remembers."""


def seen_in(players: Players) -> Seen:
    world: Any = players.town.messenger
    return SeenInMax(players) if world.key == "max" else SeenInTelegram(world.account(players.bot))


class SeenInTelegram(Seen):
    def __init__(self, account: BotAccount) -> None:
        self._account = account

    def waiting(self) -> list[str]:
        return [str(update.id) for update in self._account.queue]

    def given(self) -> list[str]:
        expired = self._account.expired
        return [str(n) for n in range(FIRST_UPDATE_ID, self._account.next_update_id) if n not in expired]

    def bring(self, updates: Sequence[str], now: datetime, dice: random.Random) -> None:
        for update in updates:
            self._account.push_verbatim(update, now)
        late = _out_of_order(list(self._account.queue), dice)
        self._account.queue.clear()
        self._account.queue.extend(late)

    def shown(self, text: str) -> str:
        return parse_html(text)[0].strip()

    def bare(self, text: str) -> str:
        return text

    def said_twice(self, known: Collection[tuple[int, int]]) -> Iterator[str]:
        """A bot cannot look there: what is doubtful comes twice, marked."""
        yield from ()


class SeenInMax(Seen):
    """A bot can look whether its message arrived, so no message comes twice and none is marked as a repeat."""

    def __init__(self, players: Players) -> None:
        self._players = players
        world: Any = players.town.messenger
        self._account: max_account.BotAccount = world.account(players.bot)

    def waiting(self) -> list[str]:
        return [str(update.body) for update in self._account.updates if update.body.get("update_type") in WANTED]

    def given(self) -> list[str]:
        lost = {id(body) for body in self._account.lost}
        wanted = (body for body in self._account.happened if body.get("update_type") in WANTED)
        return [key_of(body) for body in wanted if id(body) not in lost]

    def bring(self, updates: Sequence[str], now: datetime, dice: random.Random) -> None:
        for update in _out_of_order(list(updates), dice):
            message = mid_of(self._players.group.id, next(NUMBERS))
            text = update.replace("UPDATE_ID", f'"{message}"')
            self._account.push({"update_type": "message_created"}, now, text)

    def shown(self, text: str) -> str:
        return self.bare(unescape(shown(as_written(text, blockquote=False))))

    def bare(self, text: str) -> str:
        return " ".join(text.split())

    def said_twice(self, known: Collection[tuple[int, int]]) -> Iterator[str]:
        """No message is marked as a repeat, and the bot knows each that has buttons: one that it had sent twice would have a
        twin of which it knows nothing. Only answers to «/case» (`fl`, or `wy` alone for who may not have
        the file) are not remembered."""
        for place in [self._players.in_group(), *(self._players.private(key) for key in self._players.people)]:
            for message in (one for one in place if one.sender is self._players.bot):
                if MARK in message.text:
                    yield f"marked as a repeat: «{message.text[:80]}»"
                data = [str(button.data) for row in message.buttons for button in row if button.data]
                asked_for = any(one.startswith("fl:") for one in data) or all(one.startswith("wy:") for one in data)
                if not asked_for and (message.chat.address, message.id) not in known:
                    yield f"said twice: «{message.text[:80]}», {data}"


def _out_of_order(late: list[T], dice: random.Random) -> list[T]:
    """The same with two neighbours changed, or as it was."""
    if len(late) > 4 and dice.random() < 0.5:
        at = dice.randrange(len(late) - 2)
        late[at], late[at + 1] = late[at + 1], late[at]
    return late
