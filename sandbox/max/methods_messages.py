"""API methods about messages: send, edit, delete, read back, answer a press, show a video."""

from __future__ import annotations

from datetime import timedelta

from sandbox.max.bodies import Draft, must_say_something, read_body
from sandbox.max.call import DONE, ApiCall
from sandbox.max.model import Chat, Forward, Message, Press
from sandbox.max.refusals import (
    NO_DIALOG,
    SUSPENDED,
    TOO_OLD_TO_EDIT,
    Refusal,
    bad_payload,
    chat_denied,
    denied,
    not_found,
)
from sandbox.max.wire import Json, ms

#: How long a message without a keyboard can be edited in a dialog.
EDIT_WITHIN = timedelta(days=7)
LIST_MOST = 100


def send_message(call: ApiCall) -> Json:
    """POST /messages: send a message; the query names the recipient, a person only after they pressed «Начать»."""
    chat = _recipient(call)
    draft = read_body(call.memory, call.account, call.body)
    must_say_something(draft)
    call.flag("disable_link_preview")
    if chat.type == "channel" and draft.silent:
        raise bad_payload("notify: cannot be false in a channel")
    sent = _written(call, chat, draft)
    sent.link_preview = draft.links_in_text and not call.flag("disable_link_preview")
    return {"message": call.show(call.memory.post(sent))}


def _recipient(call: ApiCall) -> Chat:
    user, number = call.number("user_id"), call.number("chat_id")
    if (user is None) == (number is None):
        raise bad_payload("Unknown recipient")
    if user is not None:
        chat = call.memory.dialog(user, call.bot)
        if chat is None:
            raise Refusal(404, "chat.not.found", NO_DIALOG)
    else:
        assert number is not None
        if number == 0:
            raise chat_denied("Invalid chatId: 0")
        chat = call.known(number)
    _may_write(call, chat)
    return chat


def _may_write(call: ApiCall, chat: Chat) -> None:
    if chat.blocked:
        raise chat_denied(SUSPENDED)
    call.must_be_in(chat)
    if chat.type == "channel" or chat.is_admin(call.bot):
        call.must_have(chat, "write")


def _written(call: ApiCall, chat: Chat, draft: Draft) -> Message:
    reply, forward = None, None
    if draft.link is not None and draft.forwards:
        forward = _forwarded(call, draft.link)
    elif draft.link is not None:
        if draft.link.chat is not chat or draft.link.post is not None:
            raise bad_payload("link: the message is in another chat")
        reply = draft.link
    fields = {"text": draft.text or "", "entities": draft.entities, "attached": draft.attached or []}
    if forward is not None:
        fields = {"text": forward.text, "entities": list(forward.entities)}
    return call.memory.new_message(
        chat,
        call.bot,
        buttons=draft.buttons,
        reply_to=reply,
        forward=forward,
        silent=draft.silent,
        for_channel=chat.type == "channel",
        **fields,
    )


def _forwarded(call: ApiCall, original: Message) -> Forward:
    if not call.sees(original) and original.sender is not call.bot:
        raise chat_denied("Forwarding messages from this chat or channel is prohibited")
    author = None if original.for_channel else original.sender
    chat = original.chat
    return original.forward or Forward(
        original.mid,
        original.id,
        original.text,
        tuple(original.entities),
        tuple(original.attached),
        chat.id,
        chat.title,
        author,
    )


def edit_message(call: ApiCall) -> Json:
    """PUT /messages: edit the bot's message. Without `attachments` they and the keyboard stay as they are; [] removes
    all.
    """
    message = call.message(call.required("message_id"))
    if message.sender is not call.bot and not call.memory.find(message.mid):
        raise not_found("Message not found")
    _edit(call, message, call.body)
    return DONE


def _edit(call: ApiCall, message: Message, body: object) -> None:
    if message.forgotten:
        raise not_found(f"Message {message.mid} not found")
    if message.sender is not call.bot or message.forward is not None:
        raise denied("Message of another author")
    call.must_be_in(message.chat)
    if message.chat.blocked:
        raise chat_denied(SUSPENDED)
    draft = read_body(call.memory, call.account, body)
    old = call.memory.now() - message.date > EDIT_WITHIN
    if message.chat.person is not None and not message.buttons and old:
        raise bad_payload(TOO_OLD_TO_EDIT)
    if draft.text is None and draft.attached is None:
        raise bad_payload("Message is empty")
    text = message.text if draft.text is None else draft.text
    files = message.attached if draft.attached is None else draft.attached
    buttons = message.buttons if draft.attached is None else draft.buttons
    if not text and not files and not buttons:
        raise bad_payload("Message is empty")
    if draft.text is not None:
        message.text, message.entities = draft.text, draft.entities
    message.attached, message.buttons = files, buttons
    call.memory.changed(message)


def delete_message(call: ApiCall) -> Json:
    """DELETE /messages: delete the bot's own message; in a group with `write` or `delete` anybody's, in a channel with
    `delete`.
    """
    message = call.message(call.required("message_id"))
    chat = message.chat
    if message.sender is not call.bot:
        rights = ("delete",) if chat.type == "channel" else ("write", "delete")
        if chat.bot is call.bot or not any(chat.may(call.bot, right) for right in rights):
            raise denied("Message of another author")
    call.must_be_in(chat)
    call.memory.remove(message, call.bot)
    return DONE


def get_messages(call: ApiCall) -> Json:
    """GET /messages: return a chat's messages, the newest first, or those with these ids. In a group the bot must be an
    administrator who may read all messages.
    """
    ids, number = call.listed("message_ids"), call.number("chat_id")
    if ids is not None:
        found = [call.memory.find(mid) for mid in ids[:LIST_MOST]]
        mine = [m for m in found if m is not None and m.post is None and (call.sees(m) or _own(call, m))]
        return {"messages": [call.show(message) for message in mine]}
    if number is None:
        raise bad_payload("chat_id or message_ids expected")
    chat = call.known(number)
    call.must_have(chat, "read_all_messages")
    return {"messages": [_with_stat(call, message) for message in _page(call, call.memory.said(chat))]}


def _page(call: ApiCall, messages: list[Message]) -> list[Message]:
    """Return messages, the newest first, between `after` (or `to`) and `before` (or `from`), both in milliseconds and
    exclusive.
    """
    count = call.number("count", 50, 1, LIST_MOST) or 50
    before = call.number("before") or call.number("from")
    after = call.number("after") or call.number("to")
    found = [
        message
        for message in reversed(messages)
        if (before is None or ms(message.date) < before) and (after is None or ms(message.date) > after)
    ]
    return found[:count]


def _with_stat(call: ApiCall, message: Message) -> Json:
    return call.show(message) | ({"stat": {"views": 0}} if message.chat.type == "channel" else {})


def _own(call: ApiCall, message: Message) -> bool:
    return message.sender is call.bot and (message.chat.bot is call.bot or message.chat.has(call.bot))


def get_message(call: ApiCall) -> Json:
    """GET /messages/{id}: return one message."""
    message = call.message(call.path["message"])
    if not call.sees(message) and not _own(call, message):
        raise not_found(f"Message {message.mid} not found")
    return call.show(message)


def answer(call: ApiCall) -> Json:
    """POST /answers: answer a press with a notification, an edit of the message, or both; an answer with neither is
    refused.
    """
    press = _press(call)
    body = call.object
    words, edit = body.get("notification"), body.get("message")
    if words is not None and not isinstance(words, str):
        raise bad_payload("notification: string expected")
    if not (words or "").strip() and edit is None:
        raise bad_payload("message or notification expected")
    if edit is not None:
        _edit(call, press.message, edit)
    press.answered, press.toast = True, words or ""
    call.memory.tell("toast", message=press.message, press=press, person=press.person)
    return DONE


def _press(call: ApiCall) -> Press:
    callback_id = call.required("callback_id")
    mine = [p for p in call.memory.presses if p.id == callback_id and p.message.sender is call.bot]
    if not mine:
        raise not_found("Callback not found")
    return next((press for press in mine if not press.answered), mine[-1])


def get_video(call: ApiCall) -> Json:
    """GET /videos/{token}: return where to fetch the video; unlike for other files, this is not in the message."""
    stored = call.memory.files.get(call.path["token"])
    if stored is None or stored.kind != "video":
        raise not_found("Video not found")
    url = f"{call.memory.base}/files/{stored.path}"
    return {"token": stored.file_id, "urls": {"mp4_720": url}, "width": 1280, "height": 720, "duration": 1}
