"""The methods of the simulated VK's API: which tokens may call each, and what it does.

One table, `METHODS`; the kinds of token for each method follow VKCOM's schema. `server.py` does HTTP, token look-up and
faults; `uploads.py` handles files being uploaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.vk import shapes
from sandbox.vk.errors import VkError
from sandbox.vk.model import Comment, Community, Post
from sandbox.vk.uploads import Uploads
from sandbox.vk.world import Identity, VkWorld

COMMENT_LIMIT = 16384
USER, GROUP, SERVICE = "user", "group", "service"
USER_BITS = {"photos": 4, "wall": 8192, "offline": 65536, "docs": 131072, "groups": 262144}
BITS = {"photos": 4, "messages": 4096, "wall": 8192, "docs": 131072, "manage": 262144}


@dataclass(frozen=True)
class Request:
    """One call of an API method: the simulated VK it acts on, the owner of the token (`who`), and the parameters."""

    world: VkWorld
    uploads: Uploads
    who: Identity
    params: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return the parameter; VkError 100 if it is missing or empty."""
        if not self.params.get(name):
            raise VkError(100, f"{name} is undefined")
        return self.params[name]

    def number(self, name: str, default: int | None = None) -> int:
        """Return the parameter as an integer, or the default if it is missing; VkError 100 if it is no integer, or is
        missing without a default.
        """
        raw = self.params.get(name) or ""
        if not raw and default is not None:
            return default
        try:
            return int(self.text(name))
        except ValueError:
            raise VkError(100, f"{name} not integer") from None

    def flag(self, name: str) -> bool:
        return self.params.get(name, "0") in ("1", "true", "True")

    def needs(self, permission: str) -> None:
        """Raise VkError 15 if a community's token lacks this permission; other tokens pass."""
        if self.who.kind == GROUP and permission not in self.who.community.permissions:
            raise VkError(15, "no access to call this method. It cannot be called with current scopes.")

    def own_group(self) -> Community:
        """Return the community named by group_id; VkError 15 unless it is the token's own."""
        if self.number("group_id") != self.who.community.id:
            raise VkError(15, "group is not yours" if self.who.kind == USER else "invalid group_id")
        return self.who.community

    def post(self) -> Post:
        """Return the post named by owner_id and post_id; VkError 212 if there is none or it was deleted."""
        found = self.world.find_post(self.number("owner_id", 0), self.number("post_id"))
        if found is None:
            raise VkError(212)
        return found


Method = Callable[[Request], Any]


def groups_get_by_id(call: Request) -> Any:
    asked = call.params.get("group_ids") or call.params.get("group_id") or ""
    if not asked:
        if call.who.kind != GROUP:
            raise VkError(100, "group_ids is undefined")
        found = [call.who.community]
    else:
        names = set(asked.split(","))
        found = [c for c in call.world.communities.values() if str(c.id) in names or c.screen_name in names]
        if not found:
            raise VkError(100, "group_ids is invalid")
    told = [shapes.group(c) | (_standing(c, call.who.community) if call.who.kind == USER else {}) for c in found]
    return {"groups": told, "profiles": []}


def _standing(shown: Community, own: Community) -> dict[str, int]:
    """Return the role of the token's owner in the community, as fields of VK's group object."""
    level = shown.admin_level if shown is own else 0
    return {"is_admin": int(level > 0), "is_member": int(level > 0)} | ({"admin_level": level} if level else {})


def account_get_app_permissions(call: Request) -> Any:
    community = call.who.community
    lost = set() if community.may_publish else {"wall"}
    return sum(USER_BITS[right] for right in community.user_rights - lost)


def groups_get_token_permissions(call: Request) -> Any:
    rights = sorted(call.who.community.permissions)
    return {
        "mask": sum(BITS[r] for r in rights),
        "permissions": [{"name": r, "setting": BITS[r]} for r in rights],
    }


def groups_get_long_poll_server(call: Request) -> Any:
    community = call.own_group()
    call.needs("manage")
    if not community.longpoll_enabled:
        raise VkError(100, "longpoll for this group is not enabled")
    queue = call.world.queues[community.id]
    return {"key": queue.key, "server": f"{call.world.base_url}/longpoll/{community.id}", "ts": str(queue.ts)}


EVENT_NAMES = (
    "message_new",
    "message_reply",
    "message_edit",
    "message_allow",
    "message_deny",
    "wall_post_new",
    "wall_repost",
    "wall_reply_new",
    "wall_reply_edit",
    "wall_reply_delete",
    "wall_reply_restore",
    "group_join",
    "group_leave",
    *(
        f"{name}_{what}"
        for name in ("photo_comment", "video_comment", "market_comment", "board_post")
        for what in ("new", "edit", "delete", "restore")
    ),
)


def groups_get_long_poll_settings(call: Request) -> Any:
    community = call.own_group()
    call.needs("manage")
    return {
        "api_version": community.api_version,
        "is_enabled": community.longpoll_enabled,
        "events": {name: int(name in community.events) for name in EVENT_NAMES},
    }


def groups_set_long_poll_settings(call: Request) -> Any:
    community = call.own_group()
    call.needs("manage")
    if "enabled" in call.params:
        community.longpoll_enabled = call.flag("enabled")
    community.api_version = call.params.get("api_version", community.api_version)
    for name in EVENT_NAMES:
        if name in call.params:
            (community.events.add if call.flag(name) else community.events.discard)(name)
    return 1


def wall_create_comment(call: Request) -> Any:
    world, community = call.world, call.who.community
    call.needs("wall")
    post = call.post()
    message = call.params.get("message", "").strip()
    attachments = [attached(world, ref) for ref in call.params.get("attachments", "").split(",") if ref]
    if not message and not attachments:
        raise VkError(100, "message is undefined")
    if len(message) > COMMENT_LIMIT:
        raise VkError(100, f"message should be less than {COMMENT_LIMIT} letters length")
    if call.who.kind == GROUP and post.wall is not community:
        raise VkError(15)
    if not post.links_allowed and "://" in message:
        raise VkError(222)
    if not post.comments_open or post.kind == "suggest":
        raise VkError(213)
    answered = _comment(world, post, call.number("reply_to_comment")) if call.params.get("reply_to_comment") else None
    guid = call.params.get("guid")
    if guid and world.guid_works:
        for earlier in world.comments(post):
            if earlier.guid == guid:
                return _created(earlier)
    as_group = call.who.kind == GROUP or call.number("from_group", 0) == community.id
    author = community if as_group else community.admin
    return _created(world.comment(author, post, message, answered, attachments=attachments, guid=guid))


def attached(world: VkWorld, ref: str) -> Any:
    key = "_".join(ref.split("_")[:2])  # the rest is the access key
    if key not in world.files:
        raise VkError(100, "attachments is invalid")
    return world.files[key]


def _comment(world: VkWorld, post: Post, comment_id: int) -> Comment:
    for comment in world.comments(post):
        if comment.id == comment_id:
            return comment
    raise VkError(100, "reply_to_comment is invalid")


def _created(comment: Comment) -> Any:
    return {"comment_id": comment.id, "parents_stack": [comment.root.id] if comment.root else []}


def wall_get_comments(call: Request) -> Any:
    world, post = call.world, call.post()
    visible = world.comments(post)
    headless = {c.root.id for c in visible if c.root is not None and c.root.deleted}
    head = call.number("comment_id", 0)
    shown = [c for c in world.all_comments if c.post is post and (not c.deleted or c.id in headless)]
    level = [c for c in shown if (c.root.id if c.root else 0) == head]
    if call.params.get("sort") == "desc":
        level.reverse()
    start = call.number("start_comment_id", 0)
    if start:
        positions = [i for i, c in enumerate(level) if c.id == start]
        level = level[positions[0] :] if positions else []
    offset, count = call.number("offset", 0), min(call.number("count", 10), 100)
    inside = min(call.number("thread_items_count", 0), 10)
    items = []
    for comment in level[offset : offset + count]:
        shape = shapes.comment(comment, world.base_url) if not comment.deleted else shapes.headless(comment)
        if comment.root is None:
            thread = [c for c in visible if c.root is comment]
            shape["thread"]["count"] = len(thread)
            shape["thread"]["items"] = [shapes.comment(c, world.base_url) for c in thread[:inside]]
        items.append(shape)
    answer = {
        "count": len(visible),
        "items": items,
        "current_level_count": len(level),
        "can_post": post.comments_open,
        "show_reply_button": True,
        "groups_can_post": post.comments_open,
    }
    return answer | (extended(c.author for c in level if not c.deleted) if call.flag("extended") else {})


def extended(authors: Any) -> dict[str, Any]:
    """Return the `profiles` and `groups` of an answer with extended=1: each author once."""
    everybody = {a.owner_id: a for a in authors}.values()
    return {
        "profiles": [shapes.user(a) for a in everybody if not isinstance(a, Community)],
        "groups": [shapes.group(a) for a in everybody if isinstance(a, Community)],
    }


def wall_get_comment(call: Request) -> Any:
    owner, comment_id = call.number("owner_id", 0), call.number("comment_id")
    for comment in call.world.all_comments:
        is_there = not comment.deleted and not comment.post.deleted
        if comment.post.wall.owner_id == owner and comment.id == comment_id and is_there:
            named = extended([comment.author]) if call.flag("extended") else {}
            return {"items": [shapes.comment(comment, call.world.base_url)], **named}
    raise VkError(15)


def _post(call: Request, post: Post) -> Any:
    return shapes.post(post, call.world.base_url, len(call.world.comments(post)))


def wall_get_by_id(call: Request) -> Any:
    found = []
    for address in call.text("posts").split(","):
        owner, _, number = address.rpartition("_")
        try:
            post = call.world.find_post(int(owner), int(number))
        except ValueError:
            raise VkError(100, "posts is invalid") from None
        found += [post] if post is not None else []
    named = extended([a for p in found for a in (p.author, p.wall)]) if call.flag("extended") else {}
    return {"items": [_post(call, p) for p in found], **named}


def wall_get(call: Request) -> Any:
    owner = call.number("owner_id", 0)
    if not owner:
        walls = [c for c in call.world.communities.values() if c.screen_name == call.text("domain")]
        if not walls:
            raise VkError(100, "domain is invalid")
        owner = walls[0].owner_id
    posts = [p for p in call.world.posts if p.wall.owner_id == owner and not p.deleted and p.kind == "post"]
    posts.reverse()
    posts.sort(key=lambda post: not post.pinned)
    offset, count = call.number("offset", 0), min(call.number("count", 20), 100)
    page = posts[offset : offset + count]
    named = extended([a for p in page for a in (p.author, p.wall)]) if call.flag("extended") else {}
    return {"count": len(posts), "items": [_post(call, p) for p in page], **named}


def users_get(call: Request) -> Any:
    asked = call.params.get("user_ids", "")
    if not asked:
        return [shapes.user(call.who.community.admin)] if call.who.kind == USER else []
    numbers = [name.removeprefix("id") for name in asked.split(",")]
    people = [call.world.people.get(int(n)) for n in numbers if n.isdigit()]
    return [shapes.user(person) for person in people if person is not None]


def utils_resolve_screen_name(call: Request) -> Any:
    name = call.text("screen_name")
    for community in call.world.communities.values():
        if name in (community.screen_name, f"club{community.id}", f"public{community.id}"):
            return {"type": "group", "object_id": community.id}
    if name.startswith("id") and name[2:].isdigit() and int(name[2:]) in call.world.people:
        return {"type": "user", "object_id": int(name[2:])}
    return []


EVERYBODY = frozenset((USER, GROUP, SERVICE))
OFFICE = frozenset((USER, GROUP))
READERS = frozenset((USER, SERVICE))
METHODS: dict[str, tuple[frozenset[str], Method]] = {
    "account.getAppPermissions": (frozenset((USER,)), account_get_app_permissions),
    "groups.getById": (EVERYBODY, groups_get_by_id),
    "groups.getTokenPermissions": (frozenset((GROUP,)), groups_get_token_permissions),
    "groups.getLongPollServer": (OFFICE, groups_get_long_poll_server),
    "groups.getLongPollSettings": (OFFICE, groups_get_long_poll_settings),
    "groups.setLongPollSettings": (OFFICE, groups_set_long_poll_settings),
    "wall.createComment": (OFFICE, wall_create_comment),
    "wall.getComments": (READERS, wall_get_comments),
    "wall.getComment": (frozenset((USER,)), wall_get_comment),
    "wall.getById": (READERS, wall_get_by_id),
    "wall.get": (READERS, wall_get),
    "users.get": (EVERYBODY, users_get),
    "utils.resolveScreenName": (EVERYBODY, utils_resolve_screen_name),
}
