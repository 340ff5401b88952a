"""MAX as a messenger: sends texts in parts, buttons, pictures in one message, edits; each call returns an outcome of
the port.

One call is one attempt: `bot.delivery` waits and repeats, and after an unknown outcome it first asks `look_up`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

from bot.clock import Clock
from bot.delivery.limits import Pace
from bot.delivery.parts import albums, shown, split
from bot.leaving import NotAnswered
from bot.max.bodies import Body, keyboard, new_body, plain
from bot.max.commenting import LOOKED_AT, Commenting, bare, mine_among, not_seen, those_seen
from bot.max.manners import ALBUMS, LINKS, MANNERS, SIZE, as_written
from bot.max.mids import parts_of
from bot.max.network import KEY, MaxNetwork
from bot.max.outcomes import is_refusal, refused_as, sent_as, unanswered_as
from bot.max.reading_back import ReadingBack
from bot.max.uploading import TYPES, Uploads
from bot.max.wire import Limits, Wire
from bot.max.words import spoken
from bot.messenger import (
    Address,
    Gone,
    Later,
    Manners,
    NotFetched,
    NotSeen,
    OutFile,
    Rejected,
    Screen,
    Sending,
    Sent,
    Unknown,
    Unreachable,
)
from bot.messenger_side import NotNow, Rights, Unauthorised

TOAST_LETTERS = 200
"""The longest toast, in characters: Telegram's limit, because MAX does not state its own."""
DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Channel:
    """The office's channel as the municipality's file names it: its number, None if it names none, and the name in its
    public address, in lower case."""

    id: int | None = None
    name: str = ""


NO_CHANNEL = Channel()


class Max(Commenting, ReadingBack):
    """The office's bot in MAX (implements `bot.messenger_side.MessengerSide`): sending here, queries in `Reception`.
    `blockquote`: whether clients show that tag."""

    key = KEY
    trusted_for = None
    """A stored position never expires: without one MAX returns the last event only, so an old one is better than none.
    """

    def __init__(
        self,
        token: str,
        api_url: str | None = None,
        ca_file: Path | None = None,
        limits: Limits = DEFAULT_LIMITS,
        hook_secret: str | None = None,
        *,
        blockquote: bool = False,
        channel: Channel = NO_CHANNEL,
        proxy: str | None = None,
    ) -> None:
        super().__init__(Wire(token, api_url, ca_file, limits, proxy), hook_secret)
        self.spoken = spoken()
        self._blockquote = blockquote
        self._channel = channel
        self._uploads = Uploads(self._wire)

    @property
    def connection(self) -> str:
        """The name of this bot at MAX, `max:<bot id>`. Raises RuntimeError before `identity` has returned the bot's
        id."""
        if not self.me:
            raise RuntimeError("identity() has not told the bot's number yet")
        return f"{KEY}:{self.me}"

    @property
    def manners(self) -> Manners:
        """What is particular to MAX: its limits, and how its ids and links look."""
        return MANNERS

    def chat_of(self, account: int) -> int:
        """The id of the account's private chat on our side: the account itself. MAX's own id of that chat stays inside
        this package."""
        return account

    def channel_name(self, address: str) -> str | None:
        """The office's channel name if the address is that channel's; otherwise None. MAX finds no channel by its
        name, so only the one whose number the file names is known."""
        return self._channel.name if self._channel.name and address == LINKS.to_channel(self._channel.name) else None

    async def rights(self, place: int | str) -> Rights | Unauthorised | NotNow:
        """What the bot may do in the chat with this number, or in the office's channel if a name is given."""
        if isinstance(place, str):
            if self._channel.id is None:
                return Rights(here=False)
            place = self._channel.id
        return await super().rights(place)

    def network(self, pace: Pace, clock: Clock, link: Callable[[int, int], str], discussion: int | None) -> MaxNetwork:
        """MAX as the network of citizens who write to the bot; `discussion`: the number of the channel whose comments
        it handles."""
        return MaxNetwork(self, pace, clock, link, discussion, self._channel.name)

    # --- sending -----------------------------------------------------------------------------------------------------

    async def send(self, chat: int, screen: Screen, reply_to: Address | None = None, start: int = 0) -> Sending:
        """Send the text from part `start` on, in as many messages as needed; the buttons under the last, the reply at
        the first. MAX cannot open a reply in the person's app: they answer with a reply of their own, or in private
        with any message."""
        parts, sent = split(screen.text, SIZE), list[Address]()
        for number in range(start, len(parts)):
            buttons = keyboard(screen.buttons) if number == len(parts) - 1 else []
            answers = self._answers(chat, reply_to if number == 0 else None)
            body = new_body(self._written(parts[number]), buttons, answers, silent=screen.silent)
            outcome = await self._post(chat, body)
            if not isinstance(outcome, Sent):
                return _broken_off(outcome, sent)
            sent += outcome.addresses
        return Sent(tuple(sent))

    async def send_files(
        self, chat: int, files: tuple[OutFile, ...], reply_to: Address | None = None, silent: bool = True
    ) -> Sending:
        """Send pictures and videos in messages of up to twelve, every other file alone. All files are uploaded before
        the first message, so that one that is not ready delays all of them and none is sent twice."""
        missing = [file for file in files if file.data is None and not file.remote and not file.path.is_file()]
        if missing:
            return Rejected(f"{len(missing)} files are not on the disk")
        groups = albums(files, ALBUMS)
        attached: list[list[Body]] = []
        for group in groups:
            made = await self._attachments(group)
            if not isinstance(made, list):
                return made
            attached.append(made)
        sent: list[Address] = []
        for attachments in attached:
            body = new_body(None, attachments, self._answers(chat, reply_to), silent=silent)
            outcome = await self._post(chat, body)
            if not isinstance(outcome, Sent):
                return _broken_off(outcome, sent)
            sent += outcome.addresses
        return Sent(tuple(sent))

    async def _attachments(self, group: tuple[OutFile, ...]) -> list[Body] | Sending:
        made: list[Body] = []
        for file in group:
            one = await (self._passed_on(file) if file.remote else self._uploads.attachment(file, self._next_silence()))
            if not isinstance(one, dict):
                return one
            made.append(one)
        return made

    async def _passed_on(self, file: OutFile) -> Body | Sending:
        """The attachment for a file that MAX holds already, by its token; otherwise the outcome that says why it
        cannot be sent."""
        found = await self._attached(file.remote)
        if isinstance(found, NotFetched):
            return Rejected(found.detail) if found.for_good else Later(1.0, found.detail)
        kind, payload = str(found.get("type")), found.get("payload") or {}
        if kind == "sticker":
            return {"type": kind, "payload": {"code": str(payload.get("code"))}}
        return {"type": kind, "payload": {"token": str(payload.get("token"))}}

    async def publish(self, channel: int, text: str, files: tuple[OutFile, ...]) -> Sending:
        """Publish one post in the channel, the text and its pictures in one message. Links get a preview, as in a post
        written by hand."""
        made = await self._attachments(files)
        if not isinstance(made, list):
            return made
        return await self._post(channel, new_body(text or None, made), preview=True)

    async def edit(self, address: Address, screen: Screen) -> Sending:
        """Replace the message's content with the screen. Return Gone if the text needs several messages."""
        if len(split(screen.text, SIZE)) > 1:
            return Gone()
        body = new_body(self._written(screen.text), keyboard(screen.buttons), silent=True)
        mid = self._mid(address.chat, address.message)
        return await self._change("PUT", "/messages", {"message_id": mid}, body, address)

    async def pin(self, address: Address) -> Sending:
        """Pin the message without a sound; MAX has one pinned message in a chat. Return Rejected if the bot lacks the
        right to do so."""
        body = {"message_id": self._mid(address.chat, address.message), "notify": False}
        outcome = await self._change("PUT", f"/chats/{address.chat}/pin", None, body, address)
        return Rejected(outcome.detail) if isinstance(outcome, Unreachable) else outcome

    async def answer_press(self, press: str, text: str, alert: bool = False) -> bool:
        """Show the toast; return whether it was shown so that nobody can miss it. MAX has no alerts, so an alert is
        shown as a toast and False is returned: it is then also sent as a message. MAX refuses an empty toast, so that
        is not sent (True)."""
        if not text.strip():
            return True
        words = text if len(text) <= TOAST_LETTERS else text[: TOAST_LETTERS - 1] + "…"
        answer = await self._ask("POST", "/answers", {"callback_id": press}, {"notification": words})
        return isinstance(answer, dict) and not alert

    # --- what may have been sent -------------------------------------------------------------------------------------

    async def look_up(
        self, chat: int, what: Screen | tuple[OutFile, ...], since: datetime
    ) -> tuple[Address, ...] | NotSeen:
        """Find the bot's own messages in the chat, sent since `since`, that look like `what`; the oldest first,
        NotSeen if they cannot be read. In a group MAX shows messages only to an administrator."""
        theirs = self._theirs(chat)
        answer = await self._ask("GET", "/messages", {"chat_id": theirs, "count": LOOKED_AT})
        found = answer.get("messages") if isinstance(answer, dict) else None
        if not isinstance(found, list):
            return not_seen(answer)
        alike = [one for one in mine_among(found, self.me, since) if self._looks_like(one, what)]
        return those_seen(chat, found, alike, since)

    def _looks_like(self, message: Mapping[str, Any], what: Screen | tuple[OutFile, ...]) -> bool:
        body = message.get("body") or {}
        text, attached = str(body.get("text") or ""), body.get("attachments") or ()
        if isinstance(what, Screen):
            return bare(text) == bare(unescape(shown(self._written(what.text))))
        kinds = sorted(TYPES.get(file.kind, "file") for file in what)
        return not text and sorted(str(one.get("type")) for one in attached) == kinds

    # --- inside ------------------------------------------------------------------------------------------------------

    def _written(self, text: str) -> str:
        return as_written(text, blockquote=self._blockquote)

    def _answers(self, chat: int, reply_to: Address | None) -> str | None:
        """MAX's id (mid) of the message to reply to; None for a message of another chat, or for a press of «Начать»,
        which is no message."""
        if reply_to is None or reply_to.chat != chat or reply_to.message <= 0:
            return None
        return self._mid(chat, reply_to.message)

    def _next_silence(self) -> float:
        return float(min(5.0 * 2**self._limited, 60.0))

    async def _post(self, chat: int, body: Body, *, preview: bool = False) -> Sending:
        """Send one message, once; the outcome has its address. If MAX refuses it as a reply (the original may be
        deleted), send it without one; if it refuses the message itself, send it plain."""
        where: dict[str, str | int] = {"chat_id" if chat < 0 else "user_id": chat}
        if not preview:
            where["disable_link_preview"] = "true"
        seconds = self._wire.limits.upload if not body["text"] else None
        try:
            answer = await self._wire.call("POST", "/messages", where, body, seconds)
        except NotAnswered as error:
            return unanswered_as(error, None)
        if is_refusal(answer):
            outcome = self._refused(refused_as(answer, None, self._next_silence()))
            if body.get("link") is not None and isinstance(outcome, Unreachable | Rejected):
                return await self._post(chat, {**body, "link": None}, preview=preview)
            if isinstance(outcome, Rejected) and (less := plain(body)) is not None:
                return await self._post(chat, less, preview=preview)
            return outcome
        self._limited = 0
        return sent_as(self._address(chat, (answer.body or {}).get("message")))

    def _address(self, chat: int, message: Any) -> Address | None:
        try:
            self._learn_of(message)
            return Address(chat, parts_of(message["body"]["mid"])[1])
        except (KeyError, TypeError, ValueError):
            return None

    async def _change(
        self, method: str, path: str, params: dict[str, str | int] | None, body: Body, address: Address
    ) -> Sending:
        """Change one message of ours with this request and return the outcome; repeating it is harmless. New content that
        MAX refuses is sent once more, plain."""
        try:
            answer = await self._wire.call(method, path, params, body)
        except NotAnswered as error:
            return unanswered_as(error, address)
        if is_refusal(answer):
            outcome = self._refused(refused_as(answer, address, self._next_silence()))
            if isinstance(outcome, Rejected) and (less := plain(body)) is not None:
                return await self._change(method, path, params, less, address)
            return outcome
        self._limited = 0
        return Sent((address,))

    def _refused(self, outcome: Sending) -> Sending:
        if isinstance(outcome, Later) and outcome.limited:
            self._silence()
        return outcome


def _broken_off(outcome: Sending, sent: Sequence[Address]) -> Sending:
    """The outcome when a message of several was not sent: Unknown with those already sent, so that they are not sent
    again."""
    if sent and isinstance(outcome, Later | Unknown):
        return Unknown(outcome.detail, tuple(sent))
    return outcome
