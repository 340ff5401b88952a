"""Reads what was written while updates did not reach the bot: MAX shows an administrator the messages of a chat.

Button presses, joins and departures cannot be read back; the group is asked to repeat presses (DESIGN rule 14). An
event the bot already has gets the same key and is recognised by it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.max.mids import mid_of, parts_of, sent_at
from bot.max.updates import Reception, key_of
from bot.messenger import NotSeen

PAGE, PAGES, POSTS = 100, 50, 20
"""How many messages a page has, how many pages of a chat are read at most, and of how many of its newest posts the
comments are read."""


class ReadingBack(Reception):
    """The part of the bot that reads back missed messages (implements `bot.messenger_side.ReadsBack`)."""

    async def read_back(self, chat: int, since: datetime) -> tuple[tuple[str, str], ...] | NotSeen:
        """What others wrote in the chat since `since`, oldest first, each as the (key, raw) that `poll` would have
        returned; in a channel also the comments under its newest posts. NotSeen if the chat cannot be read."""
        earliest = int(since.timestamp() * 1000)
        posts = await self._listed("/messages", {"chat_id": self._theirs(chat)}, earliest)
        if isinstance(posts, NotSeen):
            return posts
        found = [("message_created", one) for one in posts]
        channel = [one for one in posts if (one.get("recipient") or {}).get("chat_type") == "channel"]
        for post in channel[:POSTS]:
            comments = await self._listed(f"/messages/{post['body']['mid']}/comments", {}, earliest)
            for one in comments if not isinstance(comments, NotSeen) else ():
                where = {"post_id": post["body"]["mid"], **(one.get("recipient") or {})}
                found.append(("comment_created", {**one, "recipient": where}))
        found.sort(key=lambda pair: sent_at(parts_of(pair[1]["body"]["mid"])[1]))
        return tuple(self._as_event(kind, one) for kind, one in found if self._is_anothers(one))

    async def _listed(self, path: str, about: dict[str, str | int], earliest: int) -> list[dict[str, Any]] | NotSeen:
        """The chat's messages written from `earliest` on (Unix milliseconds), newest first; NotSeen if they cannot be
        read."""
        found: dict[str, dict[str, Any]] = {}
        before: int | None = None
        for _ in range(PAGES):
            values = {**about, "count": PAGE, **({} if before is None else {"before": before})}
            answer = await self._ask("GET", path, values)
            page = answer.get("messages") if isinstance(answer, dict) else None
            if not isinstance(page, list):
                return NotSeen(str(getattr(answer, "detail", type(answer).__name__)))
            fresh = dict(one for one in _dated(page, earliest) if one[0] not in found)
            found |= fresh
            if len(page) < PAGE or not fresh:
                break
            before = min(sent_at(parts_of(mid)[1]) for mid in fresh)
        return list(found.values())

    def _is_anothers(self, message: dict[str, Any]) -> bool:
        sender = message.get("sender")
        return not isinstance(sender, dict) or sender.get("user_id") != self.me

    def _as_event(self, kind: str, message: dict[str, Any]) -> tuple[str, str]:
        event = {"update_type": kind, "timestamp": message.get("timestamp"), "message": message}
        self._learn(event)
        return key_of(event), json.dumps(event, ensure_ascii=False)


def _dated(page: list[Any], earliest: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in page:
        try:
            chat, seq = parts_of(one["body"]["mid"])
        except (KeyError, TypeError, ValueError):
            continue
        if sent_at(seq) >= earliest:
            yield mid_of(chat, seq), one
