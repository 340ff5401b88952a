"""What a Telegram message contains besides its text and its files; and its text as a reader sees it.

A message is a flat object: the name of a field is the kind of its content. A field in none of the tables below is
content of a new kind, and is named by Telegram's own word (DESIGN rule 20).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.telegram.rich import more_media
from config.washing import whole
from handlers import marked
from handlers.marked import Linked
from workflow.case import Beside

Raw = Mapping[str, Any]


def _titled(kind: str, *names: str) -> Callable[[Raw], Beside]:
    def read(body: Raw) -> Beside:
        return Beside(kind, next((str(body[name]) for name in names if body.get(name)), ""))

    return read


def _place(body: Raw) -> Beside:
    at = body.get("location") or body
    words = ", ".join(str(body[name]) for name in ("title", "address") if body.get(name))
    link = f"https://yandex.ru/maps/?pt={float(at['longitude']):.6f},{float(at['latitude']):.6f}&z=17"
    return Beside("place", words, link)


def _contact(body: Raw) -> Beside:
    named = [str(body[name]) for name in ("first_name", "last_name", "phone_number") if body.get(name)]
    return Beside("contact", " ".join(named))


def _checklist(body: Raw) -> Beside:
    tasks = [str(task["text"]) for task in body.get("tasks") or () if task.get("text")]
    return Beside("list", ": ".join(part for part in (str(body.get("title") or ""), "; ".join(tasks)) if part))


NAMED: Mapping[str, Callable[[Raw], Beside]] = {
    "poll": _titled("poll", "question"),
    "venue": _place,
    "location": _place,
    "contact": _contact,
    "dice": _titled("sticker", "emoji"),
    "story": _titled("story"),
    "reply_to_story": _titled("story"),
    "game": _titled("game", "title"),
    "checklist": _checklist,
    "quote": _titled("quote", "text"),
    "external_reply": _titled("quote"),
    "gift": _titled("gift"),
    "unique_gift": _titled("gift"),
    "live_photo": _titled("video"),
    "paid_media": _titled("paid"),
    "invoice": _titled("paid", "title"),
    "giveaway": _titled("giveaway"),
    "giveaway_winners": _titled("giveaway"),
}
"""For each field that is content without a file of its own: the function that names it."""

MEDIA_KINDS = {
    "photo": "photo", "video": "video", "animation": "video", "document": "document", "audio": "document",
    "voice": "voice", "location": "place",
}  # fmt: skip
"""The names of the further media of a rich message (`bot.telegram.rich`), by field."""

FILES = frozenset({"photo", "video", "animation", "document", "voice", "video_note", "audio", "sticker"})
"""The fields that are files; `bot.telegram.reading` reads them."""

ABOUT = frozenset({  # facts about the message, its text and its place in the chat
    "message_id", "from", "from_user", "date", "chat", "text", "caption", "entities", "caption_entities", "edit_date",
    "message_thread_id", "direct_messages_topic", "sender_chat", "sender_boost_count", "sender_business_bot", "sender_tag",
    "business_connection_id", "forward_origin", "forward_date", "forward_from", "forward_from_chat",
    "forward_from_message_id", "forward_sender_name", "forward_signature", "is_topic_message", "is_automatic_forward",
    "reply_to_message", "reply_to_checklist_task_id", "reply_to_poll_option_id", "via_bot",
    "has_protected_content", "is_from_offline", "is_paid_post", "media_group_id", "author_signature", "paid_star_count",
    "link_preview_options", "suggested_post_info", "effect_id", "show_caption_above_media", "has_media_spoiler",
    "reply_markup", "ephemeral_message_id", "receiver_user", "guest_bot_caller_chat", "guest_bot_caller_user",
    "guest_query_id", "rich_message",
})  # fmt: skip
SERVICE = frozenset({  # service messages: Telegram's own notes on events in a chat
    "boost_added", "channel_chat_created", "chat_background_set", "chat_owner_changed", "chat_owner_left", "chat_shared",
    "checklist_tasks_added", "checklist_tasks_done", "community_chat_added", "community_chat_joined",
    "community_chat_removed", "connected_website", "delete_chat_photo", "direct_message_price_changed",
    "forum_topic_closed", "forum_topic_created", "forum_topic_edited", "forum_topic_reopened",
    "general_forum_topic_hidden", "general_forum_topic_unhidden", "gift_upgrade_sent", "giveaway_completed",
    "giveaway_created", "group_chat_created", "left_chat_member", "managed_bot_created",
    "message_auto_delete_timer_changed", "migrate_from_chat_id", "migrate_to_chat_id", "new_chat_member",
    "new_chat_members", "new_chat_participant", "left_chat_participant", "new_chat_photo", "new_chat_title",
    "paid_message_price_changed", "passport_data", "pinned_message", "poll_option_added", "poll_option_deleted",
    "proximity_alert_triggered", "refunded_payment", "successful_payment", "suggested_post_approval_failed",
    "suggested_post_approved", "suggested_post_declined", "suggested_post_paid", "suggested_post_refunded",
    "supergroup_chat_created", "user_shared", "users_shared", "video_chat_ended", "video_chat_participants_invited",
    "video_chat_scheduled", "video_chat_started", "web_app_data", "write_access_allowed",
})  # fmt: skip
KNOWN = frozenset(NAMED) | FILES | ABOUT | SERVICE


def beside(raw: Raw) -> tuple[Beside, ...]:
    """All content of the message except its text and files, named; empty for a service message."""
    if SERVICE & raw.keys():
        return ()
    twice = {"location": "venue", "external_reply": "quote"}
    found = [_named(f, raw[f]) for f in NAMED if raw.get(f) is not None and twice.get(f, "") not in raw]
    strange = (field for field in raw if field not in KNOWN and isinstance(raw[field], Mapping | list))
    return (
        *found,
        *(Beside(MEDIA_KINDS[field]) for field in more_media(raw)),
        *(Beside("other", str(field)[:40]) for field in strange),
    )


def _named(field: str, body: Any) -> Beside:
    """Name the content of the field, or as "other" with the field's name if its shape is unknown."""
    try:
        return NAMED[field](body)
    except (KeyError, TypeError, ValueError, AttributeError):
        return Beside("other", field)


def cut(text: str, entity: Raw) -> str:
    """The part of the text that the entity marks."""
    return marked.cut(text, whole(entity["offset"]), whole(entity["length"]))


def with_addresses(text: str, entities: Sequence[Raw]) -> str:
    """The text with the address of each link added after the words that hide it."""
    links = (one for one in entities if one.get("type") == "text_link")
    return marked.with_addresses(
        text, [Linked(whole(one["offset"]), whole(one["length"]), str(one["url"])) for one in links]
    )
