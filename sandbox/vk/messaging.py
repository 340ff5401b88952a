"""The API methods of private messages and of uploads; this module adds them to `methods.METHODS`."""

from __future__ import annotations

import json
from typing import Any

from sandbox.vk import shapes
from sandbox.vk.errors import VkError
from sandbox.vk.keyboards import keyboard
from sandbox.vk.methods import GROUP, METHODS, OFFICE, USER, Method, Request, attached, extended
from sandbox.vk.model import Community, VkMessage, VkUser
from sandbox.vk.world import VkWorld

MESSAGE_LIMIT = 9000


def messages_send(call: Request) -> Any:
    world, community = call.world, call.who.community
    call.needs("messages")
    person = _peer(call)
    if "random_id" not in call.params:
        raise VkError(100, "random_id is a required parameter")
    random_id, text = call.number("random_id", 0), call.params.get("message", "").strip()
    refs = [ref for ref in call.params.get("attachment", "").split(",") if ref]
    files = [attached(world, ref) for ref in refs]
    if not text and not refs:
        raise VkError(100, "message is empty or invalid")
    if len(text) > MESSAGE_LIMIT:
        raise VkError(914)
    if person.id not in community.writers:
        raise VkError(901)
    for earlier in world.messages(person, community):
        if random_id and earlier.random_id == random_id:
            return earlier.id
    replied, shown = _replied(call, person, community), keyboard(call.params.get("keyboard"), community)
    return world.add_message(community, person, community, text, files, random_id, replied, keyboard=shown).id


def _peer(call: Request) -> VkUser:
    number = call.number("peer_id", 0) or call.number("user_id", 0)
    if not number:
        raise VkError(100, "you should specify peer_id, user_id, domain, chat_id or user_ids param")
    if number not in call.world.people:
        raise VkError(100, "peer_id is invalid")
    return call.world.people[number]


def _replied(call: Request, person: VkUser, community: Community) -> VkMessage | None:
    by_id = call.number("reply_to", 0)
    cmids: list[int] = []
    if call.params.get("forward"):
        try:
            forward = json.loads(call.params["forward"])
            cmids = [int(n) for n in forward.get("conversation_message_ids", [])] if forward.get("is_reply") else []
        except (ValueError, AttributeError):
            raise VkError(100, "forward is invalid") from None
    found = [m for m in call.world.messages(person, community) if m.id == by_id or m.cmid in cmids]
    if (by_id or cmids) and not found:
        raise VkError(100, "reply message is not found")
    return found[0] if found else None


def messages_get_history(call: Request) -> Any:
    call.needs("messages")
    community = call.who.community
    written = call.world.messages(_peer(call), community)
    if call.params.get("rev") != "1":
        written.reverse()
    offset, count = call.number("offset", 0), min(call.number("count", 20), 200)
    items = [shapes.message(m, call.world.base_url) for m in written[offset : offset + count]]
    return {"count": len(written), "items": items}


def messages_get_by_id(call: Request) -> Any:
    call.needs("messages")
    asked = {int(n) for n in call.text("message_ids").split(",") if n.isdigit()}
    found = [m for m in call.world.all_messages if m.id in asked and m.community is call.who.community]
    return {"count": len(found), "items": [shapes.message(m, call.world.base_url) for m in found if not m.deleted]}


def messages_get_conversations(call: Request) -> Any:
    call.needs("messages")
    community, last = call.who.community, {}
    for message in call.world.all_messages:
        if message.community is community and not message.deleted:
            last[message.peer.id] = message
    newest = sorted(last.values(), key=lambda m: -m.id)
    offset, count = call.number("offset", 0), min(call.number("count", 20), 200)
    items = [
        {
            "conversation": {"peer": {"id": m.peer.id, "type": "user", "local_id": m.peer.id}},
            "last_message": shapes.message(m, call.world.base_url),
        }
        for m in newest[offset : offset + count]
    ]
    named = extended(m.peer for m in newest) if call.flag("extended") else {}
    return {"count": len(newest), "items": items, **named}


def photos_save_wall_photo(call: Request) -> Any:
    admin = call.who.community.admin
    saved = [call.world.keep_photo(admin, a.data) for a in call.uploads.photos(call.text("photo"))]
    return [shapes.file(photo, call.world.base_url)["photo"] for photo in saved]


def _server(kind: str, permission: str) -> Method:
    def method(call: Request) -> Any:
        call.needs(permission)
        url = f"{call.world.base_url}/upload/{call.uploads.ticket(kind)}"
        return {"upload_url": url} | ({"album_id": -64, "user_id": 0, "group_id": 0} if kind == "photo" else {})

    return method


def photos_save_messages_photo(call: Request) -> Any:
    call.needs("photos")
    saved = [_keep_photo(call.world, call.who.community, a.data) for a in call.uploads.photos(call.text("photo"))]
    return [shapes.file(photo, call.world.base_url)["photo"] for photo in saved]


def _keep_photo(world: VkWorld, owner: Community, data: bytes) -> Any:
    return world.keep_photo(owner, data)


def docs_save(call: Request) -> Any:
    call.needs("docs")
    arrived = call.uploads.document(call.text("file"))
    title = call.params.get("title") or arrived.name
    extension = arrived.name.rsplit(".", 1)[-1]
    if not title.lower().endswith("." + extension.lower()):
        title = f"{title}.{extension}"
    saved = call.world.keep_document(call.who.community, title, arrived.data)
    return shapes.file(saved, call.world.base_url)


METHODS |= {
    "messages.send": (OFFICE, messages_send),
    "messages.getHistory": (OFFICE, messages_get_history),
    "messages.getById": (OFFICE, messages_get_by_id),
    "messages.getConversations": (OFFICE, messages_get_conversations),
    "photos.saveWallPhoto": (frozenset((USER,)), photos_save_wall_photo),
    "photos.getMessagesUploadServer": (OFFICE, _server("photo", "photos")),
    "photos.saveMessagesPhoto": (OFFICE, photos_save_messages_photo),
    "photos.getWallUploadServer": (frozenset((USER,)), _server("photo", "photos")),
    "docs.getWallUploadServer": (OFFICE, _server("doc", "docs")),
    "docs.getMessagesUploadServer": (OFFICE, _server("doc", "docs")),
    "docs.save": (OFFICE, docs_save),
}
__all__ = ["GROUP", "METHODS"]
