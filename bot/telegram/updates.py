"""Queries to Telegram: the bot's identity, incoming updates, the bot's rights in a chat, files.

Every query returns a value; no library exception escapes. Updates are returned raw, one JSON object each, so that one
the library cannot parse blocks nothing (FACTS §1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatMember,
    BotCommandScopeDefault,
    BotCommandScopeUnion,
)

from bot.messenger import Fetched, Later, Membership, NotFetched, Sending
from bot.telegram.outcomes import outcome_of
from bot.telegram.wire import NotAnswered, RawAnswer, Session

FILE_LIMIT = 20 * 1024 * 1024
"""Bytes of the largest file the Bot API hands out."""

LARGEST_UPDATE = 2**31 - 1
"""Telegram's update numbers have 32 bits. A larger number would acknowledge all future updates."""
POLL_SLACK = 10.0
LIMITED_SECONDS = 3.0
IN_CHAT = frozenset({"member", "restricted", "administrator", "creator"})
WATCHED_RIGHTS = ("can_delete_messages", "can_restrict_members", "can_post_messages")
ADMINS = frozenset({"administrator", "creator"})


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot itself."""

    id: int
    username: str
    name: str


@dataclass(frozen=True, slots=True)
class Polled:
    """Updates as they came, oldest first; each has an `update_id` that is one. `strange`: what came besides."""

    updates: tuple[dict[str, Any], ...]
    strange: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another copy with the same token is asking for updates, or a webhook is set (`webhook`)."""

    webhook: bool = False


@dataclass(frozen=True, slots=True)
class Unauthorised:
    """Telegram does not know the token."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """No answer, or none that can be used; ask again after `seconds`. `detail` is fit for a log."""

    seconds: float
    detail: str


@dataclass(frozen=True, slots=True)
class Rights:
    """What the bot is in a chat. `here` False: it is not in it, or there is no such chat. `lacks`: what an
    administrator may be given and the bot was not, by the names of the Bot API; `linked`: the channel's discussion
    group, or the other way."""

    here: bool
    admin: bool = False
    title: str = ""
    type: str = ""
    lacks: frozenset[str] = frozenset()
    linked: int | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """Commands offered behind «/»: (command, what it does). `scope` chat needs `chat`, member needs `chat` and
    `account`."""

    commands: tuple[tuple[str, str], ...]
    scope: Literal["default", "private", "groups", "chat", "member"] = "default"
    chat: int = 0
    account: int = 0


class Reception:
    """The asking side of the bot; `Telegram` is this and the sending side together."""

    def __init__(self, token: str, session: Session) -> None:
        self._token = token
        self._session = session
        self._bot = Bot(token, session=session)

    async def identity(self) -> Identity | Unauthorised | NotNow:
        """Who the token belongs to."""
        answer = await self._ask("getMe", {})
        if not isinstance(answer, dict):
            return _no_answer(answer)
        return Identity(
            int(answer["id"]),
            str(answer.get("username", "")),
            str(answer.get("first_name", "")),
        )

    async def poll(
        self, offset: int, wait: int, allowed_updates: Sequence[str]
    ) -> Polled | Conflict | Unauthorised | NotNow:
        """Waits up to `wait` seconds for updates from `offset` on. Those before `offset` are acknowledged by it."""
        values = {"offset": offset, "timeout": wait, "allowed_updates": list(allowed_updates)}
        try:
            answer = await self._session.raw(self._token, "getUpdates", values, wait + POLL_SLACK)
        except NotAnswered as error:
            return NotNow(LIMITED_SECONDS, str(error))
        if answer.status == 409:
            return Conflict(webhook="webhook" in str((answer.body or {}).get("description", "")))
        result = _result(answer)
        if isinstance(result, Unauthorised | NotNow):
            return result
        found = result if isinstance(result, list) else [one for one in (result,) if one is not None]
        return Polled(tuple(filter(_has_number, found)), tuple(one for one in found if not _has_number(one)))

    async def drop_webhook(self) -> bool:
        """Remove the webhook; pending updates stay. False if Telegram did not confirm."""
        return await self._ask("deleteWebhook", {"drop_pending_updates": False}) is True

    async def set_menus(self, menus: Sequence[Menu]) -> tuple[str, ...]:
        """Set the command menus; return the failures by scope, for the log."""
        failed = []
        for menu in menus:
            commands = [BotCommand(command=name, description=words) for name, words in menu.commands]
            try:
                await self._bot.set_my_commands(commands, scope=_scope(menu))
            except Exception as error:  # every exception of the library is a value here
                failed.append(f"{menu.scope} {menu.chat}: {_said(outcome_of(error, None))}")
        return tuple(failed)

    async def rights(self, chat: int | str) -> Rights | Unauthorised | NotNow:
        """What the bot is in the chat, given by its number or as `@name`; for `check`."""
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
        lacks = frozenset(name for name in WATCHED_RIGHTS if (member or {}).get(name) is False)
        linked = about.get("linked_chat_id")
        kind = str(about.get("type", ""))
        return Rights(
            status in IN_CHAT, status in ADMINS, title, kind, lacks, linked if isinstance(linked, int) else None
        )

    async def membership(self, chat: int, account: int) -> Membership | None:
        """What the person is in the chat; None: not known now."""
        member = await self._ask("getChatMember", {"chat_id": chat, "user_id": account}, missing=True)
        if isinstance(member, Unauthorised | NotNow):
            return None
        status = str((member or {}).get("status", "left"))
        if status in ADMINS:
            return Membership.ADMIN
        still_in = status in IN_CHAT and (status != "restricted" or bool((member or {}).get("is_member")))
        return Membership.MEMBER if still_in else Membership.OUTSIDE

    async def fetch(self, remote: str) -> Fetched | NotFetched:
        """The bytes of a file by its `file_id`. Telegram hands out files up to 20 MB."""
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
        """Close the connections; calls under way are abandoned."""
        await self._session.close()

    async def _ask(self, method: str, values: dict[str, Any], missing: bool = False) -> Any:
        """The result of a call that changes nothing: a dict, or why there is none; None for what is not there
        (`missing`)."""
        try:
            answer = await self._session.raw(self._token, method, values, self._session.limits.call)
        except NotAnswered as error:
            return NotNow(LIMITED_SECONDS, str(error))
        if missing and answer.status in (400, 403):
            return None
        return _result(answer)


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
    if answer.status in (401, 404):
        return Unauthorised()
    after = (body.get("parameters") or {}).get("retry_after")
    return NotNow(float(after or LIMITED_SECONDS), f"status {answer.status}")


def _scope(menu: Menu) -> BotCommandScopeUnion:
    match menu.scope:
        case "default":
            return BotCommandScopeDefault()
        case "private":
            return BotCommandScopeAllPrivateChats()
        case "groups":
            return BotCommandScopeAllGroupChats()
        case "chat":
            return BotCommandScopeChat(chat_id=menu.chat)
        case "member":
            return BotCommandScopeChatMember(chat_id=menu.chat, user_id=menu.account)


def _said(outcome: Sending) -> str:
    return getattr(outcome, "detail", "") or ("later" if isinstance(outcome, Later) else type(outcome).__name__)
