"""MAX as a network of citizens: an approved answer is sent as a comment under the channel's post, or to the person in
private; the office's own posts go into its channel.

Citizens' messages arrive with the messenger's own events (`handlers.citizens`), so nothing is polled. MAX shows a bot
the messages of its channel and its dialogs, so after an unknown outcome the answer is looked for and never repeated
blindly. The rate limits are shared with everything else the bot sends.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Protocol

from bot.clock import Clock
from bot.delivery.limits import Pace
from bot.max import channels
from bot.max.channels import LIMITS
from bot.max.manners import LINKS, TEXT_UNITS, is_group
from bot.messenger import (
    Address,
    Gone,
    Later,
    Moved,
    NotSeen,
    OutFile,
    Rejected,
    Screen,
    Sending,
    Sent,
    Unknown,
    Unreachable,
)
from config.russian.words import posted, units
from networks import port
from networks.port import (
    Ambiguous,
    Answer,
    Done,
    Finding,
    Found,
    Kind,
    LinkProblem,
    LinkTrouble,
    LookUpImpossible,
    Moderation,
    NotDone,
    NotPosted,
    Outcome,
    Posted,
    PostFailure,
    PostLimits,
    TryLater,
    WallPost,
)
from networks.silent import Silent

KEY = "max"
SHORT_WAIT = 2.0
"""The longest wait for the rate limits, in seconds, that a posting makes itself; a longer one is left to the outbox."""
SKEW = timedelta(seconds=5)
REF = re.compile(r"(-?\d{1,19}):(\d{1,19})(?:/(\d{1,19}))?")
NUMBER = re.compile(r"\d{1,19}")
NO_FILES = "MAX не берёт файлов в комментарии: уберите их или ответьте вручную."
NOT_OURS = NotDone(PostFailure.NO_RIGHT, "it does not stand in the office's channel")
NEVER_BACK = NotDone(PostFailure.REJECTED, "MAX restores nothing")
NO_UNBAN = NotDone(PostFailure.REJECTED, "MAX has no method that lets a person in again")


@dataclass(frozen=True, slots=True)
class Comment:
    """Where a comment is, by our numbers: its channel, `post`, the post above it, and its own number."""

    channel: int
    post: int
    message: int


class Sender(Protocol):
    """The part of the messenger that the network uses."""

    async def send(self, chat: int, screen: Screen, reply_to: Address | None = None, start: int = 0) -> Sending: ...

    async def send_files(
        self, chat: int, files: tuple[OutFile, ...], reply_to: Address | None = None, silent: bool = True
    ) -> Sending: ...

    async def look_up(
        self, chat: int, what: Screen | tuple[OutFile, ...], since: datetime
    ) -> tuple[Address, ...] | NotSeen: ...

    async def comment(self, to: Comment, text: str) -> Sending:
        """Reply to the comment under its post; the outcome's address has the new comment's number."""

    async def comments_like(self, to: Comment, text: str, since: datetime) -> tuple[Address, ...] | NotSeen:
        """The bot's own comments under that post with this text, written since `since`; NotSeen if they cannot be
        read."""

    async def publish(self, channel: int, text: str, files: tuple[OutFile, ...]) -> Sending:
        """Publish one post in the channel."""

    async def take_away(self, comment: Comment) -> Sending:
        """Delete somebody's comment for everybody."""

    async def shut_out(self, channel: int, account: int) -> Sending:
        """Remove the person from the channel and keep them out."""


class MaxNetwork(Silent):
    """MAX as a network of citizens, and of the office's channel, in which it publishes and moderates (Publishes,
    Moderates). `channel`: the channel's number, None if the file names none; `name`: its public name. `link(chat,
    message)` returns the address at which a person finds a private answer."""

    key = KEY

    def __init__(
        self,
        messenger: Sender,
        pace: Pace,
        clock: Clock,
        link: Callable[[int, int], str],
        channel: int | None = None,
        name: str = "",
    ) -> None:
        self._messenger = messenger
        self._pace = pace
        self._clock = clock
        self._link = link
        self._channel = channel
        self._name = name
        self._out: dict[str, Address] = {}

    # --- answers -----------------------------------------------------------------------------------------------------

    def limits(self, text: str, kind: Kind, files: tuple[port.OutFile, ...] = ()) -> list[str]:
        """The reasons, in Russian for the curator, why MAX would refuse this answer; empty if it would not."""
        if not self.as_shown(text):
            return ["Ответ пустой: нужен текст."]
        found = [NO_FILES] if files and kind != "message" else []
        return [*found, over] if (over := self.too_long(text, kind)) else found

    def too_long(self, text: str, kind: Kind) -> str:
        """A Russian sentence that says by how much the text exceeds MAX's limit; "" if it fits."""
        size = units(self.as_shown(text))
        over = size - TEXT_UNITS
        return f"MAX берёт до {TEXT_UNITS} знаков, здесь {size}: сократите на {over}." if over > 0 else ""

    def as_shown(self, text: str) -> str:
        """The text exactly as it will be sent, for the preview."""
        return posted(text)

    async def post(self, answer: Answer) -> Outcome:
        """Send the answer once: as a comment under the citizen's comment; in private first the files, then the text,
        both as replies. Files sent in an earlier try of this process are not sent again."""
        at = REF.fullmatch(answer.in_reply_to)
        if at is None:
            return NotPosted(PostFailure.REJECTED, "no address of a message")
        if self.limits(answer.text, answer.kind, answer.files):
            return NotPosted(PostFailure.DOES_NOT_FIT, "too long, empty or with files")
        text, chat = self.as_shown(answer.text), int(at[1])
        if is_group(chat):
            if at[3] is None:
                return NotPosted(PostFailure.REJECTED, "no address of a comment")
            to = Comment(chat, int(at[3]), int(at[2]))
            outcome = await self._go(chat, lambda: self._messenger.comment(to, text))
            return self._posted(outcome, answer.in_reply_to) if isinstance(outcome, Sent) else _ended(outcome)
        return await self._in_private(answer, Address(chat, int(at[2])), text)

    async def _in_private(self, answer: Answer, to: Address, text: str) -> Outcome:
        files, key = as_sent(answer.files), f"{answer.attempt_id}:files"
        if files is None:
            return NotPosted(PostFailure.FILE_REFUSED, "a file is not on the disk")
        if files and key not in self._out:
            outcome = await self._go(to.chat, lambda: self._messenger.send_files(to.chat, files, to))
            if not isinstance(outcome, Sent):
                return _ended(outcome, with_files=True, in_private=True)
            self._out[key] = outcome.addresses[0]
        screen = Screen(escape(text, quote=False))
        outcome = await self._go(to.chat, lambda: self._messenger.send(to.chat, screen, to))
        if not isinstance(outcome, Sent):
            return _ended(outcome, in_private=True)
        self._out.pop(key, None)
        return self._posted(outcome, answer.in_reply_to)

    def _posted(self, sent: Sent, in_reply_to: str) -> Posted:
        there, at = sent.addresses[-1], REF.fullmatch(in_reply_to)
        post = int(at[3]) if at is not None and at[3] is not None else None
        if post is None:
            return Posted(f"{there.chat}:{there.message}", self._link(there.chat, there.message))
        link = LINKS.to_post(there.chat, self._name, post)
        return Posted(f"{there.chat}:{there.message}/{post}", link)

    async def look_up(self, answer: Answer) -> Posted | LookUpImpossible | TryLater | None:
        """Look whether the answer was sent after all: Posted if so, None if certainly not, TryLater if that cannot be
        seen at the moment, LookUpImpossible if it never can."""
        at = REF.fullmatch(answer.in_reply_to)
        if at is None:
            return LookUpImpossible("no address of a message")
        chat, text = int(at[1]), self.as_shown(answer.text)
        since = (answer.since or datetime.fromtimestamp(0, UTC)) - SKEW
        if at[3] is not None:
            found = await self._messenger.comments_like(Comment(chat, int(at[3]), int(at[2])), text, since)
        else:
            found = await self._messenger.look_up(chat, Screen(escape(text, quote=False)), since)
        if isinstance(found, NotSeen):
            return TryLater(60.0, found.detail) if found.passing else LookUpImpossible(found.detail)
        return self._posted(Sent(found[:1]), answer.in_reply_to) if found else None

    # --- the office's own posts --------------------------------------------------------------------------------------

    @property
    def may_publish(self) -> bool:
        """Whether the office has a channel in MAX to publish in."""
        return self._channel is not None

    @property
    def post_limits(self) -> PostLimits:
        """The limits of a post, for the preview."""
        return LIMITS

    def post_problems(self, text: str, files: tuple[port.OutFile, ...]) -> list[str]:
        """The reasons, in Russian for the editor, why MAX would refuse this post; empty if it would not."""
        return channels.problems(text, files)

    async def publish(self, post: WallPost) -> Outcome:
        """Publish the post once, only in the channel that the file names: MAX finds none by its address."""
        channel = self._channel
        if channel is None or post.page.lower() != LINKS.to_channel(self._name):
            return NotPosted(PostFailure.NO_RIGHT, "the number of that channel is not in the file")
        if channels.problems(post.text, post.files):
            return NotPosted(PostFailure.DOES_NOT_FIT, "MAX's limits are exceeded")
        files = as_sent(post.files)
        if files is None or not all(file.path.is_file() for file in files):
            return NotPosted(PostFailure.FILE_REFUSED, "a file is not on the disk")
        text = escape(posted(post.text), quote=False)
        outcome = await self._go(channel, lambda: self._messenger.publish(channel, text, files))
        return self._published(outcome.addresses[0]) if isinstance(outcome, Sent) else _ended(outcome)

    def _published(self, there: Address) -> Posted:
        return Posted(f"{there.chat}:{there.message}", LINKS.to_post(there.chat, self._name, there.message))

    async def look_up_post(self, post: WallPost) -> Posted | LookUpImpossible | TryLater | None:
        """Look whether the post was published after all; results as in `look_up`."""
        if self._channel is None:
            return LookUpImpossible("no channel")
        since = (post.since or datetime.fromtimestamp(0, UTC)) - SKEW
        what = Screen(escape(posted(post.text), quote=False))
        found = await self._messenger.look_up(self._channel, what, since)
        if isinstance(found, NotSeen):
            return TryLater(60.0, found.detail) if found.passing else LookUpImpossible(found.detail)
        return self._published(found[0]) if found else None

    # --- moderation --------------------------------------------------------------------------------------------------

    @property
    def may_moderate(self) -> bool:
        """Whether the office has a channel whose comments can be moderated. Whether the bot has the right shows only
        on use."""
        return self._channel is not None

    async def delete(self, ref: str) -> Moderation:
        """Delete the comment; one that no longer exists counts as deleted. Return NotDone if it is not in the office's
        channel."""
        at = REF.fullmatch(ref)
        if at is None or at[3] is None or int(at[1]) != self._channel:
            return NOT_OURS
        outcome = await self._messenger.take_away(Comment(int(at[1]), int(at[3]), int(at[2])))
        return _moderated(outcome)

    async def restore(self, ref: str) -> Moderation:
        """Return NotDone: MAX restores nothing."""
        return NEVER_BACK

    async def ban(self, author_ref: str, reason: str = "") -> Moderation:
        """Remove the author from the channel and keep them out; in private they can still write to the bot."""
        if self._channel is None or NUMBER.fullmatch(author_ref) is None:
            return NOT_OURS
        return _moderated(await self._messenger.shut_out(self._channel, int(author_ref)))

    async def unban(self, author_ref: str) -> Moderation:
        """Return NotDone: MAX has no method to let a person in again."""
        return NO_UNBAN

    # --- the rest ----------------------------------------------------------------------------------------------------

    async def fetch_link(self, link: str) -> Found | LinkProblem:
        """Return NOT_A_LINK for any link: a bot cannot read messages by their links."""
        return LinkProblem(LinkTrouble.NOT_A_LINK)

    async def check(self) -> list[Finding]:
        """Return no findings: `check` asks the messenger's side instead."""
        return []

    async def _go(self, chat: int, send: Callable[[], Awaitable[Sending]]) -> Sending:
        """Send once, after a short wait for the rate limits; return Later if the wait would be longer than SHORT_WAIT."""
        in_group = is_group(chat)
        wait = self._pace.wait_for(chat, in_group, self._clock.monotonic())
        if wait > SHORT_WAIT:
            return Later(wait, "limits")
        if wait > 0:
            await self._clock.sleep(wait)
        self._pace.spent(chat, in_group, self._clock.monotonic())
        outcome = await send()
        if isinstance(outcome, Later) and outcome.limited:
            self._pace.obey(chat, in_group, outcome.seconds, self._clock.monotonic())
        return outcome


def as_sent(files: tuple[port.OutFile, ...]) -> tuple[OutFile, ...] | None:
    """Convert the files for the messenger; None if one of them is held in memory and not on the disk."""
    found = []
    for file in files:
        if isinstance(file.content, bytes):
            return None
        kind = file.mime.partition("/")[0]
        found.append(OutFile({"image": "photo", "video": "video"}.get(kind, "document"), file.name, file.content))
    return tuple(found)


def _ended(outcome: Sending, *, with_files: bool = False, in_private: bool = False) -> Outcome:
    """Translate the failed outcome of a sending into the outcome of posting an answer or a post. `in_private`: a refusal
    means that the person has stopped the bot."""
    match outcome:
        case Later(seconds, detail):
            return TryLater(seconds, detail or "later")
        case Unknown(detail):
            return Ambiguous(detail)
        case Unreachable(detail):
            return NotPosted(PostFailure.MESSAGES_FORBIDDEN if in_private else PostFailure.NO_RIGHT, detail)
        case Gone():
            return NotPosted(PostFailure.HIDDEN, "the message is gone")
        case Moved():
            return NotPosted(PostFailure.REJECTED, "moved")
        case Rejected(detail):
            return NotPosted(PostFailure.FILE_REFUSED if with_files else PostFailure.REJECTED, detail)
        case Sent():
            raise AssertionError("a sending that succeeded is no ending")


def _moderated(outcome: Sending) -> Moderation:
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
            return NotDone(PostFailure.NO_RIGHT, "moved")
