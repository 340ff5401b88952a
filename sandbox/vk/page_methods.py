"""The API methods of photos, videos, discussions and goods; this module adds them to `methods.METHODS`.

VK allows them to user tokens; service tokens may read discussions and photos.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.vk import shapes
from sandbox.vk.errors import VkError
from sandbox.vk.methods import METHODS, OFFICE, READERS, USER, Method, Request, attached, extended
from sandbox.vk.pages import Page, PageComment, shape

ONLY_USER = frozenset((USER,))
NUMBER = {"photo": "photo_id", "video": "video_id", "product": "item_id", "topic": "topic_id"}
CLOSED = {"video": 801}


def _page(call: Request, section: str) -> Page:
    owner = -call.number("group_id") if section == "topic" else call.number("owner_id", call.who.community.admin.id)
    found = call.world.pages.find(section, owner, call.number(NUMBER[section]))
    if found is None:
        raise VkError(15)
    return found


def _create(section: str) -> Method:
    def method(call: Request) -> Any:
        page, world, community = _page(call, section), call.world, call.who.community
        message = call.params.get("message", "").strip()
        files = [attached(world, ref) for ref in call.params.get("attachments", "").split(",") if ref]
        if not message and not files:
            raise VkError(100, "message is undefined")
        if not page.comments_open:
            raise VkError(CLOSED.get(section, 15))
        if call.flag("from_group") and page.community is not community:
            raise VkError(15)
        guid = call.params.get("guid")
        for earlier in world.pages.under(page) if guid and world.guid_works else ():
            if earlier.guid == guid:
                return earlier.id
        answered = None
        if call.params.get("reply_to_comment"):
            answered = next((c for c in world.pages.under(page) if c.id == call.number("reply_to_comment")), None)
            if answered is None:
                raise VkError(100, "reply_to_comment is invalid")
        author = community if call.flag("from_group") else community.admin
        return world.pages.comment(author, page, message, answered, files, guid).id

    return method


def _list(section: str) -> Method:
    def method(call: Request) -> Any:
        page = _page(call, section)
        found = call.world.pages.under(page)
        count = len(found)
        if call.params.get("sort") == "desc":
            found.reverse()
        if start := call.number("start_comment_id", 0):
            places = [i for i, c in enumerate(found) if c.id == start]
            found = found[places[0] :] if places else []
        offset, most = call.number("offset", 0), min(call.number("count", 20), 100)
        items = [shape(c, call.world.base_url) for c in found[offset : offset + most]]
        named = extended(c.author for c in found) if call.flag("extended") else {}
        return {"count": count, "items": items, **named}

    return method


def _comment(call: Request, section: str) -> PageComment:
    owner = -call.number("group_id") if section == "topic" else call.number("owner_id", 0)
    found = call.world.pages.numbered(section, owner, call.number("comment_id"))
    if found is None or found.page.community is not call.who.community:
        raise VkError(15)
    return found


def _delete(section: str) -> Method:
    def method(call: Request) -> Any:
        call.world.pages.delete(_comment(call, section))
        return 1

    return method


def _restore(section: str) -> Method:
    def method(call: Request) -> Any:
        call.world.pages.restore(_comment(call, section))
        return 1

    return method


def photos_get_by_id(call: Request) -> Any:
    owner, _, number = call.text("photos").partition("_")
    page = call.world.pages.find("photo", int(owner), int(number.partition("_")[0]))
    if page is None:
        return []
    photo = shapes.file(page.attachments[0], call.world.base_url)["photo"]
    person = page.author.owner_id if page.author.owner_id > 0 else 100
    return [photo | {"id": page.id, "owner_id": page.community.owner_id, "user_id": person, "text": page.text}]


def photos_get_all_comments(call: Request) -> Any:
    """Return the comments under all photos of the owner, newest first; each names its photo as `pid`."""
    pages, owner = call.world.pages, call.number("owner_id", call.who.community.admin.id)
    shown = [page for page in pages.all if page.section == "photo" and page.community.owner_id == owner]
    items = [shape(comment, call.world.base_url) | {"pid": page.id} for page in shown for comment in pages.under(page)]
    items.sort(key=lambda item: (item["date"], item["id"]), reverse=True)
    offset, most = call.number("offset", 0), min(call.number("count", 20), 100)
    return {"count": len(items), "items": items[offset : offset + most]}


def video_get(call: Request) -> Any:
    owner, _, number = call.text("videos").partition("_")
    page = call.world.pages.find("video", int(owner), int(number.partition("_")[0]))
    if page is None:
        return {"count": 0, "items": []}
    shown = {
        "id": page.id,
        "owner_id": page.community.owner_id,
        "title": page.title,
        "description": page.text,
        "date": shapes.unix(page),
        "adding_date": shapes.unix(page),
    }
    return {"count": 1, "items": [shown | ({"user_id": page.author.owner_id} if page.author.owner_id > 0 else {})]}


def board_get_topics(call: Request) -> Any:
    owner, world = -call.number("group_id"), call.world
    asked = {int(n) for n in call.params.get("topic_ids", "").split(",") if n}
    pages = [p for p in world.pages.all if p.section == "topic" and p.community.owner_id == owner]
    pages = [p for p in pages if not asked or p.id in asked]
    items: list[dict[str, Any]] = []
    for page in pages:
        inside = world.pages.under(page)
        item = {
            "id": page.id,
            "title": page.title,
            "created": shapes.unix(page),
            "created_by": page.author.owner_id,
            "updated": shapes.unix(inside[-1]) if inside else shapes.unix(page),
            "updated_by": inside[-1].author.owner_id if inside else page.author.owner_id,
            "is_closed": int(not page.comments_open),
            "is_fixed": 0,
            "comments": len(inside),
        }
        items.append(item | ({"first_comment": page.text} if call.params.get("preview") == "1" else {}))
    items.sort(key=lambda item: item["updated"], reverse=True)
    return {"count": len(items), "items": items[: min(call.number("count", 40), 100)], "default_order": 1}


_SECTIONS: Mapping[str, str] = {"photos": "photo", "video": "video", "market": "product", "board": "topic"}
METHODS |= {f"{name}.createComment": (ONLY_USER, _create(section)) for name, section in _SECTIONS.items()}
METHODS |= {
    f"{name}.getComments": (READERS if name == "board" else ONLY_USER, _list(section))
    for name, section in _SECTIONS.items()
}
METHODS |= {
    f"{name}.deleteComment": (OFFICE if name == "board" else ONLY_USER, _delete(section))
    for name, section in _SECTIONS.items()
}
METHODS |= {
    f"{name}.restoreComment": (OFFICE if name == "board" else ONLY_USER, _restore(section))
    for name, section in _SECTIONS.items()
}
METHODS |= {
    "photos.getById": (READERS, photos_get_by_id),
    "photos.getAllComments": (ONLY_USER, photos_get_all_comments),
    "video.get": (ONLY_USER, video_get),
    "board.getTopics": (READERS, board_get_topics),
}
