"""Telegram as a messenger: sends texts in parts, buttons, albums, edits; each call returns an outcome of the port.

One call is one attempt: `bot.delivery` waits and retries. Only a text that Telegram refuses for good is sent once
more, in its bare form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.delivery.limits import Pace
from bot.delivery.parts import albums, split
from bot.messenger import (
    Address,
    Button,
    Buttons,
    Gone,
    Later,
    Manners,
    OutFile,
    Rejected,
    Screen,
    Sending,
    Sent,
    Unknown,
)
from bot.telegram.bare import bare
from bot.telegram.channels import channel_name
from bot.telegram.library import TelegramMethod, methods, types
from bot.telegram.manners import ALBUMS, MANNERS, SIZE, TEXT_UNITS, is_group, with_mentions
from bot.telegram.network import KEY, TelegramNetwork
from bot.telegram.outcomes import outcome_of
from bot.telegram.updates import Reception
from bot.telegram.wire import Limits, Session
from bot.telegram.words import spoken

log = structlog.get_logger()

WHOLE = replace(SIZE, units=TEXT_UNITS)
TOAST_LETTERS = 200
COPY_LETTERS = 256
HTML = "HTML"
NO_PREVIEW = types.LinkPreviewOptions(is_disabled=True)
DEFAULT_LIMITS = Limits()


class Telegram(Reception):
    """The office's bot in Telegram (implements `bot.messenger_side.MessengerSide`): sending here, queries in
    `Reception`."""

    key = KEY
    trusted_for = timedelta(days=1)
    """How long a stored position is used: Telegram keeps updates for a day, and after a week without one it may number
    them anew."""

    def __init__(
        self,
        token: str,
        api_url: str | None = None,
        proxy: str | None = None,
        limits: Limits = DEFAULT_LIMITS,
        hook_secret: str | None = None,
    ) -> None:
        super().__init__(token, Session(api_url, proxy, limits), hook_secret)
        self.connection = f"{KEY}:{token.partition(':')[0]}"
        self.spoken = spoken(has_proxy=proxy is not None)

    def chat_of(self, account: int) -> int:
        """The id of the account's private chat: the account itself."""
        return account

    def network(
        self, pace: Pace, clock: Clock, link: Callable[[int, int], str], discussion: int | None
    ) -> TelegramNetwork:
        """Telegram as the network of citizens who write to the bot; `discussion`: the group whose comments may be
        moderated."""
        return TelegramNetwork(self, pace, clock, link, discussion)

    def channel_name(self, address: str) -> str | None:
        """The channel's name in its address; None if the address is not one of a Telegram channel."""
        return channel_name(address)

    @property
    def manners(self) -> Manners:
        """What is particular to Telegram: its limits, and how its ids and links look."""
        return MANNERS

    async def send(
        self, chat: int, screen: Screen, reply_to: Address | None = None, start: int = 0, *, must_reply: bool = False
    ) -> Sending:
        """Send the text from part `start` on, in as many messages as needed; the buttons under the last, the reply at
        the first. `must_reply`: send nothing if the message to reply to no longer exists."""
        parts = split(with_mentions(screen).text, WHOLE)
        sent: list[Address] = []
        for number in range(start, len(parts)):
            last = number == len(parts) - 1
            message = methods.SendMessage(
                chat_id=chat,
                text=parts[number],
                parse_mode=HTML,
                link_preview_options=NO_PREVIEW,
                disable_notification=screen.silent or None,
                reply_parameters=_reply(chat, reply_to if number == 0 else None, must_reply),
                reply_markup=_markup(chat, screen) if last else None,
            )
            outcome = await self._try(message)
            if not isinstance(outcome, Sent):
                return _broken_off(outcome, sent)
            sent += outcome.addresses
        return Sent(tuple(sent))

    async def send_files(
        self,
        chat: int,
        files: tuple[OutFile, ...],
        reply_to: Address | None = None,
        silent: bool = True,
        *,
        must_reply: bool = False,
    ) -> Sending:
        """Send pictures and videos in albums of two to ten, documents in separate albums, a single file by itself.
        Files that Telegram refuses as pictures are sent as documents, except those that Telegram holds and only passes
        on."""
        missing = [file for file in files if file.data is None and not file.remote and not file.path.is_file()]
        if missing:
            return Rejected(f"{len(missing)} files are not on the disk")
        sent: list[Address] = []
        for group in albums(files, ALBUMS):
            answered = _reply(chat, reply_to, must_reply)
            outcome = await self._send_group(chat, group, answered, silent)
            if isinstance(outcome, Rejected) and group[0].kind != "document":
                plain = tuple(replace(file, kind="document") for file in group if not file.remote)
                outcome = outcome if not plain else await self._send_group(chat, plain, answered, silent)
            if not isinstance(outcome, Sent):
                return _broken_off(outcome, sent)
            sent += outcome.addresses
        return Sent(tuple(sent))

    async def publish(self, channel: str, text: str, files: tuple[OutFile, ...]) -> Sending:
        """Publish one post in the channel (`@name`) with one request: the text, or up to ten files, the first with the
        text as its caption. Links get a preview, as in a post written by hand."""
        seconds = self._session.limits.upload
        if not files:
            return await self._try(methods.SendMessage(chat_id=channel, text=text, parse_mode=HTML))
        caption = text or None
        if len(files) > 1:
            media: list[types.MediaUnion] = [_media(files[0], caption), *(_media(file) for file in files[1:])]
            return await self._try(methods.SendMediaGroup(chat_id=channel, media=media), seconds=seconds)
        upload = _single(files[0], chat_id=channel, caption=caption, parse_mode=HTML)
        return await self._try(upload, seconds=seconds)

    async def edit(self, address: Address, screen: Screen) -> Sending:
        """Replace the message's content with the screen. Return Gone if the text needs several messages."""
        screen = with_mentions(screen)
        if len(split(screen.text, WHOLE)) > 1:
            return Gone()
        return await self._try(
            methods.EditMessageText(
                text=screen.text,
                chat_id=address.chat,
                message_id=address.message,
                parse_mode=HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=_keyboard(screen.buttons),
            ),
            edited=address,
        )

    async def pin(self, address: Address) -> Sending:
        """Pin the message without a sound; Telegram still writes a line about it into the chat. Return Rejected if the
        bot lacks the right to do so."""
        pinned = methods.PinChatMessage(chat_id=address.chat, message_id=address.message, disable_notification=True)
        return await self._try(pinned, edited=address)

    async def answer_press(self, press: str, text: str, alert: bool = False) -> bool:
        """Show a toast of at most 200 characters; return whether Telegram accepted it (it refuses for a press about 15
        seconds old)."""
        words = text if len(text) <= TOAST_LETTERS else text[: TOAST_LETTERS - 1] + "…"
        outcome = await self._try(
            methods.AnswerCallbackQuery(callback_query_id=press, text=words or None, show_alert=alert or None)
        )
        return isinstance(outcome, Sent)

    async def take_away(self, address: Address) -> Sending:
        """Delete somebody else's message for everybody."""
        return await self._try(methods.DeleteMessage(chat_id=address.chat, message_id=address.message))

    async def shut_out(self, chat: int, account: int) -> Sending:
        """Ban the account from the group; a negative number is a channel that writes under its own name."""
        if account < 0:
            return await self._try(methods.BanChatSenderChat(chat_id=chat, sender_chat_id=account))
        return await self._try(methods.BanChatMember(chat_id=chat, user_id=account, revoke_messages=False))

    async def let_in(self, chat: int, account: int) -> Sending:
        """Lift the account's ban from the group; does nothing if it was not banned."""
        if account < 0:
            return await self._try(methods.UnbanChatSenderChat(chat_id=chat, sender_chat_id=account))
        return await self._try(methods.UnbanChatMember(chat_id=chat, user_id=account, only_if_banned=True))

    async def _send_group(
        self, chat: int, group: tuple[OutFile, ...], answered: types.ReplyParameters | None, silent: bool
    ) -> Sending:
        quietly = silent or None
        upload: TelegramMethod[Any]
        if len(group) > 1:
            upload = methods.SendMediaGroup(
                chat_id=chat,
                media=[_media(file) for file in group],
                disable_notification=quietly,
                reply_parameters=answered,
            )
        else:
            (one,) = group
            upload = _single(one, chat_id=chat, disable_notification=quietly, reply_parameters=answered)
        return await self._try(upload, seconds=self._session.limits.upload)

    async def _try(
        self, method: TelegramMethod[Any], edited: Address | None = None, seconds: int | None = None
    ) -> Sending:
        """Make one request and return the outcome; a text that is refused for good is sent once more in its bare form."""
        outcome = await self._once(method, edited, seconds)
        plain = bare(method, outcome.detail) if isinstance(outcome, Rejected) else None
        if plain is None:
            return outcome
        log.warning("refused, sent once more bare", detail=getattr(outcome, "detail", ""))
        return await self._once(plain, edited, seconds)

    async def _once(self, method: TelegramMethod[Any], edited: Address | None, seconds: int | None) -> Sending:
        try:
            result = await self._bot(method, request_timeout=seconds)
        except Exception as error:  # no exception passes this port; outcomes.py translates it
            return outcome_of(error, edited)
        if edited is not None:
            return Sent((edited,))
        messages = result if isinstance(result, list) else [result]
        return Sent(tuple(Address(m.chat.id, m.message_id) for m in messages if isinstance(m, types.Message)))


def _broken_off(outcome: Sending, sent: list[Address]) -> Sending:
    """The outcome when a message of several was not sent: Unknown with those already sent, so that they are not sent
    again."""
    if sent and isinstance(outcome, Later | Unknown):
        return Unknown(outcome.detail, tuple(sent))
    return outcome


def _reply(chat: int, reply_to: Address | None, must_reply: bool = False) -> types.ReplyParameters | None:
    """The reply to the message, or None if it is in another chat: after a group's migration its old messages cannot be
    replied to."""
    if reply_to is None or reply_to.chat != chat:
        return None
    return types.ReplyParameters(message_id=reply_to.message, allow_sending_without_reply=not must_reply)


def _markup(chat: int, screen: Screen) -> types.InlineKeyboardMarkup | types.ForceReply | None:
    if screen.buttons:
        return _keyboard(screen.buttons)
    # In a group, ask only the people mentioned or replied to.
    return types.ForceReply(selective=True if is_group(chat) else None) if screen.asks else None


def _keyboard(buttons: Buttons) -> types.InlineKeyboardMarkup | None:
    rows = [[_button(button) for button in row if len(button.copy or "") <= COPY_LETTERS] for row in buttons]
    return types.InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row]) if any(rows) else None


def _button(button: Button) -> types.InlineKeyboardButton:
    copy = types.CopyTextButton(text=button.copy) if button.copy is not None else None
    return types.InlineKeyboardButton(
        text=button.text, callback_data=button.data, url=button.url, copy_text=copy, style=button.style
    )


def _single(file: OutFile, **more: Any) -> TelegramMethod[Any]:
    """The request that sends one file, by the method of its kind: a file that Telegram holds can be passed on by no
    other."""
    source = _source(file)
    match file.kind:
        case "photo":
            return methods.SendPhoto(photo=source, **more)
        case "video":
            return methods.SendVideo(video=source, **more)
        case "voice":
            return methods.SendVoice(voice=source, **more)
        case "video_note":
            return methods.SendVideoNote(video_note=source, **more)
        case "audio":
            return methods.SendAudio(audio=source, **more)
        case "gif":
            return methods.SendAnimation(animation=source, **more)
        case "sticker":
            return methods.SendSticker(sticker=source, **more)
        case _:
            return methods.SendDocument(document=source, **more)


def _source(file: OutFile) -> types.InputFile | str:
    if file.remote:
        return file.remote
    if file.data is not None:
        return types.BufferedInputFile(file.data, filename=file.name)
    return types.FSInputFile(file.path, filename=file.name)


def _media(
    file: OutFile, caption: str | None = None
) -> types.InputMediaPhoto | types.InputMediaVideo | types.InputMediaDocument:
    source, mode = _source(file), HTML if caption else None
    match file.kind:
        case "photo":
            return types.InputMediaPhoto(media=source, caption=caption, parse_mode=mode)
        case "video":
            return types.InputMediaVideo(media=source, caption=caption, parse_mode=mode)
        case _:
            return types.InputMediaDocument(media=source, caption=caption, parse_mode=mode)
