"""What people do in MAX, part two: write, forward, edit and press; posts and comments. `MaxWorld` combines all.

Each call changes the state at once, makes the updates that MAX would make, and wakes waiting polls. An action that a
client would not allow raises PermissionError, LookupError or ValueError. Actions that both messengers have are called
by the same names and arguments as in `sandbox.telegram.world`, so that a story can be told of either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sandbox.max.account import BotAccount
from sandbox.max.bodies import ATTACHMENTS_MOST, TEXT_LIMIT
from sandbox.max.groups import Groups
from sandbox.max.ids import mid_of
from sandbox.max.markup import settle
from sandbox.max.memory import FIRST_PERSON_ID
from sandbox.max.model import Chat, Forward, Media, Message, Press, User, utf16_length
from sandbox.max.wire import ms
from sandbox.messenger.news import button_named

Where = Chat | User | tuple[User, User]
FIRST_FOREIGN_CHAT = -69_569_569_569_001


class MaxWorld(Groups):
    """A simulated MAX with people in it; see sandbox/README.md."""

    key: Literal["max"] = "max"
    name = "MAX"
    site = "max.ru"
    text_limit = TEXT_LIMIT
    caption_limit = TEXT_LIMIT
    files_limit = ATTACHMENTS_MOST

    @property
    def bots(self) -> list[User]:
        """The bots, the oldest first."""
        return [account.user for account in self.accounts.values()]

    @property
    def is_asked_for_updates(self) -> bool:
        """Whether some bot has asked for updates, waits for them, or has a webhook."""
        waits = any(account.polls or account.subscription is not None for account in self.accounts.values())
        return waits or any(call.method == "getUpdates" for call in self.calls)

    def menu(self, bot: User, chat: Chat, person: User) -> list[dict[str, Any]]:
        """Return the bot's menu of commands: one list for everybody, in dialogs only."""
        commands = self.account(bot).commands if chat.person is not None else []
        return [{"command": one["name"], "description": one.get("description", "")} for one in commands]

    def add_bot(self, *, token: str, name: str, username: str, id: int | None = None) -> User:
        """Create a bot with this token and return it; its id is the number before a colon in the token, if there is
        one.
        """
        number, colon, _ = token.partition(":")
        given = int(number) if colon and number.isdecimal() else None
        bot = User(id or given or self.next_number("person", FIRST_PERSON_ID), name, username=username, is_bot=True)
        self._add(bot)
        self.accounts[bot.id] = BotAccount(token, bot)
        return bot

    def add_person(
        self,
        first_name: str,
        last_name: str = "",
        *,
        username: str | None = None,
        id: int | None = None,
        pictured: bool = False,
    ) -> User:
        """Create a person with any name and return them."""
        number = id if id is not None else self.next_number("person", FIRST_PERSON_ID)
        person = User(number, first_name, last_name, username, pictured=pictured)
        self._add(person)
        return person

    def messages(self, where: Where) -> list[Message]:
        """Return the messages of a chat, the oldest first; for a dialog give (person, bot), empty if it was never
        opened.
        """
        if isinstance(where, tuple):
            chat = self.dialog(*where)
            return [] if chat is None else self.talk(chat)
        if isinstance(where, User):
            raise TypeError("whose dialog? give (person, bot)")
        return self.talk(where)

    def write(
        self,
        person: User,
        where: Where,
        text: str = "",
        *,
        reply_to: Message | None = None,
        photo: bytes | None = None,
        document: tuple[str, bytes] | None = None,
        video: bytes | None = None,
        voice: bytes | None = None,
        sticker: str | None = None,
        location: tuple[float, float] | None = None,
        photos: Sequence[bytes] = (),
        silent: bool = False,
    ) -> Message:
        """Let the person write a message in the group or the dialog; several `photos` stand in one message with the
        text.
        """
        chat = self._place(person, where)
        files = [self.media("photo", data) for data in (*([photo] if photo is not None else []), *photos)]
        if document is not None:
            files.append(self.media("document", document[1], document[0]))
        if video is not None:
            files.append(self.media("video", video))
        if voice is not None:
            files.append(self.media("voice", voice))
        if sticker is not None:
            files.append(Media("sticker", file=self.keep_file("sticker", b"RIFF"), emoji=sticker))
        if location is not None:
            files.append(Media("location", latitude=location[0], longitude=location[1]))
        return self._say(chat, person, text, attached=files, reply_to=reply_to, silent=silent)

    def send_album(
        self,
        person: User,
        where: Where,
        items: Sequence[bytes | tuple[str, bytes]],
        *,
        caption: str = "",
        reply_to: Message | None = None,
    ) -> list[Message]:
        """Let the person send several photos (bytes) or documents (name, bytes). MAX has no albums: photos stand in one
        message, every document is a message of its own; the first message has the caption.
        """
        photos = [item for item in items if isinstance(item, bytes)]
        sent = [self.write(person, where, caption, photos=photos, reply_to=reply_to)] if photos else []
        for item in items:
            if isinstance(item, tuple):
                sent.append(self.write(person, where, "" if sent else caption, document=item, reply_to=reply_to))
        return sent

    def edit(self, person: User, message: Message, text: str) -> Message:
        """Let the person edit their own message, post or comment."""
        if message.sender is not person or message.forward is not None or message.deleted:
            raise PermissionError("people edit their own messages only")
        message.text, message.entities = self._words(text, message.attached)
        self.changed(message)
        return message

    def delete(self, person: User, message: Message) -> None:
        """Let the person delete the message, post or comment for everybody; bots that read this chat get an update."""
        own = message.sender is person or message.chat.person is person
        if not own and not message.chat.is_admin(person):
            raise PermissionError("people delete their own messages only")
        self.remove(message, person)

    def forward(self, person: User, message: Message, *, to: Where) -> Message:
        """Let the person forward the message to `to` and return the new message: its own text is empty, it links to the
        original, and the buttons are lost.
        """
        return self._forwarded(person, to, message.forward or _as_forward(message))

    def forward_foreign(
        self,
        person: User,
        *,
        to: Where,
        text: str,
        origin_title: str,
        origin_username: str | None = None,
        message_id: int | None = None,
        photo: bytes | None = None,
        kind: str = "channel",
        author: User | None = None,
    ) -> Message:
        """Let the person forward a message from a channel that no bot knows (or, with `author`, somebody's from a
        group). `message_id` and `origin_username` are not shown to bots: MAX gives neither.
        """
        words, entities = settle(text)
        files = (self.media("photo", photo),) if photo is not None else ()
        chat_id = self.next_number("foreign", FIRST_FOREIGN_CHAT, -1)
        seq = message_id if message_id is not None else (ms(self.now()) << 16) + self.next_number("foreign message")
        origin = Forward(mid_of(chat_id, seq), seq, words, tuple(entities), files, chat_id, origin_title, author)
        return self._forwarded(person, to, origin)

    def press(self, person: User, message: Message, caption: str, *, again: Press | None = None) -> Press:
        """Let the person press the button whose caption is this or ends so (update message_callback). `again`: the
        callback's id is that of an earlier press, as some keyboards have it. LookupError if there is none, there are
        several, or it is not a callback button.
        """
        self._must_see(person, message)
        button = button_named(message, caption)
        if button.data is None:
            raise LookupError(f"«{caption}» is not a callback button")
        number = self.next_number("press")
        callback_id = again.id if again is not None else f"f9LHodD0cOJf4_{number:08d}_{message.id:x}"
        press = Press(callback_id, person, message, button.data, self.now())
        self.presses.append(press)
        for account in self.accounts.values():
            if account.user is message.sender and (
                message.chat.bot is not None or account in self.listeners(message.chat)
            ):
                account.met.add(person.id)
                account.push(self._callback(account, press), self.now())
        self.tell("pressed", message=message, press=press, person=person)
        return press

    def tell_again(self, press: Press) -> None:
        """Send the bot the same press once more, as a repeated delivery does; also after its message was deleted."""
        account = self.account(press.message.sender)
        account.push(self._callback(account, press), self.now())

    # --- channels

    def publish(self, owner: User, channel: Chat, text: str, *, photos: Sequence[bytes] = ()) -> Message:
        """Publish a post in the channel's name and return it."""
        if not channel.may(owner, "write"):
            raise PermissionError(f"{owner.full_name} does not post in «{channel.title}»")
        files = [self.media("photo", data) for data in photos]
        words, entities = self._words(text, files)
        fields: dict[str, Any] = {"text": words, "entities": entities, "attached": files, "for_channel": True}
        return self.post(self.new_message(channel, owner, **fields))

    def comment(self, person: User, post: Message, text: str, *, reply_to: Message | None = None) -> Message:
        """Let the person write a comment under a channel's post and return it; bots get comment_created.
        PermissionError if there are no comments.
        """
        if post.deleted or not post.comments_open or post.chat.type != "channel":
            raise PermissionError("there are no comments here")
        words, entities = self._words(text, [])
        fields: dict[str, Any] = {"text": words, "entities": entities, "post": post, "reply_to": reply_to}
        return self.post(self.new_message(post.chat, person, **fields))

    # --- how

    def _forwarded(self, person: User, to: Where, origin: Forward) -> Message:
        fields: dict[str, Any] = {"text": origin.text, "entities": list(origin.entities), "forward": origin}
        return self.post(self.new_message(self._place(person, to), person, **fields))

    def _add(self, user: User) -> None:
        self.users[user.id] = user
        if user.username:
            self.names[user.username.lower()] = user

    def _callback(self, account: BotAccount, press: Press) -> dict[str, Any]:
        body = self.wire(account).callback(press, self.now())
        if not self.callbacks_name_the_dialog and body["message"] is not None and press.message.chat.person is not None:
            del body["message"]["recipient"]["chat_id"]
        return body

    def _say(self, chat: Chat, person: User, text: str, **fields: Any) -> Message:
        words, entities = self._words(text, fields.get("attached", []))
        return self.post(self.new_message(chat, person, text=words, entities=entities, **fields))

    def _words(self, text: str, files: Sequence[Media]) -> tuple[str, list[Any]]:
        words, entities = settle(text.strip())
        if not words and not files:
            raise ValueError("a client does not send an empty message")
        if utf16_length(words) > TEXT_LIMIT or len(files) > ATTACHMENTS_MOST:
            raise ValueError(f"a client would not send more than {TEXT_LIMIT} letters or {ATTACHMENTS_MOST} files")
        return words, entities

    def _place(self, person: User, where: Where) -> Chat:
        """Return the chat in which the person wants to write; PermissionError if they cannot now."""
        if isinstance(where, tuple):
            where = where[1]
        chat = self.private(person, where) if isinstance(where, User) else where
        if chat.person is not None and chat.person is not person:
            raise PermissionError("somebody else's dialog")
        if chat.blocked:
            raise PermissionError(f"{person.full_name} has stopped the bot")
        if chat.is_group:
            self._must_be_in(person, chat)
        return chat

    def _must_see(self, person: User, message: Message) -> None:
        if message.deleted:
            raise LookupError("the message was deleted")
        if not message.chat.has(person) and message.chat.person is not person:
            raise PermissionError(f"{person.full_name} does not see this chat")


def _as_forward(message: Message) -> Forward:
    return Forward(
        message.mid,
        message.id,
        message.text,
        tuple(message.entities),
        tuple(message.attached),
        message.chat.id,
        message.chat.title,
        None if message.for_channel else message.sender,
    )
