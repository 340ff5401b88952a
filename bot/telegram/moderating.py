"""Moderates the channel's discussion group by the Bot API: only what a person decided, and only in that group.

Telegram cannot restore a deleted message. A bot may delete only as an administrator with that right and, according to
the documentation, only messages younger than 48 hours; a person does by hand what Telegram refuses.
"""

from __future__ import annotations

import re
from typing import Protocol

from bot.messenger import Address, Gone, Later, Moved, Rejected, Sending, Sent, Unknown, Unreachable
from networks.port import Ambiguous, Done, Moderation, NotDone, PostFailure, TryLater

ADDRESS = re.compile(r"(-?\d{1,19}):(\d{1,19})")
NUMBER = re.compile(r"-?\d{1,19}")
NEVER_BACK = NotDone(PostFailure.REJECTED, "Telegram restores nothing")
NOT_OURS = NotDone(PostFailure.NO_RIGHT, "it does not stand in the discussion group")
NOT_THERE = ("message to delete not found", "message_id_invalid", "message identifier is not specified")


class Keeper(Protocol):
    """The part of the messenger that acts as a group's administrator: delete a message, ban, lift a ban. A negative
    account is a channel that writes under its own name."""

    async def take_away(self, address: Address) -> Sending: ...

    async def shut_out(self, chat: int, account: int) -> Sending: ...

    async def let_in(self, chat: int, account: int) -> Sending: ...


class DiscussionModerator:
    """Moderates comments in the discussion group (the acts of `networks.port.Moderates`). `discussion`: the group's
    number; None:
    there is no group and every act fails."""

    def __init__(self, keeper: Keeper, discussion: int | None) -> None:
        self._keeper = keeper
        self._discussion = discussion

    @property
    def may_moderate(self) -> bool:
        """Whether there is a group whose comments can be moderated. Whether the bot has the right shows only on use."""
        return self._discussion is not None

    async def delete(self, ref: str) -> Moderation:
        """Delete the message; one that no longer exists counts as deleted. Return NotDone if it is not in the
        discussion group."""
        address = ADDRESS.fullmatch(ref)
        if address is None or int(address[1]) != self._discussion:
            return NOT_OURS
        outcome = await self._keeper.take_away(Address(int(address[1]), int(address[2])))
        if isinstance(outcome, Rejected) and any(words in outcome.detail.lower() for words in NOT_THERE):
            return Done()
        return _ended(outcome)

    async def restore(self, ref: str) -> Moderation:
        """Return NotDone: Telegram restores nothing."""
        return NEVER_BACK

    async def ban(self, author_ref: str, reason: str = "") -> Moderation:
        """Ban the author from the group; in private they can still write to the bot. Telegram shows them no reason."""
        if self._discussion is None or NUMBER.fullmatch(author_ref) is None:
            return NOT_OURS
        return _ended(await self._keeper.shut_out(self._discussion, int(author_ref)))

    async def unban(self, author_ref: str) -> Moderation:
        """Lift the author's ban from the group."""
        if self._discussion is None or NUMBER.fullmatch(author_ref) is None:
            return NOT_OURS
        return _ended(await self._keeper.let_in(self._discussion, int(author_ref)))


def _ended(outcome: Sending) -> Moderation:
    match outcome:
        case Sent() | Gone():
            return Done()
        case Later(seconds, detail):
            return TryLater(seconds, detail or "later")
        case Unknown(detail):
            return Ambiguous(detail)
        case Unreachable(detail) | Rejected(detail):
            return NotDone(PostFailure.NO_RIGHT, detail)
        case Moved():
            return NotDone(PostFailure.NO_RIGHT, "the group has another number now")
