"""The state of the simulated Одноклассники (OK) and what people do on the site.

Every call changes the state at once. All are plain methods on the event loop's thread; none awaits. Programs act
through `rest.py` and `graph.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Literal

from sandbox.clock import SandboxClock
from sandbox.ok.faults import Faults
from sandbox.ok.model import (
    Author,
    Call,
    Delivery,
    OkChat,
    OkComment,
    OkGroup,
    OkMessage,
    OkUser,
    Topic,
    WorldEvent,
    milliseconds,
)


class OkWorld:
    """A simulated OK: groups, people and what they write."""

    def __init__(self, clock: SandboxClock) -> None:
        self.clock = clock
        self.faults = Faults()
        self.calls: list[Call] = []
        self.groups: list[OkGroup] = []
        self.people: dict[int, OkUser] = {}
        self.topics: list[Topic] = []
        self.all_comments: list[OkComment] = []
        self.chats: list[OkChat] = []
        self.undelivered: list[Delivery] = []
        self._ids = itertools.count(1)
        self._seq = itertools.count(1)
        self._listeners: list[Callable[[WorldEvent], None]] = []

    # --- who there is

    def add_group(
        self,
        name: str,
        group_id: int,
        bot_token: str,
        access_token: str = "session",  # noqa: S107
        app_key: str = "app",
        session_secret: str = "secret",  # noqa: S107
    ) -> OkGroup:
        """Create a group with valid keys and return it."""
        group = OkGroup(name, group_id, bot_token, access_token, app_key, session_secret)
        self.groups.append(group)
        return group

    def add_person(self, name: str) -> OkUser:
        person = OkUser(570_000_000_000 + next(self._ids), name)
        self.people[person.id] = person
        return person

    # --- what people do

    def topic(self, group: OkGroup, text: str, author: Author | None = None) -> Topic:
        """Create a topic in the group and return it; its author is the group itself unless `author` is given."""
        now = self.clock.now()
        topic = Topic(150_000_000_000 + next(self._ids), group, author or group, text, now, now)
        self.topics.append(topic)
        self._tell("topic", topic=topic)
        return topic

    def comment(
        self,
        author: Author,
        topic: Topic,
        text: str,
        reply_to: OkComment | None = None,
        photos: Sequence[str] = (),
    ) -> OkComment:
        """Write a comment and return it; a group's comment is one that its administrator writes by hand in the group's
        name.
        """
        if topic.deleted:
            raise LookupError("the topic was deleted")
        now = self.clock.now()
        number = f"MTc{next(self._ids)}:{milliseconds(now)}=="
        comment = OkComment(number, topic, author, text, now, reply_to, tuple(photos))
        self.all_comments.append(comment)
        topic.activity = now
        self._tell("comment", topic=topic, comment=comment)
        return comment

    def edit_comment(self, comment: OkComment, text: str) -> None:
        comment.text = text
        self._tell("comment_edited", topic=comment.topic, comment=comment)

    def delete_comment(self, comment: OkComment) -> None:
        comment.deleted = True
        self._tell("comment_deleted", topic=comment.topic, comment=comment)

    def message(self, author: OkUser, group: OkGroup, text: str, photos: Sequence[str] = ()) -> OkMessage:
        """Write a message from a person to the group, queue it for every webhook of the group, and return it."""
        message = self.write(self.chat(author, group), author, text, photos)
        self.undelivered += [Delivery(url, message) for url in group.subscriptions]
        return message

    def forbid_messages(self, person: OkUser, group: OkGroup) -> None:
        """Forbid the group to write to the person."""
        self.chat(person, group).closed = True

    def comments(self, topic: Topic) -> list[OkComment]:
        """Return the topic's comments that were not deleted, the oldest first."""
        return [one for one in self.all_comments if one.topic is topic and not one.deleted]

    def messages(self, person: OkUser, group: OkGroup) -> list[OkMessage]:
        """Return the messages of the chat of the person and the group, the oldest first."""
        return self.chat(person, group).messages

    def subscribe(self, listener: Callable[[WorldEvent], None]) -> Callable[[], None]:
        """Call `listener` on every change from now on; return a function that ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # --- for the programs' side

    def chat(self, person: OkUser, group: OkGroup) -> OkChat:
        """Return the chat of the person and the group; it is created on first use."""
        for chat in self.chats:
            if chat.person is person and chat.group is group:
                return chat
        self.chats.append(OkChat(f"C{next(self._ids):x}cb9d02a600", group, person))
        return self.chats[-1]

    def write(self, chat: OkChat, author: Author, text: str, photos: Sequence[str] = ()) -> OkMessage:
        message = OkMessage(f"{chat.id}.{next(self._ids):x}", chat, author, text, self.clock.now(), tuple(photos))
        chat.messages.append(message)
        self._tell("message", message=message)
        return message

    def _tell(
        self,
        kind: Literal["topic", "comment", "comment_edited", "comment_deleted", "message"],
        topic: Topic | None = None,
        comment: OkComment | None = None,
        message: OkMessage | None = None,
    ) -> None:
        event = WorldEvent(next(self._seq), kind, topic, comment, message)
        for listener in list(self._listeners):
            listener(event)
