"""Carry out a visitor's actions on the page, in the simulated messenger and VK, in the role the visitor has taken.

Every refusal is a `BadAct` with a sentence for the visitor; bad input raises nothing else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.messenger.model import Chat, Message, Press, User, utf16_length
from sandbox.page.cast import Role
from sandbox.page.community_view import CommunityView
from sandbox.page.samples import Ready
from sandbox.page.shelf import picture_type
from sandbox.page.stage import BOT, GROUP, Stage, address
from sandbox.page.unread import Unread
from sandbox.vk.model import Comment, Community, VkUser

Json = dict[str, Any]

VK_LETTERS_AT_MOST = 4096
ANSWER_WITHIN_SECONDS = 12.0


class BadAct(Exception):  # noqa: N818 - it is an answer, not an error
    """The visitor's action cannot be done; the text tells the visitor why."""


@dataclass(frozen=True)
class Upload:
    """A file that the visitor sent with an action."""

    name: str
    data: bytes

    @property
    def is_picture(self) -> bool:
        """Whether the messenger would send the file as a photograph."""
        return picture_type(self.data) is not None


class Acts:
    """Carries out the visitors' actions. `answered`: waits until the bot has answered a press, or until the time limit."""

    def __init__(
        self,
        stage: Stage,
        unread: Unread,
        community: CommunityView,
        tell: Callable[[], None],
        answered: Callable[[Press, float], Awaitable[None]],
    ) -> None:
        self._stage = stage
        self._unread = unread
        self._community = community
        self._tell = tell
        self._answered = answered
        self._ready = Ready()
        self._acts: dict[str, Callable[[Role, Json, list[Upload]], Awaitable[Json] | Json]] = {
            "start": self._start,
            "press": self._press,
            "write": self._write,
            "reply": self._write,
            "album": self._write,
            "edit": self._edit,
            "forward": self._forward,
            "read": self._read,
            "comment": self._comment,
            "wall_post": self._wall_post,
            "channel_post": self._channel_post,
            "message": self._letter,
            "delete_comment": self._delete_comment,
            "sample": self._sample,
            "read_letters": self._read_letters,
        }

    async def do(self, body: Mapping[str, Any], files: list[Upload]) -> Json:
        """Carry out the action in `body` and return its result for the page. Raises BadAct."""
        act = self._acts.get(_text(body, "do"))
        if act is None:
            raise BadAct("Такого действия здесь нет.")
        key = _text(body, "as")
        if key not in self._stage.cast:
            raise BadAct("Такого участника здесь нет. Обновите страницу.")
        most = self._stage.messenger.files_limit
        if len(files) > most:
            raise BadAct(f"В одном сообщении не больше {most} файлов.")
        try:
            done = act(self._stage.cast[key], dict(body), files)
            return done if isinstance(done, dict) else await done
        except (LookupError, ValueError, PermissionError) as error:
            raise BadAct("Так не получилось: пока вы смотрели, здесь всё изменилось. Обновите страницу.") from error

    # --- the messenger

    def _start(self, role: Role, body: Json, files: list[Upload]) -> Json:
        person, bot = self._person(role), self._bot()
        payload = _text(body, "payload", required=False)
        self._stage.messenger.start(person, bot, payload=payload)
        return {"done": True}

    async def _press(self, role: Role, body: Json, files: list[Upload]) -> Json:
        person = self._person(role)
        message = self._message(role, body)
        row, column = _number(body, "row"), _number(body, "column")
        if not (0 <= row < len(message.buttons) and 0 <= column < len(message.buttons[row])):
            raise BadAct("Этой кнопки уже нет: сообщение изменилось.")
        button = message.buttons[row][column]
        if button.data is None:
            raise BadAct("Эту кнопку не нажимают: она открывает ссылку или копирует текст.")
        press = self._stage.messenger.press(person, message, button.text)
        await self._answered(press, ANSWER_WITHIN_SECONDS)
        return {
            "done": True,
            "answered": press.settled,
            "text": press.toast or "",
            "alert": press.alert,
            "url": press.url,
        }

    def _write(self, role: Role, body: Json, files: list[Upload]) -> Json:
        person = self._person(role)
        to = self._place(role, body)
        text = _said(body, needed=not files, at_most=self._limit(bool(files)))
        reply_to = self._message(role, body) if body.get("message") is not None else None
        if reply_to is None and body.get("do") == "reply":
            raise BadAct("Не сказано, на какое сообщение вы отвечаете.")
        sent = self._send(person, to, text, reply_to, files, as_files=body.get("as_files") is True)
        return {"done": True, "messages": [address(message) for message in sent]}

    def _send(
        self, person: User, to: Chat | User, text: str, reply_to: Message | None, files: list[Upload], as_files: bool
    ) -> list[Message]:
        world = self._stage.messenger
        if not files:
            return [world.write(person, to, text, reply_to=reply_to)]
        pictures = [] if as_files else [file for file in files if file.is_picture]
        others = [file for file in files if file not in pictures]
        sent: list[Message] = []
        if len(pictures) == 1:
            sent.append(world.write(person, to, text, photo=pictures[0].data, reply_to=reply_to))
        elif pictures:
            sent += world.send_album(person, to, [p.data for p in pictures], caption=text, reply_to=reply_to)
        caption = "" if sent else text
        if len(others) == 1:
            document = (others[0].name, others[0].data)
            sent.append(world.write(person, to, caption, document=document, reply_to=reply_to))
        elif others:
            named = [(file.name, file.data) for file in others]
            sent += world.send_album(person, to, named, caption=caption, reply_to=reply_to)
        return sent

    def _edit(self, role: Role, body: Json, files: list[Upload]) -> Json:
        message = self._message(role, body)
        person = self._person(role)
        if message.sender is not person or message.forwarded_from is not None:
            raise BadAct("Изменить можно только своё сообщение.")
        words = _said(body, needed=not message.files, at_most=self._limit(bool(message.files)))
        self._stage.messenger.edit(person, message, words)
        return {"done": True}

    def _forward(self, role: Role, body: Json, files: list[Upload]) -> Json:
        message = self._message(role, body)
        person = self._person(role)
        if not self._started(role):
            raise BadAct("Сначала откройте личный чат с ботом и нажмите «Начать».")
        self._stage.messenger.forward(person, message, to=self._bot())
        return {"done": True}

    def _read(self, role: Role, body: Json, files: list[Upload]) -> Json:
        chat = self._stage.chat(role, _chat_key(body))
        if chat is None:
            return {"done": True}
        upto = _text(body, "upto")
        history = self._stage.history(chat)
        last = next((place for place, message in enumerate(history) if address(message) == upto), -1)
        if self._unread.read(role.key, history[: last + 1]):
            self._tell()
        return {"done": True}

    # --- VK

    def _comment(self, role: Role, body: Json, files: list[Upload]) -> Json:
        author = self._voice(role)
        number = _number(body, "post")
        post = next((one for one in self._stage.posts(self._town()) if one.id == number), None)
        if post is None:
            raise BadAct("Этой записи больше нет.")
        if not post.comments_open:
            raise BadAct("Комментарии к этой записи закрыты.")
        reply_to = self._found_comment(_number(body, "reply_to")) if body.get("reply_to") is not None else None
        text = _said(body, needed=not files)
        made = self._stage.vk.comment(author, post, text, reply_to=reply_to, photos=_pictures(files))
        return {"done": True, "post": post.id, "comment": made.id}

    def _wall_post(self, role: Role, body: Json, files: list[Upload]) -> Json:
        author, text, photos = self._voice(role), _said(body, needed=not files), _pictures(files)
        if isinstance(author, Community):
            made = self._stage.vk.post(author, text, photos)
        else:
            made = self._stage.vk.wall_post(author, self._town(), text, photos=photos)
        return {"done": True, "post": made.id, "comment": None}

    def _channel_post(self, role: Role, body: Json, files: list[Upload]) -> Json:
        """Publish in the office's channel; only the press service may."""
        channel = self._stage.channel
        if role.kind != "press" or channel is None:
            raise BadAct("В канал пишет пресс-служба: выберите её.")
        owner = next(member.user for member in channel.members.values() if member.is_creator)
        made = self._stage.messenger.publish(owner, channel, _said(body, needed=True))
        return {"done": True, "message": address(made)}

    def _letter(self, role: Role, body: Json, files: list[Upload]) -> Json:
        author = self._citizen(role)
        self._stage.vk.message(author, self._town(), _said(body, needed=not files), photos=_pictures(files))
        return {"done": True}

    def _delete_comment(self, role: Role, body: Json, files: list[Upload]) -> Json:
        comment = self._found_comment(_number(body, "comment"))
        if comment.author is not self._voice(role):
            raise BadAct("Удалить можно только свой комментарий.")
        self._stage.vk.delete_comment(comment)
        return {"done": True}

    def _sample(self, role: Role, body: Json, files: list[Upload]) -> Json:
        author = self._citizen(role)
        try:
            text = self._ready.next(_text(body, "key", required=False) or None)
        except LookupError:
            raise BadAct("Такой готовой жалобы нет.") from None
        post = next((p for p in self._stage.posts(self._town()) if p.comments_open and p.author is self._town()), None)
        if post is None:
            made = self._stage.vk.wall_post(author, self._town(), text)
            return {"done": True, "post": made.id, "comment": None, "text": text}
        comment = self._stage.vk.comment(author, post, text)
        return {"done": True, "post": post.id, "comment": comment.id, "text": text}

    def _read_letters(self, role: Role, body: Json, files: list[Upload]) -> Json:
        if self._community.read_letters(role):
            self._tell()
        return {"done": True}

    # --- who and where

    def _limit(self, with_files: bool) -> int:
        """Return how many UTF-16 units of text the messenger takes in one message."""
        return self._stage.messenger.caption_limit if with_files else self._stage.messenger.text_limit

    def _person(self, role: Role) -> User:
        if role.person is None:
            raise BadAct("Этого участника нет в мессенджере: он пишет во ВКонтакте.")
        return role.person

    def _voice(self, role: Role) -> VkUser | Community:
        """Return the author in whose name the role writes in VK."""
        return self._town() if role.kind == "press" else self._citizen(role)

    def _citizen(self, role: Role) -> VkUser:
        if role.vk_user is None or role.kind == "press":
            raise BadAct("Во ВКонтакте пишет житель: выберите его.")
        return role.vk_user

    def _bot(self) -> User:
        bot = self._stage.bot
        if bot is None:
            raise BadAct("Бота здесь пока нет.")
        return bot

    def _town(self) -> Community:
        community = self._stage.community
        if community is None:
            raise BadAct("Сообщества здесь пока нет.")
        return community

    def _started(self, role: Role) -> bool:
        chat = self._stage.chat(role, BOT)
        return chat is not None and not chat.blocked

    def _place(self, role: Role, body: Json) -> Chat | User:
        key = _chat_key(body)
        if key == BOT:
            if not self._started(role):
                raise BadAct("Сначала нажмите «Начать»: до этого бот вас не слышит.")
            return self._bot()
        chat = self._stage.chat(role, GROUP)
        if chat is None:
            raise BadAct("Вас нет в рабочей группе.")
        return chat

    def _message(self, role: Role, body: Json) -> Message:
        """Return the message named in `body` from a chat that the role is in; BadAct for messages of other chats."""
        wanted = _text(body, "message")
        for key in (GROUP, BOT):
            chat = self._stage.chat(role, key)
            for message in self._stage.history(chat) if chat is not None else []:
                if address(message) == wanted:
                    return message
        raise BadAct("Этого сообщения больше нет.")

    def _found_comment(self, number: int) -> Comment:
        town = self._town()
        for comment in self._stage.vk.all_comments:
            if comment.id == number and comment.post.wall is town and not comment.deleted:
                return comment
        raise BadAct("Этого комментария больше нет.")


def _pictures(files: list[Upload]) -> list[bytes]:
    if not all(file.is_picture for file in files):
        raise BadAct("Во ВКонтакте здесь можно приложить только фотографии.")
    return [file.data for file in files]


def _chat_key(body: Mapping[str, Any]) -> str:
    key = body.get("chat", GROUP)
    if key not in (GROUP, BOT):
        raise BadAct("Такого чата здесь нет.")
    return str(key)


def _text(body: Mapping[str, Any], name: str, required: bool = True) -> str:
    value = body.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str):
        raise BadAct("Стенд не понял, что сделать. Обновите страницу.")
    return value


def _number(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadAct("Стенд не понял, что сделать. Обновите страницу.")
    return value


def _said(body: Mapping[str, Any], needed: bool, at_most: int = VK_LETTERS_AT_MOST) -> str:
    text = _text(body, "text", required=False).strip()
    if needed and not text:
        raise BadAct("Напишите хоть что-нибудь.")
    if utf16_length(text) > at_most:
        raise BadAct(f"Слишком длинно: здесь помещается не больше {at_most} знаков.")
    return text
