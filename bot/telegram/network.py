"""Telegram as a network of citizens: the messenger sends approved answers as a reply to the comment or to the person.

Citizens' messages arrive with the messenger's own updates (`handlers.citizens`), so nothing is polled. The bot cannot
read a chat, so after an unknown outcome a person must look; the answer is never repeated. The rate limits are shared
with everything else the bot sends (FACTS §14).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Protocol

from bot.clock import Clock
from bot.delivery.limits import Pace
from bot.messenger import (
    Address,
    Gone,
    Later,
    Moved,
    OutFile,
    Rejected,
    Screen,
    Sending,
    Sent,
    Unknown,
    Unreachable,
)
from bot.telegram import channels
from bot.telegram.channels import as_sent
from bot.telegram.manners import TEXT_UNITS, is_group
from bot.telegram.moderating import ADDRESS, DiscussionModerator, Keeper
from networks import port
from networks.port import (
    Ambiguous,
    Answer,
    Finding,
    Found,
    Kind,
    LinkProblem,
    LinkTrouble,
    LookUpImpossible,
    NotPosted,
    Outcome,
    Posted,
    PostFailure,
    PostLimits,
    TryLater,
    WallPost,
)
from networks.silent import Silent

KEY = "telegram"
SHORT_WAIT = 2.0
"""The longest wait for the rate limits, in seconds, that a posting makes itself; a longer one is left to the outbox."""


class Sender(Keeper, Protocol):
    """The part of the messenger that the network uses. `must_reply`: send nothing if the message to reply to no longer
    exists, so that no answer stands apart from its question."""

    async def send(
        self, chat: int, screen: Screen, reply_to: Address | None = None, start: int = 0, *, must_reply: bool = False
    ) -> Sending: ...

    async def send_files(
        self,
        chat: int,
        files: tuple[OutFile, ...],
        reply_to: Address | None = None,
        silent: bool = True,
        *,
        must_reply: bool = False,
    ) -> Sending: ...

    async def publish(self, channel: str, text: str, files: tuple[OutFile, ...]) -> Sending: ...


class TelegramNetwork(DiscussionModerator, Silent):
    """Telegram as a network of citizens, and of channels in which the bot is an administrator and publishes
    (Publishes). `link(chat, message)` returns the address at which a person finds the posted answer; for a private one
    that of the bot. `discussion`: the group whose comments may be moderated."""

    key = KEY

    def __init__(
        self,
        messenger: Sender,
        pace: Pace,
        clock: Clock,
        link: Callable[[int, int], str],
        discussion: int | None = None,
    ) -> None:
        super().__init__(messenger, discussion)
        self._messenger = messenger
        self._pace = pace
        self._clock = clock
        self._link = link
        self._out: dict[str, Address] = {}
        self._channels = channels.ChannelPosts(messenger, pace, clock)

    def limits(self, text: str, kind: Kind, files: tuple[port.OutFile, ...] = ()) -> list[str]:
        """The reasons, in Russian for the curator, why Telegram would refuse this answer; empty if it would not."""
        if not self.as_shown(text):
            return ["Ответ пустой: нужен текст."]
        return [over] if (over := self.too_long(text, kind)) else []

    def too_long(self, text: str, kind: Kind) -> str:
        """A Russian sentence that says by how much the text exceeds Telegram's limit; "" if it fits."""
        size = _units(self.as_shown(text))
        return (
            f"Телеграм берёт до {TEXT_UNITS} знаков, здесь {size}: сократите на {size - TEXT_UNITS}."
            if size > TEXT_UNITS
            else ""
        )

    def as_shown(self, text: str) -> str:
        """The text exactly as it will be sent, for the preview."""
        return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))

    async def post(self, answer: Answer) -> Outcome:
        """Send the answer once: the files, then the text, both as replies. Files sent in an earlier try of this
        process are not sent again."""
        address = ADDRESS.fullmatch(answer.in_reply_to)
        if address is None:
            return NotPosted(PostFailure.REJECTED, "no address of a message")
        if self.limits(answer.text, answer.kind, answer.files):
            return NotPosted(PostFailure.DOES_NOT_FIT, "too long or empty")
        to = Address(int(address[1]), int(address[2]))
        files = as_sent(answer.files)
        if files is None:
            return NotPosted(PostFailure.FILE_REFUSED, "a file is not on the disk")
        if files and f"{answer.attempt_id}:files" not in self._out:
            outcome = await self._go(to, len(files), files=files)
            if not isinstance(outcome, Sent):
                return _ended(outcome, with_files=True)
            self._out[f"{answer.attempt_id}:files"] = outcome.addresses[0]
        outcome = await self._go(to, 1, screen=Screen(escape(self.as_shown(answer.text), quote=False)))
        if not isinstance(outcome, Sent):
            return _ended(outcome, with_files=False)
        self._out.pop(f"{answer.attempt_id}:files", None)
        there = outcome.addresses[0]
        return Posted(f"{there.chat}:{there.message}", self._link(there.chat, there.message))

    async def _go(
        self, to: Address, weight: int, *, screen: Screen | None = None, files: Sequence[OutFile] = ()
    ) -> Sending:
        """Send once, after a short wait for the rate limits; return Later if the wait would be longer than SHORT_WAIT."""
        in_group = is_group(to.chat)
        wait = self._pace.wait_for(to.chat, in_group, self._clock.monotonic(), weight)
        if wait > SHORT_WAIT:
            return Later(wait, "limits")
        if wait > 0:
            await self._clock.sleep(wait)
        self._pace.spent(to.chat, in_group, self._clock.monotonic(), weight)
        outcome = (
            await self._messenger.send(to.chat, screen, to, must_reply=in_group)
            if screen is not None
            else await self._messenger.send_files(to.chat, tuple(files), to, must_reply=in_group)
        )
        if isinstance(outcome, Later) and outcome.limited:
            self._pace.obey(to.chat, in_group, outcome.seconds, self._clock.monotonic())
        return outcome

    async def look_up(self, answer: Answer) -> Posted | LookUpImpossible | None:
        """Return LookUpImpossible: a bot cannot read a chat to see whether the answer was sent."""
        return LookUpImpossible("a bot cannot read a chat")

    @property
    def may_publish(self) -> bool:
        """Always True: whether the bot is an administrator of a channel shows only when it posts there."""
        return True

    @property
    def post_limits(self) -> PostLimits:
        """The limits of a post in a channel, for the preview."""
        return channels.LIMITS

    def post_problems(self, text: str, files: tuple[port.OutFile, ...]) -> list[str]:
        """The reasons, in Russian for the editor, why Telegram would refuse this post; empty if it would not."""
        return channels.problems(text, files)

    async def publish(self, post: WallPost) -> Outcome:
        """Publish the post in its channel once; the outcome says why not if that failed."""
        return await self._channels.publish(post)

    async def look_up_post(self, post: WallPost) -> Posted | LookUpImpossible | None:
        """Return LookUpImpossible: a bot cannot read a channel to see whether the post was published."""
        return await self._channels.look_up_post(post)

    async def fetch_link(self, link: str) -> Found | LinkProblem:
        """Return NOT_A_LINK for any link: a bot cannot read messages by their links."""
        return LinkProblem(LinkTrouble.NOT_A_LINK)

    async def check(self) -> list[Finding]:
        """Return no findings: `check` asks the messenger's side instead."""
        return []


def _ended(outcome: Sending, *, with_files: bool) -> Outcome:
    """Translate the failed outcome of a sending into the outcome of posting the answer."""
    match outcome:
        case Later(seconds, detail):
            return TryLater(seconds, detail or "later")
        case Unknown(detail):
            return Ambiguous(detail)
        case Unreachable(detail):
            return NotPosted(PostFailure.MESSAGES_FORBIDDEN, detail)
        case Gone():
            return NotPosted(PostFailure.HIDDEN, "the message is gone")
        case Moved():
            return NotPosted(PostFailure.NO_RIGHT, "the group has another number now")
        case Rejected(detail) if "replied" in detail or "reply message" in detail:
            return NotPosted(PostFailure.HIDDEN, detail)
        case Rejected(detail):
            return NotPosted(PostFailure.FILE_REFUSED if with_files else PostFailure.REJECTED, detail)
        case Sent():
            raise AssertionError("a sending that succeeded is no ending")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
