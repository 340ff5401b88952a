"""The Bot API of group messages, after the documentation of Одноклассники: chats, their messages, sending, webhooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.ok.errors import OkError
from sandbox.ok.model import OkChat, OkGroup, OkMessage, milliseconds
from sandbox.ok.world import OkWorld

MOST_CHATS = 100
NEWEST = 9223372036854775807


@dataclass(frozen=True)
class GraphCall:
    """One call of the Bot API with a valid token. `chat_id`: the chat in the path, None if there is none."""

    world: OkWorld
    group: OkGroup
    query: Mapping[str, str]
    body: Any
    chat_id: str | None = None

    @property
    def chat(self) -> OkChat:
        """The chat in the path. OkError 705 if the group has none with this id."""
        for chat in self.world.chats:
            if chat.id == self.chat_id and chat.group is self.group:
                return chat
        raise OkError(705, "chat not found")

    def number(self, name: str, default: int) -> int:
        value = self.query.get(name, str(default))
        if not value.isdecimal():
            raise OkError(2001, name)
        return int(value)


def shape(message: OkMessage, with_name: bool = True) -> dict[str, Any]:
    """Return a message as JSON, as in lists and webhooks."""
    sender = {"user_id": message.author.ref} | ({"name": message.author.name} if with_name else {})
    body: dict[str, Any] = {
        "text": message.text,
        "seq": milliseconds(message.date) << 16,
        "mid": f"mid:{message.mid}",
    }
    if message.photos:
        body["attachments"] = [{"type": "IMAGE", "payload": {"url": url}} for url in message.photos]
    return {
        "sender": sender,
        "recipient": {"chat_id": f"chat:{message.chat.id}"},
        "message": body,
        "timestamp": milliseconds(message.date),
    }


def info(call: GraphCall) -> Any:
    return {"name": call.group.name, "group_id": call.group.ref}


def chats(call: GraphCall) -> Any:
    """Return the group's chats, the most recently active first; with a `marker` if there are more."""
    count, start = call.number("count", 50), call.number("marker", 0)
    if not 1 <= count <= MOST_CHATS:
        raise OkError(2001, "count")
    own = [one for one in call.world.chats if one.group is call.group and one.messages]
    own.sort(key=lambda one: one.messages[-1].date, reverse=True)
    shown = own[start : start + count]
    answer: dict[str, Any] = {"chats": [_chat(one) for one in shown]}
    if start + count < len(own):
        answer["marker"] = str(start + count)
    return answer


def _chat(chat: OkChat) -> dict[str, Any]:
    last = milliseconds(chat.messages[-1].date)
    return {
        "type": "GROUP_CHAT",
        "status": "ACTIVE",
        "title": chat.group.name,
        "participants": {chat.person.ref: last},
        "lastEventTime": last,
        "chat_id": f"chat:{chat.id}",
        "owner_id": chat.person.ref,
        "group_id": chat.group.ref,
    }


def messages(call: GraphCall) -> Any:
    """Return the chat's messages, the newest first, from `from` down to `to` (milliseconds)."""
    newest, oldest = call.number("from", NEWEST), call.number("to", 0)
    if newest < oldest:
        raise OkError(2001, "from must be greater than to")
    found = [one for one in reversed(call.chat.messages) if oldest <= milliseconds(one.date) <= newest]
    return {"messages": [shape(one) for one in found[: call.number("count", 50)]]}


def send(call: GraphCall) -> Any:
    """Send a message from the group to the chat; return its id."""
    chat = call.chat
    recipient = call.body.get("recipient") if isinstance(call.body, dict) else None
    message = call.body.get("message") if isinstance(call.body, dict) else None
    if not isinstance(recipient, dict) or recipient.get("chat_id") != f"chat:{chat.id}":
        raise OkError(2001, "recipient")
    text = message.get("text") if isinstance(message, dict) else None
    if not isinstance(text, str) or not text:
        raise OkError(2001, "message")
    if chat.closed:
        raise OkError(458, "the user does not allow messages of the group")
    made = call.world.write(chat, call.group, text)
    return {"recipient_id": f"chat:{chat.id}", "message_id": f"mid:{made.mid}"}


def subscribe(call: GraphCall) -> Any:
    url = call.body.get("url") if isinstance(call.body, dict) else None
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise OkError(2001, "url")
    call.group.subscriptions[url] = milliseconds(call.world.clock.now())
    return {"success": True}


def unsubscribe(call: GraphCall) -> Any:
    url = call.body.get("url") if isinstance(call.body, dict) else None
    return {"success": call.group.subscriptions.pop(str(url), None) is not None}


def subscriptions(call: GraphCall) -> Any:
    return {"subscriptions": [{"url": url, "time": at} for url, at in call.group.subscriptions.items()]}


METHODS: Mapping[str, Callable[[GraphCall], Any]] = {
    "GET me/info": info,
    "GET me/chats": chats,
    "GET messages": messages,
    "POST messages": send,
    "POST me/subscribe": subscribe,
    "POST me/unsubscribe": unsubscribe,
    "GET me/subscriptions": subscriptions,
}
