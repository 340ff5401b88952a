"""Bot API methods of an administrator bot against people who write in a group: ban and unban a person or a channel."""

from typing import Any

from sandbox.telegram.call import Access, ApiCall
from sandbox.telegram.memory import member_changed
from sandbox.telegram.model import Chat, Member, User
from sandbox.telegram.refusals import bad_request

NO_RIGHTS = "not enough rights to restrict/unrestrict chat member"


def ban_chat_member(call: ApiCall) -> Any:
    """banChatMember: remove the person from the group, with no return by a link. Refused for its owner and for
    administrators.
    """
    chat, person = _group(call), _person(call)
    member = chat.members.get(person.id)
    if member is not None and member.status == "creator":
        raise bad_request("can't remove chat owner")
    if member is not None and member.is_admin:
        raise bad_request("user is an administrator of the chat")
    _is_now(call, chat, person, "kicked")
    return True


def unban_chat_member(call: ApiCall) -> Any:
    """unbanChatMember: lift a person's ban. Without `only_if_banned` a member is removed too, which no caller here
    wants.
    """
    chat, person = _group(call), _person(call)
    member = chat.members.get(person.id)
    if (member is not None and member.status == "kicked") or not call.args.flag("only_if_banned"):
        _is_now(call, chat, person, "left")
    return True


def ban_chat_sender_chat(call: ApiCall) -> Any:
    """banChatSenderChat: forbid people to write in the group in the name of this channel."""
    _group(call).banned_voices.add(call.args.number("sender_chat_id"))
    return True


def unban_chat_sender_chat(call: ApiCall) -> Any:
    """unbanChatSenderChat: allow people to write in the group in the name of this channel again."""
    _group(call).banned_voices.discard(call.args.number("sender_chat_id"))
    return True


def _group(call: ApiCall) -> Chat:
    chat = call.chat(Access.WRITE)
    if not chat.is_group or not chat.may(call.bot, "can_restrict_members"):
        raise bad_request(NO_RIGHTS)
    return chat


def _person(call: ApiCall) -> User:
    found = call.memory.users.get(call.args.number("user_id"))
    if found is None or not call.knows(found.id):
        raise bad_request("PARTICIPANT_ID_INVALID")
    return found


def _is_now(call: ApiCall, chat: Chat, person: User, status: Any) -> None:
    old = chat.members.get(person.id) or Member(person, "left")
    if old.status == status:
        return
    new = chat.members[person.id] = Member(person, status)
    member_changed(call.memory, chat, call.bot, old, new)
