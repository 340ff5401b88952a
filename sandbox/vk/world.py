"""The state of the simulated VK and what its citizens do on the site.

Every call changes the state at once, puts VK's event into the community's long poll, and wakes waiting calls. All are
plain methods on the event loop's thread, none a coroutine. Programs act through `methods.py`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.vk import shapes
from sandbox.vk.faults import Faults
from sandbox.vk.longpoll import LongPollQueue
from sandbox.vk.model import (
    ALL_PERMISSIONS,
    Author,
    Call,
    Comment,
    Community,
    File,
    Post,
    VkMessage,
    VkUser,
    WorldEvent,
)
from sandbox.vk.pages import Pages


@dataclass(frozen=True)
class Identity:
    """The owner of a token: its kind ("group", "service" or "user") and the community it was issued for."""

    kind: str
    community: Community

    @property
    def per_second(self) -> int:
        """The number of requests per second that VK allows such a token."""
        return 20 if self.kind == "group" else 3


class VkWorld:
    """A simulated VK: communities, people, and what they wrote.

    `limits_on`: answer error 6 above 3 (group tokens: 20) requests a second. `guid_works`: whether a repeated `guid`
    returns the first comment or post instead of writing another; uncertain in reality, so off.
    """

    def __init__(self, clock: SandboxClock) -> None:
        self.clock = clock
        self.faults = Faults()
        self.calls: list[Call] = []
        self.limits_on = False
        self.guid_works = False
        self.base_url = "http://vk.invalid"
        self.communities: dict[int, Community] = {}
        self.people: dict[int, VkUser] = {}
        self.posts: list[Post] = []
        self.all_comments: list[Comment] = []
        self.all_messages: list[VkMessage] = []
        self.files: dict[str, File] = {}
        self.identities: dict[str, Identity] = {}
        self.queues: dict[int, LongPollQueue] = {}
        self._last_id = 0
        self._last_event = 0
        self._listeners: list[Callable[[WorldEvent], None]] = []
        self.pages = Pages(self)

    # --- who there is

    def add_community(
        self,
        name: str,
        group_id: int,
        community_token: str,
        service_token: str | None = None,
        user_token: str | None = None,
        screen_name: str | None = None,
        permissions: Sequence[str] = ALL_PERMISSIONS,
    ) -> Community:
        """Create a community with its long poll on and these tokens valid; return it."""
        community = Community(
            name,
            group_id,
            community_token,
            service_token,
            user_token,
            screen_name or f"club{group_id}",
            admin=self.add_person("Администратор", "Сообщества"),
            permissions=set(permissions),
        )
        self.communities[group_id] = community
        self.queues[group_id] = LongPollQueue()
        for kind, token in (("group", community_token), ("service", service_token), ("user", user_token)):
            if token:
                self.identities[token] = Identity(kind, community)
        return community

    def add_person(self, first_name: str, last_name: str = "") -> VkUser:
        """Create a person with an account and return them."""
        person = VkUser(500_000 + len(self.people) + 1, first_name, last_name)
        self.people[person.id] = person
        return person

    def give_user_token(self, community: Community, token: str) -> None:
        """Make this token valid as the user token of the community's administrator."""
        community.user_token = token
        self.identities[token] = Identity("user", community)

    def revoke(self, token: str) -> None:
        """Make the token invalid: calls with it get error 5."""
        del self.identities[token]

    # --- what people do

    def post(self, community: Community, text: str, photos: Sequence[bytes] = ()) -> Post:
        """Write a post of the community on its own wall; return it."""
        return self._add_post(community, community, text, photos)

    def wall_post(
        self,
        person: VkUser,
        community: Community,
        text: str,
        photos: Sequence[bytes] = (),
        suggest: bool = False,
    ) -> Post:
        """Write a person's post on the community's wall (`suggest`: offer it to the editors); return it."""
        return self._add_post(person, community, text, photos, suggest)

    def comment(
        self,
        author: Author,
        post: Post,
        text: str,
        reply_to: Comment | None = None,
        photos: Sequence[bytes] = (),
        attachments: Sequence[File] = (),
        guid: str | None = None,
    ) -> Comment:
        """Write a comment under a post and return it; the author may be a community (by hand). ValueError if comments
        are closed.
        """
        if not post.comments_open or post.deleted or post.kind == "suggest":
            raise ValueError("comments are closed here")
        files = [self.keep_photo(author, data) for data in photos]
        made = Comment(
            self.next_id(),
            author,
            text,
            self.clock.now(),
            [*files, *attachments],
            post=post,
            reply_to=reply_to,
            guid=guid,
        )
        self.all_comments.append(made)
        self._comment_event("wall_reply_new", "comment", made)
        return made

    def edit_comment(self, comment: Comment, text: str) -> None:
        """Change the comment's text; the community gets VK's event."""
        comment.text = text
        self._comment_event("wall_reply_edit", "comment_edited", comment)

    def delete_comment(self, comment: Comment) -> None:
        """Mark the comment as deleted; the community gets VK's event."""
        comment.deleted = True
        self.put("wall_reply_delete", comment.post.wall, shapes.comment_deleted(comment))
        self._tell("comment_deleted", comment.post.wall, post=comment.post, comment=comment)

    def restore_comment(self, comment: Comment) -> None:
        """Restore the deleted comment; the community gets VK's event."""
        comment.deleted = False
        self._comment_event("wall_reply_restore", "comment_restored", comment)

    def close_comments(self, post: Post) -> None:
        """Close the post for comments: API calls that comment on it get error 213."""
        post.comments_open = False
        self._tell("comments_closed", post.wall, post=post)

    def delete_post(self, post: Post) -> None:
        """Mark the post as deleted: API calls that name it get error 212, and its comments are found no more."""
        post.deleted = True

    def message(
        self,
        person: VkUser,
        community: Community,
        text: str,
        photos: Sequence[bytes] = (),
        reply_to: VkMessage | None = None,
    ) -> VkMessage:
        """Write a private message to the community and return it; from now on the community may write to the person."""
        community.writers.add(person.id)
        files = [self.keep_photo(person, data) for data in photos]
        return self.add_message(person, person, community, text, files, reply_to=reply_to)

    def press(self, person: VkUser, message: VkMessage, label: str) -> VkMessage:
        """Press a button under a message: its words are written into the talk, with its payload."""
        rows = message.keyboard["buttons"] if message.keyboard is not None else []
        [action] = [one["action"] for row in rows for one in row if one["action"]["label"] == label]
        message.community.writers.add(person.id)
        return self.add_message(person, person, message.community, label, payload=action.get("payload"))

    def edit_message(self, message: VkMessage, text: str) -> None:
        """Change the text of the private message; the community gets VK's event."""
        message.text = text
        self.put("message_edit", message.community, shapes.message(message, self.base_url))

    def delete_message(self, message: VkMessage) -> None:
        """Delete the private message for both sides; VK sends the community no event."""
        message.deleted = True

    def forbid_messages(self, person: VkUser, community: Community) -> None:
        """Forbid the community to write to the person: its messages get error 901."""
        community.writers.discard(person.id)

    # --- what there is to see

    def comments(self, post: Post) -> list[Comment]:
        """Return the post's comments that were not deleted, oldest first."""
        return [c for c in self.all_comments if c.post is post and not c.deleted]

    def messages(self, person: VkUser, community: Community) -> list[VkMessage]:
        """Return the messages between the person and the community that were not deleted, oldest first."""
        return [m for m in self.all_messages if m.peer is person and m.community is community and not m.deleted]

    def subscribe(self, callback: Callable[[WorldEvent], None]) -> None:
        """Call `callback` with every change from now on, on the event loop's thread."""
        self._listeners.append(callback)

    # --- for methods.py and pages.py

    def next_id(self) -> int:
        """Return a new number, unique among all posts, comments, messages and files."""
        self._last_id += 1
        return self._last_id

    def now(self) -> datetime:
        """Return the sandbox's current time, UTC."""
        return self.clock.now()

    def keep_photo(self, owner: Author, data: bytes) -> File:
        """Store the photo under a new number and return it."""
        return self.keep_file(File("photo", owner.owner_id, self.next_id(), "", data, self.clock.now()))

    def keep_document(self, owner: Author, title: str, data: bytes) -> File:
        """Store the document under a new number and return it."""
        return self.keep_file(File("doc", owner.owner_id, self.next_id(), title, data, self.clock.now()))

    def keep_file(self, file: File) -> File:
        """Store the file, which can then be attached by its ref and fetched under `/files/<ref>`; return it."""
        self.files[file.ref] = file
        return file

    def add_message(
        self,
        author: Author,
        peer: VkUser,
        community: Community,
        text: str,
        files: Sequence[File] = (),
        random_id: int = 0,
        reply_to: VkMessage | None = None,
        payload: str | None = None,
        keyboard: Mapping[str, Any] | None = None,
    ) -> VkMessage:
        """Add a message to the conversation between `peer` and the community, with VK's event; return it."""
        cmid = 1 + max((m.cmid for m in self.all_messages if m.peer is peer and m.community is community), default=0)
        made = VkMessage(
            self.next_id(),
            author,
            text,
            self.clock.now(),
            list(files),
            peer=peer,
            community=community,
            cmid=cmid,
            random_id=random_id,
            reply_to=reply_to,
            payload=payload,
            keyboard=keyboard,
        )
        self.all_messages.append(made)
        if made.outgoing:
            self.put("message_reply", community, shapes.message(made, self.base_url))
        else:
            self.put("message_new", community, shapes.message_event(made, self.base_url))
        self._tell("message", community, message=made)
        return made

    def find_post(self, owner_id: int, post_id: int) -> Post | None:
        """Return the post by its owner_id and number; None if there is none or it was deleted."""
        found = (p for p in self.posts if p.wall.owner_id == owner_id and p.id == post_id and not p.deleted)
        return next(found, None)

    def publish(
        self, author: Author, wall: Community, text: str, files: Sequence[File], guid: str | None = None
    ) -> Post:
        """Publish a post on the wall, as the API method wall.post does; return it."""
        made = Post(self.next_id(), author, text, self.clock.now(), list(files), wall=wall, guid=guid)
        return self._stands(made)

    def _add_post(
        self, author: Author, wall: Community, text: str, photos: Sequence[bytes], suggest: bool = False
    ) -> Post:
        files = [self.keep_photo(author, data) for data in photos]
        made = Post(
            self.next_id(),
            author,
            text,
            self.clock.now(),
            files,
            wall=wall,
            kind="suggest" if suggest else "post",
        )
        return self._stands(made)

    def _stands(self, made: Post) -> Post:
        """Add the post to the wall with VK's event, notify the subscribers, and return it."""
        self.posts.append(made)
        self.put("wall_post_new", made.wall, shapes.post(made, self.base_url, 0))
        self._tell("post", made.wall, post=made)
        return made

    def _comment_event(self, kind: str, told: str, comment: Comment) -> None:
        wall = comment.post.wall
        self.put(kind, wall, shapes.comment_event(comment, self.base_url))
        self._tell(told, wall, post=comment.post, comment=comment)

    def put(self, kind: str, community: Community, body: shapes.Json) -> None:
        """Put the event into the community's long poll, if its long poll is on and it asked for this kind."""
        if community.longpoll_enabled and kind in community.events:
            self.queues[community.id].put(shapes.event(kind, secrets.token_hex(20), community, body))

    def _tell(
        self,
        kind: str,
        community: Community,
        post: Post | None = None,
        comment: Comment | None = None,
        message: VkMessage | None = None,
    ) -> None:
        self._last_event += 1
        told = WorldEvent(self._last_event, kind, community, post, comment, message)
        for listener in list(self._listeners):
            listener(told)
