"""What the oracle asks of each messenger's sandbox: which updates there were, how a card looks there, what was said twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from html import unescape
from typing import Any, Protocol

from bot.delivery.parts import shown
from bot.demo.cast import Players
from bot.max.manners import as_written
from bot.max.updates import WANTED, key_of
from sandbox.max import account as max_account
from sandbox.telegram.account import FIRST_UPDATE_ID, BotAccount
from sandbox.telegram.markup import parse_html

MARK = "повтор, могло уже прийти"


class Seen(Protocol):
    """One messenger's sandbox, seen by an onlooker."""

    def waiting(self) -> list[str]:
        """The updates that the bot has not acknowledged."""

    def given(self) -> list[str]:
        """The keys of all updates so far, oldest first, without those that nobody fetched in time."""

    def shown(self, text: str) -> str:
        """How a screen's text reads there."""

    def bare(self, text: str) -> str:
        """A message's text in a form to be compared with that."""

    def said_twice(self, known: Collection[tuple[int, int]]) -> Iterator[str]:
        """`known`: chat and number of each message that the bot remembers. A sentence for each message that must not stand there a second time."""


def seen_in(players: Players) -> Seen:
    world: Any = players.town.telegram
    return SeenInMax(players) if world.key == "max" else SeenInTelegram(world.account(players.bot))


class SeenInTelegram(Seen):
    def __init__(self, account: BotAccount) -> None:
        self._account = account

    def waiting(self) -> list[str]:
        return [str(update.id) for update in self._account.queue]

    def given(self) -> list[str]:
        expired = self._account.expired
        return [str(n) for n in range(FIRST_UPDATE_ID, self._account.next_update_id) if n not in expired]

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
        self._world: Any = players.town.telegram
        self._account: max_account.BotAccount = self._world.account(players.bot)

    def waiting(self) -> list[str]:
        return [str(update.body) for update in self._account.updates if update.body.get("update_type") in WANTED]

    def given(self) -> list[str]:
        lost = {id(body) for body in self._account.lost}
        wanted = (body for body in self._account.happened if body.get("update_type") in WANTED)
        return [key_of(body) for body in wanted if id(body) not in lost]

    def shown(self, text: str) -> str:
        return self.bare(unescape(shown(as_written(text, blockquote=False))))

    def bare(self, text: str) -> str:
        return " ".join(text.split())

    def said_twice(self, known: Collection[tuple[int, int]]) -> Iterator[str]:
        """No message is marked as a repeat, and the bot knows each that has buttons: one that it had sent twice would have a
        twin of which it knows nothing. Answers to «/case» alone are not remembered: there are no more of them than were asked
        for."""
        for place in [self._players.in_group(), *(self._players.private(key) for key in self._players.people)]:
            asked = Counter(m.text for m in place if m.sender is not self._players.bot)
            for message in place:
                if message.sender is not self._players.bot:
                    continue
                if MARK in message.text:
                    yield f"marked as a repeat: «{message.text[:80]}»"
                data = next((str(b.data) for row in message.buttons for b in row if b.data), "")
                if not data or (message.chat.address, message.id) in known:
                    continue
                verb, _, case = data.partition(":")
                asked[f"/case {case}"] -= 1
                if verb != "fl" or asked[f"/case {case}"] < 0:
                    yield f"said twice: «{message.text[:80]}», [{data}]"
