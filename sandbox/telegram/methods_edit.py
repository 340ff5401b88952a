"""Bot API methods for existing messages: edits, deletion, pins, reactions, and the answer to a press."""

from datetime import timedelta
from typing import Any

from sandbox.telegram.call import Access, ApiCall
from sandbox.telegram.formatting import check_caption, check_text
from sandbox.telegram.model import Button, Message, utf16_length
from sandbox.telegram.refusals import NOT_MODIFIED, QUERY_TOO_OLD, bad_request

#: A press that waited longer cannot be answered. Others measured 15 to 20 s; the sandbox takes the stricter end.
ANSWER_WITHIN = timedelta(seconds=15)
TOAST_LIMIT = 200
DELETE_WITHIN = timedelta(hours=48)
_REACTIONS = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 "
    "🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 "
    "🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 "
    "🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ "
    "😡"
)
REACTIONS = frozenset(_REACTIONS.split())


def edit_message_text(call: ApiCall) -> Any:
    """editMessageText: edit the text of the bot's message. Without `reply_markup` the buttons disappear, as in
    Telegram.
    """
    if not call.args.given("text"):
        raise bad_request("message text is empty")
    text, entities = call.words("text")
    preview, options = call.wants_preview(entities)
    buttons = call.markup().buttons
    message = _own(call)
    if message.media is not None:
        raise bad_request("there is no text in the message to edit")
    check_text(text)
    before = _look(message)
    after = (text, entities, _raw(buttons), preview)
    if before == after:
        raise bad_request(NOT_MODIFIED)
    message.text, message.entities, message.buttons = text, entities, buttons
    message.link_preview, message.preview_options = preview, options
    return _edited(call, message)


def edit_message_caption(call: ApiCall) -> Any:
    """editMessageCaption: edit the caption of the bot's file. Without `reply_markup` the buttons disappear."""
    text, entities = call.words("caption", entities="caption_entities")
    buttons = call.markup().buttons
    message = _own(call)
    if message.media is None:
        raise bad_request("there is no caption in the message to edit")
    check_caption(text)
    if _look(message) == (text, entities, _raw(buttons), message.link_preview):
        raise bad_request(NOT_MODIFIED)
    message.text, message.entities, message.buttons = text, entities, buttons
    return _edited(call, message)


def edit_message_reply_markup(call: ApiCall) -> Any:
    """editMessageReplyMarkup: replace the buttons of the bot's message."""
    buttons = call.markup().buttons
    message = _own(call)
    if _raw(message.buttons) == _raw(buttons):
        raise bad_request(NOT_MODIFIED)
    message.buttons = buttons
    return _edited(call, message)


def _own(call: ApiCall) -> Message:
    """Return the bot's own editable message that the call names; a Refusal for any other. Bots have no time limit for
    their own messages.
    """
    if not call.args.given("chat_id"):
        raise bad_request("message identifier is not specified")
    message = call.message(call.chat(Access.EDIT), "message to edit")
    if message.forgotten:
        raise bad_request("message to edit not found")
    theirs = message.sender.id != call.bot.id
    if theirs or message.service or message.forward is not None or message.reply_keyboard is not None:
        raise bad_request("message can't be edited")
    return message


def _raw(buttons: list[list[Button]]) -> list[list[dict[str, Any]]]:
    return [[dict(button.raw) for button in row] for row in buttons]


def _look(message: Message) -> tuple[Any, ...]:
    return (message.text, message.entities, _raw(message.buttons), message.link_preview)


def _edited(call: ApiCall, message: Message) -> Any:
    message.edited = call.memory.now()
    call.memory.tell("message_edited", message=message)
    return call.show(message)


def delete_message(call: ApiCall) -> Any:
    """deleteMessage: delete the bot's own message or one in a private chat, within 48 hours; any message in a group the
    bot administers.
    """
    if not call.args.given("chat_id"):
        raise bad_request("chat identifier is not specified")
    if not call.args.given("message_id"):
        raise bad_request("message identifier is not specified")
    chat = call.chat(Access.WRITE)
    message = call.message(chat, "message to delete")
    if not chat.may(call.bot, "can_delete_messages"):
        mine = message.sender.id == call.bot.id
        if chat.is_group and not mine:
            raise bad_request("message can't be deleted")
        if call.memory.now() - message.date >= DELETE_WITHIN:
            raise bad_request("message can't be deleted for everyone")
    call.memory.remove(message)
    return True


def pin_chat_message(call: ApiCall) -> Any:
    """pinChatMessage: pin a message; in a group the bot must be an administrator."""
    message = _pinnable(call, "message to pin")
    if message.service:
        raise bad_request("service messages can't be pinned")
    if not message.pinned:
        silent = call.args.flag("disable_notification")
        call.memory.pin(message, call.bot, silent)
    return True


def unpin_chat_message(call: ApiCall) -> Any:
    """unpinChatMessage: unpin the named message, or the newest pinned one."""
    if call.args.given("message_id"):
        call.memory.unpin(_pinnable(call, "message to unpin"))
        return True
    chat = call.chat(Access.WRITE)
    pinned = call.memory.pinned(chat)
    if pinned is None:
        raise bad_request("message to unpin not found")
    call.memory.unpin(pinned)
    return True


def _pinnable(call: ApiCall, what: str) -> Message:
    chat = call.chat(Access.WRITE)
    message = call.message(chat, what)
    if chat.is_group and not chat.may(call.bot, "can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return message


def set_message_reaction(call: ApiCall) -> Any:
    """setMessageReaction: set the bot's one reaction to a message, or remove it."""
    message = call.message(call.chat(Access.READ), "message to react")
    raw = call.args.json("reaction", "can't parse reaction types JSON object") or []
    if not isinstance(raw, list):
        raise bad_request("expected an Array of ReactionType")
    chosen = [str(item.get("emoji")) for item in raw if isinstance(item, dict)]
    if len(chosen) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(emoji not in REACTIONS for emoji in chosen):
        raise bad_request("REACTION_INVALID")
    message.reactions[call.bot.id] = chosen
    call.memory.tell("reaction", message=message, person=call.bot)
    return True


def answer_callback_query(call: ApiCall) -> Any:
    """answerCallbackQuery: answer a press, once, and within 15 seconds of it by the calendar."""
    press = call.memory.presses.get(call.args.text("callback_query_id"))
    if press is None or press.message.sender.id != call.bot.id:
        raise bad_request(QUERY_TOO_OLD)
    if press.answered or call.memory.now() - press.at > ANSWER_WITHIN:
        raise bad_request(QUERY_TOO_OLD)
    text = call.args.text("text")
    if utf16_length(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    url = call.args.text("url")
    if url and not url.startswith(("https://t.me/", "tg://")):
        raise bad_request("URL_INVALID")
    press.answered, press.toast, press.url = True, text, url or None
    press.alert = call.args.flag("show_alert")
    call.memory.tell("toast", message=press.message, press=press, person=press.person)
    return True
