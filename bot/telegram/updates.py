"""Queries to Telegram: the bot's identity, incoming updates, the bot's rights in a chat, files.

Every query returns a value; no exception of the library escapes. Updates are returned raw, one JSON object each, so
that one the library cannot parse blocks nothing (FACTS §1).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.leaving import NotAnswered
from bot.messenger import Fetched, Later, Membership, NotFetched, Sending
from bot.messenger_side import Conflict, Identity, Menu, NotNow, Polled, Right, Rights, Unauthorised
from bot.telegram.library import Bot, types
from bot.telegram.outcomes import outcome_of
from bot.telegram.reading import read_text
from bot.telegram.wire import RawAnswer, Session
from config import washing
from handlers.incoming import Incoming
from networks.hooks import NotAnEventError, WrongSecretError
from networks.port import RawEvent

FILE_LIMIT = 20 * 1024 * 1024
"""The size in bytes of the largest file that the Bot API hands out."""

LARGEST_UPDATE = 2**31 - 1
"""The largest number of an update, which has 32 bits. A position beyond it would acknowledge all future updates."""
WANTED = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "my_chat_member",
    "chat_member",
)
"""The kinds of update requested from Telegram; it sends no others."""
HOOK_HEADER = "X-Telegram-Bot-Api-Secret-Token"
POLL_SLACK = 10.0
STRANGE_SECONDS = 3.0
LIMITED_SECONDS = 3.0
NOT_FOUND = "ответ 404: по этому адресу нет такого бота, проверьте TELEGRAM_API_URL и BOT_TOKEN"
"""For the operator. Telegram answers 404 to a token of a wrong form; a Bot API server of ours to anything while it
starts or is moved."""
IN_CHAT = frozenset({"member", "restricted", "administrator", "creator"})
WATCHED_RIGHTS = {
    "can_delete_messages": Right.DELETE,
    "can_restrict_members": Right.BAN,
    "can_post_messages": Right.PUBLISH,
    "can_pin_messages": Right.PIN,
}
ADMINS = frozenset({"administrator", "creator"})


class Reception:
    """The part of the bot that asks Telegram; `Telegram` adds the sending part."""

    def __init__(self, token: str, session: Session, hook_secret: str | None = None) -> None:
        self._token = token
        self._hook_secret = hook_secret or ""
        self._session = session
        self._bot = Bot(token, session=session)

    async def identity(self) -> Identity | Unauthorised | NotNow:
        """Ask Telegram which bot the token belongs to."""
        answer = await self._ask("getMe", {})
        if not isinstance(answer, dict):
            return _no_answer(answer)
        return Identity(
            int(answer["id"]),
            str(answer.get("username", "")),
            str(answer.get("first_name", "")),
        )

    async def poll(self, position: int | None, wait: int) -> Polled | Conflict | Unauthorised | NotNow:
        """Poll for updates (see MessengerSide). The key of an update is its number, or the hash of its content if it
        has none."""
        offset = position or 0
        values = {"offset": offset, "timeout": wait, "allowed_updates": list(WANTED)}
        try:
            answer = await self._session.raw(self._token, "getUpdates", values, wait + POLL_SLACK)
        except NotAnswered as error:
            return NotNow(LIMITED_SECONDS, str(error))
        if answer.status == 409:
            return Conflict(pushed="webhook" in str((answer.body or {}).get("description", "")))
        result = _result(answer)
        if isinstance(result, Unauthorised | NotNow):
            return result
        found = result if isinstance(result, list) else [one for one in (result,) if one is not None]
        return _polled(offset, found)

    async def start_pushing(self, url: str) -> Unauthorised | NotNow | None:
        """Have updates pushed to our `url` (see MessengerSide); return None if Telegram agreed. It pushes the messages
        of one chat one after another, and button presses beside them."""
        values = {"url": url, "secret_token": self._hook_secret, "allowed_updates": list(WANTED)}
        answer = await self._ask("setWebhook", values)
        return None if answer is True else _no_answer(answer)

    def pushed(self, headers: Mapping[str, str], body: bytes) -> RawEvent | None:
        """Parse one pushed request into the item `poll` would return. Raises WrongSecretError if the secret does not
        match or none is set, NotAnEventError for an empty body. Never None: a body that is no JSON is returned too, so
        that Telegram does not repeat it for a day."""
        given = headers.get(HOOK_HEADER, "").encode("utf-8", "surrogateescape")
        if not self._hook_secret or not hmac.compare_digest(given, self._hook_secret.encode()):
            raise WrongSecretError
        if not body:
            raise NotAnEventError
        try:
            update = washing.loads(body)
        except ValueError:
            update = washing.text(body.decode("utf-8", "replace"))
        written = _written(update)
        return RawEvent(str(update["update_id"]) if _has_number(update) else washing.key_of(written), written)

    async def stop_pushing(self) -> bool:
        """Remove the webhook, so that updates come by `poll` again; return whether Telegram confirmed it."""
        return await self._ask("deleteWebhook", {"drop_pending_updates": False}) is True

    def read(self, raw: str) -> Incoming:
        """Parse the raw text of one update. Raises UnreadableError if it cannot be parsed."""
        return read_text(raw)

    async def set_menus(self, menus: Sequence[Menu]) -> tuple[str, ...]:
        """Set the menus of commands; return a text with its scope for each that failed, for the log."""
        failed = []
        for menu in menus:
            commands = [types.BotCommand(command=name, description=words) for name, words in menu.commands]
            try:
                await self._bot.set_my_commands(commands, scope=_scope(menu))
            except Exception as error:  # an exception of the library becomes a returned text here
                failed.append(f"{menu.scope} {menu.chat}: {_said(outcome_of(error, None))}")
        return tuple(failed)

    async def rights(self, place: int | str) -> Rights | Unauthorised | NotNow:
        """Ask what the bot may do in a chat, given by its number, or in a channel, given by its name."""
        chat = f"@{place}" if isinstance(place, str) else place
        about = await self._ask("getChat", {"chat_id": chat}, missing=True)
        if about is None:
            return Rights(here=False)
        if not isinstance(about, dict):
            return _no_answer(about)
        me = int(self._token.partition(":")[0])
        member = await self._ask("getChatMember", {"chat_id": chat, "user_id": me}, missing=True)
        if isinstance(member, Unauthorised | NotNow):
            return member
        status = str((member or {}).get("status", "left"))
        title = str(about.get("title") or about.get("first_name") or "")
        lacks = frozenset(right for name, right in WATCHED_RIGHTS.items() if (member or {}).get(name) is False)
        linked = about.get("linked_chat_id")
        return Rights(
            status in IN_CHAT,
            status in ADMINS,
            title,
            about.get("type") == "channel",
            lacks,
            linked if isinstance(linked, int) else None,
        )

    async def membership(self, chat: int, account: int) -> Membership | None:
        """Whether the account is a member or an administrator of the chat, or outside it; None if that is unknown at
        the moment."""
        member = await self._ask("getChatMember", {"chat_id": chat, "user_id": account}, missing=True)
        if isinstance(member, Unauthorised | NotNow):
            return None
        status = str((member or {}).get("status", "left"))
        if status in ADMINS:
            return Membership.ADMIN
        still_in = status in IN_CHAT and (status != "restricted" or bool((member or {}).get("is_member")))
        return Membership.MEMBER if still_in else Membership.OUTSIDE

    async def fetch(self, remote: str) -> Fetched | NotFetched:
        """Fetch a file's bytes by its `file_id`. Telegram hands out files up to 20 MB."""
        try:
            answer = await self._session.raw(self._token, "getFile", {"file_id": remote}, self._session.limits.call)
        except NotAnswered as error:
            return NotFetched(str(error))
        if answer.status == 400:
            too_big = "too big" in str((answer.body or {}).get("description", ""))
            return NotFetched("too big" if too_big else "refused", too_big=too_big, for_good=True)
        about = _result(answer)
        if not isinstance(about, dict) or "file_path" not in about:
            return NotFetched("no answer that can be used")
        size = about.get("file_size")
        if isinstance(size, int) and size > FILE_LIMIT:
            return NotFetched("too big", too_big=True, for_good=True)
        try:
            data = await self._session.download(
                self._session.api.file_url(self._token, str(about["file_path"])), FILE_LIMIT
            )
        except NotAnswered as error:
            return NotFetched(str(error))
        return Fetched(data) if data is not None else NotFetched("too big", too_big=True, for_good=True)

    async def close(self) -> None:
        """Close the connections; requests under way are abandoned."""
        await self._session.close()

    async def _ask(self, method: str, values: dict[str, Any], missing: bool = False) -> Any:
        """Make a request; return its result, or the reason why there is none (Unauthorised, NotNow). `missing`: return
        None if what was asked for does not exist."""
        try:
            answer = await self._session.raw(self._token, method, values, self._session.limits.call)
        except NotAnswered as error:
            return NotNow(LIMITED_SECONDS, str(error))
        if missing and answer.status in (400, 403):
            return None
        return _result(answer)


def _polled(offset: int, found: Sequence[Any]) -> Polled:
    numbered = [one for one in found if _has_number(one)]
    strange = [_written(one) for one in found if not _has_number(one)]
    items = [(str(one["update_id"]), _written(one)) for one in numbered]
    items += [(washing.key_of(written), written) for written in strange]
    if numbered:
        # Not the larger of both: Telegram may restart its numbering at any number.
        offset = max(one["update_id"] for one in numbered) + 1
    elif strange and offset:
        # An update without a number cannot be acknowledged. It came first, so nothing else precedes its number.
        offset += 1
    pause = STRANGE_SECONDS if strange and not numbered else 0.0
    return Polled(tuple(items), offset or None, pause)


def _written(update: Any) -> str:
    return json.dumps(update, ensure_ascii=False)


def _has_number(update: Any) -> bool:
    number = update.get("update_id") if isinstance(update, dict) else None
    return isinstance(number, int) and not isinstance(number, bool) and 0 < number <= LARGEST_UPDATE


def _no_answer(answer: object) -> Unauthorised | NotNow:
    return answer if isinstance(answer, Unauthorised | NotNow) else NotNow(LIMITED_SECONDS, "not what was asked")


def _result(answer: RawAnswer) -> Any:
    body = answer.body
    if body is None:
        return NotNow(LIMITED_SECONDS, f"status {answer.status}, no JSON")
    if body.get("ok") is True:
        return body.get("result")
    if answer.status == 401:
        return Unauthorised()
    if answer.status == 404:
        return NotNow(LIMITED_SECONDS, NOT_FOUND)
    after = (body.get("parameters") or {}).get("retry_after")
    return NotNow(float(after or LIMITED_SECONDS), f"status {answer.status}")


def _scope(menu: Menu) -> types.BotCommandScopeUnion:
    match menu.scope:
        case "default":
            return types.BotCommandScopeDefault()
        case "private":
            return types.BotCommandScopeAllPrivateChats()
        case "groups":
            return types.BotCommandScopeAllGroupChats()
        case "chat":
            return types.BotCommandScopeChat(chat_id=menu.chat)
        case "member":
            return types.BotCommandScopeChatMember(chat_id=menu.chat, user_id=menu.account)


def _said(outcome: Sending) -> str:
    return getattr(outcome, "detail", "") or ("later" if isinstance(outcome, Later) else type(outcome).__name__)
