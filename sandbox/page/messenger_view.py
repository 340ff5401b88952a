"""A person's chats as JSON for the page: exactly what the messenger's own client would show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.messenger.model import Button, Media, Message, User
from sandbox.page.cast import Role
from sandbox.page.shelf import Shelf
from sandbox.page.stage import BOT, GROUP, Stage, address
from sandbox.page.unread import Unread

Json = dict[str, Any]

START = "/start"
ATTACHED = {"photo": "Фото", "video": "Видео", "document": "Файл", "voice": "Голосовое сообщение"}
SHOWN_AT_MOST = 250
QUOTE_LETTERS = 160
SUBTITLES = {GROUP: "Рабочая группа", BOT: "Личный чат с ботом"}
FILE_NAMES = {"photo": "photo.jpg", "video": "video.mp4", "voice": "voice.ogg", "audio": "audio.mp3"}


class MessengerView:
    """Makes the JSON that shows the simulated messenger to one role at a time."""

    def __init__(self, stage: Stage, shelf: Shelf, unread: Unread) -> None:
        self._stage = stage
        self._shelf = shelf
        self._unread = unread

    def of(self, role: Role) -> Json | None:
        """Return the role's chats with their messages; None for a role without an account in the messenger."""
        if role.person is None or self._stage.bot is None:
            return None
        chats = [self._chat(role, role.person, key) for key in (GROUP, BOT)]
        return {"chats": [chat for chat in chats if chat is not None]}

    def unread(self, role: Role) -> int:
        """Return how many unread messages the role's private chat has; the group is not counted, since it asks the role
        for nothing.
        """
        chat = self._stage.chat(role, BOT)
        if role.person is None or chat is None:
            return 0
        return len(self._unread.of(role.key, role.person, self._stage.history(chat)))

    def _chat(self, role: Role, person: User, key: str) -> Json | None:
        chat = self._stage.chat(role, key)
        bot = self._stage.bot
        if bot is None or (key == GROUP and chat is None):
            return None
        history = self._stage.history(chat) if chat is not None else []
        waiting = self._unread.of(role.key, person, history)
        shown = history[-SHOWN_AT_MOST:]
        pinned = next((m for m in reversed(history) if m.pinned), None)
        started = chat is not None
        return {
            "key": key,
            "id": chat.id if chat is not None else 0,
            "title": chat.title if key == GROUP and chat is not None else bot.full_name,
            "subtitle": SUBTITLES[key],
            "members": sum(member.is_in for member in chat.members.values()) if chat is not None else 0,
            "unread": len(waiting),
            "first_unread": address(waiting[0]) if waiting else None,
            "loud": any(not m.silent for m in waiting),
            "last": self._last(history[-1], person) if history else None,
            "pinned": {"id": address(pinned), "text": _short(pinned.text)} if pinned is not None else None,
            "can_start": not started or (chat is not None and key == BOT and chat.blocked),
            "can_write": started,
            "can_forward": key == GROUP,
            "commands": self._stage.messenger.menu(bot, chat, person) if chat is not None else [],
            "keyboard": _keyboard(history) if key == BOT else [],
            "messages": [self._message(m, person) for m in shown],
        }

    def _last(self, message: Message, person: User) -> Json:
        return {
            "text": _short(_words(message)) or _attached(message),
            "date": message.date.isoformat(),
            "mine": message.sender is person,
        }

    def _message(self, message: Message, person: User) -> Json:
        mine = message.sender is person and not message.anonymous
        return {
            "id": address(message),
            "from": _author(message),
            "mine": mine,
            "editable": mine and message.forwarded_from is None,
            "date": message.date.isoformat(),
            "edited": message.edited is not None,
            "silent": message.silent,
            "pinned": message.pinned,
            "service": bool(message.service),
            "text": _words(message),
            "entities": [
                {"type": e.type, "offset": e.offset, "length": e.length, "url": e.url, "language": e.language}
                for e in message.entities
            ],
            "reply": _quote(message.reply_to) if message.reply_to is not None else None,
            "forward": {"name": message.forwarded_from} if message.forwarded_from is not None else None,
            "media": [self._media(media) for media in message.files],
            "album": message.album,
            "buttons": [[_button(button) for button in row] for row in message.buttons],
            "force_reply": message.asks_for_a_reply,
            "reactions": [{"emoji": emoji, "count": count} for emoji, count in message.reaction_counts.items()],
        }

    def _media(self, media: Media) -> Json:
        shown: Json = {"kind": media.kind, "name": media.name, "size": len(media.data)}
        if media.file is not None:
            name = media.name or FILE_NAMES.get(media.kind, "file")
            shown["file"] = self._shelf.put("messenger", media.file.file_id, media.data, name)
        if media.emoji is not None:
            shown["emoji"] = media.emoji
        if media.kind == "location":
            shown |= {"latitude": media.latitude, "longitude": media.longitude}
        return shown


def service_words(message: Message) -> str:
    """Return the line that a client shows in the middle of the chat for a service message."""
    service, name = message.service, message.sender.full_name
    if "new_chat_members" in service:
        who = ", ".join(_name(user) for user in service["new_chat_members"])
        return f"{name}: в группе" if who == name else f"{name} добавляет: {who}"
    if "left_chat_member" in service:
        return f"{_name(service['left_chat_member'])}: больше не в группе"
    if "pinned_message" in service:
        return f"{name}: сообщение закреплено"
    if "new_chat_title" in service:
        return f"{name} меняет название группы: {service['new_chat_title']}"
    if "migrate_to_chat_id" in service or "migrate_from_chat_id" in service:
        return "Группа стала супергруппой"
    return "Служебное сообщение"


def _words(message: Message) -> str:
    """Return the text as a client shows it: the code after /start (an invitation) stays hidden."""
    if message.service:
        return service_words(message)
    return START if message.text.startswith(f"{START} ") and message.chat.person is not None else message.text


def _attached(message: Message) -> str:
    return ATTACHED.get(message.files[0].kind, "Вложение") if message.files else ""


def _name(user: object) -> str:
    return user.full_name if isinstance(user, User) else "участник"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTE_LETTERS else line[: QUOTE_LETTERS - 1] + "…"


def _author(message: Message) -> Json:
    if message.anonymous:
        return {"id": message.chat.id, "name": message.chat.title, "kind": "anonymous", "tone": 4}
    sender = message.sender
    return {
        "id": sender.id,
        "name": sender.full_name,
        "kind": "bot" if sender.is_bot else "person",
        "tone": 0 if sender.is_bot else 1 + sender.id % 6,
    }


def _quote(original: Message) -> Json:
    author = _author(original)
    return {
        "id": address(original),
        "author": author["name"],
        "tone": author["tone"],
        "text": _short(_words(original)) or _attached(original),
        "missing": original.deleted,
    }


def _button(button: Button) -> Json:
    kind = "callback"
    if button.url is not None:
        kind = "url"
    elif button.copy_text is not None:
        kind = "copy"
    return {
        "text": button.text,
        "kind": kind,
        "url": button.url,
        "copy": button.copy_text,
        "style": button.style,
        "disabled": kind == "callback" and button.data is None,
    }


def _keyboard(history: Sequence[Message]) -> list[list[str]]:
    return next((keys for keys in (m.keys for m in reversed(history)) if keys is not None), [])
