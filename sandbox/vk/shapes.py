"""Builds VK's JSON objects (API 5.199) from the values of the simulated VK.

Pure functions. Field names are those of VKCOM's published schema.
"""

from __future__ import annotations

from typing import Any

from sandbox.vk.model import Comment, Community, File, Post, VkMessage, VkUser, Written

Json = dict[str, Any]


def unix(written: Written | File) -> int:
    """Return the time of the text or file as VK writes it: whole seconds since 1970."""
    return int(written.date.timestamp())


def user(person: VkUser) -> Json:
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "can_access_closed": True,
        "is_closed": False,
    }


def group(community: Community) -> Json:
    return {
        "id": community.id,
        "name": community.name,
        "screen_name": community.screen_name,
        "is_closed": 0,
        "type": "page",
        "photo_50": "",
        "photo_100": "",
        "photo_200": "",
    }


def file(item: File, base_url: str) -> Json:
    """Return the file as one element of VK's `attachments`."""
    url = f"{base_url}/files/{item.ref}"
    if item.kind == "photo":
        sizes = [
            {"type": "s", "width": 75, "height": 56, "url": f"{url}?size=s"},
            {"type": "w", "width": 1280, "height": 960, "url": url},
        ]
        photo = {
            "id": item.id,
            "owner_id": item.owner_id,
            "album_id": -8,
            "date": unix(item),
            "text": "",
            "access_key": f"key{item.id}",
            "sizes": sizes,
            "orig_photo": sizes[-1] | {"type": "base"},
            "has_tags": False,
        }
        return {"type": "photo", "photo": photo}
    document = {
        "id": item.id,
        "owner_id": item.owner_id,
        "title": item.title,
        "size": len(item.data),
        "ext": item.extension,
        "date": unix(item),
        "type": 4 if item.extension in ("jpg", "jpeg", "png") else 1,
        "url": url,
        "access_key": f"key{item.id}",
    }
    return {"type": "doc", "doc": document}


def post(item: Post, base_url: str, comments: int) -> Json:
    return {
        "id": item.id,
        "owner_id": item.wall.owner_id,
        "from_id": item.author.owner_id,
        "date": unix(item),
        "text": item.text,
        "post_type": item.kind,
        "type": "post",
        "inner_type": "wall_wallpost",
        "attachments": [file(a, base_url) for a in item.attachments],
        "is_favorite": False,
        **({"is_pinned": 1} if item.pinned else {}),
        "marked_as_ads": 0,
        "comments": {
            "count": comments,
            "can_post": int(item.comments_open),
            "groups_can_post": item.comments_open,
        },
    }


def comment(item: Comment, base_url: str) -> Json:
    shape: Json = {
        "id": item.id,
        "from_id": item.author.owner_id,
        "date": unix(item),
        "text": item.text,
        "post_id": item.post.id,
        "owner_id": item.post.wall.owner_id,
        "parents_stack": [item.root.id] if item.root else [],
    }
    if item.attachments:
        shape["attachments"] = [file(a, base_url) for a in item.attachments]
    if item.reply_to is not None:
        shape["reply_to_user"] = item.reply_to.author.owner_id
        shape["reply_to_comment"] = item.reply_to.id
    else:
        shape["thread"] = {"count": 0, "items": [], "can_post": True, "show_reply_button": True}
    return shape


def headless(item: Comment) -> Json:
    """Return a deleted comment whose thread still exists as VK lists it (vknet/vk#802): without author and text."""
    thread = {"count": 0, "items": [], "can_post": True, "show_reply_button": True}
    return {"id": item.id, "parents_stack": [], "date": unix(item), "thread": thread, "deleted": True}


def comment_event(item: Comment, base_url: str) -> Json:
    """Return the object of the events wall_reply_new, _edit and _restore: a comment and the owner of its post."""
    return comment(item, base_url) | {"post_owner_id": item.post.wall.owner_id}


def comment_deleted(item: Comment) -> Json:
    """Return the object of the event wall_reply_delete."""
    return {
        "owner_id": item.post.wall.owner_id,
        "id": item.id,
        "deleter_id": item.author.owner_id,
        "post_id": item.post.id,
        "post_owner_id": item.post.wall.owner_id,
    }


def message(item: VkMessage, base_url: str) -> Json:
    shape: Json = {
        "id": item.id,
        "conversation_message_id": item.cmid,
        "date": unix(item),
        "peer_id": item.peer.id,
        "from_id": item.author.owner_id,
        "out": int(item.outgoing),
        "text": item.text,
        "fwd_messages": [],
        "important": False,
        "random_id": item.random_id,
        "is_hidden": False,
        "version": 10_000_000 + item.id,
        "attachments": [file(a, base_url) for a in item.attachments],
    }
    if item.reply_to is not None:
        shape["reply_message"] = message(item.reply_to, base_url)
    if item.payload is not None:
        shape["payload"] = item.payload
    if item.keyboard is not None:
        shape["keyboard"] = item.keyboard
    return shape


def message_event(item: VkMessage, base_url: str) -> Json:
    """Return the object of the event message_new."""
    info = {
        "button_actions": ["text", "open_link"],
        "keyboard": True,
        "inline_keyboard": True,
        "carousel": True,
        "lang_id": 0,
    }
    return {"message": message(item, base_url), "client_info": info}


def event(kind: str, event_id: str, community: Community, body: Json) -> Json:
    """Return one element of a long poll's `updates`: the event of this kind with `body` as its object."""
    return {
        "group_id": community.id,
        "type": kind,
        "event_id": event_id,
        "v": community.api_version,
        "object": body,
    }
