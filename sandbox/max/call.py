"""One call of a bot in progress: which bot calls, with what parameters, and the checks that begin nearly every method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.max.account import BotAccount
from sandbox.max.groups import Groups
from sandbox.max.model import Chat, Message, User
from sandbox.max.refusals import Refusal, bad_payload, chat_denied, denied, not_found
from sandbox.max.wire import Json, Wire

INT64 = 1 << 63
DONE: Json = {"success": True}


@dataclass
class ApiCall:
    """One call of a bot. `path`: the numbers and names in the address; `method`: the operation's name in the schema."""

    memory: Groups
    account: BotAccount
    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any

    @property
    def bot(self) -> User:
        """The calling bot."""
        return self.account.user

    @property
    def wire(self) -> Wire:
        """What writes the answer's JSON for this bot."""
        return self.memory.wire(self.account)

    @property
    def object(self) -> Json:
        """Return the request's JSON body; Refusal unless it is an object."""
        if not isinstance(self.body, dict):
            raise bad_payload("Body is not an object")
        return self.body

    def number(self, name: str, default: int | None = None, least: int = -INT64, most: int = INT64 - 1) -> int | None:
        """Return a whole number of the query, `default` if it is not given; Refusal if it is not between `least` and
        `most`.
        """
        given = self.query.get(name)
        if given is None or given == "":
            return default
        try:
            value = int(given)
        except ValueError:
            raise bad_payload(f"{name}: number expected") from None
        if not least <= value <= most:
            raise bad_payload(f"{name}: must be between {least} and {most}")
        return value

    def listed(self, name: str) -> list[str] | None:
        """Return the parts of a comma-separated parameter of the query; None if it is not given."""
        given = self.query.get(name)
        return None if given is None else [part for part in given.split(",") if part]

    def flag(self, name: str) -> bool:
        """Return a true or false of the query; false if it is not given."""
        given = self.query.get(name, "false")
        if given not in ("true", "false"):
            raise bad_payload(f"{name}: true or false expected")
        return given == "true"

    def chat(self) -> Chat:
        """Return the chat that the address names; Refusal if the bot has never been in it."""
        try:
            number = int(self.path["chat"])
        except ValueError:
            raise bad_payload("chatId: number expected") from None
        return self.known(number)

    def known(self, number: int) -> Chat:
        """Return the chat with this number; Refusal if the bot has never been in it."""
        chat = self.memory.chats.get(number)
        if chat is None or (chat.bot is not self.bot and chat.member(self.bot) is None):
            raise Refusal(404, "chat.not.found", f"Chat {number} not found")
        return chat

    def must_be_in(self, chat: Chat) -> None:
        """Raise Refusal if the bot is not in the chat now."""
        if chat.bot is not self.bot and not chat.has(self.bot):
            raise chat_denied("Bot is not a member of the chat")

    def must_have(self, chat: Chat, *rights: str) -> None:
        """Raise Refusal unless the bot is an administrator with all these rights; a dialog needs none."""
        self.must_be_in(chat)
        if chat.bot is self.bot:
            return
        if not chat.is_admin(self.bot):
            raise denied("Bot is not an administrator of the chat")
        for right in rights:
            if not chat.may(self.bot, right):
                raise denied(f"Permission {right} is required")

    def sees(self, message: Message) -> bool:
        """Whether the API shows the message to the bot."""
        chat = message.chat
        if message.service:
            return False
        return chat.bot is self.bot or (chat.has(self.bot) and chat.may(self.bot, "read_all_messages"))

    def message(self, mid: str) -> Message:
        """Return the message with this id in a chat of the bot; Refusal if there is none."""
        found = self.memory.find(mid)
        if found is None or found.service or found.post is not None:
            raise not_found(f"Message {mid} not found")
        if found.chat.bot is not self.bot and not found.chat.has(self.bot):
            raise not_found(f"Message {mid} not found")
        return found

    def required(self, name: str) -> str:
        """Return a parameter of the query; Refusal if it is missing."""
        value = self.query.get(name, "")
        if not value.strip():
            raise bad_payload(f"{name}: must not be empty")
        return value

    def show(self, message: Message) -> Json:
        """Return the message as JSON, as the bot sees it."""
        return self.memory.shown(self.account, message)
