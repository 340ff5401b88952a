"""The API method that publishes on walls, wall.post; this module adds it to `methods.METHODS`.

Only for administrators' tokens (`user` in VKCOM's schema). VK gives such a token the right `wall` on request; with
`Community.may_publish` False the token lacks it (error 15). A wall takes fifty posts a day (error 214), and a post ten
pictures and one document.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.vk.errors import VkError
from sandbox.vk.methods import METHODS, USER, Request, attached

POST_LIMIT = 15_895
POSTS_A_DAY = 50
PICTURES, DOCUMENTS = 10, 1


def wall_post(call: Request) -> Any:
    world, community = call.world, call.who.community
    if not community.may_publish:
        raise VkError(15, "no access to call this method. It cannot be called with current scopes.")
    if call.number("owner_id", community.admin.id) != community.owner_id:
        raise VkError(214, "access to adding post denied")
    message = call.params.get("message", "").strip()
    files = [attached(world, ref) for ref in call.params.get("attachments", "").split(",") if ref]
    if not message and not files:
        raise VkError(100, "message is undefined")
    if len(message) > POST_LIMIT:
        raise VkError(100, "message is too long")
    kinds = [file.kind for file in files]
    if kinds.count("photo") > PICTURES or kinds.count("doc") > DOCUMENTS:
        raise VkError(100, "attachments is invalid")
    guid = call.params.get("guid")
    own = [post for post in world.posts if post.wall is community and not post.deleted]
    for earlier in own if guid and world.guid_works else ():
        if earlier.guid == guid:
            return {"post_id": earlier.id}
    since = world.clock.now() - timedelta(days=1)
    if sum(post.author is community and post.date > since for post in own) >= POSTS_A_DAY:
        raise VkError(214, f"you can only add {POSTS_A_DAY} posts a day")
    author = community if call.flag("from_group") else community.admin
    return {"post_id": world.publish(author, community, message, files, guid).id}


METHODS |= {"wall.post": (frozenset((USER,)), wall_post)}
