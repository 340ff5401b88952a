"""The Bot API methods of the sandbox, by their lower-case names; getUpdates, which waits, is in `polling.py`."""

import json
from collections.abc import Callable
from typing import Any

from sandbox.telegram import methods_ban, methods_chat, methods_edit, methods_send
from sandbox.telegram.args import Args
from sandbox.telegram.call import ApiCall
from sandbox.telegram.refusals import Refusal, too_many_requests

Method = Callable[[ApiCall], Any]

METHODS: dict[str, Method] = {
    "getme": methods_chat.get_me,
    "setwebhook": methods_chat.set_webhook,
    "deletewebhook": methods_chat.delete_webhook,
    "getwebhookinfo": methods_chat.get_webhook_info,
    "getchat": methods_chat.get_chat,
    "getchatmember": methods_chat.get_chat_member,
    "getchatadministrators": methods_chat.get_chat_administrators,
    "getchatmembercount": methods_chat.get_chat_member_count,
    "banchatmember": methods_ban.ban_chat_member,
    "unbanchatmember": methods_ban.unban_chat_member,
    "banchatsenderchat": methods_ban.ban_chat_sender_chat,
    "unbanchatsenderchat": methods_ban.unban_chat_sender_chat,
    "leavechat": methods_chat.leave_chat,
    "exportchatinvitelink": methods_chat.export_chat_invite_link,
    "getfile": methods_chat.get_file,
    "setmycommands": methods_chat.set_my_commands,
    "getmycommands": methods_chat.get_my_commands,
    "deletemycommands": methods_chat.delete_my_commands,
    "sendmessage": methods_send.send_message,
    "sendphoto": methods_send.send_file("photo"),
    "senddocument": methods_send.send_file("document"),
    "sendvideo": methods_send.send_file("video"),
    "sendvoice": methods_send.send_file("voice"),
    "sendaudio": methods_send.send_file("audio"),
    "sendmediagroup": methods_send.send_media_group,
    "sendchataction": methods_send.send_chat_action,
    "copymessage": methods_send.copy_message,
    "forwardmessage": methods_send.forward_message,
    "editmessagetext": methods_edit.edit_message_text,
    "editmessagecaption": methods_edit.edit_message_caption,
    "editmessagereplymarkup": methods_edit.edit_message_reply_markup,
    "deletemessage": methods_edit.delete_message,
    "pinchatmessage": methods_edit.pin_chat_message,
    "unpinchatmessage": methods_edit.unpin_chat_message,
    "setmessagereaction": methods_edit.set_message_reaction,
    "answercallbackquery": methods_edit.answer_callback_query,
}
_WRITES = (
    "sendmessage sendphoto senddocument sendvideo sendvoice sendaudio sendmediagroup copymessage "
    "forwardmessage editmessagetext editmessagecaption editmessagereplymarkup"
)
#: Methods that count against `limits.py`.
WRITES = frozenset(_WRITES.split())


def carry_out(call: ApiCall) -> Any:
    """Carry out the call and return the result as JSON, or raise a Refusal. Never waits."""
    method = METHODS.get(call.method.lower())
    if method is None:
        raise Refusal(404, "Not Found: method not found")
    if call.memory.limits_on and call.method.lower() in WRITES:
        _spend(call)
    return method(call)


def _spend(call: ApiCall) -> None:
    number = chat_id_of(call.args)
    if number is None:
        return
    now = call.memory.clock.monotonic()
    wait = call.account.limits.take(number, number < 0, now, _weight(call))
    if wait:
        raise too_many_requests(wait)


def _weight(call: ApiCall) -> int:
    if call.method.lower() != "sendmediagroup":
        return 1
    try:
        items = json.loads(call.args.text("media"))
    except ValueError:
        return 1
    return min(max(len(items), 1), methods_send.ALBUM_MOST) if isinstance(items, list) else 1


def chat_id_of(args: Args) -> int | None:
    """Return the number of the call's chat; None if the chat is given by name, or the call has none."""
    try:
        return int(args.text("chat_id"))
    except ValueError:
        return None
