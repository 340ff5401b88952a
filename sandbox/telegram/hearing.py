"""Which bot hears what: membership, privacy mode, and the updates that follow.

From Telegram's documentation of privacy mode: an administrator hears everything; the others hear commands meant for
them, replies to them, messages that name them, and service messages. A bot never hears itself or another bot.
"""

from typing import TYPE_CHECKING

from sandbox.telegram import wire
from sandbox.telegram.account import BotAccount
from sandbox.telegram.model import Chat, Member, Message, User, cut

if TYPE_CHECKING:
    from sandbox.telegram.memory import Memory

POSTS = {"message": "channel_post", "edited_message": "edited_channel_post"}
#: Service messages a bot is shown although it made them itself.
OWN_SERVICE_SHOWN = ("left_chat_member", "pinned_message")


def deliver(memory: "Memory", kind: str, message: Message) -> None:
    """Every bot that hears this message has an update of `kind` (message, edited_message) waiting; what stands in a channel
    is a channel_post."""
    if message.chat.type == "channel":
        kind = POSTS[kind]
    for account in memory.accounts.values():
        if message.chat.is_group and message.chat.has(account.user):
            account.known.add(message.sender.id)
        if hears(account, message):
            memory.queue(account, kind, wire.message(message, memory.users))


def hears(account: BotAccount, message: Message) -> bool:
    """True when the bot is told of the message."""
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
            # A bare command goes to the bot that spoke last; where none has spoken, to every bot.
            if not addressee and message.chat.last_speaking_bot in (None, bot.id):
                return True
    return False


def member_changed(memory: "Memory", chat: Chat, by: User, old: Member, new: Member) -> None:
    """my_chat_member for the bot it is about; chat_member for administrator bots that asked for it."""
    body = wire.member_updated(chat, by, memory.now(), old, new)
    for account in memory.accounts.values():
        if account.user.id == new.user.id:
            memory.queue(account, "my_chat_member", body)
        elif chat.is_admin(account.user):
            memory.queue(account, "chat_member", body)
        if chat.has(account.user):
            account.known.update((by.id, new.user.id))
