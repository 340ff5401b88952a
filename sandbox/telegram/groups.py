"""What people do in Telegram, part one: groups and their members, and opening, blocking and unblocking private chats."""

import re
from abc import ABC, abstractmethod

from sandbox.telegram.memory import FIRST_BASIC_GROUP_ID, FIRST_SUPERGROUP_ID, Memory, member_changed
from sandbox.telegram.model import Chat, Member, Message, Status, User

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Groups(Memory, ABC):
    """The memory of Telegram with methods for what people do to groups (create, join, leave, promote, rename, migrate)
    and to their private chats with a bot (start, block). Each changes the state as Telegram would and queues the
    updates for the bots."""

    def add_group(
        self, title: str, *, owner: User, basic: bool = False, username: str | None = None, id: int | None = None
    ) -> Chat:
        """Create a supergroup, or a plain group with `basic`, with its owner in it, and return it. `id`: the number, if
        it matters.
        """
        if id is None:
            if basic:
                id = self.next_number("basic group", FIRST_BASIC_GROUP_ID, -1)
            else:
                id = self.next_number("supergroup", FIRST_SUPERGROUP_ID, -1)
        chat = Chat(id, "group" if basic else "supergroup", title=title, username=username)
        chat.members[owner.id] = Member(owner, "creator")
        self.chats[chat.id] = chat
        return chat

    def add_bot_to_group(self, bot: User, group: Chat, *, by: User, admin: bool = True) -> None:
        """Add the bot to the group (`admin`: as an administrator), with its my_chat_member update and a service
        message.
        """
        self.account(bot)
        self._must_be_in(by, group)
        self.join(bot, group, by=by)
        if admin:
            self.promote(bot, group, by=by)

    def join(self, person: User, group: Chat, *, by: User | None = None) -> None:
        """Let the person join the group, added by `by` or by a link; nothing happens to a member."""
        if group.has(person):
            return
        member = group.member(person)
        if member is not None and member.status == "kicked" and by is None:
            raise PermissionError(f"{person.full_name} was thrown out of «{group.title}»")
        self._must_live(group)
        self._set_status(group, person, "member", by or person)
        self.service(group, by or person, new_chat_members=[person])
        self.tell("joined", chat=group, person=person)

    def leave(self, person: User, group: Chat) -> None:
        """Let the person (or bot) leave the group on their own."""
        self._must_be_in(person, group)
        self._set_status(group, person, "left", person)
        self.service(group, person, left_chat_member=person)
        self.tell("left", chat=group, person=person)

    def kick(self, person: User, group: Chat, *, by: User) -> None:
        """Remove the person (or bot) from the group by an administrator; they cannot come back by themselves."""
        self._must_be_in(person, group)
        if not group.is_admin(by):
            raise PermissionError(f"{by.full_name} is no administrator")
        self._set_status(group, person, "kicked", by)
        self.service(group, by, left_chat_member=person)
        self.tell("left", chat=group, person=person)

    def promote(
        self,
        person: User,
        group: Chat,
        *,
        anonymous: bool = False,
        by: User | None = None,
        lacks: frozenset[str] = frozenset(),
    ) -> None:
        """Make the person an administrator with every right except those in `lacks`. The owner can only become
        anonymous or stop being so.
        """
        self._must_be_in(person, group)
        status: Status = "creator" if group.members[person.id].status == "creator" else "administrator"
        self._set_status(group, person, status, by or self._owner(group), anonymous=anonymous, lacks=lacks)
        self.tell("promoted", chat=group, person=person)

    def demote(self, person: User, group: Chat, *, by: User | None = None) -> None:
        """Make the administrator an ordinary member again. PermissionError for the owner or somebody who is no
        administrator.
        """
        if not group.is_admin(person) or group.members[person.id].status == "creator":
            raise PermissionError(f"{person.full_name} cannot be demoted")
        self._set_status(group, person, "member", by or self._owner(group))
        self.tell("demoted", chat=group, person=person)

    def rename_group(self, group: Chat, title: str, *, by: User) -> None:
        """Rename the group, with a service message."""
        group.title = title
        self.service(group, by, new_chat_title=title)

    def migrate(self, group: Chat, *, by: User | None = None) -> Chat:
        """Turn the plain group into a supergroup and return that. Old messages stay in the old chat; message ids start
        again.
        """
        if group.type != "group":
            raise ValueError("only a plain group becomes a supergroup: add_group(…, basic=True)")
        self._must_live(group)
        owner = by or self._owner(group)
        new = self.add_group(group.title, owner=owner)
        new.members = {key: Member(m.user, m.status, m.anonymous, m.lacks) for key, m in group.members.items()}
        notice = self.new_message(group, owner, service={"migrate_to_chat_id": new.id})
        group.migrated_to = new
        self.post(notice)
        self.service(new, owner, migrate_from_chat_id=group.id)
        self.tell("migrated", chat=new, person=owner)
        return new

    def start(self, person: User, bot: User, payload: str = "") -> Message:
        """Let the person press «Start»: opens the private chat with «/start payload» in it and lifts a block; return
        that message.
        """
        account = self.account(bot)
        if payload and not PAYLOAD.fullmatch(payload):
            raise ValueError(f"a deep link carries up to 64 of A-Z a-z 0-9 _ -, not {payload!r}")
        chat = self.private_of(person, bot)
        if chat is None:
            chat = Chat(person.id, "private", person=person, bot=bot)
            self.privates[person.id, bot.id] = chat
        account.known.add(person.id)
        if chat.blocked:
            self.unblock(person, bot)
        return self._say(chat, person, f"/start {payload}".strip())

    def private(self, person: User, bot: User) -> Chat:
        """Return the private chat of the person and the bot; LookupError before the first `start`."""
        chat = self.private_of(person, bot)
        if chat is None:
            raise LookupError(f"{person.full_name} has not started {bot.full_name}")
        return chat

    def block(self, person: User, bot: User) -> None:
        """Let the person block the bot: it can no longer write to them, and gets an update about it."""
        self._set_blocked(person, bot, True)

    def unblock(self, person: User, bot: User) -> None:
        """Let the person unblock the bot: it can write to them again, and gets an update about it."""
        self._set_blocked(person, bot, False)

    @abstractmethod
    def _say(self, chat: Chat, person: User, text: str) -> Message:
        """Post the person's message in the chat and return it."""

    def _set_blocked(self, person: User, bot: User, blocked: bool) -> None:
        chat = self.private(person, bot)
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        free, shut = Member(bot, "member"), Member(bot, "kicked")
        old, new = (free, shut) if blocked else (shut, free)
        member_changed(self, chat, person, old, new)
        self.tell("blocked" if blocked else "unblocked", chat=chat, person=person)

    def _set_status(
        self,
        group: Chat,
        person: User,
        status: Status,
        by: User,
        *,
        anonymous: bool = False,
        lacks: frozenset[str] = frozenset(),
    ) -> None:
        old = group.members.get(person.id) or Member(person, "left")
        new = Member(person, status, anonymous, lacks)
        group.members[person.id] = new
        member_changed(self, group, by, old, new)

    def _owner(self, group: Chat) -> User:
        return next(m.user for m in group.members.values() if m.status == "creator")

    def _must_be_in(self, person: User, group: Chat) -> None:
        if not group.has(person):
            raise PermissionError(f"{person.full_name} is not in «{group.title}»")

    def _must_live(self, group: Chat) -> None:
        if group.migrated_to is not None:
            raise ValueError(f"«{group.title}» has become {group.migrated_to.id}: write there")
