"""The state of the local MAX: its people, chats and messages, and which updates each bot gets.

It knows nothing of HTTP or rights; people's actions (`world.py`) and bots' methods (`methods_*.py`) both build on it.
As MAX's maintainers say: in a group or channel a bot without an administrator's `read_all_messages` gets no updates
except that it was added and removed. A bot gets no updates of its own acts, unless `echoes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.max.account import BotAccount
from sandbox.max.ids import dialog_id, read_mid
from sandbox.max.model import Chat, Media, MediaKind, Message, Press, StoredFile, User, WorldEvent
from sandbox.max.wire import Json, Wire, ms
from sandbox.messenger.faults import Faults
from sandbox.messenger.news import News

FIRST_PERSON_ID = 8_100_001
#: How many of the newest presses a bot's next message may still answer.
PRESSES_OPEN = 20
FIRST_GROUP_ID = -70_801_090_403_050
EXTENSIONS = {"photo": "jpg", "video": "mp4", "voice": "ogg", "audio": "mp3", "sticker": "webp"}


@dataclass(frozen=True)
class Ticket:
    """Where one file may be uploaded; video and audio get their token before the upload."""

    number: str
    kind: str
    token: str | None


class Memory(News[WorldEvent]):
    """The whole state, with settings for what MAX's documentation leaves open.

    `limits_on`: count calls. `renders_blockquote`: recognise the tag (a live bot is said not to).
    `uploads_settle_after`: how many times an uploaded file is «not ready» at first. `echoes`: bots get updates of their
    own messages. `posts_by_webhook`: a channel's posts reach webhooks. `comments_take_links`: a comment with a link is
    accepted. `callbacks_name_the_dialog`: a press in a dialog says in which chat (some live bots got none).
    """

    event_type = WorldEvent

    def __init__(self, clock: SandboxClock) -> None:
        super().__init__(clock, Faults("sendMessage", {"forget_message": "edit*", "conflict": "getUpdates"}))
        self.accounts: dict[int, BotAccount] = {}
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.presses: list[Press] = []
        self.names: dict[str, User] = {}
        self.base = "http://max.invalid"
        self.limits_on = False
        self.renders_blockquote = False
        self.uploads_settle_after = 0
        self.unsettled: dict[str, int] = {}
        self.tickets: dict[str, Ticket] = {}
        self.echoes = False
        self.posts_by_webhook = True
        self.comments_take_links = False
        self.callbacks_name_the_dialog = True
        self._talk: dict[Chat, dict[int, Message]] = {}
        self._last_seq = 0

    # --- who and what there is

    def account(self, bot: User) -> BotAccount:
        """Return the bot's account; LookupError for a user who is no bot of this world."""
        try:
            return self.accounts[bot.id]
        except KeyError:
            raise LookupError(f"{bot.full_name} is no bot here") from None

    def by_token(self, token: str) -> BotAccount | None:
        """Return the account with this token; None if there is none."""
        return next((a for a in self.accounts.values() if a.token == token), None)

    def dialog(self, person: User | int, bot: User) -> Chat | None:
        """Return the dialog of the person and the bot; None if the person never opened it."""
        number = person if isinstance(person, int) else person.id
        return self.chats.get(dialog_id(bot.id, number))

    private_of = dialog

    def find(self, mid: str) -> Message | None:
        """Return the message, post or comment with this id; None if there is none or it was deleted."""
        numbers = read_mid(mid)
        chat = self.chats.get(numbers[0]) if numbers is not None else None
        found = self._talk.get(chat, {}).get(numbers[1]) if numbers is not None and chat is not None else None
        return None if found is None or found.deleted else found

    def talk(self, chat: Chat) -> list[Message]:
        """Return the chat's messages without comments, the oldest first, including lines that only people see (who
        came, what was pinned).
        """
        return [m for m in self._talk.get(chat, {}).values() if not m.deleted and m.post is None]

    def said(self, chat: Chat) -> list[Message]:
        """Return the chat's messages that the API shows, the oldest first."""
        return [message for message in self.talk(chat) if not message.service]

    def comments(self, post: Message) -> list[Message]:
        """Return the comments under the post, the oldest first."""
        return [m for m in self._talk.get(post.chat, {}).values() if not m.deleted and m.post is post]

    def pinned(self, chat: Chat) -> Message | None:
        """Return the chat's pinned message (there is one at most); None if there is none."""
        return next((m for m in self.said(chat) if m.pinned), None)

    def new_ticket(self, kind: str) -> Ticket:
        """Return a new place for the upload of one file of this kind."""
        number = self.next_number("ticket")
        ticket = Ticket(f"t{number:06d}", kind, f"_3Rarh{number:06d}" if kind in ("video", "audio") else None)
        self.tickets[ticket.number] = ticket
        return ticket

    def keep_file(
        self, kind: MediaKind, data: bytes, name: str | None = None, *, file_id: str | None = None
    ) -> StoredFile:
        """Store the bytes and return the file; its token is its `file_id`."""
        number = self.next_number("file")
        extension = EXTENSIONS.get(kind) or (name or "").rpartition(".")[2] or "bin"
        token = file_id or f"f9LHod{kind}{number:06d}"
        stored = StoredFile(token, f"{1900000000 + number}", kind, data, f"{number}.{extension}", name)
        self.files[stored.file_id] = stored
        return stored

    def media(self, kind: MediaKind, data: bytes, name: str | None = None) -> Media:
        """Store the bytes and return them as the content of a message."""
        return Media(kind, file=self.keep_file(kind, data, name))

    # --- what happens

    def new_message(self, chat: Chat, sender: User, **fields: Any) -> Message:
        """Return a message with the next number and the current time, without posting it."""
        now = self.now()
        self._last_seq = max(ms(now) << 16, self._last_seq + 1)
        return Message(self._last_seq, chat, sender, now, **fields)

    def post(self, message: Message) -> Message:
        """Add a new message to its chat; notify bots and subscribers."""
        self._talk.setdefault(message.chat, {})[message.id] = message
        message.chat.last_event = message.date
        if not message.service:
            self._tell_of_message("created", message)
        self.tell("message_new", message=message)
        self._follows_presses(message)
        return message

    def changed(self, message: Message) -> None:
        """Note that the message was edited just now; notify bots and subscribers."""
        message.edited = self.now()
        self._tell_of_message("edited", message)
        self.tell("message_edited", message=message)
        self._follows_presses(message)

    def remove(self, message: Message, by: User) -> None:
        """Delete the message; notify bots and subscribers."""
        message.deleted, message.pinned = True, False
        body: Json = {
            "message_id": message.mid,
            "chat_id": message.chat.id,
            "user_id": by.id,
            "timestamp": ms(self.now()),
        }
        if message.post is not None:
            body |= {"update_type": "comment_removed", "post_id": message.post.mid}
        else:
            body["update_type"] = "message_removed"
        for account in self.listeners(message.chat):
            if not (account.user is by and not self.echoes):
                account.push(dict(body), self.now())
        self.tell("message_deleted", message=message)
        self._follows_presses(message)

    def service(self, chat: Chat, sender: User, **what: Any) -> Message:
        """Add a line for people about what happened in the chat. The API does not show such lines."""
        return self.post(self.new_message(chat, sender, service=what))

    def pin(self, message: Message, by: User, silent: bool = False) -> None:
        """Pin the message in place of the pinned one, with a line for people."""
        for other in self.said(message.chat):
            other.pinned = False
        message.pinned = True
        self.post(self.new_message(message.chat, by, service={"pinned_message": message}, silent=silent))
        self.tell("message_pinned", message=message)

    def unpin(self, message: Message) -> None:
        """Unpin the message, without notifying anybody."""
        message.pinned = False

    def event(self, account: BotAccount, kind: str, chat: Chat, user: User, **more: Any) -> None:
        """Send the bot an update about something that happened in the chat."""
        account.push(self.wire(account).event(kind, self.now(), chat, user, **more), self.now())

    def listeners(self, chat: Chat) -> list[BotAccount]:
        """Return the bots that get updates of messages in this chat."""
        if chat.bot is not None:
            return [self.accounts[chat.bot.id]]
        return [a for a in self.accounts.values() if chat.may(a.user, "read_all_messages")]

    def wire(self, account: BotAccount) -> Wire:
        """Return the converter of values to JSON for this bot."""
        return Wire(self.base, self.now(), self.names)

    def shown(self, account: BotAccount, message: Message) -> Json:
        """Return the message as JSON for this bot: the chat of a forwarded message is 0 if the bot has no access to it."""
        body = self.wire(account).message(message)
        if message.forward is not None:
            origin = self.chats.get(message.forward.chat_id)
            seen = origin is not None and (origin.bot is account.user or origin.has(account.user))
            body["link"]["chat_id"] = message.forward.chat_id if seen else 0
        return body

    def _follows_presses(self, message: Message) -> None:
        """Note for recent presses that the bot did something the person sees: in the same chat, or in its dialog with
        the person who pressed.
        """
        if not message.sender.is_bot:
            return
        for press in self.presses[-PRESSES_OPEN:]:
            if not press.settled and message.chat in (press.message.chat, self.dialog(press.person, message.sender)):
                press.followed = True
                self.tell("toast", message=press.message, press=press, person=press.person)

    def _tell_of_message(self, what: str, message: Message) -> None:
        kind = f"comment_{what}" if message.post is not None else f"message_{what}"
        for account in self.listeners(message.chat):
            if message.sender is account.user and not (self.echoes and message.post is None):
                continue
            if message.chat.type == "channel" and account.subscription is not None and not self.posts_by_webhook:
                continue
            account.met.add(message.sender.id)
            body: Json = {"update_type": kind, "timestamp": ms(self.now()), "message": self.shown(account, message)}
            if message.chat.person is not None and what == "created":
                body["user_locale"] = "ru"
            account.push(body, self.now())
