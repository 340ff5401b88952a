"""What people do in the simulated Telegram: writing, forwarding, editing and pressing. `TelegramWorld` combines all
parts.

Each call changes the state at once, makes the updates that Telegram would make, and wakes waiting long polls. An action
that a client would not allow raises PermissionError, LookupError or ValueError.
"""

from collections.abc import Sequence
from typing import Any, Literal

from sandbox.messenger.news import button_named
from sandbox.telegram import wire
from sandbox.telegram.account import BotAccount
from sandbox.telegram.channels import Channels
from sandbox.telegram.formatting import CAPTION_LIMIT, TEXT_LIMIT, settle
from sandbox.telegram.memory import FIRST_PERSON_ID, FIRST_PRESS_ID, deliver
from sandbox.telegram.menus import menu_of
from sandbox.telegram.model import Chat, Media, Message, Origin, Press, User, utf16_length

Where = Chat | User | tuple[User, User]


class TelegramWorld(Channels):
    """A simulated Telegram with people, bots and groups in it; see sandbox/README.md."""

    key: Literal["telegram"] = "telegram"
    name = "Telegram"
    site = "t.me"
    text_limit = TEXT_LIMIT
    caption_limit = CAPTION_LIMIT
    files_limit = 10

    @property
    def bots(self) -> list[User]:
        """All bots, oldest first."""
        return [account.user for account in self.accounts.values()]

    @property
    def is_asked_for_updates(self) -> bool:
        """Whether some bot has called getUpdates, or is waiting in it now."""
        waits = any(account.waiting is not None for account in self.accounts.values())
        return waits or any(call.method == "getUpdates" for call in self.calls)

    def menu(self, bot: User, chat: Chat, person: User) -> list[dict[str, Any]]:
        """Return the bot's menu of commands for this person in this chat: the list of the narrowest scope set with
        setMyCommands.
        """
        return menu_of(self.account(bot), chat, person)

    def add_bot(self, *, token: str, name: str, username: str, reads_all: bool = False) -> User:
        """Create a bot with this token and return it; its id is the number before the colon. `reads_all`: privacy mode
        is off. Raise ValueError if the token is not of that form.
        """
        number, colon, _ = token.partition(":")
        if not colon or not number.isdecimal():
            raise ValueError("a token is «<number>:<secret>»")
        bot = User(int(number), name, username=username, is_bot=True, reads_all=reads_all)
        self.users[bot.id] = bot
        self.accounts[bot.id] = BotAccount(token, bot)
        return bot

    def add_person(
        self,
        first_name: str,
        last_name: str = "",
        *,
        username: str | None = None,
        hides_forwards: bool = False,
        id: int | None = None,
    ) -> User:
        """Create a person and return them. `hides_forwards`: forwards of their messages do not link to their account;
        `id` replaces the next free number.
        """
        number = id if id is not None else self.next_number("person", FIRST_PERSON_ID)
        person = User(number, first_name, last_name, username, hides_forwards=hides_forwards)
        self.users[person.id] = person
        return person

    def messages(self, where: Where) -> list[Message]:
        """Return the messages of a chat, oldest first; a private chat may be given as (person, bot) and is empty if
        never opened.
        """
        if isinstance(where, tuple):
            chat = self.private_of(*where)
            return [] if chat is None else self.talk(chat)
        if isinstance(where, User):
            raise TypeError("whose private chat? give (person, bot)")
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
        silent: bool = False,
    ) -> Message:
        """Let the person write a message in the group, channel or private chat; return it. `text` is the caption if a
        file is given.
        """
        chat = self._place(person, where)
        media = self._attachment(photo, document, video, voice, sticker, location)
        return self._say(chat, person, text, media=media, reply_to=reply_to, silent=silent)

    def send_album(
        self,
        person: User,
        where: Where,
        items: Sequence[bytes | tuple[str, bytes]],
        *,
        caption: str = "",
        reply_to: Message | None = None,
    ) -> list[Message]:
        """Let the person send two to ten photos (bytes) or documents (name, bytes) as an album: one message each, the
        caption on the first. Return the messages; ValueError for another number.
        """
        if not 2 <= len(items) <= 10:
            raise ValueError("an album has two to ten items")
        chat = self._place(person, where)
        group_id = str(13_900_000_000_000_000 + self.next_number("album"))
        album = []
        for index, item in enumerate(items):
            media = self.media("photo", item) if isinstance(item, bytes) else self.media("document", item[1], item[0])
            words = caption if index == 0 else ""
            extra = {"media": media, "reply_to": reply_to, "media_group_id": group_id}
            album.append(self._say(chat, person, words, **extra))
        return album

    def edit(self, person: User, message: Message, text: str) -> Message:
        """Let the person change the text of their own message; return it. Bots get edited_message even if the text is
        the same, as in Telegram. PermissionError if it is not theirs, a forward or deleted.
        """
        if message.sender is not person or message.forward is not None or message.deleted:
            raise PermissionError("people edit their own messages only")
        message.text, message.entities = self._words(text, message.media)
        message.edited = self.now()
        deliver(self, "edited_message", message)
        self.tell("message_edited", message=message)
        return message

    def delete(self, person: User, message: Message) -> None:
        """Let the person delete the message for everybody; no bot gets an update, as in Telegram. PermissionError if it
        is somebody else's and the person is no administrator.
        """
        own = message.sender is person or message.chat.person is person
        if not own and not message.chat.is_admin(person):
            raise PermissionError("people delete their own messages only")
        self.remove(message)

    def forward(self, person: User, message: Message, *, to: Where) -> Message:
        """Let the person forward the message to `to`, with its origin; return the new message."""
        chat = self._place(person, to)
        origin = wire.origin_of(message)
        copied = {"entities": list(message.entities), "media": message.media, "forward": origin}
        return self.post(self._of(person, chat, message.text, **copied))

    def forward_foreign(
        self,
        person: User,
        *,
        to: Where,
        text: str,
        origin_title: str,
        origin_username: str | None = None,
        message_id: int = 1,
        photo: bytes | None = None,
        kind: str = "channel",
    ) -> Message:
        """Let the person forward a message from a chat that no bot here knows: from a channel, or with kind="chat" from
        an anonymous administrator of a group. Return the new message.
        """
        number = -1_003_000_000_000 - self.next_number("foreign chat")
        foreign = Chat(number, "channel" if kind == "channel" else "supergroup", origin_title, username=origin_username)
        if kind == "channel":
            origin = Origin("channel", self.now(), chat=foreign, message_id=message_id)
        else:
            origin = Origin("chat", self.now(), chat=foreign)
        media = self.media("photo", photo) if photo is not None else None
        words, entities = self._words(text, media)
        chat = self._place(person, to)
        return self.post(self._of(person, chat, words, entities=entities, media=media, forward=origin))

    def press(self, person: User, message: Message, caption: str) -> Press:
        """Let the person press the button whose caption is `caption` or ends with it. Return the press; the bot's
        answer appears in it later. LookupError for a button that asks the bot nothing.
        """
        self._must_see(person, message)
        button = button_named(message, caption)
        if button.data is None:
            raise LookupError(f"«{button.text}» asks the bot nothing: it is a link or copies text")
        number = self.next_number("press", FIRST_PRESS_ID)
        press = Press(str(number), person, message, button.data, self.now())
        self.presses[press.id] = press
        account = self.accounts[message.sender.id]
        account.known.add(person.id)
        self.queue(account, "callback_query", wire.callback_query(press, self.users))
        self.tell("pressed", message=message, press=press, person=person)
        return press

    def react(self, person: User, message: Message, emoji: str | None) -> None:
        """Set the person's reaction to the message (None removes it). The bot of a private chat and bots that
        administer the group get an update if they asked for such updates.
        """
        self._must_see(person, message)
        old = message.reactions.get(person.id, [])
        message.reactions[person.id] = [emoji] if emoji else []
        body = {
            "chat": wire.chat(message.chat),
            "message_id": message.id,
            "user": wire.user(person),
            "date": wire.unix(self.now()),
            "old_reaction": [{"type": "emoji", "emoji": one} for one in old],
            "new_reaction": [{"type": "emoji", "emoji": one} for one in message.reactions[person.id]],
        }
        for account in self.accounts.values():
            if message.chat.is_admin(account.user) or message.chat.bot is account.user:
                self.queue(account, "message_reaction", body)
        self.tell("reaction", message=message, person=person)

    def _say(self, chat: Chat, person: User, text: str, **fields: Any) -> Message:
        media = fields.get("media")
        words, entities = self._words(text, media)
        if not words and media is None:
            raise ValueError("a client does not send an empty message")
        return self.post(self._of(person, chat, words, entities=entities, **fields))

    def _of(self, person: User, chat: Chat, text: str, **fields: Any) -> Message:
        member = chat.member(person)
        anonymous = member is not None and member.is_admin and member.anonymous
        return self.new_message(chat, person, text=text, anonymous=anonymous, **fields)

    def _words(self, text: str, media: Media | None) -> tuple[str, list[Any]]:
        words, entities = settle(text)
        limit = CAPTION_LIMIT if media is not None else TEXT_LIMIT
        if utf16_length(words) > limit:
            raise ValueError(f"a client would not send more than {limit} letters here")
        return words, entities

    def _place(self, person: User, where: Where) -> Chat:
        """Return the chat in which the person is about to write; raise an error if they cannot write there now."""
        if isinstance(where, tuple):
            where = where[1]
        if isinstance(where, User):
            chat = self.private(person, where)
            if chat.blocked:
                raise PermissionError(f"{person.full_name} has blocked {where.full_name}")
            return chat
        if where.person is not None and where.person is not person:
            raise PermissionError("somebody else's private chat")
        if where.is_group:
            self._must_live(where)
            self._must_be_in(person, where)
        return where

    def _must_see(self, person: User, message: Message) -> None:
        if message.deleted:
            raise LookupError("the message was deleted")
        chat = message.chat
        if not chat.has(person) and chat.person is not person:
            raise PermissionError(f"{person.full_name} does not see this chat")

    def _attachment(
        self,
        photo: bytes | None,
        document: tuple[str, bytes] | None,
        video: bytes | None,
        voice: bytes | None,
        sticker: str | None,
        location: tuple[float, float] | None,
    ) -> Media | None:
        if photo is not None:
            return self.media("photo", photo)
        if document is not None:
            return self.media("document", document[1], document[0])
        if video is not None:
            return self.media("video", video)
        if voice is not None:
            return self.media("voice", voice)
        if sticker is not None:
            return Media("sticker", file=self.keep_file("sticker", b"RIFF"), emoji=sticker)
        if location is not None:
            return Media("location", latitude=location[0], longitude=location[1])
        return None
