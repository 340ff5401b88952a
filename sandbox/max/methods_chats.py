"""API methods about chats: their data, their members, their pinned message."""

from __future__ import annotations

from sandbox.max.call import DONE, ApiCall
from sandbox.max.model import RIGHTS, Chat, Member
from sandbox.max.refusals import Refusal, bad_payload, denied, not_found
from sandbox.max.wire import Json

ACTIONS = ("typing_on", "sending_photo", "sending_video", "sending_audio", "sending_file", "mark_seen")
TITLE_LIMIT = 200


def get_chat(call: ApiCall) -> Json:
    """GET /chats/{id}: return the chat, also one that the bot was removed from."""
    return _shown(call, call.chat())


def _shown(call: ApiCall, chat: Chat) -> Json:
    memory = call.memory
    return call.wire.chat(chat, call.bot, len(memory.said(chat)), memory.pinned(chat))


def edit_chat(call: ApiCall) -> Json:
    """PATCH /chats/{id}: change the title and the pinned message; return the chat."""
    chat = call.chat()
    call.must_have(chat, "change_chat_info")
    title, pin = call.object.get("title"), call.object.get("pin")
    if title is not None:
        if not isinstance(title, str) or not 1 <= len(title) <= TITLE_LIMIT:
            raise bad_payload(f"title: 1 to {TITLE_LIMIT} characters expected")
        chat.title = title
        call.memory.service(chat, call.bot, new_chat_title=title)
    if pin is not None:
        _pin(call, chat, pin, silent=call.object.get("notify") is False)
    return _shown(call, chat)


def send_action(call: ApiCall) -> Json:
    """POST /chats/{id}/actions: check the action («typing» and so on), which is shown nowhere."""
    call.must_be_in(call.chat())
    if call.object.get("action") not in ACTIONS:
        raise bad_payload("action: unknown")
    return DONE


# --- pins


def get_pin(call: ApiCall) -> Json:
    """GET /chats/{id}/pin: return the pinned message, or null."""
    chat = call.chat()
    call.must_be_in(chat)
    pinned = call.memory.pinned(chat)
    return {"message": call.show(pinned) if pinned is not None else None}


def pin_message(call: ApiCall) -> Json:
    """PUT /chats/{id}/pin: pin a message of the chat."""
    _pin(call, call.chat(), call.object.get("message_id"), silent=call.object.get("notify") is False)
    return DONE


def _pin(call: ApiCall, chat: Chat, mid: object, *, silent: bool) -> None:
    call.must_have(chat, "read_all_messages", "pin_message")
    message = call.message(mid) if isinstance(mid, str) else None
    if message is None or message.chat is not chat:
        raise not_found(f"Message {mid} not found")
    call.memory.pin(message, call.bot, silent)


def unpin_message(call: ApiCall) -> Json:
    """DELETE /chats/{id}/pin: unpin the pinned message."""
    chat = call.chat()
    call.must_have(chat, "read_all_messages", "pin_message")
    pinned = call.memory.pinned(chat)
    if pinned is None:
        raise not_found("No pinned message")
    call.memory.unpin(pinned)
    return DONE


# --- members


def get_members(call: ApiCall) -> Json:
    """GET /chats/{id}/members: return the members with these accounts, or one page of all."""
    chat = _groups_own(call)
    inside = [member for member in chat.members.values() if member.is_in]
    ids = call.listed("user_ids")
    if ids is not None:
        return {"members": [call.wire.member(m) for m in inside if str(m.user.id) in ids]}
    count, marker = call.number("count", 20, 1, 100) or 20, call.number("marker", 0, 0) or 0
    page = {"members": [call.wire.member(m) for m in inside[marker : marker + count]]}
    return page | ({"marker": marker + count} if marker + count < len(inside) else {})


def add_members(call: ApiCall) -> Json:
    """POST /chats/{id}/members: always refused, since bots lost this right in September 2026."""
    raise denied("Adding members is restricted")


def remove_member(call: ApiCall) -> Json:
    """DELETE /chats/{id}/members: remove a member who is no administrator. With `block` they cannot come back by the
    link.
    """
    chat = _groups_own(call, "add_remove_members")
    member = _member(call, chat, call.number("user_id"))
    if member.is_admin:
        raise denied("Administrators cannot be removed")
    call.memory.kick(member.user, chat, by=call.bot, block=call.flag("block"))
    return DONE


def get_membership(call: ApiCall) -> Json:
    """GET /chats/{id}/members/me: return the bot's own membership."""
    chat = call.chat()
    member = chat.member(call.bot)
    if member is None or not member.is_in:
        raise Refusal(403, "chat.denied", "Bot is not a member of the chat")
    return call.wire.member(member)


def leave_chat(call: ApiCall) -> Json:
    """DELETE /chats/{id}/members/me: let the bot leave the chat."""
    chat = call.chat()
    call.must_be_in(chat)
    if chat.bot is call.bot:
        raise bad_payload("A dialog cannot be left")
    call.memory.leave(call.bot, chat)
    return DONE


def get_admins(call: ApiCall) -> Json:
    """GET /chats/{id}/members/admins: return the administrators."""
    chat = _groups_own(call)
    return {"members": [call.wire.member(m) for m in chat.members.values() if m.is_admin]}


def set_admins(call: ApiCall) -> Json:
    """POST /chats/{id}/members/admins: give members rights of administrators."""
    chat = _groups_own(call, "add_admins")
    admins = call.object.get("admins")
    if not isinstance(admins, list) or not all(isinstance(one, dict) for one in admins):
        raise bad_payload("admins: list expected")
    for one in admins:
        rights = one.get("permissions")
        if not isinstance(rights, list) or not set(rights) <= set(RIGHTS):
            raise bad_payload("permissions: unknown")
        call.memory.grant(_member(call, chat, one.get("user_id")).user, chat, *rights, by=call.bot)
    return DONE


def remove_admin(call: ApiCall) -> Json:
    """DELETE /chats/{id}/members/admins/{user}: take the administrator's rights away; refused for the owner."""
    chat = _groups_own(call, "add_admins")
    user_id = call.path["user"]
    member = _member(call, chat, int(user_id) if user_id.lstrip("-").isdecimal() else None)
    if member.owner:
        raise denied("The owner stays an administrator")
    call.memory.revoke(member.user, chat, by=call.bot)
    return DONE


def _groups_own(call: ApiCall, *rights: str) -> Chat:
    chat = call.chat()
    if chat.person is not None:
        raise bad_payload("A dialog has no members")
    call.must_have(chat, *rights)
    return chat


def _member(call: ApiCall, chat: Chat, user_id: object) -> Member:
    found = chat.members.get(user_id) if isinstance(user_id, int) else None
    if found is None or not found.is_in:
        raise not_found(f"User {user_id} is not in the chat")
    return found
