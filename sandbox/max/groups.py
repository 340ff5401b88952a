"""What people do in MAX, part one: groups and channels, their members and rights, opening and leaving dialogs."""

from __future__ import annotations

from datetime import datetime

from sandbox.max.account import BotAccount
from sandbox.max.ids import dialog_id
from sandbox.max.memory import FIRST_GROUP_ID, Memory
from sandbox.max.model import RIGHTS, Chat, Member, User
from sandbox.max.wire import ms

PAYLOAD_LIMIT = 128


class Groups(Memory):
    """The state of MAX with what people do to groups, channels and dialogs."""

    def add_group(self, title: str, *, owner: User, username: str | None = None, id: int | None = None) -> Chat:
        """Create a group with its owner in it. `username` makes it public; `id`: a negative number, if it matters."""
        return self._new_chat("chat", title, owner, username, id)

    def add_channel(self, title: str, *, owner: User, username: str | None = None, id: int | None = None) -> Chat:
        """Create a channel, under whose posts there are comments. Arguments as in `add_group`."""
        return self._new_chat("channel", title, owner, username, id)

    def add_bot_to_group(self, bot: User, group: Chat, *, by: User, admin: bool = True) -> None:
        """Add the bot to the group (update bot_added). `admin`: then also give it every right
        (bot_admin_permissions_changed).
        """
        account = self.account(bot)
        self._must_be_in(by, group)
        self._enter(bot, group)
        account.met.add(by.id)
        self.event(account, "bot_added", group, by, user_id=by.id, is_channel=group.type == "channel")
        self.service(group, by, new_chat_members=[bot])
        self.tell("joined", chat=group, person=bot)
        if admin:
            self.grant(bot, group, *RIGHTS, by=by)

    add_bot_to_channel = add_bot_to_group

    def remove_bot(self, bot: User, group: Chat, *, by: User) -> None:
        """Remove the bot from the group (update bot_removed)."""
        self.kick(bot, group, by=by)

    def grant(self, person: User, group: Chat, *rights: str, by: User | None = None) -> None:
        """Make the person or bot an administrator with these rights, in addition to those they have. ValueError for a
        right that does not exist.
        """
        unknown = set(rights) - set(RIGHTS)
        if unknown:
            raise ValueError(f"no such rights: {', '.join(sorted(unknown))}")
        self._set_rights(person, group, self._rights(person, group) | set(rights), by)
        self.tell("promoted", chat=group, person=person)

    def revoke(self, person: User, group: Chat, *rights: str, by: User | None = None) -> None:
        """Take these rights from the person or bot; if none is named, they are no longer an administrator."""
        left = self._rights(person, group) - set(rights) if rights else None
        self._set_rights(person, group, left, by)
        self.tell("demoted", chat=group, person=person)

    def promote(
        self, person: User, group: Chat, *, by: User | None = None, lacks: frozenset[str] = frozenset()
    ) -> None:
        """Make the person or bot an administrator with every right except those in `lacks`."""
        self._set_rights(person, group, frozenset(RIGHTS) - lacks, by)
        self.tell("promoted", chat=group, person=person)

    def demote(self, person: User, group: Chat, *, by: User | None = None) -> None:
        """Make the administrator an ordinary member again. PermissionError for the owner or somebody who is no
        administrator.
        """
        member = group.member(person)
        if member is None or not member.is_admin or member.owner:
            raise PermissionError(f"{person.full_name} cannot be demoted")
        self.revoke(person, group, by=by)

    def join(self, person: User, group: Chat, *, by: User | None = None) -> None:
        """Let the person join the group, added by `by` or by a link (update user_added); nothing happens to a member."""
        if person.is_bot:
            self.add_bot_to_group(person, group, by=by or self._owner(group), admin=False)
            return
        if group.has(person):
            return
        member = group.member(person)
        if member is not None and member.blocked and by is None:
            raise PermissionError(f"{person.full_name} was thrown out of «{group.title}»")
        self._enter(person, group)
        self._tell_of_member("user_added", group, person, inviter_id=by.id if by is not None else None)
        self.service(group, by or person, new_chat_members=[person])
        self.tell("joined", chat=group, person=person)

    def leave(self, person: User, group: Chat) -> None:
        """Let the person (or bot) leave the group on their own (update user_removed without an administrator)."""
        self._must_be_in(person, group)
        self._go(person, group, "left", person)

    def kick(self, person: User, group: Chat, *, by: User, block: bool = False) -> None:
        """Remove the person (or bot) from the group by an administrator; with `block` they cannot come back by a link."""
        self._must_be_in(person, group)
        if not group.is_admin(by):
            raise PermissionError(f"{by.full_name} is no administrator")
        self._go(person, group, "removed", by)
        group.members[person.id].blocked = block

    def rename_group(self, group: Chat, title: str, *, by: User) -> None:
        """Rename the group (update chat_title_changed to bots that are administrators)."""
        group.title = title
        for account in self.accounts.values():
            if group.is_admin(account.user):
                self.event(account, "chat_title_changed", group, by, title=title, user_id=by.id)
        self.service(group, by, new_chat_title=title)

    # --- dialogs

    def start(self, person: User, bot: User, payload: str = "") -> Chat:
        """Let the person press «Начать», or open a link with a payload (update bot_started); the dialog is open
        afterwards. A payload over 128 characters does not arrive.
        """
        account = self.account(bot)
        chat = self._opened(person, account)
        chat.blocked = False
        given = {"payload": payload} if payload and len(payload) <= PAYLOAD_LIMIT else {}
        self.event(account, "bot_started", chat, person, user_id=person.id, **given)
        self.tell("unblocked", chat=chat, person=person)
        return chat

    def stop(self, person: User, bot: User) -> None:
        """Let the person stop the bot (update bot_stopped): it can no longer write to them."""
        chat = self.private(person, bot)
        if not chat.blocked:
            chat.blocked = True
            self.event(self.account(bot), "bot_stopped", chat, person)
            self.tell("blocked", chat=chat, person=person)

    block = stop

    def unblock(self, person: User, bot: User) -> None:
        """Let the person press «Начать» again after a stop."""
        self.start(person, bot)

    def clear_dialog(self, person: User, bot: User) -> None:
        """Let the person clear the dialog's history (update dialog_cleared): the messages are gone for them, the dialog
        stays.
        """
        chat = self.private(person, bot)
        for message in self.talk(chat):
            message.deleted = True
        self.event(self.account(bot), "dialog_cleared", chat, person)

    def remove_dialog(self, person: User, bot: User) -> None:
        """Let the person remove the dialog (update dialog_removed); this also stops the bot."""
        self.clear_dialog(person, bot)
        chat = self.private(person, bot)
        chat.blocked = True
        self.event(self.account(bot), "dialog_removed", chat, person)
        self.tell("blocked", chat=chat, person=person)

    def mute(self, person: User, bot: User, until: datetime) -> None:
        """Let the person turn the dialog's sounds off until `until` (update dialog_muted)."""
        chat = self.private(person, bot)
        chat.muted_until = until
        self.event(self.account(bot), "dialog_muted", chat, person, muted_until=ms(until))

    def unmute(self, person: User, bot: User) -> None:
        """Let the person turn the dialog's sounds on again (update dialog_unmuted)."""
        chat = self.private(person, bot)
        chat.muted_until = None
        self.event(self.account(bot), "dialog_unmuted", chat, person)

    def private(self, person: User, bot: User) -> Chat:
        """Return the dialog of the person and the bot; LookupError before the first `start`."""
        chat = self.dialog(person, bot)
        if chat is None:
            raise LookupError(f"{person.full_name} has not started {bot.full_name}")
        return chat

    # --- how

    def _new_chat(self, kind: str, title: str, owner: User, username: str | None, id: int | None) -> Chat:
        number = id if id is not None else self.next_number("group", FIRST_GROUP_ID, -1)
        if number >= 0:
            raise ValueError("groups and channels have negative ids")
        chat = Chat(number, "channel" if kind == "channel" else "chat", title=title, username=username)
        chat.members[owner.id] = Member(owner, self.now(), owner=True)
        self.chats[chat.id] = chat
        return chat

    def _opened(self, person: User, account: BotAccount) -> Chat:
        chat = self.dialog(person, account.user)
        if chat is None:
            number = dialog_id(account.user.id, person.id)
            chat = self.chats[number] = Chat(number, "dialog", person=person, bot=account.user)
        account.met.add(person.id)
        return chat

    def _enter(self, person: User, group: Chat) -> None:
        group.members[person.id] = Member(person, self.now())

    def _go(self, person: User, group: Chat, how: str, by: User) -> None:
        member = group.members[person.id]
        if person.is_bot:
            account = self.account(person)
            self.event(account, "bot_removed", group, by, user_id=by.id, is_channel=group.type == "channel")
        member.gone = "left" if how == "left" else "removed"
        member.rights = None
        if not person.is_bot:
            admin = {"admin_id": by.id} if by is not person else {}
            self._tell_of_member("user_removed", group, person, **admin)
        self.service(group, by, left_chat_member=person)
        self.tell("left", chat=group, person=person)

    def _tell_of_member(self, kind: str, group: Chat, person: User, **more: int | None) -> None:
        known = {name: value for name, value in more.items() if value is not None}
        for account in self.listeners(group):
            is_channel = group.type == "channel"
            self.event(account, kind, group, person, user_id=person.id, is_channel=is_channel, **known)

    def _rights(self, person: User, group: Chat) -> frozenset[str]:
        self._must_be_in(person, group)
        return group.members[person.id].all_rights

    def _set_rights(self, person: User, group: Chat, rights: frozenset[str] | set[str] | None, by: User | None) -> None:
        self._must_be_in(person, group)
        member = group.members[person.id]
        member.rights = frozenset(rights) if rights is not None else None
        if not person.is_bot:
            return
        body = {
            "update_type": "bot_admin_permissions_changed",
            "timestamp": ms(self.now()),
            "chat_id": group.id,
            "user_id": (by or self._owner(group)).id,
            "bot_id": person.id,
            "is_channel": group.type == "channel",
            "is_admin": member.is_admin,
        }
        if member.is_admin:
            body["permissions"] = sorted(member.all_rights)
        self.account(person).push(body, self.now())

    def _owner(self, group: Chat) -> User:
        return next(m.user for m in group.members.values() if m.owner)

    def _must_be_in(self, person: User, group: Chat) -> None:
        if not group.has(person):
            raise PermissionError(f"{person.full_name} is not in «{group.title}»")
