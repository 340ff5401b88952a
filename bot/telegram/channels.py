"""Publishes the office's own posts in its Telegram channel, where the bot is an administrator.

One post is one request, so it appears completely or not at all: text with pictures becomes their caption. A bot cannot
read a channel, so after an unknown outcome a person must look; the post is never repeated.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from html import escape
from typing import Protocol

from bot.clock import Clock
from bot.delivery.limits import Pace
from bot.messenger import Gone, Later, Moved, OutFile, Rejected, Sending, Sent, Unknown, Unreachable
from bot.telegram.manners import LINKS, SITE, TEXT_UNITS
from config.russian.words import posted, units
from networks import port
from networks.port import (
    Ambiguous,
    LookUpImpossible,
    NotPosted,
    Outcome,
    Posted,
    PostFailure,
    PostLimits,
    TryLater,
    WallPost,
)

LIMITS = PostLimits(text=TEXT_UNITS, text_with_files=1024, pictures=10, documents=10)
CHANNEL = re.compile(rf"{re.escape(SITE)}/([a-z][a-z0-9_]{{3,31}})")
NO_RIGHT = ("administrator rights", "not enough rights", "have no rights")
SHORT_WAIT = 2.0


def channel_name(address: str) -> str | None:
    """The channel's name in its address https://t.me/…; None if the address is not one of a channel."""
    found = CHANNEL.fullmatch(address)
    return found[1] if found is not None else None


class Publisher(Protocol):
    async def publish(self, channel: str, text: str, files: tuple[OutFile, ...]) -> Sending:
        """Publish one post. `text` is in the small HTML; with files it becomes their caption."""


def problems(text: str, files: Sequence[port.OutFile]) -> list[str]:
    """The reasons, in Russian for the editor, why Telegram would refuse the post; empty if it would not."""
    size = units(posted(text))
    if not size and not files:
        return ["Запись пустая: нужен текст или картинка."]
    pictures = sum(file.mime.startswith(("image/", "video/")) for file in files)
    found = []
    if files and size > LIMITS.text_with_files:
        over = size - LIMITS.text_with_files
        most = LIMITS.text_with_files
        found.append(f"С картинками Телеграм берёт до {most} знаков, здесь {size}: сократите на {over}.")
    if not files and size > LIMITS.text:
        found.append(f"Телеграм берёт до {LIMITS.text} знаков, здесь {size}: сократите на {size - LIMITS.text}.")
    if len(files) > LIMITS.pictures:
        found.append(f"Телеграм берёт к записи файлов не больше {LIMITS.pictures}, здесь {len(files)}.")
    if 0 < pictures < len(files):
        found.append("Картинки и документы в одной записи Телеграм не берёт: оставьте что-нибудь одно.")
    return found


class ChannelPosts:
    """Publishes in channels where the bot may post. `pace`: the rate limits, shared with everything the bot sends."""

    def __init__(self, messenger: Publisher, pace: Pace, clock: Clock) -> None:
        self._messenger = messenger
        self._pace = pace
        self._clock = clock

    async def publish(self, post: WallPost) -> Outcome:
        """Publish the post in the channel once; the outcome says why not if that failed."""
        channel = channel_name(post.page)
        if channel is None:
            return NotPosted(PostFailure.REJECTED, "no address of a channel")
        if problems(post.text, post.files):
            return NotPosted(PostFailure.DOES_NOT_FIT, "Telegram's limits are exceeded")
        files = as_sent(post.files)
        if files is None or not all(file.path.is_file() for file in files):
            return NotPosted(PostFailure.FILE_REFUSED, "a file is not on the disk")
        return _ended(await self._go(channel, escape(posted(post.text), quote=False), files), channel)

    async def _go(self, name: str, text: str, files: tuple[OutFile, ...]) -> Sending:
        """Send once within the rate limits, for which the channel is numbered by a hash of its name; return Later if
        the wait would be longer than SHORT_WAIT."""
        place, weight = zlib.crc32(name.encode()), max(1, len(files))
        wait = self._pace.wait_for(place, False, self._clock.monotonic(), weight)
        if wait > SHORT_WAIT:
            return Later(wait, "limits")
        if wait > 0:
            await self._clock.sleep(wait)
        self._pace.spent(place, False, self._clock.monotonic(), weight)
        outcome = await self._messenger.publish(f"@{name}", text, files)
        if isinstance(outcome, Later) and outcome.limited:
            self._pace.obey(place, False, outcome.seconds, self._clock.monotonic())
        return outcome

    async def look_up_post(self, post: WallPost) -> Posted | LookUpImpossible | None:
        return LookUpImpossible("a bot cannot read a channel")


def as_sent(files: Sequence[port.OutFile]) -> tuple[OutFile, ...] | None:
    """Convert the files for the messenger; None if one of them is held in memory and not on the disk."""
    found = []
    for file in files:
        if isinstance(file.content, bytes):
            return None
        kind = file.mime.partition("/")[0]
        found.append(OutFile({"image": "photo", "video": "video"}.get(kind, "document"), file.name, file.content))
    return tuple(found)


def _ended(outcome: Sending, channel: str) -> Outcome:
    match outcome:
        case Sent(addresses):
            first = addresses[0]
            return Posted(f"{first.chat}:{first.message}", LINKS.to_post(first.chat, channel, first.message))
        case Later(seconds, detail):
            return TryLater(seconds, detail or "later")
        case Unknown(detail):
            return Ambiguous(detail)
        case Unreachable(detail):
            return NotPosted(PostFailure.NO_RIGHT, detail)
        case Rejected(detail) if any(words in detail.lower() for words in NO_RIGHT):
            return NotPosted(PostFailure.NO_RIGHT, detail)
        case Rejected(detail):
            return NotPosted(PostFailure.REJECTED, detail)
        case Gone() | Moved():
            return NotPosted(PostFailure.REJECTED, type(outcome).__name__)
