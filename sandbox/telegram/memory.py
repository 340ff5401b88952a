"""The state of the simulated Telegram: its people, chats and messages, and which bots get updates of a new message.

It knows nothing of HTTP or rights; people's actions (`world.py`) and bots' methods (`methods_*.py`) both build on it.
Delivery to bots follows Telegram's documentation of privacy mode: an administrator gets everything; other bots get
commands for them, replies to them, messages that mention them, and service messages. A bot never gets its own messages
or those of another bot.
"""

from typing import Any

from sandbox.clock import SandboxClock
from sandbox.messenger.faults import Faults
from sandbox.messenger.news import News
from sandbox.telegram import wire
from sandbox.telegram.account import BotAccount
from sandbox.telegram.model import (
    Chat,
    Media,
    MediaKind,
    Member,
    Message,
    Press,
    StoredFile,
    User,
    WorldEvent,
    cut,
)

FIRST_PERSON_ID = 5_100_000_001
FIRST_BASIC_GROUP_ID = -4_200_000_001
FIRST_SUPERGROUP_ID = -1_002_000_000_001
FIRST_PRESS_ID = 4_000_000_000_000_000_001
EXTENSIONS = {"photo": "jpg", "video": "mp4", "voice": "oga", "sticker": "webp", "audio": "mp3"}
MIMES = {"photo": "image/jpeg", "video": "video/mp4", "voice": "audio/ogg", "audio": "audio/mpeg"}

POSTS = {"message": "channel_post", "edited_message": "edited_channel_post"}
#: Service messages that a bot gets although it caused them itself.
OWN_SERVICE_SHOWN = ("left_chat_member", "pinned_message")


class Memory(News[WorldEvent]):
    """The whole state of Telegram. `calls`, `faults` and `limits_on` are for the tests and the benchmarks."""

    event_type = WorldEvent

    def __init__(self, clock: SandboxClock) -> None:
        super().__init__(clock, Faults("sendMessage", {"forget_message": "edit*", "conflict": "getUpdates"}))
        self.accounts: dict[int, BotAccount] = {}
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.privates: dict[tuple[int, int], Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.presses: dict[str, Press] = {}
        self.limits_on = False
        self._talk: dict[Chat, dict[int, Message]] = {}

    def account(self, bot: User) -> BotAccount:
        """Return the bot's account; LookupError for a user who is no bot of this world."""
        try:
            return self.accounts[bot.id]
        except KeyError:
            raise LookupError(f"{bot.full_name} is no bot here") from None

    def knows(self, account: BotAccount, user_id: int) -> bool:
        """Whether the bot has met the account: directly, or as a member of a group it is in."""
        if user_id in account.known:
            return True
        groups = (chat for chat in self.chats.values() if chat.has(account.user))
        return any(user_id in chat.members for chat in groups)

    def by_token(self, token: str) -> BotAccount | None:
        """Return the account with this token; None if there is none."""
        return next((a for a in self.accounts.values() if a.token == token), None)

    def next_message_id(self, chat: Chat) -> int:
        """Return the id for the chat's next message: a supergroup or a channel counts its own; private chats and basic
        groups share one counter, as in Telegram.
        """
        if chat.type in ("supergroup", "channel"):
            chat.last_id += 1
            return chat.last_id
        return self.next_number("box", first=101)

    def post(self, message: Message) -> Message:
        """Add a new message to its chat, queue it for the bots that get it, report it to subscribers, and return it."""
        self._talk.setdefault(message.chat, {})[message.id] = message
        if message.sender.is_bot and message.chat.is_group:
            message.chat.last_speaking_bot = message.sender.id
        deliver(self, "message", message)
        self.tell("message_new", message=message)
        return message

    def new_message(self, chat: Chat, sender: User, **fields: Any) -> Message:
        """Return a message with the next id and the current time, without posting it. A reply joins the thread of its
        post.
        """
        answered: Message | None = fields.get("reply_to")
        thread = None if answered is None else answered if answered.automatic else answered.thread
        return Message(self.next_message_id(chat), chat, sender, self.clock.now(), thread=thread, **fields)

    def find(self, chat: Chat, message_id: int) -> Message | None:
        """Return the message with this id in the chat; None if there is none or it was deleted."""
        found = self._talk.get(chat, {}).get(message_id)
        return None if found is None or found.deleted else found

    def talk(self, chat: Chat) -> list[Message]:
        """Return the chat's messages that were not deleted, the oldest first."""
        return [message for message in self._talk.get(chat, {}).values() if not message.deleted]

    def remove(self, message: Message) -> None:
        """Delete the message; no bot gets an update, as in Telegram."""
        message.deleted = True
        message.pinned = False
        self.tell("message_deleted", message=message)

    def service(self, chat: Chat, sender: User, **what: Any) -> Message:
        """Post a service message in the chat and return it."""
        return self.post(self.new_message(chat, sender, service=what))

    def pin(self, message: Message, by: User, silent: bool = False) -> None:
        """Pin the message, with a service message."""
        message.pinned = True
        notice = self.new_message(message.chat, by, service={"pinned_message": message}, silent=silent)
        self.post(notice)
        self.tell("message_pinned", message=message)

    def unpin(self, message: Message) -> None:
        """Unpin the message; nobody gets an update, as in Telegram."""
        message.pinned = False

    def pinned(self, chat: Chat) -> Message | None:
        """Return the newest pinned message; None if there is none."""
        return next((m for m in reversed(self.talk(chat)) if m.pinned), None)

    def keep_file(self, kind: MediaKind, data: bytes, name: str | None = None, mime: str | None = None) -> StoredFile:
        """Store the bytes for getFile and return the file."""
        number = self.next_number("file")
        extension = EXTENSIONS.get(kind) or (name or "").rpartition(".")[2] or "bin"
        stored = StoredFile(
            file_id=f"AgACAgIAAxkBAAI{kind}{number:06d}",
            unique_id=f"AQAD{kind}{number:06d}",
            kind=kind,
            data=data,
            path=f"{kind}s/file_{number}.{extension}",
            name=name,
            mime=mime or MIMES.get(kind),
        )
        self.files[stored.file_id] = stored
        return stored

    def media(self, kind: MediaKind, data: bytes, name: str | None = None, mime: str | None = None) -> Media:
        """Store the bytes and return them as the content of a message."""
        return Media(kind, file=self.keep_file(kind, data, name, mime))

    def private_of(self, person: User, bot: User) -> Chat | None:
        """Return the private chat of the person and the bot; None if the person never opened it."""
        return self.privates.get((person.id, bot.id))

    def queue(self, account: BotAccount, kind: str, body: wire.Json) -> None:
        """Queue an update for the bot."""
        account.push(kind, body, self.now())


def deliver(memory: Memory, kind: str, message: Message) -> None:
    """Queue an update of `kind` (message, edited_message) for every bot that gets this message; in a channel it becomes
    a channel_post.
    """
    if message.chat.type == "channel":
        kind = POSTS[kind]
    for account in memory.accounts.values():
        if message.chat.is_group and message.chat.has(account.user):
            account.known.add(message.sender.id)
        if hears(account, message):
            memory.queue(account, kind, wire.message(message, memory.users))


def hears(account: BotAccount, message: Message) -> bool:
    """Whether the bot gets an update of the message."""
    chat = message.chat
    if message.service:
        return _hears_service(account, message)
    if message.sender.is_bot:
        return False
    if chat.bot is not None:
        return chat.bot.id == account.user.id
    if not chat.has(account.user):
        return False
    return chat.is_admin(account.user) or account.user.reads_all or _is_meant_for(account.user, message)


def _hears_service(account: BotAccount, message: Message) -> bool:
    own = message.sender.id == account.user.id
    if own and not any(name in message.service for name in OWN_SERVICE_SHOWN):
        return False
    if message.service.get("left_chat_member") is account.user:
        return True
    if message.chat.bot is not None:
        return message.chat.bot.id == account.user.id
    return message.chat.has(account.user)


def _is_meant_for(bot: User, message: Message) -> bool:
    if message.reply_to is not None and message.reply_to.sender.id == bot.id:
        return True
    name = (bot.username or "").lower()
    for entity in message.entities:
        words = cut(message.text, entity).lower()
        if entity.type == "mention" and words == f"@{name}":
            return True
        if entity.type == "text_mention" and entity.user_id == bot.id:
            return True
        if entity.type == "bot_command":
            _, _, addressee = words.partition("@")
            if addressee == name:
                return True
            # A bare command goes to the bot that spoke last; if none has spoken, to every bot.
            if not addressee and message.chat.last_speaking_bot in (None, bot.id):
                return True
    return False


def member_changed(memory: Memory, chat: Chat, by: User, old: Member, new: Member) -> None:
    """Queue my_chat_member for the bot whose membership changed, and chat_member for administrator bots that asked for
    it.
    """
    body = wire.member_updated(chat, by, memory.now(), old, new)
    for account in memory.accounts.values():
        if account.user.id == new.user.id:
            memory.queue(account, "my_chat_member", body)
        elif chat.is_admin(account.user):
            memory.queue(account, "chat_member", body)
        if chat.has(account.user):
            account.known.update((by.id, new.user.id))
