"""Publish the office's post on its wall: upload pictures, post, and look it up if the call was not confirmed.

VK accepts `wall.post` only with an administrator's token (the schema: `user`; a community's token gets error 27) that
has the right `wall` (without it error 15; VK grants the right on request). Without such a token a person publishes the
post. `guid` is sent but not relied on: an ambiguous outcome is looked up by text. Only the last call can be
ambiguous.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from networks.port import (
    LookUpImpossible,
    NotPosted,
    Outcome,
    OutFile,
    Posted,
    PostFailure,
    PostLimits,
    TryLater,
    WallPost,
)
from networks.vk.addresses import WallAddress
from networks.vk.comments import ReadError, TooManyError, newest
from networks.vk.failures import failed, unseen
from networks.vk.outward import escape, length, refused, same_text
from networks.vk.uploading import PHOTO_TYPES, Uploader, number_in
from networks.vk.wire import Answered, Lane, Unanswered

LIMITS = PostLimits(text=15_895, text_with_files=15_895, pictures=10, documents=1)
"""The limits of a post. Pictures and documents are from VK's page on wall.post; it does not mention the length of text:
editors report this one."""
CLOCKS_DIFFER = timedelta(minutes=2)
HOSTS = ("https://vk.com/", "https://vk.ru/")


def problems(text: str, files: Sequence[OutFile]) -> list[str]:
    """The reasons, worded for the editor, why VK would reject the post or we cannot upload it; empty if it is fine."""
    found = [words for words in refused(text, "message", ()) if "пустой" in words] if not files else []
    if (size := length(escape(text))) > LIMITS.text:
        found.append(f"ВКонтакте берёт до {LIMITS.text} знаков, здесь {size}: сократите на {size - LIMITS.text}.")
    pictures = sum(file.mime in PHOTO_TYPES for file in files)
    documents = len(files) - pictures - sum(file.mime.startswith("video/") for file in files)
    if pictures > LIMITS.pictures:
        found.append(f"ВКонтакте берёт картинок не больше {LIMITS.pictures}, здесь {pictures}.")
    if documents > LIMITS.documents:
        found.append(f"ВКонтакте берёт к записи один файл, здесь {documents}: остальное пришлите картинками.")
    return found


@dataclass
class Publisher:
    """Publishes posts on the community's wall. `user`: an administrator's token, without which nothing is published;
    `asking` and `service`: tokens for reading."""

    asking: Lane
    posting: Lane
    user: Lane | None
    service: Lane | None
    group_id: int
    _name: str | None = field(default=None, init=False)

    async def publish(self, post: WallPost) -> Outcome:
        """Publish the post in the community's name, or return why it was not published."""
        if self.user is None:
            return NotPosted(PostFailure.NO_RIGHT, "VK takes posts with an administrator's token only")
        if problems(post.text, post.files):
            return NotPosted(PostFailure.DOES_NOT_FIT, "VK's limits are exceeded")
        if any(file.mime.startswith("video/") for file in post.files):
            return NotPosted(PostFailure.FILE_REFUSED, "videos are not uploaded by us")
        own = await self._is_own(post.page)
        if own is not True:
            return own if not isinstance(own, bool) else NotPosted(PostFailure.NO_RIGHT, "another community's page")
        uploader, attachments = Uploader(self.posting, self.user, self.group_id), list[str]()
        for file in post.files:
            saved = await uploader.attach(file, WallAddress(-self.group_id, 0))
            if not isinstance(saved, str):
                return saved
            attachments.append(saved)
        reply = await self.user.call(
            "wall.post",
            owner_id=-self.group_id,
            from_group=1,
            message=escape(post.text) or None,
            attachments=",".join(attachments) or None,
            guid=post.attempt_id,
        )
        if not isinstance(reply, Answered):
            return failed(reply, writes=True)
        made = number_in(reply.value, "post_id")
        if made is None:
            return failed(Unanswered("no post_id in the answer", sent=True), writes=True)
        return self._posted(made)

    async def look_up(self, post: WallPost) -> Posted | LookUpImpossible | TryLater | None:
        """Find the post by its text on the wall; None if it is not there back to the first attempt. Without text it
        cannot be found."""
        lane = self.service or self.user
        if lane is None:
            return LookUpImpossible("a community token may not read the wall")
        if not post.text.strip():
            return LookUpImpossible("a post without words is not known from another")
        try:
            async for item in newest(lane, "wall.get", _start(post), owner_id=-self.group_id):
                if self._is_ours(item, post):
                    return self._posted(int(item["id"]))
        except TooManyError:
            return LookUpImpossible("not among the newest posts")
        except ReadError as error:
            return unseen(error.reply)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return LookUpImpossible(f"an answer of unknown shape: {type(error).__name__}")
        return None

    def _is_ours(self, item: dict[str, Any], post: WallPost) -> bool:
        if item.get("from_id") != -self.group_id:
            return False
        if int(item.get("date", 0)) < _start(post):
            return False
        return same_text(escape(post.text), str(item.get("text", "")))

    async def _is_own(self, address: str) -> bool | Outcome:
        """Whether the address (with a number or a short name) is our community's; an outcome if VK does not say."""
        name = next((address.removeprefix(host) for host in HOSTS if address.startswith(host)), "").lower()
        if name == f"club{self.group_id}":
            return True
        if self._name is None:
            reply = await self.asking.call("groups.getById")
            if not isinstance(reply, Answered):
                return failed(reply, writes=False)
            groups = reply.value.get("groups") if isinstance(reply.value, dict) else reply.value
            own = groups[0] if isinstance(groups, list) and groups and isinstance(groups[0], dict) else {}
            self._name = str(own.get("screen_name", "")).lower()
        return bool(name) and name == self._name

    def _posted(self, number: int) -> Posted:
        made = WallAddress(-self.group_id, number)
        return Posted(made.ref, made.link)


def _start(post: WallPost) -> float:
    """The earliest moment (VK's seconds) at which VK may have published the post."""
    return (post.since - CLOCKS_DIFFER).timestamp() if post.since is not None else 0.0
