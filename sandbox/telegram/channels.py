"""What people do in Telegram, part three: channels, their discussion groups, comments under posts.

As in the Bot API, Telegram itself forwards a channel's post to its discussion group (`is_automatic_forward`,
`sender_chat` is the channel, `from` is Telegram's own account); comments are replies in the thread of that forward.
"""

from abc import ABC
from typing import Any

from sandbox.telegram.formatting import settle
from sandbox.telegram.groups import Groups
from sandbox.telegram.memory import Memory
from sandbox.telegram.model import Chat, Member, Message, Origin, User

FIRST_CHANNEL_ID = -1_001_500_000_001


def into_discussion(memory: Memory, post: Message) -> Message:
    """Forward a channel's post to its discussion group and return the forward; without a group, return the post itself."""
    group = post.chat.discussion
    if group is None:
        return post
    origin = Origin("channel", post.date, chat=post.chat, message_id=post.id)
    extra: dict[str, Any] = {
        "entities": list(post.entities),
        "media": post.media,
        "media_group_id": post.media_group_id,
    }
    forward = {"forward": origin, "voice": post.chat, "automatic": True}
    return memory.post(memory.new_message(group, post.sender, text=post.text, **extra, **forward))


class Channels(Groups, ABC):
    """The state of Telegram with what people do to channels."""

    def add_channel(
        self,
        title: str,
        *,
        owner: User,
        username: str | None = None,
        discussion: Chat | None = None,
        id: int | None = None,
    ) -> Chat:
        """Create a channel and return it; its posts also go to the `discussion` group. ValueError if that is not a
        supergroup.
        """
        if discussion is not None and discussion.type != "supergroup":
            raise ValueError("only a supergroup can be a channel's discussion group")
        number = id if id is not None else self.next_number("channel", FIRST_CHANNEL_ID, -1)
        chat = Chat(number, "channel", title=title, username=username)
        chat.members[owner.id] = Member(owner, "creator")
        chat.discussion = discussion
        self.chats[chat.id] = chat
        return chat

    def add_bot_to_channel(self, bot: User, channel: Chat, *, by: User) -> None:
        """Make the bot an administrator of the channel, with the update about it; from now on it gets the posts."""
        if not channel.is_admin(by):
            raise PermissionError(f"{by.full_name} is no administrator of «{channel.title}»")
        self.account(bot)
        self._set_status(channel, bot, "administrator", by)

    def publish(self, owner: User, channel: Chat, text: str) -> Message:
        """Publish a post. Return the message that comments reply to: the forward in the discussion group, or the post
        itself if there is no group.
        """
        if not channel.is_admin(owner):
            raise PermissionError(f"{owner.full_name} does not post in «{channel.title}»")
        words, entities = settle(text)
        post = self.post(self.new_message(channel, owner, text=words, entities=entities, voice=channel))
        return into_discussion(self, post)

    def appoint(self, bot: User, channel: Chat, lacks: frozenset[str] = frozenset()) -> None:
        """Make the bot an administrator of the channel without the rights in `lacks`, with the update about it.
        Channels have no service message for that.
        """
        self._set_status(channel, bot, "administrator", self._owner(channel), lacks=lacks)

    def write_as(self, person: User, channel: Chat, reply_to: Message, text: str) -> Message:
        """Write a comment in the name of the person's own channel and return it."""
        if not channel.is_admin(person):
            raise PermissionError(f"{person.full_name} is no administrator of «{channel.title}»")
        if channel.id in reply_to.chat.banned_voices:
            raise PermissionError(f"«{channel.title}» may not write here")
        words, entities = settle(text)
        extra: dict[str, Any] = {"reply_to": reply_to, "voice": channel}
        return self.post(self.new_message(reply_to.chat, person, text=words, entities=entities, **extra))
