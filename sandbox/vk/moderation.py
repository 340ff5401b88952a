"""The API methods that delete, restore and ban on walls, and those for mentions and the server time; this module adds
them to `methods.METHODS`.
"""

from __future__ import annotations

from typing import Any

from sandbox.vk import shapes
from sandbox.vk.errors import VkError
from sandbox.vk.methods import EVERYBODY, METHODS, USER, Request
from sandbox.vk.model import Comment, Post

ONLY_USER = frozenset((USER,))


def _allowed(call: Request, right: str) -> None:
    """Raise VkError 15 unless the token's owner manages the community and the token has this right."""
    community = call.who.community
    if community.admin_level < 1 or right not in community.user_rights:
        raise VkError(15)


def _comment(call: Request) -> Comment:
    _allowed(call, "wall")
    owner, number = call.number("owner_id", 0), call.number("comment_id")
    found = [c for c in call.world.all_comments if c.post.wall.owner_id == owner and c.id == number]
    if not found or found[0].post.wall is not call.who.community:
        raise VkError(211)
    return found[0]


def _post(call: Request) -> Post:
    owner, number = call.number("owner_id", 0), call.number("post_id")
    found = [p for p in call.world.posts if p.wall.owner_id == owner and p.id == number]
    if not found or found[0].wall is not call.who.community:
        raise VkError(15)
    return found[0]


def wall_delete_comment(call: Request) -> Any:
    call.world.delete_comment(_comment(call))
    return 1


def wall_restore_comment(call: Request) -> Any:
    call.world.restore_comment(_comment(call))
    return 1


def wall_delete(call: Request) -> Any:
    call.world.delete_post(_post(call))
    return 1


def wall_restore(call: Request) -> Any:
    _post(call).deleted = False
    return 1


def groups_ban(call: Request) -> Any:
    _allowed(call, "groups")
    community, number = call.own_group(), call.number("owner_id")
    community.banned.add(number)
    community.ban_notes[number] = call.params.get("comment", "") if call.number("comment_visible", 0) else ""
    return 1


def groups_unban(call: Request) -> Any:
    community, number = call.own_group(), call.number("owner_id")
    if number not in community.banned:
        raise VkError(104)
    community.banned.discard(number)
    return 1


def newsfeed_get_mentions(call: Request) -> Any:
    world, owner = call.world, call.number("owner_id", call.who.community.admin.id)
    since = call.number("start_time", 0)
    named = {f"club{abs(owner)}", f"public{abs(owner)}"}
    named |= {c.screen_name for c in world.communities.values() if c.owner_id == owner}
    items: list[dict[str, Any]] = []
    for post in world.posts:
        if not post.deleted and named & {m.target for m in post.mentions}:
            items.append(shapes.post(post, world.base_url, 0) | {"to_id": post.wall.owner_id})
    for comment in world.all_comments:
        if not comment.deleted and named & {m.target for m in comment.mentions}:
            body = shapes.comment(comment, world.base_url)
            items.append(body | {"post_type": "reply", "to_id": comment.post.wall.owner_id})
    items = sorted((i for i in items if i["date"] >= since), key=lambda i: -i["date"])
    start = call.number("offset", 0)
    return {"count": len(items), "items": items[start : start + min(call.number("count", 20), 50)]}


def utils_get_server_time(call: Request) -> Any:
    return int(call.world.clock.now().timestamp())


METHODS |= {
    "wall.deleteComment": (ONLY_USER, wall_delete_comment),
    "wall.restoreComment": (ONLY_USER, wall_restore_comment),
    "wall.delete": (ONLY_USER, wall_delete),
    "wall.restore": (ONLY_USER, wall_restore),
    "groups.ban": (ONLY_USER, groups_ban),
    "groups.unban": (ONLY_USER, groups_unban),
    "newsfeed.getMentions": (ONLY_USER, newsfeed_get_mentions),
    "utils.getServerTime": (EVERYBODY, utils_get_server_time),
}
