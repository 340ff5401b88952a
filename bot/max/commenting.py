"""Writes, finds and deletes comments under a channel's posts, and finds the bot's own messages among those MAX
returns.

A comment has no keyboard, file, link or mention; it replies to another comment under the same post.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.leaving import NotAnswered
from bot.max.mids import mid_of, parts_of, sent_at
from bot.max.network import Comment
from bot.max.outcomes import is_refusal, refused_as, sent_as, unanswered_as
from bot.max.updates import Reception
from bot.messenger import Address, Gone, NotSeen, Sending, Sent

LOOKED_AT = 100
"""How many of the newest messages of a chat, or comments under a post, are searched for one that may have been sent."""


class Commenting(Reception):
    """The bot's actions in a channel where it is an administrator: comment, look for its comments, delete, ban."""

    async def comment(self, to: Comment, text: str) -> Sending:
        """Reply to the comment under its post (see bot.max.network.Sender). The outcome's address has the new
        comment's number."""
        body = {"text": text, "link": {"type": "reply", "mid": mid_of(to.channel, to.message)}}
        try:
            answer = await self._wire.call("POST", _comments_of(to), None, body)
        except NotAnswered as error:
            return unanswered_as(error, None)
        if is_refusal(answer):
            if answer.status == 404:  # the comment it answers, or the post
                return Gone()
            return refused_as(answer, None, self._silence() if answer.status == 429 else 0.0)
        try:
            return sent_as(address_in(to.channel, (answer.body or {})["message"]))
        except (KeyError, TypeError, ValueError):
            return sent_as(None)

    async def comments_like(self, to: Comment, text: str, since: datetime) -> tuple[Address, ...] | NotSeen:
        """The bot's own comments under that post with this text, written since `since`, oldest first; NotSeen if they
        cannot be read."""
        answer = await self._ask("GET", _comments_of(to), {"count": LOOKED_AT})
        found = answer.get("messages") if isinstance(answer, dict) else None
        if not isinstance(found, list):
            return not_seen(answer)
        alike = (one for one in mine_among(found, self.me, since) if bare(text_of(one)) == bare(text))
        return those_seen(to.channel, found, alike, since)

    async def take_away(self, comment: Comment) -> Sending:
        """Delete somebody's comment for everybody."""
        about = Address(comment.channel, comment.message)
        return await self._removed(
            _comments_of(comment), {"comment_id": mid_of(comment.channel, comment.message)}, about
        )

    async def shut_out(self, channel: int, account: int) -> Sending:
        """Remove the person from the channel and block them. MAX blocks only in chats that have a link."""
        values: dict[str, str | int] = {"user_id": account, "block": "true"}
        return await self._removed(f"/chats/{channel}/members", values, Address(channel, 0))

    async def _removed(self, path: str, params: Mapping[str, str | int], about: Address) -> Sending:
        try:
            answer = await self._wire.call("DELETE", path, params)
        except NotAnswered as error:
            return unanswered_as(error, about)
        if is_refusal(answer):
            return refused_as(answer, about, self._silence() if answer.status == 429 else 0.0)
        return Sent((about,))


def mine_among(found: Iterable[Any], me: int, since: datetime) -> Iterator[Mapping[str, Any]]:
    """The bot's own messages among those found, written since `since`. A channel's posts have no author and count as
    its own."""
    earliest = int(since.timestamp() * 1000)
    for one in found:
        try:
            seq, sender = parts_of(one["body"]["mid"])[1], one.get("sender")
            is_mine = sender is None or sender.get("user_id") == me
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        if is_mine and sent_at(seq) >= earliest:
            yield one


def those_seen(
    chat: int, found: Sequence[Any], alike: Iterable[Mapping[str, Any]], since: datetime
) -> tuple[Address, ...] | NotSeen:
    """The addresses of the messages `alike` among those found, the oldest first; NotSeen if there are none and the list
    is full but does not reach back to `since`, so that they may stand further back."""
    seen = tuple(sorted((address_in(chat, one) for one in alike), key=lambda one: one.message))
    if seen or len(found) < LOOKED_AT or any(_is_before(one, since) for one in found):
        return seen
    return NotSeen(f"not among the {len(found)} newest")


def _is_before(message: Any, since: datetime) -> bool:
    try:
        return sent_at(parts_of(message["body"]["mid"])[1]) < int(since.timestamp() * 1000)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def address_in(chat: int, message: Mapping[str, Any]) -> Address:
    """Our address of a message that MAX returned. Raises KeyError, TypeError or ValueError if it has no valid id."""
    return Address(chat, parts_of(message["body"]["mid"])[1])


def text_of(message: Mapping[str, Any]) -> str:
    return str((message.get("body") or {}).get("text") or "")


def bare(text: str) -> str:
    """The text with every run of white space as one space, for comparison: a messenger may lay out spaces and lines
    anew."""
    return " ".join(text.split())


def not_seen(answer: object) -> NotSeen:
    """Make the outcome of a query that returned no messages: `passing` unless MAX refused it for good."""
    detail = str(getattr(answer, "detail", type(answer).__name__))
    return NotSeen(detail, passing=not detail.startswith(("status 4", "chat.", "not.found")))


def _comments_of(to: Comment) -> str:
    return f"/messages/{mid_of(to.channel, to.post)}/comments"
