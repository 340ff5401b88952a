"""The official operations by their addresses and names, each with the function that carries it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.max import methods_bot, methods_chats, methods_comments, methods_messages
from sandbox.max.call import ApiCall
from sandbox.max.ids import read_mid
from sandbox.max.memory import Memory
from sandbox.max.wire import Json


@dataclass(frozen=True)
class Route:
    """One operation of the API: HTTP verb, path in the official schema, name, and the function that carries it out
    (None for the long poll, which `polling.py` answers).
    """

    verb: str
    path: str
    method: str
    carry_out: Callable[[ApiCall], Json] | None


ROUTES = (
    Route("GET", "/me", "getMyInfo", methods_bot.get_me),
    Route("PATCH", "/me", "editMyInfo", methods_bot.edit_me),
    Route("PATCH", "/me/commands", "editMyCommands", methods_bot.edit_commands),
    Route("GET", "/messages", "getMessages", methods_messages.get_messages),
    Route("POST", "/messages", "sendMessage", methods_messages.send_message),
    Route("PUT", "/messages", "editMessage", methods_messages.edit_message),
    Route("DELETE", "/messages", "deleteMessage", methods_messages.delete_message),
    Route("GET", "/messages/{message}", "getMessageById", methods_messages.get_message),
    Route("GET", "/messages/{message}/comments", "getComments", methods_comments.get_comments),
    Route("POST", "/messages/{message}/comments", "sendComment", methods_comments.send_comment),
    Route("PUT", "/messages/{message}/comments", "editComment", methods_comments.edit_comment),
    Route("DELETE", "/messages/{message}/comments", "deleteComment", methods_comments.delete_comment),
    Route("GET", "/messages/{message}/comments/{comment}", "getCommentById", methods_comments.get_comment),
    Route("POST", "/answers", "answerOnCallback", methods_messages.answer),
    Route("GET", "/videos/{token}", "getVideoAttachmentDetails", methods_messages.get_video),
    Route("POST", "/uploads", "getUploadUrl", methods_bot.get_upload_url),
    Route("GET", "/chats/{chat}", "getChat", methods_chats.get_chat),
    Route("PATCH", "/chats/{chat}", "editChat", methods_chats.edit_chat),
    Route("POST", "/chats/{chat}/actions", "sendAction", methods_chats.send_action),
    Route("GET", "/chats/{chat}/pin", "getPinnedMessage", methods_chats.get_pin),
    Route("PUT", "/chats/{chat}/pin", "pinMessage", methods_chats.pin_message),
    Route("DELETE", "/chats/{chat}/pin", "unpinMessage", methods_chats.unpin_message),
    Route("GET", "/chats/{chat}/members/me", "getMembership", methods_chats.get_membership),
    Route("DELETE", "/chats/{chat}/members/me", "leaveChat", methods_chats.leave_chat),
    Route("GET", "/chats/{chat}/members/admins", "getAdmins", methods_chats.get_admins),
    Route("POST", "/chats/{chat}/members/admins", "postAdmins", methods_chats.set_admins),
    Route("DELETE", "/chats/{chat}/members/admins/{user}", "deleteAdmins", methods_chats.remove_admin),
    Route("GET", "/chats/{chat}/members", "getMembers", methods_chats.get_members),
    Route("POST", "/chats/{chat}/members", "addMembers", methods_chats.add_members),
    Route("DELETE", "/chats/{chat}/members", "removeMember", methods_chats.remove_member),
    Route("GET", "/subscriptions", "getSubscriptions", methods_bot.get_subscriptions),
    Route("POST", "/subscriptions", "subscribe", methods_bot.subscribe),
    Route("DELETE", "/subscriptions", "unsubscribe", methods_bot.unsubscribe),
    Route("GET", "/updates", "getUpdates", None),
)


def chat_of(memory: Memory, call: ApiCall) -> int | None:
    """Return the number of the chat that a call is about, as people and faults name it (a dialog by the person's
    account); None if it is about none.
    """
    number = _given(call)
    for mid in (call.query.get("message_id"), call.path.get("message")):
        numbers = read_mid(mid) if mid is not None else None
        number = numbers[0] if numbers is not None else number
    callback = call.query.get("callback_id")
    if callback is not None:
        number = next((p.message.chat.id for p in reversed(memory.presses) if p.id == callback), None)
    chat = memory.chats.get(number) if number is not None else None
    return chat.address if chat is not None else number


def _given(call: ApiCall) -> int | None:
    for written in (call.query.get("user_id"), call.query.get("chat_id"), call.path.get("chat")):
        if written is not None and written.lstrip("-").isdecimal():
            return int(written)
    return None
