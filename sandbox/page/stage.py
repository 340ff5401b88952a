"""What of the two worlds the page shows: one bot, its working group, one community, and the people of the cast.

Finds them in the worlds when nobody has named them. It changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.page.cast import Cast, Role
from sandbox.telegram.model import Chat, Message, User
from sandbox.vk.model import Comment, Community, Post

if TYPE_CHECKING:
    from sandbox.telegram.world import TelegramWorld
    from sandbox.vk.world import VkWorld

GROUP, BOT = "group", "bot"


class Stage:
    """The worlds and the cast, and which bot, group and community of them are shown.

    `bot`, `group` and `community` may be set by the caller; left alone, they are the first the worlds have.
    """

    def __init__(self, telegram: TelegramWorld, vk: VkWorld, cast: Cast) -> None:
        self.telegram = telegram
        self.vk = vk
        self.cast = cast
        self.chosen_bot: User | None = None
        self.chosen_group: Chat | None = None
        self.chosen_community: Community | None = None

    @property
    def bot(self) -> User | None:
        """The bot people talk to."""
        return self.chosen_bot or next((account.user for account in self.telegram.accounts.values()), None)

    @property
    def group(self) -> Chat | None:
        """The working group, as it is now: after a migration, the supergroup."""
        groups = (chat for chat in self.telegram.chats.values() if chat.is_group)
        group = self.chosen_group or next(groups, None)
        while group is not None and group.migrated_to is not None:
            group = group.migrated_to
        return group

    @property
    def community(self) -> Community | None:
        """The community whose page is shown."""
        return self.chosen_community or next(iter(self.vk.communities.values()), None)

    @property
    def channel(self) -> Chat | None:
        """The office's channel: the first there is."""
        return next((chat for chat in self.telegram.chats.values() if chat.type == "channel"), None)

    def chat(self, role: Role, key: str) -> Chat | None:
        """The chat the role sees under that key now; None when it has none."""
        if role.person is None:
            return None
        if key == GROUP:
            group = self.group
            return group if group is not None and group.has(role.person) else None
        bot = self.bot
        return self.telegram.private_of(role.person, bot) if bot is not None else None

    def history(self, chat: Chat) -> list[Message]:
        """What stands in the chat, oldest first; before it, what stood in the group it was made from."""
        before = [old for old in self.telegram.chats.values() if old.migrated_to is chat]
        return [message for one in (*before, chat) for message in self.telegram.messages(one)]

    def posts(self, community: Community) -> list[Post]:
        """The posts of the wall, newest first, without the offered and the deleted."""
        found = [p for p in self.vk.posts if p.wall is community and p.kind == "post" and not p.deleted]
        return found[::-1]

    def comments(self, post: Post) -> list[Comment]:
        """All comments of a post, the deleted too where somebody answered below, each thread kept together."""
        mine = [comment for comment in self.vk.all_comments if comment.post is post]
        answered = {id(comment.root) for comment in mine if comment.root is not None and not comment.deleted}
        seen = [comment for comment in mine if not comment.deleted or id(comment) in answered]
        order = {id(comment): place for place, comment in enumerate(mine)}
        return sorted(seen, key=lambda one: (order[id(one.root or one)], order[id(one)]))


def address(message: Message) -> str:
    """How the page names a message, whatever chat it is in: the numbers of the chat and of the message."""
    return f"{message.chat.id}_{message.id}"
