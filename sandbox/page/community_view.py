"""The VK community's public page as JSON: posts with their comments for everybody, private messages for their author."""

from __future__ import annotations

from typing import Any

from sandbox.messenger.model import Message
from sandbox.page.cast import Role
from sandbox.page.shelf import Shelf, picture_type
from sandbox.page.stage import Stage
from sandbox.vk.model import Author, Comment, Community, File, Post, VkMessage, VkUser

Json = dict[str, Any]

POSTS_AT_MOST = 60


class CommunityView:
    """Makes the JSON that shows the simulated VK."""

    def __init__(self, stage: Stage, shelf: Shelf) -> None:
        self._stage = stage
        self._shelf = shelf
        self._letters_read: dict[str, int] = {}

    def of(self, role: Role | None) -> Json | None:
        """Return the community's page as the role sees it; without a role, as anybody does. None if there is no
        community.
        """
        community = self._stage.community
        if community is None:
            return None
        me: Author | None = role.vk_user if role is not None else None
        if role is not None and role.kind == "press":
            me = community
        letters = self._stage.vk.messages(me, community) if isinstance(me, VkUser) else []
        seen = self._letters_read.get(role.key, 0) if role is not None else 0
        return {
            "community": {
                "name": community.name,
                "address": community.url.removeprefix("https://"),
                "url": community.url,
            },
            "me": {"id": me.id, "name": me.name} if me is not None else None,
            "press": isinstance(me, Community),
            "posts": [self._post(post, me) for post in self._stage.posts(community)[:POSTS_AT_MOST]],
            "messages": [self._letter(letter) for letter in letters],
            "unread": sum(1 for letter in letters if letter.outgoing and letter.id > seen),
            "channel": self._channel(),
        }

    def _channel(self) -> Json | None:
        """Return the office's channel in the messenger, which is as public as the wall: its posts, the newest first;
        None if there is none.
        """
        channel = self._stage.channel
        if channel is None:
            return None
        posts = [one for one in self._stage.history(channel) if not one.service]
        return {
            "title": channel.title,
            "messenger": self._stage.messenger.name,
            "address": f"{self._stage.messenger.site}/{channel.username}" if channel.username else "",
            "posts": [self._channel_post(one) for one in posts[: -POSTS_AT_MOST - 1 : -1]],
        }

    def _channel_post(self, post: Message) -> Json:
        shown: Json = {"id": post.place, "date": post.date.isoformat(), "text": post.text, "photos": [], "files": []}
        for media in post.files:
            if media.file is None:
                continue
            name = media.name or ("photo.jpg" if media.kind == "photo" else "file")
            kept = self._shelf.put("messenger", media.file.file_id, media.data, name)
            if picture_type(media.data) is not None:
                shown["photos"].append(kept)
            else:
                shown["files"].append({"file": kept, "name": name, "size": len(media.data)})
        return shown

    def read_letters(self, role: Role) -> bool:
        """Mark the role's conversation with the community as read; return whether that changes anything."""
        community = self._stage.community
        if community is None or role.vk_user is None:
            return False
        last = max((letter.id for letter in self._stage.vk.messages(role.vk_user, community)), default=0)
        news = last > self._letters_read.get(role.key, 0)
        self._letters_read[role.key] = last
        return news

    def _post(self, post: Post, me: Author | None) -> Json:
        return {
            "id": post.id,
            "author": _author(post.author),
            "mine": post.author is me,
            "date": post.date.isoformat(),
            "text": post.shown,
            "photos": self._photos(post.attachments),
            "files": self._files(post.attachments),
            "open": post.comments_open,
            "url": post.url,
            "comments": [self._comment(comment, me) for comment in self._stage.comments(post)],
        }

    def _comment(self, comment: Comment, me: Author | None) -> Json:
        if comment.deleted:
            return {"id": comment.id, "deleted": True, "thread": comment.root is not None}
        return {
            "id": comment.id,
            "author": _author(comment.author),
            "mine": comment.author is me,
            "date": comment.date.isoformat(),
            "text": comment.shown,
            "photos": self._photos(comment.attachments),
            "files": self._files(comment.attachments),
            "deleted": False,
            "thread": comment.root is not None,
            "reply_to": comment.reply_to.id if comment.reply_to is not None else None,
            "url": comment.url,
        }

    def _letter(self, letter: VkMessage) -> Json:
        return {
            "id": letter.id,
            "mine": not letter.outgoing,
            "date": letter.date.isoformat(),
            "text": letter.shown,
            "photos": self._photos(letter.attachments),
            "files": self._files(letter.attachments),
        }

    def _photos(self, files: list[File]) -> list[str]:
        """Return the ids of photographs, and of documents that are pictures: VK shows those inline too."""
        return [self._shelf.put("vk", file.ref, file.data, file.title or "photo.jpg") for file in files if _shown(file)]

    def _files(self, files: list[File]) -> list[Json]:
        return [
            {"file": self._shelf.put("vk", file.ref, file.data, file.title), "name": file.title, "size": len(file.data)}
            for file in files
            if not _shown(file)
        ]


def _shown(file: File) -> bool:
    return file.kind == "photo" or picture_type(file.data) is not None


def _author(author: Author) -> Json:
    official = isinstance(author, Community)
    return {
        "id": author.owner_id,
        "name": author.name,
        "kind": "community" if official else "person",
        "tone": 3 if official else 1 + author.id % 6,
    }
