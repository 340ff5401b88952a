"""What the page shows of the simulations: one bot, its working group, one VK community, and the people of the cast.

Finds the three if the caller names none. It changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.messenger.model import Chat, Message, User
from sandbox.page.cast import Cast, Role
from sandbox.vk.model import Comment, Community, Post

if TYPE_CHECKING:
    from sandbox.messenger.world import PeoplesWorld
    from sandbox.vk.world import VkWorld

GROUP, BOT = "group", "bot"


class Stage:
    """The simulated messenger and VK, the cast, and the bot, group and community shown. The caller may choose these
    three; otherwise the first of each is shown.
    """

    def __init__(self, messenger: PeoplesWorld, vk: VkWorld, cast: Cast) -> None:
        self.messenger = messenger
        self.vk = vk
        self.cast = cast
        self.chosen_bot: User | None = None
        self.chosen_group: Chat | None = None
        self.chosen_community: Community | None = None

    @property
    def bot(self) -> User | None:
        """The bot that people talk to; None if there is none yet."""
        return self.chosen_bot or next(iter(self.messenger.bots), None)

    @property
    def group(self) -> Chat | None:
        """The working group as it is now (after a migration, the supergroup); None if there is none yet."""
        groups = (chat for chat in self.messenger.chats.values() if chat.is_group)
        group = self.chosen_group or next(groups, None)
        while group is not None and group.migrated_to is not None:
            group = group.migrated_to
        return group

    @property
    def community(self) -> Community | None:
        """The VK community shown; None if there is none yet."""
        return self.chosen_community or next(iter(self.vk.communities.values()), None)

    @property
    def channel(self) -> Chat | None:
        """The office's channel in the messenger: the first one; None if there is none."""
        return next((chat for chat in self.messenger.chats.values() if chat.type == "channel"), None)

    def chat(self, role: Role, key: str) -> Chat | None:
        """Return the chat that the role sees now under this key (`GROUP` or `BOT`); None if it has none."""
        if role.person is None:
            return None
        if key == GROUP:
            group = self.group
            return group if group is not None and group.has(role.person) else None
        bot = self.bot
        return self.messenger.private_of(role.person, bot) if bot is not None else None

    def history(self, chat: Chat) -> list[Message]:
        """Return the chat's messages, the oldest first, preceded by those of the group it was migrated from."""
        before = [old for old in self.messenger.chats.values() if old.migrated_to is chat]
        return [message for one in (*before, chat) for message in self.messenger.messages(one)]

    def posts(self, community: Community) -> list[Post]:
        """Return the posts on the community's wall, the newest first, without suggested and deleted ones."""
        found = [p for p in self.vk.posts if p.wall is community and p.kind == "post" and not p.deleted]
        return found[::-1]

    def comments(self, post: Post) -> list[Comment]:
        """Return all comments of a post, thread by thread; deleted ones only if somebody replied to them."""
        mine = [comment for comment in self.vk.all_comments if comment.post is post]
        answered = {id(comment.root) for comment in mine if comment.root is not None and not comment.deleted}
        seen = [comment for comment in mine if not comment.deleted or id(comment) in answered]
        order = {id(comment): place for place, comment in enumerate(mine)}
        return sorted(seen, key=lambda one: (order[id(one.root or one)], order[id(one)]))


def address(message: Message) -> str:
    """Return the page's id for a message: the numbers of its chat and of the message."""
    return f"{message.chat.id}_{message.id}"
