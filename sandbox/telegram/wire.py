"""Builds the JSON of the Bot API, field by field, from the values of the simulated Telegram; changes none of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.telegram.model import (
    CHANNEL_BOT_ID,
    GROUP_ANONYMOUS_BOT_ID,
    TELEGRAM_ID,
    Chat,
    Entity,
    Media,
    Member,
    Message,
    Origin,
    Press,
    StoredFile,
    User,
)

Json = dict[str, Any]
People = Mapping[int, User]

ADMIN_RIGHTS: dict[str, bool] = {
    "can_manage_chat": True,
    "can_change_info": True,
    "can_delete_messages": True,
    "can_invite_users": True,
    "can_restrict_members": True,
    "can_pin_messages": True,
    "can_manage_topics": False,
    "can_promote_members": False,
    "can_manage_video_chats": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_send_welcome_messages": False,
    "can_manage_tags": False,
}
CHANNEL_RIGHTS: dict[str, bool] = {
    **{name: given for name, given in ADMIN_RIGHTS.items() if name not in ("can_pin_messages", "can_manage_topics")},
    "can_post_messages": True,
    "can_edit_messages": True,
    "can_manage_direct_messages": False,
}
PHOTO_SIZES = ((90, 60), (320, 213), (1280, 853))


def unix(moment: datetime) -> int:
    """Return the moment as whole seconds since 1970, as Telegram writes dates."""
    return int(moment.timestamp())


def user(one: User) -> Json:
    """Return the person or bot as Telegram's User."""
    body: Json = {"id": one.id, "is_bot": one.is_bot, "first_name": one.first_name}
    if one.last_name:
        body["last_name"] = one.last_name
    if one.username:
        body["username"] = one.username
    if not one.is_bot:
        body["language_code"] = "ru"
    return body


def me(one: User) -> Json:
    """Return the bot as Telegram's User in the form of getMe, with its abilities."""
    return user(one) | {
        "can_join_groups": True,
        "can_read_all_group_messages": one.reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat(one: Chat) -> Json:
    """Return the chat as Telegram's Chat, the short form that stands inside messages."""
    if one.person is not None:
        body: Json = {"id": one.id, "type": "private", "first_name": one.person.first_name}
        if one.person.last_name:
            body["last_name"] = one.person.last_name
        if one.person.username:
            body["username"] = one.person.username
        return body
    body = {"id": one.id, "title": one.title, "type": one.type}
    if one.username:
        body["username"] = one.username
    return body


def full_chat(one: Chat, pinned: Message | None, people: People, linked: Chat | None = None) -> Json:
    """Return the chat as Telegram's ChatFullInfo. `pinned`: its last pinned message, `linked`: a channel's discussion
    group, or a discussion group's channel.
    """
    body = chat(one) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if one.is_group and one.invite_link:
        body["invite_link"] = one.invite_link
    if linked is not None:
        body["linked_chat_id"] = linked.id
    if pinned is not None:
        body["pinned_message"] = message(pinned, people, with_reply=False)
    return body


def member(one: Member, where: Chat) -> Json:
    """Return the membership as Telegram's ChatMember; a channel's administrators have other rights than a group's."""
    body: Json = {"user": user(one.user), "status": one.status}
    if one.status == "creator":
        body["is_anonymous"] = one.anonymous
    elif one.status == "administrator":
        rights = CHANNEL_RIGHTS if where.type == "channel" else ADMIN_RIGHTS
        given = {name: value and name not in one.lacks for name, value in rights.items()}
        body |= {"can_be_edited": False, "is_anonymous": one.anonymous} | given
    elif one.status == "kicked":
        body["until_date"] = 0
    return body


def member_updated(where: Chat, by: User, at: datetime, old: Member, new: Member) -> Json:
    """Return Telegram's ChatMemberUpdated: at this moment `by` changed a member's status from `old` to `new`."""
    return {
        "chat": chat(where),
        "from": user(by),
        "date": unix(at),
        "old_chat_member": member(old, where),
        "new_chat_member": member(new, where),
    }


def entities(found: Sequence[Entity], people: People) -> list[Json]:
    """Return each entity of a text as Telegram's MessageEntity; `people` gives the users that entities mention."""
    result = []
    for one in found:
        body: Json = {"type": one.type, "offset": one.offset, "length": one.length}
        if one.url is not None:
            body["url"] = one.url
        if one.user_id is not None and one.user_id in people:
            body["user"] = user(people[one.user_id])
        if one.language and one.type == "pre":
            body["language"] = one.language
        if one.custom_emoji_id is not None:
            body["custom_emoji_id"] = one.custom_emoji_id
        result.append(body)
    return result


def anonymous_admin() -> Json:
    """Return the User that Telegram shows as the sender for an anonymous administrator."""
    return {
        "id": GROUP_ANONYMOUS_BOT_ID,
        "is_bot": True,
        "first_name": "Group",
        "username": "GroupAnonymousBot",
    }


def _stand_in(one: Message) -> Json:
    """Return the User that Telegram shows as the sender for a channel: Telegram's own account for a post copied
    automatically into the discussion group, otherwise Channel_Bot.
    """
    if one.automatic:
        return {"id": TELEGRAM_ID, "is_bot": False, "first_name": "Telegram"}
    return {"id": CHANNEL_BOT_ID, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}


def origin(one: Origin) -> Json:
    """Return the origin of a forwarded message as Telegram's MessageOrigin of its kind."""
    body: Json = {"type": one.kind, "date": unix(one.date)}
    if one.kind == "user" and one.user is not None:
        body["sender_user"] = user(one.user)
    elif one.kind == "hidden_user":
        body["sender_user_name"] = one.user_name or ""
    elif one.chat is not None:
        body["sender_chat" if one.kind == "chat" else "chat"] = chat(one.chat)
        if one.kind == "channel":
            body["message_id"] = one.message_id
    return body


def origin_of(one: Message) -> Origin:
    """Return the origin that a forward of this message would carry if it were forwarded now."""
    if one.forward is not None:
        return one.forward
    if one.anonymous:
        return Origin("chat", one.date, chat=one.chat)
    if one.sender.hides_forwards:
        return Origin("hidden_user", one.date, user_name=one.sender.full_name)
    return Origin("user", one.date, user=one.sender)


def message(one: Message, people: People, *, with_reply: bool = True) -> Json:
    """Return the message as Telegram's Message, with the message it replies to, one level deep, unless `with_reply` is
    off.
    """
    body: Json = {"message_id": one.id, "date": unix(one.date), "chat": chat(one.chat)}
    if one.chat.type != "channel":
        body["from"] = anonymous_admin() if one.anonymous else _stand_in(one) if one.voice else user(one.sender)
    if one.anonymous or one.voice is not None:
        body["sender_chat"] = chat(one.voice or one.chat)
    if one.automatic:
        body["is_automatic_forward"] = True
    if one.thread is not None:
        body["message_thread_id"] = one.thread.id
    if one.edited is not None:
        body["edit_date"] = unix(one.edited)
    if one.forward is not None:
        body["forward_origin"] = origin(one.forward)
    if with_reply and one.reply_to is not None and not one.reply_to.deleted:
        if one.reply_to.chat is one.chat:
            body["reply_to_message"] = message(one.reply_to, people, with_reply=False)
        else:
            body["external_reply"] = _external(one.reply_to)
    if one.media_group_id is not None:
        body["media_group_id"] = one.media_group_id
    body |= _content(one, people)
    keyboard = [[dict(button.raw) for button in row] for row in one.buttons]
    if keyboard:
        body["reply_markup"] = {"inline_keyboard": keyboard}
    return body


def _content(one: Message, people: People) -> Json:
    if one.service:
        return {name: _service_value(value, people) for name, value in one.service.items()}
    found = entities(one.entities, people)
    if one.media is None:
        body: Json = {"text": one.text}
        if found:
            body["entities"] = found
        if one.preview_options:
            body["link_preview_options"] = one.preview_options
        return body
    body = media(one.media)
    if one.text:
        body["caption"] = one.text
    if found:
        body["caption_entities"] = found
    return body


def _service_value(value: Any, people: People) -> Any:
    if isinstance(value, User):
        return user(value)
    if isinstance(value, Message):
        return message(value, people, with_reply=False)
    if isinstance(value, list):
        return [_service_value(item, people) for item in value]
    return value


def _external(one: Message) -> Json:
    body: Json = {"origin": origin(origin_of(one))}
    if one.chat.type in ("supergroup", "channel"):
        body |= {"chat": chat(one.chat), "message_id": one.id}
    if one.media is not None:
        body |= media(one.media)
    return body


def media(one: Media) -> Json:
    """Return the field of Telegram's Message for this file or place, under its name; ValueError if it has no stored
    file.
    """
    if one.kind == "location":
        return {"location": {"latitude": one.latitude, "longitude": one.longitude}}
    stored = one.file
    if stored is None:
        raise ValueError(f"{one.kind} without a file")
    if one.kind == "photo":
        return {"photo": photo_sizes(stored)}
    body = file_fields(stored)
    if one.kind == "sticker":
        body |= {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        body["emoji"] = one.emoji or ""
        return {"sticker": body}
    if stored.mime:
        body["mime_type"] = stored.mime
    if one.kind == "video":
        body |= {"width": 640, "height": 360, "duration": 5}
    elif one.kind in ("voice", "audio"):
        body["duration"] = 5
    if stored.name and one.kind != "voice":
        body["file_name"] = stored.name
    return {one.kind: body}


def photo_sizes(stored: StoredFile) -> list[Json]:
    """Return the photo as Telegram's PhotoSize in three sizes, smallest first; only the last one is the stored file."""
    sizes = []
    for index, (width, height) in enumerate(PHOTO_SIZES):
        last = index == len(PHOTO_SIZES) - 1
        body = file_fields(stored) | {"width": width, "height": height}
        if not last:
            body["file_id"] += f"-{width}"
            body["file_unique_id"] += f"-{width}"
            body["file_size"] = min(len(stored.data), width * height // 8)
        sizes.append(body)
    return sizes


def file_fields(stored: StoredFile) -> Json:
    """Return the fields that every kind of file has: its two ids and its size in bytes."""
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.data),
    }


def callback_query(press: Press, people: People) -> Json:
    """Return the button press as Telegram's CallbackQuery. Its person is the real one, even for an anonymous
    administrator.
    """
    return {
        "id": press.id,
        "from": user(press.person),
        "message": message(press.message, people),
        "chat_instance": str(7_000_000_000_000_000_000 + press.message.chat.id % 1_000_000_007),
        "data": press.data,
    }
